"""Loading an evaluation: the bundled examples, and all problems of a source together."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support import oracle
from support.command import EXAMPLES

import aftersales
from aftersales.evaluation import loading
from aftersales.evaluation.loading import read_evaluation, read_examination
from aftersales.files.pydantic_errors import violations_of
from aftersales.problems.violations import Violation

REMARKED = {"5.1.2.6": "full"}  # 6.2.2 names it as one to be verified by sampling
UNLIMITED = {"kind": "quantitative", "actual": 1}  # 6.2.2: it needs a limit


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_an_example_is_loaded_by_its_name(path: object) -> None:
    assert aftersales.load_example(path.stem) == aftersales.load_evaluation(path)  # type: ignore[attr-defined, arg-type]


def test_the_example_without_a_name_can_be_scored() -> None:
    assert aftersales.score(aftersales.load_example()).printed_score == "87.37"


def test_an_unknown_name_is_refused_with_the_one_that_was_meant() -> None:
    with pytest.raises(aftersales.EvaluationError) as caught:
        aftersales.load_example("unfinishd")
    (problem,) = caught.value.problems
    assert (problem.code, problem.path) == ("unknown-word", "name")
    assert problem.message.endswith("software-service-vendor, unfinished; did you mean 'unfinished'?")


def problems(document: Any) -> list[tuple[str, str]]:
    with pytest.raises(aftersales.EvaluationError) as caught:
        aftersales.load_evaluation(document)
    return [(problem.code, problem.path) for problem in caught.value.problems]


class TestAllProblemsTogether:
    """What is refused by its form hides nothing that the standard refuses elsewhere."""

    def test_all_problems_are_gone_through_equally_often_whatever_their_number(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Else a mapping of thousands of wrong findings takes many seconds."""
        times = []

        class Counted(list[Violation]):
            def __iter__(self) -> Iterator[Violation]:
                times[-1] += 1
                return super().__iter__()

        monkeypatch.setattr(loading, "violations_of", lambda *given: Counted(violations_of(*given)))
        wrong = {"kind": "quantitative", "actual": "x", "reason": 5}
        for number in (1, 50):
            times.append(0)
            found = problems(oracle.document({f"5.9.{n}": wrong for n in range(number)}))
            assert ("not-a-number", "findings[5.9.0].actual") in found
        assert times[0] == times[1]

    def test_a_refused_finding_hides_no_other_one(self) -> None:
        found = {"5.1.1.1": {"kind": "qualitative", "degree": 2}, "5.1.2.2": "full", "5.1.1.2": UNLIMITED}
        assert problems(oracle.document(found)) == [
            ("out-of-range", "findings[5.1.1.1].degree"),
            ("kind-not-allowed", "findings[5.1.2.2]"),
            ("missing-limit", "findings[5.1.1.2]"),
        ]
        for others in ({}, {"type": "self", "edition": "2025-12-04"}):
            document = {"standard": "CTS XBHT-S04-2025", "findings": found} | others
            assert problems(document) == problems(oracle.document(found))

    def test_the_numbers_of_a_finding_whose_text_is_refused_are_judged_too(self) -> None:
        """6.2.2: 79 of 120 are less than two thirds; the text is no text, and the evidence none."""
        small = {"kind": "sampled", "population": 120, "sampled": 79, "nonconforming": 0}
        for text, code in (({"reason": 5}, "not-text"), ({"evidence": 5}, "not-a-list")):
            place = f"findings[5.1.2.6].{next(iter(text))}"
            assert problems(oracle.document({"5.1.2.6": small | text})) == [
                ("sample-too-small", "findings[5.1.2.6]"),
                (code, place),
            ]
        whole = {"kind": "qualitative", "degree": "half", "reason": 5}
        assert [code for code, _ in problems(oracle.document({"5.1.2.2": whole}))] == ["kind-not-allowed"]

    @pytest.mark.parametrize("kind", [{"a": 1}, ["quantitative"], 5, None])
    def test_a_kind_that_is_no_text_is_refused_where_the_standard_asks_for_a_kind_too(self, kind: Any) -> None:
        """6.2.2 asks for a quantitative finding of 5.1.2.2."""
        found = problems(oracle.document({"5.1.2.2": {"kind": kind, "actual": "x"}, "5.1.1.1": "fulll"}))
        assert [path for _, path in found if path.startswith("findings[5.1.2.2]")]
        assert ("not-a-finding", "findings[5.1.1.1]") in found

    def test_a_refused_part_with_the_name_of_a_finding_does_not_hide_that_finding(self) -> None:
        document = oracle.document({"organisation": "full"}) | {"subject": {"organisation": " "}}
        assert sorted(problems(document)) == [
            ("blank", "subject.organisation"),
            ("unknown-indicator", "findings.organisation"),
        ]

    @pytest.mark.parametrize(
        ("part", "code", "path"),
        [
            ({"team": [{"name": " "}]}, "blank", "team[0].name"),
            ({"period": {"start": "2026-03-02", "end": "2026-03-01"}}, "period-reversed", "period.end"),
            ({"subject": {"findings": "x"}}, "unknown-key", "subject.findings"),
            ({"type": "second_party"}, "unknown-word", "type"),
        ],
    )
    def test_a_refused_part_beside_the_findings_hides_no_problem_of_a_finding(
        self, part: dict[str, Any], code: str, path: str
    ) -> None:
        found = problems(oracle.document({"5.1.2.2": "full"}) | part)
        assert sorted(found) == sorted([(code, path), ("kind-not-allowed", "findings[5.1.2.2]")])

    def test_without_a_standard_or_an_edition_to_judge_by_the_form_alone_is_checked(self) -> None:
        document = oracle.document({"5.1.2.2": "full"})
        assert problems(document | {"edition": "March"}) == [("not-a-date", "edition")]
        assert problems(document | {"standard": 5}) == [("not-text", "standard")]
        assert problems(document | {"findings": ["full"]}) == [("not-a-mapping", "findings")]
        del document["findings"]
        assert sorted(problems(document | {"team": [{"name": " "}]})) == [
            ("blank", "team[0].name"),
            ("missing-key", "findings"),
        ]

    @pytest.mark.parametrize(
        ("finding", "code", "clause"),
        [
            ({"kind": "not_applicable", "reason": " ", "confirmed_by": ["张明"]}, "blank", "6.1.4"),
            ({"kind": "not_applicable", "reason": "无", "confirmed_by": [" "]}, "blank", "6.2.3"),
            ({"kind": "qualitative", "degree": "1", "row": -1}, "out-of-range", "6.2.4"),
            ({"kind": "qualitative", "degree": 2}, "out-of-range", "6.2.2"),
            ({"kind": "quantitative", "actual": 1, "at_least": 2, "at_most": 2}, "two-limits", "6.2.2"),
        ],
    )
    def test_a_part_of_a_finding_is_refused_with_the_clause_that_asks_for_it(
        self, finding: dict[str, Any], code: str, clause: str
    ) -> None:
        with pytest.raises(aftersales.EvaluationError) as caught:
            aftersales.load_evaluation(oracle.document({"5.1.1.1": finding}))
        assert [(problem.code, problem.clause) for problem in caught.value.problems] == [(code, clause)]


