"""Load an evaluation from a file, a stream or a mapping, and check it, or report all of its problems."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from typing import Any, NamedTuple

from pydantic import ValidationError

from aftersales.evaluation.evaluation import Evaluation
from aftersales.evaluation.file_kinds import of_kind
from aftersales.evaluation.findings import KINDS, Judged, NotApplicable
from aftersales.evaluation.rules import check, check_restated, ids_by_title, kind_not_allowed, missing_findings
from aftersales.files.format_versions import in_present_format
from aftersales.files.parsed_file import ParsedFile, Place, excess_of, noting, parse_source
from aftersales.files.pydantic_errors import violations_of
from aftersales.files.source import CellPosition, Source, UnreadableSource
from aftersales.problems.arguments import ensure_kind
from aftersales.problems.collector import citing, refusal
from aftersales.problems.errors import ClauseOf, EvaluationError, Path, Problem, Remark
from aftersales.problems.suggestions import near
from aftersales.problems.violations import Violation, ViolationError
from aftersales.standard.editions import data_folder
from aftersales.standard.standard import Standard, clauses_of, named_standard

__all__ = ["Examination", "examine", "load_evaluation", "load_example"]


class Examination(NamedTuple):
    """The content of an examined source.

    Fields:
        evaluation: The evaluation; None if there are problems.
        problems: All problems.
        remarks: The remarks (reading R20).
    """

    evaluation: Evaluation | None
    problems: tuple[Problem, ...]
    remarks: tuple[Remark, ...]


def load_evaluation(source: Source, standard: Standard | None = None) -> Evaluation:
    """Load an evaluation and check it by its standard. Indicators may be without a finding (reading R9).

    ``source`` is a path (.yaml, .yml, .json, .xlsx); a stream, open as text or as bytes; bytes; a file in an archive or
    a package (``zipfile.Path``, ``importlib.resources``); or a mapping. Without an extension, the content decides on
    the format: a workbook, JSON (it begins with ``{``), or else YAML. ``standard`` is needed where the evaluation names
    one that is not bundled.

    Raises :class:`~aftersales.EvaluationError` with everything that is wrong, each at its line.

    >>> head = {"standard": "CTS XBHT-S04-2025", "edition": "2025-12-04"}
    >>> evaluation = load_evaluation(head | {"findings": {"5.1.1.1": "full"}})
    >>> evaluation.findings["5.1.1.1"].kind
    'qualitative'
    """
    return read_evaluation(source, standard, complete=False)


def load_example(name: str = "home-appliance-chain") -> Evaluation:
    """A bundled example of an evaluation.

    ``name`` is ``"food-ecommerce"``, ``"home-appliance-chain"``, ``"software-service-vendor"``, or ``"unfinished"``,
    which has not every finding yet. Raises :class:`~aftersales.EvaluationError` for any other name.

    >>> load_example("food-ecommerce").subject.size_tier
    '小型'
    """
    examples = {path.stem: path for path in sorted((data_folder() / "examples").glob("*.yaml"))}
    if name not in examples:
        context = {"found": name, "allowed": tuple(examples), "hint": near(name, examples)}
        raise refusal(EvaluationError, Violation("unknown-word", ("name",), context))
    return load_evaluation(examples[name])


def examine(source: Source, standard: Standard | None = None, *, complete: bool = True) -> Examination:
    """All problems and remarks of an evaluation (reading R20).

    ``source`` and ``standard`` are those of :func:`load_evaluation`. With ``complete``, an indicator without a finding
    is a problem too (R9): an evaluation without problems can be scored. Remarks are those of
    :func:`~aftersales.remarks` and, in any case, those that only the file shows. Nothing is raised for bad input.

    >>> findings = {"5.1.2.2": {"kind": "quantitative", "actual": 8}}
    >>> examination = examine({"standard": "CTS XBHT-S04-2025", "findings": findings}, complete=False)
    >>> examination.evaluation, [problem.code for problem in examination.problems], examination.remarks
    (None, ['unlike-units'], ())
    """
    return read_examination(source, standard, complete=complete)


def read_examination(
    source: Source,
    standard: Standard | None = None,
    *,
    complete: bool = True,
    also: Callable[[Evaluation, Standard], Iterable[Violation]] | None = None,
    only: Collection[str] | None = None,
) -> Examination:
    """As :func:`examine`. ``also`` gives further violations of an evaluation that has none so far.

    ``only`` are the ids of the indicators of one assessor: findings of others get no remark.
    """
    from aftersales.evaluation.review_points import review_points  # scoring alone does not need it

    found = _examined(source, standard, complete=complete)
    remarks: list[Violation] = []
    is_sound = not found.document.violations and all(
        violation.code == "missing-finding" for violation in found.violations
    )
    if is_sound and found.evaluation is not None and found.standard is not None:
        part = found.evaluation if only is None else _part_of(found.evaluation, only)
        remarks = list(review_points(part, found.standard))
        if also and not found.violations:
            found.violations.extend(also(found.evaluation, found.standard))
    problems = found.problems()
    return Examination(
        None if problems else found.evaluation, problems, citing(found.document.remarks_with(remarks), found.clauses())
    )


def examine_document(
    document: ParsedFile, standard: Standard, *, complete: bool = True
) -> tuple[Evaluation | None, tuple[Problem, ...]]:
    """The evaluation in a document that is read already, or None with all problems, as of :func:`examine`."""
    found = _examined(document, standard, complete=complete)
    problems = found.problems()
    return None if problems else found.evaluation, problems


def _part_of(evaluation: Evaluation, ids: Collection[str]) -> Evaluation:
    """The evaluation with the findings of some indicators, and the deletions of groups that one of them is in."""
    findings = evaluation.findings
    kept = {key: findings[key] for key in findings if any(f"{one}.".startswith(f"{key}.") for one in ids)}
    return evaluation.model_copy(update={"findings": kept})


def read_evaluation(
    source: Source,
    standard: Standard | None = None,
    *,
    complete: bool = True,
    also: Callable[[Evaluation, Standard], Iterable[Violation]] | None = None,
) -> Evaluation:
    """As :func:`read_placed`, without the places."""
    return read_placed(source, standard, complete=complete, also=also)[0]


def read_placed(
    source: Source,
    standard: Standard | None = None,
    *,
    complete: bool = True,
    also: Callable[[Evaluation, Standard], Iterable[Violation]] | None = None,
) -> tuple[Evaluation, ParsedFile]:
    """The evaluation of a source, checked by its standard, and its content with the place of each part.

    With ``complete`` every indicator needs a finding. ``also`` gives further violations of an evaluation that has none
    so far. Raises :class:`~aftersales.EvaluationError` with everything that is wrong.
    """
    found = _examined(source, standard, complete=complete, also=also)
    if problems := found.problems():
        with noting(source):
            raise EvaluationError(problems)
    assert found.evaluation is not None
    return found.evaluation, found.document


class _Examined(NamedTuple):
    """A source, its evaluation as far as it is valid, and the violations that were found after reading."""

    document: ParsedFile
    evaluation: Evaluation | None
    standard: Standard | None
    violations: list[Violation]

    def problems(self) -> tuple[Problem, ...]:
        """All problems, each at its place."""
        if not self.violations and not self.document.violations:
            return ()
        violations = (violation for violation in self.violations if not _follows(violation, self.document.refused))
        problems = self.document.problems(_with_clause(violation, self.document.data) for violation in violations)
        return citing(problems, self.clauses())

    def clauses(self) -> ClauseOf | None:
        """The clauses of the standard, as far as it is known."""
        return clauses_of(self.standard, self.document.data)


def _examined(
    source: Source | ParsedFile,
    standard: Standard | None,
    *,
    complete: bool,
    also: Callable[[Evaluation, Standard], Iterable[Violation]] | None = None,
) -> _Examined:
    if standard is not None:
        ensure_kind("standard", standard, Standard)
    document = source if isinstance(source, ParsedFile) else _read(source)
    if not document.readable:
        return _Examined(document, None, standard, [])
    violations: list[Violation] = []
    read: dict[int, Any] = {}  # the entries of iterators, which are gone at the second validation
    evaluation: Evaluation | None
    try:
        document.data = in_present_format("evaluation", document.data, unnamed=1)
    except ViolationError as later:
        return _Examined(document, None, standard, [*later.violations])
    try:
        evaluation = Evaluation.model_validate(document.data, context=read)
    except ValidationError as error:
        if isinstance(source, Mapping) and (excess := excess_of(source)):
            return _Examined(ParsedFile(stop=UnreadableSource.of(excess)), None, standard, [])
        violations = violations_of(error, document.data, Evaluation)
        evaluation = _sound_part(document.data, violations, read)
    if evaluation is not None:
        refused = {str(part) for violation in violations for part in violation.path}
        complete = complete and ("findings",) not in document.refused
        try:
            standard = standard or named_standard(evaluation.standard, evaluation.edition)
            if violations:
                violations += _broken_key_rules(violations, document.data["findings"], standard)
                violations = _without_parts_of_other_kinds(violations, document.data["findings"], standard)
            if document.restated:
                violations += _check_form(evaluation, standard, document, refused, complete=complete)
            else:
                violations += check(evaluation, standard, complete=complete, refused=refused)
            if not violations and not document.violations:
                document.violations += document.suspended
            if also and not violations and not document.violations:
                violations += also(evaluation, standard)
        except ViolationError as unknown:
            violations += unknown.violations
    return _Examined(document, evaluation, standard, violations)


def _read(source: Source) -> ParsedFile:
    if isinstance(source, Mapping):  # the model bounds what it takes, and only what it refuses is looked at again
        return ParsedFile(source)
    return of_kind(parse_source(source, _read_form), "evaluation")


def _read_form(raw: bytes) -> ParsedFile:
    from aftersales.evaluation.workbook.reader import read_workbook  # imported here: only workbooks need it

    return read_workbook(raw)


def _sound_part(data: Any, violations: Sequence[Violation], read: dict[int, Any]) -> Evaluation | None:
    """The evaluation without the entries that were refused, so that the other entries are checked too.

    ``read`` is the context of the first validation. None if the whole, the standard or all findings were refused.
    """
    tops = {
        violation.path[0]
        for violation in violations
        if violation.path and (violation.path[0] != "findings" or len(violation.path) == 1)
    }
    broken: dict[Any, set[Path]] = {}
    for violation in violations:
        if len(violation.path) > 1 and violation.path[0] == "findings":
            broken.setdefault(violation.path[1], set()).add(violation.path[2:3])
    if any(not violation.path for violation in violations) or "edition" in tops:
        return None
    rest = {key: value for key, value in data.items() if key not in tops}
    if not {"standard", "findings"} <= rest.keys():
        return None
    rest["findings"] = {key: value for key, value in data["findings"].items() if key not in broken}
    rest["findings"] |= _without_texts(data["findings"], broken)
    return Evaluation.model_validate(rest, context=read)


def _without_texts(findings: Any, broken: Mapping[Any, Set[Path]]) -> dict[str, Any]:
    """The broken findings of which only texts or evidence were refused, without these: their numbers are checked.

    ``broken`` has the parts of each that were refused; ``()`` is the finding as a whole.
    """
    kept = {}
    for key, parts in broken.items():
        kind = _kind_of(findings.get(key))
        names = {str(part) for path in parts for part in path}
        if (
            kind is None
            or () in parts
            or not names <= kind.model_fields.keys() - {column.key for column in kind.columns}
        ):
            continue
        if not any(kind.model_fields[name].is_required() for name in names):
            kept[key] = {name: value for name, value in findings[key].items() if name not in names}
    return kept


def _kind_of(finding: Any) -> type[Judged] | type[NotApplicable] | None:
    """The kind of a finding in plain data; None if it has none."""
    kind = finding.get("kind") if isinstance(finding, Mapping) else None
    return KINDS.get(kind) if isinstance(kind, str) else None


def _broken_key_rules(
    violations: Sequence[Violation], findings: Mapping[str, Any], standard: Standard
) -> Iterator[Violation]:
    """The violations of the parts that a refused finding has, whatever their other values are."""
    places: dict[Path, set[Path]] = {}  # with the paths in the finding that are refused
    for violation in violations:
        if violation.path[:1] == ("findings",):
            places.setdefault(violation.path[:2], set()).add(violation.path[2:])
    reported = {(violation.code, violation.path) for violation in violations}
    misspelt = {violation.path[:2] for violation in violations if violation.code == "unknown-key"}
    for place, refused in places.items():
        kind = _kind_of(findings.get(str(place[-1])))
        if place in misspelt or kind is None or not issubclass(kind, Judged) or not kind.key_rules:
            continue
        given = {name for name, value in findings[str(place[1])].items() if value is not None}
        given |= {name for name, field in kind.model_fields.items() if field.is_required()}
        # All numbers are 1, so that no other rule on their values is broken, but for those that the rules look at.
        numbers = {column.key: 1 for column in kind.columns if column.key in given}
        numbers |= {key: findings[str(place[1])][key] for key in kind.key_values & given if (key,) not in refused}
        try:
            broken = kind.model_validate(numbers).violations(standard)
        except ValidationError as error:
            broken = violations_of(error, numbers, kind)
        for violation in broken:
            is_known = violation.code == "missing-limit" and place[1] in standard.layout.limited
            if violation.code in kind.key_rules and (violation.code, place) not in reported and not is_known:
                yield violation.below(*place)


def _without_parts_of_other_kinds(
    violations: Sequence[Violation], findings: Mapping[str, Any], standard: Standard
) -> list[Violation]:
    """The violations, with only the kind of a finding that its indicator does not take (reading R4)."""
    kinds = {
        key: kind.model_fields["kind"].default
        for key in standard.layout.limited
        if (kind := _kind_of(findings.get(key)))
    }
    wrong = {key for key, kind in kinds.items() if kind not in ("quantitative", "not_applicable")}
    wrong &= {violation.path[1] for violation in violations if violation.path[:1] == ("findings",)}
    kept = [violation for violation in violations if not wrong.intersection(violation.path[1:2])]
    return kept + [kind_not_allowed(key, kinds[key]) for key in sorted(wrong)]


def _check_form(
    evaluation: Evaluation, standard: Standard, document: ParsedFile, refused: Set[str], *, complete: bool
) -> Iterator[Violation]:
    """The violations of an evaluation in a form, which repeats the title of each indicator beside its id.

    An indicator whose title is beside a wrong id is not missing as well.
    """
    rows = document.restated
    titles = {key: row.get("title", "") for key, row in rows.items()}
    ids = ids_by_title({*titles.values(), *document.strays}, standard)
    meant = {key: ids[title] for key, title in titles.items() if ids.get(title, key) != key}
    # An id that another row has is wrong where the title beside it is that of another indicator.
    document.violations = [
        found for found in document.violations if found[0].code != "duplicate-key" or found[0].path[-1] not in meant
    ]
    refused = refused | set(meant.values()) | {ids[title] for title in document.strays if title in ids}
    missing: set[int] = set()
    for violation in check(evaluation, standard, complete=complete, refused=refused):
        if violation.code == "missing-finding":
            missing.add(standard.layout.positions[str(violation.path[1])])
        elif violation.code == "unknown-indicator":
            yield _with_meant(violation, meant)
        elif violation.code != "unknown-member" or ("team",) not in document.refused:
            yield violation
    for violation in check_restated(rows, document.data["findings"], standard, document.made_of):
        yield _with_meant(violation, meant)
    deleted = {place for place in missing if standard.indicators[place].id not in rows}
    yield from missing_findings(missing - deleted, standard)
    for violation in missing_findings(deleted, standard):
        document.places[violation.path] = _place_of_deleted(str(violation.path[1]), document, standard)
        yield _of_deleted_row(violation)


def _with_meant(violation: Violation, meant: Mapping[str, str]) -> Violation:
    """The violation of a wrong id with the one that was meant, by the title beside it.

    The sentence of ``title-mismatch`` takes no hint.
    """
    key = meant.get(str(violation.path[1]))
    if key is None:
        return violation
    return replace(violation, context=violation.context | {"hint": key, "near": ""})


def _of_deleted_row(violation: Violation) -> Violation:
    """The violation of a missing finding whose row is missing in the form."""
    group = violation.group and _of_deleted_row(violation.group)
    context = violation.context | {"indicator": violation.path[1]}
    return replace(violation, context=context, variant="row", group=group)


def _place_of_deleted(key: str, document: ParsedFile, standard: Standard) -> Place:
    """The place where a deleted row was: at the next row of the standard, or else below the last one."""
    ids = [node.id for node in standard.nodes]
    places = {node_id: place[0] for node_id in ids if (place := document.places.get(("findings", node_id)))}
    later = next((places[node_id] for node_id in ids[ids.index(key) :] if node_id in places), None)
    if later is not None:
        return later, later
    last = max(places.values(), default=document.places["findings",][0])
    assert isinstance(last, CellPosition)
    below = last._replace(row=last.row + 1)
    return below, below


def _follows(violation: Violation, refused: Set[Path]) -> bool:
    """Whether a part of a finding is missing only because its value was refused, as a date for a limit is."""
    parts = (name for kind in KINDS.values() for name in kind.either.get(violation.code, ()))
    return any((*violation.path, name) in refused for name in parts)


def _with_clause(violation: Violation, data: Any) -> Violation:
    """The violation with the clause that requires the part of a finding, if there is one."""
    if len(violation.path) < 3 or violation.path[0] != "findings":
        return violation
    finding = data["findings"].get(violation.path[1])
    if not isinstance(finding, Mapping) or not isinstance(finding.get("kind"), str):
        return violation
    kind = _kind_of(finding)
    clauses = kind.clauses if kind else {}
    return replace(violation, clause=clauses.get((str(violation.path[2]), violation.code)))
