"""Measures of predictions: scores, intervals, comparisons. Pure functions and what they are taken of."""
