"""A certificate on a day as lines for a terminal. Everything is said by its status."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from aftersales.certification.certificate.certificate import GROUNDS, Certificate, Status, stars_in_english
from aftersales.certification.certificate.events import Event
from aftersales.standard.standard import Standard
from aftersales.text.columns import MAX_WIDTH, wrapped
from aftersales.text.number_format import printed

__all__ = ["certificate_lines"]

_WORDS = {
    "zh": {
        "head": "{id}（{edition} 版）星级证书{number}",
        "issued": "发证 {issued}；{on} 的状态：",
        "states": {"not_issued": "尚未发证", "valid": "有效", "suspended": "失效（缺监督审核）", "lapsed": "到期失效", "revoked": "已撤销"},
        "until": "有效期至 {day}",
        "audit": "下次监督审核：{start} 至 {due} 内须合格",
        "overdue": "监督审核已逾期：应在 {due} 前合格",
        "renewal": "重新评价最迟 {day}",
        "events": "记录",
        "notices": "须向社会公示（7.2.4）",
        "passed": {True: "监督审核合格", False: "监督审核不合格"},
        "downgrade": "降为 {stars} 星（{grounds}）：{reason}",
        "revocation": "撤销（{grounds}）：{reason}",
        "renewed": "重新评价合格，{stars} 星",
        "colon": "：",
        "rating": "评定：{score} 分，{stars} 星",
    },
    "en": {
        "head": "{id} (edition {edition}), certificate{number}",
        "rating": "Rated: {score}, {stars}",
        "issued": "Issued on {issued}; on {on} it is:",
        "states": {
            "not_issued": "not issued yet",
            "valid": "valid",
            "suspended": "not valid (an audit was missed)",
            "lapsed": "lapsed",
            "revoked": "revoked",
        },
        "until": "Term through {day}",
        "audit": "Next audit to be passed from {start} to {due}",
        "overdue": "Audit overdue: it was to be passed by {due}",
        "renewal": "To be renewed by {day}",
        "events": "Events",
        "notices": "To be made public (7.2.4)",
        "passed": {True: "audit passed", False: "audit not passed"},
        "downgrade": "downgraded to {stars} ({grounds}): {reason}",
        "revocation": "revoked ({grounds}): {reason}",
        "renewed": "renewed with {stars}",
        "colon": ": ",
    },
}  # fmt: skip


def certificate_lines(
    certificate: Certificate, status: Status, standard: Standard, lang: str = "zh", columns: int = 80
) -> Iterator[str]:
    """The view of a certificate in ``"zh"`` or ``"en"``, no line wider than ``columns`` (60 to 100)."""
    columns = min(max(columns, 60), MAX_WIDTH)
    words: Mapping[str, Any] = _WORDS[lang]
    yield from wrapped(certificate.organisation, columns)
    number = f" {certificate.number}" if certificate.number else ""
    head = {"id": standard.name(lang), "edition": standard.edition, "number": number}
    yield from wrapped(str(words["head"]).format(**head), columns)
    if certificate.scope:
        yield from wrapped(certificate.scope, columns)
    limits = standard.limits
    rated = certificate.stars if lang == "zh" else stars_in_english(certificate.stars)
    yield str(words["rating"]).format(score=printed(certificate.final_score, limits), stars=rated)
    yield str(words["issued"]).format(issued=certificate.issued, on=status.on)
    yield ""
    top = len(standard.stars)
    stars = f"  {'★' * status.stars}{'☆' * (top - status.stars)}" if status.stars else ""
    yield f"  {words['states'][status.state]}{stars}"
    for reason in status.why:
        yield from wrapped(f"{reason.text.text(lang)} [{reason.clause}]", columns, "  ", "  ")
    if status.state in ("valid", "suspended"):
        yield "  " + str(words["until"]).format(day=status.valid_until)
    if status.next_audit is not None:
        key = "overdue" if status.next_audit.overdue else "audit"
        yield "  " + str(words[key]).format(start=status.next_audit.start, due=status.next_audit.due)
    if status.renewal_due is not None:
        yield "  " + str(words["renewal"]).format(day=status.renewal_due)
    happened = [event for event in certificate.events if event.on <= status.on]
    if happened:
        yield ""
        yield str(words["events"])
    for event in happened:
        yield from wrapped(f"{event.on} {_told(event, words, lang)}", columns, "  ", "    ")
    if status.notices:
        yield ""
        yield str(words["notices"])
    for notice in status.notices:
        yield from wrapped(notice.text.text(lang), columns, "  ", "    ")


def _told(event: Event, words: Mapping[str, Any], lang: str) -> str:
    if event.kind == "surveillance":
        note = f"{words['colon']}{event.note}" if event.note else ""
        return f"{words['passed'][event.passed]}{note}"
    facts = event.model_dump()
    if event.kind != "revocation":
        facts["stars"] = event.stars if lang == "zh" else stars_in_english(event.stars)
    if event.kind != "renewal":
        facts["grounds"] = GROUNDS[event.grounds].text(lang)
    return str(words["renewed" if event.kind == "renewal" else event.kind]).format(**facts)
