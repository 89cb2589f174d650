"""Blanks and invisible characters: refused if they change a word, and named in messages."""

from __future__ import annotations

import datetime
import io
import json
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from pydantic import ValidationError
from support import oracle, workbooks

import aftersales
from aftersales.batch.files.files import score_file
from aftersales.problems.errors import Problem
from aftersales.problems.violations import shown, visible
from aftersales.text import unseen
from aftersales.text.normalize import plain, plain_name
from aftersales.text.sanitize import is_safe, safe

WORKBOOK = {
    "subject": {"organisation": "甲", "product_category": "家电", "size_tier": "中型", "scope": "售后"},
    "period": {"start": "2026-03-02", "end": "2026-03-06"},
    "team": [{"name": "张明", "role": "lead"}],
}

# What is put on, what the message shows of it, and what it is called.
ENDS = {
    " ": ("[U+0020]", "SPACE", "空格"),
    "\t": ("[U+0009]", "TAB", "制表符"),
    "\n": ("[U+000A]", "LINE FEED", "换行符"),
    "\u00a0": ("[U+00A0]", "NO-BREAK SPACE", "不换行空格"),
    "\u3000": ("[U+3000]", "IDEOGRAPHIC SPACE", "全角空格"),
    "\u200b": ("[U+200B]", "ZERO WIDTH SPACE", "零宽空格"),
    "\u200c": ("[U+200C]", "ZERO WIDTH NON-JOINER", "零宽非连接符"),
    "\u200d": ("[U+200D]", "ZERO WIDTH JOINER", "零宽连接符"),
    "\u2060": ("[U+2060]", "WORD JOINER", "词连接符"),
    "\u00ad": ("[U+00AD]", "SOFT HYPHEN", "软连字符"),
    "\ufeff": ("[U+FEFF]", "ZERO WIDTH NO-BREAK SPACE", "零宽不换行空格"),
    # What looks like a blank, or like nothing, and is a letter, a mark or a symbol to Unicode.
    "\u115f": ("[U+115F]", "HANGUL CHOSEONG FILLER", "谚文初声填充符"),
    "\u1160": ("[U+1160]", "HANGUL JUNGSEONG FILLER", "谚文中声填充符"),
    "\u180e": ("[U+180E]", "MONGOLIAN VOWEL SEPARATOR", "蒙古文元音分隔符"),
    "\u2800": ("[U+2800]", "BRAILLE PATTERN BLANK", "盲文空白"),
    "\u3164": ("[U+3164]", "HANGUL FILLER", "谚文填充符"),
    "\ufe0f": ("[U+FE0F]", "VARIATION SELECTOR-16", "变体选择符-16"),
    "\uffa0": ("[U+FFA0]", "HALFWIDTH HANGUL FILLER", "半角谚文填充符"),
}
# Where it stands: the document with a word at that place, the word that is meant, and the code of the problem.
PLACES: dict[str, tuple[Callable[[str], dict[str, Any]], str, str]] = {
    "degree": (lambda word: one(kind="qualitative", degree=word), "0.6", "not-a-number"),
    "degree, %": (lambda word: one(kind="qualitative", degree=word), "60%", "not-a-number"),
    "actual": (lambda word: one(kind="quantitative", actual=word, at_most=3), "3/5", "not-a-number"),
    "sampled": (lambda word: one(kind="sampled", sampled=word, nonconforming=0, population=9), "8", "not-a-number"),
    "row": (lambda word: one(kind="qualitative", degree=1, row=word), "5", "not-a-number"),
    "kind": (lambda word: one(kind=word, degree=1), "qualitative", "unknown-kind"),
    "finding": (lambda word: document(**{"5.1.1.1": word}), "full", "not-a-finding"),
    "id": (lambda word: document(**{word: "full"}), "5.1.1.1", "unknown-indicator"),
    "key": (lambda word: one(kind="qualitative", **{word: 1}), "degree", "unknown-key"),
    "top key": (lambda word: document() | {word: "self"}, "edition", "unknown-key"),
    "method": (lambda word: one(kind="qualitative", degree=1, evidence=[{"method": word}]), "document", "unknown-word"),
    "type": (lambda word: document() | {"type": word}, "self", "unknown-word"),
    "edition": (lambda word: document() | {"edition": word}, "2025-12-04", "not-a-date"),
    "standard": (lambda word: document() | {"standard": word}, "CTS XBHT-S04-2025", "unknown-standard"),
    "confirmed_by": (
        lambda word: one(kind="not_applicable", reason="无", confirmed_by=[word]) | {"team": [{"name": "张明"}]},
        "张明",
        "unknown-member",
    ),
}


