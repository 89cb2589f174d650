"""Load a plan from a file, a stream or a mapping, and check it, or report all of its problems."""

from collections.abc import Iterator
from functools import partial

from aftersales.certification.plan.layout import MEANT
from aftersales.certification.plan.plan import EvaluationPlan
from aftersales.certification.plan.rules import plan_violations
from aftersales.evaluation.file_kinds import of_kind
from aftersales.files.loading import load_model, sound_part_check
from aftersales.files.parsed_file import ParsedFile, parse_source
from aftersales.files.source import Source
from aftersales.problems.errors import PaperError
from aftersales.problems.violations import Violation
from aftersales.standard.standard import Standard, clauses_of, named_standard

__all__ = ["load_plan"]


def load_plan(source: Source, standard: Standard | None = None, *, complete: bool = True) -> EvaluationPlan:
    """Load a plan and check it. If ``complete`` is false, only its form is checked, not the requirements of 6.1.

    ``source`` is as for :func:`~aftersales.load_evaluation`.

    Raises :class:`~aftersales.PaperError` with all problems, each at its line or cell.

    >>> plan = load_plan({"standard": "CTS XBHT-S04-2025", "purpose": "认证"}, complete=False)
    >>> plan.purpose, [problem.path for problem in plan.gaps()][:2]
    ('认证', ['type', 'subject.organisation'])
    """
    return read_placed_plan(source, standard, complete=complete)[0]


def read_placed_plan(
    source: Source, standard: Standard | None = None, *, complete: bool = True
) -> tuple[EvaluationPlan, ParsedFile]:
    """As :func:`load_plan`, with the content of the source and the place of each part."""

    def check(plan: EvaluationPlan) -> Iterator[Violation]:
        return plan_violations(plan, standard or named_standard(plan.standard, plan.edition))

    document, rules = _parse(source), check if complete else None
    plan = load_model(
        source,
        EvaluationPlan,
        PaperError,
        rules,
        rules and sound_part_check(EvaluationPlan, rules),
        parse=lambda _: document,
        meant=lambda: MEANT,
        clauses=partial(clauses_of, standard),
    )
    return plan, document


def _parse(source: Source) -> ParsedFile:
    return of_kind(parse_source(source, _read_form), "plan")


def _read_form(raw: bytes) -> ParsedFile:
    from aftersales.certification.plan.reader import read_plan_workbook  # imported here: only workbooks need it

    return read_plan_workbook(raw)
