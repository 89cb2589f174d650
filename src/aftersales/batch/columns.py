"""Read the share columns of a table exactly.

Each row of a table is an evaluation, and each indicator has a column: the share of its points that is earned, from 0 to
1 (6.2.2), or null. :mod:`aftersales.batch.tables` takes a null as a missing finding (reading R9) or as a deletion
(reading R8). A share is

- a whole number or a decimal: the column holds whole numbers of a unit by its type (``decimal128(5, 4)``: 1/10000);
- a float, read as the number that its shortest repr writes, as everywhere in the package;
- a struct of two whole numbers that its field names identify (:data:`PAIRS`), such as ``{conforming, sampled}``; or
- a text, such as ``2/3`` or ``60%``, read as by :func:`~aftersales.files.numbers.read_quantity`.

A share that cannot be read is 0 in the column and has a problem, so a wrong row does not stop the others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache, partial
from typing import Any, NamedTuple

from aftersales.files.numbers import read_quantity
from aftersales.problems.collector import refusal
from aftersales.problems.errors import EvaluationError
from aftersales.problems.extras import require
from aftersales.problems.violations import Violation, ViolationError
from aftersales.text.normalize import compact
from aftersales.text.number_format import as_text

np: Any = require("numpy", "batch")
pa: Any = require("pyarrow", "batch")

__all__ = [
    "PAIRS",
    "SHARE_TEXTS",
    "Array",
    "Gathered",
    "ShareColumn",
    "allocate",
    "buffer",
    "counts_items",
    "ensure_indices",
    "holds_shares",
    "holds_texts",
    "pair_of",
    "reader_of",
    "share_texts",
    "unit_of",
    "validity",
]

Array = Any
"""A numpy array or a block of an Arrow column. Neither library has types by which mypy could check the arithmetic."""

PAIRS = (
    (
        (
            "conforming",
            "conforming_items",
            "conforming_count",
            "passed",
            "ok",
            "符合数",
            "符合项数",
            "合格数",
            "合格项数",
        ),
        ("sampled", "sample", "sample_size", "total", "of", "n", "抽样数", "抽查数", "样本数", "样本量", "总数"),
    ),
    (("numerator", "num", "k", "分子"), ("denominator", "den", "n", "分母")),
)
"""The field names of pairs: conforming and all items, or numerator and denominator. Both names are of one pair."""

SHARE_TEXTS = pa.dictionary(pa.int32(), pa.string())
"""The type of the columns of :func:`share_texts`."""

MAX_SCALE = 18  # decimals that a 64-bit whole number holds
SAMPLE = 2**10  # texts by which to decide whether most are distinct
FEW = 64  # fewer texts are faster to read one by one than all at once
SHORT = 40  # characters of a text whose share is cached
TOO_LONG = -(2**63)

_INT64 = np.dtype(np.int64)
_POWERS = 10 ** np.arange(MAX_SCALE + 1, dtype=np.int64)
_ZERO = ord("0")
_DIGIT, _POINT, _PERCENT, _SLASH, _OTHER = range(5)
_KINDS = np.full(256, _OTHER, np.uint8)  # of the characters of a number
_KINDS[list(b"0123456789")] = _DIGIT
_KINDS[list(b".%/")] = _POINT, _PERCENT, _SLASH
_BITS_OF_ONE = np.float64(1).view(np.uint64)


class ShareColumn(NamedTuple):
    """The shares of an indicator in a block of rows, each from 0 to 1.

    Fields:
        values: Whole numbers of 1/``unit``, or float64 without a unit. None: the quotients of ``over`` and ``under``,
            which are then computed on demand.
        unit: The number of units in 1, if the values are whole numbers.
        over: Exact numerators, in an array or :class:`Gathered`. Without ``over`` and ``under``, a float share is the
            number that its repr writes.
        under: Exact denominators.
        valid: The value 1 if the share is given, 0 if it is null (its value is then arbitrary). None: all are given.
        problems: Codes of problems, each with the rows that have it.
        nulls_are_zero: Whether the value of each null is 0.
    """

    values: Array
    unit: int | None = None
    over: Array = None
    under: Array = None
    valid: Array = None
    problems: tuple[tuple[str, Array], ...] = ()
    nulls_are_zero: bool = False

    def share(self, row: int) -> tuple[int, int]:
        """The exact share of a row: numerator and denominator."""
        if self.over is not None:
            return int(self.over.take(row)), int(self.under.take(row))
        if self.unit is not None:
            return int(self.values[row]), self.unit
        return Decimal(repr(float(self.values[row]))).as_integer_ratio()


class Gathered:
    """The values at these places of an array. They are looked up where they are taken."""

    def __init__(self, values: Array, places: Array):
        self.values, self.places, self.dtype = values, places, values.dtype

    def take(self, rows: Any) -> Any:
        """The values of some rows, or of one."""
        return self.values.take(self.places.take(rows))

    def max(self) -> Any:
        """The largest value of the array."""
        return self.values.max()


def share_texts(numbers: Array, shares: Sequence[tuple[int, int] | None], is_given: Array) -> Iterator[Any]:
    """The columns of exact shares as texts. ``numbers`` has the place of each in ``shares``, by indicator and row.

    A share is a numerator and a denominator, or none; it is null where it is not given. The dictionary is in the order
    of the shares, so that it is the same in whatever order they were found.
    """
    values = [Fraction(*share) if share and share[1] else Fraction(0) for share in shares]
    order = sorted(range(len(values)), key=values.__getitem__)
    place = np.zeros(len(values), np.int32)
    place[order] = np.arange(len(order))
    texts = pa.array([as_text(values[number]) for number in order], pa.string())
    for column, given in zip(numbers, is_given, strict=True):
        yield pa.DictionaryArray.from_arrays(pa.array(place[column], mask=~given), texts)


def pair_of(names: Sequence[str]) -> tuple[int, int] | None:
    """The positions of numerator and denominator in the field names of a pair; None if the names are not in
    :data:`PAIRS`.

    Case, blanks, hyphens and underscores do not matter.

    >>> pair_of(["Conforming Items", "sampled"]), pair_of(["n", "k"]), pair_of(["failed", "sampled"])
    ((0, 1), (1, 0), None)
    """
    first, second = (_folded(name) for name in names)
    for overs, unders in _FOLDED_PAIRS:
        if first in overs and second in unders:
            return 0, 1
        if second in overs and first in unders:
            return 1, 0
    return None


@lru_cache
def _folded(name: str) -> str:
    """A plain name without the differences in spelling between programs."""
    return re.sub("[_-]", "", compact(name)).casefold()


_FOLDED_PAIRS = [tuple(set(map(_folded, names)) for names in pair) for pair in PAIRS]


def counts_items(names: Sequence[str]) -> bool:
    """Whether the field names of a pair are those of conforming and all items, not of numerator and denominator."""
    return any(_folded(name) in _FOLDED_PAIRS[0][0] for name in names)


def holds_shares(kind: Any) -> bool:
    """Whether a column of that Arrow type can hold shares."""
    types = pa.types
    if types.is_dictionary(kind):
        return not types.is_struct(kind.value_type) and holds_shares(kind.value_type)
    if types.is_struct(kind):
        return kind.num_fields == 2 and all(types.is_integer(kind.field(part).type) for part in (0, 1))
    return bool(
        types.is_integer(kind)
        # Arrow cannot read all narrow decimals of other scales.
        or (types.is_decimal(kind) and (kind.bit_width >= 128 or 0 <= kind.scale <= MAX_SCALE))
        or types.is_float32(kind)
        or types.is_float64(kind)
        or types.is_null(kind)
        or _is_text(kind)
    )


def holds_texts(kind: Any) -> bool:
    """Whether a column of that Arrow type holds texts, or nothing but nulls."""
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return _is_text(kind) or bool(pa.types.is_null(kind))


def _is_text(kind: Any) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def unit_of(kind: Any) -> int | None:
    """The number of units in 1, if the type holds whole numbers of one unit; else None."""
    if pa.types.is_dictionary(kind):
        return unit_of(kind.value_type)
    if pa.types.is_integer(kind) or pa.types.is_null(kind):
        return 1
    if pa.types.is_decimal(kind) and kind.bit_width <= 128 and 0 <= kind.scale <= MAX_SCALE:
        return int(10**kind.scale)
    return None


def reader_of(kind: Any) -> Callable[[Any], ShareColumn]:
    """The function that reads the shares of an Arrow array of that type, for which :func:`holds_shares` is true."""
    if pa.types.is_dictionary(kind):
        return _read_dictionary
    if pa.types.is_null(kind):
        return _read_nulls
    unit = unit_of(kind)
    if unit is not None and kind.bit_width == 128:
        return partial(_read_decimals, unit=unit, long=kind.precision > MAX_SCALE)
    if unit is not None:
        dtype = np.dtype(f"{'u' if pa.types.is_unsigned_integer(kind) else 'i'}{kind.bit_width // 8}")
        natural = np.dtype(f"u{dtype.itemsize}")
        return partial(_read_whole, unit=unit, dtype=dtype, natural=natural, most=min(unit, np.iinfo(dtype).max))
    if pa.types.is_floating(kind):
        return _read_float32 if kind.bit_width == 32 else _read_float64
    if pa.types.is_struct(kind):
        places = pair_of([kind.field(place).name for place in (0, 1)])
        assert places is not None  # other structs are refused with the table
        return partial(_read_pairs, places=places)
    return _read_texts


def _read_nulls(array: Any) -> ShareColumn:
    return ShareColumn(np.zeros(len(array), np.int32), unit=1, valid=np.zeros(len(array), np.uint8))


def ensure_indices(array: Any) -> None:
    """Refuse indices beyond their dictionary, which Arrow does not check, in an array with rows."""
    indices = array.indices
    numbers = buffer(indices, np.dtype(f"u{indices.type.bit_width // 8}"))  # in which negative ones are large
    if numbers.max() < len(array.dictionary):
        return
    try:
        pa.DictionaryArray.from_arrays(indices, array.dictionary)  # the index of a null is arbitrary
    except pa.ArrowIndexError as error:
        violation = Violation("not-handed-over", context={"found": "Table", "reason": str(error)})
        raise refusal(EvaluationError, violation) from error


def _read_dictionary(array: Any) -> ShareColumn:
    ensure_indices(array)
    kind = array.type.value_type
    if _is_text(kind) and not array.dictionary.null_count:
        return _read_distinct(array)
    if pa.types.is_string_view(kind):  # Arrow does not decode a dictionary of this type
        kind = pa.string()
        array = pa.DictionaryArray.from_arrays(array.indices, array.dictionary.cast(kind))
    return reader_of(kind)(array.dictionary_decode())


def _read_whole(array: Any, unit: int, dtype: Any, natural: Any, most: int) -> ShareColumn:
    """Whole numbers, at most ``most``. As unsigned ``natural`` numbers, negative ones exceed all others."""
    values, valid = buffer(array, dtype), validity(array)
    if values.view(natural).max() <= most:
        return ShareColumn(values, unit, valid=valid)
    return _zero_invalid(values, values.view(natural) <= most, valid, unit=unit)


def _read_decimals(array: Any, unit: int, long: bool) -> ShareColumn:
    """128-bit numbers. In a number within range the upper word is 0 and the lower word is the number.

    If the precision of the type is not ``long``, every number fits into the lower word and the upper word is its sign.
    Then the largest word, as an unsigned number, shows whether all are within range.
    """
    words, valid = buffer(array, _INT64, words=2), validity(array)
    lower, upper = words[::2], words[1::2]
    if words.view(np.uint64).max() <= unit and not (long and upper.any()):
        return ShareColumn(lower, unit, valid=valid)
    return _zero_invalid(lower, (upper == 0) & (lower >= 0) & (lower <= unit), valid, unit=unit)


def _read_float64(array: Any) -> ShareColumn:
    return _floats(buffer(array, np.dtype(np.float64)), array)


def _read_float32(array: Any) -> ShareColumn:
    narrow, valid = buffer(array, np.dtype(np.float32)), validity(array)
    if valid is not None:  # a null has any value, such as NaN, whose repr would be read
        narrow = np.multiply(narrow.view(np.uint32), valid).view(np.float32)
    return _floats(_widened(narrow), array)


def _floats(values: Array, array: Any) -> ShareColumn:
    """Floats. As an unsigned number, the bits of a float from 0 to 1 are at most those of 1, those of others more."""
    valid, words = validity(array), values.view(np.uint64)
    if words.max() <= _BITS_OF_ONE:
        return ShareColumn(values, valid=valid)
    if valid is not None:  # a null has any value, such as NaN from pandas
        words = np.multiply(words, valid, out=allocate(len(words), np.uint64))
        values = words.view(np.float64)
        if words.max() <= _BITS_OF_ONE:
            return ShareColumn(values, valid=valid, nulls_are_zero=True)
    values = values + 0.0  # -0.0 becomes 0.0
    return _zero_invalid(values, (values >= 0) & (values <= 1), valid, strange=~np.isfinite(values))


def _widened(narrow: Array) -> Array:
    """The float64 with the same shortest repr as each float32.

    If a float32 is the nearest one to a decimal of six places, this decimal is its shortest repr, since no two such
    decimals share a float32. Rounding in float64 finds the nearest decimal: none is so close to the middle between two
    float32 that the first rounding could move it there. The other numbers are read from their repr.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        wide = np.rint(narrow.astype(np.float64) * 1e6) / 1e6
        rest = wide.astype(np.float32) != narrow
    if rest.any():
        wide[rest] = narrow[rest].astype("U32").astype(np.float64)
    return wide


