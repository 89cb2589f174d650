"""What people do to a form in Excel: each mistake is reported at its cell, and what does no harm is taken."""

from __future__ import annotations

import datetime
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from support import oracle
from support.forms import (
    GOOD,
    GROUP,
    I1,
    OWN,
    ROWS,
    SHEET,
    STANDARD,
    above,
    at,
    broken,
    cell,
    example,
    filled,
    moved_columns,
    problems_of,
    put,
    save,
    short,
    swapped,
)

import aftersales
from aftersales import EvaluationError
from aftersales.evaluation.loading import examine
from aftersales.evaluation.workbook.layout import KEY_WORDS, VALUE_WORDS
from aftersales.evaluation.workbook.writer import write_workbook
from aftersales.standard.editions import data_folder

FAULTS: list[tuple[str, Callable[[Any], object], str, str | None]] = [
    # numbers
    ("percent points without sign", filled(I1, kind="定性", degree=60), "out-of-range", at(I1, "degree")),
    ("percent points as text", filled(I1, kind="定性", degree="60"), "out-of-range", at(I1, "degree")),
    ("negative", filled(I1, kind="定性", degree="-1%"), "out-of-range", at(I1, "degree")),
    ("words", filled(I1, kind="定性", degree="大半"), "not-a-number", at(I1, "degree")),
    ("a boolean", filled(I1, kind="定性", degree=True), "not-a-number", at(I1, "degree")),
    ("a date", filled(I1, kind="定性", degree=datetime.datetime(2026, 1, 3)), "date-in-cell", at(I1, "degree")),
    ("a time", filled(I1, kind="定性", degree=datetime.time(1, 3)), "date-in-cell", at(I1, "degree")),
    ("an error", filled(I1, kind="定性", degree="#DIV/0!"), "error-value", at(I1, "degree")),
    ("another error", filled(I1, kind="定性", degree="#N/A"), "error-value", at(I1, "degree")),
    ("a formula without a value", filled(I1, kind="定性", degree="=1/2"), "formula-without-value", at(I1, "degree")),
    ("a comma", filled(I1, kind="定性", degree="0,6"), "not-a-number", at(I1, "degree")),
    ("too long", filled(I1, kind="定性", degree="0." + "1" * 101), "number-too-long", at(I1, "degree")),
    (
        "half a sample",
        filled(I1, kind="抽样", population=10, sampled=7.5, nonconforming=0),
        "not-whole",
        at(I1, "sampled"),
    ),
    (
        "a negative count",
        filled(I1, kind="抽样", population=10, sampled=8, nonconforming=-1),
        "out-of-range",
        at(I1, "nonconforming"),
    ),
    ("a limit of zero", filled(I1, kind="定量", actual=1, at_least=0), "out-of-range", at(I1, "at_least")),
    ("a square", filled(I1, kind="定量", actual="10²", at_least="1"), "not-a-number", at(I1, "actual")),
    ("a circled one", filled(I1, kind="定性", degree="①"), "not-a-number", at(I1, "degree")),
    ("a half in one character", filled(I1, kind="定性", degree="½"), "not-a-number", at(I1, "degree")),
    ("a third that was rounded", filled(I1, kind="定性", degree=0.333333333333333), "inexact-cell", at(I1, "degree")),
    (
        "more digits than are sure",
        filled(I1, kind="定量", actual=1234567890123, at_least=1),
        "inexact-cell",
        at(I1, "actual"),
    ),
    (
        "a duration in a text",
        filled(I1, kind="定性", degree="60%", reason=datetime.timedelta(hours=8)),
        "date-in-cell",
        at(I1, "reason"),
    ),
    (
        "a date in a limit",
        filled(I1, kind="定量", actual=1, at_least=datetime.datetime(2026, 1, 3)),
        "date-in-cell",
        at(I1, "at_least"),
    ),
    (
        "a date in the population",
        filled(I1, kind="抽样", population=datetime.datetime(2026, 1, 3), sampled=3, nonconforming=0),
        "date-in-cell",
        at(I1, "population"),
    ),
    (
        "an error in the outlets",
        filled(I1, kind="抽样", outlets="#N/A", outlets_covered=3, sampled=3, nonconforming=0),
        "error-value",
        at(I1, "outlets"),
    ),
    (
        "a count with a percent sign",
        filled(I1, kind="抽样", population=10, sampled=8, nonconforming="100%"),
        "not-whole",
        at(I1, "nonconforming"),
    ),
    ("a fractional row", filled(I1, kind="定性", degree="65%", row="1.5"), "not-whole", at(I1, "row")),
    # kinds
    ("an unknown kind", filled(I1, kind="大概"), "unknown-kind", at(I1, "kind")),
    ("a kind that is a number", filled(I1, kind=1), "unknown-kind", at(I1, "kind")),
    ("a value without kind", filled(I1, degree="60%"), "missing-kind", at(I1, "kind")),
    ("a reason without kind", filled(I1, reason="因为"), "missing-kind", at(I1, "kind")),
    ("no degree", filled(I1, kind="定性"), "missing-key", at(I1, "degree")),
    ("no actual value", filled(I1, kind="定量", at_least=1), "missing-key", at(I1, "actual")),
    ("no limit", filled(I1, kind="定量", actual=1), "missing-limit", at(I1, "at_least")),
    ("two limits", filled(I1, kind="定量", actual=1, at_least=1, at_most=2), "two-limits", at(I1, "at_most")),
    ("no population", filled(I1, kind="抽样", sampled=5, nonconforming=0), "missing-population", at(I1, "population")),
    ("no sample", filled(I1, kind="抽样", population=5, nonconforming=0), "missing-key", at(I1, "sampled")),
    (
        "outlets alone",
        filled(I1, kind="抽样", outlets=5, sampled=5, nonconforming=0),
        "missing-population",
        at(I1, "population"),
    ),
    (
        "sampled too many",
        filled(I1, kind="抽样", population=5, sampled=6, nonconforming=0),
        "sampled-exceeds-population",
        at(I1, "sampled"),
    ),
    (
        "nonconforming too many",
        filled(I1, kind="抽样", population=5, sampled=5, nonconforming=6),
        "nonconforming-exceeds-sampled",
        at(I1, "nonconforming"),
    ),
    (
        "covered too many",
        filled(I1, kind="抽样", outlets=5, outlets_covered=6, sampled=5, nonconforming=0),
        "covered-exceeds-outlets",
        at(I1, "outlets_covered"),
    ),
    (
        "sample too small",
        filled(I1, kind="抽样", population=9, sampled=5, nonconforming=0),
        "sample-too-small",
        at(I1, "sampled"),
    ),
    ("a row of table 1 that is not there", filled(I1, kind="定性", degree="65%", row=9), "unknown-row", at(I1, "row")),
    ("a degree outside its row", filled(I1, kind="定性", degree="75%", row=1), "degree-outside-row", at(I1, "degree")),
    ("deleted without reason", filled(I1, kind="不适用", confirmed_by="张明"), "missing-key", at(I1, "reason")),
    ("deleted without names", filled(I1, kind="不适用", reason="无"), "missing-key", at(I1, "confirmed_by")),
    (
        "deleted with commas for names",
        filled(I1, kind="不适用", reason="无", confirmed_by="、，"),
        "empty-list",
        at(I1, "confirmed_by"),
    ),
    (
        "confirmed by a stranger",
        filled(I1, kind="不适用", reason="无", confirmed_by="张明、赵六"),
        "unknown-member",
        at(I1, "confirmed_by"),
    ),
    (
        "confirmed by a number",
        filled(I1, kind="不适用", reason="无", confirmed_by=True),
        "not-a-list",
        at(I1, "confirmed_by"),
    ),
    ("the own limit with another kind", filled(OWN, kind="定性", degree="60%"), "kind-not-allowed", at(OWN, "kind")),
    ("the own limit fully met", filled(OWN, kind="完全符合"), "kind-not-allowed", at(OWN, "kind")),
    (
        "the own limit with a limit",
        filled(OWN, kind="定量", actual="8%", at_least="10%"),
        "limit-not-allowed",
        at(OWN, "at_least"),
    ),
    ("a group that is judged", filled(GROUP, kind="完全符合"), "group-not-deleted", at(GROUP, "kind")),
    (
        "a group that is deleted and judged",
        filled(GROUP, kind="不适用", reason="无", confirmed_by="张明"),
        "group-has-findings",
        at(GROUP, "kind"),
    ),
    # cells that the kind does not use
    ("a degree beside full", filled(I1, kind="完全符合", degree="100%"), "unused-cell", at(I1, "degree")),
    (
        "names beside a degree",
        filled(I1, kind="定性", degree="60%", confirmed_by="张明"),
        "unused-cell",
        at(I1, "confirmed_by"),
    ),
    (
        "a sample beside a limit",
        filled(I1, kind="定量", actual=1, at_least=1, sampled=3),
        "unused-cell",
        at(I1, "sampled"),
    ),
    (
        "a degree beside a deletion",
        filled(I1, kind="不适用", reason="无", confirmed_by="张明", degree=0),
        "unused-cell",
        at(I1, "degree"),
    ),
    (
        "outlets beside a degree",
        filled(I1, kind="定性", degree="60%", outlets=3),
        "unused-cell",
        at(I1, "outlets"),
    ),
    # rows above the head
    ("evidence above the head", above("证据", I1, "访谈", "重要证据"), "row-above-head", "证据!A1"),
    ("a finding above the head", above(SHEET, I1, None, None, "完全符合"), "row-above-head", f"{SHEET}!A1"),
    ("a member above the head", above("评价小组", "赵六", "组员"), "row-above-head", "评价小组!A1"),
    ("a fact above the head", above("基本信息", "评价类型", "自我评价"), "row-above-head", "基本信息!A1"),
    ("an id above the head", above("证据", I1), "row-above-head", "证据!A1"),
    ("a kind above the head", above(SHEET, None, None, None, "完全符合"), "row-above-head", f"{SHEET}!D1"),
    # ids and rows
    ("two ids change places", swapped, "title-mismatch", at(I1, "title")),
    ("points of another", put(cell(I1, "points"), "9"), "title-mismatch", at(I1, "points")),
    ("points that are no number", put(cell(I1, "points"), "一分"), "title-mismatch", at(I1, "points")),
    ("a note below", put("A200", "备注"), "unknown-indicator", f"{SHEET}!A200"),
    ("a title below", put("B200", "合计"), "row-without-id", f"{SHEET}!B200"),
    ("points below", put("C200", "100"), "row-without-id", f"{SHEET}!C200"),
    ("an id without value", put(cell(I1, "id"), "=A1"), "formula-without-value", at(I1, "id")),
    ("an id that became a date", put(cell(I1, "id"), datetime.datetime(2005, 1, 1)), "date-in-cell", at(I1, "id")),
    ("evidence for an error", put("A2", "#N/A", "证据"), "error-value", "证据!A2"),
    ("an unknown id", put(cell(I1, "id"), "5.9.9.9"), "unknown-indicator", at(I1, "id")),
    ("an id with other dots", put(cell(I1, "id"), "5.11.1"), "unknown-indicator", at(I1, "id")),
    ("an id twice", put(cell(I1, "id"), "5.1.1.2"), "title-mismatch", at(I1, "title")),
    ("no id", put(cell(I1, "id"), None), "row-without-id", at(I1, "title")),
    # sheets and columns
    ("no sheet of findings", lambda book: book.remove(book[SHEET]), "missing-sheet", None),
    ("no sheet of evidence", lambda book: book.remove(book["证据"]), "missing-sheet", None),
    ("no sheet of facts", lambda book: book.remove(book["基本信息"]), "missing-sheet", None),
    ("no sheet of the team", lambda book: book.remove(book["评价小组"]), "missing-sheet", None),
    ("a column is deleted", lambda book: book[SHEET].delete_cols(5), "missing-column", f"{SHEET}!E1"),
    ("a head is renamed", put("E1", "程度"), "missing-column", f"{SHEET}!E1"),
    ("a head is overwritten", put("F1", "符合程度"), "missing-column", f"{SHEET}!F1"),
    ("a head stands twice", put("Z1", "符合程度"), "duplicate-column", f"{SHEET}!Z1"),
    ("a head without a column", put("Z1", "备注"), "unknown-column", f"{SHEET}!Z1"),
    ("a strange column", put("Z5", "备注"), "unknown-column", f"{SHEET}!Z5"),
    ("the head is gone", lambda book: book[SHEET].delete_rows(1), "missing-column", f"{SHEET}!A1"),
    ("a cell far below", put("A9000", "x"), "sheet-too-large", f"{SHEET}!A9000"),
    ("a cell just too far below", put("A5001", "x"), "sheet-too-large", f"{SHEET}!A5001"),
    ("a cell far to the right", put("XFD1", "x"), "sheet-too-large", f"{SHEET}!XFD1"),
    ("a cell in column 101", put("CW5", "x"), "sheet-too-large", f"{SHEET}!CW5"),
    (
        "the first of many far cells",
        lambda book: [put(where, "x")(book) for where in ("B7000", "A6000", "DD3")],
        "sheet-too-large",
        f"{SHEET}!DD3",
    ),
    ("a formula far below without a value", put("B9000", "=1/2"), "sheet-too-large", f"{SHEET}!B9000"),
    ("a fact far below", put("A6000", "x", "基本信息"), "sheet-too-large", "基本信息!A6000"),
    ("a member far to the right", put("ZZ2", "x", "评价小组"), "sheet-too-large", "评价小组!ZZ2"),
    ("merged cells", lambda book: book[SHEET].merge_cells("E5:E7"), "merged-cells", f"{SHEET}!E5"),
    ("merged with the head", lambda book: book[SHEET].merge_cells("A1:A2"), "merged-cells", f"{SHEET}!A1"),
    # the other sheets
    ("the standard is deleted", lambda book: book["基本信息"].delete_rows(2), "missing-key", "基本信息!A1"),
    ("a label without value", put("A5", "=A1", "基本信息"), "formula-without-value", "基本信息!A5"),
    ("an error among the facts", put("B5", "#REF!", "基本信息"), "error-value", "基本信息!B5"),
    ("an error in the team", put("C2", "#N/A", "评价小组"), "error-value", "评价小组!C2"),
    ("an error for a name", put("A2", "#NAME?", "评价小组"), "error-value", "评价小组!A2"),
    ("an error in the evidence", put("D2", "#VALUE!", "证据"), "error-value", "证据!D2"),
    ("a day of no month", put("B9", "2026/13/2", "基本信息"), "not-a-date", "基本信息!B9"),
    ("a day in another order", put("B9", "2/3/2026", "基本信息"), "not-a-date", "基本信息!B9"),
    ("an unknown fact", put("A4", "公司", "基本信息"), "unknown-fact", "基本信息!A4"),
    ("a fact twice", put("A5", "商品类别", "基本信息"), "duplicate-key", "基本信息!A6"),
    ("another standard", put("B2", "GB/T 27922", "基本信息"), "unknown-standard", "基本信息!B2"),
    ("no standard", put("B2", None, "基本信息"), "missing-key", "基本信息!B2"),
    ("another edition", put("B3", "2020-01-01", "基本信息"), "unknown-edition", "基本信息!B3"),
    ("a type that is none", put("B4", "内部", "基本信息"), "unknown-word", "基本信息!B4"),
    ("a day that is none", put("B9", "三月二日", "基本信息"), "not-a-date", "基本信息!B9"),
    ("days in the wrong order", put("B10", "2026-01-01", "基本信息"), "period-reversed", "基本信息!B10"),
    ("half a period", put("B10", None, "基本信息"), "missing-key", "基本信息!B10"),
    ("a member without a name", put("A2", None, "评价小组"), "row-without-id", "评价小组!B2"),
    ("evidence without id", put("A2", None, "证据"), "row-without-id", "证据!C2"),
    ("evidence for an unknown id", put("A2", "5.9", "证据"), "evidence-without-finding", "证据!A2"),
    ("evidence by an unknown method", put("C2", "电话", "证据"), "unknown-word", "证据!C2"),
    ("evidence without a method", put("C2", None, "证据"), "missing-key", "证据!C2"),
]


