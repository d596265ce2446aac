"""What the figures of an evaluation mean, in sentences that promise no more than they show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]


def percent(value: float | None) -> str:
    """A part of one as a percentage; a dash where it is not known."""
    return "–" if value is None else f"{100 * value:.1f}\N{NO-BREAK SPACE}%"


def decimal(value: float | None, digits: int = 3) -> str:
    """A number with so many decimals; a dash where it is not known."""
    return "–" if value is None else f"{value:.{digits}f}"


def percent_interval(measure: Row | None) -> str:
    """A measure as a percentage with its 95 % interval, if it has one."""
    if measure is None or measure["value"] is None:
        return "–"
    if measure.get("lower") is None:
        return percent(measure["value"])
    lower, upper = (f"{100 * measure[bound]:.1f}" for bound in ("lower", "upper"))
    return f"{percent(measure['value'])} ({lower}–{upper})"


def summary(champion: Row, rows: Sequence[Row]) -> list[str]:
    """What is to be known of the champion before anything else.

    Args:
        champion: its row of the leaderboard, on the test part.
        rows: the leaderboard.
    """
    named = f"{champion['method']} ({champion['architecture']})"
    seen = "works of artists it has not seen" if champion["scheme"] == "artist" else "works"
    measures = champion["measures"]
    sentences = [
        f"The champion, {named}, names the right style of {percent_interval(measures['accuracy'])} "
        f"of {champion['works']:,} {seen}. Always saying the commonest training style would be "
        f"right of {percent(champion['majority_accuracy'])}. {_verdict(champion)}",
        f"Its macro-F1, which counts every style alike, is {_with_interval(measures['macro_f1'])}; "
        f"the commonest style alone would reach {decimal(champion['majority_macro_f1'])}. "
        f"The right style is among its first three guesses for "
        f"{percent_interval(measures['top3_accuracy'])}.",
        _calibration(champion),
        _decisions(measures),
    ]
    if champion["scheme"] == "artist":
        sentences += [
            _beside_random(champion, row)
            for row in rows
            if row["configured"]
            and (row["scheme"], row["part"]) == ("random", "test")
            and (row["method"], row["architecture"])
            == (champion["method"], champion["architecture"])
        ][:1]
    return sentences


def _beside_random(champion: Row, random: Row) -> str:
    accuracy = percent_interval(random["measures"]["accuracy"])
    lower = random["accuracy_lower"]
    flattered = lower is not None and lower > champion["accuracy"]
    return (
        "Split at random by image, where artists stand on both sides, the same method is right of "
        f"{accuracy}" + (": it recognises artists as well as styles." if flattered else ".")
    )


def _verdict(row: Row) -> str:
    lower, upper, majority = (
        row["accuracy_lower"],
        row["accuracy_upper"],
        row["majority_accuracy"],
    )
    if lower is None or upper is None:
        return "There are too few artists to say how far that may be off."
    if lower > majority:
        return "The whole 95 % interval lies above that."
    if upper < majority:
        return "The whole 95 % interval lies below that."
    return "That lies within the 95 % interval: by accuracy, no difference is shown."


def _with_interval(measure: Row) -> str:
    if measure.get("lower") is None:
        return decimal(measure["value"])
    return f"{decimal(measure['value'])} ({decimal(measure['lower'])}–{decimal(measure['upper'])})"


def _calibration(row: Row) -> str:
    before, after = row["ece_uncalibrated"], row["ece"]
    change = "lowers" if after < before else "does not lower"
    return (
        f"Its confidence is off by {percent(after)} on average (expected calibration error); "
        f"calibration on the validation works {change} that from {percent(before)}."
    )


def _decisions(measures: Row) -> str:
    accepted, review = measures["accepted_share"], measures["review_share"]
    if accepted["value"] == 0:
        first = "At its thresholds it accepts no guess"
    else:
        first = (
            f"At its thresholds it accepts {percent(accepted['value'])} of its guesses, of which "
            f"{percent_interval(measures['accepted_precision'])} are right"
        )
    right = measures["review_precision"]
    checked = f" ({percent_interval(right)} right)" if right["value"] is not None else ""
    return (
        f"{first}, leaves {percent(review['value'])} to be reviewed{checked}, and abstains from "
        "the others."
    )
