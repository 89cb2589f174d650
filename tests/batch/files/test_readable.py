"""Scored tables for people: heads in words, two decimals, percentages (6.3.1, reading R3)."""

from __future__ import annotations

import csv
import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from support.tables import IDS, csv_of

import aftersales
from aftersales import cli, load_example
from aftersales.batch import score_table
from aftersales.batch.files import files
from aftersales.batch.files.readable import Readable
from aftersales.files.writing import as_yaml

openpyxl = pytest.importorskip("openpyxl")
TITLE = aftersales.load_standard()["5.3.6"].title


def table(path: Path) -> None:
    """Shops with nine tenths, with a hair less, with a deletion, and with a share that is none."""
    head = csv_of(店="x").splitlines()[0]
    rows = [
        *(("甲", dict.fromkeys(IDS, "0.9")), ("乙", dict.fromkeys(IDS, "0.8999999999"))),
        *(("丙", dict.fromkeys(IDS, "1") | {"5.3.6.1": "", "5.1.1.1": "1/3"}), ("丁", dict.fromkeys(IDS, "7"))),
    ]
    path.write_text("\n".join([head, *(",".join([*row.values(), name]) for name, row in rows)]), "utf-8")


ZH = ["店", "实际得分", "涉及项总分值", "删减分值", "最终得分", "星级", "是否合格", "略低于界限"]
EXPECTED = [  # 5.3.6 has two halves of a point; 5.1.1.1 has 1, of which a third is earned: 98.8333… of 99.5
    ["甲", "90.00", "100.00", "0.00", "90.00", "五星级", "合格", "否", "0.90", "1.00", "90.00%", ""],
    ["乙", "90.00", "100.00", "0.00", "90.00(-)", "四星级", "合格", "否", "0.90", "1.00", "90.00%(-)", ""],
    ["丙", "98.83", "99.50", "0.50", "99.33", "五星级", "合格", "否", "0.50", "0.50", "100.00%", ""],
    ["丁", *[""] * 10, "out-of-range: 5.1.1.1"],
]


def run(folder: Path, target: str, *more: str) -> Path:
    table(folder / "a.csv")
    arguments = ["batch", str(folder / "a.csv"), "-o", str(folder / target), "--nodes", "5.3.6", "--readable"]
    assert cli.main([*arguments, "--null", "not_applicable", "--force", *more]) == 0
    return folder / target


