"""6.2.1, R22: a result keeps its edition; files that resemble a bundled standard."""

from __future__ import annotations

import doctest
import importlib
import io
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

import pytest
from support import oracle
from support.plain_yaml import from_yaml

import aftersales
from aftersales.certification.certificate.conditions import issue_violations
from aftersales.cli.command import main
from aftersales.standard import standard as standards
from aftersales.standard.editions import data_folder
from aftersales.views.certificate import certificate_lines
from aftersales.views.comparison import comparison_lines
from aftersales.views.scorecard import score_lines

TOP = Path(__file__).parents[2]
OLD, NEW = "2025-12-04", "9999-01-01"
EDITIONS = {path.stem: path for path in (data_folder() / "standards" / "CTS_XBHT-S04-2025").glob("*.yaml")}
BUNDLED = EDITIONS[OLD]


def bundled_text() -> str:
    return BUNDLED.read_text("utf-8")


@pytest.fixture
def newer_edition(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A further bundled edition, in which four stars reach to 95 and the sample is three quarters."""
    text = (
        bundled_text()
        .replace(f'edition: "{OLD}"', f'edition: "{NEW}"')
        .replace("sample_share: 2/3", "sample_share: 3/4")
    )
    text = text.replace("{stars: 4, lower: 80, upper: 90", "{stars: 4, lower: 80, upper: 95")
    text = text.replace("{stars: 5, lower: 90, upper: 100", "{stars: 5, lower: 95, upper: 100")
    path = tmp_path / f"{NEW}.yaml"
    path.write_text(text, "utf-8")
    editions = {"CTS XBHT-S04-2025": EDITIONS | {NEW: path}}
    monkeypatch.setattr(standards, "bundled_files", lambda: editions)


def of_92_points(**others: Any) -> dict[str, Any]:
    """An evaluation of exactly 92 points, which names no edition."""
    return oracle.document(
        oracle.all_full(i5_1_3_1="none", i5_1_3_2="none", i5_1_4_2="none", i5_1_1_1="none"), **others
    )


class TestAResultKeepsItsEdition:
    def test_a_scorecard_names_the_edition(self) -> None:
        card = aftersales.score(aftersales.load_evaluation(of_92_points()))
        assert str(card.evaluation.edition) == max(EDITIONS)
        assert card.model_dump(mode="json")["evaluation"]["edition"] == max(EDITIONS)

    def test_an_edition_that_is_named_stays(self) -> None:
        evaluation = aftersales.load_evaluation(of_92_points(edition=OLD))
        assert aftersales.score(evaluation).evaluation is evaluation

    def test_a_scorecard_made_by_hand_names_the_edition(self) -> None:
        evaluation = aftersales.load_evaluation(of_92_points())
        card = aftersales.Scorecard(standard=aftersales.load_standard(), evaluation=evaluation)
        assert str(card.evaluation.edition) == max(EDITIONS)
        assert card == aftersales.score(evaluation)

    def test_a_newer_edition_changes_no_old_star(self, request: pytest.FixtureRequest) -> None:
        old = aftersales.score(aftersales.load_evaluation(of_92_points()))
        stored = old.model_dump(mode="json")
        request.getfixturevalue("newer_edition")
        new = aftersales.score(aftersales.load_evaluation(of_92_points()))
        assert (old.stars, new.stars, str(new.evaluation.edition)) == (5, 4, NEW)
        assert aftersales.score(old.evaluation).stars == 5
        assert aftersales.Scorecard.model_validate(stored).stars == 5
        assert aftersales.score(aftersales.load_evaluation(stored["evaluation"])).stars == 5

    @pytest.mark.usefixtures("newer_edition")
    def test_each_edition_judges_by_its_own_rules(self) -> None:
        sample = {"kind": "sampled", "population": 12, "sampled": 8, "nonconforming": 0}
        findings = oracle.all_full(i5_1_2_6=sample)
        assert aftersales.score(aftersales.load_evaluation(oracle.document(findings, edition=OLD))).stars == 5
        with pytest.raises(aftersales.EvaluationError, match="sample-too-small"):
            aftersales.load_evaluation(oracle.document(findings))

    @pytest.mark.usefixtures("newer_edition")
    def test_load_standard_takes_an_edition(self) -> None:
        assert str(aftersales.load_standard().edition) == NEW
        assert str(aftersales.load_standard(edition=OLD).edition) == OLD
        with pytest.raises(aftersales.StandardError, match="unknown-edition"):
            aftersales.load_standard(edition="2020-01-01")
        with pytest.raises(aftersales.StandardError, match="not-a-date"):
            aftersales.load_standard(edition="2025")
        with pytest.raises(aftersales.StandardError, match="unknown-edition"):
            aftersales.load_standard(BUNDLED, edition=NEW)
        assert str(aftersales.load_standard(BUNDLED, edition=OLD).edition) == OLD

    @pytest.mark.usefixtures("newer_edition")
    @pytest.mark.parametrize("name", ["home-appliance-chain", "software-service-vendor", "food-ecommerce"])
    def test_the_examples_name_their_edition(self, name: str) -> None:
        card = aftersales.score(aftersales.load_evaluation(data_folder() / "examples" / f"{name}.yaml"))
        assert str(card.standard.edition) == OLD

    @pytest.mark.usefixtures("newer_edition")
    def test_plans_and_their_forms_name_their_edition(self) -> None:
        plan = aftersales.load_plan(data_folder() / "plans" / "home-appliance-chain.yaml")
        assert str(plan.edition) == OLD
        unnamed = plan.model_copy(update={"edition": None})
        assert f"edition: '{NEW}'" in unnamed.form()
        old = aftersales.load_standard(edition=OLD)
        assert f"edition: '{OLD}'" in unnamed.form(old)

    def test_the_conformance_cases_name_their_edition(self) -> None:
        for file in (data_folder() / "conformance").glob("*.yaml"):
            assert from_yaml(file.read_text("utf-8"))["edition"] == OLD, file


def altered(**changes: str) -> str:
    text = bundled_text()
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    return text


ALTERED = [
    pytest.param("pass_line: 60", "pass_line: 50", "pass_line", id="the pass line"),
    pytest.param("sample_share: 2/3", "sample_share: 1/2", "sample_share", id="the sample share"),
    pytest.param("valid_years: 3", "valid_years: 5", "valid_years", id="the term"),
    pytest.param("audit_every_months: 12", "audit_every_months: 18", "audit_every_months", id="the audits"),
    pytest.param("report_working_days: 15", "report_working_days: 30", "report_working_days", id="the report's term"),
    pytest.param("at_least: 10%, proportion: true", "at_least: 5%, proportion: true", "5.1.2.2", id="a limit"),
    pytest.param(", proportion: true,", ",", "5.1.2.2", id="the mark of a proportion"),
]


class TestAStandardThatLooksLikeABundledOne:
    def sources(self, text: str, tmp_path: Path) -> list[Any]:
        path = tmp_path / "like.yaml"
        path.write_text(text, "utf-8")
        return [path, io.StringIO(text), from_yaml(text), text.encode()]

    @pytest.mark.parametrize(("old", "new", "name"), ALTERED)
    def test_other_rules_under_the_name_of_a_bundled_standard_are_refused(
        self, old: str, new: str, name: str, tmp_path: Path
    ) -> None:
        text = altered(**{old: new})
        if old == "pass_line: 60":
            text = text.replace("{stars: 1, lower: 60", "{stars: 1, lower: 50")
        for source in self.sources(text, tmp_path):
            with pytest.raises(aftersales.StandardError) as refused:
                aftersales.load_standard(source)
            [problem] = refused.value.problems
            assert (problem.code, problem.path) == ("altered-standard", "id")
            assert name in problem.message

    @pytest.mark.parametrize(
        "name",
        [
            "CTS XBHT-S04-2025\u200b",
            "CTS XBHT-S04-2025 ",
            "CTS  XBHT-S04-2025",
            "CTS\u00a0XBHT-S04-2025",
            "CTS XBHT\u2011S04\u20112025",
            "CTS XBHT\u2212S04\u22122025",
            "ＣＴＳ XBHT-S04-2025",
            "cts xbht-s04-2025",
            "CTSXBHT-S04-2025",
            "\u0421TS XBHT-S04-2025",
            "C\u03a4\u0405 XBHT-S04-2025",
            "\u0441ts \u0445\u0412\u041dT-S04-2025",
        ],
    )
    def test_an_id_that_looks_like_that_of_a_bundled_standard_is_the_same(self, name: str) -> None:
        data = from_yaml(altered(**{"valid_years: 3": "valid_years: 5"})) | {"id": name}
        with pytest.raises(aftersales.StandardError, match=r"altered-standard"):
            aftersales.load_standard(data)
        same_rules = aftersales.load_standard(from_yaml(bundled_text()) | {"id": name})
        assert same_rules.likeness == "reworded"

    def test_points_moved_from_one_indicator_to_another_are_refused(self) -> None:
        text = altered(
            **{
                "{id: 5.1.1.1, points: 1,": "{id: 5.1.1.1, points: 0.5,",
                "{id: 5.1.1.2, points: 1,": "{id: 5.1.1.2, points: 1.5,",
            }
        )
        with pytest.raises(aftersales.StandardError, match=r"different: 5\.1\.1\.1, 5\.1\.1\.2\)"):
            aftersales.load_standard(io.StringIO(text))

    @pytest.mark.parametrize(
        "change",
        [
            {"id: CTS XBHT-S04-2025": "id: OWN"},
            {"id: CTS XBHT-S04-2025": "id: AN OWN"},
            {"id: CTS XBHT-S04-2025": "id: CTS XBHT-S05-2025"},
            {"id: CTS XBHT-S04-2025": "id: CTS XBHT之S04之2025"},
            {f'edition: "{OLD}"': f'edition: "{NEW}"'},
        ],
    )
    def test_other_rules_under_an_id_or_edition_of_their_own_are_taken(self, change: dict[str, str]) -> None:
        text = altered(**{"valid_years: 3": "valid_years: 5"}, **change)
        own = aftersales.load_standard(io.StringIO(text))
        assert (own.likeness, own.differences()) == ("own", ())

    @pytest.mark.parametrize(
        "limit", ["at_least: 110%, proportion: true", "proportion: true", "at_most: 24, proportion: true"]
    )
    def test_a_proportion_has_a_limit_of_at_most_100_percent(self, limit: str) -> None:
        text = altered(**{"at_least: 10%, proportion: true": limit, "id: CTS XBHT-S04-2025": "id: OWN"})
        with pytest.raises(aftersales.StandardError, match="proportion-without-limit"):
            aftersales.load_standard(io.StringIO(text))

    def test_a_standard_of_the_same_content_is_the_bundled_one(self) -> None:
        assert aftersales.load_standard(BUNDLED).likeness == "bundled"
        assert (
            aftersales.load_standard(
                json.loads(json.dumps(aftersales.load_standard().model_dump(mode="json")))
            ).likeness
            == "bundled"
        )

    def test_a_standard_with_other_texts_is_taken_with_a_remark(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        text = altered(**{"法定资质与收费标准明示齐全规范": "法定资质明示齐全规范"})
        for source in self.sources(text, tmp_path):
            reworded = aftersales.load_standard(source)
            assert reworded.likeness == "reworded"
            evaluation = aftersales.load_evaluation(of_92_points(edition=OLD), reworded)
            assert "reworded-standard" in [remark.code for remark in aftersales.remarks(evaluation, reworded)]
            found = aftersales.examine(of_92_points(edition=OLD), reworded)
            assert "reworded-standard" in [remark.code for remark in found.remarks]
        example = str(data_folder() / "examples" / "home-appliance-chain.yaml")
        assert main(["check", example, "--standard", str(tmp_path / "like.yaml"), "--lang", "en"]) == 0
        assert "other texts [reworded-standard]" in capsys.readouterr().out

    def by_hand(self) -> aftersales.Standard:
        data = aftersales.load_standard(edition=OLD).model_dump(mode="json") | {"valid_years": 5}
        return aftersales.Standard.model_validate(data)

    def test_an_altered_standard_built_in_python_is_marked_by_a_remark(self) -> None:
        standard = self.by_hand()
        evaluation = aftersales.load_evaluation(of_92_points(edition=OLD), standard)
        assert standard.differences() == ("valid_years",)
        assert "not the bundled standard" in repr(standard)
        assert "not the bundled standard" not in repr(aftersales.load_standard())
        assert "altered-standard" in [remark.code for remark in aftersales.remarks(evaluation, standard)]

    def test_a_stored_result_by_an_altered_standard_opens_and_leads_to_no_certificate(self) -> None:
        card = aftersales.score(
            aftersales.load_evaluation(of_92_points(edition=OLD, type="third_party"), self.by_hand()), self.by_hand()
        )
        again = aftersales.Scorecard.model_validate(card.model_dump(mode="json"))
        assert again == card
        assert again.standard.likeness == "altered"
        codes = [violation.code for violation in issue_violations(again, again.standard.edition)]
        assert codes == ["altered-standard"]


SOURCE = TOP / "src"


def with_examples(paths: Iterable[Path]) -> list[Path]:
    return sorted(path for path in paths if ">>> " in path.read_text("utf-8"))


MODULES = [
    ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")
    for path in with_examples(SOURCE.rglob("*.py"))
]


def test_most_packages_show_examples() -> None:
    assert len(MODULES) > 50


@pytest.mark.usefixtures("newer_edition")
@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_the_modules_name_their_edition(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(TOP)
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    assert doctest.testmod(importlib.import_module(name), optionflags=flags).failed == 0


@pytest.mark.usefixtures("newer_edition")
@pytest.mark.parametrize(
    "page", with_examples([TOP / "README.md", *(TOP / "docs").glob("*.md")]), ids=lambda page: page.name
)
def test_the_examples_of_the_docs_name_their_edition(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(TOP)
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    assert doctest.testfile(str(page), module_relative=False, optionflags=flags).failed == 0


class TestAMarkedName:
    """Wherever the name of a standard is shown, one with other rules is distinguished from the bundled one."""

    ZH, EN = "（非内置标准，规则不同）", "(not the bundled standard: other rules)"

    def card(self) -> aftersales.Scorecard:
        data = aftersales.load_standard(edition=OLD).model_dump(mode="json") | {"valid_years": 5}
        standard = aftersales.Standard.model_validate(data)
        example = aftersales.load_evaluation(data_folder() / "examples" / "home-appliance-chain.yaml", standard)
        return aftersales.score(example, standard)

    def shown(self, card: aftersales.Scorecard, lang: Literal["zh", "en"]) -> dict[str, str]:
        """Every view and paper that shows the name of the standard."""
        other = card.evaluation.model_copy(
            update={"subject": card.evaluation.subject.model_copy(update={"organisation": "乙"})}  # type: ignore[union-attr]
        )
        comparison = aftersales.compare([card, aftersales.score(other, card.standard)])
        certificate = aftersales.Certificate(
            standard=card.standard.id,
            edition=OLD,
            organisation="甲",
            final_score=card.final_score,
            stars=4,
            issued="2026-03-20",
        )
        status = certificate.status("2026-04-01", card.standard)
        report = aftersales.make_report(card, draft=True)
        views: dict[str, Any] = {
            "score": score_lines(card, lang),
            "explain": [card.explain().text(lang)],
            "report": [report.typeset("md", lang).decode()],
            "summary": [report.summary("md", lang).decode()],
            "report.html": [report.typeset("html", lang).decode()],
            "compare": comparison_lines(comparison, card.standard, lang),
            "certificate": certificate_lines(certificate, status, card.standard, lang, 100),
            "notebook.card": [aftersales.html_of(card, lang)],
            "notebook.standard": [aftersales.html_of(card.standard, lang)],
            "notebook.comparison": [aftersales.html_of(comparison, lang)],
        }
        return {name: "\n".join(lines) for name, lines in views.items()}

    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_every_view_marks_the_name_of_an_altered_standard(self, lang: Literal["zh", "en"]) -> None:
        mark = {"zh": "非内置标准，规则不同", "en": "not the bundled standard"}[lang]
        for name, text in self.shown(self.card(), lang).items():
            assert mark in text.replace("\n", ""), name
        bundled = aftersales.load_standard(edition=OLD)
        for name, text in self.shown(aftersales.score(self.card().evaluation, bundled), lang).items():
            assert mark not in text, name

    @pytest.mark.parametrize("mark", [True, False, 1, None])
    def test_a_result_by_the_bundled_standard_is_not_marked(self, mark: Any) -> None:
        document = aftersales.score(aftersales.load_evaluation(of_92_points())).model_dump(mode="json")
        document["standard"]["altered"] = mark
        with pytest.raises(ValueError, match="which the findings give"):
            aftersales.Scorecard.model_validate(document)
        altered_document = self.card().model_dump(mode="json")
        altered_document["standard"]["altered"] = mark
        if mark is True:
            assert aftersales.Scorecard.model_validate(altered_document) == self.card()
        else:
            with pytest.raises(ValueError, match="which the findings give"):
                aftersales.Scorecard.model_validate(altered_document)

    @pytest.mark.parametrize("change", [{"id": "OWN"}, {"title": {"zh": "标准", "en": "A standard"}}])
    def test_a_result_by_a_standard_that_alters_no_rules_is_not_marked(self, change: dict[str, Any]) -> None:
        standard = aftersales.Standard.model_validate(
            aftersales.load_standard(edition=OLD).model_dump(mode="json") | change
        )
        evaluation = aftersales.Evaluation.model_validate(of_92_points() | {"standard": standard.id, "edition": OLD})
        document = aftersales.score(evaluation, standard).model_dump(mode="json")
        assert aftersales.Scorecard.model_validate(document).standard == standard
        document["standard"]["altered"] = True
        with pytest.raises(ValueError, match="'true' differs from 'false'"):
            aftersales.Scorecard.model_validate(document)

    @pytest.mark.parametrize(
        ("beside", "message"),
        [
            ({"id": "CTS XBHT-S04-2025"}, "names 'CTS XBHT-S04-2025', the standard is 'OWN'"),
            ({"edition": "2024-12-04"}, f"names '2024-12-04', the standard is '{OLD}'"),
            ({"sha256": "0"}, "names '0', the standard is '"),
            ({"edition": None}, "may not be blank"),
            ({"edition": "2025"}, "'2025' is not a date"),
            ({"id": 5}, "expected a text, found '5'"),
            ({"id": None}, "expected a text, found 'null'"),
        ],
    )
    def test_a_definition_is_of_the_standard_that_is_named_beside_it(
        self, beside: dict[str, Any], message: str
    ) -> None:
        standard = aftersales.Standard.model_validate(
            aftersales.load_standard(edition=OLD).model_dump(mode="json") | {"id": "OWN"}
        )
        evaluation = aftersales.Evaluation.model_validate(of_92_points() | {"standard": "OWN"})
        document = aftersales.score(evaluation, standard).model_dump(mode="json")
        document["standard"] |= beside
        with pytest.raises(ValueError, match=re.escape(message)):
            aftersales.Scorecard.model_validate(document)
        with pytest.raises(ValueError, match=re.escape(message)):
            aftersales.Scorecard.model_validate_json(json.dumps(document))
        del document["standard"]["id"]
        with pytest.raises(ValueError, match="'id' is missing"):
            aftersales.Scorecard.model_validate(document)

    def test_another_key_beside_the_standard_of_a_result_is_refused(self) -> None:
        document = aftersales.score(aftersales.load_evaluation(of_92_points())).model_dump(mode="json")
        document["standard"]["name"] = "x"
        with pytest.raises(ValueError, match="there is no key 'name'"):
            aftersales.Scorecard.model_validate(document)

    def test_every_document_marks_an_altered_standard(self) -> None:
        card = self.card()
        assert card.model_dump(mode="json")["standard"]["altered"] is True
        assert aftersales.bounds(card.evaluation, card.standard).altered
        ours = aftersales.score(card.evaluation)
        assert "altered" not in ours.model_dump(mode="json")["standard"]
        assert not aftersales.bounds(ours.evaluation).altered


def test_numbers_of_a_result_stay_numbers_in_python() -> None:
    """A dump in Python mode is read back as the same evaluation, with its percentages."""
    findings = oracle.all_full() | {"5.1.2.2": {"kind": "quantitative", "actual": "100%"}}
    card = aftersales.score(aftersales.load_evaluation(oracle.document(findings)))
    assert aftersales.Scorecard.model_validate(card.model_dump()) == card
    assert aftersales.load_evaluation(card.evaluation.model_dump()) == card.evaluation
