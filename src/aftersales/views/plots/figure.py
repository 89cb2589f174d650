"""A matplotlib figure that follows the light or dark page of a notebook, with fonts for Chinese.

A notebook shows it as SVG within the page, so that the browser draws the texts: in the colour of the page's own text,
and with the fonts of the reader, since the machine of the kernel often has none for Chinese. ``savefig`` draws them
with the fonts of this machine.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from html import escape
from io import BytesIO
from typing import Any
from unicodedata import east_asian_width

from matplotlib import font_manager, rc_context, style
from matplotlib.figure import Figure

from aftersales.problems.collector import refusal
from aftersales.problems.errors import PaperError
from aftersales.problems.violations import Violation
from aftersales.rendering.charts import FAMILY, FONTS
from aftersales.text.columns import cut
from aftersales.text.sanitize import clean

__all__ = [
    "GOOD",
    "INCH",
    "INK",
    "LINE",
    "LOST",
    "SERIES",
    "SIZE",
    "SMALL",
    "Plot",
    "new_plot",
    "plain_style",
    "space_for",
]

INK = "#1f2933"
"""The colour of texts and lines. On a page it becomes the colour of the page's own text."""

GOOD, LOST = "#2f855a", "#d0452b"
SERIES = ("#3a86d6", "#c27a00", "#9a5fc0", "#2f855a", "#d0452b", "#808890")
"""Colours that are seen on light and dark ground alike."""

INCH, SIZE, LINE, PAD = 72, 10, 16, 8  # points: an inch, the font, a line, the margin of the figure
SMALL = SIZE - 2  # points of the font of notes and scales
MOST_COLUMNS = 100  # of a line around the drawing
COLUMN = 5.6  # points of a column of a terminal, of which a Chinese character takes two
_OTHERS = ("Noto Sans CJK JP", "Heiti TC", "Arial Unicode MS")  # with all Chinese characters, under another name
_MISSING = r"Glyph \d+"  # what matplotlib warns of
_STYLE = f"""
.aftersales svg{{max-width:100%;height:auto}}
.aftersales svg *{{stroke-linejoin:round;stroke-linecap:butt}}
.aftersales svg text{{font-family:{FAMILY}!important}}
"""


class Plot(Figure):
    """A figure. ``savefig`` writes it as PNG, SVG or PDF, and ``axes`` are those of matplotlib."""

    def _repr_html_(self) -> str:
        """The figure as SVG within the page."""
        page = BytesIO()
        with rc_context({"svg.fonttype": "none", "svg.hashsalt": "aftersales"}), warnings.catch_warnings():
            warnings.filterwarnings("ignore", _MISSING)  # the browser has fonts of its own
            metadata: dict[str, Any] = dict.fromkeys(("Creator", "Date", "Format", "Type"))
            super().savefig(page, format="svg", transparent=True, metadata=metadata)
        svg = page.getvalue().decode()
        svg = svg[svg.index("<svg") :].replace(INK, "currentColor")
        svg = re.sub(r"<style.*?</style>", "", svg, flags=re.DOTALL)  # it would rule the whole page
        svg = svg.replace("<svg", f'<svg role="img" aria-label="{escape(str(self.get_label()))}"', 1)
        return f'<div class="aftersales"><style>{_STYLE}</style>{svg}</div>'

    def savefig(self, fname: Any, **options: Any) -> None:
        """Write the figure into a file, as matplotlib does.

        Raises :class:`~aftersales.PaperError` if it has Chinese text and no font for it is installed (``no-font``);
        matplotlib would draw empty boxes and only warn.
        """
        if _families():
            super().savefig(fname, **options)
            return
        with warnings.catch_warnings():
            warnings.filterwarnings("error", _MISSING)
            try:
                super().savefig(fname, **options)
            except UserWarning as warning:
                if not re.match(_MISSING, str(warning)):
                    raise
            else:
                return
        raise refusal(PaperError, Violation("no-font", context={"allowed": FONTS}))


def _families() -> list[str]:
    """The font families for Chinese that are installed."""
    installed = {font.name for font in font_manager.fontManager.ttflist}
    return [family for family in (*FONTS, *_OTHERS) if family in installed]


def plain_style() -> AbstractContextManager[None]:
    """matplotlib's own style with our fonts, whatever style is chosen around it. Texts are no formulas."""
    ours = {"font.family": [*_families(), "DejaVu Sans"], "text.parse_math": False, "text.usetex": False}
    colours = dict.fromkeys(("text.color", "xtick.labelcolor", "ytick.labelcolor", "legend.labelcolor"), INK)
    return style.context(["default", ours | colours | {"font.size": SIZE, "axes.unicode_minus": False}])


def new_plot(
    head: Sequence[str], body: tuple[float, float], margins: tuple[float, float], notes: Sequence[str]
) -> Plot:
    """A figure with one pair of axes of that width and height in points, between margins at the left and right.

    The first line of ``head`` is its title. ``notes`` stand below.
    """
    head, notes = ([cut(clean(line), MOST_COLUMNS) for line in lines] for lines in (head, notes))
    (width, height), (left, right) = body, margins
    above, below = PAD + LINE * len(head), PAD + LINE * (len(notes) + 1)
    wide = max(space_for(head), space_for(notes) * SMALL / SIZE) + 2 * PAD
    whole = max(left + width + right, wide), above + height + below
    plot = Plot(figsize=(whole[0] / INCH, whole[1] / INCH), facecolor="white")
    plot.set_label(" ".join(head))
    for number, line in enumerate(head):
        weight, size = ("bold", SIZE + 1) if number == 0 else ("normal", SIZE - 1)
        plot.text(PAD / whole[0], 1 - (LINE * (number + 1)) / whole[1], line, size=size, weight=weight)
    for number, line in enumerate(notes):
        y = (PAD + LINE * (len(notes) - number - 1)) / whole[1]
        plot.text(PAD / whole[0], y, line, size=SMALL, alpha=0.75)
    axes = plot.add_axes((left / whole[0], below / whole[1], width / whole[0], height / whole[1]), facecolor="none")
    for side in axes.spines.values():
        side.set_visible(False)
    axes.tick_params(length=0)
    return plot


def space_for(texts: Iterable[str]) -> float:
    """The points that the widest of these texts takes."""
    return COLUMN * max(map(_columns, texts), default=0)


def _columns(text: str) -> int:
    """The columns of a text in a Chinese font, in which stars and other signs are as wide as Chinese characters."""
    return sum(2 if east_asian_width(character) in "WFA" else 1 for character in text)
