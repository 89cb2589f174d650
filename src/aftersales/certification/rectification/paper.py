"""The notice of rectification (整改通知书, 6.3.2, 7.2.2): what has to be put right, and what came of it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

from aftersales.certification.rectification.contents import RectificationContents, RectificationItem
from aftersales.certification.titles import has_long_titles
from aftersales.rendering.document import (
    Block,
    Cell,
    Column,
    Document,
    Gap,
    Heading,
    Paragraph,
    Party,
    Row,
    Signatures,
    Table,
    facts_table,
)
from aftersales.standard.standard import Standard, load_standard
from aftersales.text.columns import width
from aftersales.text.dates import day_text
from aftersales.text.number_format import MARK, as_text, mark_note, printed
from aftersales.text.sentences import Sentences, joined, text_in

__all__ = ["rectification_document"]

REMINDER = 120  # columns of a terminal: the longest requirement that is repeated beside the space for its result

_SENTENCES = Sentences("certification")


def rectification_document(
    rectification: RectificationContents, standard: Standard | None, *, on: datetime.date | None, lang: str
) -> Document:
    """The notice of a rectification. With ``on`` it also says how far the items are on that day."""
    writer = _NoticeWriter(rectification, standard, on, lang)
    footer = [standard and standard.name(lang), rectification.number, day_text(rectification.on, lang)]
    blocks = tuple(writer.blocks())
    return Document(
        lang=lang,
        title=writer.say("title"),
        subtitle=writer.client or writer.gap("organisation"),
        mark=None,
        footer=" · ".join(part for part in footer if part),
        blocks=blocks,
        author=rectification.body.name if rectification.body else "",
        issued_on=rectification.on,
        footnote=mark_note(lang) if MARK in repr(blocks) else None,  # repr has every text
    )


class _NoticeWriter:
    """The sentences of one notice in one language."""

    def __init__(
        self, rectification: RectificationContents, standard: Standard | None, on: datetime.date | None, lang: str
    ):
        self.notice, self.standard, self.on, self.lang = rectification, standard, on, lang
        # A rectification that names no standard is by the bundled one.
        self.wording = (standard or load_standard()).wording
        self.wide_titles = standard is not None and has_long_titles(standard, lang)
        self.client = text_in(lang, rectification.subject, "organisation")

    def say(self, key: str, **facts: object) -> str:
        return _SENTENCES(self.lang, f"rectification.{key}", **self.wording | facts)

    def gap(self, key: str) -> Gap:
        return Gap(_SENTENCES(self.lang, "report.gap", what=self.say(f"label.{key}")))

    def blocks(self) -> Iterator[Block]:
        yield facts_table((self.say(f"label.{key}"), value) for key, value in self._facts())
        yield Paragraph(self._demand())
        yield Heading(self.say("items"))
        yield self._items()
        yield self._signatures()
        yield Heading(self.say("results"))
        if self.on is not None:
            yield Paragraph(self.say("counts", day=day_text(self.on, self.lang), **self.notice.counts_on(self.on)))
        yield self._results()

    def _facts(self) -> Iterator[tuple[str, Cell | None]]:
        """The parties of the notice and its origin. What is None is left out."""
        notice, body, subject = self.notice, self.notice.body, self.notice.subject
        yield "number", notice.number or self.say("number_blank")
        yield "on", day_text(notice.on, self.lang)
        yield "body", text_in(self.lang, body, "name")
        yield "approval_number", body.approval_number if body else None
        yield "organisation", self.client or self.gap("organisation")
        yield "credit_code", subject.credit_code if subject else None
        yield "address", text_in(self.lang, subject, "address")
        if self.standard is not None:
            title = {"id": self.standard.name(self.lang), "title": self.standard.title.text(self.lang)}
            edition = day_text(self.standard.edition, self.lang)
            yield "basis", _SENTENCES(self.lang, "report.standard_name", **title, edition=edition)
        yield "occasion", _SENTENCES(self.lang, f"occasion.{notice.occasion}") if notice.occasion else None
        yield "result", notice.result

    def _demand(self) -> str:
        """6.3.2, 7.2.2: the result of the evaluation, and what the organisation has to do."""
        sentences = []
        score, standard = self.notice.final_score, self.standard
        failed = score is not None and standard is not None and score < standard.pass_line
        if score is not None and standard is not None:
            shown = printed(score, standard.limits)
            sentences.append(self.say("failed" if failed else "scored", score=shown, line=as_text(standard.pass_line)))
        sentences.append(self.say("demand"))
        if self.notice.occasion == "surveillance":
            sentences.append(self.say("of_audit"))
        elif failed:
            sentences.append(self.say("apply_again"))
        return joined(sentences, self.lang, "sentence")

    def _items(self) -> Table:
        rows = []
        for number, item in enumerate(self.notice.items, 1):
            due = day_text(item.due, self.lang)
            rows.append(
                Row((str(number), self._name(item), item.problem or "–", item.requirement, due, item.responsible or ""))
            )
        name, problem = (0.22, 0.16) if self.wide_titles else (0.16, 0.22)
        return Table(self._columns("item_heads", (0.07, name, problem, 0.26, 0.18, 0.11), whole=(0, 4)), tuple(rows))

    def _name(self, item: RectificationItem) -> str:
        """The indicator of an item with its title, if it is known."""
        if self.standard is None or item.indicator not in self.standard:
            return item.indicator
        return f"{item.indicator} {self.standard[item.indicator].title.text(self.lang)}"

    def _results(self) -> Table:
        """The results of the items. An item without a result has space to write it, beside what was required."""
        rows = []
        for number, item in enumerate(self.notice.items, 1):
            result = item.result
            cells = (result.done, day_text(result.on, self.lang), result.by) if result else ("", "", "")
            state = self.say(f"state.{item.state_on(self.on)}") if self.on is not None else ""
            asked = joined((self._name(item), item.requirement), self.lang, "clause")
            asked = asked if width(asked) <= REMINDER else self._name(item)
            row = (str(number), asked, *cells, *([state] if self.on is not None else []))
            rows.append(Row(row, is_written=result is None))
        if self.on is None:
            return Table(self._columns("result_heads", (0.07, 0.28, 0.34, 0.18, 0.13), whole=(0, 3)), tuple(rows))
        columns = self._columns("state_heads", (0.07, 0.25, 0.27, 0.18, 0.12, 0.11), whole=(0, 3, 5))
        return Table(columns, tuple(rows))

    def _signatures(self) -> Signatures:
        """The body issues the notice and the organisation receives it; without a body its own people do."""
        if self.notice.body is None:
            lines = _SENTENCES.each(self.lang, "plan.sign_self")
            lead, management = (_SENTENCES(self.lang, f"plan.signs.{who}") for who in ("lead", "management"))
            return Signatures(None, (Party(lead, lines), Party(management, lines)))
        body = _SENTENCES(self.lang, "plan.signs.body", name=text_in(self.lang, self.notice.body, "name"))
        client = _SENTENCES(self.lang, "plan.signs.client", name=self.client) if self.client else ""
        lines = _SENTENCES.each(self.lang, "plan.sign")
        parties = Party(body, lines), Party(client or self.say("label.organisation"), lines)
        return Signatures(self.say("receipt"), parties)

    def _columns(self, heads: str, widths: Sequence[float], whole: Sequence[int] = ()) -> tuple[Column, ...]:
        pairs = zip(_SENTENCES.each(self.lang, f"rectification.{heads}"), widths, strict=True)
        return tuple(Column(head, width, whole=place in whole) for place, (head, width) in enumerate(pairs))
