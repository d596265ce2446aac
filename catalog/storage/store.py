"""Objects in a folder or in S3, through one interface.

A home, a catalog folder and an image folder are all stores. Keys are relative, with forward
slashes; a key that could leave the store is refused.
"""

from __future__ import annotations

import mimetypes
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from http import HTTPStatus
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, TypeAlias

from tenacity import retry, retry_if_exception_type, stop_after_attempt

from catalog.base.errors import StoreError, TransientError
from catalog.base.files import open_regular, read_regular
from catalog.base.secrets import refuse_credentials, scrubbed

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

WRITING = ".writing-"
"""Name prefix of temporary files."""
_COPIED_AT_ONCE = 1024 * 1024


@dataclass(frozen=True)
class ObjectInfo:
    """An object in a listing; `etag` changes when the content does."""

    key: str
    size: int
    etag: str
    modified: datetime | None = field(default=None, compare=False)
    """When it was written, if the listing is a store's own."""


@dataclass(frozen=True)
class Unfinished:
    """A partly written object; it is invisible and takes space."""

    key: str
    started: datetime
    upload: str = ""
    """Id of the upload in S3."""


def check_key(key: str) -> str:
    """Return the key if it stays inside a store.

    Raises:
        StoreError: for an absolute key, `..`, a backslash or a control character.
    """
    parts = PurePosixPath(key).parts
    if not parts or key.startswith("/") or ".." in parts or "\\" in key or not key.isprintable():
        raise StoreError(f"{key!r} is not a valid object key: use relative/path/name")
    return key


@contextmanager
def file_errors(action: str, path: Path) -> Iterator[None]:
    """Raise StoreError, which names the file, instead of OSError.

    FileNotFoundError stays what it is when reading.
    """
    try:
        yield
    except OSError as error:
        if isinstance(error, FileNotFoundError) and action == "read":
            raise
        raise StoreError(f"cannot {action} {path}: {error.strerror or error}") from error


def put_whole(path: Path, fill: Callable[[IO[bytes]], object]) -> None:
    """Create or replace a file atomically: write a temporary file beside it, then rename.

    Raises:
        StoreError: if it cannot be written; whatever else `fill` raises.
    """
    temporary = None
    try:
        with file_errors("write", path):
            with tempfile.NamedTemporaryFile(dir=path.parent, prefix=WRITING, delete=False) as file:
                temporary = Path(file.name)
                fill(file)
                file.flush()
                os.fsync(file.fileno())
            # mkstemp creates private files; other users read a home too
            os.umask(mask := os.umask(0))
            temporary.chmod(0o666 & ~mask)
            temporary.replace(path)
    except BaseException:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        raise


