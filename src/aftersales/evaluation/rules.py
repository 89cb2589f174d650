"""The rules of a standard for an evaluation that is scored (6.1.2, 6.2.2, 6.2.3, 6.2.4).

This module has the rules for the evaluation as a whole: which indicators exist, what a deletion needs, and that nothing
is missing. The rules for a finding are methods of its kind, in :mod:`aftersales.evaluation.findings`.
"""

import datetime
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache, partial

from aftersales.evaluation.evaluation import Evaluation, note_sound, sound_by
from aftersales.evaluation.findings import RULES, Finding, NotApplicable
from aftersales.evaluation.parties import Assessor, EvaluatingBody, Subject
from aftersales.files.numbers import read_quantity
from aftersales.problems.arguments import ensure_kind
from aftersales.problems.collector import Collector, in_order_of
from aftersales.problems.errors import EvaluationError, Path
from aftersales.problems.messages import phrase
from aftersales.problems.suggestions import near
from aftersales.problems.violations import Violation, ViolationError, shown
from aftersales.standard.standard import Standard, named_standard
from aftersales.standard.structure import Indicator, Node
from aftersales.text.normalize import plain_name
from aftersales.text.number_format import as_text
from aftersales.text.sentences import Translatable

__all__ = [
    "check",
    "check_independence",
    "check_restated",
    "ensure_scorable",
    "ids_by_title",
    "kind_not_allowed",
    "missing_findings",
    "standard_mismatch",
    "unknown_indicator",
    "unknown_member",
]


def check(
    evaluation: Evaluation, standard: Standard, *, complete: bool = True, refused: Iterable[str] = ()
) -> list[Violation]:
    """The violations of an evaluation; an empty list if it can be scored.

    With ``complete`` every indicator must have a finding (6.1.2, reading R9). The ids in ``refused`` stand in the input
    with findings that were refused already, so these are not missing.
    """
    violations: list[Violation] = []
    if sound_by(evaluation) is not standard:
        violations += _check_identity(evaluation, standard)
        violations += _check_findings(evaluation, standard)
        if not violations:
            note_sound(evaluation, standard)
    if complete and not _is_plainly_complete(evaluation.findings, standard):
        violations += _check_complete(evaluation.findings, standard, refused)
    return violations


def _check_identity(evaluation: Evaluation, standard: Standard) -> Iterator[Violation]:
    """6.2.1: an evaluation is scored by the standard and the edition that it names."""
    if evaluation.standard != standard.id:
        context = {"found": evaluation.standard, "allowed": standard.id}
        yield Violation("standard-mismatch", ("standard",), context)
    elif evaluation.edition not in (None, standard.edition):
        context = {"found": str(evaluation.edition), "allowed": str(standard.edition)}
        yield Violation("standard-mismatch", ("edition",), context)


def standard_mismatch(named: str, edition: datetime.date | None, standard: Standard) -> Violation | None:
    """6.2.1: what is wrong with a paper that names another standard or edition; without an edition it takes any."""
    if (named, edition or standard.edition) == (standard.id, standard.edition):
        return None
    context = {"found": f"{named} {edition or ''}".strip(), "allowed": f"{standard.id} {standard.edition}"}
    return Violation("standard-mismatch", ("standard",), context)


def _check_findings(evaluation: Evaluation, standard: Standard) -> Iterator[Violation]:
    """6.2.2, 6.2.3 and table 1: the violations of each finding."""
    findings, layout = evaluation.findings, standard.layout
    unlimited, nodes, rules_of = layout.unlimited, layout.nodes, RULES
    deletions: dict[str, NotApplicable] = {}
    for key, finding in findings.items():
        rules = rules_of[type(finding)]
        if key in unlimited and rules is not None:
            if violations := rules(finding, standard):
                yield from _at_finding(key, violations)
        elif finding is not None:
            yield from _check_place(key, finding, standard)
            if finding.kind == "not_applicable":
                deletions[key] = finding
        elif key not in nodes:
            yield unknown_indicator(key, standard)
    if deletions and evaluation.team:
        yield from _check_members(deletions, [assessor.name for assessor in evaluation.team])
    if groups := [key for key in deletions if key in nodes and key not in layout.positions]:
        yield from _check_conflicts(findings, groups)


