"""Drawings of plain figures with their printed texts: bars, points, a radar and a waterfall.

The values are lengths at which figures are drawn (``rendering.charts.drawn``), so that only what is full looks full
(reading R3).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, inf, pi, sin
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.transforms import ScaledTranslation

from aftersales.text.columns import cut
from aftersales.text.number_format import MARK, mark_note
from aftersales.text.sanitize import clean
from aftersales.views.plots.figure import GOOD, INCH, INK, LINE, LOST, SERIES, SIZE, SMALL, Plot, new_plot, space_for

__all__ = ["GAP", "Bar", "Drawing", "Point", "Step", "bars", "points", "radar", "waterfall"]

WIDTH = 280  # points of the drawing itself
FEW_SPOKES = 8  # of more, the labels above and below stand further away, to leave room for those beside them
ROW = 19  # points of a row
LABEL = 52  # the most columns of a label
GAP = 0.008  # of a full length: what stays empty at least where something was lost, so that it is seen
MARKERS = "osD^vP"


class Drawing(NamedTuple):
    """The texts around a drawing.

    Fields:
        head: The title, and lines below it.
        limits: Values at which a dashed line stands, each with its text, which may be empty.
        notes: Lines below the drawing.
        lang: The language.
    """

    head: Sequence[str]
    limits: Sequence[tuple[float, str]]
    notes: Sequence[str]
    lang: str


class Bar(NamedTuple):
    """A row of a bar chart.

    Fields:
        label: The text before the bar.
        value: The length, from 0 to the full length; None if there is none.
        text: The text behind the bar.
        most: The end of a paler part, for a value between two bounds.
        group: Between bars of two groups there is a space.
    """

    label: str
    value: float | None
    text: str
    most: float | None = None
    group: str = ""


class Point(NamedTuple):
    """A point of a row.

    Fields:
        value: Where it lies, from 0 to 1; None if there is none.
        text: The text of it in the columns behind the row.
    """

    value: float | None
    text: str


class Step(NamedTuple):
    """A row of a waterfall.

    Fields:
        label: The text before it.
        text: The text behind it.
        start: Where the step begins.
        end: Where it ends; None for a total.
    """

    label: str
    text: str
    start: float
    end: float | None = None


def bars(rows: Sequence[Bar], drawing: Drawing, full: float | None = 1.0) -> Plot:
    """Horizontal bars. ``full`` is the full length; without one the longest bar is as long as the drawing."""
    top = full or max((row.most or row.value or 0 for row in rows), default=0) or 1.0
    places = _places([row.group for row in rows])
    plot, axes = _rows(places, [row.label for row in rows], [[row.text for row in rows]], drawing)
    axes.set_xlim(0, top)
    for place, row in zip(places, rows, strict=True):
        if row.value is None:
            continue
        axes.barh(place, top, height=0.55, color=INK, alpha=0.08)
        least, most = row.value, row.most or row.value
        axes.barh(place, least, height=0.55, color=SERIES[0])
        axes.barh(place, most - least, left=least, height=0.55, color=SERIES[0], alpha=0.4)
    _limits(axes, drawing.limits)
    return plot


def points(
    rows: Sequence[tuple[str, str, Sequence[Point]]], names: Sequence[str], drawing: Drawing, *, joined: bool = False
) -> Plot:
    """Rows of points, one for each of ``names``. A row has its label, its group, and its points.

    With ``joined`` the first and the last point of a row are the ends of a change.
    """
    count = len(names)
    places = _places([group for _, group, _ in rows])
    columns = [[row[2][k].text for row in rows] for k in range(count)] if count <= len(MARKERS) else []
    plot, axes = _rows(places, [label for label, _, _ in rows], columns, drawing, names)
    known = [point.value for _, _, found in rows for point in found if point.value is not None]
    least = int(min(known, default=0) * 10) / 10  # the nearest tenth below
    axes.set_xlim(min(least, 0.9) - 0.01, 1 + 0.01)
    for place, (_, _, found) in zip(places, rows, strict=True):
        axes.plot([least, 1], [place, place], color=INK, alpha=0.12, linewidth=0.8)
        seen = [point.value for point in found]
        if joined and seen[0] is not None and seen[-1] is not None and seen[0] != seen[-1]:
            axes.plot([seen[0], seen[-1]], [place, place], color=GOOD if seen[-1] > seen[0] else LOST, linewidth=2)
        for k, value in enumerate(seen):
            if value is not None:  # each of a few results has a line of its own, as equal points would hide each other
                aside = 0 if joined or count > len(MARKERS) else (k + 0.5) / count - 0.5
                axes.plot(value, place + aside, **_marker(k), clip_on=False)
    _limits(axes, drawing.limits)
    _legend(axes, names)
    return plot


def radar(
    spokes: Sequence[tuple[str, str]], series: Sequence[Sequence[float | None]], names: Sequence[str], drawing: Drawing
) -> Plot:
    """A radar chart. A spoke has its label and the text behind it.

    A spoke without a value (None) interrupts the line of its series.
    """
    labels = [f"{cut(clean(label), LABEL)} {text}".rstrip() for label, text in spokes]
    radius, side = WIDTH / 2, space_for(labels) + SIZE
    extra = LINE * len(names) if len(names) > 1 else 0
    plot = new_plot(drawing.head, (WIDTH, WIDTH + 5 * LINE + extra), (side, side), _notes([*labels, *names], drawing))
    (axes,) = plot.axes
    axes.set_axis_off()
    axes.set_aspect("equal")
    reach = 1 + 2.5 * LINE / radius
    axes.set_xlim(-1, 1)
    axes.set_ylim(-reach, reach + extra / radius)
    around = [2 * pi * k / len(spokes) for k in range(len(spokes))]
    for ring, text in (*drawing.limits, (1.0, "")):
        axes.plot(*_closed(around, [ring] * len(spokes)), color=INK, alpha=0.25, linewidth=0.8)
        axes.text(0.015, ring, text, size=SMALL, alpha=0.75, va="bottom")
    for angle, label in zip(around, labels, strict=True):
        x, y = sin(angle), cos(angle)
        axes.plot([0, x], [0, y], color=INK, alpha=0.25, linewidth=0.8)
        is_upright = abs(x) < 0.05
        anchor = "center" if is_upright else "left" if x > 0 else "right"
        away = 1 + (SIZE / 2 if not is_upright else 2 * LINE if len(spokes) > FEW_SPOKES else SIZE) / radius
        axes.text(away * x, away * y, label, ha=anchor, va="center")
    for k, values in enumerate(series):
        if None not in values and len(series) == 1:
            axes.fill(*_closed(around, [value or 0 for value in values]), color=SERIES[0], alpha=0.2, linewidth=0)
        axes.plot(*_closed(around, values), **_marker(k) | {"linestyle": "-", "linewidth": 1.6})
    if len(names) > 1:
        _legend(axes, names)
    return plot


def waterfall(rows: Sequence[Step], drawing: Drawing, bounds: tuple[float, float], *, falls: bool) -> Plot:
    """Steps from one total to another, between two values of the scale. The shortest step is seen."""
    low, high = bounds
    places = _places([""] * len(rows))
    plot, axes = _rows(places, [row.label for row in rows], [[row.text for row in rows]], drawing)
    axes.set_xlim(low, high)
    for place, row in zip(places, rows, strict=True):
        end = row.start if row.end is None else row.end
        if row.end is None:
            axes.plot(row.start, place, marker="D", color=SERIES[0], markersize=7, clip_on=False)
        else:
            length = max(abs(end - row.start), (high - low) * GAP / 2)
            colour, width = (LOST, -length) if falls else (GOOD, length)
            axes.barh(place, width, left=row.start, height=0.55, color=colour)
        if place < places[-1]:
            axes.plot([end, end], [place, place + 1], color=INK, alpha=0.4, linewidth=0.8)
    _limits(axes, drawing.limits)
    return plot


def _places(groups: Sequence[str]) -> list[float]:
    """The places of rows from the top, with a space between groups."""
    places: list[float] = []
    for number, group in enumerate(groups):
        space = 0.5 if number and group != groups[number - 1] else 0
        places.append(places[-1] + 1 + space if places else 0)
    return places


def _rows(
    places: Sequence[float],
    labels: Sequence[str],
    columns: Sequence[Sequence[str]],
    drawing: Drawing,
    names: Sequence[str] = (),
) -> tuple[Plot, Axes]:
    """Axes with a row for each label, columns of texts behind them, and space for a legend of ``names`` above."""
    labels = [cut(clean(label), LABEL) for label in labels]
    widths = [space_for(column) + SIZE for column in columns]
    row = max(ROW, SIZE * len(names)) if len(names) <= len(MARKERS) else ROW
    length = (places[-1] if places else 0) + 1
    above = (LINE * len(names) + 2 * SIZE) / row if names else 0
    texts = [*names, *(text for column in columns for text in column)]
    margins = space_for(labels) + 2 * SIZE, sum(widths) + 2 * SIZE
    plot = new_plot(drawing.head, (WIDTH, row * (length + above)), margins, _notes(texts, drawing))
    (axes,) = plot.axes
    axes.set_ylim(length - 0.5, -0.5 - above)
    axes.set_yticks(list(places), labels)
    axes.set_xticks([])
    right = float(SIZE)
    for k, (column, space) in enumerate(zip(columns, widths, strict=True)):
        right += space
        if names:
            above_it = ScaledTranslation((right - space / 2) / INCH, 0, plot.dpi_scale_trans)
            axes.plot(1, -0.9, transform=axes.get_yaxis_transform() + above_it, clip_on=False, **_marker(k))
        for place, text in zip(places, column, strict=True):
            axes.annotate(
                text,
                (1, place),
                (right, 0),
                xycoords=("axes fraction", "data"),
                textcoords="offset points",
                ha="right",
                va="center",
                annotation_clip=False,
            )
    return plot, axes


def _limits(axes: Axes, limits: Sequence[tuple[float, str]]) -> None:
    """Dashed lines at limits that lie within the axes, with their texts below where there is room for them."""
    low, high = axes.get_xlim()
    bottom, top = axes.get_ylim()
    ticks: list[tuple[float, str]] = []
    free = inf  # points from the left, up to which there is room
    for limit, text in sorted(limits, reverse=True):  # the highest is listed first
        if low <= limit <= high:
            axes.plot(
                [limit, limit], [bottom, -0.5], color=INK, alpha=0.35, linewidth=0.8, linestyle=(0, (3, 3)), zorder=0.5
            )
            middle, half = (limit - low) / (high - low) * WIDTH, space_for([text]) * SMALL / SIZE / 2
            if middle + half <= free:
                ticks.append((limit, text))
                free = middle - half - SIZE / 4
    axes.set_xticks([limit for limit, _ in ticks], [text for _, text in ticks], size=SMALL)
    axes.set_ylim(bottom, top)
    axes.set_xlim(low, high)


def _legend(axes: Axes, names: Sequence[str]) -> None:
    handles = [axes.plot([], [], **_marker(k))[0] for k in range(len(names))]
    axes.legend(
        handles, [cut(clean(name), 2 * LABEL) for name in names], loc="upper left", frameon=False, borderaxespad=0,
        borderpad=0, handlelength=1.2, labelspacing=0.5,
    )  # fmt: skip


def _marker(number: int) -> dict[str, Any]:
    """The marker of a series. Series differ in its shape as well as in its colour."""
    return {
        "marker": MARKERS[number % len(MARKERS)],
        "color": SERIES[(number + number // len(MARKERS)) % len(SERIES)],
        "markersize": 6,
        "linestyle": "none",
    }


def _notes(texts: Sequence[str], drawing: Drawing) -> list[str]:
    """The notes, and what the mark means where it is shown (reading R3)."""
    return [
        *drawing.notes,
        *([mark_note(drawing.lang)] if any(MARK in text for text in [*texts, *drawing.head]) else []),
    ]


def _closed(around: Sequence[float], values: Sequence[float | None]) -> tuple[list[float], list[float]]:
    """The corners of a shape around the centre, back to the first one. A missing value is a gap."""
    found = [(angle, inf if value is None else value) for angle, value in zip(around, values, strict=True)]
    corners = [
        (value * sin(angle), value * cos(angle)) if value < inf else (float("nan"),) * 2 for angle, value in found
    ]
    corners.append(corners[0])
    return [x for x, _ in corners], [y for _, y in corners]
