"""How a report says things: its words in one language, and the figures of one scorecard as they are printed in it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from fractions import Fraction

from aftersales.rendering.charts import Label, bars
from aftersales.rendering.document import Block, Bullets, Cell, Column, Gap, Paragraph, Picture, Row, Table
from aftersales.scoring.scorecard import NodeScore, Scorecard
from aftersales.standard.structure import Category, Node, Reference, Star, Subcategory
from aftersales.text.dates import day_text
from aftersales.text.number_format import as_text, short
from aftersales.text.sanitize import clean
from aftersales.text.sentences import Sentences, joined

__all__ = ["ReportWriter"]

_SENTENCES = Sentences("certification")

ROOM = 7  # characters that a number may take in a table


class ReportWriter:
    """One scorecard in one language, for the parts of a report to speak with."""

    def __init__(self, card: Scorecard, lang: str):
        self.card, self.standard, self.evaluation, self.lang = card, card.standard, card.evaluation, lang
        self.next_star: Star | None = next((star for star in self.standard.stars if star.stars == card.stars + 1), None)
        self.groups = [card[node.id] for node in self.standard.nodes if isinstance(node, Subcategory)]

    # --- the measure of strengths and weaknesses (7.1 e) ---

    @property
    def measure(self) -> Star:
        """What strengths and weaknesses are measured by: the next star, at the top that one."""
        return self.next_star or self.standard.stars[-1]

    @property
    def measure_row(self) -> Reference:
        """The row of table 1 that corresponds to the measure."""
        return next(row for row in self.standard.reference if row.row == self.measure.stars)

    @property
    def is_high(self) -> bool:
        """Whether what reaches the measure is good by itself: it is one of the two highest stars."""
        return self.measure in self.standard.stars[-2:]

    def strengths(self) -> list[NodeScore]:
        """The subcategories in the row of the measure or above, the best first."""
        strong = [node for node in self.groups if node.reference and node.reference.row >= self.measure.stars]
        return sorted(strong, key=lambda node: node.ratio or 0, reverse=True)

    def weaknesses(self) -> list[NodeScore]:
        """The subcategories below it, the largest loss first."""
        weak = [node for node in self.groups if node.reference and node.reference.row < self.measure.stars]
        return sorted(weak, key=lambda node: node.deducted, reverse=True)

    # --- words ---

    def say(self, key: str, **facts: object) -> str:
        """The sentence of that key with the facts filled in."""
        return _SENTENCES(self.lang, f"report.{key}", **facts)

    def gap(self, key: str) -> Gap:
        """The mark that this is missing."""
        return Gap(self.say("gap", what=self.say(f"gap.{key}")))

    def join(self, parts: Sequence[str]) -> str:
        """The parts as a list in a sentence."""
        return joined(parts, self.lang)

    def listed(self, parts: Iterable[str]) -> str:
        """Texts of the evaluation, one behind the other; each without a full stop of its own."""
        return joined((clean(part).rstrip("。.；; ") for part in parts), self.lang, "clause")

    def sentences(self, *parts: str) -> str:
        """Sentences one behind the other, without those that are empty."""
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

    # --- figures ---

    def number(self, value: Fraction, limit: Fraction | None = None) -> str:
        """A number as it stands in a table: exact where it is short, else rounded and marked, and never as ``limit`` (R3)."""
        return short(value, ROOM, limit=limit)

    def earned(self, node: NodeScore) -> str:
        """The earned points, which never look full where points were lost (R3)."""
        return self.number(node.earned, limit=node.applicable)

    def ratio(self, value: Fraction | None) -> str:
        """A ratio as a percentage with two decimals, marked where rounding moved it onto a limit (R3)."""
        return "–" if value is None else self.standard.printed_ratio(value)

    def stars(self, row: Reference | None) -> str:
        """The row of table 1 as stars."""
        if row is None:
            return "–"
        return "★" * row.row if row.row else self.say("row_0")

    def lost(self, node: NodeScore) -> str:
        """The node with the points that it lost."""
        return self.say("lost", name=self.name(node), points=self.number(node.deducted))

    def reason(self, node: NodeScore) -> str | None:
        """The reason for an indicator's deduction, where the evaluation gives it."""
        reason = self.card.finding(node.id).reason
        return self.listed([reason]) if reason is not None else None

    # --- blocks ---

    def facts(self, facts: Sequence[tuple[str, Cell]]) -> Table:
        """A table of labels and what they say."""
        columns = (Column("", 0.22), Column("", 0.78))
        return Table(columns, tuple(Row((self.say(f"label.{key}"), value)) for key, value in facts), has_head=False)

    def columns(
        self, heads: str, widths: Sequence[float], numbers: Collection[int] = (), whole: Collection[int] = ()
    ) -> tuple[Column, ...]:
        """The columns under the heads of that key; those of numbers are whole too."""
        pairs = zip(_SENTENCES.each(self.lang, f"report.{heads}"), widths, strict=True)
        return tuple(
            Column(head, width, k in numbers, k in numbers or k in whole) for k, (head, width) in enumerate(pairs)
        )

    def bullets(self, items: Sequence[str], otherwise: str) -> Block:
        """The items, or what is said where there are none."""
        return Bullets(tuple(items)) if items else Paragraph(self.say(otherwise))

    def category_bars(self) -> Picture:
        """The categories' ratios as bars."""
        rows = []
        for category in self.standard.categories:
            node = self.card[category.id]
            label = Label(node.id, node.title.text(self.lang))
            figure = self.say("not_measured") if node.ratio is None else self.ratio(node.ratio)
            rows.append((label, None if node.ratio is None else float(node.ratio), figure))
        marks = [(float(star.lower / self.standard.total_points), as_text(star.lower)) for star in self.standard.stars]
        return Picture(bars(rows, marks), self.say("bars_alt"), 0.9)

    def group_table(self, *kinds: type[Node]) -> Table:
        """The results of the categories, or of the subcategories too."""
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
