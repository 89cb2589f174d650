"""Score many evaluations: a table, or files and folders."""

from __future__ import annotations

import re
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from aftersales.cli.console import Options, language, print_json, show_remarks, shown_name
from aftersales.cli.inputs import FileError, chosen_standard
from aftersales.cli.parser import Parser
from aftersales.problems.errors import EvaluationError
from aftersales.text.sentences import Sentences

if TYPE_CHECKING:
    from aftersales.batch.files.files import Listing, Summary
    from aftersales.problems.errors import Problem
    from aftersales.standard.standard import Standard

__all__ = ["arguments", "run"]

_say = Sentences("cli")

NAMES = 10  # that are listed


def arguments(parser: Parser) -> None:
    """Declare the arguments."""
    parser.positional("files", "SOURCE", nargs="+")
    parser.option("-o", "--output", metavar="PATH", required=True)
    parser.option("--nodes", metavar="IDS")
    parser.flag("--exact")
    parser.flag("--decimal")
    parser.option("--null", choices=("missing", "not_applicable"))
    parser.option("--encoding", choices=("utf-8", "gb18030", "utf-16-le", "utf-16-be"))
    parser.option("--delimiter", choices=("comma", "semicolon", "tab"))
    parser.flag("--bom")
    parser.flag("--readable")
    parser.flag("--remarks")
    parser.option("--sheet", metavar="NAME")
    parser.option("--key", metavar="NAME")
    parser.option("--workers", metavar="N", type=int)
    parser.option("--edition", metavar="DATE")
    parser.flag("--force")
    parser.flag("--json")


def run(options: Options) -> None:
    """Score a table, or evaluations in files, into a table."""
    from aftersales.batch.files.files import Listing
    from aftersales.files.writing import refuse_source
    from aftersales.text.number_format import mark_note

    standard = chosen_standard(options)
    sources = list(_named(options.files))
    table = sources[0] if len(sources) == 1 and _is_table(sources[0]) else None
    _refuse_without_effect(options, _OF_FILES if table else _OF_TABLES, "tables" if table else "files")
    listing = Listing()
    try:
        refuse_source(options.output, [options.standard] if options.standard is not None else [])
        with _ended_like_an_interrupt():
            summary = (
                _scored_table(table, standard, options, listing)
                if table
                else _scored_files(sources, standard, options, listing)
            )
    except EvaluationError as error:
        if table is None or all(map(_is_of_options, error.problems)):
            raise
        raise FileError(error, table) from error
    if options.json:
        identity = {"id": standard.id, "edition": standard.edition.isoformat(), "sha256": standard.sha256}
        counts = {"problems": dict(sorted(listing.codes.items()))} if listing.file else {}
        remarks: dict[str, Any] = {"remarks": [each.to_dict() for each in listing.remarks]} if listing.remarks else {}
        if options.remarks:
            remarks = {"remark_codes": dict(sorted(listing.remark_codes.items()))}
        others = {"not_read": listing.others} if listing.others else {}
        print_json({"standard": identity} | summary._asdict() | counts | remarks | others)
        return
    _show_problems(listing, options)
    _show_summary(summary, standard, options)
    if listing.is_marked:
        print(mark_note(language(options)))
    if listing.same:
        column = _column("same_as", standard, options)
        print(_say(language(options), "same_evaluations", count=listing.same, column=column))
    if listing.names:
        names = [shown_name(name) for name in listing.names[:NAMES]]
        print(_say(language(options), "same_names", count=len(listing.names), names=names))
    if listing.others:
        names = [shown_name(name) for name in listing.others[:NAMES]]
        print(_say(language(options), "not_read", count=len(listing.others), names=names))
    if listing.remark_codes:
        codes = [f"{code} {count}" for code, count in listing.remark_codes.most_common()]
        column = _column("remarks", standard, options)
        print(_say(language(options), "remark_codes", codes=codes, column=column))
    show_remarks(listing.remarks, options, file=table)


def _column(name: str, standard: Standard, options: Options) -> str:
    """What a column is called in the table that is written."""
    from aftersales.batch.files.readable import head

    return head(name, standard, language(options)) if options.readable else name


_PATHS_OF_OPTIONS = ("nodes", "decimal", "null", "encoding", "sheet", "key")
_OF_TABLES = ("null", "decimal", "encoding", "delimiter", "sheet", "key")
_OF_FILES = ("remarks", "workers")


def _is_of_options(problem: Problem) -> bool:
    """Whether a problem is that of an option and not of the table."""
    return problem.code == "no-effect" or problem.path.startswith(_PATHS_OF_OPTIONS)


def _named(sources: Sequence[str]) -> Iterator[str]:
    """The sources, with the files of a pattern that the shell has left as it is, as on Windows."""
    from glob import glob
    from pathlib import Path

    for source in sources:
        is_pattern = re.search(r"[*?\[]", source) and not Path(source).exists()
        found = sorted(glob(source, recursive=True)) if is_pattern else []  # noqa: PTH207 - of a path with any root
        yield from found or [source]


def _is_table(name: str) -> bool:
    """Whether a source is a table: by its extension, and a workbook that is no form."""
    from pathlib import Path

    from aftersales.batch.files.files import is_of_tables
    from aftersales.batch.files.sheets import is_form
    from aftersales.files.source import WORKBOOK

    path = Path(name)
    if path.suffix.lower() == WORKBOOK:
        return path.is_file() and not is_form(path)
    return is_of_tables(path)


def _refuse_without_effect(options: Options, names: Sequence[str], what: str) -> None:
    """Refuse options that are for other sources than ``what``."""
    from aftersales.batch.files.files import no_effect
    from aftersales.problems.collector import Collector

    with Collector(EvaluationError) as found:
        found.add(*(no_effect(name, what) for name in names if getattr(options, name) not in (None, False)))


def _nodes(options: Options) -> list[str] | None:
    if options.nodes is None:
        return None
    return [node.strip() for node in re.split("[,，]", options.nodes) if node.strip()]


def _scored_table(table: str, standard: Standard, options: Options, listing: Listing) -> Summary:
    from aftersales.batch.files.files import score_file

    return score_file(
        table,
        options.output,
        standard,
        nodes=_nodes(options),
        exact=options.exact,
        decimal=options.decimal,
        null=options.null,
        key=options.key,
        encoding=options.encoding,
        delimiter=options.delimiter,
        sheet=options.sheet,
        bom=options.bom,
        readable=language(options) if options.readable else None,
        force=options.force,
        listing=listing,
    )


def _scored_files(sources: Sequence[str], standard: Standard, options: Options, listing: Listing) -> Summary:
    from aftersales.batch.files.files import score_evaluation_files

    return score_evaluation_files(
        sources,
        options.output,
        standard,
        nodes=_nodes(options),
        exact=options.exact,
        remarks=options.remarks,
        workers=options.workers,
        bom=options.bom,
        readable=language(options) if options.readable else None,
        force=options.force,
        listing=listing,
    )


def _show_problems(listing: Listing, options: Options) -> None:
    """Show the first problems on stderr, and how many there are of each code."""
    lang = language(options)
    for line in listing.first:
        print(shown_name(line(lang)), file=sys.stderr)
    if listing.codes:
        codes = [f"{code} {count}" for code, count in listing.codes.most_common()]
        print(_say(lang, "more_problems", count=listing.codes.total(), codes=codes), file=sys.stderr)
        if listing.file:
            print(_say(lang, "problems_beside", file=shown_name(listing.file)), file=sys.stderr)


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
    """The number of rows with a level, in words: by its stars, or by its grade under a standard of another body."""
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
