"""The plan as a paper for the client (6.1.2): its content in any language, with a place for the confirmation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aftersales.certification.plan.contents import Activity, PlanContents
from aftersales.evaluation.words import role, word
from aftersales.rendering.document import (
    Block,
    Bullets,
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
from aftersales.standard.standard import Standard
from aftersales.standard.structure import Category, Subcategory
from aftersales.text.dates import day_text, days_text
from aftersales.text.sentences import Sentences, joined, text_in

__all__ = ["plan_document"]

_SENTENCES = Sentences("certification")


def plan_document(plan: PlanContents, standard: Standard, *, draft: bool, lang: str) -> Document:
    """The paper of a plan: the parts of 6.1.2, and a place where the client confirms it."""
    writer = _PlanWriter(plan, standard, lang)
    footer = [standard.name(lang), plan.number, day_text(plan.on, lang) if plan.on else None]
    return Document(
        lang=lang,
        title=writer.say("title"),
        subtitle=writer.client or writer.gap("organisation"),
        mark=writer.say("draft") if draft else None,
        footer=" · ".join(part for part in footer if part),
        blocks=tuple(writer.blocks()),
        author=plan.body.name if plan.body else "",
        issued_on=plan.on,
    )


class _PlanWriter:
    """The sentences of one plan in one language."""

    def __init__(self, plan: PlanContents, standard: Standard, lang: str):
        self.plan, self.standard, self.lang = plan, standard, lang
        self.client = self.of_subject("organisation")

    def say(self, key: str, **facts: object) -> str:
        return _SENTENCES(self.lang, f"plan.{key}", **self.standard.wording | facts)

    def of_subject(self, key: str) -> str | None:
        """A text of the evaluated organisation: in this language if it has one, such as ``organisation_en``."""
        return text_in(self.lang, self.plan.subject, key)

    def gap(self, key: str) -> Gap:
        return Gap(_SENTENCES(self.lang, "report.gap", what=self.say(f"label.{key}")))

    def blocks(self) -> Iterator[Block]:
        """The parts, with numbers. Those without content are left out unless 6.1 requires them."""
        parts: dict[str, list[Block]] = {
            "basic": [self._facts(self._basic())],
            "aims": [self._facts(self._aims())],
            "team": [self._team()],
            "schedule": [self._schedule()],
            "assignments": list(self._assignments()),
            "inapplicable": list(self._inapplicable()),
            "provisions": [Bullets(self.plan.provisions)] if self.plan.provisions else [],
            "confirmation": list(self._confirmation()),
        }
        ordinals = iter(_SENTENCES.each(self.lang, "plan.ordinals"))
        for key, blocks in parts.items():
            if blocks:
                yield Heading(self.say("part", ordinal=next(ordinals), title=self.say(f"part.{key}")))
                yield from blocks

    def _basic(self) -> Iterator[tuple[str, Cell | None]]:
        """The parties and the time of the evaluation (6.1.1, reading R18). What is None is left out."""
        plan = self.plan
        yield "number", plan.number
        yield "on", day_text(plan.on, self.lang) if plan.on else None
        yield "type", word(self.lang, "type", plan.type) if plan.type else self.gap("type")
        if plan.body or plan.type == "third_party":
            body = plan.body
            yield "body", text_in(self.lang, body, "name") or self.gap("body")
            missing = self.gap("approval_number") if plan.type == "third_party" else None
            yield "approval_number", (body and body.approval_number) or missing
            yield "body_address", text_in(self.lang, body, "address")
            yield "telephone", body.telephone if body else None
        yield "organisation", self.client or self.gap("organisation")
        for key in ("credit_code", "address", "product_category", "size_tier"):
            yield key, self.of_subject(key)
        period = plan.period
        yield "period", days_text(period.start, period.end, self.lang) if period else self.gap("schedule")

    def _aims(self) -> Iterator[tuple[str, Cell | None]]:
        """Purpose, scope and basis (6.1.2)."""
        plan, subject = self.plan, self.plan.subject
        yield "purpose", plan.purpose or self.gap("purpose")
        yield "scope", self.of_subject("scope") or self.gap("scope")
        yield "sites", joined(subject.sites, self.lang, "clause") if subject and subject.sites else None
        yield "basis", joined(plan.basis, self.lang, "clause") if plan.basis else self.gap("basis")

    def _facts(self, facts: Iterator[tuple[str, Cell | None]]) -> Table:
        return facts_table((self.say(f"label.{key}"), value) for key, value in facts)

    def _team(self) -> Block:
        if not self.plan.team:
            return Paragraph(self.gap("team"))
        rows = []
        for assessor in self.plan.team:
            qualification = assessor.qualification or self.gap("qualification")
            role_text, organisation = role(self.lang, assessor.role) or "–", assessor.organisation or "–"
            rows.append(Row((assessor.name, role_text, qualification, organisation)))
        return Table(self._columns("team_heads", (0.16, 0.14, 0.36, 0.34)), tuple(rows))

    def _schedule(self) -> Block:
        if not self.plan.schedule:
            return Paragraph(self.gap("schedule"))
        rows = (Row(self._activity(activity)) for activity in self.plan.schedule)
        return Table(self._columns("schedule_heads", (0.25, 0.24, 0.31, 0.2)), tuple(rows))

    def _activity(self, activity: Activity) -> tuple[Cell, ...]:
        """6.1.2, 6.1.3: days, review with its methods, subject and place, and assessors."""
        review = _SENTENCES(self.lang, f"review.{activity.review}")
        if activity.methods:
            methods = [word(self.lang, "method", method) for method in activity.methods]
            review = self.say("review", review=review, methods=methods)
        place = joined(filter(None, (activity.what, activity.where)), self.lang, "clause") or "–"
        days = days_text(activity.start, activity.end, self.lang)
        return days, review, place, joined(activity.assessors, self.lang)

    def _assignments(self) -> Iterator[Block]:
        """6.1.2: who evaluates what, by category and subcategory; a divided subcategory by indicators."""
        people = self.plan.assessors(self.standard)
        covered, total = sum(map(bool, people.values())), len(people)
        yield Paragraph(self.say("covered" if covered == total else "covered_in_part", covered=covered, total=total))
        rows = []
        for node in self.standard.nodes:
            if isinstance(node, Category):
                rows.append(Row((node.id, node.title.text(self.lang), ""), leads=True))
            elif isinstance(node, Subcategory):
                parts: dict[tuple[str, ...], list[str]] = {}
                for indicator in node.indicators:
                    parts.setdefault(people[indicator.id], []).append(indicator.id)
                rows.append(Row((node.id, node.title.text(self.lang), self._people(parts))))
        yield Table(self._columns("assignment_heads", (0.1, 0.4, 0.5), whole=(0,)), tuple(rows))

    def _people(self, parts: dict[tuple[str, ...], list[str]]) -> Cell:
        if set(parts) == {()}:
            return self.gap("assessors")
        phrases = []
        for names, ids in parts.items():
            people = joined(names, self.lang) if names else self.gap("assessors").text
            phrases.append(people if len(parts) == 1 else self.say("people_of", people=people, ids=ids))
        text = joined(phrases, self.lang, "clause")
        return text if () not in parts else Gap(text)

    def _inapplicable(self) -> Iterator[Block]:
        """6.1.4: what probably does not apply to the product category."""
        if not self.plan.inapplicable:
            return
        yield Paragraph(self.say("inapplicable"))
        rows = []
        for entry in self.plan.inapplicable:
            title = self.standard[entry.id].title.text(self.lang) if entry.id in self.standard else "–"
            rows.append(Row((entry.id, title, entry.reason)))
        yield Table(self._columns("inapplicable_heads", (0.1, 0.45, 0.45), whole=(0,)), tuple(rows))

    def _confirmation(self) -> Iterator[Block]:
        """The client confirms the plan; a self-assessment is approved by its own management (reading R15)."""
        if self.plan.type == "self":
            lines = _SENTENCES.each(self.lang, "plan.sign_self")
            yield Signatures(None, (Party(self.say("signs.lead"), lines), Party(self.say("signs.management"), lines)))
            return
        body = self.say("signs.body", name=self.plan.body.name) if self.plan.body else self.say("label.body")
        client = self.say("signs.client", name=self.client) if self.client else self.say("label.organisation")
        lines = _SENTENCES.each(self.lang, "plan.sign")
        yield Signatures(self.say("confirmation"), (Party(body, lines), Party(client, lines)))

    def _columns(self, heads: str, widths: Sequence[float], whole: Sequence[int] = ()) -> tuple[Column, ...]:
        pairs = zip(_SENTENCES.each(self.lang, f"plan.{heads}"), widths, strict=True)
        return tuple(Column(head, width, whole=place in whole) for place, (head, width) in enumerate(pairs))
