"""Model cards: identity, intended use, training data and metrics of a model.

The sections follow Mitchell et al. 2019, Model cards for model reporting. Whatever came from a
catalog or a person is escaped, so that a style's name cannot become a link or break a table.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from catalog.datasets.dataset import base_of
from catalog.storage.store import Store
from models.classifiers.calibration import NEVER, THRESHOLD_PRECISION
from models.config import BEYOND_IMAGES
from models.metrics.figures import figures_of
from models.versions import evidence_card
from models.versions.checkpoint import MANIFEST, Manifest
from models.versions.markdown import escaped, table_of
from models.versions.registry import CARD, ORIGIN, folder_key, row_of
from models.versions.settings import ModelSettings

_SPLITS = {
    "artist": "artist-disjoint: no artist and no group of near-duplicates is in two parts",
    "random": "random by image: an artist's artworks are in all parts, so figures are optimistic",
}
_MEASURES = (
    ("accuracy", "accuracy"),
    ("majority_accuracy", "majority class"),
    ("macro_f1", "macro-F1"),
    ("majority_macro_f1", "majority class"),
    ("ece", "calibration error"),
)
_USE = """\
It predicts a style, a confidence and one of three decisions for each artwork, for a museum's
nightly run and for reviewers, who then check uncertain ones.

- It knows only the styles below: an artwork in any other style is assigned one of these.
- A style here is the period of an artwork's artist as its catalog has it, not an opinion about the
  artwork.
- Its figures hold for artworks like those it was trained on. In another museum's catalog,
  evaluate it first.
- A style with few training artworks is rarely predicted right, whatever the mean over all styles
  says.
- Do not use it to attribute, date, authenticate or value artworks.
- A prediction never replaces a catalog's own label, and a review takes precedence over both."""

_PREDICT_IMAGES = """\
from pathlib import Path
from models.versions.checkpoint import load

classifier = load(Path('folder'))
predictions = classifier.predict([Path('painting.jpg').read_bytes()])
print(predictions.top(0))"""
_PREDICT_FACTS = """\
from pathlib import Path
import pyarrow as pa
from catalog.storage.schemas import TABLES
from models.versions.checkpoint import load

classifier = load(Path('folder'))
facts = {'date_earliest': 1885, 'date_latest': 1885, 'nationality': 'French'}
artworks = pa.Table.from_pylist([facts], schema=TABLES['artworks'].schema)
artworks = artworks.append_column('other_labels', pa.nulls(1))
combined = classifier.combine(classifier.evidence_about(artworks, None))
print(combined.patterns[0], combined.predictions.top(0), combined.decisions[0])"""


def write(home: Store, model_version: str) -> str:
    """Write a model's card from its files and its evaluations so far, and return the text.

    Raises:
        FileNotFoundError: if the model's files are missing.
    """
    folder = folder_key(model_version)
    manifest = Manifest.model_validate_json(home.read(f"{folder}/{MANIFEST}"))
    row = row_of(home, model_version) or {}
    text = compose(
        manifest,
        scheme=row.get("scheme", ""),
        figures=figures_of(home, model_version),
        imported=home.exists(f"{folder}/{ORIGIN}{CARD}"),
    )
    home.write(f"{folder}/{CARD}", text.encode())
    return text


def compose(
    manifest: Manifest, *, scheme: str, figures: Sequence[dict[str, Any]], imported: bool = False
) -> str:
    """Compose the card's text.

    Args:
        manifest: of the checkpoint.
        scheme: the split on whose train part it was trained.
        figures: one dict per scheme and part, as `models.metrics.figures.figures_of` gives them.
        imported: whether it came from another home with a card of its own.
    """
    sections = [
        ("What it is", _identity(manifest)),
        ("Intended use and limits", "\n".join([_USE, *evidence_card.limits(manifest)])),
        ("Training data", _data(manifest, scheme, imported)),
        ("Method and configuration", _method(manifest)),
        ("Evaluation", _figures(figures)),
        ("Calibration and thresholds", _calibration(manifest)),
        ("How to use it", _usage(manifest.model_version, manifest.settings)),
    ]
    if manifest.settings.config.kind in BEYOND_IMAGES:
        sections[3:4] = [("Components", evidence_card.components(manifest))]
        sections[5:6] = [("Combination and thresholds", evidence_card.pools(manifest))]
    body = "\n\n".join(f"## {title}\n\n{text}" for title, text in sections)
    return f"# Model {manifest.model_version}\n\n{body}\n"


