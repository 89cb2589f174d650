"""From findings to stars (6.2.2, 6.2.3, 6.3): the scorecard, and the derivation of each of its figures."""
