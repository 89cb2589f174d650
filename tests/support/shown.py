"""Everything that people are shown, in one language: what each command prints, reports and summaries, and what notebooks show."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from fractions import Fraction
from html import unescape
from pathlib import Path
from typing import Any

import pyarrow
from matplotlib.text import Text
from pyarrow import parquet
from support import green, oracle
from support.certificates import REVOKED, certificate, text_of_html
from support.command import CHAIN, EXAMPLES, UNFINISHED, run
from support.reports import example, scored, with_deletions
from support.small import small_card
from support.tables import scored_groups

import aftersales
from aftersales import html_of
from aftersales.batch import compare_table, progress_table
from aftersales.certification.rectification.rectification import Rectification
from aftersales.cli.command import command_names
from aftersales.evaluation.blank_form import blank_form
from aftersales.standard.editions import data_folder
from aftersales.views.register import register_lines

FOOD, SOFTWARE = str(EXAMPLES / "food-ecommerce.yaml"), str(EXAMPLES / "software-service-vendor.yaml")
CALENDAR = data_folder() / "calendars" / "2026.yaml"
PLAN = data_folder() / "plans" / "home-appliance-chain.yaml"


def everything(folder: Path, lang: str) -> dict[str, str]:
    """What is shown, by a name for it. Files are written into ``folder``."""
    shown = dict(_commands(folder, lang))
    shown |= {f"report {name}": text for name, text in _reports(lang)}
    shown |= {f"notebook {name}": text for name, text in _pictures(lang)}
    shown |= {f"plot {name}": text for name, text in _plots(lang)}
    shown |= {f"{name} by another standard": text for name, text in _by_other_standards(folder, lang)}
    return shown


def _by_other_standards(folder: Path, lang: str) -> Iterator[tuple[str, str]]:
    """Papers by a standard of another body, with clauses and terms of its own, and without."""
    for kind, data in (("with terms", green.own()), ("without", green.own(clauses=None, terms=None))):
        standard = aftersales.load_standard(data)
        evaluation = green.document(standard)
        for name, part in (("by", data), ("shop", evaluation)):
            (folder / f"{kind} {name}.json").write_text(json.dumps(part), "utf-8")
        report = aftersales.make_report(aftersales.score(aftersales.load_evaluation(evaluation, standard), standard))
        yield f"report {kind}", report.typeset("md", lang).decode()
        certificate = aftersales.issue(report, "2026-06-15", "GREEN-2026-001")
        paper = certificate.typeset("html", on="2026-06-15", lang=lang, standard=standard)
        yield f"certificate {kind}", text_of_html(paper)
        notice = certificate.notice("2027-01-15", standard=standard)
        yield f"notice {kind}", notice.typeset("md", lang).decode()
        yield f"form {kind}", str(standard.term("form").text(lang))
        yield f"level {kind}", str(standard.level(9).text(lang))
        audit = aftersales.Surveillance(on="2026-12-01", passed=True, star_kept=False)
        recorded = certificate.record(audit, standard).model_dump_json()
        (folder / f"{kind} certificates").mkdir()
        (folder / f"{kind} certificates" / "certificate.json").write_text(recorded, "utf-8")
        register = aftersales.register(folder / f"{kind} certificates", "2026-12-02", standard)
        yield f"register {kind}", "\n".join(register_lines(register, lang, 100))
        yield f"register table {kind}", "\n".join(map(str, register.table(lang)[0]))  # type: ignore[arg-type]
        table, scored = folder / "own rows.csv", folder / "own scored.csv"
        ids = [indicator.id for indicator in standard.indicators]
        table.write_text("\n".join([",".join(ids), ",".join("1" * len(ids))]) + "\n", "utf-8")
        by = folder / f"{kind} by.json"
        done = run(*map(str, ("batch", table, "-o", scored, "--force", "--standard", by)), AFTERSALES_LANG=lang)
        yield f"batch {kind}", (done.stdout + done.stderr).replace(str(folder), "")
    rows = [green.own()["reference"][0] | {"lower": "0", "upper": "1"}]  # a table with fewer rows than levels
    standard = aftersales.load_standard(green.own(reference=rows))
    found = {"4.1.1.1": {"kind": "qualitative", "degree": "80%", "reason": "x"}}
    card = aftersales.score(aftersales.load_evaluation(green.document(standard, **found), standard), standard)
    yield "report by a table of one row", aftersales.make_report(card, draft=True).typeset("md", lang).decode()
    yield "form", str(aftersales.load_standard().term("form").text(lang))
    titled = json.dumps(green.own(), ensure_ascii=False).replace("不超过 40", "低")
    (folder / "titled.json").write_text(titled, "utf-8")
    yield "template", blank_form(aftersales.load_standard(titled.encode()), lang=lang)


# --- commands ------------------------------------------------------------------------------------------------------


def _commands(folder: Path, lang: str) -> Iterator[tuple[str, str]]:
    files = _files(folder)

    def said(*arguments: str | Path) -> tuple[str, str]:
        done = run(*map(str, arguments), AFTERSALES_LANG=lang)
        name = " ".join(str(part).replace(str(folder), "").replace(str(EXAMPLES), "") for part in arguments)
        return name, (done.stdout + done.stderr).replace(str(folder), "")

    yield said("--help")
    for wrong in (["x"], ["score", "x", "--number"], ["report", "x", "--o"], ["template", "--format", "x"]):
        yield said(*wrong)
    for wrong in (["score"], ["score", "--lang"], ["score", "--json=1"], ["improve", "--stars", "x"]):
        yield said(*wrong)
    for command in command_names():
        yield said(command, "--help")
    for file in (
        CHAIN,
        FOOD,
        SOFTWARE,
        files["full"],
        files["near"],
        files["zero"],
        files["deleted"],
        files["remarks"],
    ):
        yield said("score", file)
        yield said("explain", file)
    yield said("score", files["full"], "--standard", files["standard"])
    for file in (UNFINISHED, CHAIN, files["empty"]):
        yield said("score", file, "--partial")
    yield said("score", UNFINISHED, "--partial", "--no-deletions")
    yield said("score", CHAIN, "--no-deletions")
    for file in (CHAIN, files["remarks"], files["wrong"], UNFINISHED):
        yield said("check", file)
    yield said("explain", CHAIN, "5.1.2")
    yield said("explain", CHAIN, "5.9")
    yield said("standard")
    yield said("standard", "5.1.2")
    for reading in ("readings", "R6", "R99"):
        yield said("standard", reading)
    yield said("template")
    yield said("template", "--plan", PLAN)
    yield said("template", "--for-plan")
    yield said("template", "-o", folder / "form.pdf")
    for plan in (PLAN, files["plan"], files["empty plan"]):
        yield said("plan", plan)
        yield said("plan", plan, "--evaluation", CHAIN)
        paper = folder / f"plan-{plan.stem}.md"
        yield said("plan", plan, "-o", paper, "--draft", "--force")
        yield f"paper of {plan.stem}", paper.read_text("utf-8") if paper.exists() else ""
    yield said("report", CHAIN, "-o", folder / "report.md", "--on", "2026-03-20")
    yield said("report", CHAIN, "-o", folder / "late.md", "--on", "2026-12-20")
    yield said("report", CHAIN, "-o", folder / "dated.md", "--calendar", CALENDAR)
    yield said("report", files["zero"], "-o", folder / "draft.md", "--draft")
    yield said("report", files["zero"], "-o", folder / "refused.md")
    yield said("report", files["shop 2"], "-o", folder / "parties.md", "--draft")
    yield said("report", files["2035"], "-o", folder / "far.md")
    yield said("report", files["photo"], "-o", folder / "photo.md")
    for day in ("2026-01-01", "2026-04-01", "2027-04-01", "2027-05-01", "2028-04-01", "2028-06-01", "2031-07-01"):
        yield said("certificate", files["certificate"], "--on", day)
    for day in ("2027-03-20", "2027-06-01", "2030-01-01"):
        yield said("certificate", files["audit failed"], "--on", day)
    yield said("certificate", files["revoked"], "--on", "2027-06-01")
    yield from _papers(folder, files, said)
    yield said("issue", CHAIN, "--on", "2026-03-20")
    yield said("issue", CHAIN, "--on", "2028-03-20")
    yield said("issue", FOOD, "--on", "2026-03-20")
    plan = data_folder() / "plans" / "home-appliance-chain.yaml"
    yield said("check", CHAIN, "--plan", plan, "--for", "李静")
    yield said("merge", files["shop 1"], files["zero"])
    yield said("merge", UNFINISHED, UNFINISHED)
    yield said("merge", UNFINISHED, "--plan", plan)
    yield said("record", files["recorded"], "application", "--on", "2026-09-01")
    mistaken = ("correction", "--corrected-on", "2026-09-02", "--reason", "癸", "--on")
    yield said("record", files["recorded"], *mistaken, "2026-08-01")
    yield said("record", files["recorded"], *mistaken, "2026-09-01")
    yield said("certificate", _with_corrections(folder), "--on", "2027-01-01")
    yield from _registers(folder, files, said)
    yield from _rectifications(folder, files, said)
    yield said("compare", files["shop 1"], files["shop 2"], files["zero"])
    yield said("compare", files["shop 1"], files["shop 2"])
    yield said("compare", files["shop 1"], files["shop 1 later"])
    yield said("compare", files["shop 1"], files["shop 1"])
    yield said("compare", files["shop 1"], files["shop 1 best"])
    for arguments in (
        (CHAIN,),
        (CHAIN, "--stars", "5", "--cost", files["costs"]),
        (FOOD, "--stars", "5", "--cost", files["one cost"]),
        (CHAIN, "--stars", "5", "--cost", files["no use"]),
        (CHAIN, "--stars", "3"),
        (CHAIN, "--stars", "9"),
    ):
        yield said("improve", *arguments)
    for name, null in (("table", "missing"), ("table", "not_applicable"), ("one row", "missing")):
        yield said("batch", files[name], "-o", folder / "scored.parquet", "--nodes", "", "--force", "--null", null)
    for name in ("first", "second"):
        (folder / "many" / name).mkdir(parents=True, exist_ok=True)
        (folder / "many" / name / "A.json").write_bytes(files["shop 1"].read_bytes())
    (folder / "many" / "wrong.json").write_text("{}")
    (folder / "many" / "notes.txt").write_text("")
    yield said("batch", folder / "many", "-o", folder / "many.csv", "--nodes", "", "--force")
    yield said("batch", folder / "many", "-o", folder / "many.csv", "--nodes", "", "--force", "--readable", "--remarks")
    ids = [indicator.id for indicator in aftersales.load_standard(edition="2025-12-04").indicators]
    rows = [ids, *([share] * len(ids) for share in ("1", "0", "0.89999999999999"))]
    (folder / "rows.csv").write_text("".join(",".join(row) + "\n" for row in rows))
    yield said(
        "batch", folder / "rows.csv", "-o", folder / "shown.csv", "--nodes", "5.1", "--exact", "--force", "--readable"
    )


def _rectifications(folder: Path, files: dict[str, Path], said: Any) -> Iterator[tuple[str, str]]:
    """Drafts and what came of them: on the terminal and as notices."""
    for name, source, extra in (
        ("shop", files["shop 1"], ()),
        ("chain", CHAIN, ("--audit", "--number", "7")),
        ("zero", files["zero"], ()),
    ):
        file = folder / f"items of {name}.json"
        said("rectification", source, "--on", "2026-03-20", "--due", "2026-04-30", "-o", file, "--force", *extra)
        for day in ((), ("--on", "2026-04-01"), ("--on", "2026-05-01")):
            yield said("rectification", file, *day)
            said("rectification", file, "-o", folder / "notice.md", "--force", *day)
            yield f"notice of {name} {day}", (folder / "notice.md").read_text("utf-8")
    for source in ("failed alone", "recorded"):
        yield said("template", "--for-rectification", "--certificate", files[source])
    yield said("template", "--for-rectification")
    yield said("rectification", file, "--close", "1", "--done", "戊", "--on", "2026-04-02", "--by", "张明")
    said("rectification", file, "-o", folder / "notice.md", "--force", "--on", "2026-05-01")
    yield "notice with a result", (folder / "notice.md").read_text("utf-8")


def _papers(folder: Path, files: dict[str, Path], said: Any) -> Iterator[tuple[str, str]]:
    """Certificates as sheets, and notices of every kind."""
    for number, (name, day) in enumerate(
        (
            ("certificate", "2026-04-01"),
            ("certificate", "2028-02-01"),
            ("certificate", "2028-04-01"),
            ("bare", "2026-04-01"),
        )
    ):
        page = folder / f"{number}.html"
        yield said("certificate", files[name], "--on", day, "-o", page)
        yield f"sheet {number}", text_of_html(page.read_bytes()) if page.exists() else ""
    yield said("issue", CHAIN, "--on", "2026-03-20", "--number", "1", "-o", folder / "issued.yaml")
    lowered = (
        "record",
        folder / "issued.yaml",
        "downgrade",
        "--on",
        "2026-05-01",
        "--stars",
        "3",
        "--grounds",
        "breach_of_law",
    )
    said(*lowered, "--reason", "癸")
    summary = folder / "certified.md"
    yield said("certificate", folder / "issued.yaml", "--on", "2026-06-01", "--summary", CHAIN, "-o", summary)
    yield "certified summary", summary.read_text("utf-8")
    for number, (name, day, kind) in enumerate(
        (
            ("certificate", "2026-04-01", None),
            ("certificate", "2027-03-02", None),
            ("certificate", "2028-03-01", None),
            ("certificate", "2028-04-01", "downgrade"),
            ("certificate", "2029-04-01", None),
            ("audit failed", "2027-06-01", None),
            ("numbered", "2027-06-01", None),
            ("revoked", "2026-05-04", None),
            ("revoked", "2027-06-01", "maintained"),
            ("passed twice", "2028-03-01", None),
        )
    ):
        notice = folder / f"notice {number}.md"
        yield said("notice", files[name], "--on", day, "-o", notice, *(["--kind", kind] if kind else []))
        yield f"notice {number}", notice.read_text("utf-8") if notice.exists() else ""
        if kind is None:
            said("notice", files[name], "--on", day, "-o", notice, "--number", "7", "--force")
    said(
        "notice",
        files["certificate"],
        "--on",
        "2028-04-01",
        "-o",
        notice,
        "--number",
        "7",
        "--force",
        "--kind",
        "downgrade",
    )


def _registers(folder: Path, files: dict[str, Path], said: Any) -> Iterator[tuple[str, str]]:
    """The registers of a folder with one of each: on the terminal and as a table."""
    at = folder / "registers"
    (at / "r").mkdir(parents=True)
    for number, name in enumerate(
        ("certificate", "audit failed", "failed alone", "not kept", "revoked", "recorded", "plan")
    ):
        (at / "r" / f"{number}.json").write_bytes(files[name].read_bytes())
    (at / "r" / "9.json").write_text("", "utf-8")
    (at / "r" / "8.json").write_text(json.dumps({"issued": "x"}), "utf-8")
    for day in ("2026-01-01", "2027-06-01", "2028-04-01", "2035-01-01"):
        yield said("register", at, "--on", day)
        yield said("register", at, "--on", day, "-o", folder / "register.csv", "--force")
        yield f"register {day} csv", (folder / "register.csv").read_text("utf-8-sig")
    said("register", at, "--on", day, "-o", folder / "register.xlsx")


def _files(folder: Path) -> dict[str, Path]:
    """Files with everything in them that a command may have to report."""
    full = oracle.all_full()
    head = {
        "type": "third_party",
        "body": {"name": "子"},
        "subject": {
            "organisation": "甲",
            "credit_code": "91350100M000100Y43",
            "address": "丑",
            "sites": ["寅", "卯"],
            "product_category": "家电",
            "size_tier": "中型",
            "scope": "乙",
        },
        "team": [
            {"name": "张明", "role": "lead", "qualification": "丙", "organisation": "丁"},
            {"name": "李静", "role": "观察员"},
        ],
        "period": {"start": "2026-03-02", "end": "2026-03-06"},
    }
    reviewed = {
        "kind": "qualitative",
        "degree": 1,
        "evidence": [{"method": method} for method in ("document", "interview", "observation", "customer")],
    }
    poor = {"kind": "qualitative", "degree": "60%", "reason": "戊"}
    near = {"kind": "qualitative", "degree": "0.9999999"}
    gone = {"kind": "not_applicable", "reason": "己", "confirmed_by": ["张明", "李静"]}
    shop = oracle.document(full | {"5.1.1.1": reviewed, "5.1.1.2": poor}, **head)
    later = {"period": {"start": "2027-03-01", "end": "2027-03-05"}}
    better = full | {"5.1.1.1": reviewed, "5.1.1.2": "full", "5.1.1.3": poor, "5.1.3.1": gone}
    documents: dict[str, Any] = {
        "full": oracle.document(full),
        "near": oracle.document(full | {"5.1.1.1": near}),
        "zero": oracle.document(dict.fromkeys(full, "none") | {"5.1.2.2": {"kind": "quantitative", "actual": "0%"}}),
        "deleted": oracle.document(full | {"5.1.3.1": gone}, **head),
        "remarks": oracle.document(full | {"5.1.1.1": {"kind": "qualitative", "degree": 1, "reason": "庚"}}, **head),
        "wrong": oracle.document(full | {"5.9": "full", "5.1.1.1": {"kind": "qualitative", "degree": "2"}}, typ="x"),
        "empty": {"standard": "CTS XBHT-S04-2025", "findings": {}},
        "photo": example("home-appliance-chain") | {"findings": example("home-appliance-chain")["findings"] | {"5.1.1.1": {
            "kind": "qualitative", "degree": "100%", "evidence": [{"method": "document", "file": "2.2"}]}}},
        "2035": oracle.document(full | {"5.1.1.1": reviewed}, **head) | {"period": {"start": "2035-01-01", "end": "2035-01-02"}},
        "shop 1": shop,
        "shop 1 later": oracle.document(better, **head | later),
        "shop 1 best": oracle.document(full | {"5.1.1.1": reviewed}, **head | later),
        "shop 2": oracle.document(full | {"5.1.1.2": "none"}, **head | {"type": None, "subject": head["subject"] | {"organisation": "辛"}}),
        "costs": dict.fromkeys(full, 3),
        "one cost": {"5.1.1.1": 1},
        "no use": {next(node.id for node in scored(example("home-appliance-chain")).nodes if node.id in full and not scored(example("home-appliance-chain"))[node.id].deducted): 1},
        "plan": _plan(),
        "empty plan": {"standard": "CTS XBHT-S04-2025"},
        "certificate": _certificate(
            {"kind": "surveillance", "on": "2027-02-01", "passed": True, "note": "壬", "star_kept": True, "notice": {"number": "9", "on": "2027-02-09"}},
            {"kind": "change", "on": "2027-03-02", "organisation": "午", "address": "未", "scope": "申",
             "organisation_en": "午", "credit_code": "未", "scope_en": "申", "address_en": "戊",
             "body": {"name": "戌", "approval_number": "亥", "address": "甲", "address_en": "己", "telephone": "乙", "name_en": "丙", "lookup": "丁"}},
            {"kind": "downgrade", "on": "2027-04-02", "stars": 1, "grounds": "major_incident", "reason": "癸"},
            {"kind": "surveillance", "on": "2028-02-01", "passed": True},
            {"kind": "application", "on": "2028-03-01"},
            {"kind": "renewal", "on": "2028-05-01", "stars": 5, "final_score": "91", "number": "酉"},
        ),
        "audit failed": _certificate(
            {
                "kind": "surveillance", "on": "2027-02-01", "passed": False, "star_kept": False, "indicators": ["5.1"],
                "rectification": {"on": "2027-02-01", "items": [
                    {"indicator": "5.1", "requirement": "戌", "due": "2027-05-01", "responsible": "亥"}]},
            }
        ),
        "failed alone": _certificate({"kind": "surveillance", "on": "2027-02-01", "passed": False}),
        "not kept": _certificate({"kind": "surveillance", "on": "2027-02-01", "passed": True, "star_kept": False}),
        "recorded": _certificate(),
        "bare": _certificate() | {"number": None, "address": None, "body": None},
        "passed twice": _certificate(
            {"kind": "surveillance", "on": "2027-02-01", "passed": True},
            {"kind": "surveillance", "on": "2028-02-01", "passed": True, "notice": {"number": "9", "on": "2028-02-09"}},
        ),
        "numbered": _certificate(
            {"kind": "downgrade", "on": "2026-05-02", "stars": 2, "grounds": "concentrated_complaints", "reason": "癸"},
            {"kind": "revocation", "on": "2027-02-01", "grounds": "star_not_kept", "reason": "癸"},
        ),
        "revoked": _certificate(
            {"kind": "downgrade", "on": "2026-05-02", "stars": 2, "grounds": "concentrated_complaints", "reason": "癸"},
            {"kind": "downgrade", "on": "2026-05-03", "stars": 1, "grounds": "breach_of_law", "reason": "癸"},
            {"kind": "revocation", "on": "2027-02-01", "grounds": "star_not_kept", "reason": "癸"},
        )
        | {"number": None},
    }  # fmt: skip
    documents["standard"] = altered_standard().model_dump(mode="json", exclude_none=True)
    paths = {}
    for name, document in documents.items():
        paths[name] = folder / f"{name}.json"
        paths[name].write_text(json.dumps(document), "utf-8")
    shares = {key: pyarrow.array([1.0, 0.3, None, 0.0, 0.9]) for key in oracle.INDICATORS}
    shares[oracle.INDICATORS[0]] = pyarrow.array([0.7 + 0.2, 0.3, 1.0, 0.0, 0.9 - 1e-13])
    for name, table in (("table", pyarrow.table(shares)), ("one row", pyarrow.table(shares).slice(0, 1))):
        paths[name] = folder / f"{name}.parquet"
        parquet.write_table(table, paths[name])
    return paths


def _certificate(*events: dict[str, Any]) -> dict[str, Any]:
    return {
        "standard": "CTS XBHT-S04-2025",
        "edition": "2025-12-04",
        "organisation": "甲",
        "credit_code": "巳",
        "address": "丙",
        "scope": "乙",
        "body": {"name": "子", "approval_number": "丑", "address": "寅", "telephone": "卯", "lookup": "辰"},
        "number": "1",
        "final_score": "87.37",
        "stars": 4,
        "issued": "2026-03-20",
        "events": list(events),
    }


def _with_corrections(folder: Path) -> Path:
    """A certificate with a correction of each kind of event."""
    events: tuple[dict[str, Any], ...] = (
        {"kind": "application"},
        {"kind": "change", "scope": "乙"},
        {"kind": "surveillance", "passed": True},
        {"kind": "downgrade", "stars": 3, "grounds": "breach_of_law", "reason": "癸"},
        {"kind": "revocation", "grounds": "breach_of_law", "reason": "癸"},
        {"kind": "renewal", "final_score": "91", "stars": 5},
    )
    corrections = [{"on": "2026-12-02", "reason": "癸", "event": each | {"on": "2026-12-01"}} for each in events]
    path = folder / "corrected.json"
    path.write_text(json.dumps(_certificate() | {"corrections": corrections}), "utf-8")
    return path


def _plan() -> dict[str, Any]:
    """A plan that lacks some of what 6.1 asks for."""
    activity = {"start": "2026-03-02", "end": "2026-03-03", "assessors": ["张明"], "what": "丙", "where": "丁"}
    return {
        "standard": "CTS XBHT-S04-2025",
        "type": "self",
        "body": {"name": "甲", "address": "丙", "telephone": "010"},
        "subject": {"organisation": "甲", "address": "丁", "credit_code": "91350100M000100Y43", "sites": ["丙"]},
        "team": [{"name": "张明", "role": "lead", "qualification": "丙"}, {"name": "李静", "role": "member"}],
        "schedule": [
            activity | {"review": "documents", "end": "2026-04-03"},
            activity | {"review": "on_site", "methods": ["interview", "observation", "customer"]},
        ],
        "assignments": {"张明": ["5.1.1.1", "5.1.1.2"], "李静": ["5.1.1.3", "5.1.2"]},
    }


def altered_standard() -> aftersales.Standard:
    """A standard with the name of the bundled one and another rule."""
    bundled = aftersales.load_standard()
    return aftersales.Standard.model_validate(bundled.model_dump(mode="json") | {"sample_share": "1/2"})


# --- reports -------------------------------------------------------------------------------------------------------


def _reports(lang: str) -> Iterator[tuple[str, str]]:
    chain = example("home-appliance-chain")
    names = ("home-appliance-chain", "food-ecommerce", "software-service-vendor")
    datas: dict[str, dict[str, Any]] = {name: example(name) for name in names}
    datas |= {
        "with deletions": with_deletions(),
        "self": chain | {"type": "self"},
        "full": oracle.document(oracle.all_full(), type="third_party"),
        "top with losses": oracle.document(
            oracle.all_full() | {"5.1.1.1": "none", "5.1.1.2": {"kind": "qualitative", "degree": "50%"}}
        ),
        "nothing": oracle.document(
            dict.fromkeys(oracle.all_full(), "none")
            | {"5.1.2.2": {"kind": "quantitative", "actual": "0%", "evidence": [{"method": "document"}]}},
            team=[{"name": "张明"}],
        ),
        "2035": chain | {"period": {"start": "2035-01-01", "end": "2035-01-02"}},
        "measured": oracle.document(
            oracle.all_full()
            | {
                "5.1.1.1": {"kind": "quantitative", "actual": 30, "at_most": 24, "reason": "甲"},
                "5.1.1.2": {"kind": "quantitative", "actual": 3, "at_least": 24, "reason": "甲"},
                "5.1.1.3": {"kind": "sampled", "outlets": 12, "outlets_covered": 12, "sampled": 36, "nonconforming": 3},
                "5.1.1.4": {"kind": "sampled", "population": 9, "outlets": 12, "outlets_covered": 2, "sampled": 8, "nonconforming": 3},
            }
        ),
    }  # fmt: skip
    for name, data in datas.items():
        card = scored(data)
        for day in ("2026-03-20", "2026-12-20", "2025-01-01"):
            made = aftersales.make_report(card, number="7", issued_on=day, draft=True)
            for kind in ("typeset", "summary"):
                if kind == "typeset" or day == "2026-03-20":
                    yield f"{name} {day} {kind} md", getattr(made, kind)("md", lang).decode()
                    if day == "2026-03-20":
                        yield f"{name} {kind} html", text_of(getattr(made, kind)("html", lang).decode())
    for name, made in _detailed_reports():
        yield f"{name} md", made.typeset("md", lang).decode()


def _detailed_reports() -> Iterator[tuple[str, aftersales.Report]]:
    """Reports with everything that the assessors may add, and one in which all of it has gaps."""
    data = example("home-appliance-chain")
    findings, name = data["findings"], data["team"][0]["name"]
    text, numbers = findings["5.1.1.2"]["reason"], "1234567890。" * 60  # digits are of no language
    source = {"method": "document", "note": numbers, "ref": text, "on": "2026-03-03", "by": name, "where": text}
    findings["5.1.1.2"] |= {"reason": numbers, "measure": numbers, "strength": numbers}
    findings["5.1.1.2"]["evidence"] = [source | {"file": file} for file in ("1.1", "2.2", "3.3")]
    findings["5.1.2.5"] |= {"reason": numbers}
    data["narrative"] = dict.fromkeys(("process", "strengths", "weaknesses", "suggestions"), text)
    data["body"] |= {"address": text, "telephone": "0555-1"}
    data["sign_off"] = {"leader": {"name": name, "on": "2026-03-19"}}
    item = {"indicator": "5.1.1.2", "problem": numbers, "requirement": text, "due": "2026-05-01", "responsible": name}
    done = item | {"result": {"done": f"1{numbers}", "on": "2026-04-20", "by": name}}
    facts = {"on": "2026-03-20", "number": "7", "result": f"v1:{'0' * 64}"}
    card, files = scored(data), {"1.1": ("1.1",), "2.2": tuple(f"{k}.{k}" for k in range(100)), "3.3": ("1.1", "2.2")}
    whole = Rectification(**facts, items=[item, done])
    yield "detailed", aftersales.Report(card=card, rectification=whole, evidence_files=files, number="7")
    nobody = Rectification(**facts, items=[item | {"responsible": None}])
    card = scored({key: part for key, part in data.items() if key not in ("body", "sign_off")})
    yield (
        "detailed draft",
        aftersales.Report(card=card, rectification=nobody, evidence_files={"1.1": (), "2.2": ()}, draft=True),
    )
    yield "later", aftersales.Report(card=card, number="7", issued_on="2026-05-02", rectification=whole, draft=True)


def text_of(page: str) -> str:
    """What a reader of a page sees or hears: its texts, and the words of its pictures."""
    page = re.sub("<style.*?</style>", "", page, flags=re.DOTALL)
    page = re.sub(' (?:aria-label|data-head)="([^"]*)"', r">\1<", page)
    return unescape(re.sub("<[^>]*>", "\n", page))


# --- notebooks -----------------------------------------------------------------------------------------------------


def _plots(lang: str) -> Iterator[tuple[str, str]]:
    """The texts of each plot."""
    card = aftersales.score(aftersales.load_evaluation(CHAIN))
    poor = aftersales.score(aftersales.load_evaluation(FOOD))
    half = small_card([Fraction(10)] * 3, [Fraction(1), None, Fraction(899999, 1000000)])
    things: dict[str, tuple[Any, str | None, Any]] = {
        **{f"{level} {kind}": (card, kind, level) for level in ("category", "subcategory", "indicator") for kind in ("bars", "waterfall")},
        "radar": (poor, "radar", None),
        "small": (half, "bars", None),
        "comparison": (aftersales.compare([card, card]), "bars", None),
        "progress": (_progress(card), "bars", None),
        "what if": (aftersales.what_if(card, {"5.1.2.5": "full"}), "bars", None),
        "no what if": (aftersales.what_if(card, {}), "bars", None),
        "bounds": (aftersales.bounds(aftersales.load_evaluation(UNFINISHED)), "bars", None),
        "no bounds": (aftersales.bounds(card.evaluation), "bars", None),
        "way": (aftersales.improvements(card), "waterfall", None),
        "confidence": (aftersales.confidence(card), "bars", None),
        "stars of many": (compare_table(scored_groups(12)), "stars", None),
        "losses of many": (compare_table(scored_groups()), "losses", None),
        "stars of two years": (progress_table(scored_groups(), scored_groups()), "stars", None),
    }  # fmt: skip
    for name, (thing, kind, level) in things.items():
        figure = aftersales.plot(thing, kind, level=level, lang=lang)  # type: ignore[arg-type]
        yield name, "\n".join([figure.get_label(), *(text.get_text() for text in figure.findobj(Text))])


def _progress(card: aftersales.Scorecard) -> aftersales.Progress:
    undated = card.evaluation.model_copy(update={"period": None})
    return aftersales.progress(aftersales.score(undated), aftersales.score(undated.with_findings({"5.1.6.4": "full"})))


def _pictures(lang: str) -> Iterator[tuple[str, str]]:
    card, failed = (
        aftersales.score(aftersales.load_evaluation(CHAIN)),
        aftersales.score(aftersales.load_evaluation(FOOD)),
    )
    vendor = aftersales.score(aftersales.load_evaluation(SOFTWARE))
    unfinished = aftersales.load_evaluation(UNFINISHED)
    altered = aftersales.score(vendor.evaluation, altered_standard())
    half = small_card([Fraction(10)] * 3, [Fraction(1), None, Fraction(899999, 1000000)])
    try:
        aftersales.load_evaluation({"standard": "CTS XBHT-S04-2025", "findings": {"5.9": "full", "5.1.2.2": "full"}})
    except aftersales.EvaluationError as error:
        problems = error
    things = {
        "standard": aftersales.load_standard(),
        "small standard": half.standard,
        "evaluation": card.evaluation,
        "unfinished": unfinished,
        "card": card,
        "failed": failed,
        "vendor": vendor,
        "small card": half,
        "altered": altered,
        "problems": problems,
        "problem": problems.problems[0],
        "way": aftersales.improvements(card),
        "way with costs": aftersales.improvements(card, 5, {"5.1.6.4": 3}),
        "no way": aftersales.improvements(card, 4),
        "bounds": aftersales.bounds(unfinished),
        "bounds of nothing": aftersales.bounds(aftersales.Evaluation(standard="CTS XBHT-S04-2025", findings={})),
        "bounds of nothing open": aftersales.bounds(card.evaluation),
        "confidence": aftersales.confidence(vendor),
        "confidence with ranges": aftersales.confidence(card, degrees={"5.1.1.1": ("0.5", "0.9")}),
        "comparison": aftersales.compare([card, card]),
        "altered comparison": aftersales.compare([altered, altered]),
        "what if": aftersales.what_if(card, {"5.1.6.4": "full", "5.1.3.1": "none", "5.1.2.5": "full"}),
        "what if, of a version that named no levels": aftersales.what_if(failed, {}).model_copy(
            update={"grade_before": None, "grade_after": None}
        ),
        "progress": _progress(card),
        "tree": card.explain(),
        "many": compare_table(scored_groups(21)),
        "many, of which none is ranked": compare_table(scored_groups(1, 1)),
        "many of two years": progress_table(scored_groups(1), scored_groups(2, worse=1)),
        "plan": aftersales.load_plan(PLAN),
        "status": certificate(REVOKED | {"reason": "x"}, organisation="SMALL", number="A").status("2028-01-01"),
        "problem, or a remark": aftersales.remarks(card.evaluation.with_findings({"5.1.1.1": "full"}))[0],
    }
    yield "derivation", altered.explain().text(lang)
    for name, thing in things.items():
        yield name, text_of(html_of(thing, lang) or "")  # type: ignore[arg-type]
