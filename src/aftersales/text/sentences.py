"""Sentences by key and language: one JSON file a package and language, ``PACKAGE/sentences/LANGUAGE.json``.

A language exists where the folder ``text/sentences`` has its file. A file maps keys to entries, and every language has the same keys with
the same ``{placeholders}``. An entry is a sentence, a list of texts (such as the heads of a table), or the forms of a sentence by
the number ``count``: ``{"1": "{count} star", "other": "{count} stars"}``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

__all__ = ["DEFAULT", "Phrase", "Sentences", "Translatable", "in_language", "joined", "language_tag", "languages"]

SOURCE = Path(__file__).parents[1]
DEFAULT = "zh"
"""The language of the standard, and of everything that is shown unless another one is asked for."""

Entry = str | list[str] | dict[str, str]


@cache
def languages() -> tuple[str, ...]:
    """The languages that there are, the default first.

    >>> languages()
    ('zh', 'en')
    """
    names = (file.stem for file in _folder("text").glob("*.json"))
    return tuple(sorted(names, key=lambda name: (name != DEFAULT, name)))


class Sentences:
    """The sentences of one package.

    A fact that is :class:`Translatable` is filled in in the language of the sentence, and so is each part of a tuple or list.

    >>> Sentences("text")("en", "list_separator")
    ', '
    """

    __slots__ = ("package",)

    def __init__(self, package: str):
        self.package = package

    def __call__(self, lang: str, key: str, /, **facts: Any) -> str:
        """The sentence of that key with its facts. KeyError where there is no such language or key."""
        entry = _entries(self.package, lang)[key]
        if isinstance(entry, dict):
            entry = entry.get(str(facts["count"]), entry["other"])
        assert isinstance(entry, str)
        return entry.format(**{name: in_language(fact, lang) for name, fact in facts.items()})

    def each(self, lang: str, key: str) -> tuple[str, ...]:
        """The texts of the list of that key."""
        return tuple(_entries(self.package, lang)[key])

    def phrase(self, key: str, /, **facts: Any) -> Phrase:
        """The sentence before it is put into a language."""
        return Phrase(self.package, key, facts)

    def in_all(self, key: str, /, **facts: Any) -> dict[str, str]:
        """The sentence in every language."""
        return {lang: self(lang, key, **facts) for lang in languages()}


class Translatable:
    """What has a text in every language: ``text(lang)``."""

    __slots__ = ()

    if TYPE_CHECKING:

        def text(self, lang: str) -> str:
            """The text in that language."""


@dataclass(frozen=True, slots=True)
class Phrase(Translatable):
    """A sentence or a word of a package that is put into a language where it is shown.

    >>> Phrase("text", "list_separator").text("zh")
    '、'
    """

    package: str
    key: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def text(self, lang: str) -> str:
        """The sentence in that language."""
        return Sentences(self.package)(lang, self.key, **self.facts)


def in_language(fact: Any, lang: str) -> Any:
    """A fact as it stands in a sentence of that language."""
    if isinstance(fact, Translatable):
        return fact.text(lang)
    return joined(fact, lang) if isinstance(fact, tuple | list) else fact


def joined(parts: Iterable[Any], lang: str, by: Literal["list", "detail", "clause", "sentence"] = "list") -> str:
    """The parts one behind the other: as a list within a sentence, as details of one thing, as clauses, or as whole sentences.

    >>> joined(["5.1", "5.2"], "zh"), joined(["5.1", "5.2"], "en"), joined(["5.1", "5.2"], "en", "clause")
    ('5.1、5.2', '5.1, 5.2', '5.1; 5.2')
    """
    return Sentences("text")(lang, f"{by}_separator").join(str(in_language(part, lang)) for part in parts)


def language_tag(lang: str) -> str:
    """The tag of the language for documents (BCP 47), with its region where it has one.

    >>> language_tag("zh")
    'zh-CN'
    """
    return Sentences("text")(lang, "language_tag")


def _folder(package: str) -> Path:
    return SOURCE / package / "sentences"


@cache
def _entries(package: str, lang: str) -> Mapping[str, Entry]:
    if lang not in languages():
        raise KeyError(f"{lang!r} is not one of the languages: {', '.join(languages())}")
    import json  # only what shows text pays for it

    entries: dict[str, Entry] = json.loads((_folder(package) / f"{lang}.json").read_text("utf-8"))
    return entries
