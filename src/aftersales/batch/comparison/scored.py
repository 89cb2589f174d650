"""Read a scored table for a comparison: its evaluations, their groups, and their exact scores.

Results of one product category and one size tier form a group (6.1.5, reading R16).
"""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, NamedTuple

from aftersales.batch.columns import Array, holds_texts, np, pa
from aftersales.batch.tables import PROBLEM_TEXTS, score_table, share_column_violations, standard_text
from aftersales.evaluation.rows import is_empty
from aftersales.files.numbers import read_result
from aftersales.problems.arguments import ensure_kind
from aftersales.problems.violations import Violation, ViolationError
from aftersales.standard.standard import Standard, named_standard
from aftersales.text.normalize import plain_name
from aftersales.text.number_format import as_text

__all__ = ["GROUP", "NONE", "TYPE", "Group", "Scored"]

GROUP = ("product_category", "size_tier")
TYPE = "type"
SCORE, PROBLEM = "exact_score", "problem"
STARS, FINAL_SCORE = "stars", "final_score"
ROUNDING = 0.01  # by which a final score for people may differ from the exact one
NONE = -1  # the number of no score
RESULTS = frozenset(
    {
        *(*GROUP, TYPE, SCORE, PROBLEM, FINAL_SCORE, f"{FINAL_SCORE}_exact", "printed_score", STARS, "place", "line"),
        *PROBLEM_TEXTS,
        *(f"{name}_{side}" for name in (TYPE, "printed", STARS) for side in ("before", "after")),
        *(f"{name}{exact}" for name in ("before", "after", "difference") for exact in ("", "_exact")),
    }
)
"""The columns beside the key in a scored table and in the tables of a comparison, whose names no key can have."""

_TYPES = ("third_party", "self")
_METADATA = re.compile(r"(.+) ([0-9]{4}-[0-9]{2}-[0-9]{2}) [0-9a-f]{64}")


class Group(NamedTuple):
    """The facts that comparable results have in common, None where they are not given.

    Fields:
        product_category: The product category, as it is first written.
        size_tier: The size tier, as it is first written.
    """

    product_category: str | None
    size_tier: str | None


