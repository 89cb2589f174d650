"""The certificate (7.2), sentence by sentence and compared with a naive model of every day; the due date of 7.1."""

from __future__ import annotations

import datetime
import json
import re
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from support import oracle
from support.command import CHAIN, run
from support.copies import received
from support.examples import examples
from support.plain_yaml import to_yaml
from support.reports import example, scored

import aftersales
from aftersales import (
    Certificate,
    Change,
    Downgrade,
    Holder,
    PaperError,
    Renewal,
    RenewalApplication,
    Revocation,
    Surveillance,
    cli,
    fingerprint,
    issue,
    issue_remarks,
    make_report,
    report_due,
)
from aftersales.certification.certificate.events import Event
from aftersales.certification.certificate.term import anniversary
from aftersales.files.writing import as_yaml
from aftersales.standard.editions import data_folder
from aftersales.views.certificate import certificate_lines

DAY = datetime.timedelta(days=1)
BASE: dict[str, Any] = {
    "standard": "CTS XBHT-S04-2025",
    "edition": "2025-12-04",
    "organisation": "滨海家电连锁有限公司",
    "final_score": "87.37",
    "stars": 4,
    "issued": "2026-03-20",
}


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def made(*events: Event | dict[str, Any], **others: Any) -> Certificate:
    return received(Certificate.model_validate(BASE | {"events": list(events)} | others))


def passed(on: str) -> dict[str, Any]:
    return {"kind": "surveillance", "on": on, "passed": True}


def failed(on: str) -> dict[str, Any]:
    return {"kind": "surveillance", "on": on, "passed": False}


def applied(on: str) -> dict[str, Any]:
    return {"kind": "application", "on": on}


def downgraded(on: str, stars: int) -> dict[str, Any]:
    return {"kind": "downgrade", "on": on, "stars": stars, "grounds": "major_incident", "reason": "空调坠落"}


def revoked(on: str) -> dict[str, Any]:
    return {"kind": "revocation", "on": on, "grounds": "breach_of_law", "reason": "虚假宣传"}


def renewed(on: str, stars: int = 5, final_score: str = "90") -> dict[str, Any]:
    return {"kind": "renewal", "on": on, "stars": stars, "final_score": final_score}


def codes(caught: pytest.ExceptionInfo[PaperError]) -> list[tuple[str, str]]:
    return [(problem.code, problem.path) for problem in caught.value.problems]


# --- the naive model -----------------------------------------------------------------------------------------------


def years_after(start: datetime.date, years: int) -> datetime.date:
    """29 February falls on the 28th where there is none (R13)."""
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return datetime.date(start.year + years, 2, 28)


def naive(issued: datetime.date, stars: int, events: list[Any], on: datetime.date) -> tuple[str, int]:
    """State and stars in force, by walking from the day of issue, one day after another, with the rules of 7.2 by hand."""
    if on < issued:
        return "not_issued", 0
    start, today, suspended, audited = issued, issued, False, False
    state = "valid"
    while True:
        years = next(k for k in (0, 1, 2, 3) if today < years_after(start, k + 1) or k == 3)
        begins = today in [years_after(start, k) for k in (1, 2)]
        if begins and state != "revoked":  # a window ended yesterday
            suspended, audited = suspended or not audited, False
        over = years == 3 or today >= years_after(start, 3)
        for event in (event for event in events if event.on == today):
            if event.kind == "surveillance":  # of several in a window the last one decides; a pass closes older windows
                suspended, audited = suspended and not event.passed, event.passed
            elif event.kind == "downgrade":
                stars = event.stars
            elif event.kind == "revocation":
                state = "revoked"
            elif event.kind == "renewal":
                start, stars, suspended, audited, over = today, event.stars, False, False, False
        if today == on:
            if state == "revoked":
                return "revoked", 0
            if over:
                return "lapsed", 0
            return ("suspended", 0) if suspended else ("valid", stars)
        today += DAY


class Life(RuleBasedStateMachine):
    """Certificates with events of all kinds on all days; what is refused is refused by the model's rules too."""

    certificate: Certificate
    events: list[Any]

    @initialize(
        start=st.one_of(
            st.sampled_from(["2024-02-29", "2026-03-20", "2023-12-31"]).map(day),
            st.dates(day("2020-01-01"), day("2030-01-01")),
        ),
        stars=st.integers(1, 5),
    )
    def begin(self, start: datetime.date, stars: int) -> None:
        score = {1: "60", 2: "70", 3: "75", 4: "80", 5: "90"}[stars]
        self.certificate = made(issued=start, stars=stars, final_score=score)
        self.events = []

    def last(self) -> datetime.date:
        return self.events[-1].on if self.events else self.certificate.issued

    def term(self) -> tuple[datetime.date, int]:
        """The anniversary on which the present term ends, and the stars of the last decision."""
        start, stars = self.certificate.issued, self.certificate.stars
        for event in self.events:
            if event.kind == "renewal":
                start, stars = event.on, event.stars
            elif event.kind == "downgrade":
                stars = event.stars
        return years_after(start, 3), stars

    def try_event(self, event: Any) -> None:
        end, stars = self.term()
        allowed = self.last() <= event.on < end or (event.kind in ("renewal", "application") and event.on == end)
        allowed = allowed and not any(each.kind == "revocation" for each in self.events)
        if event.kind == "surveillance":
            begun = [self.certificate.issued, *(each.on for each in self.events if each.kind == "renewal")][-1]
            allowed = allowed and event.on > begun
        if event.kind == "downgrade":
            allowed = allowed and event.stars < stars
        allowed = allowed and event not in self.events[-1:]  # recorded once
        if allowed:
            self.certificate = self.certificate.record(event)
            self.events.append(event)
        else:
            with pytest.raises(PaperError):
                self.certificate.record(event)

    def when(self, data: st.DataObject) -> datetime.date:
        """A day that matters: near the anniversaries, or anywhere up to a while after the end."""
        end, _ = self.term()
        edges = [years_after(self.certificate.issued, k) + DAY * d for k in range(4) for d in (-1, 0, 1)] + [
            end - DAY,
            end,
            end + DAY,
        ]
        near = st.integers(-5, 400).map(lambda days: self.last() + DAY * days)
        return data.draw(st.one_of(st.sampled_from(edges), near))

    @rule(data=st.data(), is_passed=st.sampled_from([True, True, False]))
    def audit(self, data: st.DataObject, is_passed: bool) -> None:
        self.try_event(Surveillance(on=self.when(data), passed=is_passed))

    @rule(data=st.data(), stars=st.integers(1, 5))
    def downgrade(self, data: st.DataObject, stars: int) -> None:
        self.try_event(Downgrade(on=self.when(data), stars=stars, grounds="major_incident", reason="事故"))

    @rule(data=st.data(), rarely=st.integers(0, 5))
    def revoke(self, data: st.DataObject, rarely: int) -> None:
        if not rarely:
            self.try_event(Revocation(on=self.when(data), grounds="breach_of_law", reason="违法"))

    @rule(data=st.data())
    def apply(self, data: st.DataObject) -> None:
        self.try_event(RenewalApplication(on=self.when(data)))

    @rule(data=st.data(), stars=st.integers(1, 5))
    def renew(self, data: st.DataObject, stars: int) -> None:
        score = Fraction({1: 60, 2: 70, 3: 75, 4: 80, 5: 90}[stars])
        self.try_event(Renewal(on=self.when(data), final_score=score, stars=stars))

    @rule(data=st.data())
    def ask(self, data: st.DataObject) -> None:
        on = self.when(data)
        status = self.certificate.status(on)
        assert (status.state, status.stars) == naive(self.certificate.issued, self.certificate.stars, self.events, on)
        earlier = [event for event in self.events if event.on <= on]
        past = self.certificate.model_copy(update={"events": tuple(earlier)})
        assert past.status(on) == status  # what comes later counts for nothing

    @invariant()
    def what_is_announced_comes_true(self) -> None:
        """Without another event it holds through the day that the next audit is due, or through the end of its term."""
        if not hasattr(self, "certificate"):
            return
        status = self.certificate.status(self.last())
        if status.state != "valid" or status.valid_until is None:
            return
        holds = status.next_audit.due if status.next_audit else status.valid_until
        assert self.certificate.status(holds).state == "valid"
        assert self.certificate.status(holds + DAY).state == ("suspended" if status.next_audit else "lapsed")


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=examples(60), stateful_step_count=20)


