"""Sources of catalogs: each stages its rows in the same columns."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

from catalog.base.errors import SourceError
from catalog.base.file_kinds import TABLE_ENDINGS
from catalog.sources.draft import SAMPLE_ROWS
from catalog.sources.historic_art import ARTISTS, HistoricArt
from catalog.sources.image_sources import ADDRESSES, FOLDER, ImageSource, open_images
from catalog.sources.mapped import Mapped
from catalog.sources.mapping import Mapping, parse_mapping, read_mapping
from catalog.sources.parameters import IngestParameters
from catalog.sources.row_table import RowTable
from catalog.sources.source import CatalogFiles, FileFormat, Source, is_table
from catalog.storage.store import Store, open_store

HISTORIC_ART = "historic-art"
WGA_CATALOG = "wga-catalog"


def open_source(parameters: IngestParameters) -> Source:
    """Return the source that the parameters name.

    Raises:
        SourceError: for an unknown source or an unfit mapping.
    """
    file_format = FileFormat(parameters.encoding, parameters.delimiter)
    if parameters.source == HISTORIC_ART:
        folder, _ = _folder_and_file(parameters.catalog)
        catalog = CatalogFiles(folder, file_format)
        if parameters.artists is None:
            return HistoricArt(catalog, catalog, ARTISTS)
        artists, file = _folder_and_file(parameters.artists)
        return HistoricArt(catalog, CatalogFiles(artists, file_format), file or ARTISTS)
    return open_mapped(parameters)


def open_mapped(parameters: IngestParameters) -> Mapped:
    """Open the file that the parameters name, read through their mapping; raises SourceError."""
    mapping = _mapping(parameters.source)
    folder, given = _folder_and_file(parameters.catalog)
    file = given or mapping.file
    if file is None:
        raise SourceError(
            f"{parameters.catalog} does not name a file: give its path, or set `file` in the "
            "mapping"
        )
    file_format = FileFormat(
        parameters.encoding or mapping.encoding,
        parameters.delimiter or mapping.delimiter,
        mapping.sheet,
        mapping.records,
    )
    return Mapped(CatalogFiles(folder, file_format), file, mapping)


def open_table(uri: str, file_format: FileFormat) -> RowTable:
    """Read all columns of a file's first rows.

    Raises:
        SourceError: if it cannot be read.
    """
    folder, file = _folder_and_file(uri)
    if file is None:
        raise SourceError(f"{uri} is not a table: its name must end in {', '.join(TABLE_ENDINGS)}")
    return CatalogFiles(folder, file_format).rows_of(file, "check its path", None, most=SAMPLE_ROWS)


def _mapping(source: str) -> Mapping:
    if source == WGA_CATALOG:
        text = (files("catalog.sources") / "mappings" / f"{WGA_CATALOG}.toml").read_text("utf-8")
        return parse_mapping(text, WGA_CATALOG)
    if source.endswith(".toml"):
        return read_mapping(Path(source))
    raise SourceError(
        f"unknown source {source!r}: use {HISTORIC_ART}, {WGA_CATALOG} or a mapping file (.toml)"
    )


def _folder_and_file(uri: str) -> tuple[Store, str | None]:
    """Return a folder, or the folder and the name of a file in it."""
    if is_table(uri):
        folder, slash, name = uri.rpartition("/")
        return open_store(folder if slash else "."), name
    return open_store(uri), None


def catalog_name(parameters: IngestParameters) -> str:
    """Return the name of the catalog in the home: the requested one, or the source's own."""
    return parameters.name or open_source(parameters).default_name


def check_images_of(parameters: IngestParameters) -> None:
    """Raise StoreError if the folder of images that the parameters name is not there."""
    if parameters.images not in {None, ADDRESSES}:
        with open_images_of(parameters) as images:
            images.check()


@contextmanager
def open_images_of(parameters: IngestParameters) -> Iterator[ImageSource]:
    """The images of the catalog that the parameters name, closed at the end.

    Raises:
        StoreError: for an address of another kind.
    """
    folder, _ = _folder_and_file(parameters.catalog)
    with open_images(
        folder.uri,
        parameters.images,
        folder=FOLDER if parameters.source == HISTORIC_ART else "",
        allow_private_hosts=parameters.allow_private_hosts,
        follow_links=parameters.follow_links,
    ) as images:
        yield images
