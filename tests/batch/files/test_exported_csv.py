"""CSV as offices export it: encodings, delimiters, heads, and empty columns and rows at the end."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest
from support.tables import IDS, csv_of, problem_of_file, problems_of_file

import aftersales
from aftersales import cli
from aftersales.batch.files import files as batch_files
from aftersales.batch.files.files import score_file
from aftersales.batch.files.strict_csv import DELIMITERS, Delimiter, Encoding

STANDARD = aftersales.load_standard()
TITLES = {indicator.id: indicator.title.zh for indicator in STANDARD.indicators}


def table(heads: list[str] | None = None, rows: int = 2, delimiter: str = ",", end: str = "") -> str:
    """Shops with all points but at 5.1.1.1, where they have 50 %; ``end`` is added to each row."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(["门店", *(heads or IDS)])
    for number in range(rows):
        writer.writerow([f"第{number}店", "50%", *["1"] * 72])
    return text.getvalue().replace("\r\n", f"{end}\r\n")


def scored(path: Path, **options: object) -> list[dict[str, object]]:
    target = path.with_suffix(".out.csv")
    score_file(path, target, STANDARD, nodes=(), force=True, **options)  # type: ignore[arg-type]
    found: list[dict[str, object]] = pa.csv.read_csv(target).to_pylist()
    return found


def expected(rows: int = 2) -> list[dict[str, object]]:
    """5.1.1.1 has 2 points (annex of the standard), of which half are earned: 99 of 100."""
    lost = float(STANDARD["5.1.1.1"].points) / 2
    return [
        {"门店": f"第{number}店", "earned": 100 - lost, "applicable": 100, "deleted": 0, "final_score": 100 - lost}
        | {"stars": 5, "passed": True, "near_limit": False, "problem": None}
        for number in range(rows)
    ]


