"""Schemas of a home's tables: grain, key and columns."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

_text = pa.string()
_int = pa.int64()
_real = pa.float64()
_flag = pa.bool_()
_time = pa.timestamp("us", tz="UTC")
_closest = pa.list_(
    pa.struct([("artwork_id", _text), ("artist", _text), ("title", _text), ("similarity", _real)])
)
ATTRIBUTIONS = pa.list_(
    pa.struct(
        [
            *(("name", _text), ("qualifier", _text), ("role", _text)),
            *(("born", _int), ("died", _int), ("nationality", _text)),
        ]
    )
)
_evidence = pa.list_(
    pa.struct(
        [
            *(("evidence", _text), ("style", _text), ("probability", _real), ("weight", _real)),
            ("basis", _text),
        ]
    )
)


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


def _spec(
    name: str,
    grain: str,
    key: str,
    columns: dict[str, pa.DataType],
    *,
    change_feed: bool = True,
    immutable: bool = False,
) -> TableSpec:
    keys = tuple(key.split())
    fields = [pa.field(n, t, nullable=n not in keys) for n, t in columns.items()]
    return TableSpec(name, grain, keys, pa.schema(fields), change_feed, immutable)


_SPECS = (
    _spec(
        "artworks",
        "work",
        "artwork_id",
        {
            "artwork_id": _text,
            "catalog": _text,
            "source_id": _text,
            "artist_given": _text,
            "artist": _text,
            "artist_display": _text,
            "attributions": ATTRIBUTIONS,
            "artist_key": _text,
            "artist_url": _text,
            "profession": _text,
            "born_died_given": _text,
            "born": _int,
            "died": _int,
            "active_from": _int,
            "active_to": _int,
            "nationality_given": _text,
            "nationality": _text,
            "base_given": _text,
            "title_given": _text,
            "title": _text,
            "picture_data_given": _text,
            "date_given": _text,
            "date_earliest": _int,
            "date_latest": _int,
            "date_certainty": _text,
            "technique_given": _text,
            "technique": _text,
            "size_given": _text,
            "height_cm": _real,
            "width_cm": _real,
            "depth_cm": _real,
            "diameter_cm": _real,
            "location_given": _text,
            "location": _text,
            "form_given": _text,
            "form": _text,
            "type_given": _text,
            "timeframe_given": _text,
            "timeframe_from": _int,
            "timeframe_to": _int,
            "style_given": _text,
            "style": _text,
            "outside": _text,
            "image_key": _text,
            "source_url": _text,
            "iiif_manifest": _text,
            "iiif_image": _text,
            "row_hash": _text,
            "first_seen_at": _time,
            "last_changed_at": _time,
            "removed_at": _time,
        },
    ),
    _spec(
        "quarantine",
        "input row that could not be used",
        "catalog row_hash occurrence",
        {
            "catalog": _text,
            "row_hash": _text,
            "occurrence": _int,
            "file": _text,
            "line": _int,
            "raw": _text,
            "reason": _text,
            "first_seen_at": _time,
            "resolved_at": _time,
        },
    ),
    _spec(
        "images",
        "work",
        "artwork_id",
        {
            "artwork_id": _text,
            "catalog": _text,
            "uri": _text,
            "etag": _text,
            "size_bytes": _int,
            "sha256": _text,
            "phash": _text,
            "near_duplicate_group": _text,
            "format": _text,
            "width": _int,
            "height": _int,
            "status": _text,
            "error": _text,
            "preparation": _text,
            "shard": _text,
        },
    ),
    _spec(
        "splits",
        "work x scheme",
        "artwork_id scheme",
        {
            "artwork_id": _text,
            "scheme": _text,
            "catalog": _text,
            "group_id": _text,
            "part": _text,
            "fold": _int,
        },
    ),
    _spec(
        "embeddings",
        "image x encoder",
        "embedding_key",
        {
            "embedding_key": _text,
            "image_sha256": _text,
            "encoder": _text,
            "preprocessing": _text,
            "vector": pa.list_(pa.float32()),
        },
        change_feed=False,
        immutable=True,
    ),
    _spec(
        "models",
        "trained model",
        "model_version",
        {
            "model_version": _text,
            "method": _text,
            "kind": _text,
            "architecture": _text,
            "scheme": _text,
            "preset": _text,
            "training_key": _text,
            "data_fingerprint": _text,
            "config": _text,
            "history": _text,
            "styles": pa.list_(_text),
            "precision": _text,
            "temperature": _real,
            "accept_threshold": _real,
            "review_threshold": _real,
            "code_version": _text,
            "works": _int,
            "seconds": _real,
            "created_at": _time,
            "imported_at": _time,
        },
    ),
    _spec(
        "promotions",
        "promotion",
        # with the model: two that are promoted at the same moment are two rows
        "promoted_at role model_version",
        {"promoted_at": _time, "role": _text, "model_version": _text, "reason": _text},
    ),
    _spec(
        "serving",
        "model that was made ready for enrichment",
        "model_version",
        {
            "model_version": _text,
            "precision": _text,
            "encoders": pa.list_(_text),
            "preprocessing": _text,
            "images": _int,
            "cosine": _real,
            "same_style": _real,
            "reason": _text,
            "evidence": pa.list_(_text),
        },
    ),
    _spec(
        "evaluations",
        "model x scheme x part x evidence x prior correction x style x metric",
        "model_version scheme part evidence prior_correction style metric",
        {
            "model_version": _text,
            "scheme": _text,
            "part": _text,
            "evidence": _text,
            "prior_correction": _flag,
            "style": _text,
            "metric": _text,
            "value": _real,
            "lower": _real,
            "upper": _real,
            "support": _int,
        },
    ),
    _spec(
        "predictions",
        "artwork x classifier",
        "artwork_id prediction_key",
        {
            "artwork_id": _text,
            "prediction_key": _text,
            "catalog": _text,
            "model_version": _text,
            "image_sha256": _text,
            "style": _text,
            "confidence": _real,
            "top_k": pa.list_(pa.struct([("style", _text), ("confidence", _real)])),
            "decision": _text,
            "in_training": _flag,
            "pattern": _text,
            "evidence": _evidence,
            "because": _text,
        },
    ),
    _spec(
        "descriptions",
        "work x language",
        "artwork_id description_key",
        {
            "artwork_id": _text,
            "description_key": _text,
            "catalog": _text,
            "language": _text,
            "text": _text,
            "slots": pa.list_(pa.struct([("slot", _text), ("value", _text), ("source", _text)])),
        },
    ),
    _spec(
        "reviews",
        "decision of a person",
        "review_id",
        {
            "review_id": _text,
            "artwork_id": _text,
            "catalog": _text,
            "reviewer": _text,
            "decided_at": _time,
            "decision": _text,
            "style": _text,
            "shown_style": _text,
            "shown_confidence": _real,
            "shown_prediction_key": _text,
            "note": _text,
        },
    ),
    _spec(
        "acceptance",
        "catalog",
        "catalog",
        {
            "catalog": _text,
            "state": _text,
            "basis": _text,
            "model_version": _text,
            "target": _real,
            "artworks": _int,
            "right_artworks": _int,
            "precision": _real,
            "lower": _real,
            "reason": _text,
            "changed_at": _time,
        },
    ),
    _spec(
        "audits",
        "artwork drawn for an audit",
        "audit_id artwork_id",
        {
            "audit_id": _text,
            "catalog": _text,
            "artwork_id": _text,
            "stratum": _text,
            "drawn_at": _time,
            "model_version": _text,
            "shown_style": _text,
            "shown_confidence": _real,
        },
    ),
    _spec(
        "closest",
        "work of an unknown artist",
        "artwork_id",
        {"artwork_id": _text, "catalog": _text, "basis": _text, "works": _closest},
    ),
    _spec(
        "enriched",
        "artwork that is in its catalog, as people read it",
        "artwork_id",
        {
            "artwork_id": _text,
            "catalog": _text,
            "artist": _text,
            "artist_display": _text,
            "attributions": ATTRIBUTIONS,
            "title": _text,
            "nationality": _text,
            "technique": _text,
            "form": _text,
            "catalog_style": _text,
            "predicted_style": _text,
            "confidence": _real,
            "decision": _text,
            "in_training": _flag,
            "style": _text,
            "style_source": _text,
            "disagrees": _flag,
            "description": _text,
            "image_status": _text,
            "image_sha256": _text,
            "review_decision": _text,
            "review_state": _text,
            "descriptions": pa.list_(pa.struct([("language", _text), ("text", _text)])),
            "closest": _closest,
            "flags": pa.list_(_text),
            "prediction_key": _text,
            "model_version": _text,
            "pattern": _text,
            "evidence": _evidence,
            "because": _text,
            "date_earliest": _int,
            "date_latest": _int,
            "born": _int,
            "died": _int,
            "location": _text,
            "source_url": _text,
        },
    ),
    _spec(
        "work_changes",
        "run x work that it changed",
        "run_id artwork_id",
        {
            "run_id": _text,
            "artwork_id": _text,
            "catalog": _text,
            "kind": _text,
            "style_before": _text,
            "style_after": _text,
            "style_source_before": _text,
            "style_source_after": _text,
            "confidence_before": _real,
            "confidence_after": _real,
            "disagrees": _flag,
            "reasons": pa.list_(_text),
            "changed_at": _time,
        },
        change_feed=False,
    ),
    _spec(
        "trials",
        "trial of a tuning study",
        "study number",
        {
            "study": _text,
            "number": _int,
            "state": _text,
            "kind": _text,
            "space": _text,
            "scheme": _text,
            "setting": _text,
            "params": _text,
            "attributes": _text,
            "intermediate": _text,
            "value": _real,
            "epochs": _int,
            "seconds": _real,
            "message": _text,
            "started_at": _time,
            "ended_at": _time,
        },
    ),
    _spec(
        "runs",
        "flow run",
        "run_id",
        {
            "run_id": _text,
            "flow": _text,
            "catalog": _text,
            "status": _text,
            "started_at": _time,
            "ended_at": _time,
            "result": _text,
            "seconds": _text,
            "versions_before": _text,
            "versions_after": _text,
            "error": _text,
        },
    ),
)

TABLES: dict[str, TableSpec] = {spec.name: spec for spec in _SPECS}
"""Every table of a home by name."""
