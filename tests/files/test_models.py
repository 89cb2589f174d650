"""Properties of every model: frozen, hashable, picklable, exact through JSON; and the values that each field refuses."""

from __future__ import annotations

import copy
import datetime
import importlib
import inspect
import io
import json
import pickle
import pkgutil
import traceback
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError
from support import oracle
from support.examples import examples
from support.strategies import findings
from support.work import bounded

import aftersales
from aftersales.evaluation.loading import examine
from aftersales.files import fields as validation
from aftersales.files.frozen import FrozenMapping
from aftersales.files.numbers import is_binary
from aftersales.files.parsed_file import parse_source
from aftersales.files.source import MAX_DEPTH, MAX_VALUES
from aftersales.problems.collector import MAX_PROBLEMS
from aftersales.scoring import scorecard


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
    def test_a_model_is_frozen(self, name: str) -> None:
        model = models()[name]
        with pytest.raises(ValidationError):
            setattr(model, next(iter(type(model).model_fields)), None)

    def test_a_model_is_hashable_and_equals_one_of_the_same_content(self, name: str) -> None:
        first, second = models()[name], models()[name]
        assert first == second
        assert hash(first) == hash(second)

    def test_a_model_can_be_pickled_and_copied(self, name: str) -> None:
        model = models()[name]
        assert pickle.loads(pickle.dumps(model)) == model
        assert copy.deepcopy(model) == copy.copy(model) == model.model_copy() == model

    def test_a_model_is_the_same_after_json(self, name: str) -> None:
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

    def test_a_changed_copy_carries_no_derived_value_over(self) -> None:
        whole = evaluation()
        aftersales.score(whole)
        worse = whole.model_copy(update={"findings": {**whole.findings, "5.1.3.1": "none"}})
        assert aftersales.score(worse).final_score < aftersales.score(whole).final_score
        incomplete = whole.model_copy(update={"findings": {"5.1.3.1": "none"}})
        with pytest.raises(aftersales.EvaluationError):
            aftersales.score(incomplete)


class TestWhatWasChecked:
    """That an evaluation was found sound is noted on it; nobody sees it but the clock."""

    def test_the_note_that_findings_were_checked_changes_neither_equality_nor_the_pickle(self) -> None:
        checked, unchecked = evaluation(), evaluation()
        aftersales.score(checked)
        assert checked == unchecked
        assert hash(checked) == hash(unchecked)
        assert repr(checked) == repr(unchecked)
        assert pickle.dumps(checked) == pickle.dumps(unchecked)
        assert pickle.loads(pickle.dumps(checked)) == checked

    def test_findings_are_checked_again_for_another_standard(self) -> None:
        whole = evaluation()
        aftersales.score(whole)
        standard = aftersales.load_standard()
        strict = standard.model_copy(update={"sample_share": 1})
        with pytest.raises(aftersales.EvaluationError) as caught:
            aftersales.score(whole, strict)
        assert [problem.code for problem in caught.value.problems] == ["sample-too-small"]


