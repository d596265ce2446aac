"""What a model said of the validation works that it was measured on, as the gate takes it."""

from __future__ import annotations

import numpy as np

from catalog import duck, examples
from catalog.arrow import values
from catalog.store import Store
from models import registry
from models.gate import Judged

PART = "validation"


def read(home: Store, model_version: str) -> Judged | None:
    """The model's guesses on the validation part of its split; None if it was not measured."""
    from models import storage  # noqa: PLC0415 - takes seconds, and the night may need none of it
    from models.fit import label_indices  # noqa: PLC0415

    connection = duck.connect(home, ("evaluations", "splits"))
    asked: dict[str, object] = {"model_version": model_version}
    known = "SELECT 1 FROM evaluations WHERE model_version = $model_version LIMIT 1"
    if duck.arrow(connection, known, asked).num_rows == 0:
        return None
    scheme = registry.find(home, model_version).scheme
    works = examples.part_of(home, scheme, PART)
    if works.num_rows == 0:
        return None
    groups = duck.arrow(
        connection,
        "SELECT artwork_id, group_id FROM splits WHERE scheme = $scheme AND part = $part",
        {"scheme": scheme, "part": PART},
    )
    group_of = dict(zip(values(groups, "artwork_id"), values(groups, "group_id"), strict=True))
    ids = values(works, "artwork_id")
    classifier = storage.load(home, model_version)
    predictions = classifier.predict(values(works, "image"))
    return Judged(
        artwork_ids=ids,
        groups=[group_of[work] for work in ids],
        styles=classifier.styles,
        labels=label_indices(classifier, works),
        guesses=predictions.labels,
        confidence=np.asarray(predictions.confidence, np.float64),
    )
