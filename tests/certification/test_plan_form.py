"""The form of a plan (6.1.2): a workbook that is read as a YAML file is, each mistake at its cell."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.command import run
from support.forms import form
from support.plain_yaml import from_yaml

import aftersales
from aftersales import EvaluationPlan, PaperError, load_plan, write_plan_workbook
from aftersales.standard.editions import data_folder

STANDARD = aftersales.load_standard()
FILE = data_folder() / "plans" / "home-appliance-chain.yaml"
PLAN: dict[str, Any] = from_yaml(FILE.read_text("utf-8"))
GOOD = write_plan_workbook(STANDARD, load_plan(FILE))


def in_order(plan: EvaluationPlan) -> EvaluationPlan:
    """The plan with the ids of each assessor in the order of the standard, as a form has them."""
    ids = [node.id for node in STANDARD.nodes]
    assignments = {name: sorted(keys, key=ids.index) for name, keys in plan.assignments.items()}
    return plan.model_copy(update={"assignments": assignments})


def changed(path: Path, change: Callable[[Any], object]) -> Path:
    book = form(GOOD)
    change(book)
    book.save(path)
    return path


def problems(path: Path, change: Callable[[Any], object]) -> list[tuple[str, str | None, str]]:
    with pytest.raises(PaperError) as caught:
        load_plan(changed(path, change))
    return [(problem.code, problem.cell, problem.message_zh) for problem in caught.value.problems]


def place_of(text: str, sheet: str = "人员分工", column: int = 1) -> int:
    """The row of the example's form with that text."""
    rows = form(GOOD)[sheet].iter_rows(min_col=column, max_col=column)
    return next(cell.row for (cell,) in rows if cell.value == text)


def put(sheet: str, place: str, value: Any) -> Callable[[Any], object]:
    return lambda book: book[sheet].__setitem__(place, value)


class TestRoundTrip:
    def test_the_example_comes_back_from_its_form(self, tmp_path: Path) -> None:
        path = tmp_path / "plan.xlsx"
        path.write_bytes(GOOD)
        assert load_plan(path) == in_order(load_plan(FILE))

    def test_a_plan_with_every_field_comes_back_from_its_form(self, tmp_path: Path) -> None:
        full = PLAN | {
            "body": {"name": "甲", "approval_number": "1", "address": "某路 1 号", "telephone": "010-1"},
            "subject": PLAN["subject"]
            | {
                "organisation_en": "Binhai",
                "credit_code": "91350100M000100Y43",
                "address": "某路 2 号",
                "scope_en": "all",
                "sites": ["一店", "二店"],
            },
            "inapplicable": [{"id": "5.1.2.5", "reason": "无"}, {"id": "5.3.6", "reason": "=1+1"}],
        }
        plan = in_order(EvaluationPlan.model_validate(full))
        assert all(getattr(plan, name) for name in EvaluationPlan.model_fields)
        path = tmp_path / "plan.xlsx"
        path.write_bytes(write_plan_workbook(STANDARD, plan))
        assert load_plan(path) == plan

    def test_a_blank_form_lacks_everything_at_its_places(self, tmp_path: Path) -> None:
        path = tmp_path / "plan.xlsx"
        path.write_bytes(write_plan_workbook(STANDARD))
        plan = load_plan(path, complete=False)
        assert plan == EvaluationPlan(standard=STANDARD.id, edition=STANDARD.edition)
        with pytest.raises(PaperError) as caught:
            load_plan(path)
        places = {problem.path: problem.cell for problem in caught.value.problems}
        assert places["team"] == "评价小组!A1"
        assert places["schedule"] == "时间安排!A1"
        assert places["assignments"] == "人员分工!A1"
        assert places["purpose"] == "评价计划!B24"  # beside its label

    def test_ids_that_the_standard_lacks_are_kept_and_reported(self, tmp_path: Path) -> None:
        assignments = PLAN["assignments"] | {"张明": ["5.1", "5.9"]}
        plan = EvaluationPlan.model_validate(
            PLAN | {"assignments": assignments, "inapplicable": [{"id": "5.8", "reason": "无"}]}
        )
        path = tmp_path / "plan.xlsx"
        path.write_bytes(write_plan_workbook(STANDARD, plan))
        with pytest.raises(PaperError) as caught:
            load_plan(path)
        last = len(STANDARD.nodes) + 1
        assert [(problem.code, problem.cell) for problem in caught.value.problems] == [
            ("unknown-indicator", f"人员分工!A{last + 1}"),
            ("unknown-indicator", f"人员分工!A{last + 2}"),
        ]

    def test_a_name_that_would_be_split_is_refused(self) -> None:
        plan = EvaluationPlan.model_validate(PLAN | {"assignments": {"张明、李静": ["5.1"]}})
        with pytest.raises(aftersales.OutputError) as caught:
            write_plan_workbook(STANDARD, plan)
        assert caught.value.problems[0].code == "unwritable-text"


