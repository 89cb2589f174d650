"""Rectification (6.3.2, 7.2.2, R19): its items, its form, and the notice of what is required."""
