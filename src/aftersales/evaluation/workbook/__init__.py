"""An evaluation as an Excel workbook: the form, and its reader."""