def _read_pairs(array: Any, places: tuple[int, int]) -> ShareColumn:
    """Numerators and denominators in the fields at these positions: 0 ≤ k ≤ n, 1 ≤ n. A pair of nulls is null."""
    fields = array.field(places[0]), array.field(places[1])
    valid = validity(array)
    half = None
    if fields[0].null_count or fields[1].null_count:
        is_given = [np.ones(len(array), bool) if part.null_count == 0 else validity(part).view(bool) for part in fields]
        given = np.ones(len(array), bool) if valid is None else valid.view(bool)
        half = given & (is_given[0] != is_given[1])
        valid = (given & (is_given[0] | is_given[1])).view(np.uint8)
    over, under = (_whole_numbers(part) for part in fields)
    if over.dtype != under.dtype:
        over, under = over.astype(np.int64), under.astype(np.int64)
    natural = np.dtype(f"u{over.dtype.itemsize}")
    if half is None and under.min() >= 1 and bool((over.view(natural) <= under.view(natural)).all()):
        return ShareColumn(None, over=over, under=under, valid=valid)
    keep = np.ones(len(array), bool) if valid is None else valid.view(bool).copy()
    problems = []
    for code, rows in (
        ("half-pair", np.zeros(len(array), bool) if half is None else half),
        ("number-too-long", (over == TOO_LONG) | (under == TOO_LONG)),
        ("denominator-not-positive", under < 1),
        ("out-of-range", (over < 0) | (over > under)),
    ):
        if (keep & rows).any():
            problems.append((code, keep & rows))
            keep &= ~rows
    over, under = np.where(keep, over, 0), np.where(keep, under, 1)
    return ShareColumn(None, None, over, under, valid, tuple(problems))


