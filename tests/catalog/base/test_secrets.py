"""Secrets are neither accepted in addresses nor repeated."""

from __future__ import annotations

import pytest

from catalog.base import secrets
from catalog.base.errors import ArtcatError
from catalog.base.secrets import holds_credentials, scrubbed
from catalog.sources.parameters import HomeParameters, IngestParameters
from catalog.storage.access import s3_access
from catalog.storage.homes import settings
from catalog.storage.store import S3Store, open_store

SECRET = "wJalrXUtnFEMIbK7MDENGbPxRfiCY"


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch):
    monkeypatch.setattr(secrets, "_secrets", set())


def refusal(message, use, *given, **named):
    """What the error says that a use raises, which does not repeat the secret."""
    with pytest.raises((ArtcatError, ValueError), match=message) as caught:
        use(*given, **named)
    assert SECRET not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    "address",
    [
        f"s3://AKIA:{SECRET}@bucket/prefix",
        f"s3://AKIA:{SECRET[:9]}/{SECRET[9:]}@bucket/prefix",
        f"s3://AKIA:{SECRET}",
        f"s3://{SECRET}@bucket",
        f"https://user:{SECRET}@prefect.example/api",
        f"--home=s3://AKIA:{SECRET}@bucket",
        f"tcp://:{SECRET}@scheduler:8786",
    ],
)
def test_an_address_with_credentials(address):
    assert holds_credentials(address)
    assert "AKIA" not in refusal(
        "contains credentials", open_store, address.removeprefix("--home=")
    )
    refusal("the parameter home contains", HomeParameters, home=address)


def test_an_address_without():
    for text in (
        *("s3://bucket/prefix/a@b", "http://127.0.0.1:4200/api", "http://[::1]:4200/api"),
        *("tcp://scheduler:8786", "https://www.wga.hu/art/m/monet.jpg", "/home/user@host/folder"),
        *("SELECT * FROM enriched WHERE title = 'a@b'", ""),
    ):
        assert not holds_credentials(text), text


def test_any_parameter_and_any_setting(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    given = {"catalog": "c", "images": f"https://me:{SECRET}@host/"}
    refusal("the parameter images contains", IngestParameters, **given)
    monkeypatch.setenv("ARTCAT_DASK", f"tcp://me:{SECRET}@host:1")
    refusal("the setting ARTCAT_DASK contains", settings)
    refusal("home", HomeParameters, home={"secret": SECRET})


def test_the_address_of_storage(s3_settings, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://me:{SECRET}@127.0.0.1:9")
    refusal("AWS_ENDPOINT_URL contains", S3Store("s3://bucket/home").write, "a", b"")


def test_secrets_in_use_are_hidden(s3_home, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_SESSION_TOKEN", "a/token+of=some/length")
    s3_access(s3_home)
    told = scrubbed(f"key {SECRET}, x-amz-security-token:a/token+of=some/length, a%2Ftoken%2Bof")
    assert told == "key ***, x-amz-security-token:***, a%2Ftoken%2Bof"
    assert scrubbed("?t=a%2Ftoken%2Bof%3Dsome%2Flength&x") == "?t=***&x"