def _at_finding(key: str, violations: Iterable[Violation]) -> Iterator[Violation]:
    """The violations of a finding, from its place in the evaluation."""
    return (violation.below("findings", key) for violation in violations)


def _check_place(key: str, finding: Finding, standard: Standard) -> Iterator[Violation]:
    """The kinds of finding that an id allows: a deletion for a group (6.2.3, chapter 5), and a deletion or a
    quantitative finding for an indicator whose limit the standard sets (6.2.2, reading R4)."""
    indicator = standard.layout.nodes.get(key)
    if indicator is None:
        yield unknown_indicator(key, standard, finding)
    elif finding.kind == "not_applicable":
        return
    elif not isinstance(indicator, Indicator):
        yield Violation("group-not-deleted", ("findings", key), {"found": key}, about_key=True)
    elif finding.kind == "quantitative":
        yield from _at_finding(key, finding.own_limit_violations(indicator))
    else:
        yield kind_not_allowed(key, finding.kind)


def kind_not_allowed(key: str, kind: str) -> Violation:
    """The violation of a kind for an indicator whose limit the standard sets (6.2.2, reading R4)."""
    return Violation("kind-not-allowed", ("findings", key), {"indicator": key, "kind": kind})


def check_restated(
    restated: Mapping[str, Mapping[str, str]], findings: Mapping[str, object], standard: Standard, made_of: str | None
) -> Iterator[Violation]:
    """Chapter 5: title, points and limit that a form repeats beside the id of an indicator are those of the standard.

    So an id that was moved to another row is noticed. Ids with findings are known. ``made_of`` is the ``sha256`` of the
    bundled standard that the form was made of, if it is known: of a form that is older than a correction of titles in
    it, only the title of another indicator is refused.
    """
    for key, texts in restated.items():
        node = standard.layout.nodes.get(key)
        if node is None:
            if key not in findings:
                yield unknown_indicator(key, standard)
            continue
        title, points, number = texts.get("title"), texts.get("points"), as_text(node.points)
        if title is not None and _is_other_title(title, node, standard, made_of):
            yield _restated_violation(key, "title", title, "title", node.title)
        elif points is not None and not _is_number(points, node.points):
            yield _restated_violation(key, "points", points, "points", number)
        for name in ("at_least", "at_most"):
            limit = getattr(node, name, None)
            if name in texts and (limit is None or not _is_number(texts[name], limit)):
                allowed = phrase("none") if limit is None else as_text(limit)
                yield _restated_violation(key, name, texts[name], "limit", allowed)


def _is_other_title(title: str, node: Node, standard: Standard, made_of: str | None) -> bool:
    """Whether a title is not that of the node, and not its former one either."""
    titles = node.title.zh, node.title.en
    if title in titles or plain_name(title) in map(plain_name, titles):
        return False
    is_older = made_of not in (None, standard.sha256) and standard.likeness == "bundled"
    return not is_older or title in ids_by_title([title], standard)


def ids_by_title(titles: Iterable[str], standard: Standard) -> dict[str, str]:
    """The ids of the nodes that have these titles, by title."""
    ids = _ids_by_title(tuple((node.id, node.title.en, node.title.zh) for node in standard.nodes))
    found = {title: ids.get(title) or ids.get(plain_name(title)) for title in titles}
    return {title: id for title, id in found.items() if id is not None}


@lru_cache(8)
def _ids_by_title(nodes: tuple[tuple[str, str, str], ...]) -> dict[str, str]:
    """The ids of nodes, by their titles as written and in the form that is compared."""
    return {form: id for id, *titles in nodes for title in titles for form in (plain_name(title), title)}


