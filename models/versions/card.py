"""The model card of a trained model, in Markdown: what it is, for what, from what, how good.

The sections follow Mitchell et al. 2019, Model cards for model reporting. Whatever came from a
catalog or a person is escaped, so that a style's name cannot become a link or break a table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from catalog.datasets import base_of
from catalog.store import Store
from models.classifiers.calibration import NEVER, TARGET_PRECISION
from models.evaluation.figures import figures_of
from models.versions.checkpoint import MANIFEST, Manifest
from models.versions.registry import CARD, ORIGIN, folder_key, row_of

_ACTIVE = re.compile(r"[\\`*_\[\]<>|~&#!:@$]|(?<=www)\.", re.IGNORECASE)
"""Dots, brackets and the like mean nothing in the middle of a line, where all such text stands."""

_SPLITS = {
    "artist": "artist-disjoint: no artist and no group of near-duplicates is in two parts",
    "random": "random by image: works of one artist are in all parts, which flatters every figure",
}
_MEASURES = (
    ("accuracy", "accuracy"),
    ("majority_accuracy", "majority class"),
    ("macro_f1", "macro-F1"),
    ("majority_macro_f1", "majority class"),
    ("ece", "calibration error"),
)
_USE = """\
It gives each work of art a style, a confidence and one of three decisions, for a museum's nightly
run and for people who then review what is uncertain.

- It knows the styles below and no others: a work of another style is called one of these.
- A style here is the period of a work's artist as its catalog has it, not a judgement of the work.
- Its figures speak of works like those it learnt from. On another museum's catalog, measure it
  there first.
- A style with few training works is rarely told right, whatever the mean over all styles says.
- It is not fit to attribute, date, authenticate or value a work.
- A prediction never replaces a catalog's own label, and a person's review counts before both."""


def write(home: Store, model_version: str) -> str:
    """Write a model's card from its files and its evaluations so far; the text.

    Raises:
        FileNotFoundError: if the model's files are not there.
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
    """The card's text.

    Args:
        manifest: what the checkpoint says of itself.
        scheme: the split whose train part it learnt from.
        figures: one dict per scheme and part, as `models.evaluation.figures.figures_of` gives them.
        imported: whether it came from another home with a card of its own.
    """
    sections = (
        ("What it is", _identity(manifest)),
        ("Intended use and limits", _USE),
        ("Training data", _data(manifest, scheme, imported)),
        ("Method and configuration", _method(manifest)),
        ("How good it is", _figures(figures)),
        ("Calibration and thresholds", _calibration(manifest)),
        ("How to use it", _loading(manifest.model_version)),
    )
    body = "\n\n".join(f"## {title}\n\n{text}" for title, text in sections)
    return f"# Model {manifest.model_version}\n\n{body}\n"


def escaped(text: object) -> str:
    """Text that Markdown shows as it is, on one line and in a cell of a table."""
    return _ACTIVE.sub(r"\\\g<0>", " ".join(str(text).split()))


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
    names = map(escaped, settings.styles)
    split = f" ({_SPLITS[base_of(scheme)]})" if scheme else ""
    both = settings.config.cross_validate
    parts = "the train and validation parts" if both else "the train part"
    lines = [
        f"{sum(settings.counts)} works, fingerprint "
        f"{escaped(manifest.record.data_fingerprint or 'unknown')}; {parts} of the split "
        f"{escaped(scheme or 'unknown')}{split}",
        _table(("style", "training works"), zip(names, settings.counts, strict=True)),
    ]
    if imported:
        lines.append(
            "It was trained in another home. The figures below were measured in this one, on works "
            f"of which some may have been among its training works; `{ORIGIN}{CARD}` came with it."
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
    return f"{spent}{kept}.\n\n{_table(('setting', 'value'), rows)}"


def _figures(figures: Sequence[dict[str, Any]]) -> str:
    if not figures:
        return "Not measured yet: run `artcat evaluate`."
    rows = [
        (
            escaped(f"{part['scheme']}, {part['part']}"),
            part["works"],
            *(_figure(part, measure) for measure, _ in _MEASURES),
        )
        for part in figures
    ]
    head = ("split, part", "works", *(name for _, name in _MEASURES))
    return (
        f"{_table(head, rows)}\n\n"
        "Beside each measure stands what always answering the commonest training style reaches. "
        "The validation part chose epochs, temperature and champion; the test part chose nothing. "
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
        "No prediction is accepted: whatever the confidence, too few of the held-out works were "
        f"right, or too few reached it, to promise {TARGET_PRECISION:.0%}."
        if found.accept_threshold >= NEVER
        else f"A prediction is accepted from a confidence of {found.accept_threshold:.4f} on, from "
        f"where {TARGET_PRECISION:.0%} of the held-out works were right."
    )
    return (
        f"Logits are divided by the temperature {found.temperature:.4f}. {accept} Below "
        f"{found.review_threshold:.4f}, where the best guess is worse than even, the model "
        "abstains; between the two a person should look."
    )


def _loading(model_version: str) -> str:
    return (
        "```\n"
        f"artcat models promote {model_version}\n"
        f"artcat models export {model_version} model.zip\n"
        "artcat models import model.zip --home elsewhere\n"
        "```\n\n"
        "In Python, with the folder that holds `weights.safetensors` and `model.json`:\n\n"
        "```python\n"
        "from pathlib import Path\n"
        "from models.versions.checkpoint import load\n\n"
        "classifier = load(Path('folder'))\n"
        "predictions = classifier.predict([Path('painting.jpg').read_bytes()])\n"
        "print(predictions.top(0))\n"
        "```"
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(map(str, row)) + " |" for row in rows]
    return "\n".join(lines)
