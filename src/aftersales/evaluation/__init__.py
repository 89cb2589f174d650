"""Evaluations (6.1, 6.2.2): their findings, files, forms and workbooks, and the rules of the standard for them."""
