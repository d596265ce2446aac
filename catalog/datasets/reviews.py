"""Reviews: decisions of people about styles, read from a CSV file into the table `reviews`."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import sql
from catalog.base.errors import SourceError
from catalog.base.files import GIGABYTE, read_source
from catalog.base.hashing import key_of
from catalog.base.wording import listed
from catalog.sources.csv_rows import read_csv
from catalog.storage import duck, tables
from catalog.storage.store import Store
from catalog.vocabulary import style_lookup

DECISIONS = ("accept", "correct", "reject")
_NEEDED = ("artwork_id", "reviewer", "decided_at", "decision")
_OPTIONAL = ("style", "shown_style", "shown_confidence", "shown_prediction_key", "note")
_MAX_LENGTHS = {"artwork_id": 500, "reviewer": 200, "shown_prediction_key": 200, "note": 10_000}
"""Maximum characters by field; other fields have a fixed set of values."""
_SHOWN_LINES = 5
CLOCKS_DIFFER = timedelta(hours=1)
"""Tolerance for a reviewer's clock that runs ahead."""


@dataclass(frozen=True)
class Review:
    """A person's decision about the style of an artwork, and what the page showed."""

    artwork_id: str
    reviewer: str
    decided_at: datetime
    decision: str
    style: str | None
    """The style decided; None for a rejection."""
    shown_style: str | None
    shown_confidence: float | None
    shown_prediction_key: str | None
    note: str | None

    def key(self) -> str:
        """Key of the decision: importing it twice stores it once."""
        content = asdict(self) | {"decided_at": self.decided_at.isoformat()}
        return key_of("review", 1, content)


@dataclass(frozen=True)
class Decisions:
    """The rows of a file of decisions: valid ones, and reasons why others are not."""

    reviews: dict[int, Review]
    """By line."""
    rejected: dict[int, str]
    """Reason by line."""


@dataclass
class Imported:
    """The result of importing a file of decisions."""

    rows: int = 0
    new: int = 0
    """Decisions that are new to the home."""
    decisions: dict[str, int] = field(default_factory=dict)
    works: int = 0
    """Artworks of the file."""
    conflicts: list[dict[str, Any]] = field(default_factory=list)
    """Artworks of the file on which the latest decisions of two reviewers differ."""
    audited: int = 0
    """Artworks of the file that were drawn for an audit."""
    rejected: list[dict[str, Any]] = field(default_factory=list)
    """Line and reason of each row that could not be used."""


def read_reviews(file: Path, now: datetime | None = None) -> Decisions:
    """Read the decisions in a CSV file, row by row; blank rows are skipped.

    Args:
        file: with the columns artwork_id, reviewer, decided_at, decision and, as far as needed,
            style, shown_style, shown_confidence, shown_prediction_key, note.
        now: decisions that are later, beyond a tolerance for clocks, are refused.

    Raises:
        SourceError: if the file cannot be read, or contains no decision.
    """
    data = read_source(file, GIGABYTE)
    if not data.strip():
        raise SourceError(f"{file} is empty: expected a header line and decisions")
    rows = read_csv(str(file), data, _NEEDED, _OPTIONAL, advice="save it as UTF-8").table
    styles = style_lookup()
    latest = (now or datetime.now(UTC)) + CLOCKS_DIFFER
    found = Decisions({}, {})
    for row in rows.to_pylist():
        if not any((row[name] or "").strip() for name in (*_NEEDED, *_OPTIONAL)):
            continue
        try:
            found.reviews[row["line"]] = _review(row, styles, latest)
        except ValueError as error:
            found.rejected[row["line"]] = str(error)
    if not found.reviews and not found.rejected:
        raise SourceError(f"{file} contains no decisions: it has only a header line")
    _refuse_all(file, found)
    return found


