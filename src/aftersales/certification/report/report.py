"""The evaluation report (评价报告, 7.1) and the summary for public display (7.2.1).

A report has the six parts of 7.1: (a) basic information, (b) the course of the evaluation, (c) every indicator with its
score, deduction and reason, (d) the final score and the stars, (e) strengths and weaknesses with respect to the next
star, (f) improvements that reach it. An evaluation that lacks something for a report is refused before anything is
written. A draft is made nevertheless, with each gap marked.

Every figure comes from the scorecard. :mod:`~aftersales.certification.report.contents` makes the content, and
:mod:`~aftersales.rendering` a file of it.
"""

import datetime
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

from pydantic import BaseModel, model_validator

from aftersales.certification.rectification.contents import (
    before_end_violations,
    clause_of,
    rectification_violations,
)
from aftersales.certification.rectification.rectification import Rectification
from aftersales.certification.report.basis import REQUIRED
from aftersales.certification.report.contents import report_document, summary_document
from aftersales.certification.report.evidence_files import EvidenceFiles, evidence_files, missing_files
from aftersales.certification.statutory_calendar import StatutoryCalendar
from aftersales.evaluation.evaluation import Evaluation
from aftersales.evaluation.fingerprint import fingerprint
from aftersales.evaluation.rules import check_independence
from aftersales.files.fields import Day, Flag, Frozen, Text, WholeModel
from aftersales.files.loading import make_model
from aftersales.files.writing import write_file
from aftersales.problems.arguments import ensure_kind
from aftersales.problems.clauses import Role
from aftersales.problems.collector import citing, in_order_of
from aftersales.problems.errors import PaperError, Problem
from aftersales.problems.messages import phrase
from aftersales.problems.violations import Violation, ViolationError
from aftersales.rendering.formats import PaperFormat
from aftersales.rendering.rendering import format_of, render
from aftersales.scoring.scorecard import Scorecard
from aftersales.text.language import Language
from aftersales.text.normalize import plain_name

__all__ = ["Report", "make_report"]


