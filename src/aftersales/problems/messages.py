"""The codes of problems and remarks, each with its clause.

The sentence of a code is in ``problems/sentences``, with the phrases that are filled into sentences. A sentence says
what was found and what is allowed. A ``{name}`` is filled from the context of the violation; ``{hint}`` is the word
that was probably meant, if there is one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from aftersales.problems.clauses import Role
from aftersales.text.sentences import Phrase, Sentences

__all__ = ["MESSAGES", "SENTENCES", "Message", "Words", "phrase"]

SENTENCES = Sentences("problems")


class Words(NamedTuple):
    """The words for people who do not see the file format, for example in a workbook.

    Fields:
        lang: The language of these words. Only sentences of this language use them.
        keys: The words for keys of the format.
        values: The words for values of the format.
    """

    lang: str
    keys: Mapping[str, str]
    values: Mapping[str, str]


class Message(NamedTuple):
    """The entry of a code.

    Fields:
        clause: The role of the clause on which it is based; None if only the file format requires it.
        part: The part of the document in which the clause requires it; None: in every part.
        is_missing: Whether something is missing and nothing is wrong. Such problems come last.
    """

    clause: Role | None = None
    part: str | None = None
    is_missing: bool = False


def phrase(key: str, /, **facts: Any) -> Phrase:
    """A part of a sentence, by its key in ``problems/sentences``, which is put into a language with the sentence.

    >>> phrase("near", first="5.1", last="5.4").text("en")
    '; there are 5.1 to 5.4'
    """
    return SENTENCES.phrase(key, **facts)


MESSAGES: Mapping[str, Message] = {
    # reading a file
    "not-a-path": Message(),
    "unreadable-file": Message(),
    "unknown-format": Message(),
    "other-kind-of-file": Message(),
    "file-too-large": Message(),
    "not-utf8": Message(),
    "bad-character": Message(),
    "not-yaml": Message(),
    "not-json": Message(),
    "several-documents": Message(),
    "empty-document": Message(),
    "alias": Message(),
    "tag": Message(),
    "too-deep": Message(),
    "too-many-values": Message(),
    "duplicate-key": Message(),
    "json-duplicate-key": Message(),
    "key-not-text": Message(),
    "too-many-problems": Message(),
    # the form of the document
    "not-a-mapping": Message(),
    "not-a-list": Message(),
    "not-text": Message(),
    "blank": Message(),
    "empty-list": Message(),
    "invalid-value": Message(),
    "unknown-key": Message(),
    "missing-key": Message(),
    "unknown-word": Message(),
    "not-a-date": Message(),
    "not-yes-or-no": Message(),
    "period-reversed": Message("report"),
    # numbers
    "not-a-number": Message(),
    "number-too-long": Message(),
    "json-number": Message(),
    "not-whole": Message(),
    "out-of-range": Message("findings", part="findings"),
    "calculated-float": Message("findings", part="findings"),
    "unlike-units": Message("findings"),
    # findings
    "not-a-finding": Message("findings"),
    "missing-kind": Message("findings", part="findings"),
    "unknown-kind": Message("findings", part="findings"),
    "missing-limit": Message("findings"),
    "two-limits": Message("findings"),
    "exact-differs": Message(),
    "missing-population": Message("findings"),
    "sampled-exceeds-population": Message("findings"),
    "nonconforming-exceeds-sampled": Message("findings"),
    "covered-exceeds-outlets": Message("findings"),
    "covered-exceeds-sampled": Message("findings"),
    "sample-too-small": Message("findings"),
    # against the standard
    "unknown-standard": Message(),
    "unknown-edition": Message(),
    "standard-mismatch": Message(),
    "unknown-indicator": Message("indicators"),
    "unknown-reading": Message(),
    "conflicting-findings": Message("deletion"),
    "group-has-findings": Message("deletion"),
    "group-not-deleted": Message("deletion"),
    "kind-not-allowed": Message("findings"),
    "limit-not-allowed": Message("findings"),
    "unknown-row": Message("reference"),
    "degree-outside-row": Message("reference"),
    "unknown-member": Message("deletion"),
    "missing-finding": Message("plan", is_missing=True),
    "nothing-applicable": Message("deletion"),
    # parts of an evaluation
    "no-parts": Message("team"),
    "parts-differ": Message("team"),
    "findings-differ": Message("team"),
    "deletion-differs": Message("deletion"),
    # the standard itself
    "points-do-not-add-up": Message("points"),
    "altered-standard": Message("points"),
    "reworded-standard": Message(),
    "registered-otherwise": Message(),
    "proportion-without-limit": Message("indicators"),
    "duplicate-id": Message("indicators"),
    "misplaced-id": Message("indicators"),
    "row-gap": Message(),
    "row-overlap": Message(),
    "empty-band": Message(),
    "misplaced-row": Message(),
    "scorecard-mismatch": Message("final_score"),
    "other-rules": Message("points"),
    "unknown-document-format": Message(),
    "result-of-other-texts": Message(),
    "result-of-other-rules": Message(),
    # the workbook
    "not-a-workbook": Message(),
    "missing-sheet": Message(),
    "row-above-head": Message(),
    "sheet-too-large": Message(),
    "missing-column": Message(),
    "duplicate-column": Message(),
    "unknown-column": Message(),
    "row-without-id": Message(),
    "unknown-fact": Message(),
    "merged-cells": Message(),
    "unused-cell": Message("findings"),
    "title-mismatch": Message("indicators"),
    "evidence-without-finding": Message("methods"),
    "formula-without-value": Message(),
    "error-value": Message(),
    "inexact-cell": Message(),
    "date-in-cell": Message(),
    "percent-sign-in-format": Message(),
    "shown-otherwise": Message(),
    "shown-by-condition": Message(),
    "too-many-conditions": Message(),
    "unlike-shown-units": Message("findings"),
    "duplicate-sheet": Message(),
    "second-head": Message(),
    "sheet-copy": Message(),
    "shown-rounded": Message(),
    "unit-at-one": Message("findings"),
    "day-not-shown": Message(),
    "picture-in-cell": Message(),
    "struck-through": Message(),
    "hidden-row": Message(),
    "hidden-column": Message(),
    "hidden-sheet": Message(),
    "unread-comment": Message(),
    "unread-picture": Message(),
    "duplicate-cell": Message(),
    "unwritable-text": Message(),
    # remarks (R20)
    "reason-without-deduction": Message("findings"),
    "empty-reason": Message("applicability"),
    "confirmed-by-one": Message("deletion"),
    "half-deleted": Message("deletion"),
    "like-names": Message("impartiality"),
    "credit-code-unlikely": Message("report"),
    "member-twice": Message("team"),
    "several-leaders": Message("team"),
    "reviewer-of-team": Message("impartiality"),
    "days-out-of-order": Message("report"),
    "evidence-after-period": Message("methods"),
    "evidence-by-others": Message("methods"),
    "full-without-evidence": Message("objectivity"),
    "deduction-without-evidence": Message("objectivity"),
    "sampling-expected": Message("findings"),
    "long-number": Message("findings"),
    "near-limit": Message("findings"),
    "limit-looks-swapped": Message("findings"),
    "far-from-limit": Message("findings"),
    "unlike-sizes": Message("findings"),
    "bare-proportion": Message("findings"),
    "most-nonconforming": Message("findings"),
    "no-outlet-covered": Message("findings"),
    # the plan (6.1)
    "missing-in-plan": Message("plan"),
    "basis-without-standard": Message("plan"),
    "duplicate-member": Message("plan"),
    "not-independent": Message("impartiality"),
    "body-is-subject": Message("impartiality"),
    "independence-unknown": Message("impartiality"),
    "no-document-review-planned": Message("methods"),
    "no-on-site-review-planned": Message("methods"),
    "on-site-without-methods": Message("methods"),
    "documents-with-methods": Message("methods"),
    "not-covered": Message("plan"),
    # an evaluation and its plan
    "differs-from-plan": Message("plan"),
    "member-not-planned": Message("plan"),
    "planned-member-absent": Message("plan"),
    "assessed-by-others": Message("plan"),
    "method-not-planned": Message("methods"),
    "evidence-off-schedule": Message("plan"),
    "planned-method-unused": Message("methods"),
    "deletion-not-planned": Message("applicability"),
    "planned-deletion-assessed": Message("applicability"),
    # the report (7.1)
    "missing-for-report": Message("report"),
    "missing-reason": Message("report"),
    "issued-before-end": Message("report"),
    "rectification-after-report": Message("report"),
    "rectification-before-end": Message("pass_line"),
    "no-document-review": Message("methods"),
    "no-on-site-review": Message("methods"),
    "missing-evidence-file": Message("methods"),
    "unknown-report-format": Message(),
    "no-font": Message(),
    "sheet-too-full": Message("display"),
    # the certificate (7.2)
    "no-term": Message("validity"),
    "calendar-unknown": Message("report"),
    "not-days": Message(),
    "day-of-other-year": Message(),
    "weekday-mismatch": Message(),
    "duplicate-day": Message(),
    "make-up-day-on-weekday": Message("report"),
    "missing-holiday": Message("report"),
    "draft-report": Message("report"),
    "not-third-party": Message("team"),
    "not-passed": Message("pass_line"),
    "stars-mismatch": Message("stars"),
    "issued-too-early": Message("validity"),
    "report-later": Message("display"),
    "issued-late": Message("validity"),
    "signed-after-issue": Message("display"),
    "old-evaluation": Message("validity"),
    "event-before-issue": Message("validity"),
    "audit-on-first-day": Message("validity"),
    "audit-too-early": Message("surveillance"),
    "audit-of-failed-evaluation": Message("surveillance"),
    "star-kept-differs": Message("surveillance"),
    "event-twice": Message("supervision"),
    "no-such-event": Message(),
    "already-recorded": Message("supervision"),
    "not-last-event": Message(),
    "nothing-to-supplement": Message(),
    "star-not-kept": Message("surveillance"),
    "nothing-changed": Message("supervision"),
    "missing-on-certificate": Message("display"),
    "event-out-of-order": Message("validity"),
    "event-after-revocation": Message("decisions"),
    "event-after-lapse": Message("validity"),
    "not-a-downgrade": Message("decisions"),
    "rectification-too-early": Message("surveillance"),
    "nothing-to-rectify": Message(),
    "no-open-item": Message(),
    "several-items": Message(),
    "no-rectification": Message("surveillance"),
    "fill-in-workbook": Message(),
    "notice-of-failed-audit": Message("validity"),
    "notice-too-early": Message("validity"),
    "empty-change": Message(),
    "certificate-not-valid": Message("validity"),
    "missing-for-paper": Message("display"),
    "not-the-certified": Message("display"),
    "no-notice-due": Message("validity"),
    "several-notices-due": Message("validity"),
    "other-number": Message(),
    "untranslated": Message("decisions"),
    "not-a-fingerprint": Message(),
    # comparison and improvement (6.1.5, 7.1)
    "too-few-to-compare": Message("comparison"),
    "needed-to-compare": Message("comparison"),
    "not-comparable": Message("comparison"),
    "other-organisation": Message("comparison"),
    "not-later": Message("comparison"),
    "unknown-stars": Message("stars"),
    "cost-of-group": Message(),
    "undated-change": Message("comparison"),
    "too-hard": Message(),
    # how sure the stars are
    "range-not-qualitative": Message("findings"),
    "range-of-group": Message("findings"),
    "not-a-range": Message(),
    "range-reversed": Message(),
    "too-many-unseen": Message(),
    # tables of evaluations
    "not-a-table": Message(),
    "not-handed-over": Message(),
    "too-many-stars": Message(),
    "not-a-batch": Message(),
    "miswritten-column": Message(),
    "other-schema": Message(),
    "not-shares": Message("findings"),
    "nonconforming-pair": Message("findings"),
    "pair-of-limit": Message("findings"),
    "unknown-pair": Message("findings"),
    "unnamed-columns": Message(),
    "no-indicator-columns": Message("plan"),
    "group-column": Message("findings"),
    "not-a-group": Message(),
    "result-column": Message(),
    "differing-values": Message(),
    "unsorted-key": Message(),
    "key-of-rows": Message(),
    "not-decimals": Message(),
    "decimal-of-csv": Message(),
    "no-decimal-sums": Message(),
    "null-share": Message("plan"),
    "half-pair": Message("findings"),
    "denominator-not-positive": Message("findings"),
    "unnamed-standard": Message(),
    "repeated-key": Message(),
    "unlike-keys": Message(),
    "not-scored": Message("comparison"),
    "no-counterpart": Message("comparison"),
    "shares-differ": Message(),
    "figures-differ": Message(),
    "too-many-digits": Message(),
    "unknown-table-format": Message(),
    "not-parquet": Message(),
    "too-many-columns": Message(),
    "no-commas": Message(),
    "not-in-encoding": Message(),
    "other-mark": Message(),
    "ragged-csv": Message(),
    "open-quote": Message(),
    "stray-quote": Message(),
    "row-too-long": Message(),
    "not-csv": Message(),
    "row-count": Message(),
    "worker-ended": Message(),
    "no-evaluations": Message(),
    "no-workers": Message(),
    "no-threads": Message(),
    "several-sheets": Message(),
    "no-sheet": Message(),
    "no-effect": Message(),
    "table-among-files": Message(),
    # libraries and files
    "missing-extra": Message(),
    "file-exists": Message(),
    "target-is-source": Message(),
    "needs-partial": Message(),
    "needs-plan": Message(),
    "needs-output": Message(),
    "options-clash": Message(),
    "needs-option": Message(),
    "unwritable-file": Message(),
    "comments-lost": Message(),
    "file-in-use": Message(),
}
