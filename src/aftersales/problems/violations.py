"""A broken rule, and how a problem is made of it.

A broken rule is a :class:`Violation`: a stable code, the path of its place, and a context. It has no language and no
line. A :class:`Statement` is its sentence in every language, and :func:`to_problem` makes a
:class:`~aftersales.Problem` of it.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any, Self, TypeVar

from pydantic_core import PydanticCustomError

from aftersales.problems.clauses import CLAUSES, Role
from aftersales.problems.errors import Path, Problem, Remark, path_text, with_origin
from aftersales.problems.messages import MESSAGES, SENTENCES, Words, phrase
from aftersales.text.look_alikes import has_look_alike, is_look_alike
from aftersales.text.number_format import as_text, is_numpy_number
from aftersales.text.sentences import Phrase, Translatable, Vocabulary, in_language, joined
from aftersales.text.unseen import is_unseen

__all__ = [
    "SentencesOf",
    "Statement",
    "Violation",
    "ViolationError",
    "shown",
    "to_problem",
    "too_many",
    "visible",
    "worded",
]

_P = TypeVar("_P", Problem, Remark)


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken rule before it is put into words.

    Fields:
        code: The stable code.
        path: The path from the place where the rule was checked.
        context: The facts for the sentence, by name. A fact may be a function without arguments, which is only called
            if the violation is shown.
        about_key: Whether the key is wrong, not its value.
        clause: The role of the clause, if it depends on the place and not on the code alone.
        group: The violation that people are shown in place of this one and others of its kind.
        variant: The name of the code's sentence that fits the case more closely.
    """

    code: str
    path: Path = ()
    context: dict[str, Any] = field(default_factory=dict)
    about_key: bool = False
    clause: Role | None = None
    group: Violation | None = None
    variant: str = ""

    def below(self, *path: str | int) -> Violation:
        """The violation, and its group, from the place above which is at that path."""
        group = self.group and self.group.below(*path)
        return replace(self, path=(*path, *self.path), group=group)


class SentencesOf(str):
    """The English sentences of violations on one line: a text that any JSON writer takes.

    Fields:
        violations: The violations.
    """

    violations: tuple[Violation, ...]


class _Worded:
    """The sentences of violations, which are made when they are first used."""

    def __init__(self, violations: tuple[Violation, ...]):
        self._violations = violations

    @cached_property
    def sentences(self) -> SentencesOf:
        from aftersales.text.sanitize import safe_line  # imported here: only a mistake needs it

        text = SentencesOf(safe_line("; ".join(Statement(violation).text("en") for violation in self._violations)))
        text.violations = self._violations
        return text

    def __str__(self) -> str:
        return self.sentences


class _Context(dict[str, Any]):
    """The context of an error for pydantic, which copies it entry by entry into the plain data of ``errors()``."""

    def __getitem__(self, key: str) -> SentencesOf:
        worded: _Worded = super().__getitem__(key)
        return worded.sentences

    def __iter__(self) -> Iterator[str]:  # a dict without it is copied without __getitem__
        return iter(self.keys())


class ViolationError(PydanticCustomError):
    """Raised by a rule with one or more violations. When a file is read, they become problems.

    In a validation, pydantic's ``errors()`` have the sentences in place of an exception, so that they are plain data.
    """

    violations: tuple[Violation, ...]

    def __new__(cls, *violations: Violation) -> Self:  # noqa: D102 - as of the class
        error = super().__new__(cls, "value_error", "Value error, {error}", _Context(error=_Worded(violations)))
        error.violations = violations
        return error

    def __str__(self) -> str:
        return str(_Worded(self.violations))


MAX_SHOWN = 100  # characters of a value of the input
MAX_FACT = 400  # characters of another fact
MAX_BITS = 14_000  # of a number that is printed in full, which are those of 4,200 digits


class Statement(Translatable):
    """The sentence of a violation in every language.

    Fields:
        key: The key of the sentence: the code of the violation, or that of its sentence for a form.
        context: The facts for the sentence, by name, each as a text or with a text in every language.
        words: The words of a form, used in sentences of their language, and in every sentence for a form.
    """

    __slots__ = ("context", "key", "words")

    def __init__(self, violation: Violation, words: Words | None = None):
        variant = f".{violation.variant}" if violation.variant else ""
        keys = [f"{violation.code}{variant}"]
        if words is not None:
            keys = [f"cell.{violation.code}{variant}", f"cell.{violation.code}", *keys]
        self.key, self.words = next((key for key in keys if key in SENTENCES), violation.code), words
        # "found" is a value of the input. It may be callable and is never called.
        called = {
            name: value() if callable(value) and name != "found" else value for name, value in violation.context.items()
        }
        self.context: dict[str, Any] = {"hint": None} | {name: _ready(name, value) for name, value in called.items()}

    def text(self, lang: str) -> str:
        """The sentence in that language."""
        context = {name: _in_language(value, lang) for name, value in self.context.items()}
        form = SENTENCES.form(lang, self.key, context.get("count"))
        if self.words is not None and self.key.startswith("cell."):
            labels = _labels(context, self.context.get("allowed"), self.words, lang)
            context = {**self.words.keys, **context, **labels}
        elif self.words is not None and self.words.lang == lang:
            context, form = _in_words(context, form, self.words)
        context["hint"] = SENTENCES(lang, "hint", hint=context["hint"]) if context["hint"] else ""
        quoted = context.get("found", "") + context["hint"]
        return form.format_map(context) + (_legend(quoted, lang) if "[U+" in quoted else "")


