"""The languages of the package, for type checkers."""

from typing import Literal

__all__ = ["Language"]

Language = Literal["zh", "en"]
"""A language of which the package has the sentences (:func:`~aftersales.text.sentences.languages`)."""
