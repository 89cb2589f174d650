"""The targets: each takes the bytes of one input, and returns whether the library accepted what was made of them.

A target raises where the library broke a promise: an exception that is not declared, or :class:`Broken` where something that
was accepted is not what it should be. Declared are AftersalesError, and pydantic's ValidationError where a model is built by hand.
"""

from __future__ import annotations

import contextlib
import copy
import csv as csv_module
import io
import json
import pickle
import random
import re
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import drawn
import inputs
import openpyxl
import oracle
import pyarrow as pa
import share_rows
import workbooks
import yaml
from inputs import Choices
from pydantic import ValidationError

import aftersales
from aftersales import batch, certificate, cli, evaluation, plan, report
from aftersales.errors import AftersalesError
from aftersales.improvement import improvements, read_costs
from aftersales.notebook import html_of
from aftersales.reading import load_evaluation

_HELD = tempfile.TemporaryDirectory(prefix="aftersales-fuzz-")  # removed when the process ends
FOLDER = Path(_HELD.name)
UNSAFE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]"
)


class Broken(AssertionError):
    """What the library made of an input is not what it should be."""


def demand(truth: bool, what: str, *found: Any) -> None:
    """Raises :class:`Broken`; ``what`` names the kind of mistake, ``found`` is shown beside it."""
    if not truth:
        raise Broken(what, *(repr(each)[:300] for each in found))


def words_of(error: AftersalesError | ValidationError) -> None:
    """Puts a refusal into words, as everybody who gets one does; none is empty, and none reaches a terminal raw."""
    if isinstance(error, ValidationError):
        demand(bool(str(error)), "a refusal without words")
        return
    demand(bool(error.problems), "a refusal without a problem")
    for problem in error.problems:
        for text in (str(problem), problem.text("zh"), problem.text("en")):
            demand(not UNSAFE.search(text), "a raw character in a problem", text)
        demand(bool(problem.message and problem.message_zh), "a problem without words", problem.code)
        demand(len(problem.message) < 10_000, "a message of more than 10,000 characters", problem.code)


def attempt(action: Callable[[], Any]) -> Any:
    """What the action returns; None where it was refused in a declared way."""
    try:
        return action()
    except (AftersalesError, ValidationError) as error:
        words_of(error)
        return None


# --- what must hold of all that is accepted --------------------------------------------------------------------------


def check_card(data: dict[str, Any], card: aftersales.Scorecard) -> None:
    """The score is that of an independent calculation from the same data, and nothing was accepted that a reading refuses."""
    findings = data["findings"]
    for indicator, finding in findings.items():
        objection = oracle.objection(indicator, finding)
        demand(objection is None, f"accepted against {objection}", indicator, finding)
    score = oracle.final_score(findings)
    demand(card.final_score == score, "another score than the oracle's", card.final_score, score)
    demand(card.stars == oracle.stars(score), "other stars than the oracle's", card.stars, score)
    demand(card.passed == (score >= 60), "passed otherwise than the oracle", score)


def check_round_trip(model: Any) -> None:
    """A model is the same after its JSON, its Python form and a pickle."""
    kind = type(model)
    demand(kind.model_validate(model.model_dump(mode="json")) == model, f"{kind.__name__} is another after its JSON")
    demand(kind.model_validate(model.model_dump()) == model, f"{kind.__name__} is another after its Python form")
    demand(pickle.loads(pickle.dumps(model)) == model, f"{kind.__name__} is another after a pickle")
    repr(model)


def scored(data: Any) -> aftersales.Scorecard | None:
    """The scorecard of plain data, checked; None where it was refused."""
    card = attempt(lambda: aftersales.score(load_evaluation(data)))
    if card is not None:
        check_card(data, card)
    return card


# What a text may not hold though a mapping may, and floats, which are refused from Python where they look calculated.
TEXT_ALONE = {
    "too-deep",
    "too-many-values",
    "file-too-large",
    "number-too-long",
    "bad-character",
    "not-yaml",
    "duplicate-key",
}


