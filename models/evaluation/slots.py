"""How often the sentences would be right about works whose style nobody had told.

The catalog's own label is left aside: the period of a sentence is what the model says, stated where
it accepts, called "perhaps" where a person is to look, and left out where it abstains.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from models.classifiers.calibration import Calibration
from models.classifiers.decisions import decide
from models.enrichment.descriptions import DescriptionFacts, describe
from models.evaluation.confusion import Floats, Labels

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class SlotChecks:
    """Of each work, `[n]`."""

    states_period: Flags
    """Whether the sentence names a period, be it as a guess."""
    period_right: Flags
    """Whether it names the right one."""
    all_right: Flags
    """Whether every slot that the catalog can fill says what the catalog says, the period too."""


def check_slots(
    works: pa.Table,
    styles: tuple[str, ...],
    guesses: Labels,
    confidence: Floats,
    calibration: Calibration,
) -> SlotChecks:
    """Write the sentence of each work without its label, and hold it against the catalog.

    Args:
        works: the columns style, artist_catalogued, title and form, `[n]`.
        styles: the model's vocabulary.
        guesses: each work's likeliest style, `[n]`.
        confidence: how sure the model is, `[n]`.
        calibration: the thresholds that decide.
    """
    decisions = decide(confidence, calibration)
    stated, right, whole = [], [], []
    for row, work in enumerate(works.select(_COLUMNS).to_pylist()):
        guess, decision = styles[guesses[row]], decisions[row]
        sentence = describe(
            DescriptionFacts(
                artist=work["artist_catalogued"],
                profession=None,
                form=work["form"],
                title=work["title"],
                style=None if decision == "abstained" else guess,
                style_source="predicted",
                hedged=decision == "review",
            )
        )
        said = {slot.slot: slot.value for slot in sentence.slots}
        truth = {
            "artist": work["artist_catalogued"],
            "period": work["style"],
            "title": work["title"],
            "form": work["form"],
        }
        stated.append(said["period"] is not None)
        right.append(said["period"] == work["style"])
        whole.append(said == truth)
    return SlotChecks(np.array(stated, bool), np.array(right, bool), np.array(whole, bool))


_COLUMNS = ["style", "artist_catalogued", "title", "form"]
