"""The command about tables of evaluations: batch."""

from __future__ import annotations

import re
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from aftersales.cli.console import Options, chosen_standard, language, print_json, shown_name
from aftersales.problems.errors import EvaluationError, PaperError

__all__ = ["batch"]


def batch(options: Options) -> None:
    """A table scored into another one."""
    from aftersales.batch.files import score_file
    from aftersales.files.writing import refuse_source

    standard = chosen_standard(options)
    nodes = (
        None if options.nodes is None else [node.strip() for node in re.split("[,，]", options.nodes) if node.strip()]
    )
    try:
        refuse_source(options.output, [options.standard] if options.standard else [])
        with _ended_like_an_interrupt():
            summary = score_file(
                options.file,
                options.output,
                standard,
                nodes=nodes,
                exact=options.exact,
                decimal=options.decimal,
                null=options.null,
                force=options.force,
            )
    except (EvaluationError, PaperError) as error:
        of_options = all(problem.path.startswith(("nodes", "decimal", "null")) for problem in error.problems)
        if of_options or isinstance(error, PaperError):  # an option is at fault, or the file to be written
            options.file = None
        raise
    if options.json:
        identity = {"id": standard.id, "edition": standard.edition.isoformat(), "sha256": standard.sha256}
        print_json({"standard": identity} | summary._asdict())
        return
    named = shown_name(options.output)
    scored, unscored = summary.rows - summary.unscored, summary.unscored
    stars = sorted(summary.stars.items(), reverse=True)
    nulls, near = summary.null_shares, summary.near_limit
    if language(options) == "en":
        counts = ", ".join(f"{count} with {star or 'no'} star{'s' * (star != 1)}" for star, count in stars)
        print(f"{named}: {scored} row{'s' * (scored != 1)} scored, {unscored} with a problem; {counts}")
        print(f"by {standard.name('en')}, edition {standard.edition}")
        if nulls:
            print(
                f"{nulls} of those with a problem: a share is empty (null-share), so a finding is missing (6.1.2). Where empty"
                " means deleted (6.2.3): --null not_applicable"
            )
        if near:
            print(
                f"{near} of those scored: below a limit by at most 1e-9 (near_limit). Calculated floats may be why: 0.7 + 0.2 is"
                " 0.8999999999999999, and is scored as that"
            )
    else:
        counts = "，".join(f"{star} 星 {count}" if star else f"不合格 {count}" for star, count in stars)
        print(f"{named}：已评分 {scored} 行，有问题 {unscored} 行；{counts}")
        print(f"依据标准：{standard.name('zh')}（{standard.edition} 版）")
        if nulls:
            print(
                f"有问题的行中，{nulls} 行有得分比例为空（null-share），视为尚无认定（6.1.2）；"
                "如空值表示因不适用而删减（6.2.3），请加 --null not_applicable"
            )
        if near:
            print(
                f"已评分的行中，{near} 行的最终得分低于某一界限不超过 1e-9（near_limit）；"
                "可能由浮点运算造成：0.7 + 0.2 得 0.8999999999999999，并按此值评分"
            )


@contextmanager
def _ended_like_an_interrupt() -> Iterator[None]:
    """SIGTERM, which ``timeout`` and service managers send, does what Ctrl-C does, so that no unfinished file stays.

    But where somebody has settled already what it does, it does that; and no other than the main thread may settle it.
    """
    is_settled = signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL
    if is_settled or threading.current_thread() is not threading.main_thread():
        yield
        return
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