class TestClause723:
    """Three years from the date of issue; a passed audit in every twelve months; no renewal: it lapses (R13)."""

    @pytest.mark.parametrize(
        ("events", "on", "state"),
        [
            ([], "2026-03-19", "not_issued"),
            ([], "2026-03-20", "valid"),
            ([], "2027-03-19", "valid"),  # the first year holds in any case
            ([], "2027-03-20", "suspended"),
            ([passed("2027-03-19")], "2027-03-20", "valid"),  # the last day of the window
            ([passed("2027-03-20")], "2027-03-20", "valid"),  # a day late: restored on the day itself
            ([passed("2027-03-20")], "2028-03-20", "valid"),  # it is the first day of the second window
            ([passed("2027-02-01"), failed("2027-03-20")], "2027-03-20", "valid"),  # and of no earlier one
            ([passed("2026-03-21")], "2027-03-20", "valid"),  # the first day on which one can be
            ([passed("2027-01-05"), failed("2027-02-01")], "2027-03-19", "valid"),  # the window is not over
            ([passed("2027-01-05"), failed("2027-02-01")], "2027-03-20", "suspended"),  # the last one decides
            (
                [passed("2027-02-01"), failed("2027-02-01")],
                "2027-03-20",
                "suspended",
            ),  # of one day the last in the list
            ([failed("2027-02-01"), passed("2027-02-01")], "2027-03-20", "valid"),
            ([failed("2027-01-05"), passed("2027-02-01")], "2027-03-20", "valid"),
            ([passed("2027-01-05"), failed("2027-04-01")], "2028-03-19", "valid"),  # each counts for its own window
            ([passed("2027-01-05"), failed("2027-04-01")], "2028-03-20", "suspended"),
            ([passed("2027-06-01"), failed("2027-07-01")], "2028-03-19", "valid"),  # the first window stays closed
            ([passed("2027-06-01"), failed("2027-07-01")], "2028-03-20", "suspended"),
            ([failed("2027-06-01"), passed("2027-07-01")], "2027-06-30", "suspended"),
            ([passed("2027-01-05"), passed("2028-01-05"), applied("2028-12-01")], "2029-03-19", "valid"),
            ([passed("2027-01-05"), passed("2028-01-05"), applied("2029-03-20")], "2029-03-20", "lapsed"),
            ([passed("2027-01-05"), applied("2027-02-01")], "2028-03-20", "suspended"),  # it is no audit
            ([passed("2027-02-01")], "2028-03-19", "valid"),
            ([passed("2027-02-01")], "2028-03-20", "suspended"),
            ([passed("2027-02-01"), passed("2028-02-01")], "2029-03-19", "valid"),
            ([passed("2027-02-01"), passed("2028-02-01")], "2029-03-20", "lapsed"),
            ([passed("2027-02-01"), passed("2028-02-01")], "2029-03-21", "lapsed"),
            ([], "2040-01-01", "lapsed"),  # no day after the third anniversary brings the rating back
            ([passed("2027-06-01")], "2027-05-31", "suspended"),
            ([passed("2027-06-01")], "2028-03-20", "valid"),  # it is also the audit of the second window
            ([passed("2028-06-01")], "2028-06-01", "valid"),
            ([passed("2028-06-01")], "2028-05-31", "suspended"),
            ([{"kind": "surveillance", "on": "2027-02-01", "passed": False}], "2027-03-19", "valid"),
            ([{"kind": "surveillance", "on": "2027-02-01", "passed": False}], "2027-03-20", "suspended"),
            ([renewed("2029-03-20")], "2029-03-20", "valid"),  # by the third anniversary
            ([renewed("2029-01-01")], "2031-12-31", "suspended"),
            ([renewed("2029-01-01"), passed("2029-12-31"), passed("2030-12-31")], "2031-12-31", "valid"),
            ([renewed("2029-01-01"), passed("2029-12-31"), passed("2030-12-31")], "2032-01-01", "lapsed"),
        ],
    )
    def test_the_state_on_a_day_follows_from_the_events(self, events: list[Any], on: str, state: str) -> None:
        assert made(*events).status(on).state == state

    def test_the_next_audit_and_the_renewal_are_due_by_the_day_of_issue(self) -> None:
        def said(on: str, *events: Any) -> tuple[str, str, bool] | None:
            audit = made(*events).status(on).next_audit
            return audit and (str(audit.start), str(audit.due), audit.overdue)

        assert said("2026-03-20") == ("2026-03-21", "2027-03-19", False)  # none on the day of issue
        assert said("2027-02-02", passed("2027-02-01")) == ("2027-03-20", "2028-03-19", False)
        assert said("2027-04-01") == ("2026-03-21", "2027-03-19", True)
        assert said("2027-02-02", passed("2027-01-05"), failed("2027-02-01")) == ("2026-03-21", "2027-03-19", False)
        assert said("2028-04-01") == ("2027-03-20", "2028-03-19", True)  # of two windows without an audit the later
        assert said("2028-04-01", passed("2027-02-01"), passed("2028-02-01")) is None
        assert said("2028-02-02", passed("2027-02-01"), passed("2028-02-01")) is None
        assert said("2029-03-20", passed("2027-02-01"), passed("2028-02-01")) is None
        status = made(passed("2027-02-01"), passed("2028-02-01")).status("2028-04-01")
        assert (str(status.valid_until), str(status.renewal_due)) == ("2029-03-19", "2029-03-20")

    def test_a_certificate_of_29_february_has_its_anniversaries_on_28_february(self) -> None:
        leap = made(passed("2025-02-27"), passed("2026-02-27"), issued="2024-02-29")
        assert made(issued="2024-02-29").status("2025-02-27").state == "valid"
        assert made(issued="2024-02-29").status("2025-02-28").state == "suspended"
        assert str(leap.status("2026-03-01").valid_until) == "2027-02-27"
        assert leap.status("2027-02-28").state == "lapsed"

    def test_months_are_counted_from_the_issue_and_cut_at_the_end_of_a_month(self) -> None:
        assert [str(anniversary(day("2026-08-31"), months)) for months in (1, 6, 12, 18)] == [
            "2026-09-30", "2027-02-28", "2027-08-31", "2028-02-29"]  # fmt: skip

    @pytest.mark.parametrize(
        ("issued", "events", "paths"),
        [
            ("9995-12-31", [], []),
            ("9996-01-01", [], ["issued"]),
            (
                "0001-01-01",
                [{"kind": "revocation", "on": "0001-01-01", "grounds": "breach_of_law", "reason": "x"}],
                ["issued", "events[0].on"],
            ),
            ("9995-12-31", [renewed("9997-01-01")], ["events[0].on"]),
        ],
    )
    def test_a_term_that_the_calendar_cuts_short_is_refused(
        self, issued: str, events: list[dict[str, Any]], paths: list[str]
    ) -> None:
        certificate = made(*events, issued=issued)
        if not paths:
            assert certificate.status("9998-12-30").state == "suspended"
            assert certificate.status("9998-12-31").state == "lapsed"
            return
        with pytest.raises(PaperError) as caught:
            certificate.status("9999-12-31")
        assert codes(caught) == [("out-of-range", path) for path in paths]

    def test_after_the_first_window_it_holds_with_the_notice_of_a_passed_audit(self) -> None:
        """初审证书与保持认证资格通知书一并使用方继续有效."""
        certificate = made(passed("2027-01-05"))
        for on, told in (("2027-03-19", False), ("2027-03-20", True), ("2029-03-20", False)):
            assert any("保持认证资格通知书" in notice.text.zh for notice in certificate.status(on).why) is told

    def test_a_failed_audit_after_a_passed_one_of_its_window_decides(self) -> None:
        """Reading R13: of several in one window the last one decides, once the window is over."""
        certificate = made(passed("2027-01-05"), failed("2027-02-01"))
        found = [(s.state, s.rectification) for s in map(certificate.status, ("2027-03-19", "2027-03-20"))]
        assert found == [("valid", True), ("suspended", True)]
        assert not certificate.status("2029-03-20").rectification  # it has lapsed
        restored = made(passed("2027-01-05"), failed("2027-02-01"), passed("2027-05-01"))
        assert [restored.status(on).state for on in ("2027-04-30", "2027-05-01", "2028-03-19")] == [
            "suspended",
            "valid",
            "valid",
        ]

    @pytest.mark.parametrize(
        ("events", "path"),
        [
            ([passed("2026-03-20")], "events[0].on"),
            ([failed("2026-03-20")], "events[0].on"),
            ([renewed("2027-07-01"), passed("2027-07-01")], "events[1].on"),
        ],
    )
    def test_no_audit_on_the_day_on_which_a_term_begins(self, events: list[Any], path: str) -> None:
        with pytest.raises(PaperError) as caught:
            made(*events).status("2028-01-01")
        assert codes(caught) == [("audit-on-first-day", path)]
        assert caught.value.problems[0].clause == "7.2.3"

    @pytest.mark.parametrize(
        ("terms", "audits", "due"),
        [
            ({"valid_years": 5}, ["2027-01-05", "2028-01-05"], "2029-03-19"),  # the third of five windows
            ({"valid_years": 5}, ["2027-01-05", "2028-01-05", "2029-01-05", "2030-01-05"], None),
            ({"audit_every_months": 24}, [], "2028-03-19"),
            ({"audit_every_months": 24}, ["2027-01-05"], None),  # the second window ends after the term
        ],
    )
    def test_the_next_audit_follows_the_terms_of_another_standard(
        self, terms: dict[str, int], audits: list[str], due: str | None
    ) -> None:
        standard = aftersales.load_standard().model_copy(update=terms)
        audit = made(*map(passed, audits)).status(audits[-1] if audits else "2026-04-01", standard).next_audit
        assert (audit and str(audit.due)) == due

    def test_a_decision_may_be_made_on_the_day_of_issue(self) -> None:
        """7.2.4: only an audit lies after it (R13)."""
        assert made(downgraded("2026-03-20", 3)).status("2026-03-20").stars == 3
        assert made(revoked("2026-03-20")).status("2026-03-20").state == "revoked"

    def test_an_application_in_time_is_shown_and_keeps_nothing_in_force(self) -> None:
        """Reading R13; 逾期未申请的，原星级等级自动失效."""
        certificate = made(passed("2027-01-05"), passed("2028-01-05"), applied("2028-12-01"))
        for on, told in (("2028-11-30", None), ("2028-12-01", "2028-12-01"), ("2029-03-20", None)):
            assert str(certificate.status(on).applied) == str(told)
        assert certificate.status("2028-12-01").renewal_due == day("2029-03-20")
        with pytest.raises(PaperError) as caught:
            certificate.record(Renewal(on=day("2029-03-21"), final_score=Fraction(90), stars=5))
        assert codes(caught) == [("event-after-lapse", "events[3].on")]
        with pytest.raises(PaperError) as caught:
            made(applied("2029-03-21")).status("2029-03-21")  # too late
        assert codes(caught) == [("event-after-lapse", "events[0].on")]
        again = made(applied("2028-12-01"), renewed("2029-01-01"))
        assert again.status("2029-01-01").applied is None  # the new term has no application

    def test_a_renewal_begins_with_nothing_of_the_old_term(self) -> None:
        certificate = made(passed("2027-01-05"), failed("2027-06-01"), renewed("2027-07-01"))
        assert not certificate.status("2027-07-01").rectification
        assert certificate.status("2028-07-01").state == "suspended"
        late = made(passed("2026-04-01"), renewed("2026-04-01"))  # the audit of the same day was the old term's
        assert late.status("2027-04-01").state == "suspended"

    def test_an_event_that_is_refused_changes_nothing(self) -> None:
        """A downgrade to five stars is none; the one after it is held against four."""
        with pytest.raises(PaperError) as caught:
            made(downgraded("2026-06-01", 5), downgraded("2026-07-01", 4)).status("2026-08-01")
        assert codes(caught) == [("not-a-downgrade", "events[0].stars"), ("not-a-downgrade", "events[1].stars")]

    def test_the_edition_is_part_of_the_standard(self) -> None:
        with pytest.raises(PaperError) as caught:
            made().status("2026-08-01", aftersales.load_standard().model_copy(update={"edition": "2030-01-01"}))
        assert codes(caught) == [("standard-mismatch", "standard")]

    def test_another_standard_sets_other_terms(self) -> None:
        standard = aftersales.load_standard()
        half = standard.model_copy(update={"audit_every_months": 6, "valid_years": 1})
        assert made().status("2026-09-19", half).state == "valid"
        assert made().status("2026-09-20", half).state == "suspended"
        assert made().status("2027-03-20", half).state == "lapsed"
        none = standard.model_copy(update={"valid_years": None})
        with pytest.raises(PaperError) as caught:
            made().status("2026-09-20", none)
        assert codes(caught) == [("no-term", "")]


