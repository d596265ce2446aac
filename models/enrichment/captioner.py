"""Which network captions images, and which are to be captioned, without loading it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import sql
from catalog import duck
from catalog.errors import ModelError
from catalog.hashing import key_of
from catalog.store import Store
from models.networks import pretrained

MAX_TOKENS = 30
"""Of a caption, with those that mark its start and end."""


@dataclass(frozen=True)
class CaptionerName:
    """An architecture and its weights, as `ARTCAT_CAPTIONER` names them."""

    architecture: str
    weights: str


def parse(given: str) -> CaptionerName:
    """What ARCHITECTURE:WEIGHTS names.

    Raises:
        ModelError: if it is not of that form.
    """
    architecture, _, weights = given.partition(":")
    if not architecture or not weights:
        raise ModelError(
            f"the captioner {given!r} is not ARCHITECTURE:WEIGHTS, such as "
            "coca_ViT-B-32:weights.safetensors"
        )
    return CaptionerName(architecture, weights)


def digest(given: str | None) -> str | None:
    """What tells a captioner from others: architecture, weights, and how it writes."""
    if given is None:
        return None
    name = parse(given)
    weights = pretrained.local_weights(name.weights)
    file = Path(weights or "")
    if file.is_file():
        stat = file.stat()
        weights = _digest_of_file(str(file), stat.st_size, stat.st_mtime_ns)
    return key_of("captioner", 1, name.architecture, weights, MAX_TOKENS)[:16]


@lru_cache(maxsize=1)
def _digest_of_file(file: str, size: int, modified: int) -> str | None:  # noqa: ARG001 - tell versions apart
    return pretrained.digest(file)


def plan_captions(home: Store, catalog: str | None, given: str) -> dict[str, list[str]]:
    """Images that the captioner has not seen: artwork_ids by the shard of their image."""
    rows = duck.connect(home, ("images", "artworks", "captions")).execute(
        sql.text("captions/plan"), {"captioner": digest(given), "catalog": catalog}
    )
    todo: dict[str, list[str]] = defaultdict(list)
    for _, shard, artwork_id in rows.fetchall():
        todo[shard].append(artwork_id)
    return dict(todo)
