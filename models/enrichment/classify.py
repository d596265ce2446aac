"""Classification of image files outside any catalog: single files or folders."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

import sql
from catalog.base.errors import ArtcatError, ImageError, ModelError
from catalog.base.files import printable_name, read_regular
from catalog.base.in_order import in_order
from catalog.enrichment.predictions import TABLES as INPUT_TABLES
from catalog.enrichment.predictions import ClassifierKey, create_prediction_inputs
from catalog.images.decoding import file_suffixes
from catalog.images.shards import Prepared, prepare
from catalog.ingestion.artists import view_artists
from catalog.ingestion.given_facts import CATALOG
from catalog.storage import duck
from catalog.storage.homes import settings
from catalog.storage.schemas import TABLES
from catalog.storage.store import Store
from models.classifiers.classifier import BATCH
from models.enrichment import loading
from models.enrichment.describing import templates
from models.enrichment.descriptions import DescriptionFacts, describe_with_fallback
from models.enrichment.predicting import predict
from models.enrichment.wording import Template
from models.versions.registry import CLASSIFIER
from models.versions.serving import Serving, configure_champions

TOGETHER = 256
"""Files whose prepared images are in memory at a time."""

_OUTSIDE: Mapping[str, Any] = {
    "style": None,
    "confidence": None,
    "decision": "outside",
    "pattern": "",
    "top_k": (),
    "evidence": (),
}
"""The prediction of an artwork outside the vocabulary, without the reason."""
NO_EVIDENCE = "the champion does not use images, and no facts were given: add --date, --artist, ..."


@dataclass(frozen=True)
class Classified:
    """The prediction of an image file; `artwork_id` if the home has the image.

    For a file that cannot be read only `error` is set.
    """

    file: str
    style: str | None = None
    confidence: float | None = None
    decision: str | None = None
    top: tuple[tuple[str, float], ...] = ()
    pattern: str | None = None
    """Kinds of evidence that the prediction rests on, such as `image+facts`."""
    because: str | None = None
    description: str | None = None
    artwork_id: str | None = None
    error: str | None = None
    evidence: tuple[dict[str, Any], ...] = field(default=())


class ImageFile(NamedTuple):
    """A file to classify, and whether it was named or found in a folder."""

    path: Path
    named: bool


def image_files(paths: Sequence[Path]) -> list[ImageFile]:
    """List the given files; for a folder all images below it, in order of name.

    Raises:
        ArtcatError: if a folder holds no image.
    """
    suffixes = file_suffixes()
    found: list[ImageFile] = []
    for path in paths:
        if not path.is_dir():
            found.append(ImageFile(path, named=True))
            continue
        inside = sorted(p for p in path.rglob("*") if p.suffix.lower() in suffixes and p.is_file())
        if not inside:
            raise ArtcatError(
                f"the folder {path} contains no image: no {', '.join(sorted(suffixes))}"
            )
        found += [ImageFile(each, named=False) for each in inside]
    return found


def classify_files(
    home: Store,
    files: Sequence[ImageFile],
    facts: Mapping[str, pa.Table] | pa.Table | None = None,
    progress: Callable[[int], object] = lambda _: None,
) -> Iterator[Classified]:
    """Predict the style of image files by the home's champion, in their order.

    An image is predicted from itself, the given facts, and the labels of the
    artist's artworks in the home. An image of the home (by SHA-256) that is given without
    facts, gets those of its artwork, and its description.

    Args:
        home: whose champion predicts.
        files: to classify.
        facts: as `catalog.ingestion.given_facts` normalises them, for all files or by file name.
        progress: called with the number of files done.

    Raises:
        ModelError: if no model was trained yet.
        ArtcatError: if a named file cannot be read.
    """
    serving = configure_champions(home).get(CLASSIFIER)
    if serving is None:
        raise ModelError(f"{home.uri} has no trained model yet: run `artcat train`")
    threads = settings().threads
    template = templates()[0]
    for start in range(0, len(files), TOGETHER):
        group = files[start : start + TOGETHER]
        prepared = list(in_order(prepare_file, group, threads=threads, ahead=4 * threads))
        yield from _classify(home, serving, prepared, facts, template)
        progress(len(group))


def prepare_file(file: ImageFile) -> Prepared:
    """Read and decode an image; one that was found in a folder may be unreadable.

    Raises:
        ArtcatError: if a named file cannot be read.
    """
    name = printable_name(str(file.path))
    try:
        done = prepare(name, read_regular(file.path))
    except OSError as error:
        problem = ArtcatError(f"cannot read the image {name}: {error.strerror}")
        if file.named:
            raise problem from error
        return Prepared(name, None, "unreadable", str(problem))
    if done.image is None and file.named:
        raise ImageError(done.status, f"{name}: {done.error}")
    return done


def _classify(
    home: Store,
    serving: Serving,
    prepared: Sequence[Prepared],
    facts: Mapping[str, pa.Table] | pa.Table | None,
    template: Template,
) -> Iterator[Classified]:
    classifier = loading.classifier(home.uri, serving.model_version)
    usable = [done for done in prepared if done.image is not None]
    images = [done.image for done in usable if done.image is not None]
    vectors = [
        loading.encoder(
            home.uri, serving.model_version, number, serving.precision, BATCH
        ).encode_jpegs(images)
        for number in range(len(serving.encoders))
    ]
    with duck.connect(home, (*INPUT_TABLES, "splits", "enriched")) as connection:
        known = _known_artworks(connection, [str(done.sha256) for done in usable])
        given: list[tuple[str | None, str, pa.Table | None]] = []
        for done in usable:
            own = facts.get(Path(done.artwork_id).name) if isinstance(facts, Mapping) else facts
            of_home = known.get(str(done.sha256)) if own is None else None
            given.append((of_home[0] if of_home else None, str(done.sha256), own))
        artworks, ids = _read_evidence(connection, serving.classifier_key, given)
    found = predict(classifier, serving.model_version, artworks, vectors or None)
    predictions = {row["artwork_id"]: row for row in found.to_pylist()}
    about = {row["artwork_id"]: row for row in artworks.to_pylist()}
    predictions |= {
        artwork_id: {**_OUTSIDE, "because": row["outside"]}
        for artwork_id, row in about.items()
        if row.get("outside")
    }
    remaining = iter(ids)
    for done in prepared:
        if done.image is None:
            yield Classified(done.artwork_id, error=done.error)
        elif (artwork_id := next(remaining)) not in predictions:
            yield Classified(done.artwork_id, error=NO_EVIDENCE)
        else:
            prediction, in_home = predictions[artwork_id], known.get(str(done.sha256))
            yield _as_classified(done, prediction, about[artwork_id], in_home, template)


def _known_artworks(
    connection: duck.DuckDB, images: Sequence[str]
) -> dict[str, tuple[str, str | None]]:
    """Return the artwork_id and description of the home's artworks with images, by SHA-256."""
    rows = connection.execute(
        "SELECT images.sha256, min(images.artwork_id), "
        "arg_min_null(enriched.description, images.artwork_id) "
        "FROM images INNER JOIN artworks USING (artwork_id) "
        "LEFT JOIN enriched USING (artwork_id) "
        "WHERE artworks.removed_at IS NULL AND list_contains($images, images.sha256) "
        "GROUP BY images.sha256",
        {"images": list(images)},
    ).fetchall()
    return {sha256: (artwork_id, description) for sha256, artwork_id, description in rows}


