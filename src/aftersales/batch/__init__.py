"""Many evaluations at once: a table in, a table out, by Apache Arrow (6.2.3, 6.3.2, 6.3.3).

One row is one evaluation. Each indicator has a column under its id with the share of its points that is earned (6.2.2), 0
to 1; whether null is a missing finding or a deletion is chosen. Any object with the Arrow C stream interface comes in
(pyarrow, polars, pandas, duckdb …). It needs the extra ``batch``: ``pip install 'aftersales[batch]'``.
"""

from aftersales.batch.tables import Null, score_batches, score_table, scored_schema

__all__ = ["Null", "score_batches", "score_table", "scored_schema"]
