"""Targets of data: texts, mappings, models and stored results."""

from __future__ import annotations

import contextlib
import copy
import json
import pickle
import random
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import inputs
import yaml
from checks import attempt, check_card, check_round_trip, check_texts, demand, scored
from inputs import Choices
from pydantic import ValidationError
from support import drawn, oracle

import aftersales
from aftersales.analysis.improvements import improvements, read_costs
from aftersales.certification import statutory_calendar
from aftersales.certification.certificate import certificate, events
from aftersales.certification.plan import contents, plan
from aftersales.certification.rectification import rectification
from aftersales.evaluation import evaluation, parties
from aftersales.evaluation.loading import load_evaluation

# --- texts -----------------------------------------------------------------------------------------------------------

READERS: tuple[Callable[[bytes], Any], ...] = (
    lambda text: aftersales.score(load_evaluation(text)),
    load_evaluation,
    aftersales.load_plan,
    aftersales.load_rectification,
    aftersales.load_certificate,
    aftersales.load_calendar,
    aftersales.load_standard,
    lambda text: read_costs(text, example_card()),
)


@cache
def example_card() -> aftersales.Scorecard:
    return aftersales.score(load_evaluation(drawn.evaluation(random.Random(11))))


def _text(data: bytes, begin: bytes, written: Callable[[Any], str]) -> bool:
    """Any text by any reader; or a valid evaluation with changes as a text, whose bytes may be changed too."""
    choices = Choices(data)
    if (first := choices.below(256)) < 128:
        reader = READERS[first % len(READERS)]
        source = begin + choices.rest()
        return attempt(lambda: reader(source)) is not None
    found = inputs.changed(choices, inputs.evaluation(choices), plain=True, most=2)
    source = begin + written(found).encode("utf-8", "surrogatepass")
    if choices.below(4) == 3:
        source, found = inputs.changed_bytes(random.Random(choices.rest()), source, [source]), None
    card = attempt(lambda: aftersales.score(load_evaluation(source)))
    if card is not None:
        if found is not None:
            check_card(found, card)
        again = aftersales.score(load_evaluation(card.evaluation.model_dump(mode="json")))
        demand(again == card, "another result after a round trip")
    return card is not None


def yaml_text(data: bytes) -> bool:
    """YAML, by every reader."""

    def written(found: Any) -> str:
        try:
            return str(yaml.dump(found, Dumper=yaml.CSafeDumper, allow_unicode=True))
        except UnicodeEncodeError:  # half surrogates
            return json.dumps(found)

    return _text(data, b"---\n", written)


def json_text(data: bytes) -> bool:
    """JSON, by every reader and by pydantic's own."""
    with contextlib.suppress(ValidationError):
        evaluation.Evaluation.model_validate_json(data[1:])
    return _text(data, b"", json.dumps)


def _documents() -> Iterator[tuple[int, Any]]:
    few = {
        "standard": "CTS XBHT-S04-2025",
        "findings": dict(list(drawn.evaluation(random.Random(3))["findings"].items())[:12]),
    }
    yield 0, drawn.evaluation(random.Random(1))
    yield 1, few
    yield 2, inputs.plan()
    yield 3, inputs.certificate()
    yield 5, {"5.1.1.1": 900, "5.3.2.4": "1/3", "5.4.1.1": 0.5}


def text_seeds(*, flow: bool) -> list[bytes]:
    """Valid texts for each reader."""
    from aftersales.files.writing import as_yaml

    seeds = [
        bytes([reader]) + json.dumps(data, ensure_ascii=False, default=str).encode() for reader, data in _documents()
    ]
    if not flow:
        block = as_yaml(load_evaluation(next(_documents())[1])).encode()
        seeds += [b"\0" + block, b"\1" + b"\n".join(block.splitlines()[:30])]
    return seeds + inputs.DECISIONS


# --- mappings --------------------------------------------------------------------------------------------------------


