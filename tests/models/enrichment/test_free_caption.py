"""Captions by a small CoCa of random weights."""

import json

import open_clip
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import save_file

from catalog import tables
from catalog.errors import ModelError
from models.enrichment import captioner
from models.enrichment.captioner import plan_captions
from models.enrichment.describing import describe_works, write_enriched
from models.enrichment.free_caption import MAX_CHARACTERS, caption_shard, clean
from models.networks.coca import load_captioner
from tests.building import ingest_catalog, make_catalog, prepare_catalog, rows_of

TOWER = {"context_length": 16, "vocab_size": 49408, "width": 32, "heads": 2, "layers": 1}
TINY_COCA = {
    "embed_dim": 32,
    "vision_cfg": {
        **{"image_size": 32, "layers": 1, "width": 32, "head_width": 16, "patch_size": 16},
        **{"attentional_pool": True, "attn_pooler_heads": 2, "output_tokens": True},
    },
    "text_cfg": {**TOWER, "embed_cls": True, "output_tokens": True},
    "multimodal_cfg": {**TOWER, "attn_pooler_heads": 2},
    "custom_text": True,
}


@pytest.fixture(scope="module")
def tiny_coca(tmp_path_factory):
    """What names a small CoCa with a file of its weights."""
    folder = tmp_path_factory.mktemp("coca")
    (folder / "tiny-coca.json").write_text(json.dumps(TINY_COCA))
    open_clip.add_model_config(folder)
    torch.manual_seed(1)
    config = {name: value for name, value in TINY_COCA.items() if name != "custom_text"}
    network = open_clip.CoCa(**config)
    save_file(network.state_dict(), folder / "weights.safetensors")
    return f"tiny-coca:{folder}/weights.safetensors"


def test_images_are_captioned_once_and_shown_as_generated(tiny_coca, tmp_path, home, monkeypatch):
    source = make_catalog(tmp_path / "catalog")
    ingest_catalog(home, source)
    prepare_catalog(home, source)
    plan = plan_captions(home, None, tiny_coca)
    assert [len(ids) for ids in plan.values()] == [3]
    for shard, ids in plan.items():
        assert caption_shard(home, tiny_coca, shard, ids) == 3
        before = tables.versions(home)
        caption_shard(home, tiny_coca, shard, ids)
        assert tables.versions(home) == before
    assert plan_captions(home, None, tiny_coca) == {}
    assert plan_captions(home, "other", tiny_coca) == {}

    texts = {row["image_sha256"]: row["text"] for row in rows_of(home, "captions")}
    assert len(texts) == 3
    describe_works(home, None, None)
    write_enriched(home, None, None)
    assert {row["generated_caption"] for row in rows_of(home, "enriched")} == {None}
    monkeypatch.setenv("ARTCAT_CAPTIONER", tiny_coca)
    write_enriched(home, None, None)
    for row in rows_of(home, "enriched"):
        assert row["generated_caption"] == texts[row["image_sha256"]]
        assert (
            row["generated_caption"] is None or row["generated_caption"] not in row["description"]
        )


def test_a_caption_is_the_same_each_time_and_bounded(tiny_coca):
    network = load_captioner(*tiny_coca.split(":"))
    squares = torch.randint(0, 255, (3, 3, 32, 32), dtype=torch.uint8)
    captions = network.caption(squares, 10)
    assert network.caption(squares, 10) == captions
    assert [network.caption(squares[[row]], 10)[0] for row in range(3)] == captions
    assert all(len(open_clip.SimpleTokenizer().encode(text)) <= 12 for text in captions)
    assert network.caption(squares, 1) == ["", "", ""]


def test_other_weights_are_another_captioner(tiny_coca, tmp_path):
    assert captioner.digest(None) is None
    known = captioner.digest(tiny_coca)
    file = tmp_path / "weights.pt"
    file.write_bytes(b"other")
    assert len({known, captioner.digest(f"tiny-coca:{file}"), captioner.digest("tiny-coca:x")}) == 3
    file.write_bytes(b"and another")
    assert captioner.digest(f"tiny-coca:{file}") != known


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("coca_ViT-B-32", "is not ARCHITECTURE:WEIGHTS"),
        (":weights.pt", "is not ARCHITECTURE:WEIGHTS"),
        ("ViT-B-32:weights.pt", "no CoCa architecture"),
        ("coca_ViT-B-32:no-such-tag", "no pretrained weights"),
        ("tiny-coca:/no/such.pt", "there is no weights file"),
    ],
)
def test_what_is_no_captioner_is_refused(name, message, tiny_coca):
    with pytest.raises(ModelError, match=message):
        load_captioner(*vars(captioner.parse(name)).values())


@given(st.text(max_size=600))
def test_any_text_becomes_one_bounded_line(text):
    line = clean(text)
    assert len(line) <= MAX_CHARACTERS
    assert not line or (line.isprintable() and line == line.strip())
    assert clean(line) == line


def test_marks_of_the_tokenizer_are_left_out():
    assert clean("<start_of_text>a boat <end_of_text>") == "a boat"
