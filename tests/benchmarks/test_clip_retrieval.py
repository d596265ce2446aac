"""Enrichment compared with `clip-retrieval inference` on the same images and weights."""

import os
import subprocess
from pathlib import Path

import numpy as np
import pytest
import torch

from catalog.base.hashing import sha256_of
from catalog.storage import duck
from catalog.storage.store import FolderStore
from models.classifiers.classifier import Classifier
from tests.benchmarks.enriching import BATCH, FULL, IMAGES, run_enrich
from tests.benchmarks.measuring import say, timed

pytestmark = pytest.mark.usefixtures("server")


def clip_retrieval(program: str, folder: Path, classifier: Classifier, files: list[bytes]) -> float:
    folder.mkdir()
    for number, data in enumerate(files):
        (folder / f"{number:06}.jpg").write_bytes(data)
    weights = folder.with_suffix(".pt")
    torch.save(classifier.network.state_dict(), weights)
    given = {
        "input_dataset": folder,
        "output_folder": folder.with_suffix(".out"),
        "clip_model": f"open_clip:{FULL}/{weights}",
        "use_jit": False,
        "batch_size": BATCH,
        "enable_text": False,
        "enable_metadata": False,
        "num_prepro_workers": 2,
    }
    words = [word for name, value in given.items() for word in (f"--{name}", str(value))]
    command = [program, "inference", *words]
    return timed(lambda: subprocess.run(command, check=True, capture_output=True))


def test_enrich_against_clip_retrieval(ready, originals, classifier, tmp_path):
    program = os.environ.get("ARTCAT_BENCH_CLIP_RETRIEVAL")
    if program is None:
        pytest.skip("ARTCAT_BENCH_CLIP_RETRIEVAL names no clip-retrieval: see README.md here")
    home, preparation = ready
    few = originals[: 2 * BATCH]
    start = clip_retrieval(program, tmp_path / "few", classifier, few)
    theirs = clip_retrieval(program, tmp_path / "all", classifier, originals) - start
    rate = (IMAGES - len(few)) / theirs  # without its start
    seconds, _ = run_enrich(home)
    ours, whole = IMAGES / seconds, IMAGES / (seconds + preparation)
    found = np.load(tmp_path / "all.out" / "img_emb" / "img_emb_0.npy").astype(np.float32)
    cosine = least_cosine(home, originals, found)
    say(
        f"enrich beside clip-retrieval inference, {FULL}, {IMAGES} images",
        f"clip-retrieval {rate:.1f} images/s without its start; ours {ours:.1f}: "
        f"{ours / rate:.2f}; with the preparation of shards {whole:.1f}: {whole / rate:.2f}",
        f"least cosine of the two vectors of an image {cosine:.4f}",
    )
    assert cosine > 0.9
    assert whole / rate >= 1.5


def least_cosine(home: FolderStore, originals: list[bytes], theirs: np.ndarray) -> float:
    """Of our vectors and theirs, of all images; both in the order of the files."""
    asked = "SELECT image_sha256, vector FROM embeddings"
    ours = {row["image_sha256"]: row["vector"] for row in duck.run_query(home, asked).to_pylist()}
    vectors = np.array([ours[sha256_of(data)] for data in originals], np.float32)
    norms = np.linalg.norm(vectors, axis=1) * np.linalg.norm(theirs, axis=1)
    return float(((vectors * theirs).sum(1) / norms).min())