class TestClause722:
    """Yearly surveillance; who falls short has to put things right."""

    def test_a_failed_audit_demands_rectification_until_one_is_passed(self) -> None:
        certificate = made({"kind": "surveillance", "on": "2027-01-05", "passed": False}, passed("2027-02-01"))
        assert [certificate.status(on).rectification for on in ("2027-01-04", "2027-01-05", "2027-02-01")] == [
            False,
            True,
            False,
        ]
        assert [reason.clause for reason in certificate.status("2027-01-05").why] == ["7.2.3", "7.2.2"]
        assert certificate.status("2027-01-05").stars == 4  # the star stays


class TestClause724:
    """Downgrade and revocation: dated, with grounds and reason, and made public (R14)."""

    def test_a_downgrade_is_in_force_from_its_day_on_and_public(self) -> None:
        certificate = made(downgraded("2026-06-01", 3))
        assert [certificate.status(on).stars for on in ("2026-05-31", "2026-06-01")] == [4, 3]
        assert certificate.status("2026-05-31").notices == ()
        notice = certificate.status("2026-06-01").notices[0]
        assert notice.text.zh == "2026-06-01 滨海家电连锁有限公司：由四星级降为三星级（重大服务质量事故）：空调坠落"
        assert "downgraded from 4 stars to 3 stars (major service incident)" in notice.text.en

    @pytest.mark.parametrize("kind", ["downgrade", "revocation"])
    def test_a_star_level_that_was_not_kept_is_a_ground(self, kind: str) -> None:
        """Reading R14, 7.2.2: not kept, and not put right within the term."""
        decision = (downgraded("2027-06-01", 3) if kind == "downgrade" else revoked("2027-06-01")) | {
            "grounds": "star_not_kept"
        }
        notice = made(passed("2027-02-01"), decision).status("2027-06-01").notices[0]
        assert "（未保持星级水平且未按期完成整改）" in notice.text.zh
        assert "(star level not kept and not put right in time)" in notice.text.en

    @pytest.mark.parametrize("stars", [4, 5])
    def test_a_downgrade_to_as_many_or_more_stars_is_refused(self, stars: int) -> None:
        with pytest.raises(PaperError) as caught:
            made(downgraded("2026-06-01", stars)).status("2026-06-01")
        assert codes(caught) == [("not-a-downgrade", "events[0].stars")]

    def test_a_downgrade_outlives_a_suspension_and_ends_with_a_renewal(self) -> None:
        certificate = made(downgraded("2027-06-01", 2), passed("2027-07-01"), renewed("2028-01-01"))
        found = [
            (s.state, s.stars, s.rated) for s in map(certificate.status, ("2027-06-01", "2027-07-01", "2028-01-01"))
        ]
        assert found == [("suspended", 0, 2), ("valid", 2, 2), ("valid", 5, 5)]

    def test_a_revocation_ends_it_for_good(self) -> None:
        certificate = made(revoked("2026-06-01"))
        status = certificate.status("2026-06-01")
        assert (status.state, status.stars, str(status.valid_until), status.renewal_due) == (
            "revoked",
            0,
            "2026-05-31",
            None,
        )
        assert certificate.status("2035-01-01").state == "revoked"
        assert made(revoked("2026-03-20")).status("2026-03-20").valid_until is None  # it was never valid for a day
        assert "撤销" in status.notices[0].text.zh
        for event in (passed("2026-07-01"), renewed("2026-07-01"), downgraded("2026-06-01", 1), revoked("2026-08-01")):
            with pytest.raises(PaperError) as caught:
                made(revoked("2026-06-01"), event).status("2026-06-01")
            assert codes(caught) == [("event-after-revocation", "events[1].on")]


class TestRefusedFiles:
    """A certificate's file: everything that is wrong, each at its line."""

    TEXT = """\
standard: CTS XBHT-S04-2025
edition: 2025-12-04
organisation: 甲
final_score: 87.37
stars: 4
issued: 2026-03-20
events:
"""

    @pytest.mark.parametrize(
        ("event", "line", "code"),
        [
            ("{kind: surveillance, on: 2026-03-19, passed: true}", 8, "event-before-issue"),
            ("{kind: surveillance, on: 2026-03-20, passed: true}", 8, "audit-on-first-day"),
            ("{kind: surveillance, on: 2029-03-20, passed: true}", 8, "event-after-lapse"),
            ("{kind: renewal, on: 2029-03-21, stars: 5, final_score: 95}", 8, "event-after-lapse"),
            ("{kind: renewal, on: 2028-03-21, stars: 4, final_score: 95}", 8, "stars-mismatch"),
            ("{kind: renewal, on: 2028-03-21, stars: 1, final_score: 59}", 8, "not-passed"),
            ("{kind: renewal, on: 2028-03-21, stars: 5, final_score: 101}", 8, "out-of-range"),
            ("{kind: downgrade, on: 2027-03-21, stars: 0, grounds: breach_of_law, reason: x}", 8, "out-of-range"),
            ("{kind: downgrade, on: 2027-03-21, stars: 1, grounds: bad_luck, reason: x}", 8, "unknown-word"),
            ("{kind: downgrade, on: 2027-03-21, stars: 1, grounds: breach_of_law}", 8, "missing-key"),
            ("{kind: revocation, on: 2027-02-29, grounds: breach_of_law, reason: x}", 8, "not-a-date"),
            ("{kind: surveillance, on: 2027-02-01, passed: perhaps}", 8, "not-yes-or-no"),
            ("{kind: audit, on: 2027-02-01, passed: true}", 8, "unknown-kind"),
            ("{on: 2027-02-01, passed: true}", 8, "missing-kind"),
            ("passed", 8, "not-a-mapping"),
        ],
    )
    def test_a_bad_event_is_refused_at_its_line(self, event: str, line: int, code: str) -> None:
        with pytest.raises(PaperError) as caught:
            aftersales.load_certificate(f"{self.TEXT}  - {event}\n".encode())
        assert [(problem.code, problem.line) for problem in caught.value.problems] == [(code, line)]

    def test_days_of_events_that_go_backwards_are_refused(self) -> None:
        text = (
            self.TEXT
            + "  - {kind: surveillance, on: 2027-02-01, passed: true}\n  - {kind: surveillance, on: 2026-12-01, passed: true}\n"
        )
        with pytest.raises(PaperError) as caught:
            aftersales.load_certificate(text.encode())
        assert [(p.code, p.line) for p in caught.value.problems] == [("event-out-of-order", 9)]

    @pytest.mark.parametrize(
        ("old", "new", "code"),
        [
            ("stars: 4", "stars: 5", "stars-mismatch"),
            ("final_score: 87.37", "final_score: 59.99", "not-passed"),
            ("2025-12-04", "2025-12-05", "unknown-edition"),
            ("CTS XBHT-S04-2025", "CTS XBHT-S05", "unknown-standard"),
            ("organisation: 甲", "organisation: ' '", "blank"),
            ("issued: 2026-03-20", "issued: March", "not-a-date"),
            ("events:", "event:", "unknown-key"),
            ("events:", "events: {", "not-yaml"),
        ],
    )
    def test_a_bad_head_is_refused(self, old: str, new: str, code: str) -> None:
        with pytest.raises(PaperError) as caught:
            aftersales.load_certificate(self.TEXT.replace(old, new).encode())
        assert [problem.code for problem in caught.value.problems] == [code]

    def test_a_sound_certificate_goes_through_every_form_unchanged(self) -> None:
        certificate = made(
            passed("2027-01-01"),
            downgraded("2027-01-01", 3),
            renewed("2028-01-01"),
            revoked("2028-02-01"),
            number="A-1",
        )
        again = Certificate.model_validate(json.loads(json.dumps(certificate.model_dump(mode="json"))))
        assert again == certificate
        assert aftersales.load_certificate(as_yaml(certificate).encode()) == certificate
        status = certificate.status("2028-01-15")
        assert aftersales.Status.model_validate(json.loads(json.dumps(status.model_dump(mode="json")))) == status

    def test_status_asks_for_a_day_and_for_its_own_standard(self) -> None:
        with pytest.raises(PaperError) as caught:
            made().status("soon")
        assert codes(caught) == [("not-a-date", "")]
        with pytest.raises(PaperError) as caught:
            made(edition="2030-01-01").status("2026-03-20")
        assert codes(caught) == [("unknown-edition", "edition")]
        for other in (
            {"standard": "OWN"},
            {"standard": "AN OWN"},
            {"edition": "2030-01-01"},
            {"edition": "2020-01-01"},
        ):
            with pytest.raises(PaperError) as caught:
                made(**other).status("2026-03-20", aftersales.load_standard())
            assert codes(caught) == [("standard-mismatch", "standard")]


