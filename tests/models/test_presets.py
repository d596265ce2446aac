import subprocess
import sys

import pytest

from catalog.base.errors import ModelError
from models.config import TrainConfig
from models.presets import PRESETS, ladder_config, resolve_config


def test_every_field_says_what_it_is():
    assert all(field.description for field in TrainConfig.model_fields.values())


def test_the_presets_are_valid_and_survive_json():
    for config in [config for kinds in PRESETS.values() for config in kinds.values()]:
        assert TrainConfig.model_validate_json(config.model_dump_json()) == config


def test_the_standard_cnn_is_the_student_projects():
    config = resolve_config("cnn")
    assert (config.image_size, config.optimizer, config.learning_rate) == (128, "adam", 1e-3)
    assert (config.batch_size, config.epochs, config.dropout) == (32, 20, 0.5)
    assert not config.augment
    assert config.styles_per_batch is None


@pytest.mark.parametrize(
    ("architecture", "pretrained", "named", "size"),
    [
        (None, None, "artcat-lite", 224),
        (None, "imagenet", "artcat-lite", 224),
        ("artcat-lite", "/some/weights.safetensors", "artcat-lite", 224),
        (None, "openai", "ViT-B-32-quickgelu", 224),
        (None, "laion2b_s34b_b79k", "ViT-B-32", 224),
        ("ViT-L-14-336", "openai", "ViT-L-14-336-quickgelu", 336),
        ("ViT-B-32-256", "datacomp_s34b_b86k", "ViT-B-32-256", 256),
        ("ViT-B-32-quickgelu", "openai", "ViT-B-32-quickgelu", 224),
        ("artcat-tiny", "/some/weights.safetensors", "artcat-tiny", 96),
    ],
)
def test_the_configuration_fits_the_weights(architecture, pretrained, named, size):
    config = resolve_config("clip", architecture=architecture, pretrained=pretrained)
    assert (config.architecture, config.image_size) == (named, size)
    if named.startswith("ViT"):
        assert (config.learning_rate, config.weight_decay) == (1e-5, 0.1)


@pytest.mark.parametrize(
    ("method", "architecture", "start", "epochs"),
    [
        ("linear-probe", None, "imagenet", (0, 0)),
        ("zero-shot", None, "imagenet", (0, 0)),
        ("locked-image", None, "imagenet", (20, 0)),
        ("fine-tuned", None, "imagenet", (20, 5)),
        ("linear-probe", "artcat-tiny", None, (0, 0)),
        ("locked-image", "artcat-tiny", None, (20, 0)),
        ("fine-tuned", "artcat-tiny", None, (0, 20)),
        ("fine-tuned", "ViT-B-32", None, (0, 10)),
        ("locked-image", "ViT-B-32", None, (20, 0)),
    ],
)
def test_the_ladder_locks_and_unlocks_the_image_tower(method, architecture, start, epochs):
    config = ladder_config(method, architecture=architecture)
    assert config.pretrained == start
    assert (config.locked_epochs, config.epochs) == epochs
    assert config.method == method


def test_locked_epochs_may_be_set():
    assert ladder_config("locked-image", locked_epochs=3).all_epochs == 3
    assert ladder_config("fine-tuned", locked_epochs=0).all_epochs == 5
    # what is asked for wins over what fits the weights
    config = resolve_config("clip", pretrained="openai", learning_rate=1e-4, image_size=192)
    assert (config.learning_rate, config.image_size) == (1e-4, 192)


@pytest.mark.parametrize(
    ("overrides", "shape"),
    [
        ({}, (64, 8, 8)),
        ({"batch_size": 32}, (32, 8, 4)),
        ({"styles_per_batch": 16, "works_per_style": 2}, (32, 16, 2)),
        ({"works_per_style": 4}, (32, 8, 4)),
        ({"styles_per_batch": None}, (64, None, None)),
        ({"styles_per_batch": None, "batch_size": 10}, (10, None, None)),
    ],
)
def test_the_shape_of_a_batch_adds_up(overrides, shape):
    config = resolve_config("clip", **overrides)
    assert (config.batch_size, config.styles_per_batch, config.works_per_style) == shape


@pytest.mark.parametrize(
    ("kind", "settings", "said"),
    [
        ("cnn", {"architecture": "ViT-B-32"}, "kind cnn has the architecture 'baseline-cnn'"),
        ("cnn", {"pretrained": "openai"}, "takes no pretrained weights"),
        ("clip", {"architecture": "baseline-cnn"}, "'baseline-cnn' is not a CLIP"),
        ("clip", {"learning_rate": -1}, "learning_rate: Input should be greater than 0"),
        ("clip", {"speed": 1}, "speed: Extra inputs are not permitted"),
        ("clip", {"batch_size": 30}, "batch_size 30 is not styles_per_batch x works_per_style"),
        ("clip", {"preset": "slow"}, "unknown preset 'slow'"),
        ("rnn", {}, "unknown preset 'standard' for 'rnn'"),
        ("cnn", {"locked_epochs": 1}, "locked_epochs applies to clip only, not to cnn"),
        ("cnn", {"works_per_style": 3}, "give styles_per_batch and works_per_style together"),
    ],
)
def test_a_mistake_is_reported_in_one_line(kind, settings, said):
    with pytest.raises(ModelError) as caught:
        resolve_config(kind, **settings)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_configuration_is_read_without_torch():
    code = "import sys, models.presets; sys.exit('torch' in sys.modules or 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
