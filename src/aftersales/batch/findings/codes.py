"""The columns of a table of findings as whole numbers, a block of rows at a time.

Equal cells of a column have equal numbers, and an empty cell has 0. So the rows that are the same finding are found by
comparing numbers, whatever the types of the columns are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from threading import Lock
from typing import Any, NamedTuple

from pydantic import TypeAdapter, ValidationError

from aftersales.batch.arithmetic import EXACT
from aftersales.batch.columns import Array, buffer, np, pa, validity
from aftersales.batch.threads import in_parts
from aftersales.files.fields import Text
from aftersales.problems.collector import refusal
from aftersales.problems.errors import EvaluationError
from aftersales.problems.extras import require
from aftersales.problems.violations import Violation

compute: Any = require("pyarrow.compute", "batch")

__all__ = [
    "SOUND",
    "Codes",
    "Encoded",
    "Numbering",
    "are_empty",
    "begins",
    "codes_of",
    "decoded",
    "encoded",
    "ensure_text",
    "in_one_chunk",
    "is_text",
    "numbered",
    "rows_at",
    "runs",
    "slices",
    "soundness",
    "unified",
    "which_are_empty",
    "with_offsets",
    "without_null_values",
]

SLOT_BITS = 16  # so many slots that few of some thousand values share one, and that those in use stay in the cache
SAMPLE, FEW = 131_072, 1_024  # rows in which most texts are expected, and texts that are few
AT_ONCE = 131_072  # rows of a long column that are read at once
NARROW = 1_048_576  # whole numbers whose range is smaller are their own codes
SOUND, UNSOUND = 1, 2  # texts; an empty one is 0
_TEXT: TypeAdapter[str] = TypeAdapter(Text)
_GOLDEN = {4: np.uint32(0x9E3779B9), 8: np.uint64(0x9E3779B97F4A7C15)}  # by the bytes of a value
_INT64 = np.dtype(np.int64)
# The first bytes in UTF-8 of characters that are seen: of ASCII, and of U+4000 to U+9FFF, where most Chinese ones are.
_SEEN = np.zeros(256, bool)
_SEEN[0x21:0x7F] = _SEEN[0xE4:0xEA] = True


class Codes(NamedTuple):
    """A column as whole numbers.

    Fields:
        size: All numbers are below it.
        times: Gives a function for the numbers times a factor, in a type that holds them: of the rows from one to the
            one before another. A third argument is memory for them.
    """

    size: int
    times: Callable[[int, Any], Callable[..., Array]]

    def read(self, start: int, stop: int) -> Array:
        """The numbers of the rows from one to the one before another."""
        return self.times(1, _INT64)(start, stop)


class Encoded(NamedTuple):
    """A column with its distinct values beside it, as Arrow's dictionaries have them.

    Fields:
        column: The column, in chunks of a dictionary type.
        values: The distinct values, as an Arrow array. Values may be there twice.
    """

    column: Any
    values: Any

    def read(self, table: Array, start: int, stop: int, out: Array = None) -> Array:
        """The number in ``table`` of each row: those of the values, and last that of a null."""
        indices = _piece(self.column, start, stop).indices
        valid = validity(indices)
        found = table.take(_numbers(indices), out=out, mode="clip")  # the index of a null is arbitrary
        if valid is None:
            return found
        if table[-1]:
            np.putmask(found, valid == 0, table[-1])
            return found
        return np.multiply(found, valid, out=found)

    def read_all(self, table: Array) -> Array:
        """As :meth:`read` for all rows."""
        found = np.empty(len(self.column), table.dtype)
        for some in slices(slice(0, len(found))):
            self.read(table, some.start, some.stop, found[some])
        return found

    def codes(self, of_values: Array) -> Codes:
        """The column with these numbers of its values."""
        table = np.append(of_values, 0).astype(np.int64)
        return Codes(int(table.max()) + 1, lambda factor, dtype: partial(self.read, (table * factor).astype(dtype)))


def with_offsets(column: Any) -> Any:
    """The column in chunks in a type that Arrow takes rows of: not of views, nor of runs."""
    if pa.types.is_run_end_encoded(column.type):
        column = compute.run_end_decode(column)
    kind = _with_offsets(column.type)
    if kind == column.type:
        return column
    if not pa.types.is_dictionary(kind):
        return column.cast(kind)
    chunks = [
        pa.DictionaryArray.from_arrays(chunk.indices, chunk.dictionary.cast(kind.value_type)) for chunk in column.chunks
    ]
    return pa.chunked_array(chunks, pa.dictionary(kind.index_type, kind.value_type))


def _with_offsets(kind: Any) -> Any:
    """The type with offsets in place of views, also in lists and structs."""
    types = pa.types
    if types.is_string_view(kind):
        return pa.large_string()
    if types.is_binary_view(kind):
        return pa.large_binary()
    if types.is_dictionary(kind):
        return pa.dictionary(kind.index_type, _with_offsets(kind.value_type), kind.ordered)
    if types.is_struct(kind):
        return pa.struct([field.with_type(_with_offsets(field.type)) for field in kind])
    if types.is_map(kind):
        return pa.map_(_with_offsets(kind.key_type), _with_offsets(kind.item_type), kind.keys_sorted)
    if types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind):
        field = kind.value_field.with_type(_with_offsets(kind.value_type))
        if types.is_fixed_size_list(kind):
            return pa.list_(field, kind.list_size)
        return pa.list_(field) if types.is_list(kind) else pa.large_list(field)
    return kind


def without_null_values(column: Any) -> Any:
    """The column of a dictionary type without nulls among its values: Arrow does not unify such dictionaries."""
    if not any(chunk.dictionary.null_count for chunk in column.chunks):
        return column
    chunks = []
    for chunk in column.chunks:
        given = chunk.dictionary.is_valid().to_numpy(zero_copy_only=False)
        places = pa.array(np.cumsum(given) - 1, column.type.index_type, mask=~given)
        chunks.append(pa.DictionaryArray.from_arrays(places.take(chunk.indices), chunk.dictionary.drop_null()))
    return pa.chunked_array(chunks)


def in_one_chunk(column: Any) -> Any:
    """The column in chunks as one chunk."""
    if pa.types.is_dictionary(column.type):
        column = unified(column)
    return pa.chunked_array([column.combine_chunks()], column.type)


def rows_at(column: Any, rows: Array) -> Any:
    """Some rows of a column in chunks, in one chunk."""
    return pa.chunked_array([column.take(pa.array(rows)).combine_chunks()], column.type)


def decoded(column: Any) -> Any:
    """The column in chunks with its texts in place of a dictionary of them, which takes longer to give Python's."""
    kind = column.type
    return column.cast(kind.value_type) if pa.types.is_dictionary(kind) and _has_offsets(kind.value_type) else column


