"""Sentences by key and language: the files of the packages, and the texts made of them."""

from __future__ import annotations

import json
import pickle
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from aftersales.text import sentences
from aftersales.text.sentences import Phrase, Sentences, joined, languages

PACKAGES = sorted(folder.parent.name for folder in sentences.SOURCE.glob("*/sentences") if folder.is_dir())


@pytest.fixture
def fruit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sentences]:
    """The sentences of a package ``fruit`` in two made-up languages and the default one."""
    monkeypatch.setattr(sentences, "SOURCE", tmp_path)
    entries = {
        "zh": {"apple": "苹果", "sold": "售出 {count} 个{what}：{names}", "heads": ["名称", "数量"]},
        "en": {
            "apple": "apple",
            "sold": {
                "0": "nothing was sold",
                "1": "one {what} was sold: {names}",
                "other": "{count} {what}s were sold",
            },
            "heads": ["name", "number"],
        },
        "aa": {"apple": "å", "sold": "{what}", "heads": ["n", "m"]},
    }
    for lang, entry in entries.items():
        separator = json.dumps({"list_separator": {"zh": "、"}.get(lang, ", ")})
        for package, text in (("fruit", json.dumps(entry)), ("text", separator)):
            folder = tmp_path / package / "sentences"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{lang}.json").write_text(text, "utf-8")
    languages.cache_clear()
    sentences._entries.cache_clear()
    yield Sentences("fruit")
    languages.cache_clear()
    sentences._entries.cache_clear()


class TestTheFiles:
    @pytest.mark.parametrize("package", PACKAGES)
    def test_a_package_has_a_file_for_every_language(self, package: str) -> None:
        files = (sentences.SOURCE / package / "sentences").iterdir()
        assert sorted(file.name for file in files) == sorted(f"{lang}.json" for lang in languages())

    @pytest.mark.parametrize("package", PACKAGES)
    @pytest.mark.parametrize("lang", languages()[1:])
    def test_every_language_has_the_same_keys_with_the_same_placeholders(self, package: str, lang: str) -> None:
        assert shape_of(package, lang) == shape_of(package, languages()[0])

    @pytest.mark.parametrize("package", PACKAGES)
    @pytest.mark.parametrize("lang", languages())
    def test_no_key_occurs_twice_in_a_file(self, package: str, lang: str) -> None:
        text = (sentences.SOURCE / package / "sentences" / f"{lang}.json").read_text("utf-8")
        pairs = json.loads(text, object_pairs_hook=list)
        assert len(dict(pairs)) == len(pairs)

    @pytest.mark.parametrize("package", PACKAGES)
    def test_no_key_has_a_mark_with_a_meaning_of_its_own(self, package: str) -> None:
        """Marks such as those of ``-o?`` and ``--on!`` would be a language of their own."""
        text = (sentences.SOURCE / package / "sentences" / "en.json").read_text("utf-8")
        assert not [key for key in json.loads(text) if re.search("[?!*+~]", key)]


def shape_of(package: str, lang: str) -> dict[str, object]:
    """What has to be the same in every language: the keys, the placeholders, and the lengths of lists."""
    shape: dict[str, object] = {}
    for key, entry in sentences._entries(package, lang).items():
        if isinstance(entry, dict):  # the forms by a number; one for another number may leave facts out
            other = placeholders(entry["other"])
            assert all(placeholders(form) <= other | {"count"} for form in entry.values()), key
            shape[key] = other
        else:
            shape[key] = len(entry) if isinstance(entry, list) else placeholders(entry)
    return shape


def placeholders(text: str) -> set[str]:
    """The facts and citations. A term is a word of the language, which may say the same without it."""
    names = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    return {name for name in names if not name.startswith("term[")}


class TestSentences:
    def test_the_languages_are_those_that_have_files_and_the_default_comes_first(self, fruit: Sentences) -> None:
        assert languages() == ("zh", "aa", "en")

    def test_a_fact_is_filled_in_in_the_language_of_the_sentence(self, fruit: Sentences) -> None:
        facts = {"count": 1, "what": fruit.phrase("apple"), "names": ["{x}", fruit.phrase("apple")]}
        assert fruit("zh", "sold", **facts) == "售出 1 个苹果：{x}、苹果"
        assert fruit("en", "sold", **facts) == "one apple was sold: {x}, apple"

    @pytest.mark.parametrize(
        ("count", "said"), [(0, "nothing was sold"), (1, "one apple was sold: x"), (2, "2 apples were sold")]
    )
    def test_a_sentence_has_forms_by_its_count(self, fruit: Sentences, count: int, said: str) -> None:
        assert fruit("en", "sold", count=count, what="apple", names="x") == said

    def test_an_entry_may_be_a_list_of_texts(self, fruit: Sentences) -> None:
        assert fruit.each("en", "heads") == ("name", "number")

    def test_a_phrase_is_put_into_every_language(self, fruit: Sentences) -> None:
        assert fruit.in_all("apple") == {"zh": "苹果", "aa": "å", "en": "apple"}

    def test_a_phrase_can_be_pickled(self, fruit: Sentences) -> None:
        phrase = fruit.phrase("sold", count=2, what=fruit.phrase("apple"), names=())
        again = pickle.loads(pickle.dumps(phrase))
        assert (again, hash(again), repr(again)) == (phrase, hash(phrase), repr(phrase))
        assert repr(fruit.phrase("apple")) == "Phrase('fruit', 'apple', {})"
        assert phrase not in (fruit.phrase("sold", count=3), "2 apples were sold")
        assert phrase.text("en") == "2 apples were sold"

    def test_parts_are_joined_as_the_language_does_it(self, fruit: Sentences) -> None:
        assert joined((Phrase("fruit", "apple"), 2), "zh") == "苹果、2"

    @pytest.mark.parametrize("kind", [ValueError, KeyError])
    @pytest.mark.parametrize("lang", ["xx", "", "../text/sentences/en", None])
    def test_another_language_is_refused_with_those_that_there_are(self, lang: str, kind: type[Exception]) -> None:
        with pytest.raises(kind, match=f"^{lang!r} is not one of the languages: {', '.join(languages())}$"):
            Sentences("text")(lang, "list_separator")