def check_texts(data: Any, card: aftersales.Scorecard | None) -> None:
    """The same data as JSON text and as YAML text has the same answer."""
    try:
        text = json.dumps(data)
    except (TypeError, ValueError):
        return
    if re.search(r"\b(NaN|Infinity)\b|[0-9.]{16}", text):
        return
    answers = {}
    for form, source in (("JSON", text.encode()), ("YAML", b"---\n" + text.encode())):
        try:
            answers[form] = aftersales.score(load_evaluation(source)).final_score
        except AftersalesError as error:
            words_of(error)
            if TEXT_ALONE & {problem.code for problem in error.problems}:
                return
            answers[form] = None
    expected = None if card is None else card.final_score
    for form, answer in answers.items():
        # Words that YAML has for booleans are texts in it, so a boolean is refused in another way, but refused.
        demand(answer == expected, f"{form} has another answer than the mapping", answer, expected)


# --- texts -----------------------------------------------------------------------------------------------------------

READERS: tuple[Callable[[bytes], Any], ...] = (
    lambda text: aftersales.score(load_evaluation(text)),
    load_evaluation,
    aftersales.load_plan,
    aftersales.load_certificate,
    aftersales.load_standard,
    lambda text: read_costs(text, example_card()),
)


@cache
def example_card() -> aftersales.Scorecard:
    return aftersales.score(load_evaluation(drawn.evaluation(random.Random(11))))


def _text(data: bytes, begin: bytes, written: Callable[[Any], str]) -> bool:
    """Any text by any reader; or a valid evaluation with changes as a text, whose bytes may be changed too."""
    choices = Choices(data)
    if (first := choices.below(256)) < 128:
        reader = READERS[first % len(READERS)]
        source = begin + choices.rest()
        return attempt(lambda: reader(source)) is not None
    found = inputs.changed(choices, inputs.evaluation(choices), plain=True, most=2)
    source = begin + written(found).encode("utf-8", "surrogatepass")
    if choices.below(4) == 3:
        source, found = inputs.changed_bytes(random.Random(choices.rest()), source, [source]), None
    card = attempt(lambda: aftersales.score(load_evaluation(source)))
    if card is not None:
        if found is not None:
            check_card(found, card)
        again = aftersales.score(load_evaluation(card.evaluation.model_dump(mode="json")))
        demand(again == card, "another result after a round trip")
    return card is not None


def yaml_text(data: bytes) -> bool:
    """YAML, by every reader."""

    def written(found: Any) -> str:
        try:
            return str(yaml.dump(found, Dumper=yaml.CSafeDumper, allow_unicode=True))
        except UnicodeEncodeError:  # half surrogates
            return json.dumps(found)

    return _text(data, b"---\n", written)


def json_text(data: bytes) -> bool:
    """JSON, by every reader and by pydantic's own."""
    with contextlib.suppress(ValidationError):
        evaluation.Evaluation.model_validate_json(data[1:])
    return _text(data, b"", json.dumps)


def _documents() -> Iterator[tuple[int, Any]]:
    few = {
        "standard": "CTS XBHT-S04-2025",
        "findings": dict(list(drawn.evaluation(random.Random(3))["findings"].items())[:12]),
    }
    yield 0, drawn.evaluation(random.Random(1))
    yield 1, few
    yield 2, inputs.plan()
    yield 3, inputs.certificate()
    yield 5, {"5.1.1.1": 900, "5.3.2.4": "1/3", "5.4.1.1": 0.5}


def text_seeds(*, flow: bool) -> list[bytes]:
    """Valid texts for each reader."""
    from aftersales.writing import as_yaml

    seeds = [
        bytes([reader]) + json.dumps(data, ensure_ascii=False, default=str).encode() for reader, data in _documents()
    ]
    if not flow:
        block = as_yaml(load_evaluation(next(_documents())[1])).encode()
        seeds += [b"\0" + block, b"\1" + b"\n".join(block.splitlines()[:30])]
    return seeds + DECISIONS


