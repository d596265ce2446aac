"""Damaged model files in a home: one line that names the model, with advice."""

import json
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load, save

from catalog.base.errors import ModelError
from models.enrichment import loading
from models.promotion import promote
from models.versions import registry, serving, storage
from models.versions.checkpoint import MANIFEST, WEIGHTS
from tests.building import put
from tests.models.building import add_held_out_predictions
from tests.models.versions.building import GIVEN, LFS, signed

pytestmark = pytest.mark.usefixtures("three_styles")


@pytest.fixture
def stored(home, trained_cnn):
    """A home whose champion is a CNN, and its version."""
    version = storage.save(home, trained_cnn, **GIVEN)
    registry.promote(home, version, "for a test")
    return home, version


def device_instead(path):
    path.unlink()
    path.symlink_to("/dev/zero")


def edited(change):
    return lambda path: path.write_bytes(change(path.read_bytes()))


def changed(old, new):
    return edited(lambda data: data.replace(old, new, 1))


DAMAGE = {
    "no weights": (WEIGHTS, Path.unlink, "has no weights.safetensors"),
    "a pointer": (WEIGHTS, edited(lambda _: LFS), "it is a Git LFS pointer"),
    "cut off": (WEIGHTS, edited(lambda data: data[:-9]), "is damaged"),
    "a device": (WEIGHTS, device_instead, "has no weights"),
    "no manifest": (MANIFEST, Path.unlink, "has no model.json"),
    "no JSON": (MANIFEST, edited(lambda _: b"{"), "model.json cannot be used: JSON: Invalid JSON"),
    "another format": (MANIFEST, changed(b'"format": 1', b'"format": 2'), "be used: format"),
    "a new field": (MANIFEST, changed(b'"format"', b'"new": 1, "format"'), "new: Extra input"),
    "a style": (MANIFEST, changed(b'"Baroque"', b'"Rococo"'), "was changed: it is not model"),
    "no model at all": (".", shutil.rmtree, "has no"),
}


@pytest.mark.parametrize(("name", "damage", "said"), DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_model_is_named_with_what_to_do(stored, name, damage, said):
    home, version = stored
    damage(home.path(f"models/{version}") / name)
    loading.forget()
    for use in (
        lambda: storage.load(home, version),
        lambda: loading.classifier(home.uri, version),
        lambda: serving.configure_champions(home),
    ):
        with pytest.raises(ModelError) as error:
            use()
        told = str(error.value)
        assert said in told
        assert f"the model {version} of {home.uri} cannot be used" in told
        assert "`artcat models rollback`" in told
        assert len(told.splitlines()) == 1


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b'{"record": 1}', b"[" * 9_000])
def test_a_damaged_manifest_is_named_where_only_its_counts_are_read(stored, content):
    home, version = stored
    home.write(f"models/{version}/{MANIFEST}", content)
    with pytest.raises(ModelError, match=r"cannot be used: its model\.json is damaged; import"):
        registry.accepted_by_catalog(home, version)


def test_what_is_damaged_in_the_cache_is_fetched_again(s3_home, trained_cnn, tmp_path, monkeypatch):
    monkeypatch.setenv("ARTCAT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(storage, "_FETCHED_AGAIN", set())
    version = storage.save(s3_home, trained_cnn, **GIVEN)
    storage.load(s3_home, version)
    (cached,) = (tmp_path / "cache").rglob(WEIGHTS)
    cached.write_bytes(b"damaged")
    assert storage.load(s3_home, version).config.kind == "cnn"
    s3_home.write(f"models/{version}/{WEIGHTS}", b"damaged")
    cached.write_bytes(b"damaged")
    with pytest.raises(ModelError, match=r"cannot be used: .* is damaged"):
        storage.load(s3_home, version)


def blind(home, classifier):
    """Put a model into a home that loads but gives no probabilities; its version."""
    model_version = storage.save(home, classifier, **GIVEN)
    place = f"models/{model_version}"
    tensors = load(home.read(f"{place}/{WEIGHTS}"))
    weights = save({name: tensor * torch.nan for name, tensor in tensors.items()})
    manifest = signed(json.loads(home.read(f"{place}/{MANIFEST}")), weights)
    version = manifest["model_version"]
    home.write(f"models/{version}/{WEIGHTS}", weights)
    home.write(f"models/{version}/{MANIFEST}", json.dumps(manifest).encode())
    put(home, "models", (registry.row_of(home, model_version) or {}) | {"model_version": version})
    return version


def test_a_model_that_cannot_predict_is_never_champion(stored, trained_cnn):
    home, version = stored
    broken = blind(home, trained_cnn)
    storage.load(home, broken)
    with pytest.raises(ModelError, match=f"the model {broken} cannot predict: an image has no"):
        promote.promote(home, broken, "by hand")
    assert registry.champion(home) == version
    registry.promote(home, broken, "as an earlier artcat did")
    done = promote.rollback(home, reason="too sure")
    assert done.model_version == version
    assert done.reason == f"rolled back from {broken}: too sure"
    with pytest.raises(ModelError, match="cannot predict"):
        promote.rollback(home)
    assert registry.champion(home) == version


def test_the_gate_says_why_the_best_is_not_promoted(home, trained_cnn):
    broken = blind(home, trained_cnn)
    add_held_out_predictions(home, broken, [0, 1, 2] * 20, [0, 1, 2] * 20, sure=9.0)
    outcome = promote.promote_best(home)
    assert outcome.champion is None
    (decision,) = outcome.decisions
    assert not decision.promoted
    assert decision.reason.startswith(f"the model {broken} cannot predict: ")
