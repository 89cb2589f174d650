"""The standard as data: chapter 5 compared with the text of the standard, and a violation of every invariant."""

from __future__ import annotations

import copy
import io
import itertools
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from support import oracle
from support.plain_yaml import from_yaml, to_yaml

import aftersales
from aftersales.problems.violations import ViolationError
from aftersales.standard.editions import data_folder
from aftersales.standard.standard import named_standard
from aftersales.standard.structure import star_signs

FILE = data_folder() / "standards" / "CTS_XBHT-S04-2025" / "2025-12-04.yaml"
PLAIN: dict[str, Any] = from_yaml(FILE.read_text("utf-8"))


class TestChapter5:
    def test_ids_points_and_titles_are_those_of_chapter_5(self) -> None:
        standard = aftersales.load_standard()
        assert [(node.id, node.points, node.title.zh) for node in standard.nodes] == [
            (node_id, oracle.POINTS[node_id], oracle.TITLES[node_id]) for node_id in oracle.POINTS
        ]

    def test_chapter_5_has_73_indicators_and_100_points(self) -> None:
        """4 categories, 20 subcategories, 73 indicators, 100 points."""
        standard = aftersales.load_standard()
        subcategories = [part for category in standard.categories for part in category.parts]
        assert (len(standard.categories), len(subcategories), len(standard.indicators)) == (4, 20, 73)
        assert standard.total_points == 100 == sum(indicator.points for indicator in standard.indicators)

    def test_only_5_1_2_2_has_a_limit_of_the_standards_own(self) -> None:
        """R4."""
        limited = {i.id: (i.at_least, i.at_most) for i in aftersales.load_standard().indicators if i.has_limit}
        assert limited == {"5.1.2.2": (Fraction(1, 10), None)}

    def test_only_the_limit_of_5_1_2_2_is_a_proportion_and_only_two_indicators_are_verified_by_sampling(self) -> None:
        """R4, and 6.2.2, which names training records and complaint cases."""
        indicators = aftersales.load_standard().indicators
        assert [indicator.id for indicator in indicators if indicator.proportion] == ["5.1.2.2"]
        assert [indicator.id for indicator in indicators if indicator.sampling] == ["5.1.2.6", "5.4.3.1"]


class TestClause6:
    def test_stars_as_signs_have_an_empty_one_for_each_that_is_not_reached(self) -> None:
        assert [star_signs(stars, of=5) for stars in (0, 1, 5)] == ["☆☆☆☆☆", "★☆☆☆☆", "★★★★★"]

    def test_the_pass_line_is_60_and_the_share_of_a_sample_two_thirds(self) -> None:
        """6.3.2: 60. 6.2.2: two thirds."""
        standard = aftersales.load_standard()
        assert (standard.pass_line, standard.sample_share) == (60, Fraction(2, 3))

    @pytest.mark.parametrize("limit", [60, 70, 75, 80, 90])
    def test_a_score_on_a_limit_has_the_higher_star_and_one_a_hair_below_has_not(self, limit: int) -> None:
        """6.3.3, R1: closed below."""
        standard, hair = aftersales.load_standard(), Fraction(1, 10**50)
        below, on, above = (standard.stars_of(limit + off) for off in (-hair, Fraction(0), hair))
        assert (below, on, above) == (on - 1, oracle.stars(Fraction(limit)), on)

    @pytest.mark.parametrize("limit", [60, 70, 75, 80, 90, 100])
    def test_a_ratio_that_only_rounding_moves_onto_a_limit_of_table_1_is_marked(self, limit: int) -> None:
        """R3: also onto 100 %."""
        ratio, hair = Fraction(limit, 100), Fraction(1, 10**6)
        standard = aftersales.load_standard()
        assert standard.printed_ratio(ratio - hair) == f"{limit}.00%(-)"
        assert standard.printed_ratio(ratio) == f"{limit}.00%"

    def test_stars_begin_at_a_limit_that_is_no_whole_number(self) -> None:
        data = copy.deepcopy(PLAIN) | {"id": "OWN", "pass_line": "60.5"}
        data["stars"][0]["lower"] = "60.5"
        standard = aftersales.Standard.model_validate(data)
        assert [standard.stars_of(Fraction(score)) for score in ("60.49", "60.5", "60.51")] == [0, 1, 1]

    def test_every_score_has_one_grade(self) -> None:
        standard = aftersales.load_standard()
        names = [standard.grade_of(standard.stars_of(Fraction(score))).grade.zh for score in range(101)]
        assert (
            names
            == ["不合格"] * 60
            + ["一星（达标）级"] * 10
            + ["二星（良好）级"] * 5
            + ["三星（优良）级"] * 5
            + ["四星（优秀）级"] * 10
            + ["五星（卓越）级"] * 11
        )

    def test_every_ratio_has_one_row_of_table_1(self) -> None:
        """6.2.4, R1: also 60 % to 61 %, which the printed table leaves out."""
        standard = aftersales.load_standard()
        for thousandth in range(1001):
            ratio = Fraction(thousandth, 1000)
            assert [row.row for row in standard.reference if row.holds(ratio)] == [oracle.row(ratio)]
            assert standard.reference_of(ratio).row == oracle.row(ratio)


