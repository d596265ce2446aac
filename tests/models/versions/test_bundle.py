import json
import shutil
import zipfile

import numpy as np
import pytest
from safetensors.torch import load_file

from catalog.base.errors import ModelError
from catalog.base.hashing import sha256_of_file
from catalog.storage.store import FolderStore
from models.health import check_models
from models.metrics import held_out_predictions
from models.metrics.held_out_predictions import HeldOutPredictions
from models.versions import bundle, registry, storage
from models.versions.bundle import CONTENTS
from models.versions.checkpoint import MANIFEST, WEIGHTS
from models.versions.registry import FILES
from tests.building import rows_of
from tests.models.evidence.building import artworks
from tests.models.versions.test_checkpoint import resign

pytestmark = [pytest.mark.full, pytest.mark.usefixtures("three_styles")]

CARD, KEPT = "card.md", "judgements-validation.parquet"


@pytest.fixture(scope="module")
def source(trained_clip, tmp_path_factory):
    """A home with one CLIP that was measured, and its version."""
    home = FolderStore(tmp_path_factory.mktemp("source"))
    classifier = trained_clip
    version = storage.save(home, classifier, scheme="artist", preset="quick", training_key="ab12")
    logits = np.eye(3)
    labels = np.arange(3)
    said = HeldOutPredictions(
        classifier.styles, ["x:1", "x:2", "x:3"], list("abc"), labels, logits, logits
    )
    held_out_predictions.write(home, version, "validation", said)
    return home, version


@pytest.fixture(scope="module")
def exported(source, tmp_path_factory):
    file = tmp_path_factory.mktemp("exported") / "model.zip"
    size = bundle.export_model(*source, file)
    assert size == file.stat().st_size
    return file


def test_a_model_travels_whole(source, exported, home, held_out):
    old, version = source
    assert bundle.import_model(home, exported) == (version, True)
    jpegs = held_out["image"].to_pylist()
    there, here = storage.load(old, version), storage.load(home, version)
    assert (there.predict(jpegs).probabilities == here.predict(jpegs).probabilities).all()
    folder = f"models/{version}"
    for name in (WEIGHTS, MANIFEST, CARD):
        assert home.read(f"{folder}/{name}") == old.read(f"{folder}/{name}")
    # what the other home measured is kept, but not as a measurement of this one
    for name in (CARD, KEPT):
        assert home.read(f"{folder}/origin-{name}") == old.read(f"{folder}/{name}")
    assert held_out_predictions.read(home, version, "validation") is None
    (before,), (after,) = rows_of(old, "models"), rows_of(home, "models")
    assert before.pop("imported_at") is None
    assert after.pop("imported_at") is not None
    assert after == before
    assert registry.find(home, version).imported
    assert registry.champions(home) == {}


def test_a_combined_model_travels_whole(trained_combined, home, tmp_path):
    old, file = FolderStore(tmp_path / "old"), tmp_path / "model.zip"
    given = {"scheme": "artist", "preset": "quick", "training_key": "ab12"}
    version = storage.save(old, trained_combined, **given)
    bundle.export_model(old, version, file)
    assert bundle.import_model(home, file) == (version, True)
    asked = artworks({"date_earliest": 1885, "date_latest": 1885}, {"others": {"Realism": 3}})
    predictions = [
        model.combine(model.evidence_about(asked, None))
        for model in (storage.load(old, version), storage.load(home, version))
    ]
    assert predictions[0].patterns == ["facts", "other works"]
    np.testing.assert_array_equal(*(each.log_probabilities for each in predictions))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda s: s["image"]["calibration"].update(temperature=-1.0), "invalid"),
        (lambda s: s["image"]["preprocessing"].update(image_size=5000), "too large"),
    ],
    ids=["temperature", "images"],
)
def test_parts_of_a_combined_model_are_checked_like_models(
    trained_combined, home, tmp_path, change, said
):
    old, file = FolderStore(tmp_path / "old"), tmp_path / "model.zip"
    given = {"scheme": "artist", "preset": "quick", "training_key": "ab12"}
    bundle.export_model(old, storage.save(old, trained_combined, **given), file)
    with pytest.raises(ModelError, match=said):
        bundle.import_model(
            home, forged(file, tmp_path, lambda manifest: change(manifest["settings"]))
        )
    assert list(home.list()) == []


def test_pools_that_fit_no_part_or_would_overflow_are_refused(trained_combined, home, tmp_path):
    old, file = FolderStore(tmp_path / "old"), tmp_path / "model.zip"
    given = {"scheme": "artist", "preset": "quick", "training_key": "ab12"}
    bundle.export_model(old, storage.save(old, trained_combined, **given), file)
    contents = entries(file)
    for name, pool, said in (
        (
            "dreams",
            {"method": "linear", "weights": [1.0]},
            "'dreams', which its parts do not provide",
        ),
        ("facts", {"method": "linear", "weights": [1e300]}, "less than or equal to 100"),
    ):
        manifest = json.loads(contents[MANIFEST])
        manifest["settings"]["pools"][name] = pool
        foreign = listed({**contents, MANIFEST: json.dumps(manifest).encode()})
        with pytest.raises(ModelError, match=said):
            bundle.import_model(home, write(tmp_path / "foreign.zip", foreign))
    assert list(home.list()) == []


