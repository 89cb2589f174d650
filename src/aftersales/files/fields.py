"""The base classes of all models and the types of their fields."""

import datetime
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import partial
from itertools import islice
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    SerializerFunctionWrapHandler,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic_core import InitErrorDetails, core_schema

from aftersales.files.format_versions import FORMAT, VersionedKind, in_present_format, schema_of_version
from aftersales.files.frozen import FrozenMapping
from aftersales.files.numbers import (
    FLOAT_DIGITS,
    MAX_TEXT,
    CalculatedFloat,
    as_json,
    is_calculated,
    kept_digits,
    measure_as_json,
    per_cent,
    read_count,
    read_measure,
    read_quantity,
    read_result,
)
from aftersales.files.parsed_file import excess_of, json_violations
from aftersales.files.source import MAX_VALUES, UnreadableSource
from aftersales.problems.errors import Path
from aftersales.problems.messages import phrase
from aftersales.problems.suggestions import near
from aftersales.problems.violations import Violation, ViolationError, shown
from aftersales.text.display import HtmlRepr
from aftersales.text.normalize import plain
from aftersales.text.number_format import as_text, is_numpy_number, short
from aftersales.text.sentences import Phrase
from aftersales.text.unseen import CLASS_OF_BLANKS

__all__ = [
    "Bounded",
    "Count",
    "CountFromOne",
    "Day",
    "Degree",
    "Finite",
    "Flag",
    "Frozen",
    "Measure",
    "Model",
    "NoneIsEmpty",
    "NotNegative",
    "Positive",
    "PositiveMeasure",
    "Quantity",
    "ReadOnce",
    "Result",
    "ResultScore",
    "Text",
    "WholeModel",
    "calculated_float",
    "finite",
    "read_day",
    "read_degree",
    "read_flag",
    "read_once",
    "refuse_excess",
]


if TYPE_CHECKING:
    from inspect import Signature

    from pydantic._internal._model_construction import ModelMetaclass
else:
    ModelMetaclass = type(BaseModel)

MAX_MODEL_VALUES = 10 * MAX_VALUES  # a result holds the evaluation and the standard that it comes from
MAX_JSON = 10_485_760  # of JSON text: as much as the parts of a workbook may unpack to
Mode = Literal["python", "json"]


class _ModelClass(ModelMetaclass):
    """The class of all models. It defers their building, and gives them a signature that notebooks can show.

    A model is built when it is first used, since one that is only a part of others is never built by itself. It halves
    the time of the import. Once a class is defined, its configuration no longer says so: pydantic would defer a
    TypeAdapter of it as well, and that of FastAPI warns if it is built later than it was made.
    """

    if TYPE_CHECKING:
        model_config: ConfigDict

    @classmethod
    def __prepare__(cls, *arguments: Any, **options: Any) -> dict[str, object]:
        namespace = super().__prepare__(*arguments, **options)
        namespace["model_config"] = ConfigDict(defer_build=True)
        return namespace

    def __init__(cls, *arguments: Any, **options: Any) -> None:  # noqa: N805
        super().__init__(*arguments, **options)
        cls.model_config["defer_build"] = False

    @property
    def __signature__(cls) -> "Signature":  # noqa: N805
        from aftersales.files.signatures import signature_of  # imported here: seldom used

        return signature_of(cls)  # type: ignore[arg-type]

    @__signature__.setter
    def __signature__(cls, signature: Any) -> None:  # noqa: N805
        """Ignore the signature of pydantic, which sets it when a model is first used."""


