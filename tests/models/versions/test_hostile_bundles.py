"""Files that are not a valid model: each is refused in one line."""

import io
import json
import os
import resource
import struct
import time
import zipfile
from copy import deepcopy
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import load, save

from catalog.base.errors import ModelError
from catalog.storage.store import FolderStore
from models.classifiers.calibration import NEVER
from models.versions import bundle, registry, storage
from models.versions.bundle import CONTENTS
from models.versions.checkpoint import MANIFEST, WEIGHTS
from tests.models.versions.building import (
    CARD,
    GIVEN,
    KEPT,
    LFS,
    drop,
    entries,
    listed,
    signed,
    write,
)

pytestmark = pytest.mark.full

SECONDS = 20.0
MEGABYTES = 1000.0
STYLES = "style_embeddings"
CASES = yaml.safe_load(Path(__file__).with_name("bundles.yaml").read_text("utf-8"))


def bundle_of(trained):
    @pytest.fixture(scope="module")
    def exported(request, tmp_path_factory):
        folder = tmp_path_factory.mktemp(trained)
        home, file = FolderStore(folder / "home"), folder / "model.zip"
        version = storage.save(home, request.getfixturevalue(trained), **GIVEN)
        bundle.export_model(home, version, file)
        return entries(file)

    return exported


clip, cnn, facts = map(bundle_of, ("trained_clip", "trained_cnn", "trained_combined"))
"""The entries of the bundle of a CLIP, of a CNN, and of a combined classifier."""


def refused(file, tmp_path):
    """What is said when a file is refused; the home stays as it was, and it does not take long."""
    home = FolderStore(tmp_path / "home")
    begin, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(ModelError) as error:
        bundle.import_model(home, file)
    assert time.monotonic() - begin < SECONDS
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < MEGABYTES
    told = str(error.value)
    assert str(file) in told
    assert len(told.splitlines()) == 1
    assert len(told) < len(str(file)) * 2 + 600
    assert "/artcat-" not in told  # the folder that it was unpacked into
    assert list(home.list()) == []
    return told


def central(data, change, name=CARD):
    """A zip whose central entry of one file is changed by a function of the data and its place."""
    changed = bytearray(data)
    place = changed.rindex(b"PK\x01\x02", 0, changed.rindex(name.encode()))
    change(changed, place)
    return bytes(changed)


def field(offset, kind, value):
    return lambda data, place: struct.pack_into(kind, data, place + offset, value)


def links(contents):
    entry = zipfile.ZipInfo(CARD)
    entry.external_attr = 0o120777 << 16
    return [*((n, d) for n, d in contents.items() if n != CARD), (entry, b"/etc/passwd")]


def lies(*change):
    """A zip whose central entry of the card says something else."""
    return bytes_of(lambda contents: central(zipped(contents), field(*change)))


def zipped(contents, compression=zipfile.ZIP_STORED):
    buffer = io.BytesIO()
    write(buffer, contents, compression)
    return buffer.getvalue()


def sparse(path, _):
    with path.open("wb") as file:
        file.truncate(45 << 30)


def bytes_of(change):
    return lambda path, contents: path.write_bytes(change(contents))


