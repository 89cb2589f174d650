"""The certificate (证书, 7.2) and its status on a day.

A certificate is issued from the report of a third-party evaluation that passed (reading R15). Its events are dated:
surveillance audits, downgrades, a revocation, renewals, changes of names. Its status on a day is a pure function of the
certificate and that day; later events do not count.

:mod:`~aftersales.certification.certificate.term` says how long a rating lasts and what events change,
:mod:`~aftersales.certification.certificate.status` what holds on a day,
:mod:`~aftersales.certification.certificate.conditions` who may be certified.
"""

import datetime
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial, reduce
from itertools import chain, takewhile
from typing import TYPE_CHECKING, Annotated, Any, Literal

from aftersales.certification.certificate.conditions import (
    audit_violations,
    ensure_issuable,
    issue_points,
    renewal_violations,
)
from aftersales.certification.certificate.events import Correction, Event, MaintenanceNotice, Renewal, Surveillance
from aftersales.certification.certificate.sound_part import sound_part_of
from aftersales.certification.certificate.status import (
    Holder,
    Status,
    history_of,
    maintenance_of,
    notices_of,
    status_of,
)
from aftersales.certification.certificate.term import MONTHS, Term, rating_violations, replay, term_lengths
from aftersales.certification.papers.holder_text import untranslated_points
from aftersales.certification.papers.notices import CertificationNotice, NoticeKind, due_notice
from aftersales.certification.papers.star_certificate import (
    BOTH,
    certificate_sheet,
    certificate_violations,
    languages_of,
    paper_points,
)
from aftersales.certification.papers.summary import certified_summary, summary_violations
from aftersales.certification.rectification.rectification import Rectification
from aftersales.certification.report.report import Report
from aftersales.evaluation.evaluation import Evaluation
from aftersales.evaluation.file_kinds import of_kind
from aftersales.evaluation.fingerprint import Fingerprint, fingerprint
from aftersales.evaluation.parties import EvaluatingBody, Subject
from aftersales.evaluation.rules import standard_mismatch
from aftersales.files.fields import (
    Bounded,
    CountFromOne,
    Day,
    Model,
    NoneIsEmpty,
    ResultScore,
    Text,
    WholeModel,
    read_day,
)
from aftersales.files.loading import load_model, make_model
from aftersales.files.numbers import Number
from aftersales.files.parsed_file import ParsedFile, parse_source
from aftersales.files.source import Source
from aftersales.files.writing import write_file
from aftersales.problems.arguments import ensure_kind
from aftersales.problems.collector import Collector, citing, in_order_of, refusal
from aftersales.problems.errors import PaperError, Remark
from aftersales.problems.violations import Violation, ViolationError, worded
from aftersales.rendering.formats import PaperFormat, SheetFormat
from aftersales.rendering.rendering import render, sheet_format_of
from aftersales.scoring.scorecard import Scorecard
from aftersales.standard.standard import Standard, clauses_of, named_standard
from aftersales.text.language import Language
from aftersales.text.normalize import plain_name

__all__ = ["Certificate", "issue", "issue_remarks", "load_certificate"]


