"""What a sample holds, counted."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SampleReport:
    """Counts of a sample; each kind of dirt is counted where it was put in."""

    works: int
    """Different works that have a row."""
    rows: int
    """Rows of `artwork_dataset.csv`: the works and the three rows too many."""
    artists: int
    """Persons on the list of artists."""
    info_rows: int
    """Rows of `info_dataset.csv`."""
    images: int
    """Files in `artwork/`: intact, broken and orphans."""
    intact: int
    """Images with a row that can be opened."""
    missing: int
    """Works without an image."""
    broken: int
    """Images that cannot be opened."""
    orphans: int
    """Images without a row."""
    unlisted: int
    """Works by artists who are not on the list of artists, hence without a style."""
    untitled: int
    """Works with an empty title."""
    hard_titles: int
    """Titles with commas or quotes that were put in."""
    odd_dates: int
    """Mistyped dates in `picture data`."""
    decimal_commas: int
    """Sizes with a decimal comma."""
    odd_lifespans: int
    """Mistyped `born-died`."""
    homonyms: int
    """Names shared by two artists of different styles; the URL's directory tells them apart."""
    repeated_artists: int
    """Names that stand twice with one style."""
    duplicate_rows: int
    """Rows that repeat another exactly."""
    conflicting_rows: int
    """Rows with the ID of a different work."""
    rows_without_id: int
    styles: dict[str, int]
    """Works of each style, by artists on the list."""
