"""Classification of image files outside any catalog: single files or folders."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from catalog.base.errors import ArtcatError, ImageError, ModelError
from catalog.base.files import printable_name, read_regular
from catalog.base.in_order import in_order
from catalog.images.decoding import file_suffixes
from catalog.images.shards import Prepared, prepare
from catalog.storage.homes import settings
from catalog.storage.store import Store
from models.classifiers.classifier import BATCH
from models.enrichment import loading
from models.enrichment.describing import templates
from models.enrichment.descriptions import DescriptionFacts, describe_with_fallback
from models.enrichment.given_artworks import HomeArtwork, known_artworks, open_given, read_evidence
from models.enrichment.predicting import predict
from models.enrichment.wording import Template
from models.versions.registry import CLASSIFIER
from models.versions.serving import Serving, configure_champions

TOGETHER = 256
"""Files whose prepared images are in memory at a time."""

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


@dataclass(frozen=True)
class ImageFile:
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
        prepared = list(in_order(_prepared, group, threads=threads, ahead=4 * threads))
        yield from _classify(home, serving, prepared, facts, template)
        progress(len(group))


def _prepared(file: ImageFile) -> Prepared:
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
    vectors = [
        loading.encoder(
            home.uri, serving.model_version, number, serving.precision, BATCH
        ).encode_jpegs([done.image for done in usable if done.image is not None])
        for number in range(len(serving.encoders))
    ]
    with open_given(home) as connection:
        known = known_artworks(connection, [done.sha256 or "" for done in usable])
        given = [_facts_of(done.artwork_id, facts) for done in usable]
        of_home = [
            known.get(done.sha256 or "") if row is None else None
            for done, row in zip(usable, given, strict=True)
        ]
        artworks, ids = read_evidence(
            connection,
            serving.classifier_key,
            [
                (found.artwork_id if found else None, done.sha256 or "", row)
                for done, row, found in zip(usable, given, of_home, strict=True)
            ],
        )
    found = predict(classifier, serving.model_version, artworks, vectors or None)
    predictions = {row["artwork_id"]: row for row in found.to_pylist()}
    about = {row["artwork_id"]: row for row in artworks.to_pylist()}
    remaining = iter(ids)
    for done in prepared:
        artwork_id = next(remaining) if done.image is not None else ""
        if done.image is None:
            yield Classified(done.artwork_id, error=done.error)
        elif (about.get(artwork_id) or {}).get("outside"):
            artwork = about[artwork_id]
            in_home = known.get(done.sha256 or "")
            yield _as_classified(done, _outside(artwork), artwork, in_home, template)
        elif artwork_id not in predictions:
            yield Classified(done.artwork_id, error=NO_EVIDENCE)
        else:
            prediction, artwork = predictions[artwork_id], about[artwork_id]
            yield _as_classified(done, prediction, artwork, known.get(done.sha256 or ""), template)


def _outside(artwork: Mapping[str, Any]) -> dict[str, Any]:
    """Return the result for an artwork outside the vocabulary, with the reason."""
    unknown = dict.fromkeys(("style", "confidence"))
    reason = {"decision": "outside", "because": artwork["outside"], "pattern": ""}
    return {**unknown, **reason, "top_k": (), "evidence": ()}


def _facts_of(file: str, facts: Mapping[str, pa.Table] | pa.Table | None) -> pa.Table | None:
    if facts is None or isinstance(facts, pa.Table):
        return facts
    return facts.get(Path(file).name)


def _as_classified(
    done: Prepared,
    predicted: Mapping[str, Any],
    artwork: Mapping[str, Any],
    known: HomeArtwork | None,
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
    if known is not None and known.artwork_id == artwork["artwork_id"]:
        sentence = known.description or sentence
    return Classified(
        done.artwork_id,
        predicted["style"],
        predicted["confidence"],
        predicted["decision"],
        tuple((each["style"], each["confidence"]) for each in predicted["top_k"]),
        predicted["pattern"],
        predicted["because"],
        sentence,
        known.artwork_id if known else None,
        evidence=tuple(predicted["evidence"]),
    )