class Model(HtmlRepr, BaseModel, metaclass=_ModelClass):
    """The base of all our models: frozen, hashable, and closed to keys that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    most_values: ClassVar[int] = MAX_VALUES  # of the data that a ValidationError may hold
    file_kind: ClassVar[VersionedKind | None] = None  # of the file that the model is, which may name its version
    bounds_itself: ClassVar[bool] = False  # whether the model's own validators refuse data that never end

    def __init__(self, /, **data: Any) -> None:
        if not self.bounds_itself and not _ATOMS.issuperset(map(type, data.values())):
            data = _ended(type(self), data)
        try:
            super().__init__(**data)
        except ValidationError as error:
            refused = _bounded_error(type(self), data, error)
        else:
            return
        raise refused

    __init__.__pydantic_base_init__ = True  # type: ignore[attr-defined]  # else pydantic calls it for nested models too

    @classmethod
    def model_validate(cls, obj: Any, **options: Any) -> Self:
        """Validate as pydantic does, with an error that does not hold data that are too deep or too large.

        ``options`` are pydantic's own.
        """
        if not cls.bounds_itself and isinstance(obj, Mapping):
            obj = _ended(cls, obj)
        try:
            return super().model_validate(obj, **options)
        except ValidationError as error:
            refused = _bounded_error(cls, obj, error)
        raise refused

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """The JSON Schema with the descriptions of the docstring: of the model, and of each field."""
        from aftersales.files.docstrings import field_descriptions, summary_of  # imported here: seldom used

        found = handler(schema)
        described = handler.resolve_ref_schema(found)
        if summary := summary_of(cls):
            described["description"] = summary
        fields = described.get("properties", {})  # a model that writes itself in another form has none
        if cls.file_kind is not None and handler.mode == "validation":
            described["properties"] = {FORMAT: schema_of_version(cls.file_kind)} | fields
        for name, description in field_descriptions(cls).items():
            if name in fields:
                fields[name].setdefault("description", description)
        return found

    def to_yaml(self) -> str:
        """The model as a YAML text that reads back as the same model.

        Raises :class:`~aftersales.OutputError` for a control character, which no file may hold (``bad-character``).

        >>> from aftersales import Period
        >>> print(Period(start="2026-03-02", end="2026-03-06").to_yaml(), end="")
        start: '2026-03-02'
        end: '2026-03-06'
        """
        from aftersales.files.writing import as_yaml  # imported here: scoring does not write

        return as_yaml(self)

    def _is_valid(self) -> bool:
        try:
            return type(self).model_validate(self.model_dump(warnings=False)) == self
        except Exception:  # parts that were not validated may raise anything
            return False

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        """The fields as pydantic shows them, with numbers of more digits than Python prints shortened (reading R3)."""
        for name, value in super().__repr_args__():
            long = isinstance(value, Fraction) and max(map(int.bit_length, value.as_integer_ratio())) > 1_000
            yield name, short(value, limit=round(value, 2)) if long else value

    @classmethod
    def model_validate_json(cls, json_data: str | bytes | bytearray, **options: Any) -> Self:
        """Validate JSON text that is unambiguous: no duplicate keys, and no numbers but whole ones.

        pydantic reads a number with a point or an exponent as a binary float, so such a quantity must be a text, as in
        the output of ``model_dump_json``. ``options`` are pydantic's own.

        Raises pydantic's ValidationError, with the code ``json-number`` or ``json-duplicate-key`` in these cases,
        ``file-too-large`` or ``too-many-values`` for text that is too large, and for text that is not JSON.
        """
        from aftersales.files.json_events import excess_of_json  # imported here: only JSON needs it

        if isinstance(json_data, str | bytes | bytearray):
            if len(json_data) > MAX_JSON:
                raise refused_by(cls, [((), "…", UnreadableSource.too_large("file", MAX_JSON).violation)], "json")
            try:
                text = json_data if isinstance(json_data, str) else json_data.decode()
                excess = excess_of_json(text, MAX_MODEL_VALUES)
                violations = [((), "…", excess)] if excess else json_violations(text)
            except (ValueError, RecursionError) as error:
                no_json: InitErrorDetails = {
                    "type": "json_invalid",
                    "loc": (),
                    "input": "…",
                    "ctx": {"error": str(error)},
                }
                raise ValidationError.from_exception_data(cls.__name__, [no_json], "json") from None
            if violations:
                raise refused_by(cls, violations, "json")
        return super().model_validate_json(json_data, **options)

    @classmethod
    def parse_raw(cls, b: str | bytes, **options: Any) -> Self:
        """:meth:`model_validate_json` under pydantic's former name. pydantic's version reads numbers as floats."""
        return cls.model_validate_json(b, **options)

    @classmethod
    def parse_file(cls, path: str | FilePath, **options: Any) -> Self:
        """Validate the JSON of a file as :meth:`model_validate_json` does."""
        return cls.model_validate_json(FilePath(path).read_bytes(), **options)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy. With ``update`` the copy is validated, which pydantic's own method does not do."""
        if not update:
            return super().model_copy(deep=deep)
        return type(self).model_validate({name: getattr(self, name) for name in type(self).model_fields} | dict(update))


