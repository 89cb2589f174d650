"""The JSON Schema of everything that goes in or out."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, get_args

from aftersales.evaluation.json_schema import evaluation_schema
from aftersales.problems.arguments import ensure_kind, ensure_word
from aftersales.standard.standard import Standard, load_standard

if TYPE_CHECKING:
    from pydantic import BaseModel

__all__ = ["json_schema"]

ID_DIGITS = 16  # of the sha256 of a standard, in the name of a schema with its ids
VERSION = 1  # of the forms of files and documents; a change that refuses an older one gets another number

Document = Literal[
    "evaluation",
    "scorecard",
    "derivation",
    "standard",
    "plan",
    "certificate",
    "rectification",
    "calendar",
    "status",
    "register",
    "bounds",
    "improvements",
    "what_if",
    "comparison",
    "progress",
    "confidence",
    "problems",
    "rectification_status",
    "deviations",
    "counts",
    "standard_part",
    "reading",
]
"""A file that is read, a result that is written, or what only a command prints."""

DOCUMENTS: tuple[str, ...] = get_args(Document)

_MODELS = {
    "scorecard": ("scoring.scorecard", "Scorecard"),
    "derivation": ("scoring.derivation", "Derivation"),
    "standard": ("standard.standard", "Standard"),
    "plan": ("certification.plan.plan", "EvaluationPlan"),
    "certificate": ("certification.certificate.certificate", "Certificate"),
    "rectification": ("certification.rectification.rectification", "Rectification"),
    "calendar": ("certification.statutory_calendar", "StatutoryCalendar"),
    "register": ("certification.register", "Register"),
    "bounds": ("analysis.bounds", "Bounds"),
    "improvements": ("analysis.improvements", "Improvements"),
    "what_if": ("analysis.what_if", "WhatIf"),
    "progress": ("analysis.comparison", "Progress"),
    "confidence": ("analysis.confidence", "Confidence"),
}
_READ = {"standard", "plan", "certificate", "rectification", "calendar"}  # files; the others are written


def json_schema(document: Document = "evaluation", standard: Standard | None = None) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a file that the package reads, or of a document that it writes as JSON.

    That of an evaluation has the ids and titles of ``standard`` (default: the bundled one), so that an editor offers
    them; of another standard, its ``$id`` has a part of the standard's ``sha256`` behind the version. A schema cannot
    express every rule: ``aftersales check`` checks the others. Raises ValueError for another word.

    >>> json_schema("scorecard")["$id"]
    'urn:aftersales:scorecard:1'
    """
    ensure_word("document", document, DOCUMENTS)
    name = f"urn:aftersales:{document}:{VERSION}"
    if document == "evaluation":
        if standard is not None:
            ensure_kind("standard", standard, Standard)
        bundled = load_standard()
        schema = evaluation_schema(standard or bundled)
        if standard not in (None, bundled):
            name = f"{name}:{standard.sha256[:ID_DIGITS]}"
    elif document in _MODELS:
        module, model_name = _MODELS[document]
        model: type[BaseModel] = getattr(import_module(f"aftersales.{module}"), model_name)
        schema = model.model_json_schema(mode="validation" if document in _READ else "serialization")
    else:
        from aftersales.views.command_documents import COMMAND_DOCUMENTS  # imported here: it needs most models

        schema = COMMAND_DOCUMENTS[document]()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": name} | schema
