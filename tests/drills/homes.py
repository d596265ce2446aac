"""What is in a home, read from its tables and objects alone."""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from catalog.storage import duck, tables
from catalog.storage.schemas import TABLES
from catalog.storage.store import open_store
from tests.drills.nights import DrillError, Ended

STEPS: dict[str, tuple[str, ...]] = {
    **{"ingest": ("artworks", "quarantine"), "images": ("images",), "splits": ("splits",)},
    **{"train": ("models",), "evaluate": ("evaluations", "promotions", "serving")},
    **{"embed": ("embeddings",), "predict": ("predictions",), "acceptance": ("acceptance",)},
    **{"closest": ("closest",), "describe": ("descriptions", "enriched")},
    **{"report": ("work_changes",), "publish": (), "record": ("runs",)},
}
DONE_ONCE = {"embeddings": ("embedding_key",), "predictions": ("artwork_id", "prediction_key")}
"""Tables of what the models see and say: a forward pass makes one row of `embeddings`."""


@dataclass(frozen=True)
class State:
    versions: dict[str, int]
    shards: frozenset[str]
    models: frozenset[str]
    published: str | None
    done: dict[str, frozenset[tuple[object, ...]]]


def state_of(home: str, *, said: bool = True) -> State:
    """Look into a home; without `said` quickly, not at what the model has said."""
    store = open_store(home)
    versions = tables.versions(store)
    published = {info.key: info.etag for info in store.list("published")}
    return State(
        versions,
        frozenset(info.key for info in store.list("shards") if _whole(info.key)),
        frozenset(info.key for info in store.list("models") if _whole(info.key)),
        published.get("published/enriched.parquet"),
        {n: _keys(home, n, columns) for n, columns in DONE_ONCE.items() if said and n in TABLES},
    )


def step_reached(before: State, now: State) -> str:
    reached = "start"
    objects = {"images": "shards", "train": "models", "publish": "published"}
    for name, written in STEPS.items():
        changed = any(now.versions.get(t) != before.versions.get(t) for t in written)
        if kept := objects.get(name):
            changed |= getattr(now, kept) != getattr(before, kept)
        if changed:
            reached = name
    return reached


def has_begun(home: str, before: State, step: str) -> bool:
    """Whether a run has written the first thing of a step, or of a later one."""
    names = ["start", *STEPS]
    return names.index(step_reached(before, state_of(home, said=False))) >= names.index(step)


def check_kept(before: State, now: State) -> None:
    if lost := before.shards - now.shards:
        raise DrillError(f"{len(lost)} finished shards have gone: {sorted(lost)[:3]}")
    for name, version in before.versions.items():
        if now.versions.get(name, -1) < version:
            raise DrillError(f"the table {name} went back from version {version}")
    for name, keys in before.done.items():
        if lost_rows := keys - now.done[name]:
            raise DrillError(f"{len(lost_rows)} rows of {name} have gone")


def check_keys(home: str) -> None:
    with duck.connect(open_store(home)) as connection:
        for name, spec in TABLES.items():
            keys = ", ".join(f'"{key}"' for key in spec.key)
            question = f"SELECT {keys} FROM {name} GROUP BY ALL HAVING count(*) > 1 LIMIT 3"
            if twice := connection.execute(question).fetchall():
                raise DrillError(f"the table {name} holds keys twice: {twice}")


def check_reported_once(home: str) -> None:
    """No change stands under two runs: works are new once, and never removed twice in a row."""
    rows = _ask(
        home,
        "SELECT artwork_id, kind FROM work_changes WHERE kind IN ('new', 'removed', 'returned') "
        "ORDER BY artwork_id, changed_at",
    )
    for (work, kind), (other, next_kind) in itertools.pairwise(rows):
        if work == other and next_kind in {kind, "new"}:
            raise DrillError(f"{work} is reported twice as {next_kind}")


def check_passes(before: State, now: State, ended: Ended) -> int:
    """A run sends through the model only what the tables did not hold; how many works."""
    passes = int(ended.result["forward_passes"])
    new = len(now.done["embeddings"] - before.done["embeddings"])
    if passes > new:
        raise DrillError(f"{passes} forward passes for {new} new vectors")
    return passes


def enriched(home: str) -> list[tuple[Any, ...]]:
    return _ask(home, "SELECT * FROM enriched ORDER BY artwork_id")


def check_equal(home: str, reference: str) -> int:
    here, there = enriched(home), enriched(reference)
    if here != there:
        different = [pair for pair in zip(here, there, strict=False) if pair[0] != pair[1]]
        raise DrillError(
            f"{len(here)} works, {len(there)} in the reference, {len(different)} differ: "
            f"{different[:2]}"
        )
    store = open_store(home)
    if not store.exists("published/enriched.parquet"):
        raise DrillError("nothing is published")
    question = "SELECT artwork_id FROM images WHERE status = 'ok' AND shard IS NULL LIMIT 3"
    if unplaced := _ask(home, question):
        raise DrillError(f"images without a shard: {unplaced}")
    return len(here)


def check_like(home: str, reference: str) -> None:
    """A home has no key twice, and is equal to one of at least 60 works."""
    check_keys(home)
    assert check_equal(home, reference) >= 60


def small_classifier() -> Any:
    """It has learned next to nothing, which does as well here."""
    from catalog.vocabulary import style_names
    from models.presets import resolve_config
    from models.training.train import train
    from tests.models.conftest import STYLES, paint_examples

    examples = paint_examples(dict.fromkeys(STYLES, 2))
    config = resolve_config("cnn", "quick", image_size=32, epochs=1, batch_size=6)
    return train(config, examples, examples, style_names(), progress=False)


def give_model(home: str, classifier: Any) -> str:
    """Give a home the champion, so that its nights train nothing."""
    from models.versions import registry, storage

    store, kind = open_store(home), {"scheme": "artist", "preset": "quick"}
    version = storage.save(store, classifier, **kind, training_key="ab12")
    registry.promote(store, version, "for the tests")
    return home


def _keys(home: str, table: str, columns: Iterable[str]) -> frozenset[tuple[object, ...]]:
    return frozenset(_ask(home, f"SELECT {', '.join(columns)} FROM {table}"))


def _ask(home: str, question: str) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in duck.run_query(open_store(home), question).to_pylist()]


def _whole(key: str) -> bool:
    return not key.rsplit("/", 1)[-1].startswith(".")
