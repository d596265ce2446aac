"""With an endpoint configured no component uses another: boto3, delta-rs, DuckDB and its prompt."""

from __future__ import annotations

import socket
from threading import Thread
from urllib.parse import urlsplit

import duckdb
import pytest

from catalog.base.errors import QueryError
from catalog.publishing import prompt, publish
from catalog.storage import duck, tables
from catalog.storage.access import delta_options, duckdb_secret, s3_access
from catalog.storage.store import S3Store
from tests.building import put

# Variables that clients of S3 read; `REAL` and `TRAP` stand for the addresses of two servers
ENVIRONMENTS = {
    "the usual variable": {"AWS_ENDPOINT_URL": "REAL"},
    "that of S3 alone": {"AWS_ENDPOINT_URL": "TRAP", "AWS_ENDPOINT_URL_S3": "REAL"},
    "an older name says another": {"AWS_ENDPOINT_URL": "REAL", "AWS_ENDPOINT": "TRAP"},
    "buckets as hosts": {"AWS_ENDPOINT_URL": "REAL", "AWS_VIRTUAL_HOSTED_STYLE_REQUEST": "true"},
    "another region": {"AWS_ENDPOINT_URL": "REAL", "AWS_REGION": "eu-central-1"},
}


@pytest.fixture
def trap():
    """A server that nobody should ask: its address, and what it was asked."""
    server, asked = socket.create_server(("127.0.0.1", 0)), []

    def listen():
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                asked.append(connection.recv(200))

    Thread(target=listen, daemon=True).start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}", asked
    server.close()


@pytest.fixture
def hosts(monkeypatch):
    """The hosts that Python code of this process looks up or connects to."""
    found = set()
    lookup, connect = socket.getaddrinfo, socket.socket.connect

    def getaddrinfo(host, port, *args, **named):
        found.add(f"{host}:{port}")
        return lookup(host, port, *args, **named)

    def recorded(self, address):
        if isinstance(address, tuple):
            found.add(f"{address[0]}:{address[1]}")
        return connect(self, address)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(socket.socket, "connect", recorded)
    return found


@pytest.fixture
def misled(trap, s3_home, tmp_path, monkeypatch):
    """A person's own lasting secret of DuckDB, for nearer addresses at another endpoint."""
    monkeypatch.setenv("HOME", str(tmp_path))
    with duckdb.connect() as connection:
        connection.execute(f"LOAD '{duck.extension_file('httpfs')}'")
        connection.execute(
            f"CREATE PERSISTENT SECRET own (TYPE s3, KEY_ID 'a', SECRET 'b', "
            f"USE_SSL false, URL_STYLE 'path', ENDPOINT '{urlsplit(trap[0]).netloc}', "
            f"SCOPE '{s3_home.uri}/tables/')"
        )
    return trap[1]


@pytest.mark.parametrize("variables", ENVIRONMENTS.values(), ids=ENVIRONMENTS)
def test_no_other_endpoint_is_asked(
    s3_home, s3_endpoint, trap, misled, hosts, monkeypatch, variables
):
    for name, value in variables.items():
        monkeypatch.setenv(name, {"REAL": s3_endpoint, "TRAP": trap[0]}.get(value, value))
    home = S3Store(s3_home.uri)
    put(home, "artworks", {"artwork_id": "x:1", "catalog": "x"})
    question = "SELECT count(*) FROM artworks"
    assert duck.connect(home, ("artworks",)).execute(question).fetchall() == [(1,)]
    assert set(tables.versions(home)) == {"artworks"}
    assert [info.key for info in home.list("tables")]
    assert hosts == {urlsplit(s3_endpoint).netloc}
    assert misled == []


@pytest.mark.full
def test_neither_does_what_is_published_or_the_prompt(s3_home, s3_endpoint, misled, hosts):
    put(s3_home, "enriched", {"artwork_id": "x:1"})
    publish.publish(s3_home)
    prompt.ask_at_prompt(s3_home, "SELECT count(*) FROM enriched")
    assert hosts == {urlsplit(s3_endpoint).netloc}
    assert misled == []


@pytest.mark.parametrize("address", ["s3://another/x.parquet", "s3a://another/x.parquet"])
def test_an_address_outside_of_the_home_is_asked_there_too(s3_home, misled, address):
    with pytest.raises(QueryError) as caught:
        duck.run_query(s3_home, f"SELECT * FROM '{address}'")
    assert "amazonaws" not in str(caught.value)
    assert misled == []


REGION = "eu-west-1"
DEFAULTS = (None, "https://s3.eu-west-1.amazonaws.com", "https://s3.eu-west-1.amazonaws.com/")
OTHERS = (
    "https://s3.us-gov-west-1.amazonaws.com",
    "https://s3.dualstack.eu-west-1.amazonaws.com",
    "https://bucket.vpce-1a-2b.s3.eu-west-1.vpce.amazonaws.com",
    *("http://minio:9000", "https://storage.museum.example/s3", "http://[::1]:9000"),
)


@pytest.mark.parametrize("configured", [*DEFAULTS, *OTHERS])
def test_what_clients_are_given(s3_settings, monkeypatch, configured):
    """Delta-rs and DuckDB are given the configured endpoint, unless it is AWS's own."""
    given = None if configured in DEFAULTS else configured
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    if configured is not None:
        monkeypatch.setenv("AWS_ENDPOINT_URL", configured)
    home = S3Store("s3://bucket/home")
    assert s3_access(home).endpoint == given
    assert delta_options(home).get("AWS_ENDPOINT_URL") == given
    statement, _ = duckdb_secret(home)
    assert "SCOPE" not in statement
    assert ("ENDPOINT" in statement) == (given is not None)
    if given is not None:
        assert f"ENDPOINT '{given.partition('://')[2]}'" in statement
        assert ("USE_SSL false" in statement) == given.startswith("http://")
