"""Merge the parts of an evaluation that several assessors have filled in (6.1.1, reading R21).

Parts that agree become one evaluation. An indicator is assessed by one part, or alike by several; reasons, texts and
evidence are united. Where two parts differ, neither is chosen: all differences are reported, each with its sources. The
result does not depend on the order of the parts, and merging it with one of them changes nothing.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from pathlib import PureWindowsPath
from typing import Any, NamedTuple

from pydantic import ValidationError

from aftersales.evaluation.evaluation import Evaluation
from aftersales.evaluation.findings import TEXTS, Finding, Judged, NotApplicable
from aftersales.evaluation.loading import Examination
from aftersales.evaluation.rules import check, ensure_scorable
from aftersales.files.loading import make_model
from aftersales.files.numbers import Percentage
from aftersales.problems.arguments import ensure_kind, ensure_several
from aftersales.problems.collector import Collector, citing, in_order_of
from aftersales.problems.errors import EvaluationError, Path
from aftersales.problems.messages import phrase
from aftersales.problems.violations import Violation, shown
from aftersales.standard.standard import Standard, clauses_of
from aftersales.standard.structure import Indicator
from aftersales.text.normalize import plain_name
from aftersales.text.sentences import Phrase, Sentences

__all__ = ["merge", "merge_draft"]

_say = Sentences("evaluation")

_IDENTITY = ("standard", "edition")  # parts of different standards are not merged, not even to a draft
MAX_SOURCES = 6  # a message has the first sources of more
_LISTS = ("evidence", "confirmed_by")


class Part(NamedTuple):
    """A part of an evaluation, from one assessor.

    Fields:
        name: The name that messages use, such as that of its file.
        evaluation: The content.
        place: The place of a path in its file, such as ``评分表!D4``; "" if it has none.
    """

    name: str
    evaluation: Evaluation
    place: Callable[[Path], str] = lambda path: ""


def merge(parts: Iterable[Evaluation] | Mapping[str, Evaluation], standard: Standard | None = None) -> Evaluation:
    """One evaluation from its parts (reading R21).

    ``parts`` may have names, such as those of their files, which the messages use. ``standard`` defaults to the bundled
    one that they name.

    Raises :class:`~aftersales.EvaluationError` with everything in which the parts differ: an indicator that two of them
    assess differently (``findings-differ``), a deleted group of which another part assesses an indicator
    (``deletion-differs``), other facts (``parts-differ``); or with what a part may not contain.

    >>> from aftersales import Evaluation
    >>> head = {"standard": "CTS XBHT-S04-2025", "edition": "2025-12-04"}
    >>> parts = [Evaluation(**head, findings={key: "full"}) for key in ("5.1.1.1", "5.1.1.2")]
    >>> sorted(merge(parts).findings)
    ['5.1.1.1', '5.1.1.2']
    """
    evaluation, differences = merge_parts(_parts(parts), standard)
    clause_of = clauses_of(standard, {"standard": evaluation.standard})
    with Collector(EvaluationError, in_order_of({"findings": evaluation.findings}), clause_of=clause_of) as found:
        found.add(*differences)
    return evaluation


def merge_draft(
    parts: Iterable[Evaluation] | Mapping[str, Evaluation], standard: Standard | None = None
) -> Examination:
    """As :func:`merge`, but differences are left open in the evaluation and are the problems of the result.

    Raises :class:`~aftersales.EvaluationError` if the parts are of different standards or editions.

    >>> from aftersales import Evaluation
    >>> head = {"standard": "CTS XBHT-S04-2025", "edition": "2025-12-04"}
    >>> draft = merge_draft([Evaluation(**head, findings={"5.1.1.1": word}) for word in ("full", "none")])
    >>> draft.evaluation.findings["5.1.1.1"], [problem.code for problem in draft.problems]
    (None, ['findings-differ'])
    """
    evaluation, differences = merge_parts(_parts(parts), standard)
    problems = in_order_of({"findings": evaluation.findings})(differences)
    return Examination(evaluation, citing(problems, clauses_of(standard, {"standard": evaluation.standard})), ())


def _parts(parts: Iterable[Evaluation] | Mapping[str, Evaluation]) -> list[Part]:
    ensure_several("parts", parts, Evaluation)
    named = parts.items() if isinstance(parts, Mapping) else ((f"#{k}", part) for k, part in enumerate(parts, 1))
    found = [Part(name, evaluation) for name, evaluation in named]
    for part in found:
        ensure_kind(f"part {part.name}", part.evaluation, Evaluation)
    return found


def with_files_below(evaluation: Evaluation, folder: str) -> Evaluation:
    """The evaluation with the files of its evidence named from another folder, in which its own one is ``folder``.

    A file with its whole path, or a link, is named as it is.

    >>> piece = {"method": "observation", "file": "photos/1.jpg"}
    >>> finding = {"kind": "qualitative", "degree": 1, "evidence": [piece]}
    >>> moved = with_files_below(Evaluation(standard="S", findings={"5.1.1.1": finding}), "parts/a")
    >>> moved.findings["5.1.1.1"].evidence[0].file
    'parts/a/photos/1.jpg'
    """

    def below(name: str) -> str:
        path = name.replace("\\", "/")  # a path may have been written on Windows
        if PureWindowsPath(name).anchor or "://" in path:
            return name
        return posixpath.normpath(posixpath.join(folder, path))

    findings = dict(evaluation.findings)
    for key, finding in findings.items():
        if finding is not None and any(piece.file for piece in finding.evidence):
            evidence = [
                piece.model_copy(update={"file": below(piece.file)}) if piece.file else piece
                for piece in finding.evidence
            ]
            findings[key] = finding.model_copy(update={"evidence": evidence})
    return evaluation.model_copy(update={"findings": findings})


def merge_parts(parts: Iterable[Part], standard: Standard | None = None) -> tuple[Evaluation, list[Violation]]:
    """The evaluation without what differs, and the differences.

    Raises :class:`~aftersales.EvaluationError` as :func:`merge_draft` does.
    """
    # In an order that depends on the content alone.
    parts = sorted(parts, key=lambda part: (part.evaluation.model_dump_json(), part.name))
    differences: list[Violation] = []
    facts = [
        Entry(part, part.evaluation.model_dump(mode="json", exclude={"findings"}, exclude_none=True), ())
        for part in parts
    ]
    head = _merged_mapping(facts, (), differences)
    with Collector(EvaluationError, clause_of=clauses_of(standard, head)) as found:
        if not parts:
            found.add(Violation("no-parts"))
        found.add(*(violation for violation in differences if violation.path[0] in _IDENTITY))
    head = _valid(head)
    # United lists may have more entries than an evaluation holds.
    whole = make_model(Evaluation, head | {"findings": {}}, EvaluationError)
    standard = ensure_scorable(whole, standard, complete=False)
    for part in parts:
        ensure_scorable(part.evaluation, standard, complete=False)
    findings = dict(_merged_findings(parts, standard, differences))
    _open_groups(findings, parts, standard, differences)
    # Each part is sound; a deletion of one may be confirmed by somebody who is not in the team of another.
    unsound = check(Evaluation(**head, findings=findings), standard, complete=False)
    findings |= {str(violation.path[1]): None for violation in unsound}
    return Evaluation(**head, findings=findings), differences + unsound


def _valid(head: dict[str, Any]) -> dict[str, Any]:
    """The facts without a part that lacks what it must have, since its assessors differ in it."""
    try:
        Evaluation(**head, findings={})
    except ValidationError as error:
        errors = error.errors(include_input=False)
        lacking = {details["loc"][:-1] for details in errors if details["type"] == "missing"}
        for *above, name in lacking:
            del reduce(lambda holder, key: holder[key], above, head)[name]  # type: ignore[index,arg-type]
    return head


# --- facts -----------------------------------------------------------------------------------------------------------


class Entry(NamedTuple):
    """A value of a part.

    Fields:
        part: The part.
        value: The value.
        path: The place in that part, which may be another one than in the merged evaluation.
    """

    part: Part
    value: Any
    path: Path

    def at(self, key: str | int) -> Entry:
        """The value below a key."""
        return Entry(self.part, self.value[key], (*self.path, key))


def _merged(entries: Sequence[Entry], path: Path, differences: list[Violation]) -> Any:
    """The value at a path of the merged evaluation; None if the parts differ."""
    values = [one.value for one in entries]
    if all(value == values[0] for value in values):
        return values[0]
    if isinstance(values[0], dict):
        return _merged_mapping(entries, path, differences)
    if path == ("team",):
        return _merged_team(entries, differences)
    if isinstance(values[0], list):
        return _united(values)
    if path[0] == "narrative":
        return _joined(values)
    sources = _sources([one._replace(value=shown(one.value)) for one in entries])
    differences.append(Violation("parts-differ", path, {"sources": sources}))
    return None


def _merged_mapping(entries: Sequence[Entry], path: Path, differences: list[Violation]) -> dict[str, Any]:
    keys = dict.fromkeys(key for one in entries for key in one.value)
    merged = {
        key: _merged([one.at(key) for one in entries if key in one.value], (*path, key), differences) for key in keys
    }
    return {key: value for key, value in merged.items() if value is not None}


def _merged_team(entries: Sequence[Entry], differences: list[Violation]) -> list[dict[str, Any]]:
    """The members of all teams, the largest team first. A name written in several ways stays in each of them."""
    members: dict[str, list[Entry]] = {}
    for one in sorted(entries, key=lambda one: _rank(plain_name(member["name"]) for member in one.value)):
        for place, member in enumerate(one.value):
            members.setdefault(plain_name(member["name"]), []).append(one.at(place))
    team: list[dict[str, Any]] = []
    for found in members.values():
        merged = _merged_mapping(found, ("team", len(team)), differences)
        team += [merged | {"name": name} for name in dict.fromkeys(one.value["name"] for one in found)]
    return team


def _united(lists: Sequence[Sequence[Any]]) -> list[Any]:
    """The entries of all lists, each once, the longest list first."""
    ordered = sorted(lists, key=lambda entries: _rank(map(repr, entries)))
    return [*{repr(entry): entry for entries in ordered for entry in entries}.values()]


def _rank(entries: Iterable[str]) -> tuple[int, Sequence[str]]:
    """The order of lists: the longest first, and equally long ones by their content alone.

    So the merged list stays as it is when it is merged with one of them again.
    """
    texts = [*entries]
    return -len(texts), texts


def _joined(texts: Iterable[str]) -> str:
    """The texts one below the other, without a text that another one contains as whole lines."""
    kept: list[str] = []
    for block in sorted({*texts}, key=lambda text: (-len(text), text)):
        if not any(f"\n{block}\n" in f"\n{other}\n" for other in kept):
            kept.append(block)
    return "\n".join(kept)


# --- findings --------------------------------------------------------------------------------------------------------


def _merged_findings(
    parts: Sequence[Part], standard: Standard, differences: list[Violation]
) -> Iterator[tuple[str, Finding | None]]:
    """The findings in the order of the standard. One that two parts assess differently is open."""
    keys = {key for part in parts for key in part.evaluation.findings}
    for key in filter(keys.__contains__, standard.layout.nodes):
        path = ("findings", key)
        entries = [Entry(part, one, path) for part in parts if (one := part.evaluation.findings.get(key)) is not None]
        finding = _alike([one.value for one in entries]) if entries else None
        if entries and finding is None:
            sources = _sources([one._replace(value=_described(one.value, key, standard)) for one in entries])
            differences.append(Violation("findings-differ", path, {"sources": sources}))
        yield key, finding


def _alike(findings: Sequence[Finding]) -> Finding | None:
    """The findings as one, if they are of one kind and what they both say is equal; else None."""
    first = findings[0]
    if any(type(finding) is not type(first) for finding in findings):
        return None
    data: dict[str, Any] = {}
    for name in type(first).model_fields:
        values = [value for finding in findings if (value := getattr(finding, name)) not in (None, ())]
        if not values:
            continue
        if name in _LISTS:
            data[name] = _united(values)
        elif name in TEXTS:
            data[name] = _joined(values)
        elif any(value != values[0] for value in values):
            return None
        else:  # 95% says more than 0.95
            data[name] = next((value for value in values if isinstance(value, Percentage)), values[0])
    try:
        return type(first)(**data)
    except ValidationError:  # what each of them leaves out does not fit together
        return None


def _open_groups(
    findings: dict[str, Finding | None], parts: Sequence[Part], standard: Standard, differences: list[Violation]
) -> None:
    """6.2.3: open the deleted groups of which another part assesses an indicator, and these indicators."""
    for group in [
        key for key, finding in findings.items() if finding is not None and key not in standard.layout.positions
    ]:
        inside = [key for key in findings if key.startswith(f"{group}.") and findings[key] is not None]
        if not inside:
            continue
        entries = [
            Entry(part, _described(finding, key, standard), ("findings", key))
            for key in (group, *inside)
            for part in sorted(parts, key=lambda part: part.name)
            if (finding := part.evaluation.findings.get(key)) is not None
        ]
        context = {"found": group, "sources": _listed(entries)}
        differences.append(Violation("deletion-differs", ("findings", group), context))
        findings |= dict.fromkeys((group, *inside))


def _described(finding: Finding, key: str, standard: Standard) -> Phrase:
    """A finding for a message: its kind, and what was found."""
    kind = _say.phrase(f"kind.{finding.kind}")
    node = standard[key]
    if isinstance(finding, NotApplicable) or not isinstance(node, Indicator):
        return kind
    assert isinstance(finding, Judged)
    return phrase("part.finding", kind=kind, found=finding.found(node, standard))


def _sources(entries: Sequence[Entry]) -> Phrase:
    """The values, each with its source, in the order of the names of the parts."""
    return _listed(sorted(entries, key=lambda one: one.part.name))


def _listed(entries: Sequence[Entry]) -> Phrase:
    listed = reduce(lambda first, last: phrase("part.and", first=first, last=last), map(_source, entries[:MAX_SOURCES]))
    return listed if len(entries) <= MAX_SOURCES else phrase("part.more", first=listed, count=len(entries))


def _source(entry: Entry) -> Phrase:
    place = entry.part.place(entry.path)
    return phrase(f"part.{'at' if place else 'of'}", name=entry.part.name, place=place, value=entry.value)
