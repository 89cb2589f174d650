"""The bounds of unfinished evaluations (6.1.2, R9), compared with all possible outcomes of the open indicators."""

from __future__ import annotations

import itertools
import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from support import oracle
from support.command import CHAIN, UNFINISHED, run
from support.examples import examples
from support.small import small_standard
from support.strategies import findings

import aftersales
from aftersales import Bounds, EvaluationError, bounds
from aftersales.text.columns import width
from aftersales.views.bounds import bounds_lines

DELETED = {"kind": "not_applicable", "reason": "无", "confirmed_by": ["张明"]}
OPEN = "open"


def judged(degree: Fraction | None) -> dict[str, Any]:
    return DELETED if degree is None else {"kind": "qualitative", "degree": degree}


def small_evaluation(degrees: list[Any]) -> aftersales.Evaluation:
    found = {f"1.1.1.{k}": judged(degree) for k, degree in enumerate(degrees, 1) if degree is not OPEN}
    return aftersales.Evaluation(standard="SMALL", findings=found)


def outcomes(degrees: list[Any], choices: list[Fraction | None]) -> list[list[Fraction | None]]:
    """Each way in which the open ones may turn out, but for everything deleted."""
    ways = itertools.product(*(choices if degree is OPEN else [degree] for degree in degrees))
    return [list(way) for way in ways if any(degree is not None for degree in way)]


def final(points: list[Fraction], way: list[Fraction | None]) -> Fraction:
    """6.2.3 by hand."""
    applicable = sum(p for p, degree in zip(points, way, strict=True) if degree is not None)
    earned = sum(p * degree for p, degree in zip(points, way, strict=True) if degree is not None)
    return Fraction(earned, applicable) * sum(points)


small_points = st.lists(st.fractions(Fraction(1, 10), 5, max_denominator=10), min_size=1, max_size=6)
degree = st.one_of(
    st.just(OPEN), st.sampled_from([Fraction(0), Fraction(1), None]), st.fractions(0, 1, max_denominator=9)
)


@st.composite
def small_cases(draw: st.DrawFn) -> tuple[list[Fraction], list[Any]]:
    points = draw(small_points)
    degrees = draw(st.lists(degree, min_size=len(points), max_size=len(points)))
    assume(degrees.count(OPEN) <= 5)
    assume(any(each is not None for each in degrees))
    return points, degrees


class TestAgainstEveryOutcome:
    @settings(max_examples=examples(150))
    @given(small_cases(), st.booleans())
    def test_lowest_and_highest_of_the_whole_and_of_each_open_indicator(
        self, case: tuple[list[Fraction], list[Any]], deletions: bool
    ) -> None:
        points, degrees = case
        choices = [Fraction(0), Fraction(1, 2), Fraction(1), *([None] if deletions else [])]
        ways = outcomes(degrees, choices)
        found = bounds(small_evaluation(degrees), small_standard(points), deletions=deletions)
        scores = [final(points, way) for way in ways]
        assert (found.lowest, found.highest) == (min(scores), max(scores))
        everything_can_go = deletions and all(each in (OPEN, None) for each in degrees)
        assert found.score_certain is not everything_can_go
        open_ids = [f"1.1.1.{k}" for k, each in enumerate(degrees, 1) if each is OPEN]
        assert sorted(indicator.id for indicator in found.open) == open_ids
        for indicator in found.open:
            position = int(indicator.id.rpartition(".")[2]) - 1
            for turned_out, span in ((0, indicator.if_none), (1, indicator.if_full), (None, indicator.if_deleted)):
                possible = [final(points, way) for way in ways if way[position] == turned_out]
                if span is None:
                    assert turned_out is None
                    assert not possible
                else:
                    assert (span.lowest, span.highest) == (min(possible), max(possible))

    @settings(max_examples=examples(100))
    @given(small_cases())
    def test_the_stars_are_those_that_an_outcome_reaches_and_no_other(
        self, case: tuple[list[Fraction], list[Any]]
    ) -> None:
        points, degrees = case
        standard = small_standard(points)
        found = bounds(small_evaluation(degrees), standard)
        for way in outcomes(degrees, [Fraction(0), Fraction(1, 3), Fraction(1), None]):
            assert standard.stars_of(final(points, way)) in found.stars
        for stars in found.stars:  # one degree for all open ones that lands in the star
            lower = standard.stars[stars - 1].lower if stars else Fraction(0)
            target = max(lower, found.lowest)
            share = (target - found.lowest) / (found.highest - found.lowest) if found.open else Fraction(0)
            way = [share if each is OPEN else each for each in degrees]
            assert standard.stars_of(final(points, way)) == stars

    @settings(max_examples=examples(60))
    @given(findings(), st.sets(st.sampled_from(oracle.INDICATORS)))
    def test_a_finished_evaluation_lies_within_the_bounds_of_its_unfinished_one(
        self, found: dict[str, Any], open_ids: set[str]
    ) -> None:
        """The real tree, where whole groups may be deleted; what is taken out of it could turn out as it was."""
        final_score = oracle.final_score(found)
        rest = {key: finding for key, finding in found.items() if key not in open_ids}
        assume(any(share is not None for share in oracle.shares(found).values()))
        still = bounds(aftersales.load_evaluation(oracle.document(rest)))
        assert still.lowest <= final_score <= still.highest
        assert oracle.stars(final_score) in still.stars
        taken = [key for key in found if key in open_ids]
        assert 1 - still.assessed == sum(oracle.POINTS[key] for key in taken) / 100
        if not taken:
            assert still.lowest == still.highest == final_score
            assert still.stars == (oracle.stars(final_score),)


