import gzip
import io
import json
import lzma
import os
import pickle
import re
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save, save_file

from catalog.base.errors import ModelError
from models.networks.weights import fit_weights, is_file_name, read_weights, require_fit
from models.versions import checkpoint
from tests.models.versions.building import entries, write


@pytest.mark.parametrize(
    ("pretrained", "file"),
    [
        *((name, False) for name in ("openai", "laion2b_s34b_b79k")),
        *((n, True) for n in ("weights.safetensors", "w.pt", "folder/weights", "/abs/model.bin")),
    ],
)
def test_files_are_distinguished_from_tags(pretrained, file):
    assert is_file_name(pretrained) == file


@pytest.mark.parametrize("wrapped", [False, True])
def test_state_dicts_are_read_bare_and_wrapped(tmp_path, wrapped):
    weights = {"module.a": torch.ones(2), "module.b": torch.zeros(3, 1)}
    torch.save({"epoch": 3, "state_dict": weights} if wrapped else weights, tmp_path / "w.pt")
    found = read_weights(tmp_path / "w.pt")
    assert set(found) == {"a", "b"}
    assert torch.equal(found["a"], torch.ones(2))


class Program:
    def __reduce__(self):
        return (print, ("this must never run",))


def truncated(path):
    buffer = io.BytesIO()
    torch.save({"a": torch.ones(1000)}, buffer)
    path.write_bytes(buffer.getvalue()[:900])


def damaged(path):
    torch.save({"a": torch.ones(1000)}, path)
    data = bytearray(path.read_bytes())
    data[0] = 0  # no longer a zip archive by its beginning
    data[data.rindex(b"PK\x01\x02")] = 0
    path.write_bytes(data)


def saved(content):
    return lambda path: torch.save(content, path)


def written(data):
    return lambda path: path.write_bytes(data)


def zipped(*names):
    return lambda path: write(path, dict.fromkeys(names, b"\0" * 100_000))


def compressed(path):
    torch.save({"a": torch.zeros(100_000)}, path)
    write(path, entries(path), zipfile.ZIP_DEFLATED)


