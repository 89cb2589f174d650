"""What holds for every model: frozen, hashable, picklable, exact through JSON; and what each field refuses."""

from __future__ import annotations

import copy
import datetime
import io
import json
import pickle
from decimal import Decimal
from fractions import Fraction
from typing import Any

import oracle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError
from strategies import findings

import aftersales
from aftersales.frozen import FrozenMapping
from aftersales.reading import examine


def evaluation() -> aftersales.Evaluation:
    return aftersales.Evaluation(
        **oracle.document(
            oracle.all_full(
                i5_1_1_1=aftersales.Qualitative(degree="60%", row=1, reason="一"),
                i5_1_2_6=aftersales.Sampled(population=3, sampled=2, nonconforming=1),
                i5_4_3_2={"kind": "quantitative", "actual": 30, "at_most": 24, "evidence": [{"method": "customer"}]},
                i5_1_1_2=aftersales.NotApplicable(reason="无", confirmed_by=["张明"]),
            ),
            edition="2025-12-04",
            type="self",
            subject={"organisation": "某公司"},
            team=[{"name": "张明", "role": "lead"}],
            period={"start": "2026-03-02", "end": "2026-03-06"},
        )
    )


def models() -> dict[str, BaseModel]:
    whole = evaluation()
    card = aftersales.score(whole)
    standard = aftersales.load_standard()
    return {
        "standard": standard,
        "category": standard.categories[0],
        "indicator": standard.indicators[0],
        "reference": standard.reference[0],
        "evaluation": whole,
        "finding": whole.findings["5.1.1.1"],  # type: ignore[dict-item]
        "scorecard": card,
        "node": card["5.1"],
        "derivation": card.explain(),
    }


@pytest.mark.parametrize("name", models())
class TestEveryModel:
    def test_is_frozen(self, name: str) -> None:
        model = models()[name]
        with pytest.raises(ValidationError):
            setattr(model, next(iter(type(model).model_fields)), None)

    def test_is_hashable_and_equal_to_its_like(self, name: str) -> None:
        first, second = models()[name], models()[name]
        assert first == second
        assert hash(first) == hash(second)

    def test_is_picklable_and_copies(self, name: str) -> None:
        model = models()[name]
        assert pickle.loads(pickle.dumps(model)) == model
        assert copy.deepcopy(model) == copy.copy(model) == model.model_copy() == model

    def test_round_trips_through_json(self, name: str) -> None:
        model = models()[name]
        dumped = model.model_dump(mode="json")
        assert json.loads(json.dumps(dumped)) == dumped
        assert type(model).model_validate(json.loads(json.dumps(dumped))) == model
        assert type(model).model_validate(model.model_dump()) == model
        assert type(model).model_validate_json(model.model_dump_json()) == model


class TestCopies:
    def test_a_changed_copy_is_validated(self) -> None:
        """pydantic's own model_copy(update=…) would take anything, and keep what was derived from the old values."""
        finding = aftersales.Qualitative(degree=1)
        assert finding.model_copy(update={"degree": "1/2"}).degree == Fraction(1, 2)
        with pytest.raises(ValidationError):
            finding.model_copy(update={"degree": 2})

    def test_nothing_derived_is_carried_over(self) -> None:
        whole = evaluation()
        aftersales.score(whole)
        worse = whole.model_copy(update={"findings": {**whole.findings, "5.1.3.1": "none"}})
        assert aftersales.score(worse).final_score < aftersales.score(whole).final_score
        incomplete = whole.model_copy(update={"findings": {"5.1.3.1": "none"}})
        with pytest.raises(aftersales.EvaluationError):
            aftersales.score(incomplete)


class TestWhatWasChecked:
    """That an evaluation was found sound is noted on it; nobody sees it but the clock."""

    def test_it_changes_neither_equality_nor_the_pickle(self) -> None:
        checked, unchecked = evaluation(), evaluation()
        aftersales.score(checked)
        assert checked == unchecked
        assert hash(checked) == hash(unchecked)
        assert repr(checked) == repr(unchecked)
        assert pickle.dumps(checked) == pickle.dumps(unchecked)
        assert pickle.loads(pickle.dumps(checked)) == checked

    def test_another_standard_is_asked_again(self) -> None:
        whole = evaluation()
        aftersales.score(whole)
        standard = aftersales.load_standard()
        strict = standard.model_copy(update={"sample_share": 1})
        with pytest.raises(aftersales.EvaluationError) as caught:
            aftersales.score(whole, strict)
        assert [problem.code for problem in caught.value.problems] == ["sample-too-small"]


