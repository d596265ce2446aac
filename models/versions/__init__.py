"""Stored models: registry, checkpoints, model cards, export and import."""
