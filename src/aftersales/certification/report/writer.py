"""The sentences and printed figures of a report, for one scorecard in one language."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from fractions import Fraction

from aftersales.rendering.charts import Label, bars
from aftersales.rendering.document import Block, Bullets, Cell, Column, Gap, Paragraph, Picture, Row, Table
from aftersales.scoring.scorecard import NodeScore, Scorecard
from aftersales.standard.structure import Category, Node, Reference, Subcategory, star_signs
from aftersales.text.dates import day_text
from aftersales.text.number_format import as_text, short
from aftersales.text.sanitize import clean
from aftersales.text.sentences import Sentences, joined

__all__ = ["ReportWriter"]

_SENTENCES = Sentences("certification")

ROOM = 7  # the most characters of a number in a table


class ReportWriter:
    """The sentences and printed figures of one scorecard in one language, for the parts of a report."""

    def __init__(self, card: Scorecard, lang: str):
        self.card, self.standard, self.evaluation, self.lang = card, card.standard, card.evaluation, lang
        self.groups = [card[node.id] for node in self.standard.nodes if isinstance(node, Subcategory)]

    def say(self, key: str, **facts: object) -> str:
        """The sentence with that key, with the facts filled in."""
        return _SENTENCES(self.lang, f"report.{key}", **facts)

    def gap(self, key: str) -> Gap:
        """The mark of a missing value."""
        return Gap(self.say("gap", what=self.say(f"gap.{key}")))

    def join(self, parts: Sequence[str]) -> str:
        """The parts as a list within a sentence."""
        return joined(parts, self.lang)

    def listed(self, parts: Iterable[str]) -> str:
        """Texts of the evaluation as a list, each without its own full stop."""
        return joined((clean(part).rstrip("。.；; ") for part in parts), self.lang, "clause")

    def sentences(self, *parts: str) -> str:
        """Several sentences; empty ones are omitted."""
        return joined(filter(None, parts), self.lang, "sentence")

    def name(self, node: NodeScore | Node) -> str:
        """The id and the title."""
        return f"{node.id} {node.title.text(self.lang)}"

    def standard_name(self) -> str:
        """The standard with its edition."""
        standard = self.standard
        return self.say(
            "standard_name",
            id=standard.name(self.lang),
            title=standard.title.text(self.lang),
            edition=day_text(standard.edition, self.lang),
        )

    def number(self, value: Fraction, limit: Fraction | None = None) -> str:
        """A number in a table: exact if short, otherwise rounded and marked, and never equal to ``limit`` (R3)."""
        return short(value, ROOM, limit=limit)

    def earned(self, node: NodeScore) -> str:
        """The earned points. They are not printed as full if points were lost (reading R3)."""
        return self.number(node.earned, limit=node.applicable)

    def ratio(self, value: Fraction | None) -> str:
        """A ratio as a percentage with two decimals, with a mark if rounding moved it onto a limit (reading R3)."""
        return "–" if value is None else self.standard.printed_ratio(value)

    def stars(self, row: Reference | None) -> str:
        """The row of table 1 as stars."""
        if row is None:
            return "–"
        return star_signs(row.row) if row.row else self.say("row_0")

    def lost(self, node: NodeScore) -> str:
        """The node with the points that it lost."""
        return self.say("lost", name=self.name(node), points=self.number(node.deducted))

    def reason(self, node: NodeScore) -> str | None:
        """The reason for the deduction of an indicator, if the evaluation gives one."""
        reason = self.card.finding(node.id).reason
        return self.listed([reason]) if reason is not None else None

    def facts(self, facts: Sequence[tuple[str, Cell]]) -> Table:
        """A table of labels with their values."""
        columns = (Column("", 0.22), Column("", 0.78))
        return Table(columns, tuple(Row((self.say(f"label.{key}"), value)) for key, value in facts), has_head=False)

    def columns(
        self, heads: str, widths: Sequence[float], numbers: Collection[int] = (), whole: Collection[int] = ()
    ) -> tuple[Column, ...]:
        """The columns with the heads of that key. Columns of numbers are never broken."""
        pairs = zip(_SENTENCES.each(self.lang, f"report.{heads}"), widths, strict=True)
        return tuple(
            Column(head, width, k in numbers, k in numbers or k in whole) for k, (head, width) in enumerate(pairs)
        )

    def bullets(self, items: Sequence[str], otherwise: str) -> Block:
        """A list of the items, or the paragraph ``otherwise`` if there are none."""
        return Bullets(tuple(items)) if items else Paragraph(self.say(otherwise))

    def category_bars(self) -> Picture:
        """The ratios of the categories as bars."""
        rows = []
        for category in self.standard.categories:
            node = self.card[category.id]
            label = Label(node.id, node.title.text(self.lang))
            figure = self.say("not_measured") if node.ratio is None else self.ratio(node.ratio)
            rows.append((label, None if node.ratio is None else float(node.ratio), figure))
        marks = [(float(star.lower / self.standard.total_points), as_text(star.lower)) for star in self.standard.stars]
        return Picture(bars(rows, marks), self.say("bars_alt"), 0.9)

    def group_table(self, *kinds: type[Node]) -> Table:
        """The results of the nodes of these kinds."""
        widths = (0.08, 0.3, 0.09, 0.12, 0.11, 0.15, 0.15)
        columns = self.columns("group_heads", widths, numbers=range(2, 6), whole=(0, 6))
        rows = []
        for node in self.standard.nodes:
            if isinstance(node, kinds):
                result = self.card[node.id]
                earned = "–" if result.ratio is None else self.earned(result)
                figures = (self.number(result.points), self.number(result.applicable), earned, self.ratio(result.ratio))
                cells = (node.id, node.title.text(self.lang), *figures)
                rows.append(Row((*cells, self.stars(result.reference)), leads=isinstance(node, Category)))
        return Table(columns, tuple(rows))
