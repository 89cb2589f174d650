"""The readings: one text of each in every language, shown by the command."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from support.command import run

from aftersales.standard.readings import readings
from aftersales.standard.standard import load_standard

SOURCE = Path(__file__).parents[2]


def plain(text: str) -> str:
    """A paragraph of Markdown on one line, without links and marks of code, in lower case."""
    return " ".join(re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text).replace("`", "").split()).casefold()


class TestTexts:
    def test_readings_are_numbered_without_a_gap(self) -> None:
        assert list(readings()) == [f"R{number}" for number in range(1, 23)]

    @pytest.mark.parametrize("name", list(readings()))
    def test_each_reading_is_in_its_own_language_and_names_clauses(self, name: str) -> None:
        reading = readings()[name]
        for text in (reading.title.zh, reading.text.zh):
            assert re.search("[\u4e00-\u9fff]", text)
            assert not re.search(r"[A-Za-z]{2,} [a-z]{2,}|[\u4e00-\u9fff][,;:!?]|  ", text)
        for text in (reading.title.en, reading.text.en):
            assert not re.search("[\u3000-\u303f\uff00-\uffef]", text)
        assert reading.text.zh.endswith("。")
        assert all(re.fullmatch(r"\d(\.\d+)*", clause) for clause in reading.clause.split(", "))

    def test_the_english_readings_are_those_of_the_page_that_gives_the_reasons(self) -> None:
        page = (SOURCE / "docs" / "interpretations.md").read_text("utf-8")
        found = re.findall(r"^## (R\d+) – ([^\n]*) \([^()\n]*\)\n(.*?)(?=^## |\Z)", page, re.DOTALL | re.MULTILINE)
        assert len(found) >= 20
        for name, title, body in found:
            reading = re.search(r"- \*\*Reading:\*\* (.*?)\n- \*\*Why", body, re.DOTALL)
            assert reading is not None
            assert (readings()[name].title.en, plain(readings()[name].text.en)) == (title, plain(reading[1])), name

    def test_r1_has_the_intervals_that_decide(self) -> None:
        for row in load_standard().reference:
            assert str(row) in readings()["R1"].text.zh


class TestCommand:
    @pytest.mark.parametrize("name", ["R6", "r6"])
    def test_a_reading_is_shown_in_the_chosen_language_with_its_clause(self, name: str) -> None:
        assert run("standard", name).stdout.startswith("R6 超过上限（6.2.2）\n  规定值为“不高于”的")
        en = run("standard", name, "--lang", "en").stdout
        assert en.startswith("R6 Beyond an upper limit (6.2.2)\n  Share = 1 up to the limit")

    def test_the_command_lists_all_readings(self) -> None:
        heads = [line for line in run("standard", "readings").stdout.splitlines() if not line.startswith(" ")]
        assert [head.split()[0] for head in heads if head.startswith("R")] == list(readings())

    def test_the_command_gives_readings_as_json(self) -> None:
        one = json.loads(run("standard", "R6", "--json").stdout)
        assert (one["id"], one["clause"], one["title"]["zh"]) == ("R6", "6.2.2", "超过上限")
        every = json.loads(run("standard", "readings", "--json").stdout)
        assert [reading["id"] for reading in every] == list(readings())
        assert every[5] == one

    def test_a_reading_that_there_is_not_is_refused_with_those_that_there_are(self) -> None:
        done = run("standard", "R23")
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == "aftersales: 没有解读“R23”；有 R1 至 R22，readings 列出全部 [unknown-reading]\n"
        assert "did you mean 'readings'?" in run("standard", "reading", "--lang", "en").stderr
