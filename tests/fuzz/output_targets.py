"""The target of outputs: views of hostile texts."""

from __future__ import annotations

import copy
import io
import json
import sys
from typing import Any

import inputs
from checks import FOLDER, UNSAFE, attempt, demand
from inputs import Choices

import aftersales
from aftersales import cli
from aftersales.certification.report import report
from aftersales.evaluation.loading import load_evaluation
from aftersales.views.notebook import html_of

# --- outputs ---------------------------------------------------------------------------------------------------------

TEXT_PLACES = [
    ("subject", "organisation"),
    ("subject", "scope"),
    ("subject", "product_category"),
    ("team", 0, "name"),
    ("team", 0, "qualification"),
]
SHORT = [text for text in inputs.TEXTS if len(text) <= 30 and text.strip()] + [
    "a\n5.1.1.1: 3 分",
    "a\x85b",
    "a\u2028b",
    "x\u202ey",
    "x\u200fy",
    "a\r\x1b[2Kb",
]
COMMANDS = (
    ["score"],
    ["explain"],
    ["check"],
    ["score", "--json"],
    ["explain", "--json"],
    ["improve"],
    ["improve", "--json"],
    ["compare"],
    ["compare", "--json"],
    ["issue", "--on", "2026-03-20"],
)


def run_command(arguments: list[str]) -> tuple[int, str]:
    """The exit code of a command, and all that it prints."""
    out, saved = io.TextIOWrapper(io.BytesIO(), "utf-8", errors="surrogateescape"), (sys.stdout, sys.stderr)
    sys.stdout = sys.stderr = out
    try:
        code = cli.main(arguments)
    finally:
        sys.stdout, sys.stderr = saved
    out.flush()
    return code, out.buffer.getvalue().decode("utf-8", "surrogateescape")


def outputs(data: bytes) -> bool:
    """Hostile texts in an evaluation: no command, report or notebook shows them raw, or takes them for lines of its own."""
    choices = Choices(data)
    given = inputs.evaluation(choices)
    hostile, harmless = copy.deepcopy(given), copy.deepcopy(given)
    reasons = [("findings", key, "reason") for key, finding in given["findings"].items() if isinstance(finding, dict)]
    for _ in range(1 + choices.below(2)):
        *path, last = choices.pick(TEXT_PLACES + reasons)
        text = choices.pick(SHORT)
        for document, value in ((hostile, text), (harmless, "甲")):
            holder: Any = document
            for key in path:
                holder = holder[key]
            holder[last] = value
    card = attempt(lambda: aftersales.score(load_evaluation(hostile)))
    if card is None:
        return False
    command = choices.pick(COMMANDS)
    printed = []
    for name, document in (("hostile", hostile), ("harmless", harmless)):
        path = FOLDER / f"{name}.json"
        path.write_text(json.dumps(document), "utf-8")
        files = [str(path)] * (2 if command[0] == "compare" else 1)
        code, text = run_command([command[0], *files, *command[1:]])
        demand(code in (0, 2), "another exit code", code, command)
        demand(
            not UNSAFE.search(text), f"a raw character in the output of {command[0]}", UNSAFE.findall(text)[:3], command
        )
        printed.append((code, text.count("\n")))
    if command == ["explain"] and printed[0][0] == printed[1][0] == 0:
        demand(printed[0] == printed[1], "a text that makes lines of its own in explain", printed)
    if choices.below(4) == 3:
        made = report.make_report(card, draft=True)
        for format in ("md", "html"):
            written = made.typeset(format, choices.pick(["zh", "en"])).decode()
            demand("<script>alert" not in written, f"a script in a report as {format}")
            demand(
                not UNSAFE.search(written.replace("\t", "")),
                f"a raw character in a report as {format}",
                UNSAFE.findall(written)[:3],
            )
    if choices.below(4) == 3:
        for thing in (card, card.evaluation):
            demand("<script>alert" not in (html_of(thing) or ""), "a script in a notebook")
    return True
