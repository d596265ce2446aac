import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from catalog.base.errors import ModelError
from models.config import TrainConfig
from models.presets import ladder_config, resolve_config

CASES = yaml.safe_load(Path(__file__).with_name("presets.yaml").read_text("utf-8"))


def test_every_field_says_what_it_is():
    assert all(field.description for field in TrainConfig.model_fields.values())


def test_the_standard_cnn_is_the_student_projects():
    config = resolve_config("cnn")
    assert (config.image_size, config.optimizer, config.learning_rate) == (128, "adam", 1e-3)
    assert (config.batch_size, config.epochs, config.dropout) == (32, 20, 0.5)
    assert not config.augment
    assert config.styles_per_batch is None


@pytest.mark.parametrize(("architecture", "pretrained", "named", "size"), CASES["weights"])
def test_the_configuration_fits_the_weights(architecture, pretrained, named, size):
    config = resolve_config("clip", architecture=architecture, pretrained=pretrained)
    assert (config.architecture, config.image_size) == (named, size)
    if named.startswith("ViT"):
        assert (config.learning_rate, config.weight_decay) == (1e-5, 0.1)


@pytest.mark.parametrize(("method", "architecture", "start", "locked", "epochs"), CASES["ladder"])
def test_the_ladder_locks_and_unlocks_the_image_tower(method, architecture, start, locked, epochs):
    config = ladder_config(method, architecture=architecture)
    assert config.pretrained == start
    assert (config.locked_epochs, config.epochs) == (locked, epochs)
    assert config.method == method


def test_what_is_asked_for_wins_over_what_fits():
    assert ladder_config("locked-image", locked_epochs=3).all_epochs == 3
    assert ladder_config("fine-tuned", locked_epochs=0).all_epochs == 5
    config = resolve_config("clip", pretrained="openai", learning_rate=1e-4, image_size=192)
    assert (config.learning_rate, config.image_size) == (1e-4, 192)


@pytest.mark.parametrize(("overrides", "size", "styles", "works"), CASES["batch"])
def test_the_shape_of_a_batch_adds_up(overrides, size, styles, works):
    config = resolve_config("clip", **overrides)
    shape = config.batch_size, config.styles_per_batch, config.works_per_style
    assert shape == (size, styles, works)


@pytest.mark.parametrize(("kind", "settings", "said"), CASES["mistakes"])
def test_a_mistake_is_reported_in_one_line(kind, settings, said):
    with pytest.raises(ModelError) as caught:
        resolve_config(kind, **settings)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_configuration_is_read_without_torch():
    code = "import sys, models.presets; sys.exit('torch' in sys.modules or 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
