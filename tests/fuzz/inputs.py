"""Inputs of the targets: decisions drawn from bytes, valid documents, hostile values, and changes of both."""

from __future__ import annotations

import copy
import datetime
import enum
import functools
import pickle
import random
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar

import yaml
from support import drawn, oracle

from aftersales.standard.editions import data_folder

T = TypeVar("T")


class Choices:
    """Decisions drawn from the bytes of one input. Where the bytes are used up, each decision is the first choice.

    So one input always means the same, and a fuzzer that changes a byte changes one decision.
    """

    def __init__(self, data: bytes):
        self.data, self.at = data, 0

    def below(self, count: int) -> int:
        """A whole number from 0 to count - 1."""
        size = max(1, (count - 1).bit_length() + 7 >> 3)
        piece = self.data[self.at : self.at + size]
        self.at += size
        return int.from_bytes(piece, "little") % count

    def pick(self, options: Sequence[T]) -> T:
        """One of the options."""
        return options[self.below(len(options))]

    def rest(self) -> bytes:
        """The bytes that no decision has used."""
        return self.data[self.at :]


# --- valid documents -------------------------------------------------------------------------------------------------


@functools.cache
def _pickled(seed: int) -> bytes:
    return pickle.dumps(drawn.evaluation(random.Random(seed)))


def evaluation(choices: Choices) -> dict[str, Any]:
    """One of 256 valid evaluations."""
    return evaluation_of(choices.below(256))


def evaluation_of(seed: int) -> dict[str, Any]:
    """The valid evaluation that a seed draws. It is drawn once, which takes as long as scoring it many times."""
    found: dict[str, Any] = pickle.loads(_pickled(seed))
    return found


@functools.cache
def _file(*parts: str) -> bytes:
    return pickle.dumps(yaml.load(data_folder().joinpath(*parts).read_text("utf-8"), yaml.BaseLoader))


def plan() -> dict[str, Any]:
    """A valid plan."""
    found: dict[str, Any] = pickle.loads(_file("plans", "home-appliance-chain.yaml"))
    return found


def calendar() -> dict[str, Any]:
    """A valid year of the statutory calendar."""
    found: dict[str, Any] = pickle.loads(_file("calendars", "2026.yaml"))
    return found


def standard() -> dict[str, Any]:
    """The bundled standard as plain data."""
    found: dict[str, Any] = pickle.loads(_file("standards", "CTS_XBHT-S04-2025", "2025-12-04.yaml"))
    return found


def certificate() -> dict[str, Any]:
    """A valid certificate with an event of each kind."""
    grounds = {"grounds": "concentrated_complaints", "reason": "投诉集中"}
    result = "v1:" + "0a" * 32
    done = {"done": "增设夜间值班", "on": "2028-03-01", "by": "张明"}
    item = {
        "indicator": "5.4.3.2",
        "requirement": "24 小时内响应",
        "due": "2028-03-31",
        "responsible": "李静",
        "result": done,
    }
    rectification = {"on": "2028-02-29", "items": [item]}
    notice = {"number": "B-7", "on": "2028-03-02"}
    return {
        "result": result,
        "address": "港路 1 号",
        "number": "2026-017",
        "standard": "CTS XBHT-S04-2025",
        "edition": "2025-12-04",
        "organisation": "滨海家电连锁有限公司",
        "scope": "12 家直营门店",
        "final_score": "87.37",
        "stars": 4,
        "issued": "2026-03-20",
        "events": [
            {"kind": "surveillance", "on": "2027-02-11", "passed": True, "note": "整改完成"},
            {"kind": "downgrade", "on": "2027-05-04", "stars": 3, **grounds},
            {
                "kind": "surveillance",
                "on": "2028-02-29",
                "passed": "false",
                "star_kept": False,
                "rectification": rectification,
            },
            {"kind": "surveillance", "on": "2028-03-01", "passed": True, "indicators": ["5.4"], "notice": notice},
            {"kind": "change", "on": "2028-06-01", "organisation": "滨海智能家电", "scope": "全部"},
            {"kind": "application", "on": "2028-12-01"},
            {
                "kind": "renewal",
                "on": "2029-03-01",
                "final_score": "452/5",
                "stars": 5,
                "number": "N",
                "result": result,
            },
            {"kind": "revocation", "on": "2029-06-01", **grounds},
        ],
    }


def costs(choices: Choices) -> dict[str, Any]:
    """Costs of some indicators."""
    rng = random.Random(choices.below(256))
    ids = rng.sample(oracle.INDICATORS, rng.randint(1, 30))
    return {key: rng.choice([rng.randint(0, 900), f"{rng.randint(1, 99)}/7", "0.5", "12.25"]) for key in ids}


