"""The probability of the stars, compared with all combinations and with another way to the same distribution."""

from __future__ import annotations

import itertools
import json
from fractions import Fraction
from math import comb
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from support import oracle
from support.examples import examples
from support.small import small_card, small_standard
from support.strategies import judged
from support.work import counted

import aftersales
from aftersales import Chance, Confidence, PaperError, confidence, tipping_points
from aftersales.analysis import distributions
from aftersales.analysis.distributions import Loss, chances_within

DELETED = {"kind": "not_applicable", "reason": "无", "confirmed_by": ["张明"]}


def scored(found: dict[str, Any]) -> aftersales.Scorecard:
    return aftersales.score(aftersales.load_evaluation(oracle.document(found)))


def sample(population: int, sampled: int, nonconforming: int) -> dict[str, Any]:
    return {"kind": "sampled", "population": population, "sampled": sampled, "nonconforming": nonconforming}


def posterior(population: int, sampled: int, found: int) -> dict[int, Fraction]:
    """Bayes by hand: each number K of nonconforming items is as likely as another, the sample is drawn without return."""
    likelihood = {
        whole: Fraction(comb(whole, found) * comb(population - whole, sampled - found), comb(population, sampled))
        for whole in range(population + 1)
        if whole >= found and population - whole >= sampled - found
    }
    total = sum(likelihood.values())
    return {whole: each / total for whole, each in likelihood.items()}


def by_enumeration(found: dict[str, Any], ranges: dict[str, list[Fraction]]) -> dict[int, Fraction]:
    """The probability of each star, from scoring every combination anew with the oracle's own arithmetic."""
    choices: list[list[tuple[str, Any, Fraction]]] = []
    for key, finding in found.items():
        if isinstance(finding, dict) and finding.get("population"):
            population = finding["population"]
            chances_ = posterior(population, finding["sampled"], finding["nonconforming"])
            choices.append([(key, sample(population, population, whole), p) for whole, p in chances_.items()])
        elif key in ranges:
            values = ranges[key]
            choices.append([(key, {"kind": "qualitative", "degree": v}, Fraction(1, len(values))) for v in values])
    stars: dict[int, Fraction] = {}
    for combination in itertools.product(*choices):
        probability = Fraction(1)
        for _, _, each in combination:
            probability *= each
        score = oracle.final_score(found | {key: finding for key, finding, _ in combination})
        stars[oracle.stars(score)] = stars.get(oracle.stars(score), Fraction(0)) + probability
    return dict(sorted(stars.items()))


NEAR_90 = ["5.1.3.1", "5.1.4.1", "5.4.2.4", "5.4.3.1"]  # 3.5 + 2.5 + 2 + 2 points