def _whole_numbers(array: Any) -> Array:
    """Whole numbers of any width as signed 64-bit numbers. One that does not fit is :data:`TOO_LONG`."""
    kind = array.type
    values = buffer(array, np.dtype(f"{'u' if pa.types.is_unsigned_integer(kind) else 'i'}{kind.bit_width // 8}"))
    if values.dtype == np.uint64:
        return np.where(values < 2**63, values.view(np.int64), np.int64(TOO_LONG))
    return values


def _read_texts(array: Any) -> ShareColumn:
    """Texts, and decimals too long for 64 bits. Each distinct one is read once, unless most are distinct."""
    if pa.types.is_string_view(array.type):
        array = array.cast(pa.large_string())
    if len(array) > SAMPLE and len(array.slice(0, SAMPLE).unique()) > SAMPLE // 2:
        return _shares_column(array, array, slice(None))
    return _read_distinct(array.dictionary_encode())


def _read_distinct(array: Any) -> ShareColumn:
    if not len(array.dictionary):
        return _read_nulls(array)
    return _shares_column(array, array.dictionary, buffer(array.indices.fill_null(0).cast(pa.int64()), _INT64))


def _shares_column(array: Any, written: Any, places: Any) -> ShareColumn:
    """The column of an array whose texts or decimals are at these positions of ``written``."""
    quotients, over, under, problems = _shares_of(written)
    valid = validity(array)
    given = True if valid is None else valid.view(bool)
    values = None if quotients is None else quotients[places]
    found = ((code, given & rows[places]) for code, rows in sorted(problems.items()))
    kept = tuple((code, rows) for code, rows in found if rows.any())
    return ShareColumn(values, None, over[places], under[places], valid, kept)


