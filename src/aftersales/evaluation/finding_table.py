"""The findings of an evaluation as an Arrow table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from aftersales.evaluation.findings import KINDS, Finding
from aftersales.files.arrow import MAX_COUNT, ArrowColumn, Values, arrow_table
from aftersales.problems.collector import Collector
from aftersales.problems.errors import EvaluationError
from aftersales.problems.violations import Violation

__all__ = ["finding_table"]


def finding_table(findings: Mapping[str, Finding | None]) -> Any:
    """A row for each entry, with a column for each value that a kind of finding has.

    Raises :class:`~aftersales.EvaluationError` for a whole number that no column can hold.
    """
    with Collector(EvaluationError) as found:
        for key, finding in findings.items():
            for name, values in _values():
                if values == "count" and (getattr(finding, name, None) or 0) > MAX_COUNT:
                    context = {"found": getattr(finding, name), "allowed": f"≤ {MAX_COUNT}"}
                    found.add(Violation("out-of-range", ("findings", key, name), context))
    columns = [
        ArrowColumn("id", "text", lambda row: row[0]),
        ArrowColumn("parent", "text", lambda row: row[0].rpartition(".")[0]),
        *(_column(name, values) for name, values in {"kind": "text", **dict(_values())}.items()),
        ArrowColumn("pieces_of_evidence", "count", lambda row: None if row[1] is None else len(row[1].evidence)),
    ]
    return arrow_table(findings.items(), columns)


def _values() -> Iterator[tuple[str, Values]]:
    """The values of all kinds, those of the kind first and the texts that kinds share last."""
    for kind in KINDS.values():
        for column in kind.columns:
            yield column.key, _type_of(kind.model_fields[column.key].annotation)
    yield "reason", "text"
    for kind in KINDS.values():
        for column in kind.texts:
            yield column.key, "text"


def _type_of(annotation: Any) -> Values:
    """The type of the values of a field: whole numbers, texts, or else exact numbers."""
    held = set(_parts(annotation))
    return "count" if int in held else "texts" if str in held else "number"


def _parts(annotation: Any) -> Iterator[Any]:
    yield annotation
    for part in get_args(annotation):
        yield from _parts(part)


def _column(name: str, values: Values) -> ArrowColumn:
    return ArrowColumn(name, values, lambda row: getattr(row[1], name, None))