@pytest.mark.parametrize(
    ("finding", "expected"),
    [
        ({"degree": "大半", "row": 9}, [("not-a-number", "degree"), ("unknown-row", "row")]),
        ({"row": "9"}, [("missing-key", "degree"), ("unknown-row", "row")]),
        ({"degree": "大半", "row": 1}, [("not-a-number", "degree")]),
        ({"degree": "大半", "row": None}, [("not-a-number", "degree")]),
        ({"degree": "大半", "row": "x"}, [("not-a-number", "degree"), ("not-a-number", "row")]),
        ({"degree": "60%", "row": 9}, [("unknown-row", "row")]),
    ],
)
def test_a_row_of_table_1_that_is_not_there_is_reported_beside_an_unreadable_degree(
    finding: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    """6.2.4, reading R11."""
    found = aftersales.examine(oracle.document({"5.1.1.1": {"kind": "qualitative"} | finding}), complete=False)
    told = sorted(
        (problem.code, problem.path.removeprefix("findings[5.1.1.1]").strip(".")) for problem in found.problems
    )
    assert told == sorted(expected)


def test_what_a_text_alone_shows_is_reported_of_a_sound_evaluation_too() -> None:
    text = "standard: CTS XBHT-S04-2025\nfindings:\n  5.1.1.1: full\n  5.1.1.1: none\n"
    assert [code for code, _ in problems(text.encode())] == ["duplicate-key"]


def test_a_mapping_that_is_too_deep_is_refused_as_a_whole() -> None:
    deep: Any = "x"
    for _ in range(10_000):
        deep = [deep]
    assert [code for code, _ in problems(oracle.document({"5.1.1.1": "full"}) | {"team": deep})] == ["too-deep"]


class TestExamination:
    """6.1.2, R9, R20: with and without all findings, and remarks on what can be scored but for what is missing."""

    def test_a_missing_finding_is_a_problem_unless_it_may_be_missing(self) -> None:
        codes = {problem.code for problem in aftersales.examine(oracle.document(REMARKED)).problems}
        assert codes == {"missing-finding"}
        found = aftersales.examine(oracle.document(REMARKED), complete=False)
        assert found.problems == ()
        assert found.evaluation is not None
        with pytest.raises(aftersales.EvaluationError, match="has no finding yet"):
            read_evaluation(oracle.document(REMARKED))
        assert read_evaluation(oracle.document(REMARKED), complete=False) == found.evaluation

    def test_remarks_are_made_unless_something_is_wrong(self) -> None:
        for complete in (True, False):
            found = aftersales.examine(oracle.document(REMARKED), complete=complete)
            assert "sampling-expected" in [remark.code for remark in found.remarks]
            for wrong in ({"5.1.2.2": "full"}, {"5.9": "full"}):  # codes before and behind 'missing-finding'
                findings = oracle.document(REMARKED | wrong)
                assert aftersales.examine(findings, complete=complete).remarks == ()

    def test_a_further_check_is_made_only_of_what_has_no_problem(self) -> None:
        seen: list[str] = []

        def also(evaluation: aftersales.Evaluation, standard: aftersales.Standard) -> list[Violation]:
            seen.append(evaluation.standard)
            return [Violation("blank", ("subject",))]

        with pytest.raises(aftersales.EvaluationError) as caught:
            read_evaluation(oracle.document(oracle.all_full()), also=also)
        assert ([problem.code for problem in caught.value.problems], len(seen)) == (["blank"], 1)
        with pytest.raises(aftersales.EvaluationError):
            read_evaluation(oracle.document({}), also=also)
        assert len(seen) == 1
        found = read_examination(oracle.document(oracle.all_full()), also=also)
        assert ([problem.code for problem in found.problems], len(seen)) == (["blank"], 2)
        read_examination(oracle.document({}), also=also)
        assert len(seen) == 2


@pytest.mark.parametrize("name", ["shop.json", "shop.yaml", "shop.yml", "SHOP.JSON"])
def test_a_file_is_read_by_the_end_of_its_name(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(json.dumps(oracle.document({"5.1.1.1": "full"})), "utf-8")
    assert list(aftersales.load_evaluation(path).findings) == ["5.1.1.1"]
