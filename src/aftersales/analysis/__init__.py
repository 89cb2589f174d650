"""Advice that is not part of a score: bounds, improvements, comparison, confidence and tipping points."""
