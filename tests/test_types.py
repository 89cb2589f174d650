"""Type checkers accept what the documentation shows, and find a misspelt name and a wrong type."""

from __future__ import annotations

import ast
import inspect
import json
import subprocess
import sys
import typing
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import FunctionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest
from pydantic import BaseModel
from support import typed_client
from support.models import classes_in, inputs

import aftersales.batch
from aftersales.analysis.confidence import PRIORS
from aftersales.certification.certificate.events import KINDS as EVENT_KINDS
from aftersales.evaluation.findings import KINDS
from aftersales.rendering import formats
from aftersales.text.sentences import languages

TOP = Path(__file__).parents[1]
CLIENT = Path(typed_client.__file__)

MISTAKES = """
aftersales.scor
aftersales.load_evaluation("a.yaml").finding
aftersales.score(card, standart=standard)
aftersales.score("a.yaml")
card.stars.zh
card.final_scores
card["5.1"].ratio + 1
card["5.1"].point
card.explain(5)
Evaluation(standard="S")
Evaluation(standard="S", finding={})
Evaluation(standard="S", findings={"5.1": "ful"})
Evaluation(standard="S", findings={}, type="first_party")
Evaluation(standard="S", findings={}, period=("2026-03-02", "2026-03-06"))
Period(start="2026-03-02")
Period(start=20260302, end="2026-03-06")
Qualitative(degree=None)
Qualitative(degre="0.9")
Quantitative(actual="8%", at_last="10%")
Sampled(population=120, sampled=80)
Sampled(population=120, sampled="80", nonconforming=4)
NotApplicable(reason="…")
Evidence(method="phone")
Subject(organization="甲")
Signature(name="张明", on=1.5)
Certificate(standard="S", edition="2025-12-04", organisation="甲", final_score="87", stars="4", issued="2026-03-20")
Certificate(standard="S", edition="2025-12-04", organisation="甲", final_score="87", stars=4, issued="2026-03-20", event=[])
Surveillance(on="2027-02-11")
Surveillance(on="2027-02-11", pased=True)
Downgrade(on="2027-02-11", stars=3, grounds="bad_luck", reason="…")
Revocation(on="2027-02-11", reason="…")
Renewal(on="2027-02-11", final_score=[91], stars=5)
Change(on="2027-02-11", organization="甲")
Rectification(on="2027-02-11")
RectificationItem(indicator="5.1", requirement="…", due=None)
EvaluationPlan(standard="S", purposes="…")
Activity(start="2026-03-02", end="2026-03-06", review="office", assessors=["张明"])
aftersales.confidence(card, prior="jeffrey")
aftersales.improvements(card, cost=["5.1"])
aftersales.what_if(card, {"5.1.1.1": "half"})
aftersales.json_schema("evaluations")
aftersales.make_report(card).typeset("odt")
aftersales.make_report(card).typeset("pdf", "fr")
aftersales.issue(aftersales.make_report(card), on=20260320)
certificate.typeset("md", on="2026-03-20")
certificate.notice("2027-03-20", "overdu")
certificate.status("2027-03-20").next_audit.due
certificate.status("2027-03-20").state == "sleeping" or certificate.status("2027-03-20").stat
aftersales.load_example(1)
Standard.load("x")
aftersales.html_of(card, language="en")
aftersales.html_of(card, lang="fr")
score_table([], standard, null="deleted")
""".strip().splitlines()
"""Statements, each of which has one mistake."""

HEAD = CLIENT.read_text("utf-8").partition("\ndef ")[0]
WRONG = f"""{HEAD}

def wrong(card: Scorecard, standard: Standard, certificate: Certificate) -> None:
""" + "".join(f"    {line}\n" for line in MISTAKES)
FIRST = WRONG.splitlines().index(f"    {MISTAKES[0]}") + 1


def lines_by_mypy(*files: Path) -> Iterator[tuple[str, int]]:
    command = [sys.executable, "-m", "mypy", "--strict", "--output=json", "--python-executable", sys.executable]
    done = subprocess.run([*command, *map(str, files)], capture_output=True, text=True, cwd=TOP, check=False)
    for line in done.stdout.splitlines():
        if line.startswith("{"):
            found = json.loads(line)
            if found["severity"] == "error":
                yield Path(found["file"]).name, found["line"]


def lines_by_pyright(*files: Path) -> Iterator[tuple[str, int]]:
    pytest.importorskip("pyright", reason="pyright is not installed")
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable]
    done = subprocess.run([*command, *map(str, files)], capture_output=True, text=True, cwd=TOP, check=False)
    if not done.stdout.startswith("{"):
        pytest.skip(f"pyright does not start, which needs node: {done.stderr[-200:]}")
    for found in json.loads(done.stdout)["generalDiagnostics"]:
        if found["severity"] == "error":
            yield Path(found["file"]).name, found["range"]["start"]["line"] + 1


@pytest.mark.parametrize("checked", [lines_by_mypy, pytest.param(lines_by_pyright, marks=pytest.mark.slow)])
def test_a_typed_program_is_accepted_and_each_mistake_is_found(checked: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "wrong.py").write_text(WRONG, "utf-8")
    found = set(checked(CLIENT, tmp_path / "wrong.py"))
    assert not {line for name, line in found if name == CLIENT.name}
    missed = [line for number, line in enumerate(MISTAKES, FIRST) if ("wrong.py", number) not in found]
    assert not missed


def test_the_typed_program_runs(tmp_path: Path) -> None:
    """The dates and scores are those of docs/certificate.md and by hand: the audit of the second year was missed."""
    *_, state, due, entries = typed_client.main(tmp_path)
    assert (state, due, entries) == ("suspended", "2026-03-05", "2")


# --- signatures ---


def written(model: type[BaseModel]) -> dict[str, tuple[str, str | None]] | None:
    """The hand-written signature of a model: by name the type and the default. None if it has none."""
    tree = ast.parse(inspect.getsource(import_module(model.__module__)))
    (cls,) = (node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == model.__name__)
    for block in cls.body:
        if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING":
            for function in block.body:
                if isinstance(function, ast.FunctionDef) and function.name == "__init__":
                    arguments = function.args
                    assert len(arguments.args) == 1, "all are keywords"
                    return {
                        argument.arg: (ast.unparse(argument.annotation or ast.Constant(None)), default and ast.unparse(default))
                        for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
                    }  # fmt: skip
    return None


def kinds_of(text: str, model: type[BaseModel]) -> set[str]:
    """The types of a union by their texts, in one spelling."""
    names = (
        vars(import_module(model.__module__))
        | vars(aftersales.files.numbers)
        | vars(typing)
        | {"datetime": __import__("datetime")}
    )
    return parts(eval(text, names))


def parts(kind: Any) -> set[str]:
    members = get_args(kind) if get_origin(kind) in (typing.Union, type(int | str)) else [kind]
    found = set()
    for member in members:
        if get_origin(member) is typing.Annotated:
            found |= parts(get_args(member)[0])
        elif get_origin(member) is not None and get_origin(member) is not Literal:
            found.add(
                f"{get_origin(member).__name__}[{', '.join('|'.join(sorted(parts(inner))) for inner in get_args(member))}]"
            )
        else:
            found.add(str(member))
    return found


WIDER = {("Evaluation", "findings"), ("StatutoryCalendar", "holidays"), ("StatutoryCalendar", "working_days")}
"""Fields that take more than their types say: shorthands, and days alone or in lists."""