def document(**findings: Any) -> dict[str, Any]:
    return {"standard": "CTS XBHT-S04-2025", "findings": findings}


def one(**finding: Any) -> dict[str, Any]:
    return document(**{"5.1.1.1": finding})


def by_yaml(data: Any) -> Any:
    return io.StringIO(yaml.safe_dump(data, allow_unicode=False))


def by_json(data: Any) -> Any:
    return io.StringIO(json.dumps(data))


WAYS: dict[str, Callable[[Any], Any]] = {"YAML": by_yaml, "JSON": by_json, "Python": lambda data: data}


def problem_of(source: Any) -> Problem:
    with pytest.raises(aftersales.EvaluationError) as caught:
        aftersales.load_evaluation(source)
    (problem,) = caught.value.problems
    return problem


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("place", PLACES)
def test_an_unseen_character_is_named_and_the_clean_text_is_suggested(place: str, way: str) -> None:
    make, word, code = PLACES[place]
    cases = [
        (mark, name, name_zh, written, shows)
        for char, (mark, name, name_zh) in ENDS.items()
        for written, shows in ((word + char, word + mark), (char + word, mark + word))
        if char != "\ufeff" or way == "Python"  # a file with that one is refused as a whole: bad-character
    ]
    for mark, name, name_zh, written, shows in cases:
        problem = problem_of(WAYS[way](make(written)))
        assert problem.code == code, name
        assert f"'{shows}'" in problem.message
        assert f"did you mean '{word}'?" in problem.message
        assert problem.message.endswith(f"({mark} is {name})")
        assert f"“{shows}”" in problem.message_zh
        assert f"是否想写“{word}”？" in problem.message_zh
        assert problem.message_zh.endswith(f"（{mark} 是{name_zh}）")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1,000", "1000"),
        ("1，000", "1000"),
        ("12,345,678.5", "12345678.5"),
        ("１２", "12"),
        ("0．6", "0.6"),
        ("６０％", "60%"),
        ("60\u00a0%", "60%"),
        ("6\u00ad0", "60"),
        ("1 000", "1000"),
        ("1\u200b2", "12"),
    ],
)
def test_what_a_number_was_meant_to_be(written: str, meant: str) -> None:
    problem = problem_of(one(kind="quantitative", actual=written, at_most=3))
    assert (problem.code, f"did you mean '{meant}'?" in problem.message) == ("not-a-number", True)


@pytest.mark.parametrize("written", ["1,00", "1,0000", "0,6", ",000", "1,000,", "abc", "10²"])
def test_nothing_is_suggested_where_the_meaning_is_not_clear(written: str) -> None:
    assert "did you mean" not in problem_of(one(kind="quantitative", actual=written, at_most=3)).message


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2025/12/4", "2025-12-04"),
        ("2025.12.04", "2025-12-04"),
        ("2025年12月4日", "2025-12-04"),
        ("２０２５-１２-０４", "2025-12-04"),
        ("2025-12-4", "2025-12-04"),
        ("2025-13-04", None),
        ("4.12.2025", None),
        ("2025", None),
    ],
)
def test_what_a_day_was_meant_to_be(written: str, meant: str | None) -> None:
    problem = problem_of(document() | {"edition": written})
    assert problem.code == "not-a-date"
    assert ("did you mean" in problem.message) == (meant is not None)
    if meant:
        assert f"did you mean '{meant}'?" in problem.message


def test_an_unseen_character_in_yes_or_no_is_named() -> None:
    with pytest.raises(ValidationError, match=r"'true\[U\+0020\]' is neither true nor false; did you mean 'true'"):
        aftersales.Surveillance(on="2026-03-02", passed="true ")  # type: ignore[arg-type]


