"""R21: the parts of several assessors become one evaluation, and nothing in which they differ is chosen."""

from __future__ import annotations

import random
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import oracle
from support.examples import examples
from support.forms import STANDARD
from support.strategies import random_findings

import aftersales
from aftersales import Evaluation, EvaluationError, merge, merge_draft
from aftersales.evaluation.loading import read_placed
from aftersales.evaluation.merging import with_files_below

HEAD: dict[str, Any] = {"standard": STANDARD.id, "edition": "2025-12-04"}
A, B, C = "5.1.1.1", "5.1.1.2", "5.1.2.2"


def part(findings: dict[str, Any], **facts: Any) -> Evaluation:
    return aftersales.load_evaluation(HEAD | facts | {"findings": findings})


def degree(value: str, **others: Any) -> dict[str, Any]:
    return {"kind": "qualitative", "degree": value, **others}


def deletion(*names: str, reason: str = "不销售此类商品") -> dict[str, Any]:
    return {"kind": "not_applicable", "reason": reason, "confirmed_by": list(names)}


def differences(*parts: Evaluation) -> list[tuple[str, str]]:
    """The codes and paths of what the parts differ in, which is the same in every order and in a draft."""
    found = []
    for ordered in permutations(parts):
        with pytest.raises(EvaluationError) as caught:
            merge(ordered)
        found.append([(problem.code, problem.path) for problem in caught.value.problems])
    assert all(one == found[0] for one in found)
    return found[0]


@settings(max_examples=examples(40))
@given(seed=st.integers(0), count=st.integers(1, 5))
def test_any_split_of_an_evaluation_merged_in_any_order_is_the_evaluation(seed: int, count: int) -> None:
    rng = random.Random(seed)
    facts = {
        "subject": {"organisation": "甲公司", "sites": ["总部", "一店"]},
        "team": [{"name": name} for name in ("张明", "李静", "王芳")],
        "period": {"start": "2026-03-02", "end": "2026-03-06"},
        "narrative": {"process": "先文件审查。\n后现场审查。"},
    }
    whole = part(random_findings(rng), **facts)
    shares: list[dict[str, Any]] = [{} for _ in range(count)]
    for key, finding in whole.findings.items():
        rng.choice(shares)[key] = finding
    parts = [whole.model_copy(update={"findings": share}) for share in shares]
    rng.shuffle(parts)
    assert merge(parts) == whole
    assert merge([merge(parts), *parts]) == whole  # merging twice changes nothing
    assert merge_draft(parts) == (whole, (), ())


class TestAlike:
    """Two parts that assess an indicator alike: texts and evidence are united."""

    def test_reasons_measures_and_evidence_of_equal_findings_are_united(self) -> None:
        seen, heard = {"method": "document", "note": "台账"}, {"method": "interview", "note": "店长"}
        first = part({A: degree("60%", reason="无台账", evidence=[seen], measure="建台账")})
        second = part({A: degree("0.6", reason="店长不知情", evidence=[seen, heard], row=1)})
        for ordered in ([first, second], [second, first]):
            finding = merge(ordered).findings[A]
            assert isinstance(finding, aftersales.Qualitative)
            assert set((finding.reason or "").split("\n")) == {"无台账", "店长不知情"}
            assert [piece.note for piece in finding.evidence] == ["台账", "店长"]
            assert (finding.measure, finding.row) == ("建台账", 1)
        assert merge([merge([first, second]), first]) == merge([second, first])

    def test_a_text_that_another_one_holds_as_whole_lines_is_not_repeated(self) -> None:
        parts = [part({A: degree("0", reason=reason)}) for reason in ("一\n二", "二", "一")]
        assert {merge(ordered).findings[A].reason for ordered in permutations(parts)} == {"一\n二"}  # type: ignore[union-attr]

    def test_a_percentage_keeps_its_sign_beside_an_equal_number(self) -> None:
        parts = [part({C: {"kind": "quantitative", "actual": actual}}) for actual in ("0.08", "8%")]
        for ordered in permutations(parts):
            finding = merge(ordered).findings[C]
            assert isinstance(finding, aftersales.Quantitative)
            assert repr(finding.actual) == "Percentage(2, 25)"

    def test_the_confirmations_of_a_deletion_are_united(self) -> None:
        parts = [
            part({"5.3.6": deletion(name)}, team=[{"name": "张明"}, {"name": "李静"}]) for name in ("张明", "李静")
        ]
        finding = merge(parts).findings["5.3.6"]
        assert isinstance(finding, aftersales.NotApplicable)
        assert sorted(finding.confirmed_by) == ["张明", "李静"]


