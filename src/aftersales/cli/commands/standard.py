"""Show the standard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftersales.cli.console import Options, language, print_json, show_lines, terminal_columns
from aftersales.cli.inputs import chosen_standard, ensure_known_id
from aftersales.cli.parser import Parser
from aftersales.text.sentences import Sentences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aftersales.standard.standard import Standard
    from aftersales.standard.structure import Node

__all__ = ["arguments", "run"]

_say = Sentences("cli")

ALL_READINGS = "readings"


def arguments(parser: Parser) -> None:
    """Declare the arguments."""
    parser.positional("id", "ID", nargs="?", help_key="ID of standard")
    parser.option("--edition", metavar="DATE")
    parser.flag("--json")


def run(options: Options) -> None:
    """Show the standard or a part of it, or readings of it."""
    if options.id is not None and options.id[:1] in ("R", "r"):
        _show_readings(options)
        return
    standard = chosen_standard(options)
    if options.id is not None:
        ensure_known_id(options.id, standard)
    if options.json:
        shown = standard if options.id is None else standard[options.id]
        print_json(shown.model_dump(mode="json", exclude_none=True))
        return
    lang = language(options)
    show_lines(
        _standard_lines(standard, lang) if options.id is None else _node_lines(standard[options.id], lang), options
    )


def _show_readings(options: Options) -> None:
    """Show a reading with its text, or (``readings``) all of them."""
    from aftersales.problems.collector import refusal
    from aftersales.problems.errors import PaperError
    from aftersales.problems.suggestions import near
    from aftersales.problems.violations import Violation
    from aftersales.standard.readings import readings
    from aftersales.text.columns import line_width, wrapped

    known = readings()
    asked = options.id.lower() == ALL_READINGS
    if not asked and options.id.upper() not in known:
        first, *_, last = known
        context = {"found": options.id, "first": first, "last": last, "all": ALL_READINGS}
        raise refusal(
            PaperError, Violation("unknown-reading", context=context | {"hint": near(options.id, [ALL_READINGS])})
        )
    shown = list(known.values()) if asked else [known[options.id.upper()]]
    if options.json:
        documents = [reading.model_dump(mode="json", exclude_none=True) for reading in shown]
        print_json(documents if asked else documents[0])
        return
    lang, lines = language(options), list[str]()
    for reading in shown:
        clauses = reading.clause.split(", ")
        lines.append(_say(lang, "reading", id=reading.id, title=reading.title, clause=clauses))
        lines += wrapped(reading.text.text(lang), line_width(terminal_columns()), "  ", "  ")
    show_lines(lines, options)


def _standard_lines(standard: Standard, lang: str) -> Iterator[str]:
    yield _say(lang, "standard", name=standard.name(lang), edition=standard.edition, title=standard.title)
    for category in standard.categories:
        yield from _node_lines(category, lang)
    yield ""
    for star in standard.stars:
        end = "]" if star is standard.stars[-1] else ")"
        interval = f"[{star.lower}, {star.upper}{end}"
        yield _say(lang, "star", interval=interval, grade=star.grade, meaning=star.meaning)
    yield ""
    yield _say(lang, "table_1", **standard.wording)
    for row in standard.reference:
        label = row.published_label.text(lang) if row.published_label else None
        published = [part for part in (row.published_range, label) if part is not None]
        arrow = ["→"] if published else []
        yield " ".join([*published, *arrow, str(row), row.guidance.text(lang)])


def _node_lines(node: Node, lang: str, indent: str = "") -> Iterator[str]:
    from aftersales.text.number_format import as_text

    yield indent + _say(lang, "node", id=node.id, title=node.title, count=as_text(node.points))
    for part in getattr(node, "parts", ()):
        yield from _node_lines(part, lang, indent + "  ")
