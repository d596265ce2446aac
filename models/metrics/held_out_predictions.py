"""Stored predictions of a model for artworks that it was not trained on.

Logits are stored before any temperature, with and without prior correction; accuracy,
calibration, intervals and comparisons of models all follow from them without the images.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from catalog.base.arrow import values
from catalog.base.errors import ModelError
from catalog.base.hashing import key_of
from catalog.base.wording import one_line
from catalog.storage.store import Store
from models.arrays import Floats, Vectors
from models.classifiers.calibration import prior_shift

if TYPE_CHECKING:
    from models.classifiers.classifier import Classifier

_DAMAGED = (pa.ArrowException, OSError, ValueError, TypeError, LookupError)
"""What a file of something else can raise."""
_NOTES = b"artcat.judgements"
_LOGITS = pa.list_(pa.float64())
_SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("artwork_id", "group_id", "style")]
    + [("plain", _LOGITS), ("corrected", _LOGITS)]
)
_MAX_ROWS = 10_000_000


@dataclass(frozen=True)
class HeldOutPredictions:
    """Logits of labelled artworks that the model was not trained on."""

    styles: tuple[str, ...]
    """The vocabulary of the model, in order."""
    artwork_ids: list[str]
    groups: list[str]
    """Groups to resample together: the artist in the scheme `artist`, else the artwork itself."""
    labels: npt.NDArray[np.int64]
    """Each artwork's style as an index into `styles`, `[n]`."""
    plain: Floats
    """Logits without prior correction, before the temperature, `[n, styles]`."""
    corrected: Floats
    """Logits with prior correction, before the temperature, `[n, styles]`."""
    out_of_fold: bool = False
    """Made by models trained on the other folds, not by the model itself."""

    def __len__(self) -> int:
        return len(self.artwork_ids)

    def __add__(self, other: HeldOutPredictions) -> HeldOutPredictions:
        """Concatenate predictions, such as those of the folds of a cross-validation.

        Raises:
            ValueError: if the vocabularies differ or an artwork is in both.
        """
        if self.styles != other.styles:
            raise ValueError("predictions of two vocabularies cannot be pooled")
        if both := set(self.artwork_ids) & set(other.artwork_ids):
            raise ValueError(f"{min(both)} would be predicted twice")
        return HeldOutPredictions(
            self.styles,
            self.artwork_ids + other.artwork_ids,
            self.groups + other.groups,
            np.concatenate([self.labels, other.labels]),
            np.concatenate([self.plain, other.plain]),
            np.concatenate([self.corrected, other.corrected]),
            self.out_of_fold or other.out_of_fold,
        )

    def logits(self, prior_correction: bool) -> Floats:
        """Logits `[n, styles]` before the temperature, with or without prior correction."""
        return self.corrected if prior_correction else self.plain

    def guesses(self, prior_correction: bool) -> npt.NDArray[np.int64]:
        """Return each artwork's most likely style, the first of equals, `[n]`."""
        guesses: npt.NDArray[np.int64] = self.logits(prior_correction).argmax(1)
        return guesses

    def take(self, rows: Sequence[int]) -> HeldOutPredictions:
        """Select some of the artworks, in the given order."""
        where = np.asarray(rows, np.int64)
        return replace(
            self,
            artwork_ids=[self.artwork_ids[row] for row in where],
            groups=[self.groups[row] for row in where],
            labels=self.labels[where],
            plain=self.plain[where],
            corrected=self.corrected[where],
        )

    @property
    def fingerprint(self) -> str:
        """Hash of the predicted artworks with their styles and groups, in any order."""
        names = [self.styles[label] for label in self.labels]
        return _fingerprint(zip(self.artwork_ids, names, self.groups, strict=True))


def held_out_predictions_of(
    styles: tuple[str, ...],
    works: pa.Table,
    plain: Floats,
    corrected: Floats,
    *,
    out_of_fold: bool = False,
) -> HeldOutPredictions:
    """Join logits with the artwork_id, style and group_id of the artworks, in their order."""
    index = {style: place for place, style in enumerate(styles)}
    return HeldOutPredictions(
        styles,
        [str(artwork_id) for artwork_id in values(works, "artwork_id")],
        [str(group) for group in values(works, "group_id")],
        np.array([index[style] for style in values(works, "style")], np.int64),
        plain,
        corrected,
        out_of_fold,
    )


