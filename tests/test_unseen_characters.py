"""Blanks and characters that are not seen: refused where they change a word, and made visible where they are told."""

from __future__ import annotations

import datetime
import io
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import oracle
import pandas as pd
import pytest
import yaml
from pydantic import ValidationError

import aftersales
from aftersales.errors import Problem
from aftersales.faults import shown, visible

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
}
# Where it stands: the document with a word at that place, the word that is meant, and the code of what is told.
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
@pytest.mark.parametrize("char", ENDS, ids=lambda char: f"U+{ord(char):04X}")
def test_it_is_shown_named_and_the_clean_form_is_asked(char: str, place: str, way: str) -> None:
    if char == "\ufeff" and way != "Python":
        pytest.skip("a file with that character is refused as a whole: bad-character")
    make, word, code = PLACES[place]
    mark, name, name_zh = ENDS[char]
    for written, shows in ((word + char, word + mark), (char + word, mark + word)):
        problem = problem_of(WAYS[way](make(written)))
        assert problem.code == code
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
def test_nothing_is_asked_where_it_is_not_clear(written: str) -> None:
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


def test_yes_or_no() -> None:
    with pytest.raises(ValidationError, match=r"'true\[U\+0020\]' is neither true nor false; did you mean 'true'"):
        aftersales.Surveillance(on="2026-03-02", passed="true ")  # type: ignore[arg-type]


def test_the_name_in_the_team_has_the_blank() -> None:
    data = one(kind="not_applicable", reason="无", confirmed_by=["张明"]) | {"team": [{"name": "张明\u3000"}]}
    problem = problem_of(data)
    assert "is not in the team: 张明[U+3000]; did you mean '张明[U+3000]'?" in problem.message


FOREIGN: dict[str, tuple[Any, str]] = {
    "numpy.float32": (np.float32(0.6), "numpy.float32"),
    "numpy.bool": (np.bool_(True), f"numpy.{np.bool_.__name__}"),
    "numpy.array": (np.array([1]), "numpy.ndarray"),
    "numpy.datetime64": (np.datetime64("2025-12-04"), "numpy.datetime64"),
    "pandas.Timestamp": (pd.Timestamp("2025-12-04"), f"{pd.Timestamp.__module__}.Timestamp"),
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


def test_a_whole_number_of_numpy_is_one() -> None:
    assert aftersales.Qualitative(degree=np.int64(1)).degree == 1  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("", ""),
        (" ", "[U+0020]"),
        ("a b", "a b"),
        ("a  b", "a b"),
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
    def test_told(self, finding: dict[str, int], en: str, zh: str) -> None:
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