def _set(*path: Any) -> Callable[[dict[str, Any]], None]:
    *inside, key, value = path

    def change(data: Any) -> None:
        for part in inside:
            data = data[part]
        if value is None:
            del data[key]
        else:
            data[key] = value

    return change


SUB = ("categories", 0, "subcategories", 0)
BROKEN: dict[str, tuple[Callable[[dict[str, Any]], None], str, str]] = {
    "an indicator weighs something else": (
        _set(*SUB, "indicators", 0, "points", "2"),
        "points-do-not-add-up",
        "categories[0].subcategories[0].points",
    ),
    "a subcategory's points are not its parts'": (
        _set(*SUB, "points", "6"),
        "points-do-not-add-up",
        "categories[0].subcategories[0].points",
    ),
    "a category's points are not its parts'": (
        _set("categories", 1, "points", "16"),
        "points-do-not-add-up",
        "categories[1].points",
    ),
    "the total is not the categories'": (_set("total_points", "101"), "points-do-not-add-up", "total_points"),
    "an indicator is left out": (
        _set(*SUB, "indicators", 2, None),
        "points-do-not-add-up",
        "categories[0].subcategories[0].points",
    ),
    "an id stands twice": (
        _set(*SUB, "indicators", 1, "id", "5.1.1.1"),
        "duplicate-id",
        "categories[0].subcategories[0].indicators[1].id",
    ),
    "an id is under another parent": (
        _set(*SUB, "indicators", 1, "id", "5.2.1.2"),
        "misplaced-id",
        "categories[0].subcategories[0].indicators[1].id",
    ),
    "an id is too deep": (
        _set(*SUB, "indicators", 1, "id", "5.1.1.2.1"),
        "misplaced-id",
        "categories[0].subcategories[0].indicators[1].id",
    ),
    "an id is out of order": (
        _set(*SUB, "indicators", 4, "id", "5.1.1.0"),
        "misplaced-id",
        "categories[0].subcategories[0].indicators[4].id",
    ),
    "an id is no number": (
        _set(*SUB, "indicators", 4, "id", "5.1.1.x"),
        "misplaced-id",
        "categories[0].subcategories[0].indicators[4].id",
    ),
    "an id has a number of five digits": (
        _set(*SUB, "indicators", 4, "id", "5.1.1.10000"),
        "misplaced-id",
        "categories[0].subcategories[0].indicators[4].id",
    ),
    "a category has another id than its parts": (
        _set("categories", 3, "id", "5.9"),
        "misplaced-id",
        "categories[3].id",
    ),
    "the stars leave a gap": (_set("stars", 1, "lower", "71"), "row-gap", "stars[1].lower"),
    "the stars overlap": (_set("stars", 1, "lower", "69"), "row-overlap", "stars[1].lower"),
    "the stars do not begin at the pass line": (_set("pass_line", "59"), "row-gap", "stars[0].lower"),
    "the stars end too early": (_set("stars", 4, "upper", "99"), "row-gap", "stars[4].upper"),
    "the stars end too late": (_set("stars", 4, "upper", "101"), "row-overlap", "stars[4].upper"),
    "a star is skipped": (_set("stars", 4, "stars", "6"), "misplaced-row", "stars[4].stars"),
    "a number of stars stands twice": (_set("stars", 4, "stars", "4"), "misplaced-row", "stars[4].stars"),
    "table 1 leaves a gap (60 % to 61 %)": (_set("reference", 1, "lower", "61%"), "row-gap", "reference[1].lower"),
    "table 1 overlaps": (_set("reference", 3, "lower", "74%"), "row-overlap", "reference[3].lower"),
    "table 1 begins above 0": (_set("reference", 0, "lower", "1%"), "row-gap", "reference[0].lower"),
    "table 1 ends below 1": (_set("reference", 5, "upper", "99%"), "row-gap", "reference[5].upper"),
    "a row of table 1 is skipped": (_set("reference", 5, "row", "7"), "misplaced-row", "reference[5].row"),
    "a row of table 1 stands twice": (_set("reference", 5, "row", "4"), "misplaced-row", "reference[5].row"),
    "points are not above 0": (
        _set(*SUB, "indicators", 0, "points", "0"),
        "out-of-range",
        "categories[0].subcategories[0].indicators[0].points",
    ),
    "a limit is not above 0": (
        _set("categories", 0, "subcategories", 1, "indicators", 1, "at_least", "0"),
        "out-of-range",
        "categories[0].subcategories[1].indicators[1].at_least",
    ),
    "an indicator has two limits": (
        _set("categories", 0, "subcategories", 1, "indicators", 1, "at_most", "20%"),
        "two-limits",
        "categories[0].subcategories[1].indicators[1]",
    ),
    "the sample share is 0": (_set("sample_share", "0"), "out-of-range", "sample_share"),
    "the sample share is above 1": (_set("sample_share", "3/2"), "out-of-range", "sample_share"),
    "a title has no Chinese": (
        _set(*SUB, "title", "zh", None),
        "missing-key",
        "categories[0].subcategories[0].title.zh",
    ),
    "a key is unknown": (_set("stars", 0, "colour", "gold"), "unknown-key", "stars[0].colour"),
    "a subcategory is empty": (_set(*SUB, "indicators", []), "empty-list", "categories[0].subcategories[0].indicators"),
    "the edition is no date": (_set("edition", "2025"), "not-a-date", "edition"),
}


