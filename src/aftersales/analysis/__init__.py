"""Advice that is never part of a score: bounds, improvements, comparison, confidence and tipping points."""
