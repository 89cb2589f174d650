"""Each document that the package writes, as an object."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from support.reports import example

import aftersales
from aftersales import Surveillance, data_folder, load_certificate, load_example, load_plan, load_standard, score

CARD = score(load_example("home-appliance-chain"))
CERTIFICATE = {
    "standard": "CTS XBHT-S04-2025", "edition": "2025-12-04", "organisation": "滨海家电连锁有限公司", "final_score": "87.37", "stars": 4, "issued": "2026-03-20",
}  # fmt: skip


def recorded() -> aftersales.Certificate:
    audit = Surveillance.model_validate(
        {"on": "2027-02-11", "passed": True, "notice": {"number": "B-1", "on": "2027-02-12"}}
    )
    mistaken = Surveillance.model_validate({"on": "2027-02-11", "passed": False})
    return load_certificate(CERTIFICATE).record(mistaken).correct("2027-02-11", "2027-02-12", "误录").record(audit)


def register(folder: Path) -> aftersales.Register:
    (folder / "a.yaml").write_text(recorded().to_yaml(), "utf-8")
    (folder / "b.yaml").write_text("stars: x", "utf-8")
    return aftersales.register(folder, "2027-04-01")


def progress(folder: Path) -> aftersales.Progress:
    later = example("home-appliance-chain") | {"period": {"start": "2027-03-02", "end": "2027-03-06"}}
    return aftersales.progress(CARD, score(aftersales.Evaluation.model_validate(later)))


WRITTEN: dict[str, Callable[[Path], Any]] = {
    "evaluation": lambda folder: CARD.evaluation,
    "scorecard": lambda folder: CARD,
    "derivation": lambda folder: CARD.explain(),
    "standard": lambda folder: load_standard(),
    "plan": lambda folder: load_plan(data_folder() / "plans" / "home-appliance-chain.yaml"),
    "certificate": lambda folder: recorded(),
    "rectification": lambda folder: aftersales.Rectification.model_validate(
        {"on": "2027-03-01", "items": [{"indicator": "5.4.3.2", "requirement": "限时响应", "due": "2027-04-30", "responsible": "李静"}]}
    ),
    "calendar": lambda folder: aftersales.load_calendar(data_folder() / "calendars" / "2026.yaml"),
    "status": lambda folder: recorded().status("2027-04-01"),
    "register": register,
    "bounds": lambda folder: aftersales.bounds(load_example("unfinished")),
    "improvements": lambda folder: aftersales.improvements(CARD),
    "what_if": lambda folder: aftersales.what_if(CARD, {"5.1.3.1": "none"}),
    "comparison": lambda folder: aftersales.compare([CARD, CARD]),
    "progress": progress,
    "confidence": lambda folder: aftersales.confidence(CARD),
}  # fmt: skip
