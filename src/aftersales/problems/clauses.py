"""The clauses that the library cites, each by its role.

A rule names the role of the clause that requires it. The file of a standard gives the clause of each role
(``clauses``). Those of the bundled standard CTS XBHT-S04-2025 are here, and are cited where no standard is at hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

__all__ = ["CLAUSES", "Role"]

Role = Literal[
    "impartiality",
    "objectivity",
    "indicators",
    "team",
    "plan",
    "methods",
    "applicability",
    "comparison",
    "points",
    "findings",
    "deletion",
    "final_score",
    "reference",
    "pass_line",
    "stars",
    "report",
    "reasons",
    "supervision",
    "display",
    "surveillance",
    "validity",
    "decisions",
]

CLAUSES: Mapping[Role, str] = {
    "impartiality": "4.1",
    "objectivity": "4.2",
    "indicators": "5",
    "team": "6.1.1",
    "plan": "6.1.2",
    "methods": "6.1.3",
    "applicability": "6.1.4",
    "comparison": "6.1.5",
    "points": "6.2.1",
    "findings": "6.2.2",
    "deletion": "6.2.3",
    "final_score": "6.2.3",
    "reference": "6.2.4",
    "pass_line": "6.3.2",
    "stars": "6.3.3",
    "report": "7.1",
    "reasons": "7.1 c",
    "supervision": "7.2",
    "display": "7.2.1",
    "surveillance": "7.2.2",
    "validity": "7.2.3",
    "decisions": "7.2.4",
}