class WholeModel(Model):
    """The base of a model of a whole document. It refuses data that are too deep or too large before validation."""

    most_values = MAX_MODEL_VALUES
    bounds_itself = True

    @model_validator(mode="before")
    @classmethod
    def _check_size(cls, data: Any) -> Any:
        refuse_excess(cls, data, cls.most_values)
        return data if cls.file_kind is None else in_present_format(cls.file_kind, data)


_ATOMS = {str, int, float, bool, type(None), Decimal, Fraction, datetime.date}  # types of values without parts


def _ended(model: type[Model], data: Mapping[str, Any]) -> Any:
    """The fields of a model, with lists in place of iterators. Raises pydantic's ValidationError if they never end."""
    if type(data) is dict:
        try:
            iterators = {key: value for key, value in data.items() if isinstance(value, Iterator)}
            data = data | {key: list(islice(value, model.most_values + 1)) for key, value in iterators.items()}
        except Exception as error:  # an iterator may raise anything
            violation = Violation("invalid-value", context={"found": data, "reason": type(error).__name__})
            raise refused_by(model, [((), "…", violation)]) from None
    refuse_excess(model, data, model.most_values)
    return data


def refuse_excess(model: type[BaseModel], data: Any, most: int = MAX_VALUES) -> None:
    """Raise pydantic's ValidationError for data that :func:`~aftersales.files.parsed_file.excess_of` refuses.

    The error does not hold the data, since printing them could take forever.
    """
    if violation := excess_of(data, most):
        raise refused_by(model, [((), "…", violation)])


def _bounded_error(model: type[Model], data: Any, error: ValidationError) -> ValidationError:
    """The error; or, if the data are too deep or too large, an error that says so and does not hold them.

    A list that holds itself several times is small, but printing it takes forever.
    """
    violation = excess_of(data, model.most_values)
    return refused_by(model, [((), "…", violation)]) if violation else error


def refused_by(
    model: type[BaseModel], violations: Iterable[tuple[Path, Any, Violation]], mode: Mode = "python"
) -> ValidationError:
    """pydantic's ValidationError about a model, made of violations, each with its path and the value found there."""
    lines: list[InitErrorDetails] = [
        {"type": ViolationError(violation), "loc": path, "input": found} for path, found, violation in violations
    ]
    return ValidationError.from_exception_data(model.__name__, lines, mode)


# --- types of fields ---------------------------------------------------------------------------------------------

MAX_KNOWN = 4_096  # texts and whole numbers whose value a reader keeps
SIMPLE = 1_000  # the largest denominator of a fraction that a message suggests
_NUMBER_PATTERN = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?%?$|^[+-]?[0-9]+/0*[1-9][0-9]*$"
_COUNT_PATTERN = r"^\+?[0-9]+(\.0*)?([eE]\+?[0-9]{1,3})?$"
# The pair of numerator and denominator stands for a number that is too long for a text.
_PAIR: dict[str, Any] = {"items": {"type": "integer"}, "minItems": 2, "maxItems": 2}


_N = TypeVar("_N", Fraction, int)


def _ranged(
    read: Callable[[Any], _N], allowed: str | Phrase, is_allowed: Callable[[int, int], bool]
) -> Callable[[Any], _N]:
    """A reader that refuses numbers out of range. ``is_allowed`` takes the numerator and the denominator."""

    known: dict[str | int, _N] = {}  # the texts and the counts of a file repeat

    def read_ranged(value: Any) -> _N:
        repeats = type(value) is str or type(value) is int
        if repeats:
            try:
                return known[value]
            except KeyError:
                pass  # read below, for the first time
        number = read(value)
        if not is_allowed(*number.as_integer_ratio()):
            context: dict[str, Any] = {"found": value, "allowed": allowed}
            if allowed is DEGREES and 1 < number <= 100 and "%" not in shown(value):
                context["hint"] = str(per_cent(Fraction(number)))
            raise ViolationError(Violation("out-of-range", context=context))
        if repeats and (type(value) is int or len(value) <= MAX_TEXT):
            if len(known) >= MAX_KNOWN:
                known.clear()
            known[value] = number
        return number

    return read_ranged


def _read_as_written(value: Any) -> Fraction:
    """As :func:`~aftersales.files.numbers.read_quantity`, but refuse a float that comes from arithmetic.

    ``0.7 + 0.2`` is not 0.9.
    """
    number = read_quantity(value)
    if is_calculated(value, number):
        raise ViolationError(calculated_float(value))
    return number


