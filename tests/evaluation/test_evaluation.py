"""An evaluation as an object: findings by id, other findings, and what is missing."""

from __future__ import annotations

import pytest
from pydantic import ValidationError
from support import oracle

from aftersales import Evaluation, EvaluationError, NotApplicable, load_evaluation, load_example, load_standard, score

HEAD = {"standard": "CTS XBHT-S04-2025", "edition": "2025-12-04"}
DELETION = {"kind": "not_applicable", "reason": "不销售", "confirmed_by": ["张明"]}


class TestFindings:
    EVALUATION = Evaluation(**HEAD, findings={"5.1.1.1": "full", "5.1.1.2": None, "5.3.6": DELETION, "5.1.1": None})

    def test_a_finding_is_asked_for_by_its_id(self) -> None:
        assert self.EVALUATION["5.1.1.1"].kind == "qualitative"
        deletion = self.EVALUATION["5.3.6.2"]
        assert isinstance(deletion, NotApplicable)
        assert deletion is self.EVALUATION["5.3.6"]

    @pytest.mark.parametrize("node_id", ["5.1.1.2", "5.1.1.1.1", "5.1.1", "5.3", "5.9"])
    def test_an_indicator_without_a_finding_of_its_own_or_of_a_deleted_group_is_not_in_the_evaluation(
        self, node_id: str
    ) -> None:
        """Only a deletion of a group is the finding of its parts."""
        assert node_id not in self.EVALUATION
        with pytest.raises(KeyError, match=node_id):
            self.EVALUATION[node_id]

    def test_an_indicator_is_in_the_evaluation_by_its_finding_or_the_deletion_of_its_group(self) -> None:
        assert "5.1.1.1" in self.EVALUATION
        assert "5.3.6.1" in self.EVALUATION
        assert ("findings", None) not in self.EVALUATION

    def test_findings_are_replaced_in_their_place_and_new_ones_follow(self) -> None:
        changed = self.EVALUATION.with_findings(
            {"5.1.1.1": "none", "5.1.1.3": {"kind": "qualitative", "degree": "60%"}}
        )
        assert (changed["5.1.1.1"].kind, str(changed["5.1.1.3"].degree)) == ("qualitative", "3/5")  # type: ignore[union-attr]
        assert list(changed.findings) == ["5.1.1.1", "5.1.1.2", "5.3.6", "5.1.1", "5.1.1.3"]
        assert "5.1.1.3" not in self.EVALUATION
        with pytest.raises(ValidationError):
            self.EVALUATION.with_findings({"5.1.1.1": "half"})

    def test_findings_are_taken_out_by_their_ids(self) -> None:
        assert list(self.EVALUATION.without("5.1.1.1", "5.1.1").findings) == ["5.1.1.2", "5.3.6"]
        with pytest.raises(KeyError, match=r"5\.3\.6\.1"):
            self.EVALUATION.without("5.3.6.1")

    def test_more_than_two_hundred_findings_have_together_no_more_values_than_a_file_may_have(self) -> None:
        """A file has at most 20,000 values. Of fewer findings, each list alone has no more."""
        deletion = DELETION | {"confirmed_by": ["张明"] * 100}
        findings = {f"5.9.{number}": deletion for number in range(201)}
        with pytest.raises(ValidationError, match="more than 20000 values"):
            Evaluation(**HEAD, findings=findings)
        del findings["5.9.0"]
        for count in (100, 200):
            longer = {key: DELETION | {"confirmed_by": ["张明"] * 250} for key in list(findings)[:count]}
            assert len(Evaluation(**HEAD, findings=longer).findings) == count

    def test_the_schema_has_the_words_for_full_and_no_points_first_where_findings_are_read(self) -> None:
        for mode, words in (("validation", [{"enum": ["full", "none"]}]), ("serialization", [])):
            schema = Evaluation.model_json_schema(mode=mode)  # type: ignore[arg-type]
            finding = schema["properties"]["findings"]["additionalProperties"]["anyOf"]
            assert [each for each in finding if "enum" in each] == words == finding[: len(words)]


class TestMissing:
    def test_missing_is_what_has_neither_a_finding_nor_a_deletion_of_its_group(self) -> None:
        findings = oracle.all_full(i5_1_1_1=None, i5_3_6_1=None, i5_3_6_2=None) | {"5.3.6": DELETION}
        del findings["5.4.4.2"]
        evaluation = Evaluation(**HEAD, findings=findings)
        assert evaluation.missing() == evaluation.missing(load_standard()) == ("5.1.1.1", "5.4.4.2")
        assert load_example("home-appliance-chain").missing() == ()

    def test_missing_by_a_standard_that_is_not_bundled_needs_the_standard(self) -> None:
        with pytest.raises(EvaluationError, match="unknown-standard"):
            Evaluation(standard="OWN", findings={}).missing()
        own = load_standard().model_copy(update={"id": "OWN"})
        assert len(Evaluation(standard="OWN", findings={}).missing(own)) == 73


@pytest.mark.parametrize("length", [49, 50, 51])
def test_one_line_shows_the_first_fifty_characters_of_the_name_of_an_organisation(length: int) -> None:
    evaluation = Evaluation(**HEAD, subject={"organisation": "甲" * length}, findings={"5.1.1.1": "full"})
    shown = "甲" * min(length, 50) + ("…" if length > 50 else "")
    assert repr(evaluation) == f"<Evaluation of {shown} by CTS XBHT-S04-2025: 1 findings>"


def test_an_evaluation_written_as_yaml_reads_back_the_same() -> None:
    evaluation = load_example("home-appliance-chain")
    assert load_evaluation(evaluation.to_yaml().encode()) == evaluation


def test_each_node_of_a_scorecard_knows_its_parent_and_its_parts() -> None:
    """Chapter 5: 4 categories, 20 subcategories, 73 indicators."""
    card = score(load_example("home-appliance-chain"))
    levels = [node.level for node in card.nodes]
    assert [levels.count(level) for level in ("category", "subcategory", "indicator")] == [4, 20, 73]
    for node in card.nodes:
        assert node.parent is None or node.id in card[node.parent].parts
        assert all(card[part].parent == node.id for part in node.parts)
    assert card["5.1"].parent is None
    assert card["5.1.1"].parts == ("5.1.1.1", "5.1.1.2", "5.1.1.3", "5.1.1.4", "5.1.1.5")
    assert card["5.1.1.1"].parts == ()
    assert "5.1" in card
    assert "5.9" not in card
