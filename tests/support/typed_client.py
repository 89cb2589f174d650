"""A program that uses the package as the documentation does. ``tests/test_types.py`` runs it and checks its types."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import aftersales
from aftersales import (
    Activity,
    Assessor,
    Bilingual,
    Certificate,
    Change,
    Derivation,
    Downgrade,
    EvaluatingBody,
    Evaluation,
    EvaluationError,
    EvaluationPlan,
    Evidence,
    Finding,
    Inapplicable,
    Language,
    MaintenanceNotice,
    NodeChange,
    NotApplicable,
    PaperFormat,
    Period,
    Problem,
    Provenance,
    Qualitative,
    Quantitative,
    Rectification,
    RectificationItem,
    RectificationResult,
    Remark,
    Renewal,
    RenewalApplication,
    Report,
    Revocation,
    Sampled,
    Scorecard,
    Signature,
    SignOff,
    Standard,
    Status,
    Subject,
    Surveillance,
)
from aftersales.batch import score_table

STANDARD = "CTS XBHT-S04-2025"
LANGUAGE: Language = "zh"
FORMAT: PaperFormat = "md"


def evaluation_of(organisation: str) -> Evaluation:
    """An evaluation with a finding of each kind, in each form in which it may be written."""
    findings: dict[str, Finding] = {
        "5.1.1.2": Qualitative(degree="0.9", row=5, reason="两家门店未设置服务标志"),
        "5.1.1.3": Qualitative(degree=Decimal("0.65"), evidence=[Evidence(method="document", on="2026-03-03")]),
        "5.1.1.4": Qualitative(degree=Fraction(3, 5), evidence=[{"method": "interview", "note": "…"}]),
        "5.1.2.2": Quantitative(actual="8%"),
        "5.4.3.2": Quantitative(actual=30, at_most=24, reason="平均响应 30 小时"),
        "5.1.2.6": Sampled(population=120, sampled=80, nonconforming=4),
        "5.4.3.1": Sampled(outlets=12, outlets_covered=12, sampled=36, nonconforming=3),
        "5.3.6": NotApplicable(reason="不销售需回收的商品", confirmed_by=["张明"]),
    }
    evaluation = Evaluation(
        standard=STANDARD,
        edition=datetime.date(2025, 12, 4),
        type="third_party",
        body=EvaluatingBody(name="云津质信认证有限公司", approval_number="CNCA-R-2026-999"),
        subject=Subject(organisation=organisation, scope="家电零售", sites=["一店", "二店"]),
        team=[Assessor(name="张明", role="lead"), {"name": "李静"}],
        period=Period(start="2026-03-02", end=datetime.date(2026, 3, 6)),
        sign_off=SignOff(leader=Signature(name="张明", on="2026-03-08"), approver={"name": "王芳"}),
        findings={indicator.id: "full" for indicator in aftersales.load_standard().indicators if "5.3.6" not in indicator.id},
    )  # fmt: skip
    return evaluation.with_findings(findings).with_findings(
        {"5.1.1.5": "none", "5.1.1.1": {"kind": "qualitative", "degree": 1}}
    )


def problems_of(path: Path) -> tuple[Problem, ...]:
    """What is wrong with a file."""
    try:
        aftersales.load_evaluation(path)
    except EvaluationError as error:
        return error.problems
    examination = aftersales.examine(path)
    remarks: tuple[Remark, ...] = examination.remarks
    return examination.problems if not remarks else ()


def lines_of(card: Scorecard) -> Iterator[str]:
    """Figures of a result, each of the type that a program may rely on."""
    score: Fraction = card.final_score
    ratio: Fraction | None = card["5.1"].ratio
    title: Bilingual = card["5.1"].title
    derivation: Derivation = card.explain("5.1.2.2")
    yield f"{float(score):.2f} {ratio} {card.printed_score} {'★' * card.stars} {card.grade.grade.zh}"
    yield f"{title.text('en')} {derivation.text('en')} {[node.deducted for node in card.deductions]}"
    for key, finding in card.evaluation.findings.items():
        if finding is not None and finding.kind == "quantitative":
            actual: Fraction = finding.actual
            yield f"{key} {actual}"


def advice_of(card: Scorecard) -> Iterator[str]:
    """What analysis says of a result."""
    plan = aftersales.improvements(card, stars=5, cost={"5.1.1.5": 1200, "5.4.3.2": "300"})
    sure = aftersales.confidence(card, prior="jeffreys", degrees={"5.1.1.2": ("40%", Fraction(4, 5))}, step="1%")
    more = aftersales.confidence(card, prior=("1/2", 1))
    changes: tuple[NodeChange, ...] = aftersales.what_if(card, {"5.1.1.5": "full"}).changes
    still = aftersales.bounds(card.evaluation, deletions=False)
    yield f"{plan.reachable} {[step.id for step in plan.steps]} {sure.expected_score} {more.chances[0].lowest}"
    yield f"{[change.difference for change in changes]} {still.lowest} {still.stars}"


def certified(card: Scorecard) -> Certificate:
    """A certificate, with an event of each kind."""
    report: Report = aftersales.make_report(card, number="SM-1", issued_on="2026-03-20", draft=True)
    page: bytes = report.typeset(FORMAT, LANGUAGE)
    assert page
    assert report.summary("html", "en")
    demand = aftersales.draft_rectification(card, on="2026-03-20", due="2026-04-30", number="ZG-1")
    result = RectificationResult(done="已更换服务标志", on="2026-04-10", by="张明")
    item = RectificationItem(
        indicator="5.4.3.2", requirement="24 小时内响应", due="2027-03-31", responsible="李静", result=result
    )
    wanted = Rectification(
        on="2026-03-20",
        final_score="87.37",
        items=[item, {"indicator": "5.1.1.5", "requirement": "…", "due": "2027-04-01"}],
    )
    open_items: tuple[RectificationItem, ...] = wanted.open_on("2026-05-01") + demand.open_on("2026-05-01")
    assert open_items
    notice = MaintenanceNotice(number="B-1", on="2027-02-12")
    return Certificate(
        number="SM-2026-017", standard=STANDARD, edition="2025-12-04", organisation="滨海家电连锁有限公司", final_score="87.37",
        stars=4, issued="2026-03-20", body={"name": "云津质信认证有限公司", "approval_number": "CNCA-R-2026-999"},
        address="滨海市港路 1 号", scope="家电零售",
        events=[Surveillance(on="2027-02-11", passed=True, star_kept=True, notice=notice), Change(on="2027-03-01", address="滨海市港路 2 号")],
    )  # fmt: skip


def history_of(certificate: Certificate) -> Status:
    """The status after all that may happen to a certificate."""
    downgraded = certificate.record(Downgrade(on="2027-05-01", stars=3, grounds="major_incident", reason="空调坠落"))
    revoked = downgraded.record(Revocation(on="2027-06-01", grounds="breach_of_law", reason="伪造记录"))
    renewal = Renewal(on="2029-03-10", final_score="91", stars=5, organisation="滨海智能家电股份有限公司")
    renewed = (
        certificate.record(Surveillance(on="2028-02-11", passed=True))
        .record(RenewalApplication(on="2029-01-10"))
        .record(renewal)
    )
    assert revoked.status("2027-06-02").state == "revoked"
    assert renewed.rating_on(datetime.date(2029, 4, 1)).stars == 5
    status = certificate.status("2028-04-01")
    due: datetime.date | None = status.next_audit.due if status.next_audit else None
    assert due
    assert certificate.notice("2028-04-01", "overdue").typeset("md")
    return status


def planned() -> EvaluationPlan:
    """A plan."""
    activity = Activity(
        start="2026-03-02", end="2026-03-06", review="on_site", methods=["interview"], assessors=["张明"]
    )
    plan = EvaluationPlan(
        standard=STANDARD, on="2026-02-20", team=[{"name": "张明"}], schedule=[activity], assignments={"张明": ["5.1", "5.2"]},
        inapplicable=[Inapplicable(id="5.3.6", reason="…")],
    )  # fmt: skip
    assert plan.gaps()
    assert plan.form(lang="en")
    assert plan.typeset("md", "en", draft=True)
    return plan


def main(folder: Path) -> list[str]:
    """Everything, on files of a folder."""
    card = aftersales.score(evaluation_of("滨海家电连锁有限公司"))
    path = folder / "shop.yaml"
    path.write_text(card.evaluation.to_yaml(), "utf-8")
    standard: Standard = aftersales.load_standard(edition="2025-12-04")
    provenance: Provenance | None = standard.provenance
    stored = aftersales.load_scorecard(card.model_dump(mode="json"))
    (folder / "certificate.yaml").write_text(certified(stored).to_yaml(), "utf-8")
    register = aftersales.register(folder, "2028-04-01")
    register.write(folder / "register.csv", "en")
    table = (
        score_table(aftersales.score(evaluation_of("乙")).to_table(), standard, nodes=(), null="missing")
        if provenance is None
        else None
    )
    due: datetime.date = aftersales.report_due("2026-02-06")
    aftersales.plot(card, "radar", level="subcategory", lang="en").savefig(folder / "card.png")
    history = history_of(certified(card))
    plan = planned()
    schema = aftersales.json_schema("certificate")
    view: str | None = aftersales.html_of(card, lang="en")
    assert not problems_of(path)
    assert view
    assert plan.period
    assert schema
    assert table is None
    return [*lines_of(card), *advice_of(card), history.state, str(due), str(len(register.entries))]