class TestFrozenMapping:
    def test_is_a_mapping_that_cannot_change(self) -> None:
        source = {"a": 1, "b": 2}
        frozen = FrozenMapping(source)
        source["a"] = 5
        assert dict(frozen) == {"a": 1, "b": 2} == frozen
        assert (list(frozen), len(frozen), list(frozen.values()), "a" in frozen) == (["a", "b"], 2, [1, 2], True)
        assert frozen != 5
        assert hash(frozen) == hash(FrozenMapping({"b": 2, "a": 1}))
        assert repr(frozen) == "{'a': 1, 'b': 2}"
        assert pickle.loads(pickle.dumps(frozen)) == frozen
        with pytest.raises(TypeError):
            frozen["a"] = 3  # type: ignore[index]

    def test_findings_cannot_be_changed_behind_the_models_back(self) -> None:
        found = oracle.all_full()
        whole = aftersales.Evaluation(**oracle.document(found))
        found["5.1.3.1"] = "none"
        assert aftersales.score(whole).final_score == 100


class TestNumbersInModels:
    @pytest.mark.parametrize("value", ["0.6", "60%", "3/5", 0.6, Decimal("0.6"), Fraction(3, 5)])
    def test_a_degree_is_exact_however_it_is_given(self, value: Any) -> None:
        assert aftersales.Qualitative(degree=value).degree == Fraction(3, 5)

    @given(st.fractions(0, 1))
    def test_a_degree_is_exact_through_json(self, value: Fraction) -> None:
        finding = aftersales.Qualitative(degree=value)
        assert aftersales.Qualitative.model_validate_json(finding.model_dump_json()).degree == value

    def test_a_degree_of_a_thousand_digits_too(self) -> None:
        value = Fraction(10**998, 10**999 - 1)
        finding = aftersales.Qualitative(degree=value)
        assert aftersales.Qualitative.model_validate_json(finding.model_dump_json()).degree == value

    def test_many_long_numbers_are_scored_and_printed(self) -> None:
        """73 degrees of 300 digits: the exact score has more digits than Python prints by itself."""
        found = {
            indicator: {"kind": "qualitative", "degree": Fraction(10**290, 10**298 + 2 * position + 1)}
            for position, indicator in enumerate(oracle.INDICATORS)
        }
        found["5.1.2.2"] = {"kind": "quantitative", "actual": Fraction(1, 3)}
        card = aftersales.score(aftersales.Evaluation(**oracle.document(found)))
        assert card.final_score == oracle.final_score(found)
        document = card.model_dump(mode="json")
        assert len(document["final_score"]) > 10_000
        assert aftersales.Scorecard.model_validate(document) == card
        assert str(card.explain())


class TestKeysThatAreNoTexts:
    """Python allows any key; a file does not."""

    @pytest.mark.parametrize(
        ("data", "path"),
        [
            (oracle.document({5.1: "full"}), "findings"),  # type: ignore[dict-item]
            (oracle.document({}) | {7: "x"}, ""),
        ],
    )
    def test_told(self, data: Any, path: str) -> None:
        with pytest.raises(aftersales.EvaluationError) as caught:
            aftersales.load_evaluation(data)
        assert [problem.code for problem in caught.value.problems] == ["key-not-text"]
        assert caught.value.problems[0].path.startswith(path)

    def test_an_error_reads_as_its_problems(self) -> None:
        with pytest.raises(aftersales.EvaluationError) as caught:
            aftersales.load_evaluation(io.StringIO("standard: CTS XBHT-S04-2025\nfindings: {5.1.1.1: ful}\n"))
        assert str(caught.value).startswith("2:21: findings[5.1.1.1]: 'ful' is not a finding;")
        assert "；是否想写“full”？ [not-a-finding, 6.2.2]" in str(caught.value)
        assert pickle.loads(pickle.dumps(caught.value)).problems == caught.value.problems

    def test_a_stream_has_a_limit_too(self) -> None:
        with pytest.raises(aftersales.EvaluationError) as caught:
            aftersales.load_evaluation(io.StringIO("# " + "x" * 1_048_576))
        assert [problem.code for problem in caught.value.problems] == ["file-too-large"]


