"""The documentation is true: README and docs run as doctests, and here their tables are compared with the code."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Literal, get_args, get_origin, get_type_hints

import pytest

import aftersales
from aftersales.cli.command import command_names
from aftersales.problems.messages import MESSAGES, SENTENCES

TOP = Path(__file__).parents[1]
DOCS = TOP / "docs"


def rows(page: str) -> list[list[str]]:
    """The cells of every table row of a page, without the heads."""
    lines = (DOCS / page).read_text("utf-8").splitlines()
    return [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in lines
        if line.startswith("|") and not set(line) <= set("|-: ")
    ]


def test_every_problem_code_is_listed_once() -> None:
    listed = [
        match[1] for row in rows("errors.md") if (match := re.match(r"`([a-z0-9-]+)` \S*[\u4e00-\u9fff]", row[0]))
    ]
    assert sorted(listed) == sorted(MESSAGES)


def test_the_names_of_pairs_are_those_that_are_taken() -> None:
    from aftersales.batch.columns import PAIRS

    start = (DOCS / "batch.md").read_text("utf-8").partition("| numerator | denominator |\n|---|---|\n")[2]
    lines = start.partition("\n\n")[0].splitlines()
    found = [[tuple(cell.replace("`", "").split(", ")) for cell in line.strip("| ").split(" | ")] for line in lines]
    assert found == [list(pair) for pair in PAIRS]


def test_the_table_of_traps_names_codes_that_exist() -> None:
    named = re.findall(r"`([a-z]+(?:-[a-z]+)+)`", (DOCS / "traps.md").read_text("utf-8"))
    assert len(named) > 15
    assert set(named) <= set(MESSAGES)


def test_every_code_has_a_sentence_in_its_own_language() -> None:
    """That all languages have the same keys and facts is tested with the sentences of the other packages."""
    for code in MESSAGES:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code)
        assert re.search("[\u4e00-\u9fff]", SENTENCES.form("zh", code)), code
        assert not re.search("[\u4e00-\u9fff]", SENTENCES.form("en", code)), code


def test_every_reading_is_explained() -> None:
    text = (DOCS / "interpretations.md").read_text("utf-8")
    for number in (*range(1, 18), 20, 22):
        assert re.search(rf"\bR{number}\b", text), number


def existing(name: str) -> object:
    """What ``module.name.name`` stands for in the package."""
    parts = name.split(".")
    value: object = aftersales
    while parts and importlib.util.find_spec(f"{value.__name__}.{parts[0]}"):
        value = importlib.import_module(f"{value.__name__}.{parts.pop(0)}")
        if not hasattr(value, "__path__"):
            break
    for part in parts:
        fields = getattr(value, "model_fields", {})
        value = fields[part] if part in fields else getattr(value, part)
    return value


def test_the_readings_name_code_that_exists() -> None:
    text = (DOCS / "interpretations.md").read_text("utf-8")
    names = re.findall(
        r"`((?:text|problems|files|standard|evaluation|scoring|analysis|batch|certification)\.\w[\w.]*)`",
        text,
    )
    assert len(names) > 15
    for name in names:
        assert existing(name) is not None, name


def words_of(cls: type) -> Iterator[str]:
    """The public attributes of a class, and the words that its fields take, those of models inside it included."""
    yield from (name for name in dir(cls) if not name.startswith("_"))
    for name, annotation in get_type_hints(cls).items():
        yield name
        yield from words_in(annotation)


def words_in(annotation: object) -> Iterator[str]:
    """The words that a value of that type takes."""
    if get_origin(annotation) is Literal:
        yield from (word for word in get_args(annotation) if isinstance(word, str))
    for inner in get_args(annotation):
        yield from words_in(inner)


def test_the_glossary_names_what_exists() -> None:
    classes = [thing for name in aftersales.__all__ if isinstance(thing := getattr(aftersales, name), type)]
    known = {*aftersales.__all__, "full", "none", "None"}.union(*map(words_of, classes))
    named = [name for row in rows("glossary.md")[1:] for name in re.findall(r"`([^`]+)`", row[2])]
    assert len(named) > 90
    for name in named:
        assert name in known or existing(name) is not None, name


def test_every_clause_of_chapters_4_to_7_is_in_the_table() -> None:
    clauses = [
        "4.1",
        "4.2",
        "4.3",
        "4.4",
        "4.5",
        "5",
        "6.1.1",
        "6.1.2",
        "6.1.3",
        "6.1.4",
        "6.1.5",
        "6.2.1",
        "6.2.2",
        "6.2.3",
        "6.2.4",
        "6.3.1",
        "6.3.2",
        "6.3.3",
        "7.1",
        "7.2.1",
        "7.2.2",
        "7.2.3",
        "7.2.4",
    ]
    first_cells = [row[0] for row in rows("clauses.md")]
    for clause in clauses:
        assert any(cell == clause or cell.startswith(f"{clause} ") for cell in first_cells), clause


SENTENCES_OF_CLAUSES = {
    "6.1.1": "123",
    "6.1.2": "123",
    "6.1.4": "123",
    "6.2.2": "1234",
    "6.2.4": "12",
    "6.3.2": "12",
    "7.1": "12abcdef",
    "7.2.1": "1",
    "7.2.2": "123",
    "7.2.3": "123",
    "7.2.4": "1",
}
"""What the sentences of a clause ask for, counted in the text of the standard; the letters are the list of 7.1."""


@pytest.mark.parametrize("clause", SENTENCES_OF_CLAUSES)
def test_each_sentence_of_a_clause_has_its_row_with_code_and_tests_of_its_own(clause: str) -> None:
    of_clause = [row for row in rows("clauses.md") if row[0] == clause or row[0].startswith(f"{clause} ")]
    assert [row[0] for row in of_clause] == [f"{clause} ({mark})" for mark in SENTENCES_OF_CLAUSES[clause]]
    for name, requirement, code, tests in of_clause:
        assert requirement, name
        assert re.findall(r"`[\w.]+`", code), name
        assert re.findall(r"`[\w/]+\.py::\w+(?:::\w+)?`", tests), name  # not a whole file


@cache
def statements_of(path: Path) -> list[ast.stmt]:
    return ast.parse(path.read_text("utf-8")).body


def test_the_clause_table_names_code_and_tests_that_exist() -> None:
    code = [name for row in rows("clauses.md")[1:] for name in re.findall(r"`([\w.]+)`", row[2])]
    tests = [name for row in rows("clauses.md")[1:] for name in re.findall(r"`([\w.:/-]+)`", row[3])]
    assert code
    assert tests
    for name in code:
        assert existing(name) is not None, name
    for name in tests:
        file, _, inside = name.partition("::")
        path = TOP / (file if file.startswith("data/") else f"tests/{file}")
        assert path.exists(), name
        nodes = statements_of(path) if inside else []
        for part in inside.split("::") if inside else ():
            found = [node for node in nodes if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name == part]
            assert found, name
            nodes = found[0].body


def test_every_public_name_is_in_the_glossary_or_the_docs() -> None:
    text = "".join(page.read_text("utf-8") for page in DOCS.glob("*.md"))
    for name in set(aftersales.__all__) - {"__version__"}:
        assert re.search(rf"\b{name}\b", text), name


@pytest.mark.parametrize("page", [TOP / "README.md", *sorted(DOCS.rglob("*.md"))], ids=lambda page: page.name)
def test_every_link_of_the_pages_leads_to_something_that_exists(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
        assert target.startswith("https://") or (page.parent / target).exists(), target


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.stem)
def test_each_path_of_the_project_in_a_text_exists(page: Path) -> None:
    for name in re.findall(r"`((?:tests|src|data|docs|\.ci)/[\w./-]+)`", page.read_text("utf-8")):
        assert (TOP / name).exists(), name


def test_the_commands_of_the_chinese_readme_exist() -> None:
    named = re.findall(r"aftersales (\w+) ", (DOCS / "zh" / "README.md").read_text("utf-8"))
    assert len(named) > 5
    assert set(named) <= {*command_names(), "help"}


def test_the_architecture_counts_the_files_of_a_language() -> None:
    files = len(list((TOP / "src" / "aftersales").glob("*/sentences/en.json")))
    counts = re.findall(
        r"(\d+) files[),]* (?:and )?no\s+(?:Python )?source", (DOCS / "architecture.md").read_text("utf-8")
    )
    assert counts == [str(files)] * 2


def test_the_readme_lists_every_command() -> None:
    listed = re.findall(r"^aftersales (\w+)", (TOP / "README.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(set(listed)) == sorted(command_names())


@pytest.mark.parametrize(
    "file", [*sorted(DOCS.glob("*.md")), *sorted((TOP / "src").rglob("*.py"))], ids=lambda file: file.stem
)
def test_each_name_of_the_package_in_a_text_exists(file: Path) -> None:
    for name in re.findall(r"`~?aftersales\.(\w[\w.]*)`", file.read_text("utf-8")):
        assert existing(name) is not None, name


def test_every_page_is_in_the_list_of_the_site() -> None:
    listed = re.findall(r"^[\w/]+$", (DOCS / "index.md").read_text("utf-8"), re.MULTILINE)
    pages = [
        page.relative_to(DOCS).with_suffix("").as_posix() for kind in ("md", "rst") for page in DOCS.rglob(f"*.{kind}")
    ]
    assert sorted(listed) == sorted(set(pages) - {"index"})