BOMB = {CARD: b"\0" * (1 << 20)}
MANY = {f"judgements-{n}": b"" for n in range(5000)}
FILES = {
    "a folder": (lambda path, _: path.mkdir(), "it is a folder"),
    "a pipe": (lambda path, _: os.mkfifo(path), "it is a pipe"),
    "a device": (lambda path, _: path.symlink_to("/dev/zero"), "it is a device"),
    "a link to itself": (lambda path, _: path.symlink_to(path), "Too many levels"),
    "45 GB of nothing": (sparse, "it is a file of zeros"),
    "empty": (bytes_of(lambda _: b""), "it is an empty file"),
    "a pointer": (bytes_of(lambda _: LFS), "it is a Git LFS pointer"),
    "a page": (bytes_of(lambda _: b"<!doctype html><html>Sign in"), "it is a web page"),
    "weights": (bytes_of(lambda c: c[WEIGHTS]), "is not an artcat bundle, or damaged"),
    "an empty zip": (bytes_of(lambda _: zipped({})), "it has no weights.safetensors"),
    "cut off": (bytes_of(lambda c: zipped(c)[:-9]), "cut off or damaged"),
    "deflated": (bytes_of(lambda c: zipped(c, zipfile.ZIP_DEFLATED)), "compressed or encrypted"),
    "bzip2": (bytes_of(lambda c: zipped(c, zipfile.ZIP_BZIP2)), "compressed or encrypted"),
    "LZMA": (bytes_of(lambda c: zipped(c, zipfile.ZIP_LZMA)), "compressed or encrypted"),
    "a bomb": (bytes_of(lambda c: zipped({**c, **BOMB}, zipfile.ZIP_DEFLATED)), "compressed or"),
    "encrypted": (lies(8, "<H", 1), "compressed or encrypted"),
    "an unknown method": (lies(10, "<H", 77), "compress"),
    "a link": (bytes_of(lambda c: zipped(dict(links(c)))), "card.md is a link, not a file"),
    "a traversal": (bytes_of(lambda c: zipped({**c, "../x": b""})), "it contains '../x'"),
    "a backslash": (bytes_of(lambda c: zipped({**c, "..\\x": b""})), "it contains"),
    "an absolute path": (bytes_of(lambda c: zipped({**c, "/x": b""})), "it contains '/x'"),
    "a script": (bytes_of(lambda c: zipped({**c, "setup.py": b""})), "it contains 'setup.py'"),
    "many entries": (bytes_of(lambda c: zipped({**c, **MANY})), "it contains 'judgements-0'"),
    "sizes that lie": (lies(24, "<I", 10**6), "its entries are larger than the file"),
    "a size of 4 GB": (lies(24, "<I", 2**32 - 2), "card.md is too large"),
    "a size of 64 bits": (lies(24, "<I", 2**32 - 1), "card.md is too large"),
    "a start that lies": (lies(42, "<I", 7), "damaged"),
    "a start beyond": (lies(42, "<I", 2**31), "model.zip"),
    "entries that overlap": (lies(42, "<I", 0), "is not an artcat bundle, or damaged"),
    "another digest of the zip": (lies(16, "<I", 1), "is not an artcat bundle, or damaged"),
    "a folder in it": (bytes_of(lambda c: zipped({**c, "models/": b""})), "it contains 'models/'"),
    "no list": (bytes_of(lambda c: zipped(drop(CONTENTS)(c))), "it has no bundle.json"),
    "nothing at all": (lambda path, _: None, "there is no file"),
    "twice": (bytes_of(lambda c: zipped([*c.items(), (CARD, b"x")])), "contains card.md twice"),
    "a name that is not text": (
        bytes_of(lambda c: zipped(c).replace(b"card.md", b"c\xe0\xffd.md")),
        "it contains",
    ),
}


@pytest.mark.parametrize(("make", "said"), FILES.values(), ids=FILES)
@pytest.mark.filterwarnings("ignore:Duplicate")
def test_what_is_no_bundle_is_refused(cnn, tmp_path, make, said):
    make(tmp_path / "model.zip", cnn)
    assert said in refused(tmp_path / "model.zip", tmp_path)


DEEP = b'{"a":' * 9_000
LISTS = CASES["lists"] | {
    "deep": (DEEP, "JSON"),
    "a number": (b"9" * 9_000, "bundle.json cannot be used"),
    "UTF-16": ('{"format": "artcat-model-1"}'.encode("utf-16"), "JSON"),
}


@pytest.mark.parametrize(("content", "said"), LISTS.values(), ids=LISTS)
def test_a_list_that_is_none_is_refused(cnn, tmp_path, content, said):
    if isinstance(content, dict):
        changed = listed(cnn, **content)
    else:
        changed = {**cnn, CONTENTS: content.encode() if isinstance(content, str) else content}
    assert said in refused(write(tmp_path / "model.zip", changed), tmp_path)


ENTRIES = {
    "more than the list": (lambda c: {**c, "judgements-test.parquet": b"x"}, "match its list"),
    "a changed card": (lambda c: {**c, CARD: b"buy now"}, "card.md is not what was exported"),
    "control characters": (lambda c: listed({**c, CARD: b"\x1b[2J"}), "control characters"),
    "a card that is not text": (lambda c: listed({**c, CARD: b"\xff"}), "card.md is not text"),
    "a changed manifest": (
        lambda c: listed({**c, MANIFEST: c[MANIFEST].replace(b'"Baroque"', b'"Rococo"', 1)}),
        "model.json was changed",
    ),
    "other weights": (
        lambda c: listed({**c, WEIGHTS: c[WEIGHTS][:-1] + b"x"}),
        "weights.safetensors is damaged",
    ),
}


