"""The one place that hashes: contents of files and keys of finished work."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def sha256_of(data: bytes) -> str:
    """Hexadecimal SHA-256 of bytes."""
    return hashlib.sha256(data).hexdigest()


def key_of(*parts: Any) -> str:
    """Hexadecimal SHA-256 over values that JSON can hold, in their order."""
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256_of(text.encode())