DECISIONS = [bytes([255, number]) + random.Random(number).randbytes(30 * (number % 3)) for number in range(12)]


# --- mappings --------------------------------------------------------------------------------------------------------


def mapping(data: bytes) -> bool:
    """A valid evaluation with hostile changes, as a mapping, as models, and as JSON and YAML text."""
    choices = Choices(data)
    found = inputs.changed(choices, inputs.evaluation(choices))
    card = (
        scored(found)
        if isinstance(found, dict)
        else attempt(lambda: load_evaluation(found))
        if hasattr(found, "keys")
        else None
    )
    if not isinstance(found, dict):
        return False
    by_hand = (
        attempt(lambda: aftersales.score(evaluation.Evaluation(**found)))
        if all(type(key) is str for key in found)
        else card
    )
    demand(
        (by_hand and by_hand.final_score) == (card and card.final_score), "by hand another answer than load_evaluation"
    )
    if card is not None and choices.below(4) == 3:
        check_round_trip(card.evaluation)
        check_round_trip(card)
    if choices.below(8) == 7:
        check_texts(found, card)
    return card is not None


def papers(data: bytes) -> bool:
    """Plans, certificates, standards and costs with hostile changes."""
    choices = Choices(data)
    match choices.below(8):
        case 0 | 1 | 2:
            found = inputs.changed(choices, inputs.plan())
            made = (
                attempt(lambda: aftersales.load_plan(found, complete=bool(choices.below(2))))
                if isinstance(found, dict)
                else None
            )
            if made is not None:
                check_round_trip(made)
                attempt(made.gaps), attempt(made.form)
        case 3 | 4 | 5:
            found = inputs.changed(choices, inputs.certificate())
            made = attempt(lambda: aftersales.load_certificate(found)) if isinstance(found, dict) else None
            if made is not None:
                check_round_trip(made)
                on = choices.pick(
                    ["2026-03-19", "2026-03-20", "2027-03-20", "2028-02-29", "2029-03-20", "9999-12-31", "x", None, 1]
                )
                if (status := attempt(lambda: made.status(on))) is not None:
                    demand((status.stars > 0) == (status.state == "valid"), "stars in force where none are", status)
        case 6:
            found = inputs.changed(choices, inputs.standard(), most=1)
            made = attempt(lambda: aftersales.load_standard(found)) if isinstance(found, dict) else None
            if made is not None:
                given = drawn.evaluation(random.Random(5)) | {"standard": made.id, "edition": made.edition}
                attempt(lambda: aftersales.score(load_evaluation(given, made), made))
        case _:
            found = inputs.changed(choices, inputs.costs(choices))
            card = aftersales.score(load_evaluation(inputs.evaluation(choices)))
            stars = choices.pick([None, 1, 2, 3, 4, 5, 0, 6, True, "5", 10**400])
            made = (
                attempt(lambda: improvements(card, stars, read_costs(found, card))) if isinstance(found, dict) else None
            )
            if made is not None and made.reachable:
                raised = dict(card.evaluation.model_dump(mode="json")["findings"])
                for step in made.steps:
                    raised[step.id] = {"kind": "quantitative", "actual": "10%"} if step.id == "5.1.2.2" else "full"
                score = oracle.final_score(raised)
                demand(score == made.final_score and score >= made.limit, "steps that do not lead there", made)
    return made is not None


