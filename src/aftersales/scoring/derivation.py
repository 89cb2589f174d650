"""How a figure came about: the clause, the rule, what went in and what came out, down to each finding."""

from functools import cache

from aftersales.files.fields import Bilingual, Frozen, Model
from aftersales.text.sanitize import unbroken
from aftersales.text.sentences import Sentences

__all__ = ["Derivation"]

_say = Sentences("scoring")


class Derivation(Model):
    """One step of a score, with the steps that it rests on.

    ``id`` names the node (for the whole: the id of the standard), ``clause`` and ``readings`` the rule's place in the
    standard and in docs/interpretations.md. ``rule`` is the formula in words, ``working`` the same with the inputs put
    in. ``inputs`` and ``value`` are exact numbers as text (``"0.08"``, ``"2600/29"``); ``value`` is None where the node
    is deleted. ``notes`` holds what is told beside the numbers: reason, confirmed_by, deducted, reference, and
    of a sample what made it large enough (``sample_of_population``, ``sample_of_outlets``, reading R7).

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
    clause: str
    readings: tuple[str, ...] = ()
    rule: Bilingual
    inputs: Frozen[str, str]
    working: str
    value: str | None
    notes: Frozen[str, str]
    children: tuple["Derivation", ...] = ()

    def text(self, lang: str = "zh") -> str:
        """The derivation as indented lines in that language. A reason stays on its line, whatever stands in it."""
        return "\n".join(self._lines(lang, ""))

    def __str__(self) -> str:
        return self.text()

    def _lines(self, lang: str, indent: str) -> list[str]:
        clause = f"[{', '.join([self.clause, *self.readings])}]"
        lines = [f"{self.id} {self.title.text(lang)}", f"  {clause} {self.rule.text(lang)}"]
        if self.value is not None:
            equation = self.value if self.working == self.value else f"{self.working} = {self.value}"
            lines.append(f"  = {equation}")
        lines += [f"  {_say(lang, f'note.{key}', value=value)}" for key, value in self.notes.items()]
        lines = [f"{indent}{unbroken(line)}" for line in lines]
        for child in self.children:
            lines += child._lines(lang, indent + "  ")
        return lines


def final_score_title() -> Bilingual:
    """The title of the step that gives the final score."""
    return Bilingual(**_say.in_all("final_score"))


@cache
def formula(key: str) -> Bilingual:
    """A rule of 6.2 and 6.3 as a formula in words."""
    return Bilingual(**_say.in_all(f"rule.{key}"))
