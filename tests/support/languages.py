"""A made-up language, to find what does not come from the files of sentences.

Each sentence is the English one with brackets around what it says by itself: ``⟦%Final score ⟧{score}``. The % is there since
nothing may take it for a placeholder. So whatever a text in that
language holds outside of brackets is a fact, and no sentence.
"""

from __future__ import annotations

import json
import string
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

from aftersales.scoring import derivation
from aftersales.text import sentences

MADE_UP = "qq"
PACKAGES = sorted(folder.parent.name for folder in sentences.SOURCE.glob("*/sentences") if folder.is_dir())


class Recorded(dict[str, Any]):
    """The sentences of a package that were asked for, beside those that there are."""

    def __init__(self, entries: Any):
        super().__init__(entries)
        self.asked: set[str] = set()

    def __getitem__(self, key: str) -> Any:
        self.asked.add(key)
        return super().__getitem__(key)


@contextmanager
def made_up_language(folder: Path, records: dict[str, Recorded] | None = None) -> Iterator[str]:
    """The name of the language, which there is as long as this lasts. Its files are written into ``folder``.

    ``records`` takes the sentences of each package that are asked for in it.
    """
    for package in PACKAGES:
        to = folder / package / "sentences"
        to.mkdir(parents=True)
        for lang in sentences.languages():
            (to / f"{lang}.json").write_bytes((sentences.SOURCE / package / "sentences" / f"{lang}.json").read_bytes())
        entries = json.loads((to / "en.json").read_text("utf-8"))
        made_up = {key: _each(bracketed, entry) for key, entry in entries.items()}
        (to / f"{MADE_UP}.json").write_text(json.dumps(made_up), "utf-8")
    real = sentences._entries.__wrapped__

    @cache
    def entries_of(package: str, lang: str) -> Any:
        entries = Recorded(real(package, lang))
        if records is not None and lang == MADE_UP:
            records[package] = entries
        return entries

    _forget()
    with mock.patch.object(sentences, "SOURCE", folder), mock.patch.object(sentences, "_entries", entries_of):
        yield MADE_UP
    _forget()


def bracketed(sentence: str) -> str:
    """The sentence with brackets around each part of it that is no fact."""
    parts = []
    for text, name, spec, conversion in string.Formatter().parse(sentence):
        if text:
            parts.append("⟦%" + text.replace("{", "{{").replace("}", "}}") + "⟧")
        if name is not None:
            parts.append("{" + name + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "") + "}")
    return "".join(parts)


def outside_of_brackets(text: str) -> str:
    """What stands outside of the brackets, however they are nested; each of them leaves a blank behind."""
    depth, kept = 0, []
    for char in text:
        depth += (char == "⟦") - (char == "⟧")
        kept.append(" " if char in "⟦⟧" else "" if depth else char)
    assert depth == 0, text
    return "".join(kept)


def _each(change: Any, entry: Any) -> Any:
    if isinstance(entry, list):
        return [f"⟦{text}⟧" for text in entry]
    return {form: change(text) for form, text in entry.items()} if isinstance(entry, dict) else change(entry)


def _forget() -> None:
    for cached in (sentences.languages, sentences._entries, derivation.formula):
        cached.cache_clear()
