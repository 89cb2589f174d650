"""Names and sentences in Chinese, English and further languages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.languages import made_up_language

import aftersales
from aftersales.standard.structure import Bilingual
from aftersales.text.sentences import languages


@pytest.fixture
def lang(tmp_path: Path) -> Iterator[str]:
    with made_up_language(tmp_path) as name:
        yield name


def problems_of(title: Any) -> list[tuple[str, str]]:
    data = aftersales.load_standard().model_dump(mode="json") | {"title": title}
    with pytest.raises(aftersales.StandardError) as caught:
        aftersales.load_standard(data)
    return [(problem.code, problem.path) for problem in caught.value.problems]


def test_a_further_language_may_have_its_text(lang: str) -> None:
    text = Bilingual.model_validate({"zh": "甲", "en": "a", lang: "q"})
    assert [text.text(each) for each in ("zh", "en", lang)] == ["甲", "a", "q"]
    assert text.model_dump() == {"zh": "甲", "en": "a", lang: "q"}
    assert Bilingual.model_validate_json(text.model_dump_json()) == text != Bilingual(zh="甲", en="a")
    assert hash(text) == hash(text.model_copy())


def test_what_has_no_text_in_a_language_is_shown_in_chinese(lang: str) -> None:
    assert Bilingual(zh="甲", en="a").text(lang) == "甲"


def test_the_text_of_a_further_language_follows_the_rules_of_texts(lang: str) -> None:
    assert problems_of({"zh": "甲", "en": "a", lang: " "}) == [("blank", f"title.{lang}")]


def test_a_key_that_is_no_language_is_refused(lang: str) -> None:
    assert problems_of({"zh": "甲", "en": "a", "xx": "f", "x": "x"}) == [
        ("unknown-key", "title.xx"),
        ("unknown-key", "title.x"),
    ]


def test_a_mistyped_language_is_one_mistake() -> None:
    data = aftersales.load_standard().model_dump(mode="json") | {"title": {"zh": "甲", "enn": "a"}}
    with pytest.raises(aftersales.StandardError) as caught:
        aftersales.load_standard(data)
    (problem,) = caught.value.problems
    assert (problem.code, problem.path) == ("unknown-key", "title.enn")
    assert problem.message == f"there is no key 'enn'; there are: {', '.join(languages())}; did you mean 'en'?"