class TestFrozenMapping:
    def test_a_frozen_mapping_cannot_change(self) -> None:
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
        assume(not is_binary(value))  # the value of a float that was calculated is refused
        finding = aftersales.Qualitative(degree=value)
        assert aftersales.Qualitative.model_validate_json(finding.model_dump_json()).degree == value

    def test_a_degree_of_a_thousand_digits_is_exact_through_json(self) -> None:
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
    def test_a_key_that_is_no_text_is_reported_at_its_place(self, data: Any, path: str) -> None:
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

    def test_an_error_is_no_order_to_a_terminal(self) -> None:
        """What it quotes stands in its fields as it is, and in its text without what is not seen."""
        with pytest.raises(aftersales.EvaluationError) as caught:
            aftersales.load_evaluation(oracle.document({"\x1b[31m": "full", "5.1.1.1": "\u202e"}))
        assert any("\x1b" in problem.path for problem in caught.value.problems)
        assert "\ufffd[31m" in str(caught.value)
        for shown in (str(caught.value), *(problem.text("zh") for problem in caught.value.problems)):
            assert not {"\x1b", "\u202e"} & set(shown)

    @pytest.mark.parametrize("load", [aftersales.load_evaluation, aftersales.load_standard, aftersales.load_plan])
    @pytest.mark.parametrize("content", ["a: [", "a: 1"])
    def test_a_traceback_names_the_file(self, tmp_path: Path, load: Any, content: str) -> None:
        """Whoever reads many in a loop has to know which one it was."""
        (tmp_path / "\x1bshop.yaml").write_text(content)
        with pytest.raises(aftersales.AftersalesError) as caught:
            load(tmp_path / "\x1bshop.yaml")
        shown = str(tmp_path / "\ufffdshop.yaml")
        assert traceback.format_exception_only(caught.value)[-1] == f"in {shown}\n"
        assert "shop.yaml" not in str(caught.value)
        with pytest.raises(aftersales.AftersalesError) as caught:
            load(io.StringIO(content))
        assert not hasattr(caught.value, "__notes__")

    def test_a_refusal_of_the_whole_names_its_file(self, tmp_path: Path) -> None:
        (tmp_path / "plan.json").write_text('{"standard": "X"}')
        with pytest.raises(aftersales.PaperError) as caught:
            aftersales.load_plan(tmp_path / "plan.json")
        assert caught.value.__notes__ == [f"in {tmp_path / 'plan.json'}"]

    def test_a_stream_has_a_limit_too(self) -> None:
        with pytest.raises(aftersales.EvaluationError) as caught:
            aftersales.load_evaluation(io.StringIO("# " + "x" * 1_048_576))
        assert [problem.code for problem in caught.value.problems] == ["file-too-large"]


DELETED = {"kind": "not_applicable", "reason": "无", "confirmed_by": ["张明"]}


