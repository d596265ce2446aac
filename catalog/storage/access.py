"""Access of delta-rs and DuckDB to a store, with the credentials that boto3 finds."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from catalog.base.errors import StoreError
from catalog.base.secrets import remember
from catalog.storage.store import S3Store, Store


@dataclass(frozen=True)
class S3Access:
    """Everything that a client of S3 needs; never logged."""

    key_id: str
    secret: str
    token: str | None
    region: str
    endpoint: str | None

    def __repr__(self) -> str:
        return f"S3Access(region={self.region!r}, endpoint={self.endpoint!r})"


def s3_access(store: Store) -> S3Access | None:
    """Return the access to a store in S3, None for a folder.

    Raises:
        StoreError: if no credentials are found.
    """
    if not isinstance(store, S3Store):
        return None
    import boto3  # noqa: PLC0415

    found = boto3.Session().get_credentials()
    credentials = found.get_frozen_credentials() if found else None
    if credentials is None or not credentials.access_key or not credentials.secret_key:
        raise StoreError(
            f"{store.uri}: no credentials found. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, "
            "or a profile that boto3 reads."
        )
    remember(credentials.secret_key, credentials.token)
    return S3Access(
        credentials.access_key,
        credentials.secret_key,
        credentials.token,
        *_region_and_endpoint(store),
    )


def _region_and_endpoint(store: S3Store) -> tuple[str, str | None]:
    """Return the region and endpoint of boto3; None for the default of every S3 client.

    A host of AWS may be a configured one too: a VPC endpoint, or another region's.
    """
    meta = store.client.meta
    region = meta.region_name or "us-east-1"
    defaults = {f"https://s3.{region}.amazonaws.com", "https://s3.amazonaws.com"}
    return region, None if meta.endpoint_url.rstrip("/") in defaults else meta.endpoint_url


def delta_options(store: Store) -> dict[str, str]:
    """Storage options of delta-rs for a store; empty for a folder."""
    access = s3_access(store)
    if access is None:
        return {}
    options = {
        "AWS_ACCESS_KEY_ID": access.key_id,
        "AWS_SECRET_ACCESS_KEY": access.secret,
        "AWS_REGION": access.region,
    }
    if access.token:
        options["AWS_SESSION_TOKEN"] = access.token
    if access.endpoint:
        # Under every name that environment variables can set too, and not joined
        # with the bucket's name into another host
        names = ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT")
        options |= dict.fromkeys(names, access.endpoint)
        options["AWS_VIRTUAL_HOSTED_STYLE_REQUEST"] = "false"
        if access.endpoint.startswith("http://"):
            options["AWS_ALLOW_HTTP"] = "true"
    return options


def duckdb_secret(store: Store) -> tuple[str, list[str]] | None:
    """Return the statement, with its parameters, that lets DuckDB read a store in S3.

    It applies to every address in S3: all requests go to the configured endpoint.
    None for a folder.
    """
    access = s3_access(store)
    if access is None:
        return None
    given = {"KEY_ID": access.key_id, "SECRET": access.secret, "REGION": access.region}
    given |= {"SESSION_TOKEN": access.token} if access.token else {}
    fields = ["TYPE s3", *(f"{name} ?" for name in given), *_endpoint_fields(access.endpoint)]
    return f"CREATE OR REPLACE SECRET artcat_home ({', '.join(fields)})", list(given.values())


def secret_statement(store: Store) -> str | None:
    """Return the statement that lets a plain DuckDB read a store in S3, None for a folder.

    It contains no key: DuckDB's own credential chain finds those of its user.
    """
    if not isinstance(store, S3Store):
        return None
    fields = ["TYPE s3", "PROVIDER credential_chain", f"SCOPE {quote(store.uri)}"]
    if region := store.client.meta.region_name:
        fields.append(f"REGION {quote(region)}")
    fields += _endpoint_fields(_region_and_endpoint(store)[1])
    return f"CREATE OR REPLACE SECRET artcat ({', '.join(fields)})"


def _endpoint_fields(endpoint: str | None) -> list[str]:
    if endpoint is None:
        return []
    parts = urlsplit(endpoint)
    fields = [f"ENDPOINT {quote(parts.netloc + parts.path.rstrip('/'))}", "URL_STYLE 'path'"]
    return [*fields, "USE_SSL false"] if parts.scheme == "http" else fields


def quote(text: str) -> str:
    """Return a text as SQL, where no parameter is possible."""
    return "'" + text.replace("'", "''") + "'"