class Certificate(WholeModel):
    """A star rating as issued, and the events since.

    Validation of the model checks the form only. :func:`load_certificate`, :func:`issue`, :meth:`status` and
    :meth:`record` check the rules of 7.2 and raise :class:`~aftersales.PaperError`.

    Fields:
        number: The number of the certificate.
        standard: The id of the standard.
        edition: The edition of the standard.
        organisation: The certified organisation.
        organisation_en: Its name in English, for papers in English.
        credit_code: Its unified social credit code.
        address: Its address.
        address_en: The address in English, for papers in English.
        scope: The scope of the evaluation.
        scope_en: The scope in English, for papers in English.
        body: The body that issued it (reading R18).
        final_score: The final score, 0 to 100, exact.
        stars: The stars that the standard gives for the final score.
        issued: The day of issue.
        result: The fingerprint of the evaluation that it was issued from.
        events: The events in the order of their days.
        corrections: The events that were entered by mistake and do not count, each with the reason.

    >>> from aftersales import Surveillance
    >>> certificate = Certificate(
    ...     standard="CTS XBHT-S04-2025", edition="2025-12-04", organisation="滨海家电连锁有限公司",
    ...     final_score="87.37", stars=4, issued="2026-03-20",
    ...     events=[Surveillance(on="2027-02-11", passed=True)],
    ... )
    >>> status = certificate.status("2027-03-20")
    >>> status.state, status.stars, str(status.valid_until), str(status.next_audit.due)
    ('valid', 4, '2029-03-19', '2028-03-19')
    >>> certificate.status("2028-03-20").state  # the second audit was missed
    'suspended'
    """

    file_kind = "certificate"

    number: Text | None = None
    standard: Text
    edition: Day
    organisation: Text
    organisation_en: Text | None = None
    credit_code: Text | None = None
    address: Text | None = None
    address_en: Text | None = None
    scope: Text | None = None
    scope_en: Text | None = None
    body: EvaluatingBody | None = None
    final_score: ResultScore
    stars: CountFromOne
    issued: Day
    result: Fingerprint | None = None
    events: Annotated[tuple[Event, ...], Bounded, NoneIsEmpty] = ()
    corrections: Annotated[tuple[Correction, ...], Bounded, NoneIsEmpty] = ()

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            number: str | None = None,
            standard: str,
            edition: datetime.date | str,
            organisation: str,
            organisation_en: str | None = None,
            credit_code: str | None = None,
            address: str | None = None,
            address_en: str | None = None,
            scope: str | None = None,
            scope_en: str | None = None,
            body: EvaluatingBody | Mapping[str, Any] | None = None,
            final_score: Number,
            stars: int,
            issued: datetime.date | str,
            result: str | None = None,
            events: Sequence[Event | Mapping[str, Any]] = (),
            corrections: Sequence[Correction | Mapping[str, Any]] = (),
        ) -> None: ...

    def status(self, on: datetime.date | str, standard: Standard | None = None) -> Status:
        """The status on a day (7.2.3, 7.2.4; readings R13, R14).

        ``standard`` defaults to the bundled standard that the certificate names. Raises
        :class:`~aftersales.PaperError` if the certificate breaks a rule of 7.2, or ``on`` is not a date.
        """
        if standard is not None:
            ensure_kind("standard", standard, Standard)
        with Collector(PaperError):
            day = read_day(on)
            standard = standard or named_standard(self.standard, self.edition)
        data = self.model_dump(mode="python")
        with Collector(PaperError, in_order_of(data), clause_of=standard.clause) as found:
            terms, violations = _examined(self, standard)
            found.add(*violations)
        notices = notices_of(self.history_until(day, standard), standard)
        term = terms[len(self.events_until(day))]
        maintenance = maintenance_of(self._audits_of_term(day), term, day, standard)
        names = self.holder_on(day), self.body_on(day)
        return status_of(self.issued, term, day, *names, notices, maintenance, standard)

    def typeset(
        self,
        format: SheetFormat,
        *,
        on: datetime.date | str,
        lang: Language | Literal["both"] = "zh",
        landscape: bool = False,
        standard: Standard | None = None,
    ) -> bytes:
        """The star certificate (7.2.1) as it is on a day: a framed sheet as ``"html"``, ``"docx"`` or ``"pdf"``.

        ``lang`` may be ``"both"``, for Chinese and English on one sheet.

        Raises :class:`~aftersales.PaperError` if the certificate is not valid on that day (``certificate-not-valid``),
        lacks what the sheet names (``missing-for-paper``), is by an altered standard, or has more text than fits on one
        page (``sheet-too-full``). Raises :class:`~aftersales.MissingExtra` if the extra ``report`` is
        not installed.
        """
        standard = standard or self._standard()
        status = self.status(on, standard)
        with Collector(PaperError, clause_of=standard.clause) as found:
            found.add(*certificate_violations(status, standard, lang))
        events = self.events_until(status.on)
        sheet = certificate_sheet(self.issued, events, status, standard, lang, landscape=landscape)
        return render(sheet, format)

    def write(
        self,
        path: str | os.PathLike[str],
        *,
        on: datetime.date | str,
        lang: Language | Literal["both"] = "zh",
        landscape: bool = False,
        standard: Standard | None = None,
        force: bool = False,
    ) -> None:
        """Write the star certificate as it is on a day in the format of the extension.

        Raises :class:`~aftersales.OutputError` for another extension (``unknown-report-format``), if the file exists
        and ``force`` is false, and as :meth:`typeset` does.
        """
        format = sheet_format_of(path)
        content = self.typeset(format, on=on, lang=lang, landscape=landscape, standard=standard)
        write_file(path, content, force=force)

    def summary(
        self,
        report: Report,
        format: PaperFormat,
        *,
        on: datetime.date | str,
        lang: Language = "zh",
        standard: Standard | None = None,
    ) -> bytes:
        """The summary of the report for display with the certificate (7.2.1), with number, body and validity.

        After a downgrade it shows the stars in force.

        Raises :class:`~aftersales.PaperError` if the certificate is not valid on that day (``certificate-not-valid``)
        or lacks what the summary names (``missing-for-paper``), and if the report is a draft (``draft-report``) or that
        of another evaluation (``not-the-certified``).
        """
        ensure_kind("report", report, Report)
        standard = standard or self._standard()
        status = self.status(on, standard)
        rated = self.rating_on(status.on)
        with Collector(PaperError, clause_of=standard.clause) as found:
            found.add(*summary_violations(report, rated.final_score, rated.result, status, standard))
        return render(certified_summary(report, status, standard, lang), format)

    def rating_on(self, on: datetime.date) -> "Certificate | Renewal":
        """The rating of the term of a day, with its ``final_score`` and ``stars``: the last renewal's, or the first."""
        renewals = (event for event in reversed(self.events_until(on)) if event.kind == "renewal")
        return next(renewals, self)

    def notice(
        self,
        on: datetime.date | str,
        kind: NoticeKind | None = None,
        standard: Standard | None = None,
        *,
        number: str | None = None,
    ) -> CertificationNotice:
        """The notice that is due on a day (7.2.2 to 7.2.4). ``kind`` decides if several are.

        ``number`` is the letter's own. The notice of maintained certification has that of its record.

        Raises :class:`~aftersales.PaperError` if none is (``no-notice-due``) or several are (``several-notices-due``),
        for a blank number, and for another one than the recorded one (``other-number``).

        >>> certificate = Certificate(
        ...     number="SM-2026-017", standard="CTS XBHT-S04-2025", edition="2025-12-04",
        ...     organisation="滨海家电连锁有限公司",
        ...     body={"name": "云津质信认证有限公司", "approval_number": "CNCA-R-2026-999"},
        ...     final_score="87.37", stars=4, issued="2026-03-20",
        ... )
        >>> notice = certificate.notice("2027-04-01")
        >>> notice.kind, "# 监督审核逾期通知书" in notice.typeset("md").decode().splitlines()
        ('overdue', True)
        """
        standard = standard or self._standard()
        status = self.status(on, standard)
        notice = due_notice([*self.history_until(status.on, standard)], status, kind, standard)
        if number is not None:  # checked as that of a recorded notice is
            number = make_model(MaintenanceNotice, {"number": number, "on": status.on}, PaperError).number
        if notice.kind != "maintained" or status.maintenance is None:
            return replace(notice, number=number)
        recorded, issued = status.maintenance.number, status.maintenance.on
        if number not in (None, recorded):
            raise refusal(PaperError, Violation("other-number", ("number",), {"found": number, "allowed": recorded}))
        # It has a day of its own, on which it says what holds.
        return replace(notice, number=recorded, on=issued, status=self.status(issued, standard))

    def _standard(self) -> Standard:
        with Collector(PaperError):
            return named_standard(self.standard, self.edition)

    def events_until(self, day: datetime.date) -> tuple[Event, ...]:
        """The events up to a day, that day included."""
        return tuple(event for event in self.events if event.on <= day)

    def history_until(
        self, day: datetime.date, standard: Standard | None = None
    ) -> Iterator[tuple[Event, dict[str, Any]]]:
        """The events up to a day, each with its facts for a sentence. Levels are named as in the standard."""
        standard = standard or self._standard()
        return history_of(self._holder, self.body, self.stars, self.events_until(day), standard)

    def rectifications_on(self, day: datetime.date) -> tuple[Rectification, ...]:
        """The rectifications that the audits up to a day required in the term of that day, the last first (7.2.2, R19).

        A later audit may have the same demand again, with what was done about it since.
        """
        found: list[Rectification] = []
        for audit in self._audits_of_term(day):
            demand = audit.rectification
            if demand is not None and not any(demand.continues(later) for later in found):
                found.append(demand)
        return tuple(found)

    def last_rectification(self) -> tuple[int, Rectification]:
        """The position of the last audit that required rectification, and what it required (7.2.2).

        Raises :class:`~aftersales.PaperError` if none did (``no-rectification``).
        """
        for number, event in reversed([*enumerate(self.events)]):
            if event.kind == "surveillance" and event.rectification is not None:
                return number, event.rectification
        raise refusal(PaperError, Violation("no-rectification"), clause_of=clauses_of(None, dict(self)))

    def _audits_of_term(self, day: datetime.date) -> Iterator[Surveillance]:
        """The audits up to a day in the term of that day, the last one first."""
        term = takewhile(lambda event: event.kind != "renewal", reversed(self.events_until(day)))
        return (event for event in term if event.kind == "surveillance")

    def holder_on(self, day: datetime.date) -> Holder:
        """The organisation and the scope that are certified, by the names in force on a day."""
        return reduce(Holder.after, self.events_until(day), self._holder)

    @property
    def _term_start(self) -> datetime.date:
        """The first day of the last term: that of the issue or of the last renewal."""
        return max([self.issued, *(event.on for event in self.events if event.kind == "renewal")])

    @property
    def _holder(self) -> Holder:
        """The holder by the names at the issue."""
        return Holder.model_validate({key: getattr(self, key) for key in Holder.model_fields})

    def body_on(self, day: datetime.date) -> EvaluatingBody | None:
        """The body that issued or last renewed it, as it is known on a day (reading R18).

        If the certificate names none, it is the one that the first change names.
        """
        naming = [event for event in self.events if event.kind in ("renewal", "change") and event.body is not None]
        until = [event.body for event in naming if event.on <= day]
        if self.body is None and not until and naming and naming[0].kind == "change":
            return naming[0].body
        return until[-1] if until else self.body

    def record(self, event: Event, standard: Standard | None = None) -> "Certificate":
        """The certificate with one more event.

        Raises :class:`~aftersales.PaperError` if it breaks a rule of 7.2, or is the last event again (``event-twice``).
        """
        if self.events and event == self.events[-1]:
            path = ("events", len(self.events))
            context, clause_of = {"found": event.on}, clauses_of(standard, dict(self))
            raise refusal(PaperError, Violation("event-twice", path, context), clause_of=clause_of)
        recorded = self.model_copy(update={"events": (*self.events, event)})
        recorded.status(recorded.events[-1].on, standard)
        return recorded

    def correct(
        self, on: datetime.date | str, corrected_on: datetime.date | str, reason: str, standard: Standard | None = None
    ) -> "Certificate":
        """The certificate without its last event, which was entered by mistake and stays among the corrections.

        ``on`` is the day of that event, so that no other one is meant. An event before the last one is not corrected,
        since what was recorded after it rests on it.

        Raises :class:`~aftersales.PaperError` if the last event is not of that day (``not-last-event``), without a
        reason (``blank``), and if the correction is dated before the issue (``event-before-issue``).

        >>> from aftersales import Surveillance, issue, load_example, make_report, score
        >>> certificate = issue(make_report(score(load_example("home-appliance-chain"))), "2026-03-20")
        >>> certificate = certificate.record(Surveillance(on="2027-02-11", passed=False))
        >>> certificate = certificate.correct("2027-02-11", "2027-02-15", "结论误录")
        >>> certificate.events, certificate.corrections[0].event.on.isoformat()
        ((), '2027-02-11')
        """
        with Collector(PaperError) as found:
            with found.collect("on"):
                day = read_day(on)
            with found.collect("corrected_on"):
                corrected_on = read_day(corrected_on)
        last = self.events[-1] if self.events else None
        if last is None or last.on != day:
            context = {"found": day, "allowed": last.on if last else "–"}
            raise refusal(PaperError, Violation("not-last-event", ("on",), context))
        correction = make_model(Correction, {"on": corrected_on, "reason": reason, "event": last}, PaperError)
        corrections = (*self.corrections, correction)
        corrected = self.model_copy(update={"events": self.events[:-1], "corrections": corrections})
        corrected.status(correction.on, standard)
        return corrected

    def supplement(
        self,
        on: datetime.date | str,
        standard: Standard | None = None,
        *,
        notice: MaintenanceNotice | None = None,
        rectification: Rectification | None = None,
        indicators: Sequence[str] = (),
        reason_en: str | None = None,
        note: str | None = None,
    ) -> "Certificate":
        """The certificate with what was not known when an event was recorded: the last event of that day with these.

        The notice of a passed audit comes with its own day, and what an audit required may be written later. Nothing
        that is recorded is changed.

        Raises :class:`~aftersales.PaperError` if no event of that day can have what is given (``no-such-event``), if it
        has it already (``already-recorded``), if nothing is given (``nothing-to-supplement``), and if it breaks a rule
        of 7.2.

        >>> from aftersales import MaintenanceNotice, Surveillance, issue, load_example, make_report, score
        >>> certificate = issue(make_report(score(load_example("home-appliance-chain"))), "2026-03-20")
        >>> certificate = certificate.record(Surveillance(on="2027-02-11", passed=True))
        >>> certificate = certificate.supplement("2027-02-11", notice=MaintenanceNotice(number="B-7", on="2027-02-20"))
        >>> certificate.status("2027-02-20").maintenance.number
        'B-7'
        """
        given = {
            "notice": notice,
            "rectification": rectification,
            "indicators": tuple(indicators),
            "reason_en": reason_en,
            "note": note,
        }
        facts = {key: value for key, value in given.items() if value not in (None, ())}
        with Collector(PaperError) as found, found.collect("on"):
            day = read_day(on)
        with Collector(PaperError):
            number = self._supplemented(day, facts)
        event = self.events[number]
        event = make_model(type(event), dict(event) | facts, PaperError)
        changed = self.model_copy(update={"events": (*self.events[:number], event, *self.events[number + 1 :])})
        changed.status(event.on, standard)
        return changed

    def _supplemented(self, day: datetime.date, facts: Mapping[str, Any]) -> int:
        """The position of the last event of a day that can have these facts and has none of them."""
        if not facts:
            raise ViolationError(Violation("nothing-to-supplement"))
        able = [number for number, event in enumerate(self.events) if facts.keys() <= type(event).model_fields.keys()]
        found = [number for number in able if self.events[number].on == day]
        if not found:
            days = tuple(dict.fromkeys(str(self.events[number].on) for number in able)) or ("–",)
            raise ViolationError(Violation("no-such-event", ("on",), {"found": day, "allowed": days}))
        recorded = [key for key in facts if getattr(self.events[found[-1]], key) not in (None, ())]
        if recorded:
            raise ViolationError(*(Violation("already-recorded", (key,), {"on": day}) for key in recorded))
        return found[-1]

    def remarks(
        self, on: datetime.date | str, lang: Language | Literal["both"] = "zh", standard: Standard | None = None
    ) -> tuple[Remark, ...]:
        """Remarks on the present term up to a day: what is allowed and looks wrong (reading R20).

        An audit that was passed while the star level was not kept, after which there was neither a downgrade nor
        another audit (``star-not-kept``, 7.2.2). A change that states what was in force before (``nothing-changed``).
        For a star certificate in English or in both languages also the address and the body that it gives in Chinese
        (``untranslated``). Raises :class:`~aftersales.PaperError` for an invalid day, and for
        a standard that is not known.

        >>> from aftersales import Surveillance, issue, load_example, make_report, score
        >>> certificate = issue(make_report(score(load_example("home-appliance-chain"))), "2026-03-20")
        >>> certificate = certificate.record(Surveillance(on="2027-02-11", passed=True, star_kept=False))
        >>> [(remark.code, remark.path, remark.clause) for remark in certificate.remarks("2027-02-11")]
        [('star-not-kept', 'events[0].star_kept', '7.2.2')]
        """
        with Collector(PaperError):
            day = read_day(on)
            standard = standard or named_standard(self.standard, self.edition)
        body = self.body_on(day)
        named = [(("address",), self.holder_on(day)), (("body", "name"), body)]
        if lang != BOTH:  # on one sheet with Chinese, the body has its address once
            named.append((("body", "address"), body))
        untranslated = (untranslated_points(each, named, "display") for each in languages_of(lang))
        points = chain(self._points(day, standard), *untranslated)
        return citing((worded(Remark, point, None) for point in points), standard.clause)

    def paper_remarks(self, on: datetime.date | str, standard: Standard | None = None) -> tuple[Remark, ...]:
        """What a star certificate names and this one lacks on a day: one remark for the sheet in Chinese, and one for
        what else that in English needs (``missing-on-certificate``, 7.2.1).

        Without it no such sheet is made. Raises :class:`~aftersales.PaperError` as :meth:`remarks` does.

        >>> from aftersales import issue, load_example, make_report, score
        >>> certificate = issue(make_report(score(load_example("home-appliance-chain"))), "2026-03-20", "SM-2026-017")
        >>> certificate.paper_remarks("2026-03-20")[0].sentence("en")[:72]
        'the star certificate names the address of the holder, which this one doe'
        """
        with Collector(PaperError):
            day = read_day(on)
            standard = standard or named_standard(self.standard, self.edition)
        points = paper_points(self.holder_on(day), self.body_on(day))
        return citing((worded(Remark, point, None) for point in points), standard.clause)

    def _points(self, day: datetime.date, standard: Standard) -> Iterator[Violation]:
        """7.2.2: an audit that did not keep the stars, which are in force unchanged; and changes of nothing."""
        start = max([self.issued, *(event.on for event in self.events_until(day) if event.kind == "renewal")])
        for place, (event, facts) in enumerate(self.history_until(day, standard)):
            if event.kind == "change" and not facts["changes"] and event.on >= start:
                yield Violation("nothing-changed", ("events", place), {"found": event.on})
        if (number := self.audit_without_stars(day)) is not None:
            context = {"found": self.events[number].on, **standard.wording}
            yield Violation("star-not-kept", ("events", number, "star_kept"), context)

    def audit_without_stars(self, day: datetime.date) -> int | None:
        """7.2.2: the position of the last audit up to a day if it did not keep the stars, which are in force unchanged.

        None if it kept them, failed, or was followed by another decision.
        """
        for number, event in reversed([*enumerate(self.events_until(day))]):
            if event.kind in ("downgrade", "revocation", "renewal"):
                return None
            if event.kind == "surveillance":
                return number if event.passed and event.star_kept is False else None
        return None

    def audit(self, card: Scorecard, audit: Surveillance) -> "Certificate":
        """The certificate with a surveillance audit that rests on an evaluation (7.2.2), which the audit then names.

        Raises :class:`~aftersales.PaperError` if the audit breaks a rule of 7.2, or does not fit the evaluation: one of
        another organisation (``other-organisation``), of an earlier term (``old-evaluation``), not by a third party
        (``not-third-party``), finished after the audit (``audit-too-early``), not passed while the audit is
        (``audit-of-failed-evaluation``), or with other stars than ``star_kept`` says (``star-kept-differs``).

        >>> from aftersales import Surveillance, issue, load_example, make_report, score
        >>> card = score(load_example("home-appliance-chain"))
        >>> certificate = issue(make_report(card), "2026-03-20")
        >>> later = {"start": "2027-02-10", "end": "2027-02-11"}
        >>> again = score(type(card.evaluation)(**dict(card.evaluation) | {"period": later}))
        >>> certificate = certificate.audit(again, Surveillance(on="2027-02-11", passed=True, star_kept=True))
        >>> certificate.events[0].result[:3], certificate.status("2027-03-20").state
        ('v1:', 'valid')
        """
        ensure_kind("card", card, Scorecard)
        ensure_kind("audit", audit, Surveillance)
        recorded = self.record(audit.model_copy(update={"result": fingerprint(card.evaluation)}), card.standard)
        data = card.evaluation.model_dump(mode="python")
        with Collector(PaperError, in_order_of(data), clause_of=card.standard.clause) as found:
            found.add(*unfit_for_audit(self, card, audit))
        return recorded

    def renew(self, report: Report, on: datetime.date | str, number: str | None = None) -> "Certificate":
        """The certificate renewed from the report of a new evaluation (4.5, 7.2.3), checked as by :func:`issue`.

        It takes over body, names, address and scope as they are in the new evaluation, and a new number if one is
        given. A new name of another organisation is refused; a :class:`~aftersales.Change` of the name comes first.

        Also raises :class:`~aftersales.PaperError` for the report of another organisation (``other-organisation``), and
        of an evaluation that did not end after the start of the present term (``old-evaluation``).
        """
        day = ensure_issuable(report, on)
        with Collector(PaperError, clause_of=report.card.standard.clause) as found:
            found.add(*unfit_for_renewal(self, report.card.evaluation, day))
        now = {"body": self.body_on(day)} | dict(self.holder_on(day))
        new = {key: value for key, value in _names_of(report.card.evaluation, number).items() if value is not None}
        changed = {key for key, value in new.items() if value != now[key]}
        # A new name or scope takes the place of the English one too, so that this one is given with it.
        names = {key: value for key, value in new.items() if changed & {key, key.removesuffix("_en")}}
        context = names | _rating_of(report.card) | {"on": day}
        return self.record(make_model(Renewal, context, PaperError), report.card.standard)


