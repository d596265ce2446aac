import json
from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file

from catalog.base.errors import ModelError
from models.classifiers.classifier import encoders_of
from models.versions.checkpoint import MANIFEST, WEIGHTS, load, save
from tests.models.evidence.building import artworks, pool
from tests.models.versions.building import drop, resign


@pytest.fixture
def combined(trained_combined, tmp_path):
    folder = tmp_path / "combined"
    save(trained_combined, folder)
    return folder


def test_a_loaded_combined_classifier_predicts_the_same(trained_combined, combined, held_out):
    again = load(combined)
    jpegs = held_out["image"].to_pylist()
    given = artworks(
        *({"image_sha256": str(row), "born": 1500 + 10 * row} for row in range(len(jpegs))),
        {"date_earliest": 1710, "nationality": "Dutch"},
        {"others": {"Realism": 2}},
        {},
    )
    found = []
    for model in (trained_combined, again):
        vectors = [encoder.encode_jpegs(jpegs) for encoder in encoders_of(model.image)]
        found.append(model.combine(model.evidence_about(given, vectors)))
    before, after = found
    assert (after.log_probabilities == before.log_probabilities).all()
    assert after.patterns == before.patterns == ["image+facts"] * 18 + ["facts", "other works", ""]
    assert after.decisions.tolist() == before.decisions.tolist()
    assert again.pools == trained_combined.pools
    assert (again.counts, again.kinds) == (trained_combined.counts, trained_combined.kinds)
    version = save(trained_combined, combined.with_name("same"))
    assert save(again, combined.with_name("again")) == version


def test_the_version_of_a_combined_classifier_follows_its_pools(trained_combined, tmp_path):
    version = save(trained_combined, tmp_path / "a")
    other = {**trained_combined.pools, "facts": pool(0.8)}
    assert save(replace(trained_combined, pools=other), tmp_path / "b") != version
    fewer = drop("facts", "image+facts")(trained_combined.pools)
    assert save(replace(trained_combined, facts=None, pools=fewer), tmp_path / "c") != version


def set_pool(pattern, **values):
    def change(content):
        pools = content["settings"]["pools"]
        pools[pattern] = {**pools["facts"], **values}

    return change


def set_settings(**values):
    return lambda content: content["settings"].update(values)


def as_cnn(content):
    content["settings"]["config"] |= {"kind": "cnn", "architecture": "baseline-cnn"}


def other_styles(content):
    content["settings"]["image"]["styles"] = ["Baroque", "Realism", "Rococo"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (set_pool("image+facts", weights=[1.0]), r"settings: the pool image\+facts has 1 weights$"),
        (set_pool("facts", weights=[]), "settings: the pool facts has 0 weights$"),
        (set_pool("facts", biases=[0.1]), "settings: the pool facts has 1 biases$"),
        (set_pool("facts", weights=["NaN"]), r"pools\.facts\.weights\.0: Input should be a finite"),
        (set_pool("facts", method="median"), r"pools\.facts\.method: Input should be 'log-linear'"),
        (set_pool("smell"), "settings: a pool for 'smell', which its parts do not provide$"),
        (set_pool(""), "settings: a pool for '', which its parts do not provide$"),
        (set_pool("facts+image"), r"a pool for 'facts\+image', which its parts do not provide$"),
        (set_settings(facts=None), "settings: a pool for 'facts', which its parts do not provide$"),
        (set_settings(image=None), "settings: a pool for 'image', which its parts do not provide$"),
        (set_settings(pools={}), "settings: it has no pools$"),
        (as_cnn, "settings: an image classifier needs its preprocessing$"),
        (other_styles, "settings: its image classifier is missing, or has other styles$"),
    ],
)
def test_parts_that_do_not_belong_together_are_refused(combined, change, said):
    content = json.loads((combined / MANIFEST).read_text())
    change(content)
    (combined / MANIFEST).write_text(json.dumps(content))
    with pytest.raises(ModelError, match=said) as caught:
        load(combined)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: t | {"more": torch.ones(1)}, "contains 'more', which it does not need$"),
        (lambda t: t | {"image.more": torch.ones(1)}, "does not fit: left over: "),
        (lambda t: t | {"facts.more": torch.ones(1)}, "they need the arrays .* and no other$"),
        (drop("facts.threshold"), "they need the arrays .* and no other$"),
        (drop("image.network.head.4.bias"), "does not fit: missing: "),
        (
            lambda t: t | {"facts.baseline": t["facts.baseline"].repeat(2)},
            "the trees score 6 styles, not 3$",
        ),
    ],
)
def test_weights_that_are_not_those_of_the_parts_are_refused(combined, change, said):
    resign(combined, tensors=change(load_file(combined / WEIGHTS)))
    with pytest.raises(ModelError, match=said) as caught:
        load(combined)
    assert "\n" not in str(caught.value)


def test_weights_of_a_part_that_is_not_there_are_refused(combined):
    def change(manifest):
        settings = manifest["settings"]
        settings |= {"facts": None, "pools": drop("facts", "image+facts")(settings["pools"])}

    resign(combined, change)
    with pytest.raises(ModelError, match=r"contains 'facts\..*', which it does not need$"):
        load(combined)
