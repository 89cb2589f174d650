"""A standard of another shape works in every feature, and nothing that it shows is of the bundled one."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pytest
from matplotlib.text import Text
from support.command import run
from support.green import GREEN, ID, document, own, plan, shown_by

import aftersales
from aftersales import batch, load_standard
from aftersales.evaluation.blank_form import blank_form
from aftersales.standard import standard as standards
from aftersales.views.register import register_lines

TRACES = re.compile(
    r"XBHT|商品售后服务|after-sales|售后服务|星(?!期)"
    r"""|(?<![\w".-])[Ss]tars?(?![\w"-])"""  # but for keys, options and codes
    r"|[Tt]able 1|表 ?1(?!\d)"
    r"|(?<![\d.])(?:[67]\.[1-3](?:\.\d)?|4\.5|5\.[1-4]\.\d(?:\.\d)?)(?![\d.%])"
)


@pytest.fixture(autouse=True)
def empty_register(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standards, "_registered", {})


@pytest.fixture(params=["zh", "en"], scope="module")
def shown(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return dict(shown_by(load_standard(GREEN), tmp_path_factory.mktemp("green"), request.param))


class TestWhatIsShown:
    def test_nothing_is_of_the_bundled_standard(self, shown: dict[str, str]) -> None:
        texts = shown | {
            "form": shown["form"].replace("表 1 档次", "").replace("表1对照", "")
        }  # by which a form is read
        found = {
            name: [text[max(0, at.start() - 40) : at.end() + 20] for at in TRACES.finditer(text)]
            for name, text in texts.items()
        }
        assert {name: traces for name, traces in found.items() if traces} == {}

    def test_what_it_is_called_and_cited_by_is_its_own(self, shown: dict[str, str]) -> None:
        told = "\n".join(shown.values())
        lang = "zh" if "评价报告" in shown["report"] else "en"
        words = {
            "zh": [
                "绿色门店水平评价报告",
                "绿色门店水平评价计划",
                "等级证书",
                "表 A.1",
                "绿枝级",
                '可写一项，如 "4.3.1',
            ],
            "en": [
                "Evaluation report on green shop performance",
                "Level Certificate",
                "table A.1",
                "level certificate",
            ],
        }
        words["zh"].append("依据评价标准第 10.5 条")
        words["en"].append("clause 10.5 of the standard")
        assert [word for word in words[lang] if word not in told] == []
        levels = {"zh": "将其绿级由绿枝级降为绿芽级", "en": "from Branch to Sprout"}
        assert levels[lang] in shown["docx notice"]
        assert levels[lang].replace(" ", "") in shown["pdf notice"]
        assert "填写 0 至 4" in shown["form"]
        bars = shown["html report"].split("<svg")[2].split("</svg>")[0]
        marks = re.findall(r">(\d+)</text>", bars)  # of levels from 100, 130, 150 and 180 points of 200, beside ratios
        assert marks == ["50", "65", "75", "90"]
        assert "抽样数不少于总样本数的 0.5，或覆盖全部服务网点（8.4）。" in shown["form"]


class TestOtherShapes:
    """A standard of one level, one category and one subcategory."""

    SMALL = own(
        total_points=70,
        pass_line=40,
        stars=[own()["stars"][0] | {"lower": 40, "upper": 70}],
        categories=[
            {
                "id": "4.1",
                "points": 70,
                "title": {"zh": "能源", "en": "Energy"},
                "subcategories": [own()["categories"][0]["subcategories"][0] | {"id": "4.1.1", "points": 70}],
            }
        ],
    )

    def test_one_star_is_as_large_as_each_of_five_and_a_radar_has_a_shape(self) -> None:
        standard = load_standard(self.SMALL)
        findings = {"4.1.1.1": "full"} | {key: document(standard)["findings"][key] for key in ("4.1.1.2", "4.1.1.3")}
        data = document(standard) | {"findings": findings}
        card = aftersales.score(aftersales.load_evaluation(data, standard), standard)
        # 30 + 25 x 40/50 + 15 x 15/30 = 57.5 of 70
        assert (str(card.final_score), card.stars) == ("115/2", 1)
        page = aftersales.make_report(card, draft=True).typeset("html").decode()
        widths = re.findall(r'<figure style="width: (\d+)%"', page)
        assert (widths[0], len(widths)) == ("6", 2)  # the star, and the bars


class TestRowsThatAreNoLevels:
    """A table with more or fewer rows than levels: rows are named by their numbers, and 7.1 e compares with scores.

    4.1.1.1 is met by 80%. 174 of 195 points are 178.46 of 200: Branch. The next level is Tree, from 180 of 200 on, 90%.
    Of the subcategories only 4.1.1 is below, with 51.5 of 70.
    """

    @staticmethod
    def card(rows: int) -> aftersales.Scorecard:
        guidance = {"zh": "要点。", "en": "Point."}
        limits = [f"{k}/{rows}" for k in range(rows + 1)]
        bands = pairwise(limits)
        table = [
            {"row": k, "lower": lower, "upper": upper, "guidance": guidance} for k, (lower, upper) in enumerate(bands)
        ]
        standard = load_standard(own(reference=table))
        found = {"4.1.1.1": {"kind": "qualitative", "degree": "80%", "reason": "两处常明灯"}}
        return aftersales.score(aftersales.load_evaluation(document(standard, **found), standard), standard)

    @pytest.mark.parametrize(("rows", "row"), [(1, 0), (3, 2), (9, 7)])
    @pytest.mark.parametrize(
        ("lang", "named", "measure", "strong"),
        [
            ("zh", "第 {} 档", "以绿树级的最低总体评分比例 90% 为尺度", "评分比例不低于 90%"),
            ("en", "row {}", "The measure is 90%, the lowest ratio of the whole for 'Tree'.", "ratio of 90% or more"),
        ],
    )
    def test_a_report_names_rows_that_are_no_levels(
        self, rows: int, row: int, lang: aftersales.Language, named: str, measure: str, strong: str
    ) -> None:
        report = aftersales.make_report(self.card(rows), draft=True)
        text = report.typeset("md", lang).decode()
        assert measure in text
        [line] = [line for line in text.splitlines() if line.startswith("| 4.1.1.1 |") and "| 24 |" in line]
        assert f"| {named.format(row)} |" in line
        assert "★" not in text
        [line] = [line for line in report.summary("md", lang).decode().splitlines() if strong in line]
        assert [id for id in ("4.1.1", "4.1.2", "4.2.1", "4.3.2") if f"{id} " in line] == ["4.1.2", "4.2.1", "4.3.2"]

    @pytest.mark.parametrize(("rows", "rings"), [(1, []), (2, ["50%"]), (3, ["100/3%", "200/3%"])])
    def test_a_radar_has_a_ring_for_the_lowest_and_the_highest_limit(self, rows: int, rings: list[str]) -> None:
        texts = [text.get_text() for text in aftersales.plot(self.card(rows), "radar").findobj(Text)]
        assert [text for text in texts if text.endswith("%") and " " not in text] == rings


class TestFormsAreReadBack:
    def test_a_form_by_another_standard_is_read_back(self, tmp_path: Path) -> None:
        standard = load_standard(GREEN)
        evaluation = aftersales.load_evaluation(document(standard), standard)
        path = tmp_path / "form.xlsx"
        path.write_bytes(aftersales.write_workbook(standard, evaluation))
        assert aftersales.load_evaluation(path, standard).findings == evaluation.findings

    def test_a_plan_by_another_standard_is_read_back_from_its_workbook(self, tmp_path: Path) -> None:
        standard = load_standard(GREEN)
        made = aftersales.EvaluationPlan.model_validate(plan(standard))
        path = tmp_path / "plan.xlsx"
        path.write_bytes(aftersales.write_plan_workbook(standard, made))
        assert aftersales.load_plan(path, standard).assignments == made.assignments
        assert aftersales.load_evaluation(made.form(standard).encode(), standard).standard == ID

    def test_a_limit_is_shown_where_the_title_does_not_say_it(self) -> None:
        assert "用电" in (form := blank_form(load_standard(GREEN)))
        assert "（规定值：" not in form
        silent = json.dumps(own(), ensure_ascii=False).replace("不超过 40", "低").replace("不低于 30%", "高").encode()
        form = blank_form(load_standard(silent))
        assert "与 actual）（规定值：≤ 40）" in form
        assert "与 actual）（规定值：≥ 30%）" in form


class TestTables:
    def test_rows_are_scored_by_the_standard_that_is_given(self) -> None:
        standard = load_standard(GREEN)
        evaluation = aftersales.load_evaluation(document(standard), standard)
        card = aftersales.score(evaluation, standard)
        ratios = {indicator.id: card[indicator.id].ratio for indicator in standard.indicators}
        shares = {key: None if ratio is None else float(ratio) for key, ratio in ratios.items()}
        table = pa.table({key: pa.array([share], pa.float64()) for key, share in shares.items()})
        [row] = batch.score_table(table, standard, null="not_applicable", exact=True).to_pylist()
        assert (row["exact_score"], row["stars"]) == (str(card.final_score), card.stars)


class TestWithoutTerms:
    """A standard without a term of a report or of a certificate says so, and names its own clause."""

    def test_the_report_has_no_due_date(self) -> None:
        with pytest.raises(aftersales.PaperError) as refused:
            aftersales.report_due("2026-06-03", load_standard(GREEN))
        [problem] = refused.value.problems
        assert (problem.code, problem.clause) == ("no-term", "10.1")
        assert ID in problem.message

    def test_every_paper_finds_a_registered_standard_by_its_id(self) -> None:
        standard = aftersales.register_standard(GREEN)
        card = aftersales.score(aftersales.load_evaluation(document(standard)))
        report = aftersales.make_report(card, number="R-1", issued_on="2026-06-10")
        certificate = aftersales.issue(report, "2026-06-15", "N-1")
        assert aftersales.load_certificate(certificate.model_dump(mode="json")) == certificate
        assert certificate.notice("2027-01-15").typeset("md").decode().count("10.5") == 1
        assert aftersales.load_plan(plan(standard)).gaps() == ()
        with pytest.raises(aftersales.PaperError, match=r"missing-in-plan, 8\.1\.2"):
            aftersales.load_plan({"standard": ID, "type": "self"})
        assert [remark.clause for remark in aftersales.examine(document(standard)).remarks] == ["2.2", "2.2"]

    def test_a_stored_result_with_another_figure_cites_its_clauses(self) -> None:
        standard = aftersales.register_standard(GREEN)
        stored = aftersales.score(aftersales.load_evaluation(document(standard))).model_dump(mode="json")
        identity = {key: value for key, value in stored["standard"].items() if key != "definition"}
        bundled = aftersales.score(aftersales.load_example("home-appliance-chain")).model_dump(mode="json")
        told = [stored, stored | {"standard": identity}, bundled, stored | {"standard": 1}]
        clauses = [
            {
                problem.clause
                for problem in aftersales.examine_scorecard(json.dumps(each | {"stars": 7}).encode()).problems
            }
            for each in told
        ]
        assert clauses == [{"8.6"}, {"8.6"}, {"6.2.3"}, {None}]

    def test_a_stored_result_of_other_rules_than_the_registered_ones_is_remarked(self) -> None:
        standard = load_standard(GREEN)
        stored = aftersales.score(aftersales.load_evaluation(document(standard), standard), standard)
        text = json.dumps(stored.model_dump(mode="json")).encode()
        assert aftersales.examine_scorecard(text).remarks == ()
        held = standard.model_copy(update={"title": aftersales.Bilingual(zh="更正", en="Corrected")})
        aftersales.register_standard(held)
        assert aftersales.examine_scorecard(text).remarks == ()  # it is opened with the texts that it holds
        standards._registered.clear()
        aftersales.register_standard(standard.model_copy(update={"valid_years": 9}))
        examined = aftersales.examine_scorecard(text)
        assert examined.scorecard == stored
        [remark] = examined.remarks
        assert (remark.code, remark.path) == ("result-of-other-rules", "standard")
        assert "已登记的标准" in remark.message_zh
        assert "registered GS 12-2026" in remark.message
        assert "(different: valid_years)" in remark.message

    def test_a_stored_result_without_its_standard_is_reported_of_its_table(self) -> None:
        standard = aftersales.register_standard(GREEN)
        stored = aftersales.score(aftersales.load_evaluation(document(standard))).model_dump(mode="json")
        identity = {key: value for key, value in stored["standard"].items() if key != "definition"} | {
            "sha256": "0" * 64
        }
        [remark] = aftersales.examine_scorecard(json.dumps(stored | {"standard": identity}).encode()).remarks
        assert "（如表 A.1 的评价要点）" in remark.message_zh
        assert "such as the guidance of table A.1," in remark.message


class TestLevels:
    """A level is named by its grade; for the bundled standard by its stars."""

    @pytest.mark.parametrize(
        ("stars", "zh", "en"), [(0, "未入级", "No level"), (1, "绿芽级", "Sprout"), (4, "绿树级", "Tree")]
    )
    def test_levels_of_another_body_have_their_own_names(self, stars: int, zh: str, en: str) -> None:
        level = load_standard(GREEN).level(stars)
        assert (level.text("zh"), level.text("en")) == (zh, en)

    def test_a_number_without_a_level_is_named_by_itself(self) -> None:
        level = load_standard(GREEN).level(9)
        assert (level.text("zh"), level.text("en")) == ("第 9 级", "level 9")

    def test_problems_name_levels_by_their_grades(self) -> None:
        """180 points of 200 are Tree, the fourth of four levels; 150 to 180 are Branch."""
        standard = load_standard(GREEN)
        card = aftersales.score(aftersales.load_evaluation(document(standard), standard), standard)
        facts = {
            "standard": ID,
            "edition": "2026-05-01",
            "organisation": "甲",
            "final_score": 170,
            "issued": "2026-06-15",
        }
        lowered = {"kind": "downgrade", "on": "2026-07-01", "grounds": "breach_of_law", "reason": "违法"}
        told = []
        for changes in ({"stars": 4}, {"stars": 3, "events": [lowered | {"stars": 3}]}):
            with pytest.raises(aftersales.PaperError) as refused:
                aftersales.load_certificate(facts | changes, standard)
            told += refused.value.problems
        with pytest.raises(aftersales.AdviceError) as refused:
            aftersales.improvements(card, 5)
        told += refused.value.problems
        certificate = aftersales.load_certificate(
            facts | {"organisation": "绿叶商场", "stars": 3, "issued": "2026-05-01"}, standard
        )
        audit = aftersales.Surveillance(on="2026-06-20", passed=True, star_kept=False)
        with pytest.raises(aftersales.PaperError) as refused:
            certificate.audit(card, audit)
        told += refused.value.problems
        assert [(problem.code, problem.message_zh, problem.message) for problem in told] == [
            ("stars-mismatch", "最终得分 170 分对应绿枝级，所写为绿树级", "a score of 170 gives Branch, not Tree"),
            (
                "not-a-downgrade",
                "降级后须低于现有的绿枝级，所写为绿枝级",
                "a downgrade to Branch; it has to be below Branch, which it has",
            ),
            (
                "unknown-stars",
                "标准没有第 5 级；可用：1（绿芽级）、2（绿叶级）、3（绿枝级）、4（绿树级）",
                "there is no rating 5; there are: 1 (Sprout), 2 (Leaf), 3 (Branch), 4 (Tree)",
            ),
            (
                "star-kept-differs",
                "所依据的评价为绿枝级，须保持的是绿枝级；“绿级水平是否保持”与此不符",
                "by its evaluation the audit found Branch, with Branch to be kept, which is not what the audit says",
            ),
        ]

    def test_confidence_and_ranking_name_levels_by_their_grades(self) -> None:
        standard = load_standard(GREEN)
        failing = dict.fromkeys(("4.1.1.1", "4.1.2.1", "4.2.1.1", "4.2.1.5"), "none")
        cards = [
            aftersales.score(aftersales.load_evaluation(document(standard, **findings), standard), standard)
            for findings in ({}, failing)
        ]
        comparison = aftersales.compare(cards)
        assert [ranked.grade for ranked in comparison.ranking] == [card.grade.grade for card in cards]
        page = aftersales.html_of(comparison) or ""
        assert "★★★ 绿枝级<" in page
        assert ">未入级<" in page
        chances = aftersales.confidence(cards[1])
        assert [chance.grade and chance.grade.en for chance in chances.chances] == ["No level"]
        assert "No level<" in (aftersales.html_of(chances, "en") or "")
        figure = aftersales.plot(chances)
        assert "未入级" in [text.get_text() for text in figure.findobj(Text)]

    def test_changes_and_bounds_name_levels_by_their_grades(self) -> None:
        standard = load_standard(GREEN)
        failing = dict.fromkeys(("4.1.1.1", "4.1.2.1", "4.2.1.1", "4.2.1.5"), "none")
        later = {"period": {"start": "2027-05-20", "end": "2027-05-21"}}
        before, after = (
            aftersales.score(aftersales.load_evaluation(data, standard), standard)
            for data in (document(standard), document(standard, **failing) | later)
        )
        still = aftersales.load_evaluation(document(standard) | {"findings": {}}, standard)
        for result in (
            aftersales.progress(before, after),
            aftersales.what_if(before, failing),
            aftersales.bounds(still, standard),
        ):
            page, figure = aftersales.html_of(result) or "", aftersales.plot(result)
            assert "未入级" in page
            assert any("未入级" in text.get_text() for text in figure.findobj(Text))
            assert "不合格" not in page
            former = type(result).model_validate(
                {key: value for key, value in result.model_dump(mode="json").items() if not key.startswith("grade")}
            )
            assert "不合格" in (aftersales.html_of(former) or "")

    @pytest.mark.parametrize(
        "grounds", ["未保持星级水平且未按期完成整改", "未保持绿级水平且未按期完成整改", "star_not_kept"]
    )
    def test_the_grounds_of_a_decision_are_taken_in_the_words_of_the_help_too(
        self, grounds: str, tmp_path: Path
    ) -> None:
        facts = {"standard": ID, "edition": "2026-05-01", "organisation": "甲", "final_score": 170, "stars": 3}
        (tmp_path / "a.json").write_text(json.dumps(facts | {"issued": "2026-06-15"}), "utf-8")
        decided = ["--stars", "2", "--grounds", grounds, "--reason", "未整改"]
        file = str(tmp_path / "a.json")
        done = run("record", file, "downgrade", "--on", "2026-07-01", *decided, "--standard", str(GREEN))
        assert (done.returncode, done.stderr) == (0, "")
        [event] = json.loads((tmp_path / "a.json").read_text("utf-8"))["events"]
        assert event["grounds"] == "star_not_kept"

    def test_a_register_draws_as_many_stars_as_the_standard_has_levels(self, tmp_path: Path) -> None:
        standard = load_standard(GREEN)
        facts = {"standard": ID, "edition": "2026-05-01", "organisation": "甲", "final_score": 170, "stars": 3}
        (tmp_path / "a.json").write_text(json.dumps(facts | {"issued": "2026-06-15"}), "utf-8")
        register = aftersales.register(tmp_path, "2026-07-01", standard)
        assert register.entries[0].top == 4
        assert "★★★☆ " in "\n".join(register_lines(register))
        assert "★★★☆<" in aftersales.html_of(register)

    @pytest.mark.parametrize(
        ("stars", "zh", "en"), [(0, "未获星级", "0 stars"), (1, "一星级", "1 star"), (5, "五星级", "5 stars")]
    )
    def test_the_levels_of_the_bundled_standard_are_named_by_their_stars(self, stars: int, zh: str, en: str) -> None:
        level = load_standard().level(stars)
        assert (level.text("zh"), level.text("en")) == (zh, en)


class TestDerivations:
    def test_the_row_is_of_the_own_table_also_when_read_back(self) -> None:
        standard = load_standard(GREEN)
        card = aftersales.score(aftersales.load_evaluation(document(standard), standard), standard)
        step = card.explain("4.1.1.1")
        told = {lang: step.lines(lang)[-1] for lang in ("zh", "en")}
        assert told == {"zh": "表 A.1 档次：判定区间 [75%, 90%)（R1）", "en": "table A.1: read as [75%, 90%) (R1)"}
        assert type(step).model_validate_json(step.model_dump_json()) == step

    def test_that_of_the_bundled_standard_has_the_keys_that_it_had(self) -> None:
        step = aftersales.score(aftersales.load_example("home-appliance-chain")).explain("5.1.1.1")
        assert "row" not in step.model_dump(mode="json")
        assert step.lines()[-1] == "表 1 档次：判定区间 [90%, 100%]（R1）"