class TestForgivingCells:
    def test_roles_are_shown_in_words_and_read_as_either(self, tmp_path: Path) -> None:
        book = form(GOOD)
        assert [book["评价小组"][f"B{row}"].value for row in (2, 3)] == ["组长", "组员"]

        def change(book: Any) -> None:
            book["评价小组"]["B3"], book["评价小组"]["B4"] = "member", "技术专家"

        plan = load_plan(changed(tmp_path / "plan.xlsx", change))
        assert [assessor.role for assessor in plan.team] == ["lead", "member", "技术专家"]

    @pytest.mark.parametrize(
        "written", ["2026/3/1", "2026年3月1日", "2026-03-01", datetime.date(2026, 3, 1), datetime.datetime(2026, 3, 1)]
    )
    def test_a_day_is_read_in_any_usual_form(self, tmp_path: Path, written: Any) -> None:
        def change(book: Any) -> None:
            for sheet, place in (("时间安排", "A2"), ("评价计划", "B5")):
                book[sheet][place] = written
                if not isinstance(written, str):
                    book[sheet][place].number_format = "yyyy/m/d"

        plan = load_plan(changed(tmp_path / "plan.xlsx", change))
        assert (str(plan.on), str(plan.schedule[0].start)) == ("2026-03-01", "2026-03-01")

    def test_names_and_methods_with_any_separator(self, tmp_path: Path) -> None:
        def change(book: Any) -> None:
            book["时间安排"]["D3"], book["时间安排"]["G3"] = "现场观察，访谈; 访问顾客", "张明,李静"

        plan = load_plan(changed(tmp_path / "plan.xlsx", change))
        assert plan.schedule[1].methods == ("observation", "interview", "customer")
        assert plan.schedule[1].assessors == ("张明", "李静")

    def test_optional_columns_may_be_missing(self, tmp_path: Path) -> None:
        plan = load_plan(changed(tmp_path / "plan.xlsx", lambda book: book["人员分工"].delete_cols(5)))
        assert plan.inapplicable == ()


