"""A made-up standard of another shape, and everything that people are shown by it."""

from __future__ import annotations

import io
import json
import re
import subprocess
import zipfile
from collections.abc import Iterator
from fractions import Fraction
from html import unescape
from pathlib import Path
from typing import Any

from matplotlib.text import Text
from openpyxl import load_workbook
from support.certificates import BODY
from support.command import run
from support.plain_yaml import from_yaml, to_yaml

import aftersales
from aftersales import batch

GREEN = Path(__file__).parent / "green-service.yaml"
ID = "GS 12-2026"
SUBJECT = {
    "organisation": "绿叶商场",
    "organisation_en": "Leaf Stores",
    "product_category": "百货",
    "size_tier": "大型",
}
SUBJECT |= {"scope": "全部门店", "scope_en": "All shops", "address": "绿叶路 1 号"}
TEAM = [
    {"name": "甲", "role": "lead", "qualification": "审查员", "organisation": BODY["name"]},
    {"name": "乙", "role": "member", "qualification": "审查员", "organisation": BODY["name"]},
]
PERIOD = {"start": "2026-06-01", "end": "2026-06-03"}
SMALL = {"kind": "sampled", "population": 10, "sampled": 5, "nonconforming": 1, "reason": "一次无记录"}
FOUND: dict[str, Any] = {
    "4.1.1.1": {"kind": "qualitative", "degree": "80%", "row": 3, "reason": "两处常明灯"},
    "4.1.1.2": {"kind": "quantitative", "actual": "50", "reason": "能耗 50"},
    "4.1.1.3": {"kind": "quantitative", "actual": "15%", "reason": "绿电不足"},
    "4.2.1.2": SMALL,
    "4.3.1": {"kind": "not_applicable", "reason": "没有员工", "confirmed_by": ["甲", "乙"]},
}
EVIDENCE = [{"method": "document", "note": "台账"}, {"method": "observation", "note": "看过门店"}]


def own(**changes: Any) -> dict[str, Any]:
    """The standard as data; a change to None takes a key away."""
    data = from_yaml(GREEN.read_text("utf-8")) | changes
    return {key: value for key, value in data.items() if value is not None}


def document(standard: aftersales.Standard, **findings: Any) -> dict[str, Any]:
    """A complete evaluation of a third party."""
    full = {indicator.id: "full" for indicator in standard.indicators if not indicator.id.startswith("4.3.1")}
    full["4.1.2.1"] = {"kind": "qualitative", "degree": 1, "evidence": EVIDENCE}
    head = {"standard": standard.id, "edition": str(standard.edition), "type": "third_party", "body": BODY}
    return head | {"subject": SUBJECT, "team": TEAM, "period": PERIOD, "findings": full | FOUND | findings}


def shown_by(standard: aftersales.Standard, folder: Path, lang: str) -> Iterator[tuple[str, str]]:
    """What is shown by a standard in a language, by a name for it: results, problems, forms, papers."""
    evaluation = aftersales.load_evaluation(document(standard), standard)
    card = aftersales.score(evaluation, standard)
    text = to_yaml(standard.model_dump(mode="json", exclude_none=True))
    (folder / "green.yaml").write_text(text, "utf-8")
    small = SMALL | {"sampled": 4, "nonconforming": 0}
    files = {
        "shop": document(standard),
        "bad": document(standard, **{"4.2.1.2": small, "4.9": "full", "4.1.1.1": {"kind": "qualitative", "degree": 2}}),
        "row": document(standard, **{"4.1.1.1": {"kind": "qualitative", "degree": 1, "row": 2}}),
        "no-row": document(standard, **{"4.1.1.1": {"kind": "qualitative", "degree": 1, "row": 5}}),
        "open": document(standard, **{"4.1.2.1": None, "4.2.1.2": "full"}),
        "part": document(standard, **{"4.2.1.1": "none"}),
        "failed": document(standard, **dict.fromkeys(("4.1.1.1", "4.1.2.1", "4.2.1.1", "4.2.1.5"), "none")),
        "later": document(standard) | {"period": {"start": "2026-11-02", "end": "2026-11-03"}},
        "next": document(standard) | {"period": {"start": "2027-05-20", "end": "2027-05-21"}},
        "plan": plan(standard),
        "lacking": {"standard": standard.id, "type": "third_party", "subject": SUBJECT},
        "unreported": {key: value for key, value in document(standard).items() if key not in ("team", "period")},
    }
    for name, data in files.items():
        (folder / f"{name}.yaml").write_text(to_yaml(json.loads(json.dumps(data))), "utf-8")
    said = _Commands(folder, lang)
    for name in files:
        yield said("plan" if name in ("plan", "lacking") else "check", name)
    for command in ("score", "explain", "improve"):
        yield said(command, "shop")
        yield said(command, "failed")
    yield said("score", "shop", "--json")
    yield said("score", "open", "--partial")
    yield said("check", "unreported", "--report")
    yield said("check", "shop", "--plan", folder / "plan.yaml", "--for", "甲")
    yield said("explain", "shop", "4.9")
    yield said("improve", "shop", "--stars", "5")
    yield said("compare", "shop", folder / "later.yaml")
    yield said("merge", "shop", folder / "part.yaml")
    yield said("plan", "plan", "--evaluation", folder / "shop.yaml")
    yield said("standard")
    yield said("schema")
    yield said("template")
    yield said("template", "--for-plan")
    yield said("template", "--for-rectification")
    yield said("rectification", "shop", "--on", "2026-06-05", "--due", "2026-08-01")
    yield from _papers(standard, card, folder, said, lang)
    yield from _workbooks(standard, evaluation, folder)
    told = [*aftersales.confidence(card).assumptions, *(remark for remark in aftersales.remarks(evaluation, standard))]
    yield "confidence", "\n".join(each.text(lang) for each in told)
    for name, result in _results(standard, card):
        yield f"notebook {name}", aftersales.html_of(result, lang)
        if name in ("card", "improvements", "confidence", "progress", "bounds"):
            yield f"plot {name}", _texts_of(aftersales.plot(result, lang=lang))  # type: ignore[arg-type]
    yield "plot waterfall", _texts_of(aftersales.plot(card, "waterfall", lang=lang))  # type: ignore[arg-type]