class FolderStore:
    """Objects as files below a folder."""

    def __init__(self, folder: str | Path) -> None:
        try:
            self.folder = Path(folder).expanduser().resolve()
        # No such user, a loop of links, a NUL, a working directory that was deleted
        except (RuntimeError, ValueError, OSError) as error:
            raise StoreError(f"{str(folder)!r} is not a folder: {error}") from error
        self.uri = str(self.folder)

    def path(self, key: str) -> Path:
        """Return the file of an object."""
        return self.folder / check_key(key)

    def read(self, key: str) -> bytes:
        """Return the bytes of an object; raises FileNotFoundError, StoreError."""
        with file_errors("read", self.path(key)):
            return read_regular(self.path(key))

    def read_into(self, key: str, file: IO[bytes]) -> None:
        """Write an object that need not fit into memory to a file; raises as `read` does."""
        with file_errors("read", self.path(key)), open_regular(self.path(key)) as source:
            shutil.copyfileobj(source, file, _COPIED_AT_ONCE)

    def write(self, key: str, data: bytes) -> None:
        """Put an object, wholly or not at all."""
        put_whole(self._place(key), lambda file: file.write(data))

    def write_file(self, key: str, file: Path) -> None:
        """Put a file's contents, which need not fit into memory, wholly or not at all."""
        with file.open("rb") as source:
            put_whole(
                self._place(key), lambda target: shutil.copyfileobj(source, target, _COPIED_AT_ONCE)
            )

    def put_new(self, key: str, data: bytes) -> bool:
        """Write an object unless it exists; return whether it was written."""
        path = self._place(key)
        try:
            with file_errors("write", path), path.open("xb") as file:
                file.write(data)
        except StoreError as error:
            if isinstance(error.__cause__, FileExistsError):
                return False
            raise
        return True

    def _place(self, key: str) -> Path:
        """Return the file of an object, whose folder is made."""
        path = self.path(key)
        with file_errors("write", path):
            path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def exists(self, key: str) -> bool:
        """Return whether the object is there."""
        return self.path(key).is_file()

    def list(self, prefix: str = "") -> Iterator[ObjectInfo]:
        """Return every object below a folder, in order of key."""
        root = self.path(prefix) if prefix else self.folder
        found = []
        for path in (Path(parent) / name for parent, _, names in os.walk(root) for name in names):
            try:
                stat = path.stat()
            except OSError:
                continue  # it disappeared, or is a dangling link: not an object
            key = path.relative_to(self.folder).as_posix()
            etag = f"{stat.st_mtime_ns}-{stat.st_size}"
            modified = datetime.fromtimestamp(stat.st_mtime, UTC)
            found.append(ObjectInfo(key, stat.st_size, etag, modified))
        yield from sorted(found, key=lambda info: info.key)

    def delete(self, key: str) -> None:
        """Remove an object; nothing happens if it is not there; raises StoreError."""
        with file_errors("delete", self.path(key)):
            self.path(key).unlink(missing_ok=True)

    def unfinished(self) -> Iterator[Unfinished]:
        """List partly written objects, including those of killed writers: temporary files."""
        for info in self.list():
            if info.modified and PurePosixPath(info.key).name.startswith(WRITING):
                yield Unfinished(info.key, info.modified)

    def discard(self, unfinished: Unfinished) -> None:
        """Remove a partly written object; nothing happens if it is gone."""
        self.delete(unfinished.key)

    def uri_of(self, key: str) -> str:
        """Return the address of an object or folder for delta-rs and DuckDB."""
        return str(self.path(key))

    def check_writable(self) -> None:
        """Raise StoreError, with advice, unless objects can be written here."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self.folder, prefix=WRITING):
                pass
        except OSError as error:
            raise StoreError(
                f"cannot write to the home {self.folder}: {error.strerror or error}; "
                "choose another with --home"
            ) from error


class _CutError(TransientError):
    """A truncated response, which boto3 does not retry."""


class S3Store:
    """Objects below a prefix of a bucket; credentials by boto3's own chain."""

    def __init__(self, uri: str) -> None:
        # Not parsed as a URL: a key may hold `#` and `?`
        self.bucket, _, prefix = uri.removeprefix("s3://").partition("/")
        if not self.bucket:
            raise StoreError(f"{uri} has no bucket: write s3://bucket/prefix")
        self.prefix = prefix.removesuffix("/")
        self.uri = f"s3://{self.bucket}/{self.prefix}" if self.prefix else f"s3://{self.bucket}"

    @cached_property
    def client(self) -> S3Client:
        """The boto3 client, made on first use (boto3 takes half a second to import)."""
        import boto3  # noqa: PLC0415
        from botocore.config import Config  # noqa: PLC0415

        client = boto3.client(
            "s3",
            config=Config(
                retries={"mode": "standard", "max_attempts": 8},
                connect_timeout=10,
                max_pool_connections=32,
            ),
        )
        refuse_credentials(client.meta.endpoint_url, "AWS_ENDPOINT_URL")
        return client

    @contextmanager
    def _clear_errors(self, key: str = "") -> Iterator[None]:
        from botocore import exceptions as boto  # noqa: PLC0415

        try:
            yield
        except boto.ClientError as error:
            details = error.response.get("Error", {})
            code, message = details.get("Code", ""), details.get("Message") or ""  # Ceph has none
            if code in {"NoSuchKey", "NoSuchUpload", "404", "NotFound"}:
                raise FileNotFoundError(f"{self.uri}/{key}") from error
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
            kind = TransientError if status >= HTTPStatus.INTERNAL_SERVER_ERROR else StoreError
            cause = f"{code} {message}".strip()
            raise kind(scrubbed(f"{self.uri}: {cause}. {_advice(code)}")) from error
        except (boto.IncompleteReadError, boto.ResponseStreamingError) as error:
            raise _CutError(f"{self.uri}: {error}. {_advice('')}") from error
        except boto.HTTPClientError as error:
            raise TransientError(f"{self.uri}: {error}. {_advice('')}") from error
        except boto.BotoCoreError as error:
            raise StoreError(f"{self.uri}: {error}. {_advice('')}") from error

    def key(self, key: str) -> str:
        """Return the full key in the bucket."""
        return f"{self.prefix}/{check_key(key)}" if self.prefix else check_key(key)

    @retry(retry=retry_if_exception_type(_CutError), stop=stop_after_attempt(6), reraise=True)
    def read(self, key: str) -> bytes:
        """Return the bytes of an object; raises FileNotFoundError, StoreError."""
        with self._clear_errors(key):
            return self.client.get_object(Bucket=self.bucket, Key=self.key(key))["Body"].read()

    def read_into(self, key: str, file: IO[bytes]) -> None:
        """Write an object that need not fit into memory to a file; raises as `read` does."""
        with self._clear_errors(key):
            self.client.download_fileobj(self.bucket, self.key(key), file)

    def write(self, key: str, data: bytes) -> None:
        """Put an object, wholly or not at all."""
        # Browsers only open a page that is served as HTML
        kind = mimetypes.guess_type(key)[0] or "application/octet-stream"
        with self._clear_errors(key):
            self.client.put_object(
                Bucket=self.bucket, Key=self.key(key), Body=data, ContentType=kind
            )

    def write_file(self, key: str, file: Path) -> None:
        """Put a file's contents, which need not fit into memory, wholly or not at all."""
        with self._clear_errors(key), file.open("rb") as source:
            self.client.upload_fileobj(source, self.bucket, self.key(key))

    def put_new(self, key: str, data: bytes) -> bool:
        """Write an object unless it exists; return whether it was written."""
        from botocore.exceptions import ClientError  # noqa: PLC0415

        with self._clear_errors(key):
            try:
                self.client.put_object(
                    Bucket=self.bucket, Key=self.key(key), Body=data, IfNoneMatch="*"
                )
            except ClientError as error:
                status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
                if status in {HTTPStatus.PRECONDITION_FAILED, HTTPStatus.CONFLICT}:
                    return False
                raise
        return True

    def exists(self, key: str) -> bool:
        """Return whether the object is there."""
        try:
            self.etag(key)
        except FileNotFoundError:
            return False
        return True

    def etag(self, key: str) -> str:
        """Return the entity tag of an object; raises FileNotFoundError."""
        with self._clear_errors(key):
            found = self.client.head_object(Bucket=self.bucket, Key=self.key(key))
        return found["ETag"].strip('"')

    def list(self, prefix: str = "") -> Iterator[ObjectInfo]:
        """Return every object below a folder, in order of key."""
        start = f"{self.key(prefix)}/" if prefix else f"{self.prefix}/" if self.prefix else ""
        skip = len(self.prefix) + 1 if self.prefix else 0
        with self._clear_errors(prefix):
            pages = self.client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self.bucket, Prefix=start):
                for item in page.get("Contents", []):
                    key, etag = item["Key"][skip:], item["ETag"].strip('"')
                    yield ObjectInfo(key, item["Size"], etag, item["LastModified"])

    def delete(self, key: str) -> None:
        """Remove an object; nothing happens if it is not there."""
        with self._clear_errors(key):
            self.client.delete_object(Bucket=self.bucket, Key=self.key(key))

    def unfinished(self) -> Iterator[Unfinished]:
        """List the incomplete multipart uploads."""
        start = f"{self.prefix}/" if self.prefix else ""
        with self._clear_errors():
            pages = self.client.get_paginator("list_multipart_uploads")
            for page in pages.paginate(Bucket=self.bucket, Prefix=start):
                for item in page.get("Uploads", []):
                    key = item["Key"].removeprefix(start)
                    yield Unfinished(key, item["Initiated"], item["UploadId"])

    def discard(self, unfinished: Unfinished) -> None:
        """Abort such an upload."""
        key, upload = self.key(unfinished.key), unfinished.upload
        try:
            with self._clear_errors(unfinished.key):
                self.client.abort_multipart_upload(Bucket=self.bucket, Key=key, UploadId=upload)
        except FileNotFoundError:  # it was completed or aborted meanwhile
            return

    def uri_of(self, key: str) -> str:
        """Return the s3:// address of an object or folder."""
        return f"{self.uri}/{check_key(key)}"

    def check_writable(self) -> None:
        """Raise StoreError unless an object can be put and removed."""
        probe = f"{WRITING}{os.getpid()}"
        self.write(probe, b"")
        self.delete(probe)