class TestIssue:
    """7.2.1, R15: only from the sound report of a third-party evaluation that passed."""

    def test_all_that_a_certificate_states_comes_from_the_report(self) -> None:
        report = received(make_report(scored(example("home-appliance-chain"))))
        certificate = issue(report, "2026-03-20", "SM-7")
        assert certificate.final_score == report.card.final_score
        assert (certificate.stars, certificate.organisation, certificate.number) == (4, "滨海家电连锁有限公司", "SM-7")
        assert certificate.scope == example("home-appliance-chain")["subject"]["scope"]
        assert certificate.status("2026-03-20").stars == 4
        assert issue(report, "2026-03-06").issued == day("2026-03-06")  # the day on which the evaluation ended
        with pytest.raises(PaperError) as caught:
            issue(report, "2026-03-20", " ")
        assert codes(caught) == [("blank", "number")]

    def test_a_certificate_is_not_issued_before_the_report_that_it_rests_on(self) -> None:
        report = make_report(scored(example("home-appliance-chain")), issued_on="2026-03-20")
        assert issue(report, "2026-03-20").issued == day("2026-03-20")
        with pytest.raises(PaperError) as caught:
            issue(report, "2026-03-19")
        assert codes(caught) == [("report-later", "")]

    @pytest.mark.parametrize(
        ("on", "expected"),
        [
            ("2026-03-20", []),
            ("2027-03-06", []),  # the evaluation ended on 2026-03-06
            ("2027-03-07", [("issued-late", "period.end", "7.2.3")]),
            (
                "2026-03-08",
                [("signed-after-issue", f"sign_off.{name}.on", "7.2.1") for name in ("reviewer", "approver")],
            ),
        ],
    )
    def test_days_that_look_wrong_are_remarked_and_refuse_nothing(
        self, on: str, expected: list[tuple[str, str, str]], tmp_path: Path
    ) -> None:
        """Reading R20."""
        days = {"leader": "2026-03-08", "reviewer": "2026-03-09", "approver": "2026-03-10"}
        signed = {name: {"name": name, "on": day} for name, day in days.items()}
        data = example("home-appliance-chain") | {"sign_off": signed}
        data["subject"] |= {"organisation_en": "Binhai", "scope_en": "12 shops", "address": "滨海市港路 1 号"}
        report = make_report(scored(data))
        assert [(r.code, r.path, r.clause) for r in issue_remarks(report, on)] == expected
        assert issue(report, on).issued == day(on)
        file = tmp_path / "shop.yaml"
        file.write_text(to_yaml(data), "utf-8")
        done = run("issue", str(file), "--on", on, "--number", "SM-7", "-o", str(tmp_path / "certificate.yaml"))
        assert done.returncode == 0
        lines = done.stderr.splitlines()
        assert [line.rpartition("[")[2] for line in lines[1:]] == [f"{code}, {clause}]" for code, _, clause in expected]
        assert lines[:1] == ([f"提示（不影响发证）：{len(expected)} 条"] if expected else [])
        assert all(re.match(rf"  {file}:\d+:\d+: ", line) for line in lines[1:])

    @pytest.mark.parametrize(
        ("known", "number", "expected"),
        [
            (
                {},
                None,
                [
                    "星级证书须写明证书编号、获证组织的地址，本证书尚缺",
                    "英文星级证书须写明获证组织的英文名称、证书范围的英文表述，本证书尚缺",
                ],
            ),
            ({"address": "港路 1 号", "scope_en": "All shops"}, "SM-7", ["英文星级证书须写明获证组织的英文名称，本证书尚缺"]),
            ({"address": "港路 1 号", "organisation_en": "Binhai", "scope_en": "All shops"}, "SM-7", []),
        ],
    )  # fmt: skip
    def test_what_the_star_certificate_will_lack_is_remarked(
        self, known: dict[str, str], number: str | None, expected: list[str], tmp_path: Path
    ) -> None:
        """7.2.1: a certificate that lacks it is issued, and no sheet of it is printed."""
        data = example("home-appliance-chain")
        data["subject"] |= known
        file, target = tmp_path / "shop.yaml", str(tmp_path / "certificate.yaml")
        file.write_text(to_yaml(data), "utf-8")
        done = run("issue", str(file), "--on", "2026-03-20", "-o", target, *(("--number", number) if number else ()))
        assert done.returncode == 0
        lines = done.stderr.splitlines()
        assert lines[:1] == ([f"提示（不影响发证）：{len(expected)} 条"] if expected else [])
        end = "；请在印发前补充并重新签发，或登记变更 [missing-on-certificate, 7.2.1]"
        assert lines[1:] == [f"  {file}: {said}{end}" for said in expected]
        for lang in ("zh", "en"):
            printed = run("certificate", target, "--on", "2026-03-20", "--lang", lang, "-o", f"{target}.{lang}.html")
            is_lacking = any(said.startswith("星级证书") or lang == "en" for said in expected)
            assert ("[missing-for-paper, 7.2.1]" in printed.stderr) == is_lacking

    def test_an_evaluation_without_days_or_signatures_gets_no_remark_of_its_days(self) -> None:
        card = scored(example("home-appliance-chain") | {"period": None})
        assert issue_remarks(make_report(card, draft=True), "2036-03-20") == ()
        with pytest.raises(PaperError):
            issue_remarks(make_report(card, draft=True), "soon")

    def test_no_certificate_is_issued_from_the_report_of_a_team_that_is_not_independent(self) -> None:
        """4.1, R15: only a third party's evaluation leads to a certificate."""
        data = example("home-appliance-chain")
        data["team"][0]["organisation"] = "滨海 家电连锁有限公司"
        del data["team"][1]["organisation"]
        with pytest.raises(PaperError) as caught:
            make_report(scored(data))
        assert codes(caught) == [("not-independent", "team[0].organisation"), ("independence-unknown", "team[1]")]
        assert make_report(scored(data | {"type": "self"})).gaps == ()

    def test_no_certificate_is_issued_for_a_self_assessment_a_failed_or_an_unfinished_evaluation(self) -> None:
        with pytest.raises(PaperError) as caught:
            issue(
                make_report(scored(example("food-ecommerce"))), "2026-05-12"
            )  # self-assessed, failed, not yet finished
        assert codes(caught) == [("not-passed", ""), ("not-third-party", "type"), ("issued-too-early", "period.end")]
        assert "this is a self-assessment" in caught.value.problems[1].message
        bare = scored(oracle.document(oracle.all_full()))
        with pytest.raises(PaperError) as caught:
            issue(make_report(bare, draft=True), "2026-05-12")
        assert [code for code, _ in codes(caught)] == ["draft-report", "not-third-party"]
        assert (
            "the type of the evaluation is not stated" in caught.value.problems[1].message
        )  # which the file does not say
        with pytest.raises(PaperError) as caught:
            issue(make_report(scored(example("home-appliance-chain"))), "2026")
        assert codes(caught) == [("not-a-date", "")]

    @pytest.mark.parametrize(
        ("figures", "key", "code"),
        [
            ("stars: 5, final_score: 90", None, None),
            ("stars: 3, final_score: 90", "stars", "stars-mismatch"),
            ("stars: 5, final_score: 89.99", "stars", "stars-mismatch"),
            ("final_score: 90, stars: 4", "stars", "stars-mismatch"),
            ("stars: 5, final_score: 100.01", "final_score", "out-of-range"),
            ("final_score: 59, stars: 1", "final_score", "not-passed"),
        ],
    )
    def test_a_wrong_renewal_is_reported_at_its_own_figure(
        self, figures: str, key: str | None, code: str | None
    ) -> None:
        """Not at the event as a whole, nor at the figure of the certificate, which is sound."""
        head = f"standard: {BASE['standard']}\nedition: {BASE['edition']}\norganisation: 甲\nissued: 2026-03-20\n"
        head += "final_score: 95\nstars: 5\nevents:\n  - {kind: surveillance, on: 2027-01-20, passed: true}\n"
        line = f"  - {{kind: renewal, on: 2029-01-20, {figures}}}"
        source = f"{head}{line}\n".encode()
        if key is None:
            assert aftersales.load_certificate(source).events
            return
        with pytest.raises(PaperError) as caught:
            aftersales.load_certificate(source)
        column = line.index(f"{key}: ") + len(f"{key}: ") + 1
        found = [(problem.code, problem.path, problem.line, problem.column) for problem in caught.value.problems]
        assert found == [(code, f"events[1].{key}", 9, column)]

    @pytest.mark.parametrize(
        ("issued", "is_allowed"),
        [("0001-12-31", False), ("0002-01-01", True), ("9995-12-31", True), ("9996-01-01", False)],
    )
    def test_the_years_of_the_calendar_are_named(self, issued: str, is_allowed: bool) -> None:
        """The first year has no day before it, and a term of three years has to end within the last."""
        certificate = made(issued=issued)
        if is_allowed:
            assert certificate.status(issued).state == "valid"
            return
        with pytest.raises(PaperError, match=r"\b2…9995\b"):
            certificate.status(issued)

    def test_a_renewal_comes_from_a_report_too(self) -> None:
        report = make_report(scored(example("home-appliance-chain")))
        certificate = made(issued="2024-03-20", final_score="95", stars=5)
        renewed_ = certificate.renew(report, "2026-03-20")
        assert renewed_.events[-1] == Renewal(
            on=day("2026-03-20"),
            final_score=report.card.final_score,
            stars=4,
            scope=example("home-appliance-chain")["subject"]["scope"],
            body=report.card.evaluation.body,
            result=fingerprint(report.card.evaluation),
        )
        assert renewed_.status("2026-03-20").stars == 4
        with pytest.raises(PaperError):
            certificate.renew(make_report(scored(example("food-ecommerce"))), "2026-06-20")

    @pytest.mark.parametrize(
        ("change", "begun", "expected"),
        [
            ({"subject": {"organisation": "滨海 家电连锁有限公司"}}, "2024-03-20", None),
            (
                {"subject": {"organisation": "海滨家电连锁有限公司"}},
                "2024-03-20",
                ("other-organisation", "subject.organisation"),
            ),
            (
                {"subject": {"organisation": "甬滨家电连锁有限公司"}},
                "2024-03-20",
                ("other-organisation", "subject.organisation"),
            ),
            ({"period": {"start": "2026-03-02", "end": "2026-03-06"}}, "2026-03-07", ("old-evaluation", "period.end")),
            ({"period": {"start": "2026-03-02", "end": "2026-03-06"}}, "2026-03-05", None),
            ({"period": {"start": "2026-03-02", "end": "2026-03-06"}}, "2026-03-06", ("old-evaluation", "period.end")),
        ],
    )
    def test_a_renewal_needs_a_new_evaluation_of_the_same_organisation(
        self, change: dict[str, Any], begun: str, expected: tuple[str, str] | None
    ) -> None:
        """4.5, 7.2.3: 组织应重新申请评价."""
        data = example("home-appliance-chain")
        data |= {key: data[key] | value for key, value in change.items()}
        report = make_report(scored(data))
        certificate = made(issued=begun)
        if expected is None:
            assert certificate.renew(report, "2026-03-20").events
            return
        with pytest.raises(PaperError) as caught:
            certificate.renew(report, "2026-03-20")
        assert codes(caught) == [expected]

    def test_after_a_renewal_the_next_one_needs_a_newer_evaluation(self) -> None:
        report = make_report(scored(example("home-appliance-chain")))
        certificate = made(renewed("2026-03-10"), issued="2024-03-20")
        with pytest.raises(PaperError) as caught:
            certificate.renew(report, "2026-03-20")
        assert codes(caught) == [("old-evaluation", "period.end")]

    @pytest.mark.parametrize("event", [downgraded("2026-03-10", 4), passed("2026-03-10")])
    def test_an_event_that_is_no_renewal_begins_no_term_that_an_evaluation_must_be_newer_than(
        self, event: dict[str, Any]
    ) -> None:
        """4.5, 7.2.3: the evaluation ended on 2026-03-06, within the term that began with the issue."""
        report = make_report(scored(example("home-appliance-chain")))
        certificate = made(event, issued="2024-03-20", final_score="95", stars=5)
        assert certificate.renew(report, "2026-03-20").status("2026-03-20").stars == 4

    def test_an_exact_score_of_any_length_is_written_and_read(self, tmp_path: Path) -> None:
        """The sum of 73 fractions has a denominator far longer than any number of a file may be."""
        primes = [n for n in range(10**40, 10**40 + 20_000) if pow(2, n - 1, n) == 1][:72]
        findings = {
            key: {"kind": "qualitative", "degree": f"{n - 1}/{n}", "reason": "x"}
            for key, n in zip([i for i in oracle.INDICATORS if i != "5.1.2.2"], primes, strict=True)
        }
        data = example("home-appliance-chain")
        data["findings"] = findings | {"5.1.2.2": data["findings"]["5.1.2.2"]}
        data["findings"]["5.1.1.1"]["evidence"] = [{"method": "document"}, {"method": "interview"}]
        card = scored(data)
        assert len(str(card.final_score.denominator)) > 2_000
        certificate = issue(make_report(card), "2026-03-20")
        path = tmp_path / "certificate.yaml"
        path.write_text(as_yaml(certificate), "utf-8")
        assert aftersales.load_certificate(path) == certificate
        assert aftersales.load_certificate(path).final_score == card.final_score
        renewed_ = made(issued="2024-03-20").renew(make_report(card), "2026-03-20")
        assert aftersales.load_certificate(as_yaml(renewed_).encode()) == renewed_
        again = Certificate.model_validate(json.loads(json.dumps(certificate.model_dump(mode="json"))))
        assert again == certificate
        assert run("certificate", str(path), "--on", "2026-03-20").returncode == 0
        improvements = aftersales.improvements(card)
        assert aftersales.Improvements.model_validate(improvements.model_dump(mode="json")) == improvements

    def test_a_certificate_names_the_result_that_it_came_from(self) -> None:
        report = make_report(scored(example("home-appliance-chain")))
        assert issue(report, "2026-03-20").result == fingerprint(report.card.evaluation)
        data = example("home-appliance-chain")
        data["subject"]["address"] = "港路 1 号"
        assert issue(make_report(scored(data)), "2026-03-20").address == "港路 1 号"

    def test_a_certificate_has_what_its_papers_need(self) -> None:
        data = example("home-appliance-chain")
        names = {"organisation_en": "Binhai", "credit_code": "91350100M000100Y43", "scope_en": "12 shops"}
        data["subject"] |= names
        data["body"] |= {"name_en": "Yunjin", "lookup": "010"}
        certificate = issue(make_report(scored(data)), "2026-03-20")
        assert {key: getattr(certificate, key) for key in names} == names
        assert certificate.body is not None
        assert certificate.body.model_dump(exclude_none=True) == data["body"]
        assert aftersales.load_certificate(as_yaml(certificate).encode()) == certificate

    def test_a_renewal_takes_over_name_and_scope_and_says_what_changed(self) -> None:
        data = example("home-appliance-chain")
        names = {"organisation": "滨海 家电连锁有限公司", "scope": "15 家直营门店", "address": "港路 1 号"}
        data["subject"] |= names
        report = make_report(scored(data))
        certificate = made(issued="2024-03-20", number="SM-1", scope="12 家直营门店")
        again = certificate.renew(report, "2026-03-20", "SM-9")
        assert again.holder_on(day("2026-03-19")) == Holder(
            number="SM-1", organisation="滨海家电连锁有限公司", scope="12 家直营门店"
        )
        assert again.status("2026-03-20").holder == Holder(number="SM-9", **names)
        shown = "".join(map(str.strip, view(again, "2026-03-20", "zh")))
        assert "星级证书 SM-9" in shown
        assert (
            "重新评价合格，四星级（证书编号：SM-1 → SM-9；名称：滨海家电连锁有限公司 → 滨海 家电连锁有限公司；"
            "地址：（未填写） → 港路 1 号；范围：12 家直营门店 → 15 家直营门店）"
        ).replace(" ", "") in shown.replace(" ", "")
        unchanged = again.renew(
            make_report(scored(data | {"period": {"start": "2027-03-02", "end": "2027-03-06"}})), "2027-03-20", "SM-9"
        )
        last = unchanged.events[-1]
        assert isinstance(last, Renewal)
        assert (last.number, last.organisation, last.scope) == (None, None, None)
        with pytest.raises(PaperError) as caught:
            certificate.renew(report, "2026-03-20", " ")
        assert codes(caught) == [("blank", "number")]