def _read_evidence(
    connection: duck.DuckDB,
    classifier: ClassifierKey,
    given: Sequence[tuple[str | None, str, pa.Table | None]],
) -> tuple[pa.Table, list[str]]:
    """Read the evidence about images, which are added to the home's in this connection only.

    Missing life and nationality of an artist whom the home knows are taken from there.

    Args:
        connection: to the home's tables.
        classifier: which evidence it uses.
        given: for each image the artwork_id of the home's artwork with it, its SHA-256, and the
            facts given with it.

    Returns:
        One row per image about which the classifier has any evidence, in their order; and the
        artwork_id of every image.
    """
    rows, images, ids = [], [], []
    for number, (artwork_id, sha256, facts) in enumerate(given):
        ids.append(artwork_id or f"{CATALOG}:{number}")
        if artwork_id is None:
            row = facts.to_pylist()[0] if facts is not None else {}
            rows.append({**row, "artwork_id": ids[-1], "catalog": CATALOG})
            images.append({"artwork_id": ids[-1], "sha256": sha256, "status": "ok"})
    for name, added in (("artworks", rows), ("images", images)):
        schema = pa.schema([field.with_nullable(True) for field in TABLES[name].schema])
        connection.register("added_rows", pa.Table.from_pylist(added, schema=schema))
        connection.execute(
            f"CREATE TEMP TABLE all_{name} AS FROM {name} UNION ALL BY NAME FROM added_rows"
        )
        connection.unregister("added_rows")
        connection.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS FROM all_{name}")
    view_artists(connection)
    connection.execute(sql.text("predictions/fill_given"), {"catalog": CATALOG})
    create_prediction_inputs(connection, classifier, None)
    connection.register("asked", pa.table({"artwork_id": ids, "position": list(range(len(ids)))}))
    return duck.arrow(
        connection,
        f"WITH evidence AS ({sql.text('predictions/evidence')}) "  # noqa: S608
        "SELECT evidence.*, artworks.artist FROM asked "
        "INNER JOIN evidence USING (artwork_id) INNER JOIN artworks USING (artwork_id) "
        "ORDER BY position",
        {"scheme": "", "learned": []},
    ), ids


def _as_classified(
    done: Prepared,
    predicted: Mapping[str, Any],
    artwork: Mapping[str, Any],
    known: tuple[str, str | None] | None,
    template: Template,
) -> Classified:
    facts = DescriptionFacts(
        artist=artwork["artist"],
        profession=artwork["profession"],
        form=artwork["form"],
        title=artwork["title"],
        style=predicted["style"],
        style_source="predicted" if predicted["style"] else "unknown",
        # However uncertain, the best guess is shown as a guess.
        hedged=predicted["decision"] != "accepted",
        style_evidence=predicted["pattern"].replace("+", ", ") or None,
    )
    sentence = describe_with_fallback(facts, template).text
    if known is not None and known[0] == artwork["artwork_id"]:
        sentence = known[1] or sentence
    return Classified(
        done.artwork_id,
        **{name: predicted[name] for name in ("style", "confidence", "decision")},
        top=tuple((each["style"], each["confidence"]) for each in predicted["top_k"]),
        pattern=predicted["pattern"],
        because=predicted["because"],
        description=sentence,
        artwork_id=known[0] if known else None,
        evidence=tuple(predicted["evidence"]),
    )
