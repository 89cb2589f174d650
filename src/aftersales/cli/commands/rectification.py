"""Draft, show, print or convert what has to be put right, and close its items."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING

from aftersales.cli.console import (
    Options,
    is_to_stdout,
    language,
    print_json,
    show_lines,
    show_remarks,
    shown_name,
    terminal_columns,
    write_output,
    write_text,
)
from aftersales.cli.inputs import (
    ensure_with,
    given_day,
    given_standard,
    problems_at_options,
    problems_in,
    refuse_source_as_target,
    refuse_together,
    scorecard_of,
    source_of,
)
from aftersales.cli.parser import Parser
from aftersales.text.sentences import Sentences

if TYPE_CHECKING:
    from aftersales.certification.rectification.rectification import Rectification
    from aftersales.standard.standard import Standard

__all__ = ["arguments", "run"]

_say = Sentences("cli")


def arguments(parser: Parser) -> None:
    """Declare the arguments."""
    parser.positional("file", "FILE", help_key="RECTIFICATION")
    parser.option("--on", metavar="DATE", help_key="--on of rectification")
    parser.option("--due", metavar="DATE")
    parser.flag("--audit")
    parser.option("--number", metavar="TEXT", help_key="--number of notice")
    parser.option("--close", metavar="ID")
    parser.option("--done", metavar="TEXT")
    parser.option("--by", metavar="NAME")
    parser.option("-o", "--output", metavar="PATH", help_key="-o of rectification")
    parser.flag("--force")
    parser.flag("--json")


def run(options: Options) -> None:
    """Show what has to be put right; with ``-o`` print it as a notice, or write it as a form or a file.

    With ``--due`` FILE is an evaluation, whose deductions make a draft. With ``--close`` an item gets its result.
    """
    refuse_together(options, "due", ("close", "json"))
    refuse_together(options, "close", ("output", "force", "json"))
    refuse_together(options, "json", ("output",))
    ensure_with(options, "due", ("on",))
    ensure_with(options, "close", ("done", "on", "by"))
    for name, needed in (("audit", "due"), ("done", "close"), ("by", "close")):
        ensure_with(options, name, (needed,))
    if options.output is None:
        ensure_with(options, "number", ("due",))
    standard = given_standard(options)
    if options.due is not None:
        _write(_draft(options), standard, options)
    elif options.close is not None:
        _close(standard, options)
    elif not is_to_stdout(options):
        _write(_numbered(_loaded(standard, options), options), standard, options)
    else:
        _show(_loaded(standard, options), standard, options)


def _draft(options: Options) -> Rectification:
    """The draft for the evaluation in FILE."""
    from aftersales.certification.rectification.drafting import draft_rectification

    card = scorecard_of(options.file, options)
    with problems_at_options(("on", "due", "number")):
        return draft_rectification(
            card,
            options.on,
            options.due,
            occasion="surveillance" if options.audit else "evaluation",
            number=options.number,
            lang=language(options),
        )


def _is_certificate(file: str) -> bool:
    """Whether FILE is a certificate, whose last audit required rectification."""
    from aftersales.files.parsed_file import parse_source

    if PurePath(file).suffix.lower() == ".xlsx" or file == "-":
        return False
    data = parse_source(file).data
    return isinstance(data, Mapping) and "issued" in data


def _loaded(standard: Standard | None, options: Options) -> Rectification:
    """The rectification in FILE, which may be a certificate. Remarks on a form go to stderr."""
    from aftersales.certification.certificate.certificate import load_certificate
    from aftersales.certification.rectification.loading import read_placed_rectification

    with problems_in(options.file):
        if _is_certificate(options.file):
            return load_certificate(options.file, standard).last_rectification()[1]
        found, document = read_placed_rectification(source_of(options.file), standard, complete=False)
    if not options.json:
        show_remarks(document.remarks_with(), options, "remarks_to_check", stream=sys.stderr)
    return found


def _numbered(found: Rectification, options: Options) -> Rectification:
    """The rectification with the number of ``--number``, which has none or that one."""
    from aftersales.certification.rectification.rectification import Rectification
    from aftersales.files.loading import make_model
    from aftersales.problems.collector import refusal
    from aftersales.problems.errors import PaperError
    from aftersales.problems.violations import Violation

    if options.number in (None, found.number):
        return found
    with problems_at_options(("number",)):
        if found.number is not None:
            context = {"found": options.number, "allowed": found.number}
            raise refusal(PaperError, Violation("other-number", ("number",), context))
        return make_model(Rectification, dict(found) | {"number": options.number}, PaperError)


def _close(standard: Standard | None, options: Options) -> None:
    """Write the result of an item into FILE, and show the whole on that day."""
    from aftersales.certification.certificate.recording import close_item_of_audit
    from aftersales.certification.rectification.closing import close_item
    from aftersales.certification.rectification.contents import RectificationResult
    from aftersales.files.loading import make_model
    from aftersales.problems.errors import PaperError

    facts = {"done": options.done, "on": options.on, "by": options.by}
    with problems_at_options(facts):
        result = make_model(RectificationResult, facts, PaperError)
    places = {"item": "close", "items[].result.on": "on"}
    with problems_in(options.file), problems_at_options((), places):
        if _is_certificate(options.file):
            changed = close_item_of_audit(options.file, options.close, result, standard)
            found = changed.last_rectification()[1]
        else:
            found = close_item(options.file, options.close, result, standard)
    show_lines([_say(language(options), "recorded", file=shown_name(options.file)), ""], options)
    _show(found, standard, options)


def _show(found: Rectification, standard: Standard | None, options: Options) -> None:
    from aftersales.certification.rectification.contents import standard_of
    from aftersales.views.rectification import rectification_lines

    day = given_day(options)
    if options.json:
        print_json(found.model_dump(mode="json") | ({} if day is None else found.counts_on(day)))
        return
    standard = standard_of(found, standard)
    show_lines(rectification_lines(found, standard, day, language(options), terminal_columns()), options)


def _write(found: Rectification, standard: Standard | None, options: Options) -> None:
    """Write the notice, the form or the file, by the extension."""
    from aftersales.certification.rectification.contents import standard_of
    from aftersales.files.writing import as_file, as_yaml
    from aftersales.rendering.rendering import FORMATS, format_of

    if is_to_stdout(options):
        write_text(as_yaml(found), options)
        return
    refuse_source_as_target(options)
    suffix = PurePath(options.output).suffix.lower()
    if suffix.removeprefix(".") in FORMATS:
        day = None if options.due is not None else given_day(options)
        write_output(found.typeset(format_of(options.output), language(options), standard, on=day), options)
    elif suffix == ".xlsx":
        from aftersales.certification.rectification.writer import write_rectification_workbook
        from aftersales.standard.standard import load_standard

        form = write_rectification_workbook(standard_of(found, standard) or load_standard(), found)
        write_output(form, options)
    else:
        write_text(as_file(found, options.output), options)
