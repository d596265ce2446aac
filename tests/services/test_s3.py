"""Behaviour on a real S3 server with access control."""

import io
import time
from concurrent.futures import ThreadPoolExecutor

import pyarrow.parquet as pq
import pytest
from botocore.exceptions import ClientError

import deploy
from catalog.storage import tables
from catalog.storage.store import open_store
from tests.building import put, rows_of
from tests.drills.catalogs import NAME
from tests.python_process import artcat_process
from tests.services.ceph import BUCKET, READER, WRITER
from tests.services.processes import base_environment

HOME = f"s3://{BUCKET}/kept/home"


@pytest.fixture(scope="module")
def artcat_as(place, ceph):
    """The command as a user, with what differs from his credentials."""

    def run(*tokens, user=WRITER, **changed):
        environment = {
            **base_environment(),
            **place.environment,
            **ceph.environment(user, **changed),
        }
        return artcat_process(*tokens, env=environment)

    return run


def refused(done) -> str:
    lines = done.stderr.strip().splitlines()
    assert (done.returncode, len(lines)) == (2, 1), done.stderr
    assert lines[0].startswith("artcat: ")
    return lines[0]


def succeeded(done) -> str:
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def kept(reference, ceph) -> str:
    home = open_store(HOME)
    source = open_store(reference)
    for info in source.list():
        home.write(info.key, source.read(info.key))
    return HOME


@pytest.mark.parametrize(
    ("home", "changed", "words"),
    [
        (HOME, {"AWS_SECRET_ACCESS_KEY": "not-the-one"}, ["AWS_SECRET_ACCESS_KEY"]),
        ("s3://no-such-museum/home", {}, ["NoSuchBucket", "Create the bucket first"]),
    ],
)
def test_a_night_that_cannot_begin(artcat_as, catalog, home, changed, words):
    line = refused(artcat_as("nightly", "--catalog", str(catalog), "--home", home, **changed))
    assert all(word in line for word in words)
    assert "None" not in line


@pytest.mark.parametrize("name", ["AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"])
def test_a_wrong_credential(artcat_as, name):
    line = refused(artcat_as("status", "--home", HOME, **{name: "nonsense"}))
    assert name in line
    assert "None" not in line


def test_a_session_that_holds_and_one_that_has_run_out(artcat_as, ceph, kept):
    succeeded(artcat_as("query", "SELECT 1 AS one", "--home", kept, **ceph.session()))
    given = ceph.session(seconds=2)
    time.sleep(3)
    assert "AWS_SESSION_TOKEN" in refused(artcat_as("status", "--home", HOME, **given))


def test_a_key_that_may_only_read_asks_and_sees_the_status(artcat_as, kept):
    question = ("query", "SELECT count(*) AS n FROM enriched")
    assert "60" in succeeded(artcat_as(*question, "--home", kept, user=READER))
    assert "enriched" in succeeded(artcat_as("status", "--home", kept, user=READER))


@pytest.mark.parametrize("command", ["nightly", "enrich"])
def test_a_key_that_may_only_read_writes_nothing(artcat_as, kept, catalog, command):
    before = tables.versions(open_store(kept))
    more = ("--catalog", str(catalog)) if command == "nightly" else ()
    line = refused(artcat_as(command, *more, "--home", kept, user=READER))
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
    session = ceph.session("policy-writer")
    night = ("nightly", "--catalog", str(catalog), "--name", NAME, "--home", kept)
    succeeded(artcat_as(*night, **session))
    succeeded(artcat_as("maintain", "--home", kept, **session))
    elsewhere = f"s3://{BUCKET}/another/home"
    assert "AccessDenied" in refused(artcat_as("status", "--home", elsewhere, **session))


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

    def write(writer: int) -> None:
        for number in range(5):
            put(
                home,
                "promotions",
                {"role": f"{writer}-{number}", "model_version": "m", "promoted_at": 0},
            )

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    assert len({row["role"] for row in rows_of(home, "promotions")}) == 20
