"""The texts of a holder for papers in a language, and the facts that are missing for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from aftersales.certification.certificate.status import Holder
from aftersales.evaluation.parties import EvaluatingBody
from aftersales.problems.clauses import Role
from aftersales.problems.messages import phrase
from aftersales.problems.violations import Violation
from aftersales.standard.standard import Standard
from aftersales.text.dates import day_text
from aftersales.text.sentences import Sentences

__all__ = ["missing_violations", "standard_text", "untranslated_points"]

TRANSLATED = ("organisation", "scope")  # of the holder, for papers in a language other than Chinese
_CHINESE = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_say = Sentences("certification")


def _is_untranslated(lang: str, of: Any, key: str) -> bool:
    """Whether a text has Chinese characters, and a field for that language in which nothing is."""
    text = getattr(of, key, None)
    return bool(text and _CHINESE.search(text)) and getattr(of, f"{key}_{lang}", text) is None


def untranslated_points(lang: str, named: Iterable[tuple[Sequence[str], Any]], clause: Role) -> Iterator[Violation]:
    """The texts that a paper in that language gives in Chinese (reading R20). ``named`` are their paths and models."""
    for (*above, key), model in named:
        if _is_untranslated(lang, model, key):
            path = (*above, f"{key}_{lang}")
            yield Violation("untranslated", path, {"what": phrase(f"paper.{'.'.join(path)}")}, clause=clause)


def standard_text(standard: Standard, lang: str) -> str:
    """The standard with its title and edition."""
    title, edition = standard.title.text(lang), day_text(standard.edition, lang)
    return _say(lang, "report.standard_name", id=standard.name(lang), title=title, edition=edition)


def missing_violations(
    holder: Holder, body: EvaluatingBody | None, required: Sequence[str], langs: Sequence[str]
) -> Iterator[Violation]:
    """Reading R18, 7.2.1: what a paper names and a certificate does not, in each language of the paper.

    ``required`` are keys of the holder. A name in Latin letters needs no translation.
    """
    for key in required:
        if getattr(holder, key) is None:
            yield _missing(key)
    for lang in langs:
        for key in TRANSLATED:
            if key in (*required, "organisation") and _is_untranslated(lang, holder, key):
                yield _missing(f"{key}_{lang}")
    if body is None:
        yield _missing("body", clause="team")
    elif body.approval_number is None:
        yield _missing("body", "approval_number", clause="team")


def _missing(*path: str, **settings: Any) -> Violation:
    return Violation("missing-for-paper", path, {"what": phrase(f"paper.{path[-1]}")}, **settings)
