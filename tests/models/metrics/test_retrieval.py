import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from models.metrics import retrieval


def unit(rows):
    vectors = np.asarray(rows, np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def naive_rank(image, captions, texts, own):
    """Place of the own caption among different texts, those equally near before it."""
    nearness = {text: float(image @ captions[texts.index(text)]) for text in dict.fromkeys(texts)}
    return sum(value >= nearness[own] for value in nearness.values())


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 40), st.integers(1, 12), st.integers(0, 99))
def test_ranks_are_those_of_loops(n, different, seed):
    rng = np.random.default_rng(seed)
    texts = [f"caption {number}" for number in rng.integers(0, different, n)]
    meaning = {text: rng.normal(size=6) for text in sorted(set(texts))}
    captions = unit([meaning[text] for text in texts])
    images = unit(captions + rng.normal(0, 0.5, captions.shape))
    found = retrieval.retrieve(images, captions, texts)
    assert found.rank.tolist() == [
        naive_rank(images[row], captions, texts, texts[row]) for row in range(n)
    ]
    assert (found.in_batch == (found.rank == 1)).all()  # a single batch holds all


def test_batches_hold_up_to_128_works_and_are_drawn_by_seed():
    rng = np.random.default_rng(0)
    captions = unit(rng.normal(size=(300, 8)))
    images = unit(captions + rng.normal(0, 0.4, captions.shape))
    texts = [str(row) for row in range(300)]
    found = retrieval.retrieve(images, captions, texts, seed=1)
    order = np.random.default_rng(1).permutation(300)
    for start in (0, 128, 256):
        batch = order[start : start + 128]
        nearest = (images[batch] @ captions[batch].T).argmax(1)
        assert (found.in_batch[batch] == (nearest == np.arange(len(batch)))).all()
    assert found.in_batch.mean() > (found.rank == 1).mean()
    assert (retrieval.retrieve(images, captions, texts, seed=2).in_batch != found.in_batch).any()


def test_a_network_that_answers_everything_alike_finds_nothing():
    alike = unit(np.ones((5, 4)))
    found = retrieval.retrieve(alike, alike, list("abcde"))
    assert found.rank.tolist() == [5] * 5
    assert not found.in_batch.any()
    assert retrieval.retrieve(alike, alike, ["same"] * 5).in_batch.all()
    nothing = retrieval.retrieve(alike[:0], alike[:0], [])
    assert len(nothing.rank) == len(nothing.in_batch) == 0


def test_captions_say_all_facts_and_have_unit_vectors(trained_clip, held_out):
    classifier = trained_clip
    captions = retrieval.captions_of(classifier, held_out)
    first = held_out.slice(0, 1).to_pylist()[0]
    assert captions[0] == (
        f"This is an artwork from painter {first['artist_catalogued']} during the period of "
        f"{first['style']}. The title of this painting is View of the River 0."
    )
    vectors = retrieval.encode_captions(classifier, captions)
    assert vectors.shape[0] == len(captions)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)
