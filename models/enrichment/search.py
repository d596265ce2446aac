"""Search for artworks by image or text in the space of the embedder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from catalog.base.errors import ArtcatError, ModelError
from catalog.publishing import analysts
from catalog.storage import duck
from catalog.storage.store import Store

Found = list[dict[str, Any]]
"""Rows of the macro: artwork_id, similarity, artist, title, style, style_source."""


def similar_to(home: Store, given: str, count: int) -> Found:
    """Find the artworks whose images are most similar to an artwork's, or to an image file.

    `given` is an artwork_id, or the path of an image; an id is tried first.

    Raises:
        StoreError: if nothing is published.
        ModelError: if the images have not been embedded.
        ArtcatError: if there is no such artwork or file, or the image cannot be read.
    """
    with analysts.opened(home) as connection:
        about = _seen(home, connection)
        known = connection.execute(
            "SELECT 1 FROM vectors WHERE artwork_id = $work", {"work": given}
        ).fetchone()
        if known:
            return _rows(connection, "FROM similar($work, $count)", {"work": given, "count": count})
        file = Path(given)
        try:
            is_file = file.is_file()
        except (OSError, ValueError):  # no file can have that name
            is_file = False
        if not is_file:
            work = connection.execute(
                "SELECT image_status FROM enriched WHERE artwork_id = $work", {"work": given}
            ).fetchone()
            if work is None:
                raise ArtcatError(f"no artwork or image file named {given[:200]!r}")
            raise ArtcatError(
                f"the image of the artwork {given} is not embedded (image: {work[0]})"
            )
        asked = {"vector": _of_image(home, about, file), "count": count}
        return _rows(connection, "FROM nearest($vector, $count)", asked)


def found_by(home: Store, text: str, count: int) -> Found:
    """Find the artworks whose images are most similar to a text; raises as `similar_to` does."""
    if not text.strip():
        raise ArtcatError("there is nothing to search for: describe the image")
    with analysts.opened(home) as connection:
        about = _seen(home, connection)
        asked = {"vector": _of_text(home, about, text), "count": count}
        return _rows(connection, "FROM nearest($vector, $count)", asked)


def _seen(home: Store, connection: duck.DuckDB) -> dict[str, Any]:
    about = analysts.about(connection)
    if about["embedder"] is None or about["dimensions"] is None:
        raise ModelError(
            f"no images are embedded in {home.uri}: train a CLIP with `artcat train`, "
            "then run `artcat enrich`"
        )
    return about


def _of_image(home: Store, about: dict[str, Any], file: Path) -> list[float]:
    from models.classifiers.classifier import BATCH  # noqa: PLC0415 - takes seconds to import
    from models.enrichment import loading  # noqa: PLC0415
    from models.enrichment.classify import ImageFile, prepare_file  # noqa: PLC0415

    image = prepare_file(ImageFile(file, named=True)).image
    assert image is not None  # noqa: S101 - it would have been refused
    encoder = loading.encoder(home.uri, about["embedder"], 0, about["embedder_precision"], BATCH)
    return [float(number) for number in encoder.encode_jpegs([image])[0]]


def _of_text(home: Store, about: dict[str, Any], text: str) -> list[float]:
    import torch  # noqa: PLC0415 - takes seconds to import

    from models.enrichment import loading  # noqa: PLC0415
    from models.networks.texts import encode_texts  # noqa: PLC0415

    clip = loading.classifier(home.uri, about["embedder"]).image
    assert clip is not None  # noqa: S101 - only a CLIP is promoted to embedder
    with torch.inference_mode():
        vectors = encode_texts(clip.network, clip.config.architecture, [text])
    return [float(number) for number in vectors[0]]


def _rows(connection: duck.DuckDB, statement: str, given: dict[str, Any]) -> Found:
    with duck.translate_errors():
        rows: Found = duck.rows(connection, statement, given)
    return rows