class TestMistakes:
    """Each mistake is reported once, at its cell, in the words of the form."""

    @pytest.mark.parametrize(
        ("sheet", "place", "value", "code", "words"),
        [
            ("评价计划", "B6", "第三方", "unknown-word", "第三方评价"),
            ("评价计划", "B5", "明天", "not-a-date", "2026-03-02"),
            ("时间安排", "A2", "三月二日", "not-a-date", "2026-03-02"),
            ("时间安排", "C2", "文件", "unknown-word", "文件审查、现场审查"),
            ("时间安排", "D3", "电话", "unknown-word", "访谈、现场观察、随机访问顾客"),
            ("时间安排", "G2", "张三", "unknown-member", "张明"),
            ("时间安排", "B3", "2026-03-01", "period-reversed", "2026-03-01"),
            ("评价小组", "C3", None, "missing-in-plan", "资质"),
        ],
    )
    def test_a_wrong_cell_is_one_problem_at_that_cell(
        self, tmp_path: Path, sheet: str, place: str, value: Any, code: str, words: str
    ) -> None:
        found = problems(tmp_path / "plan.xlsx", put(sheet, place, value))
        assert [(problem[0]) for problem in found] == [code]
        assert words in found[0][2]
        if value is not None:
            assert found[0][1] == f"{sheet}!{place}"

    @pytest.mark.parametrize(
        ("change", "line"),
        [
            (put("时间安排", "A2", None), "时间安排!A2: 第 1 行“开始日期”: 请填写“开始日期”"),
            (put("时间安排", "D3", "电话"), "时间安排!D3: 第 2 行“现场审查方法”: 没有“电话”这一选项"),
            (put("时间安排", "B3", "2026-03-01"), "时间安排!B3: 第 2 行“结束日期”: 结束日期 2026-03-01 早于"),
            (put("评价小组", "C3", None), "评价小组!C3: 第 2 人“资质”: 评价计划须写明审查人员的资质"),
            (put("评价小组", "A3", "张明"), "评价小组!A3: 第 2 人“姓名”: 评价小组中“张明”重复"),
            (put("人员分工", f"D{place_of('5.1.1.1')}", "赵六"), "“人员分工”: “赵六”不在工作表“评价小组”中"),
            (lambda book: setattr(book["时间安排"], "title", "日程"), "日程!A1: 没有工作表“时间安排”；工作表“日程”的内容与之相同"),
            (put("时间安排", "C1", "方式"), "时间安排!C1: 表头“方式”应为“审查方式”"),
            (put("时间安排", "G2", "\u202e"), "时间安排!G2: 第 1 行“审查人员”: 此处不能留空"),
        ],
    )  # fmt: skip
    def test_a_place_is_called_by_the_labels_of_the_form(self, tmp_path: Path, change: Any, line: str) -> None:
        with pytest.raises(PaperError) as caught:
            load_plan(changed(tmp_path / "plan.xlsx", change))
        assert line in caught.value.problems[0].text("zh")

    def test_a_name_beside_an_indicator_that_is_not_of_the_team(self, tmp_path: Path) -> None:
        row = place_of("5.1.1.1")
        found = problems(tmp_path / "plan.xlsx", put("人员分工", f"D{row}", "赵六"))
        assert [problem[:2] for problem in found] == [("unknown-member", f"人员分工!D{row}")]

    def test_a_row_of_the_schedule_without_a_first_day_is_refused(self, tmp_path: Path) -> None:
        found = problems(tmp_path / "plan.xlsx", put("时间安排", "A2", None))
        assert [problem[0] for problem in found] == ["missing-key"]
        assert "开始日期" in found[0][2]

    def test_an_id_that_stands_twice_is_refused_at_its_second_cell(self, tmp_path: Path) -> None:
        row = place_of("5.1.1.1")
        found = problems(tmp_path / "plan.xlsx", put("人员分工", f"A{row}", "5.1"))
        assert [problem[:2] for problem in found] == [("duplicate-key", f"人员分工!A{row}")]

    def test_a_row_whose_id_is_a_formula_without_value_is_refused(self, tmp_path: Path) -> None:
        row = place_of("5.1")
        found = problems(tmp_path / "plan.xlsx", put("人员分工", f"A{row}", "=A99"))
        assert ("formula-without-value", f"人员分工!A{row}") in [problem[:2] for problem in found]

    def test_a_copied_sheet_with_other_content_is_reported(self, tmp_path: Path) -> None:
        def change(book: Any) -> None:
            copy = book.copy_worksheet(book["人员分工"])
            copy.title = "人员分工 (2)"
            copy["D3"] = "王海涛"

        found = problems(tmp_path / "plan.xlsx", change)
        assert [problem[0] for problem in found] == ["duplicate-sheet"]

    def test_a_workbook_that_is_no_plan(self, tmp_path: Path) -> None:
        path = tmp_path / "form.xlsx"
        path.write_bytes(aftersales.write_workbook(STANDARD))
        with pytest.raises(PaperError) as caught:
            load_plan(path)
        assert [problem.code for problem in caught.value.problems] == ["other-kind-of-file"]
        path.write_bytes(b"x")
        with pytest.raises(PaperError):
            load_plan(path)