def tensors(header, data=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return written(len(text).to_bytes(8, "little") + text + data)


def one(**changes):
    return {"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4], **changes}}


SAFE, STATE = "w.safetensors", "w.pt"
KINDS = yaml.safe_load(Path(__file__).with_name("kinds.yaml").read_text("utf-8"))
OTHER_FILES = {
    **{
        f"{kind} called {name}": (name, written(content.encode("latin-1")), said)
        for kind, (content, said) in KINDS.items()
        for name in (SAFE, STATE)
    },
    "nothing": (STATE, lambda path: None, "there is no weights file"),
    "a folder": (STATE, lambda path: path.mkdir(), "it is not a file"),
    "a pipe": (STATE, os.mkfifo, "it is not a file"),
    "zeros": (SAFE, written(bytes(5000)), "it is a file of zeros"),
    "a zip of images": ("w.bin", zipped("a.jpg", "b.jpg"), "it is a zip archive of 'a.jpg' and"),
    "an empty zip": (STATE, zipped(), "it is a zip archive of nothing"),
    "a zip of weights": (SAFE, zipped("w.safetensors"), "unpack it first"),
    "a bundle": (STATE, zipped("bundle.json", "model.json"), "`artcat models import` takes it"),
    "gzip": (STATE, written(gzip.compress(b"x" * 99)), "it is a gzip archive"),
    "xz": ("w.pth", written(lzma.compress(b"x" * 99)), "it is an xz archive"),
    "NumPy": (STATE, lambda path: np.save(path.open("wb"), np.ones(3)), "a NumPy array"),
    "noise": (STATE, written(b"\xfe\xdc\xba\x98" * 99), "contains more than weights, or none"),
    "noise for safetensors": (SAFE, written(b"\xfe\xdc\xba\x98" * 99), "is not a safetensors file"),
    "truncated": (STATE, truncated, "a zip archive that was cut off or damaged"),
    "a program": (STATE, saved({"a": Program()}), "a pickle that can run code is not read"),
    "a plain program": (STATE, written(pickle.dumps({"a": Program()})), "a pickle that can run"),
    "a damaged archive": (STATE, damaged, "cannot be read as PyTorch weights"),
    "a program called safetensors": (SAFE, saved({"a": Program()}), "a pickle that can run code"),
    "a whole network": (STATE, saved(torch.nn.Linear(2, 3)), "a pickle that can run code"),
    "a list": (STATE, saved([1, 2]), "contains no weights by name"),
    "no tensors": (STATE, saved({}), "contains no weights by name"),
    "other values": (STATE, saved({"lr": 0.1}), "contains more than weights"),
    "sparse": (STATE, saved({"a": torch.eye(3).to_sparse()}), "sparse, quantized or not"),
    "meta": (STATE, saved({"a": torch.empty(3, device="meta")}), "sparse, quantized or not"),
    "repeated": (STATE, saved({"a": torch.ones(1).expand(10**7)}), "larger than the file"),
    "compressed": (STATE, compressed, "its entries are compressed"),
    "cut off": (SAFE, tensors(one(shape=[100], data_offsets=[0, 400]), b"x"), "399 bytes are"),
    "a header cut off": (SAFE, written((5000).to_bytes(8, "little") + b"{"), "4,999 bytes are"),
    "an unknown type": (SAFE, tensors(one(dtype="F31"), b"x" * 4), "cannot be read as safetens"),
    "a large shape": (SAFE, tensors(one(shape=[2**62, 16]), b"x" * 4), "cannot be read as safe"),
    "a list as header": (SAFE, tensors([1]), "is not a safetensors file"),
    "a deep header": (SAFE, tensors(b'{"a":' * 9000), "cannot be read as safetensors"),
    "a header of numbers": (SAFE, tensors(b'{"a":' + b"9" * 9000 + b"}"), "cannot be read as"),
}


@pytest.mark.filterwarnings("ignore:Detected pickle protocol")
@pytest.mark.filterwarnings("ignore:Sparse")
@pytest.mark.parametrize(("name", "write", "said"), OTHER_FILES.values(), ids=OTHER_FILES)
def test_other_files_are_refused_in_one_line_that_says_what_they_are(
    tmp_path, capsys, name, write, said
):
    write(tmp_path / name)
    with pytest.raises(ModelError, match=re.escape(said)) as caught:
        read_weights(tmp_path / name)
    assert "\n" not in str(caught.value)
    assert str(tmp_path / name) in str(caught.value)
    assert "weights_only" not in str(caught.value)
    assert "never run" not in capsys.readouterr().out


def test_weights_are_known_by_their_bytes_not_their_name(tmp_path):
    save_file({"a": torch.ones(2)}, tmp_path / "w.pt")
    assert torch.equal(read_weights(tmp_path / "w.pt")["a"], torch.ones(2))
    torch.save({"a": torch.zeros(2)}, tmp_path / "w.safetensors")
    assert torch.equal(read_weights(tmp_path / "w.safetensors")["a"], torch.zeros(2))


def state_files():
    buffer = io.BytesIO()
    torch.save({"a": torch.ones(3)}, buffer)
    legacy = io.BytesIO()
    torch.save({"a": torch.ones(3)}, legacy, _use_new_zipfile_serialization=False)
    return (buffer.getvalue(), legacy.getvalue(), save({"a": torch.ones(3), "b": torch.ones(2)}))


@settings(deadline=None, max_examples=150)
@given(
    st.sampled_from(state_files()),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=6),
    st.floats(0.5, 1),
    st.sampled_from([SAFE, STATE]),
)
@pytest.mark.filterwarnings("ignore")
def test_no_bytes_raise_anything_else(tmp_path_factory, data, changes, kept, name):
    changed = bytearray(data[: int(len(data) * kept)])
    for place, value in changes:
        changed[int(place * (len(changed) - 1))] = value
    path = tmp_path_factory.getbasetemp() / name
    path.write_bytes(changed)
    try:
        found = read_weights(path)
    except ModelError as error:
        assert len(str(error).splitlines()) == 1
        assert "weights_only" not in str(error)
    else:
        assert all(isinstance(tensor, torch.Tensor) for tensor in found.values())


def test_weights_that_cannot_be_scaled_are_refused_in_one_line(tmp_path, trained_clip):
    network = trained_clip.network
    state = {**network.state_dict(), "logit_scale": torch.ones(5)}
    with pytest.raises(ModelError, match="w into tiny does not fit: shape"):
        fit_weights(network, state, "w into tiny")


@pytest.mark.filterwarnings("ignore:.*torch.jit:FutureWarning")
def test_an_archive_of_torchscript_is_refused_with_a_way_that_works(tmp_path):
    archive = tmp_path / "ViT-B-32.pt"
    torch.jit.save(torch.jit.script(torch.nn.Linear(2, 3)), archive)
    with pytest.raises(ModelError, match="TorchScript archive") as caught:
        read_weights(archive)
    message = str(caught.value)
    command = message.split('python -c "')[1].split('"', maxsplit=1)[0]
    exec(command, {})
    converted = read_weights(tmp_path / message.rsplit("give ", 1)[1])
    shapes = {name: tuple(tensor.shape) for name, tensor in converted.items()}
    assert shapes == {"weight": (3, 2), "bias": (3,)}


def test_what_does_not_fit_is_named():
    own = {"a": torch.ones(2), "b": torch.ones(1, 3)}
    require_fit(own, dict(own), "these")
    given = {"b": torch.ones(3, 1), **{f"x{n}": torch.ones(1) for n in range(5)}}
    with pytest.raises(ModelError) as caught:
        require_fit(own, given, "f.pt into artcat-tiny")
    assert str(caught.value) == (
        "f.pt into artcat-tiny does not fit: missing: a; left over: x0, x1, x2 and 2 more; "
        "of another shape: b is [3, 1], not [1, 3]"
    )


def test_a_model_of_our_own_may_be_begun_with(trained_clip, tmp_path):
    checkpoint.save(trained_clip, tmp_path / "model")
    found = read_weights(tmp_path / "model" / "weights.safetensors")
    state = trained_clip.network.state_dict()
    assert found.keys() == state.keys()
    assert all(torch.equal(found[name], state[name]) for name in state)