class TestInvariants:
    @pytest.mark.parametrize("name", BROKEN)
    def test_a_broken_copy_of_the_standard_is_refused_for_what_is_broken(self, name: str, tmp_path: Path) -> None:
        change, code, path = BROKEN[name]
        data = copy.deepcopy(PLAIN)
        change(data)
        file = tmp_path / "standard.yaml"
        file.write_text(to_yaml(data), "utf-8")
        with pytest.raises(aftersales.StandardError) as caught:
            aftersales.load_standard(file)
        assert [(problem.code, problem.path) for problem in caught.value.problems] == [(code, path)]
        assert caught.value.problems[0].line is not None

    @pytest.mark.parametrize(("key", "clause"), [("stars", "6.3.3"), ("reference", "6.2.4")])
    def test_a_gap_names_the_clause_of_its_table(self, key: str, clause: str) -> None:
        data = copy.deepcopy(PLAIN)
        del data[key][2]
        with pytest.raises(aftersales.StandardError) as caught:
            aftersales.load_standard(data)
        assert {problem.clause for problem in caught.value.problems} == {clause}
        assert "row-gap" in {problem.code for problem in caught.value.problems}

    def test_a_band_of_one_value_is_empty(self) -> None:
        data = copy.deepcopy(PLAIN)
        data["stars"][1]["upper"] = data["stars"][1]["lower"]
        with pytest.raises(aftersales.StandardError) as caught:
            aftersales.load_standard(data)
        assert {problem.code for problem in caught.value.problems} == {"empty-band", "row-gap"}

    def test_categories_out_of_order_are_refused(self) -> None:
        data = copy.deepcopy(PLAIN)
        data["categories"].reverse()
        with pytest.raises(aftersales.StandardError) as caught:
            aftersales.load_standard(data)
        assert {problem.code for problem in caught.value.problems} == {"misplaced-id"}
        assert caught.value.problems[0].path == "categories[1].id"

    def test_parts_that_name_several_other_parents_are_each_misplaced(self) -> None:
        data = copy.deepcopy(PLAIN)
        parts = data["categories"][0]["subcategories"][0]["indicators"]
        for number, part in enumerate(parts, 1):
            part["id"] = f"5.{7 + number % 2}.1.{number}"
        with pytest.raises(aftersales.StandardError) as caught:
            aftersales.load_standard(data)
        assert [(problem.code, problem.path) for problem in caught.value.problems] == [
            ("misplaced-id", f"categories[0].subcategories[0].indicators[{place}].id") for place in range(len(parts))
        ]

    @pytest.mark.parametrize(("place", "id", "due"), [(0, "5.1.1.0", "5.1.1.1"), (4, "5.1.1.x", "5.1.1.5")])
    def test_an_id_out_of_place_is_answered_with_the_expected_one(self, place: int, id: str, due: str) -> None:
        data = copy.deepcopy(PLAIN)
        data["categories"][0]["subcategories"][0]["indicators"][place]["id"] = id
        with pytest.raises(aftersales.StandardError) as caught:
            aftersales.load_standard(data)
        assert [problem.message for problem in caught.value.problems] == [
            f"the id {id} is out of place; expected {due}"
        ]

    def test_rows_are_numbered_in_order_however_many_they_are(self) -> None:
        """300 ratings between the pass line and the full score."""
        data = copy.deepcopy(PLAIN) | {"id": "OWN"}
        limits = [str(60 + Fraction(40 * k, 300)) for k in range(301)]
        bands = itertools.pairwise(limits)
        data["stars"] = [
            data["stars"][0] | {"stars": k, "lower": lower, "upper": upper} for k, (lower, upper) in enumerate(bands, 1)
        ]
        assert aftersales.Standard.model_validate(data).stars_of(Fraction(100)) == 300

    def test_a_band_that_ends_before_it_begins_is_refused(self) -> None:
        data = copy.deepcopy(PLAIN)
        data["stars"][1]["upper"] = "65"
        with pytest.raises(aftersales.StandardError) as caught:
            aftersales.load_standard(data)
        assert "empty-band" in {problem.code for problem in caught.value.problems}

    def test_a_file_of_the_standard_s_own_data_is_the_standard(self, tmp_path: Path) -> None:
        file = tmp_path / "standard.yml"
        file.write_text(to_yaml(PLAIN), "utf-8")
        bundled = aftersales.load_standard(edition="2025-12-04")
        assert aftersales.load_standard(file) == bundled
        assert aftersales.load_standard(io.StringIO(file.read_text("utf-8"))) == bundled

    def test_a_standard_that_cannot_be_read_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(aftersales.StandardError) as caught:
            aftersales.load_standard(tmp_path / "none.yaml")
        assert [problem.code for problem in caught.value.problems] == ["unreadable-file"]
        text = FILE.read_text("utf-8")
        with pytest.raises(aftersales.StandardError) as caught:
            aftersales.load_standard(io.StringIO(text + "pass_line: 60\n"))
        assert [problem.code for problem in caught.value.problems] == ["duplicate-key"]


