"""Writes a sample catalog: all of it or nothing, and only once."""

from __future__ import annotations

import csv
import json
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from catalog.errors import SourceError
from catalog.sample import dirt
from catalog.sample.artists import largest_cast
from catalog.sample.pictures import write_pictures
from catalog.sample.report import SampleReport
from catalog.sample.rows import ARTWORK_COLUMNS, INFO_COLUMNS, Row, artwork_row, info_row
from catalog.sample.works import UNLISTED_WORKS, Plan, make_plan

EDITION = 2
"""Raise it when the same arguments would make another sample than before."""

MARKER = "sample.json"
"""Holds the arguments and the report; a folder without it is not a sample."""

FEWEST_IMAGES = 46
FEWEST_ARTISTS = 24
SMALLEST = 32

Arguments = dict[str, int]


def make_sample(
    folder: Path,
    *,
    images: int = 600,
    artists: int | None = None,
    seed: int = 7,
    size: int = 320,
) -> SampleReport:
    """Make a sample catalog of invented paintings in the layout `historic-art`.

    The same arguments make the same bytes. A folder that already holds the sample of these
    arguments is left as it is. The sample is written beside the folder and moved there in one step.

    Args:
        folder: where to put it; it must not exist, or be empty, or hold this very sample.
        images: number of works.
        artists: number of artists on the list; one for five images if None, as far as there are.
        seed: chooses another catalog of the same kind.
        size: longer side of the images in pixels.

    Returns:
        What it holds, counted.

    Raises:
        SourceError: the folder holds something else, or a number is out of range.
    """
    if artists is None:
        artists = min(max(images // 5, FEWEST_ARTISTS), largest_cast())
    arguments = {
        "edition": EDITION,
        "images": images,
        "artists": artists,
        "seed": seed,
        "size": size,
    }
    _check(arguments)
    if report := _made_before(folder, arguments):
        return report
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as temporary:
        draft = Path(temporary) / folder.name
        draft.mkdir()
        report = _write(draft, arguments)
        try:
            draft.rename(folder)
        except OSError:
            # Someone else may have made the same sample in the meantime.
            if not _made_before(folder, arguments):
                raise
    return report


def _check(arguments: Arguments) -> None:
    """Refuse numbers for which there is no sample."""
    most = largest_cast()
    if arguments["images"] < FEWEST_IMAGES:
        raise SourceError(f"a sample needs at least {FEWEST_IMAGES} images")
    if not FEWEST_ARTISTS <= arguments["artists"] <= most:
        raise SourceError(f"a sample has from {FEWEST_ARTISTS} to {most} artists")
    if arguments["size"] < SMALLEST:
        raise SourceError(f"the images of a sample are at least {SMALLEST} pixels long")
    if arguments["seed"] < 0:
        raise SourceError("the seed of a sample is 0 or more")


def _made_before(folder: Path, arguments: Arguments) -> SampleReport | None:
    """The report of the sample that is already there; None if there is nothing.

    Raises:
        SourceError: there is something else.
    """
    if not folder.exists():
        return None
    if not folder.is_dir():
        raise SourceError(f"{folder} is a file: choose another folder for the sample")
    try:
        marker = json.loads((folder / MARKER).read_text(encoding="utf-8"))
        there, report = marker["arguments"], SampleReport(**marker["report"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        if any(folder.iterdir()):
            raise SourceError(
                f"{folder} holds something else than a sample: choose another folder or empty it"
            ) from error
        return None
    if there != arguments:
        raise SourceError(
            f"{folder} holds a sample made with other arguments ({there}): "
            "choose another folder or delete it"
        )
    return report


def _write(folder: Path, arguments: Arguments) -> SampleReport:
    """Write the tables, the images, and last the marker."""
    seed = arguments["seed"]
    plan = make_plan(arguments["images"], arguments["artists"], seed, arguments["size"])
    victims = dirt.choose(plan, seed)
    works = dirt.spoil_artworks([artwork_row(work, seed) for work in plan.works], victims)
    people = dirt.spoil_artists([info_row(artist) for artist in plan.artists])
    _table(folder / "artwork_dataset.csv", ARTWORK_COLUMNS, works, "\n")
    _table(folder / "info_dataset.csv", INFO_COLUMNS, people, "\r\n")
    (folder / "artwork").mkdir()
    files = write_pictures(plan, victims, folder / "artwork", seed)
    report = _count(plan, victims, (len(works), len(people), files))
    marker = {"arguments": arguments, "report": asdict(report)}
    text = json.dumps(marker, indent=2, ensure_ascii=False) + "\n"
    (folder / MARKER).write_text(text, encoding="utf-8")
    return report


def _table(path: Path, columns: Sequence[str], rows: list[Row], line_end: str) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator=line_end)
        writer.writeheader()
        writer.writerows(rows)


def _count(plan: Plan, victims: dirt.Victims, written: tuple[int, int, int]) -> SampleReport:
    """Count what was written: rows of works, rows of artists, files."""
    rows, info_rows, files = written
    listed = {artist.directory for artist in plan.artists}
    names = Counter(artist.name for artist in plan.artists)
    styles = Counter(w.artist.style for w in plan.works if w.artist.directory in listed)
    return SampleReport(
        works=len(plan.works),
        rows=rows,
        artists=len(plan.artists),
        info_rows=info_rows,
        images=files,
        intact=files - len(victims.broken) - len(plan.orphans),
        missing=len(victims.missing),
        broken=len(victims.broken),
        orphans=len(plan.orphans),
        unlisted=UNLISTED_WORKS,
        untitled=len(victims.untitled),
        hard_titles=len(victims.hard_titles),
        odd_dates=len(victims.odd_dates),
        decimal_commas=len(victims.decimal_commas),
        odd_lifespans=len(dirt.LIFESPANS),
        homonyms=sum(count > 1 for count in names.values()),
        repeated_artists=1,
        duplicate_rows=1,
        conflicting_rows=1,
        rows_without_id=1,
        styles=dict(styles),
    )
