"""The JSON Schema of an object that has the keys that are listed, and no others."""

from __future__ import annotations

from typing import Any

__all__ = ["object_schema"]


def object_schema(properties: dict[str, Any], optional: tuple[str, ...] = ()) -> dict[str, Any]:
    """The schema of an object with the keys of ``properties``, each with its schema. It may lack those of ``optional``.

    >>> object_schema({"a": {"type": "string"}}, optional=("a",))["required"]
    []
    """
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
