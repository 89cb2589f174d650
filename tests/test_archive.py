"""Files stay readable: those of this version by later ones, older ones by this one, and later ones are refused as such."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from support.plain_yaml import from_yaml

import aftersales
from aftersales import (
    AftersalesError,
    Certificate,
    Evaluation,
    EvaluationPlan,
    Rectification,
    Standard,
    StatutoryCalendar,
    data_folder,
    examine,
    load_calendar,
    load_certificate,
    load_evaluation,
    load_example,
    load_plan,
    load_rectification,
    load_standard,
    score,
)
from aftersales.certification.plan.blank_plan import blank_plan
from aftersales.certification.rectification.blank_rectification import blank_rectification
from aftersales.evaluation.blank_form import blank_form
from aftersales.files.format_versions import MIGRATIONS
from aftersales.files.writing import as_file
from aftersales.standard import standard as standards

ARCHIVE = sorted((Path(__file__).parent / "archive").iterdir())
"""Files as earlier versions wrote them, each named by its kind and the version of its format. They are never changed."""

LOAD: dict[str, Callable[..., Any]] = {
    "evaluation": load_evaluation,
    "plan": load_plan,
    "certificate": load_certificate,
    "rectification": load_rectification,
    "standard": load_standard,
    "calendar": load_calendar,
}
MODELS = {
    "evaluation": Evaluation,
    "plan": EvaluationPlan,
    "certificate": Certificate,
    "rectification": Rectification,
    "standard": Standard,
    "calendar": StatutoryCalendar,
}
SHOWS: dict[str, Callable[[Any], object]] = {
    "evaluation": lambda evaluation: (score(evaluation).printed_score, score(evaluation).stars),
    "plan": lambda plan: (plan.number, str(plan.period.start), plan.assessors_of("5.4.3.2")),
    "certificate": lambda certificate: (certificate.status("2027-03-20").state, certificate.status("2028-04-01").state),
    "rectification": lambda demand: (len(demand.items), len(demand.open_on("2026-04-09")), len(demand.open_on("2026-04-10"))),
    "standard": lambda standard: (standard.likeness == "altered", len(standard.indicators), standard.total_points),
    "calendar": lambda calendar: (calendar.year, len(calendar.holidays)),
}  # fmt: skip
SHOWN = {
    "evaluation": ("87.37", 4),
    "plan": ("HA-2026-003", "2026-03-02", ("李静",)),
    "certificate": ("valid", "suspended"),
    "rectification": (48, 48, 47),
    "standard": (False, 73, 100),
    "calendar": (2026, 7),
}
"""What each file of the archive says, as when it was written."""


def kind_of(path: Path) -> str:
    return path.stem.partition("-")[0]


def content_of(kind: str) -> dict[str, Any]:
    """The plain data of the archive's file of a kind."""
    (path,) = (path for path in ARCHIVE if path.stem == f"{kind}-1" and path.suffix == ".yaml")
    data: dict[str, Any] = from_yaml(path.read_text("utf-8"))
    return data


def later_edition(monkeypatch: pytest.MonkeyPatch) -> None:
    """A later version of the library, with corrected titles and a newer edition of the standard."""
    data = load_standard(edition="2025-12-04").model_dump(mode="json")
    data["categories"][0]["subcategories"][0]["indicators"][0]["title"]["zh"] = "更正后的标题"
    corrected = Standard.model_validate(data)
    newer = Standard.model_validate(data | {"edition": "2031-01-01", "pass_line": "60"})
    files = standards.bundled_files()
    newest = {key: editions | {"2031-01-01": Path("newer.yaml")} for key, editions in files.items()}
    monkeypatch.setattr(standards, "bundled_files", lambda: newest)
    monkeypatch.setattr(standards, "_load_bundled", lambda path: newer if path == Path("newer.yaml") else corrected)


def test_there_is_a_file_of_each_kind() -> None:
    assert {kind_of(path) for path in ARCHIVE} == set(MIGRATIONS) == set(LOAD)
    assert {kind_of(path) for path in ARCHIVE if path.suffix == ".xlsx"} == {"evaluation", "plan", "rectification"}