def _shares_of(written: Any) -> tuple[Array, Array, Array, dict[str, Array]]:
    """The shares of texts or decimals: floats (None: numerator ÷ denominator), numerators, denominators, and problems.

    A problem is a code with the texts that have it. Their share is 0.
    """
    over, under = np.zeros(len(written), np.int64), np.ones(len(written), np.int64)
    rest, quotients = np.arange(len(written)), None
    problems: dict[str, Array] = {}
    if len(written) > FEW and _is_text(written.type):
        over, under, is_read = _plain_shares(written)
        beyond = over > under
        if beyond.any():
            problems["out-of-range"] = beyond
            over[beyond] = 0
        rest = np.flatnonzero(~is_read)
    if len(rest):
        found = list(map(_read_once, _listed(written.take(pa.array(rest)))))
        floats, overs, unders, codes = zip(*found, strict=True)
        if max(unders) >= 2**63:
            quotients = over / under
            quotients[rest] = floats
            over, under = over.astype(object), under.astype(object)
        over[rest], under[rest] = overs, unders
        for code in set(codes) - {""}:
            rows = problems.setdefault(code, np.zeros(len(written), bool))
            rows[rest[[code == other for other in codes]]] = True
    return quotients, over, under, problems


def _plain_shares(texts: Any) -> tuple[Array, Array, Array]:
    """The plain decimals, percentages and fractions among texts, as numerators and denominators of at most 18 digits.

    Also returns which texts these are; the others are 0. A text is read as
    :func:`~aftersales.files.numbers.read_quantity` does, but all texts at once.

    A text is plain if it has 1 to 18 digits, with at most one 0 before them, at most one point, and no other character
    but a % at its end; or if it is two whole numbers with a slash between them, the second of them above 0.
    """
    count = len(texts)
    texts = texts.cast(pa.large_string())  # whose offsets have 64 bits
    ends = buffer(texts, _INT64, more=1)
    _, _, data = texts.buffers()
    letters = np.frombuffer(data or b"", np.uint8)[ends[0] : ends[-1]]
    lengths = np.diff(ends)
    ends = ends[1:] - ends[0]
    kinds = _KINDS.take(letters)
    marks = np.flatnonzero(kinds)
    rows, kind = np.repeat(np.arange(count), lengths)[marks], kinds[marks]
    points, percents, slashes, others = (rows[kind == each] for each in (_POINT, _PERCENT, _SLASH, _OTHER))
    has_percent, has_slash = np.bincount(percents, minlength=count), np.bincount(slashes, minlength=count)
    last = ends - 1

    is_read = np.ones(count, bool)
    is_read[others] = False
    is_read[rows[(kind == _PERCENT) & (marks != last[rows])]] = False
    is_read &= np.bincount(points, minlength=count) + (has_percent + 1) * has_slash <= 1
    digits = lengths - np.bincount(rows, minlength=count)
    places = 2 * has_percent
    places[points] += (last - has_percent)[points] - marks[kind == _POINT]
    behind = np.zeros(count, np.int64)  # the digits of the denominator behind a slash
    behind[slashes] = last[slashes] - marks[kind == _SLASH]
    before = digits - behind
    is_read &= (before > 0) & (places <= MAX_SCALE) & (behind >= has_slash) & (behind <= MAX_SCALE)
    begins = np.where(is_read, ends - lengths, 0)
    is_read &= before - (letters[begins] == _ZERO if len(letters) else 0) <= MAX_SCALE

    letters = letters[(kinds == _DIGIT) & np.repeat(is_read, lengths)]
    parts = np.where(is_read, (before, behind), 0)
    numbers = _numbers(letters, parts.T[parts.T > 0])
    over, under = np.zeros(count, np.int64), np.ones(count, np.int64)
    first = np.cumsum(np.where(is_read, 1 + has_slash, 0)) - 1 - np.where(is_read, has_slash, 0)
    over[is_read] = numbers[first[is_read]]
    under[is_read] = _POWERS[places[is_read]]
    divided = is_read & (has_slash == 1)
    under[divided] = numbers[first[divided] + 1]
    by_zero = under == 0
    over[by_zero], under[by_zero], is_read[by_zero] = 0, 1, False
    return over, under, is_read


