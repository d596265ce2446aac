"""Prediction of styles from the facts that a catalog states."""