class TestDifferences:
    @pytest.mark.parametrize(
        ("first", "second"),
        [
            (degree("60%"), degree("70%")),
            (degree("60%", row=0), degree("60%", row=1)),
            ("full", {"kind": "quantitative", "actual": 30, "at_most": 30}),
            ({"kind": "quantitative", "actual": 30, "at_most": 24}, {"kind": "quantitative", "actual": 60, "at_most": 48}),
            # The same share, by other numbers.
            ({"kind": "sampled", "population": 30, "sampled": 20, "nonconforming": 2}, {"kind": "sampled", "population": 30, "sampled": 30, "nonconforming": 3}),
            ({"kind": "quantitative", "actual": 30, "at_least": 24}, {"kind": "quantitative", "actual": 30, "at_most": 40}),
            ("none", deletion("张明")),
        ],
    )  # fmt: skip
    def test_an_indicator_that_two_parts_assess_differently_is_reported_and_open_in_a_draft(
        self, first: Any, second: Any
    ) -> None:
        if first == degree("60%", row=0):
            first = degree("59%", row=0)  # 60% does not lie in row 0
        parts = part({A: first, B: "full"}), part({A: second})
        assert differences(*parts) == [("findings-differ", f"findings[{A}]")]
        draft = merge_draft(parts)
        assert draft.evaluation is not None
        assert draft.evaluation.findings[A] is None
        assert draft.evaluation.findings[B] is not None
        assert [problem.clause for problem in draft.problems] == ["6.1.1"]

    def test_sampled_findings_are_united_unless_together_they_are_no_sample(self) -> None:
        """Each is a sound sample; together the outlets that are covered are more than there are items."""
        first = {"kind": "sampled", "population": 3, "sampled": 2, "nonconforming": 0}
        second = {"kind": "sampled", "outlets": 2, "outlets_covered": 2, "sampled": 2, "nonconforming": 0}
        assert merge([part({A: first}), part({A: second})]).findings[A] == aftersales.Sampled(**(first | second))  # type: ignore[arg-type]
        small = {"kind": "sampled", "population": 1, "sampled": 1, "nonconforming": 0}
        assert differences(part({A: small}), part({A: second})) == [("findings-differ", f"findings[{A}]")]

    def test_a_group_deleted_in_one_part_and_judged_in_another_is_reported_and_open_in_a_draft(self) -> None:
        parts = part({"5.3.6": deletion("张明"), A: "full"}), part({"5.3.6.1": "full"})
        assert differences(*parts) == [("deletion-differs", "findings[5.3.6]")]
        draft = merge_draft(parts).evaluation
        assert draft is not None
        assert (draft.findings["5.3.6"], draft.findings["5.3.6.1"]) == (None, None)
        assert draft.findings[A] is not None

    def test_a_group_that_is_deleted_beside_one_that_is_reported_stays_deleted(self) -> None:
        parts = part({"5.3.1": deletion("张明"), "5.3.6": deletion("张明")}), part({"5.3.6.1": "full"})
        assert differences(*parts) == [("deletion-differs", "findings[5.3.6]")]
        draft = merge_draft(parts).evaluation
        assert draft is not None
        assert isinstance(draft.findings["5.3.1"], aftersales.NotApplicable)

    def test_of_many_assessed_indicators_the_first_are_named(self) -> None:
        """5.3.1 has five indicators, 5.3 has 24: the deletion and five of them are listed, with their number."""
        for group, count in (("5.3.1", 5), ("5.3", 24)):
            keys = [node.id for node in aftersales.load_standard().indicators if node.id.startswith(f"{group}.")]
            draft = merge_draft([part({group: deletion("张明")}), part(dict.fromkeys(keys, "full"))])
            (problem,) = draft.problems
            assert len(keys) == count
            assert (problem.message.count("not applicable"), problem.message.count("fully met")) == (1, 5)
            assert ("25 in all; the team" in problem.message) == (count == 24)

    @pytest.mark.parametrize(
        ("first", "second", "path"),
        [
            ({"subject": {"organisation": "甲"}}, {"subject": {"organisation": "乙"}}, "subject.organisation"),
            ({"period": {"start": "2026-03-02", "end": "2026-03-06"}}, {"period": {"start": "2026-03-02", "end": "2026-03-05"}}, "period.end"),
            ({"type": "self"}, {"type": "third_party"}, "type"),
            ({"team": [{"name": "张明", "role": "lead"}]}, {"team": [{"name": "张明", "role": "member"}, {"name": "李静"}]}, "team[0].role"),
            ({"sign_off": {"leader": {"name": "张明"}}}, {"sign_off": {"leader": {"name": "李静"}}}, "sign_off.leader.name"),
            ({"team": [{"name": "张明"}]}, {"team": [{"name": "张 明"}]}, "team[0].name"),
        ],
    )  # fmt: skip
    def test_facts_that_differ_between_parts_are_reported(
        self, first: dict[str, Any], second: dict[str, Any], path: str
    ) -> None:
        found = differences(part({A: "full"}, **first), part({B: "full"}, **second))
        assert found == [("parts-differ", path)]

    def test_a_part_whose_required_field_differs_is_left_out_of_a_draft(self) -> None:
        first = part({}, period={"start": "2026-03-02", "end": "2026-03-06"}, sign_off={"leader": {"name": "张明"}})
        second = part({}, period={"start": "2026-03-03", "end": "2026-03-05"}, sign_off={"leader": {"name": "李静"}})
        draft = merge_draft([first, second])
        assert [problem.path for problem in draft.problems] == ["period.start", "period.end", "sign_off.leader.name"]
        assert draft.evaluation is not None
        assert draft.evaluation.period is None
        assert draft.evaluation.sign_off == aftersales.SignOff()

    def test_a_name_that_is_written_in_two_ways_stays_in_both_of_them_in_a_draft(self) -> None:
        """A deletion that one of them confirms can then be read again."""
        first = part({"5.3.6": deletion("张明")}, team=[{"name": "张明", "role": "lead"}, {"name": "李静"}])
        second = part({}, team=[{"name": "李静"}, {"name": "张 明"}])
        assert differences(first, second) == [("parts-differ", "team[0].name")]
        draft = merge_draft([first, second])
        assert draft.evaluation is not None
        members = [(member.name, member.role) for member in draft.evaluation.team]
        assert sorted(members, key=str) == [("张 明", "lead"), ("张明", "lead"), ("李静", None)]
        assert draft.evaluation.findings["5.3.6"] is not None
        assert aftersales.load_evaluation(draft.evaluation.model_dump(mode="json")) == draft.evaluation

    def test_a_deletion_that_nobody_of_the_merged_team_confirmed_is_reported(self) -> None:
        """Each part is sound: the first one names no team."""
        parts = part({"5.3.6": deletion("张明")}), part({A: "full"}, team=[{"name": "李静"}])
        assert differences(*parts) == [("unknown-member", "findings[5.3.6].confirmed_by[0]")]
        draft = merge_draft(parts).evaluation
        assert draft is not None
        assert draft.findings["5.3.6"] is None
        assert draft.findings[A] is not None

    def test_another_edition_is_refused_in_a_draft_too(self) -> None:
        bare = Evaluation(standard=STANDARD.id, findings={A: "full"})
        other = Evaluation(standard="GB/T 27922", findings={B: "full"})
        assert merge([bare, part({B: "full"})]).edition == part({}).edition
        for merging in (merge, merge_draft):
            with pytest.raises(EvaluationError) as caught:
                merging([bare, other])
            assert [(problem.code, problem.path) for problem in caught.value.problems] == [("parts-differ", "standard")]

    @pytest.mark.parametrize("merged", [merge, merge_draft])
    def test_what_the_standard_does_not_allow_in_a_part_is_reported_and_not_left_out(self, merged: Any) -> None:
        """A part that was built by hand may name an indicator that there is not, or judge 5.1.2.2 by a degree (6.2.2)."""
        for findings, code in (({"5.9.9.9": "full"}, "unknown-indicator"), ({C: "full"}, "kind-not-allowed")):
            with pytest.raises(EvaluationError) as caught:
                merged([part({A: "full"}), Evaluation(**HEAD, findings=findings)])
            assert [problem.code for problem in caught.value.problems] == [code]

    def test_merging_no_parts_is_refused(self) -> None:
        for merging in (merge, merge_draft):
            with pytest.raises(EvaluationError) as caught:
                merging([])
            assert [problem.code for problem in caught.value.problems] == ["no-parts"]

    def test_united_lists_that_are_too_long_are_refused(self) -> None:
        """Each part is within the bounds of a file, 20,000 values."""
        parts = [part({}, basis=[f"{name}{number}" for number in range(15_000)]) for name in "甲乙"]
        for merging in (merge, merge_draft):
            with pytest.raises(EvaluationError) as caught:
                merging(parts)
            assert [(problem.code, problem.path) for problem in caught.value.problems] == [("too-many-values", "")]

    @pytest.mark.parametrize("count", [6, 7])
    def test_a_difference_of_many_parts_names_the_first_six_and_how_many_there_are(self, count: int) -> None:
        parts = {f"表{number}": part({A: degree(f"{number}0%")}) for number in range(1, count + 1)}
        with pytest.raises(EvaluationError) as caught:
            merge(parts)
        (problem,) = caught.value.problems
        assert [name for name in parts if name in problem.message] == [f"表{number}" for number in range(1, 7)]
        assert ("; and more, 7 in all; " in problem.message) == (count > 6)

    def test_all_differences_are_reported_at_once_with_their_sources(self) -> None:
        parts = {
            "张明.xlsx": part({A: degree("60%"), B: "full"}, subject={"organisation": "甲"}),
            "李静.xlsx": part({A: degree("80%"), B: "none"}, subject={"organisation": "乙"}),
        }
        with pytest.raises(EvaluationError) as caught:
            merge(parts)
        facts, first, second = caught.value.problems
        assert facts.message_zh == "各份文件所写不一致：张明.xlsx：甲；李静.xlsx：乙；请统一后再合并"
        assert first.message_zh == (
            "审查人员的认定不一致：张明.xlsx：定性，符合程度 60%；李静.xlsx：定性，符合程度 80%；请评价小组统一认定后再合并"
        )
        assert "张明.xlsx: qualitative, fully met" in second.message

    def test_parts_without_names_are_named_by_their_numbers_from_1(self) -> None:
        with pytest.raises(EvaluationError) as caught:
            merge([part({A: degree("60%")}), part({A: degree("80%")})])
        (problem,) = caught.value.problems
        assert "不一致：#1：定性，符合程度 60%；#2：定性，符合程度 80%；" in problem.message_zh