def _ready(name: str, value: Any) -> Any:
    """A fact as a text, or with a text in every language."""
    if name in ("found", "hint"):
        return shown(value) if value is not None or name == "found" else None
    return value if isinstance(value, Translatable | Vocabulary | tuple) else _text(value)


def _in_language(value: Any, lang: str) -> Any:
    """A fact in that language. A phrase may quote the input, so its invisible characters are named too."""
    if isinstance(value, Vocabulary):
        return in_language(value, lang)
    return _text(in_language(value, lang)) if isinstance(value, Translatable | tuple) else value


def _labels(context: Mapping[str, str], choices: Any, words: Words, lang: str) -> dict[str, str]:
    """The key, the hint and the choices, if they are a tuple, of a sentence in the words of a form."""
    labels = {name: context[name] for name in ("key", "hint") if context.get(name)}
    labels = {name: {**words.values, **words.keys}.get(value, value) for name, value in labels.items()}
    if isinstance(choices, tuple):
        labels["allowed"] = _in_language(tuple(words.values.get(choice, choice) for choice in choices), lang)
    return labels


# Compiled at the first mistake in a workbook, since compiling takes a part of the start.
_WORD = "[a-z_]+"
# A key of the file format, with surrounding blanks and a gloss behind it; not a name in braces.
_KEY = r" ?(?<![{A-Za-z0-9_])([a-z_]+)(?![A-Za-z0-9_}])(?:（[^（）{}]*）)? ?"


def _in_words(context: Mapping[str, Any], template: str, words: Words) -> tuple[dict[str, Any], str]:
    """The context and the template of a sentence in these words; values of the input stay unchanged.

    >>> words = Words("zh", {"degree": "符合程度"}, {})
    >>> _in_words({"found": "degree", "key": "degree"}, "请写 degree（程度），不是 {found}", words)
    ({'found': 'degree', 'key': '符合程度'}, '请写符合程度，不是 {found}')
    """
    both = {**words.values, **words.keys}

    def in_words(name: str, text: str) -> str:
        if name == "found":
            return text
        if name == "key":
            return both.get(text, text)
        return re.sub(_WORD, lambda match: words.values.get(match[0], match[0]), text)

    context = {name: text and in_words(name, text) for name, text in context.items()}
    return context, re.sub(_KEY, lambda match: both.get(match[1], match[0]), template)


def to_problem(violation: Violation, position: tuple[int, int] | None = None, words: Words | None = None) -> Problem:
    """The problem of a violation at its position. ``words`` as for :class:`Statement`."""
    return worded(Problem, violation, position, words)


def worded(
    kind: type[_P],
    violation: Violation,
    position: tuple[int, int] | None,
    words: Words | None = None,
    cell: str | None = None,
    subject: Callable[[Path], Translatable | None] = lambda _: None,
) -> _P:
    """A problem or remark in both languages. ``words`` as for :class:`Statement`; ``subject`` names a place."""
    line, column = position or (None, None)
    statement, entry = Statement(violation, words), MESSAGES[violation.code]
    message, message_zh = statement.text("en"), statement.text("zh")
    by_code = entry.clause if entry.part is None or violation.path[:1] == (entry.part,) else None
    role = violation.clause or by_code
    clause = None if role is None else CLAUSES[role]
    made = kind(violation.code, path_text(violation.path), line, column, clause, message, message_zh, cell)
    group = None if violation.group is None else worded(Problem, violation.group, position, words, cell, subject)
    return with_origin(made, statement, group, subject(violation.path), role)


def too_many(shown: int, left: int) -> Problem:
    """The last problem of a list that was shortened."""
    return to_problem(Violation("too-many-problems", context={"shown": shown, "left": left}))


def _text(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Fraction | int):
        return _number(Fraction(value))
    return visible(re.sub(r"\s+", " ", str(value)[:MAX_FACT]), at_ends=False)