def without_text(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    return [{**row, "problem": row["problem"] or None} for row in rows]


@pytest.mark.parametrize(
    ("encoding", "named"),
    [
        ("utf-8", None),
        ("utf-8", "utf-8"),
        ("utf-8-sig", None),
        ("utf-8-sig", "utf-8"),
        ("gb18030", "gb18030"),
        ("gbk", "gb18030"),
        ("utf-16", None),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
    ],
)
@pytest.mark.parametrize("delimiter", list(DELIMITERS))
def test_each_encoding_and_delimiter_gives_the_same(
    tmp_path: Path, encoding: str, named: Encoding, delimiter: Delimiter
) -> None:
    (tmp_path / "a.csv").write_bytes(table(delimiter=DELIMITERS[delimiter]).encode(encoding))
    assert without_text(scored(tmp_path / "a.csv", encoding=named, delimiter=delimiter)) == expected()


@pytest.mark.parametrize("mark", [b"\xfe\xff", b"\x84\x31\x95\x33"])
def test_a_mark_names_the_encoding(tmp_path: Path, mark: bytes) -> None:
    encoding = "utf-16-be" if mark == b"\xfe\xff" else "gb18030"
    (tmp_path / "a.csv").write_bytes(mark + table().encode(encoding))
    assert without_text(scored(tmp_path / "a.csv")) == expected()


@pytest.mark.parametrize(
    ("content", "options", "code", "told"),
    [
        (table().encode("gb18030"), {}, "not-utf8", "--encoding gb18030"),
        (table().encode(), {"encoding": "gb18030"}, "not-in-encoding", "gb18030"),
        (table().encode("utf-16-le")[:-1], {"encoding": "utf-16-le"}, "not-in-encoding", "utf-16-le"),
        (table().encode("utf-16-le") + b"\x00\xdc", {"encoding": "utf-16-le"}, "not-in-encoding", "0x00"),
        (table().encode("utf-8-sig"), {"encoding": "gb18030"}, "other-mark", "utf-8"),
        (table().encode("utf-16"), {"encoding": "utf-16-be"}, "other-mark", "utf-16-le"),
        (table().encode("utf-16-le"), {}, "not-csv", "--encoding utf-16-le"),
        (table(delimiter=";").encode(), {}, "no-commas", "--delimiter semicolon"),
        (table(delimiter="\t").encode(), {"delimiter": "semicolon"}, "no-commas", "--delimiter tab"),
        (table().encode(), {"delimiter": "tab"}, "no-commas", "--delimiter comma"),
    ],
)
def test_a_refusal_names_the_option(
    tmp_path: Path, content: bytes, options: dict[str, str], code: str, told: str
) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    problem = problem_of_file(tmp_path / "a.csv", **options)
    assert problem.code == code
    assert told in problem.message
    assert told in problem.message_zh


def test_the_place_of_a_byte_that_is_not_in_the_encoding_is_reported(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("店,分\n第1店,1\n甲".encode("gb18030") + b"\xff,2\n")
    problem = problem_of_file(tmp_path / "a.csv", encoding="gb18030")
    assert (problem.code, problem.line, problem.column) == ("not-in-encoding", 3, 2)
    assert "0xFF" in problem.message


@pytest.mark.parametrize(
    "form",
    ["{title}", "{id} {title}", "{id}{title}", "{id}、{title}", "{id}\n{title}", " {id} {title} ", "{id}：{title}"],
)
def test_a_head_is_an_id_a_title_or_both(tmp_path: Path, form: str) -> None:
    heads = [form.format(id=id, title=title) for id, title in TITLES.items()]
    (tmp_path / "a.csv").write_text(table(heads), "utf-8", newline="")
    assert without_text(scored(tmp_path / "a.csv")) == expected()
    pa.csv.read_csv(tmp_path / "a.csv", parse_options=pa.csv.ParseOptions(newlines_in_values=True))
    rows = {"门店": ["第0店", "第1店"], heads[0]: ["50%", "50%"], **{head: ["1", "1"] for head in heads[1:]}}
    pa.parquet.write_table(pa.table(rows), tmp_path / "b.parquet")
    assert without_text(scored(tmp_path / "b.parquet")) == expected()


def test_an_id_beside_the_title_of_another_indicator_is_refused(tmp_path: Path) -> None:
    heads = [f"{id} {TITLES[id]}" for id in IDS]
    heads[0], heads[1] = f"{IDS[0]} {TITLES[IDS[1]]}", f"{IDS[1]} {TITLES[IDS[0]]}"
    heads[2] = f"5.9.9.9 {TITLES[IDS[2]]}"
    (tmp_path / "a.csv").write_text(table(heads), "utf-8", newline="")
    problems = problems_of_file(tmp_path / "a.csv")
    assert [problem.code for problem in problems] == ["title-mismatch"] * 3
    assert TITLES[IDS[0]] in problems[0].message_zh


def test_a_title_twice_and_other_columns_are_as_before(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(table([*IDS, TITLES[IDS[0]]], end=",1"), "utf-8", newline="")
    lines = (tmp_path / "a.csv").read_text().splitlines()
    (tmp_path / "a.csv").write_text("\n".join([lines[0].removesuffix(",1"), *lines[1:]]))
    assert [problem.code for problem in problems_of_file(tmp_path / "a.csv")] == ["duplicate-column"]
    (tmp_path / "a.csv").write_text((tmp_path / "a.csv").read_text().replace(TITLES[IDS[0]], f"{IDS[0]} 备注"))
    assert scored(tmp_path / "a.csv")[0][f"{IDS[0]} 备注"] == 1


@pytest.mark.parametrize("columns", [1, 3])
@pytest.mark.parametrize("rows", [0, 1, 40_000])
def test_empty_columns_and_rows_at_the_end_are_none(tmp_path: Path, columns: int, rows: int) -> None:
    text = table(end="," * columns)
    (tmp_path / "a.csv").write_text(text + ("," * (73 + columns) + "\r\n") * rows, "utf-8", newline="")
    assert without_text(scored(tmp_path / "a.csv")) == expected()


@pytest.mark.parametrize("empty", [1, 3, 500])
@pytest.mark.parametrize("block", [2_000, 2**24])
def test_an_empty_row_between_others_is_a_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, empty: int, block: int
) -> None:
    """It may be an evaluation of which nothing was entered, so it is not passed over."""
    monkeypatch.setattr(batch_files, "CSV_BLOCK", block)
    head, *rows = table().splitlines(keepends=True)
    (tmp_path / "a.csv").write_text(head + rows[0] + ("," * 73 + "\n") * empty + rows[1] + "," * 73, newline="")
    found = scored(tmp_path / "a.csv")
    assert [row["门店"] or None for row in found] == ["第0店", *[None] * empty, "第1店"]
    assert [row["problem"] or None for row in found] == [None, *["null-share: 5.1.1.1"] * empty, None]


def test_a_cell_below_no_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(table(end=",") + table(end=",见附件").splitlines()[1], "utf-8", newline="")
    problem = problem_of_file(tmp_path / "a.csv")
    assert (problem.code, problem.message) == ("unnamed-columns", "these columns have no name: 75")


def test_nothing_follows_a_wrong_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of empty rows behind it are not returned either."""
    monkeypatch.setattr(batch_files, "CSV_BLOCK", 2_000)
    head, row = csv_of().splitlines(keepends=True)
    (tmp_path / "a.csv").write_text(head + "1\n" + ("," * 72 + "\n") * 500 + row)
    assert [problem.code for problem in problems_of_file(tmp_path / "a.csv")] == ["ragged-csv"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_command_takes_encoding_and_delimiter(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: str
) -> None:
    source, target = tmp_path / "a.csv", tmp_path / "b.csv"
    source.write_bytes(table(list(TITLES.values()), delimiter=";").encode("gb18030"))
    arguments = ["batch", str(source), "-o", str(target), "--lang", lang, "--nodes", ""]
    assert cli.main([*arguments, "--delimiter", "semicolon"]) == 2
    assert "--encoding gb18030" in capsys.readouterr().err
    assert cli.main([*arguments, "--delimiter", "semicolon", "--encoding", "gb18030", "--bom"]) == 0
    assert target.read_bytes().startswith('\ufeff"门店"'.encode())
    assert cli.main([*arguments, "--encoding", "utf-16-le", "--force"]) == 2
    source.write_bytes(table().encode("utf-8-sig"))
    assert cli.main([*arguments, "--encoding", "utf-16-le", "--force"]) == 2
    told = capsys.readouterr().err.splitlines()[-1]
    assert told.startswith("aftersales: encoding:")
    assert "[other-mark]" in told
