"""Load a rectification from a file, a stream or a mapping, and check it, or report all of its problems."""

from collections.abc import Iterator

from aftersales.certification.rectification.rectification import Rectification, rectification_violations
from aftersales.files.loading import load_model
from aftersales.files.source import Source
from aftersales.problems.errors import PaperError
from aftersales.problems.violations import Violation
from aftersales.standard.standard import Standard, bundled_standard

__all__ = ["load_rectification"]


def load_rectification(source: Source, standard: Standard | None = None, *, complete: bool = True) -> Rectification:
    """Load what has to be put right, and check it (reading R19).

    If ``complete`` is false, an item may name nobody who is responsible, as in a draft. ``standard`` defaults to the
    bundled one that the file names; without one, the ids of the indicators are not checked.

    Raises :class:`~aftersales.PaperError` with all problems, each at its line.

    >>> item = {"indicator": "5.4.3.2", "requirement": "24 小时内响应", "due": "2027-04-30", "responsible": "李静"}
    >>> load_rectification({"on": "2027-03-01", "items": [item]}).items[0].responsible
    '李静'
    """

    def check(rectification: Rectification) -> Iterator[Violation]:
        named = standard
        if named is None and rectification.standard is not None:
            named = bundled_standard(rectification.standard, rectification.edition)
        yield from rectification_violations(rectification, named, complete=complete)

    return load_model(source, Rectification, PaperError, check)
