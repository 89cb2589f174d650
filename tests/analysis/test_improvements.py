"""Improvements (7.1 f), compared with all possible sets and with scores of the improved evaluations."""

from __future__ import annotations

import itertools
import json
import pickle
import random
import re
from fractions import Fraction
from math import lcm
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from support import costs, oracle
from support.command import CHAIN, run
from support.examples import examples
from support.small import small_card
from support.strategies import judged
from support.work import counted

import aftersales
from aftersales import AdviceError, Improvements, improvements
from aftersales.analysis import improvements as improvement_search
from aftersales.analysis.cheapest import cheapest_set
from aftersales.analysis.improvements import read_costs
from aftersales.standard.editions import data_folder
from aftersales.text.number_format import short
from aftersales.views import improvements as improvement_view
from aftersales.views import scorecard as score_view

LIMITS = {1: 60, 2: 70, 3: 75, 4: 80, 5: 90}
EXAMPLES = ["home-appliance-chain", "software-service-vendor", "food-ecommerce"]


def scored(findings: dict[str, Any]) -> aftersales.Scorecard:
    return aftersales.score(aftersales.load_evaluation(oracle.document(findings)))


def raised(card: aftersales.Scorecard, ids: list[str]) -> aftersales.Scorecard:
    """The same evaluation with these indicators met in full."""
    full: dict[str, Any] = dict.fromkeys(ids, "full")
    if "5.1.2.2" in full:
        full["5.1.2.2"] = {"kind": "quantitative", "actual": "10%"}
    findings = dict(card.evaluation.findings) | full
    return aftersales.score(card.evaluation.model_copy(update={"findings": findings}), card.standard)


small_points = st.lists(st.fractions(Fraction(1, 10), 5, max_denominator=10), min_size=1, max_size=7)
degree = st.one_of(st.sampled_from([Fraction(0), Fraction(1), None]), st.fractions(0, 1, max_denominator=12))


@st.composite
def small(draw: st.DrawFn) -> aftersales.Scorecard:
    # Whole points that are met or not come to lie on limits; others hardly ever do.
    whole = draw(st.booleans())
    points = draw(st.lists(st.integers(1, 5).map(Fraction), min_size=1, max_size=7) if whole else small_points)
    each = st.sampled_from([Fraction(0), Fraction(1), None]) if whole else degree
    degrees = draw(st.lists(each, min_size=len(points), max_size=len(points)))
    assume(any(share is not None for share in degrees))
    return small_card(points, degrees)


def all_sets(ids: list[str]) -> list[tuple[str, ...]]:
    return [chosen for size in range(len(ids) + 1) for chosen in itertools.combinations(ids, size)]


def reaches(card: aftersales.Scorecard, chosen: tuple[str, ...], stars: int) -> bool:
    return raised(card, list(chosen)).stars >= stars


