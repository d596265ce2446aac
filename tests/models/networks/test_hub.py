"""The download by tag, end to end, against a stand-in for the hub on this machine."""

import hashlib
import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import open_clip
import pytest
import torch
from huggingface_hub import constants, file_download
from safetensors.torch import save

from catalog.base.errors import ModelError
from models.networks import hub as networks_hub
from models.networks.clip import build, create_clip
from models.networks.pretrained import file_digest
from models.presets import ladder_config
from models.training.train import train
from models.versions import card, storage
from tests.models.networks.hub_server import Hub, serving

pytestmark = pytest.mark.full

FILE = "maker/weights/resolve/main/open_clip_model.safetensors"
NAME, TAG = "artcat-tiny", "made_up"


@pytest.fixture(scope="module")
def weights() -> bytes:
    torch.manual_seed(0)
    return save(build(NAME, 64).state_dict())


@pytest.fixture
def hub(weights, monkeypatch, tmp_path):
    """A hub with the weights; open_clip knows a tag for them, and nothing was downloaded before."""
    known = open_clip.get_pretrained_cfg

    def tags(architecture, tag):
        if (architecture, tag) == (NAME, TAG):
            return {"hf_hub": "maker/weights/", "mean": [0.5] * 3, "std": [0.5] * 3}
        return known(architecture, tag)

    monkeypatch.setattr(open_clip, "get_pretrained_cfg", tags)
    monkeypatch.setenv("ARTCAT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_TOKEN", "secret")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(constants, "DOWNLOAD_CHUNK_SIZE", 1 << 20)
    monkeypatch.setattr(file_download.time, "sleep", lambda _: None)
    with serving(Hub({FILE: weights})) as served:
        monkeypatch.setattr(constants, "ENDPOINT", served.address)
        template = f"{served.address}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
        yield served


def refused():
    with pytest.raises(ModelError) as caught:
        create_clip(NAME, 64, TAG)
    said = str(caught.value)
    assert "\n" not in said
    assert said.startswith(f"the weights '{TAG}' of {NAME} cannot be downloaded (http://127.0.0.1:")
    assert said.endswith("; give a .safetensors or .pt file instead")
    return said


def test_the_first_download_shows_progress_and_the_second_needs_no_request(
    hub, weights, capsys, monkeypatch
):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    clip = create_clip(NAME, 64, TAG)
    assert clip.preprocessing.mean == (0.5, 0.5, 0.5)
    assert hub.downloads == [None]
    shown = capsys.readouterr().err
    assert "open_clip_model.safetensors" in shown
    assert "100%" in shown
    asked = len(hub.requests)
    again = create_clip(NAME, 64, TAG)
    assert len(hub.requests) == asked
    for name, tensor in clip.network.state_dict().items():
        assert torch.equal(tensor, again.network.state_dict()[name])
    assert file_digest(NAME, TAG) == hashlib.sha256(weights).hexdigest()


def test_a_connection_that_breaks_is_taken_up_where_it_broke(hub):
    hub.cut = [3 << 20, 2 << 20]
    create_clip(NAME, 64, TAG)
    assert hub.downloads == [None, f"bytes={3 << 20}-", f"bytes={5 << 20}-"]


def test_a_later_run_goes_on_where_an_earlier_one_ended(hub, weights, monkeypatch, tmp_path):
    hub.cut = [4 << 20] + [0] * 6  # and nothing more comes, however often it is tried
    refused()
    (part,) = (tmp_path / "cache").rglob("*.part")
    assert part.read_bytes() == weights[: 4 << 20]
    hub.cut = []
    hub.requests.clear()
    create_clip(NAME, 64, TAG)
    assert hub.downloads == [f"bytes={4 << 20}-"]
    assert not part.exists()


def test_what_was_damaged_on_its_way_is_not_used(hub, tmp_path):
    hub.damage = True
    with pytest.raises(ModelError, match=r"was damaged: try again\)"):
        create_clip(NAME, 64, TAG)
    assert not list((tmp_path / "cache").rglob("*.part"))
    hub.damage = False
    create_clip(NAME, 64, TAG)


