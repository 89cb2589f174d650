"""Score many evaluations at once: a table in, a table out, by Apache Arrow (6.2.3, 6.3.2, 6.3.3).

Each row is an evaluation. Each indicator has a column, named by its id, with the share of its points that is earned
(6.2.2), from 0 to 1. ``null`` chooses whether a null is a missing finding or a deletion. In a table of findings, each
row is a finding. Files and folders of evaluations are scored too. The input is any object with
the Arrow C stream interface (pyarrow, polars, pandas, duckdb and others). The extra ``batch`` is required: ``pip
install 'aftersales[batch]'``.
"""

from aftersales.analysis.many import TableComparison, TableProgress
from aftersales.batch.comparison.comparison import compare_table, progress_table
from aftersales.batch.files.evaluation_files import ScoredFiles, score_files
from aftersales.batch.findings.findings import ScoredFindings, score_findings
from aftersales.batch.findings.sorted_findings import score_findings_batches, scored_findings_schema
from aftersales.batch.tables import Null, score_batches, score_table, scored_schema

__all__ = [
    "Null",
    "ScoredFiles",
    "ScoredFindings",
    "TableComparison",
    "TableProgress",
    "compare_table",
    "progress_table",
    "score_batches",
    "score_files",
    "score_findings",
    "score_findings_batches",
    "score_table",
    "scored_findings_schema",
    "scored_schema",
]
