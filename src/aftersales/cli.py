"""The command ``aftersales``. Results go to stdout, problems to stderr; exit 0: done, 2: bad input or usage."""

from __future__ import annotations

import argparse
import gc
import io
import os
import shutil
import sys
from collections.abc import Callable, Sequence
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
    arguments = sys.argv[1:] if arguments is None else arguments
    options = _parser(next(iter(arguments), None)).parse_args(arguments)
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


def _parser(first: str | None) -> argparse.ArgumentParser:
    """The parser; where the first argument is a command, of that one alone: the others cost time."""
    lang = "en" if _wants_english() else "zh"
    parser = argparse.ArgumentParser(prog="aftersales", description=_HELP["aftersales"][lang])
    parser.add_argument("--version", action="version", version=f"aftersales {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, (run, parts) in _COMMANDS.items():
        if first in _COMMANDS and name != first:
            continue
        sub = commands.add_parser(name, help=_HELP[name][lang], description=_HELP[name][lang])
        sub.set_defaults(run=run, json=False, lang=None, file=None)
        if "file" in parts:
            sub.add_argument("file", metavar="FILE", help=_HELP["FILE"][lang])
        if "id" in parts:
            sub.add_argument("id", metavar="ID", nargs="?", help=_HELP["ID"][lang])
        if "json" in parts:
            sub.add_argument("--json", action="store_true", help=_HELP["--json"][lang])
        if "lang" in parts:
            sub.add_argument("--lang", choices=("zh", "en"), help=_HELP["--lang"][lang])
        if "format" in parts:
            sub.add_argument("--format", choices=("yaml",), default="yaml", help=_HELP["--format"][lang])
        sub.add_argument("--standard", metavar="PATH", help=_HELP["--standard"][lang])
    return parser


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
    "FILE": {"zh": "评价文件（.yaml .yml .json），- 为标准输入", "en": "an evaluation (.yaml .yml .json), - for stdin"},
    "ID": {"zh": "指标编号；缺省为全部", "en": "an id; all without"},
    "--json": {"zh": "输出一份 JSON", "en": "print one JSON document"},
    "--lang": {"zh": "输出语言（默认 zh）", "en": "language (default zh)"},
    "--format": {"zh": "格式（默认 yaml）", "en": "format (default yaml)"},
    "--standard": {"zh": "另用标准文件", "en": "another standard than the bundled one"},
}


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


_COMMANDS: dict[str, tuple[Callable[[argparse.Namespace], None], set[str]]] = {
    "score": (_score, {"file", "json", "lang"}),
    "check": (_check, {"file", "json", "lang"}),
    "explain": (_explain, {"file", "id", "json", "lang"}),
    "template": (_template, {"format"}),
    "schema": (_schema, set()),
    "standard": (_standard, {"id", "json", "lang"}),
}


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
