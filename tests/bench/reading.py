"""Prints what reading a file costs, as a ratio to the bare way. Run by hand: python tests/bench/reading.py

The bundled example, from bytes to its stars, in turns with a bare way that tells no position of anything wrong:

    json    load_evaluation and score    against  json.loads with exact numbers and distinct keys, Evaluation.model_validate
                                                  and score
    yaml    load_evaluation and score    against  yaml.load, Evaluation.model_validate and score
"""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import yaml
from ratios import ratio

from aftersales import Evaluation, load_evaluation, load_example, score
from aftersales.files.writing import as_yaml


def distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) < len(pairs):
        raise ValueError("duplicate keys")
    return data


class PlainLoader(yaml.CSafeLoader):
    """Leaves every scalar but null as written."""


PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, written) for tag, written in resolvers if tag == "tag:yaml.org,2002:null"]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def ways() -> dict[str, tuple[Callable[[], int], Callable[[], int]]]:
    """For each format, the reader and the bare way, each to the stars."""
    evaluation = score(load_example()).evaluation
    in_json = json.dumps(evaluation.model_dump(mode="json", exclude_none=True), ensure_ascii=False).encode()
    in_yaml = as_yaml(evaluation).encode()

    def bare(data: Any) -> int:
        return score(Evaluation.model_validate(data)).stars

    return {
        "json": (
            lambda: score(load_evaluation(in_json)).stars,
            lambda: bare(json.loads(in_json, object_pairs_hook=distinct, parse_float=Fraction)),
        ),
        "yaml": (
            lambda: score(load_evaluation(in_yaml)).stars,
            lambda: bare(yaml.load(in_yaml, PlainLoader)),
        ),
    }


if __name__ == "__main__":
    for name, (reader, bare) in ways().items():
        times, _, seconds = ratio(reader, bare, rounds=40, burst=5)
        print(f"{name}: {times:.2f} times the bare way, {seconds * 1e6:.0f} µs")
