"""The JSON Schemas of documents that only commands print, and of results to which a command adds keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, TypeAdapter

from aftersales.analysis.comparison import Comparison, Progress
from aftersales.certification.certificate.certificate import Certificate
from aftersales.certification.certificate.status import Status
from aftersales.certification.rectification.rectification import Rectification
from aftersales.files.docstrings import field_descriptions, summary_of
from aftersales.files.object_schema import object_schema
from aftersales.problems.errors import Problem, Remark
from aftersales.standard.readings import Reading
from aftersales.standard.structure import Category, Indicator, Subcategory

__all__ = ["COMMAND_DOCUMENTS"]


def _comparison() -> dict[str, Any]:
    """The document that ``compare --json`` prints."""
    schema, step = _written(Comparison), _written(Progress)
    schema["$defs"] |= step.pop("$defs")
    changes = {"type": "array", "items": step, "description": "The changes of one organisation (compare --json)."}
    return _with_keys(schema, {"progress": changes})


def _status() -> dict[str, Any]:
    """The document that ``certificate --json`` prints."""
    schema, certificate = _written(Status), _written(Certificate)
    schema["$defs"] |= certificate.pop("$defs")
    del certificate["properties"]["events"]
    return _with_keys(schema, {"certificate": certificate})


def _rectification_status() -> dict[str, Any]:
    """The document that ``rectification --json`` prints."""
    counts = {"count": "items", "done": "items with a result", "open": "open items", "overdue": "overdue items"}
    keys = {name: _count(f"The number of {what} on the day of --on.") for name, what in counts.items()}
    return _with_keys(_written(Rectification), keys)


def _standard_part() -> dict[str, Any]:
    """The document that ``standard ID --json`` prints."""
    parts: TypeAdapter[Any] = TypeAdapter(Category | Subcategory | Indicator)
    return {"title": "StandardPart", **parts.json_schema(mode="serialization")}


def _problems() -> dict[str, Any]:
    """The schema of the problems that ``to_dict`` of an error, a refused input and ``check`` give as JSON.

    It has no references, so that it can stand inside another schema, such as an OpenAPI description.
    """
    problem = _told(Problem)
    name = {"type": ["string", "null"], "description": "The file, if a command reads several."}
    problem["properties"]["file"] = name
    remarks = {"type": "array", "items": _told(Remark), "description": "Those of a file that was checked."}
    schema = object_schema({"problems": {"type": "array", "items": problem}, "remarks": remarks}, optional=("remarks",))
    return {"title": "Problems", "description": "The problems of an input; none of a sound file.", **schema}


def _deviations() -> dict[str, Any]:
    """The document that ``plan --evaluation --json`` prints."""
    schema = object_schema({"deviations": {"type": "array", "items": _told(Remark)}})
    return {"title": "Deviations", "description": "Where an evaluation differs from its plan.", **schema}


def _counts() -> dict[str, Any]:
    """The document that ``batch --json`` prints."""
    properties = {
        "standard": object_schema({name: {"type": "string"} for name in ("id", "edition", "sha256")}),
        "rows": _count("The number of rows."),
        "unscored": _count("The number of rows that have a problem and no score."),
        "stars": _counts_by("^[0-9]+$", "The number of scored rows, by the number of stars."),
        "near_limit": _count("The number of scored rows that are below a limit by at most 10⁻⁹."),
        "null_shares": _count("The number of unscored rows whose problem is a null share."),
        "problems": _counts_by(
            "^[a-z-]+$", "The number of problems of each code, where they have a table of their own."
        ),
        "remarks": {
            "type": "array",
            "items": _told(Remark),
            "description": "What looks other than it is read in a workbook, if there is anything.",
        },
        "remark_codes": _counts_by(
            "^[a-z-]+$", "The number of evaluations in files with remarks of each code, if they are asked for."
        ),
    }
    schema = object_schema(properties, optional=("problems", "remarks", "remark_codes"))
    return {"title": "Counts", "description": "What was scored into a table.", **schema}


COMMAND_DOCUMENTS: dict[str, Callable[[], dict[str, Any]]] = {
    "status": _status,
    "comparison": _comparison,
    "rectification_status": _rectification_status,
    "standard_part": _standard_part,
    "reading": lambda: _written(Reading),
    "problems": _problems,
    "deviations": _deviations,
    "counts": _counts,
}


def _written(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema(mode="serialization")


def _with_keys(schema: dict[str, Any], keys: dict[str, Any]) -> dict[str, Any]:
    """The schema of a written result that may have more keys."""
    return schema | {"properties": schema["properties"] | keys}


def _told(kind: type[Problem | Remark]) -> dict[str, Any]:
    """The schema of what ``to_dict`` of a problem or a remark returns."""
    found = TypeAdapter(kind).json_schema(mode="serialization")
    fields = found["properties"]
    del fields["cell"]["default"]  # it is always written
    for name, description in field_descriptions(kind).items():  # python -OO drops them
        fields[name]["description"] = description
    return {"title": found["title"], "description": summary_of(kind), **object_schema(fields)}


def _count(description: str) -> dict[str, Any]:
    return {"type": "integer", "minimum": 0, "description": description}


def _counts_by(names: str, description: str) -> dict[str, Any]:
    """The schema of counts by names of that pattern."""
    counts = {"propertyNames": {"pattern": names}, "additionalProperties": {"type": "integer", "minimum": 0}}
    return {"type": "object", "description": description, **counts}
