"""Violations in words: what is quoted, what is never called, and the words of a form."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from aftersales.problems.messages import MESSAGES, SENTENCES, Words, phrase
from aftersales.problems.violations import Statement, Violation, ViolationError, to_problem
from aftersales.text.sentences import SOURCE


def test_a_fact_that_is_a_function_is_called_when_it_is_put_into_words() -> None:
    calls = []

    def near() -> str:
        calls.append(1)
        return "degree"

    violation = Violation("unknown-key", context={"found": "degre", "allowed": "degree", "hint": near})
    assert calls == []
    assert to_problem(violation).message == "there is no key 'degre'; there are: degree; did you mean 'degree'?"
    assert calls == [1]


def test_what_is_in_the_input_is_never_called() -> None:
    problem = to_problem(Violation("not-a-list", context={"found": print}))
    assert problem.message == "expected a list, found '<builtin_function_or_method>'"


def test_a_phrase_is_put_into_the_language_of_its_sentence_on_one_visible_line() -> None:
    violation = Violation("not-parquet", context={"reason": phrase("parquet.damaged", error="a\n\u200bb")})
    assert Statement(violation).text("en").endswith("it is damaged or encrypted (a [U+200B]b)")
    assert Statement(violation).text("zh").endswith("文件已损坏或加密（a [U+200B]b）")


@pytest.mark.parametrize(
    ("found", "en", "zh"),
    [
        ("x ", " ([U+0020] is SPACE)", "（[U+0020] 是空格）"),
        ("x\u00a0\t", " ([U+00A0] is NO-BREAK SPACE, [U+0009] is TAB)", "（[U+00A0] 是不换行空格，[U+0009] 是制表符）"),
        ("x\u2007", "", ""),
    ],
)
def test_blanks_are_named_at_the_end_of_the_sentence(found: str, en: str, zh: str) -> None:
    problem = to_problem(Violation("not-text", context={"found": found}))
    assert problem.message.endswith(f"'{en}")
    assert problem.message_zh.endswith(f"”{zh}")


def test_the_words_of_a_form_are_used_in_sentences_of_its_language() -> None:
    words = Words("zh", {"at_least": "不低于", "at_most": "不高于"}, {"full": "完全符合"})
    limits = Statement(Violation("two-limits"), words)
    assert limits.text("zh") == "“不低于”与“不高于”只能填写一项，请删除另一项"
    assert limits.text("en") == "only one of '不低于' and '不高于' may be filled in; delete the other one"
    context: dict[str, Any] = {"found": "full", "allowed": ("full", "none"), "hint": None}
    unknown = Statement(Violation("unknown-word", context=context), words)
    assert unknown.text("zh") == "没有“full”这一选项；请从下拉表选择：完全符合、none"
    assert unknown.text("en") == "'full' is not a choice; choose from the drop-down: 完全符合, none"
    other = Statement(Violation("not-a-finding", context=context), words)
    assert other.text("zh") == "“full”不是认定；应为完全符合、none（完全不符合）或带 kind 的各项"
    assert other.text("en").startswith("'full' is not a finding")


def test_an_error_of_a_model_says_its_violations_in_english() -> None:
    error = ViolationError(Violation("two-limits"), Violation("blank"))
    assert str(error) == "at_least and at_most are both given; one is allowed; this may not be blank"


def test_the_context_of_an_error_is_copied_as_its_sentences() -> None:
    from aftersales.problems.violations import _Context, _Worded

    context = _Context(error=_Worded((Violation("blank"),)))
    assert [*context] == ["error"]
    assert dict(context) == {"error": "this may not be blank"}


def test_every_character_that_is_named_has_a_name() -> None:
    from aftersales.problems.violations import _BLANKS

    for code in _BLANKS:
        assert SENTENCES("en", f"character.{code:04X}")


def test_every_sentence_is_that_of_a_code_or_a_phrase_that_a_module_names() -> None:
    source = "".join(file.read_text("utf-8") for file in SOURCE.rglob("*.py"))
    named = set(re.findall(r'(?:phrase|SENTENCES)\((?:lang, )?f?"([^"{]+)', source)) | {"of", "held.", "shown."}
    for key in json.loads((SOURCE / "problems" / "sentences" / "zh.json").read_text("utf-8")):
        code = key.removeprefix("cell.").partition(".")[0]  # a sentence for a form, or of one case of its code
        assert code in MESSAGES or key in named or f"{key.partition('.')[0]}." in named, key


def test_only_missing_findings_come_last() -> None:
    assert [code for code, message in MESSAGES.items() if message.is_missing] == ["missing-finding"]