def encoded(column: Any, threads: int = 1) -> Encoded:
    """The column with each distinct value once. ``column`` is in chunks and has rows."""
    kind = column.type
    if not pa.types.is_dictionary(kind):
        if pa.types.is_decimal(kind) and kind.bit_width < 128:  # which Arrow does not encode
            column = column.cast(pa.decimal128(kind.precision, kind.scale))
        encode = _encoded_texts if _has_offsets(kind) else pa.ChunkedArray.dictionary_encode
        whole = column

        def encoded_part(part: slice) -> Any:
            return encode(whole.slice(part.start, part.stop - part.start))

        try:
            found = in_parts(encoded_part, len(column), threads, AT_ONCE)
            column = pa.chunked_array([chunk for some in found for chunk in some.chunks])
        except pa.ArrowNotImplementedError:  # lists and structs
            column = _encoded_by_repr(column)
    column = unified(column)
    values = column.chunk(0).dictionary
    ensure_text(values)
    return Encoded(column, values)


def _encoded_texts(column: Any) -> Any:
    """The texts as a dictionary. If there are few, looking them up takes less time than Arrow's encoding."""
    values = column.slice(0, SAMPLE).drop_null().unique()
    if len(values) <= FEW:
        places = compute.index_in(column, value_set=values)
        if places.null_count == column.null_count:  # no other text
            chunks = [pa.DictionaryArray.from_arrays(chunk, values) for chunk in places.chunks]
            return pa.chunked_array(chunks, pa.dictionary(places.type, column.type))
    return column.dictionary_encode()


def ensure_text(values: Any) -> None:
    """Refuse texts that are not UTF-8, which Arrow allows, in an Arrow array."""
    if _has_offsets(values.type):
        try:
            values.validate(full=True)
        except pa.ArrowInvalid as error:
            context = {"found": "Table", "reason": str(error)}
            raise refusal(EvaluationError, Violation("not-handed-over", context=context)) from error


