import pytest

from models.training.overfitting import in_words, overfitting_from

FALLING = [2.0, 1.5, 1.2, 1.0, 0.8, 0.6]


@pytest.mark.parametrize(
    ("train", "validation", "epoch"),
    [
        (FALLING, [2.0, 1.8, 1.7, 1.9, 2.1, 2.4], 4),
        (FALLING, [1.8, 2.0, 2.1, 2.3, 2.5, 2.4], 2),
        (FALLING, [2.0, 1.7, 1.9, 1.8, 2.2, 2.3], 3),  # a bump on the way up is still a way up
        (FALLING, [2.0, 1.9, 1.8, 1.7, 1.6, 1.5], None),  # still falling
        (FALLING, [2.0, 1.9, 1.8, 1.81, 1.8, 1.82], None),  # risen by less than noise
        (FALLING, [2.0, 1.9, 1.8, 1.7, 1.6, 2.5], None),  # one epoch after the best says nothing
        # training does not gain either: that is no overfitting
        ([2.0, 1.5, 1.4, 1.5, 1.6, 1.7], [2.0, 1.8, 1.7, 1.9, 2.1, 2.4], None),
        (FALLING, [None] * 6, None),
        ([], [], None),
    ],
)
def test_the_epoch_from_which_the_losses_part(train, validation, epoch):
    assert overfitting_from(train, validation) == epoch
    words = in_words(train, validation)
    assert (f"from epoch {epoch}" in words) == (epoch is not None)


def test_what_was_not_measured_is_reported():
    assert "not computed" in in_words(FALLING, [None] * 6)
    assert in_words([], []) == "No epoch was trained."
