from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml

from models.data.captions import HOUSE, TEMPLATES, CaptionWriter, Facts, bare, style_prompts
from models.networks.texts import tokenizer

LILIES = Facts(
    *("Impressionism", "Claude Monet", "MONET, Claude", "water lilies"),
    *("oil on canvas", "French", "painting"),
)
CASES = yaml.safe_load(Path(__file__).with_name("captions.yaml").read_text("utf-8"))
ROOMY = CaptionWriter(lambda text: len(text.split()), 77)


def test_the_templates():
    assert [ROOMY.fitted(template, LILIES) for template in TEMPLATES] == CASES["templates"]


@pytest.mark.parametrize(("facts", "caption"), CASES["left out"])
def test_what_is_unknown_is_left_out(facts, caption):
    assert ROOMY.fitted(HOUSE, Facts(**facts)) == caption
    # and an unknown form is an artwork
    assert bare(TEMPLATES[1], Facts("Rococo")) == "an artwork in the style of Rococo"


@pytest.mark.parametrize("context", [77, 40, 22])
@pytest.mark.parametrize("words", [0, 8, 30, 200])
def test_a_caption_never_exceeds_the_context_and_is_cut_at_a_slots_edge(context, words):
    encode = tokenizer("ViT-B-32").encode
    writer = CaptionWriter(lambda text: len(encode(text)), context, dropout=0)
    facts = replace(LILIES, title=" ".join(["nymphéas"] * words) or None)
    for template in TEMPLATES:
        caption = writer.fitted(template, facts)
        assert len(encode(caption)) <= context - 2
        assert "Impressionism" in caption
        said = caption.count("Nymphéas")
        assert said in (0, words)
        assert ("titled" in caption) == (said > 0 and template is TEMPLATES[1])


def test_painter_and_title_are_dropped_as_often_as_asked():
    encode = tokenizer("ViT-B-32").encode
    for dropout in (0.0, 0.5, 1.0):
        writer = CaptionWriter(lambda text: len(encode(text)), 77, dropout=dropout)
        rng = np.random.default_rng(0)
        captions = [writer.write(LILIES, rng) for _ in range(400)]
        bare_ones = sum("onet" not in caption.lower() for caption in captions) / 400
        assert bare_ones == pytest.approx(dropout, abs=0.08)
        prompts = set(style_prompts("Impressionism"))
        assert all("onet" in c.lower() or c in prompts for c in captions)


def test_captions_follow_from_the_source_of_chance():
    one = [ROOMY.write(LILIES, np.random.default_rng(seed)) for seed in range(20)]
    two = [ROOMY.write(LILIES, np.random.default_rng(seed)) for seed in range(20)]
    assert one == two
    assert len(set(one)) > 4


def test_the_prompts_of_a_style_are_captions_that_training_shows():
    prompts = style_prompts("Early Renaissance")
    assert prompts[0] == "This is an artwork during the period of Early Renaissance."
    assert "a painting in the style of Early Renaissance" in prompts
    assert "an Early Renaissance painting" in prompts
    assert "a Baroque artwork" in style_prompts("Baroque")
    assert len(prompts) == len(set(prompts)) == 6
