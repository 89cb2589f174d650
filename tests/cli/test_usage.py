"""Help and usage errors: wholly in the chosen language, for every command, and with what was probably meant."""

from __future__ import annotations

import argparse
import re

import pytest
from support.command import CHAIN, run

from aftersales.cli import command
from aftersales.cli.command import command_names
from aftersales.cli.parser import Parser

ENGLISH = re.compile(r"[A-Za-z]{2,}(?: [a-z]{2,}){2,}")  # three words in a row
OF_ARGPARSE = re.compile(r"error|argument|expected|invalid|required|unrecogni|choose|ambiguous|usage|option|positional")
CHINESE = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
COMMANDS = command_names()


def parser_of(name: str) -> Parser:
    return command._command_parser(name, "zh") if name else command._main_parser("zh")


def actions(name: str) -> list[argparse.Action]:
    return [action for action in parser_of(name)._actions if action.dest != "help"]


def wrong_usages() -> list[list[str]]:
    """Each kind of wrong usage of each command, as far as it has arguments of that kind."""
    found: list[list[str]] = [
        ["scroe"],
        ["help", "scroe"],
        ["--jsn"],
        ["--lang"],
        ["--lang", "xx"],
        ["--version=1"],
        ["--l=x"],
    ]
    for name in COMMANDS:
        needed: list[str] = []
        for action in actions(name):
            if action.required:
                found.append([name])
                needed += [*action.option_strings[-1:], "x"]
        found.append([name, *needed, "--unknown", "word"])
        for action in actions(name):
            for flag in action.option_strings:
                if action.nargs == 0:
                    found.append([name, *needed, f"{flag}=word"])
                    continue
                found.append([name, *needed, flag])
                if action.choices or action.type:
                    found.append([name, *needed, flag, "word's"])
        letters = [flag[2] for action in actions(name) for flag in action.option_strings if flag.startswith("--")]
        found += [[name, *needed, f"--{letter}"] for letter in sorted(set(letters)) if letters.count(letter) > 1]
    return found


def told(*arguments: str, lang: str) -> str:
    """What a wrong usage is answered with, behind the usage itself."""
    done = run(*arguments, AFTERSALES_LANG=lang)
    assert (done.returncode, done.stdout) == (2, ""), arguments
    assert done.stderr.startswith({"zh": "用法：aftersales", "en": "usage: aftersales"}[lang])
    return done.stderr.splitlines()[-1]


class TestErrors:
    @pytest.mark.parametrize("arguments", wrong_usages(), ids=" ".join)
    def test_each_usage_error_is_in_the_chosen_language_alone(self, arguments: list[str]) -> None:
        zh, en = (told(*arguments, lang=lang) for lang in ("zh", "en"))
        program = " ".join(["aftersales", *arguments[: arguments[0] in COMMANDS]])
        assert zh.startswith(f"{program}：")
        assert CHINESE.search(zh.removeprefix(program))
        flags = r"--[\w-]+"
        assert not OF_ARGPARSE.search(re.sub(flags, "", zh).removeprefix(program)), zh
        assert not ENGLISH.search(re.sub(flags, "", zh)), zh
        assert en.startswith(f"{program}: ")
        assert not CHINESE.search(en), en

    @pytest.mark.parametrize(
        ("arguments", "zh", "en"),
        [
            (["score"], "缺少参数：FILE", "missing: FILE"),
            (["report"], "缺少参数：FILE、-o/--output", "missing: FILE, -o/--output"),
            (["score", "x", "--jsn"], "无法识别的参数：--jsn；是否想写“--json”？", "unknown arguments: --jsn; did you mean '--json'?"),
            (["score", "x", "y"], "无法识别的参数：y", "unknown arguments: y"),
            (["report", "x", "--outptu=y", "-o", "z"], "无法识别的参数：--outptu=y；是否想写“--output”？", "unknown arguments: --outptu=y; did you mean '--output'?"),
            (["template", "--format", "xslx"], "--format 的值不能是“xslx”；可用：yaml、xlsx；是否想写“xlsx”？", "--format cannot be 'xslx'; allowed: yaml, xlsx; did you mean 'xlsx'?"),
            (["report", "x", "-o"], "-o/--output 后面缺少值", "-o/--output lacks its value"),
            (["improve", "x", "--stars", "five"], "--stars 的值须为整数，不能是“five”", "--stars is a whole number, not 'five'"),
            (["score", "x", "--json=1"], "--json 后面不能带值，所写为“1”", "--json takes no value; found '1'"),
            (
                ["batch", "x", "--e"],
                "“--e”可以是：--exact、--encoding、--edition；请写全",
                "'--e' may be --exact, --encoding, --edition; write it in full",
            ),
            (["report", "x", "--d=1"], "--draft 后面不能带值，所写为“1”", "--draft takes no value; found '1'"),
            (["report", "x", "--su=\x1b[31m\n"], "--summary 后面不能带值，所写为“\\x1b[31m\\n”", "--summary takes no value; found '\\x1b[31m\\n'"),
        ],
    )  # fmt: skip
    def test_wrong_usage_is_reported_in_both_languages(self, arguments: list[str], zh: str, en: str) -> None:
        assert told(*arguments, lang="zh") == f"aftersales {arguments[0]}：{zh}"
        assert told(*arguments, lang="en") == f"aftersales {arguments[0]}: {en}"

    @pytest.mark.parametrize("arguments", [["scroe", CHAIN], ["help", "scroe"], ["SCORE"]])
    def test_a_misspelt_command_is_answered_with_the_near_one(self, arguments: list[str]) -> None:
        assert told(*arguments, lang="zh").endswith("；是否想写“score”？")
        assert told(*arguments, lang="en").endswith("; did you mean 'score'?")
        assert "；可用：batch、certificate、" in told(*arguments, lang="zh")

    def test_a_message_of_a_later_python_is_passed_on(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit):
            parser_of("score").error("something new\x1b")
        assert capsys.readouterr().err.endswith("aftersales score：something new�\n")