class TestMistakes:
    """One mistake each: the code and the cell, and never a traceback."""

    def test_there_are_at_least_sixty_mistakes_of_different_names(self) -> None:
        assert len({name for name, *_ in FAULTS}) == len(FAULTS) >= 60

    @pytest.mark.parametrize(("change", "code", "where"), [pytest.param(*rest, id=name) for name, *rest in FAULTS])
    def test_a_mistake_is_reported_at_its_cell(
        self, change: Callable[[Any], object], code: str, where: str | None, tmp_path: Path
    ) -> None:
        found = problems_of(change, tmp_path / "form.xlsx", short())
        assert found
        assert (code, where) in [(problem.code, problem.cell) for problem in found]
        assert len({problem.code for problem in found}) <= 2  # a lost column may leave content without a head
        for problem in found:  # nobody who fills in a form has seen the keys of the other formats
            assert not set(re.findall("[a-z_]+", problem.message_zh)) & (KEY_WORDS | VALUE_WORDS).keys(), (
                problem.message_zh
            )

    @pytest.mark.parametrize(
        "change",
        [
            put("Z1", None),
            put("A1", "  编号 "),
            above(SHEET, "滨海家电连锁有限公司 2026 年度评分表"),
            above("证据", None, "二〇二六年三月的证据"),
            lambda book: book[SHEET].insert_rows(1, 9),  # the head is in the tenth row
            put(cell(I1, "title"), "法定资质与收费标准 明示齐全规范"),
            put(cell(I1, "title"), STANDARD[I1].title.en),
            put(cell(I1, "title"), None),
            put(cell(I1, "points"), 1),
            put(cell(I1, "points"), "１.０"),
            put(cell("5.3.4.4", "confirmed_by"), "张明;王海涛"),
            put(cell("5.3.4.4", "confirmed_by"), " 张明；\n王海涛，"),
            put(cell("5.1.1.2", "reason"), " \u200b "),
            put("C2", " \u200b ", "评价小组"),
            put("D2", " \u200b ", "证据"),
            put("B3", datetime.datetime(2025, 12, 4), "基本信息"),
            put("B3", "2025年12月4日", "基本信息"),
            put("B9", "2026/3/2", "基本信息"),
            put("B9", "２０２６年０３月２日", "基本信息"),
            lambda book: book.create_sheet("备注").append(["我的笔记", 1, 2]),
            lambda book: book[SHEET].insert_rows(1, 3),
            lambda book: book[SHEET].insert_cols(2),
            # A form from before there were the columns of measures and strengths.
            lambda book: book[SHEET].delete_cols(
                next(head.column for head in book[SHEET][1] if head.value == "具体措施"), 2
            ),
            lambda book: (book[SHEET].insert_rows(1, 2), book[SHEET].merge_cells("A1:C1")),
            lambda book: book[SHEET].column_dimensions.__getitem__("B").__setattr__("hidden", True),
            lambda book: book[SHEET].move_range(f"A{ROWS['5.4.4.2']}:P{ROWS['5.4.4.2']}", rows=6),
            moved_columns,
            put(cell(I1, "kind"), "完全符合\u200b"),
            put("A2", " 标 准".replace(" ", "\u200b"), "基本信息"),
            put("B9", datetime.datetime(2026, 3, 2), "基本信息"),
        ],
    )
    def test_a_change_that_does_no_harm_leaves_the_score_as_it_is(
        self, change: Callable[[Any], object], tmp_path: Path
    ) -> None:
        path = tmp_path / "form.xlsx"
        assert broken(change, path) == []
        assert aftersales.score(aftersales.load_evaluation(path)).final_score == aftersales.score(example()).final_score

    @pytest.mark.parametrize(
        ("value", "format", "degree"),
        [
            (0.85, "0%", "0.85"),
            ("85%", "@", "0.85"),
            ("８５％", "@", "0.85"),
            ("0．85", "@", "0.85"),
            ("17/20", "@", "17/20"),
            (" 0.85\u200b", "@", "0.85"),
            (1, "0", "1"),
            ("8.5e-1", "@", "0.85"),
            (0.573, "0%", "0.573"),  # 57% is shown
            (0.123456789012, "0.00", "0.123456789012"),
        ],
    )
    def test_numbers_are_read_exactly_as_people_and_spreadsheets_write_them(
        self, value: Any, format: str, degree: str, tmp_path: Path
    ) -> None:
        def change(book: Any) -> None:
            filled(I1, kind="定性", degree=value)(book)
            book[SHEET][cell(I1, "degree")].number_format = format

        path = tmp_path / "form.xlsx"
        assert problems_of(change, path, short()) == ()
        assert aftersales.load_evaluation(path).findings[I1] == aftersales.Qualitative(degree=degree)

    def test_a_deleted_row_is_an_indicator_that_is_not_judged(self, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        row = ROWS["5.1.1.3"]
        assert broken(lambda book: book[SHEET].delete_rows(row), path) == []
        with pytest.raises(EvaluationError) as caught:
            aftersales.score(aftersales.load_evaluation(path))
        assert [(problem.code, problem.path) for problem in caught.value.problems] == [
            ("missing-finding", "findings[5.1.1.3]")
        ]

    def test_all_mistakes_are_reported_at_once_in_the_order_of_the_sheets(self, tmp_path: Path) -> None:
        def change(book: Any) -> None:
            put("B9", "soon", "基本信息")(book)
            filled("5.4.4.2", kind="定性", degree=60)(book)
            filled(I1, kind="定性", degree="x")(book)

        found = broken(change, tmp_path / "form.xlsx")
        assert [where for _, where, _ in found] == [at(I1, "degree"), at("5.4.4.2", "degree"), "基本信息!B9"]

    def test_one_wrong_id_is_one_problem(self, tmp_path: Path) -> None:
        """Neither its evidence nor the indicator that has lost its row is reported as well."""
        path = tmp_path / "form.xlsx"
        evidence = aftersales.load_evaluation(data_folder() / "examples" / "home-appliance-chain.yaml").findings[I1]
        assert evidence is not None
        assert evidence.evidence
        for value, code in (
            ("5.9.9.9", "unknown-indicator"),
            (None, "row-without-id"),
            ("=A1", "formula-without-value"),
        ):
            broken(put(cell(I1, "id"), value), path)
            assert [problem.code for problem in examine(path)[1]] == [code]

    def test_a_wrong_id_is_answered_with_that_of_the_title_beside_it(self, tmp_path: Path) -> None:
        (problem,) = problems_of(put(cell(I1, "id"), "5.9.9.9"), tmp_path / "form.xlsx")
        assert problem.message == f"the standard has no indicator '5.9.9.9'; check the id; did you mean '{I1}'?"

    def test_a_team_that_cannot_be_read_hides_no_mistake_in_a_finding(self, tmp_path: Path) -> None:
        """R4: 5.1.2.2 takes a quantitative finding."""

        def change(book: Any) -> None:
            put("A6000", "x", "评价小组")(book)
            put(cell("5.1.2.2", "kind"), "完全符合")(book)
            for name in ("actual", "at_least"):
                put(cell("5.1.2.2", name), None)(book)

        found = {problem.code for problem in problems_of(change, tmp_path / "form.xlsx")}
        assert found == {"sheet-too-large", "kind-not-allowed"}

    @pytest.mark.parametrize(
        ("change", "codes"),
        [
            (put("E1", "程度"), ["missing-column"]),
            (lambda book: book[SHEET].delete_cols(5), ["missing-column"]),
            (put("F1", "符合程度"), ["missing-column"]),
            (put("Z1", "符合程度"), ["duplicate-column"]),
            (put("A6000", "x"), ["sheet-too-large"]),
            (lambda book: book.remove(book[SHEET]), ["missing-sheet"]),
        ],
    )
    def test_a_sheet_that_cannot_be_read_has_no_missing_findings(
        self, change: Callable[[Any], object], codes: list[str], tmp_path: Path
    ) -> None:
        path = tmp_path / "form.xlsx"
        broken(change, path)
        found = {problem.code for problem in examine(path)[1]}
        assert found >= set(codes)
        assert "missing-finding" not in found

    def test_an_unfilled_form_lacks_each_finding_in_its_row(self, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        path.write_bytes(write_workbook(STANDARD))
        missing = [(problem.code, problem.cell) for problem in examine(path)[1]]
        assert missing == [("missing-finding", at(key, "kind")) for key in oracle.INDICATORS]

    def test_titles_are_those_of_the_standard_that_is_used(self, tmp_path: Path) -> None:
        """One of one's own is held against its own titles."""
        path = tmp_path / "form.xlsx"
        data = STANDARD.model_dump(mode="json", exclude_none=True)
        data["categories"][0]["subcategories"][0]["indicators"][0]["title"] = {"zh": "自拟指标", "en": "of our own"}
        own = aftersales.load_standard(data)
        path.write_bytes(write_workbook(own))
        assert not aftersales.load_evaluation(path, own).findings
        with pytest.raises(EvaluationError) as caught:
            aftersales.load_evaluation(path)
        assert [(problem.code, problem.cell, problem.message) for problem in caught.value.problems] == [
            (
                "title-mismatch",
                at(I1, "title"),
                f"in the standard the title of {I1} is '{STANDARD[I1].title.en}', here it is '自拟指标'; check the id",
            )
        ]

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            (filled(I1, kind="定性"), "请填写“符合程度”"),
            (filled(I1, degree="60%"), "请选择认定方式：完全符合、完全不符合、定性、定量、抽样、不适用；满分请选“完全符合”"),
            (filled(I1, kind="定亮"), "认定方式没有“定亮”；请从下拉表选择：完全符合、完全不符合、定性、定量、抽样、不适用"),
            (filled(I1, kind="degree"), "认定方式没有“degree”；请从下拉表选择：完全符合、完全不符合、定性、定量、抽样、不适用"),
            (filled(I1, kind="documents"), "认定方式没有“documents”；请从下拉表选择：完全符合、完全不符合、定性、定量、抽样、不适用"),
            (filled(I1, kind="定量", actual=1), "请填写“规定值（不低于）”或“规定值（不高于）”"),
            (filled(I1, kind="抽样", sampled=1, nonconforming=0), "请填写“总样本数”，或同时填写“网点数”和“覆盖网点数”"),
            (filled(OWN, kind="完全符合"), "5.1.2.2 的规定值由标准给出，认定方式只能选“定量”或“不适用”；请选“定量”并填写“实际值”"),
            (put("C2", "documents", "证据"), "没有“documents”这一选项；请从下拉表选择：查阅文件和记录、访谈、现场观察、随机访问顾客；是否想写“查阅文件和记录”？"),
            (put("B4", "内部", "基本信息"), "没有“内部”这一选项；请从下拉表选择：第三方评价、自我评估"),
            (put("B10", None, "基本信息"), "请填写“结束日期”"),
            (put(cell(I1, "points"), "2"), "标准中 5.1.1.1 的分值是“1”，此处是“2”；请核对编号"),
        ],
    )  # fmt: skip
    def test_messages_use_the_words_of_the_form(
        self, change: Callable[[Any], object], sentence: str, tmp_path: Path
    ) -> None:
        assert sentence in [problem.message_zh for problem in problems_of(change, tmp_path / "form.xlsx", short())]

    @pytest.mark.parametrize("value", [b"0.6", b"0"])
    def test_the_value_of_a_formula_is_taken(self, value: bytes, tmp_path: Path) -> None:
        """As a spreadsheet saves it; openpyxl itself saves none."""
        path = tmp_path / "form.xlsx"
        broken(filled(I1, kind="定性", degree="=3/5"), path)
        with zipfile.ZipFile(path) as book:
            parts = {name: book.read(name) for name in book.namelist()}
        sheet = "xl/worksheets/sheet1.xml"
        parts[sheet], count = re.subn(rb"<f>3/5</f><v ?(/>|></v>)", b"<f>3/5</f><v>%b</v>" % value, parts[sheet])
        assert count == 1
        with zipfile.ZipFile(path, "w") as book:
            for name, content in parts.items():
                book.writestr(name, content)
        assert aftersales.load_evaluation(path).findings[I1] == aftersales.Qualitative(degree=value.decode())


