"""The same input gives the same bytes, at any time, in any process and with any hash seed."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest

import aftersales
from aftersales import load_standard
from aftersales.batch.files.files import score_file
from aftersales.certification.plan.loading import load_plan
from aftersales.certification.report.report import make_report
from aftersales.evaluation.blank_form import blank_form
from aftersales.evaluation.workbook.writer import write_workbook
from aftersales.files.archive import reproducible
from aftersales.standard.editions import data_folder

CHAIN = data_folder() / "examples" / "home-appliance-chain.yaml"
OUTPUTS = (
    "html",
    "md",
    "pdf",
    "docx",
    "summary",
    "form",
    "filled",
    "planned",
    "yaml",
    "json",
    "notebook",
    "csv",
    "parquet",
)


def fingerprints(folder: Path) -> dict[str, str]:
    """Of each output the fingerprint."""
    evaluation = aftersales.load_evaluation(CHAIN)
    card, standard = aftersales.score(evaluation), load_standard()
    plan = load_plan(next((data_folder() / "plans").glob("*.yaml")))
    report = make_report(card, number="1", issued_on="2026-03-20")
    made: dict[str, bytes] = {format: report.typeset(format) for format in ("html", "md", "pdf", "docx")}  # type: ignore[arg-type]
    made |= {
        "summary": report.summary("docx"),
        "form": write_workbook(standard),
        "filled": write_workbook(standard, evaluation),
        "planned": write_workbook(standard, plan.evaluation(), plan.assessors(standard)),
        "yaml": blank_form(standard).encode(),
        "json": json.dumps(card.model_dump(mode="json")).encode(),
        "notebook": aftersales.html_of(card).encode(),
    }
    ids = [indicator.id for indicator in standard.indicators]
    (folder / "in.csv").write_text(",".join(ids) + "\n" + ",".join("1" for _ in ids) + "\n")
    for ending in ("csv", "parquet"):
        score_file(folder / "in.csv", folder / f"out.{ending}", force=True)
        made[ending] = (folder / f"out.{ending}").read_bytes()
    return {name: hashlib.sha256(content).hexdigest() for name, content in made.items()}


SCRIPT = "import json, pathlib, sys, test_reproducible as this; print(json.dumps(this.fingerprints(pathlib.Path(sys.argv[1]))))"


def fingerprints_elsewhere(folder: Path) -> dict[str, str]:
    """The same from a process with another seed of hashes in another time zone."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(folder)],
        capture_output=True,
        check=True,
        env={
            **os.environ,
            "PYTHONHASHSEED": "1",
            "TZ": "Pacific/Kiritimati",
            "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")]),
        },
    )
    found: dict[str, str] = json.loads(done.stdout)
    return found


def test_two_processes_write_the_same(tmp_path: Path) -> None:
    begun = time.time()
    first = fingerprints(tmp_path)
    time.sleep(max(0.0, 2.1 - (time.time() - begun)))  # more than the two seconds that a zip distinguishes
    assert set(first) == set(OUTPUTS)
    assert fingerprints_elsewhere(tmp_path) == first


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_an_office_file_holds_no_time_of_creation(kind: str) -> None:
    if kind == "docx":
        content = make_report(aftersales.score(aftersales.load_evaluation(CHAIN))).typeset("docx")
    else:
        content = write_workbook(load_standard())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_DEFLATED}
        assert b"dcterms:modified" not in archive.read("docProps/core.xml")
        assert b"dcterms:created" not in archive.read("docProps/core.xml")
        assert archive.testzip() is None
        assert archive.namelist()[0] == "[Content_Types].xml" or kind == "xlsx"


def test_the_day_of_issue_stays_and_office_files_open(tmp_path: Path) -> None:
    card = aftersales.score(aftersales.load_evaluation(CHAIN))
    document = docx.Document(io.BytesIO(make_report(card, issued_on="2026-03-20").typeset("docx")))
    assert str(document.core_properties.created)[:10] == "2026-03-20"
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(load_standard(), card.evaluation)))
    assert book.sheetnames
    (tmp_path / "a.xlsx").write_bytes(write_workbook(load_standard(), card.evaluation))
    assert aftersales.load_evaluation(tmp_path / "a.xlsx").findings == card.evaluation.findings


def test_entries_keep_their_order_and_content() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in ("b.xml", "docProps/core.xml", "a.xml"):
            archive.writestr(name, '<x><dcterms:created x="1">2026</dcterms:created><y/></x>')
    for dated in (True, False):
        with zipfile.ZipFile(io.BytesIO(reproducible(file.getvalue(), dated=dated))) as archive:
            assert archive.namelist() == ["b.xml", "docProps/core.xml", "a.xml"]
            assert b"2026" in archive.read("a.xml")
            assert (b"2026" in archive.read("docProps/core.xml")) == dated
