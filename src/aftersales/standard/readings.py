"""The readings: how the library reads the standard where it is silent or contradicts itself.

Messages, derivations and code cite a reading by its id (``R6``). The texts are in the package's data, in every
language of the standard; docs/interpretations.md has the reasons for them, with examples.
"""

from functools import lru_cache
from typing import Annotated

from pydantic import Field

from aftersales.files.fields import Bounded, Model, Text, WholeModel
from aftersales.files.loading import load_model
from aftersales.problems.errors import StandardError
from aftersales.standard.editions import data_folder
from aftersales.standard.structure import Bilingual

__all__ = ["Reading", "readings"]


class Reading(Model):
    """A reading of the standard.

    Fields:
        id: The id, such as ``R6``.
        clause: The clauses that it is about.
        title: What the standard leaves open.
        text: How the library reads it.
    """

    id: Text
    clause: Text
    title: Bilingual
    text: Bilingual


class _Readings(WholeModel):
    readings: Annotated[tuple[Reading, ...], Field(min_length=1), Bounded]


@lru_cache(maxsize=1)
def readings() -> dict[str, Reading]:
    """The readings by their ids, in order.

    >>> readings()["R6"].clause, readings()["R6"].title.zh
    ('6.2.2', '超过上限')
    """
    document = load_model(data_folder() / "readings.yaml", _Readings, StandardError)
    return {reading.id: reading for reading in document.readings}
