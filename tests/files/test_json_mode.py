"""JSON read by models: no number silently becomes a binary float, and no key occurs twice."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError
from support import oracle

import aftersales
from aftersales.certification.report.report import Report
from aftersales.files.fields import MAX_MODEL_VALUES
from aftersales.files.json_events import excess_of_json

ALMOST = "0.89999999999999999999"  # the nearest float prints as 0.9
FORMAT = Path(__file__).parents[2] / "docs" / "format.md"


def test_the_former_names_of_pydantic_read_as_strictly(tmp_path: Path) -> None:
    """``parse_raw`` and ``parse_file`` of pydantic itself read numbers through binary floats."""
    text = '{"standard": "CTS XBHT-S04-2025", "findings": {"5.1.1.1": {"kind": "qualitative", "degree": 0.89999999999999999999}}}'
    path = tmp_path / "case.json"
    path.write_text(text, "utf-8")
    for read, source in ((aftersales.Evaluation.parse_raw, text), (aftersales.Evaluation.parse_file, path)):
        with pytest.raises(ValidationError, match="becomes a binary float"):
            read(source)  # type: ignore[operator]
    path.write_text(text.replace("0.89999999999999999999", '"0.9"'), "utf-8")
    assert aftersales.Evaluation.parse_file(path) == aftersales.Evaluation.parse_raw(path.read_bytes())


class Outer(BaseModel):
    """A model of a user with a field of ours."""

    case: aftersales.Evaluation


def text_with(number: str, field: str = "degree", finding: str = '"kind": "qualitative"') -> str:
    return f'{{"standard": "CTS XBHT-S04-2025", "findings": {{"5.1.1.1": {{{finding}, "{field}": {number}}}}}}}'


def in_outer(text: str) -> aftersales.Evaluation:
    return Outer.model_validate_json(f'{{"case": {text}}}').case


def in_list(text: str) -> aftersales.Evaluation:
    return TypeAdapter(list[aftersales.Evaluation]).validate_json(f"[{text}]")[0]


WAYS: dict[str, Callable[[str], aftersales.Evaluation]] = {
    "own class method": aftersales.Evaluation.model_validate_json,
    "own class method, bytes": lambda text: aftersales.Evaluation.model_validate_json(text.encode()),
    "own class method, bytearray": lambda text: aftersales.Evaluation.model_validate_json(bytearray(text.encode())),
    "type adapter": TypeAdapter(aftersales.Evaluation).validate_json,
    "list": in_list,
    "model of a user": in_outer,
}


def codes_of(error: ValidationError) -> list[tuple[str, str]]:
    """The codes of our faults, each with the last part of its place."""
    details = error.errors()
    return [(violation.code, str(one["loc"][-1])) for one in details for violation in one["ctx"]["error"].violations]


@pytest.mark.parametrize("way", WAYS)
class TestNumbers:
    @pytest.mark.parametrize("number", [ALMOST, "0.9", "1.0", "1e0", "-0.5", "0.0", "9E-1", "1e400"])
    def test_a_number_that_is_not_written_as_whole_is_refused(self, way: str, number: str) -> None:
        with pytest.raises(ValidationError, match="write a text such as") as caught:
            WAYS[way](text_with(number))
        assert codes_of(caught.value) == [("json-number", "degree")]

    @pytest.mark.parametrize(
        ("finding", "field"),
        [
            ('"kind": "quantitative", "at_least": 1', "actual"),
            ('"kind": "quantitative", "actual": 1', "at_least"),
            ('"kind": "quantitative", "actual": 1', "at_most"),
            ('"kind": "sampled", "nonconforming": 0, "population": 3', "sampled"),
            ('"kind": "qualitative", "degree": 1', "row"),
        ],
    )
    def test_a_number_with_a_point_is_refused_in_every_field(self, way: str, finding: str, field: str) -> None:
        with pytest.raises(ValidationError) as caught:
            WAYS[way](text_with("2.0", field, finding))
        assert codes_of(caught.value) == [("json-number", field)]

    @pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
    def test_nan_and_infinity_are_refused(self, way: str, number: str) -> None:
        with pytest.raises(ValidationError):
            WAYS[way](text_with(number))

    @pytest.mark.parametrize("digits", [1_001, 5_000])
    def test_a_whole_number_has_a_bounded_length(self, way: str, digits: int) -> None:
        with pytest.raises(ValidationError):
            WAYS[way](text_with("1" * digits))

    @pytest.mark.parametrize(
        ("number", "value"),
        [("1", 1), ("0", 0), ('"0.9"', "0.9"), ('"60%"', "0.6"), (f'"{ALMOST}"', ALMOST), ("[1, 3]", "1/3")],
    )
    def test_whole_numbers_and_texts_are_exact(self, way: str, number: str, value: str) -> None:
        finding = WAYS[way](text_with(number)).findings["5.1.1.1"]
        assert isinstance(finding, aftersales.Qualitative)
        assert finding.degree == Fraction(value)

    def test_a_whole_number_of_many_digits_is_exact(self, way: str) -> None:
        text = text_with("1" + "0" * 25 + "1", "actual", '"kind": "quantitative", "at_most": 1')
        finding = WAYS[way](text).findings["5.1.1.1"]
        assert isinstance(finding, aftersales.Quantitative)
        assert finding.actual == 10**26 + 1


class TestOtherModels:
    """The same for whatever has a number."""

    @pytest.mark.parametrize(
        ("model", "text", "place"),
        [
            (aftersales.Qualitative, '{"degree": 0.9}', ("degree",)),
            (aftersales.Sampled, '{"sampled": 2, "nonconforming": 0, "population": 2.5}', ("population",)),
            (aftersales.Certificate, '{"final_score": 89.99999999999999999999, "stars": 5}', ("final_score",)),
            (aftersales.Standard, '{"id": "x", "pass_line": 60, "stars": [{"lower": 60.0}]}', ("stars", 0, "lower")),
            (aftersales.Scorecard, '{"final_score": 99.7}', ("final_score",)),
            (Report, '{"card": {"final_score": 1e2}}', ("card", "final_score")),
            (aftersales.EvaluationPlan, '{"standard": "x", "edition": 2025.5}', ("edition",)),
        ],
    )
    def test_a_number_with_a_point_is_refused_at_its_place_in_other_models(
        self, model: type[BaseModel], text: str, place: tuple[str, ...]
    ) -> None:
        with pytest.raises(ValidationError) as caught:
            model.model_validate_json(text)
        assert [one["loc"] for one in caught.value.errors()] == [place]

    def test_a_result_is_read_back_by_pydantics_own_mode(self) -> None:
        card = aftersales.score(aftersales.Evaluation(**oracle.document(oracle.all_full())))
        adapter = TypeAdapter(aftersales.Scorecard)
        assert adapter.validate_json(card.model_dump_json()) == card
        with pytest.raises(ValidationError, match="differs from"):
            adapter.validate_json(card.model_dump_json().replace('"stars":5', '"stars":5.0'))

    def test_a_result_in_json_holds_the_definition_of_its_standard(self) -> None:
        standard = aftersales.load_standard().model_copy(update={"id": "X"})
        card = aftersales.score(
            aftersales.Evaluation(**oracle.document(oracle.all_full()) | {"standard": "X"}), standard
        )
        document = card.model_dump(mode="json")
        adapter = TypeAdapter(aftersales.Scorecard)
        assert adapter.validate_json(json.dumps(document)) == card
        document["standard"]["definition"]["pass_line"] = 60.0
        with pytest.raises(ValidationError) as caught:
            adapter.validate_json(json.dumps(document))
        assert codes_of(caught.value) == [("json-number", "pass_line")]


class TestDuplicateKeys:
    @pytest.mark.parametrize(
        ("text", "places"),
        [
            ('{"standard": "a", "standard": "b", "findings": {}}', [("standard",)]),
            ('{"standard": "a", "findings": {"5.1.1.1": "full", "5.1.1.1": "none"}}', [("findings", "5.1.1.1")]),
            (text_with('1, "degree": 0'), [("findings", "5.1.1.1", "degree")]),
            (
                '{"standard": "a", "findings": {}, "team": [{"name": "x"}, {"name": "y", "name": "z"}]}',
                [("team", 1, "name")],
            ),
            ('{"standard": "a", "findings": {}, "findings": {}}', [("findings",)]),
            ('{"a": 1, "a": 1, "a": 1, "b": 1, "b": 2}', [("a",), ("b",)]),
            ('{"a": {"x": 1, "x": 2}, "b": {"x": 1, "x": 2}}', [("a", "x"), ("b", "x")]),
        ],
    )
    def test_every_duplicate_key_is_reported_at_its_place(self, text: str, places: list[tuple[str | int, ...]]) -> None:
        with pytest.raises(ValidationError, match="occurs here more than once") as caught:
            aftersales.Evaluation.model_validate_json(text)
        assert [one["loc"] for one in caught.value.errors()] == places

    @pytest.mark.parametrize(
        "text", ["{", "", "[" * 100_000, b"\xff", '{"a": "\\ud800"}', "\ufeff{}", '{"a": 1,}', "'a'"]
    )
    def test_what_is_no_json_is_pydantics_own_error(self, text: str | bytes) -> None:
        with pytest.raises(ValidationError) as caught:
            aftersales.Evaluation.model_validate_json(text)
        assert [one["type"] for one in caught.value.errors()] == ["json_invalid"]

    def test_what_is_no_text_is_pydantics_own_error(self) -> None:
        with pytest.raises(ValidationError) as caught:
            aftersales.Evaluation.model_validate_json(5)  # type: ignore[arg-type]
        assert [one["type"] for one in caught.value.errors()] == ["json_type"]

    def test_of_thousands_of_violations_a_part_is_reported(self) -> None:
        with pytest.raises(ValidationError) as caught:
            aftersales.Evaluation.model_validate_json(f"[{', '.join(['0.5'] * 10_000)}]")
        assert caught.value.error_count() <= 200


TOO_LARGE: dict[str, tuple[Callable[[], str], str]] = {
    "numbers": (lambda: '{"standard": "x", "findings": [' + "1," * 900_000 + "1]}", "too-many-values"),
    "lists": (lambda: '{"standard": "x", "findings": [' + "[]," * 900_000 + "[]]}", "too-many-values"),
    "keys": (lambda: "{" + '"n":1.5,' * 300_000 + '"n":1}', "too-many-values"),
    "escapes": (lambda: '{"standard": "' + "\\n" * 5_000_000 + '"}', "too-many-values"),
    "characters": (lambda: '{"standard": "' + "x" * 10_485_760 + '"}', "file-too-large"),
}


class TestSize:
    """Text that is too large is refused before an object is made of each of its values."""

    @pytest.mark.parametrize(
        ("model", "kind"),
        [
            *((aftersales.Evaluation, kind) for kind in TOO_LARGE),
            (aftersales.Scorecard, "keys"),
            (aftersales.Scorecard, "characters"),
            *(
                pytest.param(aftersales.Scorecard, kind, marks=pytest.mark.slow)
                for kind in ("numbers", "lists", "escapes")
            ),
        ],
    )
    def test_json_that_is_too_large_is_refused_before_its_values_are_built(
        self, model: type[BaseModel], kind: str
    ) -> None:
        make, code = TOO_LARGE[kind]
        raw = make().encode()
        tracemalloc.start()
        with pytest.raises(ValidationError) as caught:
            model.model_validate_json(raw)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert codes_at_the_top(caught.value) == [code]
        assert peak < len(raw) + 5_000_000  # the text is decoded once

    def test_json_of_as_many_values_as_a_model_may_hold_is_read(self) -> None:
        """Each list and its key, colon, comma and two brackets; too many for an evaluation, which has its own bound."""
        text = '{"standard": "x", "findings": {' + ",".join(f'"{n}":[]' for n in range(199_998)) + "}}"
        assert excess_of_json(text, MAX_MODEL_VALUES) is None

    def test_a_long_text_of_few_values_is_read(self) -> None:
        found = oracle.all_full()
        found["5.1.1.1"] = {"kind": "qualitative", "degree": 1, "reason": "，" * 2_000_000}
        case = aftersales.Evaluation(**oracle.document(found))
        assert aftersales.Evaluation.model_validate_json(case.model_dump_json()) == case

    def test_a_result_with_long_numbers_is_the_same_after_json(self) -> None:
        """Degrees of 999 digits give figures of up to 146,000 characters."""
        found = oracle.all_full()
        for number, key in enumerate(oracle.INDICATORS):
            if key != "5.1.2.2":
                degree = Fraction(10**998 + number, 10**998 + 7 * number + 1)
                found[key] = {"kind": "qualitative", "degree": degree}
        card = aftersales.score(aftersales.Evaluation(**oracle.document(found)))
        text = card.model_dump_json()
        assert len(text) > 1_500_000
        assert aftersales.Scorecard.model_validate_json(text) == card


def codes_at_the_top(error: ValidationError) -> list[str]:
    return [
        violation.code for one in error.errors() if one["loc"] == () for violation in one["ctx"]["error"].violations
    ]
