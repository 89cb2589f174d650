"""A text of the input cannot forge a line, change colours, or hide or reorder other text, in any output."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from support import command, oracle

import aftersales
from aftersales import cli, html_of
from aftersales.certification.report.report import make_report
from aftersales.files.source import UNPRINTABLE
from aftersales.files.writing import as_file, as_yaml
from aftersales.rendering.charts import Label, bars
from aftersales.standard.standard import named_standard
from aftersales.text import sanitize as safe_text

TAIL = "  扣分：99"
HOSTILE = {
    "line feed": "\n",
    "carriage return": "\r",
    "tab": "\t",
    "next line": "\x85",
    "line separator": "\u2028",
    "paragraph separator": "\u2029",
    "vertical tab": "\x0b",
    "escape": "\x1b[2J\x1b[31m",
    "C1 introducer": "\x9b31m",
    "delete": "\x7f",
    "right-to-left override": "\u202e",
    "isolate": "\u2067",
    "Arabic mark": "\u061c",
    "left-to-right mark": "\u200e",
    "zero-width space": "\u200b",
    "zero-width joiner": "\u200d",
    "word joiner": "\u2060",
    "soft hyphen": "\xad",
    "byte order mark": "\ufeff",
    "tag": "\U000e0041",
    "Hangul filler": "\u3164",
    "annotation": "\ufff9",
    "no character": "\uffff",
}
every_character = pytest.mark.parametrize("character", HOSTILE.values(), ids=HOSTILE)
BREAKS = set("\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\u2028\u2029")


def is_hostile(character: str) -> bool:
    return character != "\n" and safe_text.safe(character) != character


def dressed(text: str) -> dict[str, Any]:
    """An evaluation with that text in every place that takes one."""
    findings: dict[str, Any] = oracle.all_full()
    findings["5.1.1.1"] = {
        "kind": "qualitative",
        "degree": "0.5",
        "reason": text,
        "evidence": [{"method": "document", "note": text}, {"method": "customer", "note": text}],
    }
    findings["5.1.3.1"] = {"kind": "not_applicable", "reason": text, "confirmed_by": [text]}
    return oracle.document(
        findings,
        type="third_party",
        subject=dict.fromkeys(("organisation", "product_category", "size_tier", "scope"), text),
        team=[{"name": text, "role": text, "qualification": text, "organisation": f"{text}机构"}],
        period={"start": "2026-03-02", "end": "2026-03-06"},
    )


@pytest.fixture
def shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """What a command prints, on stdout and on stderr, for files with these contents."""

    def run(command: str, *options: str, **contents: Any) -> str:
        paths = []
        for name, content in contents.items():
            path = tmp_path / f"{name}.json"
            path.write_text(json.dumps(content), "utf-8")
            paths.append(str(path))
        cli.main([command, *paths, *options])
        out, err = capsys.readouterr()
        return out + err

    return run


def certificate_of(text: str) -> dict[str, Any]:
    return {
        "standard": "CTS XBHT-S04-2025",
        "edition": "2025-12-04",
        "organisation": text,
        "scope": text,
        "number": text,
        "issued": "2026-03-20",
        "final_score": "91",
        "stars": 5,
        "events": [
            {"kind": "surveillance", "on": "2026-12-01", "passed": True, "note": text},
            {"kind": "revocation", "on": "2027-01-01", "grounds": "major_incident", "reason": text},
        ],
    }


def plan_of(text: str) -> dict[str, Any]:
    team = [{"name": text, "role": text, "qualification": text, "organisation": f"{text}机构"}]
    document = {"review": "documents", "what": text, "where": text, "assessors": [text]}
    return {
        "standard": "CTS XBHT-S04-2025",
        "type": "third_party",
        "subject": dict.fromkeys(("organisation", "product_category", "size_tier", "scope"), text),
        "purpose": text,
        "basis": [text],
        "team": team,
        "schedule": [document | {"start": "2026-03-02", "end": "2026-03-02"}],
        "assignments": {"5.1": [text]},
    }


VIEWS: dict[str, Callable[[Callable[..., str], str, str], str]] = {
    "score": lambda run, text, lang: run("score", "--lang", lang, a=dressed(text)),
    "bounds": lambda run, text, lang: run(
        "score", "--partial", "--lang", lang, a=dressed(text) | {"findings": dressed(text)["findings"] | {"5.4.4.1": None}}
    ),
    "check": lambda run, text, lang: run("check", "--lang", lang, a=dressed(text)),
    "explain": lambda run, text, lang: run("explain", "--lang", lang, a=dressed(text)),
    "explain one": lambda run, text, lang: run("explain", "5.1.1.1", "--lang", lang, a=dressed(text)),
    "improve": lambda run, text, lang: run("improve", "--stars", "5", "--lang", lang, a=dressed(text)),
    "compare": lambda run, text, lang: run(
        "compare",
        "--lang",
        lang,
        a=dressed(text),
        b=dressed(text) | {"period": {"start": "2027-03-02", "end": "2027-03-06"}},
    ),
    "problems": lambda run, text, lang: run(
        "check",
        "--lang",
        lang,
        a=dressed("x") | {f"k{text}": 1, "type": text, "findings": {f"5.1{text}": f"full{text}", "5.1.1.1": {"kind": text}}},
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def harmless() -> dict[tuple[str, ...], int]:
    """The lines that a view prints of a text without a hostile character, by its name and language; counted once."""
    return {}


def said_of_standard(character: str, folder: Path) -> str:
    """What commands print by a standard that has this character in its texts."""
    data = named_standard("CTS XBHT-S04-2025").model_dump(mode="json", exclude_none=True)
    title = {"zh": f"甲{character}乙", "en": f"a{character}b"}
    data |= {"id": "OTHER", "title": title, "no_star": {"grade": title, "meaning": title}}
    data["categories"][0]["title"] = data["categories"][0]["subcategories"][0]["title"] = title
    data["stars"][0]["grade"] = data["reference"][0]["guidance"] = title
    path, form = folder / "standard.json", folder / "shop.json"
    path.write_text(json.dumps(data), "utf-8")
    form.write_text(json.dumps(oracle.document(oracle.all_full()) | {"standard": "OTHER", "edition": None}), "utf-8")
    commands = (["standard"], ["standard", "5.1"], ["score", str(form)], ["explain", str(form)], ["template"])
    called = [command.run(*arguments, "--standard", str(path)) for arguments in commands]
    return "".join(done.stdout + done.stderr for done in called)


@pytest.fixture(scope="module")
def said_of_a_dash(tmp_path_factory: pytest.TempPathFactory) -> str:
    return said_of_standard("–", tmp_path_factory.mktemp("dash"))


class TestCommands:
    @every_character
    @pytest.mark.parametrize("lang", ["zh", "en"])
    @pytest.mark.parametrize("view", VIEWS)
    def test_lines_stay_and_nothing_hostile_is_printed(
        self,
        view: str,
        lang: str,
        character: str,
        shown: Callable[..., str],
        harmless: dict[tuple[str, ...], int],
    ) -> None:
        text = VIEWS[view](shown, f"甲{character}乙", lang)
        assert not list(filter(is_hostile, text))
        if "[bad-character]" in text:  # no file may hold it
            assert {line.rpartition("[")[2] for line in text.splitlines()} == {"bad-character]"}
        else:
            if (view, lang) not in harmless:
                harmless[view, lang] = VIEWS[view](shown, "甲–乙", lang).count("\n")
            assert text.count("\n") == harmless[view, lang]

    @every_character
    def test_a_reason_forges_no_line_of_a_derivation(self, character: str, shown: Callable[..., str]) -> None:
        """A reason that ends its line and goes on like a line of the derivation."""
        text = shown("explain", a=dressed(f"两家{character}{TAIL}"))
        assert not [line for line in text.splitlines() if line.strip() == TAIL.strip()]

    @every_character
    @pytest.mark.parametrize("command", ["score", "explain", "improve", "check"])
    def test_json_loads_to_the_same_text(self, command: str, character: str, shown: Callable[..., str]) -> None:
        options = ["--stars", "5"] if command == "improve" else []
        text = shown(command, "--json", *options, a=dressed(f"甲{character}乙"))
        assert not list(filter(is_hostile, text))
        document = json.loads(text)
        if command == "score":
            if "evaluation" in document:
                assert document["evaluation"]["subject"]["organisation"] == f"甲{character}乙"
            else:
                assert document["problems"]

    @every_character
    @pytest.mark.parametrize("lang", ["zh", "en"])
    @pytest.mark.parametrize("command", ["certificate", "plan"])
    def test_hostile_text_is_shown_safely_in_certificates_and_plans(
        self,
        command: str,
        lang: str,
        character: str,
        shown: Callable[..., str],
        harmless: dict[tuple[str, ...], int],
    ) -> None:
        def printed(text: str, *options: str) -> str:
            contents = {"certificate": certificate_of, "plan": plan_of}[command](text)
            on = ["--on", "2027-02-01"] if command == "certificate" else []
            return shown(command, *on, *options, a=contents)

        if (command, lang) not in harmless:
            plain = printed("甲–乙", "--lang", lang)
            assert "甲–乙" in plain
            harmless[command, lang] = plain.count("\n")
        text = printed(f"甲{character}乙", "--lang", lang)
        assert not list(filter(is_hostile, text))
        assert "[bad-character]" in text or text.count("\n") == harmless[command, lang]
        document = printed(f"甲{character}乙", "--json")
        assert not list(filter(is_hostile, document))
        assert json.loads(document)

    @every_character
    def test_names_of_files_and_arguments(self, character: str, capsys: pytest.CaptureFixture[str]) -> None:
        name = f"a{character}b.yaml"
        for arguments in (
            ["score", name],
            ["explain", name, name],
            ["compare", name, name],
            ["plan", name],
            ["certificate", name, "--on", "2026-01-01"],
            ["batch", name, "-o", name],
            ["report", name, "-o", name],
            ["standard", "--standard", name],
            ["standard", f"5.1{character}"],
        ):
            assert cli.main(arguments) == 2
            out, err = capsys.readouterr()
            assert not list(filter(is_hostile, out + err))
            assert len(err.splitlines()) == (2 if arguments[0] == "compare" else 1)
        with pytest.raises(SystemExit):
            cli.main(["score", "a.yaml", name])
        assert not list(filter(is_hostile, capsys.readouterr().err))

    @every_character
    def test_a_hostile_text_in_a_standard_is_sanitised(
        self, character: str, tmp_path: Path, said_of_a_dash: str
    ) -> None:
        said = said_of_standard(character, tmp_path)
        assert not list(filter(is_hostile, said + said_of_a_dash))
        if "[bad-character]" not in said:  # no file may hold it
            assert said.count("\n") == said_of_a_dash.count("\n")


ALL = f"甲{''.join(HOSTILE.values())}乙"
"""All of them in one text, for what takes its time and has no character that it refuses."""


class TestDocuments:
    @pytest.mark.parametrize("made", ["typeset", "summary"])
    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_hostile_text_is_safe_in_formats_of_text(self, made: str, lang: Any) -> None:
        def pages(text: str) -> list[str]:
            report = make_report(_card(text), number="1", draft=True)
            return [getattr(report, made)(format, lang).decode() for format in ("html", "md")]

        for hostile, harmless in zip(pages(ALL), pages("甲–乙"), strict=True):
            assert not list(filter(is_hostile, hostile))
            assert hostile.count("\n") == harmless.count("\n")
            assert "甲" in hostile

    @pytest.mark.parametrize("format", ["docx", "pdf"])
    def test_hostile_text_is_safe_in_word_and_pdf(self, format: str) -> None:
        content = make_report(_card(ALL), number="1", draft=True).typeset(format)
        if format == "pdf":
            assert content.startswith(b"%PDF")
            return
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in ("word/document.xml", "word/footer1.xml", "docProps/core.xml"):
                if name in archive.namelist():
                    text = archive.read(name).decode()
                    assert not [c for c in text if is_hostile(c) and c not in "\r\t"]

    @every_character
    def test_hostile_text_is_safe_in_charts(self, character: str) -> None:
        svg = bars(
            [(Label(f"a{character}", f"b{character}", f"c{character}"), 0.5, f"d{character}")], [(0.6, character)]
        )
        assert not list(filter(is_hostile, svg))
        assert "\n" not in svg

    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_hostile_text_is_safe_in_notebooks(self, lang: str) -> None:
        """What it shows of an evaluation, a result, a refusal, its problems and a comparison."""

        def page(text: str) -> str:
            evaluation = aftersales.Evaluation.model_validate(dressed(text))
            standard = named_standard("CTS XBHT-S04-2025")
            card = aftersales.Scorecard.model_construct(standard=standard, evaluation=evaluation)
            with pytest.raises(aftersales.EvaluationError) as caught:
                aftersales.load_evaluation({"standard": text, "findings": {f"5{text}": text}})
            problems = caught.value
            things = [evaluation, card, problems, *problems.problems, aftersales.compare([card, card])]
            return "".join(html_of(thing, lang) or "" for thing in things)

        shown = page(ALL)
        assert not list(filter(is_hostile, shown))
        assert shown.count("\n") == page("甲–乙").count("\n")


class TestPython:
    @every_character
    def test_hostile_text_is_safe_in_reprs_and_texts(self, character: str) -> None:
        text = f"甲{character}乙"
        evaluation = aftersales.Evaluation.model_validate(dressed(text))
        standard = named_standard("CTS XBHT-S04-2025")
        card = aftersales.Scorecard.model_construct(standard=standard, evaluation=evaluation)
        things = [evaluation, card, aftersales.compare([card, card]), aftersales.improvements(card, 5)]
        for shown in (*map(repr, things), *map(str, things)):
            assert not [c for c in shown if is_hostile(c)]
            assert "\n" not in shown
        with pytest.raises(aftersales.EvaluationError) as caught:
            aftersales.load_evaluation({"standard": text, "findings": {f"5{text}": text}, text: 1})
        problems = caught.value.problems
        for problem in problems:
            for shown in (repr(problem), str(problem), problem.text("zh"), problem.text("en")):
                assert not [c for c in shown if is_hostile(c)]
                assert "\n" not in shown
        assert str(caught.value).count("\n") == len(problems) - 1
        plain = aftersales.Scorecard.model_construct(
            standard=standard, evaluation=aftersales.Evaluation.model_validate(dressed("甲–乙"))
        )
        derivation = str(card.explain())
        assert not list(filter(is_hostile, derivation))
        assert derivation.count("\n") == str(plain.explain()).count("\n")

    @every_character
    def test_models_that_are_built_by_hand(self, character: str) -> None:
        """What pydantic's own ValidationError says is our sentence, and its quotation of the input as a repr."""
        text = f"1{character}0"
        for build in (
            lambda: aftersales.Qualitative(degree=text),
            lambda: aftersales.Quantitative(actual=text, at_least=1),
            lambda: aftersales.Sampled(sampled=text, nonconforming=0, population=3),  # type: ignore[arg-type]
        ):
            try:
                build()
            except ValidationError as error:
                said = str(error).partition("[type=")[0]
                assert not list(filter(is_hostile, said))
                assert len(said.splitlines()) == 3

    @every_character
    def test_files_that_are_written_read_back_the_same(self, character: str, tmp_path: Path) -> None:
        """YAML and JSON hold such a character as an escape, for `issue` and `template` print them to a terminal too."""
        text = f"甲{character}乙"
        evaluation = aftersales.Evaluation.model_validate(dressed(text))
        if UNPRINTABLE.search(text):
            with pytest.raises(aftersales.PaperError, match="bad-character"):
                as_yaml(evaluation)
            return
        yaml_text, json_text = as_yaml(evaluation), as_file(evaluation, "a.json")
        assert not list(filter(is_hostile, yaml_text + json_text))
        for name, written in (("a.yaml", yaml_text), ("a.json", json_text)):
            (tmp_path / name).write_bytes(written.encode())
            assert aftersales.load_evaluation(tmp_path / name) == evaluation

    def test_what_people_write_is_left_alone(self) -> None:
        for text in ("售后服务 ①★☆≥÷×–…“”《》", "a  b", "é e\u0301", "⚠\ufe0f", "葛\U000e0100", "한국어", "العربية"):
            assert safe_text.safe(text) == safe_text.unbroken(text) == text


def _card(text: str) -> aftersales.Scorecard:
    """A scorecard from Python, which takes texts that no file can hold."""
    evaluation = aftersales.Evaluation.model_validate(dressed(text))
    return aftersales.Scorecard.model_construct(standard=named_standard("CTS XBHT-S04-2025"), evaluation=evaluation)
