"""Errors that a person can act on; the command line prints each as one line."""

from __future__ import annotations

from typing import Any


class ArtcatError(Exception):
    """Invalid input: the message says what to do. Exit code 2, no traceback."""


class SourceError(ArtcatError):
    """A catalog that cannot be read: no such folder, a missing column, an empty file."""


class CheckError(SourceError):
    """A check of a table failed; `results` are those of all its checks, for the row in `runs`."""

    def __init__(self, message: str, results: list[dict[str, Any]]) -> None:
        super().__init__(message)
        self.results = results


class StoreError(ArtcatError):
    """A home that cannot be reached, read or written."""


class TransientError(StoreError):
    """A transient failure of a home: the operation may succeed if tried again."""


class SchemaError(StoreError):
    """A table of another version of the schema."""


class ImageError(ArtcatError):
    """An image that cannot be used; `status` is the value kept in the images table."""

    def __init__(self, status: str, message: str) -> None:
        super().__init__(message)
        self.status = status


class ModelError(ArtcatError):
    """An unknown model, or a checkpoint that does not fit."""


class TooFewArtworksError(ModelError):
    """Error for training data with fewer than two styles."""


class QueryError(ArtcatError):
    """A SQL query that is refused or fails."""