def origin_of_rectification(certificate: Certificate) -> dict[str, Any]:
    """The fields of a rectification about its origin, as plain data, if the last failed audit requires it (7.2.2)."""
    failed = [event.on for event in certificate.events if event.kind == "surveillance" and not event.passed]
    day = failed[-1] if failed else datetime.date.max
    facts = {
        "on": str(day) if failed else None,
        "occasion": "surveillance",
        "standard": certificate.standard,
        "edition": str(certificate.edition),
        "body": certificate.body_on(day),
        "subject": Subject(**certificate.holder_on(day).model_dump(exclude={"number"})),
    }
    return {
        key: value.model_dump(mode="json", exclude_none=True) if isinstance(value, Model) else value
        for key, value in facts.items()
        if value is not None
    }


def unfit_for_audit(certificate: Certificate, card: Scorecard, audit: Surveillance) -> Iterator[Violation]:
    """7.2.2: the reasons for which an evaluation cannot be that of an audit, whose day the certificate allows."""
    status = certificate.status(audit.on, card.standard)
    return audit_violations(audit, card, status.holder.organisation, certificate._term_start, status.rated)


def unfit_for_renewal(certificate: Certificate, evaluation: Evaluation, day: datetime.date) -> Iterator[Violation]:
    """4.5, 7.2.3: the reasons for which an evaluation cannot be that of a renewal on a day."""
    return renewal_violations(certificate.holder_on(day).organisation, certificate._term_start, evaluation)


