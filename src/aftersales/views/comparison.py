"""A comparison as lines for a terminal: the ranking with categories and subcategories, and the changes over time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from aftersales.analysis.comparison import Comparison, NodeChange, Progress, Ranked, applicable_once
from aftersales.evaluation.words import word
from aftersales.standard.standard import Standard
from aftersales.standard.structure import Bilingual, star_signs
from aftersales.text.columns import cut, line_width, padded, wrapped
from aftersales.text.dates import days_text
from aftersales.text.number_format import rounded
from aftersales.text.sentences import Sentences

__all__ = ["comparison_lines", "level_of", "progress_lines", "signed", "type_of"]

COLUMN = 10

_say = Sentences("views")


def comparison_lines(comparison: Comparison, standard: Standard, lang: str = "zh", columns: int = 80) -> Iterator[str]:
    """The view of a comparison in that language. With up to six results no line is wider than ``columns``."""
    columns = line_width(columns)
    yield from wrapped(
        _say(
            lang,
            "comparison.head",
            edition=_say(lang, "edition", id=standard.name(lang), edition=comparison.edition),
            category=comparison.product_category,
            tier=comparison.size_tier,
        ),
        columns,
    )
    yield ""
    yield from wrapped(_say(lang, "comparison.ranking"), columns)
    top = len(standard.stars)
    for ranked in comparison.ranking:
        stars = star_signs(ranked.stars, of=top)
        line = f"{ranked.place}. {ranked.organisation}  {ranked.printed_score}  {stars}  {type_of(ranked, lang)}"
        if ranked.period is not None:
            line += _say(lang, "comparison.period", days=days_text(ranked.period.start, ranked.period.end, lang))
        yield from wrapped(line, columns, "  ", "     ")
    yield ""
    yield from wrapped(_say(lang, "comparison.ratios"), columns)
    order = [ranked.index for ranked in comparison.ranking]
    head = "".join(str(number).rjust(COLUMN) for number in range(1, len(order) + 1))
    name_width = max(columns - len(head) - 1, 20)
    yield padded("", name_width) + head
    for node in comparison.nodes:
        depth = node.id.count(".")
        if node.id in standard.layout.positions:
            continue
        name = cut(f"{'  ' * (depth - 1)}{node.id} {node.title.text(lang)}", name_width - 1)
        figures = "".join(_number(node.printed_ratios[index]).rjust(COLUMN) for index in order)
        yield (padded(name, name_width) + figures).rstrip()


def level_of(stars: int, grade: Bilingual | None, lang: str) -> str:
    """Stars as signs; without any, the name of that level, which a result of an earlier version does not have."""
    return star_signs(stars) or (_say(lang, "notebook.failed") if grade is None else grade.text(lang))


def type_of(ranked: Ranked, lang: str) -> str:
    """The type of evaluation of a result in a ranking (reading R16), in that language."""
    return _say(lang, "comparison.no_type") if ranked.type is None else word(lang, "type", ranked.type)


def progress_lines(progress: Progress, standard: Standard, lang: str = "zh", columns: int = 80) -> Iterator[str]:
    """The indicators that rose and fell, in that language."""
    columns = line_width(columns)
    line = _say(
        lang,
        "comparison.progress",
        organisation=progress.organisation,
        before=progress.printed_score_before,
        after=progress.printed_score_after,
        difference=signed(progress.difference),
        stars_before=standard.level(progress.stars_before),
        stars_after=standard.level(progress.stars_after),
    )
    yield from wrapped(line, columns)
    for key, changes in (("comparison.risen", progress.risen), ("comparison.fallen", progress.fallen)):
        found = [change for change in changes if change.level == "indicator"]
        yield ""
        yield _say(lang, key, count=len(found))
        yield from _changes(found, lang, columns)
    moved = [change for change in applicable_once(progress.changes) if change.level == "indicator"]
    if moved:
        yield ""
        yield _say(lang, "comparison.applicable")
        yield from _changes(moved, lang, columns)


def _changes(changes: Sequence[NodeChange], lang: str, columns: int) -> Iterator[str]:
    if not changes:
        yield "  " + _say(lang, "comparison.none")
    for change in changes:
        before, after = (
            _say(lang, "comparison.gone") if ratio is None else ratio
            for ratio in (change.printed_before, change.printed_after)
        )
        yield from wrapped(f"{change.id} {change.title.text(lang)}  {before} → {after}", columns, "  ", "    ")


def _number(ratio: str | None) -> str:
    """A ratio in print below a head with its unit."""
    return "-" if ratio is None else ratio.replace("%", "")


def signed(value: Fraction) -> str:
    """A change with its sign. A small one is not printed as 0."""
    sign = "+" if value > 0 else "-" if value < 0 else ""
    return f"{sign}{rounded(abs(value)) if not value or Fraction(rounded(value)) else '<0.01'}"
