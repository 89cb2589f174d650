"""Mappings and lists that never end, or that cannot be read, for each model of the package and for each of its fields."""

from __future__ import annotations

from collections import UserDict, deque
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from pydantic import ValidationError
from support import oracle

import aftersales
from aftersales.files.fields import MAX_MODEL_VALUES, Model, WholeModel

MODELS = [
    model
    for name in aftersales.__all__
    if isinstance(model := getattr(aftersales, name), type) and issubclass(model, Model)
]
# The size of a whole document is counted before its fields are read, so one of its fields stands for all.
FIELDS = [
    (model, field)
    for model in MODELS
    for field in list(model.model_fields)[: 1 if issubclass(model, WholeModel | aftersales.Scorecard) else None]
]


class Endless(Mapping[str, Any]):
    """A mapping that never ends. The test fails where more of it is read than a document may hold."""

    def __getitem__(self, key: str) -> Any:
        return "x"

    def __iter__(self) -> Iterator[str]:
        yield from map(str, range(MAX_MODEL_VALUES + 10))
        pytest.fail("the mapping is read without a bound")

    def __len__(self) -> int:
        return 3


class EndlessDict(dict[str, Any]):
    """A dict of three entries whose iterators never end."""

    def __iter__(self) -> Iterator[str]:
        return iter(Endless())

    keys = __iter__  # type: ignore[assignment]
    values = __iter__  # type: ignore[assignment]

    def items(self) -> Any:
        return ((key, "x") for key in iter(Endless()))


class EndlessList(list[Any]):
    """A list of two entries that says so and iterates for ever."""

    def __iter__(self) -> Iterator[Any]:
        return iter(Endless())


class Unreadable(Mapping[str, Any]):
    def __getitem__(self, key: str) -> Any:
        raise RuntimeError("no entry")

    def __iter__(self) -> Iterator[str]:
        return iter(["kind"])

    def __len__(self) -> int:
        return 1


class WithoutIteration(Unreadable):
    def __iter__(self) -> Iterator[str]:
        raise RuntimeError("no keys")


class WithoutLength(dict[str, Any]):
    def __len__(self) -> int:
        raise RuntimeError("no length")


PARTS: dict[str, Callable[[], Any]] = {
    "a mapping": Endless,
    "a dict": lambda: EndlessDict(a=1, b=2, c=3),
    "a list of one": lambda: [Endless()],
    "a tuple of one": lambda: (Endless(),),
    "a list of a dict": lambda: [EndlessDict(a=1)],
    "a mapping of one": lambda: {"a": Endless()},
    "an iterator": lambda: iter(Endless()),
    "an iterator over one": lambda: iter([Endless()]),
    "a list": lambda: EndlessList([1, 2]),
    "a mapping that cannot be read": Unreadable,
    "a list of one that cannot be read": lambda: [WithoutIteration()],
}


@pytest.fixture
def _small_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tenth of the bounds of models, and of the time. The bounds themselves are those of tests/files/test_models.py."""
    monkeypatch.setattr(Model, "most_values", 2_000)
    monkeypatch.setattr(WholeModel, "most_values", 20_000)


@pytest.mark.parametrize("make", [Endless, lambda: EndlessDict(a=1), Unreadable, WithoutIteration])
def test_an_endless_document_is_refused_by_every_model(make: Callable[[], Any]) -> None:
    assert len(MODELS) > 30
    for model in MODELS:
        with pytest.raises(ValidationError):
            model.model_validate(make())


def built(model: type[Model], data: dict[str, Any], way: str) -> Model:
    return model(**data) if way == "by name" else model.model_validate(data)


@pytest.mark.usefixtures("_small_bounds")
@pytest.mark.parametrize("name", PARTS)
@pytest.mark.parametrize("way", ["by name", "by mapping"])
def test_an_endless_field_is_refused_in_every_model(name: str, way: str) -> None:
    for model, field in FIELDS:
        with pytest.raises(ValidationError):
            built(model, {field: PARTS[name]()}, way)


@pytest.mark.parametrize("make", [EndlessList, lambda: iter(Endless()), Endless, Unreadable, lambda: EndlessDict(a=1)])
def test_an_endless_list_of_evidence_is_refused(make: Callable[[], Any]) -> None:
    finding = {"kind": "qualitative", "degree": "60%", "evidence": make()}
    with pytest.raises(aftersales.EvaluationError):
        aftersales.load_evaluation(oracle.document({"5.1.1.1": finding}))


@pytest.mark.parametrize("make", [Endless, Unreadable, lambda: EndlessDict(method="document")])
def test_an_endless_piece_of_evidence_is_refused(make: Callable[[], Any]) -> None:
    finding = {"kind": "qualitative", "degree": "60%", "evidence": [{"method": "document"}, make()]}
    with pytest.raises(aftersales.EvaluationError) as caught:
        aftersales.load_evaluation(oracle.document({"5.1.1.1": finding}))
    assert caught.value.problems[0].code in ("too-many-values", "invalid-value")
    with pytest.raises(ValidationError):
        aftersales.Qualitative.model_validate(finding)


def test_mappings_and_lists_of_other_classes_that_end_are_taken() -> None:
    class Entries(list[Any]):
        pass

    evidence = Entries([UserDict(method="document"), aftersales.Evidence(method="customer")])
    finding = UserDict(kind="qualitative", degree="60%", evidence=evidence)
    read = aftersales.Qualitative.model_validate(finding)
    assert [entry.method for entry in read.evidence] == ["document", "customer"]
    given = {**oracle.all_full(), "5.1.1.1": finding}
    assert aftersales.score(aftersales.load_evaluation(oracle.document(WithoutLength(given)))).stars == 5


@pytest.mark.parametrize("make", [iter, lambda entries: (entry for entry in entries), deque, tuple, list])
def test_an_unknown_key_in_an_entry_of_an_iterator_is_reported_by_its_name(make: Callable[[Any], Any]) -> None:
    data = oracle.document({"5.1.1.1": "full"}) | {"team": make([{"name": "张明"}, {"nam": "李静"}])}
    with pytest.raises(aftersales.EvaluationError) as caught:
        aftersales.load_evaluation(data)
    (problem,) = caught.value.problems
    assert (problem.code, problem.path) == ("unknown-key", "team[1].nam")
    assert "'nam'" in problem.message
    assert "did you mean 'name'?" in problem.message


def test_an_iterator_that_raises_is_refused_in_every_field() -> None:
    def broken() -> Iterator[Any]:
        yield {}
        raise RuntimeError("no more")

    for model, field in FIELDS:
        with pytest.raises(ValidationError):
            model(**{field: broken()})
