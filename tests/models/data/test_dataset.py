import pyarrow as pa
import pytest

from catalog.base.errors import ImageError
from models.data.dataset import Images, read_examples
from models.data.transforms import Preprocessing

SQUARE = Preprocessing(image_size=32, resize="squash").square


def test_only_works_with_a_style_of_the_vocabulary_are_taken(make_examples, styles):
    table = make_examples({"Baroque": 2, None: 3, "Cubism": 1, "Impressionism": 1})
    examples = read_examples(table, styles)
    assert len(examples) == 3
    assert len(read_examples(table.slice(0, 0), styles)) == 0
    assert examples.labels.tolist() == [0, 0, 2]
    assert examples.counts(3) == (2, 0, 1)
    assert examples.facts[2].style == "Impressionism"
    assert examples.facts[0].artist_catalogued == "PAINTER0, Ann"


def test_works_can_be_taken_in_any_order(train_table, styles):
    examples = read_examples(train_table, styles)
    some = examples.take([30, 2])
    assert some.artwork_ids == [examples.artwork_ids[30], examples.artwork_ids[2]]
    assert some.labels.tolist() == [examples.labels[30], examples.labels[2]]
    assert some.jpegs[1].as_py() == examples.jpegs[2].as_py()


@pytest.mark.parametrize(("budget", "kept"), [(10**9, 48), (5 * 3 * 32 * 32, 5), (0, 0)])
def test_images_are_the_same_whether_kept_or_decoded_again(train_table, styles, budget, kept):
    examples = read_examples(train_table, styles)
    images = Images(examples, SQUARE, threads=2, budget=budget)
    assert len(images) == 48
    assert images.kept == kept
    for position in (0, 4, 5, 47):
        assert images[position].equal(SQUARE(examples.jpegs[position].as_py()))


def test_a_broken_image_is_named(make_examples, styles):
    table = make_examples({"Baroque": 3})
    images = [*table["image"].to_pylist()[:2], b"broken"]
    table = table.set_column(1, "image", pa.array(images, pa.large_binary()))
    with pytest.raises(ImageError, match="test:0-Baroque-2: ") as caught:
        Images(read_examples(table, styles), SQUARE, threads=2)
    assert caught.value.status == "unsupported"