def test_importing_twice_changes_nothing(exported, home):
    version, _ = bundle.import_model(home, exported)
    objects = [(info.key, info.etag) for info in home.list()]
    assert bundle.import_model(home, exported) == (version, False)
    assert [(info.key, info.etag) for info in home.list()] == objects


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("content", [None, b"", b"x" * 3000], ids=["gone", "empty", "changed"])
def test_importing_mends_a_model_of_damaged_files(source, exported, home, name, content):
    version, _ = bundle.import_model(home, exported)
    registry.promote(home, version, "by hand")
    assert [finding.status for finding in check_models(home)] == ["ok"]
    home.delete(f"models/{version}/{name}")
    if content is not None:
        home.write(f"models/{version}/{name}", content)
    (finding,) = check_models(home)
    assert (finding.check, finding.status) == ("champion classifier", "failed")
    assert f"artcat models import FILE --home {home.uri}" in finding.advice
    row = rows_of(home, "models")
    assert bundle.import_model(home, exported) == (version, True)
    storage.load(home, version)
    assert rows_of(home, "models") == row


def test_a_bundle_can_be_imported_into_s3(exported, s3_home):
    version, _ = bundle.import_model(s3_home, exported)
    assert storage.load(s3_home, version).config.kind == "clip"


def test_the_same_model_gives_the_same_bytes_and_no_file_is_overwritten(source, exported, tmp_path):
    bundle.export_model(*source, tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == exported.read_bytes()
    with pytest.raises(ModelError, match=r"again\.zip already exists"):
        bundle.export_model(*source, tmp_path / "again.zip")
    with pytest.raises(ModelError, match=r"cannot write .*nowhere"):
        bundle.export_model(*source, tmp_path / "nowhere" / "model.zip")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["again.zip"]


def test_a_damaged_model_is_not_exported(source, tmp_path):
    home = FolderStore(shutil.copytree(source[0].folder, tmp_path / "home"))
    key = f"models/{source[1]}/{WEIGHTS}"
    home.write(key, home.read(key)[:-1] + b"x")
    with pytest.raises(ModelError, match="is damaged"):
        bundle.export_model(home, source[1], tmp_path / "model.zip")


def entries(file):
    with zipfile.ZipFile(file) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist()}


def write(file, contents, compression=zipfile.ZIP_STORED):
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, data in contents.items() if isinstance(contents, dict) else contents:
            archive.writestr(name, data)
    return file


def listed(contents, **changes):
    """The entries with digests that fit them, and other fields of bundle.json changed."""
    import hashlib

    told = json.loads(contents[CONTENTS])
    told["sha256"] = {
        name: hashlib.sha256(data).hexdigest()
        for name, data in contents.items()
        if name != CONTENTS
    }
    return {**contents, CONTENTS: json.dumps({**told, **changes}).encode()}


def less(*names):
    return lambda c: {name: data for name, data in c.items() if name not in names}


def without_counts(contents):
    """A model that says that it was trained on nothing."""
    told = json.loads(contents[MANIFEST])
    told["settings"]["counts"] = [0] * len(told["settings"]["styles"])
    return {**contents, MANIFEST: json.dumps(told).encode()}


FOREIGN = {
    "an entry too many": (lambda c: {**c, "setup.py": b""}, "it contains 'setup.py'"),
    "a path that leads out": (lambda c: {**c, "../../x": b""}, r"it contains '\.\./\.\./x'"),
    "an absolute path": (lambda c: {**c, "/etc/x": b""}, "it contains '/etc/x'"),
    "a folder": (lambda c: {**c, "models/": b""}, "it contains 'models/'"),
    "a pickle": (lambda c: {**c, "weights.pt": b""}, r"it contains 'weights\.pt'"),
    "no weights": (less(WEIGHTS), r"it has no weights\.safetensors"),
    "no list": (less(CONTENTS), r"it has no bundle\.json"),
    "a list that is no JSON": (lambda c: {**c, CONTENTS: b"{"}, r"bundle\.json cannot be used"),
    "another format": (lambda c: listed(c, format="artcat-model-9"), "cannot be used: format"),
    "a version that is a path": (lambda c: listed(c, model_version="../x"), "used: model_version"),
    "more than the list": (
        lambda c: {**c, "judgements-test.parquet": b"x"},
        "entries do not match its list",
    ),
    "a changed card": (lambda c: {**c, CARD: b"buy now"}, r"card\.md is not what was exported"),
    "another version": (
        lambda c: listed(c, model_version="0" * 16),
        "declares a different model from the one it contains",
    ),
    "an unknown split": (lambda c: listed(c, scheme="by-colour"), "unknown scheme 'by-colour'"),
    "control characters": (
        lambda c: listed({**c, CARD: b"\x1b[2J"}),
        "contains control characters",
    ),
    "a card that is not text": (lambda c: listed({**c, CARD: b"\xff"}), r"card\.md is not text"),
    "no held-out predictions": (lambda c: listed({**c, KEPT: b"PAR1"}), "is damaged"),
    "a manifest that was changed": (
        lambda c: listed({**c, MANIFEST: c[MANIFEST].replace(b'"Baroque"', b'"Rococo"', 1)}),
        r"model\.json was changed",
    ),
    "no training works": (
        lambda c: listed(without_counts(c)),
        r"model\.json cannot be used: settings: its counts of training artworks are all zero",
    ),
    "other weights": (
        lambda c: listed({**c, WEIGHTS: c[WEIGHTS][:-1] + b"x"}),
        r"weights\.safetensors is damaged",
    ),
}


