"""The events of a certificate (7.2): surveillance audits, a downgrade, a revocation, a renewal and its application."""

from typing import Annotated, Literal

from pydantic import Field

from aftersales.files.fields import CountFromOne, Day, Flag, Model, ResultScore, Text

__all__ = ["Downgrade", "Renewal", "RenewalApplication", "Revocation", "Surveillance"]

Grounds = Literal["major_incident", "concentrated_complaints", "breach_of_law", "star_not_kept"]
"""The grounds of a decision (reading R14).

Those of 7.2.4 are a major service incident, concentrated complaints, and a breach of law; that of 7.2.2 is a star level
that was not kept and not put right within the term set.
"""


class Surveillance(Model):
    """A surveillance audit (监督审核, 7.2.2, 7.2.3).

    Fields:
        kind: The kind of the event.
        on: The day of the audit.
        passed: Whether it was passed.
        note: A remark.
    """

    kind: Literal["surveillance"] = "surveillance"
    on: Day
    passed: Flag
    note: Text | None = None


class Downgrade(Model):
    """A decision to lower the stars, to be made public (7.2.4, reading R14).

    Fields:
        kind: The kind of the event.
        on: The day of the decision.
        stars: The stars in force from then on.
        grounds: The grounds.
        reason: The reason in words.
    """

    kind: Literal["downgrade"] = "downgrade"
    on: Day
    stars: CountFromOne
    grounds: Grounds
    reason: Text


class Revocation(Model):
    """A decision that ends the rating, to be made public (7.2.4, reading R14).

    Fields:
        kind: The kind of the event.
        on: The day of the decision.
        grounds: The grounds.
        reason: The reason in words.
    """

    kind: Literal["revocation"] = "revocation"
    on: Day
    grounds: Grounds
    reason: Text


class RenewalApplication(Model):
    """An application for renewal, made in time (7.2.3). It keeps nothing in force (reading R13).

    Fields:
        kind: The kind of the event.
        on: The day of the application.
        note: A remark.
    """

    kind: Literal["application"] = "application"
    on: Day
    note: Text | None = None


class Renewal(Model):
    """A renewal after a new evaluation that passed (4.5, 7.2.3). It starts a new term.

    Fields:
        kind: The kind of the event.
        on: The day of the renewal, which is the first day of the new term.
        final_score: The final score of the new evaluation, 0 to 100, exact.
        stars: The stars of the new evaluation.
    """

    kind: Literal["renewal"] = "renewal"
    on: Day
    final_score: ResultScore
    stars: CountFromOne


Event = Annotated[Surveillance | Downgrade | Revocation | RenewalApplication | Renewal, Field(discriminator="kind")]
"""An event of a certificate."""