GROUNDS = {"grounds": "breach_of_law", "reason": "违法"}
MODELS: tuple[tuple[Any, dict[str, Any]], ...] = (
    (evaluation.Qualitative, {"degree": "60%", "row": 1, "reason": "岗位职责未成文"}),
    (evaluation.Quantitative, {"actual": "30", "at_most": "24", "evidence": [{"method": "document", "note": "台账"}]}),
    (evaluation.Sampled, {"population": 120, "sampled": 80, "nonconforming": 4}),
    (evaluation.Sampled, {"outlets": 12, "outlets_covered": 12, "sampled": 36, "nonconforming": 3}),
    (evaluation.NotApplicable, {"reason": "不销售", "confirmed_by": ["张明"]}),
    (evaluation.Subject, {"organisation": "甲", "product_category": "家电", "size_tier": "中型", "scope": "全部"}),
    (evaluation.Assessor, {"name": "张明", "role": "lead"}),
    (evaluation.Period, {"start": "2026-03-02", "end": "2026-03-06"}),
    (
        evaluation.Evaluation,
        {
            "standard": "CTS XBHT-S04-2025",
            "findings": {"5.1.1.1": "full", "5.1.2.2": {"kind": "quantitative", "actual": "8%"}},
        },
    ),
    (
        plan.Activity,
        {
            "start": "2026-03-02",
            "end": "2026-03-03",
            "review": "on_site",
            "methods": ["customer"],
            "assessors": ["张明"],
        },
    ),
    (certificate.Surveillance, {"on": "2027-02-11", "passed": True}),
    (certificate.Downgrade, {"on": "2027-02-11", "stars": 3, **GROUNDS}),
    (certificate.Revocation, {"on": "2027-02-11", **GROUNDS}),
    (certificate.Renewal, {"on": "2029-03-01", "final_score": "87.37", "stars": 4}),
    (certificate.Certificate, inputs.certificate()),
    (plan.EvaluationPlan, inputs.plan()),
)


def models(data: bytes) -> bool:
    """Every model with hostile changes: built, validated, validated from JSON, copied."""
    choices = Choices(data)
    model, valid = choices.pick(MODELS)
    way = choices.below(4)
    found = inputs.changed(choices, copy.deepcopy(valid), plain=way == 1)
    if way == 1:
        text = json.dumps(found)
        made = attempt(lambda: model.model_validate_json(text))
    elif way == 2 and isinstance(found, dict) and all(type(key) is str for key in found):
        made = attempt(lambda: model(**found))
    elif way == 3 and isinstance(found, dict):
        made = attempt(lambda: model.model_validate(valid).model_copy(update=found))
    else:
        made = attempt(lambda: model.model_validate(found))
    if made is not None:
        check_round_trip(made)
        hash(made)
        str(made)
    return made is not None


# --- results ---------------------------------------------------------------------------------------------------------


@cache
def _stored(seed: int) -> bytes:
    card = aftersales.score(load_evaluation(drawn.evaluation(random.Random(seed))))
    return pickle.dumps(card.model_dump(mode="json"))


def results(data: bytes) -> bool:
    """Stored scorecards with hostile changes: what is opened is what its findings give, to the type."""
    choices = Choices(data)
    stored = pickle.loads(_stored(choices.below(32)))
    if choices.below(4) == 3:
        stored["evaluation"] = inputs.changed(choices, stored["evaluation"], plain=True, most=1)
        found = stored
    else:
        found = inputs.changed(choices, stored, plain=True, most=2)
    card = attempt(lambda: aftersales.Scorecard.model_validate(found))
    if card is None:
        return False
    check_card(found["evaluation"], card)
    derived = card.model_dump(mode="json")
    for document in (found, derived):
        document.pop("evaluation"), document.pop("standard")
    demand(
        json.dumps(found, sort_keys=True) == json.dumps(derived, sort_keys=True),
        "opened with figures of another form",
        found,
    )
    return True


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
        from aftersales.workbook import write_workbook

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


