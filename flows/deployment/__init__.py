"""Deployments, limits and automations of artcat on a Prefect server."""
