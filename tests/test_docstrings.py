"""Every field of a public class is described in the docstring of the class, and so in help() and in the JSON Schema."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from types import FunctionType

import pytest
from pydantic import BaseModel

import aftersales.batch
from aftersales.files.docstrings import field_descriptions, summary_of


def fields_of(cls: type) -> set[str]:
    """The public fields of a model, a dataclass or a named tuple."""
    if issubclass(cls, BaseModel):
        return set(cls.model_fields)
    if is_dataclass(cls):
        return {field.name for field in fields(cls) if not field.name.startswith("_")}
    return set(getattr(cls, "_fields", ()))


def classes() -> Iterator[type]:
    """The public classes of the package that have fields."""
    for module in pkgutil.walk_packages(aftersales.__path__, "aftersales."):
        if module.name != "aftersales.__main__":
            loaded = importlib.import_module(module.name)
            for name, value in vars(loaded).items():
                if isinstance(value, type) and value.__module__ == module.name and name[0] != "_" and fields_of(value):
                    yield value


CLASSES = sorted(classes(), key=lambda cls: f"{cls.__module__}.{cls.__name__}")


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: f"{cls.__module__}.{cls.__name__}")
def test_each_field_is_described(cls: type) -> None:
    described = field_descriptions(cls)
    assert set(described) == fields_of(cls)
    assert all(text[0].isupper() or text[0] in "`≥" for text in described.values())
    assert all(text.endswith(".") for text in described.values())


FUNCTIONS = [
    value
    for face in (aftersales, aftersales.batch)
    for name in face.__all__
    if isinstance(value := getattr(face, name), FunctionType)
]


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
def test_each_public_function_has_an_example(function: FunctionType) -> None:
    assert ">>>" in (function.__doc__ or "")


def test_the_json_schema_has_the_descriptions_of_the_docstring() -> None:
    schema = aftersales.Bounds.model_json_schema()
    assert schema["description"] == summary_of(aftersales.Bounds)
    for name, text in field_descriptions(aftersales.Bounds).items():
        assert schema["properties"][name]["description"] == text
    assert schema["$defs"]["OpenIndicator"]["properties"]["gain"]["description"].startswith("The final score with it")


def test_a_description_of_what_is_no_field_is_left_out() -> None:
    """The docstring of somebody's own subclass may say more."""

    class Days(aftersales.Period):
        """Days.

        Fields:
            length: Their number.
        """

    assert Days.model_json_schema()["properties"].keys() == {"start", "end"}


def test_the_json_schema_of_a_class_without_a_docstring_describes_the_fields_of_its_base_alone() -> None:
    """Under `python -OO` no class has one."""

    class Days(aftersales.Period):
        pass

    schema = Days.model_json_schema()
    assert "description" not in schema
    assert schema["properties"]["start"]["description"] == "The first day."
