import io
import pickle

import pytest
import torch
from safetensors.torch import save_file

from catalog.errors import ModelError
from models.networks.weights import is_file_name, read_weights, require_fit
from models.versions import checkpoint


@pytest.mark.parametrize(
    ("pretrained", "file"),
    [
        ("openai", False),
        ("laion2b_s34b_b79k", False),
        ("weights.safetensors", True),
        ("weights.pt", True),
        ("folder/weights", True),
        ("/abs/model.bin", True),
    ],
)
def test_files_are_told_from_tags(pretrained, file):
    assert is_file_name(pretrained) == file


@pytest.mark.parametrize("wrapped", [False, True])
def test_state_dicts_are_read_bare_and_wrapped(tmp_path, wrapped):
    weights = {"module.a": torch.ones(2), "module.b": torch.zeros(3, 1)}
    torch.save({"epoch": 3, "state_dict": weights} if wrapped else weights, tmp_path / "w.pt")
    found = read_weights(tmp_path / "w.pt")
    assert set(found) == {"a", "b"}
    assert torch.equal(found["a"], torch.ones(2))


def test_safetensors_are_read(tmp_path):
    save_file({"a": torch.ones(2)}, tmp_path / "w.safetensors")
    assert torch.equal(read_weights(tmp_path / "w.safetensors")["a"], torch.ones(2))


class Program:
    def __reduce__(self):
        return (print, ("this must never run",))


def malicious(path):
    torch.save({"a": Program()}, path)


def plain_pickle(path):
    path.write_bytes(pickle.dumps({"a": Program()}))


def truncated(path):
    buffer = io.BytesIO()
    torch.save({"a": torch.ones(1000)}, buffer)
    path.write_bytes(buffer.getvalue()[:900])


@pytest.mark.filterwarnings("ignore:Detected pickle protocol")
@pytest.mark.parametrize(
    ("name", "write", "said"),
    [
        ("w.pt", lambda path: None, "there is no weights file"),
        ("w.pt", lambda path: path.write_bytes(b""), "cannot be read as PyTorch weights"),
        ("w.pt", lambda path: path.write_bytes(b"no weights"), "cannot be read as PyTorch weights"),
        ("w.pt", truncated, "cannot be read as PyTorch weights"),
        ("w.pt", malicious, "cannot be read as PyTorch weights"),
        ("w.pt", plain_pickle, "cannot be read as PyTorch weights"),
        ("w.pt", lambda path: torch.save([1, 2], path), "holds no weights by name"),
        ("w.pt", lambda path: torch.save({"lr": 0.1}, path), "holds more than weights"),
        ("w.safetensors", lambda path: path.write_bytes(b"{}"), "cannot be read as safetensors"),
    ],
)
def test_other_files_are_refused_in_one_line(tmp_path, capsys, name, write, said):
    write(tmp_path / name)
    with pytest.raises(ModelError, match=said) as caught:
        read_weights(tmp_path / name)
    assert "\n" not in str(caught.value)
    assert "never run" not in capsys.readouterr().out


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
    assert {name: tuple(t.shape) for name, t in converted.items()} == {
        "weight": (3, 2),
        "bias": (3,),
    }


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
    checkpoint.save(trained_clip.classifier, tmp_path / "model")
    found = read_weights(tmp_path / "model" / "weights.safetensors")
    state = trained_clip.classifier.network.state_dict()
    assert found.keys() == state.keys()
    assert all(torch.equal(found[name], state[name]) for name in state)
