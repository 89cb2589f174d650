"""A standard of another body is registered once, and then found by its id."""

from __future__ import annotations

import io
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from support.plain_yaml import from_yaml

import aftersales
from aftersales import StandardError, load_standard, register_standard
from aftersales.standard import standard as standards

GREEN = Path(__file__).parents[1] / "support" / "green-service.yaml"
ID = "GS 12-2026"


@pytest.fixture(autouse=True)
def empty_register(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standards, "_registered", {})


def green(**changes: Any) -> dict[str, Any]:
    return from_yaml(GREEN.read_text("utf-8")) | changes


def findings() -> dict[str, Any]:
    fixed = {"4.1.1.2": {"kind": "quantitative", "actual": "50"}, "4.1.1.3": {"kind": "quantitative", "actual": "15%"}}
    return {indicator.id: "full" for indicator in load_standard(GREEN).indicators} | fixed


class TestItIsFoundByItsId:
    @pytest.mark.parametrize("source", ["path", "text", "bytes", "stream", "mapping", "standard"])
    def test_a_standard_registered_from_any_source_is_found_by_its_id(self, source: str) -> None:
        sources: dict[str, Any] = {
            "path": GREEN,
            "text": str(GREEN),
            "bytes": GREEN.read_bytes(),
            "stream": io.StringIO(GREEN.read_text("utf-8")),
            "mapping": green(),
            "standard": load_standard(GREEN),
        }
        registered = register_standard(sources[source])
        assert registered == load_standard(GREEN)
        assert load_standard(ID) is registered
        assert load_standard(ID, edition="2026-05-01") is registered

    def test_a_registered_standard_is_found_by_the_files_that_name_it(self) -> None:
        data = {"standard": ID, "findings": findings()}
        with pytest.raises(aftersales.EvaluationError, match="unknown-standard"):
            aftersales.load_evaluation(data)
        register_standard(GREEN)
        # 25 points x 40/50 = 20, 15 x 15/30 = 7.5: 12.5 of 200 are lost
        card = aftersales.score(aftersales.load_evaluation(data))
        assert (str(card.final_score), card.stars, str(card.evaluation.edition)) == ("375/2", 4, "2026-05-01")
        plan = aftersales.EvaluationPlan(standard=ID)
        assert "4.1.1.3" in plan.form()
        document = card.model_dump(mode="json")
        del document["standard"]["definition"]
        assert aftersales.load_scorecard(document) == card

    def test_the_bundled_one_is_found_by_its_id(self) -> None:
        assert load_standard("CTS XBHT-S04-2025") == load_standard()

    def test_another_id_is_refused_with_those_that_there_are(self) -> None:
        register_standard(GREEN)
        with pytest.raises(aftersales.EvaluationError, match="GS 12-2026'\\?"):
            aftersales.load_evaluation({"standard": "GS 12-2025", "findings": {}})
        with pytest.raises(StandardError, match=r"unknown-edition.*2026-05-01|2026-05-01.*unknown-edition"):
            load_standard(ID, edition="2026-06-01")

    @pytest.mark.parametrize(
        ("source", "code"),
        [
            ("GS 12-2026", "unknown-standard"),
            ("none.yaml", "unreadable-file"),
            ("a.txt", "unknown-format"),
            ("a: 1\nb: 2", ""),
        ],
    )
    def test_a_text_that_is_no_registered_id_is_refused(self, source: str, code: str) -> None:
        with pytest.raises(StandardError) as refused:
            load_standard(source)
        assert code in (refused.value.problems[0].code, "")

    def test_the_newest_registered_edition_is_taken(self) -> None:
        register_standard(GREEN)
        newer = register_standard(green(edition="2027-05-01", valid_years="3"))
        assert load_standard(ID) is newer
        assert load_standard(ID, edition="2026-05-01").valid_years == 2


class TestOneContentOfAnIdAndEdition:
    def test_registering_the_same_content_again_changes_nothing(self) -> None:
        first = register_standard(GREEN)
        assert register_standard(green()) is first
        assert register_standard(load_standard()) == load_standard()

    @pytest.mark.parametrize(
        "changes",
        [
            {"valid_years": "3"},
            {"title": {"zh": "别名", "en": "Other"}},
            {"id": "gs  12\u20112026", "valid_years": "3"},
        ],
    )
    def test_another_content_of_a_registered_edition_is_refused(self, changes: dict[str, Any]) -> None:
        first = register_standard(GREEN)
        with pytest.raises(StandardError) as refused:
            register_standard(green(**changes))
        [problem] = refused.value.problems
        assert (problem.code, problem.path) == ("registered-otherwise", "id")
        assert "GS 12-2026 (2026-05-01) is already known" in problem.message
        assert load_standard(ID) is first

    def test_other_texts_of_the_bundled_one_are_refused(self) -> None:
        data = load_standard().model_dump(mode="json") | {"title": {"zh": "别名", "en": "Other"}}
        with pytest.raises(StandardError, match="registered-otherwise"):
            register_standard(data)
        with pytest.raises(StandardError, match="altered-standard"):
            register_standard(data | {"valid_years": "5"})
        with pytest.raises(StandardError, match="registered-otherwise"):
            register_standard(aftersales.Standard.model_validate(data | {"valid_years": "5"}))


class TestWorkers:
    def test_a_spawned_process_has_to_register_the_standard_itself(self) -> None:
        code = (
            "import aftersales, sys\n"
            "try: aftersales.load_standard('GS 12-2026')\n"
            "except aftersales.StandardError as error: print(error.problems[0].code)\n"
            "aftersales.register_standard(sys.argv[1]); print(aftersales.load_standard('GS 12-2026').id)"
        )
        register_standard(GREEN)
        run = subprocess.run([sys.executable, "-c", code, str(GREEN)], capture_output=True, text=True, check=True)
        assert run.stdout.split("\n")[:2] == ["unknown-standard", ID]

    def test_the_initializer_of_a_pool_registers_a_standard(self) -> None:
        spawned = get_context("spawn")
        with ProcessPoolExecutor(1, spawned, initializer=register_standard, initargs=(GREEN,)) as pool:
            assert pool.submit(load_standard, ID).result(60) == load_standard(GREEN)
