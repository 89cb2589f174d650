"""Targets of files and tables: workbooks, Arrow tables and CSV."""

from __future__ import annotations

import contextlib
import csv as csv_module
import inspect
import io
import random
import re
import zipfile
import zlib
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

import inputs
import openpyxl
import pyarrow as pa
from checks import FOLDER, attempt, check_card, demand
from inputs import Choices
from support import drawn, oracle, share_rows, workbooks

import aftersales
from aftersales.batch import tables as batch
from aftersales.evaluation.loading import load_evaluation

# --- workbooks -------------------------------------------------------------------------------------------------------


def _workbook(raw: bytes) -> aftersales.Scorecard | None:
    path = FOLDER / "form.xlsx"
    path.write_bytes(raw)
    card: aftersales.Scorecard | None = attempt(lambda: aftersales.score(load_evaluation(path)))
    return card


@cache
def book_parts(number: int) -> dict[str, bytes]:
    """The parts of a filled-in form: a lean one, or one as the library writes it."""
    given = drawn.evaluation(random.Random(number))
    if number == 0:
        from aftersales.evaluation.workbook.writer import write_workbook

        raw = write_workbook(aftersales.load_standard(), load_evaluation(given))
    else:
        raw = workbooks.filled(given)
    with zipfile.ZipFile(io.BytesIO(raw)) as package:
        return {name: package.read(name) for name in package.namelist()}


def zipped(parts: dict[str, bytes], level: int = 1) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return file.getvalue()


def xlsx(data: bytes) -> bool:
    """Any bytes as a workbook."""
    return _workbook(data) is not None


# fmt: off
REFERENCES = [
    "A1", "A1:XFD1048576", "A1:A1048576", "XFE1", "A0", "A-1", "1", "", "B2:A1", "ZZZZ99999999", "A1:", "$A$1", "评分表!A1", "#REF!",
    "A1 " * 9_000, "B2:B9 " * 1_000_000, " ".join(["A1:XFD1048576"] * 200),
]
XML_VALUES = [
    "0", "1", "-1", "8", "0.08", "NaN", "1e400", "46034", "99999999999", "true", "n", "s", "b", "e", "d", "str", "inlineStr", "", "x",
    "0%", 'yyyy"年"m"月"d"日"', '0"%"', "[h]:mm", "General", "@", "hidden", "veryHidden", "评分表 (2)", "../x.xml", "/xl/workbook.xml",
]
ELEMENTS = [
    '<c r="Z900"><v>1</v></c>', '<c r="D3" t="s"><v>99999</v></c>', '<c r="E3"><f>1/0</f></c>', '<c r="E3" t="d"><v>2026-03-02</v></c>',
    "<row/>", '<row r="1048576"><c/></row>', '<mergeCell ref="A1:XFD1048576"/>', '<hyperlink ref="A1:Z9999"/>', "<v>1</v>",
    '<dataValidation type="list" sqref="A1:A9 B1:B9"/>', "<x>" * 300, "&#0;", "&lt;",
    '<numFmt numFmtId="164" formatCode="0%"/>', "<!DOCTYPE x>", "<![CDATA[<v>1</v>]]>", '<sheet name="评分表２" sheetId="9" r:id="rId1"/>',
]
# fmt: on


