"""Targets of the papers of certification and of the parts of an evaluation: calendars, forms of plans, merging, recording."""

from __future__ import annotations

import copy
import datetime
import io
import json
import random
import zipfile
from functools import cache
from typing import Any

import inputs
import openpyxl
import yaml
from checks import FOLDER, attempt, check_round_trip, demand
from file_targets import changed_parts, zipped
from inputs import Choices
from support import workbooks

import aftersales
from aftersales.certification.certificate.events import KINDS
from aftersales.certification.certificate.recording import record
from aftersales.certification.plan.writer import write_plan_workbook
from aftersales.certification.statutory_calendar import FIXED
from aftersales.evaluation.credit_code import is_credit_code

# --- calendars -------------------------------------------------------------------------------------------------------

# fmt: off
DAYS = [
    "1月1日", "1月1日至3日", "1月1日（周四）至3日（周六）", "2026-01-01 至 2026-01-03", "2025年12月31日至1月2日", "12月31日至1月2日",
    "2月29日", "13月1日", "1月32日", "0月0日", "3日", "1月3日至1日", "1月1日至12月31日", "1月1日（周五）", "1月1日（星期天）", "1月1日（", "至",
    "1月1日至", "1月1日至2日至3日", "1949-12-31", "9999-12-31 至 9999-12-31", "0001-01-01", "１月１日", "1月4日（周日）", "1月1日/1月2日",
    "1月1日（周四）" * 20,
]
YEARS: list[Any] = [2026, "2026", 2027, 1949, 1950, 9998, 9999, 10**6, 0, -1, "二〇二六", 2026.0, 2026.5, True, None]
# fmt: on


def calendars(data: bytes) -> bool:
    """A year of the statutory calendar with hostile changes and other days, as a mapping or as YAML."""
    choices = Choices(data)
    found = inputs.calendar()
    for _ in range(choices.below(3)):
        match choices.below(3):
            case 0:
                found["working_days"][choices.below(6)] = choices.pick(DAYS)
            case 1:
                found["holidays"][choices.pick(sorted(found["holidays"]))] = choices.pick(DAYS)
            case _:
                found["year"] = choices.pick(YEARS)
    found = inputs.changed(choices, found, plain=(as_text := bool(choices.below(2))), most=2)
    source = b"---\n" + json.dumps(found).encode() if as_text else found
    if not isinstance(source, bytes | dict):
        return False
    calendar = attempt(lambda: aftersales.load_calendar(source))
    if calendar is None:
        return False
    check_round_trip(calendar)
    days = [datetime.date(calendar.year, month, day) for month, day in FIXED]
    demand(not any(map(calendar.is_working_day, days)), "a holiday of every year is a working day", calendar)
    ends = datetime.date(calendar.year, 1, 1), datetime.date(calendar.year, 12, 31)
    demand(calendar.covers(*ends), "a calendar that does not cover its year", calendar)
    return True


# --- forms of plans --------------------------------------------------------------------------------------------------


@cache
def _plan_parts() -> dict[str, bytes]:
    """The parts of a filled-in form of a plan."""
    raw = write_plan_workbook(aftersales.load_standard(), aftersales.load_plan(inputs.plan()))
    with zipfile.ZipFile(io.BytesIO(raw)) as package:
        return {name: package.read(name) for name in package.namelist()}


def plan_forms(data: bytes) -> bool:
    """The form of a plan: any changes of its parts as XML, or single cells with other values and formats."""
    choices = Choices(data)
    path = FOLDER / "plan.xlsx"
    if choices.below(2):
        path.write_bytes(zipped(changed_parts(choices, dict(_plan_parts()))))
    else:
        book = openpyxl.load_workbook(io.BytesIO(zipped(_plan_parts())))
        for _ in range(choices.below(4)):
            sheet = book[choices.pick(book.sheetnames)]
            cell = sheet.cell(1 + choices.below(40), 1 + choices.below(8), choices.pick(workbooks.HOSTILE))
            cell.number_format = choices.pick(workbooks.FORMATS)
        book.save(path)
    plan = attempt(lambda: aftersales.load_plan(path, complete=bool(choices.below(2))))
    if plan is None:
        return False
    check_round_trip(plan)
    attempt(plan.gaps)
    if choices.below(4) != 3:
        return True
    written = attempt(lambda: write_plan_workbook(aftersales.load_standard(), plan))
    if written is not None:
        path.write_bytes(written)
        again = attempt(lambda: aftersales.load_plan(path, complete=False))
        demand(again == plan, "another plan after its form", plan, again)
    return True


# --- parts of an evaluation ------------------------------------------------------------------------------------------