REFERENCES = [
    "A1",
    "A1:XFD1048576",
    "A1:A1048576",
    "XFE1",
    "A0",
    "A-1",
    "1",
    "",
    "B2:A1",
    "ZZZZ99999999",
    " ".join(["B2:B9"] * 3_000),
]
REFERENCES += [" ".join(["A1:XFD1048576"] * 200), "A1:", "$A$1", "评分表!A1", "#REF!", "A1 " * 9_000]
XML_VALUES = [
    "0",
    "1",
    "-1",
    "8",
    "0.08",
    "NaN",
    "1e400",
    "46034",
    "99999999999",
    "true",
    "n",
    "s",
    "b",
    "e",
    "d",
    "str",
    "inlineStr",
    "",
    "x",
]
XML_VALUES += [
    "0%",
    'yyyy"年"m"月"d"日"',
    '0"%"',
    "[h]:mm",
    "General",
    "@",
    "hidden",
    "veryHidden",
    "评分表 (2)",
    "../x.xml",
    "/xl/workbook.xml",
]
ELEMENTS = [
    b'<c r="Z900"><v>1</v></c>',
    b'<c r="D3" t="s"><v>99999</v></c>',
    b'<c r="E3"><f>1/0</f></c>',
    b'<c r="E3" t="d"><v>2026-03-02</v></c>',
    b"<row/>",
    b'<row r="1048576"><c/></row>',
    b'<mergeCell ref="A1:XFD1048576"/>',
    b'<dataValidation type="list" sqref="A1:A9 B1:B9"><formula1>"a"</formula1></dataValidation>',
    b'<hyperlink ref="A1:Z9999"/>',
    b'<numFmt numFmtId="164" formatCode="0%"/>',
    b"<x>" * 300,
    b"<v>1</v>",
    b"&#0;",
    b"&lt;",
    b"<!DOCTYPE x>",
    b"<![CDATA[<v>1</v>]]>",
    b'<sheet name="\xe8\xaf\x84\xe5\x88\x86\xe8\xa1\xa8\xef\xbc\x92" sheetId="9" r:id="rId1"/>',
]


def workbook_xml(data: bytes) -> bool:
    """A form whose parts are changed as XML, or whose zip directory lies."""
    choices = Choices(data)
    parts = dict(book_parts(1 + choices.below(3) if choices.below(8) != 7 else 0))
    for _ in range(choices.below(4)):
        name = choices.pick(sorted(parts))
        content = parts[name]
        pattern = choices.pick([rb'"[^"]*"', rb">[^<]+<", rb"<[^>]*>", rb"<(\w+)[^>]*>.*?</\1>|<[^>]*/>"])
        found = [match.span() for match in re.finditer(pattern, content)]
        if not found:
            continue
        start, end = found[choices.below(len(found))]
        old = content[start:end]
        match choices.below(6):
            case 0:
                new = (
                    old[:1] + choices.pick(XML_VALUES).encode() + old[-1:]
                    if old[:1] in b'">'
                    else choices.pick(ELEMENTS)
                )
            case 1:
                new = (
                    old[:1] + choices.pick(REFERENCES).encode() + old[-1:]
                    if old[:1] in b'">'
                    else old + choices.pick(ELEMENTS)
                )
            case 2:
                new = old * choices.pick([2, 3, 100, 20_000])
            case 3:
                new = b""
            case 4:
                new = old + choices.pick(ELEMENTS) * choices.pick([1, 2, 5_000])
            case _:
                other = parts[choices.pick(sorted(parts))]
                parts[name] = other
                continue
        parts[name] = (content[:start] + new + content[end:])[:12_000_000]
    if choices.below(16) == 15:
        parts[choices.pick(sorted(parts))] = b" " * choices.pick([1, 10**6, 11 * 10**6])
    raw = zipped(parts)
    if choices.below(16) == 15:
        raw = _lying(raw, choices)
    return _workbook(raw) is not None


def _lying(raw: bytes, choices: Choices) -> bytes:
    """A package with one more part of 40 MB of blanks, whose directory gives another size."""
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = packed.compress(b" " * choices.pick([100, 40_000_000])) + packed.flush()
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

