"""The register of the certificates in a folder on a day; `aftersales register`."""

from __future__ import annotations

import csv
import datetime
import io
import json
import os
from pathlib import Path
from typing import Any, Literal

import openpyxl
import pytest
from support.command import run

from aftersales import OutputError, PaperError, Register, html_of, load_certificate, register

HEAD: dict[str, Any] = {
    "standard": "CTS XBHT-S04-2025",
    "edition": "2025-12-04",
    "final_score": "87.37",
    "stars": 4,
    "issued": "2026-03-20",
}
ITEM = {"indicator": "5.4.3.2", "requirement": "限时响应", "responsible": "李静"}


def audit(on: str, passed: bool = True, **others: Any) -> dict[str, Any]:
    return {"kind": "surveillance", "on": on, "passed": passed, **others}


def decision(kind: str, on: str, **others: Any) -> dict[str, Any]:
    return {"kind": kind, "on": on, "grounds": "breach_of_law", "reason": "x", **others}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rectification = {
        "on": "2027-02-02",
        "items": [ITEM | {"due": "2027-03-31"}, ITEM | {"due": "2027-04-30"},
                  ITEM | {"due": "2027-03-01", "result": {"done": "x", "on": "2027-03-10", "by": "张明"}}],
    }  # fmt: skip
    files: dict[str, Any] = {
        "valid late.yaml": {"number": "5", "organisation": "戊", "events": [audit("2027-02-01")]},
        "valid soon.yaml": {"number": "4", "organisation": "丁", "issued": "2026-05-01", "scope": "=1+1"},
        "2026/missed.json": {"number": "1", "organisation": "甲"},
        "items.yaml": {
            "number": "2", "organisation": "乙",
            "events": [audit("2027-02-01", False, rectification=rectification), audit("2027-03-01")],
        },
        "items before the renewal.yaml": {
            "number": "6", "organisation": "己",
            "events": [audit("2027-02-01", False, rectification=rectification),
                       {"kind": "renewal", "on": "2027-03-20", "stars": 5, "final_score": "91"},
                       {"kind": "application", "on": "2027-03-21"}],
        },
        "gone.yaml": {"number": "8", "organisation": "辛", "events": [decision("revocation", "2026-10-01")]},
        "lapsed.yml": {"number": "7", "organisation": "庚", "issued": "2024-03-01"},
        "next.yaml": {"number": "9", "organisation": "壬", "issued": "2027-06-01"},
        "broken.yaml": {"number": "3", "organisation": " ", "stars": "x"},
    }  # fmt: skip
    (tmp_path / "2026").mkdir()
    (tmp_path / ".git").mkdir()
    for name, facts in files.items():
        (tmp_path / name).write_text(json.dumps(HEAD | facts), "utf-8")
    (tmp_path / "bad.yaml").write_bytes(b"\xff")
    (tmp_path / "notes.txt").write_text("x", "utf-8")
    (tmp_path / ".hidden.yaml").write_text("x", "utf-8")
    (tmp_path / ".git" / "a.yaml").write_text("x", "utf-8")
    return tmp_path


ORDER = [
    "2026/missed.json", "items.yaml", "bad.yaml", "broken.yaml", "valid soon.yaml", "items before the renewal.yaml",
    "valid late.yaml", "next.yaml", "lapsed.yml", "gone.yaml",
]  # fmt: skip