class TestByHand:
    def test_bounds_follow_the_formula_of_6_2_3(self) -> None:
        """5.1.1.1 (1 point) lost, 5.1.3.1 (3.5) open, 5.3.6 (1) deleted: 94.5/99 to 98/99; without 5.1.3.1 94.5/95.5."""
        found = oracle.all_full() | {"5.1.1.1": "none", "5.1.3.1": None, "5.3.6": DELETED}
        del found["5.3.6.1"], found["5.3.6.2"]
        still = bounds(aftersales.load_evaluation(oracle.document(found)))
        assert (still.lowest, still.highest) == (Fraction(9450, 99), Fraction(9800, 99))
        assert still.assessed == Fraction(965, 1000)
        (indicator,) = still.open
        assert indicator.gain == Fraction(350, 99)
        assert indicator.if_deleted is not None
        assert indicator.if_deleted.lowest == indicator.if_deleted.highest == Fraction(94500, 955)
        without = bounds(aftersales.load_evaluation(oracle.document(found)), deletions=False)
        assert without.open[0].if_deleted is None

    def test_a_limit_that_is_not_reached_is_not_shown_as_reached(self) -> None:
        """R3: 89.997 at best, by the losses 3.5, 2.5, 3 and 1.003 of others, with one point open."""
        found = oracle.all_full() | dict.fromkeys(["5.1.3.1", "5.1.4.1", "5.2.1.1"], "none")
        found |= {"5.4.2.4": {"kind": "qualitative", "degree": "0.4985"}, "5.1.1.1": None}
        still = bounds(aftersales.load_evaluation(oracle.document(found)))
        assert still.highest == Fraction("89.997")
        assert (still.printed_highest, still.stars) == ("90.00(-)", (4,))
        assert "90.00(-)" in repr(still)
        assert "90.00(-)" in (aftersales.html_of(still) or "")
        (line,) = [line for line in bounds_lines(still, aftersales.load_standard(), "en") if "fully met: " in line]
        assert "fully met: 90.00(-); not met: 89.00; deleted: " in line

    def test_bounds_name_their_standard_and_what_each_open_indicator_may_earn(self) -> None:
        found = oracle.all_full() | dict.fromkeys(["5.1.3.1", "5.1.4.1", "5.2.1.1"], "none") | {"5.4.2.4": None}
        still = bounds(aftersales.load_evaluation(oracle.document(found)), deletions=False)
        assert (still.standard, str(still.edition), still.deletions) == ("CTS XBHT-S04-2025", "2025-12-04", False)
        assert (still.open[0].if_full.stars, still.open[0].if_none.stars) == ((5,), (4,))

    def test_without_any_finding_everything_is_possible(self) -> None:
        still = bounds(aftersales.load_evaluation(oracle.document({})))
        assert (still.lowest, still.highest, still.stars, still.assessed) == (0, 100, (0, 1, 2, 3, 4, 5), 0)
        assert not still.score_certain
        assert [indicator.points for indicator in still.open] == sorted(
            (oracle.POINTS[i] for i in oracle.INDICATORS), reverse=True
        )

    @pytest.mark.parametrize(
        ("found", "code"),
        [
            ({"5.1.2.2": "full"}, "kind-not-allowed"),
            ({"5.9": "full"}, "unknown-indicator"),
            (
                {"5.1.2.6": {"kind": "sampled", "population": 120, "sampled": 79, "nonconforming": 0}},
                "sample-too-small",
            ),
            (dict.fromkeys(["5.1", "5.2", "5.3", "5.4"], DELETED), "nothing-applicable"),
        ],
    )
    def test_findings_that_the_standard_does_not_allow_are_refused(self, found: dict[str, Any], code: str) -> None:
        evaluation = aftersales.Evaluation(standard="CTS XBHT-S04-2025", findings=found)
        with pytest.raises(EvaluationError) as caught:
            bounds(evaluation)
        assert [problem.code for problem in caught.value.problems] == [code]

    def test_an_unknown_standard_is_refused(self) -> None:
        with pytest.raises(EvaluationError) as caught:
            bounds(aftersales.Evaluation(standard="OWN", findings={}))
        assert [problem.code for problem in caught.value.problems] == ["unknown-standard"]

    def test_bounds_are_the_same_after_json(self) -> None:
        still = bounds(aftersales.load_evaluation(UNFINISHED))
        assert Bounds.model_validate(json.loads(json.dumps(still.model_dump(mode="json")))) == still

    def test_stored_bounds_that_do_not_say_so_are_not_of_an_altered_standard(self) -> None:
        still = bounds(aftersales.load_evaluation(UNFINISHED))
        document = still.model_dump(mode="json")
        assert document.pop("altered") is False
        assert Bounds.model_validate(document) == still