class TestExact:
    @settings(max_examples=examples(40))
    @given(
        st.lists(st.tuples(st.integers(1, 6), st.integers(0, 3), st.integers(0, 9)), min_size=1, max_size=3),
        st.booleans(),
        st.sampled_from([["5.1.3.1", "5.1.4.1", "5.4.2.4"], NEAR_90, [*NEAR_90, "5.1.1.1"]]),
        st.sets(st.sampled_from(["5.1.5", "5.3.6", "5.4.4"])),
    )
    def test_chances_and_mean_equal_those_of_every_combination_of_outcomes(
        self, samples: list[tuple[int, int, int]], with_range: bool, lost: list[str], deleted: set[str]
    ) -> None:
        """Small samples of large indicators, beside losses that lead to the limit of the fifth star, and deletions."""
        found = {
            key: finding
            for key, finding in (oracle.all_full() | dict.fromkeys(lost, "none")).items()
            if key.rpartition(".")[0] not in deleted
        } | dict.fromkeys(deleted, DELETED)
        for key, (sampled, unseen, bad) in zip(["5.2.1.1", "5.2.3.1", "5.3.4.3"], samples, strict=False):
            assume(3 * sampled >= 2 * (sampled + unseen))
            found[key] = sample(sampled + unseen, sampled, bad % (sampled + 1))
        ranges, degrees = {}, {}
        if with_range:
            found["5.2.3.2"] = {"kind": "qualitative", "degree": "80%"}
            degrees = {"5.2.3.2": ("70%", 1)}
            ranges = {"5.2.3.2": [Fraction(7, 10), Fraction(8, 10), Fraction(9, 10), Fraction(1)]}
        sure = confidence(scored(found), degrees=degrees, step="10%")
        assert sure.is_exact
        assert {chance.stars: chance.lowest for chance in sure.chances} == by_enumeration(found, ranges)
        assert sum(chance.lowest for chance in sure.chances) == 1
        card = scored(found)
        assert (sure.stars, sure.tipping_points) == (card.stars, tipping_points(card))
        with pytest.MonkeyPatch.context() as patch:  # the bounds of the same
            patch.setattr(distributions, "MAX_EXACT_VALUES", 0)
            patch.setattr(distributions, "MAX_WORK", 0)
            enclosed = confidence(card, degrees=degrees, step="10%")
        bounds = {chance.stars: (chance.lowest, chance.highest) for chance in enclosed.chances}
        for chance in sure.chances:
            low, high = bounds[chance.stars]
            assert 0 <= low <= chance.lowest <= high <= 1

    def test_a_chance_that_is_known_in_part_is_not_exact(self, monkeypatch: pytest.MonkeyPatch) -> None:
        found = oracle.all_full() | {"5.2.1.1": sample(4, 3, 0)} | dict.fromkeys(NEAR_90, "none")
        assert confidence(scored(found)).is_exact
        monkeypatch.setattr(distributions, "MAX_EXACT_VALUES", 0)
        sure = confidence(scored(found))
        assert not sure.is_exact
        assert "–" in repr(sure)

    def test_a_step_that_does_not_divide_the_range_is_made_shorter(self) -> None:
        """From 0 to 1 by at most 40 %: 0, 1/3, 2/3, 1; at 3 points of 90 in all, the star falls at the first three."""
        found = oracle.all_full() | dict.fromkeys(NEAR_90, "none")
        sure = confidence(scored(found), degrees={"5.2.1.1": (0, 1)}, step="40%")
        assert {chance.stars: chance.lowest for chance in sure.chances} == {4: Fraction(3, 4), 5: Fraction(1, 4)}
        assert any("40%" in assumption.zh for assumption in sure.assumptions)

    @pytest.mark.parametrize(
        ("lowest", "highest", "shown"),
        [
            (0, 0, "0.00%"),
            (1, 1, "100.00%"),
            ("1/3", "1/3", "33.33%"),
            ("0.00001", "0.00001", "<0.01%"),
            ("0.99999", "0.99999", ">99.99%"),
            ("0.68694", "0.97877", "68.69–97.88%"),
        ],
    )
    def test_a_possible_chance_is_never_shown_as_zero_or_as_certain(
        self, lowest: Any, highest: Any, shown: str
    ) -> None:
        assert Chance(stars=1, lowest=lowest, highest=highest).percent == shown

    def test_the_mean_counts_an_unseen_item_by_the_chance_that_it_is_bad(self) -> None:
        """One unseen item of four, one of three bad: it is bad with probability (1 + 1) / (3 + 2); 3 points hang on it."""
        found = oracle.all_full() | {"5.2.1.1": sample(4, 3, 1)}
        assert confidence(scored(found)).expected_score == 100 - 3 * (1 + Fraction(2, 5)) / 4

    @pytest.mark.parametrize(
        ("prior", "bad"), [((1, 3), Fraction(1, 7)), ("jeffreys", Fraction(1, 8)), (("1/2", 0.5), Fraction(1, 8))]
    )
    def test_the_prior_changes_the_chances(self, prior: Any, bad: Fraction) -> None:
        """The next item after 3 good ones is bad with probability a / (a + b + 3)."""
        found = oracle.all_full() | {"5.2.1.1": sample(4, 3, 0)} | dict.fromkeys(NEAR_90, "none")
        sure = confidence(scored(found), prior=prior)
        assert {chance.stars: chance.lowest for chance in sure.chances} == {4: bad, 5: 1 - bad}
        assert any("Beta" in assumption.en for assumption in sure.assumptions)

    def test_a_sample_of_everything_is_certain(self) -> None:
        found = oracle.all_full() | {"5.2.1.1": sample(90, 90, 30)}
        sure = confidence(scored(found))
        assert [(chance.stars, chance.lowest, chance.highest) for chance in sure.chances] == [(5, 1, 1)]
        assert sure.uncertain == ()
        assert sure.expected_score == scored(found).final_score

    def test_a_sample_without_population_is_certain_and_an_assumption_says_so(self) -> None:
        outlets = {"kind": "sampled", "outlets": 3, "outlets_covered": 3, "sampled": 10, "nonconforming": 9}
        sure = confidence(scored(oracle.all_full() | {"5.2.1.1": outlets}))
        assert sure.uncertain == ()
        assert any("5.2.1.1" in assumption.zh for assumption in sure.assumptions)

    def test_a_range_over_everything_gives_each_star_a_chance(self) -> None:
        """A range over everything reaches all limits."""
        degrees = {key: (0, 1) for key in oracle.INDICATORS if key != "5.1.2.2"}
        found = judged([Fraction(1, 2)] * 73)
        sure = confidence(scored(found), degrees=degrees, step="100%")
        assert [chance.stars for chance in sure.chances] == [0, 1, 2, 3, 4, 5]
        assert sum(chance.lowest for chance in sure.chances) <= 1 <= sum(chance.highest for chance in sure.chances)
        assert all(0 <= chance.lowest <= chance.highest <= 1 for chance in sure.chances)

    def test_a_range_of_one_degree_is_that_degree(self) -> None:
        found = oracle.all_full() | {"5.2.1.1": {"kind": "qualitative", "degree": "50%"}}
        sure = confidence(scored(found), degrees={"5.2.1.1": (1, 1)})
        assert sure.expected_score == 100

    def test_confidence_says_that_it_is_no_part_of_the_score_and_goes_through_json(self) -> None:
        card = scored(oracle.all_full() | {"5.2.1.1": sample(4, 3, 0)})
        sure = confidence(card)
        assert "no part of the score" in sure.assumptions[0].en
        assert sure.stars == card.stars
        assert Confidence.model_validate(json.loads(json.dumps(sure.model_dump(mode="json")))) == sure


