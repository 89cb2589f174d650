"""A stray key ``kind`` that names another key, in every mapping of every document.

In pydantic's errors the tag of a finding or an event stands between the keys of the path. No other key is taken for it.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from support.plain_yaml import from_yaml

import aftersales
from aftersales.problems.errors import Path, path_text
from aftersales.standard.editions import data_folder

HEAD: dict[str, Any] = {"standard": "CTS XBHT-S04-2025", "edition": "2025-12-04"}
PEOPLE: dict[str, Any] = {
    "subject": {"organisation": "某公司", "scope": "售后服务"},
    "team": [{"name": "张明", "role": "lead"}],
}
EVALUATION = (
    HEAD
    | PEOPLE
    | {
        "period": {"start": "2026-03-02", "end": "2026-03-04"},
        "findings": {
            "5.1.1.1": {"kind": "qualitative", "degree": 1, "evidence": [{"method": "document", "note": "制度"}]},
            "5.1.1.2": {"kind": "not_applicable", "reason": "无", "confirmed_by": ["张明"]},
            "qualitative": {"kind": "qualitative", "degree": 1},  # a key like a tag
        },
    }
)
PLAN = (
    HEAD
    | PEOPLE
    | {
        "purpose": "认证",
        "basis": ["CTS XBHT-S04-2025"],
        "schedule": [
            {
                "start": "2026-03-02",
                "end": "2026-03-03",
                "review": "on_site",
                "methods": ["interview"],
                "assessors": ["张明"],
            }
        ],
        "assignments": {"张明": ["5.1"], "李华": ["5.2"]},
    }
)
CERTIFICATE = HEAD | {
    "organisation": "某公司",
    "final_score": "87.37",
    "stars": 4,
    "issued": "2026-03-20",
    "events": [{"kind": "surveillance", "on": "2027-03-01", "passed": True}],
}


def first_of_each(data: Any) -> Any:
    """The data with the first entry of each list only. A document of this form is refused for its wrong value."""
    if isinstance(data, dict):
        return {key: first_of_each(value) for key, value in data.items()}
    return [first_of_each(data[0])] if isinstance(data, list) and data else data


STANDARD = first_of_each(
    from_yaml((data_folder() / "standards" / "CTS_XBHT-S04-2025" / "2025-12-04.yaml").read_text("utf-8"))
)
DOCUMENTS: dict[str, tuple[Callable[[Any], object], dict[str, Any]]] = {
    "evaluation": (aftersales.load_evaluation, EVALUATION),
    "plan": (aftersales.load_plan, PLAN),
    "certificate": (aftersales.load_certificate, CERTIFICATE),
    "standard": (aftersales.load_standard, STANDARD),
}


def places(data: Any, path: Path = ()) -> Iterator[Path]:
    """The path of each value inside the data, but of the kinds of findings and events."""
    keys: Any = data if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else ()
    for key in keys:
        if key != "kind":
            yield (*path, key)
            yield from places(data[key], (*path, key))


def at(data: Any, path: Path) -> Any:
    for part in path:
        data = data[part]
    return data


def problems(load: Callable[[Any], object], data: Any) -> list[tuple[str, str]]:
    """What a reader says, which is a declared error."""
    try:
        load(data)
    except aftersales.AftersalesError as error:
        return [(problem.code, problem.path) for problem in error.problems]
    return []


def variants(document: dict[str, Any]) -> Iterator[tuple[dict[str, Any], Path, Path]]:
    """Each mapping with a stray ``kind`` after each of its keys, beside or above each value: data, mapping, value."""
    for wrong in places(document):
        for end in range(len(wrong)):
            mapping = at(document, wrong[:end])
            if isinstance(mapping, dict) and "kind" not in mapping:
                for key in mapping if end == len(wrong) - 1 else [wrong[end]]:
                    data = copy.deepcopy(document)
                    at(data, wrong[:end])["kind"] = key
                    yield data, wrong[:end], wrong


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_wrong_value_is_reported_at_its_path(name: str) -> None:
    load, document = DOCUMENTS[name]
    for data, mapping, wrong in variants(document):
        at(data, wrong[:-1])[wrong[-1]] = object()
        # A text in several languages with an unknown language is refused as a whole.
        path = path_text((*mapping, "kind") if "zh" in at(document, mapping) else wrong)
        assert path in [path for _, path in problems(load, data)], (mapping, wrong)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_an_absent_value_is_a_declared_error(name: str) -> None:
    load, document = DOCUMENTS[name]
    for data, _, wrong in variants(document):
        del at(data, wrong[:-1])[wrong[-1]]
        problems(load, data)


@pytest.mark.parametrize(
    ("load", "data", "expected"),
    [
        (
            aftersales.load_evaluation,
            {"kind": "standard", "findings": {"5.1.1.1": "full"}},
            [("unknown-key", "kind")],  # the standard is missing, which is the same mistake
        ),
        (aftersales.load_evaluation, HEAD | {"kind": "findings"}, [("unknown-key", "kind")]),
        (
            aftersales.load_evaluation,
            HEAD | {"kind": "findings", "findings": {"5.1.1.1": 5}},
            [("unknown-key", "kind"), ("not-a-finding", "findings[5.1.1.1]")],
        ),
        (
            aftersales.load_evaluation,
            HEAD | {"kind": "findings", "findings": {"5.1.1.1": {"degree": 1}}},
            [("unknown-key", "kind"), ("missing-kind", "findings[5.1.1.1].kind")],
        ),
        (
            aftersales.load_evaluation,
            HEAD | {"findings": {"kind": "5.1.1.1", "5.1.1.1": "满分"}},
            [("not-a-finding", "findings.kind"), ("not-a-finding", "findings[5.1.1.1]")],
        ),
        (
            aftersales.load_evaluation,
            HEAD | {"findings": {}, "period": {"kind": "end", "start": "2026-01-01"}},
            [("unknown-key", "period.kind")],
        ),
        (
            aftersales.load_evaluation,
            HEAD | {"findings": {}, "team": [{"kind": "name"}]},
            [("unknown-key", "team[0].kind")],
        ),
        (
            aftersales.load_certificate,
            CERTIFICATE | {"kind": "events", "events": ["x"]},
            [("not-a-mapping", "events[0]"), ("unknown-key", "kind")],
        ),
        (aftersales.load_plan, b"kind: standard\nteam: []", [("unknown-key", "kind")]),
        (
            partial(aftersales.load_plan, complete=False),  # what such a plan lacks is no tag
            PLAN | {"assignments": {"": {"[key]": 1}}},
            [("blank", "assignments[]"), ("not-a-list", "assignments[]")],
        ),
    ],
)
def test_a_key_is_not_taken_for_a_tag(
    load: Callable[[Any], object], data: Any, expected: list[tuple[str, str]]
) -> None:
    assert problems(load, data) == expected


def test_the_keys_that_a_message_lists_are_those_of_the_mapping() -> None:
    """An indicator may have the name of a field or of a tag."""
    data = HEAD | {"findings": {"team": {"kind": "qualitative", "degre": 1}}}
    with pytest.raises(aftersales.EvaluationError) as caught:
        aftersales.load_evaluation(json.dumps(data).encode())
    (problem,) = caught.value.problems
    assert (problem.code, problem.path) == ("unknown-key", "findings.team.degre")
    assert "degree" in problem.message
