"""Sources of images: a folder or S3, or the web addresses in a catalog."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from threading import Thread

from catalog.base.errors import ImageError, StoreError
from catalog.base.file_kinds import TABLE_ENDINGS
from catalog.sources.image_folder import ImageFolder, Listing
from catalog.sources.web.limits import MEBIBYTE, FetchLimits
from catalog.storage.store import FolderStore, Store

ADDRESSES = "addresses"
"""Value of `--images` for images at the web addresses in the catalog."""

FOLDER = "artwork"
MAX_FILE_BYTES = 512 * MEBIBYTE


@dataclass(frozen=True)
class Fetched:
    """An image file as it is now; no data if it is still the one that was read before."""

    data: bytes | None
    etag: str | None
    size: int | None


class StoredImages:
    """Images as objects of a folder or of S3, read by several threads at once."""

    absence = "there is no such file"
    """Reason recorded for an image that is known to be missing without a request."""

    def __init__(self, store: Store, folder: str = FOLDER, *, apart: bool = False) -> None:
        """Name the folder of a store in which artworks look for their images.

        `apart`: the store is for images alone, so that it may be the folder itself.
        """
        self.store, self.folder, self.apart = store, folder, apart
        self.simultaneous = 1 if isinstance(store, FolderStore) else 8
        """Recommended number of concurrent reads, independent of the decoding threads."""
        self.place = store.uri
        """Location of the images, for messages."""

    def listing(self) -> Listing:
        """List what is below the folder, or below the store where that is the folder.

        Raises:
            StoreError: if it cannot be listed at all.
        """
        found = self._listed(self.folder)
        if self.folder:
            is_empty = not found.files and not found.unreadable
            return self._listed("").below(self.folder) if is_empty and self.apart else found
        # Where images are beside the catalog's own files, those files are not stray images.
        endings = (*TABLE_ENDINGS, ".toml")
        files = [info for info in found.files if not info.key.lower().endswith(endings)]
        return Listing(tuple(files), found.unreadable)

    def _listed(self, folder: str) -> Listing:
        if isinstance(self.store, ImageFolder):
            return self.store.walk(folder)
        return Listing(tuple(self.store.list(folder)))

    def fetch(self, key: str, etag: str | None, size: int | None) -> Fetched:
        """Read an image as it is in the listing.

        Raises:
            ImageError: with a status for its row: `missing`, `unreadable` or `too_large`.
        """
        if size is not None and size > MAX_FILE_BYTES:
            mebibytes = MAX_FILE_BYTES // MEBIBYTE
            raise ImageError("too_large", f"the file is larger than {mebibytes} MiB")
        if size == 0:
            return Fetched(b"", etag, size)  # unopened: it may be a file of the kernel's
        try:
            return Fetched(self._read(key), etag, size)
        except FileNotFoundError as error:
            raise ImageError("missing", "the file disappeared while it was read") from error
        except StoreError as error:
            raise ImageError("unreadable", str(error)) from error

    def _read(self, key: str) -> bytes:
        try:
            return self.store.read(key)
        except FileNotFoundError:
            if not self.apart or not key.startswith(f"{self.folder}/"):
                raise
            return self.store.read(key.removeprefix(f"{self.folder}/"))


class WebImages:
    """Images at web addresses, downloaded only if they changed; the interface of `StoredImages`."""

    absence = "the catalog gives no address"
    place = "the web"

    def __init__(
        self,
        limits: FetchLimits | None = None,
        *,
        folder: str = FOLDER,
        allow_private_hosts: bool = False,
    ) -> None:
        """Start the loop in which images are downloaded.

        Args:
            limits: of downloading.
            folder: of the layout in which an artwork names its file there and gives the image's
                address as its own; none if only an image's own address is one.
            allow_private_hosts: also send requests to hosts in private networks.
        """
        from catalog.sources.web.download import Downloader  # noqa: PLC0415 - takes a moment to import

        limits = limits or FetchLimits()
        self.folder, self.simultaneous = folder, limits.requests
        self._downloader = Downloader(limits, allow_private_hosts=allow_private_hosts)
        # All downloads share one event loop, so that a time-out covers every step of each.
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="downloads", daemon=True)
        self._thread.start()

    def listing(self) -> None:
        """Return no listing: what is at an address is known once it is fetched."""

    def fetch(self, key: str, etag: str | None, size: int | None) -> Fetched:  # noqa: ARG002
        """Download an image unless it is as it was; raises ImageError.

        `etag` is what came with the file that is held, None if none is held.
        """
        download = self._downloader.download(key, etag)
        data, validator = asyncio.run_coroutine_threadsafe(download, self._loop).result()
        if data is None:
            return Fetched(None, validator or etag, None)
        return Fetched(data, validator, len(data))

    def close(self) -> None:
        """Close the connections."""
        asyncio.run_coroutine_threadsafe(self._downloader.close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


ImageSource = StoredImages | WebImages
