"""Combines what is known of an artwork - its image, its facts, its artist's other works - into one prediction."""