@pytest.mark.parametrize(("written", "hint"), [("大概", False), ("完全符", True)])
def test_an_unknown_kind_is_answered_with_the_kinds_of_the_drop_down(written: str, hint: bool, tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    path.write_bytes(GOOD)
    book = openpyxl.load_workbook(path)
    filled(I1, kind=written)(book)
    save(book, path)
    with pytest.raises(aftersales.EvaluationError) as caught:
        aftersales.load_evaluation(path)
    (problem,) = (one for one in caught.value.problems if one.code == "unknown-kind")
    assert all(word in problem.message_zh for word in ("完全符合", "完全不符合", "定性", "定量", "抽样", "不适用"))
    assert ("是否想写“完全符合”" in problem.message_zh) == hint


@pytest.mark.parametrize(
    "columns", [{"degree": "60%"}, {"reason": "因为"}, {"actual": 30, "at_most": 24}, {"sampled": 80}]
)
def test_a_blank_kind_is_answered_with_the_kinds_of_the_drop_down_and_the_one_for_full_points(
    columns: dict[str, object], tmp_path: Path
) -> None:
    (problem,) = problems_of(filled(I1, kind=None, **columns), tmp_path / "form.xlsx", short())
    assert (problem.code, problem.cell, problem.clause) == ("missing-kind", at(I1, "kind"), "6.2.2")
    words = "完全符合、完全不符合、定性、定量、抽样、不适用"
    assert problem.message_zh == f"请选择认定方式：{words}；满分请选“完全符合”"
    assert problem.message == f"choose the kind: {words.replace('、', ', ')}; for full points select '完全符合'"


def test_a_kind_that_cannot_be_read_is_not_also_missing(tmp_path: Path) -> None:
    assert broken(filled(I1, kind="=VLOOKUP(A1,B:B,1)"), tmp_path / "form.xlsx") == [
        ("formula-without-value", at(I1, "kind"), f"findings[{I1}].kind")
    ]
