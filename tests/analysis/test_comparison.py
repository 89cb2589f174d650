"""Comparison (6.1.5, R16): which results are comparable, their order, and the change over time."""

from __future__ import annotations

import json
import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import oracle
from support.command import CHAIN, EXAMPLES, run, write
from support.examples import examples
from support.strategies import judged, random_findings

import aftersales
from aftersales import PaperError, compare, progress
from aftersales.views import comparison as comparison_view
from aftersales.views import scorecard as score_view

SUBJECT = {"organisation": "甲", "product_category": "家电", "size_tier": "中型"}


def result(found: dict[str, Any], period: tuple[str, str] | None = None, **subject: Any) -> aftersales.Scorecard:
    data = oracle.document(found, subject={key: value for key, value in (SUBJECT | subject).items() if value})
    if period:
        data["period"] = {"start": period[0], "end": period[1]}
    return aftersales.score(aftersales.load_evaluation(data))


FULL = result(oracle.all_full())


def codes(caught: pytest.ExceptionInfo[PaperError]) -> list[tuple[str, str, str | None]]:
    return [(problem.code, problem.path, problem.clause) for problem in caught.value.problems]


class TestClause615:
    """Only within one product category, one size tier and one edition of the standard."""

    @pytest.mark.parametrize(
        ("other", "code", "path"),
        [
            ({"product_category": "食品"}, "not-comparable", "[1].subject.product_category"),
            ({"size_tier": "大型"}, "not-comparable", "[1].subject.size_tier"),
            ({"product_category": None}, "needed-to-compare", "[1].subject.product_category"),
            ({"size_tier": None}, "needed-to-compare", "[1].subject.size_tier"),
            ({"organisation": None}, "needed-to-compare", "[1].subject.organisation"),
        ],
    )
    def test_evaluations_that_differ_or_lack_what_is_compared_are_refused(
        self, other: dict[str, Any], code: str, path: str
    ) -> None:
        with pytest.raises(PaperError) as caught:
            compare([FULL, result(oracle.all_full(), **other)])
        assert codes(caught) == [(code, path, "6.1.5")]

    def test_results_by_another_edition_or_content_of_the_standard_are_not_comparable(self) -> None:
        standard = FULL.standard
        evaluation = FULL.evaluation.model_copy(update={"edition": "2027-01-01"})
        later = aftersales.score(evaluation, standard.model_copy(update={"edition": "2027-01-01"}))
        changed = aftersales.score(FULL.evaluation, standard.model_copy(update={"sample_share": "1/2"}))
        for other in (later, changed):
            with pytest.raises(PaperError) as caught:
                compare([FULL, other])
            assert codes(caught) == [("not-comparable", "[1].standard", "6.1.5")]

    def test_everything_that_differs_is_named_at_once(self) -> None:
        with pytest.raises(PaperError) as caught:
            compare(
                [
                    FULL,
                    result(oracle.all_full(), product_category="食品", size_tier="大型"),
                    result(oracle.all_full(), size_tier=None),
                ]
            )
        assert [path for _, path, _ in codes(caught)] == [
            "[2].subject.size_tier",
            "[1].subject.product_category",
            "[1].subject.size_tier",
        ]

    def test_evaluations_without_a_subject_are_not_compared(self) -> None:
        bare = aftersales.score(aftersales.load_evaluation(oracle.document(oracle.all_full())))
        with pytest.raises(PaperError) as caught:
            compare([bare, FULL])
        assert [code for code, _, _ in codes(caught)] == ["needed-to-compare"] * 3

    @pytest.mark.parametrize("cards", [[], [FULL]])
    def test_one_result_is_no_comparison(self, cards: list[Any]) -> None:
        with pytest.raises(PaperError) as caught:
            compare(cards)
        assert codes(caught) == [("too-few-to-compare", "", "6.1.5")]

    def test_blanks_width_and_case_do_not_distinguish_names(self) -> None:
        first, second = (result(oracle.all_full(), size_tier=tier) for tier in ("Ａ 类", "a类"))
        assert len(compare([first, second]).ranking) == 2


