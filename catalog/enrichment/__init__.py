"""Predictions: what they depend on, where they are accepted, the table enriched, what changed."""
