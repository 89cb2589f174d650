"""An office that fills in forms and saves files, as people do: one process of LibreOffice for all tests."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Self

import openpyxl

# Runs under a Python that knows uno. Each line of its input is a file to open, change and save, and it answers each with a line.
UNO = """
import json, subprocess, sys, time, uno
from com.sun.star.beans import PropertyValue
name, profile = sys.argv[1:3]
office = subprocess.Popen(["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--norestore",
    f"--accept=pipe,name={name};urp;"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
try:
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for attempt in range(240):
        try:
            context = resolver.resolve(f"uno:pipe,name={name};urp;StarOffice.ComponentContext")
            break
        except Exception:
            time.sleep(0.5)
    desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)

    def properties(**values):
        return tuple(PropertyValue(name, 0, value, 0) for name, value in values.items())

    for line in sys.stdin:
        job = json.loads(line)
        book = desktop.loadComponentFromURL(uno.systemPathToFileUrl(job["source"]), "_blank", 0, properties(Hidden=True))
        for sheet, where, how, value in job["cells"]:
            cell = book.Sheets.getByName(sheet).getCellRangeByName(where)
            if how == "number":
                cell.setValue(float(value))
            else:
                cell.setString(value)
        form = properties(Hidden=True, FilterName=job["filter"], FilterOptions=job["options"])
        book.storeToURL(uno.systemPathToFileUrl(job["target"]), form)
        book.close(True)
        print("done", flush=True)
    desktop.terminate()
finally:
    try:
        office.wait(20)
    except subprocess.TimeoutExpired:
        office.kill()
"""

EXCEL, CSV, PDF = "Calc MS Excel 2007 XML", "Text - txt - csv (StarCalc)", "writer_pdf_Export"
"""Filters of LibreOffice, by which it saves files."""

Cell = tuple[str, str, str]
"""The sheet, the name of the cell, and the text that is typed in."""


@cache
def uno_python() -> str | None:
    """A Python that knows uno, if there is one."""
    for python in ("/usr/bin/python3", sys.executable):
        if Path(python).exists():
            done = subprocess.run([python, "-c", "import uno"], capture_output=True, check=False)
            if done.returncode == 0:
                return python
    return None


def missing() -> str | None:
    """Why there is no office: the reason to skip a test."""
    if shutil.which("soffice") is None:
        return "LibreOffice is not installed"
    return None if uno_python() else "LibreOffice's Python (python3-uno) is not installed"


class Office:
    """LibreOffice, which runs from the start of the block to its end. ``folder`` is for its own files."""

    def __init__(self, folder: Path):
        self.folder = folder

    def __enter__(self) -> Self:
        python = uno_python()
        assert python is not None
        script = self.folder / "office.py"
        script.write_text(UNO, "utf-8")
        command = [python, str(script), f"aftersales{os.getpid()}", str(self.folder / "profile")]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        return self

    def __exit__(self, *_: object) -> None:
        self.process.communicate(timeout=60)

    def fill_in(
        self, source: Path, cells: Iterable[Cell], target: Path | None = None, numbers: Iterable[Cell] = ()
    ) -> None:
        """Open a form, type into its cells and save it, in its place or as ``target``."""
        typed = [[sheet, where, "text", text] for sheet, where, text in cells]
        typed += [[sheet, where, "number", text] for sheet, where, text in numbers]
        self._save(source, target or source, EXCEL, cells=typed)

    def save_as(self, source: Path, target: Path, filter: str, options: str = "") -> None:
        """Open a file and save it by one of LibreOffice's filters."""
        self._save(source, target, filter, options)

    def _save(
        self, source: Path, target: Path, filter: str, options: str = "", cells: Sequence[Sequence[str]] = ()
    ) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        job = {"source": str(source), "target": str(target), "cells": cells, "filter": filter, "options": options}
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "done\n", self.process.stderr and self.process.stderr.read()


class Cells:
    """Finds the cells of a form, as people do: the column by its head, the row by what stands in its first column."""

    def __init__(self, path: Path):
        self.book = openpyxl.load_workbook(path)

    def at(self, sheet: str, row: str | int, head: str) -> tuple[str, str]:
        """The sheet and the cell of a row (its first cell, or its number below the head, from 1) and of a column."""
        found = next(cell for cells in self.book[sheet].iter_rows() for cell in cells if cell.value == head)
        if isinstance(row, int):
            return sheet, f"{found.column_letter}{found.row + row}"
        number = next(cells[0].row for cells in self.book[sheet].iter_rows(max_col=1) if cells[0].value == row)
        return sheet, f"{found.column_letter}{number}"

    def column(self, sheet: str, head: str) -> list[Any]:
        """The texts of the first column below the head."""
        _, first = self.at(sheet, 1, head)
        start = int("".join(filter(str.isdigit, first)))
        return [cells[0].value for cells in self.book[sheet].iter_rows(min_row=start, max_col=1)]


class Typist:
    """Fills in forms as :class:`Office` does, by openpyxl, which is quick; what a program changes when it saves is not seen."""

    def fill_in(self, source: Path, cells: Iterable[Cell], target: Path | None = None) -> None:
        """Open a form, type into its cells and save it, in its place or as ``target``."""
        book = openpyxl.load_workbook(source)
        for sheet, where, text in cells:
            book[sheet][where].value = text
        book.save(target or source)