class TestTypes:
    """R16: self-assessments and third parties stand in one ranking only if each row says which it is."""

    def ranked(self, *types: str | None) -> list[str | None]:
        cards = [result(oracle.all_full(), organisation=str(k)) for k in range(len(types))]
        typed = [
            aftersales.score(card.evaluation.model_copy(update={"type": type_}))
            for card, type_ in zip(cards, types, strict=True)
        ]
        return [row.type for row in compare(typed).ranking]

    @pytest.mark.parametrize("types", [("self", "third_party"), ("self", None), ("third_party", None), (None, None)])
    def test_each_row_of_a_ranking_names_the_type_of_its_evaluation(self, types: tuple[str | None, ...]) -> None:
        assert self.ranked(*types) == list(types)

    def test_an_evaluation_without_a_type_is_not_ranked_beside_evaluations_of_both_types(self) -> None:
        with pytest.raises(PaperError) as caught:
            self.ranked("self", None, "third_party")
        assert codes(caught) == [("needed-to-compare", "[1].type", "6.1.5")]


class TestRanking:
    def test_equal_scores_share_a_place_and_nearly_equal_ones_do_not(self) -> None:
        hair = {"kind": "qualitative", "degree": "999999999/1000000000"}
        cards = [
            result(oracle.all_full(i5_1_1_1="none"), organisation="甲"),
            result(oracle.all_full(i5_1_1_1=hair), organisation="乙"),
            result(oracle.all_full(), organisation="丙"),
            result(oracle.all_full(), organisation="丁"),
        ]
        comparison = compare(cards)
        assert [(r.place, r.organisation, r.index) for r in comparison.ranking] == [
            (1, "丙", 2),
            (1, "丁", 3),
            (3, "乙", 1),
            (4, "甲", 0),
        ]
        assert comparison.ranking[2].printed_score == "100.00(-)"  # R3: the full score is not reached

    @settings(max_examples=examples(25))
    @given(st.integers(0), st.integers(2, 4))
    def test_a_ranking_has_the_order_of_independently_calculated_scores(self, seed: int, count: int) -> None:
        chance = random.Random(seed)
        several = [random_findings(chance) for _ in range(count)]
        comparison = compare([result(found, organisation=str(k)) for k, found in enumerate(several)])
        scores = [oracle.final_score(found) for found in several]
        assert [ranked.final_score for ranked in comparison.ranking] == sorted(scores, reverse=True)
        for ranked in comparison.ranking:
            assert ranked.final_score == scores[ranked.index]
            assert ranked.place == 1 + sum(score > ranked.final_score for score in scores)
            assert ranked.stars == oracle.stars(ranked.final_score)
        results = [oracle.result(found) for found in several]
        for node in comparison.nodes:
            ratios = [earned / full if full else None for earned, full in (each[node.id] for each in results)]
            assert list(node.ratios) == ratios
            known = [ratio for ratio in ratios if ratio is not None]
            assert list(node.best) == [k for k, ratio in enumerate(ratios) if known and ratio == max(known)]

    def test_a_comparison_goes_through_json_unchanged(self) -> None:
        comparison = compare(
            [
                FULL,
                result(
                    oracle.all_full(i5_1_1_1={"kind": "qualitative", "degree": "1/3"}), ("2026-01-01", "2026-01-02")
                ),
            ]
        )
        assert (
            aftersales.Comparison.model_validate(json.loads(json.dumps(comparison.model_dump(mode="json"))))
            == comparison
        )