def mapping(data: bytes) -> bool:
    """A valid evaluation with hostile changes, as a mapping, as models, and as JSON and YAML text."""
    choices = Choices(data)
    found = inputs.changed(choices, inputs.evaluation(choices))
    card = (
        scored(found)
        if isinstance(found, dict)
        else attempt(lambda: load_evaluation(found))
        if hasattr(found, "keys")
        else None
    )
    if not isinstance(found, dict):
        return False
    fresh = Choices(data)  # an iterator in the data gives its entries once
    again = inputs.changed(fresh, inputs.evaluation(fresh))
    by_hand = (
        attempt(lambda: aftersales.score(evaluation.Evaluation(**again)))
        if all(type(key) is str for key in found)
        else card
    )
    demand(
        (by_hand and by_hand.final_score) == (card and card.final_score), "by hand another answer than load_evaluation"
    )
    if card is not None and choices.below(4) == 3:
        check_round_trip(card.evaluation)
        check_round_trip(card)
    if choices.below(8) == 7:
        check_texts(found, card)
    return card is not None


def papers(data: bytes) -> bool:
    """Plans, certificates, standards and costs with hostile changes."""
    choices = Choices(data)
    match choices.below(8):
        case 0 | 1 | 2:
            found = inputs.changed(choices, inputs.plan())
            made = (
                attempt(lambda: aftersales.load_plan(found, complete=bool(choices.below(2))))
                if isinstance(found, dict)
                else None
            )
            if made is not None:
                check_round_trip(made)
                attempt(made.gaps), attempt(made.form)
        case 3 | 4 | 5:
            found = inputs.changed(choices, inputs.certificate())
            made = attempt(lambda: aftersales.load_certificate(found)) if isinstance(found, dict) else None
            if made is not None:
                check_round_trip(made)
                on = choices.pick(
                    ["2026-03-19", "2026-03-20", "2027-03-20", "2028-02-29", "2029-03-20", "9999-12-31", "x", None, 1]
                )
                if (status := attempt(lambda: made.status(on))) is not None:
                    demand((status.stars > 0) == (status.state == "valid"), "stars in force where none are", status)
        case 6:
            found = inputs.changed(choices, inputs.standard(), most=1)
            made = attempt(lambda: aftersales.load_standard(found)) if isinstance(found, dict) else None
            if made is not None:
                given = inputs.evaluation_of(5) | {"standard": made.id, "edition": made.edition}
                attempt(lambda: aftersales.score(load_evaluation(given, made), made))
        case _:
            found = inputs.changed(choices, inputs.costs(choices))
            card = aftersales.score(load_evaluation(inputs.evaluation(choices)))
            stars = choices.pick([None, 1, 2, 3, 4, 5, 0, 6, True, "5", 10**400])
            made = (
                attempt(lambda: improvements(card, stars, read_costs(found, card))) if isinstance(found, dict) else None
            )
            if made is not None and made.reachable:
                raised = dict(card.evaluation.model_dump(mode="json")["findings"])
                for step in made.steps:
                    raised[step.id] = {"kind": "quantitative", "actual": "10%"} if step.id == "5.1.2.2" else "full"
                score = oracle.final_score(raised)
                demand(score == made.final_score and score >= made.limit, "steps that do not lead there", made)
    return made is not None


