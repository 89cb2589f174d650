"""Plots of results for notebooks and papers, by matplotlib (extra ``plots``)."""
