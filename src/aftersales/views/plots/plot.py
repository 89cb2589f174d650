"""Plot a result: the public function. What it draws is in :mod:`aftersales.views.plots.pictures`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from aftersales.analysis.bounds import Bounds
from aftersales.analysis.comparison import Comparison, Level, Progress
from aftersales.analysis.confidence import Confidence
from aftersales.analysis.improvements import Improvements
from aftersales.analysis.many import TableComparison, TableProgress
from aftersales.analysis.what_if import WhatIf
from aftersales.problems.arguments import ensure_word
from aftersales.problems.extras import require
from aftersales.scoring.scorecard import Scorecard
from aftersales.text.language import Language
from aftersales.views.language import chosen_language

if TYPE_CHECKING:
    from matplotlib.figure import Figure
else:
    Figure = Any  # the hints of the function are read without matplotlib, too

__all__ = ["plot"]


def plot(
    result: (
        Scorecard
        | Comparison
        | Progress
        | WhatIf
        | Bounds
        | Improvements
        | Confidence
        | TableComparison
        | TableProgress
    ),
    kind: Literal["bars", "radar", "waterfall", "stars", "losses"] | None = None,
    *,
    level: Level | None = None,
    lang: Language | None = None,
) -> Figure:
    """Plot a result as a matplotlib figure, which a notebook shows. Requires the extra ``plots``.

    - A :class:`~aftersales.Scorecard`: the ratios as ``"bars"`` or as a ``"radar"``, or as a ``"waterfall"`` what each
      part took away from the full score, down to the final score.
    - A :class:`~aftersales.Comparison`: the ratios of all results beside each other, as ``"bars"`` or a ``"radar"``.
      Only comparable results make a comparison (6.1.5, reading R16).
    - :class:`~aftersales.Progress`: the ratios before and after, as ``"bars"`` or a ``"radar"``; a
      :class:`~aftersales.WhatIf`: as ``"bars"``.
    - :class:`~aftersales.Bounds`: what each open indicator may change, as ``"bars"``.
    - :class:`~aftersales.Improvements`: the steps to the star, as a ``"waterfall"``.
    - :class:`~aftersales.Confidence`: the probability of each number of stars, as ``"bars"``.
    - A :class:`~aftersales.batch.TableComparison`: the ``"stars"`` in each group, or the ``"losses"``, the indicators
      that cost its evaluations most; :class:`~aftersales.batch.TableProgress`: the ``"stars"`` before and after.

    ``kind`` defaults to the first of these. ``level`` is ``"category"`` (default of a radar), ``"subcategory"``, or
    ``"indicator"`` (default of a what-if). ``lang`` defaults to the language of the environment. Nothing that lost
    points looks full, and figures in print carry the mark of reading R3.

    The figure follows the light or dark page of a notebook, where the browser draws its texts.
    ``figure.savefig("card.png")`` writes it on white, with the fonts of this machine, and raises
    :class:`~aftersales.PaperError` if none of them is for Chinese (``no-font``). ``figure.get_label()`` says in words
    what it shows.

    Raises :class:`~aftersales.MissingExtra` if matplotlib is not installed, TypeError for another result, and
    ValueError for a kind or a level that the result does not have.

    >>> import aftersales
    >>> card = aftersales.score(aftersales.load_evaluation("data/examples/home-appliance-chain.yaml"))
    >>> figure = plot(card, "waterfall", lang="en")
    >>> [text.get_text() for text in figure.axes[0].get_yticklabels()][:2]
    ['Full score', '5.4.2 Service management']
    """
    require("matplotlib", "plots")
    from aftersales.views.plots.figure import plain_style  # imported here, since they import matplotlib
    from aftersales.views.plots.pictures import LEVELS, PICTURES

    pictures = PICTURES.get(type(result))
    if pictures is None:
        known = ", ".join(sorted(kind.__name__ for kind in PICTURES))
        hint = "; compare() makes a Comparison of several scorecards" if isinstance(result, list | tuple) else ""
        raise TypeError(f"result has to be one of {known}, not {type(result).__name__}{hint}")
    kinds = tuple(pictures)
    if kind is not None:
        ensure_word("kind", kind, kinds)
    picture = pictures[kind or kinds[0]]
    if level is not None:
        ensure_word("level", level, LEVELS if picture.has_levels else ("None",))
    with plain_style():
        return picture.draw(result, level, lang or chosen_language())