@pytest.mark.parametrize(("change", "said"), ENTRIES.values(), ids=ENTRIES)
def test_entries_that_were_changed_are_refused(cnn, tmp_path, change, said):
    assert said in refused(write(tmp_path / "model.zip", change(cnn)), tmp_path)


def forged(contents, manifest=None, weights=None, **others):
    """The entries with another model.json or other weights, and all digests right."""
    weights = contents[WEIGHTS] if weights is None else weights
    manifest = json.loads(contents[MANIFEST]) if manifest is None else manifest
    changed = {**contents, **others, WEIGHTS: weights}
    if isinstance(manifest, bytes):
        return listed({**changed, MANIFEST: manifest})
    manifest = signed(manifest, weights)
    data = json.dumps(manifest).encode()
    return listed({**changed, MANIFEST: data}, model_version=manifest["model_version"])


def at(content, path, value):
    """Set a value deep in a manifest; a path such as settings.counts.0."""
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    for step in way:
        content = content[step]
    content[last] = value


def nested_images(manifest):
    own = manifest["settings"]
    for _ in range(300):
        own = {**own, "image": own}
    manifest["settings"] = own


NAN, INF = float("nan"), float("inf")
LONG = {
    "a long style": ({"settings.styles.0": "a" * 5_000}, "unprintable"),
    "a fingerprint of a megabyte": ({"record.data_fingerprint": "a" * 10**6}, "too long"),
    "an image in an image": (nested_images, "model.json"),
}
SETTINGS = [
    *((model, *case) for model, cases in CASES["settings"].items() for case in cases.values()),
    *(("cnn", *case) for case in LONG.values()),
    ("clip", {"settings.config.architecture": "a" * 5_000}, "is too long"),
    ("facts", {"settings.facts.encoding.forms": ["a" * 500]}, "at most 100 characters"),
]


@pytest.mark.parametrize(("model", "change", "said"), SETTINGS)
def test_settings_of_no_training_are_refused(request, tmp_path, model, change, said):
    contents = request.getfixturevalue(model)
    manifest = json.loads(contents[MANIFEST])
    if callable(change):
        change(manifest)
    else:
        for path, value in change.items():
            at(manifest, path, value)
    assert said in refused(write(tmp_path / "model.zip", forged(contents, manifest)), tmp_path)


@pytest.mark.parametrize(
    "manifest", [b"", DEEP, b"9" * 9_000, b"[]", b'"model"', b"\xff\xfe\0", LFS]
)
def test_a_manifest_that_is_none_is_refused(cnn, tmp_path, manifest):
    told = refused(write(tmp_path / "model.zip", forged(cnn, manifest)), tmp_path)
    assert "model.json cannot be used" in told


def replaced(name, change):
    """Weights with one tensor changed; the first whose name ends so."""

    def changed(data):
        tensors = load(data)
        found = min(each for each in tensors if each.endswith(name))
        tensors[found] = change(tensors[found]).contiguous()
        return save(tensors)

    return changed


def header(content, data=b""):
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    return lambda _: len(text).to_bytes(8, "little") + text + data


def tensor(name, change):
    """A header of one tensor that is not there."""
    return header({"a": {"dtype": "F32", "shape": [], "data_offsets": [0, 0], name: change}})


def changed(change):
    return lambda data: save(change(load(data)))


def added(name):
    return changed(lambda tensors: {**tensors, name: torch.ones(1)})


