"""The sentences and printed figures of a report, for one scorecard in one language."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from aftersales.certification.titles import has_long_titles
from aftersales.evaluation.findings import Evidence
from aftersales.rendering.charts import Label, bars, drawn
from aftersales.rendering.document import Block, Bullets, Cell, Column, Gap, Paragraph, Picture, Row, Table, facts_table
from aftersales.scoring.scorecard import NodeScore, Scorecard
from aftersales.standard.structure import Category, Node, Reference, Subcategory, star_signs
from aftersales.text.columns import width
from aftersales.text.dates import day_text
from aftersales.text.number_format import short
from aftersales.text.sanitize import clean
from aftersales.text.sentences import Sentences, joined, text_in

__all__ = ["ReportWriter"]

_SENTENCES = Sentences("certification")

NUMBER_WIDTH = 7  # the most characters of a number in a table
LONG, START = 400, 120  # terminal columns of a text that is quoted in the annex, and of its beginning elsewhere
_ENDS = "。；，、;,. "


class LongText(NamedTuple):
    """A text of the evaluation that stands once, in an annex.

    Fields:
        id: The id of the node that it is about.
        what: The key of what it is, such as ``reason``.
        text: The text.
    """

    id: str
    what: str
    text: str


class ReportWriter:
    """The sentences and printed figures of one scorecard in one language, for the parts of a report.

    Fields:
        organisation: The name of the evaluated organisation in the language, if it has one.
        body: The name of the evaluating body in the language; "" if it is not known.
        wide_titles: Whether titles of indicators have a wider column in tables.
        evidence: The pieces of evidence by the id of their finding, in the order of the standard, each with its number.
        long_texts: The texts that stand in the annex, in the order of their numbers, which start at 1.
    """

    def __init__(self, card: Scorecard, lang: str):
        self.card, self.standard, self.lang = card, card.standard, lang
        self.evaluation = card.evaluation.with_edition(card.standard.edition)
        rows = "levels" if self.standard.rows_are_levels else "rows"
        self._wording = self.standard.wording | {
            key: _SENTENCES(lang, f"report.{key}.{rows}", **self.standard.wording) for key in ("compared", "label_of")
        }
        self.wide_titles = has_long_titles(self.standard, lang)
        self.groups = [card[node.id] for node in self.standard.nodes if isinstance(node, Subcategory)]
        subject = self.evaluation.subject
        self.organisation = text_in(lang, subject, "organisation")
        self.body = clean(text_in(lang, self.evaluation.body, "name") or "")
        self.evidence: Mapping[str, Sequence[tuple[int, Evidence]]] = self._numbered_evidence()
        self.long_texts: list[LongText] = []
        self._ordinals = iter(_SENTENCES.each(lang, "plan.ordinals"))

    def _numbered_evidence(self) -> dict[str, list[tuple[int, Evidence]]]:
        numbered: dict[str, list[tuple[int, Evidence]]] = {}
        number = 0
        for key in self.standard.layout.nodes:
            if (finding := self.evaluation.findings.get(key)) is not None and finding.evidence:
                first, number = number + 1, number + len(finding.evidence)
                numbered[key] = list(enumerate(finding.evidence, first))
        return numbered

    def say(self, key: str, **facts: object) -> str:
        """The sentence with that key, with the facts filled in."""
        return _SENTENCES(self.lang, f"report.{key}", **self._wording | facts)

    def part(self, key: str) -> str:
        """The heading of the next part, with its number."""
        ordinal = next(self._ordinals)
        return _SENTENCES(self.lang, "plan.part", ordinal=ordinal, title=self.say(f"part.{key}"))

    def open_item(self, *, is_overdue: bool) -> str:
        """The words for an item of a rectification without a result."""
        return _SENTENCES(self.lang, f"rectification.state.{'overdue' if is_overdue else 'open'}")

    def annex(self, key: str) -> int:
        """The number of the annex: ``evidence`` comes before ``texts``."""
        return 1 if key == "evidence" or not self.evidence else 2

    def evidence_numbers(self, *ids: str) -> str:
        """The numbers of the evidence of indicators, or "" without any. A deleted group stands for each."""
        numbers: list[int] = []
        for id in ids:
            key = id
            while key not in self.evidence and "." in key:
                key = key.rpartition(".")[0]
            numbers += (number for number, _ in self.evidence.get(key, ()))
        return self.join([self.span(*run) for run in _runs(numbers)])

    def span(self, first: int, last: int) -> str:
        """A run of numbers."""
        return str(first) if first == last else f"{first}–{last}"

    def quoted(self, id: str, what: str, text: str) -> str:
        """A text of the evaluation. Of a long one the beginning, and where it stands in the annex."""
        if not self.is_long(text):
            return text
        facts = self.in_annex(id, what, text)
        return self.say("excerpt", start=_start(clean(text)), **facts)

    def is_long(self, text: str) -> bool:
        """Whether a text stands in the annex."""
        return width(text) > LONG

    def in_annex(self, id: str, what: str, text: str) -> dict[str, int]:
        """Put a text into the annex: the number of the annex, and that of the text."""
        entry = LongText(id, what, text)
        if entry not in self.long_texts:
            self.long_texts.append(entry)
        return {"annex": self.annex("texts"), "number": self.long_texts.index(entry) + 1}

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

    def narrative(self, key: str) -> list[Paragraph]:
        """The assessors' own words on a part, a paragraph for each of theirs."""
        narrative = self.evaluation.narrative
        text = getattr(narrative, key) if narrative else None
        return self.paragraphs(text) if text else []

    def paragraphs(self, text: str) -> list[Paragraph]:
        """A text of the evaluation, a paragraph for each line."""
        return [Paragraph(line) for line in text.splitlines() if line.strip()]

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
        return short(value, NUMBER_WIDTH, limit=limit)

    def earned(self, node: NodeScore) -> str:
        """The earned points. They are not printed as full if points were lost (reading R3)."""
        return self.number(node.earned, limit=node.applicable)

    def ratio(self, value: Fraction | None) -> str:
        """A ratio as a percentage with two decimals, with a mark if rounding moved it onto a limit (reading R3)."""
        return "–" if value is None else self.standard.printed_ratio(value)

    def stars(self, row: Reference | None) -> str:
        """The row of table 1 as stars; its number, if the rows do not correspond to stars."""
        if row is None:
            return "–"
        if not self.standard.rows_are_levels:
            return self.say("row_number", row=row.row)
        return star_signs(row.row) if row.row else self.say("row_0")

    def lost(self, node: NodeScore) -> str:
        """The node with the points that it lost."""
        return self.say("lost", name=self.name(node), points=self.number(node.deducted))

    def reason(self, node: NodeScore) -> str | None:
        """The reason for the deduction of an indicator, if the evaluation gives one."""
        reason = self.card.finding(node.id).reason
        return self.listed([self.quoted(node.id, "reason", reason)]) if reason is not None else None

    def fact_table(self, facts: Sequence[tuple[str, Cell]]) -> Table:
        """A table of labels with their values."""
        return facts_table((self.say(f"label.{key}"), value) for key, value in facts)

    def columns(
        self, heads: str, widths: Sequence[float], numbers: Collection[int] = (), whole: Collection[int] = ()
    ) -> tuple[Column, ...]:
        """The columns with the heads of that key. Columns of numbers are never broken."""
        pairs = zip(_SENTENCES.each(self.lang, f"report.{heads}", **self._wording), widths, strict=True)
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
            rows.append((label, None if node.ratio is None else drawn(node.ratio), figure))
        limits = [star.lower / self.standard.total_points for star in self.standard.stars]
        marks = [(float(limit), short(limit * 100)) for limit in limits]
        return Picture(bars(rows, marks), self.say("bars_alt"), 0.7)

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


def _start(text: str) -> str:
    """The beginning of a long text, up to the end of a clause if there is one."""
    start = text
    while width(start) > START:
        start = start[: START * len(start) // width(start)] if width(start) > 2 * START else start[:-1]
    clause = max(map(start.rfind, _ENDS))
    return start[:clause] if clause > len(start) // 2 else start


def _runs(numbers: Iterable[int]) -> Iterable[tuple[int, int]]:
    """Ascending numbers as runs of neighbours: the first and the last of each."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number in (runs[-1][1], runs[-1][1] + 1):
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs
