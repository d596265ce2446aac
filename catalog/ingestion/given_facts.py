"""Facts given with images outside any catalog, normalised as a catalog's are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa

from catalog.base.errors import SourceError
from catalog.ingestion import ingest
from catalog.sources import HISTORIC_ART, open_source
from catalog.sources.parameters import GivenFacts, IngestParameters
from catalog.sources.source import ARTWORKS, STAGED
from catalog.storage import duck
from catalog.storage.schemas import TABLES

CATALOG = "given"
"""The catalog of such artworks; no home has one of that name written to its tables."""
_PROBLEMS = {"date": "date_problem", "life": "born_died_problem", "size": "size_problem"}


def normalise_facts(facts: GivenFacts) -> tuple[pa.Table, dict[str, str]]:
    """Normalise the facts of one artwork.

    Returns:
        One row with the columns of the table `artworks`, and by fact why it could not be read.
    """
    given = facts.model_dump() | {"born_died": facts.life}
    row = {f"{name}_given": text for name, text in given.items() if text and name != "life"}
    staged = pa.Table.from_pylist([{**row, "source_id": "1", "line": 1, "raw": ""}], STAGED)
    with duck.open_database() as connection:
        connection.from_arrow(staged).create("staged")
        ingest.normalise(connection, CATALOG, ingest.style_mapping())
        found = duck.arrow(connection, "FROM ingested_rows")
    reasons = found.select(list(_PROBLEMS.values())).to_pylist()[0]
    problems = {name: reasons[column] for name, column in _PROBLEMS.items() if reasons[column]}
    return _as_artworks(found), problems


def read_facts(source: str, file: str) -> Mapping[str, pa.Table]:
    """Read and normalise the facts in a file, by the name of the image they are about.

    Args:
        source: how the file is laid out: `historic-art`, `wga-catalog` or a mapping (.toml).
        file: a CSV, or a folder that holds it.

    Returns:
        One row with the columns of the table `artworks` by the image's file name, without folders.

    Raises:
        SourceError: if the file or the mapping cannot be read.
    """
    if source == HISTORIC_ART and file.lower().endswith(".csv") and Path(file).name != ARTWORKS:
        raise SourceError(f"{file} is not {ARTWORKS}: name its mapping with --source MAPPING.toml")
    opened = open_source(IngestParameters(catalog=file, source=source))
    with duck.open_database() as connection:
        opened.stage(connection)
        ingest.normalise(connection, CATALOG, ingest.style_mapping(opened))
        found = duck.arrow(
            connection, "FROM ingested_rows WHERE outcome = 'artwork' AND image_key IS NOT NULL"
        )
    rows, keys = _as_artworks(found), found["image_key"].to_pylist()
    return {str(key).rpartition("/")[2]: rows.slice(at, 1) for at, key in enumerate(keys)}


def _as_artworks(rows: pa.Table) -> pa.Table:
    """Give normalised rows the columns of the table `artworks`, without labels."""
    schema = pa.schema([field.with_nullable(True) for field in TABLES["artworks"].schema])
    known = set(rows.column_names) - {"style"}
    columns = [
        rows[field.name].cast(field.type)
        if field.name in known
        else pa.nulls(rows.num_rows, field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(columns, schema=schema)
