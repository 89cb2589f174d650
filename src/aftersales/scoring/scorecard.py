"""Score an evaluation (6.2.2, 6.2.3, 6.3).

The final score is the earned points over the applicable points on a scale of 100 (6.2.3). The exact final score decides
the stars (6.3.3); nothing is rounded before (reading R2).
"""

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import (
    GetJsonSchemaHandler,
    SerializationInfo,
    SerializerFunctionWrapHandler,
    ValidationInfo,
    field_validator,
    model_serializer,
    model_validator,
)
from pydantic.functional_validators import ModelWrapValidatorHandler
from pydantic_core import core_schema

from aftersales.evaluation.evaluation import Evaluation, of_organisation
from aftersales.evaluation.findings import Finding
from aftersales.evaluation.ledger import Ledger, ledger_of
from aftersales.evaluation.rules import check, ensure_scorable
from aftersales.files.fields import MAX_MODEL_VALUES, Model, Result, read_day, refuse_excess
from aftersales.files.format_versions import ensure_known
from aftersales.problems.arguments import ensure_word
from aftersales.problems.errors import Path
from aftersales.problems.violations import Violation, ViolationError, shown
from aftersales.standard.standard import Standard, named_standard
from aftersales.standard.structure import Bilingual, Grade, Indicator, Node, Reference, star_signs
from aftersales.text.display import OneLineRepr
from aftersales.text.number_format import as_text, printed
from aftersales.text.version import __version__

if TYPE_CHECKING:
    from aftersales.scoring.derivation import Derivation

__all__ = ["NodeScore", "Scorecard", "score"]

FORMAT = 1  # of the document of a scorecard
TEXTS = {"title", "grade"}  # the keys of a document that hold texts of the standard
_FIGURES = ("points", "applicable", "earned", "deducted", "ratio")  # of a node


def score(evaluation: Evaluation, standard: Standard | None = None) -> "Scorecard":
    """The exact result of an evaluation. A pure function.

    ``standard`` defaults to the bundled standard that the evaluation names, in the edition that it names or in the
    newest one. The scorecard's evaluation names the edition that was used (6.2.1, reading R22).

    Raises :class:`~aftersales.EvaluationError` if the evaluation cannot be scored: an indicator without a finding
    (6.1.2, reading R9), a finding that the standard does not allow (6.2.2), or everything deleted (6.2.3, reading R8).

    >>> from aftersales import Evaluation, load_standard
    >>> findings = {indicator.id: "full" for indicator in load_standard(edition="2025-12-04").indicators}
    >>> findings |= {"5.1.2.2": {"kind": "quantitative", "actual": "12%"}, "5.1.3.1": "none", "5.4.2.4": "none"}
    >>> card = score(Evaluation(standard="CTS XBHT-S04-2025", edition="2025-12-04", findings=findings))
    >>> card.final_score, card.stars, card.passed
    (Fraction(189, 2), 5, True)
    """
    standard = ensure_scorable(evaluation, standard)
    card = Scorecard.model_construct(standard=standard, evaluation=evaluation.with_edition(standard.edition))
    card._ledger  # noqa: B018 - the shares are computed here, once
    return card


class NodeScore(Model):
    """The result of a category, subcategory or indicator. All numbers are exact.

    Fields:
        id: The id of the node.
        title: The title of the node.
        points: The weight.
        applicable: The points that are not deleted.
        earned: The points earned.
        ratio: Earned ÷ applicable, 0 to 1; None if nothing is applicable.
        reference: The row of table 1 in which the ratio lies (6.2.4). It never changes a score (reading R11).
        level: ``"category"``, ``"subcategory"`` or ``"indicator"``.
        parent: The id of the group that contains the node; None for a category.
        parts: The ids of its parts; none for an indicator.
    """

    id: str
    title: Bilingual
    points: Result
    applicable: Result
    earned: Result
    ratio: Result | None = None
    reference: Reference | None = None
    level: Literal["category", "subcategory", "indicator"]
    parent: str | None = None
    parts: tuple[str, ...]

    @property
    def deducted(self) -> Fraction:
        """The points lost: applicable minus earned."""
        return self.applicable - self.earned