def _is_degree(over: int, under: int) -> bool:
    return 0 <= over <= under


DEGREES = phrase("range.degree")
read_degree = _ranged(read_quantity, DEGREES, _is_degree)
_read_exact_degree = _ranged(_read_as_written, DEGREES, _is_degree)


def calculated_float(value: float | Fraction | Decimal, path: Path = ()) -> Violation:
    """The violation of a float that comes from arithmetic.

    It suggests the number that was probably meant: a simple fraction, or the number in the digits that a float keeps.
    """
    number = float(str(value)) if is_numpy_number(value) else float(value)
    simple = Fraction(number).limit_denominator(SIMPLE)
    terminates = "/" not in as_text(simple)
    meant = f"{number:.{kept_digits(value)}g}" if terminates or float(simple) != number else as_text(simple)
    return Violation("calculated-float", path, {"found": number, "hint": meant})


def _read_exact_measure(value: Any) -> Fraction:
    """As :func:`~aftersales.files.numbers.read_measure`, but refuse a narrow float that comes from arithmetic.

    Its rounding error cannot be distinguished from a difference to the limit.
    """
    number = read_measure(value)
    if type(number) is CalculatedFloat and kept_digits(value) < FLOAT_DIGITS:
        raise ViolationError(calculated_float(value))
    return number


_read_positive = _ranged(read_quantity, "> 0", lambda over, _: over > 0)
_read_not_negative = _ranged(read_quantity, "≥ 0", lambda over, _: over >= 0)
_read_measure = _ranged(_read_exact_measure, "≥ 0", lambda over, _: over >= 0)
_read_positive_measure = _ranged(_read_exact_measure, "> 0", lambda over, _: over > 0)
_read_score = _ranged(read_result, "≥ 0", lambda over, _: over >= 0)
_read_count = _ranged(read_count, "≥ 0", lambda over, _: over >= 0)
_read_count_from_one = _ranged(read_count, "≥ 1", lambda over, _: over >= 1)


class _Before:
    """A function that is called before the field's own validation, with the info of the validation or without.

    pydantic's own class inspects the signature of the function for each field, which takes much of the time of building
    a model.
    """

    def __init__(self, function: Callable[..., Any], *, takes_info: bool = False):
        self.function, self.takes_info = function, takes_info

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        if self.takes_info:
            return core_schema.with_info_before_validator_function(self.function, handler(source))
        return core_schema.no_info_before_validator_function(self.function, handler(source))


class _NumberType:
    """A number: how it is read and written, and its JSON Schema as it may be written in a file and as it is written.

    From JSON it accepts whole numbers and text, since a float was not read exactly. It is written by a function in
    Python mode too: pydantic itself would write a Fraction as a text without its %.
    """

    write: Callable[[Any], Any] = staticmethod(as_json)
    when_written: Literal["always", "json"] = "always"

    def __init__(self, read: Callable[[Any], Fraction | int], **limits: int):
        self.read = read
        text = {"pattern": _NUMBER_PATTERN, "maxLength": MAX_TEXT}
        self.accepted: dict[str, Any] = {"type": ["number", "string", "array"]} | text | _PAIR | limits
        self.written: dict[str, Any] = {"type": ["string", "array"]} | text | _PAIR

    def read_json(self, value: Any) -> Fraction | int:
        """As ``read``, for a value from pydantic's JSON mode."""
        if isinstance(value, float):
            raise ViolationError(Violation("json-number", context={"found": value}))
        return self.read(value)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """A separate function for each mode, so that Python mode does not pay for the check of JSON mode."""
        return core_schema.json_or_python_schema(
            json_schema=core_schema.no_info_plain_validator_function(self.read_json),
            python_schema=core_schema.no_info_plain_validator_function(self.read),
            serialization=core_schema.plain_serializer_function_ser_schema(self.write, when_used=self.when_written),
        )

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return dict(self.accepted if handler.mode == "validation" else self.written)


class _MeasureType(_NumberType):
    """A number that keeps whether it was written with % (reading R5)."""

    write = staticmethod(measure_as_json)


class _CountType(_NumberType):
    """A whole number, which is written as one unless it is very large."""

    write = staticmethod(lambda count: count if count < 10**15 else as_json(Fraction(count)))
    when_written = "json"

    def __init__(self, read: Callable[[Any], int], **limits: int):
        super().__init__(read, **limits)
        self.accepted |= {"type": ["integer", "string", "array"], "pattern": _COUNT_PATTERN}
        self.written = self.accepted


