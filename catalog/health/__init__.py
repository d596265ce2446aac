"""Checks of what artcat stands on: each says what it found and, where needed, what to do."""