def _advice(code: str) -> str:
    if code == "NoSuchBucket":
        return "Create the bucket first, or choose another home."
    if code in {"AccessDenied", "403", "InvalidAccessKeyId", "SignatureDoesNotMatch"}:
        advice = "Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and the key's permissions."
        if os.environ.get("AWS_SESSION_TOKEN"):  # Ceph reports no other reason
            advice += " AWS_SESSION_TOKEN is set: the session may have expired."
        return advice
    if code in {"ExpiredToken", "InvalidToken"}:
        return "Get new credentials: the token has expired."
    if code in {"InternalError", "SlowDown", "ServiceUnavailable", "500", "503"}:
        return "The storage has a problem: run the same command again later."
    return "Check AWS_ENDPOINT_URL, AWS_REGION and the credentials."


Store: TypeAlias = FolderStore | S3Store
"""A store of objects by key."""


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


def check_outside(home: Store, file: Path) -> None:
    """Raise StoreError if a file would be in the home, whose files only runs change."""
    parent = file.absolute().parent.resolve()
    if isinstance(home, FolderStore) and parent.is_relative_to(home.folder):
        raise StoreError(f"{file} would be in the home {home.uri}: choose another path")


def write_whole(file: Path, pieces: Iterable[str]) -> None:
    """Write pieces of text to a file, wholly or not at all; raises StoreError if that fails."""
    put_whole(file, lambda target: target.writelines(piece.encode() for piece in pieces))
