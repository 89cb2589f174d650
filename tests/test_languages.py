"""Every sentence that people are shown comes from the files of the packages, in every language."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import yaml
from support.languages import MADE_UP, PACKAGES, Recorded, bracketed, made_up_language, outside_of_brackets
from support.shown import everything
from support.tables import scored_groups

import aftersales
from aftersales.batch import compare_table, progress_table
from aftersales.cli.command import command_names
from aftersales.problems.messages import MESSAGES
from aftersales.standard.editions import data_folder
from aftersales.text.sentences import languages

# The words of formulas (6.2.2) and of readings, the key of what another standard says, and a column of scored files.
WORDS = {"min", "R", "sample_share", "same_as"}
# Beside them the words of files and of the command line, where a form or the help of a command is shown.
OF_FILES = {
    "aftersales", *command_names(), "COMMAND", "FILE", "FILES", "PARTS", "NAME", "events", "for", "each", "TABLE", "ID", "IDS", "PATH", "DATE",
    "TEXT", "N", "x", "readings", "help", "version", "json", "lang", "partial", "no", "deletions", "format", "edition", "output",
    "calendar", "force", "on", "number", "summary", "draft", "renew", "stars", "cost", "nodes", "exact", "decimal", "null",
    "missing", "not_applicable", "encoding", "utf", "gb", "le", "be", "delimiter", "comma", "semicolon", "tab", "bom", "key", "workers", "sheet", "readable", "remarks", "SOURCE", "share", "yaml", "xlsx", "h", "o", "full", "none", "kind", "reason",
    "evidence", "body", "narrative", "sign_off", "confirmed_by", "type", "third_party", "self", "subject", "organisation", "product_category",
    "size_tier", "scope", "team", "name", "role", "lead", "qualification", "period", "start", "end", "findings",
    "method", "document", "interview", "observation", "customer", "note", "qualitative", "degree", "quantitative",
    "actual", "at_least", "at_most", "row", "outlets", "outlets_covered", "sampled", "population", "nonconforming", "final_score", "issued", "result", "id", "assignments", "assessors", "approval_number", "review", "documents", "on_site", "methods", "what", "where", "inapplicable", "provisions", "plan", "basis", "purpose", "schedule", "yml", "pdf", "form", "typ",
    "KIND", "surveillance", "downgrade", "revocation", "application", "renewal", "change", "corrected", "passed", "yes", "star", "kept",
    "indicators", "rectification", "due", "audit", "close", "done", "by", "evaluation", "grounds", "major_incident", "concentrated_complaints", "breach_of_law",
    "star_not_kept", "address", "notice", "FOLDER", "DOCUMENT", "csv", "organisation_en", "credit_code", "credit", "code", "scope_en",
    "both", "landscape", "maintained", "overdue", "approval", "lookup", "telephone", "items", "indicator", "problem", "requirement",
    "responsible", "occasion",
} | {*languages(), MADE_UP}  # fmt: skip

OF_CODES = {part for code in MESSAGES for part in code.split("-")} | OF_FILES
UNSHOWN = {"cli: interrupted"}  # it takes a keyboard
FINGERPRINT = re.compile(r"\b(v1:)?[0-9a-f]{64}\b")
PATHS = re.compile(r"\S*/[\w .-]+\.[a-z]+")
# Of a problem its file, its path, and its code with the clause.
PROBLEM_PLACE = re.compile(r"^ *(aftersales: |\S*:\d+:\d+: )?[\w.\[\]]*(: )?(?=⟦)", re.MULTILINE)
PROBLEM_CODE = re.compile(r"\[[a-z]+(-[a-z]+)+(, [\d.]+)?\]$", re.MULTILINE)


@pytest.fixture(scope="module")
def records() -> dict[str, Recorded]:
    """The sentences of each package that were asked for while all that was shown."""
    return {}


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory, records: dict[str, Recorded]) -> dict[str, str]:
    """Everything that is shown in the made-up language, by its name."""
    files = tmp_path_factory.mktemp("files")
    with made_up_language(tmp_path_factory.mktemp("languages"), records) as lang:
        return everything(files, lang) | {"": json.dumps(list(data_of(files)))}


def data_of(folder: Path) -> Iterator[str]:
    """The texts of the standard, which has none in the made-up language, and of the evaluations and other papers that are shown."""
    yield from texts_in(aftersales.load_standard().model_dump(mode="json"))
    for path in (
        *folder.glob("*.json"),
        *data_folder().glob("examples/*"),
        *data_folder().glob("plans/*"),
        *data_folder().glob("calendars/*"),
        data_folder() / "readings.yaml",
    ):
        if path.stem != "standard":
            yield from texts_in(yaml.safe_load(path.read_text("utf-8")))
    # The tables of reasons have their sentences in two languages.
    yield from compare_table(scored_groups(1, 1)).unranked["message_zh"].to_pylist()
    yield from progress_table(scored_groups(1), scored_groups(2)).uncompared["message_zh"].to_pylist()
    yield from ("不适用", "名", "无", "SMALL", "GREEN", "A")


def texts_in(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    for part in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from texts_in(part)


@cache
def pattern_of(data: tuple[str, ...]) -> re.Pattern[str]:
    """What finds the texts of data that are no common words, without their blanks."""
    texts = {re.sub(r"[\s\\]", "", known) for known in data if not re.fullmatch(r"[\x00-\x7f]{,8}|[^\W\d_]?", known)}
    return re.compile("|".join(map(re.escape, sorted(texts, key=len, reverse=True))))


def bare_words(text: str, data: tuple[str, ...]) -> set[str]:
    """The words outside of brackets that are neither data, which lines may break anywhere, nor words of files and commands."""
    if PROBLEM_CODE.search(text):
        text = PROBLEM_PLACE.sub("", PROBLEM_CODE.sub("", text))
    text = PATHS.sub(" ", FINGERPRINT.sub("", outside_of_brackets(text)))
    kept = list(re.sub(r"[\\\u2060]", "", unescape(text)))  # without what Markdown escapes by
    places = [place for place, char in enumerate(kept) if not char.isspace()]
    for match in pattern_of(data).finditer("".join(kept[place] for place in places)):
        for place in places[match.start() : match.end()]:
            kept[place] = " "
    return set(re.findall(r"[^\W\d]+", "".join(kept))) - WORDS - set(data)


def is_of_files(name: str, text: str) -> bool:
    """Whether words of files are shown: in a form, in a usage with its help or error, and in problems, which name keys."""
    return (
        bool(PROBLEM_CODE.search(text))
        or text.startswith("⟦%usage: ⟧")
        or name.startswith(("template", "issue", "register", "merge"))
    )


@pytest.fixture(scope="module")
def data(shown: dict[str, str]) -> tuple[str, ...]:
    return tuple(json.loads(shown[""]))


class TestTheMadeUpLanguage:
    def test_no_sentence_of_another_language_is_shown(self, shown: dict[str, str], data: tuple[str, ...]) -> None:
        found = {
            name: bare_words(text, data)
            - (OF_FILES if is_of_files(name, text) else set())
            - (OF_CODES if "notebook problem" in name or "--remarks" in name else set())
            for name, text in shown.items()
        }
        found = {name: words for name, words in found.items() if words and name}
        assert not found
        assert len(shown) > 150

    @pytest.mark.usefixtures("shown")
    def test_every_sentence_of_the_files_is_shown_somewhere(self, records: dict[str, Recorded]) -> None:
        """Those of problems are many, and shown in tests/files."""
        assert records.keys() >= set(PACKAGES) - {"problems"}
        unused = {
            f"{package}: {key}"
            for package, entries in records.items()
            for key in entries.keys() - entries.asked
            if package != "problems"
        }
        assert unused == UNSHOWN

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("⟦Final score ⟧87.37 甲公\n  司 [6.2.2, R5]", set()),
            ("Final score ⟦87.37⟧", {"Final", "score"}),
            ("⟦a⟧ 实际⟦b ⟦c⟧⟧", {"实际"}),
        ],
    )
    def test_text_outside_of_brackets_is_found(self, text: str, words: set[str]) -> None:
        assert bare_words(text, ("甲公司",)) == words

    def test_facts_stand_outside_of_brackets(self) -> None:
        assert bracketed("at {{most}} {count}: {x}").format(count=1, x="y").replace("⟧⟦%", "") == "⟦%at {most} ⟧1⟦%: ⟧y"
