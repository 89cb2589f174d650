"""The limits that docs/security.md states are those of the code."""

from __future__ import annotations

from pathlib import Path

from aftersales.files import fields, numbers, source
from aftersales.files.spreadsheet import guard, package
from aftersales.problems import collector

PAGE = (Path(__file__).parents[1] / "docs" / "security.md").read_text("utf-8")
MIB = 2**20


def test_the_page_states_each_limit_as_the_code_has_it() -> None:
    for line in (
        f"| YAML and JSON files | {source.MAX_BYTES // MIB} MiB, {source.MAX_VALUES:,} values, {source.MAX_DEPTH} levels |",
        f"| JSON by the models (`model_validate_json`) | {fields.MAX_JSON // MIB} MiB, {fields.MAX_MODEL_VALUES:,} values |",
        f"| workbooks | {source.MAX_WORKBOOK // MIB} MiB; unpacked {package.MAX_UNPACKED // MIB} MiB, {package.MAX_PARTS} parts, "
        f"{guard.MAX_ELEMENTS:,} elements, {guard.MAX_TEXT:,} characters in cells |",
        f"| a number | {numbers.MAX_TEXT} characters, exponents from −{numbers.MAX_EXPONENT} to {numbers.MAX_EXPONENT}; "
        f"from Python {numbers.MAX_DIGITS:,} digits |",
        f"| problems of an input | the first {collector.MAX_PROBLEMS}, and the count of the others |",
    ):
        assert line in PAGE