def _numbers(digits: Array, lengths: Array) -> Array:
    """The whole numbers in a run of digits, given the number of digits of each."""
    ends = np.concatenate(([0], np.cumsum(lengths)))
    texts = pa.Array.from_buffers(pa.large_string(), len(lengths), [None, pa.py_buffer(ends), pa.py_buffer(digits)])
    return texts.cast(pa.int64()).to_numpy()


def _listed(texts: Any) -> list[Any]:
    """The values of an array. A text need not be UTF-8 in Arrow; one that is not is read as no number."""
    try:
        found: list[Any] = texts.to_pylist()
    except UnicodeDecodeError:
        found = [text.decode(errors="replace") for text in texts.cast(pa.binary()).to_pylist()]
    return found


def _read_once(written: Any) -> tuple[float, int, int, str]:
    """As :func:`_read`, cached for short texts: the columns of a table have most of their texts in common."""
    is_long = isinstance(written, str) and len(written) > SHORT
    return _read.__wrapped__(written) if is_long else _read(written)


@lru_cache(2**16)
def _read(written: Any) -> tuple[float, int, int, str]:
    """A share as float, its numerator and its denominator. If it cannot be read, the share is 0, with a code."""
    share, code = Fraction(0), ""
    try:
        share = read_quantity(written)
        if not 0 <= share <= 1:
            share, code = Fraction(0), "out-of-range"
    except ViolationError as refused:
        code = refused.violations[0].code
    return float(share), *share.as_integer_ratio(), code


