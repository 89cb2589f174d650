"""Read a workbook (.xlsx) within bounds: its package, its cells, and what their number formats show."""