def plan(standard: aftersales.Standard) -> dict[str, Any]:
    """A complete plan."""
    days = {"start": "2026-06-01", "end": "2026-06-03", "assessors": ["甲", "乙"]}
    schedule = [days | {"review": "documents"}, days | {"review": "on_site", "methods": ["interview", "observation"]}]
    head = {key: value for key, value in document(standard).items() if key not in ("period", "findings")}
    ids = [category.id for category in standard.categories]
    return head | {
        "number": "P-1",
        "on": "2026-05-20",
        "purpose": "认证",
        "basis": [standard.id],
        "schedule": schedule,
        "assignments": {"甲": ids[:1], "乙": ids[1:]},
        "inapplicable": [{"id": "4.3.1", "reason": "没有员工"}],
    }


class _Commands:
    """The command with the standard's file, in a folder."""

    def __init__(self, folder: Path, lang: str):
        self.folder, self.lang = folder, lang

    def __call__(self, command: str, *arguments: str | Path) -> tuple[str, str]:
        named = (
            self.folder / f"{part}.yaml" if (self.folder / f"{part}.yaml").is_file() else part for part in arguments
        )
        done = run(command, *map(str, named), "--standard", str(self.folder / "green.yaml"), "--lang", self.lang)
        text = (done.stdout + done.stderr).replace(str(self.folder), "")
        return f"{done.returncode} {command} {' '.join(map(str, arguments))}", text