@pytest.mark.parametrize("path", ARCHIVE, ids=lambda path: path.name)
def test_files_of_earlier_versions_are_opened(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = kind_of(path)
    model = LOAD[kind](path)
    assert SHOWS[kind](model) == SHOWN[kind]
    later_edition(monkeypatch)
    assert LOAD[kind](path) == model
    assert SHOWS[kind](model) == SHOWN[kind]


@pytest.mark.parametrize(
    ("kind", "change", "code"),
    [
        ("certificate", {"stars": 5}, "stars-mismatch"),
        ("certificate", {"final_score": "57.37"}, "not-passed"),
        ("standard", {"pass_line": "59"}, "row-gap"),
        ("rectification", {"final_score": "-1"}, "out-of-range"),
    ],
)
def test_a_changed_figure_is_refused(kind: str, change: dict[str, Any], code: str) -> None:
    with pytest.raises(AftersalesError) as caught:
        LOAD[kind](content_of(kind) | change)
    assert code in {problem.code for problem in caught.value.problems}


def test_a_changed_finding_is_another_evaluation_for_its_certificate() -> None:
    """A plan and an evaluation hold what people say, which nothing contradicts; the certificate has the fingerprint."""
    certificate = load_certificate(content_of("certificate"))
    same, other = (load_evaluation(content_of("evaluation")) for _ in range(2))
    other = other.with_findings({"5.1.3.1": "none"})
    assert [aftersales.fingerprint(each) == certificate.result for each in (same, other)] == [True, False]


# --- the key ---


@pytest.mark.parametrize("kind", LOAD)
def test_a_file_without_the_key_has_version_1(kind: str) -> None:
    data = content_of(kind)
    assert data.pop("format") == "1"
    for source in (data, json.dumps(data).encode()):
        assert LOAD[kind](source) == LOAD[kind](data | {"format": 1})
    assert MODELS[kind].model_validate(data) == MODELS[kind].model_validate(data | {"format": 1})
    text = json.dumps(data | {"format": 1})
    assert MODELS[kind].model_validate_json(text) == MODELS[kind].model_validate(data)


@pytest.mark.parametrize("kind", LOAD)
def test_a_file_of_a_later_version_is_refused_by_one_sentence(kind: str) -> None:
    for source in ({"format": 2, "more": []}, b'{"format": 2, "more": []}', b"format: 2\nmore: []\n"):
        with pytest.raises(AftersalesError) as caught:
            LOAD[kind](source)
        (problem,) = caught.value.problems
        assert (problem.code, problem.path) == ("unknown-document-format", "format")
        assert problem.message == (
            f"the format 2 is not known: aftersales {aftersales.__version__} reads 1, and a later version is needed"
        )
        assert problem.message_zh.endswith("须用更新版本的 aftersales 打开")
    with pytest.raises(ValueError, match="a later version is needed"):
        MODELS[kind].model_validate(content_of(kind) | {"format": 2})


@pytest.mark.parametrize(
    ("version", "shown"), [("v1", '"v1"'), (0, "0"), (True, "true"), ("1.5", '"1.5"'), (None, "null")]
)
def test_what_is_no_version_is_refused(version: object, shown: str) -> None:
    (problem,) = examine(content_of("evaluation") | {"format": version}).problems
    assert problem.message == f"the format is a whole number (1), not {shown}"


def test_a_fraction_is_no_version() -> None:
    (problem,) = examine(b"format: 1.5\nstandard: CTS XBHT-S04-2025\nfindings: {}\n").problems
    assert (problem.code, problem.line) == ("unknown-document-format", 1)


def test_a_result_names_the_library_that_is_needed() -> None:
    document = score(load_example("home-appliance-chain")).model_dump(mode="json") | {"format": 2, "library": "9.9"}
    (problem,) = aftersales.examine_scorecard(document).problems
    assert problem.message.endswith("reads 0–1, and a later version is needed; the file was written by 9.9")
    assert problem.message_zh.endswith("，该文件由 9.9 版写成")


@pytest.mark.parametrize("kind", LOAD)
def test_what_the_library_writes_names_its_version(kind: str) -> None:
    model = LOAD[kind](content_of(kind))
    assert model.to_yaml().startswith("format: 1\n")
    assert next(iter(json.loads(as_file(model, "a.json")))) == "format"
    assert LOAD[kind](io.StringIO(model.to_yaml())) == model
    assert "format" not in model.model_dump(mode="json")


def test_blank_forms_name_their_version() -> None:
    standard = load_standard()
    forms = [
        blank_form(standard),
        blank_plan(standard),
        blank_rectification(standard, {}),
        load_plan(content_of("plan")).form(),
    ]
    for text in forms:
        assert re.findall(r"^format: 1$", text, re.MULTILINE) == ["format: 1"]


def test_the_files_of_the_package_are_written_by_hand_and_do_without() -> None:
    folders = ("examples", "plans", "calendars", "standards")
    files = [file for folder in folders for file in (data_folder() / folder).rglob("*.yaml")]
    assert len(files) >= 7
    assert not [file for file in files if "\nformat:" in file.read_text("utf-8")]


# --- workbooks ---


def with_version(path: Path, text: str | None) -> bytes:
    """A workbook of the archive that names another version, or none."""
    book = openpyxl.load_workbook(path)
    if text is None:
        del book.defined_names["aftersales_format"]
    else:
        book.defined_names["aftersales_format"].attr_text = text
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


WORKBOOKS = [path for path in ARCHIVE if path.suffix == ".xlsx"]


@pytest.mark.parametrize("path", WORKBOOKS, ids=lambda path: path.name)
def test_a_form_names_its_version_where_people_do_not_see_it(path: Path) -> None:
    load = LOAD[kind_of(path)]
    name = openpyxl.load_workbook(path).defined_names["aftersales_format"]
    assert (name.attr_text, name.hidden) == ("1", True)
    assert load(with_version(path, None)) == load(path)
    for text, words in (("2", "a later version is needed"), ("x" * 200, "is a whole number")):
        with pytest.raises(AftersalesError) as caught:
            load(with_version(path, text))
        (problem,) = caught.value.problems
        assert problem.code == "unknown-document-format"
        assert words in problem.message
        assert len(problem.message) < 250


# --- migrations ---


def people_to_team(data: dict[str, Any]) -> dict[str, Any]:
    """A made-up migration: version 1 called the team ``people``."""
    return {"team" if key == "people" else key: value for key, value in data.items()}


def points_to_score(data: dict[str, Any]) -> dict[str, Any]:
    """A made-up migration of certificates: version 1 called the final score ``points``."""
    return {"final_score" if key == "points" else key: value for key, value in data.items()}


class TestMadeUpMigrations:
    def test_an_older_evaluation_is_read_in_every_form(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(MIGRATIONS, "evaluation", (people_to_team,))
        now = content_of("evaluation")
        old = {"people" if key == "team" else key: value for key, value in now.items()}
        wanted = Evaluation.model_validate(now | {"format": 2})
        unnamed = {key: value for key, value in old.items() if key != "format"}
        for source in (old, unnamed, json.dumps(old).encode(), json.dumps(unnamed).encode()):
            assert load_evaluation(source) == wanted
        assert Evaluation.model_validate(old) == wanted
        assert Evaluation.model_validate_json(json.dumps(old)) == wanted

    def test_the_present_version_is_not_migrated_again(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def doubled(data: dict[str, Any]) -> dict[str, Any]:
            return data | {"basis": [*data.get("basis", ()), "再来"]}

        monkeypatch.setitem(MIGRATIONS, "evaluation", (doubled, doubled))
        evaluation = load_evaluation(content_of("evaluation"))
        assert evaluation.basis[-2:] == ("再来", "再来")
        assert evaluation.to_yaml().startswith("format: 3\n")
        assert load_evaluation(evaluation.to_yaml().encode()) == evaluation
        assert load_evaluation({**evaluation.model_dump(mode="json"), "format": 2}).basis[-1] == "再来"
        assert Evaluation(**dict(evaluation)) == evaluation  # what Python passes in is of the present version

    def test_problems_of_an_older_file_are_reported(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(MIGRATIONS, "evaluation", (people_to_team,))
        text = b"standard: CTS XBHT-S04-2025\npeople: [{name: [1]}]\nfindings:\n  5.1.1.1: half\n"
        problems = examine(text, complete=False).problems
        assert {(problem.code, problem.path) for problem in problems} == {
            ("not-text", "team[0].name"), ("not-a-finding", "findings[5.1.1.1]")
        }  # fmt: skip

    def test_a_certificate_with_rectifications_is_migrated_with_them(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(MIGRATIONS, "certificate", (points_to_score,))
        now = content_of("certificate")
        old = {"points" if key == "final_score" else key: value for key, value in now.items()}
        assert load_certificate(old) == load_certificate(now | {"format": 2})
        assert SHOWS["certificate"](load_certificate(json.dumps(old).encode())) == SHOWN["certificate"]

    @pytest.mark.parametrize("path", WORKBOOKS, ids=lambda path: path.name)
    def test_an_older_form_goes_through_its_migration(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        seen = []

        def note(data: dict[str, Any]) -> dict[str, Any]:
            seen.append("format" in data)
            return data

        kind = kind_of(path)
        monkeypatch.setitem(MIGRATIONS, kind, (note,))  # type: ignore[misc]
        assert SHOWS[kind](LOAD[kind](path)) == SHOWN[kind]
        assert seen == [False]


def test_a_demand_within_a_certificate_may_name_its_version_too() -> None:
    item = {"indicator": "5.4.3.2", "requirement": "…", "due": "2027-04-30", "responsible": "李静"}
    demand = {"format": 1, "on": "2027-02-11", "items": [item]}
    audit = {"kind": "surveillance", "on": "2027-02-11", "passed": True, "rectification": demand}
    certificate = load_certificate(content_of("certificate") | {"events": [audit]})
    assert certificate.events[0].rectification.items[0].indicator == "5.4.3.2"  # type: ignore[union-attr]
    assert certificate.to_yaml().count("format") == 1


class TestTitlesInForms:
    """A form repeats the titles of its standard beside the ids, so that a row that slipped is noticed."""

    FORM = next(path for path in WORKBOOKS if kind_of(path) == "evaluation")

    def changed(self, cell: str, title: str, *, names_standard: bool = True) -> bytes:
        book = openpyxl.load_workbook(self.FORM)
        book["评分表"][cell] = title
        if not names_standard:
            del book.defined_names["aftersales_standard"]
        file = io.BytesIO()
        book.save(file)
        return file.getvalue()

    def test_the_form_names_its_standard(self) -> None:
        name = openpyxl.load_workbook(self.FORM).defined_names["aftersales_standard"]
        assert (name.attr_text.strip('"'), name.hidden) == (load_standard(edition="2025-12-04").sha256, True)

    def test_a_former_title_is_read_after_a_correction(self, monkeypatch: pytest.MonkeyPatch) -> None:
        later_edition(monkeypatch)
        assert score(load_evaluation(self.FORM)).printed_score == "87.37"

    @pytest.mark.parametrize("names_standard", [True, False])
    def test_the_title_of_another_indicator_is_refused_after_a_correction_too(
        self, names_standard: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        other = load_standard()["5.1.1.3"].title.zh
        later_edition(monkeypatch)
        found = {problem.path for problem in examine(self.changed("B5", other, names_standard=names_standard)).problems}
        assert "findings[5.1.1.2].title" in found
        assert ("findings[5.1.1.1].title" in found) is not names_standard

    def test_a_form_of_the_bundled_standard_is_none_of_a_reworded_one(self) -> None:
        data = load_standard(edition="2025-12-04").model_dump(mode="json")  # that of the form
        data["categories"][0]["subcategories"][0]["indicators"][0]["title"] = {"zh": "自拟指标", "en": "of our own"}
        (problem,) = examine(self.FORM, load_standard(data)).problems
        assert (problem.code, problem.path) == ("title-mismatch", "findings[5.1.1.1].title")

    def test_without_a_correction_any_other_title_is_refused(self) -> None:
        (problem,) = examine(self.changed("B5", "别的")).problems
        assert (problem.code, problem.path) == ("title-mismatch", "findings[5.1.1.2].title")


def test_a_score_within_the_limits_of_its_stars_is_contradicted_by_the_report_alone() -> None:
    certificate = load_certificate(content_of("certificate") | {"final_score": "87.38", "address": "滨海市港路 1 号"})
    report = aftersales.make_report(score(load_evaluation(content_of("evaluation"))))
    with pytest.raises(AftersalesError) as caught:
        certificate.summary(report, "md", on="2027-03-01")
    assert "not-the-certified" in {problem.code for problem in caught.value.problems}
