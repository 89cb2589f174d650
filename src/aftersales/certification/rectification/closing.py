"""Close an item of rectification in its file, in place. What people wrote in the file stays as it is."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from pydantic import BaseModel

from aftersales.certification.rectification.contents import RectificationResult
from aftersales.certification.rectification.layout import SHEETS
from aftersales.certification.rectification.loading import load_rectification
from aftersales.certification.rectification.rectification import Rectification
from aftersales.files.locking import exclusive
from aftersales.files.writing import as_line, as_yaml
from aftersales.files.yaml_editing import with_key, write_edited
from aftersales.problems.collector import refusal
from aftersales.problems.errors import OutputError, PaperError
from aftersales.problems.violations import Violation
from aftersales.standard.standard import Standard

__all__ = ["close_item"]


def close_item(
    path: str | os.PathLike[str], item: str, result: RectificationResult, standard: Standard | None = None
) -> Rectification:
    """Write the result of an item into the file of a rectification, completely or not at all, and return the whole.

    ``item`` is the id of its indicator, or its number in the list, from 1. A YAML file keeps its comments and its
    layout. A workbook is not written to, since it may hold more than its form (``fill-in-workbook``).

    Raises :class:`~aftersales.PaperError` as :func:`~aftersales.load_rectification` and
    :meth:`Rectification.close <aftersales.Rectification.close>` do, and :class:`~aftersales.OutputError` if the file
    cannot be written, or if its comments would be lost (``comments-lost``). The file is then unchanged.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = Path(folder.name, "items.yaml")
    >>> text = "on: 2027-03-01\\nitems:\\n- indicator: 5.4.3.2\\n  requirement: 24 小时内响应\\n"
    >>> written = path.write_text(text + "  due: 2027-04-30  # 延期一次\\n", "utf-8")
    >>> result = RectificationResult(done="增设夜间值班", on="2027-04-20", by="张明")
    >>> close_item(path, "5.4.3.2", result).open_on("2027-04-20")
    ()
    >>> print(path.read_text("utf-8")[len(text) :], end="")
      due: 2027-04-30  # 延期一次
      result:
        done: 增设夜间值班
        'on': '2027-04-20'
        by: 张明
    >>> folder.cleanup()
    """
    with exclusive(path):
        rectification = load_rectification(path, standard, complete=False)
        closed = rectification.close(item, result, standard)
        position = rectification.position_of(item)
        if Path(path).suffix.lower() == ".xlsx":
            context = {"found": str(path), "item": rectification.items[position].indicator, "sheet": SHEETS["items"]}
            raise refusal(OutputError, Violation("fill-in-workbook", context=context))
        write_result(path, ("items", position), result, closed, lambda text: _reads_as(text, closed, standard))
    return closed


def write_result(
    path: str | os.PathLike[str],
    item: Sequence[str | int],
    result: RectificationResult,
    whole: BaseModel,
    reads_as_meant: Callable[[str], bool],
) -> None:
    """Add a result to the item at that place of a YAML or JSON file, whose content is then ``whole``."""
    write_edited(
        path, lambda text: with_key(text, item, "result", as_yaml(result), as_line(result)), reads_as_meant, whole
    )


def _reads_as(text: str, rectification: Rectification, standard: Standard | None) -> bool:
    try:
        return load_rectification(text.encode(), standard, complete=False) == rectification
    except PaperError:
        return False
