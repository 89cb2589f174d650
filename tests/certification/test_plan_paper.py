"""The plan on paper for the client (6.1.2)."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import docx
import pytest
from support.command import run
from support.plain_yaml import from_yaml

from aftersales import EvaluationPlan, OutputError, PaperError, load_plan
from aftersales.rendering.rendering import FORMATS
from aftersales.standard.editions import data_folder

FILE = data_folder() / "plans" / "home-appliance-chain.yaml"
PLAN: dict[str, Any] = from_yaml(FILE.read_text("utf-8"))


def paper(lang: str = "zh", *, draft: bool = False, **changes: Any) -> str:
    plan = EvaluationPlan.model_validate(PLAN | changes)
    return plan.typeset("md", lang, draft=draft).decode()


class TestContents:
    def test_everything_that_a_plan_says_is_printed(self) -> None:
        text = paper().replace("\\", "")
        for said in (
            "# 商品售后服务成熟度评价计划", "滨海家电连锁有限公司", "HA-2026-003", "2026年2月16日", "第三方评价", "云津质信认证有限公司",
            "CNCA-R-2026-999", PLAN["purpose"], PLAN["subject"]["scope"], "家电", "中型", "2026年3月2日至6日", "GB/T 27922-2011；GB/T 19011-2021",
            "| 王海涛 | 组员 | 家电维修高级技师 | 云津质信认证有限公司 |",
            "| 2026年3月2日至4日 | 现场审查（现场观察、访谈） | 门店与客服中心；12 家门店 | 张明、李静 |",
            "| 2026年3月5日 | 现场审查（现场观察） | 物流中心与维修站 | 王海涛 |",
            "评价覆盖全部 73 项指标", "| 5.3.2 | 技术支持 | 王海涛 |", "| 5.1.2.5 | 特殊行业从业人员健康管理规范 | 不属于须办理健康证明的行业 |",
            "- 近 12 个月的顾客名单，供随机访问抽取", "## 八、确认", "评价对象：滨海家电连锁有限公司", "盖章：",
        ):  # fmt: skip
            assert said in text, said

    def test_parts_are_numbered_without_those_that_are_left_out(self) -> None:
        heads = [line for line in paper(inapplicable=[], provisions=[]).splitlines() if line.startswith("## ")]
        assert [head[3] for head in heads] == ["一", "二", "三", "四", "五", "六"]
        assert heads[-1] == "## 六、确认"

    def test_a_plan_in_english_has_the_english_names(self) -> None:
        subject = PLAN["subject"] | {
            "organisation_en": "Binhai Appliances",
            "scope_en": "Delivery",
            "sites": ["A", "B"],
        }
        text = paper("en", subject=subject)
        assert "Binhai Appliances" in text
        assert "Delivery" in text
        assert "A; B" in text
        assert PLAN["subject"]["organisation"] not in text

    def test_a_subcategory_that_is_divided_names_the_indicators(self) -> None:
        assignments = PLAN["assignments"] | {"王海涛": ["5.2", "5.3.2", "5.3.3", "5.3.4.1"], "张明": ["5.1", "5.3.4"]}
        assert (
            "| 5.3.4 | 维修 | 张明、王海涛（5.3.4.1）；张明（5.3.4.2、5.3.4.3、5.3.4.4、5.3.4.5、5.3.4.6） |"
            in paper(assignments=assignments)
        )

    def test_a_self_assessment_is_signed_by_its_own_people(self) -> None:
        """Reading R15."""
        text = paper(type="self", body=None)
        assert "评价组长" in text
        assert "盖章" not in text
        assert "批准号" not in text
        assert "CNCA" in paper(type="self")
        assert "批准号" not in paper(type="self", body={"name": "甲"})


class TestGaps:
    def test_an_incomplete_plan_is_refused(self) -> None:
        with pytest.raises(PaperError) as caught:
            paper(purpose=None)
        assert [problem.path for problem in caught.value.problems] == ["purpose"]

    def test_a_draft_marks_every_gap(self) -> None:
        text = EvaluationPlan(standard=PLAN["standard"]).typeset("md", draft=True).decode()
        for what in ("评价类型", "评价对象", "评价目的", "评价范围", "评价依据", "评价小组", "时间安排", "审查人员"):
            assert f"【待补：{what}】" in text, what
        assert "草稿" in text
        text = paper(body=None, draft=True, team=[{"name": "张明"}], inapplicable=[{"id": "5.9", "reason": "无"}])
        for what in ("评价机构", "批准号", "资质"):
            assert f"【待补：{what}】" in text, what
        assert "| 5.9 | – | 无 |" in text
        text = paper(assignments={"张明": ["5.3.1.1"]}, draft=True)
        assert "张明（5.3.1.1）；【待补：审查人员】（5.3.1.2" in text
        assert "73 项指标中已安排 1 项" in text


class TestFormats:
    @pytest.mark.parametrize("format", FORMATS)
    def test_each_format_has_the_confirmation(self, format: str, tmp_path: Path) -> None:
        path = tmp_path / f"plan.{format}"
        load_plan(FILE).write(path, "en")
        assert path.stat().st_size > 1000
        with pytest.raises(OutputError):
            load_plan(FILE).write(path)
        if format in ("html", "md"):
            assert "Stamp:" in path.read_text("utf-8")

    def test_word_keeps_the_statement_with_the_signatures(self) -> None:
        word = docx.Document(io.BytesIO(load_plan(FILE).typeset("docx")))
        assert [cell.paragraphs[0].text for cell in word.tables[-1].rows[0].cells] == [
            "评价机构：云津质信认证有限公司",
            "评价对象：滨海家电连锁有限公司",
        ]
        statement = next(paragraph for paragraph in word.paragraphs if paragraph.text.startswith("请评价对象审阅"))
        assert statement.paragraph_format.keep_with_next

    def test_word_of_a_self_assessment_has_places_and_no_statement(self) -> None:
        plan = EvaluationPlan.model_validate(PLAN | {"type": "self", "body": None})
        word = docx.Document(io.BytesIO(plan.typeset("docx")))
        assert word.tables[-1].rows[0].cells[0].paragraphs[0].text == "评价组长"
        assert not any(paragraph.text.startswith("请评价对象审阅") for paragraph in word.paragraphs)

    def test_a_plan_is_written_in_no_unknown_format(self, tmp_path: Path) -> None:
        with pytest.raises(OutputError) as caught:
            load_plan(FILE).write(tmp_path / "plan.txt")
        assert caught.value.problems[0].code == "unknown-report-format"


class TestCommand:
    def test_the_command_writes_the_plan_and_overwrites_no_file(self, tmp_path: Path) -> None:
        path = tmp_path / "plan.md"
        done = run("plan", str(FILE), "-o", str(path))
        assert (done.returncode, done.stdout, done.stderr) == (0, f"{path}：已写入\n", "")
        assert path.read_bytes() == load_plan(FILE).typeset("md")
        assert "[file-exists]" in run("plan", str(FILE), "-o", str(path)).stderr
        assert run("plan", str(FILE), "-o", str(path), "--force", "--lang", "en").returncode == 0

    def test_an_incomplete_plan_is_printed_only_as_a_draft(self, tmp_path: Path) -> None:
        plan, path = tmp_path / "plan.yaml", tmp_path / "plan.md"
        plan.write_text(FILE.read_text("utf-8").replace("purpose", "# purpose"), "utf-8")
        done = run("plan", str(plan), "-o", str(path))
        assert (done.returncode, done.stdout, path.exists()) == (2, "", False)
        assert f"{plan}:" in done.stderr
        assert run("plan", str(plan), "-o", str(path), "--draft").stdout == f"{path}：已写入草稿，1 处待补\n"

    def test_the_plan_itself_is_no_target(self, tmp_path: Path) -> None:
        plan = tmp_path / "plan.yaml"
        plan.write_bytes(FILE.read_bytes())
        done = run("plan", str(plan), "-o", str(plan), "--force")
        assert (done.returncode, plan.read_bytes()) == (2, FILE.read_bytes())
        assert "[target-is-source]" in done.stderr