class _ResultType(_NumberType):
    """A number that the package calculated, which is written as a text of any length."""

    write = staticmethod(as_text)

    def __init__(self, read: Callable[[Any], Fraction], **limits: int):
        super().__init__(read, **limits)
        del self.accepted["maxLength"]
        self.written = {"type": "string", "pattern": "^-?[0-9]+(\\.[0-9]+|/[0-9]+)?$"}


Quantity = Annotated[Fraction, _NumberType(read_quantity)]
"""An exact number."""

Degree = Annotated[Fraction, _NumberType(_read_exact_degree, minimum=0, maximum=1)]
"""An exact number from 0 to 1."""

Positive = Annotated[Fraction, _NumberType(_read_positive, exclusiveMinimum=0)]
"""An exact number above 0."""

NotNegative = Annotated[Fraction, _NumberType(_read_not_negative, minimum=0)]
"""An exact number of 0 or more."""

Measure = Annotated[Fraction, _MeasureType(_read_measure, minimum=0)]
"""An actual value or a limit of 0 or more. It keeps whether it was written with % (reading R5)."""

PositiveMeasure = Annotated[Fraction, _MeasureType(_read_positive_measure, exclusiveMinimum=0)]
"""An actual value or a limit above 0. It keeps whether it was written with % (reading R5)."""

Result = Annotated[Fraction, _ResultType(read_result)]
"""An exact number that the library calculated, in full length."""

ResultScore = Annotated[Fraction, _ResultType(_read_score, minimum=0)]
"""An exact number of 0 or more that the library calculated, in full length."""

Count = Annotated[int, _CountType(_read_count, minimum=0)]
"""A whole number of 0 or more."""

CountFromOne = Annotated[int, _CountType(_read_count_from_one, minimum=1)]
"""A whole number of 1 or more."""


class _TextType:
    """A text that is not blank. A text of invisible characters is blank too."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.str_schema(strict=True, pattern=f"[^\\s{CLASS_OF_BLANKS}]")


Text = Annotated[str, _TextType()]
"""A text that is not blank, kept as written."""


def read_day(value: Any) -> datetime.date:
    """The day of a date, of a midnight without a zone, or of a text such as ``2026-03-02``."""
    if value is None:
        raise ViolationError(Violation("blank"))
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value
    if (day := _day_at_midnight(value)) is not None:
        return day
    if isinstance(value, str) and len(value) == len("2026-03-02") and value[4] == value[7] == "-":
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            pass  # refused below, with the text as written
    raise ViolationError(Violation("not-a-date", context={"found": value, "hint": partial(_meant_day, value)}))


def _day_at_midnight(value: Any) -> datetime.date | None:
    """The day of a datetime that has neither a time nor a zone, of numpy and pandas too."""
    if type(value).__module__ == "numpy" and type(value).__name__ == "datetime64":
        value = str(value).replace("T", " ")  # nanoseconds are no datetime
    elif isinstance(value, datetime.datetime):
        value = str(value)  # of pandas with its nanoseconds
    else:
        return None
    midnight = re.fullmatch(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?: 00:00(?::00(?:\.0+)?)?)?", value)
    return datetime.date.fromisoformat(midnight[1]) if midnight else None


_DASHES = "\u2010-\u2015\u2212-"  # word processors write other dashes, which look the same
_DAY = rf"([0-9]{{4}})[/.年{_DASHES}]([0-9]{{1,2}})[/.月{_DASHES}]([0-9]{{1,2}})日?"
_DIGITS = r"([0-9]{4})([0-9]{2})([0-9]{2})"


def _meant_day(value: Any) -> str | None:
    """The day that a text or a datetime probably means, in the form that is accepted."""
    if isinstance(value, datetime.datetime):
        return str(value)[: len("2026-03-02")] if value == value else None  # pandas.NaT is not itself
    if not isinstance(value, str):
        return None
    text = "".join(plain(value[:40]).split())
    if not (match := re.fullmatch(_DAY, text) or re.fullmatch(_DIGITS, text)):
        return None
    try:
        return datetime.date(*map(int, match.groups())).isoformat()
    except ValueError:
        return None


Day = Annotated[datetime.date, _Before(read_day)]
"""A calendar date, written 2026-03-02."""


def read_flag(value: Any) -> bool:
    """The value of a bool, also of numpy's, or of the text ``true`` or ``false``."""
    if isinstance(value, bool) or (type(value).__module__ == "numpy" and type(value).__name__ in ("bool", "bool_")):
        return bool(value)
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    context = {"found": value, "hint": partial(near, value, ("true", "false"))}
    raise ViolationError(Violation("blank" if value is None else "not-yes-or-no", context=context))


