"""The evaluation plan (评价计划, 6.1.2): purpose, scope, basis, schedule and team of an evaluation.

A plan is checked against 6.1, and later compared with the evaluation. It becomes a paper for the client and forms
for the team.
"""

import datetime
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from aftersales.certification.plan.contents import Activity, Inapplicable, PlanContents
from aftersales.certification.plan.deviations import plan_deviations
from aftersales.certification.plan.paper import plan_document
from aftersales.certification.plan.rules import plan_violations
from aftersales.evaluation.blank_form import blank_form
from aftersales.evaluation.evaluation import Evaluation
from aftersales.evaluation.parties import Assessor, EvaluatingBody, Subject
from aftersales.evaluation.review_points import party_points
from aftersales.evaluation.rules import unknown_member
from aftersales.files.writing import write_file
from aftersales.problems.arguments import ensure_kind
from aftersales.problems.collector import Collector, citing, in_order_of
from aftersales.problems.errors import PaperError, Problem, Remark
from aftersales.problems.violations import worded
from aftersales.rendering.formats import PaperFormat
from aftersales.rendering.rendering import format_of, render
from aftersales.standard.standard import Standard, named_standard
from aftersales.text.language import Language

__all__ = ["EvaluationPlan"]


class EvaluationPlan(PlanContents):
    """An evaluation plan.

    Validation of the model checks the form only. :meth:`gaps` and :func:`~aftersales.load_plan` report what it lacks.

    >>> from aftersales import load_plan
    >>> plan = load_plan("data/plans/home-appliance-chain.yaml")
    >>> plan.gaps(), plan.assessors_of("5.4.3.2"), str(plan.period.start)
    ((), ('李静',), '2026-03-02')
    """

    file_kind = "plan"

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            standard: str,
            edition: datetime.date | str | None = None,
            number: str | None = None,
            on: datetime.date | str | None = None,
            type: Literal["third_party", "self"] | None = None,
            body: EvaluatingBody | Mapping[str, Any] | None = None,
            subject: Subject | Mapping[str, Any] | None = None,
            purpose: str | None = None,
            basis: Sequence[str] = (),
            team: Sequence[Assessor | Mapping[str, Any]] = (),
            schedule: Sequence[Activity | Mapping[str, Any]] = (),
            assignments: Mapping[str, Sequence[str]] = ...,
            inapplicable: Sequence[Inapplicable | Mapping[str, Any]] = (),
            provisions: Sequence[str] = (),
        ) -> None: ...

    def indicators_of(self, name: str, standard: Standard | None = None) -> tuple[str, ...]:
        """The ids of the indicators that are assigned to an assessor.

        Raises :class:`~aftersales.PaperError` if nobody of that name is in the plan.
        """
        members = [assessor.name for assessor in self.team]
        standard = self._standard(standard)
        with Collector(PaperError, clause_of=standard.clause) as found:
            if name not in {*members, *self.assignments}:
                found.add(replace(unknown_member(name, members, ("assessor",)), clause="plan"))
        return tuple(key for key, names in self.assessors(standard).items() if name in names)

    def gaps(self, standard: Standard | None = None) -> tuple[Problem, ...]:
        """The problems of what 6.1 and 4.1 require and the plan lacks; empty if it is complete.

        Raises :class:`~aftersales.PaperError` if the standard that it names is not known.
        """
        standard = self._standard(standard)
        gaps = in_order_of(self.model_dump(mode="python"))([*plan_violations(self, standard)])
        return citing(gaps, standard.clause)

    def remarks(self, standard: Standard | None = None) -> tuple[Remark, ...]:
        """What is allowed in a plan and looks wrong (reading R20): two leaders, a name twice in the team, a body and an
        organisation of like names, an unlikely credit code.

        Raises :class:`~aftersales.PaperError` if the standard that it names is not known.

        >>> team = [{"name": "张明", "role": "lead"}, {"name": "李静", "role": "组长"}]
        >>> EvaluationPlan(standard="CTS XBHT-S04-2025", team=team).remarks()[0].code
        'several-leaders'
        """
        standard = self._standard(standard)
        points = party_points(self.body, self.subject, self.team)
        return citing((worded(Remark, point, None) for point in points), standard.clause)

    def _standard(self, given: Standard | None) -> Standard:
        if given is not None:
            ensure_kind("standard", given, Standard)
        with Collector(PaperError):
            return given or named_standard(self.standard, self.edition)

    def deviations(self, evaluation: Evaluation, standard: Standard | None = None) -> tuple[Remark, ...]:
        """The differences of an evaluation from the plan: who evaluated what, on which days, by which methods.

        A deviation refuses nothing (reading R20).

        >>> from aftersales import load_example, load_plan
        >>> plan = load_plan("data/plans/home-appliance-chain.yaml")
        >>> plan.deviations(plan.evaluation().model_copy(update={"body": {"name": "甲"}}))[0].code
        'differs-from-plan'
        """
        ensure_kind("evaluation", evaluation, Evaluation)
        standard = self._standard(standard)
        deviations = plan_deviations(self, evaluation, standard)
        return citing((worded(Remark, deviation, None) for deviation in deviations), standard.clause)

    def typeset(
        self, format: PaperFormat, lang: Language = "zh", standard: Standard | None = None, *, draft: bool = False
    ) -> bytes:
        """The plan for the client as ``"html"``, ``"docx"``, ``"pdf"`` or ``"md"``, with a place to confirm it.

        Raises :class:`~aftersales.PaperError` with the gaps of the plan, unless it is a ``draft``, in which they are
        marked, and as :meth:`Report.typeset <aftersales.Report.typeset>` does.
        """
        standard = self._standard(standard)
        if not draft and (gaps := self.gaps(standard)):
            raise PaperError(gaps)
        return render(plan_document(self, standard, draft=draft, lang=lang), format)

    def write(
        self,
        path: str | os.PathLike[str],
        lang: Language = "zh",
        standard: Standard | None = None,
        *,
        draft: bool = False,
        force: bool = False,
    ) -> None:
        """Write the plan for the client in the format of the extension.

        Raises :class:`~aftersales.OutputError` for another extension (``unknown-report-format``), if the file exists
        and ``force`` is false, and as :meth:`typeset` does.
        """
        write_file(path, self.typeset(format_of(path), lang, standard, draft=draft), force=force)

    def form(self, standard: Standard | None = None, lang: Language = "zh", assessor: str | None = None) -> str:
        """The blank form for the team, as YAML: with the head filled in, and the assessors of each indicator.

        With ``assessor``, it has the indicators of that assessor only.
        """
        standard = self._standard(standard)
        only = None if assessor is None else self.indicators_of(assessor, standard)
        head = self.evaluation().with_edition(standard.edition)
        return blank_form(standard, head, self.assessors(standard), lang, only)