def view(certificate: Certificate, on: str, lang: str) -> list[str]:
    status = certificate.status(on)
    return list(certificate_lines(certificate, status, aftersales.load_standard(), lang, 100))


class TestChanges:
    """A change of name, address or scope is in force from its day on, and changes no rating."""

    CHANGE: ClassVar[dict[str, Any]] = {
        "kind": "change",
        "on": "2026-09-01",
        "organisation": "海滨家电",
        "address": "港路 1 号",
    }

    def test_the_names_in_force_on_a_day_follow_from_the_changes(self) -> None:
        certificate = made(self.CHANGE, {"kind": "change", "on": "2027-01-01", "scope": "全部"}, number="A-1")
        names = [
            (holder.organisation, holder.address, holder.scope, holder.number)
            for holder in (certificate.status(on).holder for on in ("2026-08-31", "2026-09-01", "2027-01-01"))
        ]
        assert names == [
            (BASE["organisation"], None, None, "A-1"),
            ("海滨家电", "港路 1 号", None, "A-1"),
            ("海滨家电", "港路 1 号", "全部", "A-1"),
        ]
        assert certificate.status("2027-01-01").stars == 4
        assert certificate.status("2027-03-20").state == "suspended"  # it is no audit

    def test_a_notice_names_the_organisation_as_on_its_day(self) -> None:
        certificate = made(downgraded("2026-06-01", 3), self.CHANGE, revoked("2026-10-01"))
        told = [notice.text.zh.split("：")[0] for notice in certificate.status("2026-10-01").notices]
        assert told == ["2026-06-01 滨海家电连锁有限公司", "2026-10-01 海滨家电"]

    def test_the_view_shows_the_new_names_and_what_changed(self) -> None:
        certificate = made(self.CHANGE | {"note": "更名"})
        zh = view(certificate, "2026-09-01", "zh")
        assert zh[:2] == ["海滨家电", "地址：港路 1 号"]
        assert "  2026-09-01 变更（名称：滨海家电连锁有限公司 → 海滨家电；地址：（未填写） → 港路 1 号）：更名" in zh
        assert view(certificate, "2026-08-31", "zh")[0] == "滨海家电连锁有限公司"
        en = view(certificate, "2026-09-01", "en")
        assert "  2026-09-01 change (name: 滨海家电连锁有限公司 → 海滨家电; address: (none) → 港路 1 号): 更名" in en

    @pytest.mark.parametrize(
        "before",
        [[], [renewed("2026-08-01")], [{"kind": "change", "on": "2026-08-01", "scope": "全部"}]],
        ids=["nothing", "a renewal", "a change"],
    )
    def test_the_view_shows_what_is_new_about_the_body(self, before: list[dict[str, Any]]) -> None:
        """The event before it names no body, so that it is the one of the issue."""
        body = {"name": "云津质信认证有限公司", "approval_number": "C-1"}
        change = {"kind": "change", "on": "2026-09-01", "body": body | {"approval_number": "C-2"}}
        certificate = made(*before, change, body=body)
        assert "  2026-09-01 变更（批准号：C-1 → C-2）" in view(certificate, "2026-09-01", "zh")

    def test_after_a_renewal_the_view_shows_the_new_rating(self) -> None:
        certificate = made(renewed("2029-03-01", stars=5, final_score="91.5"))
        assert "评定结果：91.50 分，五星（卓越）级" in view(certificate, "2029-03-01", "zh")
        assert "评定结果：87.37 分，四星（优秀）级" in view(certificate, "2029-02-28", "zh")

    def test_a_change_of_nothing_is_refused(self) -> None:
        with pytest.raises(PaperError) as caught:
            aftersales.load_certificate(BASE | {"events": [{"kind": "change", "on": "2026-09-01", "note": "x"}]})
        assert codes(caught) == [("empty-change", "events[0]")]
        assert Change(on=day("2026-09-01"), scope="x").scope == "x"
        with pytest.raises(PaperError):
            aftersales.load_certificate(BASE | {"events": [{"kind": "change", "on": "2026-09-01", "scope": None}]})
        assert Change(on=day("2026-09-01"), credit_code="x").credit_code == "x"

    def test_a_new_name_or_scope_takes_the_place_of_the_english_one(self) -> None:
        english = {"organisation_en": "Binhai", "scope": "全部", "scope_en": "All", "credit_code": "91350100M000100Y43"}
        change = {"kind": "change", "on": "2026-09-01"}
        certificate = made(change | {"organisation": "海滨家电", "address": "x"}, change | {"scope": "全部"}, **english)
        before, after = (certificate.status(on).holder for on in ("2026-08-31", "2026-09-01"))
        assert (before.organisation_en, before.scope_en) == ("Binhai", "All")
        assert (after.organisation_en, after.scope_en) == (None, "All")  # the scope is the former one
        assert after.credit_code == english["credit_code"]
        shown = "".join(map(str.strip, view(certificate, "2026-09-01", "zh")))
        assert "名称：滨海家电连锁有限公司 → 海滨家电；英文名称：Binhai → （未填写）；地址：（未填写） → x" in shown
        both = made(change | {"organisation": "海滨家电", "organisation_en": "Haibin"}, **english)
        assert both.status("2026-09-01").holder.organisation_en == "Haibin"

    def test_a_renewal_brings_the_names_in_english_and_the_body(self) -> None:
        data = example("home-appliance-chain")
        data["subject"] |= {"organisation_en": "Binhai", "scope": "15 家", "scope_en": "All shops", "credit_code": "x"}
        report = make_report(scored(data))
        first = made(issued="2024-03-20", scope="12 家", scope_en="All shops", body={"name": "旧机构"})
        again = first.renew(report, "2026-03-20")
        renewal = again.events[-1]
        assert isinstance(renewal, Renewal)
        assert (renewal.organisation, renewal.organisation_en, renewal.scope_en) == (None, "Binhai", "All shops")
        before, after = again.status("2026-03-19"), again.status("2026-03-20")
        assert [str(status.body and status.body.name) for status in (before, after)] == [
            "旧机构",
            "云津质信认证有限公司",
        ]
        assert (after.holder.scope_en, after.holder.credit_code) == ("All shops", "x")
        data["subject"] |= {"organisation_en": None, "scope_en": None}
        later = make_report(scored(data | {"period": {"start": "2027-03-02", "end": "2027-03-06"}}))
        last = again.renew(later, "2027-03-20")
        assert last.status("2027-03-20").holder == after.holder  # the names stay, and so do those in English
        assert last.status("2027-03-20").body == after.body
        assert last.events[-1].model_dump(exclude_none=True).keys() == {"kind", "on", "final_score", "stars", "result"}

    def test_a_renewal_after_a_change_is_of_the_new_name(self) -> None:
        report = make_report(scored(example("home-appliance-chain")))
        old = made(
            {"kind": "change", "on": "2025-01-01", "organisation": "滨海家电连锁有限公司"},
            issued="2024-03-20",
            organisation="旧",
        )
        assert old.renew(report, "2026-03-20").status("2026-03-20").holder.organisation == "滨海家电连锁有限公司"
        other = made({"kind": "change", "on": "2025-01-01", "organisation": "新"}, issued="2024-03-20")
        with pytest.raises(PaperError) as caught:
            other.renew(report, "2026-03-20")
        assert codes(caught) == [("other-organisation", "subject.organisation")]


