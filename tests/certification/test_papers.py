"""The papers of a certificate (7.2): the star certificate, notices and public announcements."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any, Literal

import pytest
from support.certificates import (
    BODY,
    DOWNGRADED,
    PASSED,
    REVOKED,
    SUBJECT,
    certificate,
    text_of_docx,
    text_of_html,
)
from support.command import CHAIN, EXAMPLES, run
from support.pdf_objects import created, is_tagged, pages, standards, tags
from support.plain_yaml import from_yaml, to_yaml
from support.reports import example, pdf_text, scored
from support.shown import altered_standard

import aftersales
from aftersales import (
    Certificate,
    Change,
    OutputError,
    PaperError,
    issue,
    load_certificate,
    load_example,
    load_standard,
    make_report,
    score,
)
from aftersales.files.writing import as_yaml
from aftersales.rendering.charts import GOLD

DAY = "2026-04-01"
EARLY = DOWNGRADED | {"on": "2026-06-01"}
RENEWED = {"kind": "renewal", "on": "2027-06-15", "final_score": "91", "stars": 5}


def codes(caught: pytest.ExceptionInfo[PaperError]) -> list[tuple[str, str]]:
    return [(problem.code, problem.path) for problem in caught.value.problems]


def sheet(found: Certificate, on: str = DAY, lang: str = "zh", **settings: Any) -> str:
    return text_of_html(found.typeset("html", on=on, lang=lang, **settings))


def letter(found: Certificate, on: str, kind: str | None = None, lang: str = "zh") -> str:
    return found.notice(on, kind).typeset("md", lang).decode().replace("\\", "")


class TestWhatACertificateStates:
    """7.2.1 and the rules for certificates: each part stands on the sheet, in every language and format."""

    ZH = (
        "星级证书", "商品售后服务成熟度", "SM-2026-017", "兹证明", "滨海家电连锁有限公司", "91350100M000100Y43", "滨海市港路 1 号",
        "CTS XBHT-S04-2025《商品售后服务成熟度评价技术规范》（2025年12月4日版）", "四星（优秀）级", SUBJECT["scope"],
        "第 1 次：2026年3月21日至2027年3月19日；第 2 次：2027年3月20日至2028年3月19日",
        "首次发证日期 2026年3月20日", "发证日期 2026年3月20日", "有效期至 2029年3月19日",
        "自2027年3月20日起，本证书与保持认证资格通知书一并使用方继续有效", "逾期未申请的，星级等级自动失效",
        "云津质信认证有限公司", "CNCA-R-2026-999", "云津市质信路 8 号", "010-5555 0100", "www.example.org",
        "签发人（签字）", "发证机构（盖章）",
    )  # fmt: skip
    EN = (
        "Star Certificate", "SM-2026-017", "This is to certify that", SUBJECT["organisation_en"], "91350100M000100Y43",
        SUBJECT["address_en"],
        "CTS XBHT-S04-2025", "edition of 2025-12-04", "Four stars", SUBJECT["scope_en"], "audit 1: 2026-03-21 to 2027-03-19; audit 2: 2027-03-20 to 2028-03-19",
        "First issued 2026-03-20", "Issued 2026-03-20", "Valid until 2029-03-19", "From 2027-03-20 on", BODY["name_en"],
        "CNCA-R-2026-999", "Signature", "Stamp",
    )  # fmt: skip

    @pytest.mark.parametrize("landscape", [False, True])
    def test_a_certificate_in_chinese_states_all_of_it(self, landscape: bool) -> None:
        text = sheet(certificate(), landscape=landscape)
        for said in self.ZH:
            assert said in text, said

    @pytest.mark.parametrize("landscape", [False, True])
    def test_a_certificate_in_english_states_all_of_it_without_chinese_names(self, landscape: bool) -> None:
        text = sheet(certificate(), lang="en", landscape=landscape)
        for said in (*self.EN, BODY["address_en"]):
            assert said in text, said
        assert not any(texts[key] in text for texts in (SUBJECT, BODY) for key in texts if f"{key}_en" in texts)

    def test_a_new_address_leaves_none_in_english(self) -> None:
        moved = certificate({"kind": "change", "on": "2026-03-21", "address": "云津市新路 9 号"})
        assert SUBJECT["address_en"] not in (text := sheet(moved, lang="en"))
        assert "云津市新路 9 号" in text
        assert [(r.code, r.path) for r in moved.remarks(DAY, "en")] == [("untranslated", "address_en")]

    def test_on_one_sheet_in_both_languages_the_body_has_its_address_once(self) -> None:
        found = certificate(body={**BODY, "address_en": None})
        assert [r.path for r in found.remarks(DAY, "en")] == ["body.address_en"]
        assert found.remarks(DAY, "both") == ()

    @pytest.mark.parametrize("landscape", [False, True])
    @pytest.mark.parametrize("format", ["html", "docx"])
    def test_a_certificate_in_both_languages_is_on_one_sheet(self, format: str, landscape: bool) -> None:
        made = certificate().typeset(format, on=DAY, lang="both", landscape=landscape)
        text = text_of_html(made) if format == "html" else text_of_docx(made)
        for said in (*self.ZH, *self.EN):
            if not said.endswith(("2026年3月20日", "2029年3月19日", "2026-03-20", "2029-03-19")) or ":" in said:
                assert said in text, said
        for day in ("2026年3月20日", "2026-03-20", "2029年3月19日", "2029-03-19"):
            assert day in text
        assert text.count("SM-2026-017") == 1  # what is the same in both languages stands once
        assert text.count("010-5555 0100") == 1

    @pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")
    @pytest.mark.parametrize("lang", ["zh", "en", "both"])
    def test_a_certificate_as_pdf_is_one_archivable_page(self, lang: str) -> None:
        pdf = certificate().typeset("pdf", on=DAY, lang=lang)
        text = re.sub(r"\s", "", pdf_text(pdf))
        for said in self.ZH[:7] + self.ZH[8:10] if lang != "en" else self.EN[:4]:
            assert re.sub(r"\s", "", said) in text, said
        assert pages(pdf) == 1
        assert standards(pdf) == {"PDF/A": "2A", "PDF/UA": "1"}
        assert created(pdf) == "2026-03-20"
        if lang != "en":
            assert is_tagged(pdf)
        assert {"H1", "P", "Figure"} <= set(tags(pdf))
        assert tags(pdf).count("H1") == 1

    @pytest.mark.parametrize(
        ("stars", "score", "grade"),
        [
            (1, "65", "一星（达标）级"),
            (2, "70", "二星（良好）级"),
            (3, "79.99", "三星（优良）级"),
            (4, "80", "四星（优秀）级"),
            (5, "90", "五星（卓越）级"),
        ],
    )
    def test_the_stars_of_a_certificate_are_drawn(self, stars: int, score: str, grade: str) -> None:
        found = certificate(stars=stars, final_score=score)
        page = found.typeset("html", on=DAY).decode()
        assert len(re.findall(f'fill="{GOLD}"', page)) == stars
        assert len(re.findall('fill="none" stroke="#e0a100"', page)) == 5 - stars
        assert grade in text_of_html(page.encode())
        assert f"星级：{stars}/5" in page  # for those who do not see them

    def test_no_person_is_named_and_no_score(self) -> None:
        text = sheet(certificate(PASSED | {"note": "张明"}), "2027-04-01", "both")
        assert "张明" not in text
        assert "87.37" not in text

    @pytest.mark.parametrize("format", ["html", "docx", "pdf"])
    def test_facts_in_one_line_are_divided_by_a_mark(self, format: Literal["html", "docx", "pdf"]) -> None:
        texts = {"html": text_of_html, "docx": text_of_docx, "pdf": pdf_text}
        sheet = certificate().typeset(format, on=DAY, lang="en", landscape=True)
        letter = certificate(PASSED).notice("2027-04-01").typeset(format, "en")
        assert f"{SUBJECT['credit_code']} · Address: {SUBJECT['address_en']}" in texts[format](sheet)
        assert f"{BODY['address_en']} · Telephone: {BODY['telephone']}" in texts[format](letter)

    def test_what_a_body_or_a_holder_does_not_have_is_left_out(self) -> None:
        body = {key: BODY[key] for key in ("name", "approval_number")}
        text = sheet(certificate(body=body, credit_code=None))
        for label in ("统一社会信用代码", "机构地址", "机构电话", "证书查询"):
            assert label not in text

    def test_a_certificate_names_the_audits_of_a_standard_with_one_or_none(self) -> None:
        for years, said in ((2, "监督审核期间 2026年3月21日至2027年3月19日"), (1, None)):
            standard = load_standard().model_copy(update={"id": "OWN 1", "valid_years": years})
            text = sheet(certificate(standard="OWN 1"), standard=standard)
            assert said in text if said else "监督审核" not in text


class TestAsOfTheDay:
    """The sheet shows what is in force on its day (7.2.3, 7.2.4)."""

    def test_after_a_downgrade_a_certificate_has_the_stars_in_force_and_the_day_of_reissue(self) -> None:
        found = certificate(PASSED, DOWNGRADED)
        before, after = sheet(found, "2027-05-31"), sheet(found, "2027-06-01")
        assert "四星（优秀）级" in before
        assert "换发日期" not in before
        assert "三星（优良）级" in after
        assert "换发日期 2027年6月1日" in after
        assert "发证日期 2026年3月20日" in after
        assert created(found.typeset("pdf", on="2027-06-01")) == "2027-06-01"

    def test_after_a_renewal_a_certificate_has_the_new_days_and_number(self) -> None:
        renewal = {"kind": "renewal", "on": "2028-03-10", "final_score": "91", "stars": 5, "number": "SM-2028-001"}
        text = sheet(certificate(PASSED, DOWNGRADED, renewal), "2028-03-10")
        for said in (
            "SM-2028-001",
            "首次发证日期 2026年3月20日",
            "发证日期 2028年3月10日",
            "有效期至 2031年3月9日",
            "五星（卓越）级",
        ):
            assert said in text, said
        assert "换发日期" not in text
        assert "BC-2027-003" not in text  # the notice of an earlier term

    def test_a_certificate_names_the_notice_with_which_it_is_used(self) -> None:
        found = certificate(PASSED)
        told = "本证书与编号为 BC-2027-003 的保持认证资格通知书（2027年2月20日）一并使用。"
        assert told not in sheet(found, "2027-02-19")
        assert told in sheet(found, "2027-02-20")

    def test_after_a_change_a_certificate_has_the_new_names(self) -> None:
        change = {"kind": "change", "on": "2026-09-01", "organisation": "海滨家电有限公司", "organisation_en": "Haibin"}
        text = sheet(certificate(change), "2026-09-01", "both")
        assert "海滨家电有限公司 Haibin" in text
        assert "换发日期 Reissued" in text


class TestRefused:
    """A certificate that is not valid, or lacks what it states, is not printed."""

    @pytest.mark.parametrize(
        ("events", "on", "told"),
        [
            ([], "2026-03-19", "“尚未发证”，不能印发：尚未发证"),
            ([], "2027-03-20", "“失效（未按期通过监督审核）”，不能印发：2026-03-21 至 2027-03-19 期间未通过监督审核"),
            ([PASSED], "2029-03-20", "“到期失效”，不能印发：有效期至 2029-03-19，逾期未重新评价"),
            ([PASSED, REVOKED], "2027-09-01", "“已撤销”，不能印发：已于 2027-09-01 撤销"),
        ],
    )
    def test_a_certificate_that_is_not_valid_on_the_day_is_refused(
        self, events: list[dict[str, Any]], on: str, told: str
    ) -> None:
        with pytest.raises(PaperError) as caught:
            certificate(*events).typeset("html", on=on)
        (problem,) = caught.value.problems
        assert (problem.code, problem.clause) == ("certificate-not-valid", "7.2.4" if "撤销" in told else "7.2.3")
        assert told in problem.message_zh

    def test_all_that_a_certificate_lacks_is_reported_at_once(self) -> None:
        found = certificate(number=None, address=None, scope=None, body=None)
        with pytest.raises(PaperError) as caught:
            found.typeset("html", on="2027-03-20", lang="both")
        assert codes(caught) == [
            ("certificate-not-valid", ""), *(("missing-for-paper", key) for key in ("number", "address", "scope", "body"))
        ]  # fmt: skip

    def test_a_certificate_of_a_body_without_approval_number_is_refused(self) -> None:
        with pytest.raises(PaperError) as caught:
            certificate(body={"name": "甲"}).typeset("html", on=DAY)
        assert codes(caught) == [("missing-for-paper", "body.approval_number")]

    @pytest.mark.parametrize("lang", ["en", "both"])
    def test_a_certificate_in_english_needs_the_names_in_english(self, lang: str) -> None:
        found = certificate(organisation_en=None, scope_en=None)
        assert sheet(found)
        with pytest.raises(PaperError) as caught:
            found.typeset("html", on=DAY, lang=lang)
        assert codes(caught) == [("missing-for-paper", "organisation_en"), ("missing-for-paper", "scope_en")]
        latin = certificate(organisation="Acme Ltd.", organisation_en=None, body=BODY | {"name_en": None})
        assert sheet(latin, lang=lang).count("Acme Ltd.") == 1
        assert BODY["name"] in sheet(latin, lang=lang)

    def test_an_altered_standard_certifies_nothing(self) -> None:
        altered = altered_standard()
        for refused in (
            lambda: certificate().typeset("html", on=DAY, standard=altered),
            lambda: certificate().notice("2027-03-20", standard=altered),
        ):
            with pytest.raises(PaperError) as caught:
                refused()
            assert codes(caught) == [("altered-standard", "standard")]

    def test_a_certificate_with_too_much_text_for_one_page_is_refused(self) -> None:
        with pytest.raises(PaperError) as caught:
            certificate(scope="配送" * 1000).typeset("html", on=DAY)
        assert codes(caught) == [("sheet-too-full", "")]
        assert "其中最长的是证书范围" in caught.value.problems[0].message_zh

    def test_a_failed_score_or_another_one_is_no_certificate(self) -> None:
        for facts in ({"final_score": "59", "stars": 1}, {"stars": 5}):
            with pytest.raises(PaperError):
                certificate(**facts).typeset("html", on=DAY)


class TestWhichNoticeIsDue:
    """Derived from the status on the day; none and several are refused with the reasons."""

    @pytest.mark.parametrize(
        ("events", "on", "kind"),
        [
            ([PASSED], "2027-02-20", "maintained"),
            ([], "2027-03-20", "overdue"),
            ([EARLY], "2026-06-01", "downgrade"),
            ([PASSED, REVOKED], "2027-09-01", "revocation"),
            ([PASSED, DOWNGRADED, REVOKED], "2035-01-01", "revocation"),
            # An audit, an application and a change leave what was decided before them.
            ([EARLY, {"kind": "surveillance", "on": "2026-07-01", "passed": True}], "2026-07-01", "downgrade"),
            ([EARLY, {"kind": "application", "on": "2026-07-01"}], "2026-07-01", "downgrade"),
            ([EARLY, {"kind": "change", "on": "2026-07-01", "scope": "全部"}], "2026-07-01", "downgrade"),
            # What was recorded before a renewal is past, and what comes after it is not.
            ([PASSED, RENEWED, DOWNGRADED | {"on": "2027-07-01"}], "2027-07-01", "downgrade"),
            ([DOWNGRADED, RENEWED, PASSED | {"on": "2027-08-01", "notice": {"number": "BC-9", "on": "2027-08-01"}}],
             "2027-08-01", "maintained"),
        ],
    )  # fmt: skip
    def test_the_only_notice_that_is_due_is_chosen(self, events: list[dict[str, Any]], on: str, kind: str) -> None:
        notice = certificate(*events).notice(on)
        assert notice.kind == kind
        assert certificate(*events).notice(on, kind) == notice

    def test_several_notices_that_are_due_are_refused_with_their_kinds(self) -> None:
        found = certificate(PASSED, DOWNGRADED)
        with pytest.raises(PaperError) as caught:
            found.notice("2027-07-01")
        assert codes(caught) == [("several-notices-due", "")]
        assert (
            "保持认证资格通知书（maintained）、关于降低星级等级的公告（downgrade）"
            in caught.value.problems[0].message_zh
        )
        assert [found.notice("2027-07-01", kind).kind for kind in ("maintained", "downgrade")] == [
            "maintained",
            "downgrade",
        ]

    def test_if_no_notice_is_due_each_kind_has_its_reason(self) -> None:
        with pytest.raises(PaperError) as caught:
            certificate().notice(DAY)
        assert [problem.message_zh for problem in caught.value.problems] == [
            "2026-04-01 不能出具保持认证资格通知书：本有效期内没有已记载通知书编号和日期的合格监督审核，"
            "或该审核之后、同一个十二个月期内的审核不合格",
            "2026-04-01 不能出具监督审核逾期通知书：没有逾期未通过的监督审核",
            "2026-04-01 不能出具关于降低星级等级的公告：本有效期内没有降级决定",
            "2026-04-01 不能出具关于撤销星级证书的公告：证书未被撤销",
        ]

    @pytest.mark.parametrize(
        ("events", "on", "kind", "reason"),
        [
            ([PASSED], "2028-03-20", "maintained", "证书当日的状态为“失效（未按期通过监督审核）”"),
            ([PASSED, REVOKED], "2027-10-01", "downgrade", "证书当日的状态为“已撤销”"),
            ([PASSED], "2029-04-01", "overdue", "证书当日的状态为“到期失效”"),
            ([PASSED], "2029-04-01", "revocation", "证书未被撤销"),
            ([DOWNGRADED, RENEWED], "2027-06-15", "downgrade", "本有效期内没有降级决定"),
            ([DOWNGRADED, RENEWED | {"on": "2027-06-01"}], "2027-06-01", "downgrade", "本有效期内没有降级决定"),
            ([PASSED, RENEWED], "2027-06-15", "maintained",
             "本有效期内没有已记载通知书编号和日期的合格监督审核，或该审核之后、同一个十二个月期内的审核不合格"),
            ([PASSED | {"notice": None}], "2027-04-01", "maintained",
             "本有效期内没有已记载通知书编号和日期的合格监督审核，或该审核之后、同一个十二个月期内的审核不合格"),
        ],
    )  # fmt: skip
    def test_a_notice_that_is_not_due_is_refused_with_the_reason(
        self, events: list[dict[str, Any]], on: str, kind: str, reason: str
    ) -> None:
        with pytest.raises(PaperError) as caught:
            certificate(*events).notice(on, kind)
        assert codes(caught) == [("no-notice-due", "")]
        assert caught.value.problems[0].message_zh.endswith(f"：{reason}")

    def test_an_unknown_kind_of_notice_is_refused(self) -> None:
        with pytest.raises(PaperError) as caught:
            certificate().notice(DAY, "summary")
        assert codes(caught) == [("unknown-word", "kind")]


class TestNotices:
    @pytest.mark.parametrize("lang", ["zh", "en"])
    @pytest.mark.parametrize(
        ("events", "on", "kind"),
        [
            ((PASSED,), "2027-04-01", "maintained"),
            ((), "2027-04-01", "overdue"),
            ((PASSED, DOWNGRADED), "2027-06-05", "downgrade"),
            ((PASSED, REVOKED), "2027-09-02", "revocation"),
        ],
    )
    def test_each_notice_is_a_letter_of_one_page(
        self, events: tuple[dict[str, Any], ...], on: str, kind: Any, lang: Any
    ) -> None:
        """The body is above the title, and at the right of the end, where it is stamped."""
        notice = certificate(*events).notice(on, kind)
        assert pages(notice.typeset("pdf", lang)) == 1
        text = notice.typeset("md", lang).decode()
        name = BODY["name" if lang == "zh" else "name_en"]
        assert text.count(f"**{name}**") == 2
        assert text.index(f"**{name}**") < text.index("# ")
        assert BODY["telephone"] in text

    def test_the_notice_of_maintained_certification_states_all_of_it(self) -> None:
        """7.2.3: its own number and day, on which it says what holds, also when it is printed later."""
        rename = {"kind": "change", "on": "2027-04-01", "organisation": "海滨家电"}
        found = certificate(PASSED, rename)
        text = letter(found, "2027-05-01")
        for said in (
            "# 保持认证资格通知书", "通知书编号：BC-2027-003", "\n滨海家电连锁有限公司：\n", "（证书编号：SM-2026-017）于2027年2月11日接受年度监督审核，审核结果为合格",
            "同意保持其认证资格，星级等级为四星（优秀）级", "| 统一社会信用代码 | 91350100M000100Y43 |", "| 有效期至 | 2029年3月19日 |",
            "须与上述星级证书一并使用", "下一次监督审核须于2027年3月20日至2028年3月19日期间进行", "  - （盖章）\n  - 2027年2月20日", "**云津质信认证有限公司**",
        ):  # fmt: skip
            assert said in text, said
        assert "海滨家电：" not in text.replace("滨海家电", "")
        assert text == letter(found, "2027-02-20")

    def test_the_notice_of_maintained_certification_after_the_last_audit_names_the_end_of_the_term(self) -> None:
        second = PASSED | {"on": "2028-01-05", "notice": {"number": "BC-2028-001", "on": "2028-01-08"}}
        text = letter(certificate(PASSED, second), "2028-02-01", lang="en")
        assert "# Notice of maintained certification" in text
        assert "passed the yearly surveillance audit on 2028-01-05" in text
        assert "The certificate is valid until 2029-03-19" in text
        assert SUBJECT["organisation_en"] in text

    @pytest.mark.parametrize("failed", [False, True])
    def test_the_notice_of_an_overdue_audit_states_all_of_it(self, failed: bool) -> None:
        events = [{"kind": "surveillance", "on": "2027-02-01", "passed": False}] if failed else []
        text = letter(certificate(*events), "2027-04-01")
        for said in (
            "# 监督审核逾期通知书", "应于2026年3月21日至2027年3月19日期间接受监督审核", "该证书自2027年3月20日起失效，直至监督审核合格",
            "| 原定有效期至 | 2029年3月19日 |", "  - 2027年4月1日",
        ):  # fmt: skip
            assert said in text, said
        assert ("最近一次监督审核不合格" in text) == failed

    def test_the_announcement_of_a_downgrade_states_all_of_it(self) -> None:
        """7.2.4: made public with grounds and reason."""
        text = letter(certificate(PASSED, DOWNGRADED), "2027-06-05", "downgrade")
        for said in (
            "# 关于降低星级等级的公告", "滨海家电连锁有限公司持有", "因顾客投诉集中，依据评价标准第 7.2.4 条，决定自2027年6月1日起将其星级等级由四星级降为三星级",
            "| 具体情况 | 集中收到安装收费投诉 46 起，查实 41 起 |", "| 决定日期 | 2027年6月1日 |", "三星（优良）级", "接受社会监督", "  - 2027年6月5日",
        ):  # fmt: skip
            assert said in text, said

    def test_the_announcement_of_a_revocation_states_all_of_it(self) -> None:
        text = letter(certificate(PASSED, DOWNGRADED, REVOKED), "2027-09-02")
        assert "# 关于撤销星级证书的公告" in text
        assert (
            "因未保持星级水平且未按期完成整改，依据评价标准第 7.2.2、7.2.4 条，决定自2027年9月1日起撤销其星级证书"
            in text
        )
        assert "| 具体情况 | 未在期限内完成整改 |" in text
        assert "降为" not in text
        assert "三星（优良）级" not in text  # no level is left

    @pytest.mark.parametrize(
        ("events", "on", "kind", "label", "footer"),
        [
            ((), "2027-04-01", "overdue", "通知书编号：G-1", "CTS XBHT-S04-2025 · G-1 · 2027年4月1日"),
            ((PASSED, DOWNGRADED), "2027-06-05", "downgrade", "公告编号：G-1", "· G-1 ·"),
            ((PASSED, REVOKED), "2027-09-02", "revocation", "公告编号：G-1", "· G-1 ·"),
        ],
    )
    def test_a_letter_may_have_a_number_of_its_own(
        self, events: tuple[dict[str, Any], ...], on: str, kind: str, label: str, footer: str
    ) -> None:
        text = certificate(*events).notice(on, kind, number="G-1").typeset("md").decode()
        assert label in text
        assert footer in text
        assert "SM-2026-017" in text
        unnumbered = certificate(*events).notice(on, kind).typeset("md").decode()
        assert "证书编号：SM-2026-017" in unnumbered
        assert "G-1" not in unnumbered

    def test_the_notice_of_maintained_certification_has_its_recorded_number(self) -> None:
        found = certificate(PASSED)
        assert found.notice("2027-02-20", number="BC-2027-003").number == "BC-2027-003"
        with pytest.raises(PaperError) as caught:
            found.notice("2027-02-20", number="BC-2027-004")
        assert codes(caught) == [("other-number", "number")]

    def test_what_an_announcement_in_english_has_in_chinese_is_remarked(self) -> None:
        """R20: reason, scope and body have a field for English; what is in it is printed."""
        body = {key: value for key, value in BODY.items() if key != "name_en"}
        found = certificate(PASSED, DOWNGRADED, scope_en=None, body=body).notice("2027-06-05", "downgrade")
        assert [(r.code, r.path, r.clause) for r in found.remarks("en")] == [
            ("untranslated", "reason_en", "7.2.4"), ("untranslated", "scope_en", "7.2.4"), ("untranslated", "body.name_en", "7.2.4"),
        ]  # fmt: skip
        assert found.remarks("zh") == ()
        reason = {"reason_en": "46 complaints about fees, 41 confirmed"}
        for decided, on, kind in ((DOWNGRADED, "2027-06-05", "downgrade"), (REVOKED, "2027-09-02", "revocation")):
            found = certificate(PASSED, decided | reason).notice(on, kind)
            assert found.remarks("en") == ()
            for lang, told in (
                ("en", "| Reason | 46 complaints about fees, 41 confirmed |"),
                ("zh", str(decided["reason"])),
            ):
                assert told in found.typeset("md", lang).decode()
        latin = certificate(PASSED, DOWNGRADED | {"reason": "fees"}).notice("2027-06-05", "downgrade")
        assert latin.remarks("en") == ()
        overdue = certificate(scope_en=None).notice("2027-04-01")
        assert [(r.path, r.clause) for r in overdue.remarks("en")] == [("scope_en", "7.2.3")]

    def test_a_notice_is_refused_without_what_it_names(self) -> None:
        notice = certificate(number=None, body=None, scope=None, organisation_en=None).notice("2027-03-20")
        with pytest.raises(PaperError) as caught:
            notice.typeset("md", "en")
        assert codes(caught) == [("missing-for-paper", key) for key in ("number", "organisation_en", "body")]

    def test_a_notice_in_each_format_and_its_pdf_is_archivable(self) -> None:
        notice = certificate(PASSED).notice("2027-02-20")
        pdf = notice.typeset("pdf")
        assert standards(pdf) == {"PDF/A": "2A", "PDF/UA": "1"}
        assert created(pdf) == "2027-02-20"
        assert pages(pdf) == 1
        assert "通知书编号：BC-2027-003" in text_of_docx(notice.typeset("docx"))
        assert '<p class="flush">滨海家电连锁有限公司：</p>' in notice.typeset("html").decode()

    def test_a_notice_names_no_person(self) -> None:
        item = {"indicator": "5.4.3.2", "requirement": "x", "due": "2027-04-30", "responsible": "李静"}
        audit = {"kind": "surveillance", "on": "2027-02-01", "passed": False, "note": "王海涛"}
        found = certificate(audit | {"rectification": {"on": "2027-02-01", "items": [item]}})
        text = letter(found, "2027-04-01")
        assert not {"李静", "王海涛"} & set(re.findall("李静|王海涛", text))


class TestRemarks:
    """R20: a star certificate in English that names its body in Chinese asks for a second look."""

    def test_a_paper_in_english_of_a_body_without_an_english_name_is_remarked(self, tmp_path: Path) -> None:
        found = certificate(body={key: value for key, value in BODY.items() if key != "name_en"})
        for lang, expected in (("zh", 0), ("en", 1), ("both", 1)):
            remarks = [(each.code, each.path, each.clause) for each in found.remarks(DAY, lang)]
            assert remarks == [("untranslated", "body.name_en", "7.2.1")] * expected
            assert certificate().remarks(DAY, lang) == ()
            path, paper = tmp_path / f"{lang}.yaml", str(tmp_path / f"{lang}.html")
            path.write_text(as_yaml(found), "utf-8")
            done = run("certificate", str(path), "--on", DAY, "-o", paper, "--lang", lang)
            assert (done.returncode, done.stderr.count("[untranslated, 7.2.1]")) == (0, expected)


class TestSummary:
    """7.2.1: the summary is displayed with the certificate, and names it with its body and its validity."""

    def issued(self, *events: dict[str, Any], **changes: Any) -> tuple[Certificate, aftersales.Report]:
        report = make_report(score(load_example("home-appliance-chain")), number="2026-017", issued_on="2026-03-18")
        found = issue(report, "2026-03-20", "SM-2026-017")
        return Certificate.model_validate(dict(found) | {"events": events} | changes), report

    def text(self, found: Certificate, report: aftersales.Report, on: str, lang: str = "zh") -> str:
        return re.sub(r"[\\\u2060]", "", found.summary(report, "md", on=on, lang=lang).decode())

    def test_the_summary_names_the_certificate(self) -> None:
        text = self.text(*self.issued(), DAY)
        for said in (
            "| 证书编号 | SM-2026-017 |", "| 发证日期 | 2026年3月20日 |", "| 有效期至 | 2029年3月19日 |", "| 发证机构 | 云津质信认证有限公司 |",
            "| 批准号 | CNCA-R-2026-999 |", "| 报告编号 | 2026-017 |", "四星（优秀）级", "核心评价结论",
        ):  # fmt: skip
            assert said in text, said
        assert "现行星级" not in text
        found, report = self.issued(body=BODY)
        assert "| Verification | www.example.org |" in self.text(found, report, DAY, "en")
        assert standards(found.summary(report, "pdf", on=DAY)) == {"PDF/A": "2A", "PDF/UA": "1"}

    @pytest.mark.parametrize("lang", ["zh", "en"])
    @pytest.mark.parametrize("scope", ["12 家门店", SUBJECT["scope"] * 5])
    def test_the_summary_is_one_page(self, lang: Literal["zh", "en"], scope: str) -> None:
        subject = {key: SUBJECT[key] for key in ("organisation_en", "credit_code", "address", "address_en")}
        data = example("home-appliance-chain")
        data["subject"] |= subject | {"scope": scope, "scope_en": None}
        report = make_report(scored(data), number="2026-017", issued_on="2026-03-18")
        found = issue(report, "2026-03-20", "SM-2026-017")
        change = Change(on="2026-03-21", scope="30 家门店", body=BODY)
        found = found.record(change)
        assert pages(report.summary("pdf", lang)) == pages(found.summary(report, "pdf", on=DAY, lang=lang)) == 1

    def test_the_summary_bears_the_name_of_the_holder_in_the_language(self) -> None:
        found, report = self.issued()
        change = Change(
            on="2026-03-21", organisation_en="Binhai Chain", scope_en="All shops", body=BODY | {"name_en": "Yunjin"}
        )
        text = self.text(found.record(change), report, DAY, "en")
        assert text.splitlines()[2] == "Binhai Chain"
        for row in ("| Holder | Binhai Chain |", "| Scope | All shops |", "| Issued by | Yunjin |"):
            assert row in text, row

    def test_the_summary_names_the_body_once_unless_it_is_another_one(self) -> None:
        said = "| 评价机构 | 云津质信认证有限公司（批准号 CNCA-R-2026-999） |"
        found, report = self.issued()
        assert said not in self.text(found, report, DAY)
        assert said in self.text(*self.issued(body={"name": "乙", "approval_number": "2"}), DAY)

    def test_after_a_downgrade_the_summary_shows_the_stars_in_force(self) -> None:
        found, report = self.issued(DOWNGRADED | {"on": "2026-06-01"})
        text = self.text(found, report, "2026-06-01")
        assert "**三星（优良）级** (星级：3/5)" in text
        assert "评价时为四星（优秀）级，现行星级为三星（优良）级" in text
        page = found.summary(report, "html", on="2026-06-01").decode()
        assert len(re.findall(f'fill="{GOLD}"', page)) == 3

    def test_after_a_change_the_summary_shows_the_holder_as_it_is_now(self) -> None:
        change = {
            "kind": "change",
            "on": "2026-06-01",
            "organisation": "滨海智能家电股份有限公司",
            "scope": "30 家门店",
        }
        found, report = self.issued(change)
        before, after = self.text(found, report, DAY), self.text(found, report, "2026-06-01")
        for row in ("| 获证组织 | 滨海智能家电股份有限公司 |", "| 证书范围 | 30 家门店 |"):
            assert (row in before, row in after) == (False, True)
        assert "获证组织" not in before
        assert "| 评价对象 | 滨海家电连锁有限公司 |" in after

    @pytest.mark.parametrize(
        ("changes", "on", "code"),
        [
            ({}, "2027-03-20", "certificate-not-valid"),
            ({"number": None}, DAY, "missing-for-paper"),
            ({"body": None}, DAY, "missing-for-paper"),
            ({"final_score": "87.37", "result": None}, DAY, "not-the-certified"),
            ({"result": "v1:" + "0" * 64}, DAY, "not-the-certified"),
        ],
    )
    def test_a_summary_of_another_or_an_invalid_certificate_is_refused(
        self, changes: dict[str, Any], on: str, code: str
    ) -> None:
        found, report = self.issued(**changes)
        with pytest.raises(PaperError) as caught:
            found.summary(report, "md", on=on)
        assert [problem.code for problem in caught.value.problems] == [code]

    def test_a_summary_is_made_also_where_the_result_is_not_known(self) -> None:
        assert "SM-2026-017" in self.text(*self.issued(result=None), DAY)

    def test_after_a_renewal_the_summary_is_that_of_the_new_evaluation(self) -> None:
        found, report = self.issued()
        early = found.model_copy(
            update={"issued": found.issued.replace(year=2024), "final_score": 95, "stars": 5, "result": None}
        )
        renewed = early.renew(report, "2026-03-20")
        assert "| 发证日期 | 2026年3月20日 |" in self.text(renewed, report, DAY)
        with pytest.raises(PaperError, match="not-the-certified"):
            early.summary(report, "md", on="2024-04-01")

    def test_a_summary_of_a_draft_is_refused(self) -> None:
        found, report = self.issued()
        with pytest.raises(PaperError, match="draft-report"):
            found.summary(make_report(report.card, draft=True), "md", on=DAY)
        with pytest.raises(TypeError, match="report has to be a Report"):
            found.summary("report", "md", on=DAY)  # type: ignore[arg-type]

    def test_the_command_writes_the_summary_with_number_and_validity(self, tmp_path: Path) -> None:
        found, _ = self.issued()
        path, out = tmp_path / "certificate.yaml", tmp_path / "summary.md"
        path.write_text(as_yaml(found), "utf-8")
        done = run("certificate", str(path), "--on", DAY, "--summary", CHAIN, "--number", "2026-017", "-o", str(out))
        assert (done.returncode, done.stdout) == (0, f"{out}：已写入\n")
        text = out.read_text("utf-8").replace("\\", "")
        assert "| 证书编号 | SM-2026-017 |" in text
        assert "| 报告编号 | 2026-017 |" in text
        assert "出具日期" not in text  # the report was not issued on the day of the certificate
        archived = str(tmp_path / "summary.pdf")
        assert run("certificate", str(path), "--on", DAY, "--summary", CHAIN, "-o", archived).returncode == 0
        assert standards(Path(archived).read_bytes()) == {"PDF/A": "2A", "PDF/UA": "1"}
        other = EXAMPLES / "software-service-vendor.yaml"
        refused = run(
            "certificate", str(path), "--on", "2026-12-01", "--summary", str(other), "-o", str(tmp_path / "b.md")
        )
        assert "[not-the-certified, 7.2.1]" in refused.stderr
        assert (
            "[target-is-source]"
            in run("certificate", str(path), "--on", DAY, "--summary", CHAIN, "-o", CHAIN, "--force").stderr
        )


class TestFiles:
    @pytest.mark.parametrize("format", ["html", "docx", "pdf"])
    @pytest.mark.parametrize("lang", ["zh", "both"])
    def test_the_papers_of_a_certificate_are_the_same_bytes_each_time(
        self, format: str, lang: str, tmp_path: Path
    ) -> None:
        found = certificate(PASSED)
        first, second = (tmp_path / f"{name}.{format}" for name in "ab")
        for path in (first, second):
            found.write(path, on="2027-04-01", lang=lang)
        assert first.read_bytes() == second.read_bytes()
        with pytest.raises(OutputError, match="file-exists"):
            found.write(first, on="2027-04-01")
        found.write(first, on="2027-04-01", lang="en", force=True)
        assert first.read_bytes() != second.read_bytes()

    def test_a_certificate_is_no_markdown(self, tmp_path: Path) -> None:
        with pytest.raises(OutputError, match=r"there are: \.html, \.docx, \.pdf /"):
            certificate().write(tmp_path / "a.md", on=DAY)
        with pytest.raises(ValueError, match="html, docx, pdf, not as 'md'"):
            certificate().typeset("md", on=DAY)

    def test_a_notice_is_written_into_a_file(self, tmp_path: Path) -> None:
        notice = certificate(PASSED).notice("2027-02-20")
        notice.write(tmp_path / "a.md")
        assert (tmp_path / "a.md").read_bytes() == notice.typeset("md")
        with pytest.raises(OutputError, match="file-exists"):
            notice.write(tmp_path / "a.md")
        notice.write(tmp_path / "a.md", "en", force=True)
        assert (tmp_path / "a.md").read_bytes() == notice.typeset("md", "en")

    def test_a_certificate_of_an_older_file_is_read_and_lacks_facts_for_its_paper(self) -> None:
        old = load_certificate(
            {"standard": "CTS XBHT-S04-2025", "edition": "2025-12-04", "organisation": "甲", "final_score": 91, "stars": 5,
             "issued": "2026-03-20"}
        )  # fmt: skip
        with pytest.raises(PaperError) as caught:
            old.typeset("html", on=DAY)
        assert {code for code, _ in codes(caught)} == {"missing-for-paper"}


class TestCommands:
    @pytest.fixture
    def file(self, tmp_path: Path) -> str:
        path = tmp_path / "certificate.yaml"
        path.write_text(as_yaml(certificate(PASSED, DOWNGRADED)), "utf-8")
        return str(path)

    def test_the_command_writes_the_certificate_and_overwrites_no_file(self, file: str, tmp_path: Path) -> None:
        out = tmp_path / "certificate.html"
        done = run("certificate", file, "--on", "2027-04-01", "-o", str(out), "--lang", "both", "--landscape")
        assert (done.returncode, done.stdout, done.stderr) == (0, f"{out}：已写入\n", "")
        assert "size: A4 landscape" in out.read_text("utf-8")
        assert "Star Certificate" in out.read_text("utf-8")
        again = run("certificate", file, "--on", "2027-04-01", "-o", str(out))
        assert (again.returncode, "[file-exists]" in again.stderr) == (2, True)
        assert (
            run("certificate", file, "--on", "2027-04-01", "-o", str(out), "--force", "--lang", "en").stdout
            == f"{out}: written\n"
        )
        assert "Star Certificate" in out.read_text("utf-8")

    def test_the_command_refuses_to_write_an_invalid_certificate(self, file: str, tmp_path: Path) -> None:
        done = run("certificate", file, "--on", "2028-03-20", "-o", str(tmp_path / "a.pdf"))
        assert done.returncode == 2
        assert done.stderr.startswith(f"{file}: 证书在 2028-03-20 的状态为“失效")
        assert not (tmp_path / "a.pdf").exists()
        assert "[target-is-source]" in run("certificate", file, "--on", DAY, "-o", file, "--force").stderr
        assert "[unknown-report-format]" in run("certificate", file, "--on", DAY, "-o", str(tmp_path / "a.md")).stderr

    def test_both_languages_on_one_sheet_are_for_the_certificate_alone(self, file: str) -> None:
        shown = run("certificate", file, "--on", DAY, "--lang", "both")
        assert shown.stdout == run("certificate", file, "--on", DAY).stdout
        assert run("record", file, "application", "--on", DAY, "--lang", "both").returncode == 2

    def test_the_command_writes_the_notice_of_the_kind_that_is_named(self, file: str, tmp_path: Path) -> None:
        out = tmp_path / "notice.md"
        several = run("notice", file, "--on", "2027-07-01", "-o", str(out))
        assert (several.returncode, "[several-notices-due, 7.2.3]" in several.stderr) == (2, True)
        done = run("notice", file, "--on", "2027-07-01", "-o", str(out), "--kind", "downgrade", "--lang", "en")
        assert (done.returncode, done.stdout) == (0, f"{out}: written (Public announcement of a downgrade)\n")
        assert "# Public announcement of a downgrade" in out.read_text("utf-8")
        assert f"{file}: reason_en: the reason in English is missing" in done.stderr
        numbered = ("notice", file, "--on", "2027-07-01", "-o", str(out), "--force", "--number", "G-1")
        assert run(*numbered, "--kind", "downgrade").stderr == ""
        assert "公告编号：G-1" in out.read_text("utf-8")
        assert f"{file}: --number: " in run(*numbered, "--kind", "maintained").stderr
        assert (
            "[file-exists]" in run("notice", file, "--on", "2027-07-01", "-o", str(out), "--kind", "maintained").stderr
        )
        assert (
            "[unknown-report-format]" in run("notice", file, "--on", "2027-03-01", "-o", str(tmp_path / "a.txt")).stderr
        )

    def test_a_certificate_is_issued_and_printed_from_an_evaluation(self, tmp_path: Path) -> None:
        """issue takes over what the certificate names."""
        data = from_yaml(Path(CHAIN).read_text("utf-8"))
        data["subject"] |= {"address": "滨海市港路 1 号", "credit_code": "91350100M000100Y43"}
        shop, out = tmp_path / "shop.yaml", tmp_path / "c.yaml"
        shop.write_text(to_yaml(data), "utf-8")
        assert run("issue", str(shop), "--on", "2026-03-20", "--number", "SM-1", "-o", str(out)).returncode == 0
        page = tmp_path / "c.html"
        assert run("certificate", str(out), "--on", "2026-03-20", "-o", str(page)).returncode == 0
        text = text_of_html(page.read_bytes())
        for said in ("SM-1", "91350100M000100Y43", "滨海市港路 1 号", "云津质信认证有限公司", "CNCA-R-2026-999"):
            assert said in text


def test_a_notice_is_of_the_public_class() -> None:
    assert isinstance(certificate().notice("2027-03-20"), aftersales.CertificationNotice)