class TestRegister:
    def test_a_register_in_english_has_the_english_names(self, folder: Path) -> None:
        english = {"organisation_en": "Ding Ltd.", "scope_en": "12 shops"}
        certificate = load_certificate(HEAD | {"organisation": "丁", "scope": "12 家门店"} | english)
        (folder / "valid soon.yaml").write_text(certificate.to_yaml(), "utf-8")
        found = register(folder, "2027-04-01")
        rows = {lang: next(row for row in found.table(lang) if row[-1] == "valid soon.yaml") for lang in ("zh", "en")}
        assert (rows["zh"][2], rows["zh"][11]) == ("丁", "12 家门店")
        assert (rows["en"][2], rows["en"][11]) == ("Ding Ltd.", "12 shops")
        shown = run("register", str(folder), "--on", "2027-04-01", "--lang", "en").stdout
        assert "Ding Ltd." in shown
        assert "丁" not in shown
        assert "戊" in shown  # which has no English name
        assert "Ding Ltd." in html_of(found, "en")

    def test_what_is_overdue_comes_first_and_each_file_is_there(self, folder: Path) -> None:
        found = register(folder, "2027-04-01")
        assert [entry.file for entry in found.entries] == ORDER
        assert [entry.overdue for entry in found.entries] == [True, True, *[False] * 8]
        states = ["suspended", "valid", None, None, "valid", "valid", "valid", "not_issued", "lapsed", "revoked"]
        assert [entry.state for entry in found.entries] == states
        first = found.entries[0]
        assert first.certificate == load_certificate(folder / first.file)
        assert first.status == first.certificate.status("2027-04-01")
        assert (first.status.stars, first.status.rated) == (0, 4)

    def test_rectification_of_the_present_term_is_counted(self, folder: Path) -> None:
        counts = {
            on: next((e.open_items, e.overdue_items) for e in register(folder, on).entries if e.file == "items.yaml")
            for on in ("2027-02-02", "2027-03-05", "2027-03-31", "2027-04-01", "2027-05-01")
        }
        assert counts == {
            "2027-02-02": (3, 0), "2027-03-05": (3, 1), "2027-03-31": (2, 0), "2027-04-01": (2, 1), "2027-05-01": (2, 2),
        }  # fmt: skip
        renewed = next(e for e in register(folder, "2027-05-01").entries if e.file.startswith("items before"))
        assert (renewed.open_items, renewed.overdue) == (0, False)

    def test_overdue_items_are_counted_while_the_certificate_is_suspended(self, tmp_path: Path) -> None:
        rectification = {"on": "2027-02-02", "items": [ITEM | {"due": "2027-03-31"}]}
        facts = {"organisation": "乙", "events": [audit("2027-02-01", False, rectification=rectification)]}
        (tmp_path / "a.json").write_text(json.dumps(HEAD | facts), "utf-8")
        found = register(tmp_path, "2027-04-01")
        assert [(entry.state, entry.open_items, entry.overdue_items) for entry in found.entries] == [
            ("suspended", 1, 1)
        ]
        assert found.table("zh")[1][0] == "监督审核逾期；整改逾期 1 项"

    def test_a_file_that_cannot_be_read_says_why(self, folder: Path) -> None:
        entries = {entry.file: entry for entry in register(folder, "2027-04-01").entries}
        broken = entries["broken.yaml"].unreadable
        assert broken is not None
        assert broken.zh.startswith("无法读取：1:")
        assert broken.zh.endswith("另有 1 个问题")
        assert broken.en.endswith("; and 1 more")
        assert entries["bad.yaml"].unreadable is not None
        assert "UTF-8" in entries["bad.yaml"].unreadable.zh

    def test_each_of_two_files_with_one_number_names_the_other(self, folder: Path) -> None:
        """A copy of a file would otherwise stand beside it, and nobody could see which one counts."""
        for name, number in (("valid late - 副本.yaml", "5"), ("z.yaml", "５ ")):
            (folder / name).write_text(json.dumps(HEAD | {"number": number, "organisation": "戊"}), "utf-8")
        found = register(folder, "2027-02-01")
        same = {entry.file: entry.same_number for entry in found.entries if entry.same_number}
        copy = "valid late - 副本.yaml"
        assert same == {copy: "valid late.yaml", "valid late.yaml": copy, "z.yaml": copy}
        assert "证书编号与“valid late.yaml”相同" in found.typeset("csv").decode()

    def test_a_failed_audit_without_a_list_of_what_to_put_right(self, folder: Path) -> None:
        done = ITEM | {"due": "2027-02-02", "result": {"done": "x", "on": "2027-02-02", "by": "张明"}}
        for name, more in (("failed", {}), ("done", {"rectification": {"on": "2027-02-01", "items": [done]}})):
            facts = {"organisation": "癸", "events": [audit("2027-02-01", False, **more)]}
            (folder / f"{name}.yaml").write_text(json.dumps(HEAD | facts), "utf-8")
        hints = {row[-1]: row[0] for row in register(folder, "2027-02-02").table("zh")}
        assert hints["failed.yaml"] == "最近一次监督审核不合格，尚无整改要求"
        assert (hints["items.yaml"], hints["done.yaml"]) == (None, None)  # they have the list

    def test_an_audit_that_is_passed_without_the_star_level_is_reported(self, tmp_path: Path) -> None:
        facts = HEAD | {"organisation": "甲", "events": [audit("2027-02-01", star_kept=False)]}
        (tmp_path / "a.json").write_text(json.dumps(facts), "utf-8")
        told = [register(tmp_path, on).table("zh")[1][0] for on in ("2027-01-31", "2027-02-01")]
        assert told == [None, "最近一次监督审核合格，但星级水平未保持"]

    def test_names_that_are_no_text_and_what_is_no_file(self, tmp_path: Path) -> None:
        (tmp_path / os.fsdecode(b"\xff.yaml")).write_text("a: 1", "utf-8")
        os.mkfifo(tmp_path / "pipe.yaml")
        (tmp_path / "folder.yaml").mkdir()
        found = register(tmp_path, "2027-04-01")
        assert [entry.file for entry in found.entries] == ["pipe.yaml", "\ufffd.yaml"]
        assert found.entries[0].unreadable is not None
        assert found.typeset("xlsx")

    def test_a_register_goes_through_json(self, folder: Path) -> None:
        found = register(folder, datetime.date(2027, 4, 1))
        assert Register.model_validate(json.loads(json.dumps(found.model_dump(mode="json")))) == found

    def test_a_day_and_a_folder_are_needed(self, folder: Path) -> None:
        for where, on, code in ((folder, "soon", "not-a-date"), (folder / "none", "2027-01-01", "unreadable-file")):
            with pytest.raises(PaperError) as caught:
                register(where, on)
            assert [problem.code for problem in caught.value.problems] == [code]

    def test_a_file_is_no_folder(self, folder: Path) -> None:
        file = next(path for path in sorted(folder.iterdir()) if path.is_file())
        with pytest.raises(PaperError) as caught:
            register(file, "2027-01-01")
        assert "这不是文件夹，请选择存放证书文件的文件夹" in caught.value.problems[0].message_zh