def test_a_csv_has_texts_as_people_write_them(tmp_path: Path) -> None:
    content = run(tmp_path, "o.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    head, *rows = csv.reader(content.decode("utf-8-sig").splitlines())
    points = [f"5.3.6 {TITLE.zh} {part}" for part in ("实际得分", "涉及项总分值", "评分比例")]
    assert head == [*ZH, *points, "问题"]
    assert rows == EXPECTED


@pytest.mark.parametrize("exact", [False, True])
def test_each_column_of_a_result_has_a_head_in_words(exact: bool) -> None:
    """A column that is added to the result and not to those for people would keep its name."""
    standard = aftersales.load_standard()
    shares = pa.table({id: pa.array([], pa.float64()) for id in IDS})
    result = score_table(shares, standard, nodes=["5.3", "5.3.6"], exact=exact)
    result = result if exact else result.append_column("printed_score", pa.array([], pa.string()))
    heads = Readable(standard, "zh", exact=exact).scored(result).column_names
    assert len(heads) == len(result.column_names) - 1  # the printed score is the final score for people
    assert not [head for head in heads if not re.search("[\u4e00-\u9fff]", head)]


def test_a_workbook_has_numbers_that_look_like_them(tmp_path: Path) -> None:
    path = run(tmp_path, "o.xlsx", "--lang", "en", "--exact")
    head, *rows = openpyxl.load_workbook(path)["评分结果"].iter_rows()
    assert [cell.value for cell in head][:6] == [
        *("店", "Earned points", "Applicable points", "Deleted points", "Final score", "Star Level")
    ]
    named = [dict(zip((cell.value for cell in head), row, strict=True)) for row in rows]

    def seen(row: dict[str, Any], *names: str) -> list[tuple[Any, str]]:
        return [(row[name].value, row[name].number_format) for name in names]

    ratio = f"5.3.6 {TITLE.en} Ratio"
    assert seen(named[0], "Final score", ratio) == [(90, "0.00"), (0.9, "0.00%")]
    assert seen(named[1], "Final score", ratio, "Star Level") == [
        ("90.00(-)", "General"),
        ("90.00%(-)", "General"),
        ("4 stars", "General"),
    ]
    assert seen(named[2], "Final score", ratio, "Exact score") == [
        (99.33, "0.00"),
        (1, "0.00%"),
        ("59300/597", "General"),
    ]
    assert seen(named[3], "Final score", "Passed") == [(None, "General"), (None, "General")]


@pytest.mark.parametrize("target", ["o.csv", "o.xlsx"])
@pytest.mark.parametrize(
    ("share", "all_points", "points", "ratio"),
    [
        ("1", "100.00", "1.00", "100.00%"),
        ("0.98", "99.99", "0.99", "99.00%"),
        ("0.992", "99.996", "0.996", "99.60%"),  # two decimals would give 100.00 of 100.00, and 1.00 of 1.00
        ("0.9999", "99.99995", "0.99995", "100.00%(-)"),
        ("0.99999998", "99.99999999", "0.99999999", "100.00%(-)"),
        ("0.9999999999999", "<100", "<1", "100.00%(-)"),
        ("0.59999998", "99.80", "0.80", "80.00%(-)"),
        ("0.6", "99.80", "0.80", "80.00%"),
        ("0.49999998", "99.75", "0.75", "75.00%(-)"),
        ("0", "99.50", "0.50", "50.00%"),
    ],
)
def test_nothing_that_lost_points_looks_full(
    tmp_path: Path, target: str, share: str, all_points: str, points: str, ratio: str
) -> None:
    """R3: 5.3.6.1 has half of the points of 5.3.6. Points have as many decimals as show the loss, and a ratio the mark."""
    (tmp_path / "a.csv").write_text(csv_of(i5_3_6_1=share), "utf-8")
    arguments = ["batch", str(tmp_path / "a.csv"), "-o", str(tmp_path / target), "--nodes", "5.3.6", "--readable"]
    assert cli.main(arguments) == 0
    if target == "o.csv":
        head, row = csv.reader((tmp_path / target).read_text("utf-8-sig").splitlines())
    else:
        head, row = map(seen_texts, openpyxl.load_workbook(tmp_path / target)["评分结果"].iter_rows())
    seen = dict(zip(head, row, strict=True))
    named = ["实际得分", *(f"5.3.6 {TITLE.zh} {part}" for part in ("实际得分", "评分比例"))]
    assert [seen[name] for name in named] == [all_points, points, ratio]


NOTE = "数值后的“(-)”表示：修约后的数值恰为界限值，而实际数值尚未达到该界限（GB/T 8170）。"


def source_of(folder: Path, kind: str, *, share: str, proportion: str) -> Path:
    """An evaluation with these degrees, and this proportion at 5.1.2.2, as a table of that kind or as a file."""
    findings = {key: {"kind": "qualitative", "degree": share, "reason": "差"} for key in IDS[:73]}
    findings["5.1.2.2"] = {"kind": "quantitative", "actual": proportion, "reason": "差"}
    if kind == "shares":
        path, text = folder / "a.csv", csv_of(**{f"i{key.replace('.', '_')}": share for key in findings})
    elif kind == "findings":
        columns = ["kind", "degree", "actual", "reason"]
        rows = [",".join(["甲", key, *(one.get(name, "") for name in columns)]) for key, one in findings.items()]
        path, text = folder / "a.csv", "\n".join([",".join(["evaluation", "indicator", *columns]), *rows])
    else:
        path = folder / "a.json"
        text = json.dumps({"standard": "CTS XBHT-S04-2025", "edition": "2025-12-04", "findings": findings})
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize("kind", ["shares", "findings", "files"])
@pytest.mark.parametrize(("share", "proportion", "told"), [("0.8999999", "8.999999%", [NOTE]), ("0.9", "9%", [])])
def test_the_mark_is_explained_where_it_is_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str, share: str, proportion: str, told: list[str]
) -> None:
    """R3: on the screen, and in a workbook in a sheet of its own; a CSV has no place for it."""
    source = source_of(tmp_path, kind, share=share, proportion=proportion)
    for target in ("o.xlsx", "o.csv"):
        assert cli.main(["batch", str(source), "-o", str(tmp_path / target), "--readable", "--nodes", ""]) == 0
        assert [line for line in capsys.readouterr().out.splitlines() if "(-)" in line] == told
    assert ("90.00(-)" in (tmp_path / "o.csv").read_text("utf-8-sig")) is bool(told)
    assert NOTE not in (tmp_path / "o.csv").read_text("utf-8-sig")
    book = openpyxl.load_workbook(tmp_path / "o.xlsx")
    titles = ["评分结果"] if kind == "shares" else ["评分结果", "问题"]
    assert book.sheetnames == [*titles, *["说明" for _ in told]]
    assert [row for title in book.sheetnames[len(titles) :] for row in book[title].values] == [
        (text,) for text in ["说明" for _ in told] + told
    ]


