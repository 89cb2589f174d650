"""Refuse an argument of another kind than a function takes: a mistake of the program, not of a file."""

from __future__ import annotations

__all__ = ["ensure_kind"]

_MADE_BY = {
    "Evaluation": "load_evaluation() loads one",
    "Report": "make_report() makes one of a scorecard",
    "Scorecard": "score() makes one of an evaluation",
    "Standard": "load_standard() loads one",
}


def ensure_kind(name: str, value: object, kind: type) -> None:
    """Raise TypeError if an argument is of another kind, and say where one of the wanted kind comes from.

    >>> from aftersales import Scorecard
    >>> ensure_kind("card", {}, Scorecard)
    Traceback (most recent call last):
        ...
    TypeError: card has to be a Scorecard, not dict; score() makes one of an evaluation
    """
    if not isinstance(value, kind):
        article = "an" if kind.__name__[0] in "AEIO" else "a"
        source = f"; {_MADE_BY[kind.__name__]}" if kind.__name__ in _MADE_BY else ""
        raise TypeError(f"{name} has to be {article} {kind.__name__}, not {type(value).__name__}{source}")