class Scorecard(OneLineRepr, Model):
    """The result of scoring an evaluation by a standard: the final score, the stars, and every figure between.

    :func:`score` makes it. All figures are exact and follow from the two fields. ``model_dump(mode="json")`` is the
    document that ``aftersales score --json`` prints; with ``context={"embed_standard": True}`` it holds the whole
    standard. ``model_validate`` of such a document scores the findings again, and refuses the document if a figure
    differs. :func:`~aftersales.load_scorecard` reads it from a file.

    Fields:
        standard: The standard.
        evaluation: The evaluation, which names the edition of the standard (6.2.1, reading R22).

    >>> from aftersales import Evaluation, load_standard
    >>> findings = {indicator.id: "full" for indicator in load_standard(edition="2025-12-04").indicators}
    >>> findings["5.1.2.2"] = {"kind": "quantitative", "actual": "8%"}
    >>> card = score(Evaluation(standard="CTS XBHT-S04-2025", edition="2025-12-04", findings=findings))
    >>> card.printed_score, card.grade.grade.zh, card["5.1.2"].earned, str(card["5.1.2"].reference)
    ('99.70', '五星（卓越）级', Fraction(57, 10), '[90%, 100%]')
    """

    bounds_itself = True

    standard: Standard
    evaluation: Evaluation

    @cached_property
    def _ledger(self) -> Ledger:
        return ledger_of(self.evaluation, self.standard)

    def _line(self) -> str:
        stars = star_signs(self.stars, of=len(self.standard.stars))
        return f"<Scorecard{of_organisation(self.evaluation)}: {self.printed_score} {stars} {self.grade.grade.zh}>"

    @cached_property
    def earned(self) -> Fraction:
        """The points earned (实际得分, 6.2.3)."""
        return self._ledger.earned_points()

    @property
    def applicable(self) -> Fraction:
        """The points of all indicators that are not deleted (涉及项总分值, 6.2.3)."""
        return self._ledger.applicable_points()

    @property
    def ratio(self) -> Fraction:
        """The ratio of the whole: earned ÷ applicable, 0 to 1 (6.2.3)."""
        return self.final_score / self.standard.total_points

    @property
    def reference(self) -> Reference:
        """The row of table 1 in which the ratio of the whole lies (6.2.4, reading R11)."""
        return self.standard.reference_of(self.ratio)

    @cached_property
    def final_score(self) -> Fraction:
        """6.2.3: final score = earned ÷ applicable x 100, exact."""
        ledger, (full, per) = self._ledger, self.standard.total_points.as_integer_ratio()
        units, common = ledger.earned_units()
        return Fraction(units * full, common * sum(ledger.weights) * per)

    @property
    def printed_score(self) -> str:
        """The final score in print: two decimals; ``90.00(-)`` if the limit is not reached (6.3.1, reading R3)."""
        return printed(self.final_score, self.standard.limits)

    @property
    def stars(self) -> int:
        """One to five stars by the exact final score (6.3.3, readings R1, R2); 0 below the pass line (reading R17)."""
        return self.standard.stars_of(self.final_score)

    @property
    def grade(self) -> Grade:
        """The grade of the result."""
        return self.standard.grade_of(self.stars)

    @property
    def passed(self) -> bool:
        """6.3.2: final score ≥ pass line."""
        return self.final_score >= self.standard.pass_line

    @cached_property
    def _node_scores(self) -> dict[str, NodeScore]:
        """The results of the nodes that were asked for: a report asks for each of them many times."""
        return {}

    def __getitem__(self, node_id: str) -> NodeScore:
        """The result of a category, subcategory or indicator. Raises KeyError for an unknown id."""
        found = self._node_scores.get(node_id)
        if found is None:
            found = self._node_scores[node_id] = self._node_score(node_id)
        return found

    def _node_score(self, node_id: str) -> NodeScore:
        positions = self.standard.layout.spans[node_id]
        node, span = self.standard[node_id], slice(positions.start, positions.stop)
        earned, applicable = self._ledger.earned_points(span), self._ledger.applicable_points(span)
        ratio = earned / applicable if applicable else None
        return NodeScore.model_construct(
            id=node_id,
            title=node.title,
            points=node.points,
            applicable=applicable,
            earned=earned,
            ratio=ratio,
            reference=None if ratio is None else self.standard.reference_of(ratio),
            level=node.level,
            parent=parent if (parent := node_id.rpartition(".")[0]) in self.standard else None,
            parts=tuple(part.id for part in node.parts),
        )

    def __contains__(self, node_id: object) -> bool:
        """Whether the standard has a category, subcategory or indicator with that id."""
        return node_id in self.standard

    @property
    def nodes(self) -> tuple[NodeScore, ...]:
        """The results of all nodes, each parent before its parts."""
        return tuple(self[node.id] for node in self.standard.nodes)

    @property
    def deductions(self) -> tuple[NodeScore, ...]:
        """The indicators that lost points, the largest loss first."""
        losses = self._ledger.losses()
        order = sorted(filter(losses.__getitem__, range(len(losses))), key=losses.__getitem__, reverse=True)
        return tuple(self[self.standard.indicators[position].id] for position in order)

    def to_table(self, rows: Literal["nodes", "deductions"] = "nodes") -> Any:
        """All nodes as an Arrow table, with a row for each node, each parent before its parts; or those of
        ``deductions``, the largest loss first. Requires the extra ``batch``.

        pandas, polars, duckdb and pyarrow accept it through the Arrow C stream interface. The columns are ``id``,
        ``level`` (``category``, ``subcategory`` or ``indicator``), ``title_zh`` and ``title_en``; ``points``,
        ``applicable``, ``earned``, ``deducted`` and ``ratio`` (0 to 1, null if nothing is applicable) as the nearest
        float64, each with a column ``…_exact`` of exact text; ``row``, the row of table 1; ``parent``, the id of the
        group that contains the node; and of an indicator the ``kind`` of its finding and the ``reason``, why points
        are lost or why it is deleted.

        Raises :class:`~aftersales.MissingExtra` if pyarrow is not installed, and ValueError for other ``rows``.

        >>> import aftersales
        >>> card = aftersales.score(aftersales.load_evaluation("data/examples/home-appliance-chain.yaml"))
        >>> table = card.to_table()
        >>> table.num_rows, table.column("earned")[0].as_py(), table.column("earned_exact")[0].as_py()
        (97, 29.348144649257552, '114633853/3906000')
        >>> card.to_table("deductions").select(["id", "deducted", "kind"]).slice(0, 1).to_pylist()
        [{'id': '5.1.6.4', 'deducted': 0.8, 'kind': 'qualitative'}]
        """
        from aftersales.files.arrow import TITLES, ArrowColumn, arrow_table  # imported here to keep scoring fast

        ensure_word("rows", rows, ("nodes", "deductions"))
        found = {key: self.evaluation[key] for key in self.standard.layout.positions}
        columns = [
            ArrowColumn("id", "text", lambda node: node.id),
            ArrowColumn("level", "text", lambda node: node.level),
            *TITLES,
            *(ArrowColumn(name, "number", attrgetter(name)) for name in _FIGURES),
            ArrowColumn("row", "count", lambda node: node.reference and node.reference.row),
            ArrowColumn("parent", "text", lambda node: node.parent),
            ArrowColumn("kind", "text", lambda node: found[node.id].kind if node.id in found else None),
            ArrowColumn("reason", "text", lambda node: found[node.id].reason if node.id in found else None),
        ]
        return arrow_table(getattr(self, rows), columns)

    def finding(self, indicator_id: str) -> Finding:
        """The finding of an indicator: its own, or the deletion of its group.

        Raises KeyError for an unknown indicator.
        """
        if indicator_id not in self.standard.layout.positions:
            raise KeyError(indicator_id)
        return self.evaluation[indicator_id]

    def explain(self, node_id: str | None = None) -> "Derivation":
        """The derivation of a node with its parts; without an id, that of the stars and the whole tree.

        Raises KeyError for an unknown id.
        """
        return self._explain_total() if node_id is None else self._explain_node(self.standard[node_id])

    # --- derivations ---

    def _explain_total(self) -> "Derivation":
        # imported here to keep scoring fast
        from aftersales.scoring.derivation import Derivation, final_score_title, formula, stars_rule

        standard, inputs = self.standard, _texts(earned=self.earned, applicable=self.applicable)
        marks = {"altered_standard": ", ".join(standard.differences())} if standard.likeness == "altered" else {}
        total, final = as_text(standard.total_points), as_text(self.final_score)
        quotient = Derivation(
            id=standard.id,
            title=final_score_title(),
            clause=standard.clause("final_score"),
            readings=("R2",),
            rule=formula("total"),
            inputs=inputs | {"total_points": total},
            working=f"{_factor(inputs['earned'])} ÷ {_factor(inputs['applicable'])} × {_factor(total)}",
            value=final,
            notes={},
            children=tuple(self._explain_node(category) for category in standard.categories),
        )
        band = standard.star(self.stars)
        lower, upper = (band.lower, band.upper) if band else (Fraction(0), standard.pass_line)
        return Derivation(
            id=standard.id,
            title=self.grade.grade,
            clause=standard.clause("stars" if band else "pass_line"),
            readings=("R1", "R2") if band else ("R17",),
            rule=stars_rule(standard, passed=band is not None),
            inputs={"final_score": final} | _texts(lower=lower, upper=upper),
            working=f"{as_text(lower)} ≤ {final} {'≤' if upper == standard.total_points else '<'} {as_text(upper)}",
            value=str(self.stars),
            notes=marks,
            children=(quotient,),
        )

    def _explain_node(self, node: Node) -> "Derivation":
        from aftersales.scoring.derivation import Derivation, formula  # imported here to keep scoring fast

        if isinstance(node, Indicator):
            return self._explain_indicator(node)
        result = self[node.id]
        parts = tuple(self._explain_node(part) for part in node.parts)
        return Derivation(
            id=node.id,
            title=node.title,
            clause=self.standard.clause("points"),
            rule=formula("sum"),
            inputs={part.id: part.value for part in parts if part.value is not None},
            working=" + ".join(part.value for part in parts if part.value is not None),
            value=as_text(result.earned) if result.applicable else None,
            notes=self._notes(result),
            row=self._row_title if result.reference else None,
            children=parts,
        )

    def _explain_indicator(self, indicator: Indicator) -> "Derivation":
        from aftersales.scoring.derivation import Derivation, formula  # imported here to keep scoring fast

        finding, result = self.finding(indicator.id), self[indicator.id]
        working = finding.working(indicator)
        inputs = {"points": as_text(indicator.points)} | _texts(**working.inputs)
        return Derivation(
            id=indicator.id,
            title=indicator.title,
            clause=self.standard.clause(working.clause),
            readings=working.readings,
            rule=formula(working.rule),
            inputs=inputs,
            working=working.formula.format_map({name: _factor(text) for name, text in inputs.items()}),
            value=as_text(result.earned) if result.applicable else None,
            notes=self._notes(result, finding),
            row=self._row_title if result.reference else None,
        )

    @cached_property
    def _row_title(self) -> Bilingual | None:
        from aftersales.scoring.derivation import row_title  # imported here to keep scoring fast

        return row_title(self.standard)

    def _notes(self, result: NodeScore, finding: Finding | None = None) -> dict[str, str]:
        notes = {"deducted": as_text(result.deducted)} if result.deducted else {}
        if finding is not None:
            notes |= {} if finding.reason is None else {"reason": finding.reason}
            notes |= finding.notes(self.standard)
        if result.reference is not None:
            notes["reference"] = str(result.reference)
        return notes

    # --- JSON ---

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """The JSON Schema of the document. In validation the two fields are taken, too, and a document may be older."""
        from aftersales.files.docstrings import summary_of
        from aftersales.scoring.document_schema import document_schema

        for model in (Evaluation, Standard):
            model.model_rebuild()
        evaluation, standard = (handler(model.__pydantic_core_schema__) for model in (Evaluation, Standard))
        if handler.mode == "serialization":
            return document_schema(evaluation, standard, FORMAT, ()) | {"description": summary_of(cls)}
        document = document_schema(evaluation, standard, FORMAT, ("format", "library", "fingerprint"))
        return {"type": "object", "anyOf": [document, super().__get_pydantic_json_schema__(schema, handler)]}

    @model_serializer(mode="wrap")
    def _document(self, serialize: SerializerFunctionWrapHandler, info: SerializationInfo) -> dict[str, Any]:
        if info.mode != "json":
            plain: dict[str, Any] = serialize(self)
            return plain
        from aftersales.evaluation.fingerprint import fingerprint  # imported here to keep scoring fast
        from aftersales.files.selection import selected

        standard = self.standard
        identity: dict[str, Any] = {
            "id": standard.id,
            "edition": standard.edition.isoformat(),
            "sha256": standard.sha256,
            "fingerprint": standard.fingerprint,
        }
        if standard.likeness == "altered":
            identity["altered"] = True  # it has the id and edition of a bundled standard and different rules
        if standard.likeness != "bundled" or (info.context or {}).get("embed_standard"):
            identity["definition"] = standard.model_dump(mode="json")
        document = {
            "format": FORMAT,
            "library": __version__,
            "standard": identity,
            "final_score": as_text(self.final_score),
            "printed_score": self.printed_score,
            "earned": as_text(self.earned),
            "applicable": as_text(self.applicable),
            "stars": self.stars,
            "passed": self.passed,
            "ratio": as_text(self.ratio),
            "reference": str(self.reference),
            "grade": self.grade.grade.model_dump(),
            "nodes": {node.id: _node_document(node) for node in self.nodes},
            "fingerprint": fingerprint(self.evaluation),
            "evaluation": self.evaluation.model_dump(mode="json", exclude_none=True),
        }
        return selected(document, info.include, info.exclude)

    @model_validator(mode="wrap")
    @classmethod
    def _from_document(cls, data: Any, validate: ModelWrapValidatorHandler[Self], info: ValidationInfo) -> Self:
        """Accept the two fields, or the JSON document, whose findings are scored and whose figures must agree."""
        if isinstance(data, cls):
            return data
        refuse_excess(cls, data, MAX_MODEL_VALUES)
        is_document = isinstance(data, Mapping) and "final_score" in data
        if is_document:
            ensure_known(data.get("format", 0), 0, FORMAT, data.get("library"))  # 0: before there were formats
            if missing := {"standard", "evaluation"} - data.keys():
                raise ViolationError(*(Violation("missing-key", (key,), {"key": key}) for key in sorted(missing)))
            inputs: Any = {
                "standard": _identified_standard(data["standard"], is_json=info.mode == "json"),
                "evaluation": data["evaluation"],
            }
        else:
            inputs = data
        card = validate(inputs)
        if is_document and (
            violations := [*_differences(data, card.model_dump(mode="json"), _not_compared(data, card))]
        ):
            raise ViolationError(*violations)
        return card

    @field_validator("evaluation")
    @classmethod
    def _name_edition(cls, evaluation: Evaluation, info: ValidationInfo) -> Evaluation:
        """6.2.1, reading R22: the evaluation of a result names the edition of its standard."""
        standard = info.data.get("standard")  # absent if it is refused
        return evaluation if standard is None else evaluation.with_edition(standard.edition)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if violations := check(self.evaluation, self.standard):
            raise ViolationError(*violations)
        return self


