"""The commands for an evaluation and its standard: score, check, explain, template, schema, standard."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import PurePath
from typing import TYPE_CHECKING

from aftersales.cli.console import (
    Options,
    UnsoundFile,
    chosen_standard,
    ensure_known_id,
    evaluation_of,
    language,
    print_json,
    refuse_source_as_target,
    scorecard_of,
    show_lines,
    show_remarks,
    shown_name,
    source_of,
    terminal_columns,
    to_stdout,
    write_text,
)
from aftersales.problems.errors import EvaluationError
from aftersales.text.sentences import Sentences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aftersales.scoring.scorecard import Scorecard
    from aftersales.standard.standard import Standard
    from aftersales.standard.structure import Node

__all__ = ["check", "explain", "schema", "score", "standard", "template"]

_say = Sentences("cli")


def score(options: Options) -> None:
    """Show final score, stars, the tree and every deduction; with ``--partial`` the scores that are still possible."""
    if options.partial:
        _partial(options)
        return
    if options.no_deletions:
        from aftersales.problems.collector import refusal
        from aftersales.problems.errors import PaperError
        from aftersales.problems.violations import Violation

        options.file = None  # it is the option that is wrong, not the file
        raise refusal(PaperError, Violation("needs-partial"))
    if options.json:
        print_json(scorecard_of(options).model_dump(mode="json"))
        return
    from aftersales.evaluation.loading import examine
    from aftersales.scoring.scorecard import score
    from aftersales.views.scorecard import score_lines

    given = chosen_standard(options) if options.standard else None
    evaluation, problems, remarks = examine(source_of(options), given)
    if evaluation is None:
        raise EvaluationError(problems)
    lang = language(options)
    show_lines(score_lines(score(evaluation, given), lang, terminal_columns()), options)
    if remarks:  # check shows them; score only says that there are some
        print()
        print(_say(lang, "see_remarks", count=len(remarks)))


def _partial(options: Options) -> None:
    """Show the scores that an unfinished evaluation can still reach."""
    from aftersales.analysis.bounds import bounds
    from aftersales.standard.standard import bundled_standard
    from aftersales.views.bounds import bounds_lines

    given = chosen_standard(options) if options.standard else None
    evaluation = evaluation_of(options, given)
    standard = given or bundled_standard(evaluation.standard, evaluation.edition)
    found = bounds(evaluation, standard, deletions=not options.no_deletions)
    if options.json:
        print_json(found.model_dump(mode="json"))
        return
    show_lines(bounds_lines(found, standard, language(options), terminal_columns()), options)


def check(options: Options) -> None:
    """Show all problems of a file, and its remarks (reading R20)."""
    from aftersales.evaluation.loading import examine
    from aftersales.scoring.scorecard import score

    standard = chosen_standard(options) if options.standard else None
    evaluation, problems, remarks = examine(source_of(options), standard)
    if evaluation is None:
        raise UnsoundFile(problems, remarks)
    if options.json:
        print_json({"problems": [], "remarks": [*map(asdict, remarks)]})
        return
    _show_soundness(score(evaluation, standard), options)
    show_remarks(remarks, options)


def _show_soundness(card: Scorecard, options: Options) -> None:
    indicators = card.standard.indicators
    deleted = sum(not card[indicator.id].applicable for indicator in indicators)
    facts = {"file": shown_name(options.file), "indicators": len(indicators), "deleted": deleted}
    print(_say(language(options), "sound", **facts))


def explain(options: Options) -> None:
    """Show the derivation of a figure, or of all figures."""
    card = scorecard_of(options)
    if options.id is not None:
        ensure_known_id(options.id, card.standard, options)
    derivation = card.explain(options.id)
    if options.json:
        print_json(derivation.model_dump(mode="json"))
    else:
        show_lines(derivation.text(language(options)).split("\n"), options)


def template(options: Options) -> None:
    """Write the blank form, as YAML or as workbook; with ``--plan``, for its team."""
    from aftersales.evaluation.blank_form import blank_form
    from aftersales.files.writing import write_file
    from aftersales.problems.collector import refusal
    from aftersales.problems.errors import OutputError, PaperError
    from aftersales.problems.violations import Violation
    from aftersales.standard.standard import bundled_standard

    endings = {".xlsx": "xlsx", ".yaml": "yaml", ".yml": "yaml"}
    shown = to_stdout(options)
    suffix = "" if shown else PurePath(options.output).suffix.lower()
    format = options.format or endings.get(suffix, "yaml")
    if format == "xlsx" and shown:
        raise refusal(PaperError, Violation("needs-output"))
    if not shown and endings.get(suffix) != format:
        allowed = ", ".join(ending for ending, kind in endings.items() if kind == (options.format or kind))
        context = {"found": PurePath(options.output).name, "allowed": allowed}
        raise refusal(OutputError, Violation("unknown-format", context=context))
    refuse_source_as_target(options)
    plan = None
    standard = chosen_standard(options) if options.standard or options.edition or not options.plan else None
    if options.plan:
        from aftersales.certification.plan import load_plan

        options.file = options.plan  # the problems are in this file
        plan = load_plan(options.plan, standard)
        standard = standard or bundled_standard(plan.standard, plan.edition)
    assert standard is not None
    if format == "yaml":
        lang = language(options)
        write_text(plan.form(standard, lang) if plan else blank_form(standard, lang=lang), options)
        return
    from aftersales.evaluation.workbook.writer import write_workbook

    form = write_workbook(standard, plan.evaluation(), plan.assessors(standard)) if plan else write_workbook(standard)
    options.file = None
    write_file(options.output, form, force=options.force)


def schema(options: Options) -> None:
    """Write the JSON Schema of the evaluation file."""
    from aftersales.evaluation.json_schema import json_schema

    print_json(json_schema(chosen_standard(options)))


def standard(options: Options) -> None:
    """Show the standard, or a part of it."""
    standard = chosen_standard(options)
    if options.id is not None:
        ensure_known_id(options.id, standard, options)
    if options.json:
        shown = standard if options.id is None else standard[options.id]
        print_json(shown.model_dump(mode="json", exclude_none=True))
        return
    lang = language(options)
    show_lines(
        _standard_lines(standard, lang) if options.id is None else _node_lines(standard[options.id], lang), options
    )


def _standard_lines(standard: Standard, lang: str) -> Iterator[str]:
    yield _say(lang, "standard", name=standard.name(lang), edition=standard.edition, title=standard.title)
    for category in standard.categories:
        yield from _node_lines(category, lang)
    yield ""
    for star in standard.stars:
        end = "]" if star is standard.stars[-1] else ")"
        interval = f"[{star.lower}, {star.upper}{end}"
        yield _say(lang, "star", interval=interval, grade=star.grade, meaning=star.meaning)
    yield ""
    for row in standard.reference:
        yield f"{row} {row.guidance.text(lang)}"


def _node_lines(node: Node, lang: str, indent: str = "") -> Iterator[str]:
    from aftersales.text.number_format import as_text

    yield indent + _say(lang, "node", id=node.id, title=node.title, count=as_text(node.points))
    for part in getattr(node, "parts", ()):
        yield from _node_lines(part, lang, indent + "  ")