class TestSomebodyElsesStandard:
    """A small standard of another shape scores by its own numbers: none stands in the code."""

    TEXT = """
id: OWN 1
edition: 2026-01-01
title: {zh: 自有标准, en: Own standard}
total_points: 10
sample_share: 1/2
pass_line: 5
stars:
  - {stars: 1, lower: 5, upper: 8, grade: {zh: 一级, en: one}, meaning: {zh: 一级, en: one}}
  - {stars: 2, lower: 8, upper: 10, grade: {zh: 二级, en: two}, meaning: {zh: 二级, en: two}}
no_star: {grade: {zh: 无, en: none}, meaning: {zh: 无, en: none}}
reference:
  - {row: 0, lower: 0, upper: 1/2, guidance: {zh: 低, en: low}}
  - {row: 1, lower: 1/2, upper: 1, guidance: {zh: 高, en: high}}
categories:
  - id: "1.1"
    points: 10
    title: {zh: 类, en: category}
    subcategories:
      - id: 1.1.1
        points: 10
        title: {zh: 中类, en: subcategory}
        indicators:
          - {id: 1.1.1.1, points: 7, at_most: 24, title: {zh: 甲, en: first}}
          - {id: 1.1.1.2, points: 3, title: {zh: 乙, en: second}}
"""

    def test_a_standard_of_another_shape_scores_by_its_own_numbers(self) -> None:
        standard = aftersales.load_standard(io.StringIO(self.TEXT))
        evaluation = aftersales.load_evaluation(
            io.StringIO(
                "standard: OWN 1\n"
                "findings:\n"
                "  1.1.1.1: {kind: quantitative, actual: 48}\n"
                "  1.1.1.2: {kind: sampled, population: 4, sampled: 2, nonconforming: 1}\n"
            ),
            standard,
        )
        card = aftersales.score(evaluation, standard)
        # 7 x 24/48 + 3 x (1 - 1/2) = 5
        assert (card.final_score, card.stars, card.passed) == (5, 1, True)
        assert "1.1.1.1" in str(card.explain())
        assert card.explain("1.1.1.1").working == "7 × 24 ÷ 48"

    def test_digits_suggest_the_id_that_has_them_but_none_that_share_them(self) -> None:
        """1.1.1.2 is the only id of the digits 1112; those of 11111 are 1.1.1.11 and 1.1.11.1."""
        data = from_yaml(self.TEXT)
        title, numbers = {"zh": "名", "en": "name"}, range(1, 12)
        parts = {1: [f"1.1.1.{k}" for k in numbers]} | {k: [f"1.1.{k}.1"] for k in numbers[1:]}
        data["total_points"] = data["categories"][0]["points"] = 21
        data["stars"][1]["upper"] = 21
        data["categories"][0]["subcategories"] = [
            {
                "id": f"1.1.{k}",
                "points": len(ids),
                "title": title,
                "indicators": [{"id": each, "points": 1, "title": title} for each in ids],
            }
            for k, ids in parts.items()
        ]
        with pytest.raises(aftersales.EvaluationError) as caught:
            aftersales.load_evaluation(
                {"standard": "OWN 1", "findings": {"1112": "full", "11111": "full"}}, aftersales.load_standard(data)
            )
        alone, shared = (problem.message for problem in caught.value.problems)
        assert "did you mean '1.1.1.2'?" in alone
        assert "did you mean" not in shared

    def test_an_evaluation_by_a_standard_that_is_not_bundled_needs_the_standard(self) -> None:
        with pytest.raises(aftersales.EvaluationError) as caught:
            aftersales.load_evaluation({"standard": "OWN 1", "findings": {}})
        assert [problem.code for problem in caught.value.problems] == ["unknown-standard"]


