"""What an evaluation report says (7.1), part by part, and the summary for public display (7.2.1), in Chinese and English.

Each figure is asked of the scorecard where it is told; nothing is computed here that a scorecard or an improvement plan
can say. What the evaluation lacks becomes a :class:`~aftersales.manuscript.Gap`.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from aftersales.charts import bars, radar, stars
from aftersales.evaluation import Evidence, Finding, NotApplicable, Qualitative, Quantitative, Sampled
from aftersales.improvement import improvements
from aftersales.manuscript import (
    Banner,
    Block,
    Bullets,
    Cell,
    Column,
    Gap,
    Heading,
    Manuscript,
    Paragraph,
    Picture,
    Row,
    Table,
    clean,
)
from aftersales.printing import as_text, printed, rounded, rounded_up, short
from aftersales.report_words import WORDS
from aftersales.scoring import NodeScore, Scorecard
from aftersales.standard import Category, Indicator, Star, Subcategory

__all__ = ["report_manuscript", "summary_manuscript"]

DOCUMENT, ON_SITE = ("document",), ("interview", "observation", "customer")


def report_manuscript(
    card: Scorecard, number: str | None, issued_on: datetime.date | None, *, draft: bool, lang: str
) -> Manuscript:
    """The report with the six parts of 7.1."""
    text = _ReportText(card, lang)
    return text.manuscript("title", number, issued_on, draft=draft, blocks=text.report(number, issued_on))


def summary_manuscript(
    card: Scorecard, number: str | None, issued_on: datetime.date | None, *, draft: bool, lang: str
) -> Manuscript:
    """The summary for public display: the stars and the core of the result (7.2.1)."""
    text = _ReportText(card, lang)
    return text.manuscript("summary_title", number, issued_on, draft=draft, blocks=text.summary(number, issued_on))


class _ReportText:
    """The parts of a report about one scorecard in one language."""

    def __init__(self, card: Scorecard, lang: str):
        self.card, self.standard, self.evaluation, self.lang = card, card.standard, card.evaluation, lang
        self.words: dict[str, Any] = WORDS[lang]
        reached = next((star for star in self.standard.stars if star.stars == card.stars + 1), None)
        self.next_star: Star | None = reached
        self.groups = [card[node.id] for node in self.standard.nodes if isinstance(node, Subcategory)]

    # --- the whole ---

    def manuscript(
        self, title: str, number: str | None, issued_on: datetime.date | None, *, draft: bool, blocks: Iterator[Block]
    ) -> Manuscript:
        subject = self.evaluation.subject
        organisation = subject.organisation if subject else None
        footer = [self.standard.id, number, self._day(issued_on) if issued_on else None]
        return Manuscript(
            lang=self.lang,
            title=self._say(title),
            subtitle=clean(organisation) if organisation else self._gap("organisation"),
            mark=self._say("draft") if draft else None,
            footer=" · ".join(clean(part) for part in footer if part),
            blocks=tuple(blocks),
        )

    def report(self, number: str | None, issued_on: datetime.date | None) -> Iterator[Block]:
        """The six parts of 7.1, below the result at a glance."""
        yield self._banner()
        yield from self._basic_information(number, issued_on)
        yield from self._course()
        yield from self._details()
        yield from self._conclusion()
        yield from self._analysis()
        yield from self._recommendations()

    def summary(self, number: str | None, issued_on: datetime.date | None) -> Iterator[Block]:
        """7.2.1: the stars and the core of the result, and whom it is about."""
        yield self._banner()
        yield self._facts(self._basis(number, issued_on))
        yield Heading(self._say("core"))
        yield Paragraph(self._conclusion_sentence())
        yield Paragraph(self._meaning())
        yield self._category_bars()
        strong = [self._name(node) for node in self._strengths()]
        if strong:
            yield Paragraph(self._say("strong_in", names=self._join(strong)))
        yield Paragraph(self._say("summary_note", standard=self._standard_name()), quiet=True)

    def _banner(self) -> Banner:
        card, top = self.card, len(self.standard.stars)
        passed = self._say("passed" if card.passed else "failed", line=as_text(self.standard.pass_line))
        alt = self._say("stars_alt", stars=card.stars, top=top)
        return Banner(
            stars=Picture(stars(card.stars, top), alt, 0.3),
            headline=card.grade.grade.text(self.lang),
            lines=(self._say("score_line", score=card.printed_score, passed=passed),),
        )

    # --- (a) basic information ---

    def _basic_information(self, number: str | None, issued_on: datetime.date | None) -> Iterator[Block]:
        """7.1 (a): whom, what, when, by what and by whom."""
        yield Heading(self._say("a"))
        yield self._facts(self._basis(number, issued_on))
        yield Heading(self._say("people"), 2)
        heads = self.words["people_heads"]
        columns = tuple(Column(head, width) for head, width in zip(heads, (0.18, 0.14, 0.34, 0.34), strict=True))
        if not self.evaluation.team:
            yield Paragraph(self._gap("team"))
            return
        yield Table(
            columns,
            tuple(
                Row(
                    (
                        clean(assessor.name),
                        self._role(assessor.role),
                        clean(assessor.qualification) if assessor.qualification else self._gap("qualification"),
                        clean(assessor.organisation) if assessor.organisation else "–",
                    )
                )
                for assessor in self.evaluation.team
            ),
        )

    def _basis(self, number: str | None, issued_on: datetime.date | None) -> list[tuple[str, Cell]]:
        evaluation, subject = self.evaluation, self.evaluation.subject
        facts: list[tuple[str, Cell]] = [("number", clean(number))] if number else []
        for key in ("organisation", "product_category", "size_tier", "scope"):
            value = getattr(subject, key) if subject else None
            missing: Cell = "–" if key == "size_tier" else self._gap(key)
            facts.append((key, clean(value) if value else missing))
        period = evaluation.period
        facts += [
            ("type", self._say(evaluation.type) if evaluation.type else self._gap("type")),
            ("period", self._period(period.start, period.end) if period else self._gap("period")),
            ("basis", self._standard_name()),
        ]
        return facts + ([("issued_on", self._day(issued_on))] if issued_on else [])

    # --- (b) the course ---

    def _course(self) -> Iterator[Block]:
        """7.1 (b), 6.1.3: what was reviewed in documents and on site, from the evidence."""
        yield Heading(self._say("b"))
        yield Paragraph(self._kinds_sentence())
        for key, methods in (("documents", DOCUMENT), ("on_site", ON_SITE)):
            yield Heading(self._say(key), 2)
            found = [(node, evidence) for node, evidence in self._evidence() if evidence.method in methods]
            if not found:
                yield Paragraph(self._gap(key))
                continue
            parts = [
                self._say("method_count", method=self._say(method), count=count)
                for method in methods
                if (count := sum(evidence.method == method for _, evidence in found))
            ]
            indicators = len({node.id for node, _ in found})
            yield Paragraph(self._say("evidence", parts=self._join(parts), indicators=indicators))
            yield self._evidence_table(found, with_method=len(methods) > 1)

    def _evidence_table(self, found: Sequence[tuple[NodeScore, Evidence]], *, with_method: bool) -> Table:
        indicator, method, note = self.words["evidence_heads"]
        columns: tuple[Column, ...] = (Column(indicator, 0.36), Column(method, 0.12), Column(note, 0.52))
        if not with_method:
            columns = (Column(indicator, 0.4), Column(note, 0.6))
        rows = []
        for node, evidence in found:
            told = clean(evidence.note) if evidence.note else self._say("no_note")
            rows.append(Row((self._name(node), *([self._say(evidence.method)] if with_method else []), told)))
        return Table(columns, tuple(rows))

    def _evidence(self) -> Iterator[tuple[NodeScore, Evidence]]:
        for key in self.standard.layout.nodes:
            if (finding := self.evaluation.findings.get(key)) is not None:
                for evidence in finding.evidence:
                    yield self.card[key], evidence

    def _kinds_sentence(self) -> str:
        findings = [self.card.finding(indicator.id) for indicator in self.standard.indicators]
        counts = {kind: sum(finding.kind == kind for finding in findings) for kind in self.words["kinds"]}
        parts = [self._say("kind_count", kind=self.words["kinds"][kind], count=count) for kind, count in counts.items()]
        return self._say("course", total=len(findings), parts=self._join(parts))

    # --- (c) the details ---

    def _details(self) -> Iterator[Block]:
        """7.1 (c): every indicator with its score, its deduction and the reason, and the row of table 1 it compares with."""
        yield Heading(self._say("c"))
        yield Heading(self._say("groups"), 2)
        yield self._category_bars()
        yield self._radar()
        yield self._group_table()
        yield Paragraph(self._say("table_1"), quiet=True)
        yield Heading(self._say("indicators"), 2)
        yield self._indicator_table()

    def _category_bars(self) -> Picture:
        rows = []
        for category in self.standard.categories:
            node = self.card[category.id]
            rows.append(
                (
                    (node.id, node.title.text(self.lang)),
                    None if node.ratio is None else float(node.ratio),
                    self._ratio(node),
                )
            )
        marks = [(float(star.lower / self.standard.total_points), as_text(star.lower)) for star in self.standard.stars]
        return Picture(bars(rows, marks), self._say("bars_alt"), 0.9)

    def _radar(self) -> Picture:
        zh = self.lang == "zh"  # English titles are too long to stand round a circle
        axes = [
            ((node.id, node.title.zh if zh else ""), None if node.ratio is None else float(node.ratio))
            for node in self.groups
        ]
        limits = [row.lower for row in self.standard.reference if row.lower]
        rings = [(float(limit), f"{as_text(limit * 100)}%") for limit in (limits[0], limits[-1])]
        return Picture(radar(axes, rings), self._say("radar_alt", count=len(axes)), 1.0)

    def _group_table(self) -> Table:
        columns = self._columns("group_heads", (0.09, 0.3, 0.11, 0.12, 0.12, 0.12, 0.14), numbers=range(2, 6))
        rows = []
        for node in self.standard.nodes:
            if not isinstance(node, Indicator):
                result = self.card[node.id]
                figures = (
                    as_text(result.points),
                    as_text(result.applicable),
                    short(result.earned),
                    self._ratio(result),
                )
                cells = (node.id, node.title.text(self.lang), *figures, self._row_of(result))
                rows.append(Row(cells, leads=isinstance(node, Category)))
        return Table(columns, tuple(rows))

    def _indicator_table(self) -> Table:
        columns = self._columns("indicator_heads", (0.09, 0.21, 0.075, 0.1, 0.1, 0.115, 0.31), numbers=range(2, 5))
        rows = []
        for node in self.standard.nodes:
            result = self.card[node.id]
            name = (node.id, node.title.text(self.lang), as_text(node.points))
            if isinstance(node, Indicator):
                finding = self.card.finding(node.id)
                deleted = isinstance(finding, NotApplicable)
                figures = ("–", "–", self._say("deleted")) if deleted else self._figures(result)
                rows.append(Row((*name, *figures, self._grounds(finding, result, node))))
            elif isinstance(node, Subcategory):
                rows.append(Row((*name, *self._figures(result), ""), leads=True))
        return Table(columns, tuple(rows))

    def _figures(self, node: NodeScore) -> tuple[str, str, str]:
        if node.ratio is None:
            return "–", "–", self._say("deleted")
        return short(node.earned), self._deducted(node), self._row_of(node)

    def _deducted(self, node: NodeScore) -> str:
        shown = short(node.deducted)
        return "<0.01" if shown == "≈0.00" else shown

    def _grounds(self, finding: Finding, node: NodeScore, indicator: Indicator) -> Cell:
        """What was found, and the reason for the deduction or deletion."""
        if isinstance(finding, NotApplicable):
            names = self._join([clean(name) for name in finding.confirmed_by])
            return self._say("deletion", reason=clean(finding.reason), names=names)
        found = self._found(finding, indicator)
        if finding.reason is not None:
            return self._say("found_because", found=found, reason=clean(finding.reason))
        return Gap(self._say("no_reason", found=found)) if node.deducted else found

    def _found(self, finding: Qualitative | Quantitative | Sampled, indicator: Indicator) -> str:
        if isinstance(finding, Qualitative):
            if finding.degree in (0, 1):
                return self._say("full" if finding.degree else "none")
            return self._say("degree", degree=f"{short(finding.degree * 100)}%")
        if isinstance(finding, Sampled):
            key = "sample" if finding.population is not None else "sample_of_outlets"
            return self._say(key, **finding.model_dump(include={"sampled", "population", "nonconforming", "outlets"}))
        lower = finding.at_least if finding.at_least is not None else indicator.at_least
        upper = finding.at_most if finding.at_most is not None else indicator.at_most
        sign, limit = ("≤", upper) if finding.at_most is not None or lower is None else ("≥", lower)
        assert limit is not None  # a finding without a limit is refused before it is judged
        return self._say("measured", actual=short(finding.actual), sign=sign, limit=short(limit))

    # --- (d) the conclusion ---

    def _conclusion(self) -> Iterator[Block]:
        """7.1 (d), 6.2.3, 6.3: the final score and the stars, and how they came about."""
        card, standard = self.card, self.standard
        yield Heading(self._say("d"))
        yield Paragraph(self._conclusion_sentence())
        yield Paragraph(
            self._say(
                "formula",
                earned=short(card.earned),
                applicable=as_text(card.applicable),
                total=as_text(standard.total_points),
                score=card.printed_score,
            )
        )
        if "(-)" in card.printed_score:
            yield Paragraph(self._say("not_reached"))
        yield Paragraph(self._meaning())
        columns = self._columns("star_heads", (0.34, 0.3, 0.36), numbers=())
        rows = []
        for star in standard.stars:
            sign = "≤" if star is standard.stars[-1] else "<"
            span = self._say("span", lower=as_text(star.lower), sign=sign, upper=as_text(star.upper))
            mark = self._say("this_result") if star.stars == card.stars else ""
            rows.append(Row((star.grade.text(self.lang), span, mark), leads=star.stars == card.stars))
        yield Table(columns, tuple(rows))

    def _conclusion_sentence(self) -> str:
        card = self.card
        deleted = sum(not card[indicator.id].applicable for indicator in self.standard.indicators)
        return self._say(
            "conclusion" if card.passed else "conclusion_failed",
            score=card.printed_score,
            grade=card.grade.grade.text(self.lang),
            line=as_text(self.standard.pass_line),
            judged=len(self.standard.indicators) - deleted,
            deleted=deleted,
        )

    def _meaning(self) -> str:
        return self.card.grade.meaning.text(self.lang)

    # --- (e) strengths and weaknesses ---

    def _analysis(self) -> Iterator[Block]:
        """7.1 (e): strengths and weaknesses with the eye on the next star.

        A subcategory is strong where its ratio lies in the row of table 1 of the next star or above it, else weak: it
        holds the whole back. At the top the row of the top star is the measure.
        """
        yield Heading(self._say("e"))
        measure = self.next_star or self.standard.stars[-1]
        row = next(row for row in self.standard.reference if row.row == measure.stars)
        strong, weak = self._strengths(), self._weaknesses()
        yield Paragraph(self._say("measure", grade=measure.grade.text(self.lang), row=str(row)))
        yield Heading(self._say("strengths"), 2)
        yield self._list(
            [self._say("strong", name=self._name(n), ratio=self._ratio(n)) for n in strong], "no_strengths"
        )
        yield Heading(self._say("weaknesses"), 2)
        yield self._weakness_table(weak) if weak else Paragraph(self._say("no_weaknesses"))

    def _weakness_table(self, weak: Sequence[NodeScore]) -> Table:
        total = sum((node.deducted for node in self.groups), Fraction(0))
        rows = []
        for node in weak:
            lost = [part for part in self.card.deductions if part.id.startswith(f"{node.id}.")]
            parts = [self._say("lost", name=self._name(part), points=self._deducted(part)) for part in lost]
            share = f"{rounded(node.deducted / total * 100, 1)}%"
            rows.append(Row((self._name(node), self._ratio(node), self._deducted(node), share, self._join(parts))))
        return Table(self._columns("weak_heads", (0.2, 0.12, 0.11, 0.12, 0.45), numbers=range(1, 4)), tuple(rows))

    def _strengths(self) -> list[NodeScore]:
        """The subcategories at the level of the next star, the best first."""
        measure = (self.next_star or self.standard.stars[-1]).stars
        strong = [node for node in self.groups if node.reference is not None and node.reference.row >= measure]
        return sorted(strong, key=lambda node: node.ratio or 0, reverse=True)

    def _weaknesses(self) -> list[NodeScore]:
        """The subcategories below it, the largest loss first."""
        measure = (self.next_star or self.standard.stars[-1]).stars
        weak = [node for node in self.groups if node.reference is not None and node.reference.row < measure]
        return sorted(weak, key=lambda node: node.deducted, reverse=True)

    # --- (f) recommendations ---

    def _recommendations(self) -> Iterator[Block]:
        """7.1 (f): which indicators to raise to reach the next star, and by how much; below the pass line 6.3.2 too."""
        yield Heading(self._say("f"))
        if not self.card.passed:
            yield Paragraph(self._say("rectify", line=as_text(self.standard.pass_line)))
        if self.next_star is None:
            yield Paragraph(self._say("at_the_top"))
            yield self._list(
                [self._say("lost", name=self._name(n), points=self._deducted(n)) for n in self.card.deductions],
                "no_deductions",
            )
            return
        plan = improvements(self.card, stars=self.next_star.stars)
        yield Paragraph(
            self._say(
                "way",
                grade=self.next_star.grade.text(self.lang),
                limit=as_text(self.next_star.lower),
                gap=rounded_up(self.next_star.lower - self.card.final_score),
                count=len(plan.steps),
            )
        )
        columns = self._columns("way_heads", (0.27, 0.13, 0.11, 0.12, 0.37), numbers=range(1, 4))
        limits = [self.standard.pass_line, *(star.lower for star in self.standard.stars)]
        rows = []
        for step in plan.steps:
            reason = self.card.finding(step.id).reason
            rows.append(
                Row(
                    (
                        f"{step.id} {step.title.text(self.lang)}",
                        f"{short(step.earned)}/{as_text(step.points)}",
                        short(step.gain),
                        printed(step.final_score, limits),
                        clean(reason) if reason else self._gap("reason"),
                    )
                )
            )
        yield Table(columns, tuple(rows))
        yield Paragraph(self._say("way_note"), quiet=True)

    # --- words ---

    def _say(self, key: str, **facts: object) -> str:
        return str(self.words[key]).format(**facts)

    def _gap(self, key: str) -> Gap:
        return Gap(self._say("gap", what=self.words["gaps"][key]))

    def _join(self, parts: Sequence[str]) -> str:
        return str(self.words["join"]).join(parts)

    def _name(self, node: NodeScore) -> str:
        return f"{node.id} {node.title.text(self.lang)}"

    def _standard_name(self) -> str:
        standard = self.standard
        return self._say(
            "standard_name", id=standard.id, title=standard.title.text(self.lang), edition=self._day(standard.edition)
        )

    def _ratio(self, node: NodeScore) -> str:
        if node.ratio is None:
            return "–"
        return f"{printed(node.ratio * 100, [row.lower * 100 for row in self.standard.reference])}%"

    def _row_of(self, node: NodeScore) -> str:
        if node.reference is None:
            return "–"
        return self._say("row" if node.reference.row else "row_0", stars="★" * node.reference.row, span=node.reference)

    def _role(self, role: str | None) -> str:
        return clean(str(self.words["roles"].get(role, role))) if role else "–"

    def _day(self, day: datetime.date) -> str:
        return self._say("day", year=day.year, month=day.month, day=day.day) if self.lang == "zh" else day.isoformat()

    def _period(self, start: datetime.date, end: datetime.date) -> str:
        return self._say("from_to", start=self._day(start), end=self._day(end))

    def _facts(self, facts: Sequence[tuple[str, Cell]]) -> Table:
        columns = (Column("", 0.22), Column("", 0.78))
        return Table(columns, tuple(Row((self.words["labels"][key], value)) for key, value in facts), has_head=False)

    def _columns(self, heads: str, widths: Sequence[float], numbers: Sequence[int]) -> tuple[Column, ...]:
        pairs = zip(self.words[heads], widths, strict=True)
        return tuple(Column(head, width, k in numbers) for k, (head, width) in enumerate(pairs))

    def _list(self, items: Sequence[str], otherwise: str) -> Block:
        return Bullets(tuple(items)) if items else Paragraph(self._say(otherwise))
