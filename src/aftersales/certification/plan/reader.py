"""Read a plan's form: the plain data of a plan, and the cell of each part."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from aftersales.certification.plan.layout import (
    ASSIGNMENT_COLUMNS,
    FACTS,
    KEY_WORDS,
    LAYOUTS,
    LISTS,
    MEANT,
    METHODS,
    REVIEWS,
    SCHEDULE_COLUMNS,
    SHEETS,
    VALUE_WORDS,
)
from aftersales.evaluation.workbook.layout import FORMER_METHODS
from aftersales.evaluation.workbook.sheets import Form, SheetReader, day_in, read_form, word_in
from aftersales.files.parsed_file import ParsedFile
from aftersales.files.spreadsheet.guard import Cell, Contents
from aftersales.problems.errors import Path
from aftersales.problems.messages import Words
from aftersales.problems.violations import Violation
from aftersales.text.normalize import names_in

__all__ = ["read_plan_workbook"]

_FORM = Form(
    titles=SHEETS,
    layouts=LAYOUTS,
    fact_paths=FACTS,
    lists=LISTS,
    free=frozenset({"value", "name", "role", "qualification", "organisation", "what", "where", "assessors"})
    | {"inapplicable"},
    counts=frozenset(),
    data=re.compile("|".join(map(re.escape, MEANT)) + r"|[0-9]+(\.[0-9]+)+"),
    words=Words("zh", KEY_WORDS, VALUE_WORDS),
    kind="plan",
)


def read_plan_workbook(raw: bytes) -> ParsedFile:
    """The content of a workbook. What is wrong with it as a workbook is in the violations of the result."""
    return read_form(raw, _FORM, lambda contents: _PlanReader(contents).document())


class _PlanReader(SheetReader):
    """Reads the form of a plan."""

    def __init__(self, contents: Contents):
        super().__init__(contents, _FORM)

    def document(self) -> ParsedFile:
        """The content of the workbook."""
        self.read_facts()
        self.read_team()
        for row in self.rows("schedule", SCHEDULE_COLUMNS, None):
            self._read_activity(row)
        read: dict[str, Cell] = {}
        for row in self.rows("assignments", ASSIGNMENT_COLUMNS, "id"):
            self._read_assignment(row, read)
        sheets = {path[0]: "facts" for path in FACTS.values()}
        sheets |= {name: name for name in ("team", "schedule", "assignments")}
        return self.finish(sheets, "facts")

    def _read_activity(self, row: Mapping[str, Cell]) -> None:
        schedule = self.data.setdefault("schedule", [])
        path: Path = ("schedule", len(schedule))
        first = next(iter(row.values()))
        self.place(path, first, first)
        self.place_with(("schedule",), path)
        activity: dict[str, Any] = {}
        for key, cell in row.items():
            value = self.value(cell, key, (*path, key))
            if value is None:
                continue
            if key in ("start", "end"):
                value = day_in(word_in(value))
            elif key == "review":
                value = REVIEWS.get(str(value), value)
            elif key == "methods":
                value = [(METHODS | FORMER_METHODS).get(name, name) for name in names_in(str(value))]
            elif key == "assessors":
                value = names_in(str(value))
            activity[key] = value
            for place in range(len(value) if isinstance(value, list) else 0):
                self.place((*path, key, place), cell, cell)
        schedule.append(activity)

    def _read_assignment(self, row: Mapping[str, Cell], read: dict[str, Cell]) -> None:
        """Read the names beside an id, and why it probably does not apply."""
        key = self.id_of(row["id"])
        if key is None:
            return
        if key in read:
            context = {"found": key, "line": read[key].row}
            self.add(Violation("duplicate-key", ("assignments",), context), self.at(row["id"]))
            return
        read[key] = row["id"]
        names = self.value(row["assessors"], "assessors")
        for name in names_in(str(names)) if names is not None else ():
            assignments = self.data.setdefault("assignments", {})
            ids = assignments.setdefault(name, [])
            if not ids:
                self.place(("assignments", name), row["assessors"], row["assessors"])
            self.place(("assignments", name, len(ids)), row["assessors"], row["id"])
            ids.append(key)
        reason = self.value(row["inapplicable"], "inapplicable") if "inapplicable" in row else None
        if reason is not None:
            entries = self.data.setdefault("inapplicable", [])
            path: Path = ("inapplicable", len(entries))
            for part in (path, (*path, "reason")):
                self.place(part, row["inapplicable"], row["inapplicable"])
            self.place((*path, "id"), row["id"], row["id"])
            entries.append({"id": key, "reason": str(reason)})