class TestFindingsGivenAsModels:
    """A mapping may hold findings that are models already; what the standard refuses is told as for plain data."""

    @pytest.mark.parametrize(
        ("finding", "code", "path"),
        [
            (aftersales.Qualitative(degree="60%", row=4), "degree-outside-row", "findings[5.1.1.1].degree"),
            (aftersales.Qualitative(degree="60%", row=9), "unknown-row", "findings[5.1.1.1].row"),
            (aftersales.Quantitative(actual=1), "missing-limit", "findings[5.1.1.1]"),
            (
                aftersales.NotApplicable(reason="无", confirmed_by=["李"]),
                "unknown-member",
                "findings[5.1.1.1].confirmed_by[0]",
            ),
            (aftersales.Sampled(population=9, sampled=5, nonconforming=0), "sample-too-small", "findings[5.1.1.1]"),
        ],
    )
    def test_told(self, finding: Any, code: str, path: str) -> None:
        with pytest.raises(aftersales.EvaluationError) as caught:
            aftersales.load_evaluation(oracle.document(oracle.all_full(i5_1_1_1=finding), team=[{"name": "张明"}]))
        assert [(problem.code, problem.path) for problem in caught.value.problems] == [(code, path)]


class TestWhatModelsRefuse:
    """Building a model by hand raises pydantic's own ValidationError, with our sentence in it."""

    @pytest.mark.parametrize(
        ("build", "sentence"),
        [
            (lambda: aftersales.Qualitative(degree="150%"), "0 to 1"),
            (lambda: aftersales.Qualitative(degree=85), "did you mean '85%'"),
            (lambda: aftersales.Qualitative(degree=True), "not a number"),
            (lambda: aftersales.Quantitative(actual=1, at_least=0), "> 0"),
            (lambda: aftersales.Quantitative(actual=-1, at_least=1), "≥ 0"),
            (lambda: aftersales.Quantitative(actual=1, at_most=-1), "≥ 0"),
            (lambda: aftersales.Quantitative(actual=1, at_most=1, at_least=1), "both given"),
            (
                lambda: aftersales.Sampled(sampled=3, population=2, nonconforming=0),
                "3 were sampled of a population of 2",
            ),
            (lambda: aftersales.Sampled(sampled=3, population=3, nonconforming=4), "4 did not conform of 3"),
            (lambda: aftersales.Sampled(sampled=3, nonconforming=0, outlets=2, outlets_covered=3), "3 outlets"),
            (lambda: aftersales.Sampled(sampled=0, population=3, nonconforming=0), "≥ 1"),
            (lambda: aftersales.Sampled(sampled=2, nonconforming=0), "needs its population"),
            (lambda: aftersales.Sampled(sampled=2, nonconforming=0, outlets=2), "needs its population"),
            (lambda: aftersales.NotApplicable(reason=" ", confirmed_by=["张明"]), "reason"),
            (lambda: aftersales.NotApplicable(reason="无", confirmed_by=[]), "confirmed_by"),
            (
                lambda: aftersales.Period(start=datetime.date(2026, 3, 2), end=datetime.date(2026, 3, 1)),
                "before the start",
            ),
            (
                lambda: aftersales.Period(start=datetime.datetime(2026, 3, 2), end=datetime.date(2026, 3, 1)),
                "not a date",
            ),  # type: ignore[call-arg]
            (lambda: aftersales.Evaluation(standard="x", findings={"5.1.1.1": "half"}), "5.1.1.1"),  # type: ignore[dict-item]
        ],
    )
    def test_refused(self, build: Any, sentence: str) -> None:
        with pytest.raises(ValidationError, match=sentence):
            build()


JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.floats()
    | st.integers()
    | st.text(max_size=5)
    | st.sampled_from(["qualitative", "full"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["kind", "degree", "row", "reason", "evidence", "method", "x"]) | st.text(max_size=3),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


class TestAnyInput:
    """Whatever comes in, it is an evaluation or a list of problems: never another exception, never a code without words."""

    @settings(max_examples=300, deadline=None)
    @given(
        st.dictionaries(
            st.sampled_from(list(aftersales.Evaluation.model_fields)) | st.text(max_size=4), JUNK, max_size=6
        )
    )
    def test_junk(self, data: dict[str, Any]) -> None:
        with pytest.raises(aftersales.EvaluationError) as caught:
            aftersales.load_evaluation(data)
        assert caught.value.problems
        assert all(problem.message and problem.message_zh for problem in caught.value.problems)
        assert "invalid-value" not in {problem.code for problem in caught.value.problems}

    @settings(max_examples=60, deadline=None)
    @given(found=findings(groups=False), key=st.sampled_from(oracle.INDICATORS), junk=JUNK)
    def test_junk_in_one_finding_is_told_there(self, found: dict[str, Any], key: str, junk: Any) -> None:
        _, problems = examine(oracle.document(found | {key: junk}))
        assert all(problem.path.startswith(f"findings[{key}]") for problem in problems)
