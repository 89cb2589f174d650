"""The fingerprint of an evaluation: the SHA-256 of a canonical text of what was evaluated and found.

The canonical text, version 1, is JSON in UTF-8:

- one object with the keys ``canonical`` (the number 1), ``standard``, ``edition``, ``type``, ``subject``, ``findings``;
- as the file format writes them in full: a finding is an object with its ``kind``, also where a file has a shorthand;
- without whitespace between its parts; the keys of every object in the order of their code points;
- without what is not set: null, an empty list, an object without entries;
- an exact number is a text: a decimal without superfluous zeros where it terminates, else a fraction in lowest terms.
  An actual value or a limit of 1 or more that was written with a percent sign keeps it (reading R5). A decimal of more
  than 100 characters has its digits and a power of ten (``1.5e-100``); what still is longer is the list of numerator
  and denominator. Counts are whole numbers;
- a text is as it was written. Only ``"``, ``\\`` and control characters are escaped: ``\\"``, ``\\\\``, ``\\b``,
  ``\\f``, ``\\n``, ``\\r``, ``\\t``, and others below U+0020 as ``\\u`` and four lower-case digits.

Team, period and whatever comes after the findings, such as rectification and signatures, are not part of it. A later
version gets another number, and fingerprints of version 1 stay what they are.
"""

import hashlib
import json
import re
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

from aftersales.evaluation.evaluation import Evaluation
from aftersales.problems.arguments import ensure_kind
from aftersales.problems.collector import refusal
from aftersales.problems.errors import EvaluationError
from aftersales.problems.violations import Violation, ViolationError

__all__ = ["canonical_text", "fingerprint"]

VERSION = 1
_PARTS = {"standard", "edition", "type", "subject", "findings"}


def canonical_text(evaluation: Evaluation) -> str:
    """The canonical text of an evaluation, version 1, as the module describes it.

    Raises :class:`~aftersales.EvaluationError` if the evaluation names no edition (``missing-key``), since a newer one
    would then change its meaning (reading R22). The evaluation of a scorecard always names it.

    >>> evaluation = Evaluation(standard="S", edition="2025-12-04", findings={"5.1": "full"})
    >>> canonical_text(evaluation)
    '{"canonical":1,"edition":"2025-12-04","findings":{"5.1":{"degree":"1","kind":"qualitative"}},"standard":"S"}'
    """
    ensure_kind("evaluation", evaluation, Evaluation)
    if evaluation.edition is None:
        raise refusal(EvaluationError, Violation("missing-key", ("edition",), {"key": "edition"}))
    data = _set_parts(evaluation.model_dump(mode="json", include=_PARTS)) | {"canonical": VERSION}
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def fingerprint(evaluation: Evaluation) -> str:
    """The fingerprint of an evaluation: ``v1:`` and the SHA-256 of its canonical text in hexadecimal digits.

    Raises as :func:`canonical_text` does.

    >>> from aftersales import load_example, score
    >>> fingerprint(score(load_example("home-appliance-chain")).evaluation)[:11]
    'v1:f7e23c5b'
    """
    digest = hashlib.sha256(canonical_text(evaluation).encode()).hexdigest()
    return f"v{VERSION}:{digest}"


def _set_parts(value: Any) -> Any:
    """The data without what is not set."""
    if isinstance(value, dict):
        parts = {key: _set_parts(part) for key, part in value.items()}
        return {key: part for key, part in parts.items() if part not in (None, [], {})}
    return [_set_parts(part) for part in value] if isinstance(value, list) else value


_FORM = r"v[1-9][0-9]{0,3}:[0-9a-f]{64}"


def _read_fingerprint(value: Any) -> str:
    if isinstance(value, str) and re.fullmatch(_FORM, value):
        return value
    raise ViolationError(Violation("blank" if value is None else "not-a-fingerprint", context={"found": value}))


Fingerprint = Annotated[
    str, BeforeValidator(_read_fingerprint), WithJsonSchema({"type": "string", "pattern": f"^{_FORM}$"})
]
"""The fingerprint of an evaluation, of this version of its canonical text or another."""