def _restated_violation(key: str, name: str, found: str, what: str, allowed: Translatable | str) -> Violation:
    """The violation of what a form repeats of the standard, and repeats otherwise."""
    context = {"what": phrase(f"what.{what}"), "indicator": key, "found": found, "allowed": allowed}
    return Violation("title-mismatch", ("findings", key, name), context)


def _is_number(text: str, number: Fraction) -> bool:
    try:
        return read_quantity(text) == number
    except ViolationError:
        return False


def _check_members(deletions: Mapping[str, NotApplicable], members: Sequence[str]) -> Iterator[Violation]:
    """6.2.3, reading R8: members of the team confirm a deletion, if the evaluation names its team."""
    known = set(members)
    for key, deletion in deletions.items():
        for position, name in enumerate(deletion.confirmed_by):
            if name not in known:
                yield unknown_member(name, members, ("findings", key, "confirmed_by", position))


def unknown_member(name: str, members: Sequence[str], path: Path) -> Violation:
    """The violation of a name that is not of the team, with the first names of the team and a suggestion."""
    context = {
        "found": name,
        "allowed": partial(_some, tuple(members[:MAX_NAMES]), are_all=len(members) <= MAX_NAMES),
        "hint": partial(near, name, members[:MAX_NAMES]),
    }
    return Violation("unknown-member", path, context)


def check_independence(
    type_: str | None, subject: Subject | None, team: Sequence[Assessor], body: EvaluatingBody | None = None
) -> Iterator[Violation]:
    """4.1, 6.1.1, reading R18: a third party evaluates another organisation, and no assessor belongs to that one.

    An assessor without a named organisation is not known to be independent.
    """
    if type_ != "third_party":
        return
    assessed = subject.organisation if subject else None
    if body is not None and assessed is not None and plain_name(body.name) == plain_name(assessed):
        yield Violation("body-is-subject", ("body", "name"), {"found": body.name, "allowed": assessed})
    for position, assessor in enumerate(team):
        if assessor.organisation is None:
            yield Violation("independence-unknown", ("team", position), {"found": assessor.name})
        elif assessed is not None and plain_name(assessor.organisation) == plain_name(assessed):
            context = {"found": assessor.name, "allowed": assessed}
            yield Violation("not-independent", ("team", position, "organisation"), context)


MAX_NAMES = 30  # a message shows the first members of a larger team


@lru_cache(8)  # a team is named in the message of each name that is not of it
def _some(names: Sequence[str], *, are_all: bool) -> tuple[str, ...]:
    """The names, with an ellipsis if there are more."""
    return (*map(shown, names), *(() if are_all else ("…",)))


def _check_conflicts(findings: Mapping[str, Finding | None], groups: Sequence[str]) -> Iterator[Violation]:
    """6.2.3: a member of a deleted group has no finding of its own. If several have, the deletion is the mistake."""
    inside: dict[str, list[str]] = {}
    heads = tuple(f"{group}." for group in groups)
    for key in [key for key in findings if key.startswith(heads)]:
        above = max((group for group in groups if key.startswith(f"{group}.")), key=len)
        if findings[key] is not None:
            inside.setdefault(above, []).append(key)
    for group, keys in inside.items():
        if len(keys) == 1:
            context = {"found": keys[0], "allowed": group}
            yield Violation("conflicting-findings", ("findings", keys[0]), context, about_key=True)
        else:
            yield Violation("group-has-findings", ("findings", group), {"found": group, "allowed": tuple(keys)})


def unknown_indicator(key: str, standard: Standard, finding: Finding | None = None) -> Violation:
    """The violation of an id that the standard does not have, with the ids that are near."""
    meant = _meant(key, standard, finding)
    around = partial(_around, key, standard) if meant is None else tuple
    context = {
        "found": key,
        "hint": meant,
        "near": lambda: phrase("near", first=found[0], last=found[1]) if (found := around()) else "",
    }
    return Violation("unknown-indicator", ("findings", key), context, about_key=True)


