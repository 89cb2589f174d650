"""The command about tables of evaluations: batch."""

from __future__ import annotations

import re

from aftersales.console import Options, chosen_standard, language, print_json
from aftersales.errors import EvaluationError, PaperError

__all__ = ["batch"]


def batch(options: Options) -> None:
    """A table scored into another one."""
    from aftersales.batch_files import score_file

    standard = chosen_standard(options) if options.standard else None
    nodes = (
        None if options.nodes is None else [node.strip() for node in re.split("[,，]", options.nodes) if node.strip()]
    )
    try:
        summary = score_file(
            options.file,
            options.output,
            standard,
            nodes=nodes,
            exact=options.exact,
            decimal=options.decimal,
            force=options.force,
        )
    except (EvaluationError, PaperError) as error:
        of_options = all(problem.path.startswith(("nodes", "decimal")) for problem in error.problems)
        if of_options or isinstance(error, PaperError):  # the file to be written is at fault then
            options.file = None
        raise
    if options.json:
        print_json(summary._asdict())
        return
    from aftersales.safe_text import clean

    named = clean(options.output)
    scored, problems = summary.rows - summary.problems, summary.problems
    stars = sorted(summary.stars.items(), reverse=True)
    if language(options) == "en":
        counts = ", ".join(f"{count} with {star or 'no'} star{'s' * (star != 1)}" for star, count in stars)
        print(f"{named}: {scored} row{'s' * (scored != 1)} scored, {problems} with a problem; {counts}")
    else:
        counts = "，".join(f"{star} 星 {count}" if star else f"不合格 {count}" for star, count in stars)
        print(f"{named}：已评分 {scored} 行，有问题 {problems} 行；{counts}")