class Report(WholeModel):
    """The report of an evaluation (7.1).

    Building a report with gaps that is no draft raises pydantic's ValidationError; :func:`make_report` raises
    :class:`~aftersales.PaperError`.

    Fields:
        card: The scorecard of the evaluation.
        number: The number of the report, if known.
        issued_on: The day of issue, if known.
        draft: Whether the report may have gaps.
        calendar: A year of the statutory calendar by which the due date is counted, beside the known ones (R12).
        rectification: What the organisation has to put right, and what came of it (6.3.2, R19).
        evidence_files: For each file that the evidence names, the files that are there; None if nobody looked for them.

    >>> import aftersales
    >>> card = aftersales.score(aftersales.load_evaluation("data/examples/home-appliance-chain.yaml"))
    >>> report = make_report(card, number="2026-017", issued_on="2026-03-20")
    >>> b"87.37" in report.typeset("md"), report.gaps
    (True, ())
    """

    card: Scorecard
    number: Text | None = None
    issued_on: Day | None = None
    draft: Flag = False
    calendar: StatutoryCalendar | None = None
    rectification: Rectification | None = None
    evidence_files: Frozen[str, tuple[str, ...]] | None = None

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            card: Scorecard | Mapping[str, Any],
            number: str | None = None,
            issued_on: datetime.date | str | None = None,
            draft: bool = False,
            calendar: StatutoryCalendar | Mapping[str, Any] | None = None,
            rectification: Rectification | Mapping[str, Any] | None = None,
            evidence_files: Mapping[str, Sequence[str]] | None = None,
        ) -> None: ...

    @property
    def gaps(self) -> tuple[Problem, ...]:
        """The problems of what 7.1 requires and the evaluation lacks, and of a wrong day. Only a draft has gaps."""
        return _problems(self.card, self._violations())

    def _violations(self) -> list[Violation]:
        violations = list(report_violations(self.card, self.issued_on, self.evidence_files))
        return violations + self._rectification_violations(complete=True)

    def _rectification_violations(self, *, complete: bool) -> list[Violation]:
        """R19: what it says fits the standard and the report; if ``complete``, each item names who is responsible."""
        if self.rectification is None:
            return []
        violations = [*rectification_violations(self.rectification, self.card.standard, complete=complete)]
        violations += unfit_for_report(self.rectification, self.card.evaluation, self.issued_on)
        return [violation.below("rectification") for violation in violations]

    def typeset(self, format: PaperFormat, lang: Language = "zh") -> bytes:
        """The report as ``"html"``, ``"docx"``, ``"pdf"`` or ``"md"``, in that language.

        Raises :class:`~aftersales.MissingExtra` if the extra ``report`` is not installed, and
        :class:`~aftersales.PaperError` if no Chinese font is installed (``no-font``; Word and PDF).
        """
        document = report_document(
            self.card,
            self.number,
            self.issued_on,
            draft=self.draft,
            lang=lang,
            calendar=self.calendar,
            rectification=self.rectification,
            files=self.evidence_files,
        )
        return render(document, format)

    def summary(self, format: PaperFormat, lang: Language = "zh") -> bytes:
        """The summary for public display with the certificate: the stars and the core of the result (7.2.1)."""
        return render(summary_document(self.card, self.number, self.issued_on, draft=self.draft, lang=lang), format)

    def write(
        self, path: str | os.PathLike[str], lang: Language = "zh", *, summary: bool = False, force: bool = False
    ) -> None:
        """Write the report, or its summary, in the format of the extension.

        Raises :class:`~aftersales.OutputError` for another extension (``unknown-report-format``), if the file exists
        and ``force`` is false, and as :meth:`typeset` does.
        """
        format = format_of(path)
        write_file(path, (self.summary if summary else self.typeset)(format, lang), force=force)

    @model_validator(mode="after")
    def _check(self) -> Self:
        violations = self._rectification_violations(complete=False) if self.draft else self._violations()
        if violations:
            raise ViolationError(*violations)
        return self


def unfit_for_report(
    rectification: Rectification, evaluation: Evaluation, issued_on: datetime.date | None
) -> Iterator[Violation]:
    """6.3.2, 7.1, 7.2.2, R19: the reasons for which a report of that day cannot have what has to be put right.

    It was required by then, of the evaluated organisation, and if by this evaluation, when that had ended. Without the
    fingerprint of another evaluation, one that was required after the start of this one is required by it.
    """
    yield from _organisation_violations(rectification, evaluation)
    if issued_on is not None and issued_on < rectification.on:
        context = {"found": rectification.on, "allowed": issued_on}
        yield Violation("rectification-after-report", ("on",), context)
    own = rectification.result == fingerprint(evaluation)
    if rectification.result is None and evaluation.period is not None:
        own = rectification.on >= evaluation.period.start
    if own:
        yield from before_end_violations(rectification.on, evaluation, clause_of(rectification.occasion))


def _organisation_violations(rectification: Rectification, evaluation: Evaluation) -> Iterator[Violation]:
    """6.3.2: what was required of the evaluated organisation, which may have had another name then.

    The same unified social credit code identifies the same organisation.
    """
    asked, evaluated = rectification.subject, evaluation.subject
    if asked is None or evaluated is None or asked.organisation is None or evaluated.organisation is None:
        return
    if asked.credit_code is not None and asked.credit_code == evaluated.credit_code:
        return
    if plain_name(asked.organisation) != plain_name(evaluated.organisation):
        context = {"found": asked.organisation, "allowed": evaluated.organisation}
        yield Violation("other-organisation", ("subject", "organisation"), context, clause="pass_line")


