"""The star certificate (星级证书, 7.2.1) as a framed sheet in one language or in two."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from aftersales.certification.certificate.conditions import altered_violation
from aftersales.certification.certificate.events import Event
from aftersales.certification.certificate.status import Holder, Status, clause_role
from aftersales.certification.papers.holder_text import missing_violations, standard_text
from aftersales.evaluation.parties import EvaluatingBody
from aftersales.problems.errors import Path
from aftersales.problems.messages import phrase
from aftersales.problems.violations import Violation
from aftersales.rendering.charts import stars
from aftersales.rendering.document import Picture
from aftersales.rendering.sheet import Fact, Line, Lines, Sheet
from aftersales.standard.standard import Standard
from aftersales.text.dates import ONE_DAY, day_text, days_text
from aftersales.text.sentences import DEFAULT, Sentences, joined, text_in

__all__ = [
    "BOTH",
    "certificate_sheet",
    "certificate_violations",
    "invalid_violations",
    "languages_of",
    "paper_points",
]

BOTH = "both"
"""Chinese and English on one sheet."""

REQUIRED = ("number", "address", "scope")
_say = Sentences("certification")


def languages_of(lang: str) -> tuple[str, ...]:
    """The languages of a sheet, the main one first."""
    return (DEFAULT, "en") if lang == BOTH else (lang,)


def certificate_violations(status: Status, standard: Standard, lang: str) -> Iterator[Violation]:
    """7.2.1, 7.2.3, 7.2.4: the reasons for which no certificate is printed on a day."""
    yield from invalid_violations(status, standard)
    yield from missing_violations(status.holder, status.body, REQUIRED, languages_of(lang))


def paper_points(holder: Holder, body: EvaluatingBody | None) -> Iterator[Violation]:
    """7.2.1, reading R20: what a certificate lacks for its sheet, and what it lacks besides for that in English."""
    known: set[Path] = set()
    for lang, paper in ((DEFAULT, "paper.certificate"), ("en", "paper.certificate_in_english")):
        lacking = [found for found in missing_violations(holder, body, REQUIRED, (lang,)) if found.path not in known]
        known |= {found.path for found in lacking}
        if lacking:
            what = tuple(found.context["what"] for found in lacking)
            yield Violation("missing-on-certificate", (), {"paper": phrase(paper), "what": what})


def invalid_violations(status: Status, standard: Standard) -> Iterator[Violation]:
    """7.2.3, 7.2.4: a certificate that is not valid on a day, or is by an altered standard."""
    if standard.likeness == "altered":
        yield altered_violation(standard)
    if status.state != "valid":
        state, why = _say.phrase(f"state.{status.state}"), status.why[0]
        context: dict[str, Any] = {"on": status.on, "state": state, "why": why.text}
        yield Violation("certificate-not-valid", (), context, clause=clause_role(status.state))


def certificate_sheet(
    issued: datetime.date, events: Sequence[Event], status: Status, standard: Standard, lang: str, *, landscape: bool
) -> Sheet:
    """The sheet of a certificate that is valid and lacks nothing. ``events`` are those up to the day of the status."""
    return _CertificateWriter(issued, events, status, standard, lang, landscape=landscape).sheet()


class _CertificateWriter:
    """The sentences of one certificate on a day, in the languages of the sheet."""

    def __init__(
        self,
        issued: datetime.date,
        events: Sequence[Event],
        status: Status,
        standard: Standard,
        lang: str,
        *,
        landscape: bool,
    ):
        self.first_issued, self.status, self.standard, self.landscape = issued, status, standard, landscape
        self.langs = languages_of(lang)
        changed = (event.on for event in events if event.kind in ("downgrade", "change"))
        self.issued_on = max([status.start, *changed])  # what changed in an earlier term lies before its start

    def sheet(self) -> Sheet:
        status, standard = self.status, self.standard
        holder, body, until = status.holder, status.body, status.valid_until
        assert body is not None  # the certificate lacks nothing
        assert until is not None  # it is valid
        top, main = len(standard.stars), self.langs[0]
        drawn = _say(main, "report.stars_alt", **standard.wording, stars=status.stars, top=top)
        grade = standard.grade_of(status.stars).grade
        return Sheet(
            lang=main,
            landscape=self.landscape,
            title=self.say("title"),
            subtitle=self.say("subtitle"),
            number=self.labelled("number", str(holder.number)),
            opening=self.say("opening"),
            name=self.each(partial(self.text, holder, "organisation")),
            details=tuple(self._details()),
            statement=self.each(
                lambda lang: _say(lang, "paper.statement", **standard.wording, standard=standard_text(standard, lang)),
            ),
            stars=Picture(stars(status.stars, top), drawn),
            grade=self.each(grade.text),
            entries=tuple(self._facts()),
            days=tuple(self._days()),
            notes=tuple(self._notes()),
            issuer=tuple(self._issuer()),
            signature=self.say("signature"),
            stamp=self.say("stamp"),
            author=body.name,
            issued_on=self.issued_on,
        )

    def say(self, key: str, **facts: object) -> Lines:
        return self.each(lambda lang: _say(lang, f"paper.{key}", **self.standard.wording | facts))

    def each(self, text: Callable[[str], str]) -> Lines:
        """A text in each language; once where it is the same."""
        lines: dict[str, str] = {}
        for lang in self.langs:
            lines.setdefault(text(lang), lang)
        return tuple(Line(line, lang) for line, lang in lines.items())

    def text(self, of: Holder | EvaluatingBody, key: str, lang: str) -> str:
        """A text that the certificate has, in that language if it is known."""
        return str(text_in(lang, of, key))

    def labelled(self, key: str, value: str) -> Lines:
        """A value behind its label in all languages."""
        label = " ".join(line.text for line in self.say(f"label.{key}"))
        return (Line(_say(self.langs[0], "paper.labelled", label=label, value=value), self.langs[0]),)

    def fact(self, key: str, text: Callable[[str], str]) -> Fact:
        return Fact(self.say(f"label.{key}"), self.each(text))

    def _details(self) -> Iterator[Lines]:
        """Credit code and address, which a wide page has in one line. The address is in all languages."""
        holder = self.status.holder
        address = " / ".join(line.text for line in self.each(partial(self.text, holder, "address")))
        values = [("credit_code", holder.credit_code), ("address", address)]
        lines = [self.labelled(key, value)[0] for key, value in values if value]
        if self.landscape:
            yield (Line(" · ".join(line.text for line in lines), self.langs[0]),)
        else:
            yield from ((line,) for line in lines)

    def _facts(self) -> Iterator[Fact]:
        """7.2.3: the scope, and the days of the audits on which validity depends."""
        yield self.fact("scope", partial(self.text, self.status.holder, "scope"))
        if self.status.audits:
            yield self.fact("audits", self._audits)

    def _audits(self, lang: str) -> str:
        windows = [days_text(window.start, window.due, lang) for window in self.status.audits]
        if len(windows) == 1:
            return windows[0]
        audits = [_say(lang, "paper.audit", place=place, days=days) for place, days in enumerate(windows, 1)]
        return joined(audits, lang, "clause")

    def _days(self) -> Iterator[Fact]:
        until = self.status.valid_until
        assert until is not None
        days = [("first_issued", self.first_issued), ("issued", self.status.start)]
        if self.issued_on != self.status.start:
            days.append(("reissued", self.issued_on))
        for key, day in (*days, ("valid_until", until)):
            yield self.fact(key, partial(day_text, day))

    def _notes(self) -> Iterator[Lines]:
        """7.2.3: the conditions of validity, and the notice that is used together with the certificate."""
        if self.status.audits:
            after = self.status.audits[0].due + ONE_DAY
            yield self.each(lambda lang: _say(lang, "paper.note.audits", after=day_text(after, lang)))
        if (notice := self.status.maintenance) is not None:
            yield self.each(
                lambda lang: _say(lang, "paper.note.notice", number=notice.number, day=day_text(notice.on, lang))
            )
        yield self.say("note.renewal")

    def _issuer(self) -> Iterator[Fact]:
        """Reading R18: the body with its approval number, and where the certificate can be looked up if it says so."""
        body = self.status.body
        assert body is not None
        yield self.fact("body", partial(self.text, body, "name"))
        for key in ("approval_number", "address", "telephone", "lookup"):
            if getattr(body, key):
                yield Fact(self.say(f"label.body.{key}"), (Line(self.text(body, key, self.langs[0]), self.langs[0]),))
