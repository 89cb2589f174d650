"""The JSON Schema of the evaluation file, for editors and other programs."""

from __future__ import annotations

import re
from typing import Any

from aftersales.evaluation.evaluation import Evaluation
from aftersales.evaluation.findings import KINDS, SHORTHANDS, NotApplicable, Quantitative
from aftersales.problems.clauses import CLAUSES
from aftersales.standard.standard import Standard

__all__ = ["evaluation_schema"]


def evaluation_schema(standard: Standard) -> dict[str, Any]:
    """The JSON Schema of an evaluation by a standard.

    It has the ids of the standard, so that an editor offers them with their titles and marks unknown ones. It cannot
    express everything that ``aftersales check`` reports: whether a sample is large enough takes arithmetic.

    >>> from aftersales import load_standard
    >>> schema = evaluation_schema(load_standard())
    >>> schema["properties"]["findings"]["properties"]["5.1.2.2"]["title"]
    '售后服务管理师占比不低于 10%'
    """
    schema = Evaluation.model_json_schema()
    definitions = schema["$defs"]
    # Docstrings describe models and fields; python -OO drops them.
    models = [part for part in (schema, *definitions.values()) if "description" in part]
    if any(standard.clause(role) != clause for role, clause in CLAUSES.items()):
        fields = [field for model in models for field in model.get("properties", {}).values()]
        table = standard.term("table").text("en")
        for part in (*models, *fields):
            part["description"] = _without_clauses(part["description"]).replace("table 1", table)
    for model in models:  # the first paragraph is for users of the file
        model["description"] = " ".join(model["description"].split("\n\n")[0].split())
    for kind in KINDS.values():
        kind.add_rules(definitions[kind.__name__], standard)
    deletion, quantitative = ({"$ref": f"#/$defs/{kind.__name__}"} for kind in (NotApplicable, Quantitative))
    # A quantitative finding has a limit, unless the standard sets it (reading R4).
    either = [{"required": ["at_least"]}, {"required": ["at_most"]}]
    definitions["LimitedQuantitative"] = {**quantitative, "anyOf": either}
    names = ["LimitedQuantitative" if kind is Quantitative else kind.__name__ for kind in KINDS.values()]
    kinds = [{"$ref": f"#/$defs/{name}"} for name in names]
    definitions["Finding"] = {"oneOf": [{"enum": list(SHORTHANDS)}, *kinds]}
    layout = standard.layout
    properties: dict[str, Any] = {}
    for key, node in layout.nodes.items():
        if key in layout.limited:
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
    return schema


def _without_clauses(text: str) -> str:
    """A description without the clauses of the bundled standard, which it cites in brackets.

    >>> _without_clauses("A member of the team (审查人员, 6.1.1).")
    'A member of the team (审查人员).'
    >>> _without_clauses("Texts for the report (7.1 b, e, f).")
    'Texts for the report.'
    """
    cited = re.sub(r"(?<![\d.])[4-7]\.\d(\.\d)?( [a-f](, [a-f])*)?(, | to )?", "", text)
    return re.sub(r" \(\)", "", re.sub(r",? ?\)", ")", cited))