def seen_texts(cells: Any) -> list[str]:
    """What a spreadsheet shows of cells, whose formats are 0.00, 0.00% and the like."""

    def seen(value: Any, form: str) -> str:
        if value is None or isinstance(value, str):
            return value or ""
        whole, percent, _ = form.partition("%")
        number = Decimal(str(value)) * (100 if percent else 1)
        return f"{number:.{len(whole.partition('.')[2])}f}{percent}"

    return [seen(cell.value, cell.number_format) for cell in cells]


def test_files_and_findings_have_heads_too(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.yaml").write_text(as_yaml(load_example("home-appliance-chain")), "utf-8")
    (tmp_path / "in" / "b.json").write_text("{")
    for lang, heads, sentence in (
        ("zh", ["文件", "行", "评价对象", "商品类别"], "不是合法的 JSON"),
        ("en", ["File", "Line", "Organisation", "Product category"], "not valid JSON"),
    ):
        target = tmp_path / f"{lang}.csv"
        assert cli.main(["batch", str(tmp_path / "in"), "-o", str(target), "--readable", "--lang", lang]) == 0
        head, *rows = csv.reader(target.read_text("utf-8-sig").splitlines())
        assert head[:4] == heads
        assert rows[0][head.index("最终得分" if lang == "zh" else "Final score")] == "87.37"
        assert ("第三方评价" in rows[0], "third-party evaluation" in rows[0]) == (lang == "zh", lang == "en")
        names, problem = csv.reader(target.with_suffix(".problems.csv").read_text("utf-8-sig").splitlines())
        assert len(names) == 8
        assert problem[-1].startswith(sentence)
    full = "".join(f"甲,{name},{'quantitative' if name == '5.1.2.2' else 'full'},10%\n" for name in IDS[:73])
    full = full.replace("full,10%", "full,")
    (tmp_path / "f.csv").write_text(f"evaluation,indicator,kind,actual\n{full}")
    assert cli.main(["batch", str(tmp_path / "f.csv"), "-o", str(tmp_path / "g.csv"), "--readable", "--nodes", ""]) == 0
    head, row = csv.reader((tmp_path / "g.csv").read_text("utf-8-sig").splitlines())
    assert dict(zip(head, row, strict=True)) == {
        **{
            "evaluation": "甲",
            "实际得分": "100.00",
            "涉及项总分值": "100.00",
            "删减分值": "0.00",
            "最终得分": "100.00",
        },
        **{"星级": "五星级", "是否合格": "合格", "略低于界限": "否", "问题": ""},
    }


def test_columns_are_wide_enough_and_a_sheet_without_rows_has_a_head(tmp_path: Path) -> None:
    """A Chinese character is as wide as two others; what is longer than a bound is cut."""
    name = "滨海家电连锁有限公司"
    (tmp_path / "a.csv").write_text(csv_of(店=name, 注="长" * 100), "utf-8")
    assert cli.main(["batch", str(tmp_path / "a.csv"), "-o", str(tmp_path / "o.xlsx"), "--nodes", ""]) == 0
    sheet = openpyxl.load_workbook(tmp_path / "o.xlsx").active
    assert (sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width) == (23, 50)
    (tmp_path / "a.csv").write_text(csv_of(店=name).splitlines()[0], "utf-8")
    assert cli.main(["batch", str(tmp_path / "a.csv"), "-o", str(tmp_path / "p.xlsx")]) == 0
    assert next(openpyxl.load_workbook(tmp_path / "p.xlsx").active.values)[0] == "店"
    (tmp_path / "in.yaml").write_text(as_yaml(load_example("home-appliance-chain")), "utf-8")
    assert cli.main(["batch", str(tmp_path / "in.yaml"), "-o", str(tmp_path / "q.xlsx")]) == 0
    assert [len(list(sheet.values)) for sheet in openpyxl.load_workbook(tmp_path / "q.xlsx")] == [2, 1]


def test_the_head_stands_once_above_rows_that_are_read_in_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "CSV_BLOCK", 2_000)
    head = csv_of(店="x").splitlines()[0]
    shares = ",".join(["1"] * len(IDS))
    (tmp_path / "a.csv").write_text("\n".join([head, *(f"{shares},第{number}店" for number in range(40))]), "utf-8")
    assert cli.main(["batch", str(tmp_path / "a.csv"), "-o", str(tmp_path / "o.xlsx"), "--nodes", ""]) == 0
    sheet = openpyxl.load_workbook(tmp_path / "o.xlsx").worksheets[0]
    assert [row[0] for row in sheet.iter_rows(values_only=True)] == ["店", *(f"第{number}店" for number in range(40))]
