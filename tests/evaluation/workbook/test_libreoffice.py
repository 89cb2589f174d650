"""A form that LibreOffice fills in and saves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from support import oracle
from support.forms import (
    SHEET,
    STANDARD,
    cell,
)
from support.office import Cell, Office

import aftersales
from aftersales.evaluation.workbook.writer import write_workbook
from aftersales.files.writing import as_yaml


class TestLibreOffice:
    """Opened, filled in and saved by LibreOffice, it reads back exactly."""

    def test_a_form_that_it_fills_in_and_saves_reads_back_exactly(self, office: Office, tmp_path: Path) -> None:
        blank, saved = tmp_path / "blank.xlsx", tmp_path / "saved.xlsx"
        blank.write_bytes(write_workbook(STANDARD))
        cells, findings = list[Cell](), dict[str, Any]()
        for number, key in enumerate(oracle.INDICATORS):
            kinds: list[tuple[dict[str, str], Any]] = [
                ({"kind": "完全符合"}, "full"),
                ({"kind": "完全不符合", "reason": "=没有"}, {"kind": "qualitative", "degree": 0, "reason": "=没有"}),
                ({"kind": "定性", "degree": "1/3", "reason": "甲\u3000乙"}, {"kind": "qualitative", "degree": "1/3", "reason": "甲\u3000乙"}),
                ({"kind": "定量", "actual": "0.1", "at_most": "24"}, {"kind": "quantitative", "actual": "0.1", "at_most": 24}),
                ({"kind": "抽样", "population": "120", "sampled": "80", "nonconforming": "4"}, {"kind": "sampled", "population": 120, "sampled": 80, "nonconforming": 4}),
                ({"kind": "不适用", "reason": "无", "confirmed_by": "张明、李静"}, {"kind": "not_applicable", "reason": "无", "confirmed_by": ["张明", "李静"]}),
            ]  # fmt: skip
            said, finding = (
                kinds[number % 6]
                if key != "5.1.2.2"
                else ({"kind": "定量", "actual": "8%"}, {"kind": "quantitative", "actual": "8%"})
            )
            cells += [(SHEET, cell(key, column), value) for column, value in said.items()]
            findings[key] = finding
        cells.append((SHEET, cell("5.1.1.1", "kind"), "定性"))
        findings["5.1.1.1"] = {"kind": "qualitative", "degree": "0.85"}
        cells += [
            ("基本信息", "B5", "滨海家电"),
            ("评价小组", "A2", "张明"),
            ("评价小组", "A3", "李静"),
            ("基本信息", "B9", "2026-03-02"),
            ("基本信息", "B10", "2026-03-06"),
        ]
        cells += [("证据", "A2", oracle.INDICATORS[1]), ("证据", "C2", "访谈"), ("证据", "D2", "<店长>")]
        findings[oracle.INDICATORS[1]]["evidence"] = [{"method": "interview", "note": "<店长>"}]
        office.fill_in(blank, cells, saved, numbers=[(SHEET, cell("5.1.1.1", "degree"), "0.85")])
        expected = aftersales.load_evaluation(
            oracle.document(
                findings, edition="2025-12-04", subject={"organisation": "滨海家电"}, team=[{"name": "张明"}, {"name": "李静"}],
                period={"start": "2026-03-02", "end": "2026-03-06"})
        )  # fmt: skip
        read = aftersales.load_evaluation(saved)
        assert read == expected
        assert aftersales.load_evaluation(as_yaml(read).encode()) == read
        assert aftersales.score(read).final_score == oracle.final_score(findings)