def _meant(key: str, standard: Standard, finding: Finding | None = None) -> str | None:
    """The only id with the same digits, so that dots, blanks or full-width forms differ.

    A group is suggested only for a deletion.
    """
    digits = "".join(filter(str.isdigit, unicodedata.normalize("NFKC", key[:40])))
    meant = standard.ids_by_digits.get(digits)
    is_group = meant is not None and meant not in standard.layout.positions
    return None if is_group and finding is not None and finding.kind != "not_applicable" else meant


def _around(key: str, standard: Standard) -> tuple[str, ...]:
    """The first and last id of the deepest group that the key could belong to."""
    parts = key[:40].split(".")
    for end in range(len(parts), 0, -1):
        head = ".".join(parts[:end])
        if inside := [node_id for node_id in standard.layout.nodes if node_id.rpartition(".")[0] == head]:
            return inside[0], inside[-1]
    return ()


def _is_plainly_complete(findings: Mapping[str, Finding | None], standard: Standard) -> bool:
    """Whether each indicator has a finding of its own (6.1.2) and one is applicable, which is quick to check."""
    if findings.keys() != standard.layout.positions.keys() or not all(findings.values()):
        return False
    return any(finding.kind != "not_applicable" for finding in findings.values() if finding is not None)


def _check_complete(
    findings: Mapping[str, Finding | None], standard: Standard, refused: Iterable[str]
) -> Iterator[Violation]:
    """6.1.2, reading R9: every indicator has a finding. 6.2.3, reading R8: not all of them are deleted."""
    layout = standard.layout
    judged = {key for key, finding in findings.items() if finding is not None}
    meant = {_meant(key, standard, finding) for key, finding in findings.items() if key not in layout.nodes}
    named = [key for key in {*judged, *meant, *refused} if key in layout.spans]
    missing = set(range(len(layout.positions))).difference(*(layout.spans[key] for key in named))
    yield from missing_findings(missing, standard)
    deleted = [key for key in judged if key in layout.spans and isinstance(findings.get(key), NotApplicable)]
    if len({position for key in deleted for position in layout.spans[key]}) == len(layout.positions):
        yield Violation("nothing-applicable")


def missing_findings(missing: set[int], standard: Standard) -> Iterator[Violation]:
    """The violations of indicators without a finding, by their positions in the standard.

    The group of each is the largest one whose indicators are all missing.
    """
    groups: dict[int, Violation] = {}
    for node in standard.nodes:  # a group before those in it
        span = standard.layout.spans[node.id]
        if len(span) > 1 and span[0] not in groups and missing.issuperset(span):
            groups |= dict.fromkeys(span, _missing(node, len(span)))
    for position in sorted(missing):
        yield replace(_missing(standard.indicators[position], 1), group=groups.get(position))


def _missing(node: Node, count: int) -> Violation:
    return Violation("missing-finding", ("findings", node.id), {"title": node.title, "count": count})


def ensure_scorable(evaluation: Evaluation, standard: Standard | None, *, complete: bool = True) -> Standard:
    """The standard of an evaluation: the given one, or the bundled one that it names.

    Raises :class:`~aftersales.EvaluationError` with what that standard does not allow in it; with ``complete``, with
    the indicators that have no finding too (R9).
    """
    ensure_kind("evaluation", evaluation, Evaluation)
    if standard is not None:
        ensure_kind("standard", standard, Standard)
    with Collector(EvaluationError, in_order_of({"findings": evaluation.findings})) as found:
        standard = standard or named_standard(evaluation.standard, evaluation.edition)
        found.clause_of = standard.clause
        found.add(*check(evaluation, standard, complete=complete))
    return standard