class TestProgress:
    """One organisation over time: what rose and what fell, exactly."""

    @settings(max_examples=examples(25))
    @given(st.integers(0))
    def test_progress_is_exact_and_has_the_other_sign_in_the_other_order(self, seed: int) -> None:
        chance = random.Random(seed)
        before, after = (judged([Fraction(chance.randint(0, 30), 30) for _ in oracle.INDICATORS]) for _ in range(2))
        there, back = progress(result(before), result(after)), progress(result(after), result(before))
        stars = [oracle.stars(oracle.final_score(each)) for each in (before, after)]
        assert [there.stars_before, there.stars_after] == stars
        assert there.difference == oracle.final_score(after) - oracle.final_score(before) == -back.difference
        results = oracle.result(before), oracle.result(after)
        for one, other in zip(there.changes, back.changes, strict=True):
            ratios = [earned / full for earned, full in (each[one.id] for each in results)]
            assert (one.before, one.after, one.difference) == (*ratios, ratios[1] - ratios[0])
            assert other.difference == -one.difference
        assert (
            {c.id for c in there.risen}
            == {c.id for c in back.fallen}
            == {c.id for c in there.changes if c.after > c.before}
        )

    def test_an_indicator_that_is_no_longer_applicable_neither_rose_nor_fell(self) -> None:
        gone = {"kind": "not_applicable", "reason": "无", "confirmed_by": ["张明"]}
        found = progress(FULL, result(oracle.all_full(i5_1_1_1=gone, i5_1_1_2="none")))
        change = next(c for c in found.changes if c.id == "5.1.1.1")
        assert (change.before, change.after, change.difference) == (1, None, None)
        assert [c.id for c in found.fallen] == ["5.1.1.2", "5.1.1", "5.1"]
        assert found.risen == ()
        assert aftersales.Progress.model_validate(json.loads(json.dumps(found.model_dump(mode="json")))) == found

    def test_only_an_indicator_that_applied_at_one_time_is_shown_as_changed_in_applicability(self) -> None:
        gone = {"kind": "not_applicable", "reason": "无", "confirmed_by": ["张明"]}
        both = oracle.all_full(i5_1_1_1=gone)
        found = progress(result(both), result(both | {"5.1.1.2": gone}))
        lines = list(comparison_view.progress_lines(found, FULL.standard))
        start = lines.index("适用性发生变化的指标") + 1
        assert lines[start:] == [f"  5.1.1.2 {oracle.TITLES['5.1.1.2']} 100.00% → 不适用"]
        assert "5.1.1.1 " not in (aftersales.html_of(found) or "").partition("适用性发生变化的指标")[2]

    def test_progress_of_two_organisations_or_in_the_wrong_order_is_refused(self) -> None:
        early, late = (result(oracle.all_full(), (f"{year}-03-01", f"{year}-03-05")) for year in (2025, 2026))
        assert progress(early, late).difference == 0
        for before, after, code in (
            (late, early, "not-later"),
            (late, late, "not-later"),
            (FULL, result(oracle.all_full(), organisation="乙"), "other-organisation"),
        ):
            with pytest.raises(PaperError) as caught:
                progress(before, after)
            assert [found for found, _, _ in codes(caught)] == [code]
        with pytest.raises(PaperError) as caught:
            progress(FULL, result(oracle.all_full(), organisation=None))
        assert [found for found, _, _ in codes(caught)] == ["needed-to-compare"]


