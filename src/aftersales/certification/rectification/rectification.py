"""Rectification (整改, 6.3.2, 7.2.2): what has to be put right, by when and by whom, and what came of it (reading R19).

It changes no score. A passed audit or a new application refers to it.
"""

import datetime
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import model_validator

from aftersales.certification.rectification.contents import (
    RectificationContents,
    RectificationItem,
    RectificationResult,
    standard_of,
)
from aftersales.certification.rectification.paper import rectification_document
from aftersales.evaluation.parties import EvaluatingBody, Subject
from aftersales.files.fields import read_day
from aftersales.files.format_versions import in_present_format
from aftersales.files.loading import make_model
from aftersales.files.numbers import Number
from aftersales.files.writing import write_file
from aftersales.problems.collector import Collector
from aftersales.problems.errors import PaperError
from aftersales.rendering.formats import PaperFormat
from aftersales.rendering.rendering import format_of, render
from aftersales.standard.standard import Standard, clauses_of
from aftersales.text.language import Language

__all__ = ["Rectification"]


class Rectification(RectificationContents):
    """The items that an organisation has to put right within a term (reading R19).

    ``on`` and ``items`` make it up; the other fields are what the notice (整改通知书) says about its origin.

    >>> item = {"indicator": "5.4.3.2", "requirement": "24 小时内响应", "due": "2027-04-30", "responsible": "李静"}
    >>> result = {"done": "增设夜间值班", "on": "2027-04-20", "by": "张明"}
    >>> rectification = Rectification(on="2027-03-01", items=[item, item | {"result": result}])
    >>> len(rectification.open_on("2027-04-19")), len(rectification.open_on("2027-04-20"))
    (2, 1)
    """

    file_kind = "rectification"

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            number: str | None = None,
            on: datetime.date | str,
            occasion: Literal["evaluation", "surveillance"] | None = None,
            standard: str | None = None,
            edition: datetime.date | str | None = None,
            body: EvaluatingBody | Mapping[str, Any] | None = None,
            subject: Subject | Mapping[str, Any] | None = None,
            final_score: Number | None = None,
            result: str | None = None,
            items: Sequence[RectificationItem | Mapping[str, Any]],
        ) -> None: ...

    @model_validator(mode="before")
    @classmethod
    def _check_format(cls, data: Any) -> Any:
        return in_present_format("rectification", data)

    def close(self, item: str, result: RectificationResult, standard: Standard | None = None) -> Self:
        """The rectification with the result of an item: the id of its indicator, or its number in the list, from 1.

        ``standard`` is cited, by default the one that the rectification names if it is known.

        Raises :class:`~aftersales.PaperError` if no such item is open (``no-open-item``), if several of the indicator
        are (``several-items``), and for a day before that of the notice (``rectification-too-early``).

        >>> item = {"indicator": "5.4.3.2", "requirement": "24 小时内响应", "due": "2027-04-30", "responsible": "李静"}
        >>> rectification = Rectification(on="2027-03-01", items=[item])
        >>> result = RectificationResult(done="增设夜间值班", on="2027-04-20", by="张明")
        >>> rectification.close("5.4.3.2", result).open_on("2027-04-20")
        ()
        """
        clause_of = clauses_of(standard, dict(self))
        with Collector(PaperError, clause_of=clause_of):
            position = self.position_of(item)
        closed = self.items[position].model_copy(update={"result": result})
        items = (*self.items[:position], closed, *self.items[position + 1 :])
        return make_model(type(self), dict(self) | {"items": items}, PaperError, clause_of)

    def typeset(
        self,
        format: PaperFormat,
        lang: Language = "zh",
        standard: Standard | None = None,
        *,
        on: datetime.date | str | None = None,
    ) -> bytes:
        """The notice (整改通知书) as ``"html"``, ``"docx"``, ``"pdf"`` or ``"md"``, with a place to sign for it.

        With ``on`` it says how far the items are on that day. Raises as
        :meth:`Report.typeset <aftersales.Report.typeset>` does, and :class:`~aftersales.PaperError` for a standard that
        is not known, and for an invalid day.
        """
        with Collector(PaperError):
            standard = standard_of(self, standard)
            day = None if on is None else read_day(on)
        return render(rectification_document(self, standard, on=day, lang=lang), format)

    def write(
        self,
        path: str | os.PathLike[str],
        lang: Language = "zh",
        standard: Standard | None = None,
        *,
        on: datetime.date | str | None = None,
        force: bool = False,
    ) -> None:
        """Write the notice in the format of the extension.

        Raises :class:`~aftersales.OutputError` for another extension (``unknown-report-format``), if the file exists
        and ``force`` is false, and as :meth:`typeset` does.
        """
        write_file(path, self.typeset(format_of(path), lang, standard, on=on), force=force)
