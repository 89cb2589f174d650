"""One case of an invented organisation, from its plan to the renewal of its certificate, with real files only.

Forms are filled in by a program, LibreOffice among them, and all else is done by the command. No file is edited as text.
"""

from __future__ import annotations

import csv
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from support import oracle
from support.command import run
from support.office import Cell, Cells, Office, Typist

import aftersales
from aftersales.certification.plan import layout as plan_layout
from aftersales.certification.rectification import layout as rectification_layout
from aftersales.evaluation.workbook import layout

BODY, CLIENT, RENAMED = "云津质信认证有限公司", "临海家居连锁有限公司", "临海智能家居股份有限公司"
TEAM = {"张明": "组长", "李静": "组员", "王海涛": "组员", "赵敏": "组员", "孙丽": "组员"}
# 5.1.1.1 is assessed by two of them.
ASSIGNED = {"5.1": "张明", "5.1.1.1": "李静", "5.2": "王海涛", "5.3": "赵敏", "5.4.1": "李静", "5.4.2": "李静"}
ASSIGNED |= {"5.4.3": "孙丽", "5.4.4": "孙丽"}
HEADS = {column.key: column.head for column in layout.COLUMNS}
EVIDENCE = {column.key: column.head for column in layout.EVIDENCE_COLUMNS}
LABELS = {path: label for label, path in layout.FACTS.items()}

PARTLY = {"kind": "定性", "degree": "80%", "reason": "一家门店的收费公示缺两项"}
LOSSES: dict[str, dict[str, str]] = {
    "5.1.1.1": PARTLY,
    "5.1.2.2": {"kind": "定量", "actual": "8%", "reason": "50 人中 4 人持证", "measure": "6 月底前再有 1 人取证"},
    "5.1.2.6": {"kind": "抽样", "population": "120", "sampled": "80", "nonconforming": "4", "reason": "4 份记录无考核"},
    "5.4.3.1": {"kind": "抽样", "outlets": "12", "outlets_covered": "12", "sampled": "36", "nonconforming": "3", "reason": "3 件未回访"},
    "5.3.6": {"kind": "不适用", "reason": "不销售需回收的商品", "confirmed_by": "张明、赵敏"},
}  # fmt: skip
# The losses are 0.2 + 0.3 + 0.05 + 1/6 of 99 points: 99.28. In the audit 3 × 3 + 0.5 points are lost, too: 89.68.
NO_RECORDS = {"kind": "完全不符合", "degree": "", "reason": "没有记录"}
AUDIT_LOSSES = dict.fromkeys(("5.2.1.1", "5.2.3.1", "5.2.3.2"), NO_RECORDS) | {
    "5.4.3.2": {"kind": "定量", "degree": "", "actual": "30", "at_most": "24", "reason": "平均响应 30 小时"},
}
KINDS = {"定性": "qualitative", "定量": "quantitative", "抽样": "sampled", "不适用": "not_applicable"}


