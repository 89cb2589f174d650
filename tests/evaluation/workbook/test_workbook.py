"""The workbook: real files, made with openpyxl, broken one mistake at a time, and filled in by LibreOffice."""

from __future__ import annotations

import datetime
import io
import json
import random
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import oracle
from support.command import run
from support.forms import (
    GOOD,
    GROUP,
    I1,
    LETTERS,
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
    patched,
    problems_of,
    put,
    refusals,
    swapped,
)
from support.make_reports import EXAMPLES
from support.strategies import random_findings
from support.work import bounded

import aftersales
from aftersales import EvaluationError, PaperError
from aftersales.evaluation.loading import examine
from aftersales.evaluation.workbook.layout import COLUMNS, KEY_WORDS, VALUE_WORDS
from aftersales.evaluation.workbook.writer import write_workbook
from aftersales.files.numbers import read_quantity
from aftersales.files.writing import as_yaml
from aftersales.standard.editions import data_folder


class TestRoundTrip:
    """What is written is read back as the same evaluation."""

    @pytest.mark.parametrize("name", EXAMPLES)
    def test_the_examples(self, name: str, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        path.write_bytes(write_workbook(STANDARD, example(name)))
        again = aftersales.load_evaluation(path)
        assert again == example(name)
        assert aftersales.load_evaluation(as_yaml(again).encode()) == again

    @settings(max_examples=15)
    @given(
        seed=st.integers(0),
        text=st.text(
            st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), min_size=1
        ).filter(str.strip),
    )
    def test_random_evaluations_with_any_text(
        self, seed: int, text: str, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        found = random_findings(random.Random(seed))
        for key, value in found.items():
            if isinstance(value, dict):
                found[key] = value | {
                    "reason": text,
                    "evidence": [{"method": "customer", "note": text}, {"method": "document"}],
                }
        data = oracle.document(
            found,
            edition="2025-12-04",
            subject={"scope": text},
            team=[{"name": "张明", "qualification": text}],
            type="self",
        )
        data["findings"] = {key: value for key, value in data["findings"].items() if value is not None}
        try:
            evaluation = aftersales.load_evaluation(data)
        except EvaluationError:
            return  # a text of nothing but invisible characters
        path = tmp_path_factory.mktemp("form") / "form.xlsx"
        try:
            path.write_bytes(write_workbook(STANDARD, evaluation))
        except PaperError:
            return  # a text that no cell can hold; which those are, the cases below say
        assert aftersales.load_evaluation(path) == evaluation

    @pytest.mark.parametrize(
        "text",
        [
            "_x",
            "a_xb_",
            "_x00_",
            "__x12345_",
            "=1+1",
            "+1",
            "-1",
            "@x",
            "'x",
            " x ",
            "x\ny",
            "<b>&",
            "TRUE",
            "1e5",
            "2026-01-01",
        ],
    )
    def test_texts_that_a_spreadsheet_could_take_for_something_else(self, text: str, tmp_path: Path) -> None:
        found = {"kind": "qualitative", "degree": "1/3", "reason": text}
        evaluation = aftersales.load_evaluation(oracle.document({"5.1.1.1": found}, edition="2025-12-04"))
        path = tmp_path / "form.xlsx"
        path.write_bytes(write_workbook(STANDARD, evaluation))
        assert aftersales.load_evaluation(path).findings["5.1.1.1"] == evaluation.findings["5.1.1.1"]

    @pytest.mark.parametrize("text", ["x" * 32_768, "a\x0bb", "a\rb", "_x000D_", "a_x4e2d_", "_x005F_x"])
    def test_a_text_that_no_cell_can_hold_is_refused(self, text: str) -> None:
        finding = aftersales.Qualitative(degree=0, reason=text)
        with pytest.raises(PaperError) as caught:
            write_workbook(STANDARD, aftersales.Evaluation(standard=STANDARD.id, findings={"5.1.1.1": finding}))
        assert caught.value.problems[0].code == "unwritable-text"
        assert f"{SHEET}!{cell('5.1.1.1', 'reason')}" in caught.value.problems[0].message

    def test_what_a_form_cannot_tell_apart_comes_back_alike(self, tmp_path: Path) -> None:
        """An open finding is absent, the edition is named, and a subject that says nothing is none."""
        path = tmp_path / "form.xlsx"
        data = {"standard": STANDARD.id, "subject": {}, "findings": {"5.1.1.1": "full", "5.1.1.2": None}}
        path.write_bytes(write_workbook(STANDARD, aftersales.load_evaluation(data)))
        again = aftersales.load_evaluation(path)
        assert again == aftersales.load_evaluation(
            {"standard": STANDARD.id, "edition": str(STANDARD.edition), "findings": {"5.1.1.1": "full"}}
        )
        path.write_bytes(write_workbook(STANDARD, again))
        assert aftersales.load_evaluation(path) == again

    def test_what_was_written_with_a_percent_sign_has_it_again(self, tmp_path: Path) -> None:
        """Else 60 % would come back as 0.6, which asks whether 0.6 % is meant."""
        path = tmp_path / "form.xlsx"
        findings = {
            "5.1.2.2": {"kind": "quantitative", "actual": "60%"},
            "5.4.3.2": {"kind": "quantitative", "actual": "95.5%", "at_least": "98%", "reason": "未达标"},
            "5.4.3.1": {"kind": "quantitative", "actual": "0.955", "at_least": "0.98", "reason": "未达标"},
        }
        path.write_bytes(write_workbook(STANDARD, aftersales.load_evaluation(oracle.document(findings))))
        sheet = openpyxl.load_workbook(path)[SHEET]
        shown = [sheet[cell(key, name)].value for key in ("5.4.3.2", "5.4.3.1") for name in ("actual", "at_least")]
        assert (sheet[cell("5.1.2.2", "actual")].value, shown) == ("60%", ["95.5%", "98%", "0.955", "0.98"])
        assert "bare-proportion" not in [remark.code for remark in aftersales.examine(path, complete=False).remarks]

    def test_words_of_the_form_in_free_text(self, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        data = {"standard": STANDARD.id, "edition": "2025-12-04", "type": "self", "findings": {},
                "subject": {"organisation": "third_party", "product_category": "full", "scope": "self", "size_tier": "自我评价"}}  # fmt: skip
        path.write_bytes(write_workbook(STANDARD, aftersales.load_evaluation(data)))
        assert aftersales.load_evaluation(path) == aftersales.load_evaluation(data)

    def test_names_come_back_to_the_character(self, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        names = ["张明（组长）", "Ｌｉ　Jing", "王 芳²"]
        found = {"kind": "not_applicable", "reason": "无", "confirmed_by": names}
        data = {"standard": STANDARD.id, "edition": "2025-12-04", "team": [{"name": name} for name in names], "findings": {"5.1.1.1": found}}  # fmt: skip
        path.write_bytes(write_workbook(STANDARD, aftersales.load_evaluation(data)))
        assert aftersales.load_evaluation(path) == aftersales.load_evaluation(data)
        book = openpyxl.load_workbook(path)
        book["评价小组"]["A2"] = " 张明（组长）"  # a blank that slipped in
        book.save(path)
        assert aftersales.load_evaluation(path) == aftersales.load_evaluation(data)

    @pytest.mark.parametrize("name", ["张明、李静", "Zhang, Ming", "张明；", "张\n明", " 张明"])
    def test_a_name_that_would_not_come_back_is_refused(self, name: str) -> None:
        finding = aftersales.NotApplicable(reason="无", confirmed_by=[name])
        for findings, team, where in (
            ({"5.1.1.1": finding}, [], at("5.1.1.1", "confirmed_by")),
            ({}, [{"name": f" {name}"}], "评价小组!A2"),
        ):
            with pytest.raises(PaperError) as caught:
                write_workbook(STANDARD, aftersales.Evaluation(standard=STANDARD.id, findings=findings, team=team))
            assert caught.value.problems[0].code == "unwritable-text"
            assert where in caught.value.problems[0].message

    def test_numbers_of_any_length_stay_exact(self, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        degree = "0.123456789012345678901234567890123456789"
        evaluation = aftersales.load_evaluation(
            oracle.document({"5.1.1.1": {"kind": "qualitative", "degree": degree}}, edition="2025-12-04")
        )
        path.write_bytes(write_workbook(STANDARD, evaluation))
        assert aftersales.load_evaluation(path) == evaluation


class TestForm:
    """The blank form: a row for each node, drop-downs, protected titles, greyed cells, frozen and repeated heads."""

    def sheet(self) -> Any:
        return openpyxl.load_workbook(io.BytesIO(write_workbook(STANDARD)))[SHEET]

    def test_every_indicator_with_its_title_and_points(self) -> None:
        sheet = self.sheet()
        assert {key: sheet[cell(key, "id")].value for key in oracle.POINTS} == {key: key for key in oracle.POINTS}
        assert all(sheet[cell(key, "title")].value == oracle.TITLES[key] for key in oracle.POINTS)
        assert all(read_quantity(sheet[cell(key, "points")].value) == oracle.POINTS[key] for key in oracle.POINTS)

    def test_it_is_protected_but_for_what_people_fill_in(self) -> None:
        sheet = self.sheet()
        assert sheet.protection.sheet
        assert not sheet.protection.password
        assert sheet[cell("5.1.1.1", "title")].protection.locked
        assert not sheet[cell("5.1.1.1", "degree")].protection.locked
        assert (sheet.freeze_panes, sheet.print_title_rows) == ("D2", "$1:$1")

    def test_the_drop_downs(self) -> None:
        sheet = self.sheet()
        words: dict[str, str] = {}
        for validation in (one for one in sheet.data_validations.dataValidation if one.type == "list"):
            for one in validation.sqref.ranges:
                for row in range(one.min_row, one.max_row + 1):
                    words[f"D{row}"] = validation.formula1
        assert words[cell("5.1.1.1", "kind")] == '"完全符合,完全不符合,定性,定量,抽样,不适用"'
        assert words[cell("5.1.2.2", "kind")] == '"定量,不适用"'
        assert words[cell("5.3.6", "kind")] == '"不适用"'
        assert len(words) == len(oracle.POINTS)
        assert words[cell("5.1", "kind")] == '"不适用"'

    def test_unused_cells_are_greyed(self) -> None:
        rules = {str(r.sqref): r.rules[0].formula[0] for r in self.sheet().conditional_formatting}
        last = len(oracle.POINTS) + 1
        assert rules[f"E2:E{last}"] == 'OR($D2="完全符合",$D2="完全不符合",$D2="定量",$D2="抽样",$D2="不适用")'
        assert len(rules) == 11

    def test_the_cells_that_a_deletion_does_not_use_are_grey_in_the_rows_of_groups(self) -> None:
        sheet = self.sheet()
        grey = {column for column in LETTERS if sheet[cell("5.1.1", column)].fill.start_color.rgb == "FFD9D9D9"}
        assert grey == set(LETTERS) - {"id", "title", "points", "kind", "reason", "confirmed_by"}
        assert {sheet[cell("5.1.1.1", column)].fill.fill_type for column in LETTERS} == {None}

    def test_every_sheet_prints_its_head_and_keeps_text(self) -> None:
        book = openpyxl.load_workbook(io.BytesIO(write_workbook(STANDARD, example())))
        assert [(sheet.title, sheet.freeze_panes) for sheet in book] == [
            (SHEET, "D2"), ("证据", "A2"), ("基本信息", "A2"), ("评价小组", "A2"), ("表1对照", "A2")
        ]  # fmt: skip
        for sheet in book:
            assert sheet.print_title_rows == "$1:$1"
            assert {one.number_format for row in sheet.iter_rows(min_row=2) for one in row} == {"@"}
            assert {one.data_type for row in sheet.iter_rows() for one in row if one.value is not None} == {"s"}

    def test_what_begins_like_a_formula_is_text(self) -> None:
        finding = aftersales.Qualitative(degree=0, reason="=1+1")
        form = write_workbook(STANDARD, aftersales.Evaluation(standard=STANDARD.id, findings={"5.1.1.1": finding}))
        reason = openpyxl.load_workbook(io.BytesIO(form))[SHEET][cell("5.1.1.1", "reason")]
        assert (reason.data_type, reason.value) == ("s", "=1+1")

    def test_rows_are_as_high_as_their_texts(self) -> None:
        """44 characters a line are 21 Chinese ones; a height that nobody chose by hand grows with what is typed."""
        heights = {"一" * 21: 17, "一" * 22: 34, "a" * 42: 17, "a" * 43: 34, "a\nb\nc": 51, "一" * 2000: 409}
        for text, height in heights.items():
            finding = aftersales.Qualitative(degree=0, reason=text)
            form = write_workbook(STANDARD, aftersales.Evaluation(standard=STANDARD.id, findings={"5.1.1.2": finding}))
            assert openpyxl.load_workbook(io.BytesIO(form))[SHEET].row_dimensions[ROWS["5.1.1.2"]].height == height
        with zipfile.ZipFile(io.BytesIO(write_workbook(STANDARD, example()))) as book:
            for number in range(1, 6):
                assert b"customHeight" not in book.read(f"xl/worksheets/sheet{number}.xml")

    def test_blank_it_is_an_evaluation_without_findings(self, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        path.write_bytes(write_workbook(STANDARD))
        assert dict(aftersales.load_evaluation(path).findings) == {}


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
    ("no degree", filled(I1, kind="定性"), "missing-key", at(I1, "kind")),
    ("no actual value", filled(I1, kind="定量", at_least=1), "missing-key", at(I1, "kind")),
    ("no limit", filled(I1, kind="定量", actual=1), "missing-limit", at(I1, "kind")),
    ("two limits", filled(I1, kind="定量", actual=1, at_least=1, at_most=2), "two-limits", at(I1, "kind")),
    ("no population", filled(I1, kind="抽样", sampled=5, nonconforming=0), "missing-population", at(I1, "kind")),
    ("no sample", filled(I1, kind="抽样", population=5, nonconforming=0), "missing-key", at(I1, "kind")),
    (
        "outlets alone",
        filled(I1, kind="抽样", outlets=5, sampled=5, nonconforming=0),
        "missing-population",
        at(I1, "kind"),
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
        at(I1, "kind"),
    ),
    ("a row of table 1 that is not there", filled(I1, kind="定性", degree="65%", row=9), "unknown-row", at(I1, "row")),
    ("a degree outside its row", filled(I1, kind="定性", degree="75%", row=1), "degree-outside-row", at(I1, "degree")),
    ("deleted without reason", filled(I1, kind="不适用", confirmed_by="张明"), "missing-key", at(I1, "kind")),
    ("deleted without names", filled(I1, kind="不适用", reason="无"), "missing-key", at(I1, "kind")),
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
    ("a group that is judged", filled(GROUP, kind="完全符合"), "group-not-deleted", at(GROUP, "id")),
    (
        "a group that is deleted and judged",
        filled(GROUP, kind="不适用", reason="无", confirmed_by="张明"),
        "group-has-findings",
        at(GROUP, "id"),
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
    ("an id twice", put(cell(I1, "id"), "5.1.1.2"), "duplicate-key", f"{SHEET}!A{ROWS['5.1.1.2']}"),
    ("no id", put(cell(I1, "id"), None), "row-without-id", at(I1, "title")),
    # sheets and columns
    ("no sheet of findings", lambda book: book.remove(book[SHEET]), "missing-sheet", None),
    ("no sheet of evidence", lambda book: book.remove(book["证据"]), "missing-sheet", None),
    ("no sheet of facts", lambda book: book.remove(book["基本信息"]), "missing-sheet", None),
    ("no sheet of the team", lambda book: book.remove(book["评价小组"]), "missing-sheet", None),
    ("a column is deleted", lambda book: book[SHEET].delete_cols(5), "missing-column", f"{SHEET}!A1"),
    ("a head is renamed", put("E1", "程度"), "missing-column", f"{SHEET}!A1"),
    ("a head stands twice", put("F1", "符合程度"), "duplicate-column", f"{SHEET}!F1"),
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
    ("an error in the evidence", put("C2", "#VALUE!", "证据"), "error-value", "证据!C2"),
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
    ("evidence without id", put("A2", None, "证据"), "row-without-id", "证据!B2"),
    ("evidence for an unknown id", put("A2", "5.9", "证据"), "evidence-without-finding", "证据!A2"),
    ("evidence by an unknown method", put("B2", "电话", "证据"), "unknown-word", "证据!B2"),
    ("evidence without a method", put("B2", None, "证据"), "missing-key", "证据!B2"),
]


class TestHostile:
    """One mistake each: the code and the cell, and never a traceback."""

    def test_there_are_enough(self) -> None:
        assert len({name for name, *_ in FAULTS}) == len(FAULTS) >= 60

    @pytest.mark.parametrize(("change", "code", "where"), [pytest.param(*rest, id=name) for name, *rest in FAULTS])
    def test_one_mistake(self, change: Callable[[Any], object], code: str, where: str | None, tmp_path: Path) -> None:
        found = problems_of(change, tmp_path / "form.xlsx")
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
            put("C2", " \u200b ", "证据"),
            put("B3", datetime.datetime(2025, 12, 4), "基本信息"),
            put("B3", "2025年12月4日", "基本信息"),
            put("B9", "2026/3/2", "基本信息"),
            put("B9", "２０２６年０３月２日", "基本信息"),
            lambda book: book.create_sheet("备注").append(["我的笔记", 1, 2]),
            lambda book: book[SHEET].insert_rows(1, 3),
            lambda book: book[SHEET].insert_cols(2),
            lambda book: (book[SHEET].insert_rows(1, 2), book[SHEET].merge_cells("A1:C1")),
            lambda book: book[SHEET].column_dimensions.__getitem__("B").__setattr__("hidden", True),
            lambda book: book[SHEET].move_range(f"A{ROWS['5.4.4.2']}:P{ROWS['5.4.4.2']}", rows=6),
            moved_columns,
            put(cell(I1, "kind"), "定性\u200b"),
            put("A2", " 标 准".replace(" ", "\u200b"), "基本信息"),
            put("B9", datetime.datetime(2026, 3, 2), "基本信息"),
        ],
    )
    def test_what_does_no_harm(self, change: Callable[[Any], object], tmp_path: Path) -> None:
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
    def test_numbers_as_people_and_spreadsheets_write_them(
        self, value: Any, format: str, degree: str, tmp_path: Path
    ) -> None:
        def change(book: Any) -> None:
            filled(I1, kind="定性", degree=value)(book)
            book[SHEET][cell(I1, "degree")].number_format = format

        path = tmp_path / "form.xlsx"
        assert broken(change, path) == []
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
        """Its evidence is not told as well. The indicator that has lost its row is told last."""
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
            found = [(problem.code, problem.path) for problem in examine(path)[1]]
            assert [told for told, _ in found] == [code, "missing-finding"]
            assert found[1][1] == f"findings[{I1}]"

    @pytest.mark.parametrize(
        ("change", "codes"),
        [
            (put("E1", "程度"), ["missing-column", "unknown-column"]),
            (lambda book: book[SHEET].delete_cols(5), ["missing-column"]),
            (put("F1", "符合程度"), ["missing-column", "duplicate-column"]),
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
            (filled(I1, kind="定性"), "缺少“符合程度”"),
            (filled(I1, degree="60%"), "缺少认定方式；可用：完全符合, 完全不符合, 定性, 定量, 抽样, 不适用；满分请选“完全符合”"),
            (filled(I1, kind="定亮"), "没有“定亮”这种认定方式或事件种类；可用：完全符合, 完全不符合, 定性, 定量, 抽样, 不适用"),
            (filled(I1, kind="degree"), "没有“degree”这种认定方式或事件种类；可用：完全符合, 完全不符合, 定性, 定量, 抽样, 不适用"),
            (filled(I1, kind="documents"), "没有“documents”这种认定方式或事件种类；可用：完全符合, 完全不符合, 定性, 定量, 抽样, 不适用"),
            (filled(I1, kind="定量", actual=1), "定量认定缺少规定值：请写不低于或不高于"),
            (filled(I1, kind="抽样", sampled=1, nonconforming=0), "抽样认定须写总样本，或同时写网点数与覆盖网点数；后两项不能只写一项"),
            (filled(OWN, kind="完全符合"), "5.1.2.2 的规定值由标准给出，只能用定量认定（定量）或删减，不能用“定性”"),
            (put("B2", "documents", "证据"), "“documents”不是可用的词；可用：查阅文件和记录, 访谈, 现场观察, 随机访问顾客；是否想写“查阅文件和记录”？"),
            (put("B4", "内部", "基本信息"), "“内部”不是可用的词；可用：第三方评价, 自我评估"),
            (put("B10", None, "基本信息"), "缺少“结束日期”"),
            (put(cell(I1, "points"), "2"), "标准中 5.1.1.1 的分值是“1”，此处是“2”；请核对编号"),
        ],
    )  # fmt: skip
    def test_it_speaks_in_the_words_of_the_form(
        self, change: Callable[[Any], object], sentence: str, tmp_path: Path
    ) -> None:
        assert sentence in [problem.message_zh for problem in problems_of(change, tmp_path / "form.xlsx")]

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

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"", "not-a-workbook"),
            (b"id,kind\n", "not-a-workbook"),
            (GOOD[: len(GOOD) // 2], "not-a-workbook"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "not-a-workbook"),  # an old or a protected one
            (bytes(5_242_881), "file-too-large"),
        ],
    )
    def test_what_is_no_workbook(self, content: bytes, code: str, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        path.write_bytes(content)
        with pytest.raises(EvaluationError) as caught:
            aftersales.load_evaluation(path)
        assert [problem.code for problem in caught.value.problems] == [code]

    def test_broken_parts_and_bombs(self, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        for name, content, code in (
            ("xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row", "not-a-workbook"),
            ("xl/workbook.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "not-a-workbook"),
            ("xl/media/image1.png", bytes(60_000_000), "file-too-large"),
        ):
            with zipfile.ZipFile(io.BytesIO(GOOD)) as good, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
                for part in good.namelist():
                    if part != name:
                        book.writestr(part, good.read(part))
                book.writestr(name, content)
            with pytest.raises(EvaluationError) as caught:
                aftersales.load_evaluation(path)
            assert [problem.code for problem in caught.value.problems] == [code]

    @pytest.mark.parametrize(
        ("ranges", "code", "where"),
        [
            (b'<mergeCells><mergeCell ref="A300:XFD1048576"/></mergeCells>', "merged-cells", f"{SHEET}!A300"),
            (b'<mergeCells><mergeCell ref="R1:R1048576"/></mergeCells>', "merged-cells", f"{SHEET}!R1"),
            (b"<sheetData>" + b"<row/>" * 900_000 + b"</sheetData>", "too-many-values", f"{SHEET}!A"),
            (b'<sheetData><row r="7">' + b"<c><v>1</v></c>" * 300_000 + b"</row></sheetData>", "too-many-values", f"{SHEET}!XFD7"),
        ],
    )  # fmt: skip
    def test_small_files_that_would_cost_minutes(self, ranges: bytes, code: str, where: str, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        patched(path, sheet1=lambda sheet: sheet.replace(b"</sheetData>", b"</sheetData>" + ranges))
        with bounded(calls=2_000_000, mib=20):
            ((found, cell_),) = refusals(path)
        assert (found, str(cell_)[: len(where)]) == (code, where)

    def test_too_much_that_is_in_no_sheet(self, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        patched(path, styles=lambda styles: styles.replace(b"</cellXfs>", b"<xf/>" * 300_000 + b"</cellXfs>"))
        assert refusals(path) == [("too-many-values", None)]

    def test_one_part_as_a_hundred_sheets(self, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        sheet = b'<sheet xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" name="%d" sheetId="%d" r:id="rId1"/>'
        more = b"".join(sheet % (number, number) for number in range(10, 110))
        patched(path, workbook=lambda part: part.replace(b"</sheets>", more + b"</sheets>"))
        assert refusals(path) == [("not-a-workbook", None)]  # Excel has a part for each sheet

    def test_too_many_parts_and_another_compression(self, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        for method, more, code in (
            (zipfile.ZIP_DEFLATED, 500, "file-too-large"),
            (zipfile.ZIP_LZMA, 1, "not-a-workbook"),
        ):
            path.write_bytes(GOOD)
            with zipfile.ZipFile(path, "a", method) as book:
                for number in range(more):
                    book.writestr(f"more/{number}.txt", b"")
            assert refusals(path) == [(code, None)]

    @pytest.mark.parametrize(
        ("value", "code"), [(b"NaN", "not-a-number"), (b"9" * 5000, "number-too-long"), (b"1/2", "not-a-number")]
    )
    def test_a_number_cell_without_a_number(self, value: bytes, code: str, tmp_path: Path) -> None:
        """Wherever it stands, and whether the parts are named from the top or from where they are."""
        path = tmp_path / "form.xlsx"
        for sheet, title in (("sheet1", SHEET), ("sheet5", "表1对照")):
            for folder in (b"/xl/", b""):
                patched(
                    path,
                    **{
                        sheet: lambda part: part.replace(
                            b"</sheetData>", b'<row r="150"><c r="B150"><v> %b </v></c></row></sheetData>' % value
                        ),
                        "workbook.xml.rels": lambda part, folder=folder: part.replace(b"/xl/", folder),
                    },
                )
                assert refusals(path) == [(code, f"{title}!B150")]

    def test_numbers_that_openpyxl_can_read_are_let_through(self, tmp_path: Path) -> None:
        """An empty one, one without a reference, and texts that stand in a chart and not in a cell."""
        path = tmp_path / "form.xlsx"
        row = b"<row><c><v></v></c></row></sheetData>"
        patched(path, sheet5=lambda part: part.replace(b"</sheetData>", row))
        with zipfile.ZipFile(path, "a") as book:
            book.writestr("xl/charts/chart9.xml", '<c:pt xmlns:c="x"><c:v>一月</c:v></c:pt>')
            book.writestr("xl/media/image1.png", b"\x89PNG\r\n")
        assert aftersales.load_evaluation(path) == example()

    def test_two_sheets_of_one_name(self, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        patched(path, workbook=lambda part: part.replace("证据".encode(), "评价小组".encode()))
        assert refusals(path) == [("not-a-workbook", None)]

    def test_bytes_of_text_have_their_own_limit(self) -> None:
        with pytest.raises(EvaluationError) as caught:
            aftersales.load_evaluation(b"#" * 1_048_577)
        assert [problem.code for problem in caught.value.problems] == ["file-too-large"]

    def test_a_path_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(EvaluationError) as caught:
            aftersales.load_evaluation(str(tmp_path / "none.XLSX"))
        assert [problem.code for problem in caught.value.problems] == ["unreadable-file"]


UNO = """
import sys, time, uno, subprocess
from com.sun.star.beans import PropertyValue
source, target, port, profile = sys.argv[1:5]
office = subprocess.Popen(["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--norestore",
    f"--accept=socket,host=127.0.0.1,port={port};urp;"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
try:
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for attempt in range(120):
        try:
            context = resolver.resolve(f"uno:socket,host=127.0.0.1,port={port};urp;StarOffice.ComponentContext")
            break
        except Exception:
            time.sleep(0.5)
    desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    hidden = PropertyValue("Hidden", 0, True, 0)
    book = desktop.loadComponentFromURL("file://" + source, "_blank", 0, (hidden,))
    for line in sys.stdin.read().splitlines():
        sheet, where, how, value = line.split("\\t")
        cell = book.Sheets.getByName(sheet).getCellRangeByName(where)
        if how == "number":
            cell.setValue(float(value))
        elif how == "typed":
            cell.setFormula(value)
        else:
            cell.setString(value)
    book.storeToURL("file://" + target, (PropertyValue("FilterName", 0, "Calc MS Excel 2007 XML", 0), hidden))
    book.close(True)
    desktop.terminate()
finally:
    try:
        office.wait(20)
    except subprocess.TimeoutExpired:
        office.kill()
"""


def uno_python() -> str | None:
    for python in ("/usr/bin/python3", sys.executable):
        done = subprocess.run([python, "-c", "import uno"], capture_output=True, check=False)
        if done.returncode == 0:
            return python
    return None


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.skipif(
    not Path("/usr/bin/python3").exists() or uno_python() is None,
    reason="LibreOffice's Python (python3-uno) is not installed",
)
class TestLibreOffice:
    """Opened, filled in and saved by LibreOffice, it reads back exactly."""

    def test_filled_in_and_saved_by_it(self, tmp_path: Path) -> None:
        blank, saved, script = tmp_path / "blank.xlsx", tmp_path / "saved.xlsx", tmp_path / "fill.py"
        blank.write_bytes(write_workbook(STANDARD))
        script.write_text(UNO, "utf-8")
        lines, findings = [], dict[str, Any]()
        for number, key in enumerate(oracle.INDICATORS):
            kinds: list[tuple[dict[str, str], Any]] = [
                ({"kind": "完全符合"}, "full"),
                ({"kind": "完全不符合", "reason": "=没有"}, {"kind": "qualitative", "degree": 0, "reason": "=没有"}),
                ({"kind": "定性", "degree": "1/3", "reason": "甲\u3000乙"}, {"kind": "qualitative", "degree": "1/3", "reason": "甲\u3000乙"}),
                ({"kind": "定量", "actual": "0.1", "at_most": "24"}, {"kind": "quantitative", "actual": "0.1", "at_most": 24}),
                ({"kind": "抽样", "population": "120", "sampled": "80", "nonconforming": "4"}, {"kind": "sampled", "population": 120, "sampled": 80, "nonconforming": 4}),
                ({"kind": "不适用", "reason": "无", "confirmed_by": "张明、李静"}, {"kind": "not_applicable", "reason": "无", "confirmed_by": ["张明", "李静"]}),
            ]  # fmt: skip
            cells, finding = (
                kinds[number % 6]
                if key != "5.1.2.2"
                else ({"kind": "定量", "actual": "8%"}, {"kind": "quantitative", "actual": "8%"})
            )
            lines += [f"{SHEET}\t{cell(key, column)}\ttext\t{value}" for column, value in cells.items()]
            findings[key] = finding
        lines += [
            f"{SHEET}\t{cell('5.1.1.1', 'kind')}\ttext\t定性",
            f"{SHEET}\t{cell('5.1.1.1', 'degree')}\tnumber\t0.85",
        ]
        findings["5.1.1.1"] = {"kind": "qualitative", "degree": "0.85"}
        lines += [
            "基本信息\tB5\ttext\t滨海家电",
            "评价小组\tA2\ttext\t张明",
            "评价小组\tA3\ttext\t李静",
            "基本信息\tB9\ttext\t2026-03-02",
            "基本信息\tB10\ttext\t2026-03-06",
        ]
        lines += [f"证据\tA2\ttext\t{oracle.INDICATORS[1]}", "证据\tB2\ttext\t访谈", "证据\tC2\ttext\t<店长>"]
        findings[oracle.INDICATORS[1]]["evidence"] = [{"method": "interview", "note": "<店长>"}]
        python = uno_python()
        assert python is not None
        command = [python, str(script), str(blank), str(saved), "20023", str(tmp_path / "profile")]
        done = subprocess.run(command, input="\n".join(lines), text=True, capture_output=True, timeout=180, check=False)
        assert saved.exists(), done.stderr
        expected = aftersales.load_evaluation(
            oracle.document(
                findings, edition="2025-12-04", subject={"organisation": "滨海家电"}, team=[{"name": "张明"}, {"name": "李静"}],
                period={"start": "2026-03-02", "end": "2026-03-06"})
        )  # fmt: skip
        read = aftersales.load_evaluation(saved)
        assert read == expected
        assert aftersales.load_evaluation(as_yaml(read).encode()) == read
        assert aftersales.score(read).final_score == oracle.final_score(findings)


class TestCommand:
    def test_a_form_a_score_and_a_place(self, tmp_path: Path) -> None:
        form, filled_ = tmp_path / "form.xlsx", tmp_path / "shop.xlsx"
        assert run("template", "--format", "xlsx", "-o", str(form)).returncode == 0
        assert form.read_bytes()[:2] == b"PK"
        assert "[file-exists]" in run("template", "--format", "xlsx", "-o", str(form)).stderr
        assert "[needs-output]" in run("template", "--format", "xlsx").stderr
        filled_.write_bytes(GOOD)
        assert "最终得分 87.37" in run("score", str(filled_)).stdout
        broken(filled(I1, kind="定性", degree=60), filled_)
        done = run("check", str(filled_), "--lang", "en")
        assert done.stderr == (
            f"{filled_}:{at(I1, 'degree')}: {I1}: 60 is out of range: 0 to 1 (0% to 100%); did you mean '60%'? [out-of-range, 6.2.2]\n"
        )
        assert json.loads(run("check", str(filled_), "--json").stdout)["problems"][0]["cell"] == at(I1, "degree")

    def test_the_form_of_a_plan(self, tmp_path: Path) -> None:
        form = tmp_path / "form.xlsx"
        plan = data_folder() / "plans" / "home-appliance-chain.yaml"
        assert run("template", "--format", "xlsx", "--plan", str(plan), "-o", str(form)).returncode == 0
        evaluation = aftersales.load_evaluation(form)
        assert (evaluation.subject, evaluation.team, evaluation.period) == (
            example().subject,
            example().team,
            example().period,
        )
        book = openpyxl.load_workbook(form)
        heads = [one.value for one in book[SHEET][1]]
        assert heads[:5] == ["编号", "指标", "分值", "审查人员", "认定方式"]
        assert (len(heads), book[SHEET].freeze_panes) == (len(COLUMNS) + 1, "E2")
        assert [book[SHEET].cell(ROWS[key], 4).value for key in ("5.4.3.2", "5.1.1.1", "5.1")] == ["李静", "张明", None]
        assert book[SHEET].cell(ROWS["5.1.1.1"], 4).protection.locked
        book[SHEET].cell(ROWS["5.1.1.1"], 5).value = "完全符合"
        book[SHEET].cell(ROWS["5.1.1.2"], 4).value = "李静、张明"
        book.save(form)
        assert list(aftersales.load_evaluation(form).findings) == ["5.1.1.1"]
        book[SHEET]["Z1"] = "审查人员"
        book.save(form)
        assert refusals(form) == [("duplicate-column", f"{SHEET}!Z1")]

    def test_without_the_extra_one_line_names_it(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        path.write_bytes(GOOD)
        monkeypatch.setitem(sys.modules, "openpyxl", None)
        assert aftersales.load_evaluation(path) == example()  # reading needs nothing but the package
        with pytest.raises(aftersales.MissingExtra) as caught:
            write_workbook(STANDARD)
        assert caught.value.problems[0].message == "this needs openpyxl: pip install 'aftersales[excel]'"


def test_a_yaml_file_needs_none_of_the_extras() -> None:
    code = (
        "import sys, aftersales; from aftersales import cli; cli.main(['score', sys.argv[1]]);"
        "print({'openpyxl', 'jinja2', 'docx', 'typst', 'chinese_calendar'} & set(sys.modules),"
        " [name for name in sys.modules if name.startswith('aftersales.') and name.split('.')[1] in"
        " ('report', 'plan', 'certificate', 'comparison', 'improvement', 'workbook', 'workbook_reading')])"
    )
    path = str(data_folder() / "examples" / "home-appliance-chain.yaml")
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "set() []"


@pytest.mark.parametrize(("written", "hint"), [("大概", False), ("完全符", True)])
def test_the_kinds_that_are_named_are_those_of_the_drop_down(written: str, hint: bool, tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    path.write_bytes(GOOD)
    book = openpyxl.load_workbook(path)
    filled(I1, kind=written)(book)
    book.save(path)
    with pytest.raises(aftersales.EvaluationError) as caught:
        aftersales.load_evaluation(path)
    (problem,) = (one for one in caught.value.problems if one.code == "unknown-kind")
    assert all(word in problem.message_zh for word in ("完全符合", "完全不符合", "定性", "定量", "抽样", "不适用"))
    assert ("是否想写“完全符合”" in problem.message_zh) == hint


@pytest.mark.parametrize(
    "columns", [{"degree": "60%"}, {"reason": "因为"}, {"actual": 30, "at_most": 24}, {"sampled": 80}]
)
def test_a_blank_kind_is_told_with_the_words_of_the_drop_down_and_the_one_for_full_points(
    columns: dict[str, object], tmp_path: Path
) -> None:
    (problem,) = problems_of(filled(I1, kind=None, **columns), tmp_path / "form.xlsx")
    assert (problem.code, problem.cell, problem.clause) == ("missing-kind", at(I1, "kind"), "6.2.2")
    words = "完全符合, 完全不符合, 定性, 定量, 抽样, 不适用"
    assert problem.message_zh == f"缺少认定方式；可用：{words}；满分请选“完全符合”"
    assert problem.message == f"the kind is missing; there are: {words}; for full points select '完全符合'"


def test_a_kind_that_cannot_be_read_is_not_also_missing(tmp_path: Path) -> None:
    assert broken(filled(I1, kind="=VLOOKUP(A1,B:B,1)"), tmp_path / "form.xlsx") == [
        ("formula-without-value", at(I1, "kind"), f"findings[{I1}].kind")
    ]