def test_the_name_in_the_team_has_the_blank() -> None:
    """The legend names it also where the mistake is not at the value that is shown first."""
    data = one(kind="not_applicable", reason="无", confirmed_by=["张明"]) | {"team": [{"name": "张明\u3000"}]}
    problem = problem_of(data)
    assert (
        "is not in the team: 张明[U+3000]; did you mean '张明[U+3000]'? ([U+3000] is IDEOGRAPHIC SPACE)"
        in problem.message
    )


FOREIGN: dict[str, tuple[Any, str]] = {
    "numpy.complex64": (np.complex64(0.6), "numpy.complex64"),
    "numpy.timedelta64": (np.timedelta64(1, "D"), "numpy.timedelta64"),
    "numpy.bool": (np.bool_(True), f"numpy.{np.bool_.__name__}"),
    "numpy.array": (np.array([1]), "numpy.ndarray"),
    "numpy.datetime64": (np.datetime64("2025-12"), "numpy.datetime64"),
    "pandas.Period": (pd.Period("2025-12-04"), f"{pd.Period.__module__}.Period"),
    "pandas.NA": (pd.NA, f"{type(pd.NA).__module__}.NAType"),
    "set": ({1}, "set"),
    "object": (object(), "object"),
    "complex": (1j, "complex"),
    "bytes": (b"0.6", "bytes"),
}


@pytest.mark.parametrize("name", FOREIGN)
@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda value: one(kind="qualitative", degree=value), "not-a-number"),
        (lambda value: one(kind="qualitative", degree=1, row=value), "not-a-number"),
        (lambda value: one(kind="qualitative", degree=1, reason=value), "not-text"),
        (lambda value: document() | {"edition": value}, "not-a-date"),
        (lambda value: document() | {"type": value}, "unknown-word"),
        (lambda value: document() | {"subject": value}, "not-a-mapping"),
    ],
)
def test_a_foreign_type_is_named_by_its_type(make: Callable[[Any], Any], code: str, name: str) -> None:
    value, type_name = FOREIGN[name]
    problem = problem_of(make(value))
    assert problem.code == code
    assert f"'<{type_name}>'" in problem.message
    assert f"“<{type_name}>”" in problem.message_zh


@pytest.mark.parametrize(
    ("written", "named", "zh"),
    [
        ("\u0421TS", "[U+0421]TS", "（[U+0421] 是西里尔字母）"),
        ("qualit\u0430tive", "qualit[U+0430]tive", "（[U+0430] 是西里尔字母）"),
        ("\u039f.6", "[U+039F].6", "（[U+039F] 是希腊字母）"),
        ("0.6\u0455 5\u0421", "0.6[U+0455] 5[U+0421]", "（[U+0455] 是西里尔字母，[U+0421] 是西里尔字母）"),
    ],
)
def test_a_letter_that_looks_latin_is_named(written: str, named: str, zh: str) -> None:
    problem = problem_of(one(kind="qualitative", degree=written))
    assert named in problem.message
    assert named in problem.message_zh
    assert zh in problem.message_zh


def test_words_of_other_scripts_are_shown_as_they_are() -> None:
    for text in ("Сорок", "Иванов А. (группа 2)"):
        assert f"“{text}”" in problem_of(one(kind="qualitative", degree=text)).message_zh


