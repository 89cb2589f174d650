"""The house: a floor imports only floors below, the core stays light, and the face is what it promises to be."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import aftersales

SOURCE = Path(aftersales.__file__).parent
FLOORS = (
    {"unseen"},
    {"safe_text", "printing", "archive", "workbook_formats"},
    {"pictures"},
    {"errors", "frozen", "charts", "manuscript", "workbook_layout", "chances"},  # words, numbers, pictures
    {"faults"},
    {"exact"},
    {"document", "extras"},  # files, and the libraries of the extras
    {"validation"},  # what all models share
    {"loading", "writing", "fonts", "workbook_package", "strict_csv"},
    {"workbook_guard"},
    {"workbook_copies"},
    {"workbook_reading", "typeset_html", "typeset_docx", "typeset_pdf", "typeset_md"},
    {"typesetting"},
    {"standard"},  # the standard
    {"evaluation", "derivation"},  # the case, and how a judgement is told
    {"checking"},
    {"scoring"},  # the judgement
    {"review_points"},
    {"reading", "template", "workbook", "batch_columns"},
    {"batch_arithmetic"},
    {
        "schema",
        "score_view",
        "plan",
        "improvement",
        "unfinished",
        "tipping",
        "report_words",
        "due_date",
        "comparison",
    },  # the papers
    {"report_voice", "improvement_view", "unfinished_view", "probability", "comparison_view", "plan_view"},
    {"report_basis", "report_scores"},
    {"report_advice"},
    {"report_text"},
    {"report"},
    {"certificate"},
    {"certificate_view"},
    {"console", "batch"},  # the counters
    {"batch_files", "notebook"},
    {"commands", "paper_commands", "batch_commands"},
    {"cli"},
)


def imports(module: str) -> set[str]:
    """The modules of the package that a module imports, anywhere in it, but for the eyes of type checkers."""
    tree = ast.parse((SOURCE / f"{module}.py").read_text("utf-8"))
    hidden = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    found = set()
    for node in ast.walk(tree):
        if id(node) in hidden:
            continue
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("aftersales."):
            found.add(str(node.module).split(".")[1])
        elif isinstance(node, ast.Import):
            found |= {name.name.split(".")[1] for name in node.names if name.name.startswith("aftersales.")}
    return found


def test_every_module_has_a_floor() -> None:
    modules = {file.stem for file in SOURCE.glob("*.py")} - {"__init__", "__main__"}
    assert modules == set().union(*FLOORS)


@pytest.mark.parametrize("number", range(len(FLOORS)))
def test_a_floor_imports_only_floors_below(number: int) -> None:
    below = set().union(*FLOORS[:number])
    for module in FLOORS[number]:
        climbing = imports(module) - below
        assert not climbing, f"{module} imports {climbing}"


def test_importing_the_package_costs_nothing() -> None:
    code = "import sys, aftersales; print({'pydantic', 'yaml', 'argparse', 'numpy', 'pyarrow'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_scoring_one_evaluation_needs_no_table() -> None:
    code = (
        "import sys, aftersales; from aftersales.standard import data_folder\n"
        "path = data_folder() / 'examples' / 'home-appliance-chain.yaml'\n"
        "aftersales.score(aftersales.load_evaluation(path)); print({'numpy', 'pyarrow'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_the_face() -> None:
    """Every public name can be imported, has a docstring with its meaning, and dir() shows it."""
    assert set(dir(aftersales)) == set(aftersales.__all__)
    for name in aftersales.__all__:
        value = getattr(aftersales, name)
        if inspect.isclass(value) or inspect.isfunction(value):
            assert inspect.getdoc(value), name
    with pytest.raises(AttributeError, match="no attribute 'scores'"):
        aftersales.scores  # noqa: B018


def test_no_module_takes_the_name_of_a_public_one() -> None:
    """Importing a module sets it on the package, where it would hide a function of the same name."""
    assert not {file.stem for file in SOURCE.glob("*.py")} & set(aftersales.__all__)


def test_every_rule_cites_its_clause() -> None:
    for name in ("standard", "evaluation", "checking", "scoring"):
        for function in vars(importlib.import_module(f"aftersales.{name}")).values():
            if inspect.isfunction(function) and function.__name__.startswith(("_check_", "_share", "judge")):
                assert re.search(r"\b[5-7]\.[1-9]|[Cc]hapter 5", inspect.getdoc(function) or ""), function


def test_no_number_of_the_standard_stands_in_the_code() -> None:
    """The limits, the pass line, the points and the share of a sample come from data/ alone."""
    forbidden = {60, 70, 75, 90, 73, 0.6, 0.7, 0.75, 0.9}
    rooms = ("standard", "evaluation", "checking", "scoring", "derivation", "score_view")
    for module in (
        *rooms,
        "unfinished",
        "tipping",
        "probability",
        "chances",
        "batch",
        "batch_columns",
        "batch_arithmetic",
    ):
        tree = ast.parse((SOURCE / f"{module}.py").read_text("utf-8"))
        numbers = {
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and type(node.value) in (int, float)
        }
        assert not numbers & (forbidden - ({60} if module == "score_view" else set())), module


@pytest.mark.parametrize(
    ("notes", "head"), [(["in shop\x1b.yaml"], "EvaluationError in shop\ufffd.yaml:"), ("x", "EvaluationError:")]
)
def test_a_notebook_shows_the_problems_of_an_error_and_no_traceback(notes: object, head: str) -> None:
    with pytest.raises(aftersales.EvaluationError) as caught:
        aftersales.load_evaluation({"standard": "CTS XBHT-S04-2025", "findings": {"5.1.2.2": "full"}})
    caught.value.__notes__ = notes  # type: ignore[assignment]
    assert caught.value._render_traceback_() == [head, str(caught.value.problems[0])]