DECISIONS = [bytes([255, number]) + random.Random(number).randbytes(30 * (number % 3)) for number in range(12)]
"""Inputs of targets that take a file after a first byte below 128, and else decisions."""


# --- hostile values --------------------------------------------------------------------------------------------------


class Word(str):
    """A text of a class of its own, as numpy and pandas have."""


class Whole(enum.IntEnum):
    """A whole number of a class of its own."""

    ONE = 1


def _deep(levels: int) -> list[Any]:
    found: list[Any] = []
    for _ in range(levels):
        found = [found]
    return found


def _itself() -> list[Any]:
    found: list[Any] = []
    found += [found, {"kind": found}]
    return found


# fmt: off
TEXTS = [
    "", " ", "\t", "\n", "\u00a0", "\u3000", "\u200b", "\ufeff", "\x00", "\x1b[31m", "\x7f", "\x85", "\u2028", "\u202e",
    "\u2066x\u2069", "\ud800", "a\udfffb", "\uffff", "😀", "e\u0301", "<script>alert(1)</script>", "=1+1", "{{7*7}}", "| a |",
    "full", "none", "FULL", "ｆｕｌｌ", "null", "true", "no", "-", "无", "`", "a\nb", "a\r\n 5.1.1.1: 0", "x" * 1_000, "店" * 40_000,
]
NUMBERS = [
    "0", "1", "1.0", "8", "0.6", "0.6 ", " 0.6", "\u3000.6", "\u200b60%", "60%", "60 %", "％", "120%", "100%", "-0", "-1", "+5%",
    "1/3", "7/3", "1/0", "0/1", "1/-3", "٠.٥", "８", "10²", "1_0", "0x1", "1e2", "1e-100", "1e100", "1e101", "1e999999999",
    "0.7999999999999999", "0.89999999999999999999", "nan", "inf", "-inf", ".5", "5.", ".", "9" * 100, "9" * 101, "9" * 5_000,
    "2026-03-02", "2026-02-30", "2026-3-2", "20260302", "0001-01-01", "9999-12-31", "2026-03-02T00:00:00", "2026/3/2",
]
CONSTANTS: list[Any] = [
    None, True, False, 0, 1, -1, 8, 95, 2**63, 10**400, 10**999, 10**5_000, -(10**5_000), 0.0, -0.0, 0.6, 1.0, 8.0, 0.7 + 0.2,
    1e-300, 1e300, float("nan"), float("inf"), Decimal("0.6"), Decimal("NaN"), Decimal("sNaN"), Decimal("-Infinity"),
    Decimal("1e-1000000"), Decimal("1e1000000"), Decimal("9" * 1_500), Fraction(3, 5), Fraction(1), Fraction(-1, 3),
    Fraction(1, 10**999), Fraction(10**1_200, 7), 1j, b"0.6", ..., int, len, range(3), Whole.ONE, Word("0.6"), Word("full"), (),
    datetime.date(2026, 3, 2), datetime.datetime(2026, 3, 2, 1), datetime.time(1), datetime.timedelta(1),
]
CONTAINERS: list[Callable[[], Any]] = [
    list, dict, set, object, bytearray, lambda: [1, 2], lambda: [1, 0], lambda: [10**900, 10**901], lambda: ["张明"] * 50,
    lambda: {"kind": "qualitative"}, lambda: {"kind": []}, lambda: {1: 2}, lambda: {"\ud800": 1}, lambda: {None: 1, (): 2},
    lambda: {"kind": "9" * 5_000}, lambda: {"kind": 10**5_000}, lambda: {"kind": Word("full")}, lambda: iter([1]),
    lambda: {"kind": "not_applicable", "reason": "-", "confirmed_by": ["张明"]}, lambda: _deep(40), lambda: _deep(3_000), _itself,
    lambda: [None] * 30_000, lambda: dict.fromkeys(map(str, range(3_000))),
]
JSON_VALUES: list[Any] = [
    None, True, False, 0, 1, 8, 95, -1, 0.6, 1.0, 8.0, 0.1, 1e300, 10**80, [], {}, ["0.6"], [[]], {"kind": 1}, {"degree": 1},
]
KEYS = [
    "", " ", "kind", "reason", "degree", "actual", "at_least", "sampled", "5.1", "5.1.1.1", "5.1.1", "5.9", "５.1.1.1", "5.1.1.1 ",
    "\ud800", "\u202e", "x" * 100, "findings", "standard", "final_score", "definition", "__class__", "a\nb",
]
ANY_KEYS: list[Any] = [*KEYS, None, 1, 5.1, (), Word("kind"), datetime.date(2026, 3, 2), b"kind", True, 10**5_000]
# fmt: on


