"""Objects in a folder or in S3, through one interface.

A home, a catalog folder and an image folder are all stores. Keys are relative, with forward
slashes; a key that could leave the store is refused.
"""

from __future__ import annotations

import mimetypes
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from http import HTTPStatus
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from tenacity import retry, retry_if_exception_type, stop_after_attempt

from catalog.errors import PassingError, StoreError
from catalog.secrets import refuse_credentials, scrubbed

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


WRITING = ".writing-"
"""How the names of temporary files begin."""
_COPIED_AT_ONCE = 1024 * 1024


@dataclass(frozen=True)
class ObjectInfo:
    """What a listing tells of an object; `etag` changes when the content does."""

    key: str
    size: int
    etag: str
    modified: datetime | None = field(default=None, compare=False)
    """When it was put, where the listing is a store's own."""


@dataclass(frozen=True)
class Unfinished:
    """An object that somebody began to write; nobody sees it, and it takes room."""

    key: str
    started: datetime
    upload: str = ""
    """What S3 calls it."""


class Store(Protocol):
    """A place for objects."""

    uri: str

    def read(self, key: str) -> bytes:
        """The bytes of an object; raises FileNotFoundError, StoreError."""

    def read_into(self, key: str, file: IO[bytes]) -> None:
        """Write an object that need not fit into memory to a file; raises as `read` does."""

    def write(self, key: str, data: bytes) -> None:
        """Put an object, wholly or not at all."""

    def write_file(self, key: str, file: Path) -> None:
        """Put a file's contents, which need not fit into memory, wholly or not at all."""

    def put_new(self, key: str, data: bytes) -> bool:
        """Put an object unless there is one by that name; whether it was put."""

    def exists(self, key: str) -> bool:
        """Whether the object is there."""

    def list(self, prefix: str = "") -> Iterator[ObjectInfo]:
        """Every object below a folder, in order of key."""

    def delete(self, key: str) -> None:
        """Remove an object; nothing happens if it is not there; raises StoreError."""

    def unfinished(self) -> Iterator[Unfinished]:
        """What is being written, or was when its writer was killed."""

    def discard(self, unfinished: Unfinished) -> None:
        """Remove what a killed writer left; nothing happens if it is not there."""

    def uri_of(self, key: str) -> str:
        """Where an object or folder lies, as delta-rs and DuckDB take it."""

    def check_writable(self) -> None:
        """Raise StoreError, saying what to do, unless objects can be put here."""


def check_key(key: str) -> str:
    """Return the key if it stays inside a store.

    Raises:
        StoreError: for an absolute key, `..`, a backslash or a control character.
    """
    parts = PurePosixPath(key).parts
    if not parts or key.startswith("/") or ".." in parts or "\\" in key or not key.isprintable():
        raise StoreError(f"{key!r} is no name for an object: use relative/path/name")
    return key