class TestAuditsOfATerm:
    """7.2.3: two audits in three years, in the windows of the term (R13)."""

    @pytest.mark.parametrize(
        ("events", "on", "expected"),
        [
            ([], "2027-03-19", [("2026-03-21", "2027-03-19", False), ("2027-03-20", "2028-03-19", False)]),
            ([], "2028-03-20", [("2026-03-21", "2027-03-19", True), ("2027-03-20", "2028-03-19", True)]),
            ([passed("2027-04-01")], "2028-03-20", [("2026-03-21", "2027-03-19", False), ("2027-03-20", "2028-03-19", False)]),
            ([failed("2027-02-01")], "2027-03-20", [("2026-03-21", "2027-03-19", True), ("2027-03-20", "2028-03-19", False)]),
            ([renewed("2026-06-01")], "2026-06-01", [("2026-06-02", "2027-05-31", False), ("2027-06-01", "2028-05-31", False)]),
        ],
    )  # fmt: skip
    def test_the_audits_of_a_term_have_their_days(
        self, events: list[dict[str, Any]], on: str, expected: list[tuple[str, str, bool]]
    ) -> None:
        status = made(*events).status(on)
        assert [(str(window.start), str(window.due), window.overdue) for window in status.audits] == expected
        assert str(status.start) == (events[0]["on"] if events and events[0]["kind"] == "renewal" else "2026-03-20")


class TestAudits:
    """7.2.2: what an audit looked at, whether the star level was kept, and what has to be put right."""

    ITEM: ClassVar[dict[str, Any]] = {
        "indicator": "5.4.3.2",
        "requirement": "限时响应",
        "due": "2027-03-10",
        "responsible": "李静",
    }

    def test_the_view_shows_all_of_an_audit_as_of_the_day(self) -> None:
        result = {"done": "值班", "on": "2027-03-12", "by": "张明"}
        rectification = {"on": "2027-02-02", "items": [self.ITEM, self.ITEM | {"result": result}]}
        audit = failed("2027-02-01") | {
            "star_kept": False, "indicators": ["5.4.3.2", "5.3"], "rectification": rectification, "note": "投诉超时",
            "result": "v1:" + "0" * 64,
        }  # fmt: skip
        told = "监督审核不合格（星级水平未能保持，核查 5.4.3.2、5.3，整改 2 项，尚未完成 {}）：投诉超时"
        for on, left in (
            ("2027-03-10", "2 项"),
            ("2027-03-11", "2 项，其中逾期 2 项"),
            ("2027-03-12", "1 项，其中逾期 1 项"),
        ):
            shown = "".join(view(made(audit), on, "zh")).replace(" ", "")  # lines may break anywhere
            assert told.format(left).replace(" ", "") in shown
        kept = passed("2027-02-01") | {"star_kept": True}
        assert "  2027-02-01 audit passed (star level kept)" in view(made(kept), "2027-03-01", "en")