def test_a_blank_too_many_is_named() -> None:
    problem = problem_of(document() | {"standard": "CTS  XBHT-S04-2025"})
    assert "“CTS [U+0020]XBHT-S04-2025”" in problem.message_zh


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("", ""),
        (" ", "[U+0020]"),
        ("a b", "a b"),
        ("a  b", "a [U+0020]b"),
        ("a\r\n\n b", "a b"),
        ("a\tb", "a[U+0009]b"),
        ("a\u2028b", "a[U+2028]b"),
        ("a\x85b", "a[U+0085]b"),
        ("\x1b[31m", "[U+001B][31m"),
        ("\u202eab", "[U+202E]ab"),
        ("\ud800", "[U+D800]"),
        ("张明。", "张明。"),
        ("𠮷", "𠮷"),
        ("\ue000", "\ue000"),
        ("\U0001f600", "\U0001f600"),
    ],
)
def test_how_a_text_is_made_visible(text: str, seen: str) -> None:
    assert visible(text) == seen
    assert shown(text) == seen


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        (None, "null"),
        (True, "true"),
        (0.5, "0.5"),
        (datetime.date(2026, 3, 2), "2026-03-02"),
        (datetime.datetime(2026, 3, 2), "2026-03-02 00:00:00"),
        (datetime.timedelta(1), "<datetime.timedelta>"),
        ("9" * 500, "9" * 99 + "…"),
    ],
)
def test_how_other_values_are_shown(value: Any, seen: str) -> None:
    assert shown(value) == seen


