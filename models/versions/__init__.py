"""Trained models as the home keeps them: stored, promoted, carried, described."""
