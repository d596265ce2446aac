import time

import open_clip
import pytest
from huggingface_hub import constants

from catalog.base.errors import ModelError
from models.networks.clip import create_clip
from models.networks.hub import tag_file


@pytest.fixture(autouse=True)
def empty_cache(tmp_path, monkeypatch):
    """Nothing was downloaded before, and nobody listens where the weights are."""
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.mark.parametrize("tag", ["openai", "laion2b_s34b_b79k"])
def test_without_a_network_a_tag_is_refused_at_once_and_in_one_line(tag):
    begin = time.monotonic()
    with pytest.raises(
        ModelError, match=r"cannot be reached.*; give a \.safetensors or \.pt file instead$"
    ) as caught:
        create_clip("ViT-B-32", 224, tag)
    assert f"'{tag}' of ViT-B-32" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert time.monotonic() - begin < 5


def test_what_else_goes_wrong_in_a_download_is_reported_in_one_line(monkeypatch):
    def broken(source):
        raise OSError("no space left on device\nretrying")

    monkeypatch.setattr(open_clip, "download_pretrained", broken)
    with pytest.raises(ModelError, match=r"cannot be downloaded \(no space left on device\); give"):
        tag_file({"url": "https://example.org/w.pt"}, "ViT-B-32", "some_tag")


@pytest.mark.parametrize("hub", ["maker/weights/", "maker/weights/open_clip_model.safetensors"])
def test_weights_that_were_downloaded_need_no_network(tmp_path, hub):
    repository = tmp_path / "hub" / "models--maker--weights"
    (repository / "snapshots" / "abc").mkdir(parents=True)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text("abc")
    (repository / "snapshots/abc/open_clip_model.safetensors").write_bytes(b"weights")
    file = tag_file({"hf_hub": hub}, "ViT-B-32", "some_tag")
    assert file.read_bytes() == b"weights"