def _identity(manifest: Manifest) -> str:
    config = manifest.settings.config
    start = f", starting from {escaped(config.pretrained)}" if config.pretrained else ""
    if start and (digest := manifest.record.pretrained_sha256):
        start += f" (SHA-256 {escaped(digest)})"
    styles = len(manifest.settings.styles)
    return (
        f"A classifier of {styles} styles of art: {escaped(config.architecture)} "
        f"({escaped(config.method)}){start}, written by artcat {escaped(manifest.code_version)}. "
        "The version is a digest of its weights and settings: another file is another version."
    )


def _data(manifest: Manifest, scheme: str, imported: bool) -> str:
    settings = manifest.settings
    split = f" ({_SPLITS[base_of(scheme)]})" if scheme else ""
    both = settings.config.cross_validate
    parts = "the train and validation parts" if both else "the train part"
    columns = {"style": tuple(map(escaped, settings.styles)), "training artworks": settings.counts}
    what = "with or without an image" if settings.config.kind in BEYOND_IMAGES else "with an image"
    if settings.image is not None:
        columns["with an image"] = settings.image.counts
        what = f"{sum(settings.image.counts):,} of them with an image"
    lines = [
        f"{sum(settings.counts):,} artworks, {what}; fingerprint "
        f"{escaped(manifest.record.data_fingerprint or 'unknown')}; {parts} of the split "
        f"{escaped(scheme or 'unknown')}{split}",
        table_of(tuple(columns), zip(*columns.values(), strict=True)),
    ]
    if imported:
        lines.append(
            "It was trained in another home. The figures below were measured in this one, on "
            "artworks of which some may have been among its training artworks; "
            f"`{ORIGIN}{CARD}` came with it."
        )
    return "\n\n".join(lines)


def _method(manifest: Manifest) -> str:
    record = manifest.record
    given = manifest.settings.config.model_dump(mode="json", exclude_none=True)
    spent = f"{len(record.history)} epochs in {record.seconds:.0f} s"
    kept = f"; the weights are those of epoch {record.best_epoch}" if record.best_epoch else ""
    rows = [
        (f"`{name}`", escaped(", ".join(map(str, value)) if isinstance(value, list) else value))
        for name, value in given.items()
    ]
    return f"{spent}{kept}.\n\n{table_of(('setting', 'value'), rows)}"


def _figures(figures: Sequence[dict[str, Any]]) -> str:
    if not figures:
        return "Not evaluated yet: run `artcat evaluate`."
    rows = [
        (
            escaped(f"{part['scheme']}, {part['part']}"),
            part["works"],
            *(_figure(part, measure) for measure, _ in _MEASURES),
        )
        for part in figures
    ]
    head = ("split, part", "artworks", *(name for _, name in _MEASURES))
    return (
        f"{table_of(head, rows)}\n\n"
        "The majority-class baseline (always predicting the most common training style) is beside "
        "each measure. The validation part was used to choose epochs, temperature and champion; "
        "the test part was not used for any choice. "
        "In brackets, where given: the 95 % interval."
    )


def _figure(part: dict[str, Any], measure: str) -> str:
    value, interval = part.get(measure), part.get(f"{measure}_interval")
    if value is None:
        return "-"
    return f"{value:.3f}" + (f" ({interval[0]:.3f} to {interval[1]:.3f})" if interval else "")


def _calibration(manifest: Manifest) -> str:
    found = manifest.settings.calibration
    accept = (
        "No prediction is accepted: whatever the confidence, too few held-out artworks were "
        f"right, or too few reached it, to guarantee {THRESHOLD_PRECISION:.0%}."
        if found.accept_threshold >= NEVER
        else f"A prediction is accepted from a confidence of {found.accept_threshold:.4f} on, from "
        f"where {THRESHOLD_PRECISION:.0%} of the held-out artworks were right."
    )
    return (
        f"Logits are divided by the temperature {found.temperature:.4f}. {accept} Below "
        f"{found.review_threshold:.4f}, where a prediction is more often wrong than right, the "
        "model abstains; predictions in between go to review."
    )


def _usage(model_version: str, settings: ModelSettings) -> str:
    """Write the commands that promote, export and import a model, and how Python predicts."""
    code = _PREDICT_FACTS if settings.config.kind in BEYOND_IMAGES else _PREDICT_IMAGES
    text = (
        "```\n"
        f"artcat models promote {model_version}\n"
        f"artcat models export {model_version} model.zip\n"
        "artcat models import model.zip --home elsewhere\n"
        "```\n\n"
        "In Python, with the folder that holds `weights.safetensors` and `model.json`:\n\n"
        f"```python\n{code}\n```"
    )
    if settings.image is None:
        return text
    return f"{text}\n\nWith an image as well: `artcat classify painting.jpg --date 1885`."