class TestFiles:
    def test_the_register_as_csv_opens_in_excel_with_overdue_rows_first(self, folder: Path) -> None:
        content = register(folder, "2027-04-01").typeset("csv")
        assert content.startswith(b"\xef\xbb\xbf")
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
        assert rows[0] == ["提示", "证书编号", "获证组织", "状态", "有效星级", "评定星级", "发证日期",
                           "监督审核起", "监督审核止", "有效期至", "整改未完成项数", "证书范围", "文件"]  # fmt: skip
        assert rows[1] == ["监督审核逾期", "1", "甲", "失效（未按期通过监督审核）", "0", "4", "2026-03-20",
                           "2026-03-21", "2027-03-19", "2029-03-19", "0", "", "2026/missed.json"]  # fmt: skip
        assert rows[2][0] == "整改逾期 1 项"
        assert rows[3][1:] == [*[""] * 11, "bad.yaml"]
        assert rows[5][11] == "'=1+1"  # no formula
        assert rows[6][0] == "已于 2027-03-21 申请重新评价"
        assert [row[-1] for row in rows[1:]] == ORDER

    @pytest.mark.parametrize("start", ["=", "+", "-", "@"])
    def test_a_text_that_excel_would_calculate_has_an_apostrophe_in_csv(self, start: str, tmp_path: Path) -> None:
        facts = HEAD | {"organisation": f"{start}1", "scope": f"1{start}"}
        (tmp_path / "a.json").write_text(json.dumps(facts), "utf-8")
        content = register(tmp_path, "2026-04-01").typeset("csv").decode("utf-8-sig")
        (_, row) = csv.reader(io.StringIO(content))
        assert (row[2], row[11]) == (f"'{start}1", f"1{start}")

    def test_the_register_as_xlsx_has_days_colours_and_english_heads(self, folder: Path) -> None:
        found = register(folder, "2027-04-01")
        sheet = openpyxl.load_workbook(io.BytesIO(found.typeset("xlsx", "en"))).active
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        assert (sheet.title, len(rows), rows[0][2]) == ("Register of certificates", 11, "Holder")
        assert rows[1][8] == datetime.datetime(2027, 3, 19)
        assert (sheet["I2"].number_format, sheet["L6"].value, sheet["L6"].data_type) == ("yyyy-mm-dd", "=1+1", "s")
        colors = [sheet.cell(number, 1).fill.start_color.rgb[2:] for number in (2, 3, 4, 6, 9, 11)]
        assert colors == ["F8D7DA", "F8D7DA", "FFF3CD", "000000", "E7E6E6", "E7E6E6"]
        assert found.typeset("xlsx", "en") == found.typeset("xlsx", "en")  # reproducible

    def test_a_row_is_as_high_as_its_longest_text(self, tmp_path: Path) -> None:
        """A line has 16 points. The column of the scope has 30 characters, of which 28 hold 14 Chinese ones; 27 lines are the most."""
        scopes = {"a": "一" * 14, "b": "一" * 15, "c": "一" * 65, "d": "一" * 900}
        for name, scope in scopes.items():
            facts = {"organisation": "甲", "scope": scope, "events": [audit("2027-02-01")]}
            (tmp_path / f"{name}.yaml").write_text(json.dumps(HEAD | facts), "utf-8")
        sheet = openpyxl.load_workbook(io.BytesIO(register(tmp_path, "2027-04-01").typeset("xlsx"))).active
        assert [sheet.row_dimensions[row].height for row in range(2, 6)] == [16, 32, 80, 432]

    def test_the_head_alone_is_bold_and_every_cell_has_a_thin_frame(self, folder: Path) -> None:
        sheet = openpyxl.load_workbook(io.BytesIO(register(folder, "2027-04-01").typeset("xlsx"))).active
        assert [[cell.font.bold for cell in sheet[row]] for row in (1, 2, 11)] == [
            [True] * 13,
            [False] * 13,
            [False] * 13,
        ]
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            sides = [cell.border.left, cell.border.right, cell.border.top, cell.border.bottom]
            assert [side.style for side in sides] == ["thin"] * 4
            assert cell.border.diagonal is None or cell.border.diagonal.style is None

    def test_texts_are_aligned_to_the_left_and_heads_numbers_and_days_are_centred(self, folder: Path) -> None:
        sheet = openpyxl.load_workbook(io.BytesIO(register(folder, "2027-04-01").typeset("xlsx"))).active
        found = [[sheet[f"{column}{row}"].alignment.horizontal for column in "ABEGK"] for row in (1, 2)]
        assert found == [["center"] * 5, ["left", "left", "center", "center", "center"]]

    def test_a_file_that_exists_is_replaced_only_by_force(self, folder: Path) -> None:
        found, path = register(folder, "2027-04-01"), folder / "register.csv"
        found.write(path)
        with pytest.raises(OutputError) as caught:
            found.write(path)
        assert [problem.code for problem in caught.value.problems] == ["file-exists"]
        found.write(path, lang="en", force=True)
        assert path.read_bytes() == found.typeset("csv", "en")

    @pytest.mark.parametrize("name", ["a.xlsx", "A.XLSX", "a.csv"])
    def test_the_extension_of_a_register_is_its_format(self, name: str, folder: Path) -> None:
        found = register(folder, "2027-04-01")
        found.write(folder / name)
        format: Literal["xlsx", "csv"] = "csv" if name == "a.csv" else "xlsx"
        assert (folder / name).read_bytes() == found.typeset(format)

    def test_a_register_of_another_extension_is_refused(self, folder: Path) -> None:
        with pytest.raises(OutputError) as caught:
            register(folder, "2027-04-01").write(folder / "register.pdf")
        assert [problem.code for problem in caught.value.problems] == ["unknown-format"]


