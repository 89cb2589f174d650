"""tests/mutation/modules.toml names modules and tests that exist, and equivalent.toml modules that are mutated."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "tests" / "mutation"
TESTS: dict[str, list[str]] = tomllib.loads((FOLDER / "modules.toml").read_text("utf-8"))
EQUIVALENT = tomllib.loads((FOLDER / "equivalent.toml").read_text("utf-8"))


@pytest.mark.parametrize("module", TESTS)
def test_the_tests_that_have_to_kill_the_mutants_of_a_module_exist(module: str) -> None:
    assert (ROOT / "src" / "aftersales" / module).is_file()
    for test in TESTS[module]:
        name, *path = test.split("::")
        scope: ast.AST = ast.parse((ROOT / name).read_text("utf-8"))
        for part in path:
            inside = {each.name: each for each in ast.iter_child_nodes(scope) if hasattr(each, "name")}
            assert part in inside, test
            scope = inside[part]


def test_each_equivalent_mutant_is_one_of_a_module_that_is_mutated() -> None:
    assert EQUIVALENT.keys() <= TESTS.keys()
    assert all(entry["why"].endswith(".") for entries in EQUIVALENT.values() for entry in entries)
