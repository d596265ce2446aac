"""Objects below a prefix of a bucket in S3 or on an S3-compatible server."""

from __future__ import annotations

import mimetypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from http import HTTPStatus
from pathlib import Path
from typing import IO, TYPE_CHECKING

from tenacity import retry, retry_if_exception_type, stop_after_attempt

from catalog.base.errors import StoreError, TransientError
from catalog.base.secrets import refuse_credentials, scrubbed
from catalog.storage.store.objects import WRITING, ObjectInfo, Unfinished, check_key

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


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
            kind = TransientError if status >= HTTPStatus.INTERNAL_SERVER_ERROR else StoreError
            cause = f"{code} {message}".strip()
            raise kind(scrubbed(f"{self.uri}: {cause}. {_advice(code)}")) from error
        except (IncompleteReadError, ResponseStreamingError) as error:
            raise _CutError(f"{self.uri}: {error}. {_advice('')}") from error
        except HTTPClientError as error:
            raise TransientError(f"{self.uri}: {error}. {_advice('')}") from error
        except BotoCoreError as error:
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
        """Write an object to a file, a large one in parts; raises FileNotFoundError, StoreError."""
        with self._clear_errors(key):
            self.client.download_fileobj(self.bucket, self.key(key), file)

    def write(self, key: str, data: bytes) -> None:
        """Write an object with its content type; S3 shows it wholly or not at all."""
        # Browsers only open a page that is served as HTML
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
            with self._clear_errors(key):
                self.client.head_object(Bucket=self.bucket, Key=self.key(key))
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