def load_certificate(source: Source, standard: Standard | None = None) -> Certificate:
    """Load a certificate with its events, and check them by 7.2 (readings R13, R14).

    Raises :class:`~aftersales.PaperError` with all problems, each at its line.

    >>> facts = {"standard": "CTS XBHT-S04-2025", "edition": "2025-12-04", "organisation": "滨海家电连锁有限公司"}
    >>> certificate = load_certificate(facts | {"final_score": "87.37", "stars": 4, "issued": "2026-03-20"})
    >>> certificate.status("2026-04-01").state
    'valid'
    """

    def check(certificate: Certificate) -> Iterable[Violation]:
        named = standard or named_standard(certificate.standard, certificate.edition)
        _, violations = _examined(certificate, named)
        return violations

    def check_sound_part(data: Any, invalid: Sequence[Violation]) -> Iterable[Violation]:
        if not (part := sound_part_of(data, invalid, tuple(Certificate.model_fields))):
            return []
        found = map(part.in_whole, check(Certificate.model_validate(part.data)))
        return [violation for violation in found if violation]

    clauses = partial(clauses_of, standard)
    return load_model(source, Certificate, PaperError, check, check_sound_part, parse=_parse, clauses=clauses)


def _parse(source: Source) -> ParsedFile:
    return of_kind(parse_source(source), "certificate")


