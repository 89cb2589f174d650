"""Pictures of ratios as SVG: stars, bars and a radar. No domain, no scripts, nothing from outside; drawn to be seen, not read.

What is drawn is rounded to the tenth of a pixel. All figures that count stand in the text beside a picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import cos, pi, sin

__all__ = ["FONTS", "bars", "radar", "stars"]

FONTS = ("Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", "SimHei", "WenQuanYi Micro Hei")
"""The families of fonts that Chinese is set in, the first one that is installed."""

_FAMILY = ", ".join(f"'{name}'" for name in FONTS) + ", sans-serif"
INK, QUIET, LINE, FILL, GOLD = "#1f2933", "#52606d", "#cbd2d9", "#1d5fa8", "#e0a100"


def stars(count: int, top: int) -> str:
    """That many filled stars of ``top``."""
    size = 40
    points = [
        (20 + radius * sin(k * pi / 5), 21 - radius * cos(k * pi / 5)) for k, radius in enumerate((17.5, 7.5) * 5)
    ]
    shape = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    body = "".join(
        f'<polygon points="{shape}" transform="translate({size * k},0)" '
        f'fill="{GOLD if k < count else "none"}" stroke="{GOLD}" stroke-width="1.5" stroke-linejoin="round"/>'
        for k in range(top)
    )
    return _svg(size * top, size, body)


Label = tuple[str, str]
"""What a bar or axis is called: a short name, and a title that a small picture leaves out (its class is ``title``)."""


def bars(rows: Sequence[tuple[Label, float | None, str]], marks: Sequence[tuple[float, str]]) -> str:
    """A bar a row: its label, its ratio from 0 to 1 (None: no bar), and what stands behind it; ``marks`` are limits."""
    left, wide, high, right = 190, 400, 34, 90
    top, height = 26, 26 + high * len(rows) + 6
    body = ""
    for limit, name in marks:
        x = left + wide * limit
        body += (
            f'<line x1="{x:.1f}" y1="{top - 4}" x2="{x:.1f}" y2="{height - 6}" stroke="{LINE}" stroke-dasharray="3 3"/>'
        )
        body += _text(x, top - 10, name, size=11, colour=QUIET, anchor="middle")
    for k, (label, ratio, figure) in enumerate(rows):
        y = top + high * k
        body += _label(left - 10, y + 20, label, anchor="end")
        body += f'<rect x="{left}" y="{y + 6}" width="{wide}" height="20" fill="none" stroke="{LINE}"/>'
        if ratio is not None:
            body += f'<rect x="{left}" y="{y + 6}" width="{wide * ratio:.1f}" height="20" fill="{FILL}"/>'
        body += _text(left + wide + 10, y + 20, figure)
    return _svg(left + wide + right, height, body)


def radar(axes: Sequence[tuple[Label, float | None]], rings: Sequence[tuple[float, str]]) -> str:
    """Ratios from 0 to 1 round a centre; an axis without a ratio has no point, and a dash behind its label."""
    width, height, radius = 760, 560, 205
    x0, y0 = width / 2, height / 2
    around = [2 * pi * k / len(axes) for k in range(len(axes))]

    def at(angle: float, ratio: float) -> tuple[float, float]:
        return x0 + radius * ratio * sin(angle), y0 - radius * ratio * cos(angle)

    def shape(ratios: Sequence[tuple[float, float]]) -> str:
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in (at(angle, ratio) for angle, ratio in ratios))

    body = ""
    for ring, _ in (*rings, (1.0, "")):
        body += f'<polygon points="{shape([(angle, ring) for angle in around])}" fill="none" stroke="{LINE}"/>'
    for angle in around:
        x, y = at(angle, 1)
        body += f'<line x1="{x0}" y1="{y0}" x2="{x:.1f}" y2="{y:.1f}" stroke="{LINE}"/>'
    seen: list[tuple[float, float]] = [
        (angle, ratio) for angle, (_, ratio) in zip(around, axes, strict=True) if ratio is not None
    ]
    body += f'<polygon points="{shape(seen)}" fill="{FILL}" fill-opacity="0.22" stroke="{FILL}" stroke-width="2"/>'
    for angle, reached in seen:
        x, y = at(angle, reached)
        body += f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{FILL}"/>'
    for ring, name in rings:
        body += _text(x0 + 4, y0 - radius * ring - 3, name, size=10, colour=QUIET)
    for angle, (label, ratio) in zip(around, axes, strict=True):
        x, y = at(angle, 1.07)
        side = sin(angle)
        anchor = "middle" if abs(side) < 0.05 else "start" if side > 0 else "end"
        short, title = label
        body += _label(x, y + 4 - 6 * cos(angle), (short if ratio is not None else f"{short} –", title), anchor=anchor)
    return _svg(width, height, body)


def _label(x: float, y: float, label: Label, *, anchor: str) -> str:
    short, title = label
    more = f'&#160;<tspan class="title">{escape(title, quote=False)}</tspan>' if title else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="13" fill="{INK}" text-anchor="{anchor}" class="label">'
        f"{escape(short, quote=False)}{more}</text>"
    )


def _text(x: float, y: float, text: str, *, size: int = 13, colour: str = INK, anchor: str = "start") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}" text-anchor="{anchor}">'
        f"{escape(text, quote=False)}</text>"
    )


def _svg(width: int, height: int, body: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="{escape(_FAMILY)}">{body}</svg>'
    )