class TestMergedAgain:
    """Merging the result with one of its parts changes nothing, whatever the parts say in which order."""

    @settings(max_examples=examples(60))
    @given(seed=st.integers(0))
    def test_merging_the_result_with_one_of_its_parts_changes_nothing(self, seed: int) -> None:
        rng = random.Random(seed)

        def some(entries: str) -> list[str]:
            return rng.sample([*entries], rng.randint(1, len(entries)))

        parts = [
            part(
                {key: degree("50%", reason="\n".join(some("甲乙丙")), evidence=[{"method": "document", "ref": ref} for ref in some("一二三")]) for key in (A, B)},
                team=[{"name": name} | ({"role": "lead"} if name == "张" else {}) for name in some("张李王")],
                basis=some("一二三"),
                narrative={"process": "\n".join(some("甲乙丙"))},
            )
            for _ in range(rng.randint(2, 4))
        ]  # fmt: skip
        whole = merge(parts)
        for ordered in (parts, parts[::-1]):
            assert merge(ordered) == whole
        for one in [*parts, whole]:
            assert merge([one, whole]) == merge([whole, one]) == whole
            assert {member.name for member in one.team} <= {member.name for member in whole.team}
            assert {*one.basis} <= {*whole.basis}


class TestUnited:
    def test_teams_sites_and_texts_come_together(self) -> None:
        first = part(
            {A: "full"},
            team=[{"name": "张明"}],
            subject={"sites": ["一店"]},
            narrative={"process": "文件审查。"},
            basis=["合同"],
        )
        second = part(
            {B: "full"},
            team=[{"name": "李静"}, {"name": "张明", "role": "lead"}],
            subject={"sites": ["二店", "一店"]},
            narrative={"process": "现场审查。", "strengths": "及时"},
        )
        for ordered in permutations([first, second]):
            whole = merge(ordered)
            assert [(member.name, member.role) for member in whole.team] == [("李静", None), ("张明", "lead")]
            assert whole.subject is not None
            assert whole.subject.sites == ("二店", "一店")
            assert whole.narrative is not None
            assert sorted((whole.narrative.process or "").split("\n")) == ["文件审查。", "现场审查。"]
            assert (whole.narrative.strengths, whole.basis) == ("及时", ("合同",))

    def test_what_is_read_from_a_mapping_has_no_places(self) -> None:
        _, document = read_placed(HEAD | {"findings": {A: "full"}}, complete=False)
        assert document.place(("findings", A)) == ""

    def test_an_indicator_that_nobody_assessed_stays_open(self) -> None:
        whole = merge([part({A: None}), part({A: None, B: "full"})])
        assert whole.findings[A] is None
        assert "5.1.1.3" not in whole.findings

    def test_one_part_merged_is_that_part(self) -> None:
        whole = aftersales.load_evaluation(oracle.document(oracle.all_full(), edition="2025-12-04"))
        assert merge([whole]) == whole


def test_the_files_of_a_part_are_named_from_the_folder_of_the_whole() -> None:
    """A file with its whole path, a link and an indicator without a finding stay as they are."""
    files = {
        "a.jpg": "parts/a.jpg",
        "../a.jpg": "a.jpg",
        "/a.jpg": "/a.jpg",
        "C:\\a.jpg": "C:\\a.jpg",
        "https://b/a": "https://b/a",
    }
    evidence = [{"method": "document"}, *({"method": "document", "file": file} for file in files)]
    findings = {A: degree("1", evidence=evidence), B: None, C: {"kind": "quantitative", "actual": "10%"}}
    moved = with_files_below(Evaluation.model_validate(HEAD | {"findings": findings}), "parts")
    finding = moved.findings[A]
    assert isinstance(finding, aftersales.Qualitative)
    assert [piece.file for piece in finding.evidence] == [None, *files.values()]
    assert moved.findings[B] is None
