"""Names are compared without differences that readers do not see or do not mean."""

from __future__ import annotations

import unicodedata

import pytest

from aftersales.text.normalize import plain, plain_name

TITLES = "\u1fb7\u1fc7\u1ff7"  # Greek letters of which a title has other marks than a capital


class TestNames:
    def test_a_character_is_the_same_in_every_case_and_form(self) -> None:
        for char in map(
            chr, (*range(0xAC01), *range(0xFB00, 0x20000))
        ):  # Hangul, surrogates and private use have no case
            if not char.isalpha() or char == char.upper() == char.lower():
                continue
            name = plain_name(char)
            others = [char.upper(), char.lower(), char.swapcase(), *([] if char in TITLES else [char.title()])]
            others += [unicodedata.normalize(form, char) for form in ("NFC", "NFD", "NFKC", "NFKD")]
            assert {plain_name(other) for other in others} == {name}, hex(ord(char))

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("IŞIK", "Işık"), ("IŞIK", "ışık"), ("İSTANBUL", "istanbul"), ("İstanbul", "ISTANBUL"), ("ΰδωρ", "Ϋ́ΔΩΡ"), ("STRASSE", "Straße"), ("ΣΊΣΥΦΟΣ", "σίσυφος"),
            ("ﬁrma", "FIRMA"), ("Ａｃｍｅ", "ACME"), ("Z\u0307ABA", "żaba"),
        ],
    )  # fmt: skip
    def test_a_name_in_two_spellings_is_one_name(self, one: str, other: str) -> None:
        assert plain_name(one) == plain_name(other)

    @pytest.mark.parametrize(
        ("one", "other"),
        [("甲公司", "乙公司"), ("żaba", "zaba"), ("Kim", "Kin"), ("ACME", "ACME 2"), ("Işık", "Işik A")],
    )
    def test_other_names_are_not_made_equal(self, one: str, other: str) -> None:
        assert plain_name(one) != plain_name(other)


@pytest.mark.parametrize("text", [" 60% ", "\t0.6", "5.1.1.1\n", "", " "])
def test_a_text_in_ascii_is_only_stripped(text: str) -> None:
    assert plain(text) == text.strip()
