"""The schema version, stated in a table's metadata; raise it when a schema changes.

A table of another version is listed, and neither read nor written.
"""

from __future__ import annotations

from collections.abc import Mapping

from catalog.base.errors import SchemaError

PROPERTY = "artcat.schema_version"
"""The name of the version in a table's metadata."""

SCHEMA_VERSION = 7
"""The version that this artcat reads and writes."""

ADVICE = "Ingest the catalogs into a new home, or install the artcat that wrote it."


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
