"""The bundled examples."""

from __future__ import annotations

import pytest
from support.command import EXAMPLES

import aftersales


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_an_example_is_loaded_by_its_name(path: object) -> None:
    assert aftersales.load_example(path.stem) == aftersales.load_evaluation(path)  # type: ignore[attr-defined, arg-type]


def test_the_example_without_a_name_can_be_scored() -> None:
    assert aftersales.score(aftersales.load_example()).printed_score == "87.37"


def test_an_unknown_name_is_refused_with_the_one_that_was_meant() -> None:
    with pytest.raises(aftersales.EvaluationError) as caught:
        aftersales.load_example("unfinishd")
    (problem,) = caught.value.problems
    assert (problem.code, problem.path) == ("unknown-word", "name")
    assert problem.message.endswith("software-service-vendor, unfinished; did you mean 'unfinished'?")
