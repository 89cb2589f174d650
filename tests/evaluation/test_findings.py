"""Every kind of finding goes through all that holds, judges or shows findings; a kind that one of them forgets fails here."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from support import oracle

import aftersales
from aftersales.evaluation.blank_form import blank_form
from aftersales.evaluation.findings import KINDS, Judged
from aftersales.evaluation.json_schema import evaluation_schema
from aftersales.files.writing import as_yaml
from aftersales.problems.messages import MESSAGES
from aftersales.text.sentences import languages
from aftersales.views.notebook import html_of

KEY = "5.1.3.2"  # an indicator that may be judged in any way
STANDARD = aftersales.load_standard()
DOCS = Path(__file__).parents[2] / "docs"


def example(kind: str) -> dict[str, Any]:
    """The finding that the blank form shows for that kind."""
    finding: dict[str, Any] = yaml.load(KINDS[kind].example, yaml.BaseLoader)
    return finding


def evaluation(kind: str) -> aftersales.Evaluation:
    return aftersales.load_evaluation(oracle.document(oracle.all_full() | {KEY: example(kind)}))


@pytest.mark.parametrize("kind", KINDS)
class TestEveryKind:
    def test_each_kind_is_public_and_documented(self, kind: str) -> None:
        assert getattr(aftersales, KINDS[kind].__name__) is KINDS[kind]
        assert f"kind: {kind}" in (DOCS / "format.md").read_text("utf-8")

    def test_each_kind_has_a_column_in_the_form_for_each_of_its_fields(self, kind: str) -> None:
        fields = KINDS[kind].model_fields.keys() - {"kind", "reason", "evidence"}
        assert {column.key for column in (*KINDS[kind].columns, *KINDS[kind].texts)} == fields

    def test_each_kind_shows_a_problem_of_the_whole_finding_at_one_of_its_columns(self, kind: str) -> None:
        """Such as parts of which one is missing; others would be shown at the cell of the kind."""
        shown_at, columns = KINDS[kind].shown_at, {column.key for column in KINDS[kind].columns}
        assert shown_at.keys() <= MESSAGES.keys()
        assert set(shown_at.values()) <= columns
        for code, parts in KINDS[kind].either.items():
            assert shown_at[code] in parts

    def test_each_kind_stands_in_the_blank_form(self, kind: str) -> None:
        for lang in languages():
            assert KINDS[kind].example in blank_form(STANDARD, lang=lang)

    def test_each_kind_is_scored_and_explained(self, kind: str) -> None:
        card = aftersales.score(evaluation(kind))
        assert isinstance(card.finding(KEY), KINDS[kind])
        node, step = card[KEY], card.explain(KEY)
        assert step.value == (None if node.ratio is None else str(float(node.earned)).removesuffix(".0"))
        for lang in languages():
            assert step.rule.text(lang) in step.text(lang)

    def test_each_kind_earns_what_its_formula_says(self, kind: str) -> None:
        """6.2.2: the working of the derivation, calculated anew, is what was earned."""
        card = aftersales.score(evaluation(kind))
        if card[KEY].ratio is not None:
            formula = card.explain(KEY).working.replace("×", "*").replace("÷", "/").replace("−", "-")
            exact = re.sub(r"[0-9.]+", lambda number: f"Fraction('{number[0]}')", formula)
            assert eval(exact, {"min": min, "Fraction": Fraction}) == card[KEY].earned

    def test_each_kind_comes_back_from_every_form_of_the_file(self, kind: str, tmp_path: Path) -> None:
        found = evaluation(kind)
        workbook, text = tmp_path / "shop.xlsx", tmp_path / "shop.yaml"
        workbook.write_bytes(aftersales.write_workbook(STANDARD, found))
        text.write_text(as_yaml(found), "utf-8")
        for path in (workbook, text):
            assert aftersales.load_evaluation(path).findings == found.findings
        assert aftersales.Evaluation.model_validate_json(found.model_dump_json()) == found

    def test_each_kind_is_in_the_schema(self, kind: str) -> None:
        checker = jsonschema.Draft202012Validator(evaluation_schema(STANDARD))
        document = json.loads(evaluation(kind).model_dump_json(exclude_none=True))
        assert not list(checker.iter_errors(document))
        document["findings"][KEY].pop("kind")
        assert list(checker.iter_errors(document))

    def test_each_kind_is_shown_in_the_report(self, kind: str) -> None:
        card = aftersales.score(evaluation(kind))
        finding, indicator = card.finding(KEY), STANDARD[KEY]
        assert isinstance(indicator, aftersales.Indicator)
        for lang in languages():
            report = aftersales.make_report(card, draft=True).typeset("md", lang).decode()
            if isinstance(finding, Judged):
                assert finding.found(indicator, STANDARD).text(lang) in report
                assert indicator.title.text(lang) in finding.remedy(indicator).text(lang)

    def test_each_kind_is_shown_in_a_notebook(self, kind: str) -> None:
        for lang in languages():
            shown = html_of(evaluation(kind), lang)
            assert shown is not None
            row = shown[shown.index(KEY) :]
            for field in KINDS[kind].model_fields.keys() & example(kind).keys() - {"kind", "confirmed_by"}:
                assert example(kind)[field].removesuffix("%").strip("0.") in row[: row.index("</tr>")]

    def test_each_kind_is_shown_in_a_notebook_with_texts_of_the_assessors(self, kind: str) -> None:
        texts = {column.key: "乙" for column in KINDS[kind].texts} | {"reason": "两家门店"}
        found = evaluation(kind).with_findings({KEY: example(kind) | texts})
        for shown in (found, aftersales.score(found)):
            assert "两家门店" in (html_of(shown) or "")


class TestWhatAReportSaysOfAFinding:
    """7.1 (c) and (f), by hand: what was found, and what raises it to full points."""

    @pytest.mark.parametrize(
        ("finding", "found", "remedy"),
        [
            ({"kind": "qualitative", "degree": 0}, "not met at all", "set it up from the start"),
            (
                {"kind": "qualitative", "degree": "60%"},
                "degree 60%",
                "put the above right, which closes the gap of 40% (degree now 60%),",
            ),
            (
                {"kind": "quantitative", "actual": 30, "at_most": 24},
                "actual 30, limit ≤ 24",
                "lower the actual value from 30 to 24 or less, by at least 6:",
            ),
            (
                {"kind": "quantitative", "actual": "8%", "at_least": "10%"},
                "actual 8%, limit ≥ 10%",
                "raise the actual value from 8% to 10% or more, by at least 2 percentage points:",
            ),
            (
                {"kind": "quantitative", "actual": Fraction(9, 10) - Fraction(1, 10**300), "at_least": "9/10"},
                "actual <90%, limit ≥ 90%",
                "raise the actual value from <90% to 90% or more, by at least <0.01 percentage points:",
            ),
            (
                {"kind": "sampled", "population": 120, "sampled": 80, "nonconforming": 4},
                "80 sampled of 120, 4 nonconforming; large enough: 80 ÷ 120 ≥ 2/3",
                "correct the 4 nonconforming of the 80 sampled,",
            ),
        ],
    )
    def test_the_report_says_what_was_found_and_what_raises_it(
        self, finding: dict[str, Any], found: str, remedy: str
    ) -> None:
        card = aftersales.score(aftersales.load_evaluation(oracle.document(oracle.all_full() | {KEY: finding})))
        judged, indicator = card.finding(KEY), STANDARD[KEY]
        assert isinstance(judged, Judged)
        assert isinstance(indicator, aftersales.Indicator)
        assert judged.found(indicator, STANDARD).text("en") == found
        assert judged.remedy(indicator).text("en").startswith(remedy)

    @pytest.mark.parametrize(
        ("numbers", "found"),
        [
            ({"actual": "0.95", "at_least": 1}, "actual 95%, limit ≥ 100%"),
            ({"actual": "0.95", "at_most": 1}, "actual 0.95, limit ≤ 1"),
            ({"actual": "0.5", "at_least": 2}, "actual 0.5, limit ≥ 2"),
            ({"actual": "300%", "at_most": "0.5"}, "actual 300%, limit ≤ 50%"),
            ({"actual": "0.4", "at_most": "0.5"}, "actual 40%, limit ≤ 50%"),
            ({"actual": 1, "at_most": "0.5"}, "actual 100%, limit ≤ 50%"),
            ({"actual": 3, "at_most": "0.5"}, "actual 3, limit ≤ 0.5"),
            ({"actual": "300%", "at_most": "50%"}, "actual 300%, limit ≤ 50%"),
            ({"actual": 1, "at_least": 1}, "actual 1, limit ≥ 1"),
            ({"actual": 0, "at_least": 1}, "actual 0, limit ≥ 1"),
        ],
    )
    def test_a_share_is_a_percentage_and_zeros_and_ones_alone_may_be_anything(
        self, numbers: dict[str, Any], found: str
    ) -> None:
        indicator = STANDARD[KEY]
        assert isinstance(indicator, aftersales.Indicator)
        assert aftersales.Quantitative(**numbers).found(indicator, STANDARD).text("en") == found

    def test_a_proportion_above_100_percent_is_refused_as_a_percentage(self) -> None:
        found = oracle.all_full() | {"5.1.2.2": {"kind": "quantitative", "actual": "150%"}}
        with pytest.raises(aftersales.EvaluationError) as caught:
            aftersales.score(aftersales.Evaluation(**oracle.document(found)))
        assert [(each.code, "150%" in each.message) for each in caught.value.problems] == [("out-of-range", True)]

    def test_a_degree_of_one_is_fully_met(self) -> None:
        indicator = STANDARD[KEY]
        assert isinstance(indicator, aftersales.Indicator)
        assert aftersales.Qualitative(degree=1).found(indicator, STANDARD).text("en") == "fully met"


@pytest.mark.parametrize(
    ("actual", "formula"), [(12, "{points} × 1"), (24, "{points} × 1"), (30, "{points} × {at_most} ÷ {actual}")]
)
def test_the_points_of_an_upper_limit_are_in_proportion_only_above_it(actual: int, formula: str) -> None:
    """R6: at 24 or less against "at most 24" all points are earned."""
    indicator = STANDARD[KEY]
    assert isinstance(indicator, aftersales.Indicator)
    assert aftersales.Quantitative(actual=actual, at_most=24).working(indicator).formula == formula


def test_no_other_number_is_printed_as_the_full_mark_or_as_the_limit() -> None:
    """R3: 1 is the full mark, and of a quantitative finding it is its limit, or the standard's own, if it is known."""
    measured, own = aftersales.Quantitative(actual=30, at_most=24), aftersales.Quantitative(actual="8%")
    limited = STANDARD["5.1.2.2"]
    assert isinstance(limited, aftersales.Indicator)
    assert aftersales.Qualitative(degree=1).full_mark(limited) == 1
    assert [measured.full_mark(indicator) for indicator in (limited, None)] == [24, 24]
    assert [own.full_mark(indicator) for indicator in (limited, None)] == [Fraction(1, 10), 1]


class TestRowsOfTable1:
    """6.2.4, R11: the rows are numbered from 0 to 5, by the star that each corresponds to."""

    @pytest.mark.parametrize("row", [6, 7, 100])
    def test_another_row_is_refused_with_those_that_there_are(self, row: int) -> None:
        finding = {"kind": "qualitative", "degree": 1, "row": row}
        with pytest.raises(aftersales.EvaluationError, match=rf"no row {row}.*0…5") as caught:
            aftersales.load_evaluation(oracle.document({KEY: finding}))
        assert [problem.code for problem in caught.value.problems] == ["unknown-row"]

    def test_the_schema_of_the_file_allows_the_same_rows(self) -> None:
        checker = jsonschema.Draft202012Validator(evaluation_schema(STANDARD))
        for row in range(8):
            document = oracle.document({KEY: {"kind": "qualitative", "degree": "1", "row": row}})
            assert checker.is_valid(document) == (row <= 5), row
