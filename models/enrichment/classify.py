"""Tell the style of single image files: the source project's demo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from catalog import duck
from catalog.errors import ArtcatError, ImageError, ModelError
from catalog.hashing import sha256_of
from catalog.shards import prepare
from catalog.store import Store
from models.enrichment.describing import templates
from models.enrichment.descriptions import DescriptionFacts, describe
from models.enrichment.wording import Template
from models.versions import registry, storage


@dataclass(frozen=True)
class Classified:
    """What can be said of an image file; `artwork_id` if the home knows the picture."""

    file: str
    style: str
    confidence: float
    decision: str
    top: list[tuple[str, float]]
    description: str
    artwork_id: str | None


def classify_files(home: Store, files: Sequence[Path]) -> list[Classified]:
    """Tell the style of image files by the home's champion.

    A picture that the home knows, by its SHA-256, gets its sentence from the catalog's facts; any
    other gets only what can be seen.

    Raises:
        ModelError: if no model was trained yet.
        ImageError: naming the file that cannot be read.
    """
    model_version = registry.champion(home)
    if model_version is None:
        raise ModelError(f"{home.uri} has no trained model yet: run `artcat train`")
    contents = [_read(file) for file in files]
    prepared = [prepare(str(f), data) for f, data in zip(files, contents, strict=True)]
    for file, done in zip(files, prepared, strict=True):
        if done.image is None:
            raise ImageError(done.status, f"{file}: {done.error}")
    template = templates()[0]
    classifier = storage.load(home, model_version)
    predictions = classifier.predict([done.image for done in prepared if done.image is not None])
    connection = duck.connect(home, ("enriched",))
    found = []
    for row, (file, data) in enumerate(zip(files, contents, strict=True)):
        style, confidence = predictions.names[row], float(predictions.confidence[row])
        decision = classifier.decide(confidence)
        known = _known(connection, sha256_of(data))
        found.append(
            Classified(
                str(file),
                style,
                confidence,
                decision,
                predictions.top(row),
                known[1] if known else _seen(style, decision, template),
                known[0] if known else None,
            )
        )
    return found


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise ArtcatError(f"cannot read the image {file}: {error.strerror}") from error


def _known(connection: duck.DuckDB, sha256: str) -> tuple[str, str] | None:
    row: tuple[str, str] | None = connection.execute(
        "SELECT artwork_id, description FROM enriched "
        "WHERE image_sha256 = $sha256 AND NOT removed ORDER BY artwork_id LIMIT 1",
        {"sha256": sha256},
    ).fetchone()
    return row


def _seen(style: str, decision: str, template: Template) -> str:
    return describe(
        DescriptionFacts(
            artist=None,
            profession=None,
            form=None,
            title=None,
            style=None if decision == "abstained" else style,
            style_source="predicted",
            hedged=decision != "accepted",
        ),
        template,
    ).text
