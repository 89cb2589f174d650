"""Changes of forms in Excel."""

from __future__ import annotations

import io
import pickle
import re
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.writer.excel import ExcelWriter

import aftersales
from aftersales import EvaluationError
from aftersales.evaluation.workbook.layout import COLUMNS
from aftersales.evaluation.workbook.writer import write_workbook
from aftersales.standard.editions import data_folder

STANDARD = aftersales.load_standard()
LETTERS = {column.key: get_column_letter(place) for place, column in enumerate(COLUMNS, 1)}
ROWS = {node.id: number for number, node in enumerate(STANDARD.nodes, 2)}
SHEET = "评分表"


def cell(key: str, column: str) -> str:
    return f"{LETTERS[column]}{ROWS[key]}"


def example(name: str = "home-appliance-chain") -> aftersales.Evaluation:
    return aftersales.load_evaluation(data_folder() / "examples" / f"{name}.yaml")


def without_blank_cells(form: bytes) -> bytes:
    """The form less its cells without a value: two thirds of all, which cost two thirds of the time."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(form)) as book, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as less:
        for name in book.namelist():
            part = re.sub(rb'<c r="[A-Z]+[0-9]+"[^>]*(/>|>(<f>[^<]*</f><v></v>)?</c>)', b"", book.read(name))
            less.writestr(name, re.sub(rb"<row [^>]*></row>", b"", part))
    return file.getvalue()


GOOD = without_blank_cells(write_workbook(STANDARD, example()))


@cache
def blank() -> bytes:
    """The empty form."""
    return write_workbook(STANDARD)


@cache
def short() -> bytes:
    """The filled form with the rows of 5.1.1 and 5.1.2 alone, which takes a quarter of the time."""
    whole = example()
    kept = {key: finding for key, finding in whole.findings.items() if key.startswith(("5.1.1", "5.1.2"))}
    file = io.BytesIO()
    written = write_workbook(STANDARD, whole.model_copy(update={"findings": kept}))
    with zipfile.ZipFile(io.BytesIO(without_blank_cells(written))) as book, zipfile.ZipFile(file, "w") as less:
        for name in book.namelist():
            part = book.read(name)
            if name == "xl/worksheets/sheet1.xml":
                part = re.sub(rb'<row r="%d".*</row>' % ROWS["5.1.3"], b"", part, flags=re.DOTALL)
            less.writestr(name, part)
    return file.getvalue()


@cache
def _pickled(form: bytes) -> bytes:
    return pickle.dumps(openpyxl.load_workbook(io.BytesIO(form)))


def form(content: bytes = GOOD) -> Any:
    """The filled form as openpyxl reads it, in an eighth of the time."""
    return pickle.loads(_pickled(content))


def save(book: Any, path: Path) -> None:
    """Saves a workbook without compressing it, which takes a fifth of the time of saving."""
    ExcelWriter(book, zipfile.ZipFile(path, "w")).save()


def problems_of(change: Callable[[Any], object], path: Path, content: bytes = GOOD) -> tuple[aftersales.Problem, ...]:
    """The problems of the filled form after a change."""
    book = form(content)
    change(book)
    save(book, path)
    try:
        aftersales.load_evaluation(path)
    except EvaluationError as error:
        return error.problems
    return ()


def broken(change: Callable[[Any], object], path: Path) -> list[tuple[str, str | None, str]]:
    """The problems of the filled form after a change: code, cell, path."""
    return [(problem.code, problem.cell, problem.path) for problem in problems_of(change, path)]


def patched(path: Path, **changes: Callable[[bytes], bytes]) -> None:
    """Writes the filled form with parts changed, each by the last word of its name: ``sheet1``, ``workbook``, ``styles``."""
    with zipfile.ZipFile(io.BytesIO(GOOD)) as good, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name in good.namelist():
            change = changes.get(name.rpartition("/")[2].removesuffix(".xml"), lambda content: content)
            book.writestr(name, change(good.read(name)))


def refusals(path: Path) -> list[tuple[str, str | None]]:
    """The problems of a file: code and cell."""
    with pytest.raises(EvaluationError) as caught:
        aftersales.load_evaluation(path)
    return [(problem.code, problem.cell) for problem in caught.value.problems]


def put(where: str, value: Any, sheet: str = SHEET) -> Callable[[Any], object]:
    return lambda book: book[sheet].__setitem__(where, value)


def moved_columns(book: Any) -> None:
    """The first column goes to the end."""
    sheet = book[SHEET]
    for row in range(1, sheet.max_row + 1):
        sheet.cell(row, 30).value = sheet.cell(row, 1).value
    sheet.delete_cols(1)


def filled(key: str, **cells: Any) -> Callable[[Any], object]:
    """A row with these cells and no others."""

    def change(book: Any) -> None:
        for column in LETTERS:
            if column not in ("id", "title", "points"):
                book[SHEET][cell(key, column)] = cells.get(column)
        for row in range(2, book["证据"].max_row + 1):
            if book["证据"].cell(row, 1).value == key:
                for place in (1, 3, 4):
                    book["证据"].cell(row, place).value = None

    return change


def at(key: str, column: str) -> str:
    return f"{SHEET}!{cell(key, column)}"


def above(sheet: str, *values: Any) -> Callable[[Any], object]:
    """A row of these above the head of a sheet."""

    def change(book: Any) -> None:
        book[sheet].insert_rows(1)
        for place, value in enumerate(values, 1):
            book[sheet].cell(1, place).value = value

    return change


def swapped(book: Any) -> None:
    """Two ids change places, and nothing else does."""
    one, other = book[SHEET][cell("5.1.1.1", "id")], book[SHEET][cell("5.1.1.2", "id")]
    one.value, other.value = other.value, one.value


I1, OWN, GROUP = "5.1.1.1", "5.1.2.2", "5.1.1"
