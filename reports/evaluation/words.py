"""Sentences about the figures of an evaluation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from catalog.datasets.dataset import base_of, dataset_of
from models.evidence.patterns import FACTS_WITH_IMAGE

Row = Mapping[str, Any]


def percent(value: float | None) -> str:
    """Format a share as a percentage; a dash if unknown."""
    return "–" if value is None else f"{100 * value:.1f}\N{NO-BREAK SPACE}%"


def decimal(value: float | None, digits: int = 3) -> str:
    """Format a number with this many decimals; a dash if unknown."""
    return "–" if value is None else f"{value:.{digits}f}"


def percent_interval(measure: Row | None) -> str:
    """Format a measure as a percentage with its 95 % interval, if any."""
    if measure is None or measure["value"] is None:
        return "–"
    if measure.get("lower") is None:
        return percent(measure["value"])
    lower, upper = (f"{100 * measure[bound]:.1f}" for bound in ("lower", "upper"))
    return f"{percent(measure['value'])} ({lower}–{upper})"


def split_in_words(scheme: str) -> str:
    """Describe how a scheme splits artworks, and of which dataset."""
    dataset = dataset_of(scheme).name
    how = {"artist": "artist-disjoint", "random": "random by image, optimistic"}
    return how[base_of(scheme)] + ("" if dataset == "all-periods" else f" ({dataset})")


def summary(
    champion: Row, tested: Row | None, rows: Sequence[Row], acceptance: Sequence[Row] = ()
) -> list[str]:
    """Summarise the champion's evaluation.

    Args:
        champion: its row of the leaderboard on its largest held-out part.
        tested: its row on the test part.
        rows: the leaderboard.
        acceptance: a row per catalog, as `catalog.enrichment.acceptance.overview` gives them.
    """
    named = f"{champion['method']} ({champion['architecture']})"
    is_disjoint = base_of(champion["scheme"]) == "artist"
    seen = "artworks of artists it has not seen" if is_disjoint else "artworks"
    if champion["part"] != "test":
        seen += ", each predicted by a model trained without it (out of fold)"
    measures = champion["measures"]
    sentences = [
        f"The champion, {named}, predicts the right style of "
        f"{percent_interval(measures['accuracy'])} of {champion['works']:,} {seen}. "
        "Always predicting the most common training style would be right for "
        f"{percent(champion['majority_accuracy'])}. {_verdict(champion)}",
        "Its macro-F1, which weights every style equally, is "
        f"{_with_interval(measures['macro_f1'])}; the most common style alone would reach "
        f"{decimal(champion['majority_macro_f1'])}. "
        f"The right style is among its three most probable for "
        f"{percent_interval(measures['top3_accuracy'])}.",
        *_tested(champion, tested),
        *(_evidence(tested) if tested else ()),
        _calibration(champion, by_pattern=bool(tested and tested["by_evidence"])),
        _decisions((tested or champion)["measures"]),
    ]
    if acceptance:
        states = "; ".join(f"{row['catalog']}: {row['state']}" for row in acceptance)
        sentences.append(
            f"Accepted predictions count only in catalogs that are open for them ({states}); in "
            "the others they wait for review."
        )
    if is_disjoint:
        beside = champion["scheme"].removesuffix("artist") + "random"
        sentences += [
            _beside_random(champion, row)
            for row in rows
            if row["configured"]
            and (row["scheme"], row["part"]) == (beside, champion["part"])
            and (row["method"], row["architecture"])
            == (champion["method"], champion["architecture"])
        ][:1]
    return sentences


def _tested(champion: Row, tested: Row | None) -> list[str]:
    """Describe the champion's results on the test part if that is not the main part."""
    if tested is None or tested is champion:
        return []
    found = (
        f"On the {tested['works']:,} artworks of the test part it is right for "
        f"{percent_interval(tested['measures']['accuracy'])}, the most common training style for "
        f"{percent(tested['majority_accuracy'])}."
    )
    above = [row["accuracy"] > row["majority_accuracy"] for row in (champion, tested)]
    if above[0] == above[1]:
        return [found]
    return [f"{found} The two parts disagree; the larger one is the more reliable."]


def _evidence(champion: Row) -> list[str]:
    """Compare the kinds of evidence on artworks that have an image and facts."""
    found = {row["evidence"]: row for row in champion["by_evidence"]}
    compared = ("image", FACTS_WITH_IMAGE, "image+facts")
    if not all(name in found for name in compared):
        return []
    image, facts, both = (percent_interval(found[n]["measures"]["accuracy"]) for n in compared)
    return [
        f"Of the {found['image+facts']['works']:,} test artworks that have an image and facts it "
        f"predicts {image} right from the image alone, {facts} from the facts alone and {both} "
        f"from both; the most common style of the training images would be right for "
        f"{percent(found['image+facts']['majority_accuracy'])}."
    ]


def _beside_random(champion: Row, random: Row) -> str:
    accuracy = percent_interval(random["measures"]["accuracy"])
    lower = random["accuracy_lower"]
    flattered = lower is not None and lower > champion["accuracy"]
    return (
        "Split at random by image, where artists are in training and test, the same method is "
        f"right for {accuracy}"
        + (": it partly recognises artists rather than styles." if flattered else ".")
    )


def _verdict(row: Row) -> str:
    lower, upper = row["accuracy_lower"], row["accuracy_upper"]
    if lower is None or upper is None:
        return "There are too few artists for an interval."
    if lower > row["majority_accuracy"]:
        return "The whole 95 % interval lies above that."
    if upper < row["majority_accuracy"]:
        return "The whole 95 % interval lies below that."
    return "That lies within the 95 % interval: the difference in accuracy is not significant."


def _with_interval(measure: Row) -> str:
    if measure.get("lower") is None:
        return decimal(measure["value"])
    return f"{decimal(measure['value'])} ({decimal(measure['lower'])}–{decimal(measure['upper'])})"


def _calibration(row: Row, *, by_pattern: bool) -> str:
    before, after = row["ece_uncalibrated"], row["ece"]
    error = f"Its confidence is off by {percent(after)} on average (expected calibration error)"
    if by_pattern:
        return f"{error}; each pattern of evidence is calibrated by itself."
    if before == after:
        return f"{error}."
    change = "lowers" if after < before else "does not lower"
    return f"{error}; calibration {change} that from {percent(before)}."


def _decisions(measures: Row) -> str:
    accepted, review = measures["accepted_share"], measures["review_share"]
    if accepted["value"] == 0:
        first = "With its thresholds it accepts no prediction"
    else:
        first = (
            f"With its thresholds it accepts {percent(accepted['value'])} of its predictions, of "
            f"which {percent_interval(measures['accepted_precision'])} are right"
        )
    right = measures["review_precision"]
    checked = f" ({percent_interval(right)} right)" if right["value"] is not None else ""
    return (
        f"{first}, leaves {percent(review['value'])} for review{checked}, and abstains from the "
        "rest."
    )