def hostile(choices: Choices, *, plain: bool) -> Any:
    """A value that seldom stands in its place; with ``plain`` one that JSON can hold."""
    match choices.below(3 if plain else 6):
        case 0:
            return choices.pick(NUMBERS)
        case 1:
            return choices.pick(TEXTS)
        case 2:
            return copy.deepcopy(choices.pick(JSON_VALUES))
        case 3 | 4:
            return choices.pick(CONSTANTS)
        case _:
            return choices.pick(CONTAINERS)()


def retyped(choices: Choices, value: Any) -> Any:
    """The value as another program might hand it over: of another type, with blanks, with or without its unit."""
    try:
        text = value if isinstance(value, str) else "x" if isinstance(value, list | dict) else repr(value)[:1_000]
    except ValueError:  # Python prints no number of more than 4,300 digits
        text = "x"
    options: list[Callable[[], Any]] = [
        lambda: f"{text} ",
        lambda: f"\u3000{text}",
        lambda: text.removesuffix("%"),
        lambda: f"{text}%",
        lambda: text.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)}),
        lambda: f"{text}0",
        lambda: text.upper(),
        lambda: text[:-1],
        lambda: float(_number(text)),
        lambda: int(_number(text)),
        lambda: bool(value),
        lambda: [value],
        lambda: {"value": value},
        lambda: str(float(_number(text))),
    ]
    try:
        return choices.pick(options)()
    except (ValueError, ArithmeticError):
        return text


def _number(text: str) -> Fraction:
    if len(text) > 100 or "e" in text.lower():
        raise ValueError(text)
    return oracle.number(text)


# --- changes ---------------------------------------------------------------------------------------------------------


DEPTH = 8  # to which a place is looked for; data may contain itself


def changed(choices: Choices, data: Any, *, plain: bool = False, most: int = 3) -> Any:
    """The data with up to ``most`` changes, in place where that can be; with ``plain`` only such as JSON can hold."""
    for _ in range(choices.below(most + 1)):
        holder, key = _place(choices, data)
        if holder is None:
            data = hostile(choices, plain=plain)
            continue
        match choices.below(10):
            case 0 | 1 | 2:
                holder[key] = hostile(choices, plain=plain)
            case 3 | 4 | 5:
                holder[key] = retyped(choices, holder[key])
            case 6:
                del holder[key]
            case 7:
                value = holder[key]
                if isinstance(holder, list):
                    holder.append(value)
                else:
                    holder[choices.pick(KEYS if plain else ANY_KEYS)] = value
            case 8:
                other, name = _place(choices, data)
                if other is not None and _is_leaf(other[name]) and _is_leaf(holder[key]):
                    holder[key], other[name] = other[name], holder[key]
            case _:
                holder[key] = hostile(choices, plain=True) if plain else data  # a mapping that contains itself
    return data


def _is_leaf(value: Any) -> bool:
    return not isinstance(value, list | dict)


def _place(choices: Choices, data: Any) -> tuple[Any, Any]:
    """A container in the data and a key of it; (None, None) for the whole, which is seldom."""
    holder, key = None, None
    if choices.below(50) == 49:
        return holder, key
    for _ in range(DEPTH):
        if _is_leaf(data) or not data:
            break
        holder = data
        key = choices.pick(list(data) if isinstance(data, dict) else range(len(data)))
        data = data[key]
        if choices.below(6) == 5:
            break
    return holder, key


# fmt: off
WORDS = [
    b'"', b"{", b"}", b"[", b"]", b":", b",", b"\n", b"  ", b"- ", b"%", b"&a", b"*a", b"!!str ", b"|", b">", b"#", b"?", b"\\u0000",
    b"\\ud800", b"\xff", b"\xef\xbb\xbf", b"\x00", b"kind", b"degree", b"full", b"5.1.1.1", b"60%", b"1e99", b"null", b"---", b"...",
    b"\xc2\x85", b"\t", b"\r",
]
# fmt: on


def changed_bytes(rng: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """Bytes with a few changes, as a fuzzer makes them; used where there is no atheris."""
    found = bytearray(data)
    for _ in range(rng.choice([0, 1, 1, 2, 4, 8])):
        at = rng.randint(0, len(found))
        match rng.randrange(6):
            case 0 if found:
                found[rng.randrange(len(found))] = rng.randrange(256)
            case 1:
                del found[at : at + rng.choice([1, 2, 5, 30, 400])]
            case 2:
                found[at:at] = rng.choice(WORDS)
            case 3:
                end = at + rng.choice([1, 10, 100])
                found[at:at] = found[at:end] * rng.choice([1, 1, 2, 50])
            case 4:
                other = rng.choice(others)
                start = rng.randint(0, len(other))
                found[at:at] = other[start : start + rng.randint(0, 60)]
            case _:
                found[at:at] = rng.randbytes(rng.choice([1, 2, 4]))
    return bytes(found)
