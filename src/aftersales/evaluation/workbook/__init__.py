"""An evaluation as an Excel workbook: the form that is filled in, and its reader."""
