"""The domain: sources, normalisation, images, store, tables. Imports neither Prefect nor torch."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from catalog.publishing.notebooks import Home


def open_home(uri: str | None = None) -> Home:
    """Open a home to read its published tables as pandas DataFrames.

    Args:
        uri: a folder or `s3://bucket/prefix`; by default the home of the settings.

    Raises:
        ArtcatError: if there is no home at that address.
    """
    from catalog.publishing.notebooks import Home  # noqa: PLC0415 - pandas takes a while to import

    return Home(uri)