class TestSmallest:
    """7.1 f: the fewest indicators that reach the star."""

    @settings(max_examples=examples(60))
    @given(small(), st.integers(1, 5))
    def test_no_smaller_set_reaches_it_and_none_of_its_size_gains_more(self, card: Any, stars: int) -> None:
        plan = improvements(card, stars)
        chosen = tuple(step.id for step in plan.steps)
        sets = [each for each in all_sets([node.id for node in card.deductions]) if reaches(card, each, stars)]
        assert plan.reachable
        assert set(chosen) in map(set, sets)
        assert len(chosen) == min(map(len, sets))
        best = max(raised(card, list(each)).final_score for each in sets if len(each) == len(chosen))
        assert raised(card, list(chosen)).final_score == best

    @settings(max_examples=examples(60))
    @given(st.integers(0), st.integers(1, 5))
    def test_each_running_total_is_what_scoring_anew_gives(self, seed: int, stars: int) -> None:
        chance = random.Random(seed)
        degrees = [Fraction(chance.randint(0, under), under) for under in chance.choices([1, 2, 3, 7, 30], k=73)]
        card = scored(judged(degrees))
        plan = improvements(card, stars)
        ids = [step.id for step in plan.steps]
        findings = judged(degrees)
        before = oracle.final_score(findings)
        for step in plan.steps:
            findings[step.id] = "full" if step.id != "5.1.2.2" else {"kind": "quantitative", "actual": "10%"}
            after = oracle.final_score(findings)
            assert (step.gain, step.final_score, step.stars) == (after - before, after, oracle.stars(after))
            before = after
        assert plan.final_score == before
        assert plan.reachable == (before >= LIMITS[stars])
        assert len(set(ids)) == len(ids)
        if ids:  # without the one that gains least it is not reached
            assert before - plan.steps[-1].gain < LIMITS[stars]
        assert [step.gain for step in plan.steps] == sorted((step.gain for step in plan.steps), reverse=True)

    def test_a_star_is_reached_exactly_on_its_limit(self) -> None:
        """With 5.1.1.3 deleted and five at 0, the score is exactly 90. With one more at 0, the plan is that one."""
        gone = {"kind": "not_applicable", "reason": "无", "confirmed_by": ["张明"]}
        zero = dict.fromkeys(["5.1.3.1", "5.1.4.3", "5.1.6.3", "5.3.1.2", "5.4.2.4"], "none")
        assert scored(oracle.all_full() | {"5.1.1.3": gone} | zero).final_score == 90
        plan = improvements(
            scored(oracle.all_full() | {"5.1.1.3": gone} | zero | {"5.1.1.1": "none"}), cost={"5.1.1.1": 1}
        )
        assert [(step.id, step.final_score) for step in plan.steps] == [("5.1.1.1", 90)]
        assert plan.reachable

    def test_equal_losses_are_taken_in_the_order_of_the_standard(self) -> None:
        card = scored(
            oracle.all_full(i5_1_1_1="none", i5_1_1_2="none", i5_1_3_1="none", i5_1_4_1="none", i5_4_3_2="none")
        )
        assert card.final_score == Fraction("89.5")
        ones = {"5.1.1.1": 1, "5.1.1.2": 1}  # one point each
        assert [step.id for step in improvements(card, cost=ones).steps] == ["5.1.1.1"]
        assert [step.id for step in improvements(card).steps] == ["5.1.3.1"]  # 3.5 points

    @pytest.mark.parametrize(
        ("degree", "stars"), [("0.5", 1), ("0.6", 2), ("0.7", 3), ("0.75", 4), ("0.8", 5), ("0.9", 5)]
    )
    def test_the_star_to_reach_is_the_next_one(self, degree: str, stars: int) -> None:
        """6.3.3: with the same degree everywhere, a hundred times that is the score."""
        plan = improvements(small_card([Fraction(1)] * 10, [Fraction(degree)] * 10))
        assert (plan.start, plan.stars, plan.limit) == (Fraction(degree) * 10, stars, Fraction(LIMITS[stars], 10))

    def test_the_repr_of_improvements_names_what_to_raise(self) -> None:
        card = small_card([Fraction(1)] * 10, [Fraction(0)] * 2 + [Fraction(1)] * 8)
        assert repr(improvements(card, 5)) == "<Improvements: 8.00 → 9.00 reaches ★★★★★: 1.1.1.1>"
        assert repr(improvements(card, 4)) == "<Improvements: 8.00 → 8.00 reaches ★★★★: nothing to raise>"

    def test_at_the_top_there_is_nothing_to_do(self) -> None:
        plan = improvements(scored(oracle.all_full(i5_1_1_1="none")))
        assert (plan.stars, plan.steps, plan.reachable, plan.final_score) == (5, (), True, 99)

    def test_a_star_that_is_already_reached_needs_no_step(self) -> None:
        plan = improvements(scored(oracle.all_full()), 1)
        assert (plan.steps, plan.reachable, plan.cost) == ((), True, None)


