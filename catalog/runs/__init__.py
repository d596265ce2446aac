"""Runs: their record and changes, restoring and repairing a home."""