# --- the arithmetic ------------------------------------------------------------------------------------------------


losses = st.builds(
    lambda least, step, values, shapes: Loss(least, step, values, shapes),
    st.fractions(0, 2, max_denominator=7),
    st.fractions(Fraction(1, 9), 2, max_denominator=9),
    st.integers(1, 5),
    st.one_of(
        st.none(),
        st.tuples(
            st.fractions(Fraction(1, 4), 9, max_denominator=4), st.fractions(Fraction(1, 4), 9, max_denominator=4)
        ),
    ),
)


def rising(number: Fraction, count: int) -> Fraction:
    product = Fraction(1)
    for k in range(count):
        product *= number + k
    return product


def distribution(loss: Loss) -> list[Fraction]:
    """The formula of the module, term by term."""
    most = loss.values - 1
    if loss.shapes is None:
        return [Fraction(1, loss.values)] * loss.values
    a, b = loss.shapes
    return [comb(most, j) * rising(a, j) * rising(b, most - j) / rising(a + b, most) for j in range(most + 1)]


def true_chance(losses: list[Loss], budget: Fraction) -> Fraction:
    total = Fraction(0)
    for js in itertools.product(*(range(loss.values) for loss in losses)):
        lost, chance = Fraction(0), Fraction(1)
        for loss, j in zip(losses, js, strict=True):
            lost += loss.least + j * loss.step
            chance *= distribution(loss)[j]
        total += chance if lost <= budget else 0
    return total


