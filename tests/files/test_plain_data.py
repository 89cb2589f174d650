"""A text is read without positions first, and says the same as with them."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from support.examples import examples

from aftersales import EvaluationError, load_evaluation
from aftersales.files import json_events, parsed_file
from aftersales.files.json_events import json_data
from aftersales.files.parsed_file import ParsedFile, parse_source
from aftersales.files.source import MAX_DEPTH, MAX_VALUES, UNPRINTABLE
from aftersales.files.yaml_events import yaml_data
from aftersales.standard.editions import data_folder

FILES = sorted(path for path in data_folder().rglob("*") if path.suffix in (".yaml", ".yml", ".json"))


def typed(data: Any) -> Any:
    """Data that are equal only if their types are, too, and their keys are in one order."""
    if isinstance(data, dict):
        return [(key, typed(value)) for key, value in data.items()]
    return [typed(value) for value in data] if isinstance(data, list) else (type(data), data)


def read_with_positions(text: str, monkeypatch: pytest.MonkeyPatch) -> ParsedFile:
    with monkeypatch.context() as patched:
        patched.setattr(json_events, "json_data", lambda text: None)
        patched.setattr(parsed_file, "yaml_data", lambda text: None)
        return parse_source(text.encode())


def ensure_same(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read without positions is all of it, and nothing is to be reported."""
    plain = (json_data if text.lstrip().startswith("{") else yaml_data)(text)
    if plain is None:
        return
    located = read_with_positions(text, monkeypatch)
    assert located.readable
    assert not located.violations
    assert typed(plain) == typed(located.data)


SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5),
    st.sampled_from(["\x07", "\ud800", "\ufeff", "😀", "null", "~", "<<", "=", "1_000", "0o7", "!x", "&a", "*a", "\\u0007", "a: b", "- x"]),
)  # fmt: skip
DATA = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_files_of_the_package_are_read_without_positions(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = path.read_text("utf-8")
    plain = (json_data if path.suffix == ".json" else yaml_data)(text)
    if path.suffix != ".json" or text.startswith("{"):
        assert typed(plain) == typed(read_with_positions(text, monkeypatch).data)


@pytest.mark.parametrize("path", sorted(Path(__file__).with_name("bad_files").iterdir()), ids=lambda path: path.name)
def test_bad_files_are_read_alike(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if path.suffix in (".yaml", ".yml", ".json"):
        ensure_same(path.read_bytes().decode("utf-8-sig", "replace"), monkeypatch)


@settings(max_examples=examples(200))
@given(data=st.dictionaries(st.text(max_size=3), DATA, max_size=4), escaped=st.booleans(), cut=st.integers(0, 400))
def test_random_json_is_read_without_positions_as_with_them(data: Any, escaped: bool, cut: int) -> None:
    text = json.dumps(data, ensure_ascii=escaped)
    with pytest.MonkeyPatch.context() as patched:
        for part in (text, text[:cut], text.replace(":", ": ,", 1), text.replace('"', "", 1)):
            if not UNPRINTABLE.search(part):
                ensure_same(part, patched)


@settings(max_examples=examples(200))
@given(data=DATA, flow=st.booleans(), ascii_only=st.booleans(), cut=st.integers(0, 200))
def test_random_yaml_is_read_without_positions_as_with_them(data: Any, flow: bool, ascii_only: bool, cut: int) -> None:
    text = yaml.safe_dump(data, default_flow_style=flow, allow_unicode=not ascii_only)
    with pytest.MonkeyPatch.context() as patched:
        for part in (text, text[:cut], text.replace("- ", "- &a ", 1), text + "---\n", text.replace("'", '"')):
            if not UNPRINTABLE.search(part):
                ensure_same(part, patched)


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1, "a": 2}', '{"a": NaN}', '{"a": 1e999}', '{"a": "\\u0007"}', '{"a": "\\b"}', '{"a": "\\ud800"}', '{"a": "\\uFEFF"}',
        '{"a": 1', "{" + '"a": {' * MAX_DEPTH + "}" * (MAX_DEPTH + 1), '{"a": ' + "[" * 5_000 + "]" * 5_000 + "}",
        '{"a": [' + "1," * MAX_VALUES + "1]}",
        "a: 1\na: 2\n", "a: &x 1\n", "a: !!str 1\n", "a: *x\n", "a: &x 1\nb: *x\n", "%TAG ! tag:x,2000:\n---\na: 1\n", "--- a\n--- b\n", "? [a]\n: 1\n",
        "? {a: 1}\n: 1\n", "~: 1\n", ": 1\n", 'a: "\\a"\n', "a: [\n", "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1),
        "[" + "1," * MAX_VALUES + "1]", "# nothing\n", "~\n",
    ],
)  # fmt: skip
def test_what_is_to_be_reported_needs_positions(text: str) -> None:
    assert (json_data if text.startswith("{") else yaml_data)(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": [0.70, -1, 1e2, true, null, "0.70", "é\\n"]}', {"a": [Fraction(7, 10), -1, 100, True, None, "0.70", "é\n"]}),
        ("{" + '"a": {' * (MAX_DEPTH - 1) + "}" * MAX_DEPTH, None),
        ("a: [0.70, no, ~, '', \"~\", 2025-12-04, 'x ''y''']\nb:\n", {"a": ["0.70", "no", None, "", "~", "2025-12-04", "x 'y'"], "b": None}),
        ("[" * MAX_DEPTH + "]" * MAX_DEPTH, None),
        ("a: 1\n...\n", {"a": "1"}),
    ],
)  # fmt: skip
def test_plain_text_is_read_without_positions(text: str, expected: Any) -> None:
    found = (json_data if text.startswith("{") else yaml_data)(text)
    assert found is not None
    if expected is not None:
        assert found == expected


@pytest.mark.parametrize("name", ["a.yaml", "a.json"])
def test_positions_are_located_only_for_a_problem(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / name
    written = {"standard": "CTS XBHT-S04-2025", "edition": "2025-12-04", "findings": {"5.1.1.1": "full"}}
    path.write_text(json.dumps(written, indent=1), "utf-8")
    built: list[int] = []
    build = parsed_file._build
    monkeypatch.setattr(parsed_file, "_build", lambda events: built.append(1) or build(events))
    assert load_evaluation(path).findings
    assert not built
    path.write_text(json.dumps(written | {"findings": {"5.1.1.1": "full", "5.9": "none"}}, indent=1), "utf-8")
    with pytest.raises(EvaluationError) as caught:
        load_evaluation(path)
    assert [(problem.code, problem.line, problem.column) for problem in caught.value.problems] == [
        ("unknown-indicator", 6, 3)
    ]
    assert built == [1]
