"""The register of certificates as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from aftersales.certification.register import Register, RegisterEntry, hints_of
from aftersales.standard.structure import star_signs
from aftersales.text.columns import cut, line_width, padded, width, wrapped
from aftersales.text.sentences import Sentences, text_in

__all__ = ["register_lines"]

NUMBER, STARS, DAY = 16, 12, 12

_say = Sentences("views")


def register_lines(register: Register, lang: str = "zh", columns: int = 80) -> Iterator[str]:
    """The view of a register in that language. No line is wider than ``columns`` (60 to 100)."""
    columns = line_width(columns)
    entries = register.entries
    overdue = sum(entry.overdue for entry in entries)
    unreadable = sum(entry.status is None for entry in entries)
    yield from wrapped(
        _say(lang, "register.head", on=register.on, count=len(entries), overdue=overdue, unreadable=unreadable), columns
    )
    if not entries:
        return
    yield ""
    yield _line(_say.each(lang, register.worded("register.heads")), columns)
    for entry in entries:
        yield from _entry_lines(entry, lang, columns)


def _entry_lines(entry: RegisterEntry, lang: str, columns: int) -> Iterator[str]:
    status = entry.status
    if status is None:
        yield from wrapped(entry.file, columns)
    else:
        due = str(status.next_audit.due) if status.next_audit else "–"
        if status.stars:
            sign = star_signs(status.stars, of=entry.top)
        else:
            sign = Sentences("certification")(lang, f"register.state.{status.state}")
        until = str(status.valid_until) if status.valid_until else "–"
        organisation = text_in(lang, status.holder, "organisation") or ""
        yield _line((status.holder.number or entry.file, sign, due, until, organisation), columns)
    if hints := hints_of(entry, lang):
        yield from wrapped(hints, columns, "  ", "  ")


def _line(cells: tuple[str, ...], columns: int) -> str:
    """The cells in columns. The first one is cut, and the last one takes what is left of the line."""
    number, *others, last = cells
    start = padded(cut(number, NUMBER - 1), NUMBER)
    for cell, columns_of_cell in zip(others, (STARS, DAY, DAY), strict=True):
        start += padded(f"{cell} ", columns_of_cell)
    return start + cut(last, columns - width(start))