class TestOneMistake:
    """One mistake is one problem, also where it moves a finding to another place.

    Where the place does not say which indicator was meant, that one has no finding, which is told last.
    """

    @staticmethod
    def without(*keys: str) -> dict[str, Any]:
        return {key: value for key, value in oracle.all_full().items() if not key.startswith(keys)}

    @pytest.mark.parametrize(
        ("found", "code", "path", "missing"),
        [
            (without("5.3.6") | {"5.3.5": DELETED}, "group-has-findings", "findings[5.3.5]", ["5.3.6.1", "5.3.6.2"]),
            (without("5.3.6") | {"5.3": DELETED}, "group-has-findings", "findings[5.3]", []),
            (without("5.3.6") | {"5.36": DELETED}, "unknown-indicator", "findings[5.36]", []),
            (without("5.3.6") | {"5.3.7": DELETED}, "unknown-indicator", "findings[5.3.7]", ["5.3.6.1", "5.3.6.2"]),
            (without("5.1.4.3") | {"5.1..3": "full"}, "unknown-indicator", "findings[5.1..3]", ["5.1.4.3"]),
            (oracle.all_full() | {"5.9.9.9": None}, "unknown-indicator", "findings[5.9.9.9]", []),
            (without("5.1.4.3") | {"5.1.3": "full"}, "group-not-deleted", "findings[5.1.3]", ["5.1.4.3"]),
            (
                oracle.all_full(i5_1_1_4={"kind": "qualitative", "degree": 1, "5.1.1.5": "full"}) | {"5.1.1.5": None},
                "unknown-key",
                "findings[5.1.1.4].[5.1.1.5]",
                [],
            ),
            (oracle.all_full(i5_3_6=DELETED, i5_3_6_1=None), "conflicting-findings", "findings[5.3.6.2]", []),
        ],
    )
    def test_one_mistake_is_one_problem(self, found: dict[str, Any], code: str, path: str, missing: list[str]) -> None:
        _, problems, _ = examine(oracle.document(found))
        assert [(problem.code, problem.path) for problem in problems] == [
            (code, path.replace(".[", "[")),
            *(("missing-finding", f"findings[{key}]") for key in missing),
        ]

    def test_a_finding_that_is_refused_is_not_missing(self) -> None:
        """Wrong in itself, by the standard, under its group's id, and under an id that differs in its dots alone."""
        wrong = {"5.1.1.1": {"kind": "qualitative", "degree": 2}, "5.1.2.2": "full", "5.1.3": "full", "52.1.1": "full"}
        _, problems, _ = examine(oracle.document(self.without("5.1.1.1", "5.1.2.2", "5.1.3", "5.2.1.1") | wrong))
        assert sorted(problem.code for problem in problems) == [
            "group-not-deleted",
            "kind-not-allowed",
            "out-of-range",
            "unknown-indicator",
        ]

    def test_a_group_is_not_offered_for_a_finding_that_is_no_deletion(self) -> None:
        _, problems, _ = examine(oracle.document(self.without("5.1.4.3") | {"5.1..3": "full"}))
        assert "did you mean" not in problems[0].message

    def test_findings_missing_beside_an_unknown_id_are_reported(self) -> None:
        """Two are missing and one id is unknown: that is not one mistake."""
        _, problems, _ = examine(oracle.document(self.without("5.1.4.3", "5.2.1.1") | {"5.9.9.9": "full"}))
        assert [problem.code for problem in problems] == ["unknown-indicator", "missing-finding", "missing-finding"]

    @pytest.mark.parametrize(
        ("text", "line"),
        [
            ("standard: CTS XBHT-S04-2025\nfindings:\n  5.1.1.1：full\n  5.1.1.2: full\n", 3),
            ("standard：CTS XBHT-S04-2025\nfindings:\n  5.1.1.2: full\n", 1),
            ("standard: CTS XBHT-S04-2025\nfindings:\n  5.1.1.1: full\n  5.1.1.2：full\n", 4),
        ],
    )
    def test_a_full_width_colon_is_reported_at_its_place(self, text: str, line: int) -> None:
        _, problems, _ = examine(io.StringIO(text))
        assert [(problem.code, problem.line) for problem in problems] == [("not-yaml", line)]

    def test_a_key_that_stands_twice_and_empty_first_is_refused(self) -> None:
        text = "standard: CTS XBHT-S04-2025\nfindings:\n  5.1.1.1:\n    kind: qualitative\n    degree: 1\n    evidence:\n    evidence: []\n"
        with pytest.raises(aftersales.EvaluationError) as caught:
            aftersales.load_evaluation(io.StringIO(text))
        assert [(problem.code, problem.line) for problem in caught.value.problems] == [("duplicate-key", 7)]

    def test_a_message_is_one_line_of_bounded_length(self) -> None:
        data = oracle.document(oracle.all_full(i5_3_6_1=DELETED), team=[{"name": "李\n红" + "x" * 100_000}])
        data["findings"] = {("5.1\n.9" + "y" * 1000): "full"} | data["findings"]
        _, problems, _ = examine(data)
        assert len(problems) == 2
        assert all("\n" not in str(problem) and len(str(problem)) < 1500 for problem in problems)

    def test_zero_width_characters_are_no_reason(self) -> None:
        _, problems, _ = examine(oracle.document(oracle.all_full(i5_3_6_1=DELETED | {"reason": "\u200b"})))
        assert [(problem.code, problem.clause) for problem in problems] == [("blank", "6.1.4")]

    def test_a_number_in_json_that_cannot_be_read_is_reported_once_at_its_place(self) -> None:
        text = '{"standard": "CTS XBHT-S04-2025", "team": [{"name": NaN}], "findings": {"5.1.1.1": {"kind": "qualitative", "degree": 1e999}}}'
        with pytest.raises(aftersales.EvaluationError) as caught:
            aftersales.load_evaluation(io.StringIO(text))
        assert [(problem.code, problem.path) for problem in caught.value.problems] == [
            ("not-a-number", "team[0].name"),
            ("number-too-long", "findings[5.1.1.1].degree"),
        ]