class TestCheapest:
    """With a cost for each indicator, the least total."""

    @settings(max_examples=examples(150))
    @given(small(), st.integers(1, 5), st.data())
    def test_no_other_set_costs_less(self, card: Any, stars: int, data: Any) -> None:
        ids = [f"1.1.1.{k}" for k in range(1, len(card.standard.indicators) + 1)]
        price = st.one_of(st.integers(0, 3), st.fractions(0, 3, max_denominator=6))
        cost = data.draw(st.dictionaries(st.sampled_from(ids), price))
        plan = improvements(card, stars, cost)
        chosen = [step.id for step in plan.steps]
        able = [node.id for node in card.deductions if node.id in cost]

        def rank(each: tuple[str, ...]) -> tuple[Any, ...]:
            places = sorted(ids.index(key) for key in each)
            return sum(Fraction(cost[key]) for key in each), len(each), -raised(card, list(each)).final_score, places

        sets = [each for each in all_sets(able) if reaches(card, each, stars)]
        assert plan.reachable == bool(sets)
        if sets:
            assert set(chosen) == set(min(sets, key=rank))
        else:
            assert set(chosen) == set(able)
        assert plan.cost == sum(Fraction(cost[key]) for key in chosen)

    @pytest.mark.parametrize(
        ("cost", "chosen"),
        [
            (None, {"5.2.1.1"}),
            ({"5.4.2.4": 3, "5.1.7.2": 3, "5.2.1.1": 5}, {"5.2.1.1"}),
            ({"5.1.1.1": 1, "5.2.1.1": 5}, {"5.2.1.1"}),
            ({"5.1.1.1": 1, "5.1.7.2": 2, "5.4.2.4": 2}, {"5.1.1.1", "5.1.7.2"}),
        ],
    )
    def test_a_set_that_lands_on_the_limit_is_enough(self, cost: dict[str, int] | None, chosen: set[str]) -> None:
        """Losses of 3, 3, 2, 2, 2 and 1 make 87; three points are needed, and exactly three will do."""
        lost = ["5.2.1.1", "5.2.1.2", "5.1.7.2", "5.4.2.4", "5.4.3.1", "5.1.1.1"]
        card = scored(oracle.all_full() | dict.fromkeys(lost, "none"))
        assert card.final_score == 87
        plan = improvements(card, 5, cost)
        assert {step.id for step in plan.steps} == chosen
        assert plan.final_score == 90

    @pytest.mark.parametrize("name", EXAMPLES)
    def test_real_evaluations_with_costs_of_every_sort_are_solved(self, name: str) -> None:
        card = aftersales.score(aftersales.load_evaluation(data_folder() / "examples" / f"{name}.yaml"))
        chance = random.Random(4)
        for prices in (range(1, 10), range(100, 100_000)):
            cost = {indicator.id: chance.choice(prices) for indicator in card.standard.indicators}
            plan = improvements(card, 5, cost)
            few = improvements(card, 5)
            assert plan.reachable
            assert plan.cost is not None
            assert plan.cost <= sum(cost[step.id] for step in few.steps)
            assert raised(card, [step.id for step in plan.steps]).final_score == plan.final_score >= 90

    @pytest.mark.parametrize("case", costs.cases(), ids=lambda case: case.name)
    def test_costs_of_every_kind_are_solved_as_by_a_table_of_all_gains(
        self, case: costs.Case, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The table has the least cost and size for every gain. No case takes half of the sets that are allowed."""
        monkeypatch.setattr(improvement_search, "MAX_SETS", improvement_search.MAX_SETS // 2)
        unit = lcm(case.need.denominator, *(gain.denominator for gain in case.lost.values()))
        money = lcm(*(price.denominator for price in case.cost.values()))
        least = np.full(int(sum(case.lost.values()) * unit) + 1, np.iinfo(np.int64).max // 2)
        least[0] = 0
        for key, gain in case.lost.items():
            step = int(gain * unit)
            least[step:] = np.minimum(least[step:], least[:-step] + (int(case.cost[key] * money) * 100 + 1))
        need = int(case.need * unit)
        best = least[need:].min()
        gain = need + int(np.flatnonzero(least[need:] == best)[-1])
        card = scored(case.findings)
        assert card.stars < case.stars
        plan = improvements(card, case.stars, case.cost)
        assert plan.cost == Fraction(int(best) // 100, money)
        assert len(plan.steps) == int(best) % 100
        assert sum(step.points - step.earned for step in plan.steps) == Fraction(gain, unit)

    def test_a_plan_that_costs_nothing_has_no_gap_where_it_is_not_proven_that_none_is_smaller(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """One of 10 points is earned, and 4, 4 and 1 are lost: one star (60) takes two indicators."""
        monkeypatch.setattr(improvement_search, "MAX_SETS", 0)
        card = small_card([Fraction(points) for points in (1, 4, 4, 1)], [Fraction(1), *[Fraction(0)] * 3])
        with pytest.raises(AdviceError) as caught:
            improvements(card, 1, dict.fromkeys(["1.1.1.2", "1.1.1.3", "1.1.1.4"], 0))
        (problem,) = caught.value.problems
        assert "costs 0 (1.1.1.2, 1.1.1.3), and no set costs less than that by more than 0.00;" in problem.message
        assert caught.value.best is not None
        assert caught.value.best.gap == 0

    def test_a_rating_from_a_column_of_numpy_is_the_same_rating(self) -> None:
        card = scored(oracle.all_full() | {"5.1.3.1": "none"})
        assert improvements(card, np.int64(5)) == improvements(card, 5)  # type: ignore[arg-type]

    def test_what_cannot_be_proven_is_refused_with_the_best_set_and_what_can_be_gained(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Costs in proportion to gains of 73 unlike denominators: no set beats another, and there are 2⁷³."""
        monkeypatch.setattr(improvement_search, "MAX_SETS", 20_000)
        primes = [n for n in range(1_000, 2_500) if all(n % d for d in range(2, 50))][:73]
        findings = {
            key: {"kind": "qualitative", "degree": Fraction(1, n)}
            for key, n in zip(oracle.INDICATORS, primes, strict=True)
        }
        findings["5.1.2.2"] = {"kind": "quantitative", "actual": 0}
        card = scored(findings)
        cost = {node.id: node.deducted for node in card.deductions}
        with counted() as calls, pytest.raises(AdviceError) as caught:
            improvements(card, 3, cost)
        assert [problem.code for problem in caught.value.problems] == ["too-hard"]
        told = re.fullmatch(
            r"20000 sets were looked at .* costs (≈?[\d./]+) \((.*)\), and no set .* more than ([\d.]+); give rounder costs",
            caught.value.problems[0].message,
        )
        assert told
        best = told[2].split(", ")
        assert raised(card, best).stars == 3
        total = sum(cost[key] for key in best)
        assert told[1] == short(total)
        needed = 75 - card.final_score  # with these costs, the points to gain are the least that any set can cost
        assert total - Fraction(told[3]) <= needed <= total
        assert Fraction(told[3]) <= 1
        assert calls.made < 20 * 20_000
        # The error has the same as a plan, exactly.
        plan = caught.value.best
        assert [step.id for step in sorted(plan.steps, key=lambda step: oracle.INDICATORS.index(step.id))] == best
        assert (plan.cost, plan.reachable, plan.stars) == (total, True, 3)
        assert total - plan.gap <= needed <= total
        assert plan.gap <= Fraction(told[3]) < plan.gap + Fraction(1, 100)
        again = pickle.loads(pickle.dumps(caught.value))
        assert (again.problems, again.best) == (caught.value.problems, plan)
        assert Improvements.model_validate(plan.model_dump(mode="json")) == plan

    def test_a_proven_plan_has_no_gap(self) -> None:
        card = scored(oracle.all_full() | dict.fromkeys(["5.1.3.1", "5.1.4.3", "5.4.3.2", "5.2.1.1"], "none"))
        assert improvements(card).gap is None
        cheapest = improvements(card, 5, {"5.1.3.1": "1/3", "5.1.4.3": 2})
        assert (cheapest.reachable, cheapest.cost, cheapest.gap) == (True, Fraction(1, 3), 0)
        assert improvements(card, 5, {}).gap is None
        with pytest.raises(AdviceError) as caught:
            improvements(card, 9)
        assert caught.value.best is None

    @given(
        st.lists(st.tuples(st.integers(1, 9), st.integers(0, 9)), min_size=1, max_size=9),
        st.integers(-1, 40),
        st.integers(0, 30),
    )
    def test_the_best_set_is_within_the_bounds_of_a_refused_search(
        self, items: list[tuple[int, int]], need: int, most: int
    ) -> None:
        gains, prices = zip(*items, strict=True)
        assume(need <= sum(gains))
        sets = [
            each
            for size in range(len(items) + 1)
            for each in itertools.combinations(range(len(items)), size)
            if sum(gains[place] for place in each) >= need
        ]

        def rank(each: tuple[int, ...]) -> tuple[Any, ...]:
            return sum(prices[place] for place in each), len(each), -sum(gains[place] for place in each), each

        best, found = min(sets, key=rank), cheapest_set(gains, prices, need, most)
        assert found.chosen in sets
        assert found.least <= rank(best)[0] <= rank(found.chosen)[0]
        assert not found.is_proven or (found.chosen, found.least) == (best, rank(best)[0])
        assert cheapest_set(gains, prices, need, 10_000) == (best, rank(best)[0], True)

    @pytest.mark.parametrize("count", [23, 30])
    def test_costs_in_proportion_to_unlike_gains_are_solved(self, count: int) -> None:
        """Each unit costs 7, so no set costs less than 7 times the need; the one of which the need is the sum does not.

        Nothing can be dropped, and there are 2³⁰ sets.
        """
        chance = random.Random(count)
        gains = [chance.randint(10**19, 10**20) for _ in range(count)]
        chosen = tuple(sorted(chance.sample(range(count), count // 2)))
        need = sum(gains[place] for place in chosen)
        found = cheapest_set(gains, [7 * gain for gain in gains], need, most=150_000)
        assert found == (chosen, 7 * need, True)

    def test_sets_that_cannot_become_cheaper_are_dropped_at_once(self) -> None:
        """Ten equal gains that cost 1, 2 … 10, and six of them are needed: 1 to 6, which cost 21.

        Without the sixth or with the seventh, no set is as cheap. Three sets are looked at besides the first one.
        """
        found = cheapest_set([1] * 10, list(range(1, 11)), 6, most=3)
        assert found == (tuple(range(6)), 21, True)

    def test_a_decided_item_is_no_longer_counted_as_one_that_may_be_taken(self) -> None:
        """7 of the gains 2, 3, 3 and 2 are needed. Both of 3 and one of 2 cost 0 + 2 + 5, and ten sets show it."""
        assert cheapest_set([2, 3, 3, 2], [5, 0, 2, 5], 7, most=10) == ((0, 1, 2), 7, True)

    def test_of_sets_that_cost_the_same_the_one_of_fewer_items_is_chosen(self) -> None:
        """The first item gains 2 for 2; the second and the third gain 1 for 1 each."""
        assert cheapest_set([2, 1, 1, 1], [2, 1, 1, 9], 2, most=100) == ((0,), 2, True)

    def test_an_unreachable_star_shows_how_far_it_goes(self) -> None:
        card = scored(
            oracle.all_full() | dict.fromkeys(["5.1.3.1", "5.1.4.1", "5.4.3.2", "5.4.1.4", "5.4.4.1"], "none")
        )
        plan = improvements(card, cost={"5.4.1.4": 10, "5.1.1.1": 1})
        assert (card.final_score, plan.reachable, plan.final_score) == (Fraction("88.5"), True, 90)
        plan = improvements(card, cost={"5.1.1.1": 1})
        assert (plan.reachable, plan.steps, plan.final_score, plan.cost) == (False, (), Fraction("88.5"), 0)


class TestRefusal:
    @pytest.mark.parametrize("stars", [0, 6, -1, True])
    def test_a_star_that_does_not_exist(self, stars: int) -> None:
        with pytest.raises(AdviceError) as caught:
            improvements(scored(oracle.all_full()), stars)
        assert [(problem.code, problem.clause) for problem in caught.value.problems] == [("unknown-stars", "6.3.3")]

    def test_all_bad_costs_are_reported_at_once(self) -> None:
        cost: dict[str, Any] = {
            "5.1.1.9": 1,
            "5.1": 1,
            "5.1.1.1": -1,
            "5.1.1.2": "much",
            "5.1.1.3": float("nan"),
            "5.1.1.4": 2,
        }
        with pytest.raises(AdviceError) as caught:
            improvements(scored(oracle.all_full()), cost=cost)
        found = [(problem.path, problem.code) for problem in caught.value.problems]
        assert found == [
            ("[5.1.1.9]", "unknown-indicator"),
            ("[5.1]", "cost-of-group"),
            ("[5.1.1.1]", "out-of-range"),
            ("[5.1.1.2]", "not-a-number"),
            ("[5.1.1.3]", "not-a-number"),
        ]

    def test_each_is_reported_at_the_wrong_key_or_value(self, tmp_path: Path) -> None:
        """A group and an unknown id are wrong as keys; a cost below 0 is wrong as a value."""
        file = tmp_path / "costs.yaml"
        file.write_text("5.1.1.9: 1\n5.1: 2\n5.1.2: 3\n5.1.1.1: -1\n5.1.1.2: much\n", "utf-8")
        with pytest.raises(AdviceError) as caught:
            read_costs(file, scored(oracle.all_full()))
        assert [(problem.code, problem.line, problem.column) for problem in caught.value.problems] == [
            ("unknown-indicator", 1, 1),
            ("cost-of-group", 2, 1),
            ("cost-of-group", 3, 1),
            ("out-of-range", 4, 10),
            ("not-a-number", 5, 10),
        ]


def test_improvements_are_the_same_after_json() -> None:
    plan = improvements(aftersales.score(aftersales.load_evaluation(CHAIN)), cost={"5.1.6.4": "1/3", "5.1.4.1": 0})
    assert aftersales.Improvements.model_validate(json.loads(json.dumps(plan.model_dump(mode="json")))) == plan


class TestNothingToRaise:
    def test_costs_of_indicators_that_lost_nothing(self) -> None:
        card = aftersales.score(aftersales.load_evaluation(CHAIN))
        plan = improvements(card, 5, {})
        assert not plan.reachable
        for lang, text in (("zh", "没有可提升的指标"), ("en", "nothing can be raised")):
            assert any(text in line for line in improvement_view.improvement_lines(card, plan, lang))


class TestCommand:
    def test_the_command_shows_the_steps_to_the_next_star(self) -> None:
        done = run("improve", CHAIN)
        assert (done.returncode, done.stderr) == (0, "")
        assert "目标：五星（卓越）级（90 分），还差 2.63 分" in done.stdout
        assert "将以下 5 项指标提升到完全符合即可达到（少于 5 项则达不到）" in done.stdout
        assert "累计 90.00(-)" in done.stdout  # the fourth does not quite reach it

    def test_the_command_shows_the_cheapest_steps_by_a_file_of_costs(self, tmp_path: Path) -> None:
        path = tmp_path / "costs.yaml"
        path.write_text("5.1.6.4: 1200\n5.1.4.1: 300\n5.4.4.2: 1e2\n5.1.5.2: 1\n5.4.2.1: 2\n5.4.3.2: 2.5\n")
        done = run("improve", CHAIN, "--cost", str(path), "--json")
        document = json.loads(done.stdout)
        assert (document["stars"], document["reachable"]) == (5, True)
        assert done.stdout.count('"cost"') == len(document["steps"]) + 1
        assert "no other set costs less" in " ".join(
            run("improve", CHAIN, "--cost", str(path), "--lang", "en").stdout.split()
        )

    def test_the_command_says_that_a_star_is_out_of_reach_or_reached(self, tmp_path: Path) -> None:
        path = tmp_path / "costs.yaml"
        path.write_text("5.1.6.4: 1200\n")
        assert (
            "无法达到：将可提升的 1 项指标全部提升到完全符合，最终得分也只有 88.19 分"
            in run("improve", CHAIN, "--cost", str(path)).stdout
        )
        assert "已达到四星（优秀）级（80 分），无须提升" in run("improve", CHAIN, "--stars", "4").stdout

    @pytest.mark.parametrize(
        ("text", "place", "code"),
        [
            ("5.1.6.4: 1\n5.1.6.4: 2\n", ":2:1: ", "duplicate-key"),
            ("5.1.6.4: 1\n5.1.6.5: 2\n", ":2:1: ", "unknown-indicator"),
            ("5.1.6.4: -1\n", ":1:10: ", "out-of-range"),
            ("- 5.1.6.4\n", ":1:1: ", "not-a-mapping"),
            ("5.1.6.4: [1\n", ":1:10: ", "not-yaml"),
        ],
    )
    def test_a_bad_file_of_costs_is_reported_at_its_line(
        self, tmp_path: Path, text: str, place: str, code: str
    ) -> None:
        path = tmp_path / "costs.yaml"
        path.write_text(text)
        done = run("improve", CHAIN, "--cost", str(path))
        assert (done.returncode, done.stdout) == (2, "")
        assert f"{path}{place}" in done.stderr
        assert f"[{code}" in done.stderr
        assert len(done.stderr.splitlines()) == 1

    def test_a_star_that_does_not_exist(self) -> None:
        done = run("improve", CHAIN, "--stars", "7", "--lang", "en")
        assert done.returncode == 2
        assert (
            "there is no rating 7; there are: 1 (1 star), 2 (2 stars), 3 (3 stars), 4 (4 stars), 5 (5 stars) [unknown-stars, 6.3.3]"
            in done.stderr
        )

    @pytest.mark.parametrize("columns", [60, 80, 100])
    @pytest.mark.parametrize("lang", ["zh", "en"])
    @pytest.mark.parametrize("name", EXAMPLES)
    def test_no_line_is_wider_than_the_terminal(self, name: str, lang: str, columns: int) -> None:
        card = aftersales.score(aftersales.load_evaluation(data_folder() / "examples" / f"{name}.yaml"))
        for cost in (None, dict.fromkeys(oracle.INDICATORS, 7)):
            lines = improvement_view.improvement_lines(card, improvements(card, 5, cost), lang, columns)
            assert max(map(score_view.width, lines)) <= columns
