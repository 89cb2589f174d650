"""The codes of problems and remarks, each with its clause.

The sentence of a code is in ``problems/sentences``, with the phrases that are filled into sentences. A sentence says
what was found and what is allowed. A ``{name}`` is filled from the context of the violation; ``{hint}`` is the word
that was probably meant, if there is one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

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
        clause: The clause on which it is based; None if only the file format requires it.
        part: The part of the document in which the clause requires it; None: in every part.
        is_missing: Whether something is missing and nothing is wrong. Such problems come last.
    """

    clause: str | None = None
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
    "period-reversed": Message("7.1"),
    # numbers
    "not-a-number": Message(),
    "number-too-long": Message(),
    "json-number": Message(),
    "not-whole": Message(),
    "out-of-range": Message("6.2.2", part="findings"),
    "calculated-float": Message("6.2.2", part="findings"),
    "unlike-units": Message("6.2.2"),
    # findings
    "not-a-finding": Message("6.2.2"),
    "missing-kind": Message("6.2.2", part="findings"),
    "unknown-kind": Message("6.2.2", part="findings"),
    "missing-limit": Message("6.2.2"),
    "two-limits": Message("6.2.2"),
    "missing-population": Message("6.2.2"),
    "sampled-exceeds-population": Message("6.2.2"),
    "nonconforming-exceeds-sampled": Message("6.2.2"),
    "covered-exceeds-outlets": Message("6.2.2"),
    "covered-exceeds-sampled": Message("6.2.2"),
    "sample-too-small": Message("6.2.2"),
    # against the standard
    "unknown-standard": Message(),
    "unknown-edition": Message(),
    "standard-mismatch": Message(),
    "unknown-indicator": Message("5"),
    "unknown-reading": Message(),
    "conflicting-findings": Message("6.2.3"),
    "group-has-findings": Message("6.2.3"),
    "group-not-deleted": Message("6.2.3"),
    "kind-not-allowed": Message("6.2.2"),
    "limit-not-allowed": Message("6.2.2"),
    "unknown-row": Message("6.2.4"),
    "degree-outside-row": Message("6.2.4"),
    "unknown-member": Message("6.2.3"),
    "missing-finding": Message("6.1.2", is_missing=True),
    "nothing-applicable": Message("6.2.3"),
    # parts of an evaluation
    "no-parts": Message("6.1.1"),
    "parts-differ": Message("6.1.1"),
    "findings-differ": Message("6.1.1"),
    "deletion-differs": Message("6.2.3"),
    # the standard itself
    "points-do-not-add-up": Message("6.2.1"),
    "altered-standard": Message("6.2.1"),
    "reworded-standard": Message(),
    "registered-otherwise": Message(),
    "proportion-without-limit": Message("5"),
    "duplicate-id": Message("5"),
    "misplaced-id": Message("5"),
    "row-gap": Message(),
    "row-overlap": Message(),
    "empty-band": Message(),
    "misplaced-row": Message(),
    "scorecard-mismatch": Message("6.2.3"),
    "other-rules": Message("6.2.1"),
    "unknown-document-format": Message(),
    "result-of-other-texts": Message(),
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
    "unused-cell": Message("6.2.2"),
    "title-mismatch": Message("5"),
    "evidence-without-finding": Message("6.1.3"),
    "formula-without-value": Message(),
    "error-value": Message(),
    "inexact-cell": Message(),
    "date-in-cell": Message(),
    "percent-sign-in-format": Message(),
    "shown-otherwise": Message(),
    "shown-by-condition": Message(),
    "too-many-conditions": Message(),
    "unlike-shown-units": Message("6.2.2"),
    "duplicate-sheet": Message(),
    "second-head": Message(),
    "sheet-copy": Message(),
    "shown-rounded": Message(),
    "unit-at-one": Message("6.2.2"),
    "day-not-shown": Message(),
    "picture-in-cell": Message(),
    "struck-through": Message(),
    "unread-comment": Message(),
    "unread-picture": Message(),
    "duplicate-cell": Message(),
    "unwritable-text": Message(),
    # remarks (R20)
    "reason-without-deduction": Message("6.2.2"),
    "empty-reason": Message("6.1.4"),
    "confirmed-by-one": Message("6.2.3"),
    "half-deleted": Message("6.2.3"),
    "like-names": Message("4.1"),
    "credit-code-unlikely": Message("7.1"),
    "member-twice": Message("6.1.1"),
    "reviewer-of-team": Message("4.1"),
    "days-out-of-order": Message("7.1"),
    "evidence-after-period": Message("6.1.3"),
    "evidence-by-others": Message("6.1.3"),
    "full-without-evidence": Message("4.2"),
    "deduction-without-evidence": Message("4.2"),
    "sampling-expected": Message("6.2.2"),
    "long-number": Message("6.2.2"),
    "near-limit": Message("6.2.2"),
    "limit-looks-swapped": Message("6.2.2"),
    "far-from-limit": Message("6.2.2"),
    "unlike-sizes": Message("6.2.2"),
    "bare-proportion": Message("6.2.2"),
    "most-nonconforming": Message("6.2.2"),
    "no-outlet-covered": Message("6.2.2"),
    # the plan (6.1)
    "missing-in-plan": Message("6.1.2"),
    "basis-without-standard": Message("6.1.2"),
    "duplicate-member": Message("6.1.2"),
    "not-independent": Message("4.1"),
    "body-is-subject": Message("4.1"),
    "independence-unknown": Message("4.1"),
    "no-document-review-planned": Message("6.1.3"),
    "no-on-site-review-planned": Message("6.1.3"),
    "on-site-without-methods": Message("6.1.3"),
    "documents-with-methods": Message("6.1.3"),
    "not-covered": Message("6.1.2"),
    # an evaluation and its plan
    "differs-from-plan": Message("6.1.2"),
    "member-not-planned": Message("6.1.2"),
    "planned-member-absent": Message("6.1.2"),
    "assessed-by-others": Message("6.1.2"),
    "method-not-planned": Message("6.1.3"),
    "evidence-off-schedule": Message("6.1.2"),
    "planned-method-unused": Message("6.1.3"),
    "deletion-not-planned": Message("6.1.4"),
    "planned-deletion-assessed": Message("6.1.4"),
    # the report (7.1)
    "missing-for-report": Message("7.1"),
    "missing-reason": Message("7.1"),
    "issued-before-end": Message("7.1"),
    "rectification-after-report": Message("7.1"),
    "rectification-before-end": Message("6.3.2"),
    "no-document-review": Message("6.1.3"),
    "no-on-site-review": Message("6.1.3"),
    "missing-evidence-file": Message("6.1.3"),
    "unknown-report-format": Message(),
    "no-font": Message(),
    "sheet-too-full": Message("7.2.1"),
    # the certificate (7.2)
    "no-term": Message("7.2.3"),
    "calendar-unknown": Message("7.1"),
    "not-days": Message(),
    "day-of-other-year": Message(),
    "weekday-mismatch": Message(),
    "duplicate-day": Message(),
    "make-up-day-on-weekday": Message("7.1"),
    "missing-holiday": Message("7.1"),
    "draft-report": Message("7.1"),
    "not-third-party": Message("6.1.1"),
    "not-passed": Message("6.3.2"),
    "stars-mismatch": Message("6.3.3"),
    "issued-too-early": Message("7.2.3"),
    "report-later": Message("7.2.1"),
    "issued-late": Message("7.2.3"),
    "signed-after-issue": Message("7.2.1"),
    "old-evaluation": Message("7.2.3"),
    "event-before-issue": Message("7.2.3"),
    "audit-on-first-day": Message("7.2.3"),
    "audit-too-early": Message("7.2.2"),
    "audit-of-failed-evaluation": Message("7.2.2"),
    "star-kept-differs": Message("7.2.2"),
    "event-twice": Message("7.2"),
    "no-such-event": Message(),
    "already-recorded": Message("7.2"),
    "nothing-to-supplement": Message(),
    "star-not-kept": Message("7.2.2"),
    "event-out-of-order": Message("7.2.3"),
    "event-after-revocation": Message("7.2.4"),
    "event-after-lapse": Message("7.2.3"),
    "not-a-downgrade": Message("7.2.4"),
    "rectification-too-early": Message("7.2.2"),
    "nothing-to-rectify": Message(),
    "no-open-item": Message(),
    "several-items": Message(),
    "no-rectification": Message("7.2.2"),
    "fill-in-workbook": Message(),
    "notice-of-failed-audit": Message("7.2.3"),
    "notice-too-early": Message("7.2.3"),
    "empty-change": Message(),
    "certificate-not-valid": Message("7.2.3"),
    "missing-for-paper": Message("7.2.1"),
    "not-the-certified": Message("7.2.1"),
    "no-notice-due": Message("7.2.3"),
    "several-notices-due": Message("7.2.3"),
    "other-number": Message(),
    "untranslated": Message("7.2.4"),
    "not-a-fingerprint": Message(),
    # comparison and improvement (6.1.5, 7.1)
    "too-few-to-compare": Message("6.1.5"),
    "needed-to-compare": Message("6.1.5"),
    "not-comparable": Message("6.1.5"),
    "other-organisation": Message("6.1.5"),
    "not-later": Message("6.1.5"),
    "unknown-stars": Message("6.3.3"),
    "cost-of-group": Message(),
    "undated-change": Message("6.1.5"),
    "too-hard": Message(),
    # how sure the stars are
    "range-not-qualitative": Message("6.2.2"),
    "range-of-group": Message("6.2.2"),
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
    "not-shares": Message("6.2.2"),
    "nonconforming-pair": Message("6.2.2"),
    "pair-of-limit": Message("6.2.2"),
    "unknown-pair": Message("6.2.2"),
    "unnamed-columns": Message(),
    "no-indicator-columns": Message("6.1.2"),
    "group-column": Message("6.2.2"),
    "not-a-group": Message(),
    "result-column": Message(),
    "not-decimals": Message(),
    "decimal-of-csv": Message(),
    "no-decimal-sums": Message(),
    "null-share": Message("6.1.2"),
    "half-pair": Message("6.2.2"),
    "denominator-not-positive": Message("6.2.2"),
    "unknown-table-format": Message(),
    "not-parquet": Message(),
    "too-many-columns": Message(),
    "no-commas": Message(),
    "ragged-csv": Message(),
    "open-quote": Message(),
    "stray-quote": Message(),
    "row-too-long": Message(),
    "not-csv": Message(),
    "row-count": Message(),
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
