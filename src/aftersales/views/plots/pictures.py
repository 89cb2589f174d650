"""The content of the plot of each result: its rows, their texts, and the texts around them."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, NamedTuple

from aftersales.analysis.bounds import Bounds
from aftersales.analysis.comparison import Comparison, NodeChange, Progress
from aftersales.analysis.confidence import Confidence
from aftersales.analysis.improvements import Improvements
from aftersales.analysis.many import TableComparison, TableProgress
from aftersales.analysis.what_if import WhatIf
from aftersales.rendering.charts import FEWEST_SPOKES, drawn
from aftersales.scoring.scorecard import NodeScore, Scorecard
from aftersales.standard.standard import standard_name
from aftersales.standard.structure import star_signs
from aftersales.text.dates import days_text
from aftersales.text.number_format import as_text, short
from aftersales.text.sentences import Phrase, Sentences, joined
from aftersales.views.bounds import levels_of, span_text
from aftersales.views.comparison import level_of, type_of
from aftersales.views.many import group_name, level_name
from aftersales.views.plots.drawings import GAP, Bar, Drawing, Point, Step, bars, points, radar, waterfall
from aftersales.views.plots.figure import Plot

__all__ = ["LEVELS", "PICTURES"]

LEVELS = ("category", "subcategory", "indicator")
MOST_ROWS = 20  # of indicators without a finding
MOST_GROUPS = 10  # of comparable organisations
MOST_LOSSES = 5  # of a group
TENTHS = tuple((tenth / 10, f"{tenth}0%" if tenth else "0") for tenth in range(11))  # where no limits are known
RINGS = ((0.5, "50%"),)

_say = Sentences("views")


class _Picture(NamedTuple):
    """A plot of a result.

    Fields:
        draw: Draws it, of the result, the level or None, and the language.
        has_levels: Whether a level of nodes can be chosen.
    """

    draw: Callable[[Any, Any, str], Plot]
    has_levels: bool = True


def _length(ratio: Fraction | None) -> float | None:
    return None if ratio is None else drawn(ratio, GAP)


def _name(node: Any, lang: str) -> str:
    return f"{node.id} {node.title.text(lang)}"


def _parent(node: Any) -> str:
    return node.parent or ""


def _level(key: str, level: str, lang: str) -> str:
    return _say(lang, key, level=Phrase("views", f"plot.level.{level}"))


# --- a scorecard ---


def _card_head(card: Scorecard, last: str, lang: str) -> list[str]:
    subject, standard = card.evaluation.subject, card.standard
    named = [subject.organisation] if subject and subject.organisation else []
    stars = star_signs(card.stars, of=len(standard.stars))
    score = _say(lang, "score", score=card.printed_score)
    return [*named, f"{score} {stars} {card.grade.grade.text(lang)}", last]


def _edition(card: Scorecard, lang: str) -> str:
    return _say(lang, "edition", id=card.standard.name(lang), edition=card.standard.edition)


def _nodes(card: Scorecard, level: str) -> list[NodeScore]:
    return [card[node.id] for node in card.standard.nodes if node.level == level]


def _printed(card: Scorecard, node: NodeScore, lang: str) -> str:
    return _say(lang, "comparison.gone") if node.ratio is None else card.standard.printed_ratio(node.ratio)


def _card_bars(card: Scorecard, level: str | None, lang: str) -> Plot:
    level = level or "subcategory"
    rows = [
        Bar(_name(node, lang), _length(node.ratio), _printed(card, node, lang), group=_parent(node))
        for node in _nodes(card, level)
    ]
    limits = [(float(row.lower), f"{as_text(row.lower * 100)}%") for row in card.standard.reference]
    head = _card_head(card, _level("plot.ratios", level, lang), lang)
    notes = [_say(lang, "plot.table_1", **card.standard.wording), _edition(card, lang)]
    return bars(rows, Drawing(head, [*limits, (1.0, "100%")], notes, lang))


def _card_radar(card: Scorecard, level: str | None, lang: str) -> Plot:
    level, nodes = _spokes(level, lambda level: _nodes(card, level))
    spokes = [(_name(node, lang), _printed(card, node, lang)) for node in nodes]
    limits = [row.lower for row in card.standard.reference if row.lower]
    rings = [(float(limit), f"{as_text(limit * 100)}%") for limit in dict.fromkeys([*limits[:1], *limits[-1:]])]
    head = _card_head(card, _level("plot.ratios", level, lang), lang)
    drawing = Drawing(head, rings, [_edition(card, lang)], lang)
    return radar(spokes, [[_length(node.ratio) for node in nodes]], [""], drawing)


def _spokes(level: str | None, nodes: Callable[[str], list[Any]]) -> tuple[str, list[Any]]:
    """The nodes of the level; without one, those of the first level that has enough for a shape."""
    for known in LEVELS if level is None else (level,):
        if len(found := nodes(known)) >= FEWEST_SPOKES:
            return known, found
    raise ValueError(f"a radar needs {FEWEST_SPOKES} nodes of a level or more, and there are {len(found)}")


def _card_waterfall(card: Scorecard, level: str | None, lang: str) -> Plot:
    level = level or "subcategory"
    total = card.standard.total_points
    scale = total / card.applicable
    losses = [(node, node.deducted * scale) for node in _nodes(card, level) if node.deducted]
    rows, now = [Step(_say(lang, "plot.full"), as_text(total), float(total))], total
    for node, loss in sorted(losses, key=lambda found: -found[1]):
        rows.append(Step(_name(node, lang), short(-loss), float(now), float(now - loss)))
        now -= loss
    rows.append(Step(_say(lang, "plot.final"), card.printed_score, float(now)))
    ends = _around(float(now), float(total))
    stars = [star for star in card.standard.stars if ends[0] <= star.lower <= ends[1]]
    limits = [(float(star.lower), f"{as_text(star.lower)} {star_signs(star.stars)}") for star in stars]
    head = _card_head(card, _level("plot.losses", level, lang), lang)
    notes = [_say(lang, "plot.stars", **card.standard.wording)] if limits else []
    return waterfall(rows, Drawing(head, limits, [*notes, _edition(card, lang)], lang), ends, falls=True)


def _around(low: float, high: float) -> tuple[float, float]:
    """The ends of a scale with some space around these two."""
    space = (high - low or 10) * 0.08
    return low - space, high + space


# --- several results ---


def _comparison_head(comparison: Comparison, level: str, lang: str) -> list[str]:
    name = standard_name(comparison.standard, lang, altered=comparison.altered)
    edition = _say(lang, "edition", id=name, edition=comparison.edition)
    return [_level("plot.ratios", level, lang), f"{edition} {comparison.product_category} {comparison.size_tier}"]


def _results(comparison: Comparison, lang: str) -> list[str]:
    """Each result with what distinguishes it from the others, and who evaluated it (reading R16)."""
    return [
        " ".join(
            (
                f"{ranked.place}. {ranked.organisation}",
                ranked.printed_score,
                level_of(ranked.stars, ranked.grade, lang),
                type_of(ranked, lang),
                *([] if ranked.period is None else [days_text(ranked.period.start, ranked.period.end, lang)]),
            )
        )
        for ranked in comparison.ranking
    ]


def _comparison_bars(comparison: Comparison, level: str | None, lang: str) -> Plot:
    level = level or "subcategory"
    order = [ranked.index for ranked in comparison.ranking]
    rows = [
        (
            _name(node, lang),
            _parent(node),
            [Point(_length(node.ratios[index]), node.printed_ratios[index] or "–") for index in order],
        )
        for node in comparison.nodes
        if node.level == level
    ]
    return points(
        rows, _results(comparison, lang), Drawing(_comparison_head(comparison, level, lang), TENTHS, [], lang)
    )


def _comparison_radar(comparison: Comparison, level: str | None, lang: str) -> Plot:
    level, nodes = _spokes(level, lambda level: [node for node in comparison.nodes if node.level == level])
    series = [[_length(node.ratios[ranked.index]) for node in nodes] for ranked in comparison.ranking]
    drawing = Drawing(_comparison_head(comparison, level, lang), RINGS, [], lang)
    return radar([(_name(node, lang), "") for node in nodes], series, _results(comparison, lang), drawing)


# --- two years, or what would be ---


def _both(change: Progress | WhatIf, lang: str) -> list[str]:
    """The two results of a change, with their scores and stars."""
    sides = (
        ("before", change.printed_score_before, change.stars_before, change.grade_before),
        ("after", change.printed_score_after, change.stars_after, change.grade_after),
    )
    return [
        _say(lang, f"plot.{side}", score=score, stars=level_of(stars, grade, lang))
        for side, score, stars, grade in sides
    ]


def _changes(change: Progress | WhatIf, level: str) -> list[NodeChange]:
    return [each for each in change.changes if each.level == level]


def _change_head(change: Progress | WhatIf, level: str, lang: str) -> list[str]:
    named = [change.organisation] if isinstance(change, Progress) else []
    return [*named, _level("plot.ratios", level, lang)]


def _change_bars(change: Progress | WhatIf, level: str | None, lang: str) -> Plot:
    level = level or ("subcategory" if isinstance(change, Progress) else "indicator")
    gone = _say(lang, "comparison.gone")
    rows = [
        (
            _name(each, lang),
            _parent(each),
            [
                Point(_length(each.before), each.printed_before or gone),
                Point(_length(each.after), each.printed_after or gone),
            ],
        )
        for each in _changes(change, level)
    ]
    notes = [] if rows else [_say(lang, "plot.unchanged")]
    drawing = Drawing(_change_head(change, level, lang), TENTHS, notes, lang)
    return points(rows, _both(change, lang), drawing, joined=True)


def _change_radar(change: Progress, level: str | None, lang: str) -> Plot:
    level, nodes = _spokes(level, lambda level: _changes(change, level))
    series = [[_length(node.before) for node in nodes], [_length(node.after) for node in nodes]]
    drawing = Drawing(_change_head(change, level, lang), RINGS, [], lang)
    return radar([(_name(node, lang), "") for node in nodes], series, _both(change, lang), drawing)


# --- advice ---


def _bounds_bars(bounds: Bounds, level: None, lang: str) -> Plot:
    rows = [Bar(_name(each, lang), float(each.gain), short(each.gain)) for each in bounds.open[:MOST_ROWS]]
    more = len(bounds.open) - len(rows)
    stars = joined(levels_of(bounds, lang), lang)
    last = _say(lang, "plot.gains" if bounds.open else "bounds.nothing_open")
    head = [_say(lang, "bounds.score", span=span_text(bounds, lang)), stars, last]
    return bars(rows, Drawing(head, [], [_say(lang, "notebook.more", count=more)] if more else [], lang), full=None)


def _improvements_waterfall(way: Improvements, level: None, lang: str) -> Plot:
    rows, now = [Step(_say(lang, "plot.now"), way.printed_start, float(way.start))], way.start
    for step in way.steps:
        rows.append(Step(_name(step, lang), _gain(step.gain), float(now), float(step.final_score)))
        now = step.final_score
    rows.append(Step(_say(lang, "plot.then"), way.printed_score, float(now)))
    stars = star_signs(way.stars)
    head = [_say(lang, "notebook.goal", grade=stars, limit=as_text(way.limit), score=way.printed_start)]
    if way.start >= way.limit:
        head.append(_say(lang, "notebook.reached"))
    elif not way.reachable:
        head.append(_say(lang, "notebook.unreachable", score=way.printed_score))
    ends = (float(way.start), float(now), float(way.limit))
    drawing = Drawing(head, [(float(way.limit), f"{as_text(way.limit)} {stars}")], [], lang)
    return waterfall(rows, drawing, _around(min(ends), max(ends)), falls=False)


def _gain(gain: Fraction) -> str:
    """A gain with its sign: ``+1.25``, ``≈+0.81``."""
    text = short(gain)
    return f"≈+{text[1:]}" if text[0] == "≈" else f"+{text}"


def _confidence_bars(confidence: Confidence, level: None, lang: str) -> Plot:
    rows = [
        Bar(
            level_of(chance.stars, chance.grade, lang),
            _length(chance.lowest),
            chance.percent,
            _length(chance.highest),
        )
        for chance in confidence.chances
    ]
    expected = _say(lang, "notebook.expected", score=confidence.printed_expected_score)
    return bars(rows, Drawing([_say(lang, "plot.chances"), expected], [(0.0, "0"), (1.0, "100%")], [], lang))


# --- many organisations ---


def _by_group(table: Any, lang: str) -> tuple[list[dict[str, Any]], list[str]]:
    """The rows of the first groups, and a note of how many groups there are beside them."""
    rows = table.to_pylist()
    groups = list(dict.fromkeys(map(group_name, rows)))
    more = len(groups) - MOST_GROUPS
    notes = [_say(lang, "plot.more_groups", count=more)] if more > 0 else []
    return [row for row in rows if group_name(row) in groups[:MOST_GROUPS]], notes


def _many_head(comparison: TableComparison, key: str, lang: str) -> list[str]:
    standard, groups = comparison.standard, comparison.groups.to_pylist()
    counts = {name: sum(row[name] for row in groups) for name in ("evaluations", "scored")}
    edition = _say(lang, "edition", id=standard.name(lang), edition=standard.edition)
    return [_say(lang, key, **standard.wording), _say(lang, "plot.counts", **counts), edition]


def _many_stars(comparison: TableComparison, level: None, lang: str) -> Plot:
    rows, notes = _by_group(comparison.stars, lang)
    shown = [
        Bar(
            f"{group_name(row)} {level_name(row['stars'], comparison.standard, lang)}",
            row["share"],
            str(row["evaluations"]),
            group=group_name(row),
        )
        for row in rows
        if row["share"] is not None
    ]
    return bars(shown, Drawing(_many_head(comparison, "plot.many_stars", lang), [], notes, lang), full=None)


def _many_losses(comparison: TableComparison, level: None, lang: str) -> Plot:
    if comparison.losses is None:
        raise ValueError("this comparison has no losses; score the table with shares=True")
    rows, notes = _by_group(comparison.losses, lang)
    shown = []
    for name in dict.fromkeys(map(group_name, rows)):
        for row in [row for row in rows if group_name(row) == name and row["losing"]][:MOST_LOSSES]:
            lost = Fraction(row["mean_lost_exact"])
            label = f"{name} {_name(comparison.standard[row['id']], lang)}"
            shown.append(Bar(label, row["mean_lost"], short(lost), group=name))
    return bars(shown, Drawing(_many_head(comparison, "plot.many_losses", lang), [], notes, lang), full=None)


def _many_changes(change: TableProgress, level: None, lang: str) -> Plot:
    rows, notes = _by_group(change.stars, lang)
    shown = []
    for name in dict.fromkeys(map(group_name, rows)):
        of = [row for row in rows if group_name(row) == name]
        total = sum(row["evaluations"] for row in of)
        for stars in range(len(change.standard.stars) + 1):
            counts = [
                sum(row["evaluations"] for row in of if row[side] == stars) for side in ("stars_before", "stars_after")
            ]
            shown.append(
                (
                    f"{name} {level_name(stars, change.standard, lang)}",
                    name,
                    [Point(count / total, str(count)) for count in counts],
                )
            )
    standard = change.standard
    compared = _say(lang, "plot.compared", count=change.changes.num_rows)
    edition = _say(lang, "edition", id=standard.name(lang), edition=standard.edition)
    drawing = Drawing([_say(lang, "plot.many_stars", **standard.wording), compared, edition], TENTHS, notes, lang)
    return points(shown, [_say(lang, "plot.first"), _say(lang, "plot.second")], drawing)


PICTURES: dict[type, dict[str, _Picture]] = {
    Scorecard: {"bars": _Picture(_card_bars), "radar": _Picture(_card_radar), "waterfall": _Picture(_card_waterfall)},
    Comparison: {"bars": _Picture(_comparison_bars), "radar": _Picture(_comparison_radar)},
    Progress: {"bars": _Picture(_change_bars), "radar": _Picture(_change_radar)},
    WhatIf: {"bars": _Picture(_change_bars)},
    Bounds: {"bars": _Picture(_bounds_bars, has_levels=False)},
    Improvements: {"waterfall": _Picture(_improvements_waterfall, has_levels=False)},
    Confidence: {"bars": _Picture(_confidence_bars, has_levels=False)},
    TableComparison: {
        "stars": _Picture(_many_stars, has_levels=False),
        "losses": _Picture(_many_losses, has_levels=False),
    },
    TableProgress: {"stars": _Picture(_many_changes, has_levels=False)},
}
"""The plots of each result by their kind, the usual one first."""