def make_report(
    card: Scorecard,
    *,
    number: str | None = None,
    issued_on: object = None,
    draft: bool = False,
    calendar: StatutoryCalendar | None = None,
    rectification: Rectification | None = None,
    folder: str | os.PathLike[str] | None = None,
) -> Report:
    """The report of a scored evaluation (7.1), with that number and day of issue.

    ``calendar`` is for a due date in a year that the library ``chinesecalendar`` does not know yet (reading R12).
    ``rectification`` is what has to be put right, of this evaluation or of an audit (R19). ``folder`` is that of the
    evaluation's file, in which the files that its evidence names have to be; without it they are not looked for.

    Raises :class:`~aftersales.PaperError` for an invalid number or day, and with everything that 7.1 requires and the
    evaluation lacks. If ``draft``, the report is made with gaps, each of them marked.

    >>> from aftersales import load_example, score
    >>> report = make_report(score(load_example("home-appliance-chain")), number="2026-017", issued_on="2026-03-20")
    >>> report.summary("md", "en").decode().splitlines()[0]
    '# Summary of the evaluation report on after-sales service maturity'
    """
    ensure_kind("card", card, Scorecard)
    context = {"card": card, "number": number, "issued_on": issued_on, "draft": True, "calendar": calendar}
    context["rectification"] = rectification
    if folder is not None:
        context["evidence_files"] = evidence_files(card.evaluation, folder)
    drafted = make_model(Report, context, PaperError)
    if draft:
        return drafted
    if gaps := drafted.gaps:
        raise PaperError(gaps)
    return BaseModel.model_copy(drafted, update={"draft": False})  # it has no gaps, so it is not checked again


def report_violations(
    card: Scorecard, issued_on: datetime.date | None = None, files: EvidenceFiles | None = None
) -> Iterator[Violation]:
    """7.1, 6.1.1, 6.1.3, 4.1: what a report requires and the evaluation lacks, and a day of issue before its end.

    Required are the evaluated organisation, the scope, the time and the people (7.1 a), who are independent (4.1); a
    review of documents and one on site (7.1 b, 6.1.3); and a reason for each deduction (7.1 c). The basis (7.1 a) is
    the standard, which every evaluation names. If ``files`` are given, so that they were looked for, each file that a
    piece of evidence names is there.
    """
    evaluation, subject = card.evaluation, card.evaluation.subject
    if evaluation.type is None:
        yield _missing("type")
    if evaluation.type == "third_party":
        for key in ("name", "approval_number"):
            if evaluation.body is None or getattr(evaluation.body, key) is None:
                yield _missing("body", key, clause="team")
    for key in REQUIRED:
        if subject is None or getattr(subject, key) is None:
            yield _missing("subject", key)
    if not evaluation.team:
        yield _missing("team")
    for position, assessor in enumerate(evaluation.team):
        if assessor.qualification is None:
            yield _missing("team", position, "qualification", clause="team")
    yield from check_independence(evaluation.type, subject, evaluation.team, evaluation.body)
    if evaluation.period is None:
        yield _missing("period")
    elif issued_on is not None and issued_on < evaluation.period.end:
        yield Violation("issued-before-end", ("issued_on",), {"found": issued_on, "allowed": evaluation.period.end})
    methods = {evidence.method for finding in evaluation.findings.values() if finding for evidence in finding.evidence}
    if "document" not in methods:
        yield Violation("no-document-review", ("findings",))
    if not methods - {"document"}:
        yield Violation("no-on-site-review", ("findings",))
    for node in card.nodes:
        if node.id in card.standard.layout.positions and node.deducted and card.finding(node.id).reason is None:
            context = {"title": node.title, "points": node.deducted}
            yield Violation("missing-reason", ("findings", node.id), context)
    if files is not None:
        yield from missing_files(evaluation, files)


def _missing(*path: str | int, clause: Role | None = None) -> Violation:
    name = "body" if path == ("body", "name") else path[-1]
    return Violation("missing-for-report", path, {"what": phrase(f"report.{name}")}, clause=clause)


def _problems(card: Scorecard, violations: list[Violation]) -> tuple[Problem, ...]:
    return citing(in_order_of(card.evaluation.model_dump(mode="python"))(violations), card.standard.clause)
