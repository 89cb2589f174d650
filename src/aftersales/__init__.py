"""Exact scoring of after-sales service maturity by CTS XBHT-S04-2025 (商品售后服务成熟度评价技术规范).

A file of findings becomes an :class:`Evaluation`, :func:`score` judges it, and the :class:`Scorecard` holds every figure
with its derivation. Names are imported when they are first used, so ``import aftersales`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from aftersales.pictures import draw_with

if TYPE_CHECKING:
    from aftersales.certificate import (
        Certificate,
        Downgrade,
        Renewal,
        Revocation,
        Status,
        Surveillance,
        issue,
        load_certificate,
    )
    from aftersales.comparison import Comparison, Progress, compare, progress
    from aftersales.derivation import Derivation
    from aftersales.due_date import report_due
    from aftersales.errors import (
        AftersalesError,
        EvaluationError,
        MissingExtra,
        PaperError,
        Problem,
        Remark,
        StandardError,
    )
    from aftersales.evaluation import (
        Assessor,
        Evaluation,
        Evidence,
        Finding,
        NotApplicable,
        Period,
        Qualitative,
        Quantitative,
        Sampled,
        Subject,
    )
    from aftersales.improvement import Improvements, ImprovementStep, improvements
    from aftersales.notebook import html_of
    from aftersales.plan import EvaluationPlan, load_plan
    from aftersales.probability import Chance, Confidence, confidence
    from aftersales.reading import Examination, examine, load_evaluation
    from aftersales.report import Report, make_report
    from aftersales.review_points import remarks
    from aftersales.scoring import NodeScore, Scorecard, score
    from aftersales.standard import Category, Indicator, Reference, Standard, Star, Subcategory, load_standard
    from aftersales.tipping import TippingPoint, tipping_points
    from aftersales.unfinished import Bounds, OpenIndicator, Span, bounds

__version__ = "0.1.0"

_HOMES = {
    "certificate": (
        "Certificate",
        "Downgrade",
        "Renewal",
        "Revocation",
        "Status",
        "Surveillance",
        "issue",
        "load_certificate",
    ),
    "comparison": ("Comparison", "Progress", "compare", "progress"),
    "derivation": ("Derivation",),
    "due_date": ("report_due",),
    "errors": (
        "AftersalesError",
        "EvaluationError",
        "MissingExtra",
        "PaperError",
        "Problem",
        "Remark",
        "StandardError",
    ),
    "evaluation": (
        "Assessor",
        "Evaluation",
        "Evidence",
        "Finding",
        "NotApplicable",
        "Period",
        "Qualitative",
        "Quantitative",
        "Sampled",
        "Subject",
    ),
    "improvement": ("ImprovementStep", "Improvements", "improvements"),
    "notebook": ("html_of",),
    "plan": ("EvaluationPlan", "load_plan"),
    "probability": ("Chance", "Confidence", "confidence"),
    "reading": ("Examination", "examine", "load_evaluation"),
    "report": ("Report", "make_report"),
    "review_points": ("remarks",),
    "scoring": ("NodeScore", "Scorecard", "score"),
    "standard": ("Category", "Indicator", "Reference", "Standard", "Star", "Subcategory", "load_standard"),
    "tipping": ("TippingPoint", "tipping_points"),
    "unfinished": ("Bounds", "OpenIndicator", "Span", "bounds"),
}

__all__ = [
    "AftersalesError",
    "Assessor",
    "Bounds",
    "Category",
    "Certificate",
    "Chance",
    "Comparison",
    "Confidence",
    "Derivation",
    "Downgrade",
    "Evaluation",
    "EvaluationError",
    "EvaluationPlan",
    "Evidence",
    "Examination",
    "Finding",
    "ImprovementStep",
    "Improvements",
    "Indicator",
    "MissingExtra",
    "NodeScore",
    "NotApplicable",
    "OpenIndicator",
    "PaperError",
    "Period",
    "Problem",
    "Progress",
    "Qualitative",
    "Quantitative",
    "Reference",
    "Remark",
    "Renewal",
    "Report",
    "Revocation",
    "Sampled",
    "Scorecard",
    "Span",
    "Standard",
    "StandardError",
    "Star",
    "Status",
    "Subcategory",
    "Subject",
    "Surveillance",
    "TippingPoint",
    "__version__",
    "bounds",
    "compare",
    "confidence",
    "examine",
    "html_of",
    "improvements",
    "issue",
    "load_certificate",
    "load_evaluation",
    "load_plan",
    "load_standard",
    "make_report",
    "progress",
    "remarks",
    "report_due",
    "score",
    "tipping_points",
]


def __getattr__(name: str) -> Any:
    for module, names in _HOMES.items():
        if name in names:
            value = getattr(import_module(f"aftersales.{module}"), name)
            globals()[name] = value
            return value
    raise AttributeError(f"module 'aftersales' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)


draw_with(lambda thing: import_module("aftersales.notebook").picture_of(thing))
