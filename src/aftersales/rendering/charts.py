"""Charts of ratios as SVG: stars, bars and a radar. They hold no scripts and no links to outside files.

Coordinates are rounded to a tenth of a pixel. The text beside a chart gives all exact figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from html import escape
from math import cos, pi, sin
from typing import NamedTuple

from aftersales.text.sanitize import unbroken

__all__ = ["FAMILY", "FEWEST_SPOKES", "FONTS", "Label", "bars", "drawn", "radar", "stars"]

FONTS = ("Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", "SimHei", "WenQuanYi Micro Hei")
"""The font families for Chinese text. The first one that is installed is used."""

FEWEST_SPOKES = 3  # of a radar that has a shape
FAMILY = ", ".join(f"'{name}'" for name in FONTS) + ", sans-serif"
"""These families for a style sheet."""
INK, QUIET, LINE, MARK, FILL, GOLD = "#1f2933", "#52606d", "#cbd2d9", "#9aa5b1", "#1d5fa8", "#e0a100"


def stars(count: int, top: int) -> str:
    """``count`` filled stars of ``top``."""
    size = 40
    points = [
        (20 + radius * sin(k * pi / 5), 21 - radius * cos(k * pi / 5)) for k, radius in enumerate((17.5, 7.5) * 5)
    ]
    body = "".join(
        f'<polygon points="{_points(points)}" transform="translate({size * k},0)" '
        f'fill="{GOLD if k < count else "none"}" stroke="{GOLD}" stroke-width="1.5" stroke-linejoin="round"/>'
        for k in range(top)
    )
    return _svg(size * top, size, body)


def drawn(ratio: Fraction, gap: float = 0.002) -> float:
    """The length at which a ratio from 0 to 1 is drawn: short of the full length by ``gap`` if anything was lost (R3).

    >>> drawn(Fraction(1, 2)), drawn(Fraction(1)), drawn(1 - Fraction(1, 10**99))
    (0.5, 1.0, 0.998)
    """
    return min(float(ratio), 1 - gap) if ratio < 1 else 1.0


class Label(NamedTuple):
    """The label of a bar or an axis.

    Fields:
        short: A short name.
        title: A title, which a small chart omits; its CSS class is ``title``.
        remark: A note, for example that nothing is applicable.
    """

    short: str
    title: str = ""
    remark: str = ""


def bars(rows: Sequence[tuple[Label, float | None, str]], marks: Sequence[tuple[float, str]]) -> str:
    """A bar chart. Each row has a label, a ratio from 0 to 1 and the text behind the bar.

    If the ratio is None, the text is shown in place of the bar. ``marks`` are limits, drawn across the bars.
    """
    left, wide, high, right = 230, 380, 30, 120
    top, height = 68, 68 + high * len(rows) + 4
    body = ""
    for k, (label, ratio, figure) in enumerate(rows):
        y = top + high * k
        body += _label(left - 10, y + 18, label, anchor="end")
        if ratio is None:
            body += _text(left + 8, y + 18, figure, colour=QUIET)
            continue
        body += f'<rect x="{left}" y="{y + 4}" width="{wide}" height="20" fill="none" stroke="{LINE}"/>'
        body += f'<rect x="{left}" y="{y + 4}" width="{wide * ratio:.1f}" height="20" fill="{FILL}"/>'
        body += _text(left + wide + 10, y + 18, figure)
    for k, (limit, name) in enumerate(marks):
        x, y = left + wide * limit, top - 8 - 28 * (k % 2)  # alternate heights, so that the labels have room on a phone
        body += (
            f'<line x1="{x:.1f}" y1="{y + 4}" x2="{x:.1f}" y2="{height - 4}" stroke="{MARK}" stroke-dasharray="3 3"/>'
        )
        body += _text(x, y, name, size=12, colour=QUIET, anchor="middle")
    return _svg(left + wide + right, height, body)


Point = tuple[float, float]


def radar(axes: Sequence[tuple[Label, float | None]], rings: Sequence[tuple[float, str]]) -> str:
    """A radar chart of ratios from 0 to 1.

    An axis without a ratio (None) is dashed, and the shape has a gap there.
    """
    width, height, radius = 880, 516, 205
    x0, y0 = width / 2, height / 2
    around = [2 * pi * k / len(axes) for k in range(len(axes))]

    def at(angle: float, ratio: float) -> Point:
        return x0 + radius * ratio * sin(angle), y0 - radius * ratio * cos(angle)

    body = ""
    for ring, _ in (*rings, (1.0, "")):
        body += f'<polygon points="{_points([at(angle, ring) for angle in around])}" fill="none" stroke="{LINE}"/>'
    for angle, (_, ratio) in zip(around, axes, strict=True):
        x, y = at(angle, 1)
        dashes = ' stroke-dasharray="3 3"' if ratio is None else ""
        body += f'<line x1="{x0}" y1="{y0}" x2="{x:.1f}" y2="{y:.1f}" stroke="{LINE}"{dashes}/>'
    reached = [None if ratio is None else at(angle, ratio) for angle, (_, ratio) in zip(around, axes, strict=True)]
    body += _measured(reached, (x0, y0))
    for ring, name in rings:
        body += _text(x0 + 4, y0 - radius * ring - 3, name, size=11, colour=QUIET)
    for angle, (label, _) in zip(around, axes, strict=True):
        x, y = at(angle, 1.07)
        side = sin(angle)
        anchor = "middle" if abs(side) < 0.05 else "start" if side > 0 else "end"
        body += _label(x, y + 4 - 6 * cos(angle), label, anchor=anchor)
    return _svg(width, height, body)


def _measured(reached: Sequence[Point | None], centre: Point) -> str:
    """The shape through all points. Where points are missing, each run of neighbours is a sector from the centre."""
    area = f'fill="{FILL}" fill-opacity="0.22"'
    line = f'stroke="{FILL}" stroke-width="2"'
    if None not in reached:
        body = f'<polygon points="{_points([point for point in reached if point])}" {area} {line}/>'
    else:
        gap = reached.index(None)
        body, row = "", list[Point]()
        for point in (*reached[gap + 1 :], *reached[: gap + 1]):  # start and end behind a gap
            if point is not None:
                row.append(point)
                continue
            if len(row) > 1:
                body += f'<polygon points="{_points([centre, *row])}" {area}/>'
                body += f'<polyline points="{_points(row)}" fill="none" {line}/>'
            row.clear()
    for x, y in (point for point in reached if point is not None):
        body += f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{FILL}"/>'
    return body


def _points(points: Sequence[Point]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _label(x: float, y: float, label: Label, *, anchor: str) -> str:
    title = f'<tspan class="title">&#160;{_escaped(label.title)}</tspan>' if label.title else ""
    words = f"{_escaped(label.short)}{title}{_escaped(label.remark)}"
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="13" fill="{INK}" text-anchor="{anchor}">{words}</text>'


def _text(x: float, y: float, text: str, *, size: int = 13, colour: str = INK, anchor: str = "start") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}" text-anchor="{anchor}">'
        f"{_escaped(text)}</text>"
    )


def _escaped(text: str) -> str:
    return escape(unbroken(text), quote=False)


def _svg(width: int, height: int, body: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="{escape(FAMILY)}">{body}</svg>'
    )