class TestEmptyLists:
    def test_lists_may_be_left_empty_in_a_form(self) -> None:
        whole = aftersales.load_evaluation(
            io.StringIO("standard: CTS XBHT-S04-2025\nteam:\nsubject:\nfindings:\n  5.1.1.1:\n")
        )
        assert whole.team == ()


class TestLimits:
    """A file is read up to its limits, and not one step further."""

    @pytest.mark.parametrize("open_", ["[", '{"a":'])
    def test_nesting_is_read_up_to_its_limit(self, open_: str) -> None:
        inside = {depth: '{"standard": ' + open_ * depth for depth in (MAX_DEPTH - 1, MAX_DEPTH)}
        for depth, text in inside.items():
            whole = text + "1" + ("]" if open_ == "[" else "}") * depth + "}"
            for source in (whole, "# yaml\n" + whole):
                found = {code for code, _ in read_codes(source)}
                assert ("too-deep" in found) == (depth == MAX_DEPTH)

    def test_values_are_read_up_to_their_limit(self) -> None:
        """The beginning and the end of the list count too."""
        for count, codes in ((MAX_VALUES - 2, []), (MAX_VALUES - 1, ["too-many-values"])):
            numbers = ", ".join(["1"] * count)
            for source in (f"[{numbers}]", f"# yaml\n[{numbers}]"):
                assert [code for code, _ in read_codes(source)] == codes

    def test_problems_beyond_their_limit_are_counted(self) -> None:
        for count in (MAX_PROBLEMS, MAX_PROBLEMS + 1):
            with pytest.raises(aftersales.EvaluationError) as caught:
                aftersales.load_evaluation(oracle.document({f"9.{number}": "full" for number in range(count)}))
            codes = [problem.code for problem in caught.value.problems]
            assert len(codes) == count
            assert ("too-many-problems" in codes) == (count > MAX_PROBLEMS)


def read_codes(text: str) -> list[tuple[str, Any]]:
    return [(violation.code, position) for violation, position in parse_source(text.encode()).violations]


class TestFindingsGivenAsModels:
    """A mapping may hold findings that are models already; what the standard refuses is reported as for plain data."""

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
    def test_a_wrong_finding_given_as_a_model_is_reported_at_its_place(
        self, finding: Any, code: str, path: str
    ) -> None:
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
                lambda: aftersales.Period(start=datetime.datetime(2026, 3, 2, 9), end=datetime.date(2026, 3, 1)),
                "not a date",
            ),  # type: ignore[call-arg]
            (lambda: aftersales.Evaluation(standard="x", findings={"5.1.1.1": "half"}), "5.1.1.1"),  # type: ignore[dict-item]
        ],
    )
    def test_what_a_model_does_not_allow_is_refused(self, build: Any, sentence: str) -> None:
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


