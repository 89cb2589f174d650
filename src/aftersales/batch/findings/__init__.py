"""Score tables of findings, one a row (6.2.2), whole or as a stream that is sorted by evaluation."""
