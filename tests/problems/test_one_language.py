"""A message is in one language: no English sentence stands in a Chinese one, and no Chinese in one of another language."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from aftersales import load_evaluation
from aftersales.evaluation.loading import examine
from aftersales.evaluation.workbook.layout import KEY_WORDS, VALUE_WORDS
from aftersales.text.sentences import SOURCE, languages

ENGLISH = re.compile(r"[A-Za-z]{2,}(?: [a-z]{2,}){2,}")  # three words in a row
CHINESE = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
QUOTED = {"zh": re.compile("“[^”]*”"), "en": re.compile("'[^']*'")}
QUOTED_ELSEWHERE = re.compile("'[^']*'|“[^”]*”|„[^“]*“|«[^»]*»")  # in a further language, which has no Chinese either
DAY = re.compile("2026年3月2日")  # a form of days that may be written
CALLS = re.compile(r"aftersales [a-z]+(?: (?:FILE|--[\w-]+|[a-z_]+))*|pip install '[^']*'")
MISTAKES = Path(__file__).parents[1] / "files" / "bad_files"


WORDS = sorted({*VALUE_WORDS.values(), *KEY_WORDS.values()}, key=len, reverse=True)  # of the form, in every language
NAMES = [assessor.name for assessor in load_evaluation(MISTAKES / "good.yaml").team]


def others_in(text: str, lang: str) -> list[str]:
    """What of another language stands in a text, apart from what it quotes, names, words of the form, a day, and calls."""
    own = DAY.sub("", CALLS.sub("", QUOTED.get(lang, QUOTED_ELSEWHERE).sub("", text)))
    for known in (*WORDS, *NAMES):
        own = own.replace(known, "")
    return (ENGLISH if lang == "zh" else CHINESE).findall(own)


@pytest.mark.parametrize(
    "file", sorted(SOURCE.glob("*/sentences/*.json")), ids=lambda file: f"{file.parts[-3]}-{file.stem}"
)
def test_every_sentence_of_the_files_is_in_one_language(file: Path) -> None:
    assert file.stem in languages()
    for key, entry in json.loads(file.read_text("utf-8")).items():
        for text in entry.values() if isinstance(entry, dict) else entry if isinstance(entry, list) else [entry]:
            assert not others_in(text, file.stem), key


def mistakes() -> list[str]:
    """Files with a mistake: the sound one with the change of each case."""
    sound = {kind: (MISTAKES / f"good.{kind}").read_text("utf-8") for kind in ("yaml", "json")}
    cases = yaml.load((MISTAKES / "cases.yaml").read_text("utf-8"), Loader=yaml.SafeLoader)
    texts = [sound[case.get("base", "yaml")].replace(*case["replace"]) for case in cases if case.get("replace")]
    return [text for text in texts if "⟨" not in text and not re.search("[\ud800-\udfff]", text)]


def test_every_message_about_a_file_is_in_one_language() -> None:
    codes = set()
    for text in mistakes():
        _, problems, remarks = examine(text.encode("utf-8"), complete=True)
        for told in (*problems, *remarks):
            codes.add(told.code)
            for lang in ("zh", "en"):
                assert not others_in(told.sentence(lang), lang), told
    assert len(codes) > 40


@pytest.mark.parametrize(
    ("text", "lang", "found"),
    [
        ("请看 the third row of it", "zh", True),
        ("没有“the third row of it”", "zh", False),
        ("请用 aftersales check FILE --report 检查", "zh", False),
        ("the row '甲' is missing", "en", False),
        ("the row 甲 is missing", "en", True),
        ("die Zeile „甲“ fehlt", "de", False),
        ("die Zeile 甲 fehlt", "de", True),
    ],
)
def test_words_of_another_language_are_found(text: str, lang: str, found: bool) -> None:
    assert bool(others_in(text, lang)) == found
