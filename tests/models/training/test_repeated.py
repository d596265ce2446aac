import pytest
from scipy.stats import ttest_1samp, ttest_rel

from catalog.base.errors import ModelError
from models.presets import ladder_config, parse_settings
from models.training.repeated import differences, mean_of, parse_variant

ONE, TWO = [0.31, 0.35, 0.33, 0.30, 0.36], [0.30, 0.31, 0.34, 0.28, 0.33]


def test_a_mean_has_students_interval():
    found = mean_of(ONE)
    wanted = ttest_1samp(ONE, 0).confidence_interval(0.95)
    assert found.value == pytest.approx(0.33)
    assert (found.lower, found.upper) == pytest.approx((wanted.low, wanted.high))


def test_differences_are_paired_by_seed():
    found = differences(ONE, TWO)
    wanted = ttest_rel(ONE, TWO).confidence_interval(0.95)
    assert (found.lower, found.upper) == pytest.approx((wanted.low, wanted.high))
    assert differences(ONE, ONE).upper == 0


def test_a_variant_is_a_method_and_what_is_set():
    found = parse_variant(" fine-tuned   loss=clip augment=false epochs=3 ")
    assert found.name == "fine-tuned loss=clip augment=false epochs=3"
    assert found.method == "fine-tuned"
    assert found.settings == {"loss": "clip", "augment": False, "epochs": 3}
    # it may begin elsewhere
    found = parse_variant("fine-tuned model=artcat-tiny pretrained=a/b.safetensors seed=3")
    assert (found.model, found.pretrained) == ("artcat-tiny", "a/b.safetensors")
    assert found.settings == {"seed": 3}


@pytest.mark.parametrize("text", ["", "vgg", "vgg loss=clip", "loss=clip"])
def test_another_method_is_refused(text):
    with pytest.raises(ModelError, match="start with one of majority, features, cnn"):
        parse_variant(text)


@pytest.mark.parametrize("text", ["loss", "speed=3", "pretrained=openai", "=3", "kind=cnn"])
def test_another_setting_is_refused(text):
    with pytest.raises(ModelError, match=f"unknown setting '{text}': give NAME=VALUE"):
        parse_settings([text])


def test_settings_reach_only_the_methods_that_have_them():
    settings = parse_settings(["epochs=3", "loss=clip", "seed=4"])
    assert ladder_config("fine-tuned", **settings).epochs == 3
    assert ladder_config("zero-shot", **settings).epochs == 0
    plain = ladder_config("features", **settings)
    assert (plain.epochs, plain.seed) == (0, 4)
    with pytest.raises(ModelError, match="loss: Input should be"):
        ladder_config("fine-tuned", **parse_settings(["loss=none"]))
