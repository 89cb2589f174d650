"""Evaluations as rows, one a finding: sound ones, and ones that are wrong in every way that a row can be."""

from __future__ import annotations

import random
import re
from fractions import Fraction
from typing import Any

import pyarrow as pa
from support import oracle
from support.strategies import random_findings

STANDARD = {"standard": "CTS XBHT-S04-2025", "edition": "2025-12-04"}
COLUMNS = (
    *("kind", "degree", "row", "actual", "at_least", "at_most", "population", "outlets", "outlets_covered", "sampled"),
    *("nonconforming", "reason", "confirmed_by"),
)
SCHEMA = pa.schema([(name, pa.string()) for name in ("evaluation", "team", "indicator", *COLUMNS)])
TEAMS: list[str | None] = ["张明、李红、王芳", "张明", "李红、陈静", None, "张明、张明", " ", "张明； 李红"]

SMALL = {"kind": "sampled", "population": "120", "sampled": "79", "nonconforming": "0"}
LARGE = SMALL | {"sampled": "80"}
DELETED = {"kind": "not_applicable", "reason": "不适用", "confirmed_by": "张明"}
JUDGED = [
    {"kind": "qualitative"} | {name: value for name, value in (("degree", degree), ("row", row)) if value is not None}
    for degree, row in (
        *(("1.2", None), ("-0.1", None), ("0,6", None), ("0.60000000000000001", None), ("9" * 101, None), (None, None)),
        *(("65%", "1"), ("70%", "1"), ("69.999999999999999%", "1"), ("65%", "0"), ("65%", "7"), ("65%", "1.5")),
    )
] + [
    {"kind": "quantitative", **numbers}
    for numbers in (
        *({"actual": "8", "at_least": "10%"}, {"actual": "1", "at_least": "100%"}, {"actual": "8%", "at_least": "0.1"}),
        *({"actual": "8"}, {"actual": "8", "at_least": "0"}, {"actual": "8", "at_most": "0"}, {"actual": "-1"}),
        *({"actual": "8", "at_least": "9", "at_most": "7"}, {"at_least": "9"}, {"actual": "0", "at_most": "0"}),
        {"actual": "1" + "0" * 60 + "1/7", "at_least": "3" * 70 + "1"},
    )
]
ODD: list[dict[str, str]] = [
    *JUDGED,
    *(SMALL, LARGE, SMALL | {"outlets": "4", "outlets_covered": "4"}, SMALL | {"outlets": "4", "outlets_covered": "3"}),
    *(
        LARGE | {"sampled": "121"},
        LARGE | {"nonconforming": "81"},
        LARGE | {"sampled": "0"},
        LARGE | {"sampled": "80%"},
    ),
    *(LARGE | {"outlets": "4"}, LARGE | {"outlets": "90", "outlets_covered": "90"}, LARGE | {"sampled": "80.5"}),
    *({"kind": "sampled", "sampled": "3", "nonconforming": "1"}, LARGE | {"outlets": "3", "outlets_covered": "4"}),
    *(DELETED | {"reason": " "}, DELETED | {"confirmed_by": "赵六"}, DELETED | {"confirmed_by": "张明、"}),
    *(DELETED | {"confirmed_by": names} for names in ("张明，李红", "赵六;张明", "、，")),
    *({"kind": "not_applicable"}, {"kind": "ful"}, {"degree": "1"}, {"kind": "full", "population": "7"}),
    *({"kind": "full", "reason": "\u3000"}, {"kind": "none", "reason": "无"}, {"kind": "full", "degree": "100%"}),
]  # type: ignore[list-item]


def finding_as_cells(finding: Any) -> dict[str, str]:
    """A finding of plain data as texts."""
    if isinstance(finding, str):
        return {"kind": finding}
    return {
        name: "、".join(value) if isinstance(value, list) else str(value)
        for name, value in finding.items()
        if value is not None
    }


def names_in(cell: str) -> list[str]:
    """The names in a cell; one that is refused if there is none."""
    return [name.strip() for name in re.split("、|，|,|；|;|\n", cell) if name.strip()] or [""]


def as_finding(cells: dict[str, str]) -> Any:
    """Cells as the finding of a mapping."""
    found: dict[str, Any] = dict(cells)
    if found.get("kind") in ("full", "none"):
        degree = Fraction(1 if found["kind"] == "full" else 0)
        return {**found, "kind": "qualitative", "degree": degree}
    if "confirmed_by" in found:
        found["confirmed_by"] = names_in(found["confirmed_by"])
    return found


def random_cells(random_: random.Random) -> tuple[str | None, dict[str, dict[str, str]]]:
    """A team, and the cells of findings by indicator: sound ones, on a limit or beside it, or wrong."""
    team = random_.choice([*TEAMS[:1] * 6, *TEAMS])
    match random_.randrange(8):
        case 0:  # on a limit, or a hair below
            degree = random_.choice(["0.6", "0.7", "75%", "4/5", "0.9", "1"])
            found = {name: {"kind": "qualitative", "degree": degree} for name in oracle.INDICATORS}
            found["5.1.2.2"] = {"kind": "quantitative", "actual": str(oracle.number(degree) / 10)}
            if random_.random() < 0.5:
                hair = oracle.number(degree) - Fraction(1, 10 ** random_.randint(3, 40))
                found["5.1.1.1"] = {"kind": "qualitative", "degree": str(hair)}
        case 1:
            found = dict.fromkeys(random_.choice([oracle.INDICATORS, ["5.1", "5.2", "5.3", "5.4"]]), DELETED)
            if random_.random() < 0.5:
                found |= {random_.choice(oracle.INDICATORS): {"kind": "full"}}
        case _:
            found = {name: finding_as_cells(each) for name, each in random_findings(random_).items()}
    names = list(found)
    for _ in range(random_.choice([0, 0, 0, 1, 2, 5])):
        match random_.randrange(7):
            case 0:
                found.pop(random_.choice(names), None)
            case 1:
                unknown = random_.choice(["5.9.9.9", "5.1.1.1 ", "5．1．1．2", "x", "5.1.2", "5.2"])
                found[unknown] = random_.choice([DELETED, {"kind": "full"}])
            case 2:
                actual = random_.choice(["120%", "1", "100%", "10%", "9.999999999999999%", "8", "0.08"])
                limit = random_.choice([{}, {}, {"at_least": "10%"}, {"at_most": "10%"}])
                found["5.1.2.2"] = {"kind": "quantitative", "actual": actual} | limit
            case 3:
                found["5.1.2.2"] = random_.choice(ODD)
            case _:
                found[random_.choice(names)] = random_.choice(ODD)
    order = list(found)
    if random_.random() < 0.5:
        random_.shuffle(order)
    return team, {name: found[name] for name in order}


def as_mapping(team: str | None, cells: dict[str, dict[str, str]]) -> dict[str, Any]:
    """The same evaluation as the data of a file."""
    data: dict[str, Any] = {**STANDARD, "findings": {name: as_finding(each) for name, each in cells.items()}}
    return data if team is None else data | {"team": [{"name": name} for name in names_in(team)]}


def rows_of(evaluation: str, team: str | None, cells: dict[str, dict[str, str]]) -> list[dict[str, str | None]]:
    return [{"evaluation": evaluation, "team": team, "indicator": name, **each} for name, each in cells.items()]
