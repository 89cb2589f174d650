"""The JSON Schema of the document that a scorecard writes."""

from __future__ import annotations

from typing import Any

from aftersales.files.object_schema import object_schema

__all__ = ["document_schema"]

_TEXT = {"type": "string"}
_EXACT = {"type": "string", "description": "An exact number: a decimal, or a fraction such as 2600/29."}
_BILINGUAL = {
    "type": "object",
    "properties": {"zh": _TEXT, "en": _TEXT},
    "required": ["zh", "en"],
    "additionalProperties": _TEXT,
}
_FINGERPRINT = {"type": "string", "pattern": "^v[1-9][0-9]{0,3}:[0-9a-f]{64}$"}


def document_schema(
    evaluation: dict[str, Any], standard: dict[str, Any], format: int, optional: tuple[str, ...]
) -> dict[str, Any]:
    """The schema of a document of that format.

    ``evaluation`` and ``standard`` are the schemas of its parts. ``optional`` are the keys that it may lack.
    """
    either = [_TEXT, {"type": "null"}]
    node = object_schema(
        {
            "title": _BILINGUAL,
            "points": _EXACT,
            "applicable": _EXACT,
            "earned": _EXACT,
            "deducted": _EXACT,
            "ratio": {"anyOf": either, "description": "Earned ÷ applicable, exact; null if nothing is applicable."},
            "reference": {"anyOf": either, "description": "The row of table 1 in which the ratio lies."},
        }
    )
    identity = object_schema(
        {
            "id": _TEXT,
            "edition": {"type": "string", "format": "date"},
            "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            "fingerprint": _FINGERPRINT,
            "altered": {"const": True},
            "definition": standard,
        },
        ("fingerprint", "altered", "definition"),
    )
    return object_schema(
        {
            "format": {"type": "integer", "minimum": 0, "maximum": format},
            "library": {"type": "string", "description": "The version of the library that wrote the document."},
            "standard": identity,
            "final_score": _EXACT,
            "printed_score": {"type": "string", "description": "Two decimals, and (-) if a limit is not reached."},
            "earned": _EXACT,
            "applicable": _EXACT,
            "stars": {"type": "integer", "minimum": 0},
            "passed": {"type": "boolean"},
            "ratio": _EXACT,
            "reference": _TEXT,
            "grade": _BILINGUAL,
            "nodes": {"type": "object", "additionalProperties": node},
            "fingerprint": _FINGERPRINT,
            "evaluation": evaluation,
        },
        optional,
    )
