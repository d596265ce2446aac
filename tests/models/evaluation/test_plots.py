import io

import numpy as np
import pytest
from matplotlib import _pylab_helpers
from PIL import Image

from models.classifiers.record import Epoch
from models.evaluation import plots

STYLES = ("Early Renaissance", "Baroque", "Impressionism")


def history(epochs: int, validated: bool = True) -> list[Epoch]:
    rows = []
    for n in range(1, epochs + 1):
        seen = (1.5 / n + 0.2, 1 - 1 / (n + 1), 0.3) if validated else (None, None, None)
        rows.append(Epoch(n, 2 / n, 1 / n, 1 - 0.5 / n, *seen, 1e-3, 1.0))
    return rows


@pytest.mark.parametrize(
    ("epochs", "validated"), [(8, True), (8, False), (1, True), (60, True), (0, True)]
)
def test_loss_curves_are_a_picture(epochs, validated):
    image = Image.open(io.BytesIO(plots.loss_curves(history(epochs, validated), "artcat-tiny")))
    assert image.format == "PNG"
    assert image.width > image.height > 300
    assert len(set(image.convert("RGB").resize((200, 80)).get_flattened_data())) > 10


@pytest.mark.parametrize(
    ("matrix", "blue"), [([[5, 1, 0], [2, 1200, 3], [0, 0, 0]], 500), (np.zeros((3, 3)), -1)]
)
def test_a_confusion_matrix_is_a_picture(matrix, blue):
    png = plots.confusion_matrix(
        np.array(matrix, np.int64), STYLES, title="test", accuracy=float("nan"), majority=0.5
    )
    image = Image.open(io.BytesIO(png)).convert("RGB")
    assert image.width > 300
    assert sum(p[2] > p[0] + 60 for p in image.get_flattened_data()) > blue


def test_no_figure_is_left_open_and_pictures_repeat():
    assert plots.loss_curves(history(5)) == plots.loss_curves(history(5))
    assert not _pylab_helpers.Gcf.get_all_fig_managers()


@pytest.mark.parametrize("works", [200, 3])
def test_reliability_is_a_picture(works):
    rng = np.random.default_rng(0)
    confidence = rng.random(works)
    png = plots.reliability_diagrams(
        confidence**0.5, confidence, rng.random(works) < confidence, title="artcat-tiny, test"
    )
    assert Image.open(io.BytesIO(png)).width > 300
    assert not _pylab_helpers.Gcf.get_all_fig_managers()