def predict_held_out(
    classifier: Classifier,
    works: pa.Table,
    *,
    vectors: Sequence[Vectors] | None = None,
) -> HeldOutPredictions:
    """Predict held-out artworks, with and without prior correction, in at most one forward pass.

    Artworks whose style is not in the model's vocabulary are left out.

    Args:
        classifier: that was not trained on the artworks.
        works: the columns artwork_id, style, group_id, and image if it is used.
        vectors: of each of the model's encoders, `[n, d]`, if already computed.

    Raises:
        ImageError: if an image cannot be decoded.
    """
    from models.classifiers.classifier import encode_all, head_logits  # noqa: PLC0415 - they are also read where no model runs

    rows = [row for row, style in enumerate(values(works, "style")) if style in classifier.styles]
    works = works.take(pa.array(rows, pa.int64()))
    known = encode_all(classifier, works) if vectors is None else [each[rows] for each in vectors]
    plain = head_logits(classifier.with_prior_correction(False), known, works.num_rows)
    shift = prior_shift(classifier.counts, classifier.shares)
    return held_out_predictions_of(classifier.styles, works, plain, plain + shift)


def fingerprint_of(works: pa.Table, styles: Sequence[str]) -> str:
    """Return the fingerprint of predictions of these artworks by a model of these styles.

    Artworks of styles outside the vocabulary are not predicted.
    """
    columns = [values(works, name) for name in ("artwork_id", "style", "group_id")]
    rows = [tuple(map(str, row)) for row in zip(*columns, strict=True)]
    return _fingerprint(row for row in rows if row[1] in styles)


def write(home: Store, model_version: str, part: str, predictions: HeldOutPredictions) -> None:
    """Store a model's predictions of a part as Parquet beside its weights."""
    notes = {
        "styles": predictions.styles,
        "out_of_fold": predictions.out_of_fold,
        "fingerprint": predictions.fingerprint,
    }
    table = pa.table(
        {
            "artwork_id": predictions.artwork_ids,
            "group_id": predictions.groups,
            "style": [predictions.styles[label] for label in predictions.labels],
            "plain": list(predictions.plain),
            "corrected": list(predictions.corrected),
        },
        schema=_SCHEMA.with_metadata({_NOTES: json.dumps(notes).encode()}),
    )
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    home.write(_key(model_version, part), buffer.getvalue())


def read(home: Store, model_version: str, part: str) -> HeldOutPredictions | None:
    """Read a model's predictions of a part, None if there are none.

    Raises:
        ModelError: if the file is not one that `write` wrote.
    """
    key = _key(model_version, part)
    try:
        table = pq.read_table(pa.BufferReader(home.read(key)))
        notes = _notes_of(table.schema)
        styles = tuple(notes["styles"])
        plain, corrected = (
            np.array(values(table, name), np.float64).reshape(-1, len(styles))
            for name in ("plain", "corrected")
        )
        out_of_fold = bool(notes["out_of_fold"])
        return held_out_predictions_of(styles, table, plain, corrected, out_of_fold=out_of_fold)
    except FileNotFoundError:
        return None
    except _DAMAGED as error:
        raise ModelError(f"{home.uri}/{key} is damaged: {one_line(error, 300)}") from error


def styles_in(file: Path) -> tuple[str, ...]:
    """Read the vocabulary of a file of predictions without its rows.

    A small file may hold more rows than there is memory.

    Raises:
        ModelError: if the file lacks columns that `write` writes, or has too many rows.
    """
    try:
        with pq.ParquetFile(file) as parquet:
            rows, schema = parquet.metadata.num_rows, parquet.schema_arrow
            styles = tuple(map(str, _notes_of(schema)["styles"]))
    except _DAMAGED as error:
        raise ModelError(f"{file} is damaged: {one_line(error, 300)}") from error
    if not schema.equals(_SCHEMA) or rows > _MAX_ROWS:
        raise ModelError(f"{file} contains no stored predictions, or more than {_MAX_ROWS:,}")
    return styles


def _notes_of(schema: pa.Schema) -> dict[str, Any]:
    """Read the metadata that `write` adds. Raises ValueError if it is missing."""
    notes = json.loads((schema.metadata or {}).get(_NOTES, b"{}"))
    if not {"styles", "out_of_fold"} <= set(notes):
        raise ValueError("it contains no stored predictions")
    return dict(notes)


def _key(model_version: str, part: str) -> str:
    return f"models/{model_version}/judgements-{part}.parquet"


def _fingerprint(rows: Iterable[tuple[str, ...]]) -> str:
    return key_of(sorted(rows))[:16]