def _papers(
    standard: aftersales.Standard, card: aftersales.Scorecard, folder: Path, said: _Commands, lang: str
) -> Iterator[tuple[str, str]]:
    """Plan, report, rectification, certificate, notices and register."""
    made = aftersales.EvaluationPlan.model_validate(plan(standard))
    yield "plan paper", made.typeset("md", lang, standard).decode()
    lacking = aftersales.EvaluationPlan.model_validate({"standard": standard.id})
    yield "plan draft", lacking.typeset("md", lang, standard, draft=True).decode()
    demand = aftersales.draft_rectification(card, "2026-06-05", "2026-08-01", number="Z-1")
    yield "rectification", demand.typeset("md", lang, standard, on="2026-08-02").decode()
    items = [item.model_dump() | {"responsible": "丙"} for item in demand.items]
    demand = aftersales.Rectification.model_validate(demand.model_dump() | {"items": items})
    audit = demand.model_copy(update={"occasion": "surveillance"})
    yield "rectification of an audit", audit.typeset("md", lang, standard).decode()
    failed = aftersales.score(aftersales.load_evaluation(folder / "failed.yaml", standard), standard)
    for name, report in (
        ("report", aftersales.make_report(card, number="R-1", issued_on="2026-06-10", rectification=demand)),
        ("failed report", aftersales.make_report(failed, issued_on="2026-06-10", draft=True)),
        ("draft", aftersales.make_report(card, draft=True)),
        ("self-assessment", aftersales.make_report(_self(standard), draft=True)),
    ):
        yield name, report.typeset("md", lang).decode()
        yield f"{name}, summary", report.summary("md", lang).decode()
    yield (
        "failed rectification",
        aftersales.draft_rectification(failed, "2026-06-05", "2026-08-01").typeset("md", lang, standard).decode(),
    )
    report = aftersales.make_report(card, number="R-1", issued_on="2026-06-10")
    for format in ("html", "docx", "pdf"):
        yield f"{format} report", text_of(report.typeset(format, lang), format)
    certificate = aftersales.issue(report, "2026-06-15", "N-1")
    for format, langs in (("html", lang), ("html", "both"), ("docx", lang), ("pdf", "both")):
        sheet = certificate.typeset(format, on="2026-06-15", lang=langs, standard=standard)
        yield f"{format} certificate, {langs}", text_of(sheet, format)
    lowered = aftersales.Downgrade(on="2026-12-20", stars=1, grounds="star_not_kept", reason="未整改", reason_en="Open")
    for format in ("docx", "pdf"):
        notice = certificate.record(lowered, standard).notice("2026-12-20", "downgrade", standard)
        yield f"{format} notice", text_of(notice.typeset(format, lang), format)
        yield f"{format} plan", text_of(made.typeset(format, lang, standard), format)
        yield f"{format} rectification", text_of(demand.typeset(format, lang, standard), format)
    yield "certified summary", certificate.summary(report, "md", on="2026-06-15", lang=lang, standard=standard).decode()
    for name, history in _histories().items():
        (folder / "certificates").mkdir(exist_ok=True)
        recorded = aftersales.Certificate.model_validate(certificate.model_dump() | {"number": name, "events": history})
        path = folder / "certificates" / f"{name}.yaml"
        path.write_text(to_yaml(recorded.model_dump(mode="json", exclude_none=True)), "utf-8")
        yield said("certificate", path, "--on", "2027-01-15")
        paper = folder / f"{name}.md"
        yield said("notice", path, "--on", "2027-01-15", "-o", paper)
        if paper.is_file():
            yield f"notice {name}", paper.read_text("utf-8")
            paper.unlink()
    yield said("notice", folder / "certificates" / "valid.yaml", "--on", "2026-07-01", "-o", folder / "none.md")
    yield from _recorded(folder, said)
    for arguments in ([], ["-o", folder / "register.csv", "--force"], ["-o", folder / "register.xlsx", "--force"]):
        yield said("register", folder / "certificates", "--on", "2027-01-15", *arguments)
    yield "register table", (folder / "register.csv").read_text("utf-8-sig")
    yield "register workbook", _cells_of(folder / "register.xlsx")
    yield from _batch(standard, card, folder, said)
    yield said("certificate", folder / "certificates" / "valid.yaml", "--on", "2027-07-01", "-o", folder / "x.html")
    yield said("issue", folder / "failed.yaml", "--on", "2026-06-15")


def _recorded(folder: Path, said: _Commands) -> Iterator[tuple[str, str]]:
    """What happens to a certificate, as it is recorded by the command."""
    path = folder / "certificates" / "recorded.yaml"
    path.write_text((folder / "certificates" / "missed.yaml").read_text("utf-8").replace("missed", "N-9"), "utf-8")
    for happened in (
        "surveillance --on 2026-12-01 --passed yes --star-kept no",
        "supplement --on 2026-12-01 --notice B-1 --notice-on 2026-12-05",
        "downgrade --on 2026-12-20 --stars 9 --grounds breach_of_law --reason 违法",
        "downgrade --on 2026-12-20 --stars 1 --grounds star_not_kept --reason 未整改",
        "change --on 2027-01-04 --address 绿枝路2号",
        "surveillance --on 2027-05-10 --passed yes --evaluation later.yaml",
        "application --on 2027-05-10",
        "renewal --on 2027-06-10 --evaluation next.yaml --number N-10",
        "revocation --on 2027-06-20 --grounds breach_of_law --reason 违法",
    ):
        arguments = [folder / part if part.endswith(".yaml") else part for part in happened.split()]
        yield said("record", path, *arguments)
    yield said("certificate", path, "--on", "2027-06-21")
    yield said("certificate", path, "--on", "2026-12-01")


