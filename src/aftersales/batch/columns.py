"""The share columns of a table, read exactly.

An evaluation in a table is a row, and each indicator has a column: the share of its points that is earned, 0 to 1 (6.2.2),
or null, which :mod:`aftersales.batch.tables` takes for a missing finding (R9) or for a deletion (R8). A share may be

- a whole number, or a decimal: its column is whole numbers of one unit, which its type tells (``decimal128(5, 4)``: 1/10000);
- a float: it means the number that its shortest repr writes, as everywhere in this library;
- a struct of two whole numbers that its field names tell apart (:data:`PAIRS`): ``{conforming, sampled}`` for instance;
- a text, such as ``2/3`` or ``60%``, read as by :func:`~aftersales.files.numbers.read_quantity`.

What cannot be read stands as 0 in the column and as a problem beside it, so that one bad row never stops the rest.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache, partial
from typing import Any, NamedTuple

from aftersales.files.numbers import read_quantity
from aftersales.problems.extras import require
from aftersales.problems.violations import ViolationError
from aftersales.text.unseen import CLASS_OF_BLANKS

np: Any = require("numpy", "batch")
pa: Any = require("pyarrow", "batch")

__all__ = [
    "PAIRS",
    "Array",
    "Column",
    "allocate",
    "counts_items",
    "holds_shares",
    "pair_of",
    "plain_name",
    "reader_of",
    "unit_of",
]

Array = Any
"""A numpy array; a block of an Arrow column. Neither library has types that mypy could follow through a kernel."""

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
"""The field names of a pair: what conforms, and of how many; or numerator and denominator. Both names are of one kind."""

MAX_SCALE = 18  # decimals after the point that a 64-bit whole number holds
SAMPLE = 2**10  # texts by which it is told whether most are distinct
FEW = 64  # texts that are read one by one sooner than all at once
SHORT = 40  # characters of a text that is remembered
TOO_LONG = -(2**63)

_BLANK = re.compile(f"[\\s{CLASS_OF_BLANKS}]")
_INT64 = np.dtype(np.int64)
_POWERS = 10 ** np.arange(MAX_SCALE + 1, dtype=np.int64)
_ZERO = ord("0")
_DIGIT, _POINT, _PERCENT, _SLASH, _OTHER = range(5)
_KINDS = np.full(256, _OTHER, np.uint8)  # of the characters of a number
_KINDS[list(b"0123456789")] = _DIGIT
_KINDS[list(b".%/")] = _POINT, _PERCENT, _SLASH
_BITS_OF_ONE = np.float64(1).view(np.uint64)


class Column(NamedTuple):
    """The shares of one indicator in a block of rows, all of them from 0 to 1.

    Where ``unit`` is given, ``values`` are whole numbers of 1/``unit``. Else they are float64. Without ``over`` and ``under`` a
    share is what the shortest repr of its float writes; with them it is exactly over ÷ under, and ``values`` may be None: the
    quotients are formed when they are needed.
    ``valid`` is 0 where the share is null (any number may stand there), else 1; None: 1 throughout.
    ``problems`` are codes, each with the rows that have it.
    """

    values: Array
    unit: int | None = None
    over: Array = None
    under: Array = None
    valid: Array = None
    problems: tuple[tuple[str, Array], ...] = ()

    def share(self, row: int) -> tuple[int, int]:
        """The exact share of a row: numerator and denominator."""
        if self.over is not None:
            return int(self.over[row]), int(self.under[row])
        if self.unit is not None:
            return int(self.values[row]), self.unit
        return Fraction(repr(float(self.values[row]))).as_integer_ratio()


def plain_name(name: str) -> str:
    """A name without blanks, and with half-width characters."""
    return _BLANK.sub("", unicodedata.normalize("NFKC", name))


def pair_of(names: Sequence[str]) -> tuple[int, int] | None:
    """The places of numerator and denominator among the two field names of a pair, in whatever order; None where :data:`PAIRS`
    does not have them. Case, blanks, hyphens and underscores do not count.

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


