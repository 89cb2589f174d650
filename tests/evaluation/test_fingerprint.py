"""The fingerprint of an evaluation, against canonical texts written by hand."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError
from support.reports import example, scored

import aftersales
from aftersales import Evaluation, EvaluationError, NotApplicable, Quantitative, canonical_text, fingerprint
from aftersales.evaluation.fingerprint import Fingerprint
from aftersales.files.writing import as_yaml

HEAD: dict[str, Any] = {"standard": "CTS XBHT-S04-2025", "edition": "2025-12-04"}
END = '"standard":"CTS XBHT-S04-2025"'
BY_HAND = {
    "a shorthand is written in full": (
        {"findings": {"5.1.1.1": "full"}},
        '{"canonical":1,"edition":"2025-12-04","findings":{"5.1.1.1":{"degree":"1","kind":"qualitative"}},' + END + "}",
    ),
    "keys are in order, numbers in lowest terms": (
        {
            "type": "third_party",
            "subject": {"scope": "12 家门店", "organisation": "甲"},
            "findings": {
                "5.1.1.2": {"kind": "qualitative", "degree": "60.0%", "reason": "旧"},
                "5.1.1.1": {"kind": "qualitative", "degree": "2/6", "reason": "缺"},
            },
        },
        '{"canonical":1,"edition":"2025-12-04","findings":{"5.1.1.1":{"degree":"1/3","kind":"qualitative","reason":"缺"},'
        '"5.1.1.2":{"degree":"0.6","kind":"qualitative","reason":"旧"}},' + END + ',"subject":{"organisation":"甲",'
        '"scope":"12 家门店"},"type":"third_party"}',
    ),
    "counts, percent signs, escapes, and what is not set": (
        {
            "type": "self",
            "subject": {},
            "findings": {
                "5.4.3.1": {"kind": "sampled", "population": 9, "sampled": "6", "nonconforming": 0, "evidence": []},
                "5.4.3.2": {"kind": "quantitative", "actual": "150%", "at_least": "200.50%", "reason": 'a"\\\n\u0001/é'},
                "5.1.1.1": None,
            },
        },
        '{"canonical":1,"edition":"2025-12-04","findings":{"5.4.3.1":{"kind":"sampled","nonconforming":0,"population":9,'
        '"sampled":6},"5.4.3.2":{"actual":"150%","at_least":"200.5%","kind":"quantitative",'
        '"reason":"a\\"\\\\\\n\\u0001/é"}},' + END + ',"type":"self"}',
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BY_HAND)
def test_the_canonical_text_is_that_worked_out_by_hand_and_the_fingerprint_its_hash(case: str) -> None:
    facts, text = BY_HAND[case]
    evaluation = Evaluation.model_validate(HEAD | facts)
    assert canonical_text(evaluation) == text
    assert fingerprint(evaluation) == "v1:" + hashlib.sha256(text.encode("utf-8")).hexdigest()


def test_a_fingerprint_never_changes() -> None:
    """sha256sum of the first text above."""
    evaluation = Evaluation.model_validate(HEAD | {"findings": {"5.1.1.1": "full"}})
    assert fingerprint(evaluation) == "v1:337fab27e71cda8f9e675e434517a0e665cbceb615065264ee571861c400069a"


def test_a_fingerprint_is_the_same_from_every_form_of_the_file(tmp_path: Path) -> None:
    card = scored(example("home-appliance-chain"))
    once = fingerprint(card.evaluation)
    assert fingerprint(aftersales.score(card.evaluation).evaluation) == once
    assert fingerprint(aftersales.load_evaluation(as_yaml(card.evaluation).encode())) == once
    assert fingerprint(Evaluation.model_validate_json(card.evaluation.model_dump_json())) == once
    (tmp_path / "a.xlsx").write_bytes(aftersales.write_workbook(card.standard, card.evaluation))
    assert fingerprint(aftersales.score(aftersales.load_evaluation(tmp_path / "a.xlsx")).evaluation) == once


@pytest.mark.parametrize(
    ("change", "is_other"),
    [
        ({"type": "self"}, True),
        ({"subject": {"organisation": "乙"}}, True),
        ({"edition": "2030-01-01"}, True),
        ({"standard": "OWN"}, True),
        ({"findings": {"5.1.1.1": "none"}}, True),
        ({"findings": {"5.1.1.1": {"kind": "qualitative", "degree": 1, "reason": "x"}}}, True),
        ({"findings": {"5.1.1.1": {"kind": "qualitative", "degree": "1.0"}}}, False),
        ({"team": [{"name": "张明"}], "period": {"start": "2026-03-02", "end": "2026-03-06"}}, False),
    ],
)
def test_only_facts_of_the_evaluation_change_its_fingerprint(change: dict[str, Any], is_other: bool) -> None:
    base = HEAD | {"type": "third_party", "subject": {"organisation": "甲"}, "findings": {"5.1.1.1": "full"}}
    first, second = (fingerprint(Evaluation.model_validate(data)) for data in (base, base | change))
    assert (first != second) is is_other


def test_an_evaluation_without_an_edition_has_no_fingerprint() -> None:
    """Reading R22: a newer edition would change what it means; that of a scorecard is named."""
    evaluation = Evaluation(
        standard="CTS XBHT-S04-2025",
        findings={"5": NotApplicable(reason="x", confirmed_by=["甲"]), "5.1.2.2": Quantitative(actual="8%")},
    )
    with pytest.raises(EvaluationError) as caught:
        fingerprint(evaluation)
    assert [(problem.code, problem.path) for problem in caught.value.problems] == [("missing-key", "edition")]


@pytest.mark.parametrize("text", ["v1:" + "0" * 64, "v12:" + "af" * 32])
def test_a_fingerprint_is_its_version_and_64_hexadecimal_digits(text: str) -> None:
    assert TypeAdapter(Fingerprint).validate_python(text) == text


@pytest.mark.parametrize("text", ["0" * 64, "v0:" + "0" * 64, "v1:" + "A" * 64, "v1:" + "0" * 63, "v1:" + "0" * 65, 7])
def test_another_text_is_no_fingerprint(text: object) -> None:
    assert code_of(text) == "not-a-fingerprint"


def test_null_is_no_fingerprint_but_blank() -> None:
    assert code_of(None) == "blank"


def code_of(value: object) -> str:
    """The code of the violation for which a value is refused as a fingerprint."""
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(Fingerprint).validate_python(value)
    (error,) = caught.value.errors()
    (violation,) = error["ctx"]["error"].violations
    return str(violation.code)