def _texts(**values: Fraction) -> dict[str, str]:
    return {name: as_text(value) for name, value in values.items()}


def _factor(text: str) -> str:
    """A number as a factor of a product: a fraction in brackets."""
    return f"({text})" if "/" in text else text


def _not_compared(document: Mapping[str, Any], card: Scorecard) -> set[str]:
    """The keys of a document that say nothing about its figures: texts, if those of the standard have changed."""
    apart = {"format", "library", "standard", "evaluation"}
    if "format" not in document:
        apart.add("fingerprint")
    return apart if document["standard"].get("sha256") == card.standard.sha256 else apart | TEXTS


def _identified_standard(identity: Any, *, is_json: bool) -> Standard:
    """The standard that a JSON document names, with the rules by which it was scored."""
    if not isinstance(identity, Mapping):
        raise ViolationError(Violation("not-a-mapping", ("standard",), {"found": identity}))
    if not isinstance(identity.get("id"), str):
        code = "not-text" if "id" in identity else "missing-key"
        raise ViolationError(Violation(code, ("standard", "id"), {"found": identity.get("id"), "key": "id"}))
    if "definition" in identity:
        definition = identity["definition"]
        read: Callable[[Any], Standard] = Standard.model_validate
        if is_json:  # pydantic has read its numbers as floats; as JSON they are refused
            import json  # imported here: only a stored result of another standard needs it

            definition, read = json.dumps(definition), Standard.model_validate_json
        standard = read(definition)
    else:
        standard = named_standard(identity["id"], read_day(identity.get("edition")))
    derived = {"id": standard.id, "edition": standard.edition}
    if "definition" in identity:  # what is named beside it has to agree with it, since people read it
        derived["sha256"] = standard.sha256
    named = {**identity, "edition": read_day(identity.get("edition"))}
    if wrong := next((key for key, value in derived.items() if named.get(key) != value), None):
        context = {"found": identity.get(wrong), "allowed": str(derived[wrong])}
        raise ViolationError(Violation("standard-mismatch", ("standard", wrong), context))
    if identity.get("fingerprint", standard.fingerprint) != standard.fingerprint:
        context = {"id": standard.id, "edition": standard.edition}
        raise ViolationError(Violation("other-rules", ("standard", "fingerprint"), context))
    if unknown := sorted(map(str, identity.keys() - _IDENTITY)):
        context = {"found": unknown[0], "allowed": tuple(_IDENTITY)}
        raise ViolationError(Violation("unknown-key", ("standard", unknown[0]), context, about_key=True))
    mark = identity.get("altered", True)
    if mark is not True or ("altered" in identity and standard.likeness != "altered"):
        context = {"found": mark, "allowed": standard.likeness == "altered"}
        raise ViolationError(Violation("scorecard-mismatch", ("standard", "altered"), context))
    return standard


