"""Notices and public announcements about a certificate (7.2.2 to 7.2.4), and which of them is due on a day."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from aftersales.certification.certificate.conditions import altered_violation
from aftersales.certification.certificate.events import Event
from aftersales.certification.certificate.status import Status
from aftersales.certification.papers.holder_text import (
    missing_violations,
    standard_text,
    untranslated_points,
)
from aftersales.files.writing import write_file
from aftersales.problems.clauses import Role
from aftersales.problems.collector import Collector, citing, refusal
from aftersales.problems.errors import PaperError, Remark
from aftersales.problems.violations import Violation, worded
from aftersales.rendering.document import Block, Document, Issuer, Paragraph, Table, facts_table
from aftersales.rendering.formats import PaperFormat
from aftersales.rendering.rendering import format_of, render
from aftersales.standard.standard import Standard
from aftersales.text.dates import ONE_DAY, day_text, days_text
from aftersales.text.language import Language
from aftersales.text.sentences import Phrase, Sentences, text_in

__all__ = ["CertificationNotice"]

NoticeKind = Literal["maintained", "overdue", "downgrade", "revocation"]
KINDS: tuple[NoticeKind, ...] = ("maintained", "overdue", "downgrade", "revocation")
REQUIRED = ("number",)
History = Sequence[tuple[Event, Mapping[str, Any]]]
_say = Sentences("certification")


@dataclass(frozen=True, slots=True)
class CertificationNotice:
    """A notice to the holder of a certificate, or a public announcement, as :meth:`Certificate.notice` makes it.

    Fields:
        kind: ``"maintained"`` (保持认证资格通知书, 7.2.3), ``"overdue"`` (an audit was missed, 7.2.3), or
            ``"downgrade"`` or ``"revocation"``, which are made public (7.2.4).
        on: The day of the notice.
        status: The status of the certificate on that day.
        event: The audit or the decision that it announces; None if an audit is overdue.
        context: What a sentence about the event names.
        standard: The standard.
        number: The number of the letter itself, if it has one.
    """

    kind: NoticeKind
    on: datetime.date
    status: Status
    event: Event | None
    context: Mapping[str, Any]
    standard: Standard
    number: str | None = None

    def remarks(self, lang: str = "zh") -> tuple[Remark, ...]:
        """Remarks on texts that the notice in that language gives in Chinese, for want of a translation (reading R20).

        Each is a remark with the key in which the translation is missing (``untranslated``).
        """
        return citing((worded(Remark, point, None) for point in self._untranslated(lang)), self.standard.clause)

    def _untranslated(self, lang: str) -> Iterator[Violation]:
        status = self.status
        clause: Role = "decisions" if self.kind in ("downgrade", "revocation") else "validity"
        named: list[tuple[Sequence[str], Any]] = [(("reason",), self.event), (("scope",), status.holder)]
        named += ((("body", key), status.body) for key in ("name", "address"))
        return untranslated_points(lang, named, clause)

    def typeset(self, format: PaperFormat, lang: Language = "zh") -> bytes:
        """The notice as ``"html"``, ``"docx"``, ``"pdf"`` or ``"md"``, in that language.

        Raises :class:`~aftersales.PaperError` if the certificate lacks what the notice names
        (``missing-for-paper``), and as :meth:`Report.typeset` does.
        """
        with Collector(PaperError, clause_of=self.standard.clause) as found:
            found.add(*missing_violations(self.status.holder, self.status.body, REQUIRED, (lang,)))
        return render(_NoticeWriter(self, lang).document(), format)

    def write(self, path: str | os.PathLike[str], lang: Language = "zh", *, force: bool = False) -> None:
        """Write the notice in the format of the extension. Raises as :meth:`Report.write` and :meth:`typeset` do."""
        write_file(path, self.typeset(format_of(path), lang), force=force)


def due_notice(history: History, status: Status, kind: NoticeKind | None, standard: Standard) -> CertificationNotice:
    """The notice that is due on the day of a status; ``kind`` decides if several are.

    ``history`` has the events up to that day, each with its facts for a sentence.

    Raises :class:`~aftersales.PaperError` if none or several are due, or not that one, with the reasons.
    """
    if standard.likeness == "altered":
        raise refusal(PaperError, altered_violation(standard))
    due = _due(history, status)
    if kind is not None and kind not in KINDS:
        raise refusal(PaperError, Violation("unknown-word", ("kind",), {"found": kind, "allowed": KINDS}))
    chosen = [each for each in due if kind in (None, each)]
    if len(chosen) == 1:
        (only,) = chosen
        event, facts = due[only]
        return CertificationNotice(only, status.on, status, event, facts, standard)
    if chosen:
        kinds = tuple(_say.phrase("paper.kind", title=_title(each, standard), kind=each) for each in chosen)
        several = Violation("several-notices-due", (), {"on": status.on, "kinds": kinds})
        raise refusal(PaperError, several, clause_of=standard.clause)
    reasons = (_not_due(each, status, standard) for each in KINDS if kind in (None, each))
    raise refusal(PaperError, *reasons, clause_of=standard.clause)


def _title(kind: NoticeKind, standard: Standard) -> Phrase:
    return _say.phrase(f"paper.{kind}", term=standard.wording["term"])


def _not_due(kind: NoticeKind, status: Status, standard: Standard) -> Violation:
    states = {"maintained": ("valid",), "revocation": None}.get(kind, ("valid", "suspended"))
    reason = _say.phrase(f"paper.not_due.{kind}", count=standard.audit_every_months)
    if states is not None and status.state not in states:
        reason = _say.phrase("paper.not_due.state", state=_say.phrase(f"state.{status.state}"))
    return Violation("no-notice-due", (), {"on": status.on, "title": _title(kind, standard), "reason": reason})


def _due(history: History, status: Status) -> dict[NoticeKind, tuple[Event | None, Mapping[str, Any]]]:
    """7.2.2 to 7.2.4: the kinds of notices that are due, each with its event.

    A downgrade is that of the present term, as long as this is not over; what was downgraded before a renewal is past.
    """
    due: dict[NoticeKind, tuple[Event | None, Mapping[str, Any]]] = {}
    for event, facts in history:
        if event.kind == "surveillance" and event.notice is not None and event.notice == status.maintenance:
            due["maintained"] = event, facts
        if event.kind == "renewal":
            due.pop("downgrade", None)
        if event.kind == "downgrade" and status.state in ("valid", "suspended"):
            due["downgrade"] = event, facts
        if event.kind == "revocation":
            due["revocation"] = event, facts
    if status.state == "suspended":
        due["overdue"] = None, {}
    return {kind: due[kind] for kind in KINDS if kind in due}


class _NoticeWriter:
    """The sentences of one notice in one language."""

    def __init__(self, notice: CertificationNotice, lang: str):
        self.notice, self.status, self.standard, self.lang = notice, notice.status, notice.standard, lang
        assert self.status.body is not None  # the notice lacks nothing
        self.body = self.status.body

    def say(self, key: str, **facts: object) -> str:
        return _say(self.lang, f"paper.{key}", **self.standard.wording | facts)

    def day(self, day: datetime.date | None) -> str:
        assert day is not None  # a rating has the days that its notices name
        return day_text(day, self.lang)

    def days(self, start: datetime.date, end: datetime.date) -> str:
        return days_text(start, end, self.lang)

    def document(self) -> Document:
        kind, number = self.notice.kind, self.notice.number or str(self.status.holder.number)
        label = self.say("label.number" if self.notice.number is None else f"label.number_of.{kind}")
        parts = {"maintained": self._maintained, "overdue": self._overdue}
        body = str(text_in(self.lang, self.body, "name"))
        day = self.day(self.notice.on)
        signature, stamp = _say.each(self.lang, "paper.sign")
        return Document(
            lang=self.lang,
            title=self.say(kind),
            subtitle=self.say("labelled", label=label, value=number),
            mark=None,
            footer=" · ".join((self.standard.name(self.lang), number, day)),
            blocks=(*parts.get(kind, self._decided)(), Issuer(signature, (body, stamp, day))),
            author=self.body.name,
            issued_on=self.notice.on,
            letterhead=tuple(filter(None, (body, self._contact()))),
        )

    def _contact(self) -> str:
        """The address and the telephone of the body, if it has them."""
        known = [(key, text_in(self.lang, self.body, key)) for key in ("address", "telephone")]
        parts = [
            self.say("labelled", label=self.say(f"label.body.{key}"), value=value) for key, value in known if value
        ]
        return " · ".join(parts)

    def fact_table(self, *more: tuple[str, str | None]) -> Table:
        """The certificate, and more facts. What is None is left out."""
        holder = self.status.holder
        facts = [
            ("number", holder.number),
            ("organisation", text_in(self.lang, holder, "organisation")),
            ("credit_code", holder.credit_code),
            ("scope", text_in(self.lang, holder, "scope")),
            ("standard", standard_text(self.standard, self.lang)),
            *more,
        ]
        return facts_table((self.say(f"label.{key}"), value) for key, value in facts)

    def grade(self, stars: int) -> str:
        return self.standard.grade_of(stars).grade.text(self.lang)

    def _letter(self) -> Paragraph:
        name = text_in(self.lang, self.status.holder, "organisation")
        return Paragraph(self.say("addressee", organisation=name), flush=True)

    def _maintained(self) -> Iterator[Block]:
        """7.2.3: the audit was passed, and the certificate stays valid together with this notice."""
        status = self.status
        assert self.notice.event is not None  # the audit
        audited = self.day(self.notice.event.on)
        yield self._letter()
        number, grade = status.holder.number, self.grade(status.stars)
        months = self.standard.audit_every_months
        yield Paragraph(self.say("maintained.text", count=months, number=number, day=audited, grade=grade))
        until = self.day(status.valid_until)
        yield self.fact_table(("grade", grade), ("audit", audited), ("valid_until", until))
        yield Paragraph(self.say("maintained.use"))
        if (window := status.next_audit) is not None:
            yield Paragraph(self.say("maintained.next", days=self.days(window.start, window.due)))
        else:
            yield Paragraph(self.say("maintained.last", until=until))

    def _overdue(self) -> Iterator[Block]:
        """7.2.3: no audit was passed in time, so that the certificate is not valid until one is."""
        window = self.status.next_audit
        assert window is not None  # the rating is suspended by it
        days, after = self.days(window.start, window.due), self.day(window.due + ONE_DAY)
        yield self._letter()
        yield Paragraph(self.say("overdue.text", number=self.status.holder.number, days=days, after=after))
        if self.status.rectification:
            yield Paragraph(self.say("overdue.failed"))
        until = self.day(self.status.valid_until)
        yield self.fact_table(("grade", self.grade(self.status.rated)), ("missed", days), ("valid_until_once", until))
        yield Paragraph(self.say("overdue.demand", until=until))

    def _decided(self) -> Iterator[Block]:
        """7.2.4: the decision with its grounds and its reason, for the public."""
        kind, facts = self.notice.kind, self.notice.context
        name, day = text_in(self.lang, self.status.holder, "organisation"), self.day(facts["on"])
        named = {"organisation": name, "number": self.status.holder.number, "day": day}
        roles = "surveillance decisions" if facts["grounds"].key.endswith("star_not_kept") else "decisions"
        clause = self.standard.wording["article"].word(self.lang, roles)
        named |= {key: facts[key] for key in ("grounds", "before", "stars") if key in facts}
        yield Paragraph(self.say(f"{kind}.text", **named, clause=clause))
        changed = [("grade", self.grade(self.status.rated))] if kind == "downgrade" else []
        grounds = facts["grounds"].text(self.lang)
        yield self.fact_table(
            *changed, ("decided", day), ("grounds", grounds), ("reason", facts["reason"].text(self.lang))
        )
        yield Paragraph(self.say("announced"))
