"""Score a table of evaluations."""

from __future__ import annotations

import re
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from aftersales.cli.console import Options, language, print_json, shown_name
from aftersales.cli.inputs import FileError, chosen_standard
from aftersales.cli.parser import Parser
from aftersales.problems.errors import EvaluationError
from aftersales.text.sentences import Sentences

if TYPE_CHECKING:
    from aftersales.batch.files import Summary
    from aftersales.standard.standard import Standard

__all__ = ["arguments", "run"]

_say = Sentences("cli")


def arguments(parser: Parser) -> None:
    """Declare the arguments."""
    parser.positional("file", "TABLE")
    parser.option("-o", "--output", metavar="PATH", required=True)
    parser.option("--nodes", metavar="IDS")
    parser.flag("--exact")
    parser.flag("--decimal")
    parser.option("--null", choices=("missing", "not_applicable"), default="missing")
    parser.option("--encoding", choices=("utf-8", "gb18030", "utf-16-le", "utf-16-be"))
    parser.option("--delimiter", choices=("comma", "semicolon", "tab"), default="comma")
    parser.flag("--bom")
    parser.option("--edition", metavar="DATE")
    parser.flag("--force")
    parser.flag("--json")


def run(options: Options) -> None:
    """Score a table into another one."""
    from aftersales.batch.files import score_file
    from aftersales.files.writing import refuse_source

    standard = chosen_standard(options)
    nodes = (
        None if options.nodes is None else [node.strip() for node in re.split("[,，]", options.nodes) if node.strip()]
    )
    try:
        refuse_source(options.output, [options.standard] if options.standard is not None else [])
        with _ended_like_an_interrupt():
            summary = score_file(
                options.file,
                options.output,
                standard,
                nodes=nodes,
                exact=options.exact,
                decimal=options.decimal,
                null=options.null,
                encoding=options.encoding,
                delimiter=options.delimiter,
                bom=options.bom,
                force=options.force,
            )
    except EvaluationError as error:
        if all(problem.path.startswith(("nodes", "decimal", "null", "encoding")) for problem in error.problems):
            raise
        raise FileError(error, options.file) from error
    if options.json:
        identity = {"id": standard.id, "edition": standard.edition.isoformat(), "sha256": standard.sha256}
        print_json({"standard": identity} | summary._asdict())
        return
    _show_summary(summary, standard, options)


def _show_summary(summary: Summary, standard: Standard, options: Options) -> None:
    """Show the numbers of scored rows by stars, and hints about values that may be unintended."""
    lang = language(options)
    levels = sorted(summary.stars.items())[::-1]
    stars = [_rows_of(standard, star, rows, lang) for star, rows in levels]
    counts = {"count": summary.rows - summary.unscored, "unscored": summary.unscored}
    print(_say(lang, "scored", file=shown_name(options.output), stars=stars, **counts))
    print(_say(lang, "scored_by", name=standard.name(lang), edition=standard.edition))
    if summary.null_shares:
        print(_say(lang, "null_shares", **standard.wording, count=summary.null_shares))
    if summary.near_limit:
        print(_say(lang, "near_limit", count=summary.near_limit))


def _rows_of(standard: Standard, stars: int, rows: int, lang: str) -> str:
    """How many rows have a level, by its stars or by its grade under a standard of another body."""
    if standard.likeness == "own":
        return _say(lang, "rows_of_level", level=standard.level(stars), rows=rows)
    return _say(lang, "rows_with_stars", count=stars, rows=rows)


@contextmanager
def _ended_like_an_interrupt() -> Iterator[None]:
    """Handle SIGTERM as Ctrl-C, so that no unfinished file is left behind.

    ``timeout`` and service managers send it. A handler that the caller installed is left in place, and only the main
    thread can install one.
    """
    is_settled = signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL
    if is_settled or threading.current_thread() is not threading.main_thread():
        yield
        return
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