@pytest.mark.parametrize(("change", "said"), FOREIGN.values(), ids=FOREIGN)
def test_what_is_no_bundle_is_refused_by_name(exported, tmp_path, home, change, said):
    file = write(tmp_path / "foreign.zip", change(entries(exported)))
    with pytest.raises(ModelError, match=said) as caught:
        bundle.import_model(home, file)
    assert "foreign.zip" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "/artcat-" not in str(caught.value)  # the folder that it was unpacked into
    assert list(home.list()) == []


def test_entries_that_come_twice_or_are_compressed_or_no_zip_at_all(exported, tmp_path, home):
    contents = entries(exported)
    with pytest.warns(UserWarning, match="Duplicate"):
        twice = write(tmp_path / "twice.zip", [*contents.items(), (CARD, b"another")])
    packed = write(tmp_path / "packed.zip", contents, zipfile.ZIP_DEFLATED)
    text = tmp_path / "text.zip"
    text.write_text("no zip")
    torn = tmp_path / "torn.zip"
    torn.write_bytes(exported.read_bytes()[:-5000])
    for file, said in (
        (twice, r"twice\.zip .* contains card\.md twice"),
        (packed, "is compressed or encrypted"),
        (text, r"text\.zip is not an artcat bundle"),
        (torn, r"torn\.zip is not an artcat bundle, or damaged"),
        (tmp_path / "none.zip", r"there is no file .*none"),
        (tmp_path, "cannot be read"),
    ):
        with pytest.raises(ModelError, match=said):
            bundle.import_model(home, file)
    assert list(home.list()) == []


def test_an_entry_that_is_too_large_is_refused_unread(exported, tmp_path, home, monkeypatch):
    monkeypatch.setitem(bundle._LIMITS, WEIGHTS, 1000)
    with pytest.raises(ModelError, match=r"weights\.safetensors is too large"):
        bundle.import_model(home, exported)


def forged(exported, tmp_path, change, tensors=None):
    """A bundle whose digests and version are all right, as an attacker can make it."""
    folder = tmp_path / "forged"
    folder.mkdir()
    contents = entries(exported)
    for name in (WEIGHTS, MANIFEST):
        (folder / name).write_bytes(contents[name])
    resign(folder, change, tensors(load_file(folder / WEIGHTS)) if tensors else None)
    version = json.loads((folder / MANIFEST).read_text())["model_version"]
    changed = {name: (folder / name).read_bytes() for name in (WEIGHTS, MANIFEST)}
    return write(tmp_path / "forged.zip", listed({**contents, **changed}, model_version=version))


@pytest.mark.parametrize(
    ("where", "value", "said"),
    [
        (("config", "architecture"), "no-such", "unknown CLIP architecture 'no-such'"),
        (("config", "image_size"), 10**6, "too large"),
        (("preprocessing", "image_size"), 10**6, "too large"),
        (("styles",), ["\x1b[2J", "a", "b"], "too long or unprintable"),
        (("calibration", "temperature"), 0.0, "invalid"),
    ],
)
def test_a_forged_model_that_cannot_be_used_is_refused(
    exported, tmp_path, home, where, value, said
):
    def change(content):
        *path, last = where
        target = content["settings"]
        for step in path:
            target = target[step]
        target[last] = value

    with pytest.raises(ModelError, match=said) as caught:
        bundle.import_model(home, forged(exported, tmp_path, change))
    assert "forged.zip" in str(caught.value)
    assert list(home.list()) == []


def test_the_digest_of_a_file(tmp_path):
    (tmp_path / "file").write_bytes(b"abc")
    assert sha256_of_file(tmp_path / "file").startswith("ba7816bf")
