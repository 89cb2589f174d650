"""The evaluation report (7.1) and its public summary (7.2.1)."""
