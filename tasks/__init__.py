"""Prefect tasks, one per step: each is thin and calls models/ or catalog/."""
