"""The conformance suite of data/conformance: each case is a sentence of the standard that an auditor can check.

Its expected values were calculated by hand. They are compared with the library and with the independent calculation of
oracle.py, so that neither a wrong engine nor a wrong case passes.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from support import oracle
from support.plain_yaml import from_yaml

import aftersales
from aftersales.evaluation.loading import examine
from aftersales.standard.editions import data_folder

FILES = sorted((data_folder() / "conformance").glob("*.yaml"))
SUITES = {file.stem: from_yaml(file.read_text("utf-8")) for file in FILES}
CASES = [
    pytest.param({"edition": suite["edition"], **case}, id=f"{stem}: {case['name']['en']}")
    for stem, suite in SUITES.items()
    for case in suite["cases"]
]
BASES = {"full": ("full", "10%"), "none": ("none", "0")}


def document(case: dict[str, Any]) -> dict[str, Any]:
    """The evaluation of a case: what its findings leave open is filled from its base."""
    findings = dict(case["findings"])
    if case["base"] != "empty":
        word, actual = BASES[case["base"]]
        for indicator in oracle.INDICATORS:
            parts = indicator.split(".")
            above = {".".join(parts[:end]) for end in (2, 3)}
            deleted = any(
                isinstance(findings.get(group), dict) and findings[group].get("kind") == "not_applicable"
                for group in above
            )
            if indicator not in findings and not deleted:
                own = {"kind": "quantitative", "actual": actual}
                findings[indicator] = own if indicator == "5.1.2.2" else word
    return oracle.document(
        findings, **{key: case[key] for key in ("edition", "team", "type", "subject") if key in case}
    )


def null(value: Any) -> Any:
    return None if value in ("null", "") else value


@pytest.mark.parametrize("case", CASES)
def test_a_conformance_case_gives_what_it_expects(case: dict[str, Any]) -> None:
    data, expect = document(case), case["expect"]
    evaluation, problems, remarks = examine(data)
    if "problems" in expect:
        assert evaluation is None
        found = [{"code": problem.code, "path": problem.path} for problem in problems]
        assert found == [{"path": "", **problem} for problem in expect["problems"]]
        return
    assert evaluation is not None, problems
    card = aftersales.score(evaluation)
    assert card.model_dump(mode="json")["final_score"] == expect["final_score"]
    assert card.printed_score == expect["printed_score"]
    assert card.stars == int(expect["stars"])
    assert card.passed == (expect["passed"] == "true")
    assert set(expect.get("remarks", ())) <= {remark.code for remark in remarks}
    for node_id, figures in expect.get("nodes", {}).items():
        node = card[node_id]
        for name, value in figures.items():
            shown = (node.reference and node.reference.row) if name == "row" else getattr(node, name)
            assert shown == (None if null(value) is None else Fraction(value)), (node_id, name)


@pytest.mark.parametrize("case", [case for case in CASES if "problems" not in case.values[0]["expect"]])
def test_expected_values_are_those_of_an_independent_calculation(case: dict[str, Any]) -> None:
    findings, expect = document(case)["findings"], case["expect"]
    score = oracle.final_score(findings)
    assert Fraction(expect["final_score"]) == score
    assert int(expect["stars"]) == oracle.stars(score)
    assert (expect["passed"] == "true") == (score >= 60)
    sums = oracle.result(findings)
    for node_id, figures in expect.get("nodes", {}).items():
        earned, applicable = sums[node_id]
        calculated = {
            "earned": earned,
            "applicable": applicable,
            "deducted": applicable - earned,
            "ratio": earned / applicable if applicable else None,
            "row": oracle.row(earned / applicable) if applicable else None,
        }
        for name, value in figures.items():
            assert calculated[name] == (None if null(value) is None else Fraction(value)), (node_id, name)


class TestTheSuite:
    def test_every_reading_that_scoring_rests_on_is_tested(self) -> None:
        tested = {reading for suite in SUITES.values() for case in suite["cases"] for reading in case["readings"]}
        assert {f"R{number}" for number in [*range(1, 12), 17, 20]} <= tested

    def test_names_are_sentences_of_their_own(self) -> None:
        for language in ("zh", "en"):
            names = [case["name"][language] for suite in SUITES.values() for case in suite["cases"]]
            assert len(set(names)) == len(names)
            assert min(len(name) for name in names) >= 5

    @pytest.mark.parametrize("limit", [60, 70, 75, 80, 90])
    def test_each_limit_is_tested_on_below_and_above(self, limit: int) -> None:
        scores = [
            Fraction(case["expect"]["final_score"])
            for suite in SUITES.values()
            for case in suite["cases"]
            if "final_score" in case["expect"]
        ]
        assert limit in scores
        assert any(limit - Fraction(1, 100) < score < limit for score in scores)
        assert any(limit < score < limit + Fraction(1, 100) for score in scores)

    def test_the_conformance_suite_has_a_page(self) -> None:
        assert Path(data_folder() / "conformance" / "README.md").is_file()