COLUMNS: tuple[Callable[[int], Any], ...] = (
    lambda n: pa.nulls(n),
    lambda n: pa.array([0.5] * n),
    lambda n: pa.array([float("nan"), 0.7 + 0.2, 1.5, -0.0, float("inf")][:n] * n)[:n],
    lambda n: pa.array(["0.5", " 60%", "", "x", "1/0", None, "9" * 200, "\u202e"][:n] * n)[:n],
    lambda n: pa.array([True, False, None][:n] * n)[:n],
    lambda n: pa.array([0, 1, 2, -1, None][:n] * n)[:n],
    lambda n: pa.array([1] * n, pa.uint64()),
    lambda n: pa.array([b"0.5"] * n),
    lambda n: pa.array([b"\xff"] * n).cast(pa.large_binary()),
    lambda n: pa.array(["a", "0.5"][:n] * n)[:n].dictionary_encode(),
    lambda n: pa.array([0] * n, pa.date32()),
    lambda n: pa.array([0] * n, pa.timestamp("ns", "UTC")),
    lambda n: pa.array([0] * n, pa.duration("s")),
    lambda n: pa.array([[0.5]] * n),
    lambda n: pa.array([0.5] * n, pa.float16()),
    lambda n: pa.array(share_rows.Decimal(1) for _ in range(n)).cast(pa.decimal256(70, 60)),
    *(
        lambda n, names=names, pair=pair: pa.StructArray.from_arrays(
            [pa.array([part] * n, pa.int64()) for part in pair], list(names)
        )  # type: ignore[misc]
        for names in (
            ("conforming", "sampled"),
            ("failed", "sampled"),
            ("nonconforming", "sampled"),
            ("不合格数", "抽样数"),
            ("a", "a"),
        )
        for pair in ((1, 2), (3, 2), (0, 0), (-1, 2), (2**62, 2**63 - 1))
    ),
)
TABLE_NAMES = [
    "5.1",
    "5.1.1",
    "5.9.1.1",
    "５.1.1.1",
    "5.1.1.1 ",
    "",
    "stars",
    "problem",
    "earned",
    "5.1.earned",
    "shop",
    "\u202e",
    "x" * 1_000,
]


def tables(data: bytes) -> bool:
    """A table with hostile columns: the rows without a problem have the stars of exact fractions."""
    choices = Choices(data)
    rng = random.Random(choices.below(256))
    form = choices.pick(share_rows.FORMS)
    rows = [share_rows.random_row(rng, form, deleted=0) for _ in range(1 + choices.below(6))]
    table = share_rows.as_table(rows, form)
    places = set()
    for _ in range(choices.below(4)):
        place = choices.below(len(oracle.INDICATORS))
        column = choices.pick(COLUMNS)(len(rows))
        if choices.below(4) == 3:
            table = table.append_column(choices.pick(TABLE_NAMES), column)
        else:
            places.add(place)
            table = table.set_column(place, oracle.INDICATORS[place], column)
    options = {"exact": bool(choices.below(2)), "decimal": choices.below(6) == 5}
    nodes = choices.pick([None, (), ["5.1"], ["5.1.1.1"], "5.1", [None], ["5.9"], 5])
    scored = attempt(lambda: batch.score_table(table, nodes=nodes, **options))
    if scored is None:
        return False
    demand(scored.num_rows == len(rows), "another number of rows")
    if not places:
        for row, found in zip(rows, scored.select(["stars", "final_score", "problem"]).to_pylist(), strict=True):
            score = share_rows.true_score(row)
            demand(
                found["problem"] is None and found["stars"] == oracle.stars(score),
                "other stars than the oracle's",
                found,
                score,
            )
    else:
        for found in scored.to_pylist():
            demand(
                (found["stars"] is None) == (found["problem"] is not None),
                "a row with a problem and stars, or with neither",
                found,
            )
    return True


def csv(data: bytes) -> bool:
    """CSV files, scored into another: any bytes, or a valid one in which some cells are changed."""
    from aftersales.batch_files import score_file

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
    return [b"\0" + file for file in files] + DECISIONS


# --- outputs ---------------------------------------------------------------------------------------------------------