class FolderStore:
    """Objects as files below a folder."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder).expanduser().resolve()
        self.uri = str(self.folder)

    def path(self, key: str) -> Path:
        """The file of an object."""
        return self.folder / check_key(key)

    def read(self, key: str) -> bytes:
        """The bytes of an object; raises FileNotFoundError, StoreError."""
        try:
            return self.path(key).read_bytes()
        except FileNotFoundError:
            raise
        except OSError as error:
            raise StoreError(f"cannot read {self.path(key)}: {error.strerror}") from error

    def read_into(self, key: str, file: IO[bytes]) -> None:
        """Write an object to a file; raises FileNotFoundError, StoreError."""
        try:
            with self.path(key).open("rb") as source:
                shutil.copyfileobj(source, file, _COPIED_AT_ONCE)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise StoreError(f"cannot copy {self.path(key)}: {error.strerror}") from error

    def write(self, key: str, data: bytes) -> None:
        """Put an object: written beside its place, then renamed onto it."""
        self._put(key, lambda file: file.write(data))

    def write_file(self, key: str, file: Path) -> None:
        """Put a file's contents: copied beside its place, then renamed onto it."""
        with file.open("rb") as source:
            self._put(key, lambda target: shutil.copyfileobj(source, target, _COPIED_AT_ONCE))

    def _put(self, key: str, fill: Callable[[IO[bytes]], object]) -> None:
        path = self.path(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            put_whole(path, fill)
        except OSError as error:
            raise StoreError(f"cannot write {path}: {error.strerror or error}") from error

    def put_new(self, key: str, data: bytes) -> bool:
        """Make a file unless there is one by that name; whether it was made."""
        path = self.path(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as file:
                file.write(data)
        except FileExistsError:
            return False
        except OSError as error:
            raise StoreError(f"cannot write {path}: {error.strerror or error}") from error
        return True

    def exists(self, key: str) -> bool:
        """Whether the file is there."""
        return self.path(key).is_file()

    def list(self, prefix: str = "") -> Iterator[ObjectInfo]:
        """Every file below a folder, in order of key."""
        root = self.path(prefix) if prefix else self.folder
        found = []
        for parent, _, names in os.walk(root):
            for name in names:
                path = Path(parent) / name
                try:
                    stat = path.stat()
                except OSError:
                    continue  # it vanished, or is a dangling link: not an object
                key = path.relative_to(self.folder).as_posix()
                modified = datetime.fromtimestamp(stat.st_mtime, UTC)
                etag = f"{stat.st_mtime_ns}-{stat.st_size}"
                found.append(ObjectInfo(key, stat.st_size, etag, modified))
        yield from sorted(found, key=lambda info: info.key)

    def delete(self, key: str) -> None:
        """Remove a file; nothing happens if it is not there."""
        path = self.path(key)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(f"cannot delete {path}: {error.strerror or error}") from error

    def unfinished(self) -> Iterator[Unfinished]:
        """The files that `write` has not renamed onto their places."""
        for info in self.list():
            if info.modified and PurePosixPath(info.key).name.startswith(WRITING):
                yield Unfinished(info.key, info.modified)

    def discard(self, unfinished: Unfinished) -> None:
        """Remove such a file."""
        self.delete(unfinished.key)

    def uri_of(self, key: str) -> str:
        """The absolute path of an object or folder."""
        return str(self.path(key))

    def check_writable(self) -> None:
        """Raise StoreError unless the folder can be made and written."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self.folder, prefix=WRITING):
                pass
        except OSError as error:
            raise StoreError(
                f"cannot write to the home {self.folder}: {error.strerror or error}; "
                "choose another with --home"
            ) from error


def put_whole(path: Path, fill: Callable[[IO[bytes]], object]) -> None:
    """Make or replace a file, wholly or not at all: filled beside its place, then renamed onto it.

    Raises:
        OSError: if the folder cannot be written; whatever `fill` raises.
    """
    temporary = None
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=WRITING, delete=False) as file:
            temporary = Path(file.name)
            fill(file)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes private files; other users read a home too
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except BaseException:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        raise


def _umask() -> int:
    value = os.umask(0)
    os.umask(value)
    return value


class _CutError(PassingError):
    """An answer that ended in its middle, which boto3 does not ask for again."""


class S3Store:
    """Objects below a prefix of a bucket; credentials by boto3's own chain."""

    def __init__(self, uri: str) -> None:
        parts = urlsplit(uri)
        if not parts.netloc:
            raise StoreError(f"{uri} names no bucket: write s3://bucket/prefix")
        self.bucket = parts.netloc
        self.prefix = parts.path.strip("/")
        self.uri = f"s3://{self.bucket}/{self.prefix}".rstrip("/")

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
        from botocore.exceptions import (  # noqa: PLC0415
            BotoCoreError,
            ClientError,
            HTTPClientError,
            IncompleteReadError,
            ResponseStreamingError,
        )

        try:
            yield
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            if code in {"NoSuchKey", "NoSuchUpload", "404", "NotFound"}:
                raise FileNotFoundError(f"{self.uri}/{key}") from error
            message = error.response.get("Error", {}).get("Message") or ""  # Ceph has none
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
            kind = PassingError if status >= HTTPStatus.INTERNAL_SERVER_ERROR else StoreError
            said = f"{code} {message}".strip()
            raise kind(scrubbed(f"{self.uri}: {said}. {_advice(code)}")) from error
        except (IncompleteReadError, ResponseStreamingError) as error:
            raise _CutError(f"{self.uri}: {error}. {_advice('')}") from error
        except HTTPClientError as error:
            raise PassingError(f"{self.uri}: {error}. {_advice('')}") from error
        except BotoCoreError as error:
            raise StoreError(f"{self.uri}: {error}. {_advice('')}") from error

    def key(self, key: str) -> str:
        """The full key in the bucket."""
        return f"{self.prefix}/{check_key(key)}" if self.prefix else check_key(key)

    @retry(retry=retry_if_exception_type(_CutError), stop=stop_after_attempt(6), reraise=True)
    def read(self, key: str) -> bytes:
        """The bytes of an object; raises FileNotFoundError, StoreError."""
        with self._clear_errors(key):
            return self.client.get_object(Bucket=self.bucket, Key=self.key(key))["Body"].read()

    def read_into(self, key: str, file: IO[bytes]) -> None:
        """Write an object to a file, a large one in parts; raises FileNotFoundError, StoreError."""
        with self._clear_errors(key):
            self.client.download_fileobj(self.bucket, self.key(key), file)

    def write(self, key: str, data: bytes) -> None:
        """Put an object: S3 shows it wholly or not at all, and says what kind of file it is."""
        # Browsers open a page that says so, and only save one that does not
        kind = mimetypes.guess_type(key)[0] or "application/octet-stream"
        with self._clear_errors(key):
            self.client.put_object(
                Bucket=self.bucket, Key=self.key(key), Body=data, ContentType=kind
            )

    def write_file(self, key: str, file: Path) -> None:
        """Put a file's contents, a large one in parts: S3 shows it wholly or not at all."""
        with self._clear_errors(key), file.open("rb") as source:
            self.client.upload_fileobj(source, self.bucket, self.key(key))

    def put_new(self, key: str, data: bytes) -> bool:
        """Put an object unless there is one by that name; whether it was put."""
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
        """Whether the object is there."""
        try:
            with self._clear_errors(key):
                self.client.head_object(Bucket=self.bucket, Key=self.key(key))
        except FileNotFoundError:
            return False
        return True

    def etag(self, key: str) -> str:
        """What changes when the object does; raises FileNotFoundError."""
        with self._clear_errors(key):
            found = self.client.head_object(Bucket=self.bucket, Key=self.key(key))
        return found["ETag"].strip('"')

    def list(self, prefix: str = "") -> Iterator[ObjectInfo]:
        """Every object below a folder, in order of key."""
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
        """The multipart uploads that nobody has completed."""
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
        except FileNotFoundError:  # somebody completed or aborted it
            return

    def uri_of(self, key: str) -> str:
        """The s3:// address of an object or folder."""
        return f"{self.uri}/{check_key(key)}"

    def check_writable(self) -> None:
        """Raise StoreError unless an object can be put and removed."""
        probe = f"{WRITING}{os.getpid()}"
        self.write(probe, b"")
        self.delete(probe)


def _advice(code: str) -> str:
    if code == "NoSuchBucket":
        return "Make the bucket first, or choose another home."
    if code in {"AccessDenied", "403", "InvalidAccessKeyId", "SignatureDoesNotMatch"}:
        advice = "Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and what the key may do."
        if os.environ.get("AWS_SESSION_TOKEN"):  # Ceph refuses an old session as it does any other
            advice += " AWS_SESSION_TOKEN is set: the session may have run out."
        return advice
    if code in {"ExpiredToken", "InvalidToken"}:
        return "Get new credentials: the token has run out."
    if code in {"InternalError", "SlowDown", "ServiceUnavailable", "500", "503"}:
        return "The storage has trouble: run the same command again later."
    return "Check AWS_ENDPOINT_URL, AWS_REGION and the credentials."


def open_store(uri: str | Path) -> Store:
    """The store at a folder or at s3://bucket/prefix.

    Raises:
        StoreError: for an address of another kind.
        ArtcatError: for one that holds credentials.
    """
    text = str(uri)
    refuse_credentials(text, "the address of a home or catalog")
    if text.startswith("s3://"):
        return S3Store(text)
    if "://" in text:
        raise StoreError(f"{text}: a home is a folder or s3://bucket/prefix")
    return FolderStore(text)
