"""What happens to a certificate (7.2): surveillance audits, a downgrade, a revocation, a renewal."""

from typing import Annotated, Literal

from pydantic import Field

from aftersales.files.fields import CountFromOne, Day, Flag, Model, ResultScore, Text

__all__ = ["Downgrade", "Renewal", "Revocation", "Surveillance"]

Grounds = Literal["major_incident", "concentrated_complaints", "breach_of_law"]
"""The grounds of 7.2.4: a major service incident, complaints that pile up, a breach of law."""


class Surveillance(Model):
    """A surveillance audit (监督审核, 7.2.2, 7.2.3), passed or not."""

    kind: Literal["surveillance"] = "surveillance"
    on: Day
    passed: Flag
    note: Text | None = None


class Downgrade(Model):
    """A decision to leave fewer stars in force (7.2.4, R14), to be made public."""

    kind: Literal["downgrade"] = "downgrade"
    on: Day
    stars: CountFromOne
    grounds: Grounds
    reason: Text


class Revocation(Model):
    """A decision that ends the rating for good (7.2.4, R14), to be made public."""

    kind: Literal["revocation"] = "revocation"
    on: Day
    grounds: Grounds
    reason: Text


class Renewal(Model):
    """A new evaluation that passed (4.5, 7.2.3); on that day the certificate begins anew, with its stars."""

    kind: Literal["renewal"] = "renewal"
    on: Day
    final_score: ResultScore
    stars: CountFromOne


Event = Annotated[Surveillance | Downgrade | Revocation | Renewal, Field(discriminator="kind")]
"""What happens to a certificate."""