TEXT_PLACES = [
    ("subject", "organisation"),
    ("subject", "scope"),
    ("subject", "product_category"),
    ("team", 0, "name"),
    ("team", 0, "qualification"),
]
SHORT = [text for text in inputs.TEXTS if len(text) <= 30 and text.strip()] + [
    "a\n5.1.1.1: 3 分",
    "a\x85b",
    "a\u2028b",
    "x\u202ey",
    "x\u200fy",
    "a\r\x1b[2Kb",
]
COMMANDS = (
    ["score"],
    ["explain"],
    ["check"],
    ["score", "--json"],
    ["explain", "--json"],
    ["improve"],
    ["improve", "--json"],
    ["compare"],
    ["compare", "--json"],
    ["issue", "--on", "2026-03-20"],
)


def run_command(arguments: list[str]) -> tuple[int, str]:
    """The exit code of a command, and all that it prints."""
    out, saved = io.TextIOWrapper(io.BytesIO(), "utf-8", errors="surrogateescape"), (sys.stdout, sys.stderr)
    sys.stdout = sys.stderr = out
    try:
        code = cli.main(arguments)
    finally:
        sys.stdout, sys.stderr = saved
    out.flush()
    return code, out.buffer.getvalue().decode("utf-8", "surrogateescape")  # type: ignore[attr-defined]


def outputs(data: bytes) -> bool:
    """Hostile texts in an evaluation: no command, report or notebook shows them raw, or takes them for lines of its own."""
    choices = Choices(data)
    given = inputs.evaluation(choices)
    hostile, harmless = copy.deepcopy(given), copy.deepcopy(given)
    reasons = [("findings", key, "reason") for key, finding in given["findings"].items() if isinstance(finding, dict)]
    for _ in range(1 + choices.below(2)):
        *path, last = choices.pick(TEXT_PLACES + reasons)
        text = choices.pick(SHORT)
        for document, value in ((hostile, text), (harmless, "甲")):
            holder: Any = document
            for key in path:
                holder = holder[key]
            holder[last] = value
    card = attempt(lambda: aftersales.score(load_evaluation(hostile)))
    if card is None:
        return False
    command = choices.pick(COMMANDS)
    printed = []
    for name, document in (("hostile", hostile), ("harmless", harmless)):
        path = FOLDER / f"{name}.json"
        path.write_text(json.dumps(document), "utf-8")
        files = [str(path)] * (2 if command[0] == "compare" else 1)
        code, text = run_command([command[0], *files, *command[1:]])
        demand(code in (0, 2), "another exit code", code, command)
        demand(
            not UNSAFE.search(text), f"a raw character in the output of {command[0]}", UNSAFE.findall(text)[:3], command
        )
        printed.append((code, text.count("\n")))
    if command == ["explain"] and printed[0][0] == printed[1][0] == 0:
        demand(printed[0] == printed[1], "a text that makes lines of its own in explain", printed)
    if choices.below(4) == 3:
        made = report.make_report(card, draft=True)
        for format in ("md", "html"):
            written = made.typeset(format, choices.pick(["zh", "en"])).decode()  # type: ignore[arg-type]
            demand("<script>alert" not in written, f"a script in a report as {format}")
            demand(
                not UNSAFE.search(written.replace("\t", "")),
                f"a raw character in a report as {format}",
                UNSAFE.findall(written)[:3],
            )
    if choices.below(4) == 3:
        for thing in (card, card.evaluation):
            demand("<script>alert" not in (html_of(thing) or ""), "a script in a notebook")
    return True


TARGETS: dict[str, Callable[[bytes], bool]] = {
    "yaml": yaml_text,
    "json": json_text,
    "mapping": mapping,
    "papers": papers,
    "models": models,
    "results": results,
    "xlsx": xlsx,
    "workbook-xml": workbook_xml,
    "workbook-cells": workbook_cells,
    "tables": tables,
    "csv": csv,
    "outputs": outputs,
}
SEEDS: dict[str, Callable[[], list[bytes]]] = {
    "yaml": lambda: text_seeds(flow=False),
    "json": lambda: text_seeds(flow=True),
    "xlsx": lambda: [zipped(book_parts(1)), zipped(book_parts(2), 0)],
    "csv": csv_seeds,
}
"""The targets whose input is the file itself, with valid files; the inputs of the others are decisions."""
