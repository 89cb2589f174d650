"""Write a plan's form: a workbook, blank or with the content of a plan."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from aftersales.certification.plan.contents import Activity
from aftersales.certification.plan.layout import (
    ASSIGNMENT_COLUMNS,
    FACTS,
    LISTS,
    METHODS,
    REVIEWS,
    SCHEDULE_COLUMNS,
    SHEETS,
)
from aftersales.certification.plan.plan import EvaluationPlan
from aftersales.evaluation.workbook.grid import (
    BLANK,
    GROUP,
    ROOMY,
    SPARE_MEMBERS,
    Rows,
    choose,
    letter_of,
    name_in_list,
    new_book,
    page_height,
    saved,
    set_page,
    set_up,
    write_facts,
    write_team,
)
from aftersales.evaluation.workbook.pages import set_pages
from aftersales.problems.arguments import ensure_kind
from aftersales.standard.standard import Standard
from aftersales.standard.structure import Indicator
from aftersales.text.number_format import as_text

__all__ = ["write_plan_workbook"]

TITLE = "{form}评价计划"
SPARE_ACTIVITIES = 20
SEVERAL = "可填多项，以“、”分隔。"


def write_plan_workbook(standard: Standard, plan: EvaluationPlan | None = None) -> bytes:
    """The form of a plan as .xlsx: blank, or with the content of a ``plan``.

    Each assessor stands beside the indicators and groups that are assigned to them; a group counts for all that is in
    it. Their order is that of the standard, which an assignment does not depend on.

    Raises :class:`~aftersales.OutputError` for a text that no cell can hold, or a name that would be read differently
    (``unwritable-text``), and :class:`~aftersales.MissingExtra` without the extra ``excel``.

    >>> from aftersales import load_plan, load_standard
    >>> write_plan_workbook(load_standard(), load_plan("data/plans/home-appliance-chain.yaml"))[:2]  # a zip archive
    b'PK'
    """
    ensure_kind("standard", standard, Standard)
    if plan is not None:
        ensure_kind("plan", plan, EvaluationPlan)
    book = new_book("plan", standard)
    data = plan.model_dump(mode="json") if plan else {}
    write_facts(book.create_sheet(SHEETS["facts"]), standard, data, FACTS, LISTS)
    write_team(book.create_sheet(SHEETS["team"]), plan.team if plan else ())
    _write_schedule(book.create_sheet(SHEETS["schedule"]), plan.schedule if plan else ())
    _write_assignments(book.create_sheet(SHEETS["assignments"]), standard, plan)
    organisation = plan.subject.organisation if plan and plan.subject else None
    named = TITLE.format(form=standard.term("form").text("zh"))
    for sheet in book:
        title = named if sheet.title == SHEETS["facts"] else f"{named}：{sheet.title}"
        set_page(sheet, title, [f"评价对象：{organisation or BLANK}"], "编制人")
    return saved(book)


def _write_schedule(sheet: Any, schedule: Iterable[Activity]) -> None:
    set_up(sheet, SCHEDULE_COLUMNS)
    reviews, methods = ({name: word for word, name in words.items()} for words in (REVIEWS, METHODS))
    names = [column.key for column in SCHEDULE_COLUMNS]
    letters = {key: letter_of(place) for place, key in enumerate(names, 1)}
    rows, number = Rows(sheet, SCHEDULE_COLUMNS, ROOMY), 1
    for number, activity in enumerate(schedule, 2):
        cells = activity.model_dump(mode="json")
        cells["review"] = reviews[activity.review]
        cells["methods"] = "、".join(methods[method] for method in activity.methods) or None
        cells["assessors"] = _names(activity.assessors, f"{sheet.title}!{letters['assessors']}{number}")
        rows.write(number, [cells[key] for key in names])
    last = number + SPARE_ACTIVITIES
    for spare in range(number + 1, last + 1):
        rows.write(spare, [None] * len(names))
    choose(sheet, [f"{letters['review']}2:{letters['review']}{last}"], list(REVIEWS), "审查方式")
    choose(
        sheet,
        [f"{letters['methods']}2:{letters['methods']}{last}"],
        list(METHODS),
        "现场审查方法",
        SEVERAL,
        is_free=True,
    )
    choose(
        sheet,
        [f"{letters['assessors']}2:{letters['assessors']}{last}"],
        _team_range(),
        "审查人员",
        SEVERAL,
        is_free=True,
    )


def _write_assignments(sheet: Any, standard: Standard, plan: EvaluationPlan | None) -> None:
    set_up(sheet, ASSIGNMENT_COLUMNS, frozen=sum(not column.is_input for column in ASSIGNMENT_COLUMNS))
    names = [column.key for column in ASSIGNMENT_COLUMNS]
    letter = letter_of(names.index("assessors") + 1)
    people: dict[str, list[str]] = {}
    for name, ids in plan.assignments.items() if plan else ():
        for key in ids:
            people.setdefault(key, []).append(name)
    reasons = {entry.id: entry.reason for entry in plan.inapplicable} if plan else {}
    unknown = [key for key in dict.fromkeys([*people, *reasons]) if key not in standard]
    rows = Rows(sheet, ASSIGNMENT_COLUMNS, ROOMY)
    titles = {node.id: (node.title.zh, as_text(node.points)) for node in standard.nodes}
    for number, key in enumerate([*titles, *unknown], 2):
        assessors = _names(people.get(key, ()), f"{sheet.title}!{letter}{number}")
        is_group = key not in unknown and not isinstance(standard[key], Indicator)
        cells = [key, *titles.get(key, (None, None)), assessors, reasons.get(key)]
        rows.write(number, cells, fill=GROUP if is_group else None)
    last = len(titles) + len(unknown) + 1
    set_pages(sheet, standard.nodes, page_height(ASSIGNMENT_COLUMNS))
    choose(sheet, [f"{letter}2:{letter}{last}"], _team_range(), "审查人员", SEVERAL, is_free=True)
    sheet.auto_filter.ref = f"A1:{letter_of(len(names))}{last}"


def _names(names: Iterable[str], place: str) -> str | None:
    return "、".join(name_in_list(name, place) for name in names) or None


def _team_range() -> str:
    """The cells of the names in the sheet of the team."""
    return f"{SHEETS['team']}!$A$2:$A${SPARE_MEMBERS + 1}"
