"""Comparisons of many organisations as HTML for a notebook: the first groups, and the first rows of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any
from xml.etree.ElementTree import Element

from aftersales.analysis.many import TableComparison, TableProgress
from aftersales.evaluation.words import word
from aftersales.problems.errors import sentence_field
from aftersales.standard.standard import Standard
from aftersales.standard.structure import star_signs
from aftersales.text.number_format import printed, short
from aftersales.text.sentences import Sentences
from aftersales.views.comparison import signed
from aftersales.views.elements import ROOM, Child, listed, number, page, table, tag

__all__ = ["group_name", "level_name", "table_comparison_page", "table_progress_page"]

MOST_GROUPS = 20
FIRST = 5  # rows of a group: the best results, the indicators that cost most
MOST_REASONS = 50

_say = Sentences("views")

Row = Mapping[str, Any]


def group_name(row: Row) -> str:
    """The group of a row: its product category and size tier."""
    return f"{row['product_category'] or '–'} {row['size_tier'] or '–'}"


def level_name(stars: int, standard: Standard, lang: str) -> str:
    """Stars as signs; without any, the name of that level."""
    return star_signs(stars) or standard.no_star.grade.text(lang)


def table_comparison_page(comparison: TableComparison, lang: str = "zh") -> str:
    """The groups with their scores and stars, their best, the indicators that cost most, and who is not ranked."""
    standard, groups = comparison.standard, comparison.groups.to_pylist()
    shown = groups[:MOST_GROUPS]
    rows: list[list[Child]] = [
        [
            group_name(group),
            *(number(str(group[name])) for name in ("evaluations", "scored", "ranked", "passed")),
            *(
                number(_score(group[f"{name}_score_exact"], standard))
                for name in ("mean", "median", "lowest", "highest")
            ),
        ]
        for group in shown
    ]
    counts = {name: sum(group[name] for group in groups) for name in ("evaluations", "scored")}
    return page(
        lang,
        *_head(standard, _say(lang, "plot.counts", **counts), len(groups), lang),
        *listed(lang, _say.each(lang, "many.group_heads"), rows),
        _stars(comparison, shown, lang),
        *_best(comparison, shown, lang),
        *_costliest(comparison, shown, lang),
        *_reasons(comparison.unranked, "many.unranked", lang),
    )


def table_progress_page(change: TableProgress, lang: str = "zh") -> str:
    """The changes of stars in each group, the losses that rose, and the evaluations that are not compared."""
    standard, stars = change.standard, change.stars.to_pylist()
    names = list(dict.fromkeys(map(group_name, stars)))
    rows: list[list[Child]] = []
    for name in names[:MOST_GROUPS]:
        of = [row for row in stars if group_name(row) == name]
        moves = [(row["stars_after"] - row["stars_before"], row["evaluations"]) for row in of]
        counts = [
            sum(count for move, count in moves if is_counted(move))
            for is_counted in (lambda move: True, lambda move: move > 0, lambda move: not move, lambda move: move < 0)
        ]
        rows.append([name, *(number(str(count)) for count in counts)])
    return page(
        lang,
        *_head(standard, _say(lang, "plot.compared", count=change.changes.num_rows), len(names), lang),
        *listed(lang, _say.each(lang, "many.move_heads", **standard.wording), rows),
        *_risen_losses(change, names[:MOST_GROUPS], lang),
        *_reasons(change.uncompared, "many.uncompared", lang),
    )


def _head(standard: Standard, counts: str, groups: int, lang: str) -> Iterator[Element]:
    edition = _say(lang, "edition", id=standard.name(lang), edition=standard.edition)
    yield tag("div", tag("b", edition), " ", tag("span", counts, class_="quiet"))
    if groups > MOST_GROUPS:
        yield tag("div", _say(lang, "many.first_groups", count=MOST_GROUPS, groups=groups), class_="quiet")


def _score(exact: str | None, standard: Standard) -> str:
    return "–" if exact is None else printed(Fraction(exact), standard.limits)


def _stars(comparison: TableComparison, groups: Sequence[Row], lang: str) -> Element:
    """The number of evaluations of each level."""
    standard = comparison.standard
    levels = range(len(standard.stars) + 1)
    counts = {(group_name(row), row["stars"]): row["evaluations"] for row in comparison.stars.to_pylist()}
    heads = [_say(lang, "many.stars", **standard.wording), *(level_name(level, standard, lang) for level in levels)]
    rows: list[list[Child]] = [
        [group_name(group), *(number(str(counts.get((group_name(group), level), 0))) for level in levels)]
        for group in groups
    ]
    return table(heads, rows)


def _best(comparison: TableComparison, groups: Sequence[Row], lang: str) -> Iterator[Element]:
    """The first places. The ranking has the groups one after another."""
    table_of, standard = comparison.ranking, comparison.standard
    key = table_of.column_names[3]
    rows: list[list[Child]] = []
    start = 0
    for group in groups:
        rows += (
            [
                group_name(row),
                number(str(row["place"])),
                str(row[key]),
                number(row["printed_score"]),
                level_name(row["stars"], standard, lang),
                word(lang, "type", row["type"]) if row.get("type") else "",
            ]
            for row in table_of.slice(start, min(FIRST, group["ranked"])).to_pylist()
        )
        start += group["ranked"]
    if rows:
        yield _folded(_say(lang, "many.best", count=FIRST), _say.each(lang, "many.place_heads"), rows)


def _costliest(comparison: TableComparison, groups: Sequence[Row], lang: str) -> Iterator[Element]:
    """The indicators that cost most, of which the table has the largest loss of a group first."""
    if comparison.losses is None:
        return
    rows: list[list[Child]] = []
    for row in comparison.losses.to_pylist():
        if row["place"] <= FIRST and row["losing"] and any(group_name(row) == group_name(group) for group in groups):
            lost = number(short(Fraction(row["mean_lost_exact"]), ROOM))
            rows.append([group_name(row), _indicator(row, comparison.standard, lang), lost, number(str(row["losing"]))])
    if rows:
        yield _folded(_say(lang, "many.losses", count=FIRST), _say.each(lang, "many.loss_heads"), rows)


def _risen_losses(change: TableProgress, names: Sequence[str], lang: str) -> Iterator[Element]:
    """The indicators that cost more than before, of which the table has the largest rise of a group first."""
    if change.losses is None:
        return
    rows: list[list[Child]] = []
    losses = change.losses.to_pylist()
    for name in names:
        risen = [row for row in losses if group_name(row) == name and Fraction(row["difference_exact"]) > 0]
        for row in risen[:FIRST]:
            figures = (Fraction(row[f"mean_lost_{side}_exact"]) for side in ("before", "after"))
            cells = [number(short(figure, ROOM)) for figure in figures]
            rise = number(signed(Fraction(row["difference_exact"])))
            rows.append([name, _indicator(row, change.standard, lang), *cells, rise])
    if rows:
        yield _folded(_say(lang, "many.risen_losses", count=FIRST), _say.each(lang, "many.rise_heads"), rows)


def _indicator(row: Row, standard: Standard, lang: str) -> str:
    return f"{row['id']} {standard[row['id']].title.text(lang)}"


def _reasons(problems: Any, heading: str, lang: str) -> Iterator[Element]:
    if not problems.num_rows:
        return
    key = problems.column_names[0]
    rows: list[list[Child]] = [
        ["–" if row[key] is None else str(row[key]), row[sentence_field(lang)]]
        for row in problems.slice(0, MOST_REASONS).to_pylist()
    ]
    yield _folded(_say(lang, heading, count=problems.num_rows), _say.each(lang, "many.reason_heads"), rows)


def _folded(summary: str, heads: Sequence[str], rows: Sequence[Sequence[Child]]) -> Element:
    return tag("details", tag("summary", summary), table(heads, rows))