@pytest.mark.parametrize("status", [401, 403])
def test_a_refusal_says_what_is_needed(hub, status):
    hub.status = status
    said = refused()
    assert f"refuses maker/weights ({status}): it needs a token in HF_TOKEN that may read" in said
    # Hugging Face's client may ask for other things before, without the token
    tokens = {token for _, path, _, token in hub.requests if path == f"/{FILE}"}
    assert tokens == {"Bearer secret"}


def test_a_missing_file_and_another_answer_are_named(hub):
    hub.files.clear()
    assert "has no open_clip_pytorch_model.bin in maker/weights" in refused()
    hub.status = 503
    assert "answers 503 for maker/weights" in refused()


def test_a_hub_that_says_nothing_is_not_waited_for(hub, monkeypatch):
    monkeypatch.setattr(networks_hub, "PATIENCE", 0.2)
    hub.stall = 1.0
    begin = time.monotonic()
    assert "cannot be reached: " in refused()
    assert time.monotonic() - begin < 5


def test_a_download_that_stalls_is_given_up(hub, monkeypatch):
    monkeypatch.setattr(constants, "HF_HUB_DOWNLOAD_TIMEOUT", 0.2)
    original = networks_hub.get_hf_file_metadata

    def then_silent(*args, **kwargs):
        found = original(*args, **kwargs)
        hub.stall = 0.5
        return found

    monkeypatch.setattr(networks_hub, "get_hf_file_metadata", then_silent)
    assert "cannot be reached: " in refused()
    assert len(hub.downloads) == 6  # tried again five times


def test_the_token_goes_to_the_hub_alone(hub, weights, monkeypatch):
    with serving(Hub({FILE: weights})) as elsewhere:
        original = networks_hub.get_hf_file_metadata

        def moved(*args, **kwargs):
            found = original(*args, **kwargs)
            location = f"{elsewhere.address}/{FILE}"
            return type(found)(**{**vars(found), "location": location})

        monkeypatch.setattr(networks_hub, "get_hf_file_metadata", moved)
        create_clip(NAME, 64, TAG)
        assert [asked[3] for asked in elsewhere.requests] == [None]
    assert hub.requests[-1][3] == "Bearer secret"


def test_the_record_and_the_card_have_the_digest(hub, weights, train_table, styles, home):
    config = ladder_config("zero-shot", "quick", architecture=NAME, pretrained=TAG)
    trained = train(config, train_table, None, styles, progress=False)
    digest = hashlib.sha256(weights).hexdigest()
    assert trained.record.pretrained_sha256 == digest
    version = storage.save(home, trained, scheme="artist", preset="quick", training_key="1")
    assert f"starting from made\\_up (SHA-256 {digest})" in card.write(home, version)


def test_a_killed_download_is_taken_up_by_the_next_process(hub, weights, tmp_path):
    """With HF_ENDPOINT in the environment, as a user would have it."""
    hub.stall = 0.0
    code = textwrap.dedent(
        """
        import sys, models.networks.hub as hub
        from huggingface_hub import constants
        constants.DOWNLOAD_CHUNK_SIZE = 1 << 20
        get = hub.http_get
        def killed(url, target, **given):
            write = target.write
            class Target:
                written = 0
                def write(self, data):
                    write(data)
                    target.flush()
                    Target.written += len(data)
                    if Target.written > 2 << 20 and sys.argv[1] == "die":
                        import os; os.kill(os.getpid(), 9)
            get(url, Target(), **given)
        hub.http_get = killed
        print(hub.hub_file("maker/weights/"))
        """
    )
    environment = {
        **os.environ,
        "HF_ENDPOINT": hub.address,
        "HF_HOME": str(tmp_path / "hf"),
        "ARTCAT_CACHE": str(tmp_path / "cache"),
    }
    run = [sys.executable, "-c", code]
    killed = subprocess.run([*run, "die"], env=environment, check=False, capture_output=True)
    assert killed.returncode == -9
    hub.requests.clear()
    done = subprocess.run([*run, "live"], env=environment, check=True, capture_output=True)
    assert hub.downloads == [f"bytes={3 << 20}-"]
    assert Path(done.stdout.decode().strip()).read_bytes() == weights
