"""The architecture: packages import downwards, the core stays light, and the public names are what they promise to be."""

from __future__ import annotations

import ast
import graphlib
import importlib
import inspect
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import aftersales
from aftersales.evaluation.findings import KINDS

SOURCE = Path(aftersales.__file__).parent
LAYERS = (
    {"text"},
    {"problems"},
    {"files"},
    {"rendering", "standard"},
    {"evaluation"},
    {"scoring"},
    {"analysis"},
    {"batch"},
    {"certification"},
    {"views"},
    {"cli"},
)
"""The packages from the lowest layer to the highest. A package imports only from packages of lower layers."""


def imports_of(file: Path) -> set[str]:
    """The modules that a module imports, anywhere in it, without ``aftersales.``: for types, too.

    The public face is ``aftersales``.
    """
    nodes = list(ast.walk(ast.parse(file.read_text("utf-8"))))
    names = [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    names += [name.name for node in nodes if isinstance(node, ast.Import) for name in node.names]
    return {name.removeprefix("aftersales.") for name in names if name.split(".")[0] == "aftersales"}


@cache
def modules() -> dict[str, set[str]]:
    """The modules of all packages, each with the modules that it imports."""
    return {
        ".".join(file.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__"): imports_of(file)
        for file in SOURCE.rglob("*.py")
        if file.parent != SOURCE and "__pyinstaller" not in file.parts
    }


def test_every_package_has_a_layer_and_says_what_it_is_for() -> None:
    packages = {folder.name for folder in SOURCE.iterdir() if (folder / "__init__.py").exists()}
    assert packages == set().union({"__pyinstaller"}, *LAYERS)
    for file in SOURCE.rglob("*/__init__.py"):
        assert ast.get_docstring(ast.parse(file.read_text("utf-8"))), file


def test_a_package_imports_only_packages_of_lower_layers() -> None:
    layer = {package: number for number, packages in enumerate((*LAYERS, {"aftersales"})) for package in packages}
    for module, imported in modules().items():
        package = module.split(".")[0]
        climbing = {
            name for name in imported if name.split(".")[0] != package and layer[name.split(".")[0]] >= layer[package]
        }
        assert not climbing, f"{module} imports {climbing}"


def test_no_modules_import_each_other_in_a_circle() -> None:
    graphlib.TopologicalSorter(modules()).prepare()  # raises CycleError with the circle


def test_no_module_imports_a_private_name_of_another() -> None:
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("aftersales"):
                private = [name.name for name in node.names if re.match("_[^_]", name.name)]
                assert not private, f"{file} imports {private} from {node.module}"


def test_no_module_carries_the_name_of_its_folder_as_a_prefix() -> None:
    assert not [file for file in SOURCE.rglob("*.py") if file.stem.startswith(f"{file.parent.name}_")]


def test_no_test_is_imported_from() -> None:
    """What several tests share is in ``tests/support``."""
    for file in Path(__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [name.name for name in node.names] if isinstance(node, ast.Import) else []
            assert not [name for name in names if name.rpartition(".")[2].startswith("test_")], file


def test_importing_the_package_costs_nothing() -> None:
    code = "import sys, aftersales; print({'pydantic', 'yaml', 'argparse', 'numpy', 'pyarrow'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_scoring_one_evaluation_needs_no_table() -> None:
    code = (
        "import sys, aftersales; from aftersales.standard.editions import data_folder\n"
        "path = data_folder() / 'examples' / 'home-appliance-chain.yaml'\n"
        "aftersales.score(aftersales.load_evaluation(path)); print({'numpy', 'pyarrow'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_the_public_names_are_importable_documented_and_listed() -> None:
    """Every public name can be imported, has a docstring with its meaning, and dir() shows it."""
    assert set(dir(aftersales)) == set(aftersales.__all__)
    for name in aftersales.__all__:
        value = getattr(aftersales, name)
        if inspect.isclass(value) or inspect.isfunction(value):
            assert inspect.getdoc(value), name
    with pytest.raises(AttributeError, match="no attribute 'scores'"):
        aftersales.scores  # noqa: B018


def test_each_module_lists_its_public_names() -> None:
    """Type checkers take the public names of ``aftersales`` from the modules' ``__all__``."""
    for module, names in aftersales._FACE.items():
        assert sorted(importlib.import_module(f"aftersales.{module}").__all__) == sorted(names)


def test_no_public_name_is_that_of_a_package() -> None:
    """Importing a package sets it on ``aftersales``, where it would hide a function of the same name."""
    assert not {package for packages in LAYERS for package in packages} & set(aftersales.__all__)


def test_every_rule_cites_its_clause() -> None:
    for name in (
        "standard.standard",
        "standard.structure",
        "evaluation.findings",
        "evaluation.rules",
        "evaluation.ledger",
        "scoring.scorecard",
    ):
        for function in vars(importlib.import_module(f"aftersales.{name}")).values():
            if inspect.isfunction(function) and function.__name__.startswith(("_check_", "ledger_of")):
                assert re.search(r"\b[5-7]\.[1-9]|[Cc]hapter 5", inspect.getdoc(function) or ""), function
    for kind in KINDS.values():
        for function in vars(kind).values():
            if inspect.isfunction(function) and function.__name__ in ("share", "violations", "review_points"):
                assert re.search(r"\b[46]\.2\.?2?", inspect.getdoc(function) or ""), function


def test_the_code_holds_no_number_of_the_standard() -> None:
    """The limits, the pass line, the points and the share of a sample come from data/ alone."""
    forbidden = {60, 70, 75, 90, 73, 0.6, 0.7, 0.75, 0.9}
    for file in (
        file
        for package in ("standard", "evaluation", "scoring", "analysis", "batch")
        for file in (SOURCE / package).glob("*.py")
    ):
        tree = ast.parse(file.read_text("utf-8"))
        numbers = {
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and type(node.value) in (int, float)
        }
        assert not numbers & forbidden, file


@pytest.mark.parametrize(
    ("notes", "head"), [(["in shop\x1b.yaml"], "EvaluationError in shop\ufffd.yaml:"), ("x", "EvaluationError:")]
)
def test_a_notebook_shows_the_problems_of_an_error_and_no_traceback(notes: object, head: str) -> None:
    with pytest.raises(aftersales.EvaluationError) as caught:
        aftersales.load_evaluation({"standard": "CTS XBHT-S04-2025", "findings": {"5.1.2.2": "full"}})
    caught.value.__notes__ = notes  # type: ignore[assignment]
    assert caught.value._render_traceback_() == [head, str(caught.value.problems[0])]