def unified(column: Any) -> Any:
    """The column in chunks with one dictionary for all."""
    try:
        return column.unify_dictionaries()
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):  # with nulls among the values, or of lists
        return _encoded_by_repr(column)


def _encoded_by_repr(column: Any) -> Any:
    given = column.is_valid().to_numpy()
    rows = column.filter(pa.array(given))
    cells = rows.to_pylist()
    numbers: dict[str, int] = {}
    indices = np.zeros(len(given), np.int64)
    indices[given] = [numbers.setdefault(repr(cell), len(numbers)) for cell in cells]
    first = first_rows(indices[given], len(numbers))
    if pa.types.is_dictionary(column.type):
        values = pa.array([cells[row] for row in first.tolist()], column.type.value_type)
    else:
        values = rows.take(pa.array(first)).combine_chunks()
    return pa.chunked_array([pa.DictionaryArray.from_arrays(pa.array(indices, mask=~given), values)])


def are_empty(values: Any) -> Array:
    """Whether each value of an Arrow array is an empty cell: null, NaN or an empty text."""
    found = values.is_null(nan_is_null=pa.types.is_floating(values.type)).to_numpy(zero_copy_only=False)
    if _has_offsets(values.type):
        found = found | (np.diff(_offsets(values)) == 0)
    return found


def which_are_empty(column: Any) -> Array:
    """Whether each row of a column in chunks is an empty cell."""
    if pa.types.is_integer(column.type) and not column.null_count:
        return np.zeros(len(column), bool)
    if pa.types.is_dictionary(column.type):
        found = encoded(column)
        return found.read_all(np.append(are_empty(found.values), True))
    return are_empty(column.combine_chunks())


def numbered(column: Any, threads: int = 1) -> tuple[Array, Array]:
    """The number of the value of each row, in the order in which they first occur, and the first row of each."""
    codes = _narrow(column) if pa.types.is_integer(column.type) else None
    if codes is None:
        found = encoded(column, threads)
        codes = found.codes(_numbers_of_values(found.values))
    count, rows, codes_at = len(column), np.empty(len(column), np.int32), codes.times(1, np.int32)

    def read(part: slice) -> Array:
        """Read the codes of a part, and find the first row of each in it."""
        first = np.full(codes.size, count)
        for some in slices(part):
            note_first_rows(codes_at(some.start, some.stop, rows[some]), some.start, first, count)
        return first

    first = np.minimum.reduce(in_parts(read, count, threads, AT_ONCE))
    used = np.flatnonzero(first < count)
    order = used[np.argsort(first[used])]
    place = np.zeros(codes.size, np.int32)
    place[order] = np.arange(len(order))

    def number(part: slice) -> None:
        for some in slices(part):
            place.take(rows[some], out=rows[some], mode="clip")

    in_parts(number, count, threads, AT_ONCE)
    return rows, first[order]


def slices(rows: slice) -> Iterator[slice]:
    """Many rows in parts that stay in a processor's cache."""
    for start in range(rows.start, rows.stop, AT_ONCE):
        yield slice(start, min(start + AT_ONCE, rows.stop))


def _numbers_of_values(values: Any) -> Array:
    """The numbers from 1 of the values of a dictionary, 0 for null. A dictionary may have a value twice."""
    if not len(values):
        return np.zeros(0, np.int64)
    same = encoded(pa.chunked_array([values]))
    return same.read_all(np.append(np.arange(1, len(same.values) + 1), 0))


def codes_of(column: Any) -> Codes:
    """The codes of a column in chunks."""
    kind = column.type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        narrow = _narrow(column)
        if narrow is not None:
            return narrow
    found = encoded(column)
    return found.codes(np.where(are_empty(found.values), 0, np.arange(1, len(found.values) + 1)))


