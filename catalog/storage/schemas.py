"""Schemas of a home's tables: grain, key, columns, and the version that a table states.

A table of another version is listed, and neither read nor written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from catalog.base.errors import SchemaError

PROPERTY = "artcat.schema_version"
"""The name of the version in a table's metadata."""
SCHEMA_VERSION = 7
"""The version that this artcat reads and writes; raise it when a schema changes."""
ADVICE = "Ingest the catalogs into a new home, or install the artcat that wrote it."

_text = pa.string()
_texts = pa.list_(_text)
_int = pa.int64()
_real = pa.float64()
_flag = pa.bool_()
_time = pa.timestamp("us", tz="UTC")


@dataclass(frozen=True)
class TableSpec:
    """A Delta table: one row per `grain`, identified by `key`."""

    name: str
    grain: str
    key: tuple[str, ...]
    schema: pa.Schema
    change_feed: bool = True
    immutable: bool = False
    """Whether the key determines the whole row, so that an existing row is never rewritten."""


_Columns = tuple[pa.DataType, str]
"""Columns in a row that have one type: the type and their names."""


def _rows_of(*columns: _Columns) -> pa.DataType:
    """Return the type of a list of rows with these columns."""
    named = [(name, kind) for kind, names in columns for name in names.split()]
    return pa.list_(pa.struct(named))


def _spec(
    name: str,
    grain: str,
    key: str,
    *columns: _Columns,
    change_feed: bool = True,
    immutable: bool = False,
) -> TableSpec:
    keys = tuple(key.split())
    fields = [
        pa.field(column, kind, nullable=column not in keys)
        for kind, names in columns
        for column in names.split()
    ]
    return TableSpec(name, grain, keys, pa.schema(fields), change_feed, immutable)


ATTRIBUTIONS = _rows_of((_text, "name qualifier role"), (_int, "born died"), (_text, "nationality"))
_closest = _rows_of((_text, "artwork_id artist title"), (_real, "similarity"))
_evidence = _rows_of((_text, "evidence style"), (_real, "probability weight"), (_text, "basis"))

