"""Objects in a folder or in S3, through one interface.

A home, a catalog folder and an image folder are all stores. Keys are relative, with forward
slashes; a key that could leave the store is refused.
"""

from __future__ import annotations

from pathlib import Path

from catalog.base.errors import StoreError
from catalog.base.secrets import refuse_credentials
from catalog.storage.store.folder import FolderStore, put_whole
from catalog.storage.store.objects import WRITING, ObjectInfo, Store, Unfinished, check_key
from catalog.storage.store.s3 import S3Store

__all__ = [
    "WRITING",
    "FolderStore",
    "ObjectInfo",
    "S3Store",
    "Store",
    "Unfinished",
    "check_key",
    "open_store",
    "put_whole",
]


def open_store(uri: str | Path) -> Store:
    """Open the store at a folder or at s3://bucket/prefix.

    Raises:
        StoreError: for an address of another kind.
        ArtcatError: for one that holds credentials.
    """
    text = str(uri)
    refuse_credentials(text, "the address of a home or catalog")
    if text.startswith("s3://"):
        return S3Store(text)
    if "://" in text or text.lower().startswith("s3:/"):
        raise StoreError(f"{text}: a home is a folder or s3://bucket/prefix")
    return FolderStore(text)
