"""Write a sample catalog: all of it or nothing, and only once."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tqdm import tqdm

from catalog.base.errors import SourceError
from sample.corruptions import (
    Corruptions,
    Row,
    choose_corrupted,
    corrupt_artists,
    corrupt_artworks,
    damage,
)
from sample.painter import paint
from sample.plan import Plan, Work, make_plan, read_artists
from sample.tables import WORDS

EDITION = 3
"""Raise it when the same arguments would make another sample than before."""

MARKER = "sample.json"
"""Holds the arguments and the report; a folder without it is not a sample."""

MINIMA = {"images": 46, "artists": 24, "size": 32, "seed": 0}
COLUMNS = ("ID", "artist", "title", "picture data", "file info", "jpg url")
INFO_COLUMNS = ("artist", "born-died", "period", "school", "url", "base", "nationality")


@dataclass(frozen=True)
class SampleReport:
    """Counts of a sample."""

    works: int  # different works that have a row
    rows: int  # of artwork_dataset.csv: the works and three rows too many
    artists: int  # people in the list of artists
    info_rows: int  # of info_dataset.csv
    images: int  # files in artwork/: intact, broken and orphans
    intact: int  # images with a row that can be opened
    missing: int  # works without an image
    broken: int  # images that cannot be opened
    orphans: int  # images without a row
    unlisted: int  # works by artists who are not on the list, hence without a style
    untitled: int
    hard_titles: int  # with commas or quotes
    odd_dates: int  # mistyped in `picture data`
    decimal_commas: int  # in sizes
    odd_lifespans: int  # mistyped `born-died`
    homonyms: int  # names of two artists of different styles; the URL tells them apart
    repeated_artists: int  # rows of an artist who is on the list already
    duplicate_rows: int
    conflicting_rows: int  # with the ID of a different work
    rows_without_id: int
    styles: dict[str, int]  # works of each, by artists on the list


def make_sample(
    folder: Path,
    *,
    images: int = 660,
    artists: int | None = None,
    seed: int = 7,
    size: int = 320,
) -> SampleReport:
    """Make a sample catalog of invented paintings; return its counts.

    The same arguments make the same bytes. A folder that already holds the sample of these
    arguments is left as it is. The sample is written beside the folder and moved there in one step.
    By default there is one artist for five images, as far as there are; `size` is the longer side
    in pixels.

    Raises:
        SourceError: the folder holds something else, or a number is out of range.
    """
    most = len(read_artists())
    if artists is None:
        artists = min(max(images // 5, MINIMA["artists"]), most)
    asked = {"images": images, "artists": artists, "seed": seed, "size": size}
    for name, least in MINIMA.items():
        if asked[name] < least:
            raise SourceError(f"{name} must be at least {least} for a sample")
    if artists > most:
        raise SourceError(f"artists must be at most {most} for a sample")
    arguments = {"edition": EDITION, **asked}
    if report := _read_report(folder, arguments):
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
            if not _read_report(folder, arguments):
                raise
    return report


def _read_report(folder: Path, arguments: dict[str, int]) -> SampleReport | None:
    """Return the report of the sample that is already there; None if there is nothing.

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
                f"{folder} contains something else than a sample: choose another folder or empty it"
            ) from error
        return None
    if there != arguments:
        raise SourceError(
            f"{folder} contains a sample made with other arguments ({there}): "
            "choose another folder or delete it"
        )
    return report


def _write(folder: Path, arguments: dict[str, int]) -> SampleReport:
    """Write the images, the tables, and last the marker."""
    seed = arguments["seed"]
    plan = make_plan(arguments["images"], arguments["artists"], seed, arguments["size"])
    corrupted = choose_corrupted(plan, seed)
    files = write_images(plan, corrupted, folder / "artwork", seed)
    works = corrupt_artworks([work.row for work in plan.works], corrupted)
    people = []
    for one in plan.artists:
        url = f"{WORDS['site']}/html/{one.directory}/index.html"
        facts = (one.name, one.life, one.style, one.school, url, one.base, one.nationality)
        people.append(dict(zip(INFO_COLUMNS, facts, strict=True)))
    people = corrupt_artists(people)
    _write_table(folder / "artwork_dataset.csv", COLUMNS, works, "\n")
    _write_table(folder / "info_dataset.csv", INFO_COLUMNS, people, "\r\n")
    listed = [work.artist.style for work in plan.works if work.artist in plan.artists]
    report = SampleReport(
        works=len(plan.works),
        rows=len(works),
        artists=len(plan.artists),
        info_rows=len(people),
        images=files,
        intact=files - len(corrupted["broken"]) - len(plan.orphans),
        orphans=len(plan.orphans),
        unlisted=len(plan.works) - len(listed),
        odd_lifespans=sum(f"{one.born}-{one.died})" not in one.life for one in plan.artists),
        homonyms=len(plan.artists) - len({artist.name for artist in plan.artists}),
        repeated_artists=len(people) - len(plan.artists),
        styles=dict(Counter(listed)),
        **{kind: len(ids) for kind, ids in corrupted.items()},
    )
    marker = {"arguments": arguments, "report": asdict(report)}
    text = json.dumps(marker, indent=2, ensure_ascii=False) + "\n"
    (folder / MARKER).write_text(text, encoding="utf-8")
    return report


def write_images(plan: Plan, corrupted: Corruptions, folder: Path, seed: int) -> int:
    """Paint all works that have an image; return how many files were written."""
    folder.mkdir()
    wanted = [work for work in plan.works if work.id not in corrupted["missing"]] + plan.orphans
    for work in tqdm(wanted, desc="Painting", unit=" images", disable=None):
        data, kind = encode(work, seed), corrupted["broken"].get(work.id)
        (folder / f"{work.id}.jpg").write_bytes(damage(data, kind) if kind else data)
    return len(wanted)


def encode(work: Work, seed: int) -> bytes:
    """Paint one work and return it as JPEG."""
    buffer = io.BytesIO()
    image = paint(work.artist_style, work.scene, work.size, [seed, 7, work.id], work.mood)
    image.save(buffer, "JPEG", quality=88)
    return buffer.getvalue()


def _write_table(path: Path, columns: Sequence[str], rows: list[Row], line_end: str) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator=line_end)
        writer.writeheader()
        writer.writerows(rows)