_SPECS = (
    _spec(
        "artworks",
        "work",
        "artwork_id",
        (_text, "artwork_id catalog source_id artist_given artist artist_display"),
        (ATTRIBUTIONS, "attributions"),
        (_text, "artist_key artist_url profession born_died_given"),
        (_int, "born died active_from active_to"),
        (_text, "nationality_given nationality base_given title_given title picture_data_given"),
        (_text, "date_given"),
        (_int, "date_earliest date_latest"),
        (_text, "date_certainty technique_given technique size_given"),
        (_real, "height_cm width_cm depth_cm diameter_cm"),
        (_text, "location_given location form_given form type_given timeframe_given"),
        (_int, "timeframe_from timeframe_to"),
        (_text, "style_given style outside image_key source_url iiif_manifest iiif_image"),
        (_text, "row_hash"),
        (_time, "first_seen_at last_changed_at removed_at"),
    ),
    _spec(
        "quarantine",
        "input row that could not be used",
        "catalog row_hash occurrence",
        (_text, "catalog row_hash"),
        (_int, "occurrence"),
        (_text, "file"),
        (_int, "line"),
        (_text, "raw reason"),
        (_time, "first_seen_at resolved_at"),
    ),
    _spec(
        "images",
        "work",
        "artwork_id",
        (_text, "artwork_id catalog uri etag"),
        (_int, "size_bytes"),
        (_text, "sha256 phash near_duplicate_group format"),
        (_int, "width height"),
        (_text, "status error preparation shard"),
    ),
    _spec(
        "splits",
        "work x scheme",
        "artwork_id scheme",
        (_text, "artwork_id scheme catalog group_id part"),
        (_int, "fold"),
    ),
    _spec(
        "embeddings",
        "image x encoder",
        "embedding_key",
        (_text, "embedding_key image_sha256 encoder preprocessing"),
        (pa.list_(pa.float32()), "vector"),
        change_feed=False,
        immutable=True,
    ),
    _spec(
        "models",
        "trained model",
        "model_version",
        (_text, "model_version method kind architecture scheme preset training_key"),
        (_text, "data_fingerprint config history"),
        (_texts, "styles"),
        (_text, "precision"),
        (_real, "temperature accept_threshold review_threshold"),
        (_text, "code_version"),
        (_int, "works"),
        (_real, "seconds"),
        (_time, "created_at imported_at"),
    ),
    _spec(
        "promotions",
        "promotion",
        # with the model: two that are promoted at the same moment are two rows
        "promoted_at role model_version",
        (_time, "promoted_at"),
        (_text, "role model_version reason"),
    ),
    _spec(
        "serving",
        "model that was made ready for enrichment",
        "model_version",
        (_text, "model_version precision"),
        (_texts, "encoders"),
        (_text, "preprocessing"),
        (_int, "images"),
        (_real, "cosine same_style"),
        (_text, "reason"),
        (_texts, "evidence"),
    ),
    _spec(
        "evaluations",
        "model x scheme x part x evidence x prior correction x style x metric",
        "model_version scheme part evidence prior_correction style metric",
        (_text, "model_version scheme part evidence"),
        (_flag, "prior_correction"),
        (_text, "style metric"),
        (_real, "value lower upper"),
        (_int, "support"),
    ),
    _spec(
        "predictions",
        "artwork x classifier",
        "artwork_id prediction_key",
        (_text, "artwork_id prediction_key catalog model_version image_sha256 style"),
        (_real, "confidence"),
        (_rows_of((_text, "style"), (_real, "confidence")), "top_k"),
        (_text, "decision"),
        (_flag, "in_training"),
        (_text, "pattern"),
        (_evidence, "evidence"),
        (_text, "because"),
    ),
    _spec(
        "descriptions",
        "work x language",
        "artwork_id description_key",
        (_text, "artwork_id description_key catalog language text"),
        (_rows_of((_text, "slot value source")), "slots"),
    ),
    _spec(
        "reviews",
        "decision of a person",
        "review_id",
        (_text, "review_id artwork_id catalog reviewer"),
        (_time, "decided_at"),
        (_text, "decision style shown_style"),
        (_real, "shown_confidence"),
        (_text, "shown_prediction_key note"),
    ),
    _spec(
        "acceptance",
        "catalog",
        "catalog",
        (_text, "catalog state basis model_version"),
        (_real, "target"),
        (_int, "artworks right_artworks"),
        (_real, "precision lower"),
        (_text, "reason"),
        (_time, "changed_at"),
    ),
    _spec(
        "audits",
        "artwork drawn for an audit",
        "audit_id artwork_id",
        (_text, "audit_id catalog artwork_id stratum"),
        (_time, "drawn_at"),
        (_text, "model_version shown_style"),
        (_real, "shown_confidence"),
    ),
    _spec(
        "closest",
        "work of an unknown artist",
        "artwork_id",
        (_text, "artwork_id catalog basis"),
        (_closest, "works"),
    ),
    _spec(
        "enriched",
        "artwork that is in its catalog, as people read it",
        "artwork_id",
        (_text, "artwork_id catalog artist artist_display"),
        (ATTRIBUTIONS, "attributions"),
        (_text, "title nationality technique form catalog_style predicted_style"),
        (_real, "confidence"),
        (_text, "decision"),
        (_flag, "in_training"),
        (_text, "style style_source"),
        (_flag, "disagrees"),
        (_text, "description image_status image_sha256 review_decision review_state"),
        (_rows_of((_text, "language text")), "descriptions"),
        (_closest, "closest"),
        (_texts, "flags"),
        (_text, "prediction_key model_version pattern"),
        (_evidence, "evidence"),
        (_text, "because"),
        (_int, "date_earliest date_latest born died"),
        (_text, "location source_url"),
    ),
    _spec(
        "work_changes",
        "run x work that it changed",
        "run_id artwork_id",
        (_text, "run_id artwork_id catalog kind style_before style_after style_source_before"),
        (_text, "style_source_after"),
        (_real, "confidence_before confidence_after"),
        (_flag, "disagrees"),
        (_texts, "reasons"),
        (_time, "changed_at"),
        change_feed=False,
    ),
    _spec(
        "trials",
        "trial of a tuning study",
        "study number",
        (_text, "study"),
        (_int, "number"),
        (_text, "state kind space scheme setting params attributes intermediate"),
        (_real, "value"),
        (_int, "epochs"),
        (_real, "seconds"),
        (_text, "message"),
        (_time, "started_at ended_at"),
    ),
    _spec(
        "runs",
        "flow run",
        "run_id",
        (_text, "run_id flow catalog status"),
        (_time, "started_at ended_at"),
        (_text, "result seconds versions_before versions_after error"),
    ),
)

TABLES: dict[str, TableSpec] = {spec.name: spec for spec in _SPECS}
"""Every table of a home by name."""


def stated_in(configuration: Mapping[str, str | None]) -> str:
    """Return the version of the schema that a table's metadata states."""
    return configuration.get(PROPERTY) or "unknown"


def is_current(stated: str) -> bool:
    """Return whether tables of that version can be read and written here."""
    return stated == str(SCHEMA_VERSION)


def require_current(name: str, configuration: Mapping[str, str | None]) -> None:
    """Raise SchemaError, which says what to do, if a table is of another version."""
    if not is_current(stated := stated_in(configuration)):
        raise SchemaError(
            f"the table {name} was written by another version of artcat (schema {stated}; "
            f"this one uses {SCHEMA_VERSION}): {ADVICE[0].lower()}{ADVICE[1:-1]}"
        )
