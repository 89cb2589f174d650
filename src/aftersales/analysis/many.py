"""The results of analyses over many evaluations: Arrow tables, which :mod:`aftersales.batch` makes."""

from __future__ import annotations

from typing import Any, NamedTuple

from aftersales.standard.standard import Standard
from aftersales.text.display import OneLineRepr

__all__ = ["TableComparison", "TableProgress"]


class _Comparison(NamedTuple):
    standard: Standard
    groups: Any
    ranking: Any
    stars: Any
    losses: Any
    unranked: Any


class TableComparison(OneLineRepr, _Comparison):
    """The comparison of many evaluations, by group: results of one product category and one size tier (6.1.5).

    Each field but the first is a ``pyarrow.Table``. A number has its exact text in a column ``…_exact``.

    Fields:
        standard: The standard by which all were scored.
        groups: A row for each group: ``product_category``, ``size_tier``; how many ``evaluations`` there are, how many
            are ``scored``, ``ranked`` and ``passed``; and ``mean_score``, ``median_score``, ``lowest_score`` and
            ``highest_score`` of those that are scored.
        ranking: A row for each ranked evaluation, by group: its ``place``, from 1, which equal scores share; the key;
            ``type``, if the table has it; ``final_score``, ``exact_score``, ``printed_score`` and ``stars``.
        stars: A row for each group and each number of stars: how many ``evaluations`` have it, and their ``share`` of
            those that are scored.
        losses: A row for each group and indicator, the largest loss first: its ``place``, ``id``, ``parent``, titles
            and ``points``; the number of ``evaluations`` to which it applies, and in how many it is ``losing`` points;
            ``lost``, the points of the final score that it costs all of them, and ``mean_lost``, an evaluation of the
            group. The ``mean_lost`` of a group add up to the full score less its mean score. None if the table has no
            shares.
        unranked: A row for each reason why an evaluation is not ranked: the key, ``line``, the number of its row from
            1, and ``code``, ``path``, ``clause``, ``message`` and ``message_zh`` of a :class:`~aftersales.Problem`.
    """

    __slots__ = ()

    def _line(self) -> str:
        counts = {name: getattr(self, name).num_rows for name in ("groups", "ranking", "unranked")}
        return (
            f"<TableComparison: {counts['groups']} groups, {counts['ranking']} ranked, {counts['unranked']} unranked>"
        )


class _Progress(NamedTuple):
    standard: Standard
    changes: Any
    stars: Any
    losses: Any
    uncompared: Any


class TableProgress(OneLineRepr, _Progress):
    """The change of many evaluations between two tables, by key (6.1.5).

    Each field but the first is a ``pyarrow.Table``. A number has its exact text in a column ``…_exact``.

    Fields:
        standard: The standard by which all were scored.
        changes: A row for each key that can be compared, in the order of the second table: ``product_category``,
            ``size_tier``, the key; ``before`` and ``after``, the final scores, and their ``difference``; both scores in
            print and the stars (``printed_before``, ``stars_before``, …); ``type_before`` and ``type_after``, if the
            tables have a type.
        stars: A row for each change of stars that occurs in a group: ``stars_before``, ``stars_after``, and how many
            ``evaluations`` it is.
        losses: A row for each group and indicator, the largest rise of the loss first: ``id``, ``parent``, titles and
            ``points``; ``mean_lost_before`` and ``mean_lost_after``, the points of the final score that it costs an
            evaluation of the group, and their ``difference``. None if a table has no shares.
        uncompared: A row for each reason why a key cannot be compared, with columns as in
            :attr:`TableComparison.unranked`; the first part of a path is the table, ``before`` or ``after``.
    """

    __slots__ = ()

    def _line(self) -> str:
        return f"<TableProgress: {self.changes.num_rows} changes, {self.uncompared.num_rows} uncompared>"
