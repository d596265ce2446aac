"""Model cards: identity, intended use, training data and metrics of a model.

The sections follow Mitchell et al. 2019, Model cards for model reporting. Whatever came from a
catalog or a person is escaped, so that a style's name cannot become a link or break a table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from catalog.datasets.dataset import base_of
from catalog.storage.store import Store
from models.classifiers.calibration import NEVER, THRESHOLD_PRECISION
from models.config import BEYOND_IMAGES
from models.evidence.patterns import FACTS, IMAGE, OTHER_WORKS, in_words, kinds_of
from models.evidence.pool import overview_of
from models.facts.classifier import FactsSettings
from models.facts.features import GROUPS
from models.versions.checkpoint import MANIFEST, Manifest
from models.versions.registry import CARD, ORIGIN, figures_of, folder_key, row_of

_SPLITS = {
    "artist": "artist-disjoint: no artist and no group of near-duplicates is in two parts",
    "random": "random by image: an artist's artworks are in all parts, so figures are optimistic",
}
_MEASURES = {
    "accuracy": "accuracy",
    "majority_accuracy": "majority class",
    "macro_f1": "macro-F1",
    "majority_macro_f1": "majority class",
    "ece": "calibration error",
}
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

_EVIDENCE_USE = """\
- It predicts artworks without an image too, from what the catalog states; an artwork about which
  nothing is known is not predicted.
- Thresholds do not transfer: one that gives its precision here need not give it in another museum.
  So accepted predictions count only in catalogs that are open for them (`artcat status`), after
  their labels or an audit have shown the precision."""
_OTHER_WORKS_USE = """\
- The labels of an artist's other artworks usually decide where there are any; the figures on unseen
  artists are without them."""

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

_ACTIVE = re.compile(r"[\\`*_\[\]<>|~&#!:@$]|(?<=www)\.", re.IGNORECASE)
"""Dots, brackets and the like have no meaning within a line, where all such text is."""


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

    `figures` are those of `figures_of`; `imported`: whether it came with a card of another home.
    """
    settings = manifest.settings
    use, beyond = [_USE], settings.config.kind in BEYOND_IMAGES
    if beyond:
        use.append(_EVIDENCE_USE)
    if _uses_other_works(manifest):
        use.append(_OTHER_WORKS_USE)
    sections = (
        ("What it is", _identity(manifest)),
        ("Intended use and limits", "\n".join(use)),
        ("Training data", _data(manifest, scheme, imported)),
        ("Components", _components(manifest))
        if beyond
        else ("Method and configuration", _method(manifest)),
        ("Evaluation", _figures(figures)),
        ("Combination and thresholds", _pools(manifest))
        if beyond
        else ("Calibration and thresholds", _calibration(manifest)),
        ("How to use it", _usage(manifest)),
    )
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
    rows = []
    for part in figures:
        cells: list[object] = [escaped(f"{part['scheme']}, {part['part']}"), part["works"]]
        for measure in _MEASURES:
            value, interval = part.get(measure), part.get(f"{measure}_interval")
            ends = f" ({interval[0]:.3f} to {interval[1]:.3f})" if interval else ""
            cells.append("-" if value is None else f"{value:.3f}{ends}")
        rows.append(cells)
    return (
        f"{table_of(('split, part', 'artworks', *_MEASURES.values()), rows)}\n\n"
        "The majority-class baseline (always predicting the most common training style) is beside "
        "each measure. The validation part was used to choose epochs, temperature and champion; "
        "the test part was not used for any choice. "
        "In brackets, where given: the 95 % interval."
    )


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


def _usage(manifest: Manifest) -> str:
    """Write the commands that promote, export and import a model, and how Python predicts."""
    facts = manifest.settings.config.kind in BEYOND_IMAGES
    text = (
        "```\n"
        f"artcat models promote {manifest.model_version}\n"
        f"artcat models export {manifest.model_version} model.zip\n"
        "artcat models import model.zip --home elsewhere\n"
        "```\n\n"
        "In Python, with the folder that holds `weights.safetensors` and `model.json`:\n\n"
        f"```python\n{_PREDICT_FACTS if facts else _PREDICT_IMAGES}\n```"
    )
    image = "With an image as well: `artcat classify painting.jpg --date 1885`."
    return f"{text}\n\n{image}" if manifest.settings.image else text