def _narrow(column: Any) -> Codes | None:
    """The codes of whole numbers in a narrow range, as integers or floats: their differences from the least one."""
    least, most = np.inf, -np.inf
    for chunk in column.chunks:
        if len(chunk) > chunk.null_count:
            values, _ = _whole(chunk)
            if values is None:
                return None
            found = compute.min_max(pa.array(values))  # in one pass, but much slower if it looks for nulls
            least, most = min(least, int(found["min"].as_py())), max(most, int(found["max"].as_py()))
            if most - least >= NARROW:
                return None
    least, most = (1, 0) if least > most else (least, most)  # all are null
    offset = 1 - int(least)

    def read(factor: int, dtype: Any, start: int, stop: int, out: Array = None) -> Array:
        values, valid = _whole(_piece(column, start, stop))
        found = np.multiply(values, factor, out=out, dtype=dtype, casting="unsafe")
        found += np.uint64(offset * factor % 2**64).astype(dtype)  # large numbers wrap round, but not their sum
        return found if valid is None else np.multiply(found, valid, out=found)

    return Codes(int(most) + offset + 1, lambda factor, dtype: partial(read, factor, dtype))


def _whole(chunk: Any) -> tuple[Array, Array]:
    """Whole numbers, and 1 for each that is given (None: all are). None in place of numbers that are not all whole."""
    values, valid = _numbers(chunk), validity(chunk)
    if values.dtype.kind != "f":
        return values, valid
    given = ~np.isnan(values) if valid is None else valid.view(bool) & ~np.isnan(values)
    values = np.where(given, values, 0).astype(np.float64, copy=False)  # a narrow one cannot hold the limit below
    if not (np.rint(values) == values).all() or np.abs(values).max(initial=0) >= EXACT:
        return None, None
    return values.astype(np.int64), given.view(np.uint8)  # as a float beyond a narrower type would not wrap round


def _numbers(array: Any) -> Array:
    """The values of an Arrow array of numbers. The value of a null is arbitrary."""
    kind = array.type
    sort = "f" if pa.types.is_floating(kind) else "u" if pa.types.is_unsigned_integer(kind) else "i"
    return buffer(array, np.dtype(f"{sort}{kind.bit_width // 8}"))


def _piece(column: Any, start: int, stop: int) -> Any:
    """The rows of a column in chunks, as one array."""
    part = column.slice(start, stop - start)
    return part.chunk(0) if part.num_chunks == 1 else part.combine_chunks()


def _has_offsets(kind: Any) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _offsets(texts: Any) -> Array:
    """The place where each text begins, and that where the last one ends."""
    return buffer(texts, _INT64 if pa.types.is_large_string(texts.type) else np.dtype(np.int32), more=1)


def soundness(column: Any) -> Codes:
    """Whether each text of a column in chunks is one: 0 if it is empty, :data:`SOUND`, or :data:`UNSOUND`."""
    if _has_offsets(column.type):

        def read(factor: int, dtype: Any, start: int, stop: int, out: Array = None) -> Array:
            found = _soundness(_piece(column, start, stop))
            return np.multiply(found, factor, out=out, dtype=dtype, casting="unsafe")

        return Codes(UNSOUND + 1, lambda factor, dtype: partial(read, factor, dtype))
    found = encoded(column)
    values = found.values
    if _has_offsets(values.type):
        return found.codes(_soundness(values))
    return found.codes(np.array([UNSOUND if value is not None else 0 for value in values.to_pylist()], np.int64))


def _soundness(texts: Any) -> Array:
    """The codes of texts. Most are sound by their first character; the others are read one by one."""
    offsets = _offsets(texts)
    given = np.diff(offsets) > 0
    valid = validity(texts)
    if valid is not None:
        given &= valid.view(bool)
    letters = np.frombuffer(texts.buffers()[2] or b"\0", np.uint8)
    doubtful = np.flatnonzero(given & ~_SEEN[letters.take(offsets[:-1], mode="clip")])
    codes = given.astype(np.int64)
    for row, text in zip(doubtful.tolist(), texts.take(pa.array(doubtful)).to_pylist(), strict=True):
        codes[row] = SOUND if is_text(text) else UNSOUND
    return codes


def is_text(value: str) -> bool:
    """Whether a text is one that a finding takes."""
    try:
        _TEXT.validate_python(value)
    except ValidationError:
        return False
    return True


def runs(column: Any) -> Array:
    """The first row of each run of equal cells in a column in chunks that has rows."""
    return np.flatnonzero(begins(column))


def begins(column: Any, threads: int = 1) -> Array:
    """Whether each row of a column in chunks that has rows begins a run of equal cells.

    Nulls are equal, and so are NaN.
    """
    if pa.types.is_dictionary(column.type):
        return _begins_encoded(column)
    first = np.ones(len(column), bool)

    def compare(part: slice) -> None:
        for some in slices(part):
            start = max(some.start - 1, 0)
            first[start + 1 : some.stop] = _differ(column.slice(start, some.stop - start))

    try:
        in_parts(compare, len(column), threads, AT_ONCE)
    except pa.ArrowNotImplementedError:  # lists and structs
        return _begins_encoded(column)
    return first


