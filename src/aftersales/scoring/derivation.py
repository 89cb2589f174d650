"""The derivation of a figure: clause, rule, inputs and value, down to each finding."""

from functools import cache
from typing import Annotated

from pydantic import SerializerFunctionWrapHandler, model_serializer

from aftersales.files.fields import Bounded, Frozen, Model
from aftersales.standard.standard import Standard
from aftersales.standard.structure import Bilingual
from aftersales.text.display import OneLineRepr
from aftersales.text.language import Language
from aftersales.text.sanitize import unbroken
from aftersales.text.sentences import Sentences, languages

__all__ = ["Derivation"]

_say = Sentences("scoring")
NAMES = ", "  # separates the names in a note


class Derivation(OneLineRepr, Model):
    """A step of a score, with the steps on which it is based.

    Fields:
        id: The id of the node; for the whole, the id of the standard.
        title: The title of the node.
        clause: The clause of the rule; None if the standard names none.
        readings: The readings of the rule (see docs/interpretations.md).
        rule: The formula in words.
        inputs: The inputs as exact numbers in text (``"0.08"``, ``"2600/29"``).
        working: The formula with the inputs inserted.
        value: The result as an exact number in text; None if the node is deleted.
        notes: Further facts: ``reason``, ``confirmed_by``, ``deducted``, ``reference``, and what makes a sample large
            enough (``sample_of_population``, ``sample_of_outlets``, reading R7).
        children: The steps for the parts of the node.
        row: What the note ``reference`` is called if the standard has a table of another name; otherwise left out.

    >>> import aftersales
    >>> findings = {indicator.id: "full" for indicator in aftersales.load_standard().indicators}
    >>> findings["5.1.2.2"] = {"kind": "quantitative", "actual": "8%"}
    >>> card = aftersales.score(aftersales.Evaluation(standard="CTS XBHT-S04-2025", findings=findings))
    >>> step = card.explain("5.1.2.2")
    >>> step.clause, step.working, step.value
    ('6.2.2', '1.5 × min(1, 0.08 ÷ 0.1)', '1.2')
    """

    id: str
    title: Bilingual
    clause: str | None = None
    readings: Annotated[tuple[str, ...], Bounded] = ()
    rule: Bilingual
    inputs: Frozen[str, str]
    working: str
    value: str | None = None
    notes: Frozen[str, str]
    children: Annotated[tuple["Derivation", ...], Bounded] = ()
    row: Bilingual | None = None

    @model_serializer(mode="wrap")
    def _without_unset_row(self, serialize: SerializerFunctionWrapHandler):  # type: ignore[no-untyped-def]
        """Leave out ``row`` where there is none. There is no return type, as the JSON Schema is that of the fields."""
        document = serialize(self)
        return {key: value for key, value in document.items() if value is not None or key != "row"}

    def text(self, lang: Language = "zh") -> str:
        """The derivation as indented lines in that language. A reason stays on one line."""
        return "\n".join(self._all_lines(lang, ""))

    def __str__(self) -> str:
        return self.text()

    def _line(self) -> str:
        return f"<Derivation of {self.id}{'' if self.value is None else f' = {self.value}'}>"

    def lines(self, lang: str = "zh") -> list[str]:
        """The step itself in that language, without its children: its title, then its rule, equation and notes."""
        grounds = [*([self.clause] if self.clause else []), *self.readings]
        clause = f"[{', '.join(grounds)}] " if grounds else ""
        lines = [f"{self.id} {self.title.text(lang)}", f"{clause}{self.rule.text(lang)}"]
        if self.value is not None:
            equation = self.value if self.working == self.value else f"{self.working} = {self.value}"
            lines.append(f"= {equation}")
        for key, value in self.notes.items():
            shown = value.split(NAMES) if key == "confirmed_by" else value
            lines.append(_say(lang, f"note.{key}", value=shown, row=self.row or _say.phrase("row_of_table_1")))
        return [unbroken(line) for line in lines]

    def _all_lines(self, lang: str, indent: str) -> list[str]:
        title, *rest = self.lines(lang)
        lines = [f"{indent}{title}", *(f"{indent}  {line}" for line in rest)]
        for child in self.children:
            lines += child._all_lines(lang, indent + "  ")
        return lines


def final_score_title() -> Bilingual:
    """The title of the step of the final score."""
    return Bilingual(**_say.in_all("final_score"))


def row_title(standard: Standard) -> Bilingual | None:
    """The name of the note ``reference`` by a standard; None for table 1."""
    own = {lang: _say(lang, "row", **standard.wording) for lang in languages()}
    return None if own == _say.in_all("row_of_table_1") else Bilingual(**own)


def stars_rule(standard: Standard, *, passed: bool) -> Bilingual:
    """The rule that decides the stars (6.3)."""
    return Bilingual(**_say.in_all("rule.stars" if passed else "rule.failed", **standard.wording))


@cache
def formula(key: str) -> Bilingual:
    """A rule of 6.2 as a formula in words."""
    return Bilingual(**_say.in_all(f"rule.{key}"))
