"""Behaviour on a real S3 server with access control."""

import io
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from botocore.exceptions import ClientError

import deploy
from catalog.storage import duck, tables
from catalog.storage.schemas import TABLES
from catalog.storage.store import open_store
from tests.drills.catalogs import NAME
from tests.python_process import artcat_process
from tests.services.ceph import BUCKET, READER
from tests.services.processes import base_environment

HOME = f"s3://{BUCKET}/kept/home"


@dataclass(frozen=True)
class Artcat:
    environment: dict[str, str]

    def __call__(self, *tokens: str) -> subprocess.CompletedProcess[str]:
        return artcat_process(*tokens, env={**base_environment(), **self.environment})

    def refused(self, *tokens: str) -> str:
        done = self(*tokens)
        lines = done.stderr.strip().splitlines()
        assert (done.returncode, len(lines)) == (2, 1), done.stderr
        assert lines[0].startswith("artcat: ")
        return lines[0]


@pytest.fixture(scope="module")
def artcat_as(place, ceph):
    return lambda *user, **changed: Artcat(
        {**place.environment, **ceph.environment(*user, **changed)}
    )


@pytest.fixture(scope="module")
def kept(reference, ceph) -> str:
    home = open_store(HOME)
    source = open_store(reference)
    for info in source.list():
        home.write(info.key, source.read(info.key))
    return HOME


@pytest.mark.parametrize("command", ["nightly", "status"])
def test_a_wrong_secret(artcat_as, catalog, command):
    more = ("--catalog", str(catalog)) if command == "nightly" else ()
    artcat = artcat_as(AWS_SECRET_ACCESS_KEY="not-the-one")
    line = artcat.refused(command, *more, "--home", HOME)
    assert "AWS_SECRET_ACCESS_KEY" in line
    assert "None" not in line


def test_a_bucket_that_is_not_there(artcat_as, catalog):
    home = "s3://no-such-museum/home"
    line = artcat_as().refused("nightly", "--catalog", str(catalog), "--home", home)
    assert "NoSuchBucket" in line
    assert "Create the bucket first" in line


def test_a_session_that_has_run_out(artcat_as, ceph):
    given = ceph.session(seconds=2)
    time.sleep(3)
    line = artcat_as(**given).refused("status", "--home", HOME)
    assert "AWS_SESSION_TOKEN" in line


def test_a_session_token_that_nobody_gave(artcat_as):
    line = artcat_as(AWS_SESSION_TOKEN="nonsense").refused("status", "--home", HOME)
    assert "AWS_SESSION_TOKEN" in line


def test_a_session_that_holds_may_ask(artcat_as, ceph, kept):
    done = artcat_as(**ceph.session())("query", "SELECT 1 AS one", "--home", kept)
    assert done.returncode == 0, done.stderr


def test_a_key_that_may_only_read_asks(artcat_as, kept):
    done = artcat_as(READER)("query", "SELECT count(*) AS n FROM enriched", "--home", kept)
    assert done.returncode == 0, done.stderr
    assert "60" in done.stdout


def test_a_key_that_may_only_read_sees_the_status(artcat_as, kept):
    done = artcat_as(READER)("status", "--home", kept)
    assert done.returncode == 0, done.stderr
    assert "enriched" in done.stdout


@pytest.mark.parametrize("command", ["nightly", "enrich"])
def test_a_key_that_may_only_read_writes_nothing(artcat_as, kept, catalog, command):
    before = tables.versions(open_store(kept))
    more = ("--catalog", str(catalog)) if command == "nightly" else ()
    line = artcat_as(READER).refused(command, *more, "--home", kept)
    assert "AccessDenied" in line
    assert tables.versions(open_store(kept)) == before


@pytest.fixture(scope="module")
def policies(ceph, kept):
    """Roles that may do what the policies of deploy/ let them, in this home."""
    prefix = kept.removeprefix(f"s3://{BUCKET}/")
    for name in ("reader", "writer"):
        policy = deploy.text(f"policies/{name}.json").replace("BUCKET", BUCKET)
        ceph.make_role(f"policy-{name}", policy.replace("PREFIX", prefix))


def test_the_policy_for_workers_is_enough_for_a_night(artcat_as, ceph, policies, kept, catalog):
    artcat = artcat_as(**ceph.session("policy-writer"))
    done = artcat("nightly", "--catalog", str(catalog), "--name", NAME, "--home", kept)
    assert done.returncode == 0, done.stderr
    assert artcat("maintain", "--home", kept).returncode == 0
    line = artcat.refused("status", "--home", f"s3://{BUCKET}/another/home")
    assert "AccessDenied" in line


def test_the_policy_for_analysts_reads_what_is_published_and_nothing_else(ceph, policies, kept):
    client = ceph.client_of(ceph.session("policy-reader"))
    prefix = kept.removeprefix(f"s3://{BUCKET}/")
    published = f"{prefix}/published/enriched.parquet"
    log = f"{prefix}/tables/artworks/_delta_log/{0:020}.json"
    found = client.list_objects_v2(Bucket=BUCKET, Prefix=f"{prefix}/published/")["Contents"]
    assert published in {each["Key"] for each in found}
    body = client.get_object(Bucket=BUCKET, Key=published)["Body"].read()
    assert pq.read_table(io.BytesIO(body)).num_rows == 60
    for refused in (
        lambda: client.put_object(Bucket=BUCKET, Key=published, Body=b"x"),
        lambda: client.delete_object(Bucket=BUCKET, Key=published),
        lambda: client.list_objects_v2(Bucket=BUCKET, Prefix=f"{prefix}/tables/"),
        lambda: client.get_object(Bucket=BUCKET, Key=log),
    ):
        with pytest.raises(ClientError, match="AccessDenied"):
            refused()


def test_a_put_on_condition_is_refused_where_something_is(ceph):
    put = {"Bucket": BUCKET, "Key": "once", "IfNoneMatch": "*"}
    ceph.client().put_object(**put, Body=b"first")
    with pytest.raises(ClientError, match="PreconditionFailed"):
        ceph.client().put_object(**put, Body=b"second")


def test_writers_at_once_lose_nothing(ceph):
    home = open_store(f"s3://{BUCKET}/writers/home")
    schema = TABLES["promotions"].schema

    def write(writer: int) -> None:
        for number in range(5):
            row = dict.fromkeys(schema.names)
            row |= {"role": f"{writer}-{number}", "model_version": "m", "promoted_at": 0}
            tables.merge(home, "promotions", pa.Table.from_pylist([row], schema=schema))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    assert duck.run_query(home, "SELECT count(DISTINCT role) AS n FROM promotions").to_pylist() == [
        {"n": 20}
    ]