Flag = Annotated[bool, _Before(read_flag)]
"""A bool, written ``true`` or ``false``."""


def _no_entries(value: Any) -> Any:
    return () if value is None else value


NoneIsEmpty = _Before(_no_entries)
"""For a list that may be left empty: None is read as an empty list."""


class _Bounded:
    """pydantic's own bound of a list, before its entries are validated: it ends an endless iterable, and is fast."""

    def __init__(self, *, looks_at_entries: bool):
        self.looks_at_entries = looks_at_entries

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        entries: Any = core_schema.list_schema(core_schema.any_schema(), max_length=MAX_VALUES)
        if self.looks_at_entries:
            entries = core_schema.no_info_after_validator_function(finite_entries, entries)
        return core_schema.chain_schema([entries, handler(source)])

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        inner: Any = schema
        while inner["type"] != "chain":  # other annotations of the field stand around it
            inner = inner["schema"]
        return handler(inner["steps"][-1])


def finite_entries(entries: list[Any]) -> list[Any]:
    """The entries of a list, unless one is a mapping of a class of its own with too many entries."""
    if not _ATOMS.issuperset(kinds := set(map(type, entries))) and kinds != {dict}:
        for entry in entries:
            finite(entry)
    return entries


Bounded = _Bounded(looks_at_entries=True)
"""For a list: no more entries than a file may hold, and no endless mapping among them."""

Counted = _Bounded(looks_at_entries=False)
"""For a list in a finding: no more entries than a file may hold. The evaluation looks at them for all its findings."""


def read_once(value: Any, info: ValidationInfo, *path: str) -> Any:
    """The value; of an iterator or another iterable than a list, its entries as a list.

    The context of the validation, a dict, keeps them.
    An iterator gives its entries once, and a loader may validate twice: the whole, and then its sound parts.
    """
    if type(value) in (list, tuple) or isinstance(value, str | bytes | bytearray | Mapping):
        return value
    try:
        iterator = iter(value) if isinstance(value, Iterable) else None
    except Exception:  # a class of its own may raise anything
        iterator = None
    if iterator is None:
        return value  # refused later: not a list
    kept = {} if info.context is None else info.context
    if id(value) not in kept:
        try:
            entries = list(islice(iterator, MAX_VALUES + 1))  # too many are refused later
        except Exception as error:  # an iterator may raise anything
            context = {"found": value, "reason": type(error).__name__}
            raise ViolationError(Violation("invalid-value", path, context)) from None
        kept[id(value)] = value, entries  # with the iterator, so that no other object gets its id
    return kept[id(value)][1]


ReadOnce = _Before(lambda value, info: read_once(value, info), takes_info=True)
"""For a list of a part that a loader may validate twice."""


def finite(value: Any) -> Any:
    """The value, unless it is a mapping of a class of its own with too many entries. pydantic would read them all."""
    if isinstance(value, Mapping) and (violation := excess_of(value)):
        raise ViolationError(violation)
    return value


Finite = _Before(lambda value: value if type(value) is dict else finite(value))
"""For a part that is a model: no endless mapping."""

_K = TypeVar("_K")
_V = TypeVar("_V")


class _FrozenType:
    """A mapping that is copied and cannot be changed, and is written as a dict.

    Its JSON Schema is that of what it holds, also where a function writes it, which pydantic does not describe.
    """

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_after_validator_function(
            FrozenMapping,
            handler(source),
            serialization=core_schema.wrap_serializer_function_ser_schema(_thaw),
        )

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return handler(_without_writer(schema))


def _thaw(value: Mapping[Any, Any], serialize: SerializerFunctionWrapHandler) -> Any:
    return serialize(dict(value))


def _without_writer(schema: Any) -> Any:
    """The core schema without the functions that write it, down to what is not a function."""
    if not schema["type"].startswith("function-"):
        return schema
    kept = {key: part for key, part in schema.items() if key != "serialization"}
    return kept | {"schema": _without_writer(schema["schema"])}


Frozen = Annotated[Mapping[_K, _V], _FrozenType()]
"""A mapping that cannot be changed."""
