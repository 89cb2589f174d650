"""How a figure came about: the clause, the rule, what went in and what came out, down to each finding."""

from aftersales.files.fields import Bilingual, Frozen, Model
from aftersales.text.sanitize import unbroken

__all__ = ["Derivation"]

_LABELS = {
    "zh": {
        "reason": "原因",
        "confirmed_by": "确认人",
        "deducted": "扣分",
        "reference": "表 1",
        "readings": "解读",
        "altered_standard": "非内置标准，规则不同之处",
        "sample_of_population": "样本达到总样本的规定比例",
        "sample_of_outlets": "样本覆盖全部服务网点",
    },
    "en": {
        "reason": "reason",
        "confirmed_by": "confirmed by",
        "deducted": "deducted",
        "reference": "table 1",
        "readings": "reading",
        "altered_standard": "not the bundled standard, other rules",
        "sample_of_population": "sampled of the population",
        "sample_of_outlets": "outlets covered",
    },
}


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
        """The derivation as indented lines, in ``"zh"`` or ``"en"``. A reason stays on its line, whatever stands in it."""
        return "\n".join(self._lines("en" if lang == "en" else "zh", ""))

    def __str__(self) -> str:
        return self.text()

    def _lines(self, lang: str, indent: str) -> list[str]:
        labels = _LABELS[lang]
        clause = f"[{', '.join([self.clause, *self.readings])}]"
        lines = [f"{self.id} {self.title.text(lang)}", f"  {clause} {self.rule.text(lang)}"]
        if self.value is not None:
            equation = self.value if self.working == self.value else f"{self.working} = {self.value}"
            lines.append(f"  = {equation}")
        lines += [f"  {labels[key]}: {value}" for key, value in self.notes.items()]
        lines = [f"{indent}{unbroken(line)}" for line in lines]
        for child in self.children:
            lines += child._lines(lang, indent + "  ")
        return lines


RULES = {
    "stars": Bilingual(
        zh="星级由未经修约的最终得分所在的区间决定",
        en="the stars follow from the interval in which the unrounded final score lies",
    ),
    "failed": Bilingual(zh="最终得分低于合格线，不授予星级", en="the final score is below the pass line: no star"),
    "total": Bilingual(
        zh="最终得分 = 实际得分 ÷ 涉及项总分值 × 满分",
        en="final score = earned points ÷ applicable points × full score",
    ),
    "sum": Bilingual(zh="得分 = 各下级得分之和", en="earned = the sum of what its parts earned"),
    "qualitative": Bilingual(zh="定性：得分 = 分值 × 符合程度", en="qualitative: earned = points × degree"),
    "at_least": Bilingual(
        zh="定量（不低于）：得分 = 分值 × min(1, 实际值 ÷ 规定值)",
        en="quantitative, at least: earned = points × min(1, actual ÷ limit)",
    ),
    "at_most": Bilingual(
        zh="定量（不高于）：实际值不超过规定值得满分，否则得分 = 分值 × 规定值 ÷ 实际值",
        en="quantitative, at most: full points up to the limit, else earned = points × limit ÷ actual",
    ),
    "sampled": Bilingual(
        zh="抽样：得分 = 分值 × (1 − 不符合数 ÷ 抽样数)", en="sampled: earned = points × (1 − nonconforming ÷ sampled)"
    ),
    "deleted": Bilingual(
        zh="删减：不计入实际得分，也不计入涉及项总分值",
        en="deleted: counts neither in the earned nor in the applicable points",
    ),
}
"""The rules of 6.2 and 6.3 as formulas in words."""
