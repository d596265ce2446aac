"""Metrics: scores, intervals, comparisons, and stored predictions of held-out artworks."""
