"""Add an event to a certificate, in its file."""

from __future__ import annotations

import sys
from itertools import chain
from typing import TYPE_CHECKING, Any

from aftersales.cli.console import Options, language, show_lines, show_remarks, shown_name, terminal_columns
from aftersales.cli.inputs import day_of, given_standard, placed_scorecard_of, problems_in, scorecard_of
from aftersales.cli.parser import Parser
from aftersales.text.sentences import Sentences

if TYPE_CHECKING:
    from aftersales.certification.certificate.certificate import Certificate
    from aftersales.standard.standard import Standard

__all__ = ["arguments", "run"]

_say = Sentences("cli")

KINDS = ("surveillance", "downgrade", "revocation", "application", "renewal", "change")
TEXTS = (
    "stars", "grounds", "reason", "organisation", "organisation_en", "credit_code", "address", "scope", "scope_en",
    "number", "note",
)  # fmt: skip
YES_OR_NO = {"yes": True, "no": False}
_OWN_HELP = {"stars": "--stars of event", "number": "--number of event"}


def arguments(parser: Parser) -> None:
    """Declare the arguments."""
    parser.positional("file", "FILE", help_key="CERTIFICATE to change")
    parser.positional("kind", "KIND", choices=KINDS)
    parser.option("--on", metavar="DATE", required=True)
    parser.option("--passed", choices=tuple(YES_OR_NO))
    parser.option("--star-kept", choices=tuple(YES_OR_NO))
    parser.option("--indicators", metavar="IDS")
    parser.option("--rectification", metavar="PATH")
    parser.option("--notice", metavar="TEXT")
    parser.option("--notice-on", metavar="DATE")
    parser.option("--evaluation", metavar="PATH")
    for name in TEXTS:
        parser.option(
            f"--{name.replace('_', '-')}", metavar="N" if name == "stars" else "TEXT", help_key=_OWN_HELP.get(name)
        )


def run(options: Options) -> None:
    """Add the event and show the certificate on its day."""
    from aftersales.certification.certificate.certificate import load_certificate
    from aftersales.certification.certificate.recording import write_record
    from aftersales.files.locking import exclusive
    from aftersales.standard.standard import bundled_standard
    from aftersales.views.certificate import certificate_lines

    given = given_standard(options)
    with exclusive(options.file):
        with problems_in(options.file):
            certificate = load_certificate(options.file, given)
        standard = given or bundled_standard(certificate.standard, certificate.edition)
        recorded = _recorded(certificate, options, standard)
        write_record(options.file, recorded, standard)
    lang = language(options)
    status = recorded.status(options.on, standard)
    told = [_say(lang, "recorded", file=shown_name(options.file)), ""]
    show_lines([*told, *certificate_lines(recorded, status, standard, lang, terminal_columns())], options)


def _recorded(certificate: Certificate, options: Options, standard: Standard) -> Certificate:
    """The certificate with the event that the options describe."""
    from aftersales.certification.certificate.conditions import issue_points, issue_violations
    from aftersales.certification.certificate.events import KINDS as MODELS
    from aftersales.certification.certificate.events import Surveillance
    from aftersales.certification.report.report import make_report, report_violations
    from aftersales.files.loading import make_model
    from aftersales.problems.collector import refusal
    from aftersales.problems.errors import PaperError
    from aftersales.problems.violations import Violation

    facts = _facts(options, standard)
    if options.kind == "surveillance" and options.evaluation is not None:
        audit = make_model(Surveillance, facts, PaperError)
        card = scorecard_of(options.evaluation, options)
        with problems_in(options.evaluation):
            return certificate.audit(card, audit)
    if options.kind != "renewal":
        if options.evaluation is not None:
            facts["evaluation"] = options.evaluation  # refused: no such event has an evaluation
        return certificate.record(make_model(MODELS[options.kind], facts, PaperError), standard)
    if unknown := facts.keys() - {"on", "number"}:
        context = {"allowed": "on, number, evaluation"}
        violations = (Violation("unknown-key", (key,), context | {"found": key}) for key in sorted(unknown))
        raise refusal(PaperError, *violations)
    if options.evaluation is None:
        raise refusal(PaperError, Violation("missing-key", context={"key": "--evaluation"}))
    day = day_of(options)
    assert day is not None  # the parser requires the option
    card, document = placed_scorecard_of(
        options.evaluation, options, also=lambda card: chain(report_violations(card), issue_violations(card, day))
    )
    renewed = certificate.renew(make_report(card), day, options.number)
    remarks = document.remarks_with(issue_points(card.evaluation, day), own=False)
    show_remarks(remarks, options, "remarks_on_days", options.evaluation, sys.stderr)
    return renewed


def _facts(options: Options, standard: Standard) -> dict[str, Any]:
    """The facts of the event that the options give, but for an evaluation."""
    from aftersales.certification.rectification.loading import load_rectification

    facts = {key: getattr(options, key) for key in ("on", *TEXTS)}
    facts |= {key: YES_OR_NO.get(getattr(options, key)) for key in ("passed", "star_kept")}
    if options.indicators is not None:
        facts["indicators"] = options.indicators.split(",")
    if options.notice is not None or options.notice_on is not None:
        facts["notice"] = {"number": options.notice, "on": options.notice_on or options.on}
    if options.rectification is not None:
        with problems_in(options.rectification):
            facts["rectification"] = load_rectification(options.rectification, standard)
    return {key: value for key, value in facts.items() if value is not None}
