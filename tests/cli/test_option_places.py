"""A wrong value of an option is reported at that option, in every command that has it."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.command import CHAIN, run

DAYS = [
    ["issue", CHAIN],
    ["certificate", "certificate.yaml"],
    ["certificate", "certificate.yaml", "-o", "paper.html"],
    ["certificate", "certificate.yaml", "-o", "paper.html", "--summary", CHAIN],
    ["notice", "certificate.yaml", "-o", "paper.md"],
    ["register", "."],
    ["report", CHAIN, "-o", "paper.md"],
    ["rectification", CHAIN, "--due", "2026-05-01"],
    ["rectification", "items.yaml"],
    ["rectification", "items.yaml", "-o", "paper.md"],
    ["rectification", "items.yaml", "--close", "5.1.5.2", "--done", "x", "--by", "y"],
    ["record", "certificate.yaml", "application"],
    ["record", "certificate.yaml", "surveillance", "--passed", "yes", "--notice", "N"],
    ["record", "certificate.yaml", "change", "--body", "云津"],
    ["record", "certificate.yaml", "renewal", "--evaluation", CHAIN],
    ["record", "certificate.yaml", "supplement", "--note", "x"],
]
AUDIT = ["record", "certificate.yaml", "surveillance", "--on", "2027-02-01", "--passed", "yes"]
CHANGE = ["record", "certificate.yaml", "change", "--on", "2027-02-01"]
CLOSE = ["rectification", "items.yaml", "--close"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    run("issue", CHAIN, "--on", "2026-03-20", "--number", "SM-1", "-o", "certificate.yaml")
    run("rectification", CHAIN, "--on", "2026-03-20", "--due", "2026-05-01", "-o", "items.yaml")
    Path("first.yaml").write_bytes(Path("certificate.yaml").read_bytes())
    return tmp_path


@pytest.mark.parametrize("arguments", DAYS, ids=" ".join)
def test_a_day_that_is_none_is_reported_once_at_its_option(arguments: list[str], folder: Path) -> None:
    done = run(*arguments, "--on", "2026-02-30")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "aftersales: --on: “2026-02-30”不是日期；日期写作 2026-03-02 [not-a-date]\n"


@pytest.mark.parametrize(
    ("arguments", "option"),
    [
        ([*AUDIT, "--notice", "N", "--notice-on", "2027-02-30"], "--notice-on"),
        ([*AUDIT, "--notice", "N", "--notice-on", "2027-01-30"], "--notice-on"),
        ([*AUDIT, "--notice", " "], "--notice"),
        ([*AUDIT, "--indicators", "5.9"], "--indicators"),
        ([*CHANGE, "--body", ""], "--body"),
        ([*CHANGE, "--body-en", ""], "--body-en"),
        ([*CHANGE, "--approval-number", ""], "--approval-number"),
        ([*CHANGE, "--body-address", ""], "--body-address"),
        ([*CHANGE, "--body-address-en", ""], "--body-address-en"),
        ([*CHANGE, "--address-en", ""], "--address-en"),
        ([*CHANGE, "--body-telephone", ""], "--body-telephone"),
        ([*CHANGE, "--lookup", ""], "--lookup"),
        (["issue", CHAIN, "--on", "2026-03-20", "--number", ""], "--number"),
        (["report", CHAIN, "-o", "paper.md", "--number", ""], "--number"),
        (["notice", "certificate.yaml", "--on", "2027-04-01", "-o", "paper.md", "--number", ""], "--number"),
        (["rectification", CHAIN, "--on", "2026-03-20", "--due", "x"], "--due"),
        ([*CLOSE, "5.1.5.2", "--done", "", "--on", "2026-03-25", "--by", "y"], "--done"),
        ([*CLOSE, "5.1.5.2", "--done", "x", "--on", "2026-03-25", "--by", ""], "--by"),
        ([*CLOSE, "5.1.5.2", "--done", "x", "--on", "2026-03-19", "--by", "y"], "--on"),
        ([*CLOSE, "5.9", "--done", "x", "--on", "2026-03-25", "--by", "y"], "--close"),
        (["improve", CHAIN, "--stars", "9"], "--stars"),
        (["standard", "--edition", "x"], "--edition"),
        (["template", "--edition", "2020-01-01"], "--edition"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, list) else given,
)
def test_each_wrong_value_is_reported_at_its_option_and_changes_no_file(
    arguments: list[str], option: str, folder: Path
) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert f": {option}: " in done.stderr
    assert before == {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_blank_number_of_a_renewal_is_reported_at_its_option(folder: Path) -> None:
    Path("again.yaml").write_text(Path(CHAIN).read_text("utf-8").replace("2026-03-0", "2028-03-0"), "utf-8")
    done = run(
        "record", "certificate.yaml", "renewal", "--on", "2028-04-01", "--evaluation", "again.yaml", "--number", ""
    )
    assert done.stderr == "aftersales: --number: 此处不能留空 [blank]\n"


def test_a_renewal_after_the_term_is_reported_at_the_day(folder: Path) -> None:
    Path("again.yaml").write_text(Path(CHAIN).read_text("utf-8").replace("2026-03-0", "2029-03-0"), "utf-8")
    said = "aftersales: --on: 最迟可登记于 2029-03-20；2029-03-21 时证书已到期失效 [event-after-lapse, 7.2.3]\n"
    day = ["--on", "2029-03-21"]
    assert run("record", "certificate.yaml", "renewal", "--evaluation", "again.yaml", *day).stderr == said
    assert run("issue", "again.yaml", "--renew", "certificate.yaml", *day).stderr == said


def test_a_renewal_names_what_its_certificate_will_lack(folder: Path) -> None:
    Path("again.yaml").write_text(Path(CHAIN).read_text("utf-8").replace("2026-03-0", "2029-03-0"), "utf-8")
    for command in (
        ["record", "certificate.yaml", "renewal", "--evaluation", "again.yaml"],
        ["issue", "again.yaml", "--renew", "certificate.yaml"],
    ):
        done = run(*command, "--on", "2029-03-12")
        assert (done.returncode, done.stderr.count("[missing-on-certificate, 7.2.1]")) == (0, 2)
        Path("certificate.yaml").write_text(Path("first.yaml").read_text("utf-8"), "utf-8")


@pytest.mark.parametrize("note", [[], ["--note", "x"]])
def test_a_change_of_nothing_names_the_options(note: list[str], folder: Path) -> None:
    done = run(*CHANGE, *note)
    options = (
        "--organisation、--organisation-en、--credit-code、--address、--address-en、--scope、--scope-en、"
        "--body、--body-en、--approval-number、--body-address、--body-address-en、--body-telephone、--lookup"
    )
    assert done.returncode == 2
    assert done.stderr == (
        f"aftersales: 变更须写明新的名称、统一社会信用代码、地址、范围或发证机构中的至少一项（{options}） [empty-change]\n"
    )