class TestCallablesInAnInput:
    """What stands in an input is shown in a message and never called."""

    @pytest.mark.parametrize(
        "wrong",
        [
            lambda call: {"findings": {"5.1.1.1": {"kind": "qualitative", "degree": call}}},
            lambda call: {"findings": {"5.1.1.1": {"kind": "quantitative", "actual": call, "at_least": 1}}},
            lambda call: {
                "findings": {"5.1.1.1": {"kind": "sampled", "sampled": call, "nonconforming": 0, "population": 1}}
            },
            lambda call: {"findings": {"5.1.1.1": call}},
            lambda call: {"findings": {}, "edition": call},
            lambda call: {"findings": {}, "team": [{"name": call}]},
            lambda call: {"findings": {}, "period": {"start": call, "end": "2026-03-02"}},
        ],
    )
    def test_a_callable_in_an_evaluation_is_not_called(self, wrong: Any) -> None:
        called: list[int] = []
        with pytest.raises(aftersales.EvaluationError) as caught:
            aftersales.load_evaluation({"standard": "CTS XBHT-S04-2025"} | wrong(lambda: called.append(1)))
        assert not called
        assert len(caught.value.problems) == 1

    def test_a_callable_that_takes_arguments_is_no_number(self) -> None:
        finding = {"kind": "qualitative", "degree": len}
        with pytest.raises(aftersales.EvaluationError) as caught:
            aftersales.load_evaluation({"standard": "CTS XBHT-S04-2025", "findings": {"5.1.1.1": finding}})
        assert [problem.code for problem in caught.value.problems] == ["not-a-number"]

    def test_a_callable_in_a_certificate_a_plan_or_costs_is_not_called(self) -> None:
        called: list[int] = []
        call = lambda: called.append(1)  # noqa: E731
        with pytest.raises(aftersales.PaperError):
            aftersales.load_certificate({"standard": "CTS XBHT-S04-2025", "stars": call, "final_score": call})
        with pytest.raises(aftersales.PaperError):
            aftersales.load_plan({"standard": "CTS XBHT-S04-2025", "edition": call, "schedule": [{"start": call}]})
        card = aftersales.score(aftersales.load_evaluation(oracle.document(oracle.all_full(i5_1_1_1="none"))))
        with pytest.raises(aftersales.PaperError):
            aftersales.improvements(card, 5, {"5.1.1.1": call})
        assert not called


class TestAnyInput:
    """Whatever comes in, it is an evaluation or a list of problems: never another exception, never a code without words."""

    @settings(max_examples=examples(100))
    @given(
        st.dictionaries(
            st.sampled_from(list(aftersales.Evaluation.model_fields)) | st.text(max_size=4), JUNK, max_size=6
        )
    )
    def test_junk_is_refused_with_problems_in_words(self, data: dict[str, Any]) -> None:
        with pytest.raises(aftersales.EvaluationError) as caught:
            aftersales.load_evaluation(data)
        assert caught.value.problems
        assert all(problem.message and problem.message_zh for problem in caught.value.problems)
        assert "invalid-value" not in {problem.code for problem in caught.value.problems}

    @settings(max_examples=examples(60))
    @given(found=findings(groups=False), key=st.sampled_from(oracle.INDICATORS), junk=JUNK)
    def test_an_invalid_value_in_one_finding_is_reported_there(
        self, found: dict[str, Any], key: str, junk: Any
    ) -> None:
        _, problems, _ = examine(oracle.document(found | {key: junk}))
        assert all(problem.path.startswith(f"findings[{key}]") for problem in problems)


def all_models() -> list[type[BaseModel]]:
    """Every model of ours, those inside of others too."""
    for module in pkgutil.walk_packages(aftersales.__path__, "aftersales."):
        if module.name != "aftersales.__main__":
            importlib.import_module(module.name)
    every, waiting = set[type[BaseModel]](), [validation.Model]
    while waiting:
        models = [model for model in waiting.pop().__subclasses__() if model.__module__.startswith("aftersales.")]
        waiting += models
        every.update(models)
    return sorted((model for model in every if not inspect.isabstract(model)), key=lambda model: model.__name__)


@pytest.mark.parametrize("model", [aftersales.Standard, aftersales.EvaluationPlan, aftersales.Certificate])
def test_a_whole_document_may_hold_ten_times_as_many_values_as_a_file(model: type[BaseModel]) -> None:
    field = next(iter(model.model_fields))
    for count, is_refused in ((10 * MAX_VALUES - 1, False), (10 * MAX_VALUES, True)):
        with pytest.raises(ValidationError) as caught:
            model.model_validate({field: [0] * count})
        assert ("more than 200000 values" in str(caught.value)) == is_refused


class Unprintable:
    """It is an error to print it."""

    def __repr__(self) -> str:
        raise RuntimeError("printed")


def shared(width: int) -> list[Any]:
    """A list that holds one list ``width`` times, which holds one so, and so on: small, but endless when it is printed."""
    found: list[Any] = [Unprintable()]
    for _ in range(27):
        found = [found] * width
    return found