def _folded(name: str) -> str:
    """A plain name without what programs write differently."""
    return re.sub("[_-]", "", plain_name(name)).casefold()


_FOLDED_PAIRS = [tuple(set(map(_folded, names)) for names in pair) for pair in PAIRS]


def counts_items(names: Sequence[str]) -> bool:
    """Whether the field names of a pair count what conforms, of how many; and are no numerator and denominator."""
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
        # Arrow itself cannot read all narrow decimals of other scales.
        or (types.is_decimal(kind) and (kind.bit_width >= 128 or 0 <= kind.scale <= MAX_SCALE))
        or types.is_float32(kind)
        or types.is_float64(kind)
        or types.is_null(kind)
        or _is_text(kind)
    )


def _is_text(kind: Any) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def unit_of(kind: Any) -> int | None:
    """How many of its units make 1, where a type holds whole numbers of one unit; else None."""
    if pa.types.is_dictionary(kind):
        return unit_of(kind.value_type)
    if pa.types.is_integer(kind) or pa.types.is_null(kind):
        return 1
    if pa.types.is_decimal(kind) and kind.bit_width <= 128 and 0 <= kind.scale <= MAX_SCALE:
        return int(10**kind.scale)
    return None


def reader_of(kind: Any) -> Callable[[Any], Column]:
    """The function that reads the shares of an Arrow array of that type, which :func:`holds_shares`."""
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
        assert places is not None  # others are refused with the table
        return partial(_read_pairs, places=places)
    return _read_texts


def _read_nulls(array: Any) -> Column:
    return Column(np.zeros(len(array), np.int32), unit=1, valid=np.zeros(len(array), np.uint8))


def _read_dictionary(array: Any) -> Column:
    kind = array.type.value_type
    if _is_text(kind) and not array.dictionary.null_count:
        return _read_distinct(array)
    if pa.types.is_string_view(kind):  # Arrow does not decode a dictionary of these
        kind = pa.string()
        array = pa.DictionaryArray.from_arrays(array.indices, array.dictionary.cast(kind))
    return reader_of(kind)(array.dictionary_decode())


# --- whole numbers of one unit -----------------------------------------------------------------------------------


def _read_whole(array: Any, unit: int, dtype: Any, natural: Any, most: int) -> Column:
    """Whole numbers, of which ``most`` may be the largest; as ``natural`` ones, negative numbers are beyond any that are not."""
    values, valid = _buffer(array, dtype), _validity(array)
    if values.view(natural).max() <= most:
        return Column(values, unit, valid=valid)
    return _zero_invalid(values, values.view(natural) <= most, valid, unit=unit)


def _read_decimals(array: Any, unit: int, long: bool) -> Column:
    """128-bit numbers. Of one in range the upper word is 0, and the lower one is the number.

    Where the type's precision is not ``long``, a number fits into the lower word, and the upper one is its sign: so the
    largest word, taken as a natural number, tells whether all are in range.
    """
    words, valid = _buffer(array, _INT64, words=2), _validity(array)
    lower, upper = words[::2], words[1::2]
    if words.view(np.uint64).max() <= unit and not (long and upper.any()):
        return Column(lower, unit, valid=valid)
    return _zero_invalid(lower, (upper == 0) & (lower >= 0) & (lower <= unit), valid, unit=unit)


# --- floats ------------------------------------------------------------------------------------------------------


def _read_float64(array: Any) -> Column:
    return _floats(_buffer(array, np.dtype(np.float64)), array)


def _read_float32(array: Any) -> Column:
    return _floats(_widened(_buffer(array, np.dtype(np.float32))), array)


