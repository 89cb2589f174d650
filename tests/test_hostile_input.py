"""Hostile and broken data of programs: they raise declared errors only, quickly and with bounded size."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from decimal import Decimal
from fractions import Fraction
from functools import cache, partial
from types import MappingProxyType
from typing import Any

import pytest
from pydantic import ValidationError
from support import oracle
from support.work import bounded, few_calls

import aftersales
from aftersales.analysis.improvements import read_costs
from aftersales.certification.report.report import make_report
from aftersales.files.fields import WholeModel
from aftersales.files.parsed_file import excess_of
from aftersales.files.source import MAX_DEPTH, MAX_VALUES
from aftersales.problems.errors import path_text

MOST = 100 * MAX_VALUES
"""The calls of functions that refusals may take: those of some documents, or of the largest one."""


@cache
def card() -> aftersales.Scorecard:
    return aftersales.score(aftersales.Evaluation(**oracle.document(oracle.all_full())))


READERS: dict[str, Callable[[Any], object]] = {
    "load_evaluation": aftersales.load_evaluation,
    "load_plan": aftersales.load_plan,
    "load_rectification": aftersales.load_rectification,
    "load_certificate": aftersales.load_certificate,
    "load_standard": aftersales.load_standard,
    "load_calendar": aftersales.load_calendar,
    "read_costs": lambda data: read_costs(data, card()),
    "Evaluation": aftersales.Evaluation.model_validate,
    "EvaluationPlan": aftersales.EvaluationPlan.model_validate,
    "Certificate": aftersales.Certificate.model_validate,
    "Standard": aftersales.Standard.model_validate,
    "StatutoryCalendar": aftersales.StatutoryCalendar.model_validate,
    "Scorecard": lambda data: aftersales.Scorecard.model_validate(data | {"final_score": "1", "evaluation": data}),
}


def name_of(value: Any) -> str:
    """The id of a case; the value itself may not be printable."""
    return type(value).__name__


Limit = Callable[[], AbstractContextManager[None]]
LITTLE_WORK: Limit = partial(few_calls, MOST)
LITTLE_WORK_AND_MEMORY: Limit = partial(bounded, MOST, mib=50)

# To follow each piece of memory takes as long as all the rest, and there are hundreds of cases.
with_each_limit = pytest.mark.parametrize(
    "limit",
    [LITTLE_WORK, pytest.param(LITTLE_WORK_AND_MEMORY, marks=pytest.mark.slow)],
    ids=["work", "work and memory"],
)


def refused(reader: Callable[[Any], object], *documents: Any, limit: Limit = LITTLE_WORK_AND_MEMORY) -> list[str]:
    """The codes of what a reader says of documents, with little work and in little memory; and what it says can be printed."""
    codes = []
    with limit():
        for data in documents:
            with pytest.raises((aftersales.AftersalesError, ValidationError)) as caught:
                reader(data)
            assert (str(caught.value) + repr(caught.value)).encode()
            codes += codes_of(caught.value)
    return codes


def codes_of(error: aftersales.AftersalesError | ValidationError) -> list[str]:
    if isinstance(error, aftersales.AftersalesError):
        assert all(problem.message and problem.message_zh and repr(problem) for problem in error.problems)
        return [problem.code for problem in error.problems]
    found = [one.get("ctx", {}).get("error") for one in error.errors(include_input=False)]
    return [violation.code for inner in found for violation in getattr(inner, "violations", ())]


# --- what contains itself, is deep or is huge --------------------------------------------------------------------


def itself_as_mapping() -> Any:
    data: dict[str, Any] = {}
    data["x"] = data
    return data


def itself_as_list() -> Any:
    data: list[Any] = []
    data.append(data)
    return data


def itself_as_evidence() -> Any:
    finding: dict[str, Any] = {"kind": "qualitative", "degree": 1}
    finding["evidence"] = [finding]
    return finding


def deep(levels: int, wrap: Callable[[Any], Any]) -> Any:
    data: Any = "x"
    for _ in range(levels):
        data = wrap(data)
    return data


def lists_in_lists() -> Any:
    return deep(50_000, lambda inner: [inner])


def mappings_in_mappings() -> Any:
    return deep(50_000, lambda inner: {"x": inner})


def laughs() -> Any:
    """A list of two lists of two lists …: 60 objects, 2⁶⁰ places."""
    return deep(60, lambda inner: [inner, inner])


def laughing_mappings() -> Any:
    return deep(60, lambda inner: {"a": inner, "b": inner})


def million() -> Any:
    return [{"method": "document"}] * 1_000_000


def billion() -> Any:
    return range(10**9)


def endless(entry: Any) -> Iterator[Any]:
    """An entry more often than code may ask for it. It ends, so that a test fails where nothing else stops, and does not hang.

    Each entry that is taken is a call of this generator.
    """
    for _ in range(MOST + 1):
        yield entry


class EndlessIterator:
    """An iterator without a length, as a generator is one, that can be read again."""

    def __init__(self, entry: Any):
        self.entry = entry

    def __iter__(self) -> Iterator[Any]:
        self.entries = endless(self.entry)
        return self

    def __next__(self) -> Any:
        return next(self.entries)


def same(number: int) -> int:
    """The number; it is written in Python, so that a call of it is counted."""
    return number


def endless_numbers() -> Any:
    """An iterator that is written in C."""
    return map(same, range(MOST + 1))


def endless_entries() -> Any:
    return EndlessIterator({"method": "document"})


def endless_texts() -> Any:
    return EndlessIterator("张明")


class OnlyIter:
    """It has no length and is no iterator, and its iterator never ends."""

    def __iter__(self) -> Iterator[Any]:
        return endless({"method": "document"})


class OnlyGetItem:
    """An iterable by the older protocol of sequences, without an end."""

    def __getitem__(self, index: int) -> Any:
        if index > MOST:
            raise IndexError
        return "张明"


class FalseLength:
    """It says that it is empty, and its iterator never ends."""

    def __iter__(self) -> Iterator[Any]:
        return endless("张明")

    def __len__(self) -> int:
        return 0


class EndlessList(list[Any]):
    """A list whose iterator never ends."""

    def __iter__(self) -> Iterator[Any]:
        return endless(1)


class EndlessMapping(Mapping[Any, Any]):
    """It says that it has one key, and it never ends."""

    def __getitem__(self, key: Any) -> Any:
        return "full"  # a call for each value that is taken

    def __iter__(self) -> Iterator[Any]:
        return map(str, range(MOST + 1))

    def __len__(self) -> int:
        return 1


ENDLESS = [
    OnlyIter,
    OnlyGetItem,
    FalseLength,
    itself_as_mapping,
    itself_as_list,
    itself_as_evidence,
    lists_in_lists,
    mappings_in_mappings,
    laughs,
    laughing_mappings,
    million,
    billion,
    endless_numbers,
    endless_entries,
    endless_texts,
]

HEAD = {"standard": "CTS XBHT-S04-2025"}
QUALITATIVE = {"kind": "qualitative", "degree": 1}
DELETED = {"kind": "not_applicable", "reason": "无", "confirmed_by": ["张明"]}


OF_EVALUATIONS = {"load_evaluation", "Evaluation", "Scorecard"}
"""The readers that look into findings. To all others ``findings`` is an unknown key with a value."""


def placed(value: Any, reader: str) -> Iterator[dict[Any, Any]]:
    """The value at every place of the documents that an entry point distinguishes."""
    yield HEAD | {"findings": value}
    yield HEAD | {"findings": {"5.1.1.1": value}}
    for key in ("standard", "edition", "type", "subject", "team", "period", "schedule", "categories", "events", "x"):
        yield HEAD | {"findings": {}, key: value}
    if reader in OF_EVALUATIONS:
        yield from (HEAD | {"findings": {"5.1.1.1": finding}} for finding in placed_in_findings(value))


def placed_in_findings(value: Any) -> Iterator[dict[Any, Any]]:
    """The value at every place of a finding."""
    for key in ("degree", "row", "kind", "reason", "evidence"):
        yield QUALITATIVE | {key: value}
    for key in ("reason", "confirmed_by"):
        yield DELETED | {key: value}
    yield DELETED | {"confirmed_by": [value]}
    yield QUALITATIVE | {"evidence": [{"method": value}]}
    yield {"kind": "quantitative", "actual": value, "at_least": 1}
    yield {"kind": "sampled", "sampled": value, "nonconforming": 0, "population": 3}


@pytest.mark.parametrize("make", ENDLESS, ids=lambda make: make.__name__)
@pytest.mark.parametrize("reader", READERS)
@with_each_limit
def test_what_never_ends_is_refused_at_once(reader: str, make: Callable[[], Any], limit: Limit) -> None:
    refused(READERS[reader], *placed(make(), reader), limit=limit)


@pytest.mark.parametrize(
    "make", [itself_as_mapping, itself_as_list, lists_in_lists, laughs], ids=lambda make: make.__name__
)
@pytest.mark.parametrize("reader", [name for name in READERS if name not in ("Evaluation", "read_costs")])
def test_data_that_contain_themselves_are_too_deep(reader: str, make: Callable[[], Any]) -> None:
    assert refused(READERS[reader], HEAD | {"findings": {"5.1.1.1": make()}}) == ["too-deep"]


@pytest.mark.parametrize(
    "data",
    [
        EndlessMapping(),
        HEAD | {"findings": EndlessMapping()},
        HEAD | {"findings": {"5.1.1.1": EndlessMapping()}},
        HEAD | {"findings": {}, "x": EndlessMapping()},
        HEAD | {"findings": {}, "subject": EndlessMapping()},
        HEAD | {"findings": {}, "period": EndlessMapping()},
        HEAD | {"findings": {}, "team": [EndlessMapping()]},
    ],
    ids=["source", "findings", "finding", "unknown key", "subject", "period", "member"],
)
@pytest.mark.parametrize("reader", [name for name in READERS if name not in ("read_costs", "Scorecard")])
@with_each_limit
def test_a_mapping_that_never_ends_is_refused(
    reader: str, data: Any, limit: Limit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WholeModel, "most_values", MAX_VALUES)  # a tenth of its own bound, and of the time
    assert refused(READERS[reader], data, limit=limit) == ["too-many-values"]


def test_a_list_of_a_class_of_its_own_is_counted_as_it_iterates() -> None:
    assert refused(aftersales.load_evaluation, HEAD | {"findings": {}, "x": EndlessList()}) == ["too-many-values"]


def test_mappings_of_other_classes_are_taken() -> None:
    finding = MappingProxyType(QUALITATIVE)
    subject = MappingProxyType({"scope": "售后服务"})
    source = MappingProxyType(HEAD | {"subject": subject, "findings": MappingProxyType({"5.1.1.1": finding})})
    evaluation = aftersales.load_evaluation(source)
    assert evaluation.findings["5.1.1.1"] == aftersales.Qualitative(degree=1)
    assert evaluation.subject == aftersales.Subject(scope="售后服务")


def test_a_mapping_that_holds_itself_among_sound_findings_is_too_deep() -> None:
    data = oracle.document(oracle.all_full())
    data["findings"]["5.1.1.1"] = data["findings"]
    assert refused(aftersales.load_evaluation, data) == ["too-deep"]
    assert refused(aftersales.Evaluation.model_validate, data) == ["too-deep"]


def test_data_at_the_limits_of_size_and_depth_are_accepted_and_beyond_them_refused() -> None:
    assert excess_of([[1]] * (MAX_VALUES // 2)) is None
    assert excess_of([[1]] * (MAX_VALUES // 2) + [[]]) is not None
    assert excess_of(deep(MAX_DEPTH, lambda inner: [inner])) is None
    violation = excess_of(deep(MAX_DEPTH + 1, lambda inner: [inner]))
    assert violation is not None
    assert violation.code == "too-deep"


@pytest.mark.parametrize(
    "findings",
    [
        {"5.1.1.1": QUALITATIVE | {"evidence": [{"method": "document"}] * (MAX_VALUES + 1)}},
        dict.fromkeys(oracle.INDICATORS, QUALITATIVE | {"evidence": [{"method": "document"}] * (MAX_VALUES // 73 + 1)}),
        {f"9.{number}": QUALITATIVE for number in range(MAX_VALUES // 2)},
        {f"9.{number}": "full" for number in range(MAX_VALUES + 1)},
        {"5.1.1.1": DELETED | {"confirmed_by": ["张明"] * (MAX_VALUES + 1)}},
        {"5.1.1.1": QUALITATIVE | {"evidence": [5] * (MAX_VALUES + 1)}, "5.1.1.2": QUALITATIVE | {"evidence": 5}},
    ],
)
def test_many_are_counted_wherever_they_stand(findings: Any) -> None:
    assert refused(aftersales.Evaluation.model_validate, HEAD | {"findings": findings}) == ["too-many-values"]


def test_as_many_as_a_file_may_hold_are_taken() -> None:
    finding = QUALITATIVE | {"evidence": [{"method": "document"}] * MAX_VALUES}
    assert aftersales.Evaluation.model_validate(HEAD | {"findings": {"5.1.1.1": finding}})


def test_facts_of_a_paper_that_hold_themselves() -> None:
    with pytest.raises(aftersales.PaperError) as caught:
        make_report(card(), number=itself_as_mapping(), draft=True)  # type: ignore[arg-type]
    assert [problem.code for problem in caught.value.problems] == ["too-deep"]


# --- what is broken ----------------------------------------------------------------------------------------------


class _Silent:
    """An object that says nothing of itself."""

    def __repr__(self) -> str:
        raise RuntimeError("repr")

    __str__ = __repr__


class _Unequal(_Silent):
    def __eq__(self, other: object) -> bool:
        raise RuntimeError("eq")

    def __hash__(self) -> int:
        raise RuntimeError("hash")


class _Text(str):
    __slots__ = ()

    def __str__(self) -> str:
        raise RuntimeError("str")

    __repr__ = __str__


class _Whole(int):
    def __str__(self) -> str:
        raise RuntimeError("str")

    __repr__ = __str__


class _Float(float):
    def __str__(self) -> str:
        raise RuntimeError("str")

    __repr__ = __str__


class _Odd(Fraction):
    """A fraction with a numerator of any kind."""

    told: Any = "x"

    @property
    def numerator(self) -> Any:
        return self.told

    @property
    def denominator(self) -> Any:
        return self.told


class _Zero(_Odd):
    told = 0


BROKEN: dict[str, Any] = {
    "half a character": "\ud800",
    "half a character inside": "张\udc00明",
    "5,000 digits": 10**5000,
    "5,000 digits below 0": -(10**5000),
    "a fraction of 5,000 digits": Fraction(1, 10**5000),
    "a decimal of 5,000 digits": Decimal(10**4999),
    "bytes": b"\xff",
    "NaN": float("nan"),
    "signalling NaN": Decimal("sNaN"),
    "an object": object(),
    "a silent object": _Silent(),
    "an unequal object": _Unequal(),
    "an odd fraction": _Odd(1, 2),
    "a fraction over 0": _Zero(1, 2),
    "a set": {1, 2},
    "a complex number": 1j,
    "a class": aftersales.Evaluation,
}


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("reader", READERS)
@with_each_limit
def test_what_is_broken_is_refused_by_a_declared_error(reader: str, name: str, limit: Limit) -> None:
    refused(READERS[reader], *placed(BROKEN[name], reader), limit=limit)


@pytest.mark.parametrize("value", [_Whole(7), _Float(7.5), iter([1]), "9" * 1_000_000], ids=name_of)
@pytest.mark.parametrize("reader", READERS)
def test_what_may_stand_at_some_places_raises_nothing_else_at_others(reader: str, value: Any) -> None:
    for data in placed(value, reader):
        try:
            printed = repr(READERS[reader](data))
        except (aftersales.AftersalesError, ValidationError) as error:
            printed = str(error)
        assert printed.encode()


@pytest.mark.parametrize(
    "key", ["\ud800", "a\udfff", "\ud800\ud800", 10**5000, _Silent(), 5.5, None, b"x", ("a",), frozenset()], ids=name_of
)
@pytest.mark.parametrize("reader", [name for name in READERS if name != "read_costs"])
def test_a_key_that_is_no_text(reader: str, key: Any) -> None:
    refused(
        READERS[reader],
        HEAD | {"findings": {}, key: 1},
        HEAD | {"findings": {key: "full"}},
        HEAD | {"findings": {"5.1.1.1": QUALITATIVE | {key: 1}}},
    )


@pytest.mark.parametrize(
    ("data", "path"),
    [
        (HEAD | {"findings": {}, "\ud800": 1}, ""),
        (HEAD | {"findings": {"\ud800": "full"}}, "findings[\ufffd]"),
        (HEAD | {"findings": {"5.1.1.1": QUALITATIVE | {"\ud800": 1}}}, "findings[5.1.1.1]"),
        (HEAD | {"findings": {}, "team": [{"name": "张明", "\ud800": 1}]}, "team[0]"),
        (HEAD | {"findings": {}, "subject": {"\ud800": 1}}, "subject"),
    ],
    ids=name_of,
)
def test_a_lone_surrogate_in_a_key_is_reported_once(data: Any, path: str) -> None:
    with pytest.raises(aftersales.EvaluationError) as caught:
        aftersales.load_evaluation(data)
    assert [(problem.code, problem.path) for problem in caught.value.problems] == [("key-not-text", path)]


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        (10**5000, "≈10^5000"),
        (-(10**5000), "-≈10^5000"),
        (Fraction(1, 3), "1/3"),
        (_Whole(7), "7"),
        (True, "true"),
        (["qualitative"], "[…]"),
        ({"a": 1}, "{…}"),
        ({"a"}, "<set>"),
        (_Silent(), f"<{__name__}._Silent>"),
        ("\ud800", "[U+D800]"),
    ],
    ids=name_of,
)
def test_a_kind_that_is_no_text(kind: Any, shown: str) -> None:
    with pytest.raises(aftersales.EvaluationError) as caught:
        aftersales.load_evaluation(HEAD | {"findings": {"5.1.1.1": {"kind": kind, "degree": 1}}})
    (problem,) = caught.value.problems
    assert (problem.code, problem.path) == ("unknown-kind", "findings[5.1.1.1].kind")
    assert f"'{shown}'" in problem.message


def test_a_text_of_a_kind_of_its_own_is_a_text() -> None:
    finding = aftersales.Evaluation.model_validate(
        HEAD | {"findings": {"5.1.1.1": {"kind": _Text("qualitative"), "degree": _Text("0.6"), "reason": _Text("无")}}}
    ).findings["5.1.1.1"]
    assert finding == aftersales.Qualitative(degree="0.6", reason="无")
    assert type(finding.reason) is str  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("\ud800", "not-a-number"),
        (_Odd(1, 2), "not-a-number"),
        (_Zero(1, 2), "not-a-number"),
        (10**5000, "number-too-long"),
        (Fraction(3, 10**5000), "number-too-long"),
        (_Silent(), "not-a-number"),
        (_Unequal(), "not-a-number"),
        (EndlessList(), "too-many-values"),
    ],
    ids=name_of,
)
def test_an_invalid_degree_is_refused(value: Any, code: str) -> None:
    with pytest.raises(ValidationError) as caught:
        aftersales.Qualitative(degree=value)
    assert str(caught.value).encode()
    assert [violation.code for one in caught.value.errors() for violation in one["ctx"]["error"].violations] == [code]


def test_a_result_that_is_an_odd_fraction() -> None:
    with pytest.raises(ValidationError, match="not a number"):
        aftersales.Certificate.model_validate({"final_score": _Odd(1, 2)})


def test_a_key_in_bytes_takes_no_place_of_a_text() -> None:
    """pydantic makes a text of it, and of two findings for one indicator the last would count."""
    with pytest.raises(aftersales.EvaluationError) as caught:
        aftersales.load_evaluation(
            oracle.document(oracle.all_full()) | {"findings": {"5.1.1.1": "none", b"5.1.1.1": "full"}}
        )
    assert [(problem.code, problem.path) for problem in caught.value.problems] == [("key-not-text", "findings")]
    with pytest.raises(aftersales.PaperError) as caught_in_plan:
        aftersales.load_plan(HEAD | {"assignments": {"张明": ["5.1"], "张明".encode(): ["5.2"]}}, complete=False)
    assert [problem.code for problem in caught_in_plan.value.problems] == ["key-not-text"]


def test_paths_with_odd_keys_are_shown_in_short() -> None:
    assert path_text(("nodes", None)) == "nodes.NoneType"  # type: ignore[arg-type]
    assert path_text(("a", 10**5000)) == "a[…]"
    assert path_text(("a", True, _Whole(3))) == "a[1][3]"


BAD = {"kind": "bad"}  # a second mistake, so that the sound findings are checked without it


@pytest.mark.parametrize("examine", [False, True])
@pytest.mark.parametrize(
    ("team", "finding", "expected"),
    [
        (lambda: iter([{"name": "李华"}]), lambda: DELETED, ["unknown-member"]),
        (lambda: iter([{"name": "张明"}]), lambda: DELETED, []),
        (lambda: [{"name": "李华"}], lambda: DELETED | {"confirmed_by": iter(["张明"])}, ["unknown-member"]),
        (lambda: (), lambda: DELETED | {"confirmed_by": iter(["张明"])}, []),
    ],
)
def test_an_iterator_is_read_once_and_judged(
    team: Callable[[], Any], finding: Callable[[], Any], expected: list[str], examine: bool
) -> None:
    data = HEAD | {"findings": {"5.3.6.1": finding(), "5.1.1.2": BAD}, "team": team()}
    if examine:
        codes = [problem.code for problem in aftersales.examine(data, complete=False).problems]
    else:
        codes = refused(aftersales.load_evaluation, data)
    assert sorted(codes) == sorted([*expected, "unknown-kind"])


class _Raises:
    """An iterable that raises: at once, or after its first entry."""

    def __init__(self, at_once: bool):
        self.at_once = at_once

    def __iter__(self) -> Iterator[Any]:
        if self.at_once:
            raise RuntimeError("iter")
        return iter(self.entries())

    def entries(self) -> Iterator[Any]:
        yield {"name": "张明"}
        raise RuntimeError("next")


@pytest.mark.parametrize(("at_once", "code"), [(True, "not-a-list"), (False, "invalid-value")])
def test_an_iterable_that_raises_is_reported_as_a_problem(at_once: bool, code: str) -> None:
    assert refused(aftersales.load_evaluation, HEAD | {"findings": {}, "team": _Raises(at_once)}) == [code]


def test_a_mistake_in_an_iterator_is_reported_at_its_entry() -> None:
    team = iter([{"name": "张明"}, {"name": 5}])
    with pytest.raises(aftersales.EvaluationError) as caught:
        aftersales.load_evaluation(HEAD | {"findings": {}, "team": team})
    assert [(problem.code, problem.path) for problem in caught.value.problems] == [("not-text", "team[1].name")]


@pytest.mark.parametrize("key", [10**5000, -1, 5.1, None, b"5.1.1.1", ("5.1.1.1",), True], ids=name_of)
def test_a_cost_under_a_key_that_is_not_text_is_reported(key: Any) -> None:
    with pytest.raises(aftersales.PaperError) as caught:
        read_costs({key: 100, "5.4.1.1": 1}, card())
    assert [(problem.code, problem.path) for problem in caught.value.problems] == [("key-not-text", type(key).__name__)]


def test_a_team_of_endless_names() -> None:
    """The message of a name that is not of the team quotes the team: the beginning of each name is enough."""
    data = oracle.document(
        oracle.all_full(i5_3_6_1=DELETED), team=[{"name": f"{place}" + "x" * 2_000_000} for place in range(10)]
    )
    assert refused(aftersales.load_evaluation, data) == ["unknown-member"]


def test_a_plan_of_thousands_of_names() -> None:
    """None of them is of the team, which has thousands of members itself: each message names the first of them."""
    team = [{"name": f"成员{number}", "qualification": "审查员"} for number in range(2_000)]
    activity = {
        "start": "2026-03-02",
        "end": "2026-03-02",
        "review": "documents",
        "assessors": [f"甲{number}" for number in range(1_000)],
    }
    data = {"standard": "CTS XBHT-S04-2025", "team": team, "schedule": [activity]}
    codes = refused(aftersales.load_plan, data)
    assert codes.count("unknown-member") > 100
