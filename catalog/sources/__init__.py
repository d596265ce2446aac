"""Sources of catalogs: each stages its rows in the same columns."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.resources import files
from pathlib import Path

from catalog.base.errors import SourceError
from catalog.base.file_kinds import TABLE_ENDINGS
from catalog.sources.draft import SAMPLE_ROWS
from catalog.sources.image_folder import ImageFolder
from catalog.sources.image_sources import (
    ADDRESSES,
    FOLDER,
    ImageSource,
    StoredImages,
    WebImages,
)
from catalog.sources.mapped import Mapped
from catalog.sources.mapping import parse_mapping, read_mapping
from catalog.sources.parameters import IngestParameters
from catalog.sources.row_table import RowTable
from catalog.sources.source import ARTISTS, CatalogFile, FileFormat, HistoricArt, Source
from catalog.storage.store import FolderStore, Store, open_store

HISTORIC_ART = "historic-art"
WGA_CATALOG = "wga-catalog"


def open_source(parameters: IngestParameters) -> Source:
    """Return the source that the parameters name; raises SourceError if it is unfit or unknown."""
    if parameters.source != HISTORIC_ART:
        return open_mapped(parameters)
    folder, _ = _folder_and_file(parameters.catalog)
    artists, file = _folder_and_file(parameters.artists) if parameters.artists else (folder, None)
    file_format = FileFormat(parameters.encoding, parameters.delimiter)
    return HistoricArt(folder, artists, file or ARTISTS, file_format)


def open_mapped(parameters: IngestParameters) -> Mapped:
    """Open the file that the parameters name, read through their mapping; raises SourceError."""
    source = parameters.source
    if source == WGA_CATALOG:
        text = (files("catalog.sources") / "mappings" / f"{WGA_CATALOG}.toml").read_text("utf-8")
        mapping = parse_mapping(text, WGA_CATALOG)
    elif source.endswith(".toml"):
        mapping = read_mapping(Path(source))
    else:
        raise SourceError(
            f"unknown source {source!r}: use {HISTORIC_ART}, {WGA_CATALOG} or a mapping file "
            "(.toml)"
        )
    folder, given = _folder_and_file(parameters.catalog)
    if not (file := given or mapping.file):
        raise SourceError(
            f"{parameters.catalog} does not name a file: give its path, or set `file` in the "
            "mapping"
        )
    return Mapped(folder, file, mapping, parameters.encoding, parameters.delimiter)


def open_table(uri: str, file_format: FileFormat) -> RowTable:
    """Read all columns of a file's first rows; raises SourceError if it cannot be read."""
    folder, file = _folder_and_file(uri)
    if file is None:
        raise SourceError(f"{uri} is not a table: its name must end in {', '.join(TABLE_ENDINGS)}")
    return CatalogFile(folder, file, file_format, "check its path", None).rows(most=SAMPLE_ROWS)


def _folder_and_file(uri: str) -> tuple[Store, str | None]:
    """Return a folder, or the folder and the name of a file in it."""
    if uri.lower().endswith(TABLE_ENDINGS):
        folder, slash, name = uri.rpartition("/")
        return open_store(folder if slash else "."), name
    return open_store(uri), None


def catalog_name(parameters: IngestParameters) -> str:
    """Return the name of the catalog in the home: the requested one, or the source's own."""
    return parameters.name or open_source(parameters).default_name


def check_images_of(parameters: IngestParameters) -> None:
    """Raise StoreError if the folder of images that the parameters name is not there."""
    if parameters.images not in {None, ADDRESSES}:
        store = open_store(parameters.images)
        if isinstance(store, FolderStore):
            ImageFolder(store.folder).check_is_there()


@contextmanager
def open_images_of(parameters: IngestParameters) -> Iterator[ImageSource]:
    """Open the images of the catalog that the parameters name; they are closed at the end.

    Raises:
        StoreError: for an address of another kind.
    """
    images = parameters.images
    # In which artworks look for their images; with a mapping they name the whole path.
    folder = FOLDER if parameters.source == HISTORIC_ART else ""
    if images == ADDRESSES:
        allow = parameters.allow_private_hosts
        with closing(WebImages(folder=folder, allow_private_hosts=allow)) as web:
            yield web
        return
    store = _folder_and_file(parameters.catalog)[0] if images is None else open_store(images)
    if isinstance(store, FolderStore):
        store = ImageFolder(store.folder, follow_links=parameters.follow_links)
    yield StoredImages(store, folder, apart=images is not None)
