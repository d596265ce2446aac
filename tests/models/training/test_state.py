import hashlib
import pickle
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import torch

from models.presets import ladder_config
from models.training.state import TrainingState
from models.training.train import train
from tests.models.building import quick_clip, quick_cnn, same_weights

pytestmark = pytest.mark.full


def every_epoch(home):
    return TrainingState(home, "some-key", every_seconds=0)


SHAPE = {"image_size": 64, "styles_per_batch": 3, "works_per_style": 4}
CONFIGS = {
    "cnn": quick_cnn(epochs=4),
    "clip": quick_clip(epochs=3),
    "crops": quick_cnn(epochs=4, augment=True),
    "patience": quick_cnn(epochs=9, patience=2, learning_rate=0.01),
    "locked": ladder_config(
        *("fine-tuned", "quick"), architecture="artcat-tiny", **SHAPE, locked_epochs=2, epochs=2
    ),
}


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_a_training_goes_on_as_if_it_had_never_stopped(config, home, train_table, held_out, styles):
    whole = train(config, train_table, held_out, styles, progress=False)
    for until in range(1, config.all_epochs):
        part = train(
            config, train_table, held_out, styles, False, state=every_epoch(home), until=until
        )
        assert len(part.record.history) == min(until, len(whole.record.history))
    resumed = train(config, train_table, held_out, styles, False, state=every_epoch(home))
    assert same_weights(whole, resumed)
    assert resumed.record.best_epoch == whole.record.best_epoch
    rows = [
        [vars(row) | {"seconds": 0} for row in each.record.history] for each in (resumed, whole)
    ]
    assert rows[0] == rows[1]


_KILLED = """
import os, signal, sys
import pyarrow.parquet as pq
from catalog.storage.store import FolderStore
from models.training import epochs
from models.config import TrainConfig
from models.training.train import train
from models.training.state import TrainingState
import torch
torch.set_num_threads(1)
home, table, config, batch = sys.argv[1:]
steps = 0
optimizer_step = epochs.optimizer_step
def killed(*arguments):
    global steps
    steps += 1
    if steps == int(batch):
        os.kill(os.getpid(), signal.SIGKILL)
    optimizer_step(*arguments)
epochs.optimizer_step = killed
state = TrainingState(FolderStore(home), "some-key", every_seconds=0)
works = pq.read_table(table)
train(TrainConfig.model_validate_json(config), works, None,
      ("Baroque", "Realism", "Impressionism"), False, state=state)
"""


def test_a_killed_training_ends_with_the_same_weights(home, train_table, styles, tmp_path):
    config = CONFIGS["cnn"]
    pq.write_table(train_table, tmp_path / "works.parquet")
    arguments = [str(home.folder), str(tmp_path / "works.parquet"), config.model_dump_json()]
    # 48 works in batches of 8: the 15th step is in the middle of the third epoch
    done = subprocess.run(
        [sys.executable, "-c", _KILLED, *arguments, "15"], check=False, capture_output=True
    )
    assert done.returncode == -9, done.stderr.decode()
    snapshot = every_epoch(home).load()
    assert snapshot is not None
    assert len(snapshot["history"]) == 2
    resumed = train(config, train_table, None, styles, False, state=every_epoch(home))
    assert same_weights(train(config, train_table, None, styles, False), resumed)


def test_a_snapshot_is_read_as_it_was_written(home):
    state = every_epoch(home)
    assert state.load() is None
    given = {"network": {"a": torch.arange(6.0).reshape(2, 3).T}, "history": [], "best": (0.1, 2)}
    state.save(given)
    found = state.load()
    # the fused step of the optimizer needs the same memory layout
    assert found["network"]["a"].stride() == given["network"]["a"].stride()
    assert torch.equal(found.pop("network")["a"], given.pop("network")["a"])
    assert found == given
    state.locked.save({"epoch": 1})
    state.discard()
    assert state.load() is None
    assert list(home.list("training")) == []


def test_a_snapshot_that_cannot_be_read_is_none(home, caplog):
    content = pickle.dumps(Path("a"))
    home.write("training/some-key.pt", content + hashlib.sha256(content).digest())
    assert every_epoch(home).load() is None
    assert "some-key.pt cannot be read" in caplog.text


def test_it_is_written_only_as_often_as_asked_for(home):
    assert TrainingState(home, "a", every_seconds=0).due
    assert not TrainingState(home, "a", every_seconds=100).due


def test_a_key_is_no_path(home):
    with pytest.raises(ValueError, match="not a key"):
        TrainingState(home, "../../elsewhere")


@pytest.mark.parametrize("at", [None, 0, 9, 200, -40, -1], ids=str)
def test_a_changed_byte_is_not_gone_on_with(home, at, caplog):
    state = every_epoch(home)
    state.save({"weights": torch.arange(100.0), "epoch": 3})
    assert state.load()["epoch"] == 3
    (info,) = home.list("training")
    data = bytearray(home.read(info.key) if at is not None else b"?")
    data[at or 0] ^= 1
    home.write(info.key, bytes(data))
    assert state.load() is None
    assert "is damaged" in caplog.text
