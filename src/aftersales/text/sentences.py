"""Sentences by key and language. Each package has a JSON file for each language: ``PACKAGE/sentences/LANGUAGE.json``.

A language exists if the folder ``text/sentences`` has its file. A file maps keys to entries. All languages have the
same keys with the same ``{placeholders}``. An entry is a sentence, a list of texts (such as the heads of a table), or
the forms of a sentence by the number ``count``: ``{"1": "{count} star", "other": "{count} stars"}``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from aftersales.text.package_folder import package_folder

__all__ = [
    "DEFAULT",
    "Phrase",
    "Sentences",
    "Translatable",
    "UnknownLanguageError",
    "Vocabulary",
    "in_language",
    "joined",
    "language_tag",
    "languages",
    "text_in",
]

SOURCE = package_folder()
DEFAULT = "zh"
"""The language of the standard, and of all output unless another one is selected."""

Entry = str | list[str] | dict[str, str]


class UnknownLanguageError(KeyError, ValueError):
    """A language that does not exist: a ValueError, as for an unknown format, and as before a KeyError."""

    def __str__(self) -> str:  # that of a KeyError is quoted
        return str(self.args[0])


@cache
def languages() -> tuple[str, ...]:
    """All languages, the default first.

    >>> languages()[0], "en" in languages()
    ('zh', True)
    """
    names = (file.stem for file in _folder("text").glob("*.json"))
    return tuple(sorted(names, key=lambda name: (name != DEFAULT, name)))


class Sentences:
    """The sentences of a package.

    A fact that is :class:`Translatable` is filled in in the language of the sentence, as is each part of a tuple or
    list.

    >>> Sentences("text")("en", "list_separator")
    ', '
    """

    __slots__ = ("package",)

    def __init__(self, package: str):
        self.package = package

    def __call__(self, lang: str, key: str, /, **facts: Any) -> str:
        """The sentence with that key, with its facts. Raises KeyError for an unknown key or language."""
        form = self.form(lang, key, facts.get("count"))
        return form.format(**{name: in_language(fact, lang) for name, fact in facts.items()})

    def form(self, lang: str, key: str, count: object = None) -> str:
        """The sentence with that key, in its form for that ``count``, before its facts are filled in."""
        entry = _entries(self.package, lang)[key]
        if isinstance(entry, dict):
            entry = entry.get(str(count), entry["other"])
        assert isinstance(entry, str)
        return entry

    def __contains__(self, key: str) -> bool:
        return key in _entries(self.package, DEFAULT)

    def each(self, lang: str, key: str, /, **facts: Any) -> tuple[str, ...]:
        """The texts of the list with that key, with the facts if any are given."""
        texts = tuple(_entries(self.package, lang)[key])
        if not facts:
            return texts
        return tuple(text.format(**{name: in_language(fact, lang) for name, fact in facts.items()}) for text in texts)

    def phrase(self, key: str, /, **facts: Any) -> Phrase:
        """The sentence with that key, not yet in a language."""
        return Phrase(self.package, key, facts)

    def in_all(self, key: str, /, **facts: Any) -> dict[str, str]:
        """The sentence with that key in every language."""
        return {lang: self(lang, key, **facts) for lang in languages()}


class Translatable:
    """An object with a text in every language: ``text(lang)``."""

    __slots__ = ()

    if TYPE_CHECKING:

        def text(self, lang: str) -> str:
            """The text in that language."""


class Vocabulary:
    """A fact with parts, each with a text in every language: ``{term[table]}`` is the part ``table`` of ``term``."""

    __slots__ = ()

    if TYPE_CHECKING:

        def word(self, lang: str, key: str) -> str:
            """The part with that key in that language."""


class _Words:
    """A vocabulary in one language."""

    __slots__ = ("lang", "vocabulary")

    def __init__(self, vocabulary: Vocabulary, lang: str):
        self.vocabulary, self.lang = vocabulary, lang

    def __getitem__(self, key: str) -> str:
        return self.vocabulary.word(self.lang, key)


class Phrase(Translatable):  # no dataclass: that takes a part of a start
    """A sentence or a word of a package that is put into a language where it is shown.

    >>> Phrase("text", "list_separator").text("zh")
    '、'
    """

    __slots__ = ("context", "key", "package")

    def __init__(self, package: str, key: str, context: Mapping[str, Any] | None = None):
        self.package, self.key, self.context = package, key, context or {}

    def text(self, lang: str) -> str:
        """The sentence in that language."""
        return Sentences(self.package)(lang, self.key, **self.context)

    def __repr__(self) -> str:
        return f"Phrase({self.package!r}, {self.key!r}, {self.context!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Phrase):
            return NotImplemented
        return (self.package, self.key, self.context) == (other.package, other.key, other.context)

    def __hash__(self) -> int:
        return hash((self.package, self.key))


def in_language(fact: Any, lang: str) -> Any:
    """A fact in a sentence of that language."""
    if isinstance(fact, Translatable):
        return fact.text(lang)
    if isinstance(fact, Vocabulary):
        return _Words(fact, lang)
    return joined(fact, lang) if isinstance(fact, tuple | list) else fact


def joined(parts: Iterable[Any], lang: str, by: Literal["list", "detail", "clause", "sentence"] = "list") -> str:
    """The parts in one text: as a list within a sentence, as details, as clauses, or as whole sentences.

    >>> joined(["5.1", "5.2"], "zh"), joined(["5.1", "5.2"], "en"), joined(["5.1", "5.2"], "en", "clause")
    ('5.1、5.2', '5.1, 5.2', '5.1; 5.2')
    """
    return Sentences("text")(lang, f"{by}_separator").join(str(in_language(part, lang)) for part in parts)


def language_tag(lang: str) -> str:
    """The tag of the language in documents (BCP 47), with its region if it has one.

    >>> language_tag("zh")
    'zh-CN'
    """
    return Sentences("text")(lang, "language_tag")


def _folder(package: str) -> Path:
    return SOURCE / package / "sentences"


@cache
def _entries(package: str, lang: str) -> Mapping[str, Entry]:
    if lang not in languages():
        raise UnknownLanguageError(f"{lang!r} is not one of the languages: {', '.join(languages())}")
    from pydantic_core import from_json  # imported here: only output needs it; quicker to import than json

    entries: dict[str, Entry] = from_json((_folder(package) / f"{lang}.json").read_bytes())
    return entries


def text_in(lang: str, of: object, key: str) -> str | None:
    """A text of an object: in that language if there is one, such as ``address_en``, else as it is.

    >>> from types import SimpleNamespace
    >>> text_in("en", SimpleNamespace(name="滨海家电", name_en="Binhai"), "name")
    'Binhai'
    """
    text: str | None = getattr(of, f"{key}_{lang}", None) or getattr(of, key, None)
    return text
