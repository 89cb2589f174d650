"""Columns that tables of advice share."""

from __future__ import annotations

from aftersales.files.arrow import TITLES, ArrowColumn

__all__ = ["INDICATOR"]

INDICATOR = (
    ArrowColumn("id", "text", lambda row: row.id),
    ArrowColumn("parent", "text", lambda row: row.id.rpartition(".")[0]),
    *TITLES,
)
"""The id of an indicator, that of its group, with which it begins (chapter 5), and its titles."""
