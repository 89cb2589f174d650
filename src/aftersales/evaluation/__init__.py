"""An evaluation (6.1, 6.2.2): its findings, its files, forms and workbooks, and what the standard asks of it."""