def buffer(array: Any, dtype: Any, words: int = 1, more: int = 0) -> Array:
    """The values of an Arrow array, not copied, and ``more`` values behind them. The value of a null is arbitrary."""
    start = array.offset * words * dtype.itemsize
    return np.frombuffer(array.buffers()[1], dtype, len(array) * words + more, start)


def allocate(count: int, dtype: Any = np.float64) -> Array:
    """Memory for that many numbers from Arrow's pool, which reuses memory. Fresh memory is slow."""
    return np.frombuffer(pa.allocate_buffer(count * np.dtype(dtype).itemsize), dtype)


def validity(array: Any) -> Array:
    """1 if a value is given, 0 if it is null. None if no value is null."""
    if not array.null_count:
        return None
    start = array.offset
    first = start // 8
    bits = np.frombuffer(array.buffers()[0], np.uint8)[first : (start + len(array) + 7) // 8]
    return np.unpackbits(bits, bitorder="little")[start - 8 * first :][: len(array)]


def _zero_invalid(
    values: Array, good: Array, valid: Array, *, unit: int | None = None, strange: Array = None
) -> ShareColumn:
    """The column with 0 in place of invalid shares, and with their problems."""
    bad = ~good if valid is None else ~good & valid.view(bool)
    found = (
        [("out-of-range", bad)]
        if strange is None
        else [("out-of-range", bad & ~strange), ("not-a-number", bad & strange)]
    )
    problems = tuple((code, rows) for code, rows in found if rows.any())
    return ShareColumn(np.where(good, values, values.dtype.type(0)), unit, valid=valid, problems=problems)
