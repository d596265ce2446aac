from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from catalog.base.errors import ModelError
from catalog.enrichment.champions import warn_of_retired
from catalog.storage.store import FolderStore
from catalog.vocabulary import style_names
from models.versions import registry
from tests.building import put, rows_of
from tests.models.building import add_model


@pytest.fixture
def cnn(home):
    return add_model(home, 0xA1)


@pytest.fixture
def clip(home):
    return add_model(home, 0xA2, kind="clip", architecture="ViT-B-32")


def test_a_unique_beginning_names_a_model(home, cnn, clip):
    assert registry.resolve(home, "a1").model_version == cnn
    assert registry.resolve(home, clip).model_version == clip


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("a", "matches a200000000000000, a100000000000000: give more"),
        ("b", "has no model 'b': `artcat models list`"),
        ("", "has no model ''"),
        ("../a1", "has no model"),
    ],
)
def test_what_names_no_model_or_several_is_refused(home, cnn, clip, given, said):
    with pytest.raises(ModelError, match=said.replace("(", r"\(")):
        registry.resolve(home, given)


def test_each_role_has_its_champion(home, cnn, clip):
    assert registry.champions(home) == {}
    assert registry.promote(home, cnn, "the best")
    assert registry.promote(home, clip, "the only one", "embedder")
    assert registry.champions(home) == {"classifier": cnn, "embedder": clip}
    assert not registry.promote(home, cnn, "again")
    assert [p.reason for p in registry.promotions(home, model_version=cnn)] == ["the best"]


def test_only_a_clip_can_be_the_embedder(home, cnn, clip):
    with pytest.raises(ModelError, match="is not a CLIP but baseline-cnn: only a CLIP"):
        registry.promote(home, cnn, "why not", "embedder")
    with pytest.raises(ModelError, match="unknown role 'artist': choose classifier or embedder"):
        registry.promote(home, cnn, "why not", "artist")


def test_a_model_without_files_cannot_be_promoted(home):
    lost = add_model(home, 0xB, files=False)
    with pytest.raises(ModelError, match=r"weights\.safetensors is missing: import the model"):
        registry.promote(home, lost, "by hand")
    with pytest.raises(ModelError, match="has no model"):
        registry.promote(home, "f" * 16, "by hand")
    assert rows_of(home, "promotions") == []


def test_the_champion_before_is_the_last_other_one(home, cnn, clip):
    registry.promote(home, cnn, "first")
    with pytest.raises(ModelError, match=f"classifier only ever had {cnn}"):
        registry.champion_before(home)
    registry.promote(home, clip, "second")
    assert registry.champion_before(home) == cnn
    registry.promote(home, cnn, "rolled back")
    assert registry.champion_before(home) == clip
    with pytest.raises(ModelError, match="the role embedder has no champion"):
        registry.champion_before(home, "embedder")


def test_a_promotion_comes_after_all_that_it_could_see(home, cnn, clip):
    ahead = datetime.now(UTC) + timedelta(days=1)  # by a clock that runs ahead
    put(home, "promotions", {"promoted_at": ahead, "role": "classifier", "model_version": cnn})
    registry.promote(home, clip, "later")
    assert registry.champion(home) == clip
    assert registry.promotions(home)[0].promoted_at == ahead + timedelta(microseconds=1)


def test_two_that_promote_at_once_are_both_kept_and_the_latest_wins(home, cnn, clip):
    registry.promote(home, cnn, "makes the table")
    others = [add_model(home, number) for number in (0xC1, 0xC2, 0xC3, 0xC4)]
    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(lambda v: registry.promote(home, v, "at once"), others))
    past = registry.promotions(home, role="classifier")
    assert len(past) == 5
    assert registry.champion(home) == past[0].model_version
    last = max((p.promoted_at, p.model_version) for p in past)
    assert last == (past[0].promoted_at, past[0].model_version)


def test_at_one_microsecond_the_order_does_not_depend_on_who_wrote_first(home, tmp_path):
    now = datetime.now(UTC)
    rows = [
        {"promoted_at": now, "role": "classifier", "model_version": add_model(home, number)}
        for number in (0xD1, 0xD2)
    ]
    other = FolderStore(tmp_path / "other")
    for row in rows:
        put(home, "promotions", row)
    for row in reversed(rows):
        put(other, "promotions", row)
    assert registry.champion(home) == registry.champion(other) == rows[1]["model_version"]
    assert len(registry.promotions(other)) == 2


@pytest.mark.parametrize("name", ["..", "a1/../../x", "A" * 16, "a" * 15, "", "a" * 16 + "\n"])
def test_no_path_is_made_of_what_is_no_version(name):
    with pytest.raises(ModelError, match="is not a model version"):
        registry.folder_key(name)


def test_a_champion_of_another_vocabulary_is_retired_until_that_is_back(
    home, cnn, clip, monkeypatch, tmp_path
):
    put(home, "models", {**rows_of(home, "models")[0], "styles": list(style_names())})
    trained = rows_of(home, "models")[0]["model_version"]
    registry.promote(home, trained, "the best")
    assert (registry.champion(home), warn_of_retired(home)) == (trained, None)
    file = tmp_path / "own.toml"
    file.write_text('extend = true\n[[style]]\nname = "Cubism"\nyears = [1907, 1930]\n')
    monkeypatch.setenv("ARTCAT_VOCABULARY", str(file))
    assert registry.champion(home) is None
    assert f"the champion {trained} was trained for another vocabulary (it lacks Cubism)" in (
        warn_of_retired(home) or ""
    )
    with pytest.raises(ModelError, match="was trained for another vocabulary: train a model for"):
        registry.promote(home, trained, "by hand")
    other = clip if trained == cnn else cnn
    put(home, "models", {**registry.row_of(home, other), "styles": list(style_names())})
    registry.promote(home, other, "for thirteen styles")
    assert (registry.champion(home), warn_of_retired(home)) == (other, None)
    monkeypatch.delenv("ARTCAT_VOCABULARY")
    assert registry.champion(home) == trained  # it was champion of these styles
    assert "it also predicts Cubism" in (warn_of_retired(home) or "")
