"""Promotion of models to champion, and the gate that they must pass."""
