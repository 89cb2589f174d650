"""The documents around a score: the plan (6.1), the report (7.1) and the certificate (7.2)."""