def changed_parts(choices: Choices, parts: dict[str, bytes]) -> dict[str, bytes]:
    """The parts of a workbook with a few changes of their XML."""
    for _ in range(choices.below(4)):
        name = choices.pick(sorted(parts))
        content = parts[name]
        pattern = choices.pick(
            [rb'"[^"]*"', rb">[^<]+<", rb"<[^>]*>", rb'(?<=ref=)"[^"]*"', rb"<(c|row)\b.{0,1000}?</\1>"]
        )
        found = [match.span() for match in re.finditer(pattern, content)]
        if not found:
            continue
        start, end = found[choices.below(len(found))]
        old = content[start:end]
        is_inside = old[:1] in b'">'  # a value between quotes, or a text between tags
        match choices.below(6):
            case 0 | 1 if is_inside:
                new = old[:1] + choices.pick(choices.pick([XML_VALUES, REFERENCES])).encode() + old[-1:]
            case 0 | 1:
                new = old + choices.pick(ELEMENTS).encode()
            case 2:
                new = old * choices.pick([2, 3, 100, 20_000])
            case 3:
                new = b""
            case 4:
                new = old + choices.pick(ELEMENTS).encode() * choices.pick([1, 2, 50_000])
            case _:
                other = parts[choices.pick(sorted(parts))]
                parts[name] = other
                continue
        parts[name] = (content[:start] + new + content[end:])[:12_000_000]
    if choices.below(16) == 15:
        parts[choices.pick(sorted(parts))] = b" " * choices.pick([1, 10**6, 11 * 10**6])
    return parts


def workbook_xml(data: bytes) -> bool:
    """A form whose parts are changed as XML, or whose zip directory lies."""
    choices = Choices(data)
    parts = dict(book_parts(1 + choices.below(3) if choices.below(8) != 7 else 0))
    raw = zipped(changed_parts(choices, parts))
    if choices.below(16) == 15:
        raw = _lying(raw, choices)
    return _workbook(raw) is not None


@cache
def _packed(megabytes: int) -> bytes:
    """So many megabytes of blanks, deflated."""
    packer, blanks = zlib.compressobj(1, zlib.DEFLATED, -15), b" " * 1_000_000
    return b"".join(packer.compress(blanks) for _ in range(megabytes)) + packer.flush()


def _lying(raw: bytes, choices: Choices) -> bytes:
    """A package with one more part, of up to 400 MB of blanks, whose directory gives another size."""
    body = _packed(choices.pick([1, 400]))
    file = io.BytesIO(raw)
    with zipfile.ZipFile(file, "a") as package:
        package.writestr("xl/large.xml", body)
    content = bytearray(file.getvalue())
    for mark, at in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        entry = content.rfind(mark)
        content[entry + at : entry + at + 2] = (8).to_bytes(2, "little")  # the body is taken for deflated
    entry = content.rfind(b"PK\x01\x02")
    content[entry + 24 : entry + 28] = choices.pick([1, len(body), 2**32 - 1]).to_bytes(4, "little")
    return bytes(content)


def workbook_cells(data: bytes) -> bool:
    """A form in which single cells hold other values and formats; what it reads as is known for those that people type."""
    choices = Choices(data)
    given = inputs.evaluation(choices)
    book = workbooks.book(given)
    known = True
    for _ in range(choices.below(4)):
        sheet = book[choices.pick(book.sheetnames)]
        row, column = 1 + choices.below(110), 1 + choices.below(17)
        value = choices.pick(workbooks.HOSTILE)
        with contextlib.suppress(openpyxl.utils.exceptions.IllegalCharacterError):
            cell = sheet.cell(row, column, value)
            cell.number_format = choices.pick(workbooks.FORMATS)
        known = False
    if choices.below(3) != 1 and (places := workbooks.number_places(given)):
        key, name = choices.pick(places)
        value, format, meaning = choices.pick(workbooks.TYPED)
        workbooks.set_number(book, key, name, value, format)
        given["findings"][key] = given["findings"][key] | {name: meaning}
    match choices.below(10):
        case 8:
            sheet = book.copy_worksheet(book[choices.pick(book.sheetnames)])
            sheet.title, known = choices.pick(["评分表 (2)", "评分表２", "表", "x"]), False
        case 9:
            book[choices.pick(book.sheetnames)].sheet_state = "hidden"
    card = _workbook(workbooks.saved(book))
    if known and card is not None:
        changed = [
            finding
            for finding in given["findings"].values()
            if isinstance(finding, dict) and None in (finding.get("degree", 0), finding.get("actual", 0))
        ]
        demand(not changed, "a cell was read that no number stands in", changed)
        check_card(given, card)
    return card is not None