def merging(data: bytes) -> bool:
    """Parts of an evaluation with hostile changes: the order says nothing, and an unchanged split is the evaluation."""
    choices = Choices(data)
    whole = inputs.evaluation(choices)
    shares: list[dict[str, Any]] = [copy.deepcopy(whole | {"findings": {}}) for _ in range(1 + choices.below(4))]
    rng = random.Random(choices.below(256))
    for key, finding in whole["findings"].items():
        for share in {rng.randrange(len(shares)), rng.randrange(len(shares))}:
            shares[share]["findings"][key] = copy.deepcopy(finding)
    is_changed = bool(choices.below(4))
    if is_changed:
        place = choices.below(len(shares))
        shares[place] = inputs.changed(choices, shares[place])
    if not all(isinstance(share, dict) for share in shares):
        return False
    parts = [attempt(lambda share=share: aftersales.load_evaluation(share)) for share in shares]
    if None in parts:
        demand(is_changed, "a part of a valid evaluation is refused")
        return False
    names = [choices.pick(["甲", "一.yaml", "\u202e", "a\nb", "x" * 300, "%s", ""]) + str(place) for place in range(9)]
    given = dict(zip(names, parts, strict=False))
    merged = attempt(lambda: aftersales.merge(given))
    draft = attempt(lambda: aftersales.merge_draft(given))
    demand(merged is None or draft is not None, "merged, but not as a draft")
    backwards = attempt(lambda: aftersales.merge(dict(reversed(given.items()))))
    demand(merged == backwards, "another evaluation in another order", merged, backwards)
    if draft is not None:
        demand((merged is None) == bool(draft.problems), "a draft that says otherwise than the merge", draft.problems)
        check_round_trip(draft.evaluation)
    if merged is None:
        demand(is_changed, "the parts of an evaluation differ")
        return False
    demand(draft is not None and draft.evaluation == merged, "a draft that differs from the merge", merged, draft)
    demand(aftersales.merge([merged, *parts]) == merged, "another evaluation when it is merged again", merged)
    if not is_changed:
        demand(merged == aftersales.load_evaluation(whole), "another evaluation than the whole one", merged)
    return True


# --- events in a file ------------------------------------------------------------------------------------------------

# fmt: off
ON = ["2026-03-20", "2027-02-11", "2027-03-19", "2028-03-20", "2029-03-19", "2029-03-20", "2030-03-01", "9999-12-31", "0001-01-01"]
COMMENTS = ["", "# 初审\n", "\ufeff", "---\n", "# a\n---\n# b\n", "%YAML 1.2\n---\n"]
ENDS = ["", "\n", "# 完\n", "...\n", "events: []\n", "\n\n\n", "  ", "events: # 见附件\n"]
# fmt: on


def recording(data: bytes) -> bool:
    """An event with hostile changes, added to the file of a certificate: the file has it, or is as it was."""
    choices = Choices(data)
    certificate = inputs.certificate()
    events = certificate.pop("events")
    certificate["events"] = events[: choices.below(len(events) + 1)]
    event = copy.deepcopy(choices.pick(events)) | {"on": choices.pick(ON)}
    model = KINDS[event.pop("kind")]
    event = inputs.changed(choices, event)
    is_json = choices.below(3) == 2
    path = FOLDER / ("certificate.json" if is_json else "certificate.yaml")
    if choices.below(4) == 3:
        certificate = inputs.changed(choices, certificate, plain=True, most=1)
    if is_json or choices.below(4) == 3:
        text = json.dumps(certificate, ensure_ascii=False)
    else:
        if isinstance(certificate, dict) and not certificate.get("events"):
            certificate.pop("events", None)
        text = choices.pick(COMMENTS) + yaml.dump(certificate, Dumper=yaml.SafeDumper, allow_unicode=True)
        text = text.replace("\nstars:", choices.pick(["\nstars:", "  # 注\nstars:", "\n\nstars:"]))
        text += choices.pick(ENDS)
        text = text.replace("\n", choices.pick(["\n", "\r\n"]))
    raw = text.encode("utf-8", "surrogatepass")
    path.write_bytes(raw)
    before = attempt(lambda: aftersales.load_certificate(path))
    made = attempt(lambda: model.model_validate(event))
    if made is None:
        return False
    recorded = attempt(lambda: record(path, made))
    if recorded is None:
        demand(path.read_bytes() == raw, "the file changed though the event was refused", raw, path.read_bytes())
        return False
    demand(before is not None, "an event was added to a certificate that is refused", text)
    demand(recorded.events == (*before.events, made), "other events than those and the new one", recorded)
    demand(aftersales.load_certificate(path) == recorded, "the file has another certificate", path.read_bytes())
    after = path.read_text("utf-8")
    for comment in ("# 初审", "# 完", "# 注"):
        demand(comment not in text or comment in after, "a comment is lost", text, after)
    return True


# --- credit codes ----------------------------------------------------------------------------------------------------

DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)  # GB 32100-2015, table 4


def credit_codes(data: bytes) -> bool:
    """Any text as a unified social credit code, checked by the table of weights of GB 32100; and as that of a subject."""
    choices = Choices(data)
    code = "".join(choices.pick(DIGITS) for _ in range(17))
    check = -sum(weight * DIGITS.index(digit) for weight, digit in zip(WEIGHTS, code, strict=True)) % 31
    code += DIGITS[check] if (is_right := bool(choices.below(2))) else choices.pick(DIGITS)
    demand(is_credit_code(code) == (is_right or code[-1] == DIGITS[check]), "told otherwise than by the weights", code)
    if choices.below(2):
        place = choices.below(len(code))
        code = code[:place] + choices.pick(inputs.TEXTS + inputs.NUMBERS) + code[place + 1 :]
    found = inputs.evaluation_of(7)
    found["subject"] = found["subject"] | {"credit_code": code}
    examined = attempt(lambda: aftersales.examine(found))
    if examined is None or examined.evaluation is None:
        return False
    told = [remark for remark in examined.remarks if remark.code == "credit-code-unlikely"]
    read = examined.evaluation.subject.credit_code if examined.evaluation.subject else None
    demand(bool(told) == (read is not None and not is_credit_code(read)), "a remark of another code", read, told)
    return not examined.problems