class TestHelp:
    @pytest.mark.parametrize("name", ["", *COMMANDS])
    def test_the_help_is_in_the_chosen_language_alone(self, name: str) -> None:
        zh, en = (run("help", *filter(None, [name]), AFTERSALES_LANG=lang).stdout for lang in ("zh", "en"))
        assert not CHINESE.search(en)
        texts = zh.partition("\n\n")[2]  # behind the usage
        assert CHINESE.search(texts)
        assert not ENGLISH.search(texts)
        assert not re.search("(usage|options|arguments|commands|show this)", texts)
        assert zh.startswith("用法：")
        for line in texts.splitlines():
            assert CHINESE.search(line) or not line.strip() or re.fullmatch(r" +(COMMAND|-.*)", line), line

    @pytest.mark.parametrize("name", COMMANDS)
    def test_help_and_the_option_show_the_same(self, name: str) -> None:
        assert run("help", name).stdout == run(name, "--help").stdout == run(name, "-h").stdout

    def test_the_command_alone_shows_it_with_all_commands(self) -> None:
        alone = run()
        assert (alone.returncode, alone.stderr) == (0, "")
        assert alone.stdout == run("help").stdout == run("--help").stdout == run("--", "help").stdout
        for name in (*COMMANDS, "help"):
            assert re.search(rf"^    {name} ", alone.stdout, re.MULTILINE)

    def test_no_line_is_wider_than_the_terminal(self) -> None:
        from aftersales.text.columns import width

        for name in COMMANDS:
            texts = run("help", name).stdout.partition("\n\n")[2]
            assert max(map(width, texts.splitlines())) <= 80


class TestLanguage:
    @pytest.mark.parametrize(
        "arguments",
        [
            ["--lang", "en"],
            ["--lang=en", "help"],
            ["help", "--lang", "en"],
            ["--la", "en", "score"],
            ["--lang", "zh", "--", "--lang=en", "score"],
            ["score", "--lang", "en"],
            ["score", "x", "--jsn", "--lang=en"],
            ["score", "-h", "--lang", "en"],
        ],
    )
    def test_the_language_is_known_before_the_arguments_are_parsed(self, arguments: list[str]) -> None:
        done = run(*arguments)
        assert (done.stdout + done.stderr).startswith("usage: ")

    def test_the_language_may_stand_before_the_command(self) -> None:
        assert run("--lang", "en", "score", CHAIN).stdout == run("score", CHAIN, "--lang", "en").stdout
        assert "“xx”" in told("--lang", "xx", "score", CHAIN, lang="zh")

    @pytest.mark.parametrize(
        "arguments", [["score", "--lang"], ["--lang"], ["--lang", "xx"], ["score", "--lang", "xx", CHAIN]]
    )
    def test_without_a_known_one_that_of_the_environment_is_taken(self, arguments: list[str]) -> None:
        assert "--lang" in told(*arguments, lang="en")