class Scored:
    """A scored table that can be compared.

    ``scores`` are its distinct exact scores, the highest first, and ``stars`` their stars. ``rank`` is the number of
    the score of each row, or :data:`NONE`; ``group`` is the number of its group in ``groups``.

    Raises :class:`~aftersales.problems.violations.ViolationError` for a table that cannot be compared.
    """

    def __init__(self, table: Any, standard: Standard | None, key: str):
        self.table, self.key = table, key
        self.standard = _standard_of(table, standard)
        if violations := list(_column_violations(table.schema, key)):
            raise ViolationError(*violations)
        self.has_shares = not self.standard.layout.positions.keys().isdisjoint(table.column_names)
        if self.has_shares:
            violations += share_column_violations(table.schema, self.standard, set())
        self.keys: list[Any] = [None if is_empty(value) else value for value in table[key].to_pylist()]
        self.key_type = _key_type(table.schema.field(key).type)
        self.types: list[str | None] | None = None
        if TYPE in table.column_names:
            self.types = [word or None for word in table[TYPE].to_pylist()]  # a CSV has empty texts
        self.problems: list[str | None] = table[PROBLEM].to_pylist()
        self.scores, self.rank, wrong = self._read_scores()
        violations += [*wrong, *self._row_violations()]
        self.stars = np.array([self.standard.stars_of(score) for score in self.scores], np.int64)
        if not violations:
            violations += [*self._figure_violations(), *(self._share_violations() if self.has_shares else ())]
        if violations:
            raise ViolationError(*violations)
        self.groups, self.group = self._read_groups()

    def _read_scores(self) -> tuple[list[Fraction], Array, list[Violation]]:
        """The distinct scores, the highest first, the number of the score of each row, and what is wrong with them."""
        given: list[str | None] = self.table[SCORE].to_pylist()
        texts = ["" if problem else text or "" for text, problem in zip(given, self.problems, strict=True)]
        scores: dict[str, Fraction] = {}
        violations = []
        for row, text in enumerate(texts):
            if not text or text in scores:
                continue
            try:
                scores[text] = score = read_result(text)
                if not 0 <= score <= self.standard.total_points:
                    context = {"found": text, "allowed": f"0…{as_text(self.standard.total_points)}"}
                    raise ViolationError(Violation("out-of-range", context=context))
            except ViolationError as refused:
                violations += [each.below("rows", row, SCORE) for each in refused.violations]
        # Two floats are compared sooner than two fractions, which decide where the floats are equal.
        ordered = sorted({*scores.values()}, key=lambda score: (float(score), score), reverse=True)
        numbers = {score: number for number, score in enumerate(ordered)}
        rank_of = {text: numbers[score] for text, score in scores.items()}
        return ordered, np.array([rank_of.get(text, NONE) for text in texts], np.int64), violations

    def _row_violations(self) -> Iterator[Violation]:
        """Keys that occur again, and types that are unknown."""
        first: dict[Any, int] = {}
        for row, key in enumerate(self.keys):
            if key is not None and first.setdefault(key, row) != row:
                yield Violation("repeated-key", ("rows", row, self.key), {"found": key, "line": first[key] + 1})
        for row, word in enumerate(self.types or ()):
            if word not in (None, *_TYPES):
                yield Violation("unknown-word", ("rows", row, TYPE), {"found": word, "allowed": _TYPES})

    def _figure_violations(self) -> Iterator[Violation]:
        """Figures that are not those of the exact scores of their rows, such as in a column that was sorted alone."""
        rows = np.flatnonzero(self.rank != NONE)
        scores = np.array([float(score) for score in self.scores])
        for name, expected, tolerance in ((STARS, self.stars, 0), (FINAL_SCORE, scores, ROUNDING)):
            place = self.table.schema.get_field_index(name)
            if place < 0 or not _holds_numbers(self.table.schema.field(place).type):
                continue
            column, allowed = self.table.column(place), expected[self.rank[rows]]
            is_same = np.abs(column.to_numpy()[rows] - allowed) <= tolerance  # a null is NaN and thus never the same
            for number in np.flatnonzero(~is_same).tolist():
                row = int(rows[number])
                context = {"found": column[row].as_py(), "allowed": str(allowed[number]), "line": row + 1}
                context |= {"column": name, "score": as_text(self.scores[self.rank[row]])}
                yield Violation("figures-differ", ("rows", row, name), context)

    def _share_violations(self) -> Iterator[Violation]:
        """6.2.3: rows whose shares give another score than the exact one, or none."""
        shares = self.table.select([indicator.id for indicator in self.standard.indicators])
        scored = score_table(shares, self.standard, nodes=(), exact=True, null="not_applicable")
        texts = [as_text(score) for score in self.scores]
        rows = zip(self.rank.tolist(), scored[SCORE].to_pylist(), scored[PROBLEM].to_pylist(), strict=True)
        for row, (rank, given, problem) in enumerate(rows):
            if rank != NONE and texts[rank] != given:
                context = {"found": texts[rank], "allowed": given or problem, "line": row + 1}
                yield Violation("shares-differ", ("rows", row, SCORE), context, variant="" if given else "none")

    def _read_groups(self) -> tuple[list[Group], Array]:
        """The groups in the order in which they first occur, and the number of the group of each row."""
        plain: dict[str | None, str | None] = {None: None}
        groups: dict[tuple[str | None, str | None], Group] = {}
        numbers: dict[Any, int] = {}
        of = []
        for names in zip(*(self.table[name].to_pylist() for name in GROUP), strict=True):
            for name in names:
                if name not in plain:
                    plain[name] = plain_name(name) or None
            same = plain[names[0]], plain[names[1]]
            if same not in groups:
                given = (name if plain[name] else None for name in names)
                groups[same], numbers[same] = Group(*given), len(numbers)
            of.append(numbers[same])
        return list(groups.values()), np.array(of, np.int64)


def _standard_of(table: Any, standard: Standard | None) -> Standard:
    """The standard by which a table was scored: the given one, which its metadata confirm, or that of its metadata."""
    named = (table.schema.metadata or {}).get(b"aftersales.standard", b"").decode(errors="replace")
    if standard is not None:
        ensure_kind("standard", standard, Standard)
    elif found := _METADATA.fullmatch(named):
        standard = named_standard(found[1], datetime.date.fromisoformat(found[2]))
    else:
        raise ViolationError(Violation("unnamed-standard"))
    if named and named != standard_text(standard):
        context = {"found": named, "allowed": standard_text(standard)}
        raise ViolationError(Violation("standard-mismatch", ("standard",), context, variant="table"))
    return standard


def _holds_numbers(kind: Any) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))


def _key_type(kind: Any) -> Any:
    """The type of keys, the same for texts and for whole numbers of any form."""
    if holds_texts(kind):
        return pa.string()
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return pa.int64() if pa.types.is_integer(kind) and kind != pa.uint64() else kind


def _column_violations(schema: Any, key: str) -> Iterator[Violation]:
    """The columns that are missing, twice, or of a type that holds no such values."""
    if key in RESULTS:
        yield Violation("result-column", ("columns", key), {"found": key})
        return
    counts = Counter(schema.names)
    for name in dict.fromkeys((key, *GROUP, TYPE, SCORE, PROBLEM)):
        path = ("columns", name)
        if counts[name] > 1:
            yield Violation("duplicate-column", path, {"found": name})
        elif counts[name] == 1:
            kind = schema.field(name).type
            if kind.num_fields if name == key else not holds_texts(kind):
                yield Violation("not-text", path, {"found": str(kind)})
        elif name == SCORE:
            yield Violation("missing-column", path, {"found": name}, variant="exact")
        elif name != TYPE:
            yield Violation("missing-column", path, {"found": name}, variant="key" if name == key else "")
