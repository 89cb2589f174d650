"""Load a rectification from a file, a stream or a mapping, and check it, or report all of its problems."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from aftersales.certification.rectification.contents import rectification_violations, standard_of
from aftersales.certification.rectification.layout import MEANT
from aftersales.certification.rectification.rectification import Rectification
from aftersales.evaluation.file_kinds import of_kind
from aftersales.files.loading import load_model, sound_part_check
from aftersales.files.parsed_file import ParsedFile, parse_source
from aftersales.files.source import Source
from aftersales.problems.errors import PaperError
from aftersales.problems.violations import Violation
from aftersales.standard.standard import Standard, clauses_of

__all__ = ["load_rectification"]


def load_rectification(source: Source, standard: Standard | None = None, *, complete: bool = True) -> Rectification:
    """Load what has to be put right, and check it (reading R19).

    ``source`` is as for :func:`~aftersales.load_evaluation`. If ``complete`` is false, an item may name nobody who is
    responsible, as in a draft. ``standard`` defaults to the bundled one that the file names; without one, the ids of
    the indicators are not checked.

    Raises :class:`~aftersales.PaperError` with all problems, each at its line or cell.

    >>> item = {"indicator": "5.4.3.2", "requirement": "24 小时内响应", "due": "2027-04-30", "responsible": "李静"}
    >>> load_rectification({"on": "2027-03-01", "items": [item]}).items[0].responsible
    '李静'
    """
    return read_placed_rectification(source, standard, complete=complete)[0]


def read_placed_rectification(
    source: Source,
    standard: Standard | None,
    *,
    complete: bool,
    also: Callable[[Rectification], Iterable[Violation]] = lambda _: (),
) -> tuple[Rectification, ParsedFile]:
    """As :func:`load_rectification`, with the content of the source. ``also`` returns more violations of it."""

    def check(rectification: Rectification) -> Iterator[Violation]:
        yield from rectification_violations(rectification, standard_of(rectification, standard), complete=complete)
        yield from also(rectification)

    clauses = partial(clauses_of, standard)
    document, sound = _parse(source), sound_part_check(Rectification, check)
    rectification = load_model(
        source, Rectification, PaperError, check, sound, parse=lambda _: document, meant=lambda: MEANT, clauses=clauses
    )
    return rectification, document


def _parse(source: Source) -> ParsedFile:
    return of_kind(parse_source(source, _read_form), "rectification")


def _read_form(raw: bytes) -> ParsedFile:
    # imported here: only workbooks need it
    from aftersales.certification.rectification.reader import read_rectification_workbook

    return read_rectification_workbook(raw)
