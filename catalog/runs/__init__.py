"""Runs: their record and changes, and how a home goes back or is repaired."""
