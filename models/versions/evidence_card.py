"""Sections of the model card of facts and combined classifiers."""

from __future__ import annotations

from models.classifiers.calibration import THRESHOLD_PRECISION
from models.config import BEYOND_IMAGES
from models.evidence.patterns import FACTS, IMAGE, OTHER_WORKS, in_words, kinds_of
from models.evidence.pool import PoolOverview, overview_of
from models.facts.classifier import FactsSettings
from models.facts.features import GROUPS
from models.versions.checkpoint import Manifest
from models.versions.markdown import escaped, table_of

_LIMITS = """\
- It predicts artworks without an image too, from what the catalog states; an artwork about which
  nothing is known is not predicted.
- Thresholds do not transfer: one that gives its precision here need not give it in another museum.
  So accepted predictions count only in catalogs that are open for them (`artcat status`), after
  their labels or an audit have shown the precision."""
_OTHER_WORKS = """\
- The labels of an artist's other artworks usually decide where there are any; the figures on unseen
  artists are without them."""


def limits(manifest: Manifest) -> list[str]:
    """List the limits of a model beyond those of image classifiers."""
    if manifest.settings.config.kind not in BEYOND_IMAGES:
        return []
    return [_LIMITS, _OTHER_WORKS] if _uses_other_works(manifest) else [_LIMITS]


def components(manifest: Manifest) -> str:
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


def pools(manifest: Manifest) -> str:
    """Describe how evidence is combined, the compared methods, and the thresholds."""
    found = overview_of(manifest.settings.pools, manifest.record.metrics)
    rows = [
        (
            in_words(pool.pattern),
            f"{pool.artworks:,}",
            pool.method,
            ", ".join(f"{kind} {weight:.3f}" for kind, weight in pool.weights.items()),
            _threshold(pool.accept),
            _threshold(pool.review),
        )
        for pool in found
    ]
    head = ("evidence", "artworks fitted on", "method", "weights", "accepted from", "review from")
    text = (
        "Log-probabilities of each kind of evidence are combined by a pool for the pattern in "
        "which an artwork has them. Pools are fitted on predictions by models that were not "
        "trained on the artwork. Accepted are predictions from the confidence on that gives a "
        f"precision of {THRESHOLD_PRECISION:.0%} on held-out artworks; below the second threshold, "
        "where a prediction is more often wrong than right, the model abstains. A pattern without "
        "a pool is predicted by the largest pool within it."
    )
    sections = [text, table_of(head, rows), _compared(found), _accepted(manifest)]
    return "\n\n".join(section for section in sections if section)


def _uses_other_works(manifest: Manifest) -> bool:
    return any(OTHER_WORKS in kinds_of(pattern) for pattern in manifest.settings.pools)


def _facts(settings: FactsSettings) -> str:
    encoding = settings.encoding
    known = {
        "place": {"nationalities": encoding.nationalities},
        "technique": {"words": encoding.technique_words},
        "form": {
            "forms": encoding.forms,
            "types": encoding.types,
            "professions": encoding.professions,
        },
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


def _compared(found: list[PoolOverview]) -> str:
    rows = [
        (in_words(pool.pattern), ", ".join(f"{m} {loss:.4f}" for m, loss in pool.losses.items()))
        for pool in found
        if pool.losses
    ]
    if not rows:
        return ""
    text = (
        "Methods compared by log-loss on held-out folds, in nats; the default is replaced "
        "only by one that is clearly better:"
    )
    return f"{text}\n\n{table_of(('evidence', 'log-loss'), rows)}"


def _accepted(manifest: Manifest) -> str:
    rows = [
        (escaped(catalog), f"{accepted:,}", f"{right / accepted:.3f}" if accepted else "-")
        for catalog, (accepted, right) in manifest.record.accepted.items()
    ]
    if not rows:
        return ""
    text = "Held-out training artworks that would be accepted, by catalog of the training home:"
    return f"{text}\n\n{table_of(('catalog', 'accepted', 'precision'), rows)}"


def _threshold(value: float | None) -> str:
    return "never" if value is None else f"{value:.4f}"
