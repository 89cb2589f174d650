"""The targets by their names: each takes the bytes of one input, and returns whether the library accepted what was made of them.

A target raises where the library broke a promise: an exception that is not declared, or :class:`~checks.Broken` where
something that was accepted is not what it should be. Declared are AftersalesError, and pydantic's ValidationError where a model is built by
hand.
"""

from __future__ import annotations

from collections.abc import Callable

import data_targets as data
import file_targets as files
import output_targets
import paper_targets as papers

TARGETS: dict[str, Callable[[bytes], bool]] = {
    "yaml": data.yaml_text,
    "json": data.json_text,
    "mapping": data.mapping,
    "papers": data.papers,
    "calendars": papers.calendars,
    "plan-forms": papers.plan_forms,
    "merging": papers.merging,
    "recording": papers.recording,
    "credit-codes": papers.credit_codes,
    "models": data.models,
    "results": data.results,
    "xlsx": files.xlsx,
    "workbook-xml": files.workbook_xml,
    "workbook-cells": files.workbook_cells,
    "tables": files.tables,
    "csv": files.csv,
    "outputs": output_targets.outputs,
}
SEEDS: dict[str, Callable[[], list[bytes]]] = {
    "yaml": lambda: data.text_seeds(flow=False),
    "json": lambda: data.text_seeds(flow=True),
    "xlsx": lambda: [files.zipped(files.book_parts(1)), files.zipped(files.book_parts(2), 0)],
    "csv": files.csv_seeds,
}
"""The targets whose input is the file itself, with valid files; the inputs of the others are decisions."""
