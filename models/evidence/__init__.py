"""Predicts from all evidence about an artwork: image, facts, the artist's other works."""
