"""The events of a certificate (7.2): audits, downgrades, a revocation, renewals and applications, changes."""

import datetime
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from aftersales.certification.rectification.rectification import Rectification
from aftersales.evaluation.fingerprint import Fingerprint
from aftersales.evaluation.parties import EvaluatingBody
from aftersales.files.fields import Bounded, CountFromOne, Day, Flag, Model, NoneIsEmpty, ResultScore, Text
from aftersales.files.numbers import Number
from aftersales.problems.violations import Violation, ViolationError

__all__ = [
    "Change",
    "Correction",
    "Downgrade",
    "Event",
    "MaintenanceNotice",
    "Renewal",
    "RenewalApplication",
    "Revocation",
    "Surveillance",
]

Grounds = Literal["major_incident", "concentrated_complaints", "breach_of_law", "star_not_kept"]
"""The grounds of a decision (reading R14).

Those of 7.2.4 are a major service incident, concentrated complaints, and a breach of law; that of 7.2.2 is a star level
that was not kept and not put right within the term set.
"""


class MaintenanceNotice(Model):
    """The notice that certification is maintained (保持认证资格通知书, 7.2.3), issued on a passed audit (reading R13).

    Fields:
        number: The number of the notice.
        on: The day of the notice.
    """

    number: Text
    on: Day

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            number: str,
            on: datetime.date | str,
        ) -> None: ...


class Surveillance(Model):
    """A surveillance audit (监督审核, 7.2.2, 7.2.3).

    Fields:
        kind: The kind of the event.
        on: The day of the audit.
        passed: Whether it was passed.
        star_kept: Whether the star level was kept (7.2.2), if the audit says so.
        indicators: The ids of what was looked at: indicators, or whole categories and subcategories.
        result: The fingerprint of the evaluation that was made, if one was.
        rectification: What has to be put right (reading R19).
        notice: The notice of maintained certification, once it is issued.
        note: A remark.
    """

    kind: Literal["surveillance"] = "surveillance"
    on: Day
    passed: Flag
    star_kept: Flag | None = None
    indicators: Annotated[tuple[Text, ...], Bounded, NoneIsEmpty] = ()
    result: Fingerprint | None = None
    rectification: Rectification | None = None
    notice: MaintenanceNotice | None = None
    note: Text | None = None

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            kind: Literal["surveillance"] = "surveillance",
            on: datetime.date | str,
            passed: bool,
            star_kept: bool | None = None,
            indicators: Sequence[str] = (),
            result: str | None = None,
            rectification: Rectification | Mapping[str, Any] | None = None,
            notice: MaintenanceNotice | Mapping[str, Any] | None = None,
            note: str | None = None,
        ) -> None: ...


class Downgrade(Model):
    """A decision to lower the stars, to be made public (7.2.4, reading R14).

    Fields:
        kind: The kind of the event.
        on: The day of the decision.
        stars: The stars in force from then on.
        grounds: The grounds.
        reason: The reason in words.
        reason_en: The reason in English, for announcements in English.
    """

    kind: Literal["downgrade"] = "downgrade"
    on: Day
    stars: CountFromOne
    grounds: Grounds
    reason: Text
    reason_en: Text | None = None

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            kind: Literal["downgrade"] = "downgrade",
            on: datetime.date | str,
            stars: int,
            grounds: Literal["major_incident", "concentrated_complaints", "breach_of_law", "star_not_kept"],
            reason: str,
            reason_en: str | None = None,
        ) -> None: ...


class Revocation(Model):
    """A decision that ends the rating, to be made public (7.2.4, reading R14).

    Fields:
        kind: The kind of the event.
        on: The day of the decision.
        grounds: The grounds.
        reason: The reason in words.
        reason_en: The reason in English, for announcements in English.
    """

    kind: Literal["revocation"] = "revocation"
    on: Day
    grounds: Grounds
    reason: Text
    reason_en: Text | None = None

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            kind: Literal["revocation"] = "revocation",
            on: datetime.date | str,
            grounds: Literal["major_incident", "concentrated_complaints", "breach_of_law", "star_not_kept"],
            reason: str,
            reason_en: str | None = None,
        ) -> None: ...


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

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            kind: Literal["application"] = "application",
            on: datetime.date | str,
            note: str | None = None,
        ) -> None: ...


