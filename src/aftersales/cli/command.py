"""The command ``aftersales``. Results go to stdout, problems to stderr.

Exit 0: done, 2: bad input or usage, 130: interrupted.
"""

from __future__ import annotations

import argparse
import gc
import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from typing import Any, NoReturn

from aftersales import __version__
from aftersales.cli.console import language, show_error
from aftersales.problems.errors import AftersalesError
from aftersales.views.language import wants_english

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code."""
    collecting = gc.isenabled()
    gc.disable()  # a command is over before there is garbage to collect; that saves a tenth of its time
    try:
        return _main(arguments)
    finally:
        if collecting:
            gc.enable()


def _main(arguments: Sequence[str] | None) -> int:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # what a pipe cannot show gets a substitute
    arguments = sys.argv[1:] if arguments is None else arguments
    options = _parser(next(iter(arguments), None)).parse_args(arguments)
    code = 0
    try:
        try:
            code = getattr(import_module(f"aftersales.cli.{options.module}"), options.command)(options) or 0
        except AftersalesError as error:
            code = 2
            show_error(error, options)
        print(end="", flush=True)
    except KeyboardInterrupt:
        return _interrupted(options)
    except OSError as error:
        _drop_output()
        if isinstance(error, BrokenPipeError):  # whoever read us has seen enough
            os.dup2(sys.stdout.fileno(), sys.stderr.fileno())
            return code
        print(f"aftersales: {error.strerror}", file=sys.stderr)
        return 2
    except Exception as error:
        if isinstance(error.__cause__, KeyboardInterrupt):  # pydantic wraps what comes while it writes a model
            return _interrupted(options)
        raise
    return code


def _interrupted(options: argparse.Namespace) -> int:
    _drop_output()
    print("aftersales: interrupted" if language(options) == "en" else "aftersales: 已中断", file=sys.stderr)
    return 130


def _drop_output() -> None:
    """What is still buffered has nowhere to go, and Python would wait or complain once more at the end."""
    with suppress(OSError, AttributeError):  # where stdout is no file, or none
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class _Parser(argparse.ArgumentParser):
    """A parser whose messages, which quote the arguments, hold nothing that a terminal would obey."""

    def error(self, message: str) -> NoReturn:
        from aftersales.text.sanitize import safe_line  # only a mistake pays for it

        super().error(safe_line(message))


def _parser(first: str | None) -> argparse.ArgumentParser:
    """The parser; where the first argument is a command, of that one alone: the others cost time."""
    lang = "en" if wants_english() else "zh"
    parser = _Parser(prog="aftersales", description=_HELP["aftersales"][lang])
    parser.add_argument("--version", action="version", version=f"aftersales {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, (module, arguments) in _COMMANDS.items():
        if first in _COMMANDS and name != first:
            continue
        sub = commands.add_parser(name, help=_HELP[name][lang], description=_HELP[name][lang])
        sub.set_defaults(module=module, command=name, json=False, lang=None, file=None, edition=None)
        for argument in (*arguments, "--standard"):
            flags, settings = _ARGUMENTS.get(argument, ((argument,), {}))
            sub.add_argument(*flags, help=(_HELP.get(argument) or _HELP[argument.rstrip("?!")])[lang], **settings)
    return parser


# The commands: the module that each lives in, under its own name, and its arguments.
_COMMANDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "score": ("evaluation_commands", ("FILE", "--partial", "--no-deletions", "--json", "--lang")),
    "check": ("evaluation_commands", ("FILE", "--json", "--lang")),
    "explain": ("evaluation_commands", ("FILE", "ID", "--json", "--lang")),
    "template": ("evaluation_commands", ("--format", "--plan", "--edition", "-o?", "--force")),
    "schema": ("evaluation_commands", ("--edition",)),
    "standard": ("evaluation_commands", ("ID", "--edition", "--json", "--lang")),
    "plan": ("paper_commands", ("PLAN", "--json", "--lang")),
    "report": ("paper_commands", ("FILE", "-o", "--on", "--number", "--summary", "--draft", "--force", "--lang")),
    "compare": ("paper_commands", ("FILES", "--json", "--lang")),
    "certificate": ("paper_commands", ("CERTIFICATE", "--on!", "--json", "--lang")),
    "issue": ("paper_commands", ("FILE", "--on!", "--number", "--renew", "-o?", "--force", "--lang")),
    "improve": ("paper_commands", ("FILE", "--stars", "--cost", "--json", "--lang")),
    "batch": (
        "batch_commands",
        ("TABLE", "-o", "--nodes", "--exact", "--decimal", "--null", "--edition", "--force", "--json", "--lang"),
    ),
}

# ``!`` makes an option required, ``?`` leaves it open; they share the help of the option.
_ARGUMENTS: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "FILE": (("file",), {"metavar": "FILE"}),
    "PLAN": (("file",), {"metavar": "FILE"}),
    "CERTIFICATE": (("file",), {"metavar": "FILE"}),
    "FILES": (("files",), {"metavar": "FILE", "nargs": "+"}),
    "ID": (("id",), {"metavar": "ID", "nargs": "?"}),
    "TABLE": (("file",), {"metavar": "TABLE"}),
    "--json": (("--json",), {"action": "store_true"}),
    "--lang": (("--lang",), {"choices": ("zh", "en")}),
    "--format": (("--format",), {"choices": ("yaml", "xlsx")}),
    "--standard": (("--standard",), {"metavar": "PATH"}),
    "-o": (("-o", "--output"), {"metavar": "PATH", "required": True}),
    "--on": (("--on",), {"metavar": "DATE"}),
    "--on!": (("--on",), {"metavar": "DATE", "required": True}),
    "-o?": (("-o", "--output"), {"metavar": "PATH"}),
    "--plan": (("--plan",), {"metavar": "PATH"}),
    "--renew": (("--renew",), {"metavar": "PATH"}),
    "--number": (("--number",), {"metavar": "TEXT"}),
    "--partial": (("--partial",), {"action": "store_true"}),
    "--no-deletions": (("--no-deletions",), {"action": "store_true"}),
    "--summary": (("--summary",), {"action": "store_true"}),
    "--draft": (("--draft",), {"action": "store_true"}),
    "--force": (("--force",), {"action": "store_true"}),
    "--stars": (("--stars",), {"metavar": "N", "type": int}),
    "--cost": (("--cost",), {"metavar": "PATH"}),
    "--nodes": (("--nodes",), {"metavar": "IDS"}),
    "--exact": (("--exact",), {"action": "store_true"}),
    "--decimal": (("--decimal",), {"action": "store_true"}),
    "--edition": (("--edition",), {"metavar": "DATE"}),
    "--null": (("--null",), {"choices": ("missing", "not_applicable"), "default": "missing"}),
}

_HELP = {
    "aftersales": {
        "zh": "按 CTS XBHT-S04-2025 对商品售后服务成熟度精确评分",
        "en": "Exact scoring of after-sales service maturity by CTS XBHT-S04-2025",
    },
    "score": {"zh": "评分：得分、星级、各类得分与全部扣分", "en": "score an evaluation"},
    "check": {"zh": "只检查，不评分", "en": "check an evaluation without scoring it"},
    "explain": {"zh": "给出推导过程", "en": "show the derivation"},
    "template": {"zh": "输出空白评价表", "en": "print a blank form"},
    "schema": {"zh": "输出评价文件的 JSON Schema", "en": "print the JSON Schema of the file format"},
    "standard": {"zh": "显示标准", "en": "show the standard"},
    "plan": {"zh": "评价计划及其缺项", "en": "an evaluation plan, and what is missing in it"},
    "report": {"zh": "评价报告（HTML、Word、PDF、Markdown）或其公示摘要", "en": "write the report, or its summary"},
    "compare": {
        "zh": "对比或排名同类同规模的结果；同一组织则看变化",
        "en": "rank comparable results; of one organisation, the change",
    },
    "certificate": {"zh": "证书在某日的状态", "en": "what a certificate is worth on a day"},
    "issue": {"zh": "由合格的第三方评价签发证书", "en": "issue a certificate from a third-party evaluation"},
    "improve": {
        "zh": "达到更高星级最少（或最省）须提升哪些指标",
        "en": "the fewest or cheapest indicators to raise for a star",
    },
    "batch": {"zh": "对表格中的许多评价评分（每行一份）", "en": "score a table of evaluations, one in each row"},
    "FILE": {
        "zh": "评价文件（.yaml .yml .json .xlsx），- 为标准输入",
        "en": "an evaluation (.yaml .yml .json .xlsx), - for stdin",
    },
    "PLAN": {"zh": "评价计划（.yaml .yml .json），- 为标准输入", "en": "a plan (.yaml .yml .json), - for stdin"},
    "CERTIFICATE": {
        "zh": "证书文件（.yaml .yml .json），- 为标准输入",
        "en": "a certificate (.yaml .yml .json), - for stdin",
    },
    "FILES": {"zh": "两份以上评价文件", "en": "two or more evaluations"},
    "ID": {"zh": "指标编号；缺省为全部", "en": "an id; all without"},
    "TABLE": {
        "zh": "表格（.parquet .csv），每项指标一列",
        "en": "a table (.parquet .csv), a column for each indicator",
    },
    "--nodes": {
        "zh": "给出哪些大类、中类（编号以逗号分隔；空为仅总分；默认全部）",
        "en": "categories and subcategories to give (ids with commas; empty: none; default: all)",
    },
    "--exact": {"zh": "另给出精确得分与打印得分（文字）", "en": "exact and printed scores too, as text"},
    "--decimal": {
        "zh": "得分以精确的十进制小数给出，不给比例（仅 Parquet）",
        "en": "points as exact decimals, and no ratios (Parquet)",
    },
    "--edition": {
        "zh": "内置标准的版本，如 2025-12-04（默认最新）",
        "en": "the edition of the bundled standard, such as 2025-12-04 (default: the newest)",
    },
    "--null": {
        "zh": "得分比例为空表示什么：missing 尚无认定（默认，该行不评分），not_applicable 因不适用而删减",
        "en": "what an empty share means: a missing finding (default; the row is not scored), or a deletion",
    },
    "--json": {"zh": "输出一份 JSON", "en": "print one JSON document"},
    "--lang": {"zh": "输出语言（默认 zh）", "en": "language (default zh)"},
    "--format": {
        "zh": "格式（默认由 -o 的扩展名决定，否则 yaml）",
        "en": "format (default: by the ending of -o, else yaml)",
    },
    "--standard": {"zh": "另用标准文件", "en": "another standard than the bundled one"},
    "-o": {"zh": "写入的文件，格式由扩展名决定", "en": "the file to write, in the format of its ending"},
    "-o?": {
        "zh": "写入的文件，格式由扩展名决定；- 为标准输出",
        "en": "the file to write, in the format of its ending; - for stdout",
    },
    "--on": {"zh": "日期，如 2026-03-20", "en": "a day, such as 2026-03-20"},
    "--plan": {"zh": "按评价计划填好表头", "en": "fill in the head from a plan"},
    "--renew": {"zh": "续期：在此证书上记录本次评价", "en": "renew this certificate instead of issuing a new one"},
    "--number": {"zh": "编号", "en": "the number that it is issued under"},
    "--partial": {
        "zh": "未完成的评价：仍可能的得分与星级",
        "en": "of an unfinished evaluation: what is still possible",
    },
    "--no-deletions": {
        "zh": "与 --partial 同用：未认定的指标不再删减",
        "en": "with --partial: nothing that is open is deleted",
    },
    "--summary": {"zh": "只写公示摘要（7.2.1）", "en": "only the summary for public display (7.2.1)"},
    "--draft": {"zh": "内容不全也写，并标出缺口", "en": "write it with gaps, each marked"},
    "--force": {"zh": "覆盖已有文件", "en": "overwrite a file that exists"},
    "--stars": {"zh": "目标星级（默认下一星级）", "en": "the stars to reach (default: the next)"},
    "--cost": {"zh": "各指标费用文件（编号: 费用）", "en": "a file of costs (id: cost)"},
}
