"""Columns that tables of advice share."""

from __future__ import annotations

from aftersales.files.arrow import TITLES, Column

__all__ = ["INDICATOR"]

INDICATOR = (
    Column("id", "text", lambda row: row.id),
    Column("parent", "text", lambda row: row.id.rpartition(".")[0]),
    *TITLES,
)
"""The id of an indicator, that of its group, with which it begins (chapter 5), and its titles."""