def _uses_other_works(manifest: Manifest) -> bool:
    return any(OTHER_WORKS in kinds_of(pattern) for pattern in manifest.settings.pools)


def _components(manifest: Manifest) -> str:
    """Describe each kind of evidence: its model, and the facts that the model uses."""
    settings, parts = manifest.settings, manifest.record.parts
    rows: list[tuple[str, str, str]] = []
    if settings.image is not None:
        config = settings.image.config
        start = f", starting from {escaped(config.pretrained)}" if config.pretrained else ""
        what = f"{escaped(config.architecture)} ({escaped(config.method)}){start}"
        rows.append((IMAGE, what, parts.get(IMAGE, "in this file")))
    if settings.facts is not None:
        rows.append((FACTS, "gradient-boosted trees", parts.get(FACTS, "in this file")))
    if _uses_other_works(manifest):
        what = "smoothed frequency of styles among the artist's other labelled artworks"
        rows.append((OTHER_WORKS, what, "-"))
    text = table_of(("evidence", "from", "model"), [(k, w, escaped(v)) for k, w, v in rows])
    text += f"\n\nFitted in {manifest.record.seconds:.0f} s with seed {settings.config.seed}."
    return f"{text}\n\n{_facts(settings.facts)}" if settings.facts else text


def _pools(manifest: Manifest) -> str:
    """Describe how evidence is combined, the compared methods, and the thresholds."""
    found = overview_of(manifest.settings.pools, manifest.record.metrics)
    head = ("evidence", "artworks fitted on", "method", "weights", "accepted from", "review from")
    rows = [
        (
            in_words(pool["pattern"]),
            f"{pool['artworks']:,}",
            pool["method"],
            ", ".join(f"{kind} {weight:.3f}" for kind, weight in pool["weights"].items()),
            *("never" if at is None else f"{at:.4f}" for at in (pool["accept"], pool["review"])),
        )
        for pool in found
    ]
    compared = [
        (in_words(pool["pattern"]), ", ".join(f"{m} {each:.4f}" for m, each in losses.items()))
        for pool in found
        if (losses := pool["losses"])
    ]
    accepted = [
        (escaped(catalog), f"{accepted:,}", f"{right / accepted:.3f}" if accepted else "-")
        for catalog, (accepted, right) in manifest.record.accepted.items()
    ]
    sections = [
        "Log-probabilities of each kind of evidence are combined by a pool for the pattern in "
        "which an artwork has them. Pools are fitted on predictions by models that were not "
        "trained on the artwork. Accepted are predictions from the confidence on that gives a "
        f"precision of {THRESHOLD_PRECISION:.0%} on held-out artworks; below the second threshold, "
        "where a prediction is more often wrong than right, the model abstains. A pattern without "
        "a pool is predicted by the largest pool within it.",
        table_of(head, rows),
    ]
    if compared:
        sections += [
            "Methods compared by log-loss on held-out folds, in nats; the default is replaced "
            "only by one that is clearly better:",
            table_of(("evidence", "log-loss"), compared),
        ]
    if accepted:
        sections += [
            "Held-out training artworks that would be accepted, by catalog of the training home:",
            table_of(("catalog", "accepted", "precision"), accepted),
        ]
    return "\n\n".join(sections)


def _facts(settings: FactsSettings) -> str:
    encoding = settings.encoding
    forms = {"forms": encoding.forms, "types": encoding.types, "professions": encoding.professions}
    known = {
        "place": {"nationalities": encoding.nationalities},
        "technique": {"words": encoding.technique_words},
        "form": forms,
    }
    rows = []
    for group, columns in GROUPS.items():
        names = [
            f"{what}: {', '.join(map(escaped, categories))}"
            for what, categories in known.get(group, {}).items()
            if categories
        ]
        rows.append((group, ", ".join(f"`{column}`" for column in columns), "; ".join(names)))
    return (
        "Facts that it knows; each may be missing, and the artist's name is not among them.\n\n"
        + table_of(("fact", "columns of `artworks`", "categories"), rows)
    )


def escaped(text: object) -> str:
    """Escape text for Markdown, on one line and in a cell of a table.

    Unprintable characters, which could disturb a terminal, are left out.
    """
    line = "".join(each for each in " ".join(str(text).split()) if each.isprintable())
    return _ACTIVE.sub(r"\\\g<0>", line)


def table_of(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Write a table; its cells must be escaped already."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(map(str, row)) + " |" for row in rows]
    return "\n".join(lines)
