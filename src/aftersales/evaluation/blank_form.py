"""The blank form: a YAML file with every indicator of a standard, to be filled in by a team."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import zip_longest

from aftersales.evaluation.evaluation import Evaluation
from aftersales.evaluation.findings import KINDS
from aftersales.files.format_versions import version_of
from aftersales.files.writing import as_yaml
from aftersales.standard.examples import example_ids
from aftersales.standard.standard import Standard
from aftersales.standard.structure import SIGNS, Indicator, own_limit
from aftersales.text.columns import padded
from aftersales.text.number_format import as_text
from aftersales.text.sanitize import clean
from aftersales.text.sentences import Sentences

__all__ = ["blank_form"]

_say = Sentences("evaluation")

WIDE = 56  # the most characters of an example beside its hint
_EVIDENCE = "evidence: [{method: document | interview | observation | customer, note: …}]"


def blank_form(
    standard: Standard,
    evaluation: Evaluation | None = None,
    assessors: Mapping[str, Sequence[str]] | None = None,
    lang: str = "zh",
    only: Collection[str] | None = None,
) -> str:
    """A YAML form with every indicator, its points and title, without findings. Its comments are in that language.

    An ``evaluation`` gives the head: type, subject, team, period. ``assessors`` are the names beside each indicator.
    ``only`` are the ids of the indicators that the form has (default: all), as for one assessor.

    >>> from aftersales import load_standard
    >>> print(blank_form(load_standard()).splitlines()[-1])
      5.4.4.2:   # 1.5 分 服务失误识别与补救机制完善、进展告知及时
    """
    head = as_yaml(evaluation, without=["findings"]) if evaluation else "".join(_open_head(standard, lang))
    shown = set(standard.layout.positions if only is None else only)
    return "".join([*_hints(standard, lang), head, "findings:\n", *_findings(standard, assessors or {}, lang, shown)])


def _hints(standard: Standard, lang: str) -> Iterator[str]:
    """The comments at the start of a form: the values that an indicator can have."""
    title = clean(standard.title.text(lang))
    yield f"# {_say(lang, 'form.standard', title=title, id=standard.id, edition=standard.edition)}\n#\n"
    yield f"# {_say(lang, 'form.head')}\n"
    yield from _beside("#   full", [_say(lang, "found.full")])
    yield from _beside("#   none", [_say(lang, "found.none")])
    for name, kind in KINDS.items():
        yield from _beside(
            f"#   {kind.example}", _say.each(lang, f"form.hint.{name}", smallest=example_ids(standard).smallest)
        )
    yield f"# {_say(lang, 'form.evidence', evidence=_EVIDENCE)}\n"


def _open_head(standard: Standard, lang: str) -> Iterator[str]:
    """The head of a form without a plan, with the optional keys as comments."""
    yield f"format: {version_of('evaluation')}\nstandard: {standard.id}\nedition: {standard.edition}\n"
    yield from _beside("# type: third_party", ["# " + _say(lang, "form.type")])
    yield "# subject: {organisation: …, product_category: …, size_tier: …, scope: …}\n"
    yield "# team: [{name: …, role: lead, qualification: …, organisation: …}]\n"
    yield "# period: {start: 2026-01-01, end: 2026-01-05}\n"


def _findings(
    standard: Standard, assessors: Mapping[str, Sequence[str]], lang: str, shown: Collection[str]
) -> Iterator[str]:
    """A line for each indicator that is shown, and a comment for each group with one."""
    for key, node in standard.layout.nodes.items():
        if not any(standard.indicators[place].id in shown for place in standard.layout.spans[key]):
            continue
        title, points = clean(node.title.text(lang)), as_text(node.points)
        if key not in standard.layout.positions:
            yield f"  # {_say(lang, 'form.group', id=key, title=title, count=points)}\n"
            continue
        comment = _say(lang, "form.indicator", count=points, title=title)
        if key in standard.layout.limited:
            comment += _say(lang, "form.own_limit") + _limit(standard.indicators[standard.layout.positions[key]], lang)
        if names := [clean(name) for name in assessors.get(key, ())]:
            comment += _say(lang, "form.assessors", names=names)
        yield f"  {key}:   # {comment}\n"


def _limit(indicator: Indicator, lang: str) -> str:
    """The limit of the standard, unless the title says it."""
    limit = own_limit(indicator)
    if limit is None or indicator.limit_text in indicator.title.text(lang):
        return ""
    return _say(lang, "form.limit", sign=SIGNS[limit[0]], limit=indicator.limit_text)


def _beside(text: str, hints: Sequence[str]) -> Iterator[str]:
    """Lines of a text with hints beside it."""
    for left, hint in zip_longest([text], hints, fillvalue="#"):
        yield f"{padded(left, WIDE + 4)}{hint}".rstrip() + "\n"