class TestCommand:
    def test_the_command_shows_the_register_what_is_overdue_first(self, folder: Path) -> None:
        shown = run("register", str(folder), "--on", "2027-04-01").stdout.splitlines()
        assert shown[0] == "证书台账（2027-04-01）：10 份，逾期 2 份，无法读取 2 份"
        assert shown[3].split() == ["1", "失效", "2027-03-19", "2029-03-19", "甲"]
        assert shown[4] == "  监督审核逾期"
        assert shown[5].split() == ["2", "★★★★☆", "2028-03-19", "2029-03-19", "乙"]
        assert shown[7] == "bad.yaml"
        assert shown[-1].split() == ["8", "撤销", "–", "2026-09-30", "辛"]
        en = run("register", str(folder), "--on", "2027-04-01", "--lang", "en").stdout
        assert "Register of certificates on 2027-04-01: 10 files, 2 overdue, 2 unreadable" in en

    def test_a_certificate_without_a_number_is_named_by_its_file(self, tmp_path: Path) -> None:
        assert (
            run("register", str(tmp_path), "--on", "2027-04-01").stdout
            == "证书台账（2027-04-01）：0 份，逾期 0 份，无法读取 0 份\n"
        )
        (tmp_path / "a.yaml").write_text(json.dumps(HEAD | {"organisation": "甲"}), "utf-8")
        shown = run("register", str(tmp_path), "--on", "2026-01-01").stdout.splitlines()
        assert shown[-1].split() == ["a.yaml", "未发证", "–", "–", "甲"]

    def test_the_command_writes_the_register_and_overwrites_no_file(self, folder: Path, tmp_path: Path) -> None:
        for name in ("register.csv", "register.xlsx"):
            path = tmp_path / name
            done = run("register", str(folder), "--on", "2027-04-01", "-o", str(path))
            assert (done.returncode, done.stdout) == (0, f"{path}：已写入\n")
            assert "[file-exists]" in run("register", str(folder), "--on", "2027-04-01", "-o", str(path)).stderr
            assert run("register", str(folder), "--on", "2027-04-01", "-o", str(path), "--force").returncode == 0
        document = json.loads(run("register", str(folder), "--on", "2027-04-01", "--json").stdout)
        assert [entry["file"] for entry in document["entries"]] == ORDER
        assert "[unreadable-file]" in run("register", str(folder / "none"), "--on", "2027-04-01").stderr