def _floats(values: Array, array: Any) -> Column:
    """As natural numbers, the bits of the floats from 0 to 1 are those up to the bits of 1; of all others they are more."""
    valid = _validity(array)
    if values.view(np.uint64).max() <= _BITS_OF_ONE:
        return Column(values, valid=valid)
    return _zero_invalid(
        values + 0.0, (values >= 0) & (values <= 1), valid, strange=~np.isfinite(values)
    )  # -0.0 is 0.0


def _widened(narrow: Array) -> Array:
    """The float64 that has the same shortest repr as each float32.

    A float32 that is the nearest to a decimal of six places has this decimal as its shortest repr, for no two of them
    share a float32. Rounding by way of float64 finds the nearest: no such decimal is so close to the middle between two
    float32 that the first rounding could move it there. The rest is read from its repr.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        wide = np.rint(narrow.astype(np.float64) * 1e6) / 1e6
        rest = wide.astype(np.float32) != narrow
    if rest.any():
        wide[rest] = narrow[rest].astype("U32").astype(np.float64)
    return wide


# --- pairs, texts ------------------------------------------------------------------------------------------------


def _read_pairs(array: Any, places: tuple[int, int]) -> Column:
    """A numerator and a denominator, in the fields at these places: 0 ≤ k ≤ n, 1 ≤ n. Where both are null, so is the pair."""
    fields = array.field(places[0]), array.field(places[1])
    valid = _validity(array)
    half = None
    if fields[0].null_count or fields[1].null_count:
        there = [np.ones(len(array), bool) if part.null_count == 0 else _validity(part).view(bool) for part in fields]
        given = np.ones(len(array), bool) if valid is None else valid.view(bool)
        half = given & (there[0] != there[1])
        valid = (given & (there[0] | there[1])).view(np.uint8)
    over, under = (_whole_numbers(part) for part in fields)
    if over.dtype != under.dtype:
        over, under = over.astype(np.int64), under.astype(np.int64)
    natural = np.dtype(f"u{over.dtype.itemsize}")
    if half is None and under.min() >= 1 and bool((over.view(natural) <= under.view(natural)).all()):
        return Column(None, over=over, under=under, valid=valid)
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
    return Column(None, None, over, under, valid, tuple(problems))


def _whole_numbers(array: Any) -> Array:
    """Whole numbers of any width, signed where they have 64 bits; what has no place there is :data:`TOO_LONG`."""
    kind = array.type
    values = _buffer(array, np.dtype(f"{'u' if pa.types.is_unsigned_integer(kind) else 'i'}{kind.bit_width // 8}"))
    if values.dtype == np.uint64:
        return np.where(values < 2**63, values.view(np.int64), np.int64(TOO_LONG))
    return values


def _read_texts(array: Any) -> Column:
    """Texts, and decimals too long for 64 bits: each distinct one is read once, unless most are distinct."""
    if pa.types.is_string_view(array.type):
        array = array.cast(pa.large_string())
    if len(array) > SAMPLE and len(array.slice(0, SAMPLE).unique()) > SAMPLE // 2:
        return _shares_column(array, array, slice(None))
    return _read_distinct(array.dictionary_encode())


def _read_distinct(array: Any) -> Column:
    if not len(array.dictionary):
        return _read_nulls(array)
    return _shares_column(array, array.dictionary, _buffer(array.indices.fill_null(0).cast(pa.int64()), _INT64))


def _shares_column(array: Any, written: Any, places: Any) -> Column:
    """The column of an array whose texts or decimals stand at these places of ``written``."""
    quotients, over, under, problems = _shares_of(written)
    valid = _validity(array)
    given = True if valid is None else valid.view(bool)
    values = None if quotients is None else quotients[places]
    found = ((code, given & rows[places]) for code, rows in sorted(problems.items()))
    there = tuple((code, rows) for code, rows in found if rows.any())  # none where no row uses the text
    return Column(values, None, over[places], under[places], valid, there)


def _shares_of(written: Any) -> tuple[Array, Array, Array, dict[str, Array]]:
    """Of each text or decimal the share as float (None: numerator ÷ denominator), its numerator and its denominator; and the codes
    of what is wrong, each with the texts that it is of. There the share is 0."""
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
    """The plain decimals, percentages and fractions among texts, as numerators and denominators of at most 18 digits; and which of
    the texts these are. The others stand as 0. It reads as :func:`~aftersales.files.numbers.read_quantity` does, all texts at once.

    A text is read here where it has 1 to 18 digits, and maybe a 0 before them, no more than one point, and no other character but a
    % at its end; or where it is two whole numbers with a slash between them, the second above 0.
    """
    count = len(texts)
    texts = texts.cast(pa.large_string())  # as ends of 64 bits
    ends = _buffer(texts, _INT64, more=1)
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
    behind = np.zeros(count, np.int64)  # a slash: the digits of the denominator
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
    """The whole numbers that digits written one after the other make, each of so many of them."""
    ends = np.concatenate(([0], np.cumsum(lengths)))
    texts = pa.Array.from_buffers(pa.large_string(), len(lengths), [None, pa.py_buffer(ends), pa.py_buffer(digits)])
    return texts.cast(pa.int64()).to_numpy()


def _listed(texts: Any) -> list[Any]:
    """The values of an array. Arrow does not demand that a text be UTF-8; what is not is no number, whatever stands there."""
    try:
        found: list[Any] = texts.to_pylist()
    except UnicodeDecodeError:
        found = [text.decode(errors="replace") for text in texts.cast(pa.binary()).to_pylist()]
    return found


def _read_once(written: Any) -> tuple[float, int, int, str]:
    """What :func:`_read` says, remembered where it is short: the columns of a table have most of their texts in common."""
    is_long = isinstance(written, str) and len(written) > SHORT
    return _read.__wrapped__(written) if is_long else _read(written)


@lru_cache(2**16)
def _read(written: Any) -> tuple[float, int, int, str]:
    """One share as float, its numerator and its denominator; or a share of 0 and the code of what is wrong with it."""
    share, code = Fraction(0), ""
    try:
        share = read_quantity(written)
        if not 0 <= share <= 1:
            share, code = Fraction(0), "out-of-range"
    except ViolationError as refused:
        code = refused.violations[0].code
    return float(share), *share.as_integer_ratio(), code


# --- buffers -----------------------------------------------------------------------------------------------------


def _buffer(array: Any, dtype: Any, words: int = 1, more: int = 0) -> Array:
    """The values of an Arrow array where they lie, and ``more`` behind them; a null one may be anything."""
    start = array.offset * words * dtype.itemsize
    return np.frombuffer(array.buffers()[1], dtype, len(array) * words + more, start)


def allocate(count: int, dtype: Any = np.float64) -> Array:
    """Room for so many numbers, from Arrow's pool: it holds on to what was given back, and fresh memory is slow."""
    return np.frombuffer(pa.allocate_buffer(count * np.dtype(dtype).itemsize), dtype)


def _validity(array: Any) -> Array:
    """1 where a value is given, 0 where it is null; None where none is null."""
    if not array.null_count:
        return None
    start = array.offset
    first = start // 8
    bits = np.frombuffer(array.buffers()[0], np.uint8)[first : (start + len(array) + 7) // 8]
    return np.unpackbits(bits, bitorder="little")[start - 8 * first :][: len(array)]


def _zero_invalid(
    values: Array, good: Array, valid: Array, *, unit: int | None = None, strange: Array = None
) -> Column:
    """The column with 0 in place of what is no share, and with its problems."""
    bad = ~good if valid is None else ~good & valid.view(bool)
    found = (
        [("out-of-range", bad)]
        if strange is None
        else [("out-of-range", bad & ~strange), ("not-a-number", bad & strange)]
    )
    problems = tuple((code, rows) for code, rows in found if rows.any())
    return Column(np.where(good, values, values.dtype.type(0)), unit, valid=valid, problems=problems)
