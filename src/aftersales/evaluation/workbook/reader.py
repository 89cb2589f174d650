"""Read a workbook: the plain data of an evaluation, and the cell of each part.

The data are validated by the same models and rules as a YAML file, so the same mistakes give the same problems, each at
its cell. A value that the kind does not use is a problem.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from aftersales.evaluation import findings as kinds
from aftersales.evaluation.findings import SHORTHANDS, TEXTS
from aftersales.evaluation.workbook.layout import (
    ASSESSORS,
    COLUMNS,
    COUNTS,
    EVIDENCE_COLUMNS,
    FACTS,
    FORMER_METHODS,
    FORMER_TYPES,
    KEY_WORDS,
    KINDS,
    LAYOUTS,
    LIKE,
    LISTS,
    METHODS,
    SHEETS,
    TYPES,
    USED,
    VALUE_WORDS,
    stated_limit,
)
from aftersales.evaluation.workbook.sheets import (
    Form,
    SheetReader,
    day_in,
    is_blank,
    read_form,
    word_in,
)
from aftersales.files.parsed_file import ParsedFile
from aftersales.files.spreadsheet.guard import Cell, Contents
from aftersales.problems.errors import Path
from aftersales.problems.messages import Words, phrase
from aftersales.problems.suggestions import near
from aftersales.problems.violations import Violation
from aftersales.text.normalize import names_in

__all__ = ["read_workbook"]

_REPEATED = {"title", "points", ASSESSORS.key}  # repeated beside the id for people
_WORDS = KINDS | METHODS | FORMER_METHODS | FACTS | TYPES | FORMER_TYPES
_FORM = Form(
    titles=SHEETS,
    layouts=LAYOUTS,
    fact_paths=FACTS,
    lists=LISTS,
    free=frozenset(
        {
            *TEXTS,
            *("note", "ref", "by", "where", "file"),
            *("name", "role", "qualification", "organisation", "value", "confirmed_by"),
        }
    ),
    counts=COUNTS,
    data=re.compile("|".join(map(re.escape, _WORDS)) + r"|[0-9]+(\.[0-9]+)+"),
    words=Words("zh", KEY_WORDS, VALUE_WORDS),
    kind="evaluation",
    parts={code: key for kind in kinds.KINDS.values() for code, key in kind.shown_at.items()}
    | {
        "missing-reason": "reason",
        "group-not-deleted": "kind",
        "group-has-findings": "kind",
        "conflicting-findings": "kind",
    },
)


def read_workbook(raw: bytes) -> ParsedFile:
    """The content of a workbook. What is wrong with it as a workbook is in the violations of the result."""
    return read_form(raw, _FORM, lambda contents: _EvaluationReader(contents).document())


class _EvaluationReader(SheetReader):
    """Reads the form of an evaluation."""

    def __init__(self, contents: Contents):
        super().__init__(contents, _FORM)
        self.data["findings"] = {}

    def document(self) -> ParsedFile:
        """The content of the workbook."""
        self.read_facts()
        self.read_team()
        for row in self.rows("findings", (*COLUMNS, ASSESSORS), "id"):
            self._read_finding(row)
        for row in self.rows("evidence", EVIDENCE_COLUMNS, "id"):
            self._read_evidence(row)
        self.remark("unit-at-one", self.one_sided)
        sheets = {path[0]: "facts" for path in FACTS.values()} | {"team": "team", "findings": "findings"}
        return self.finish(sheets, "findings")

    def _read_finding(self, row: Mapping[str, Cell]) -> None:
        findings: dict[str, Any] = self.data["findings"]
        key = self.id_of(row["id"])
        if key is None:
            self.note_stray(row)
            return
        path: Path = ("findings", key)
        if key in findings:
            context = {"found": key, "line": self.row_of(path)}
            self.add(Violation("duplicate-key", path, context), self.at(row["id"]))
            self.note_stray(row)
            return
        self.place(path, row["id"], row["kind"])
        for name, cell in row.items():
            self.place((*path, name), cell, cell)
        filled = [name for name, cell in row.items() if not is_blank(cell) and name != "id"]
        restated = {name: word_in(row[name].value) for name in ("title", "points")}
        for name in ("at_least", "at_most"):
            if limit := stated_limit(word_in(row[name].value)):
                restated[name] = limit
                filled.remove(name)
        self.result.restated[key] = {name: text for name, text in restated.items() if text}
        merged = {(*path, name) for name, cell in row.items() if self.is_merged_away(cell)}
        self.result.refused |= merged
        if not set(filled) - _REPEATED and (*path, "kind") not in merged:
            return  # no finding
        findings[key] = self._finding(path, row, filled)
        for names in LIKE:
            self.compare_units(path, {name: row[name] for name in names if name in filled or name in restated})

    def _finding(self, path: Path, row: Mapping[str, Cell], filled: Sequence[str]) -> dict[str, Any]:
        """The finding of a row whose ``filled`` columns are filled in."""
        written = self.value(row["kind"], "kind", (*path, "kind"))
        kind = KINDS.get(str(written), written)
        if written is not None and kind not in USED:
            # Not left to the models: the form has words for full and none too, which are no kinds of the format.
            context = {"found": written, "allowed": tuple(KINDS), "hint": partial(near, written, KINDS)}
            self.refuse(Violation("unknown-kind", (*path, "kind"), context), row["kind"])
        elif written is None and (*path, "kind") not in self.result.refused:
            full = next(word for word, name in KINDS.items() if name == "full")
            context = {"allowed": phrase("kinds_of_form", words=tuple(KINDS), full=full)}
            self.refuse(Violation("missing-kind", (*path, "kind"), context), row["kind"])
        finding: dict[str, Any] = {} if kind is None else {"kind": kind}
        if kind in SHORTHANDS:
            finding = SHORTHANDS[kind].model_dump(mode="json", include={"kind", "degree"})
        used = USED.get(str(kind))
        for name in filled:
            if name == "kind" or name in _REPEATED:
                continue
            value = self.value(row[name], name, (*path, name))
            if used is not None and name not in used | {"reason"}:
                context = {"found": row[name].value, "kind": written}
                self.add(Violation("unused-cell", (*path, name), context), self.at(row[name]))
                continue
            finding[name] = names_in(value) if name == "confirmed_by" and isinstance(value, str) else value
        return finding

    def _read_evidence(self, row: Mapping[str, Cell]) -> None:
        key = self.id_of(row["id"])
        if key is None:
            return
        finding = self.data["findings"].get(key)
        if finding is None:
            # Its finding may be under a wrong id, or be found once other problems are fixed.
            violation = Violation("evidence-without-finding", context={"found": key})
            self.result.suspended.append((violation, self.at(row["id"])))
            return
        evidence = finding.setdefault("evidence", [])
        path: Path = ("findings", key, "evidence", len(evidence))
        self.place(path, row["id"], row["method"])
        method = self.value(row["method"], "method", (*path, "method"))
        piece = {"method": (METHODS | FORMER_METHODS).get(str(method), method)} if method is not None else {}
        for name in row.keys() - {"id", "title", "method"}:
            value = self.value(row[name], name, (*path, name))
            if value is not None:
                piece[name] = day_in(word_in(value)) if name == "on" else value
        evidence.append(piece)
