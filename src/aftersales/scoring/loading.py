"""Open a stored result, and report what has changed since it was written."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from aftersales.files.loading import load_model
from aftersales.files.parsed_file import ParsedFile, parse_source
from aftersales.files.source import Source
from aftersales.problems.errors import ClauseOf, EvaluationError, Problem, Remark
from aftersales.problems.messages import phrase
from aftersales.problems.violations import Violation, worded
from aftersales.scoring.scorecard import Scorecard
from aftersales.standard.standard import Standard, clauses_in, clauses_of

__all__ = ["ScorecardExamination", "examine_scorecard", "load_scorecard"]

SHOWN = 5  # the most titles or rules that a remark names


class ScorecardExamination(NamedTuple):
    """The content of an examined result.

    Fields:
        scorecard: The scorecard; None if there are problems.
        problems: All problems.
        remarks: What is other than when the result was written, though every figure is the same; and that the standard
            in the document is not the bundled or registered one.
    """

    scorecard: Scorecard | None
    problems: tuple[Problem, ...]
    remarks: tuple[Remark, ...]


def load_scorecard(source: Source) -> Scorecard:
    """Open a stored result: the document that ``Scorecard.model_dump(mode="json")`` returns.

    ``source`` is as for :func:`~aftersales.load_evaluation`, but no workbook. The findings are scored again.
    A result opens under a standard whose texts were corrected since, and under a newer edition, since it names its own.

    Raises :class:`~aftersales.EvaluationError` if a figure is not what the findings give (``scorecard-mismatch``), if
    the rules of its standard are not those of this version and the result does not hold its standard
    (``other-rules``), if a later version wrote it (``unknown-document-format``), and for anything else that is wrong.

    >>> from aftersales import load_example, score
    >>> card = score(load_example("home-appliance-chain"))
    >>> load_scorecard(card.model_dump(mode="json")) == card
    True
    """
    return _load(source)[0]


def examine_scorecard(source: Source) -> ScorecardExamination:
    """As :func:`load_scorecard`, with all problems in place of an error, and with remarks.

    >>> from aftersales import load_example, score
    >>> document = score(load_example("home-appliance-chain")).model_dump(mode="json")
    >>> document["standard"]["sha256"] = "0" * 64  # as before a title was corrected
    >>> document["nodes"]["5.1.1.1"]["title"]["zh"] = "旧标题"
    >>> print(examine_scorecard(document).remarks[0].message_zh)
    CTS XBHT-S04-2025（2025-12-04 版）的评分规则、各项认定和全部分值与当时一致；与当时不同的只有文字：5.1.1.1 的标题
    """
    try:
        card, document = _load(source)
    except EvaluationError as error:
        return ScorecardExamination(None, error.problems, ())
    violations = _other_rules(card.standard) if card.standard.differences() else _other_texts(card, document)
    return ScorecardExamination(card, (), tuple(worded(Remark, violation, None) for violation in violations))


def _load(source: Source) -> tuple[Scorecard, Mapping[str, Any]]:
    """The scorecard and the document."""
    document: ParsedFile = parse_source(source)
    document.data = _whole(document.data)
    if isinstance(document.data, Mapping) and "final_score" not in document.data:
        document.violations.append((Violation("missing-key", context={"key": "final_score"}), None))
    card = load_model(source, Scorecard, EvaluationError, parse=lambda _: document, clauses=_clauses)
    return card, document.data


def _clauses(document: Any) -> ClauseOf | None:
    """The clauses of the standard that a result holds or names; None for a bundled one."""
    identity = document.get("standard") if isinstance(document, Mapping) else None
    if not isinstance(identity, Mapping):
        return None
    if "definition" in identity:
        return clauses_in(identity["definition"])
    return clauses_of(None, {"standard": identity.get("id"), "edition": identity.get("edition")})


def _whole(data: Any) -> Any:
    """Plain data with whole numbers as ints, which the reader of files takes for Fractions."""
    if isinstance(data, Mapping):
        return {key: _whole(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_whole(value) for value in data]
    return int(data) if isinstance(data, Fraction) and data.denominator == 1 else data


def _other_rules(standard: Standard) -> Iterator[Violation]:
    """The remark that the standard in a document is not the bundled or registered one of its id and edition."""
    context = {"id": standard.id, "edition": standard.edition, "differing": standard.differences()[:SHOWN]}
    variant = "" if standard.likeness == "altered" else "registered"
    yield Violation("result-of-other-rules", ("standard",), context, variant=variant)


def _other_texts(card: Scorecard, document: Mapping[str, Any]) -> Iterator[Violation]:
    """The texts of the standard that were others when the result was written."""
    standard = card.standard
    if document["standard"].get("sha256") != standard.sha256:
        derived = card.model_dump(mode="json")
        stored, nodes = document["nodes"], derived["nodes"]
        ids = [key for key in nodes if stored[key].get("title") != nodes[key]["title"]]
        shown = (*ids[:SHOWN], *("…" for _ in ids[SHOWN : SHOWN + 1]))
        texts = [phrase("texts.titles", ids=shown)] if ids else []
        texts += [phrase("texts.grade", **standard.wording)] if document.get("grade") != derived["grade"] else []
        context = {
            "id": standard.id,
            "edition": standard.edition,
            "texts": tuple(texts) or phrase("texts.unseen", **standard.wording),
        }
        yield Violation("result-of-other-texts", ("standard",), context)
