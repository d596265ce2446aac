"""Tell the style of image files that need no catalog: single ones, or a folder of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from catalog import duck
from catalog.errors import ArtcatError, ImageError, ModelError
from catalog.homes import settings
from catalog.images import file_suffixes
from catalog.in_order import in_order
from catalog.shards import Prepared, prepare
from catalog.store import Store
from models.classifiers.parts import BATCH
from models.enrichment import loading
from models.enrichment.describing import templates
from models.enrichment.descriptions import DescriptionFacts, describe
from models.enrichment.predicting import predict_vectors
from models.enrichment.wording import Template
from models.versions.registry import CLASSIFIER
from models.versions.served import Serving
from models.versions.serving import champions_served

TOGETHER = 256
"""Files whose prepared images are in memory at a time."""


@dataclass(frozen=True)
class Classified:
    """What can be said of an image file; `artwork_id` if the home knows the picture.

    Of a file that cannot be read there is only the `error`.
    """

    file: str
    style: str | None = None
    confidence: float | None = None
    decision: str | None = None
    top: tuple[tuple[str, float], ...] = ()
    description: str | None = None
    artwork_id: str | None = None
    error: str | None = None


@dataclass(frozen=True)
class ImageFile:
    """A file to classify, and whether a person named it or it was found in a folder."""

    path: Path
    named: bool


def image_files(paths: Sequence[Path]) -> list[ImageFile]:
    """The files as given; of a folder all images below it, in order of their names.

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
            raise ArtcatError(f"the folder {path} holds no image: no {', '.join(sorted(suffixes))}")
        found += [ImageFile(each, named=False) for each in inside]
    return found


def classify_files(
    home: Store, files: Sequence[ImageFile], progress: Callable[[int], object] = lambda _: None
) -> Iterator[Classified]:
    """Tell the style of image files by the home's champion, in their order.

    They go through the same engine as a catalog. A picture that the home knows, by its SHA-256,
    gets its sentence from the catalog's facts; any other gets only what can be seen.

    Args:
        home: whose champion judges.
        files: what to look at.
        progress: told how many files are done.

    Raises:
        ModelError: if no model was trained yet.
        ArtcatError: naming a file that a person named and that cannot be read.
    """
    serving = champions_served(home).get(CLASSIFIER)
    if serving is None:
        raise ModelError(f"{home.uri} has no trained model yet: run `artcat train`")
    known = duck.connect(home, ("enriched",))
    threads = settings().threads
    for start in range(0, len(files), TOGETHER):
        group = files[start : start + TOGETHER]
        prepared = list(in_order(_prepared, group, threads=threads, ahead=4 * threads))
        yield from _classified(home, serving, prepared, known)
        progress(len(group))


def _prepared(file: ImageFile) -> Prepared:
    try:
        done = prepare(str(file.path), file.path.read_bytes())
    except OSError as error:
        problem = ArtcatError(f"cannot read the image {file.path}: {error.strerror}")
        if file.named:
            raise problem from error
        return Prepared(str(file.path), None, "unreadable", str(problem))
    if done.image is None and file.named:
        raise ImageError(done.status, f"{file.path}: {done.error}")
    return done


def _classified(
    home: Store, serving: Serving, prepared: Sequence[Prepared], known: duck.DuckDB
) -> Iterator[Classified]:
    classifier = loading.classifier(home.uri, serving.model_version)
    usable = [done.image for done in prepared if done.image is not None]
    vectors = [
        loading.encoder(
            home.uri, serving.model_version, number, serving.precision, BATCH
        ).encode_jpegs(usable)
        for number in range(len(serving.encoders))
    ]
    predictions = predict_vectors(classifier, vectors, len(usable))
    template = templates()[0]
    row = 0
    for done in prepared:
        if done.image is None:
            yield Classified(done.artwork_id, error=done.error)
            continue
        style, confidence = predictions.names[row], float(predictions.confidence[row])
        sentence = _seen(style, classifier.decide(confidence), template)
        work = _known(known, done.sha256)
        yield Classified(
            done.artwork_id,
            style,
            confidence,
            classifier.decide(confidence),
            tuple(predictions.top(row)),
            work[1] if work else sentence,
            work[0] if work else None,
        )
        row += 1


def _known(connection: duck.DuckDB, sha256: str | None) -> tuple[str, str] | None:
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