WEIGHT_FILES = {
    "empty": ("cnn", lambda _: b"", "cannot be read"),
    "a pointer": ("cnn", lambda _: LFS, "cannot be read"),
    "a page": ("cnn", lambda _: b"<html>", "cannot be read"),
    "no tensors": ("cnn", lambda _: save({}), "does not fit: missing"),
    "one too many": ("cnn", added("more"), "does not fit: left over: more"),
    "cut off": ("cnn", lambda data: data[:-4], "cannot be read"),
    "too long": ("cnn", lambda data: data + b"x", "cannot be read"),
    "a long header": ("cnn", lambda d: (2**63).to_bytes(8, "little") + d[8:], "cannot be read"),
    "a deep header": ("cnn", header(DEEP), "cannot be read"),
    "a shape of 2^62": ("cnn", tensor("shape", [2**62, 4]), "cannot be read"),
    "a shape of nothing": ("cnn", tensor("shape", [2**40, 0]), "does not fit"),
    "an unknown type": ("cnn", tensor("dtype", "F3"), "cannot be read"),
    "another shape": ("cnn", replaced("head.1.weight", lambda t: t[:, 1:]), "of another shape"),
    "transposed": ("cnn", replaced("head.1.weight", lambda t: t.T), "of another shape"),
    "whole numbers": ("cnn", replaced("head.1.weight", torch.Tensor.int), "type torch.int32"),
    "flags": ("cnn", replaced("head.1.bias", lambda t: t > 0), "has type torch.bool"),
    "complex": ("cnn", replaced("head.1.bias", lambda t: t.to(torch.complex64)), "complex64"),
    "not a number": ("cnn", replaced("head.4.bias", lambda t: t * NAN), "cannot predict"),
    "infinity": ("cnn", replaced("features.0.weight", lambda t: t + INF), "cannot predict"),
    "large numbers": ("cnn", replaced("features.0.weight", lambda t: t + 1e38), "cannot predict"),
    "no scale": ("clip", replaced("logit_scale", lambda t: t + 1e6), "cannot predict"),
    "two scales": ("clip", replaced("logit_scale", lambda t: t.repeat(2)), "scale is [2], not []"),
    "no layer": ("clip", changed(drop("network.visual.conv1.weight")), "missing: network.visual.c"),
    "no embeddings": ("clip", changed(drop(STYLES)), "style_embeddings is None, not (3, 192)"),
    "few styles": ("clip", replaced(STYLES, lambda t: t[:2]), "is (2, 192), not (3, 192)"),
    "styles of whole numbers": ("clip", replaced(STYLES, lambda t: t.long()), "has type torch"),
    "styles that are none": ("clip", replaced(STYLES, lambda t: t * NAN), "cannot predict"),
    "no words": ("clip", replaced("token_embedding.weight", lambda t: t * NAN), "a text has no"),
    "no pictures": ("clip", replaced("attnpool.c_proj.bias", lambda t: t * NAN), "an image has no"),
    "half numbers": ("facts", replaced("facts.value", torch.Tensor.bfloat16), "BFloat16"),
    "single numbers": ("facts", replaced("facts.value", torch.Tensor.float), "list of float64"),
    "a cycle": ("facts", replaced("facts.left", torch.zeros_like), "leads back"),
    "other styles": ("facts", replaced("facts.baseline", lambda t: t.repeat(2)), "score 6 styles"),
    "a part too many": ("facts", added("more"), "contains 'more', which it does not need"),
    "too many layers": ("facts", added("image.more"), "does not fit: left over: "),
    "too many arrays": ("facts", added("facts.more"), "need the arrays"),
    "too few arrays": ("facts", changed(drop("facts.threshold")), "need the arrays"),
    "too few layers": ("facts", changed(drop("image.network.head.4.bias")), "not fit: missing: "),
}


@pytest.mark.parametrize(("model", "change", "said"), WEIGHT_FILES.values(), ids=WEIGHT_FILES)
def test_weights_that_cannot_predict_are_refused(request, tmp_path, model, change, said):
    contents = request.getfixturevalue(model)
    changed = forged(contents, weights=change(contents[WEIGHTS]))
    assert said in refused(write(tmp_path / "model.zip", changed), tmp_path)


def parquet(table):
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    return buffer.getvalue()


def judged(styles, **columns):
    notes = json.dumps({"styles": styles, "out_of_fold": False}).encode()
    texts, logits = pa.array([], pa.string()), pa.array([], pa.list_(pa.float64()))
    empty = dict.fromkeys(("artwork_id", "group_id", "style"), texts)
    empty |= {"plain": logits, "corrected": logits}
    table = pa.table({**empty, **columns})
    return parquet(table.replace_schema_metadata({b"artcat.judgements": notes}))


def many_rows():
    """A few kilobytes of Parquet that are gigabytes when they are read."""
    rows = 12_000_000
    texts = pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, np.int32)), ["x" * 1000])
    return parquet(pa.table({"artwork_id": texts}))