@pytest.mark.parametrize("model", sorted(inputs(), key=lambda model: model.__name__), ids=lambda model: model.__name__)
def test_a_hand_written_signature_is_that_of_the_fields(model: type[BaseModel]) -> None:
    signature = inspect.signature(model)
    hand = written(model)
    if hand is None:  # the signature that type checkers derive from the fields has to do
        for name, parameter in signature.parameters.items():
            kinds = parts(parameter.annotation)
            assert (
                all(kind in ("<class 'str'>", "<class 'NoneType'>") for kind in kinds) or model is aftersales.Scorecard
            ), name
        return
    assert set(hand) == set(signature.parameters)
    for name, parameter in signature.parameters.items():
        annotation, default = hand[name]
        if default is None:
            assert parameter.default is parameter.empty
        else:
            assert default == "..." or ast.literal_eval(default) == parameter.default
        if (model.__name__, name) not in WIDER and model is not aftersales.Bilingual:
            assert kinds_of(annotation, model) == parts(parameter.annotation), name


def test_a_signature_shows_the_fields_before_and_after_the_first_use() -> None:
    code = (
        "import inspect; from aftersales import Period; before = str(inspect.signature(Period))\n"
        "Period(start='2026-03-02', end='2026-03-06'); print(before); print(inspect.signature(Period))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["(*, start: datetime.date | str, end: datetime.date | str)"] * 2


def test_a_class_of_ones_own_has_the_signature_of_its_fields() -> None:
    class Marked(aftersales.Period):
        """With a mark.

        Fields:
            mark: The mark.
        """

        mark: str = "x"

    assert str(inspect.signature(Marked)).endswith("mark: str = 'x')")
    assert Marked(start="2026-03-02", end="2026-03-06").mark == "x"


# --- what functions return ---

INTERNAL = {"Working", "Violation", "Phrase", "Layout", "Translatable", "Vocabulary"}
"""What methods of findings give to scoring and reports, the standard as sequences, and its words in sentences. No page names them."""


def face() -> Iterator[tuple[str, Any]]:
    for module in (aftersales, aftersales.batch):
        yield from ((name, getattr(module, name)) for name in module.__all__)


def hints(thing: Any) -> dict[str, Any]:
    return get_type_hints(thing, localns={"Derivation": aftersales.Derivation})


def returned(name: str, thing: Any) -> Iterator[tuple[str, type]]:
    """The classes of the package that a public thing returns or holds, each with the way to it."""
    if isinstance(thing, FunctionType):
        yield from ((f"{name}()", cls) for cls in classes_in(hints(thing).get("return")))
    elif isinstance(thing, type):
        for field, kind in hints(thing).items():
            if not field.startswith("_") and field in getattr(thing, "model_fields", {field: None}):
                yield from ((f"{name}.{field}", cls) for cls in classes_in(kind))
        for member, value in vars(thing).items():
            function = getattr(value, "__func__", getattr(value, "fget", getattr(value, "func", value)))
            if isinstance(function, FunctionType) and (member[0] != "_" or member == "__getitem__"):
                yield from ((f"{name}.{member}()", cls) for cls in classes_in(hints(function).get("return")))
    else:  # an alias, such as Finding
        yield from ((name, cls) for cls in classes_in(thing))


def test_what_a_public_function_returns_is_public() -> None:
    public = {id(thing) for _, thing in face()}
    hidden = {
        (way, cls.__name__) for name, thing in face() for way, cls in returned(name, thing) if id(cls) not in public
    }
    assert {name for _, name in hidden} == INTERNAL


def test_the_words_of_the_types_are_those_that_are_taken() -> None:
    assert set(get_args(aftersales.Language)) == set(languages())
    assert get_args(aftersales.PaperFormat) == tuple(formats.RENDERERS)
    assert get_args(aftersales.SheetFormat) == tuple(formats.SHEET_RENDERERS)
    prior = hints(aftersales.confidence)["prior"]
    assert set(get_args(get_args(prior)[0])) == set(PRIORS)
    assert len(get_args(get_args(aftersales.Finding)[0])) == len(KINDS)
    assert len(get_args(get_args(aftersales.Event)[0])) == len(EVENT_KINDS)