def findings_of(losses: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """The findings as the independent calculation takes them."""
    findings = {key: value for key, value in oracle.all_full().items() if not key.startswith("5.3.6")}
    for key, cells in losses.items():
        kind = KINDS.get(cells["kind"])
        said = {column: text for column, text in cells.items() if text}
        findings[key] = said | {"kind": kind} if kind else "none"
    return findings


def cells_of(form: Cells, findings: Mapping[str, Mapping[str, str]]) -> Iterator[Cell]:
    """What is typed for these findings."""
    for key, cells in findings.items():
        for column, text in cells.items():
            yield (*form.at("评分表", key, HEADS[column]), text)


def facts_of(form: Cells, facts: Mapping[tuple[str, ...], str], sheet: str = "基本信息") -> Iterator[Cell]:
    """What is typed for these facts."""
    for path, text in facts.items():
        yield (*form.at(sheet, LABELS[path], "内容"), text)


def signed(year: int) -> dict[tuple[str, ...], str]:
    """The days of an evaluation in March of a year, and who signs its report."""
    facts: dict[tuple[str, ...], str] = {("period", "start"): f"{year}-03-02", ("period", "end"): f"{year}-03-06"}
    for place, (key, name) in enumerate({"leader": "张明", "reviewer": "周宁", "approver": "钱伟"}.items(), 9):
        facts |= {("sign_off", key, "name"): name, ("sign_off", key, "on"): f"{year}-03-{place:02}"}
    return facts


class TestTheCase:
    """Its steps, in order, on the files of one folder."""

    def test_a_case_goes_from_the_plan_to_the_renewal(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        self.walk(Typist(), formats=())

    @pytest.mark.slow
    def test_a_case_with_forms_saved_by_libreoffice_goes_from_the_plan_to_the_renewal(
        self, office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        self.walk(office, formats=("html", "docx", "pdf"))

    def walk(self, office: Office | Typist, formats: tuple[str, ...]) -> None:
        """Each report is written in Markdown, which is read here, and in these formats."""
        self.formats = formats
        self.plan(office)
        self.forms(office)
        self.merge(office)
        self.evaluate(office)
        self.report()
        self.certify()
        self.audits(office)
        self.renew(office)
        self.register()

    def done(self, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        result = run(*arguments)
        assert result.returncode == code, (arguments, result.stdout, result.stderr)
        return result

    def plan(self, office: Office | Typist) -> None:
        """6.1.1, 6.1.2: the plan is a form that is filled in, and a paper for the client."""
        self.done("template", "--for-plan", "-o", "plan.xlsx")
        assert "“评价目的”" in self.done("plan", "plan.xlsx", code=2).stderr
        form = Cells(Path("plan.xlsx"))
        labels = {path: label for label, path in plan_layout.FACTS.items()}
        facts = {
            ("number",): "LH-2026-007", ("on",): "2026-02-16", ("type",): "第三方评价", ("body", "name"): BODY,
            ("body", "approval_number"): "CNCA-R-2026-999", ("subject", "organisation"): CLIENT,
            ("subject", "product_category"): "家居", ("subject", "size_tier"): "中型", ("subject", "scope"): "12 家直营门店的售后服务",
            ("purpose",): "初次认证", ("basis",): "CTS XBHT-S04-2025\nGB/T 27922-2011",
        }  # fmt: skip
        cells: list[Cell] = [(*form.at("评价计划", labels[path], "内容"), text) for path, text in facts.items()]
        for number, (name, role) in enumerate(TEAM.items(), 1):
            for head, text in (("姓名", name), ("职责", role), ("资质", "服务认证审查员"), ("所在机构", BODY)):
                cells.append((*form.at("评价小组", number, head), text))
        heads = [column.head for column in plan_layout.SCHEDULE_COLUMNS]
        everybody = "、".join(TEAM)
        schedule = (
            ("2026-03-02", "2026-03-02", "文件审查", "", "制度与记录", "总部", everybody),
            ("2026-03-03", "2026-03-06", "现场审查", "访谈、现场观察、随机访问顾客", "门店", "12 家门店", everybody),
        )
        for number, texts in enumerate(schedule, 1):
            cells += [(*form.at("时间安排", number, head), text) for head, text in zip(heads, texts, strict=True)]
        cells += [(*form.at("人员分工", key, "审查人员"), name) for key, name in ASSIGNED.items()]
        office.fill_in(Path("plan.xlsx").resolve(), cells)
        assert self.done("plan", "plan.xlsx").stderr == ""
        self.done("plan", "plan.xlsx", "-o", "plan.docx")

    def forms(self, office: Office | Typist) -> None:
        """6.2.2: each of the five fills in a form of their own. One forgets an indicator, two differ in another."""
        self.done("template", "--plan", "plan.xlsx", "--each", "-o", "forms")
        self.paths = {name: Path("forms", f"{n}-{name}.xlsx").resolve() for n, name in enumerate(TEAM, 1)}
        assert {*map(str, self.paths.values())} == {str(path.resolve()) for path in Path("forms").iterdir()}
        for name, path in self.paths.items():
            form = Cells(path)
            own = [key for key in form.column("评分表", "认定方式") if str(key).count(".") == 3]
            findings = {key: LOSSES.get(key, {"kind": "完全符合"}) for key in own if not key.startswith("5.3.6")}
            if name == "赵敏":
                findings["5.3.6"] = LOSSES["5.3.6"]
            if name == "李静":
                findings["5.1.1.1"] = PARTLY | {"degree": "60%"}
                del findings["5.4.1.1"]
            cells = [*cells_of(form, findings)]
            judged = [key for key in findings if key != "5.3.6"]
            for number, key in enumerate(judged, 1):
                method = "现场观察" if number % 2 else "查阅文件和记录"
                texts = {"id": key, "method": method, "note": "已核对", "on": "2026-03-03", "by": name}
                texts |= {} if number % 2 else {"on": "2026-03-02"}
                cells += [(*form.at("证据", number, EVIDENCE[column]), text) for column, text in texts.items()]
            office.fill_in(path, cells)
        left = self.done("check", str(self.paths["李静"]), "--plan", "plan.xlsx", "--for", "李静", code=2).stderr
        assert "5.4.1.1" in left
        assert left.count("[missing-finding") == 1
        self.done("check", str(self.paths["孙丽"]), "--plan", "plan.xlsx", "--for", "孙丽")

    def merge(self, office: Office | Typist) -> None:
        """Reading R21: what two of them judge differently is reported with both cells, and what nobody judged by name."""
        arguments = ("merge", *map(str, self.paths.values()), "--plan", "plan.xlsx", "-o", "whole.xlsx")
        told = self.done(*arguments, code=2).stderr
        assert "[findings-differ, 6.1.1]" in told
        for name in ("张明", "李静"):
            assert f"{self.paths[name].name} (评分表!" in told or f"{self.paths[name].name}" in told
        assert not Path("whole.xlsx").exists()
        form = Cells(self.paths["李静"])
        office.fill_in(self.paths["李静"], cells_of(form, {"5.1.1.1": PARTLY}))
        told = self.done(*arguments).stderr
        assert "应由李静认定而尚未认定的指标 1 项：5.4.1.1" in told
        assert "[missing-finding" in self.done("score", "whole.xlsx", code=2).stderr
        office.fill_in(self.paths["李静"], cells_of(form, {"5.4.1.1": {"kind": "完全符合"}}))
        assert self.done(*arguments, "--force").stderr == ""

    def evaluate(self, office: Office | Typist) -> None:
        """The merged form is signed; remarks, deviations from the plan, and the score."""
        form = Cells(Path("whole.xlsx"))
        words = {("narrative", "process"): "首次会议、现场审查、末次会议", ("narrative", "strengths"): "网点覆盖完整"}
        office.fill_in(Path("whole.xlsx").resolve(), facts_of(form, words | signed(2026)))
        checked = self.done("check", "whole.xlsx", "--report")
        assert "可以评分；73 项指标，其中删减 2 项" in checked.stdout
        assert "[full-without-evidence, 4.2]" in checked.stdout  # 5.4.1.1, which was filled in late
        assert "提示" in checked.stdout
        deviations = self.done("plan", "plan.xlsx", "--evaluation", "whole.xlsx").stdout
        assert "[deletion-not-planned" not in deviations  # the plan says nothing of deletions
        self.card = aftersales.score(aftersales.load_evaluation("whole.xlsx"))
        assert self.card.final_score == oracle.final_score(findings_of(LOSSES))
        assert (self.card.printed_score, self.card.stars) == ("99.28", 5)
        assert f"最终得分 {self.card.printed_score} " in self.done("score", "whole.xlsx").stdout
        assert {assessor.name for assessor in self.card.evaluation.team} == TEAM.keys()

    def report(self) -> None:
        """7.1: the signed report and its summary."""
        for format in ("md", *self.formats):
            self.done("report", "whole.xlsx", "-o", f"report.{format}", "--number", "R-7", "--on", "2026-03-12")
        text = Path("report.md").read_text("utf-8")
        for said in (CLIENT, BODY, "R-7", self.card.printed_score, "五星"):
            assert said in text
        self.done("report", "whole.xlsx", "-o", "summary.pdf", "--summary", "--number", "R-7", "--on", "2026-03-12")

    def certify(self) -> None:
        """7.2.1, 7.2.3."""
        done = self.done(
            "issue", "whole.xlsx", "--on", "2026-03-20", "--number", "SM-7", "-o", "certificates/7.yaml", code=2
        )
        assert "文件夹不存在" in done.stderr
        Path("certificates").mkdir()
        issued = self.done("issue", "whole.xlsx", "--on", "2026-03-20", "--number", "SM-7", "-o", "certificates/7.yaml")
        assert [line.rpartition("[")[2] for line in issued.stderr.splitlines()[1:]] == [
            "missing-on-certificate, 7.2.1]",  # the address, and the names in English
            "missing-on-certificate, 7.2.1]",
        ]
        assert "五星" in self.done("certificate", "certificates/7.yaml", "--on", "2026-03-20").stdout

    def audits(self, office: Office | Typist) -> None:
        """7.2.2 to 7.2.4: an audit that is passed, one that is not with its rectification, a downgrade, a new name."""
        record = ("record", "certificates/7.yaml")
        looked_at = ("--star-kept", "是", "--indicators", "5.4、5.1.2.2")
        self.done(*record, "监督审核", "--on", "2027-02-11", "--passed", "是", *looked_at, "--notice", "B-7")
        audit, target = Cells(Path("whole.xlsx")), Path("audit.xlsx").resolve()
        cells = [*facts_of(audit, signed(2028)), *cells_of(audit, AUDIT_LOSSES)]
        office.fill_in(Path("whole.xlsx").resolve(), cells, target)
        card = aftersales.score(aftersales.load_evaluation(target))
        assert card.final_score == oracle.final_score(findings_of(LOSSES | AUDIT_LOSSES))
        assert (card.printed_score, card.stars) == ("89.68", 4)

        draft = ("rectification", "audit.xlsx", "--audit", "--on", "2028-03-07", "--due", "2028-03-16")
        self.done(*draft, "--number", "ZG-1", "-o", "items.xlsx")
        failed = (*record, "监督审核", "--on", "2028-03-07", "--passed", "否", "--star-kept", "否")
        failed = (*failed, "--evaluation", "audit.xlsx", "--rectification", "items.xlsx")
        (told,) = self.done(*failed, code=2).stderr.splitlines()
        assert "items.xlsx:整改事项!F2: “整改事项”: 8 个整改事项未填写“责任人”（5.1.1.1、5.1.2.2、" in told
        form = Cells(Path("items.xlsx"))
        heads = {column.key: column.head for column in rectification_layout.ITEM_COLUMNS}
        places = [place for place, key in enumerate(form.column("整改事项", heads["indicator"]), 1) if key]
        assert len(places) == 8
        people = [(*form.at("整改事项", place, heads["responsible"]), "何洁") for place in places]
        office.fill_in(Path("items.xlsx").resolve(), people)
        self.done("rectification", "items.xlsx", "-o", "notice.pdf")
        self.done(*failed)
        overdue = self.done("register", "certificates", "--on", "2028-03-17").stdout
        assert "整改逾期 8 项" in overdue
        closed = ("--done", "已建档", "--on", "2028-03-10", "--by", "张明")
        assert "未完成 7 项" in self.done("rectification", "certificates/7.yaml", "--close", "5.2.1.1", *closed).stdout
        results = {"done": "已完成", "on": "2028-03-10", "by": "张明"}
        cells = [(*form.at("整改事项", place, heads[key]), text) for place in places for key, text in results.items()]
        office.fill_in(Path("items.xlsx").resolve(), cells)
        assert "未完成 0 项" in self.done("rectification", "items.xlsx", "--on", "2028-03-10").stdout
        self.report_of_audit(places)
        grounds = ("--grounds", "未保持星级水平且未按期完成整改", "--reason", "5.2.1.1 整改不到位")
        assert "四星" in self.done(*record, "降级", "--on", "2028-03-12", "--stars", "4", *grounds).stdout
        again = ("--passed", "是", "--rectification", "items.xlsx", "--notice", "B-8")
        self.done(*record, "监督审核", "--on", "2028-03-14", *again)
        assert "整改" not in self.done("register", "certificates", "--on", "2028-03-17").stdout.replace("整改要求", "")
        shown = self.done(*record, "变更", "--on", "2028-06-01", "--organisation", RENAMED).stdout
        assert f"{CLIENT} → {RENAMED}" in shown

    def report_of_audit(self, places: list[int]) -> None:
        """7.1, reading R19: the report of the audit has its rectification, as it was known on its day."""
        report = ("report", "audit.xlsx", "--number", "R-8", "--rectification", "items.xlsx")
        early = self.done(*report, "-o", "audit.md", "--on", "2028-03-06", code=2).stderr
        assert "items.xlsx:整改通知!B5: “通知日期”: " in early
        assert early.endswith("[rectification-after-report, 7.1]\n")
        for day, done in (("2028-03-09", 0), ("2028-03-10", len(places))):
            self.done(*report, "-o", "audit.md", "--on", day, "--force")
            text = Path("audit.md").read_text("utf-8")
            assert f"已完成并经验证 {done} 项，未完成 {len(places) - done} 项，其中逾期 0 项。" in text
            assert text.count("已完成（张明于 2028年3月10日验证）") == done
            assert "ZG-1" in text
        for format in self.formats:
            self.done(*report, "-o", f"audit.{format}", "--on", "2028-03-10")

    def renew(self, office: Office | Typist) -> None:
        """4.5, 7.2.3: a new evaluation under the new name starts a new term."""
        record = ("record", "certificates/7.yaml")
        self.done(*record, "申请重新评价", "--on", "2028-12-01")
        form, target = Cells(Path("whole.xlsx")), Path("again.xlsx").resolve()
        facts = signed(2029) | {("subject", "organisation"): RENAMED}
        office.fill_in(Path("whole.xlsx").resolve(), facts_of(form, facts), target)
        renewal = (*record, "重新评价换证", "--on", "2029-03-15", "--number", "SM-29")
        assert "[old-evaluation" in self.done(*renewal, "--evaluation", "whole.xlsx", code=2).stderr
        done = self.done(*renewal, "--evaluation", "again.xlsx")
        assert [line.rpartition("[")[2] for line in done.stderr.splitlines()[1:]] == [
            "missing-on-certificate, 7.2.1]",  # as at the issue
            "missing-on-certificate, 7.2.1]",
        ]
        assert "五星" in done.stdout

    def register(self) -> None:
        """7.2: the register of the folder, on the terminal and as tables."""
        shown = self.done("register", "certificates", "--on", "2029-04-01").stdout
        for said in ("SM-29", RENAMED, "2032-03-14"):
            assert said in shown
        self.done("register", "certificates", "--on", "2029-04-01", "-o", "register.xlsx")
        self.done("register", "certificates", "--on", "2029-04-01", "-o", "register.csv")
        with Path("register.csv").open(encoding="utf-8-sig", newline="") as file:
            (row,) = [row for row in csv.reader(file) if "SM-29" in row]
        assert RENAMED in row
        certificate = aftersales.load_certificate("certificates/7.yaml")
        kinds = [event.kind for event in certificate.events]
        assert kinds == [
            "surveillance", "surveillance", "downgrade", "surveillance", "change", "application", "renewal"
        ]  # fmt: skip
