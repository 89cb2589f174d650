"""Refuse an argument of another kind than a function takes: a mistake of the program, not of a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

__all__ = ["ensure_kind", "ensure_several", "ensure_word"]

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


def ensure_several(name: str, values: object, kind: type) -> None:
    """Raise TypeError if an argument is not an iterable, or is one of the objects that several are wanted of.

    >>> from aftersales import Scorecard
    >>> ensure_several("cards", 3, Scorecard)
    Traceback (most recent call last):
        ...
    TypeError: cards has to be an iterable of Scorecard objects, not int
    """
    if isinstance(values, kind) or not isinstance(values, Iterable):
        raise TypeError(f"{name} has to be an iterable of {kind.__name__} objects, not {type(values).__name__}")


def ensure_word(name: str, value: object, words: Sequence[str]) -> None:
    """Raise ValueError if an argument is none of the words that a function knows.

    >>> ensure_word("rows", "node", ("nodes", "deductions"))
    Traceback (most recent call last):
        ...
    ValueError: rows is one of nodes, deductions, not 'node'
    """
    if value not in words:
        raise ValueError(f"{name} is one of {', '.join(words)}, not {value!r}")