class TestCommand:
    def file(self, path: Path, found: dict[str, Any], year: int | None = None, **subject: Any) -> str:
        others: dict[str, Any] = {"subject": SUBJECT | subject}
        if year:
            others["period"] = {"start": f"{year}-03-01", "end": f"{year}-03-05"}
        return write(path, found, **others)

    def test_the_command_shows_a_ranking(self, tmp_path: Path) -> None:
        low = self.file(tmp_path / "a.yaml", oracle.all_full(i5_1_3_1="none"), organisation="甲")
        high = self.file(tmp_path / "b.yaml", oracle.all_full(), 2026, organisation="乙")
        done = run("compare", low, high)
        assert (done.returncode, done.stderr) == (0, "")
        assert "1. 乙 100.00 ★★★★★ 评价类型未注明（2026年3月1日至5日）" in done.stdout
        assert "2. 甲 96.50 ★★★★★" in done.stdout
        assert "5.1.3 资源配置" in done.stdout
        assert "变化" not in done.stdout

    def test_the_command_shows_progress_in_the_order_of_the_periods(self, tmp_path: Path) -> None:
        gone = {"kind": "not_applicable", "reason": "无", "confirmed_by": ["张明"]}
        new = self.file(tmp_path / "b.yaml", oracle.all_full(i5_1_1_1="none", i5_1_1_5=gone), 2026)
        old = self.file(tmp_path / "a.yaml", oracle.all_full(i5_1_3_1="none"), 2025)
        shown = run("compare", new, old).stdout
        assert "甲：96.50 → 98.99（+2.49），五星级 → 五星级" in shown
        assert "5.1.3.1 售后服务专项经费充足、使用规范 0.00% → 100.00%" in shown
        assert "5.1.1.1 法定资质与收费标准明示齐全规范 100.00% → 0.00%" in shown
        assert "100.00% → 不适用" in shown
        document = json.loads(run("compare", new, old, "--json").stdout)
        assert Fraction(document["progress"][0]["final_score_after"]) == Fraction(9800, 99)
        same = run(
            "compare", old, self.file(tmp_path / "c.yaml", oracle.all_full(i5_1_3_1="none"), 2027), "--lang", "en"
        ).stdout
        assert "Risen (0 indicators)\n  none" in same
        twice = run("compare", old, old, "--lang", "en").stdout  # no time has passed
        assert "Risen" not in twice
        assert "[undated-change, 6.1.5]" in twice
        undated = self.file(tmp_path / "d.yaml", oracle.all_full(), organisation="Ａ 甲")
        named = self.file(tmp_path / "e.yaml", oracle.all_full(), 2026, organisation="a甲")
        assert "[undated-change, 6.1.5]" in run("compare", undated, named).stdout
        later = self.file(tmp_path / "f.yaml", oracle.all_full(i5_1_1_1="none"), 2027, organisation="A甲")
        assert "100.00 → 99.00（-1.00）" in run("compare", later, named).stdout

    def test_two_organisations_have_no_change_over_time(self, tmp_path: Path) -> None:
        one = self.file(tmp_path / "a.yaml", oracle.all_full(), 2025, organisation="甲")
        other = self.file(tmp_path / "b.yaml", oracle.all_full(), 2026, organisation="乙")
        shown = run("compare", one, other).stdout
        assert "→" not in shown
        assert "undated-change" not in shown
        assert json.loads(run("compare", one, other, "--json").stdout)["progress"] == []

    def test_the_command_says_why_files_cannot_be_compared(self) -> None:
        done = run("compare", CHAIN, str(EXAMPLES / "food-ecommerce.yaml"))
        assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 2)
        assert "第 2 份的商品类别是“食品”，第 1 份是“家电”，不可对比 [not-comparable, 6.1.5]" in done.stderr
        assert {line.partition(": ")[0] for line in done.stderr.splitlines()} == {str(EXAMPLES / "food-ecommerce.yaml")}
        done = run("compare", CHAIN, str(EXAMPLES / "food-ecommerce.yaml"), "--json")
        problem = json.loads(done.stdout)["problems"][0]
        assert (done.returncode, problem["file"]) == (2, str(EXAMPLES / "food-ecommerce.yaml"))
        assert problem["path"] == "subject.product_category"
        assert "aftersales: 至少要有两份" in run("compare", CHAIN).stderr

    def test_a_bad_standard_is_reported_once(self, tmp_path: Path) -> None:
        path = tmp_path / "bad.yaml"
        path.write_text("id: X\n", "utf-8")
        once = run("standard", "--standard", str(path)).stderr
        assert run("compare", CHAIN, CHAIN, "--standard", str(path)).stderr == once != ""

    def test_every_bad_file_is_reported_with_its_name(self, tmp_path: Path) -> None:
        for name in ("a", "b"):
            (tmp_path / f"{name}.yaml").write_text("standard: X\nfindings: {}\n")
        paths = [str(tmp_path / f"{name}.yaml") for name in ("a", "b")]
        done = run("compare", *paths, CHAIN)
        assert done.returncode == 2
        assert [line.split(":")[0] for line in done.stderr.splitlines()] == paths
        problems = json.loads(run("compare", *paths, "--json").stdout)["problems"]
        assert [(problem["file"], problem["code"]) for problem in problems] == [
            (path, "unknown-standard") for path in paths
        ]

    @pytest.mark.parametrize("columns", [60, 80, 100])
    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_no_line_is_wider_than_the_terminal(self, lang: str, columns: int) -> None:
        cards = [
            result(oracle.all_full(i5_1_1_1="none"), ("2026-01-01", "2026-01-02"), organisation="名称很长的公司" * 9)
            for _ in range(4)
        ]
        lines = list(comparison_view.comparison_lines(compare(cards), FULL.standard, lang, columns))
        change = progress(FULL, result(oracle.all_full(i5_1_1_1="none")))
        lines += comparison_view.progress_lines(change, FULL.standard, lang, columns)
        assert max(map(score_view.width, lines)) <= columns
