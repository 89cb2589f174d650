"""Compare the evaluations of scored tables (6.1.5): groups, rankings, stars, losses, and two years."""
