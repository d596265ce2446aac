"""Shared utilities: errors, settings, secrets, hashing, file reading, threads."""
