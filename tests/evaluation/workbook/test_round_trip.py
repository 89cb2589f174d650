"""An evaluation that is written as a workbook and read again is the same evaluation."""

from __future__ import annotations

import gc
import io
import random
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import oracle
from support.examples import examples
from support.forms import (
    SHEET,
    STANDARD,
    at,
    cell,
    example,
)
from support.make_reports import EXAMPLES
from support.strategies import random_findings

import aftersales
from aftersales import EvaluationError, PaperError
from aftersales.evaluation.workbook.writer import write_workbook
from aftersales.files.writing import as_yaml


class TestRoundTrip:
    """What is written is read back as the same evaluation."""

    @pytest.mark.parametrize("name", EXAMPLES)
    def test_each_example_comes_back_the_same(self, name: str, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        path.write_bytes(write_workbook(STANDARD, example(name)))
        again = aftersales.load_evaluation(path)
        assert again == example(name)
        assert aftersales.load_evaluation(as_yaml(again).encode()) == again

    @pytest.mark.parametrize("number_format", ["General", "0%"])
    def test_cells_are_freed_without_the_collector_of_cycles(self, number_format: str, tmp_path: Path) -> None:
        """The collector runs now and then, and a folder of forms would keep the cells of many until then.

        A number of which a cell shows less than it holds gets a remark, which is described when it is shown.
        """
        path = tmp_path / "form.xlsx"
        book = openpyxl.load_workbook(io.BytesIO(write_workbook(STANDARD, example(EXAMPLES[0]))))
        actual = book[SHEET][cell("5.1.2.2", "actual")]
        actual.value, actual.number_format = 0.0812, number_format
        book.save(path)
        aftersales.load_evaluation(path)
        gc.collect()
        gc.disable()
        try:
            aftersales.load_evaluation(path)
            assert gc.collect() < 500  # a form has more cells
        finally:
            gc.enable()

    def test_full_and_no_conformity_are_written_by_their_words(self, tmp_path: Path) -> None:
        """A finding with a chosen row of table 1 is written with its degree, as only 定性 has a row."""
        findings = oracle.all_full() | {
            "5.1.1.2": "none",
            "5.1.1.3": {"kind": "qualitative", "degree": 0, "reason": "无", "measure": "补"},
            "5.1.1.4": {"kind": "qualitative", "degree": 1, "row": 5},
            "5.1.1.5": {"kind": "qualitative", "degree": "99.9%"},
        }
        evaluation = aftersales.load_evaluation(oracle.document(findings, edition="2025-12-04"))
        path = tmp_path / "form.xlsx"
        path.write_bytes(write_workbook(STANDARD, evaluation))
        sheet = openpyxl.load_workbook(path)[SHEET]
        heads = [cell.value for cell in sheet[1]]
        rows = {row[0]: dict(zip(heads, row, strict=True)) for row in sheet.iter_rows(min_row=2, values_only=True)}
        told = {
            key: (rows[key]["认定方式"], rows[key]["符合程度"], rows[key]["表 1 档次"]) for key in sorted(findings)[:5]
        }
        assert told == {
            "5.1.1.1": ("完全符合", None, None), "5.1.1.2": ("完全不符合", None, None), "5.1.1.3": ("完全不符合", None, None),
            "5.1.1.4": ("定性", "1", "5"), "5.1.1.5": ("定性", "0.999", None),
        }  # fmt: skip
        assert aftersales.load_evaluation(path) == evaluation

    def test_a_form_with_the_heads_of_before_is_read_the_same(self, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        path.write_bytes(write_workbook(STANDARD, example("home-appliance-chain")))
        book = openpyxl.load_workbook(path)
        former = {
            "表 1 档次": "表1行",
            "规定值（不低于）": "不低于",
            "规定值（不高于）": "不高于",
            "扣分原因（不适用理由）": "原因",
        }
        renamed = [head for head in book[SHEET][1] if head.value in former]
        assert len(renamed) == len(former)
        for head in renamed:
            head.value = former[head.value]
        book.save(path)
        assert aftersales.load_evaluation(path) == example("home-appliance-chain")

    @settings(max_examples=examples(15))
    @given(
        seed=st.integers(0),
        text=st.text(
            st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), min_size=1
        ).filter(str.strip),
    )
    def test_random_evaluations_with_any_text_come_back_the_same(
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

    def test_notes_of_evidence_may_be_words_for_kinds(self, tmp_path: Path) -> None:
        """Ids with such words beside them are not a table of findings where the head of the evidence is above them."""
        piece = {"kind": "qualitative", "degree": 1, "evidence": [{"method": "customer", "note": "none"}]}
        findings = {key: piece for key in oracle.INDICATORS if key != "5.1.2.2"}
        evaluation = aftersales.Evaluation.model_validate(
            {"standard": STANDARD.id, "edition": "2025-12-04", "findings": findings}
        )
        path = tmp_path / "form.xlsx"
        path.write_bytes(write_workbook(STANDARD, evaluation))
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
    def test_texts_that_a_spreadsheet_could_take_for_something_else_stay_text(self, text: str, tmp_path: Path) -> None:
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

    def test_what_a_form_cannot_distinguish_comes_back_alike(self, tmp_path: Path) -> None:
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

    def test_free_text_that_is_a_word_of_the_form_stays_as_it_is(self, tmp_path: Path) -> None:
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