def _batch(
    standard: aftersales.Standard, card: aftersales.Scorecard, folder: Path, said: _Commands
) -> Iterator[tuple[str, str]]:
    """A table with a row of each kind: scored, failed, with an empty share, and with a wrong one."""
    shares = ["" if node.ratio is None else str(node.ratio) for node in card.nodes if node.level == "indicator"]
    ids = [indicator.id for indicator in standard.indicators]
    kinds = (["1"] * len(ids), ["0.5"] * len(ids), ["0"] * len(ids), ["1", *[""] * (len(ids) - 1)], ["2"] * len(ids))
    rows = [ids, *kinds, [str(float(Fraction(share or 1))) for share in shares]]
    (folder / "rows.csv").write_text("\n".join(map(",".join, rows)) + "\n", "utf-8")
    yield said("batch", folder / "rows.csv", "-o", folder / "scored.csv", "--nodes", "4.1,4.2.1,4.3", "--force")
    yield "scored rows", (folder / "scored.csv").read_text("utf-8")
    yield said("batch", folder / "rows.csv", "-o", folder / "scored.csv", "--null", "not_applicable", "--force")
    yield "scored rows with deletions", (folder / "scored.csv").read_text("utf-8")
    files = [folder / "shop.yaml", folder / "failed.yaml", folder / "open.yaml"]
    yield said("batch", *files, "-o", folder / "scored.csv", "--readable", "--exact", "--force")
    yield "readable rows", (folder / "scored.csv").read_text("utf-8-sig")
    yield "readable problems", (folder / "scored.problems.csv").read_text("utf-8-sig")
    scored = [batch.score_files(files[:2], standard, exact=True, shares=True).scored for _ in range(2)]
    comparison = batch.compare_table(scored[0], standard, key="file")
    for kind in ("stars", "losses"):
        yield f"plot many {kind}", _texts_of(aftersales.plot(comparison, kind, lang=said.lang))
    progress = batch.progress_table(*scored, standard, key="file")
    yield "plot many changes", _texts_of(aftersales.plot(progress, lang=said.lang))
    yield "notebook many", "\n".join(aftersales.html_of(each, said.lang) or "" for each in (comparison, progress))
    (folder / "rows.csv").write_text("4.1.1.1,5.1.1.1\n1,1\n", "utf-8")
    yield said("batch", folder / "rows.csv", "-o", folder / "scored.csv", "--force")


def _texts_of(figure: Any) -> str:
    return "\n".join([figure.get_label(), *(text.get_text() for text in figure.findobj(Text))])


def text_of(paper: bytes, format: str) -> str:
    """The text of a paper; spaces and line breaks of a PDF are those of its layout."""
    if format == "pdf":
        done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=paper, capture_output=True, check=True)
        return re.sub(r"\s+", "", done.stdout.decode())
    if format == "docx":
        with zipfile.ZipFile(io.BytesIO(paper)) as parts:
            xml = [parts.read(name).decode() for name in parts.namelist() if re.match(r"(word|docProps)/.*xml$", name)]
        shown = re.sub(r"</w:p>", "\n", "\n".join(xml))
        return unescape(re.sub(r"<(?!wp:docPr)[^>]*>", "", shown))
    return paper.decode()


def _histories() -> dict[str, list[dict[str, Any]]]:
    passed = {
        "kind": "surveillance",
        "on": "2026-12-01",
        "passed": True,
        "notice": {"number": "B-1", "on": "2026-12-05"},
    }
    decided = {"on": "2026-12-20", "reason": "未整改"}
    return {
        "valid": [passed],
        "missed": [],
        "lowered": [passed, decided | {"kind": "downgrade", "stars": 1, "grounds": "star_not_kept"}],
        "revoked": [passed, decided | {"kind": "revocation", "grounds": "breach_of_law"}],
    }


def _self(standard: aftersales.Standard) -> aftersales.Scorecard:
    return aftersales.score(aftersales.load_evaluation(document(standard) | {"type": "self"}, standard), standard)


def _workbooks(
    standard: aftersales.Standard, evaluation: aftersales.Evaluation, folder: Path
) -> Iterator[tuple[str, str]]:
    """The cells and prompts of the forms."""
    forms = {
        "form": aftersales.write_workbook(standard, evaluation),
        "plan form": aftersales.write_plan_workbook(standard, aftersales.EvaluationPlan.model_validate(plan(standard))),
        "rectification form": aftersales.write_rectification_workbook(standard),
    }
    for name, content in forms.items():
        path = folder / f"{name}.xlsx"
        path.write_bytes(content)
        yield name, _cells_of(path)


def _cells_of(path: Path) -> str:
    cells = []
    for sheet in load_workbook(path):
        cells += [str(cell.value) for row in sheet for cell in row if cell.value is not None]
        cells += [str(each.prompt) for each in sheet.data_validations.dataValidation]
        cells += [str(part.text) for part in (sheet.oddHeader.left, sheet.oddHeader.center, sheet.oddHeader.right)]
    return "\n".join(cells)


def _results(standard: aftersales.Standard, card: aftersales.Scorecard) -> Iterator[tuple[str, Any]]:
    later = aftersales.load_evaluation(
        document(standard, **{"4.1.1.1": "full"}) | {"period": {"start": "2026-11-02", "end": "2026-11-03"}}, standard
    )
    yield "card", card
    yield "derivation", card.explain()
    yield "improvements", aftersales.improvements(card)
    yield "confidence", aftersales.confidence(card)
    yield "progress", aftersales.progress(card, aftersales.score(later, standard))
    yield "bounds", aftersales.bounds(card.evaluation.without("4.1.1.1"), standard)
    yield "standard", standard