def import_reviews(home: Store, file: Path, decisions: Decisions) -> tuple[Imported, list[str]]:
    """Store a file's decisions in one write; return the result and the ids of their artworks.

    Raises:
        SourceError: naming the first mistake, if no decision can be stored.
    """
    named = sorted({review.artwork_id for review in decisions.reviews.values()})
    known = duck.connect(home, ("artworks",)).execute(  # removed ones included
        "SELECT artwork_id, catalog FROM artworks "
        "WHERE artwork_id IN (SELECT unnest($artwork_ids::VARCHAR[]))",
        {"artwork_ids": named},
    )
    catalogs: dict[str, str] = dict(known.fetchall())
    unknown = {
        line: f"the home has no artwork {review.artwork_id}"
        for line, review in decisions.reviews.items()
        if review.artwork_id not in catalogs
    }
    reviews = {line: one for line, one in decisions.reviews.items() if line not in unknown}
    rejected = decisions.rejected | unknown
    _refuse_all(file, Decisions(reviews, rejected))
    rows = [
        {"review_id": review.key(), "catalog": catalogs[review.artwork_id], **asdict(review)}
        for review in reviews.values()
    ]
    written = tables.merge(home, "reviews", rows)
    artwork_ids = sorted(catalogs)
    asked: dict[str, object] = {"artwork_ids": artwork_ids}
    connection = duck.connect(home, ("audits", "reviews"))
    conflicting = duck.rows(connection, sql.text("reviews/conflicts"), asked)
    shown = ("reviewer", "verdict", "counts")
    conflicts = [
        {
            "artwork_id": artwork_id,
            "decisions": [
                {name: row[name] for name in shown} | {"decided_at": row["decided_at"].isoformat()}
                for row in group
            ],
        }
        for artwork_id, group in groupby(conflicting, key=lambda row: row["artwork_id"])
    ]
    audited = connection.execute(
        "SELECT count(DISTINCT artwork_id) FROM audits "
        "WHERE artwork_id IN (SELECT unnest($artwork_ids::VARCHAR[]))",
        asked,
    ).fetchall()
    imported = Imported(
        len(rows),
        written.inserted,
        dict(sorted(Counter(review.decision for review in reviews.values()).items())),
        len(artwork_ids),
        conflicts,
        audited[0][0],
        [{"line": line, "reason": rejected[line]} for line in sorted(rejected)],
    )
    return imported, artwork_ids


def view_latest(connection: duck.DuckDB) -> None:
    """Make the view `reviewed`, one row per reviewed artwork, of the table `reviews`."""
    connection.execute(f"CREATE OR REPLACE TEMP VIEW reviewed AS {sql.text('reviews/latest')}")


def _review(row: Mapping[str, Any], styles: Mapping[str, str], latest: datetime) -> Review:
    """Parse a row into a decision; raises ValueError if it is invalid."""
    if row["problem"]:
        raise ValueError(row["problem"])
    given = {name: (row[name] or "").strip() or None for name in (*_NEEDED, *_OPTIONAL)}
    for name in _NEEDED:
        if given[name] is None:
            raise ValueError(f"{name} is missing")
    for name, longest in _MAX_LENGTHS.items():
        if len(given[name] or "") > longest:
            raise ValueError(f"{name} has more than {longest:,} characters")
    decision = str(given["decision"]).lower()
    if decision not in DECISIONS:
        raise ValueError(f"the decision {_short(decision)} is not one of {', '.join(DECISIONS)}")
    shown = _style("shown_style", given["shown_style"], styles)
    return Review(
        artwork_id=str(given["artwork_id"]),
        reviewer=str(given["reviewer"]),
        decided_at=_time(str(given["decided_at"]), latest),
        decision=decision,
        style=_decided(decision, _style("style", given["style"], styles), shown),
        shown_style=shown,
        shown_confidence=_confidence(given["shown_confidence"]),
        shown_prediction_key=given["shown_prediction_key"],
        note=given["note"],
    )


def _decided(decision: str, style: str | None, shown: str | None) -> str | None:
    if decision == "correct":
        if style is None:
            raise ValueError("style is missing: a correction needs a style")
        return style
    if shown is None:
        raise ValueError(f"shown_style is missing: which style does this {decision} refer to?")
    if decision == "accept" and style not in {None, shown}:
        raise ValueError(f"accepts {shown} but gives style {style}: use the decision `correct`")
    if decision == "reject" and style is not None:
        raise ValueError(f"rejects {shown} but gives style {style}: use the decision `correct`")
    return shown if decision == "accept" else None


def _style(column: str, term: str | None, styles: Mapping[str, str]) -> str | None:
    if term is None:
        return None
    if (found := styles.get(term.casefold())) is None:
        raise ValueError(f"the vocabulary has no {column} {_short(term)}")
    return found


def _time(text: str, latest: datetime) -> datetime:
    try:
        given = datetime.fromisoformat(text)
        time = given.astimezone(UTC) if given.tzinfo else None
    except (ValueError, OverflowError):
        time = None
    if time is None:
        raise ValueError(
            f"decided_at {_short(text)} is not a time with zone, such as 2026-05-01T14:30:00+02:00"
        )
    if time > latest:
        raise ValueError(f"decided_at {_short(text)} is in the future")
    return time


def _confidence(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= 1:
        raise ValueError(f"shown_confidence {_short(text)} is not between 0 and 1")
    return value


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:40]}...")  # noqa: PLR2004 - of a line


def _refuse_all(file: Path, found: Decisions) -> None:
    """Raise SourceError for a file without a valid row."""
    mistakes = found.rejected
    if found.reviews or not mistakes:
        return
    first, *others = sorted(mistakes)
    lines = listed([*map(str, others)], _SHOWN_LINES)
    more = f"; {len(others)} more in line {lines}" if others else ""
    raise SourceError(f"{file}, line {first}: {mistakes[first]}{more}; nothing was imported")
