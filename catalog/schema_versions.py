"""The versions of the schema: what each added to tables that were there before.

A table says in its metadata by which version it was written. Whoever changes a table in
`catalog.schemas` begins a version here. Columns are only ever added, and rows of before have null
in them: so a table is brought up to date without being read, by the first write to it, and can be
read before that. A table that is new as a whole is no matter of versions: it is made when it is
first written.
"""

from __future__ import annotations

from collections.abc import Mapping

from catalog.errors import SchemaError

PROPERTY = "artcat.schema_version"
"""The name of the version in a table's metadata."""

ADDED: dict[int, dict[str, tuple[str, ...]]] = {
    # Versions were not counted before: tables of version 1 may have some of these already.
    2: {
        "artworks": (
            *("born", "died", "active_from", "active_to", "date_given", "date_earliest"),
            *("date_latest", "date_certainty", "technique_given", "size_given", "height_cm"),
            *("width_cm", "depth_cm", "diameter_cm", "location_given", "location", "form_given"),
            *("type_given", "timeframe_given", "timeframe_from", "timeframe_to"),
        ),
        "images": ("phash", "near_duplicate_group"),
        "splits": ("fold",),
        "models": ("method", "imported_at"),
        "evaluations": ("prior_correction", "lower", "upper"),
        "enriched": (
            *("review_decision", "descriptions", "closest", "flags", "generated_caption"),
        ),
    },
    3: {
        "artworks": ("iiif_manifest", "iiif_image"),
        "work_changes": ("changed_at",),
    },
    4: {
        "serving": ("evidence",),
        "evaluations": ("evidence",),
        "predictions": ("pattern", "evidence", "because"),
        "enriched": (
            *("prediction_key", "model_version", "pattern", "evidence", "because"),
            *("date_earliest", "date_latest", "born", "died", "location", "source_url"),
        ),
    },
    5: {
        "artworks": ("attributions", "outside"),
        "enriched": ("attributions", "review_state"),
    },
}
"""Columns by the version that added them, and by table."""

NULL_MEANS: dict[str, dict[str, str]] = {"evaluations": {"evidence": "all"}}
"""What null stands for, by table, in a column of the key that a version added."""

OLDEST = min(ADDED) - 1
SCHEMA_VERSION = max(ADDED)
"""The version that this artcat writes."""


def stated_in(configuration: Mapping[str, str | None]) -> str:
    """The version of the schema that a table's metadata states."""
    return configuration.get(PROPERTY) or str(OLDEST)


def version_in(name: str, configuration: Mapping[str, str | None]) -> int:
    """By which version of the schema a table was written, from its metadata.

    Raises:
        SchemaError: if that version is unknown here.
    """
    stated = stated_in(configuration)
    if not is_known(stated):
        raise SchemaError(
            f"the table {name} was written by a later version of artcat (schema {stated}, this "
            f"one knows {SCHEMA_VERSION}): install that version, or choose another home"
        )
    return int(stated)


def is_known(stated: str) -> bool:
    """Whether tables of that version can be read and written here."""
    return stated.isdecimal() and int(stated) <= SCHEMA_VERSION