class Renewal(Model):
    """A renewal after a new evaluation that passed (4.5, 7.2.3). It starts a new term.

    Fields:
        kind: The kind of the event.
        on: The day of the renewal, which is the first day of the new term.
        final_score: The final score of the new evaluation, 0 to 100, exact.
        stars: The stars of the new evaluation.
        number: The new number, if it has one.
        organisation: The name in the new evaluation, if it is written in another way than before.
        organisation_en: The new name in English, if it changed.
        credit_code: The new unified social credit code, if it changed.
        address: The new address, if it changed.
        address_en: The new address in English, if it changed.
        scope: The scope of the new evaluation, if it changed.
        scope_en: The new scope in English, if it changed.
        body: The body that renews it, if it or what is known of it changed.
        result: The fingerprint of the new evaluation.
    """

    kind: Literal["renewal"] = "renewal"
    on: Day
    final_score: ResultScore
    stars: CountFromOne
    number: Text | None = None
    organisation: Text | None = None
    organisation_en: Text | None = None
    credit_code: Text | None = None
    address: Text | None = None
    address_en: Text | None = None
    scope: Text | None = None
    scope_en: Text | None = None
    body: EvaluatingBody | None = None
    result: Fingerprint | None = None

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            kind: Literal["renewal"] = "renewal",
            on: datetime.date | str,
            final_score: Number,
            stars: int,
            number: str | None = None,
            organisation: str | None = None,
            organisation_en: str | None = None,
            credit_code: str | None = None,
            address: str | None = None,
            address_en: str | None = None,
            scope: str | None = None,
            scope_en: str | None = None,
            body: EvaluatingBody | Mapping[str, Any] | None = None,
            result: str | None = None,
        ) -> None: ...


class Change(Model):
    """A change of the name, the address or the scope of a certified organisation, or of what is known of the body.

    The rating stays as it is.

    A new name, address or scope that comes without one in English leaves none in English.

    Fields:
        kind: The kind of the event.
        on: The day from which on the new ones are in force.
        organisation: The new name, if it changed.
        organisation_en: The new name in English, if it changed or was not known.
        credit_code: The new unified social credit code, if it changed or was not known.
        address: The new address, if it changed.
        address_en: The new address in English, if it changed or was not known.
        scope: The new scope, if it changed.
        scope_en: The new scope in English, if it changed or was not known.
        body: The body that issued the certificate, if its name or what is known of it changed, or was not known.
        note: A remark.
    """

    kind: Literal["change"] = "change"
    on: Day
    organisation: Text | None = None
    organisation_en: Text | None = None
    credit_code: Text | None = None
    address: Text | None = None
    address_en: Text | None = None
    scope: Text | None = None
    scope_en: Text | None = None
    body: EvaluatingBody | None = None
    note: Text | None = None

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            kind: Literal["change"] = "change",
            on: datetime.date | str,
            organisation: str | None = None,
            organisation_en: str | None = None,
            credit_code: str | None = None,
            address: str | None = None,
            address_en: str | None = None,
            scope: str | None = None,
            scope_en: str | None = None,
            body: EvaluatingBody | Mapping[str, Any] | None = None,
            note: str | None = None,
        ) -> None: ...

    @model_validator(mode="after")
    def _check(self) -> Self:
        changed = {key: value for key, value in self if key not in ("kind", "on", "note")}
        if all(value is None for value in changed.values()):
            raise ViolationError(Violation("empty-change", context={"allowed": tuple(changed)}))
        return self


Event = Annotated[
    Surveillance | Downgrade | Revocation | RenewalApplication | Renewal | Change, Field(discriminator="kind")
]
"""An event of a certificate."""


class Correction(Model):
    """The correction of a recorded event that was entered by mistake (更正登记).

    The event counts from the beginning as if it had not been recorded. It stays in the file with the reason.

    Fields:
        on: The day of the correction.
        reason: Why the event does not count, such as a mistyped day.
        event: The event as it was recorded.
    """

    on: Day
    reason: Text
    event: Event

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            on: datetime.date | str,
            reason: str,
            event: Event | Mapping[str, Any],
        ) -> None: ...


KINDS: dict[str, type[Any]] = {
    kind.model_fields["kind"].default: kind
    for kind in (Surveillance, Downgrade, Revocation, RenewalApplication, Renewal, Change)
}
"""The kinds of events by their names."""
