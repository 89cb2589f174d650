"""The JSON Schema of the evaluation file, for editors and other programs."""

from __future__ import annotations

from typing import Any

from aftersales.evaluation.evaluation import Evaluation
from aftersales.standard.standard import Standard

__all__ = ["json_schema"]


def json_schema(standard: Standard) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of an evaluation by a standard.

    It knows the ids of the standard, so that an editor offers them with their titles and marks an unknown one. It cannot
    say all that ``aftersales check`` says: which sample is large enough, for one, is arithmetic.

    >>> from aftersales import load_standard
    >>> schema = json_schema(load_standard())
    >>> schema["properties"]["findings"]["properties"]["5.1.2.2"]["title"]
    '售后服务管理师占比不低于 10%'
    """
    schema = Evaluation.model_json_schema()
    definitions = schema["$defs"]
    for part in [schema, *definitions.values()]:
        if "description" in part:  # a docstring, which python -OO drops; its first paragraph is for users of the file
            part["description"] = " ".join(part["description"].split("\n\n")[0].split())
    _add_rules(definitions, rows=len(standard.reference))
    deletion, quantitative = {"$ref": "#/$defs/NotApplicable"}, {"$ref": "#/$defs/Quantitative"}
    for name in ("Qualitative", "Quantitative", "Sampled", "NotApplicable"):
        definitions[name]["required"] = ["kind", *definitions[name]["required"]]
    names = ("Qualitative", "LimitedQuantitative", "Sampled", "NotApplicable")
    kinds = [{"$ref": f"#/$defs/{name}"} for name in names]
    definitions["Finding"] = {"oneOf": [{"enum": ["full", "none"]}, *kinds]}
    layout = standard.layout
    properties: dict[str, Any] = {}
    for key, node in layout.nodes.items():
        if key in layout.limited:
            # The limit is the standard's own (reading R4).
            allowed = [
                {**quantitative, "properties": {"at_least": {"type": "null"}, "at_most": {"type": "null"}}},
                deletion,
            ]
        elif key in layout.positions:
            allowed = [{"$ref": "#/$defs/Finding"}]
        else:
            allowed = [deletion]
        properties[key] = {"title": node.title.zh, "description": node.title.en, "anyOf": [*allowed, {"type": "null"}]}
    schema["properties"]["findings"] = {"type": "object", "properties": properties, "additionalProperties": False}
    schema["properties"]["standard"]["const"] = standard.id
    schema["title"] = f"{standard.id} evaluation"
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | schema


def _add_rules(definitions: dict[str, Any], rows: int) -> None:
    """The rules between the keys of a finding, which the models ask in code (6.2.2, 6.2.4)."""
    either, both = [{"required": ["at_least"]}, {"required": ["at_most"]}], {"required": ["at_least", "at_most"]}
    definitions["Quantitative"]["not"] = {
        **both,
        "properties": {key: {"not": {"type": "null"}} for key in both["required"]},
    }
    definitions["LimitedQuantitative"] = {"$ref": "#/$defs/Quantitative", "anyOf": either}
    definitions["Sampled"]["anyOf"] = [{"required": ["population"]}, {"required": ["outlets", "outlets_covered"]}]
    definitions["Sampled"]["dependentRequired"] = {"outlets": ["outlets_covered"], "outlets_covered": ["outlets"]}
    definitions["Qualitative"]["properties"]["row"]["anyOf"][0]["maximum"] = rows - 1
