"""Tables as the first version of artcat made them: its columns, written down once and for all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pyarrow as pa
from deltalake import DeltaTable, write_deltalake

from catalog.access import delta_options
from catalog.store import Store
from catalog.tables import table_uri

_text, _int, _real, _flag = pa.string(), pa.int64(), pa.float64(), pa.bool_()
_time = pa.timestamp("us", tz="UTC")
_guesses = pa.list_(pa.struct([("style", _text), ("confidence", _real)]))
DROPPED = {"enriched": {"removed"}}
"""Columns that are no longer there, by table."""
_slots = pa.list_(pa.struct([("slot", _text), ("value", _text), ("source", _text)]))

COLUMNS: dict[str, tuple[str, dict[str, pa.DataType]]] = {
    "artworks": (
        "artwork_id",
        {
            **dict.fromkeys(
                "artwork_id catalog source_id artist_given artist artist_display artist_key "
                "artist_url profession born_died_given nationality_given nationality base_given "
                "title_given title picture_data_given technique form style_given style image_key "
                "source_url row_hash".split(),
                _text,
            ),
            **dict.fromkeys(("first_seen_at", "last_changed_at", "removed_at"), _time),
        },
    ),
    "quarantine": (
        "catalog row_hash occurrence",
        {
            **{"catalog": _text, "row_hash": _text, "occurrence": _int, "file": _text},
            **{"line": _int, "raw": _text, "reason": _text},
            **{"first_seen_at": _time, "resolved_at": _time},
        },
    ),
    "images": (
        "artwork_id",
        {
            **{"artwork_id": _text, "catalog": _text, "uri": _text, "etag": _text},
            **{"size_bytes": _int, "sha256": _text, "format": _text, "width": _int},
            **{"height": _int, "status": _text, "error": _text, "preparation": _text},
            "shard": _text,
        },
    ),
    "splits": (
        "artwork_id scheme",
        dict.fromkeys(("artwork_id", "scheme", "catalog", "group_id", "part"), _text),
    ),
    "models": (
        "model_version",
        {
            **dict.fromkeys(
                "model_version kind architecture scheme preset training_key data_fingerprint "
                "config history".split(),
                _text,
            ),
            **{"styles": pa.list_(_text), "precision": _text, "temperature": _real},
            **{"accept_threshold": _real, "review_threshold": _real, "code_version": _text},
            **{"works": _int, "seconds": _real, "created_at": _time},
        },
    ),
    "promotions": (
        "promoted_at role",
        {"promoted_at": _time, "role": _text, "model_version": _text, "reason": _text},
    ),
    "evaluations": (
        "model_version scheme part style metric",
        {
            **dict.fromkeys(("model_version", "scheme", "part", "style", "metric"), _text),
            **{"value": _real, "support": _int},
        },
    ),
    "predictions": (
        "artwork_id prediction_key",
        {
            **{"artwork_id": _text, "prediction_key": _text, "catalog": _text},
            **{"model_version": _text, "image_sha256": _text, "style": _text},
            **{"confidence": _real, "top_k": _guesses, "decision": _text, "in_training": _flag},
        },
    ),
    "descriptions": (
        "artwork_id description_key",
        {
            **{"artwork_id": _text, "description_key": _text, "catalog": _text},
            **{"language": _text, "text": _text, "slots": _slots},
        },
    ),
    "enriched": (
        "artwork_id",
        {
            **dict.fromkeys(
                "artwork_id catalog artist artist_display title nationality technique form "
                "catalog_style predicted_style".split(),
                _text,
            ),
            **{"confidence": _real, "decision": _text, "in_training": _flag, "style": _text},
            **{"style_source": _text, "disagrees": _flag, "description": _text},
            **{"image_status": _text, "image_sha256": _text, "removed": _flag},
        },
    ),
    "runs": (
        "run_id",
        {
            **{"run_id": _text, "flow": _text, "catalog": _text, "status": _text},
            **{"started_at": _time, "ended_at": _time, "counts": _text, "seconds": _text},
            **{"versions_before": _text, "versions_after": _text, "error": _text},
        },
    ),
}
"""Each table of version 1 with its key and its columns."""

_VALUES: dict[pa.DataType, object] = {
    _text: "x",
    _int: 3,
    _real: 0.5,
    _flag: True,
    _time: datetime(2026, 11, 23, tzinfo=UTC),
    pa.list_(_text): ["Rococo"],
    _guesses: [{"style": "Rococo", "confidence": 0.5}],
    _slots: [{"slot": "style", "value": "Rococo", "source": "catalog"}],
}

_JSON = dict.fromkeys(("counts", "seconds", "versions_before", "versions_after"), "{}")


def schema_of(name: str) -> pa.Schema:
    """The columns of a table of version 1."""
    key, columns = COLUMNS[name]
    return pa.schema([pa.field(n, kind, nullable=n not in key) for n, kind in columns.items()])


def row_of(name: str, **given: object) -> dict[str, object]:
    """A row of such a table in which each column has a value."""
    known = {**_JSON, **given} if name == "runs" else given
    return {n: known.get(n, _VALUES[kind]) for n, kind in COLUMNS[name][1].items()}


def make_table(home: Store, name: str, *rows: Mapping[str, object], version: str = "1") -> None:
    """Make a table and put rows into it, as version 1 did."""
    schema, uri, options = schema_of(name), table_uri(home, name), delta_options(home)
    DeltaTable.create(
        uri,
        schema=schema,
        name=name,
        configuration={"artcat.schema_version": version, "delta.enableChangeDataFeed": "true"},
        storage_options=options,
        raise_if_key_not_exists=False,
    )
    table = pa.Table.from_pylist(list(rows), schema=schema)
    write_deltalake(uri, table, mode="append", storage_options=options)


def make_home(home: Store) -> dict[str, list[dict[str, object]]]:
    """Every table of version 1 with two rows; the rows by table."""
    rows = {name: [row_of(name), row_of(name, **_second(name))] for name in COLUMNS}
    for name, given in rows.items():
        make_table(home, name, *given)
    return rows


def _second(name: str) -> dict[str, object]:
    """What tells a second row from the first: a key of its own."""
    first = COLUMNS[name][0].split()[0]
    return {first: "y" if COLUMNS[name][1][first] == _text else datetime(2026, 11, 24, tzinfo=UTC)}
