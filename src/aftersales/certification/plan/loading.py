"""Load a plan from a file, a stream or a mapping, and check it, or report all of its problems."""

import os
from collections.abc import Iterator
from pathlib import Path as FilePath

from aftersales.certification.plan.layout import MEANT
from aftersales.certification.plan.plan import EvaluationPlan
from aftersales.certification.plan.rules import plan_violations
from aftersales.evaluation.file_kinds import of_kind
from aftersales.files.loading import load_model
from aftersales.files.parsed_file import ParsedFile, parse_source
from aftersales.files.source import Source
from aftersales.problems.errors import PaperError
from aftersales.problems.violations import Violation
from aftersales.standard.standard import Standard, named_standard

__all__ = ["load_plan"]


def load_plan(source: Source, standard: Standard | None = None, *, complete: bool = True) -> EvaluationPlan:
    """Load a plan and check it. If ``complete`` is false, only its form is checked, not the requirements of 6.1.

    ``source`` is a path (.yaml, .yml, .json, .xlsx), an open text stream, bytes or a mapping.

    Raises :class:`~aftersales.PaperError` with all problems, each at its line or cell.

    >>> plan = load_plan({"standard": "CTS XBHT-S04-2025", "purpose": "认证"}, complete=False)
    >>> plan.purpose, [problem.path for problem in plan.gaps()][:2]
    ('认证', ['type', 'subject.organisation'])
    """

    def check(plan: EvaluationPlan) -> Iterator[Violation]:
        return plan_violations(plan, standard or named_standard(plan.standard, plan.edition))

    return load_model(
        source, EvaluationPlan, PaperError, check if complete else None, parse=_parse, meant=lambda: MEANT
    )


def _parse(source: Source) -> ParsedFile:
    """The content of a source. The reader of workbooks is imported on demand."""
    if isinstance(source, str | os.PathLike) and FilePath(source).suffix.lower() == ".xlsx":
        from aftersales.certification.plan.reader import read_plan_workbook

        return read_plan_workbook(FilePath(source))
    return of_kind(parse_source(source, other_formats=(".xlsx",)), "plan")