JUDGED = {
    "no Parquet": (lambda _: b"PAR1" * 9, "is damaged"),
    "empty": (lambda _: b"", "is damaged"),
    "other columns": (lambda _: parquet(pa.table({"a": [1]})), "judgements"),
    "other styles": (lambda _: judged(["a"]), "has different styles"),
    "other types": (lambda s: judged(s, style=pa.array([], pa.int64())), "contains no stored"),
    "many rows": (lambda _: many_rows(), "judgements"),
    "cut off": (lambda s: judged(s)[:-20], "is damaged"),
}


@pytest.mark.parametrize(("make", "said"), JUDGED.values(), ids=JUDGED)
def test_files_that_are_not_held_out_predictions_are_refused(cnn, tmp_path, make, said):
    styles = json.loads(cnn[MANIFEST])["settings"]["styles"]
    changed = listed({**cnn, KEPT: make(styles)})
    assert said in refused(write(tmp_path / "model.zip", changed), tmp_path)


def test_what_is_unusual_but_right_is_imported(cnn, tmp_path):
    manifest = json.loads(cnn[MANIFEST])
    at(manifest, "settings.calibration", {"temperature": 0.05, "accept_threshold": NEVER})
    at(manifest, "record.metrics", {"ece": NAN})
    styles = manifest["settings"]["styles"]
    changed = forged(cnn, manifest, **{KEPT: judged(styles)})
    home = FolderStore(tmp_path / "home")
    version, new = bundle.import_model(home, write(tmp_path / "model.zip", changed))
    assert new
    assert registry.find(home, version).kind == "cnn"


VALUES = st.sampled_from(
    [
        *(None, True, False, 0, -1, 1, 2**31, 2**63, 10**30, -(2**63), 0.5, 1e308, -1e308, NAN),
        *(INF, -INF, 5e-324, "", "a", "\0", "a" * 10**5, "image", [], {}, [0], [[]], {"a": 1}),
    ]
)


@settings(deadline=None, max_examples=80)
@given(st.data())
def test_no_settings_raise_anything_else(facts, tmp_path_factory, data):
    manifest = json.loads(facts[MANIFEST])
    for _ in range(data.draw(st.integers(1, 3))):
        content, path = manifest, []
        while (
            isinstance(content, dict | list) and content and (not path or data.draw(st.booleans()))
        ):
            keys = sorted(content) if isinstance(content, dict) else range(len(content))
            path.append(data.draw(st.sampled_from(list(keys))))
            holder, content = content, content[path[-1]]
        if path:
            # a copy: the next change may go into it, and hypothesis draws it again
            holder[path[-1]] = deepcopy(data.draw(VALUES))
    if not isinstance(manifest.get("model_version"), str):
        return
    file = tmp_path_factory.mktemp("any") / "model.zip"
    accept_or_refuse(write(file, forged(facts, manifest)))


@settings(deadline=None, max_examples=150)
@given(
    st.sampled_from(["zip", WEIGHTS, MANIFEST, CONTENTS, CARD]),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=8),
    st.floats(0.3, 1),
    st.booleans(),
)
@pytest.mark.filterwarnings("ignore:Duplicate")
def test_no_bytes_raise_anything_else(facts, tmp_path_factory, part, changes, kept, at_the_end):
    def changed(data):
        new = bytearray(data[: max(1, int(len(data) * kept))] if at_the_end else data)
        for place, value in changes:
            new[int((place**8 if at_the_end else place) * (len(new) - 1))] = value
        return bytes(new)

    if part == "zip":
        data = changed(zipped({**facts, WEIGHTS: b""}))
    elif part == WEIGHTS:
        data = zipped(forged(facts, weights=changed(facts[WEIGHTS])))
    elif part == MANIFEST:
        data = zipped(forged(facts, changed(facts[MANIFEST])))
    else:
        new = {**facts, part: changed(facts[part])}
        data = zipped(new if part == CONTENTS else listed(new))
    file = tmp_path_factory.mktemp("any") / "model.zip"
    file.write_bytes(data)
    accept_or_refuse(file)


def accept_or_refuse(file):
    """Import a bundle; what can be imported can predict, what cannot is refused in one line."""
    home = FolderStore(file.with_name("home"))
    try:
        version, _ = bundle.import_model(home, file)
    except ModelError as error:
        assert len(str(error).splitlines()) == 1
        assert list(home.list()) == []
    else:
        storage.load(home, version)
