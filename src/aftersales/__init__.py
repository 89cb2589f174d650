"""Exact scoring of after-sales service maturity by CTS XBHT-S04-2025 (商品售后服务成熟度评价技术规范).

A file of findings becomes an :class:`Evaluation`, :func:`score` makes a :class:`Scorecard` of it, and the scorecard
holds every figure with its derivation. Names are imported when they are first used, so ``import aftersales`` is fast.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from aftersales.text.display import set_renderer

# The public names, by the module that defines them. Each module lists the same names in its __all__.
_FACE = {
    "problems.errors": (
        "AdviceError",
        "AftersalesError",
        "EvaluationError",
        "MissingExtra",
        "OutputError",
        "PaperError",
        "Problem",
        "Remark",
        "StandardError",
    ),
    "files.validation": ("problems_of",),
    "text.language": ("Language",),
    "text.version": ("__version__",),
    "rendering.formats": (
        "PaperFormat",
        "SheetFormat",
    ),
    "standard.structure": (
        "Bilingual",
        "Category",
        "Grade",
        "Indicator",
        "Provenance",
        "Reference",
        "Star",
        "Subcategory",
    ),
    "standard.standard": (
        "Standard",
        "load_standard",
        "register_standard",
    ),
    "standard.editions": ("data_folder",),
    "evaluation.findings": (
        "Evidence",
        "Finding",
        "NotApplicable",
        "Qualitative",
        "Quantitative",
        "Sampled",
    ),
    "evaluation.parties": (
        "Assessor",
        "EvaluatingBody",
        "Subject",
    ),
    "evaluation.statements": (
        "Narrative",
        "SignOff",
        "Signature",
    ),
    "evaluation.evaluation": (
        "Evaluation",
        "Period",
    ),
    "evaluation.fingerprint": (
        "canonical_text",
        "fingerprint",
    ),
    "evaluation.loading": (
        "Examination",
        "examine",
        "load_evaluation",
        "load_example",
    ),
    "evaluation.merging": (
        "merge",
        "merge_draft",
    ),
    "evaluation.review_points": ("remarks",),
    "evaluation.workbook.writer": ("write_workbook",),
    "scoring.scorecard": (
        "NodeScore",
        "Scorecard",
        "score",
    ),
    "scoring.loading": (
        "ScorecardExamination",
        "examine_scorecard",
        "load_scorecard",
    ),
    "scoring.derivation": ("Derivation",),
    "analysis.bounds": (
        "Bounds",
        "OpenIndicator",
        "Span",
        "bounds",
    ),
    "analysis.improvements": (
        "ImprovementStep",
        "Improvements",
        "improvements",
    ),
    "analysis.comparison": (
        "Comparison",
        "NodeChange",
        "NodeComparison",
        "Progress",
        "Ranked",
        "compare",
        "progress",
    ),
    "analysis.what_if": (
        "WhatIf",
        "what_if",
    ),
    "analysis.confidence": (
        "Chance",
        "Confidence",
        "confidence",
    ),
    "analysis.tipping_points": (
        "TippingPoint",
        "tipping_points",
    ),
    "certification.plan.contents": (
        "Activity",
        "Inapplicable",
    ),
    "certification.plan.plan": ("EvaluationPlan",),
    "certification.plan.loading": ("load_plan",),
    "certification.statutory_calendar": (
        "StatutoryCalendar",
        "load_calendar",
    ),
    "certification.plan.writer": ("write_plan_workbook",),
    "certification.due_date": ("report_due",),
    "certification.report.report": (
        "Report",
        "make_report",
    ),
    "certification.certificate.certificate": (
        "Certificate",
        "issue",
        "issue_remarks",
        "load_certificate",
    ),
    "certification.certificate.recording": ("record",),
    "certification.certificate.events": (
        "Change",
        "Correction",
        "Downgrade",
        "Event",
        "MaintenanceNotice",
        "Renewal",
        "RenewalApplication",
        "Revocation",
        "Surveillance",
    ),
    "certification.papers.notices": ("CertificationNotice",),
    "certification.certificate.status": (
        "AuditWindow",
        "Holder",
        "Status",
        "StatusNotice",
    ),
    "certification.register": (
        "Register",
        "RegisterEntry",
        "register",
    ),
    "certification.rectification.contents": (
        "RectificationItem",
        "RectificationResult",
    ),
    "certification.rectification.rectification": ("Rectification",),
    "certification.rectification.loading": ("load_rectification",),
    "certification.rectification.drafting": ("draft_rectification",),
    "certification.rectification.closing": ("close_item",),
    "certification.rectification.writer": ("write_rectification_workbook",),
    "views.json_schema": ("json_schema",),
    "views.notebook": ("html_of",),
    "views.plots.plot": ("plot",),
}

if TYPE_CHECKING:  # type checkers do not see __getattr__, so a misspelt name is an error
    from aftersales.analysis.bounds import *
    from aftersales.analysis.comparison import *
    from aftersales.analysis.confidence import *
    from aftersales.analysis.improvements import *
    from aftersales.analysis.tipping_points import *
    from aftersales.analysis.what_if import *
    from aftersales.certification.certificate.certificate import *
    from aftersales.certification.certificate.events import *
    from aftersales.certification.certificate.recording import *
    from aftersales.certification.certificate.status import *
    from aftersales.certification.due_date import *
    from aftersales.certification.plan.contents import *
    from aftersales.certification.plan.loading import *
    from aftersales.certification.plan.plan import *
    from aftersales.certification.plan.writer import *
    from aftersales.certification.rectification.closing import *
    from aftersales.certification.rectification.contents import *
    from aftersales.certification.rectification.drafting import *
    from aftersales.certification.rectification.loading import *
    from aftersales.certification.rectification.rectification import *
    from aftersales.certification.rectification.writer import *
    from aftersales.certification.register import *
    from aftersales.certification.report.report import *
    from aftersales.certification.statutory_calendar import *
    from aftersales.evaluation.evaluation import *
    from aftersales.evaluation.findings import *
    from aftersales.evaluation.fingerprint import *
    from aftersales.evaluation.loading import *
    from aftersales.evaluation.merging import *
    from aftersales.evaluation.parties import *
    from aftersales.evaluation.review_points import *
    from aftersales.evaluation.statements import *
    from aftersales.evaluation.workbook.writer import *
    from aftersales.files.validation import *
    from aftersales.problems.errors import *
    from aftersales.rendering.formats import *
    from aftersales.scoring.derivation import *
    from aftersales.scoring.loading import *
    from aftersales.scoring.scorecard import *
    from aftersales.standard.editions import *
    from aftersales.standard.standard import *
    from aftersales.standard.structure import *
    from aftersales.text.language import *
    from aftersales.text.version import *
    from aftersales.views.json_schema import *
    from aftersales.views.notebook import *
    from aftersales.views.plots.plot import *
else:

    def __getattr__(name: str) -> object:
        if name == "__all__":
            return __dir__()
        for module, names in _FACE.items():
            if name in names:
                value = getattr(import_module(f"aftersales.{module}"), name)
                globals()[name] = value
                return value
        raise AttributeError(f"module 'aftersales' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(name for names in _FACE.values() for name in names)


set_renderer(lambda thing: import_module("aftersales.views.notebook").picture_of(thing))