GROUNDS = {"grounds": "breach_of_law", "reason": "违法"}
MODELS: tuple[tuple[Any, dict[str, Any]], ...] = (
    (aftersales.Qualitative, {"degree": "60%", "row": 1, "reason": "岗位职责未成文"}),
    (aftersales.Quantitative, {"actual": "30", "at_most": "24", "evidence": [{"method": "document", "note": "台账"}]}),
    (aftersales.Sampled, {"population": 120, "sampled": 80, "nonconforming": 4}),
    (aftersales.Sampled, {"outlets": 12, "outlets_covered": 12, "sampled": 36, "nonconforming": 3}),
    (aftersales.NotApplicable, {"reason": "不销售", "confirmed_by": ["张明"]}),
    (parties.Subject, {"organisation": "甲", "product_category": "家电", "size_tier": "中型", "scope": "全部"}),
    (parties.Assessor, {"name": "张明", "role": "lead"}),
    (evaluation.Period, {"start": "2026-03-02", "end": "2026-03-06"}),
    (
        evaluation.Evaluation,
        {
            "standard": "CTS XBHT-S04-2025",
            "findings": {"5.1.1.1": "full", "5.1.2.2": {"kind": "quantitative", "actual": "8%"}},
        },
    ),
    (
        contents.Activity,
        {
            "start": "2026-03-02",
            "end": "2026-03-03",
            "review": "on_site",
            "methods": ["customer"],
            "assessors": ["张明"],
        },
    ),
    (events.Surveillance, {"on": "2027-02-11", "passed": True}),
    (events.MaintenanceNotice, {"number": "B-7", "on": "2027-02-20"}),
    (rectification.Rectification, inputs.certificate()["events"][2]["rectification"]),
    (aftersales.RectificationItem, inputs.certificate()["events"][2]["rectification"]["items"][0]),
    (statutory_calendar.StatutoryCalendar, inputs.calendar()),
    (events.Downgrade, {"on": "2027-02-11", "stars": 3, **GROUNDS}),
    (events.Revocation, {"on": "2027-02-11", **GROUNDS}),
    (events.RenewalApplication, {"on": "2028-12-01", "note": "申请"}),
    (events.Change, {"on": "2026-12-01", "scope": "全部"}),
    (events.Renewal, {"on": "2029-03-01", "final_score": "87.37", "stars": 4}),
    (certificate.Certificate, inputs.certificate()),
    (plan.EvaluationPlan, inputs.plan()),
)


def _has_part(data: Any) -> bool:
    """Whether a number that is not whole is anywhere in the data."""
    if isinstance(data, dict | list):
        return any(map(_has_part, data.values() if isinstance(data, dict) else data))
    return isinstance(data, float) and not data.is_integer()


def models(data: bytes) -> bool:
    """Every model with hostile changes: built, validated, validated from JSON, copied."""
    choices = Choices(data)
    model, valid = choices.pick(MODELS)
    way = choices.below(4)
    found = inputs.changed(choices, copy.deepcopy(valid), plain=way == 1)
    if way == 1:
        text = json.dumps(found)
        made = attempt(lambda: model.model_validate_json(text))
        demand(made is None or not _has_part(found), "a JSON number that is not whole is read through a float", found)
    elif way == 2 and isinstance(found, dict) and all(type(key) is str for key in found):
        made = attempt(lambda: model(**found))
    elif way == 3 and isinstance(found, dict):
        made = attempt(lambda: model.model_validate(valid).model_copy(update=found))
    else:
        made = attempt(lambda: model.model_validate(found))
    if made is not None:
        check_round_trip(made)
        hash(made)
        str(made)
    return made is not None


# --- results ---------------------------------------------------------------------------------------------------------


@cache
def _stored(seed: int) -> bytes:
    card = aftersales.score(load_evaluation(drawn.evaluation(random.Random(seed))))
    return pickle.dumps(card.model_dump(mode="json"))


def results(data: bytes) -> bool:
    """Stored scorecards with hostile changes: what is opened is what its findings give, to the type."""
    choices = Choices(data)
    stored = pickle.loads(_stored(choices.below(32)))
    if choices.below(4) == 3:
        stored["evaluation"] = inputs.changed(choices, stored["evaluation"], plain=True, most=1)
        found = stored
    else:
        found = inputs.changed(choices, stored, plain=True, most=2)
    if choices.below(2):
        card = attempt(lambda: aftersales.Scorecard.model_validate(found))
    else:
        card = attempt(lambda: aftersales.Scorecard.model_validate_json(json.dumps(found)))
    if card is None:
        return False
    check_card(found["evaluation"], card)
    derived = card.model_dump(mode="json")
    # The texts of the standard may have been others then; its rules were the same.
    if found["standard"].get("sha256") != derived["standard"]["sha256"]:
        found["grade"] = derived["grade"]
        for node in found["nodes"]:
            found["nodes"][node]["title"] = derived["nodes"][node]["title"]
    for document in (found, derived):
        document.pop("evaluation"), document.pop("standard")
        document.pop("library", None), document.pop("format", None)  # of what wrote the file; no figure follows from it
    demand(
        json.dumps(found, sort_keys=True) == json.dumps(derived, sort_keys=True),
        "opened with figures of another form",
        found,
    )
    return True
