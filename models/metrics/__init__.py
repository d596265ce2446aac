"""Measures of predictions: scores, intervals, comparisons, and the judgements they are taken of."""
