"""A form that LibreOffice fills in and saves."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support import oracle
from support.forms import (
    SHEET,
    STANDARD,
    cell,
)

import aftersales
from aftersales.evaluation.workbook.writer import write_workbook
from aftersales.files.writing import as_yaml

UNO = """
import sys, time, uno, subprocess
from com.sun.star.beans import PropertyValue
source, target, port, profile = sys.argv[1:5]
office = subprocess.Popen(["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--norestore",
    f"--accept=socket,host=127.0.0.1,port={port};urp;"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
try:
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for attempt in range(120):
        try:
            context = resolver.resolve(f"uno:socket,host=127.0.0.1,port={port};urp;StarOffice.ComponentContext")
            break
        except Exception:
            time.sleep(0.5)
    desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    hidden = PropertyValue("Hidden", 0, True, 0)
    book = desktop.loadComponentFromURL("file://" + source, "_blank", 0, (hidden,))
    for line in sys.stdin.read().splitlines():
        sheet, where, how, value = line.split("\\t")
        cell = book.Sheets.getByName(sheet).getCellRangeByName(where)
        if how == "number":
            cell.setValue(float(value))
        elif how == "typed":
            cell.setFormula(value)
        else:
            cell.setString(value)
    book.storeToURL("file://" + target, (PropertyValue("FilterName", 0, "Calc MS Excel 2007 XML", 0), hidden))
    book.close(True)
    desktop.terminate()
finally:
    try:
        office.wait(20)
    except subprocess.TimeoutExpired:
        office.kill()
"""


def uno_python() -> str | None:
    for python in ("/usr/bin/python3", sys.executable):
        done = subprocess.run([python, "-c", "import uno"], capture_output=True, check=False)
        if done.returncode == 0:
            return python
    return None


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.skipif(
    not Path("/usr/bin/python3").exists() or uno_python() is None,
    reason="LibreOffice's Python (python3-uno) is not installed",
)
class TestLibreOffice:
    """Opened, filled in and saved by LibreOffice, it reads back exactly."""

    def test_a_form_that_it_fills_in_and_saves_reads_back_exactly(self, tmp_path: Path) -> None:
        blank, saved, script = tmp_path / "blank.xlsx", tmp_path / "saved.xlsx", tmp_path / "fill.py"
        blank.write_bytes(write_workbook(STANDARD))
        script.write_text(UNO, "utf-8")
        lines, findings = [], dict[str, Any]()
        for number, key in enumerate(oracle.INDICATORS):
            kinds: list[tuple[dict[str, str], Any]] = [
                ({"kind": "完全符合"}, "full"),
                ({"kind": "完全不符合", "reason": "=没有"}, {"kind": "qualitative", "degree": 0, "reason": "=没有"}),
                ({"kind": "定性", "degree": "1/3", "reason": "甲\u3000乙"}, {"kind": "qualitative", "degree": "1/3", "reason": "甲\u3000乙"}),
                ({"kind": "定量", "actual": "0.1", "at_most": "24"}, {"kind": "quantitative", "actual": "0.1", "at_most": 24}),
                ({"kind": "抽样", "population": "120", "sampled": "80", "nonconforming": "4"}, {"kind": "sampled", "population": 120, "sampled": 80, "nonconforming": 4}),
                ({"kind": "不适用", "reason": "无", "confirmed_by": "张明、李静"}, {"kind": "not_applicable", "reason": "无", "confirmed_by": ["张明", "李静"]}),
            ]  # fmt: skip
            cells, finding = (
                kinds[number % 6]
                if key != "5.1.2.2"
                else ({"kind": "定量", "actual": "8%"}, {"kind": "quantitative", "actual": "8%"})
            )
            lines += [f"{SHEET}\t{cell(key, column)}\ttext\t{value}" for column, value in cells.items()]
            findings[key] = finding
        lines += [
            f"{SHEET}\t{cell('5.1.1.1', 'kind')}\ttext\t定性",
            f"{SHEET}\t{cell('5.1.1.1', 'degree')}\tnumber\t0.85",
        ]
        findings["5.1.1.1"] = {"kind": "qualitative", "degree": "0.85"}
        lines += [
            "基本信息\tB5\ttext\t滨海家电",
            "评价小组\tA2\ttext\t张明",
            "评价小组\tA3\ttext\t李静",
            "基本信息\tB9\ttext\t2026-03-02",
            "基本信息\tB10\ttext\t2026-03-06",
        ]
        lines += [f"证据\tA2\ttext\t{oracle.INDICATORS[1]}", "证据\tB2\ttext\t访谈", "证据\tC2\ttext\t<店长>"]
        findings[oracle.INDICATORS[1]]["evidence"] = [{"method": "interview", "note": "<店长>"}]
        python = uno_python()
        assert python is not None
        command = [python, str(script), str(blank), str(saved), "20023", str(tmp_path / "profile")]
        done = subprocess.run(command, input="\n".join(lines), text=True, capture_output=True, timeout=180, check=False)
        assert saved.exists(), done.stderr
        expected = aftersales.load_evaluation(
            oracle.document(
                findings, edition="2025-12-04", subject={"organisation": "滨海家电"}, team=[{"name": "张明"}, {"name": "李静"}],
                period={"start": "2026-03-02", "end": "2026-03-06"})
        )  # fmt: skip
        read = aftersales.load_evaluation(saved)
        assert read == expected
        assert aftersales.load_evaluation(as_yaml(read).encode()) == read
        assert aftersales.score(read).final_score == oracle.final_score(findings)
