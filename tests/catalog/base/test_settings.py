from pathlib import Path

import pytest

from catalog.base.errors import ArtcatError
from catalog.base.settings import Settings
from catalog.storage.homes import open_existing_home, open_home_store, settings
from tests.building import put


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"ARTCAT_{name.upper()}", raising=False)


def test_without_a_word_the_home_is_a_folder_here(tmp_path):
    assert settings().home == "./artcat-home"
    assert open_home_store(None).uri == str(tmp_path / "artcat-home")
    assert not (tmp_path / "artcat-home").exists(), "to look makes nothing"


def test_the_environment_counts_before_the_file_and_a_word_before_both(tmp_path, monkeypatch):
    (tmp_path / "artcat.toml").write_text('home = "from-file"\nthreads = 3\nshard_works = 9\n')
    monkeypatch.setenv("ARTCAT_HOME", "from-environment")
    monkeypatch.setenv("ARTCAT_CACHE", "/some/cache")
    found = settings()
    assert (found.home, found.threads, found.shard_works) == ("from-environment", 3, 9)
    assert found.cache == Path("/some/cache")
    assert open_home_store("said").uri == str(tmp_path / "said")
    monkeypatch.delenv("ARTCAT_HOME")
    assert open_home_store(None).uri == str(tmp_path / "from-file")


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("ARTCAT_THREADS", "0", "greater than or equal to 1"),
        ("ARTCAT_THREADS", "many", "valid integer"),
        ("ARTCAT_TARGET_PRECISION", "1", "less than 1"),
        ("ARTCAT_TARGET_PRECISION_BY_CATALOG_WGA", '{"wga": 2}', "less than 1"),
        ("ARTCAT_SHARD_WORKS", "-5", "greater than or equal to 1"),
    ],
)
def test_an_unfit_value_is_named_in_one_line(monkeypatch, name, value, why):
    monkeypatch.setenv(name.removesuffix("_WGA"), value)
    with pytest.raises(ArtcatError, match=f"{name} is invalid: .*{why}") as caught:
        settings()
    assert "\n" not in str(caught.value)


def test_targets_of_catalogs_are_a_table_in_the_file_and_json_in_a_variable(tmp_path, monkeypatch):
    (tmp_path / "artcat.toml").write_text("[target_precision_by_catalog]\nwga = 0.97\n")
    assert settings().target_precision_by_catalog == {"wga": 0.97}
    monkeypatch.setenv("ARTCAT_TARGET_PRECISION_BY_CATALOG", '{"x": 0.9}')
    assert settings().target_precision_by_catalog["x"] == 0.9
    monkeypatch.setenv("ARTCAT_TARGET_PRECISION_BY_CATALOG", "wga=0.97")
    with pytest.raises(ArtcatError, match="target_precision_by_catalog") as caught:
        settings()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"), [("hoem = 'typo'\n", "HOEM"), ("home = \n", r"artcat\.toml")]
)
def test_a_file_with_an_unknown_name_or_no_toml_is_a_mistake(tmp_path, text, said):
    (tmp_path / "artcat.toml").write_text(text)
    with pytest.raises(ArtcatError, match=said) as caught:
        settings()
    assert "\n" not in str(caught.value)


def test_a_home_without_tables_says_how_to_get_them(home):
    with pytest.raises(ArtcatError, match="contains no tables yet: run `artcat nightly`"):
        open_existing_home(home.uri)
    put(home, "models", {"model_version": "m1"})
    assert open_existing_home(home.uri).uri == home.uri


def test_every_setting_is_described():
    assert all(field.description for field in Settings.model_fields.values())