class TestYaml:
    """YAML keeps its English words; a Chinese one or another form of a date is answered with the one to write."""

    @pytest.mark.parametrize(
        ("old", "new", "meant"),
        [
            ("type: third_party", "type: 第三方评价", "third_party"),
            ("type: third_party", "type: 自我评价", "self"),
            ("review: documents", "review: 文件审查", "documents"),
            ("methods: [customer]", "methods: [随机访问顾客]", "customer"),
            ("methods: [customer]", "methods: [访问顾客]", "customer"),
            ("start: 2026-03-05, end: 2026-03-06", "start: 2026年3月5日, end: 2026-03-06", "2026-03-05"),
            ("on: 2026-02-16", "on: 2026/2/16", "2026-02-16"),
            ("purpose: ", "评价目的: ", "purpose"),
            ("schedule:", "时间安排:", "schedule"),
            ("body: {name: ", "body: {评价机构: ", "name"),
            ("body: {name: ", "评价机构: {name: ", "body"),
        ],
    )
    def test_the_word_that_was_meant_is_suggested(self, old: str, new: str, meant: str) -> None:
        text = FILE.read_text("utf-8")
        assert old in text
        with pytest.raises(PaperError) as caught:
            load_plan(text.replace(old, new, 1).encode())
        first = caught.value.problems[0]
        assert f"did you mean '{meant}'?" in first.message
        assert f"“{meant}”" in first.message_zh


class TestCommand:
    def test_the_command_writes_a_blank_form_of_a_plan(self, tmp_path: Path) -> None:
        path = tmp_path / "plan.xlsx"
        assert run("template", "--for-plan", "-o", str(path)).returncode == 0
        assert path.read_bytes() == write_plan_workbook(STANDARD)
        assert "评价计划!B24: “评价目的”: 评价计划须写明评价目的" in run("plan", str(path)).stderr

    def test_a_plan_goes_to_its_workbook_and_back_to_yaml(self, tmp_path: Path) -> None:
        path = tmp_path / "plan.xlsx"
        assert run("template", "--for-plan", "--plan", str(FILE), "-o", str(path)).returncode == 0
        done = run("plan", str(path))
        assert (done.returncode, done.stderr) == (0, "")
        back = tmp_path / "plan.yaml"
        assert run("template", "--for-plan", "--plan", str(path), "-o", str(back)).returncode == 0
        assert load_plan(back) == in_order(load_plan(FILE))

    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_the_blank_plan_in_yaml_has_every_field(self, lang: str) -> None:
        text = run("template", "--for-plan", "--lang", lang).stdout
        assert load_plan(text.encode(), complete=False).basis == (STANDARD.id,)
        filled = "\n".join(
            line.replace("# ", "", 1) if line.startswith(("# ", "  # ")) else line for line in text.split("\n")[1:]
        )
        plan = load_plan(filled.replace("[…]", "[甲]").encode(), complete=False)
        unset = {name for name in EvaluationPlan.model_fields if not getattr(plan, name)}
        assert not unset

    def test_the_template_for_the_team_takes_the_form_of_a_plan(self, tmp_path: Path) -> None:
        path = tmp_path / "plan.xlsx"
        path.write_bytes(GOOD)
        assert run("template", "--plan", str(path)).stdout == load_plan(FILE).form()


def test_hidden_rows_that_are_read_are_reported(tmp_path: Path) -> None:
    def hide(book: Any) -> None:
        book["时间安排"].row_dimensions[2].hidden = True
        book["人员分工"].column_dimensions["D"].hidden = True
        book["评价小组"].sheet_state = "hidden"

    file = str(changed(tmp_path / "plan.xlsx", hide))
    done = run("plan", file, "--lang", "en")
    assert done.returncode == 0
    assert [line.strip().removeprefix(f"{file}:") for line in done.stderr.splitlines()] == [
        "Remarks to check: 3",
        "评价小组!A2: the sheet '评价小组' is hidden and is read all the same; check what is in it [hidden-sheet]",
        "时间安排!A2: the row is hidden, by a filter or by hand, and is read all the same; check it, and delete it if it"
        " does not count [hidden-row]",
        "人员分工!D1: the column is hidden and is read all the same; check what is in it [hidden-column]",
    ]


@pytest.mark.parametrize(
    ("shown", "code"), [("h:mm", "date-in-cell"), ("上午/下午h时mm分", "date-in-cell"), ("[h]:mm", "not-a-date")]
)
def test_a_day_that_shows_as_a_time_is_no_day(tmp_path: Path, shown: str, code: str) -> None:
    def change(book: Any) -> None:
        book["时间安排"]["A2"].value = 46083  # 2026-03-02
        book["时间安排"]["A2"].number_format = shown

    assert problems(tmp_path / "plan.xlsx", change)[0][:2] == (code, "时间安排!A2")