_IDENTITY = (
    "id",
    "edition",
    "sha256",
    "fingerprint",
    "altered",
    "definition",
)  # the keys of a standard in a stored result


def _differences(given: Any, derived: Any, apart: set[str], path: Path = ()) -> Iterator[Violation]:
    """The differences of a document from the results of its findings, except for the keys ``apart``.

    Inside its parts, all keys but those of texts are compared: a node or a language may have any name.
    """
    if isinstance(given, Mapping) and isinstance(derived, Mapping):
        for key in [*derived, *(given.keys() - derived.keys())]:
            if key not in apart:
                yield from _differences(given.get(key), derived.get(key), apart & TEXTS, (*path, key))
    elif type(given) is not type(derived) or given != derived:  # 1 equals true, and 5.0 equals 5
        # If only one of the two is a text, its quotes distinguish them.
        found, allowed = (
            f'"{value}"' if isinstance(value, str) and not isinstance(other, str) else shown(value)
            for value, other in ((given, derived), (derived, given))
        )
        yield Violation("scorecard-mismatch", path, {"found": found, "allowed": allowed})


def _node_document(node: NodeScore) -> dict[str, Any]:
    return {
        "title": node.title.model_dump(),
        "points": as_text(node.points),
        "applicable": as_text(node.applicable),
        "earned": as_text(node.earned),
        "deducted": as_text(node.deducted),
        "ratio": None if node.ratio is None else as_text(node.ratio),
        "reference": None if node.reference is None else str(node.reference),
    }
