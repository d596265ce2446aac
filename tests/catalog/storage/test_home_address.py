"""Names of homes: each works as it is written through every component, or is refused at once."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
import yaml

from catalog.base.errors import ArtcatError
from catalog.publishing import analysts
from catalog.publishing.publish import publish
from catalog.storage import duck, sql_sandbox
from catalog.storage.homes import open_home_store
from tests.building import promote
from tests.conftest import BUCKET, IN_ONE_WORKER

pytestmark = pytest.mark.full

VERSION = "SELECT model_version FROM promotions"
NAMES = yaml.safe_load(Path(__file__).with_name("home_address.yaml").read_text("utf-8"))
FOLDERS = (*NAMES["folders"], "x" * 200)
LONG = ("x/" * 2000, "y" * 300 + "/" + "z" * 4000)
NO_FOLDERS = (*NAMES["refused_folders"], "\udcff", "a\udce9b", *LONG)
PREFIXES = (*NAMES["prefixes"], "x" * 300)
NO_PREFIXES = (*NAMES["refused_in_s3"], "\udcff", "x" * 701, "\u00e9" * 400)


def version_in_table(home):
    ((version,),) = duck.connect(home, ("promotions",)).execute(VERSION).fetchall()
    return version


def refusal_of(address):
    with pytest.raises(ArtcatError) as refusal:
        open_home_store(address)
    return str(refusal.value)


def version_published(home):
    """What the published file says through its view."""
    publish(home)
    with analysts.opened(home) as connection:
        sql_sandbox.lock(connection, home)
        ((version,),) = connection.execute(VERSION).fetchall()
    return version


@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_works_as_it_is_written(tmp_path, name):
    home = open_home_store(str(tmp_path / name))
    promote(home, name)
    assert version_in_table(home) == name
    assert (tmp_path / name / "tables" / "promotions" / "_delta_log").is_dir()


@pytest.mark.parametrize("name", ["a[x]*?{b,c}", "o'brien's \"best\" #1?x=1&y;", " 日本\u200b$X~"])
def test_what_a_folder_publishes_is_read(tmp_path, name):
    home = open_home_store(str(tmp_path / name))
    promote(home, name)
    assert version_published(home) == name
    found = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.duckdb")}
    assert found == {f"{name}/published/artcat.duckdb"}


@pytest.mark.parametrize("name", NO_FOLDERS, ids=ascii)
def test_a_folder_that_would_be_misread_is_refused(tmp_path, name):
    assert refusal_of(f"{tmp_path}/{name}").isprintable()
    assert not list(tmp_path.iterdir())


@IN_ONE_WORKER
def test_prefixes_work_as_they_are_written(s3_home):
    root = f"s3://{BUCKET}/{uuid.uuid4().hex}"
    homes = {prefix: open_home_store(f"{root}/{prefix}") for prefix in PREFIXES}
    for prefix, home in homes.items():
        promote(home, prefix)
    for prefix, home in homes.items():  # after all have been written: no two share a table
        assert version_in_table(home) == prefix
        keys = s3_home.client.list_objects_v2(
            Bucket=BUCKET, Prefix=f"{root.rpartition('/')[2]}/{prefix}/tables/"
        )
        assert keys["KeyCount"] > 0


@pytest.mark.parametrize("prefix", ["it's no 1", "a{b}/é &+="])
def test_published_files_of_a_prefix_are_read(s3_home, prefix):
    home = open_home_store(f"{s3_home.uri}/{prefix}")
    promote(home, prefix)
    publish(home)
    assert version_published(home) == prefix


@pytest.mark.parametrize("prefix", NO_PREFIXES, ids=ascii)
def test_a_prefix_that_would_be_misread_is_refused(prefix):
    assert refusal_of(f"s3://museum/{prefix}").isprintable()


@pytest.mark.parametrize("address", NAMES["refused_addresses"], ids=ascii)
def test_an_address_of_nothing_is_refused(address, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "name:password" not in refusal_of(address)
    assert not list(tmp_path.iterdir())


def test_a_loop_of_links_is_refused(tmp_path):
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    assert "is not a folder: " in refusal_of(str(tmp_path / "a"))