class TestTheSampleThatIsNeeded:
    """R7: the message says the least number that is enough, or which outlets."""

    @pytest.mark.parametrize(
        ("finding", "en", "zh"),
        [
            (
                {"population": 212, "sampled": 100},
                "100 sampled of 212; at least 142 (2/3 of the population) must be sampled, or all service outlets covered",
                "抽样 100，总样本 212；至少须抽 142（总样本的 2/3），或覆盖全部网点",
            ),
            ({"population": 3, "sampled": 1}, "at least 2 (", "至少须抽 2（"),
            ({"population": 4, "sampled": 2}, "at least 3 (", "至少须抽 3（"),
            ({"population": 5, "sampled": 3}, "at least 4 (", "至少须抽 4（"),
            (
                {"population": 90, "sampled": 30, "outlets": 12, "outlets_covered": 11},
                "30 sampled of 90, 11 of 12 outlets covered; at least 60 (2/3 of the population) must be sampled, or all 12 outlets"
                " covered",
                "抽样 30，总样本 90，覆盖网点 11/12；至少须抽 60（总样本的 2/3），或覆盖全部 12 个网点",
            ),
            (
                {"sampled": 30, "outlets": 12, "outlets_covered": 11},
                "30 sampled, 11 of 12 outlets covered; all 12 outlets must be covered",
                "抽样 30，覆盖网点 11/12；须覆盖全部 12 个网点",
            ),
        ],
    )
    def test_a_sample_that_is_too_small_is_answered_with_the_number_that_is_needed(
        self, finding: dict[str, int], en: str, zh: str
    ) -> None:
        problem = problem_of(one(kind="sampled", nonconforming=0, **finding))
        assert problem.code == "sample-too-small"
        assert en in problem.message
        assert zh in problem.message_zh

    @pytest.mark.parametrize("population", [1, 2, 3, 4, 5, 6, 100, 211, 212, 213])
    def test_the_number_is_enough_and_one_less_is_not(self, population: int) -> None:
        """By hand: 3 x sampled ≥ 2 x population, in whole numbers."""
        least = -(-2 * population // 3)
        found = oracle.all_full(
            i5_1_1_1={"kind": "sampled", "population": population, "sampled": least, "nonconforming": 0}
        )
        assert aftersales.load_evaluation(oracle.document(found))
        if least > 1:
            found["5.1.1.1"]["sampled"] = least - 1
            assert f"at least {least} (" in problem_of(oracle.document(found)).message


# By hand from DerivedCoreProperties.txt of Unicode 16.0: Default_Ignorable_Code_Point, and from UnicodeData.txt.
IGNORABLE = (
    "00AD 034F 061C 115F-1160 17B4-17B5 180B-180D 180E 180F 200B-200F 202A-202E 2060-2064 2065 2066-206F 3164 FE00-FE0F FEFF FFA0"
    " FFF0-FFF8 1BCA0-1BCA3 1D173-1D17A E0000 E0001 E0002-E001F E0020-E007F E0080-E00FF E0100-E01EF E01F0-E0FFF"
)
SELECTORS = "180B-180D 180F FE00-FE0F E0100-E01EF"
DIRECTIONS = "061C 200E-200F 202A-202E 2066-2069"


def codes(ranges: str) -> set[int]:
    ends = [[int(end, 16) for end in each.split("-")] for each in ranges.split()]
    return {code for each in ends for code in range(each[0], each[-1] + 1)}


class TestTheOneList:
    """Every list of such characters comes from one, and that one from Unicode."""

    def test_the_list_of_unseen_characters_follows_unicode(self) -> None:
        found = [code for first, last in unseen.IGNORABLE for code in range(first, last + 1)]
        assert len(found) == len(set(found)) == 4_174  # as the file counts them
        assert set(found) == codes(IGNORABLE)

    def test_controls_formats_separators_and_ignorable_characters_are_unseen(self) -> None:
        """The ignorable characters, the controls, formats and separators, and the blank of Braille."""
        named = {"Cc", "Cf", "Cs", "Cn", "Zs", "Zl", "Zp"}
        ignorable = set(codes(IGNORABLE))
        for code in (
            *range(0x3_400),
            *range(0xA000, 0xAC00),
            *range(0xD7A4, 0x1_4700),
            *ignorable,
            0x1D159,
            0x10FFFF,
        ):
            char = chr(code)
            is_named = unicodedata.category(char) in named or code in ignorable or code == 0x2800
            assert unseen.is_unseen(char) == (is_named and char != " "), hex(code)

    def test_ignorable_characters_are_taken_off_but_those_that_turn_the_direction(self) -> None:
        """Not what turns the direction: people see another text than stands there."""
        kept, blanks = set(codes(DIRECTIONS)), unseen.blanks()
        for code in codes(IGNORABLE):
            is_kept = code in kept
            assert (plain(f"0.{chr(code)}6") == "0.6") != is_kept
            assert (chr(code) in blanks) != is_kept
            assert plain_name(f"甲{chr(code)}") == plain_name("甲")  # nobody becomes another by it
        assert plain("\u28000.6\u2800") == "0.6"

    def test_no_output_shows_an_ignorable_character_but_selectors(self) -> None:
        """All but the selectors, which choose the form of an emoji or of a character of a name."""
        selectors = set(codes(SELECTORS))
        for code in codes(IGNORABLE):
            assert is_safe(chr(code)) == (code in selectors), hex(code)
        assert safe("葛\U000e0100城❤\ufe0f") == "葛\U000e0100城❤\ufe0f"

    @pytest.mark.parametrize(
        "char", ["\u3164", "\ufe0f", "\u2800", "\uffa0", "\U000e0020", "\u00ad", "\u200b", "\u202e", " "]
    )
    def test_a_text_of_them_alone_is_blank(self, char: str) -> None:
        for text in (char, char * 3, f" {char}\n"):
            problem = problem_of(document() | {"subject": {"organisation": text}})
            assert (problem.code, problem.path) == ("blank", "subject.organisation")
        assert aftersales.Subject(organisation=f"{char}甲").organisation == f"{char}甲"

    @pytest.mark.parametrize("char", ["\u3164", "\ufe0f", "\u2800", "\u180e"])
    def test_unseen_characters_around_a_share_of_a_csv_are_taken_off(self, char: str, tmp_path: Path) -> None:
        head, row = ",".join(oracle.INDICATORS), ",".join(["0.9"] * 73)
        source, target = tmp_path / "in.csv", tmp_path / "out.csv"
        source.write_text(f"{head}\n{char}{row}{char}\n", "utf-8")
        assert score_file(source, target).stars[5] == 1

    @pytest.mark.parametrize("char", ["\u3164", "\ufe0f", "\u2800", "\u180e", "\u00ad"])
    def test_unseen_characters_in_a_word_of_a_workbook_are_taken_off(self, char: str, tmp_path: Path) -> None:
        book = workbooks.book(oracle.document(oracle.all_full(), type="self", edition="2025-12-04") | WORKBOOK)
        book["评分表"].cell(
            workbooks.ROWS["5.1.1.1"], workbooks.PLACES["kind"], f"完全{char if char != chr(0x2800) else ''}符合{char}"
        )
        (tmp_path / "form.xlsx").write_bytes(workbooks.saved(book))
        assert aftersales.score(aftersales.load_evaluation(tmp_path / "form.xlsx")).final_score == 100