# --- tables ----------------------------------------------------------------------------------------------------------


def _pairs(names: list[str], pair: tuple[int, int]) -> Callable[[int], pa.Array]:
    return lambda n: pa.StructArray.from_arrays([pa.array([part] * n, pa.int64()) for part in pair], names)


# fmt: off
COLUMNS: list[Callable[[int], pa.Array]] = [
    lambda n: pa.nulls(n),
    lambda n: pa.array([0.5] * n),
    lambda n: pa.array([float("nan"), 0.7 + 0.2, 1.5, -0.0, float("inf"), None][:n]),
    lambda n: pa.array(["0.5", " 60%", "", "x", "1/0", None, "9" * 200, "\u202e"][:n]),
    lambda n: pa.array([True, False, None] * n)[:n],
    lambda n: pa.array([0, 1, 2, -1, None] * n)[:n],
    lambda n: pa.array([1] * n, pa.uint64()),
    lambda n: pa.array([b"0.5"] * n),
    lambda n: pa.array([b"\xff"] * n, pa.large_binary()),
    lambda n: pa.array(["a", "0.5"] * n)[:n].dictionary_encode(),
    lambda n: pa.array([0] * n, pa.date32()),
    lambda n: pa.array([0] * n, pa.timestamp("ns", "UTC")),
    lambda n: pa.array([0] * n, pa.duration("s")),
    lambda n: pa.array([[0.5]] * n),
    lambda n: pa.array([0.5] * n, pa.float16()),
    lambda n: pa.array([Decimal(1)] * n, pa.decimal256(70, 60)),
    _pairs(["conforming", "sampled"], (1, 2)), _pairs(["conforming", "sampled"], (3, 2)), _pairs(["conforming", "sampled"], (0, 0)),
    _pairs(["numerator", "denominator"], (-1, 2)), _pairs(["conforming", "sampled"], (2**62, 2**63 - 1)), _pairs(["a", "a"], (1, 2)),
    _pairs(["failed", "sampled"], (1, 20)), _pairs(["nonconforming", "sampled"], (1, 20)), _pairs(["不合格数", "抽样数"], (1, 20)),
    _pairs(["defects", "sampled"], (1, 20)), _pairs(["sampled", "nonconformities"], (20, 1)),
]
FAILURES = {"failed", "nonconforming", "不合格数", "defects", "nonconformities"}
TABLE_NAMES = [
    "5.1", "5.1.1", "5.9.1.1", "５.1.1.1", "5.1.1.1 ", "", "stars", "problem", "earned", "5.1.earned", "shop", "\u202e", "x" * 1_000,
]
# fmt: on
HAS_NULL = "null" in inspect.signature(batch.score_table).parameters


def tables(data: bytes) -> bool:
    """A table with hostile columns: the rows that are as they were have the stars of exact fractions."""
    choices = Choices(data)
    rng = random.Random(choices.below(256))
    form = choices.pick(share_rows.FORMS)
    rows = [share_rows.random_row(rng, form, deleted=0) for _ in range(1 + choices.below(6))]
    table = share_rows.as_table(rows, form)
    changed: dict[str, pa.Array] = {}
    for _ in range(choices.below(4)):
        name, column = choices.pick(oracle.INDICATORS), choices.pick(COLUMNS)(len(rows))
        if choices.below(4) == 3:
            table = table.append_column(choices.pick(TABLE_NAMES), column)
        else:
            changed[name] = column
            table = table.set_column(oracle.INDICATORS.index(name), name, column)
    options: dict[str, Any] = {"exact": bool(choices.below(2)), "decimal": choices.below(6) == 5}
    options["nodes"] = choices.pick([None, (), ["5.1"], ["5.1.1.1"], "5.1", [None], ["5.9"], 5])
    if HAS_NULL and choices.below(2):
        options["null"] = choices.pick(["missing", "not_applicable"])
    scored = attempt(lambda: batch.score_table(table, **options))
    if scored is None:
        return False
    demand(scored.num_rows == len(rows), "another number of rows")
    for column in changed.values():
        names = (
            {column.type.field(place).name for place in range(column.type.num_fields)}
            if pa.types.is_struct(column.type)
            else set()
        )
        demand(not names & FAILURES, "a pair that counts failures is scored", names)
    results = scored.select(["stars", "final_score", "problem"]).to_pylist()
    for position, (row, found) in enumerate(zip(rows, results, strict=True)):
        demand(
            (found["stars"] is None) == (found["problem"] is not None), "neither stars nor a problem, or both", found
        )
        if HAS_NULL and options.get("null") != "not_applicable":
            has_null = any(not column[position].is_valid for column in changed.values())
            demand(not has_null or found["stars"] is None, "null is deleted though nobody asked for it", found)
        if not changed:
            score = share_rows.true_score(row)
            demand(found["stars"] == oracle.stars(score), "other stars than the oracle's", found, score)
    return True


