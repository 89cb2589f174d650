"""The statements of a team beside its findings (7.1): its narrative in its own words, and who signs."""

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from aftersales.files.fields import Day, Model, Text

__all__ = ["Narrative", "SignOff", "Signature"]


class Narrative(Model):
    """Texts of the assessors for the report (7.1 b, e, f).

    Fields:
        process: The course of the evaluation (评价过程).
        strengths: What the organisation does well (优势).
        weaknesses: Where it falls short (不足).
        suggestions: What the assessors suggest (改进建议).
    """

    process: Text | None = None
    strengths: Text | None = None
    weaknesses: Text | None = None
    suggestions: Text | None = None


class Signature(Model):
    """A person who signs, and the day.

    Fields:
        name: The name.
        on: The day of the signature.
    """

    name: Text
    on: Day | None = None

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            name: str,
            on: datetime.date | str | None = None,
        ) -> None: ...


class SignOff(Model):
    """The signatures of a report: of the leader of the team, the reviewer and the approver.

    Fields:
        leader: The leader of the team (评价组长).
        reviewer: The reviewer (复核人), who is not of the team.
        approver: The approver (批准人).
    """

    leader: Signature | None = None
    reviewer: Signature | None = None
    approver: Signature | None = None

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            leader: Signature | Mapping[str, Any] | None = None,
            reviewer: Signature | Mapping[str, Any] | None = None,
            approver: Signature | Mapping[str, Any] | None = None,
        ) -> None: ...
