"""The command ``aftersales``. Results go to stdout, problems to stderr; exit 0: done, 2: bad input or usage."""

from __future__ import annotations

import argparse
import gc
import io
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from aftersales import __version__
from aftersales.errors import AftersalesError, EvaluationError, Problem

if TYPE_CHECKING:
    from aftersales.scoring import Scorecard
    from aftersales.standard import Node, Standard

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
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
        print(end="", flush=True)
    except AftersalesError as error:
        _show_problems(error.problems, options)
        return 2
    except OSError as error:
        # What is still buffered has nowhere to go, and Python would complain of it once more at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):  # whoever read us has seen enough
            return 0
        print(f"aftersales: {error.strerror}", file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    english = _wants_english()

    def say(zh: str, en: str) -> str:
        return en if english else zh

    parser = argparse.ArgumentParser(
        prog="aftersales",
        description=say(
            "按 CTS XBHT-S04-2025 对商品售后服务成熟度精确评分",
            "Exact scoring of after-sales service maturity by CTS XBHT-S04-2025",
        ),
    )
    parser.add_argument("--version", action="version", version=f"aftersales {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Any, text: str, *, file: bool = False, lang: bool = True, as_json: bool = False) -> Any:
        sub = commands.add_parser(name, help=text, description=text)
        sub.set_defaults(run=run, json=False, lang=None, file=None)
        if file:
            sub.add_argument(
                "file",
                metavar="FILE",
                help=say("评价文件（.yaml .yml .json），- 为标准输入", "an evaluation, - for stdin"),
            )
        if as_json:
            sub.add_argument("--json", action="store_true", help=say("输出一份 JSON", "print one JSON document"))
        if lang:
            sub.add_argument("--lang", choices=("zh", "en"), help=say("输出语言（默认 zh）", "language (default zh)"))
        sub.add_argument(
            "--standard", metavar="PATH", help=say("另用标准文件", "another standard than the bundled one")
        )
        return sub

    command(
        "score", _score, say("评分：得分、星级、各类得分与全部扣分", "score an evaluation"), file=True, as_json=True
    )
    command("check", _check, say("只检查，不评分", "check an evaluation without scoring it"), file=True, as_json=True)
    explain = command("explain", _explain, say("给出推导过程", "show the derivation"), file=True, as_json=True)
    explain.add_argument("id", metavar="ID", nargs="?", help=say("指标编号；缺省为全部", "an id; all without"))
    template = command("template", _template, say("输出空白评价表", "print a blank form"), lang=False)
    template.add_argument("--format", choices=("yaml",), default="yaml")
    command(
        "schema", _schema, say("输出评价文件的 JSON Schema", "print the JSON Schema of the file format"), lang=False
    )
    shown = command("standard", _standard, say("显示标准", "show the standard"), as_json=True)
    shown.add_argument("id", metavar="ID", nargs="?", help=say("指标编号；缺省为全部", "an id; all without"))
    return parser


def _wants_english() -> bool:
    return os.environ.get("AFTERSALES_LANG") == "en"


def _lang(options: argparse.Namespace) -> str:
    return options.lang or ("en" if _wants_english() else "zh")


# --- commands ----------------------------------------------------------------------------------------------------


def _score(options: argparse.Namespace) -> None:
    card = _scorecard(options)
    if options.json:
        _print_json(card.model_dump(mode="json"))
        return
    from aftersales.score_view import score_lines

    for line in score_lines(card, _lang(options), shutil.get_terminal_size().columns):
        print(line)


def _check(options: argparse.Namespace) -> None:
    card = _scorecard(options)
    if options.json:
        _print_json({"problems": []})
        return
    indicators = card.standard.indicators
    deleted = sum(not card[indicator.id].applicable for indicator in indicators)
    if _lang(options) == "en":
        print(f"{options.file}: sound; {len(indicators)} indicators, {deleted} of them deleted")
    else:
        print(f"{options.file}：可以评分；{len(indicators)} 项指标，其中删减 {deleted} 项")


def _explain(options: argparse.Namespace) -> None:
    card = _scorecard(options)
    if options.id is not None:
        _demand_id(options.id, card.standard, options)
    derivation = card.explain(options.id)
    if options.json:
        _print_json(derivation.model_dump(mode="json"))
    else:
        print(derivation.text(_lang(options)))


def _template(options: argparse.Namespace) -> None:
    from aftersales.template import blank_form

    if isinstance(sys.stdout, io.TextIOWrapper) and not sys.stdout.isatty():
        sys.stdout.reconfigure(encoding="utf-8")  # a form is a file, and files are UTF-8
    print(blank_form(_the_standard(options)), end="")


def _schema(options: argparse.Namespace) -> None:
    from aftersales.schema import json_schema

    _print_json(json_schema(_the_standard(options)))


def _standard(options: argparse.Namespace) -> None:
    standard = _the_standard(options)
    if options.id is not None:
        _demand_id(options.id, standard, options)
    if options.json:
        shown = standard if options.id is None else standard[options.id]
        _print_json(shown.model_dump(mode="json", exclude_none=True))
        return
    lang = _lang(options)
    if options.id is not None:
        _print_node(standard[options.id], lang)
        return
    print(
        f"{standard.id}（{standard.edition}）{standard.title.text(lang)}"
        if lang == "zh"
        else f"{standard.id} ({standard.edition}) {standard.title.en}"
    )
    for category in standard.categories:
        _print_node(category, lang)
    print()
    for star in standard.stars:
        print(
            f"[{star.lower}, {star.upper}{']' if star is standard.stars[-1] else ')'} {star.grade.text(lang)}: {star.meaning.text(lang)}"
        )
    print()
    for row in standard.reference:
        print(f"{row} {row.guidance.text(lang)}")


def _print_node(node: Node, lang: str, indent: str = "") -> None:
    from aftersales.printing import as_text

    points = f"（{as_text(node.points)} 分）" if lang == "zh" else f" ({as_text(node.points)} points)"
    print(f"{indent}{node.id} {node.title.text(lang)}{points}")
    for part in getattr(node, "parts", ()):
        _print_node(part, lang, indent + "  ")


# --- input and output --------------------------------------------------------------------------------------------


def _scorecard(options: argparse.Namespace) -> Scorecard:
    from aftersales.document import MAX_BYTES
    from aftersales.reading import examine
    from aftersales.scoring import score

    standard = _the_standard(options) if options.standard else None
    source = options.file
    if source == "-":
        source = sys.stdin.buffer.read(MAX_BYTES + 1) if sys.stdin else b""
    evaluation, problems = examine(source, standard)
    if evaluation is None:
        raise EvaluationError(problems)
    return score(evaluation, standard)


def _the_standard(options: argparse.Namespace) -> Standard:
    from aftersales.errors import StandardError
    from aftersales.standard import load_standard

    try:
        return load_standard(options.standard)
    except StandardError:
        options.file = options.standard  # the problems are in this file
        raise


def _demand_id(node_id: str, standard: Standard, options: argparse.Namespace) -> None:
    if node_id not in standard:
        from aftersales.checking import unknown_indicator
        from aftersales.faults import put_into_words

        options.file = None  # it is the argument that is wrong, not the file
        raise EvaluationError([put_into_words(replace(unknown_indicator(node_id, standard), path=()))])


def _show_problems(problems: Sequence[Problem], options: argparse.Namespace) -> None:
    if options.json:
        _print_json({"problems": [asdict(problem) for problem in problems]})
        return
    name = options.file or "aftersales"
    for problem in problems:
        # Inside the findings the id says more than the whole path.
        start, found, rest = problem.path.partition("findings[")
        subject = rest.partition("]")[0] if found and not start else problem.path
        text = replace(problem, path=subject).text(_lang(options))
        separator = ":" if problem.line is not None else ": "
        print(f"{name}{separator}{text}", file=sys.stderr)


def _print_json(document: Any) -> None:
    """One JSON document; where stdout is not UTF-8 its Chinese is written as escapes, so that nothing is lost."""
    import json  # only who asks for JSON pays for it

    unicode = (sys.stdout.encoding or "utf-8").lower().replace("-", "").replace("_", "") == "utf8"
    print(json.dumps(document, ensure_ascii=not unicode, indent=2))
