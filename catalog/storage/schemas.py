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


_TYPES: dict[str, pa.DataType] = {
    "": pa.string(),
    "int": pa.int64(),
    "real": pa.float64(),
    "flag": pa.bool_(),
    "time": pa.timestamp("us", tz="UTC"),
    "texts": pa.list_(pa.string()),
    "vector": pa.list_(pa.float32()),
}


def _columns(text: str) -> list[tuple[str, pa.DataType]]:
    """Return the columns that a text lists, such as `title width:int`: texts unless typed."""
    named = (column.partition(":") for column in text.split())
    return [(name, _TYPES[kind]) for name, _, kind in named]


def _rows_of(columns: str) -> pa.DataType:
    return pa.list_(pa.struct(_columns(columns)))


ATTRIBUTIONS = _rows_of("name qualifier role born:int died:int nationality")
_TYPES |= {
    "attributions": ATTRIBUTIONS,
    "artworks": _rows_of("artwork_id artist title similarity:real"),
    "evidence": _rows_of("evidence style probability:real weight:real basis"),
    "styles": _rows_of("style confidence:real"),
    "slots": _rows_of("slot value source"),
    "translations": _rows_of("language text"),
}


def _spec(
    name: str,
    grain: str,
    key: str,
    columns: str,
    *,
    change_feed: bool = True,
    immutable: bool = False,
) -> TableSpec:
    keys = tuple(key.split())
    fields = [pa.field(name, kind, nullable=name not in keys) for name, kind in _columns(columns)]
    return TableSpec(name, grain, keys, pa.schema(fields), change_feed, immutable)


_SPECS = (
    _spec(
        "artworks",
        "work",
        "artwork_id",
        "artwork_id catalog source_id artist_given artist artist_display "
        "attributions:attributions artist_key artist_url profession born_died_given born:int "
        "died:int active_from:int active_to:int nationality_given nationality base_given "
        "title_given title picture_data_given date_given date_earliest:int date_latest:int "
        "date_certainty technique_given technique size_given height_cm:real width_cm:real "
        "depth_cm:real diameter_cm:real location_given location form_given form type_given "
        "timeframe_given timeframe_from:int timeframe_to:int style_given style outside image_key "
        "source_url iiif_manifest iiif_image row_hash first_seen_at:time last_changed_at:time "
        "removed_at:time",
    ),
    _spec(
        "quarantine",
        "input row that could not be used",
        "catalog row_hash occurrence",
        "catalog row_hash occurrence:int file line:int raw reason first_seen_at:time "
        "resolved_at:time",
    ),
    _spec(
        "images",
        "work",
        "artwork_id",
        "artwork_id catalog uri etag size_bytes:int sha256 phash near_duplicate_group format "
        "width:int height:int status error preparation shard",
    ),
    _spec(
        "splits",
        "work x scheme",
        "artwork_id scheme",
        "artwork_id scheme catalog group_id part fold:int",
    ),
    _spec(
        "embeddings",
        "image x encoder",
        "embedding_key",
        "embedding_key image_sha256 encoder preprocessing vector:vector",
        change_feed=False,
        immutable=True,
    ),
    _spec(
        "models",
        "trained model",
        "model_version",
        "model_version method kind architecture scheme preset training_key data_fingerprint "
        "config history styles:texts precision temperature:real accept_threshold:real "
        "review_threshold:real code_version works:int seconds:real created_at:time "
        "imported_at:time",
    ),
    _spec(
        "promotions",
        "promotion",
        # with the model: two that are promoted at the same moment are two rows
        "promoted_at role model_version",
        "promoted_at:time role model_version reason",
    ),
    _spec(
        "serving",
        "model that was made ready for enrichment",
        "model_version",
        "model_version precision encoders:texts preprocessing images:int cosine:real "
        "same_style:real reason evidence:texts",
    ),
    _spec(
        "evaluations",
        "model x scheme x part x evidence x prior correction x style x metric",
        "model_version scheme part evidence prior_correction style metric",
        "model_version scheme part evidence prior_correction:flag style metric value:real "
        "lower:real upper:real support:int",
    ),
    _spec(
        "predictions",
        "artwork x classifier",
        "artwork_id prediction_key",
        "artwork_id prediction_key catalog model_version image_sha256 style confidence:real "
        "top_k:styles decision in_training:flag pattern evidence:evidence because",
    ),
    _spec(
        "descriptions",
        "work x language",
        "artwork_id description_key",
        "artwork_id description_key catalog language text slots:slots",
    ),
    _spec(
        "reviews",
        "decision of a person",
        "review_id",
        "review_id artwork_id catalog reviewer decided_at:time decision style shown_style "
        "shown_confidence:real shown_prediction_key note",
    ),
    _spec(
        "acceptance",
        "catalog",
        "catalog",
        "catalog state basis model_version target:real artworks:int right_artworks:int "
        "precision:real lower:real reason changed_at:time",
    ),
    _spec(
        "audits",
        "artwork drawn for an audit",
        "audit_id artwork_id",
        "audit_id catalog artwork_id stratum drawn_at:time model_version shown_style "
        "shown_confidence:real",
    ),
    _spec(
        "closest",
        "work of an unknown artist",
        "artwork_id",
        "artwork_id catalog basis works:artworks",
    ),
    _spec(
        "enriched",
        "artwork that is in its catalog, as people read it",
        "artwork_id",
        "artwork_id catalog artist artist_display attributions:attributions title nationality "
        "technique form catalog_style predicted_style confidence:real decision in_training:flag "
        "style style_source disagrees:flag description image_status image_sha256 review_decision "
        "review_state descriptions:translations closest:artworks flags:texts prediction_key "
        "model_version pattern evidence:evidence because date_earliest:int date_latest:int "
        "born:int died:int location source_url",
    ),
    _spec(
        "work_changes",
        "run x work that it changed",
        "run_id artwork_id",
        "run_id artwork_id catalog kind style_before style_after style_source_before "
        "style_source_after confidence_before:real confidence_after:real disagrees:flag "
        "reasons:texts changed_at:time",
        change_feed=False,
    ),
    _spec(
        "trials",
        "trial of a tuning study",
        "study number",
        "study number:int state kind space scheme setting params attributes intermediate "
        "value:real epochs:int seconds:real message started_at:time ended_at:time",
    ),
    _spec(
        "runs",
        "flow run",
        "run_id",
        "run_id flow catalog status started_at:time ended_at:time result seconds versions_before "
        "versions_after error",
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
