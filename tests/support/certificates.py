"""A certificate with all that its papers name, and its papers as texts."""

from __future__ import annotations

import io
import re
from html import unescape
from typing import Any

import docx
from support.copies import received

from aftersales import Certificate

SUBJECT: dict[str, Any] = {
    "number": "SM-2026-017",
    "organisation": "滨海家电连锁有限公司",
    "organisation_en": "Binhai Home Appliances Chain Co., Ltd.",
    "credit_code": "91350100M000100Y43",
    "address": "滨海市港路 1 号",
    "address_en": "1 Port Road, Binhai",
    "scope": "12 家直营门店所售家用电器的配送、安装、维修",
    "scope_en": "Delivery, installation and repair of household appliances sold in 12 directly operated shops",
}
BODY = {
    "name": "云津质信认证有限公司",
    "name_en": "Yunjin Zhixin Certification Co., Ltd.",
    "approval_number": "CNCA-R-2026-999",
    "address": "云津市质信路 8 号",
    "address_en": "8 Zhixin Road, Yunjin",
    "telephone": "010-5555 0100",
    "lookup": "www.example.org",
}
RATING = {
    "standard": "CTS XBHT-S04-2025",
    "edition": "2025-12-04",
    "final_score": "87.37",
    "stars": 4,
    "issued": "2026-03-20",
}
PASSED = {
    "kind": "surveillance",
    "on": "2027-02-11",
    "passed": True,
    "notice": {"number": "BC-2027-003", "on": "2027-02-20"},
}
DOWNGRADED = {
    "kind": "downgrade",
    "on": "2027-06-01",
    "stars": 3,
    "grounds": "concentrated_complaints",
    "reason": "集中收到安装收费投诉 46 起，查实 41 起",
}
REVOKED = {"kind": "revocation", "on": "2027-09-01", "grounds": "star_not_kept", "reason": "未在期限内完成整改"}


def certificate(*events: dict[str, Any], **changes: Any) -> Certificate:
    """A certificate that lacks nothing, with events and changes."""
    return received(Certificate.model_validate(SUBJECT | RATING | {"body": BODY, "events": list(events)} | changes))


def text_of_html(page: bytes) -> str:
    """The text of a web page, with a blank between its parts."""
    body = re.sub(r"<style>.*?</style>", "", page.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def text_of_docx(file: bytes) -> str:
    """The text of a Word document, that of its tables included."""
    word = docx.Document(io.BytesIO(file))
    paragraphs = word.element.body.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}p")
    texts = ("".join(run.text or "" for run in p.iter(p.tag[:-1] + "t")) for p in paragraphs)
    return " ".join(" ".join(texts).split())