def _begins_encoded(column: Any) -> Array:
    found = encoded(column)
    return begins(pa.chunked_array([found.read_all(np.append(_numbers_of_values(found.values), 0))]))


def _differ(column: Any) -> Array:
    """Whether each cell but the first differs from the one before it."""
    if pa.types.is_integer(column.type) and not column.null_count:
        values = column.to_numpy()
        return values[1:] != values[:-1]
    differ = compute.not_equal(column.slice(0, len(column) - 1), column.slice(1))
    found = (differ.fill_null(True) if column.null_count else differ).to_numpy()
    if column.null_count or pa.types.is_floating(column.type):
        is_absent = column.is_null(nan_is_null=pa.types.is_floating(column.type)).to_numpy()
        found = found & ~(is_absent[1:] & is_absent[:-1])
    return found


class Numbering:
    """Gives values numbers, for several threads: those by a function, or by the order in which they first occur.

    The first values are also in slots by a hash, in which many values are looked up at once. A slot is filled once, its
    number before its value, so that a thread which finds the value there finds its number.
    """

    def __init__(self, dtype: Any):
        self.known: dict[int, int] = {}
        self.lock = Lock()
        self.slot_values = np.full(2**SLOT_BITS, -1, dtype)
        self.slot_numbers = np.zeros(2**SLOT_BITS, dtype)

    def numbers(
        self, values: Array, spare: Array, slots: Array, number_of_new: Callable[[Array], Array] | None = None
    ) -> None:
        """Put its number in place of each value, which is 0 or more.

        ``spare`` is memory for as many values, ``slots`` for as many int64. ``number_of_new`` is called with the first
        position of each new value.
        """
        self.slot_values.take(_slots(values, spare, slots), out=spare, mode="clip")
        misses = np.flatnonzero(spare != values)
        missed = values[misses]
        self.slot_numbers.take(slots, out=values, mode="clip")
        if len(misses):
            found = pa.array(missed).dictionary_encode()
            places, distinct = found.indices.to_numpy().astype(np.int64), found.dictionary.to_numpy()
            keys = distinct.tolist()
            with self.lock:
                new = np.flatnonzero([key not in self.known for key in keys])
                if len(new):
                    first = misses[first_rows(places, len(distinct))[new]]
                    of_new = np.arange(len(new)) + len(self.known) if number_of_new is None else number_of_new(first)
                    self.known.update(zip(distinct[new].tolist(), of_new.tolist(), strict=True))
                numbers = np.array([self.known[key] for key in keys], values.dtype)
                self._fill(distinct, numbers)
            values[misses] = numbers[places]

    def _fill(self, values: Array, numbers: Array) -> None:
        slots = _slots(values, np.empty_like(values), np.empty(len(values), np.int64))
        slots, first = np.unique(slots, return_index=True)
        is_free = self.slot_values[slots] < 0
        slots, first = slots[is_free], first[is_free]
        self.slot_numbers[slots] = numbers[first]
        self.slot_values[slots] = values[first]


def _slots(values: Array, spare: Array, out: Array) -> Array:
    """The slot of each value: the highest bits of its product with 2^32 or 2^64 divided by the golden ratio."""
    golden = _GOLDEN[values.dtype.itemsize]
    product = np.multiply(values.view(golden.dtype), golden, out=spare.view(golden.dtype))
    return np.right_shift(product, golden.dtype.type(8 * golden.itemsize - SLOT_BITS), out=out, casting="same_kind")


def first_rows(numbers: Array, count: int) -> Array:
    """The first row with each of ``count`` numbers; the number of all rows where none has it."""
    first = np.full(count, len(numbers))
    for some in slices(slice(0, len(numbers))):
        note_first_rows(numbers[some], some.start, first, len(numbers))
    return first


def note_first_rows(numbers: Array, start: int, first: Array, none: int) -> None:
    """Note the first of these rows, which are counted from ``start``, for each number that has ``none`` yet."""
    new = np.flatnonzero(first.take(numbers, mode="clip") == none)[::-1]
    first[numbers[new]] = start + new  # in descending order, so that the first one stays
