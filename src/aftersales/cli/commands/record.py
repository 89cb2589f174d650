"""Add an event to a certificate, in its file."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, get_args

from aftersales.cli.console import Options, language, show_lines, show_remarks, shown_name, terminal_columns
from aftersales.cli.inputs import (
    day_of,
    ensure_with,
    flag_of,
    given_standard,
    placed_scorecard_of,
    problems_at_options,
    problems_in,
    scorecard_of,
)
from aftersales.cli.parser import Parser
from aftersales.problems.errors import PaperError, Problem
from aftersales.text.sentences import Phrase, Sentences, languages

if TYPE_CHECKING:
    from aftersales.certification.certificate.certificate import Certificate
    from aftersales.standard.standard import Standard

__all__ = ["arguments", "run"]

_say = Sentences("cli")

KINDS = ("surveillance", "downgrade", "revocation", "application", "renewal", "change", "supplement", "correction")
TEXTS = (
    "stars", "grounds", "reason", "reason_en", "organisation", "organisation_en", "credit_code", "address",
    "address_en", "scope", "scope_en", "number", "note",
)  # fmt: skip
BODY = {
    "body": "name", "body_en": "name_en", "approval_number": "approval_number", "body_address": "address",
    "body_address_en": "address_en",
    "body_telephone": "telephone", "lookup": "lookup",
}  # fmt: skip
"""The options about the body, each with its field."""
SUPPLEMENTS = ("notice", "notice_on", "rectification", "indicators", "reason_en", "note")
"""The options of what an event may get later."""
YES_OR_NO = {"yes": True, "no": False}
# Chinese words that are taken, too. Those of the grounds are sentences of the certificate.
_KIND_WORDS = {
    "监督审核": "surveillance",
    "降级": "downgrade",
    "撤销": "revocation",
    "申请重新评价": "application",
    "重新评价换证": "renewal",
    "变更": "change",
    "补充登记": "supplement",
    "更正登记": "correction",
}
_YES_OR_NO_WORDS = {"是": "yes", "否": "no"}
_PASSED_WORDS = _YES_OR_NO_WORDS | {"合格": "yes", "不合格": "no"}
# The options of a field of an event, where they have other names than the field.
_OPTIONS = {"notice": ("notice", "notice_on"), "result": ("evaluation",), "body": tuple(BODY)}
_PLACES = {"notice.on": "notice_on"} | {f"body.{field}": name for name, field in BODY.items()}
"""The options of the parts of such a field."""
_ALL_OPTIONS = (
    "passed",
    "star_kept",
    "indicators",
    "rectification",
    "notice",
    "notice_on",
    "evaluation",
    "corrected_on",
    *TEXTS,
    *BODY,
)
_OWN_HELP = {"stars": "--stars of event", "number": "--number of event"}


def arguments(parser: Parser) -> None:
    """Declare the arguments."""
    parser.positional("file", "FILE", help_key="CERTIFICATE to change")
    parser.positional("kind", "KIND", choices=KINDS, type=partial(_choice, _KIND_WORDS), words=tuple(_KIND_WORDS))
    parser.option("--on", metavar="DATE", required=True)
    for name, words in (("--passed", _PASSED_WORDS), ("--star-kept", _YES_OR_NO_WORDS)):
        parser.option(name, choices=tuple(YES_OR_NO), type=partial(_choice, words), words=tuple(words))
    parser.option("--indicators", metavar="IDS")
    parser.option("--rectification", metavar="PATH")
    parser.option("--notice", metavar="TEXT")
    parser.option("--notice-on", metavar="DATE")
    parser.option("--evaluation", metavar="PATH")
    parser.option("--corrected-on", metavar="DATE")
    for name in (*TEXTS, *BODY):
        parser.option(
            f"--{name.replace('_', '-')}", metavar="N" if name == "stars" else "TEXT", help_key=_OWN_HELP.get(name)
        )


def _choice(words: Mapping[str, str], word: str) -> str:
    return words.get(word, word)


def run(options: Options) -> None:
    """Add the event or what an event lacks, or correct the last one, and show the certificate on its day."""
    from aftersales.certification.certificate.certificate import load_certificate
    from aftersales.certification.certificate.recording import write_correction, write_record, write_supplement
    from aftersales.files.locking import exclusive
    from aftersales.standard.standard import named_standard
    from aftersales.views.certificate import certificate_lines

    _ensure_options_of_kind(options)
    given = given_standard(options)
    with exclusive(options.file):
        with problems_in(options.file):
            certificate = load_certificate(options.file, given)
        standard = given or named_standard(certificate.standard, certificate.edition)
        if options.kind == "supplement":
            recorded = _supplemented(certificate, options, standard)
            write_supplement(options.file, certificate, recorded, standard)
        elif options.kind == "correction":
            with problems_at_options(("on", "corrected_on", "reason"), {"corrections[].on": "corrected_on"}):
                recorded = certificate.correct(options.on, options.corrected_on, options.reason, standard)
            write_correction(options.file, recorded, standard)
        else:
            recorded = _recorded(certificate, options, standard)
            write_record(options.file, recorded, standard)
    lang = language(options)
    status = recorded.status(options.notice_on or options.corrected_on or options.on, standard)
    head = [_say(lang, "recorded", file=shown_name(options.file)), ""]
    show_lines([*head, *certificate_lines(recorded, status, standard, lang, terminal_columns())], options)
    show_remarks(recorded.remarks(status.on, standard=standard), options, "remarks_to_check", stream=sys.stderr)


def _ensure_options_of_kind(options: Options) -> None:
    """Refuse options that the event does not have, and name those that it needs."""
    from aftersales.certification.certificate.events import KINDS as MODELS
    from aftersales.problems.collector import Collector
    from aftersales.problems.violations import Violation

    fields = {} if options.kind in ("supplement", "correction") else MODELS[options.kind].model_fields
    own = {name for field in fields for name in _OPTIONS.get(field, (field,))}
    needed = [name for name, field in fields.items() if field.is_required() and name != "on"]
    if options.kind == "renewal":  # all but its day and number comes from the evaluation
        own, needed = {"on", "number", "evaluation"}, ["evaluation"]
    if options.kind == "supplement":  # --on is the day of the event, and the notice has its own
        own = {"on", *SUPPLEMENTS}
        ensure_with(options, "notice", ("notice_on",))
    if options.kind == "correction":
        own, needed = {"on", "corrected_on", "reason"}, ["corrected_on", "reason"]
    ensure_with(options, "notice_on", ("notice",))
    new = [name for name in _ALL_OPTIONS if name in own - {"note"}]
    with Collector(PaperError) as found:
        for name in _ALL_OPTIONS:
            if name not in own and getattr(options, name) is not None:
                context = {"found": flag_of(name), "other": options.kind}
                found.add(Violation("options-clash", context=context))
        if options.kind == "change" and all(getattr(options, name) is None for name in new):
            found.add(Violation("empty-change", context={"allowed": tuple(map(flag_of, new))}))
        for name in needed:
            if getattr(options, name) is None:
                found.add(Violation("missing-key", context={"key": flag_of(name)}))


def _recorded(certificate: Certificate, options: Options, standard: Standard) -> Certificate:
    """The certificate with the event that the options describe."""
    from aftersales.certification.certificate.certificate import unfit_for_audit
    from aftersales.certification.certificate.events import KINDS as MODELS
    from aftersales.files.loading import make_model

    if options.kind == "renewal":
        return _renewed(certificate, options)
    with problems_at_options(("on", *_ALL_OPTIONS), _places(options)):
        try:
            event = make_model(MODELS[options.kind], _facts(certificate, options, standard), PaperError)
        except PaperError as error:
            problems = (_with_words_of_grounds(problem, options.grounds, standard) for problem in error.problems)
            raise PaperError(problems) from error
        recorded = certificate.record(event, standard)
    if options.evaluation is None:
        return recorded
    card = scorecard_of(options.evaluation, options, also=lambda card: unfit_for_audit(certificate, card, event))
    return certificate.audit(card, event)


def _renewed(certificate: Certificate, options: Options) -> Certificate:
    """The certificate with a renewal by the evaluation of ``--evaluation``."""
    from aftersales.certification.certificate.certificate import unfit_for_renewal
    from aftersales.certification.certificate.conditions import issue_points, issue_violations
    from aftersales.certification.report.report import make_report, report_violations

    day = day_of(options)
    card, document = placed_scorecard_of(
        options.evaluation,
        options,
        also=lambda card: chain(
            report_violations(card),
            issue_violations(card, day),
            unfit_for_renewal(certificate, card.evaluation, day),
        ),
    )
    with problems_at_options(("on", "number")):
        renewed = certificate.renew(make_report(card), day, options.number)
    remarks = document.remarks_with(issue_points(card.evaluation, day), own=False)
    remarks += renewed.paper_remarks(day, card.standard)
    show_remarks(remarks, options, "remarks_on_days", options.evaluation, sys.stderr)
    return renewed


def _supplemented(certificate: Certificate, options: Options, standard: Standard) -> Certificate:
    """The certificate with what the options add to the event of ``--on``."""
    from aftersales.certification.certificate.events import MaintenanceNotice
    from aftersales.files.loading import make_model

    with problems_at_options(("on", *SUPPLEMENTS), _places(options)):
        facts = _facts(certificate, options, standard)
        if "notice" in facts:
            facts["notice"] = make_model(MaintenanceNotice, facts["notice"], PaperError)
        return certificate.supplement(facts.pop("on"), standard, **facts)


def _places(options: Options) -> dict[str, str]:
    """The options of the places in an event. A notice without a day of its own has that of the event."""
    return _PLACES if options.notice_on is not None else _PLACES | {"notice.on": "on"}


def _facts(certificate: Certificate, options: Options, standard: Standard) -> dict[str, Any]:
    """The facts of the event that the options give, but for an evaluation."""
    from aftersales.certification.rectification.loading import load_rectification
    from aftersales.standard.standard import load_standard
    from aftersales.text.normalize import names_in, plain_name

    facts = {key: getattr(options, key) for key in ("on", *TEXTS)}
    if body := {field: getattr(options, name) for name, field in BODY.items() if getattr(options, name) is not None}:
        known = certificate.body_on(day_of(options))
        if known is None:
            for name in BODY:
                ensure_with(options, name, ("body",))
        facts["body"] = (known.model_dump() if known else {}) | body
    facts |= {key: YES_OR_NO.get(getattr(options, key)) for key in ("passed", "star_kept")}
    if options.indicators is not None:
        facts["indicators"] = names_in(options.indicators)
    if options.grounds is not None:
        # The help of the command shows the words of the bundled standard, so they are taken for each.
        grounds = chain.from_iterable(_words_of_grounds(by).items() for by in (load_standard(), standard))
        words = {plain_name(word.text(lang)): key for key, word in grounds for lang in languages()}
        facts["grounds"] = words.get(plain_name(options.grounds), options.grounds)
    if options.notice is not None:
        facts["notice"] = {"number": options.notice, "on": options.notice_on or options.on}
    if options.rectification is not None:
        with problems_in(options.rectification):
            facts["rectification"] = load_rectification(options.rectification, standard)
    return {key: value for key, value in facts.items() if value is not None}


def _words_of_grounds(standard: Standard) -> dict[str, Phrase]:
    """The words for each of the grounds of a decision."""
    from aftersales.certification.certificate.events import Grounds

    return {
        key: Sentences("certification").phrase(f"grounds.{key}", term=standard.wording["term"])
        for key in get_args(Grounds)
    }


def _with_words_of_grounds(problem: Problem, grounds: str, standard: Standard) -> Problem:
    """A problem of an event. That of unknown grounds lists their words in the language, not those of the format."""
    from aftersales.problems.suggestions import near
    from aftersales.problems.violations import Violation, to_problem

    if (problem.code, problem.path) != ("unknown-word", "grounds"):
        return problem
    words = _words_of_grounds(standard)
    meant = near(grounds, [*words, *(word.text(lang) for word in words.values() for lang in languages())])
    context = {"found": grounds, "allowed": tuple(words.values()), "hint": meant}
    return to_problem(Violation(problem.code, ("grounds",), context))
