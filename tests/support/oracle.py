"""A second, independent calculation of CTS XBHT-S04-2025, with which tests compare results.

It shares no code with the library: the points come from chapter5.txt (taken from the text of the standard), numbers are
parsed here, and the arithmetic uses plain fractions, one indicator at a time, in the words of 6.2.2 and 6.2.3.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

ROWS = [line.split("\t") for line in (Path(__file__).parent / "chapter5.txt").read_text("utf-8").splitlines()]
POINTS = {node_id: Fraction(points) for node_id, points, _ in ROWS}
TITLES = {node_id: title for node_id, _, title in ROWS}
INDICATORS = [node_id for node_id in POINTS if node_id.count(".") == 3]
GROUPS = [node_id for node_id in POINTS if node_id.count(".") < 3]
BLANKS = " \t\n\r\u00a0\u3000\u200b\u200c\u200d\u2060\ufeff"


def number(written: Any) -> Fraction:
    """6/10, "60%", "3/5", 0.6 …"""
    if isinstance(written, float):
        written = repr(written)
    if isinstance(written, str):
        written = written.strip(BLANKS)
        if has_percent(written):
            return Fraction(written[:-1]) / 100
    if isinstance(written, list | tuple):
        return Fraction(*written)
    return Fraction(written)


def has_percent(written: Any) -> bool:
    """Whether a number was written with %."""
    return isinstance(written, str) and written.strip(BLANKS).endswith("%")


def objection(indicator: str, finding: Any) -> str | None:
    """The reading by which a finding that is well formed has to be refused all the same; None where none objects."""
    if not isinstance(finding, dict):
        return None
    if finding["kind"] == "quantitative":
        actual = number(finding["actual"])
        if indicator == "5.1.2.2":
            if actual > 1:
                return "R4: a proportion of more than 100 %"
            if actual == 1 and not has_percent(finding["actual"]):
                return "R4: a bare 1, which may be 1 % or 100 %"
        for limit in (finding.get("at_least"), finding.get("at_most")):
            if limit is None or has_percent(limit) == has_percent(finding["actual"]):
                continue
            bare = number(finding["actual"] if has_percent(limit) else limit)
            if bare > 1 or (bare == 1 and has_percent(limit)):
                return "R5: one of two numbers has a %, and the other is a bare number of 1 or more"
    if finding["kind"] == "sampled":
        names = ("sampled", "nonconforming", "population", "outlets", "outlets_covered")
        sampled, failed, population, outlets, covered = (
            None if finding.get(name) is None else number(finding[name]) for name in names
        )
        assert sampled is not None
        assert failed is not None
        if covered is not None and sampled < covered:
            return "R7: fewer items than outlets"
        by_population = population is not None and 3 * sampled >= 2 * population
        by_outlets = outlets is not None and covered == outlets
        if not by_population and not by_outlets:
            return "R7: too small a sample"
        if sampled < 1 or not 0 <= failed <= sampled or (population is not None and sampled > population):
            return "R7: a part is larger than its whole"
    return None


def share(indicator: str, finding: Any) -> Fraction | None:
    """6.2.2; None for a deleted indicator."""
    if finding in ("full", "none"):
        return Fraction(finding == "full")
    match finding["kind"]:
        case "qualitative":
            return number(finding["degree"])
        case "quantitative":
            actual = number(finding["actual"])
            if indicator == "5.1.2.2":
                return min(Fraction(1), actual / Fraction(1, 10))
            if finding.get("at_least") is not None:
                return min(Fraction(1), actual / number(finding["at_least"]))
            limit = number(finding["at_most"])
            return Fraction(1) if actual <= limit else limit / actual
        case "sampled":
            return 1 - number(finding["nonconforming"]) / number(finding["sampled"])
        case "not_applicable":
            return None
    raise AssertionError(finding)


def shares(findings: dict[str, Any]) -> dict[str, Fraction | None]:
    """The share of each indicator, whose finding may be that of its group."""
    found = {}
    for indicator in INDICATORS:
        holder = indicator
        while holder not in findings or findings[holder] is None:
            assert holder, indicator
            holder = holder.rpartition(".")[0]
        found[indicator] = share(indicator, findings[holder])
    return found


def result(findings: dict[str, Any]) -> dict[str, tuple[Fraction, Fraction]]:
    """Earned and applicable points of every node; of the whole under the id ""."""
    sums = {node: (Fraction(0), Fraction(0)) for node in ["", *POINTS]}
    for indicator, share_ in shares(findings).items():
        if share_ is not None:
            parts, points = indicator.split("."), POINTS[indicator]
            gain = points * share_
            for node in ["", *(".".join(parts[:end]) for end in (2, 3, 4))]:
                earned, applicable = sums[node]
                sums[node] = earned + gain, applicable + points
    return sums


def final_score(findings: dict[str, Any]) -> Fraction:
    """6.2.3."""
    found = shares(findings)
    earned = sum((POINTS[i] * s for i, s in found.items() if s is not None), Fraction(0))
    applicable = sum((POINTS[i] for i, s in found.items() if s is not None), Fraction(0))
    return earned / applicable * 100


def stars(score: Fraction) -> int:
    """6.3.3, written as the standard writes it."""
    if score < 60:
        return 0
    if 60 <= score < 70:
        return 1
    if 70 <= score < 75:
        return 2
    if 75 <= score < 80:
        return 3
    if 80 <= score < 90:
        return 4
    return 5


def row(ratio: Fraction) -> int:
    """6.2.4, table 1 with the limits of reading R1."""
    return stars(ratio * 100)


def all_full(**others: Any) -> dict[str, Any]:
    """Every indicator met in full, but for ``others`` (ids written with underscores: i5_1_1_1)."""
    findings: dict[str, Any] = dict.fromkeys(INDICATORS, "full")
    findings["5.1.2.2"] = {"kind": "quantitative", "actual": "10%"}
    return findings | {key.removeprefix("i").replace("_", "."): value for key, value in others.items()}


def document(findings: dict[str, Any], **others: Any) -> dict[str, Any]:
    """An evaluation as plain data."""
    return {"standard": "CTS XBHT-S04-2025", "findings": findings, **others}
