"""The words for the values of an evaluation: kinds of findings, methods, types, roles, and measures."""

from __future__ import annotations

from aftersales.text.sentences import Sentences, languages

__all__ = ["ROLES", "is_lead", "role", "word"]

ROLES = ("lead", "member")
"""The roles of assessors with a word in each language. Other texts are allowed."""


def word(lang: str, of: str, value: str) -> str:
    """The word for a value: ``of`` a ``"kind"``, ``"method"``, ``"type"``, ``"role"`` or ``"measure"``.

    >>> word("en", "kind", "not_applicable")
    'not applicable'
    """
    return Sentences("evaluation")(lang, f"{of}.{value}")


def role(lang: str, value: str | None) -> str | None:
    """The word for a role that has one; another role as it is written in the evaluation.

    >>> role("zh", "lead"), role("zh", "技术专家"), role("zh", None)
    ('组长', '技术专家', None)
    """
    return word(lang, "role", value) if value in ROLES else value


def is_lead(value: str | None) -> bool:
    """Whether a role is that of the leader, by its word in the file format or in a language.

    >>> is_lead("lead"), is_lead("组长"), is_lead("组员"), is_lead(None)
    (True, True, False, False)
    """
    return value in ("lead", *(word(lang, "role", "lead") for lang in languages()))