class TestAuditsThatRestOnAnEvaluation:
    """7.2.2: 重点核查星级水平的保持情况. The example chain has four stars, and its evaluation ended on 2026-03-06."""

    def audited(self, change: dict[str, Any] | None = None, **facts: Any) -> Certificate:
        data = example("home-appliance-chain")
        data |= {key: data[key] | value if isinstance(value, dict) else value for key, value in (change or {}).items()}
        begun = facts.pop("begun", "2025-04-01")
        certificate = made(issued=begun, stars=facts.pop("stars", 4), final_score=facts.pop("final_score", 87))
        facts = {"on": "2026-03-10", "passed": True} | facts
        return certificate.audit(received(scored(data)), Surveillance.model_validate(facts))

    def test_an_audit_names_the_evaluation_that_it_rests_on(self) -> None:
        audit = self.audited(star_kept=True).events[0]
        assert isinstance(audit, Surveillance)
        assert audit.result == fingerprint(scored(example("home-appliance-chain")).evaluation)

    @pytest.mark.parametrize(
        ("stars", "score", "kept", "is_told"),
        [
            (4, 87, True, False),
            (4, 87, False, True),
            (4, 87, None, False),
            (5, 93, True, True),
            (5, 93, False, False),
            (3, 77, True, False),
            (3, 77, False, True),
        ],
    )
    def test_the_star_level_is_kept_if_the_evaluation_has_as_many_stars(
        self, stars: int, score: int, kept: bool | None, is_told: bool
    ) -> None:
        if not is_told:
            assert self.audited(stars=stars, final_score=score, star_kept=kept).events
            return
        with pytest.raises(PaperError, match=f"found 4 stars, with {stars} stars to be kept") as caught:
            self.audited(stars=stars, final_score=score, star_kept=kept)
        assert [(problem.code, problem.clause) for problem in caught.value.problems] == [("star-kept-differs", "7.2.2")]

    @pytest.mark.parametrize(
        ("change", "facts", "expected"),
        [
            (
                {"subject": {"organisation": "甬滨家电连锁有限公司"}},
                {},
                [("other-organisation", "subject.organisation")],
            ),
            ({"type": "self"}, {}, [("not-third-party", "type")]),
            ({}, {"begun": "2026-03-06"}, [("old-evaluation", "period.end")]),
            ({}, {"begun": "2026-03-05"}, []),
            ({}, {"on": "2026-03-05"}, [("audit-too-early", "period.end")]),
            ({}, {"on": "2026-03-06"}, []),
        ],
    )
    def test_an_audit_rests_on_an_evaluation_of_its_term_and_organisation(
        self, change: dict[str, Any], facts: dict[str, Any], expected: list[tuple[str, str]]
    ) -> None:
        if not expected:
            assert self.audited(change, **facts).events
            return
        with pytest.raises(PaperError) as caught:
            self.audited(change, **facts)
        assert codes(caught) == expected

    def test_an_evaluation_that_failed_passes_no_audit(self) -> None:
        """6.3.2. No star is left, so the level is not kept either."""
        findings = dict.fromkeys(example("home-appliance-chain")["findings"], "none") | {
            "5.1.2.2": {"kind": "quantitative", "actual": "0%"}
        }
        with pytest.raises(PaperError) as caught:
            self.audited({"findings": findings}, star_kept=True)
        assert [problem.code for problem in caught.value.problems] == [
            "audit-of-failed-evaluation",
            "star-kept-differs",
        ]
        assert self.audited({"findings": findings}, passed=False, star_kept=False).status("2026-03-10").rectification

    def test_an_audit_is_held_against_the_level_of_the_last_decision(self) -> None:
        certificate = made(downgraded("2026-01-10", 3), issued="2025-04-01", final_score="93", stars=5)
        audit = Surveillance.model_validate({"on": "2026-03-10", "passed": True, "star_kept": True})
        assert certificate.audit(scored(example("home-appliance-chain")), audit).status("2026-03-10").stars == 3

    def test_the_command_checks_the_evaluation_of_an_audit(self, tmp_path: Path) -> None:
        path = tmp_path / "a.yaml"
        path.write_text(as_yaml(made(issued="2025-04-01")), "utf-8")
        audit = ("record", str(path), "surveillance", "--on", "2026-03-10", "--passed", "yes", "--evaluation", CHAIN)
        refused = run(*audit, "--star-kept", "no")
        assert (refused.returncode, refused.stdout) == (2, "")
        assert f"{CHAIN}:3:1: 所依据的评价为四星级，须保持的是四星级" in refused.stderr
        assert run(*audit, "--star-kept", "yes").returncode == 0
        assert len(aftersales.load_certificate(path).events) == 1


class TestProblemsOfAnEvaluationThatFollows:
    """A renewal and an audit report the problems of their evaluation at its lines, and their own."""

    @pytest.mark.parametrize("event", [["issue", "--renew"], ["record", "renewal"], ["record", "surveillance"]])
    def test_each_problem_of_an_evaluation_that_follows_names_its_file(self, event: list[str], tmp_path: Path) -> None:
        path = tmp_path / "a.yaml"

        def said(on: str, **facts: Any) -> str:
            path.write_text(as_yaml(made(issued="2025-04-01", **facts)), "utf-8")
            if event[0] == "issue":
                return run("issue", CHAIN, "--renew", str(path), "--on", on).stderr
            passed = ["--passed", "yes"] if event[1] == "surveillance" else []
            return run("record", str(path), event[1], "--on", on, "--evaluation", CHAIN, *passed).stderr

        clause = "7.2.2" if "surveillance" in event else "7.2.3"
        told = f"{CHAIN}:8:17: subject.organisation: “滨海家电连锁有限公司”与“甲”不是同一组织 [other-organisation, {clause}]\n"
        assert said("2026-03-20", organisation="甲") == told
        late = said("2030-01-01")
        assert late.startswith("aftersales: ")
        assert late.endswith("[event-after-lapse, 7.2.3]\n")


class TestMaintenanceNotice:
    """7.2.3, reading R13: issued on a passed audit, with its own number and day."""

    NOTICE: ClassVar[dict[str, Any]] = {"number": "B-7", "on": "2027-02-20"}

    def test_a_maintenance_notice_is_shown_with_the_certificate_from_its_day_on(self) -> None:
        again = passed("2028-02-01") | {"notice": {"number": "B-8", "on": "2028-02-01"}}
        certificate = made(passed("2027-02-01") | {"notice": self.NOTICE}, again, renewed("2028-06-01"))
        found = [
            (on, notice and notice.number)
            for on in ("2027-02-19", "2027-02-20", "2028-01-31", "2028-02-01", "2028-05-31", "2028-06-01")
            for notice in [certificate.status(on).maintenance]
        ]
        assert found == [
            ("2027-02-19", None), ("2027-02-20", "B-7"), ("2028-01-31", "B-7"), ("2028-02-01", "B-8"),
            ("2028-05-31", "B-8"), ("2028-06-01", None),
        ]  # fmt: skip
        assert "  2027-02-01 监督审核合格（保持认证资格通知书 B-7，2027-02-20）" in view(
            certificate, "2027-02-20", "zh"
        )
        assert "  2027-02-01 监督审核合格" in view(certificate, "2027-02-19", "zh")
        suspended = made(passed("2027-02-01") | {"notice": self.NOTICE})
        assert suspended.status("2028-03-20").maintenance is None  # the next audit was missed

    def test_a_failed_audit_of_its_window_takes_the_maintenance_notice_away(self) -> None:
        """The last audit of a window decides; one in a later window leaves the earlier window passed."""
        first = passed("2027-02-01") | {"notice": {"number": "B-7", "on": "2027-02-01"}}
        third = passed("2027-03-10") | {"notice": {"number": "B-8", "on": "2027-03-15"}}
        certificate = made(first, failed("2027-02-20"), third, failed("2027-04-01"))
        numbers = [
            getattr(certificate.status(on).maintenance, "number", None)
            for on in ("2027-02-19", "2027-02-20", "2027-03-10", "2027-03-14", "2027-03-15", "2027-04-01", "2028-03-19")
        ]
        assert numbers == ["B-7", None, None, None, "B-8", "B-8", "B-8"]
        with pytest.raises(PaperError) as caught:
            certificate.notice("2027-02-20")
        assert {code for code, _ in codes(caught)} == {"no-notice-due"}

    @pytest.mark.parametrize(
        ("is_passed", "on", "expected"),
        [
            (True, "2027-02-01", []),
            (True, "2027-01-31", [("notice-too-early", "events[0].notice.on")]),
            (False, "2027-02-20", [("notice-of-failed-audit", "events[0].notice")]),
        ],
    )
    def test_a_wrong_maintenance_notice_is_refused(
        self, is_passed: bool, on: str, expected: list[tuple[str, str]]
    ) -> None:
        audit = {"kind": "surveillance", "on": "2027-02-01", "passed": is_passed, "notice": self.NOTICE | {"on": on}}
        if not expected:
            assert made(audit).status("2027-02-01").maintenance is not None
            return
        with pytest.raises(PaperError) as caught:
            made(audit).status("2027-02-01")
        assert codes(caught) == expected


