"""Write a blank form."""

from __future__ import annotations

import re
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from aftersales.cli.console import Options, is_to_stdout, language, shown_name, write_output, write_text
from aftersales.cli.inputs import (
    chosen_standard,
    ensure_with,
    given_standard,
    plan_of,
    problems_at_options,
    problems_in,
    refuse_source_as_target,
    refuse_together,
)
from aftersales.cli.parser import Parser
from aftersales.problems.collector import refusal
from aftersales.problems.errors import OutputError, PaperError
from aftersales.problems.violations import Violation

if TYPE_CHECKING:
    from aftersales.certification.plan.plan import EvaluationPlan
    from aftersales.standard.standard import Standard

__all__ = ["arguments", "run"]


def arguments(parser: Parser) -> None:
    """Declare the arguments."""
    parser.option("--format", choices=("yaml", "xlsx"))
    parser.option("--plan", metavar="PATH")
    parser.option("--for", dest="assessor", metavar="NAME")
    parser.flag("--each")
    parser.flag("--for-plan")
    parser.flag("--for-rectification")
    parser.option("--certificate", metavar="PATH", help_key="--certificate of template")
    parser.option("--edition", metavar="DATE")
    parser.option("-o", "--output", metavar="PATH", help_key="-o or stdout")
    parser.flag("--force")


def run(options: Options) -> None:
    """Write the blank form, as YAML or as workbook; with ``--plan``, for its team.

    With ``--for`` it has the indicators of one assessor; with ``--each`` a form for each of them is written into a
    folder. With ``--for-plan`` it is the form of a plan, in which that of ``--plan`` is filled in. With
    ``--for-rectification`` it is that of a rectification; with ``--certificate``, of the last failed audit.
    """
    refuse_together(options, "for_plan", ("assessor", "each"))
    refuse_together(options, "for_rectification", ("for_plan", "assessor", "each", "plan"))
    ensure_with(options, "certificate", ("for_rectification",))
    refuse_together(options, "each", ("assessor",))
    if options.plan is None and (options.assessor is not None or options.each):
        raise refusal(PaperError, Violation("needs-plan"))
    if options.each:
        _write_each(options)
        return
    from aftersales.evaluation.blank_form import blank_form

    endings = {".xlsx": "xlsx", ".yaml": "yaml", ".yml": "yaml"}
    shown = is_to_stdout(options)
    suffix = "" if shown else PurePath(options.output).suffix.lower()
    format = options.format or endings.get(suffix, "yaml")
    if format == "xlsx" and shown:
        raise refusal(PaperError, Violation("needs-output"))
    if not shown and endings.get(suffix) != format:
        allowed = tuple(ending for ending, kind in endings.items() if kind == (options.format or kind))
        context = {"found": PurePath(options.output).name, "allowed": allowed}
        raise refusal(OutputError, Violation("unknown-format", context=context))
    refuse_source_as_target(options)
    if options.for_rectification:
        _write_rectification_form(format, options)
        return
    plan = None
    if options.plan is None:
        standard = chosen_standard(options)
    else:
        plan, standard = _planned(options, complete=not options.for_plan)
        if options.assessor is not None:
            with problems_at_options(("assessor",)):
                plan.indicators_of(options.assessor, standard)
    if options.for_plan:
        _write_plan_form(plan, standard, format, options)
        return
    if plan is None and format == "yaml":
        write_text(blank_form(standard, lang=language(options)), options)
    elif plan is None:
        from aftersales.evaluation.workbook.writer import write_workbook

        write_output(write_workbook(standard), options)
    elif format == "yaml":
        write_text(plan.form(standard, language(options), options.assessor), options)
    else:
        with problems_in(options.plan):
            form = _workbook(plan, standard, options.assessor)
        write_output(form, options)


def _planned(options: Options, *, complete: bool) -> tuple[EvaluationPlan, Standard]:
    """The plan of ``--plan``, and the standard that is asked for, or that the plan names."""
    from aftersales.standard.standard import named_standard

    asked = chosen_standard(options) if options.standard is not None or options.edition is not None else None
    plan = plan_of(options, asked, complete=complete)
    return plan, asked or named_standard(plan.standard, plan.edition)


def _workbook(plan: EvaluationPlan, standard: Standard, assessor: str | None) -> bytes:
    """The workbook form for the team of a plan, or for one assessor."""
    from aftersales.evaluation.workbook.writer import write_workbook

    only = None if assessor is None else plan.indicators_of(assessor, standard)
    return write_workbook(standard, plan.evaluation(), plan.assessors(standard), only, assessor)


def _write_each(options: Options) -> None:
    """Write a form for each assessor of the plan into the folder of ``-o``, each as ``NUMBER-NAME``."""
    from aftersales.files.writing import write_files

    if is_to_stdout(options):
        raise refusal(PaperError, Violation("needs-output"))
    plan, standard = _planned(options, complete=True)
    format = options.format or "xlsx"
    forms: dict[Path, bytes | str] = {}
    with problems_in(options.plan):
        for number, assessor in enumerate(plan.team, 1):
            if plan.indicators_of(assessor.name, standard):
                name = re.sub(r"[^\w-]+", "_", assessor.name)
                file = Path(options.output, f"{number}-{name}.{format}")
                if format == "yaml":
                    forms[file] = plan.form(standard, language(options), assessor.name)
                else:
                    forms[file] = _workbook(plan, standard, assessor.name)
    write_files(forms, force=options.force, reads=[options.plan])
    for file in forms:
        print(shown_name(str(file)))


def _write_plan_form(plan: EvaluationPlan | None, standard: Standard, format: str, options: Options) -> None:
    """Write the form of a plan: blank, or with the content of ``plan``."""
    from aftersales.certification.plan.blank_plan import blank_plan
    from aftersales.certification.plan.writer import write_plan_workbook
    from aftersales.files.writing import as_yaml

    if format == "yaml":
        write_text(as_yaml(plan) if plan else blank_plan(standard, language(options)), options)
        return
    with problems_in(options.plan):
        form = write_plan_workbook(standard, plan)
    write_output(form, options)


def _write_rectification_form(format: str, options: Options) -> None:
    """Write the form of a rectification: blank, or with what the certificate says of its origin."""
    from aftersales.certification.certificate.certificate import load_certificate, origin_of_rectification
    from aftersales.certification.rectification.blank_rectification import blank_rectification
    from aftersales.certification.rectification.writer import form_with
    from aftersales.standard.standard import named_standard

    standard, known = chosen_standard(options), dict[str, Any]()
    if options.certificate is not None:
        given = given_standard(options)
        with problems_in(options.certificate):
            certificate = load_certificate(options.certificate, given)
        standard = given or named_standard(certificate.standard, certificate.edition)
        known = origin_of_rectification(certificate)
    if format == "yaml":
        write_text(blank_rectification(standard, known, language(options)), options)
    else:
        write_output(form_with(standard, known), options)
