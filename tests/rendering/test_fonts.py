"""Characters that no installed font has."""

from __future__ import annotations

import re

import pytest
import typst

from aftersales.rendering import fonts

# Private use: no font has them, and the error of typst writes them as escapes.
ABSENT = {chr(code) for code in (*range(0xF0000, 0xF0040), 0x10FFFD)}


def test_every_absent_character_is_found_among_those_of_a_chinese_font() -> None:
    text = "滨海家电连锁有限公司 ★☆≈ “12” \\ ' \" 龘" + "".join(ABSENT)
    assert fonts.not_drawable(text, *fonts.installed_fonts()) == ABSENT


def test_a_text_that_the_fonts_have_lacks_nothing() -> None:
    assert fonts.not_drawable('滨海 ÷ "a" 龘', *fonts.installed_fonts()) == set()


def test_an_error_that_names_no_character_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_QUOTED", re.compile("(?!)()()"))
    with pytest.raises(typst.TypstError, match="could not be displayed"):
        fonts.not_drawable("\U000f0000", *fonts.installed_fonts())