def _number(value: Fraction) -> str:
    """A number; one with thousands of digits as a power of ten near to it."""
    over, under = (f"10^{part.bit_length() * 30103 // 100_000}" for part in (value.numerator, value.denominator))
    if max(value.numerator.bit_length(), value.denominator.bit_length()) <= MAX_BITS:
        return as_text(value)
    return f"{'-' if value < 0 else ''}≈{over}" + (f"/{under}" if value.denominator > 1 else "")


def shown(value: Any) -> str:
    """A value of the input in short and on one line.

    Invisible characters are named (see :func:`visible`). A value of a type that is never read is given as its type,
    since its text may look like a number.

    >>> shown("0.6 "), shown({1: 2}), shown({1}), shown(10**5000)
    ('0.6[U+0020]', '{…}', '<set>', '≈10^5000')
    """
    try:
        return _shown(value)
    except Exception:  # the repr of an object may raise
        return f"<{_type_name(value)}>"


def _shown(value: Any) -> str:
    if isinstance(value, str):
        text = visible(str.__str__(value)[: 4 * MAX_SHOWN])
    elif value is None or isinstance(value, bool | int | Fraction):
        text = _text(value)
    elif isinstance(value, float):
        text = float.__repr__(value)
    elif isinstance(value, Mapping | list | tuple):
        text = "{…}" if isinstance(value, Mapping) else "[…]"
    elif isinstance(value, Decimal | datetime.date | datetime.time) or is_numpy_number(value):
        text = str(value)
    else:
        text = f"<{_type_name(value)}>"
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 1]}…"


def _type_name(value: Any) -> str:
    kind = type(value)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


@lru_cache(1_024)  # titles and words of a standard are in many messages
def visible(text: str, *, at_ends: bool = True) -> str:
    """The text on one line, with deceptive characters as their code points. Line breaks inside become blanks.

    Those are blanks at the ends, repeated blanks, blanks other than U+0020, characters without a width, control
    characters, and Cyrillic and Greek letters that look like Latin ones in a word of Latin letters or digits.

    >>> visible("0.6\u00a0"), visible("张明 "), visible("\u200b5.1.1.1"), visible("a\\n b")
    ('0.6[U+00A0]', '张明[U+0020]', '[U+200B]5.1.1.1', 'a b')
    >>> visible("\u0421TS"), visible("\u0421\u0421"), visible("a  b")
    ('[U+0421]TS', 'СС', 'a [U+0020]b')
    """
    inner = text.strip()
    start = text.index(inner) if inner else len(text)
    head, tail = text[:start], text[start + len(inner) :]
    folded = re.sub(r" *[\r\n][\r\n ]*", " ", inner)
    named = re.sub(r"\S+", _with_look_alikes, folded) if has_look_alike(folded) else folded
    body = "".join(_code_point(char) if is_unseen(char) else char for char in named)
    if at_ends:
        head, tail = ("".join(map(_code_point, end)) for end in (head, tail))
    return head + re.sub("(?<= ) ", _code_point(" "), body) + tail


def _with_look_alikes(word: re.Match[str]) -> str:
    """A word with its look-alikes as code points, if it has a Latin letter, or a digit and no other letters."""
    text = word[0]
    others = [char for char in text if not is_look_alike(char)]
    is_deceptive = any(char.isascii() and char.isalpha() for char in others) or (
        any(map(str.isdigit, others)) and not any(map(str.isalpha, others))
    )
    return "".join(_code_point(char) if is_look_alike(char) else char for char in text) if is_deceptive else text


def _code_point(char: str) -> str:
    return f"[U+{ord(char):04X}]"


def _legend(text: str, lang: str) -> str:
    """A legend of the characters that a text names by code point, in brackets."""
    codes = dict.fromkeys(re.findall(r"\[U\+([0-9A-F]{4,6})\]", text))
    named = [(code, name) for code in codes if (name := _name(int(code, 16)))]
    entries = [phrase("legend_entry", code=code, name=name) for code, name in named]
    return SENTENCES(lang, "legend", names=joined(entries, lang, "detail")) if entries else ""


def _name(code: int) -> Phrase | None:
    """The name of a blank or of a letter that looks like a Latin one."""
    if code in _BLANKS:
        return phrase(f"character.{code:04X}")
    if not is_look_alike(chr(code)):
        return None
    return phrase("character.cyrillic" if code >= 0x0400 else "character.greek", name=unicodedata.name(chr(code)))


_BLANKS = {
    *(0x0009, 0x000A, 0x000D, 0x0020, 0x00A0, 0x00AD, 0x115F, 0x1160, 0x180E, 0x200B, 0x200C, 0x200D, 0x2060, 0x2800),
    *(0x3000, 0x3164, 0xFE0F, 0xFEFF, 0xFFA0),
}  # the characters that have a name in the sentences