class TestCommand:
    def test_the_command_reads_the_certificate_that_it_writes(self, tmp_path: Path) -> None:
        for name in ("a.yaml", "a.yml", "a.json"):
            path = tmp_path / name
            assert run("issue", CHAIN, "--on", "2026-03-20", "--number", "SM-7", "-o", str(path)).returncode == 0
            assert aftersales.load_certificate(path).number == "SM-7"
        done = run("issue", CHAIN, "--on", "2026-03-20", "-o", str(tmp_path / "a.txt"))
        assert (done.returncode, "[unknown-format]" in done.stderr) == (2, True)
        to_stdout = run("issue", CHAIN, "--on", "2026-03-20", "-o", "-")
        assert aftersales.load_certificate(to_stdout.stdout.encode()).stars == 4

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["--on", "soon"], "aftersales: --on: “soon”不是日期"),
            (["--on", "2026-03-20", "--number", " "], "aftersales: --number: "),
            (["--on", "2026-03-20", "--number", "a\x01b"], "[bad-character]"),
            (["--on", "2026-03-20", "-o", ""], "[unknown-format]"),
        ],
    )
    def test_a_wrong_option_of_issue_is_reported_as_one(self, arguments: list[str], said: str) -> None:
        done = run("issue", CHAIN, *arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert said in done.stderr
        assert "Traceback" not in done.stderr

    def test_a_reason_against_a_certificate_is_reported_at_its_line(self, tmp_path: Path) -> None:
        path = tmp_path / "self.yaml"
        text = Path(CHAIN).read_text("utf-8")
        path.write_text(text.replace("type: third_party", "type: self"), "utf-8")
        line = text[: text.index("type: third_party")].count("\n") + 1
        done = run("issue", str(path), "--on", "2026-03-05")
        assert f"{path}:{line}:7: type: " in done.stderr
        assert "[issued-too-early, 7.2.3]" in done.stderr

    def test_the_command_renews_a_certificate(self, tmp_path: Path) -> None:
        old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
        old.write_text(as_yaml(made(issued="2024-03-20")), "utf-8")
        assert run("issue", CHAIN, "--on", "2026-03-20", "--renew", str(old), "-o", str(new)).returncode == 0
        certificate = aftersales.load_certificate(new)
        assert [event.kind for event in certificate.events] == ["renewal"]
        assert certificate.status("2027-03-19").stars == 4
        old.write_text("number: 1\n", "utf-8")
        assert f"{old}:" in run("issue", CHAIN, "--on", "2026-03-20", "--renew", str(old)).stderr

    def test_the_status_in_json_names_the_certificate(self, tmp_path: Path) -> None:
        path = tmp_path / "certificate.yaml"
        path.write_text(as_yaml(made(number="SM-7")), "utf-8")
        document = json.loads(run("certificate", str(path), "--on", "2026-03-20", "--json").stdout)
        assert (document["state"], document["certificate"]["number"]) == ("valid", "SM-7")
        assert "评定结果：87.37 分，四星（优秀）级" in run("certificate", str(path), "--on", "2026-03-20").stdout
        assert (
            ".xlsx"
            not in run("certificate", str(tmp_path / "a.xlsx"), "--on", "2026-03-20").stderr.partition("可用")[2]
        )

    def test_one_star_is_singular_in_english(self, tmp_path: Path) -> None:
        path = tmp_path / "certificate.yaml"
        path.write_text(as_yaml(made(downgraded("2026-06-01", 1), renewed("2026-07-01", 1, "60"))), "utf-8")
        shown = run("certificate", str(path), "--on", "2026-08-01", "--lang", "en").stdout
        assert "downgraded from 4 stars to 1 star (" in shown
        assert "renewed with 1 star\n" in shown
        assert "1 stars" not in shown

    def test_a_certificate_is_issued_and_its_status_is_shown(self, tmp_path: Path) -> None:
        path = tmp_path / "certificate.yaml"
        done = run("issue", CHAIN, "--on", "2026-03-20", "--number", "SM-7", "-o", str(path))
        assert (done.returncode, done.stdout) == (0, f"{path}：已写入\n")
        assert run("issue", CHAIN, "--on", "2026-03-20", "--number", "SM-7").stdout == path.read_text("utf-8")
        done = run("issue", CHAIN, "--on", "2026-03-20", "-o", str(path))
        assert done.stderr.startswith("aftersales: ")
        assert "[file-exists]" in done.stderr
        shown = run("certificate", str(path), "--on", "2027-03-20").stdout
        for text in (
            "SM-7",
            "失效（未按期通过监督审核）",
            "监督审核已逾期：应于 2027-03-19（含）前审核合格",
            "[7.2.3]",
            "请于 2029-03-19（含）前完成重新评价",
        ):
            assert text in shown
        document = json.loads(run("certificate", str(path), "--on", "2027-03-19", "--json").stdout)
        assert (document["state"], document["stars"], document["next_audit"]["due"]) == ("valid", 4, "2027-03-19")

    def test_the_status_is_shown_with_all_events(self, tmp_path: Path) -> None:
        path = tmp_path / "certificate.yaml"
        events = (
            {"kind": "surveillance", "on": "2026-12-01", "passed": False, "note": "投诉超时"},
            passed("2027-02-01"), downgraded("2027-06-01", 3), applied("2027-12-01") | {"note": "函 7 号"},
            renewed("2028-01-01"), revoked("2028-06-01"))  # fmt: skip
        path.write_text(as_yaml(made(*events)), "utf-8")
        zh = run("certificate", str(path), "--on", "2028-06-01").stdout
        for text in (
            "已撤销",
            "监督审核不合格：投诉超时",
            "由四星级降为三星级（重大服务质量事故）：空调坠落",
            "2027-12-01 申请重新评价：函 7 号",
            "重新评价合格，五星级",
            "须向社会公示（7.2.4）",
        ):
            assert text in zh
        en = run("certificate", str(path), "--on", "2028-05-31", "--lang", "en").stdout
        for text in (
            "valid  ★★★★★",
            "Next audit to be passed from 2028-01-02 to 2028-12-31",
            "renewed with 5 stars",
            "To be made public",
        ):
            assert text in en
        waiting = run("certificate", str(path), "--on", "2027-12-31").stdout
        assert "已于 2027-12-01 申请重新评价；申请本身不延长有效期" in waiting
        assert "尚未发证" in run("certificate", str(path), "--on", "2026-03-19").stdout

    def test_a_mistake_in_the_file_or_the_day_is_one_line(self, tmp_path: Path) -> None:
        path = tmp_path / "certificate.yaml"
        path.write_text(TestRefusedFiles.TEXT.replace("stars: 4", "stars: 5"), "utf-8")
        done = run("certificate", str(path), "--on", "2026-03-20")
        assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
        assert f"{path}:5:8: " in done.stderr
        path.write_text(TestRefusedFiles.TEXT, "utf-8")
        done = run("certificate", str(path), "--on", "now")
        assert (done.returncode, "aftersales: " in done.stderr, "[not-a-date]" in done.stderr) == (2, True, True)
        assert run("certificate", str(path)).returncode == 2

    def test_the_command_takes_another_standard(self, tmp_path: Path) -> None:
        own, path = tmp_path / "own.yaml", tmp_path / "certificate.yaml"
        text = (data_folder() / "standards/CTS_XBHT-S04-2025/2025-12-04.yaml").read_text("utf-8")
        own.write_text(
            text.replace("id: CTS XBHT-S04-2025", "id: OWN 1").replace("valid_years: 3", "valid_years: 5"), "utf-8"
        )
        path.write_text(TestRefusedFiles.TEXT.replace("CTS XBHT-S04-2025", "OWN 1"), "utf-8")
        assert "2031-03-19" in run("certificate", str(path), "--on", "2026-03-20", "--standard", str(own)).stdout


# From the State Council's notices for 2026: days off that are weekdays, and weekends that are worked.
OFF = {
    *(f"2026-01-0{d}" for d in (1, 2)), *(f"2026-02-{d}" for d in (16, 17, 18, 19, 20, 23)), "2026-04-06",
    "2026-05-01", "2026-05-04", "2026-05-05", "2026-06-19", "2026-09-25",
    *(f"2026-10-0{d}" for d in (1, 2, 5, 6, 7)),
}  # fmt: skip
WORKED = {"2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"}


class TestDueDate:
    """7.1, R12: fifteen working days by the statutory calendar, the day of completion not counted."""

    def counted(self, start: datetime.date) -> datetime.date:
        today, left = start, 15
        while left:
            today += DAY
            text = today.isoformat()
            left -= (today.weekday() < 5 and text not in OFF) or text in WORKED
        return today

    def test_the_due_dates_over_the_spring_festival_and_the_national_day_are_known_ones(self) -> None:
        assert str(report_due("2026-02-06")) == "2026-03-05"
        assert str(report_due(day("2026-09-21"))) == "2026-10-19"

    def test_the_due_date_of_every_day_of_2026_is_that_counted_by_hand(self) -> None:
        for number in range(330):
            start = day("2026-01-01") + DAY * number
            assert report_due(start) == self.counted(start), start

    @pytest.mark.parametrize("start", ["2003-06-01", "2098-03-01", "9999-12-30", "9999-12-31"])
    def test_a_year_without_a_calendar_is_refused(self, start: str) -> None:
        with pytest.raises(PaperError) as caught:
            report_due(start)
        assert codes(caught) == [("calendar-unknown", "")]
        assert start[:4] in caught.value.problems[0].message

    def test_a_standard_with_a_term_of_its_own_decides(self) -> None:
        """Friday 6 February 2026 is followed by a weekend that is not worked."""
        standard = aftersales.load_standard().model_copy(update={"report_working_days": 1})
        assert report_due(completed_on="2026-02-06", standard=standard) == day("2026-02-09")

    def test_no_due_date_follows_from_what_is_no_day_or_has_no_term(self) -> None:
        with pytest.raises(PaperError) as caught:
            report_due("yesterday")
        assert codes(caught) == [("not-a-date", "")]
        with pytest.raises(PaperError) as caught:
            report_due("2026-02-06", aftersales.load_standard().model_copy(update={"report_working_days": None}))
        assert [(p.code, p.clause) for p in caught.value.problems] == [("no-term", "7.1")]

    def test_without_the_extra_for_calendars_one_line_names_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "chinese_calendar", None)
        with pytest.raises(aftersales.MissingExtra, match=r"aftersales\[calendar\]"):
            report_due("2026-02-06")


class TestDueInTheCommand:
    """7.1: the command that writes a report says by when it has to be issued."""

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            (["--on", "2026-03-27"], "最迟应于 2026-03-27 出具（7.1）\n"),
            (["--on", "2026-03-28"], "最迟应于 2026-03-27 出具（7.1）；2026-03-28 已逾期\n"),
            (["--on", "2026-03-28", "--lang", "en"], "due by 2026-03-27 (7.1); 2026-03-28 is too late\n"),
        ],
    )
    def test_the_command_says_when_the_report_is_due(self, options: list[str], said: str, tmp_path: Path) -> None:
        assert run("report", CHAIN, "-o", str(tmp_path / "a.md"), *options).stdout.endswith(said)

    def test_without_a_calendar_no_due_date_is_shown(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        text = Path(CHAIN).read_text("utf-8")
        path = tmp_path / "later.yaml"
        path.write_text(text.replace("2026-03-0", "2091-03-0"), "utf-8")
        assert "[calendar-unknown, 7.1]" in run("report", str(path), "-o", str(tmp_path / "b.md")).stdout
        path.write_text(re.sub("(?m)^period:.*$", "", text), "utf-8")
        shown = run("report", str(path), "-o", str(tmp_path / "c.md"), "--draft").stdout
        assert "出具" not in shown
        monkeypatch.setitem(sys.modules, "chinese_calendar", None)  # as if it were not installed
        assert cli.main(["report", CHAIN, "-o", str(tmp_path / "d.md")]) == 0
        assert "出具" not in capsys.readouterr().out
