"""Captions that a network writes of pictures; kept apart from the sentences, and marked as such."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import pyarrow as pa

from catalog import duck, examples, tables
from catalog.arrow import values
from catalog.hashing import key_of
from catalog.homes import settings
from catalog.schemas import TABLES
from catalog.store import Store
from models.data.prefetch import prefetched
from models.enrichment import captioner
from models.networks import pretrained
from models.networks.coca import Captioner, load_captioner

MAX_CHARACTERS = 300
_BATCH = 16


def caption_shard(home: Store, given: str, shard: str, artwork_ids: Sequence[str]) -> int:
    """Caption images of one shard and keep what was written; how many.

    Doing it twice writes the same rows once.

    Args:
        home: whose images are captioned.
        given: ARCHITECTURE:WEIGHTS, as the setting names the captioner.
        shard: that holds the images.
        artwork_ids: whose images they are.

    Raises:
        ModelError: if the captioner cannot be loaded.
    """
    digest = captioner.digest(given)
    works = examples.with_images(home, _wanted(home, shard, artwork_ids))
    texts = _captions(_loaded(given), values(works, "image"))
    rows = [
        {
            "caption_key": key_of("caption", 1, image, digest),
            "image_sha256": image,
            "captioner": digest,
            "text": text or None,
        }
        for image, text in zip(values(works, "image_sha256"), texts, strict=True)
    ]
    schema = TABLES["captions"].schema
    tables.merge(home, "captions", pa.Table.from_pylist(rows, schema=schema))
    return len(rows)


@lru_cache(maxsize=1)
def _loaded(given: str) -> Captioner:
    """The captioner, loaded once per process."""
    name = captioner.parse(given)
    weights = pretrained.local_weights(name.weights)
    return load_captioner(name.architecture, weights or name.weights)


def _wanted(home: Store, shard: str, artwork_ids: Sequence[str]) -> pa.Table:
    return duck.arrow(
        duck.connect(home, ("images",)),
        "SELECT artwork_id, shard, sha256 AS image_sha256 FROM images "
        "WHERE shard = $shard AND artwork_id IN (SELECT unnest($artwork_ids::VARCHAR[])) "
        "ORDER BY artwork_id",
        {"shard": shard, "artwork_ids": list(artwork_ids)},
    )


def _captions(network: Captioner, jpegs: Sequence[bytes]) -> list[str]:
    batches = (jpegs[start : start + _BATCH] for start in range(0, len(jpegs), _BATCH))
    pictures = prefetched(batches, network.preprocessing.square, settings().threads)
    return [
        clean(text)
        for _, squares in pictures
        for text in network.caption(squares, captioner.MAX_TOKENS)
    ]


def clean(text: str) -> str:
    """One line of printable text, of a bounded length, cut between words."""
    for mark in ("<start_of_text>", "<end_of_text>"):
        text = text.replace(mark, " ")
    line = " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())
    if len(line) <= MAX_CHARACTERS:
        return line
    return line[:MAX_CHARACTERS].rpartition(" ")[0] or line[:MAX_CHARACTERS]