def issue(report: Report, on: datetime.date | str, number: str | None = None) -> Certificate:
    """Issue the certificate of an evaluation on a day (7.2.1, 7.2.3).

    The report must be final, not a draft, of a third-party evaluation (reading R15) that passed (6.3.2) and was
    finished by that day. Raises :class:`~aftersales.PaperError` with all reasons against it.

    >>> from aftersales import load_example, make_report, score
    >>> certificate = issue(make_report(score(load_example("home-appliance-chain"))), "2026-03-20")
    >>> certificate.stars, str(certificate.status("2026-03-20").valid_until)
    (4, '2029-03-19')
    """
    day = ensure_issuable(report, on)
    card = report.card
    context = {"standard": card.standard.id, "edition": card.standard.edition, "issued": day}
    names = _names_of(card.evaluation, number)
    return make_model(Certificate, context | names | _rating_of(card), PaperError)


def issue_remarks(report: Report, on: datetime.date | str) -> tuple[Remark, ...]:
    """Remarks on a certificate that is issued, or renewed, from a report on a day (reading R20).

    It refuses nothing: a day more than a year after the evaluation (``issued-late``), and one before the report was
    signed (``signed-after-issue``). Raises :class:`~aftersales.PaperError` for an invalid day.

    >>> from aftersales import load_example, make_report, score
    >>> report = make_report(score(load_example("home-appliance-chain")))
    >>> issue_remarks(report, "2026-03-20"), [remark.code for remark in issue_remarks(report, "2028-03-20")]
    ((), ['issued-late'])
    """
    ensure_kind("report", report, Report)
    with Collector(PaperError):
        day = read_day(on)
    points = issue_points(report.card.evaluation, day)
    return citing((worded(Remark, point, None) for point in points), report.card.standard.clause)