class TestCommand:
    def test_the_command_shows_possible_stars_and_open_indicators(self) -> None:
        done = run("score", UNFINISHED, "--partial")
        assert done.returncode == 0
        for text in ("未认定 22/73 项，共 29.8 分", "64.45 至 94.40", "一星（达标）级", "五\n星", "5.4.3.2"):
            assert text in done.stdout
        assert (
            "Judged or deleted: 70.20 % of the points" in run("score", UNFINISHED, "--partial", "--lang", "en").stdout
        )

    def test_the_json_of_the_command_is_that_of_the_bounds(self) -> None:
        done = run("score", UNFINISHED, "--partial", "--json")
        assert Bounds.model_validate_json(done.stdout) == bounds(aftersales.load_evaluation(UNFINISHED))
        done = run("score", UNFINISHED, "--partial", "--no-deletions", "--json")
        assert Bounds.model_validate_json(done.stdout).open[0].if_deleted is None

    def test_without_partial_nothing_is_open(self) -> None:
        """Who asks for no deletions is not given a score with deletions instead."""
        done = run("score", CHAIN, "--no-deletions", "--lang", "en")
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("aftersales: --no-deletions is for --partial alone")
        assert done.stderr.endswith("[needs-partial]\n")

    def test_a_finished_evaluation_has_its_score_and_a_wrong_one_its_problems(self, tmp_path: Any) -> None:
        path = tmp_path / "a.json"
        path.write_text(json.dumps(oracle.document(oracle.all_full())), "utf-8")
        shown = run("score", str(path), "--partial").stdout
        assert "最终得分仍可能为 100.00\n" in shown
        assert "全部指标均已认定" in shown
        path.write_text(json.dumps(oracle.document({"5.1.2.2": "full"})), "utf-8")
        done = run("score", str(path), "--partial")
        assert (done.returncode, done.stdout) == (2, "")
        assert "kind-not-allowed" in done.stderr

    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_no_line_is_too_wide_and_a_possible_lack_of_a_score_is_mentioned(self, lang: str) -> None:
        standard = aftersales.load_standard()
        lines = list(bounds_lines(bounds(aftersales.load_evaluation(oracle.document({}))), standard, lang, 60))
        assert max(map(width, lines)) <= 60
        without = bounds(aftersales.load_evaluation(oracle.document({})), deletions=False)
        assert not any("；删减" in line or "; deleted" in line for line in bounds_lines(without, standard, lang, 60))
        assert any("则无法计算得分" in line or "no score" in line for line in lines)
