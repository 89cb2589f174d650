"""The width of text in a terminal."""

from __future__ import annotations

import pytest

from aftersales.text.columns import padded, width


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("e\u0301", 1),  # an accent
        ("\u0e1b\u0e35", 1),  # a Thai vowel above its consonant, whose combining class is 0
        ("a\u20dd", 1),  # an enclosing circle
        ("☁\ufe0f", 1),  # a variation selector
        ("店\u3099", 2),  # a Japanese voicing mark
    ],
)
def test_a_mark_takes_no_column_of_its_own(text: str, columns: int) -> None:
    assert width(text) == columns


def test_a_padded_text_has_the_width_asked_for() -> None:
    assert width(padded("ปี 店", 12)) == 12