WAYS: dict[str, Callable[[Any, dict[str, Any]], object]] = {
    "by hand": lambda model, data: model(**data),
    "validated": lambda model, data: model.model_validate(data),
    "no mapping": lambda model, data: model.model_validate([data]),
}


class TestDataThatCannotBePrinted:
    """A refusal of a model built by hand can be printed at once, whatever was given: by every model, field and way."""

    @pytest.fixture(autouse=True)
    def low_bound(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Whole documents have the bound of the others, a tenth of their own, to save time."""
        monkeypatch.setattr(validation.WholeModel, "most_values", MAX_VALUES)
        monkeypatch.setattr(scorecard, "MAX_MODEL_VALUES", MAX_VALUES)

    @staticmethod
    def refuse(way: str, model: type[BaseModel], data: dict[str, Any]) -> None:
        with bounded(calls=100 * MAX_VALUES, mib=10), pytest.raises(ValidationError) as caught:
            WAYS[way](model, data)
        assert len(str(caught.value)) < 2_000
        assert "more than 20000 values" in str(caught.value)
        assert caught.value.__context__ is None  # which a traceback would print

    @pytest.mark.parametrize("way", WAYS)
    @pytest.mark.parametrize("model", all_models(), ids=lambda model: model.__name__)
    def test_a_list_that_is_shared_many_times_is_refused_without_printing_it(
        self, model: type[BaseModel], way: str
    ) -> None:
        is_whole = issubclass(model, validation.WholeModel)  # and looks at the data before it looks at a field
        for field in list(model.model_fields)[: 1 if is_whole else None]:
            self.refuse(way, model, {field: shared(10_000 if is_whole else 1_000)})

    @pytest.mark.parametrize("way", WAYS)
    @pytest.mark.parametrize("model", [aftersales.Subject, aftersales.Standard], ids=lambda model: model.__name__)
    def test_a_list_of_pairs_of_which_each_value_has_to_be_counted(self, model: type[BaseModel], way: str) -> None:
        self.refuse(way, model, {next(iter(model.model_fields)): shared(2)})

    def test_a_copy_with_data_that_cannot_be_printed_is_refused(self) -> None:
        with pytest.raises(ValidationError, match="more than 20000 values"):
            aftersales.Subject(organisation="甲").model_copy(update={"scope": shared(2)})

    def test_a_list_that_contains_itself_is_too_deep(self) -> None:
        found: list[Any] = []
        found.append(found)
        with pytest.raises(ValidationError, match="nested deeper than 32 levels"):
            aftersales.Subject(organisation=found)  # type: ignore[arg-type]

    def test_what_can_be_printed_is_shown(self) -> None:
        with pytest.raises(ValidationError, match=r"input_value=\[\[\], \[\]\]"):
            aftersales.Subject(organisation=[[], []])  # type: ignore[arg-type]

    def test_a_model_inside_of_another_is_not_built_by_hand(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The check costs nothing where an evaluation is read."""
        monkeypatch.setattr(validation.Model, "__init__", None)
        data = oracle.document(oracle.all_full(), subject={"organisation": "甲"}, team=[{"name": "张明"}])
        assert aftersales.Evaluation.model_validate(data).subject.organisation == "甲"  # type: ignore[union-attr]


@pytest.mark.parametrize("mode", ["validation", "serialization"])
def test_every_public_model_has_a_schema_of_what_it_takes_and_of_what_it_writes(mode: Any) -> None:
    """FastAPI asks for the second one where a model is the type of a response."""
    public = [getattr(aftersales, name) for name in aftersales.__all__]
    models = [one for one in public if isinstance(one, type) and issubclass(one, BaseModel)]
    schemas = {model: model.model_json_schema(mode=mode) for model in models}
    assert {aftersales.Scorecard, aftersales.Report, aftersales.Evaluation} <= schemas.keys()
    assert all(schema.get("type") == "object" or "$ref" in schema for schema in schemas.values())
    fields = schemas[aftersales.Evaluation]["properties"]
    assert all("description" in field for field in fields.values())
