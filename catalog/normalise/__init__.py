"""Parsing of catalog text into values: dates, lives, sizes, techniques, spellings.

Every function here takes any text, raises nothing and depends on nothing but its input. What
cannot be read for certain is refused with a reason, never guessed.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import sql
from catalog.base.hashing import sha256_of


@cache
def code_fingerprint() -> str:
    """Changes when a rule does: rows that were read by other rules are read again."""
    rules = sorted(files("catalog.normalise").iterdir(), key=lambda entry: entry.name)
    texts = [rule.read_bytes() for rule in rules if rule.name.endswith((".py", ".toml"))]
    texts += [sql.text(name).encode() for name in ("artworks/texts", "artworks/rows")]
    return sha256_of(b"\0".join(texts))[:16]