def csv(data: bytes) -> bool:
    """CSV files, scored into another: any bytes, or a valid one in which some cells are changed."""
    from aftersales.batch.files.files import score_file

    source, target = FOLDER / "in.csv", FOLDER / "out.csv"
    choices = Choices(data)
    if choices.below(256) < 128:
        raw, shares = choices.rest(), None
    else:
        raw, shares = _changed_csv(choices)
    source.write_bytes(raw)
    summary = attempt(lambda: score_file(source, target, nodes=(), exact=True, force=True))
    if summary is None:
        return False
    lines = list(csv_module.DictReader(io.StringIO(target.read_text("utf-8-sig"))))
    demand(len(lines) == summary.rows, "another number of rows than counted")
    for row, line in zip(shares or (), lines, strict=shares is not None and len(shares) == len(lines)):
        if row is None:
            continue
        score = share_rows.true_score(row)
        demand(
            not line["problem"] and Fraction(line["exact_score"]) == score,
            "another score than the oracle's",
            line,
            score,
        )
        demand(int(line["stars"]) == oracle.stars(score), "other stars than the oracle's", line, score)
    return True


def _changed_csv(choices: Choices) -> tuple[bytes, list[share_rows.Row | None]]:
    """A CSV with a few changed cells, and the shares of each row; None for a row in which a cell was changed."""
    rng = random.Random(choices.below(256))
    shares: list[share_rows.Row | None] = [
        share_rows.random_row(rng, "pair", deleted=0) for _ in range(1 + choices.below(5))
    ]
    cells = [[f"{share[0]}/{share[1]}" for share in row if share] for row in shares if row]
    for _ in range(choices.below(4)):
        place = choices.below(len(cells))
        shares[place] = None
        text = choices.pick(inputs.NUMBERS + inputs.TEXTS)
        quoted = choices.pick([text, f'"{text}"', text.replace(",", "")])
        cells[place][choices.below(len(oracle.INDICATORS))] = quoted
    end = choices.pick(["\n", "\r\n", "\n\n", "\r"])
    lines = [
        ",".join(["门店", *oracle.INDICATORS]),
        *(",".join([choices.pick(["甲", "", "=1", '"a,b"']), *row]) for row in cells),
    ]
    return (end.join(lines) + choices.pick([end, ""])).encode(
        choices.pick(["utf-8", "utf-8-sig", "gb18030"]), "replace"
    ), shares


def csv_seeds() -> list[bytes]:
    rng = random.Random(1)
    rows = [share_rows.random_row(rng, "pair") for _ in range(3)]
    head = ",".join(["门店", *oracle.INDICATORS])
    lines = ["甲," + ",".join("" if share is None else f"{share[0]}/{share[1]}" for share in row) for row in rows]
    text = "\n".join([head, *lines, ""])
    files = [
        text.encode(),
        text.replace("\n", "\r\n").encode("utf-8-sig"),
        f'{head}\n"乙",{",".join(["0.9"] * 73)}'.encode(),
    ]
    return [b"\0" + file for file in files] + inputs.DECISIONS
