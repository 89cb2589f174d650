"""The valid part of the data of a certificate that has invalid fields, so that all problems are reported at once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from aftersales.certification.certificate.events import KINDS
from aftersales.files.numbers import MAX_DIGITS
from aftersales.problems.violations import Violation

__all__ = ["SoundPart", "sound_part_of"]

# Without these no rule of 7.2 can be checked.
_NEEDED = {"standard", "edition", "issued"}
# What stands for an invalid fact. No number of stars that can be read is higher, so that a downgrade to fewer is right.
_STAND_INS: dict[str, Any] = {"organisation": "–", "final_score": 0, "stars": int("9" * MAX_DIGITS)}
_RATING = {"final_score", "stars"}


class SoundPart(NamedTuple):
    """The data without what is invalid.

    Fields:
        data: The data.
        positions: The position of each event that is left, in the whole list.
        invalid: The names of the invalid facts.
    """

    data: dict[str, Any]
    positions: Sequence[int]
    invalid: set[Any]

    def in_whole(self, violation: Violation) -> Violation | None:
        """A violation of the sound part as one of the whole; None if it comes from what stands for an invalid fact."""
        path = violation.path
        if path[:1] == ("events",):
            _, position, *rest = path
            assert isinstance(position, int)  # the rules of 7.2 speak of events, not of their list
            group = violation.group and self.in_whole(violation.group)
            return replace(violation, path=("events", self.positions[position], *rest), group=group)
        return None if self.invalid & _RATING and _RATING.intersection(path) else violation


def sound_part_of(data: Any, violations: Sequence[Violation], known: Sequence[str]) -> SoundPart | None:
    """The part of the data that can be checked by the rules of 7.2; None if there is none.

    ``violations`` are those of the fields, ``known`` the names of the fields. An invalid event that may be a renewal
    starts a new term, so that the events after it are left out.
    """
    if not isinstance(data, Mapping) or not all(violation.path for violation in violations):
        return None
    broken = {violation.path[1] for violation in violations if violation.path[0] == "events" and violation.path[1:]}
    invalid = {violation.path[0] for violation in violations if violation.path[0] != "events" or not violation.path[1:]}
    invalid |= {key for key in (*_NEEDED, *_STAND_INS) if key not in data}
    if invalid & _NEEDED:
        return None
    facts = {key: data[key] for key in known if key in data and key not in invalid}
    facts |= {key: value for key, value in _STAND_INS.items() if key in invalid}
    events = list(facts.get("events") or ())
    positions: list[int] = []
    for position, event in enumerate(events):
        if position not in broken:
            positions.append(position)
        elif not isinstance(event, Mapping) or _may_be_renewal(event.get("kind")):
            break
    return SoundPart(facts | {"events": [events[position] for position in positions]}, positions, invalid)


def _may_be_renewal(kind: Any) -> bool:
    return not isinstance(kind, str) or kind not in KINDS or kind == "renewal"