class TestBundled:
    def test_the_newest_bundled_edition_is_taken_or_the_one_that_is_named(self) -> None:
        standard = aftersales.load_standard()
        assert named_standard(standard.id) is named_standard(standard.id, standard.edition)

    def test_load_standard_takes_the_edition_by_name_alone(self) -> None:
        assert aftersales.load_standard(source=FILE, edition="2025-12-04") == aftersales.load_standard(
            edition="2025-12-04"
        )
        with pytest.raises(TypeError, match="positional"):
            aftersales.load_standard(FILE, "2025-12-04")

    def test_an_edition_that_is_not_bundled_is_refused(self) -> None:
        standard = aftersales.load_standard()
        with pytest.raises(ViolationError) as caught:
            named_standard(standard.id, standard.edition.replace(year=2031))
        assert caught.value.violations[0].code == "unknown-edition"

    def test_the_fingerprint_of_a_standard_is_of_its_content(self) -> None:
        standard = aftersales.load_standard()
        assert aftersales.Standard.model_validate(standard.model_dump(mode="json")).sha256 == standard.sha256
        assert standard.model_copy(update={"id": "OWN 2"}).sha256 != standard.sha256

    def test_an_id_that_the_standard_has_not_is_a_key_error(self) -> None:
        standard = aftersales.load_standard()
        assert "5.1.9" not in standard
        with pytest.raises(KeyError):
            standard["5.1.9"]