@pytest.fixture
def on_a_grid(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last of the three ways, whatever is asked."""
    monkeypatch.setattr(distributions, "MAX_EXACT_VALUES", 0)
    monkeypatch.setattr(distributions, "MAX_WORK", 0)


class TestChances:
    @settings(max_examples=examples(80))
    @given(st.lists(losses, max_size=4), st.lists(st.fractions(-1, 20, max_denominator=9), min_size=1, max_size=3))
    def test_a_chance_is_calculated_exactly(self, some: list[Loss], budgets: list[Fraction]) -> None:
        assert chances_within(some, budgets) == [(true_chance(some, budget),) * 2 for budget in budgets]

    @settings(max_examples=examples(80))
    @given(
        st.lists(losses, min_size=1, max_size=4),
        st.fractions(-1, 20, max_denominator=9),
        st.sampled_from(["likely", "grid"]),
    )
    def test_both_inexact_methods_enclose_the_true_chance(self, some: list[Loss], budget: Fraction, way: str) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(distributions, "MAX_EXACT_VALUES", 0)
            if way == "grid":
                patch.setattr(distributions, "MAX_WORK", 0)
            ((low, high),) = chances_within(some, [budget])
        assert low <= true_chance(some, budget) <= high
        if way == "likely":
            assert high - low < Fraction(1, 10_000)

    @settings(max_examples=examples(100))
    @given(losses.filter(lambda loss: loss.values > 1))
    def test_likely_chances_are_never_above_the_true_ones_and_leave_out_next_to_nothing(self, loss: Loss) -> None:
        true, likely = distribution(loss), distributions._likely(loss)
        assert all(0 <= Fraction(chance, 1 << distributions.BITS) <= true[j] for j, chance in likely)
        assert sum(chance for _, chance in likely) > (1 << distributions.BITS) - 3 * distributions.TAIL
        assert [j for j, _ in likely] == sorted({j for j, _ in likely})

    @settings(max_examples=examples(60))
    @given(st.lists(st.tuples(st.integers(2, 6), st.integers(1, 3)), min_size=1, max_size=4), st.integers(-1, 40))
    def test_on_a_grid_that_holds_all_losses_nothing_is_rounded(self, some: list[tuple[int, int]], budget: int) -> None:
        """Whole losses and whole budgets: each sum lies on a cell, and many on the budget itself."""
        losses = [Loss(Fraction(0), Fraction(step), values, None) for values, step in some]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(distributions, "MAX_WORK", 0)
            ((low, high),) = chances_within(losses, [Fraction(budget)])
        true = true_chance(losses, Fraction(budget))
        assert low <= true <= high
        assert high - low < Fraction(1, 1_000_000)

    def test_the_chance_of_many_samples_of_unlike_populations_is_close_and_takes_little_work(self) -> None:
        some = [
            Loss(Fraction(1, 9), Fraction(1, 300 + 7 * k), 100 + 2 * k, (Fraction(21 + k), Fraction(180)))
            for k in range(10)
        ]
        shapes = [loss.shapes for loss in some if loss.shapes]
        mean = sum((p.least + p.spread * s[0] / sum(s) for p, s in zip(some, shapes, strict=True)), Fraction(0))
        with counted() as calls:
            ((low, high),) = chances_within(some, [mean])
        assert high - low < Fraction(1, 100)
        assert calls.made < 400_000  # the finest grid takes 700,000, and the exact sum never ends

    def test_a_grid_too_coarse_is_made_finer(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Steps that are multiples of nothing in common; 64 cells are too coarse for what lies near the budget."""
        some = [Loss(Fraction(0), 1 + Fraction(k, 100 + k), 2, None) for k in range(4)]
        budget = Fraction(2035, 1000)
        truth = true_chance(some, budget)
        monkeypatch.setattr(distributions, "MAX_WORK", 0)
        monkeypatch.setattr(distributions, "GRIDS", (1 << 6, 1 << 12))
        ((low, high),) = chances_within(some, [budget])
        assert low <= truth <= high
        assert high - low < Fraction(1, 1_000)
        monkeypatch.setattr(distributions, "GRIDS", (1 << 6,))  # there is no finer one
        ((low, high),) = chances_within(some, [budget])
        assert low <= truth <= high
        monkeypatch.setattr(distributions, "GRIDS", (1 << 6, 1 << 12))
        monkeypatch.setattr(distributions, "MAX_GRID_WORK", 0)  # no time for it
        ((low, high),) = chances_within(some, [budget])
        assert low <= truth <= high
        assert high - low > Fraction(1, 10)

    def test_cells_cut_off_at_the_beginning_keep_their_places(self, on_a_grid: None) -> None:
        loss = Loss(Fraction(0), Fraction(1), 40, (Fraction(60), Fraction(60)))
        sums = [Fraction(1)]
        for _ in range(3):
            each = distribution(loss)
            sums = [
                sum((sums[k] * each[j - k] for k in range(len(sums)) if 0 <= j - k < 40), Fraction(0))
                for j in range(len(sums) + 39)
            ]
        ((low, high),) = chances_within([loss] * 3, [Fraction(58)])
        assert low <= sum(sums[:59]) <= high
        assert high - low < Fraction(1, 10**5)

    def test_below_the_first_likely_cell_nothing_is_within(self, on_a_grid: None) -> None:
        some = [Loss(Fraction(0), Fraction(1, 97 + k), 60, (Fraction(4000), Fraction(400))) for k in range(2)]
        first, last = (sum(loss.step * distributions._likely(loss)[end][0] for loss in some) for end in (0, -1))
        ((low, high),) = chances_within(some, [first - (last - first) / 4])
        assert low == 0
        assert high < Fraction(1, 10**5)

    def test_a_loss_finer_than_a_cell_is_certain_to_lie_in_that_cell(self, on_a_grid: None) -> None:
        """Its chance is 1 then, one bit longer than any other: of four sums three are below 1.5."""
        some = [Loss(Fraction(0), step, 2, None) for step in (Fraction(1, 10**7), Fraction(1), Fraction(101, 100))]
        ((low, high),) = chances_within(some, [Fraction(3, 2)])
        assert low <= Fraction(3, 4) <= high

    def test_likely_chances_at_both_ends_are_not_above_the_true_ones(self) -> None:
        loss = Loss(Fraction(0), Fraction(1), 6, (Fraction(1, 10**40),) * 2)
        true = distribution(loss)
        assert all(Fraction(chance, 1 << distributions.BITS) <= true[j] for j, chance in distributions._likely(loss))

    def test_likely_chances_are_rounded_down(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """With no more bits on the way than at the end, each one counts."""
        monkeypatch.setattr(distributions, "PRECISION", distributions.BITS)
        for first, second in itertools.product(range(1, 9), repeat=2):
            loss = Loss(Fraction(0), Fraction(1), 5, (Fraction(first, 3), Fraction(second, 3)))
            true = distribution(loss)
            assert all(
                Fraction(chance, 1 << distributions.BITS) <= true[j] for j, chance in distributions._likely(loss)
            )

    @pytest.mark.parametrize(("first", "second", "most"), [(501, 19_501, 3_000), (1, 2_001, 1_000), (300, 301, 900)])
    def test_of_large_losses_next_to_nothing_is_left_out(self, first: int, second: int, most: int) -> None:
        likely = distributions._likely(Loss(Fraction(0), Fraction(1), most + 1, (Fraction(first), Fraction(second))))
        assert sum(chance for _, chance in likely) > (1 << distributions.BITS) - 3 * distributions.TAIL - most

    @pytest.mark.parametrize("way", ["likely", "grid"])
    @pytest.mark.parametrize(("sampled", "unseen", "bad"), [(20_000, 10_000, 500), (140_000, 60_000, 0), (70, 30, 70)])
    def test_chances_in_large_populations_agree_with_a_sum_of_floats(
        self, sampled: int, unseen: int, bad: int, way: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Of one sample the chance is a tail of the Pólya distribution; here it is summed up in floats."""
        if way == "grid":
            monkeypatch.setattr(distributions, "MAX_WORK", 0)
        shapes = Fraction(bad + 1), Fraction(sampled - bad + 1)
        loss = Loss(Fraction(0), Fraction(1), unseen + 1, shapes)
        budget = Fraction(round(unseen * (bad + 1) / (sampled + 2)))
        ((low, high),) = chances_within([loss], [budget])
        from math import exp, lgamma

        def log(j: int) -> float:
            a, b, m = bad + 1, sampled - bad + 1, unseen
            choose = lgamma(m + 1) - lgamma(j + 1) - lgamma(m - j + 1)
            return (
                choose + lgamma(a + j) + lgamma(b + m - j) + lgamma(a + b) - lgamma(a) - lgamma(b) - lgamma(a + b + m)
            )

        tail = sum(exp(log(j)) for j in range(int(budget) + 1))
        assert float(low) - 1e-5 <= tail <= float(high) + 1e-5
        assert high - low < Fraction(1, 500) or way == "grid"  # which here rounds the budget's own value


class TestRefusals:
    @pytest.mark.parametrize(
        ("arguments", "expected"),
        [
            ({"prior": "unifrom"}, [("unknown-word", "prior")]),
            ({"prior": (0, 1)}, [("out-of-range", "prior[0]")]),
            ({"prior": (1, Fraction(1, 10**10))}, [("out-of-range", "prior[1]")]),
            ({"prior": (10**9 + 1, 1)}, [("out-of-range", "prior[0]")]),
            ({"degrees": ["5.1.1.1"]}, [("not-a-mapping", "degrees")]),
            ({"degrees": {"5.1.1": (0, 1)}}, [("range-of-group", "degrees[5.1.1]")]),
            ({"step": "0.05%"}, [("out-of-range", "step")]),
            ({"prior": (1, "x")}, [("not-a-number", "prior")]),
            ({"step": 0}, [("out-of-range", "step")]),
            ({"step": "a"}, [("not-a-number", "step")]),
            ({"degrees": {"5.9": (0, 1)}}, [("unknown-indicator", "degrees[5.9]")]),
            ({"degrees": {"5.1.2.2": (0, 1)}}, [("range-not-qualitative", "degrees[5.1.2.2]")]),
            ({"degrees": {"5.1.1.1": "50%"}}, [("not-a-range", "degrees[5.1.1.1]")]),
            (
                {"degrees": {"5.1.1.1": (-1, 2)}},
                [("out-of-range", "degrees[5.1.1.1][0]"), ("out-of-range", "degrees[5.1.1.1][1]")],
            ),
            ({"degrees": {"5.1.1.1": ("60%", "50%")}}, [("range-reversed", "degrees[5.1.1.1]")]),
            ({"prior": "x", "step": 0}, [("unknown-word", "prior"), ("out-of-range", "step")]),
        ],
    )
    def test_all_wrong_arguments_are_reported_at_once(
        self, arguments: dict[str, Any], expected: list[tuple[str, str]]
    ) -> None:
        with pytest.raises(PaperError) as caught:
            confidence(scored(oracle.all_full()), **arguments)
        assert [(problem.code, problem.path) for problem in caught.value.problems] == expected

    def test_a_very_fine_prior_and_step_are_taken(self) -> None:
        card = scored(oracle.all_full() | {NEAR_90[0]: sample(3, 2, 0)})
        fine = confidence(card, prior=(10**9, "1/1000000000"), degrees={NEAR_90[1]: (0, 1)}, step="0.1%")
        assert sum(chance.lowest for chance in fine.chances) == 1

    def test_the_largest_number_of_unseen_items_that_is_allowed_is_taken(self) -> None:
        assert confidence(scored(oracle.all_full() | {"5.2.1.1": sample(600_000, 400_000, 0)})).uncertain == (
            "5.2.1.1",
        )

    def test_too_many_unseen_items_are_refused(self) -> None:
        with pytest.raises(PaperError) as caught:
            confidence(scored(oracle.all_full() | {"5.2.1.1": sample(600_003, 400_002, 0)}))
        assert [(problem.code, problem.path) for problem in caught.value.problems] == [
            ("too-many-unseen", "findings[5.2.1.1]")
        ]


# --- tipping points --------------------------------------------------------------------------------------------------


def small_cards(draw: st.DrawFn) -> tuple[list[Fraction], list[Fraction | None]]:
    points = draw(st.lists(st.fractions(Fraction(1, 10), 5, max_denominator=10), min_size=1, max_size=5))
    degree = st.one_of(st.none(), st.sampled_from([Fraction(0), Fraction(1)]), st.fractions(0, 1, max_denominator=12))
    degrees = draw(st.lists(degree, min_size=len(points), max_size=len(points)))
    assume(any(each is not None for each in degrees))
    return points, degrees


class TestTippingPoints:
    @settings(max_examples=examples(150))
    @given(st.composite(small_cards)())
    def test_a_tipping_point_is_where_scoring_anew_gives_other_stars(
        self, case: tuple[list[Fraction], list[Fraction | None]]
    ) -> None:
        points, degrees = case
        standard = small_standard(points)

        def stars(changed: dict[int, Fraction | None]) -> int | None:
            way = [changed.get(position, degree) for position, degree in enumerate(degrees)]
            if all(each is None for each in way):
                return None
            found = {
                f"1.1.1.{k}": DELETED if each is None else {"kind": "qualitative", "degree": each}
                for k, each in enumerate(way, 1)
            }
            return aftersales.score(aftersales.Evaluation(standard="SMALL", findings=found), standard).stars

        found = {
            f"1.1.1.{k}": DELETED if d is None else {"kind": "qualitative", "degree": d}
            for k, d in enumerate(degrees, 1)
        }
        card = aftersales.score(aftersales.Evaluation(standard="SMALL", findings=found), standard)
        tipping = {point.id: point for point in tipping_points(card)}
        for position in range(len(points)):
            ends = {share: stars({position: share}) for share in (Fraction(0), Fraction(1), None)}
            point = tipping.get(f"1.1.1.{position + 1}")
            if point is None:
                assert set(ends.values()) <= {card.stars, None}
                continue
            assert [point.stars_if_none, point.stars_if_full, point.stars_if_deleted] == list(ends.values())
            assert set(ends.values()) - {card.stars, None}
            hair = Fraction(1, 10**9)
            if point.rises_at is not None:
                assert (stars({position: point.rises_at}) or 0) > card.stars
                if point.rises_at >= hair:
                    assert (stars({position: point.rises_at - hair}) or 0) <= card.stars
            else:
                assert ends[Fraction(1)] == card.stars or (ends[Fraction(1)] or 0) < card.stars
            if point.falls_below is not None:
                below = max(point.falls_below - hair, Fraction(0))
                assert (stars({position: below}) or 0) < card.stars
                if point.falls_below <= 1:
                    assert (stars({position: point.falls_below}) or 0) >= card.stars
            else:
                assert (ends[Fraction(0)] or 0) >= card.stars

    def test_a_tipping_point_may_be_the_full_degree(self) -> None:
        """89: a point is missing, and only 5.1.1.1 at full brings it. 91: without one point of 5.1.1.1 it is 90 still."""
        low = scored(oracle.all_full() | dict.fromkeys(["5.1.3.1", "5.1.4.1", "5.4.2.4", "5.4.3.1", "5.1.1.1"], "none"))
        assert low.final_score == 89
        assert {point.id: point.rises_at for point in tipping_points(low)}["5.1.1.1"] == 1
        high = scored(oracle.all_full() | dict.fromkeys(["5.1.3.1", "5.1.4.1", "5.2.1.1"], "none"))
        assert high.final_score == 91
        assert "5.1.1.1" not in {point.id for point in tipping_points(high)}
        # 70: what earns nothing loses nothing, and the score is on its limit.
        first = tipping_points(small_card([Fraction(5), Fraction(95)], [Fraction(0), Fraction(70, 95)]))[0]
        assert (first.id, first.rises_at, first.falls_below) == ("1.1.1.1", 1, None)

    def test_tipping_points_are_those_worked_out_by_hand(self) -> None:
        """89.5 of 100: half a point is missing. 5.1.1.1 at none gains 1 point with 1; the star rises at one half."""
        found = oracle.all_full() | dict.fromkeys(["5.1.3.1", "5.1.4.1", "5.4.2.4", "5.1.1.1", "5.1.7.1"], "none")
        points = {point.id: point for point in tipping_points(scored(found))}
        assert points["5.1.1.1"].rises_at == Fraction(1, 2)
        assert (points["5.1.1.1"].share, points["5.1.1.1"].stars_if_full, points["5.1.1.1"].falls_below) == (0, 5, None)
        assert points["5.1.1.1"].stars_if_deleted == 5  # 89.5 of 99
        assert "5.1.1.2" not in points  # full already