def _names_of(evaluation: Evaluation, number: str | None) -> dict[str, Any]:
    """The names that a certificate takes over from an evaluation: its body, and those of its subject."""
    shared = Holder.model_fields.keys() - {"number"}
    return {"number": number, "body": evaluation.body} | {key: getattr(evaluation.subject, key) for key in shared}


def _rating_of(card: Scorecard) -> dict[str, Any]:
    """The rating that a certificate takes over from an evaluation, with the fingerprint of what it came from."""
    return {"final_score": card.final_score, "stars": card.stars, "result": fingerprint(card.evaluation)}


def _examined(certificate: Certificate, standard: Standard) -> tuple[list[Term], list[Violation]]:
    """7.2: the term at the issue and after each event, and all violations of the certificate.

    No term is given if a day lies beyond the calendar or the certificate names another standard.
    """
    months, _ = term_lengths(standard)
    last_year = datetime.MAXYEAR - months // MONTHS - 1
    dated = [
        (certificate.issued, ("issued",)),
        *((event.on, ("events", k, "on")) for k, event in enumerate(certificate.events)),
    ]
    if late := [(day, path) for day, path in dated if not datetime.MINYEAR < day.year <= last_year]:
        # The calendar ends here, and a term that it cuts short would be wrong.
        allowed = f"{datetime.MINYEAR + 1}…{last_year}"
        return [], [Violation("out-of-range", path, {"found": day, "allowed": allowed}) for day, path in late]
    if mismatch := standard_mismatch(certificate.standard, certificate.edition, standard):
        return [], [mismatch]
    violations = rating_violations(certificate.final_score, certificate.stars, (), standard)
    terms, of_events = replay(certificate.issued, certificate.stars, certificate.events, standard)
    of_corrections = _correction_violations(certificate)
    return terms, [*violations, *of_events, *of_corrections, *_rectification_violations(certificate)]


def _correction_violations(certificate: Certificate) -> Iterator[Violation]:
    """Nothing is corrected before the issue."""
    for position, correction in enumerate(certificate.corrections):
        if correction.on < certificate.issued:
            context = {"found": correction.on, "allowed": certificate.issued}
            yield Violation("event-before-issue", ("corrections", position, "on"), context)


def _rectification_violations(certificate: Certificate) -> Iterator[Violation]:
    """7.2.2: what an audit requires is required of the certified organisation."""
    for number, event in enumerate(certificate.events):
        demand = event.rectification if event.kind == "surveillance" else None
        asked = demand.subject.organisation if demand and demand.subject else None
        if asked is None:
            continue
        certified = certificate.holder_on(event.on).organisation
        if plain_name(asked) != plain_name(certified):
            path = ("events", number, "rectification", "subject", "organisation")
            yield Violation("other-organisation", path, {"found": asked, "allowed": certified}, clause="surveillance")
