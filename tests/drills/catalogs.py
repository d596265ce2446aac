"""A painted catalog with few labels, which changes from night to night."""

import csv
import io
import random
from collections import Counter
from pathlib import Path

from PIL import Image

from sample import make_sample

NAME = "drill"
STYLES = 3


def paint_catalog(folder: Path, works: int, *, artists: int = 60, size: int = 64) -> Path:
    make_sample(folder, images=works, artists=artists, size=size)
    file = folder / "info_dataset.csv"
    columns, rows = _read(file)
    commonest = Counter(row["period"] for row in rows).most_common(STYLES)
    kept = {style for style, _ in commonest}
    for row in rows:
        row["period"] = row["period"] if row["period"] in kept else ""
    _write(file, columns, rows)
    return folder


def change_catalog(folder: Path, rng: random.Random, night: int, *, some: int = 12) -> None:
    """What happens to a catalog in a day: works come, titles and pictures change, pictures go.

    No work goes: one that came and went between two nights that were killed would be in no home.
    What is learned from stays as it is, so that every home keeps the model that it has.
    """
    file = folder / "artwork_dataset.csv"
    columns, rows = _read(file)
    labelled = {row["artist"] for row in _read(folder / "info_dataset.csv")[1] if row["period"]}
    free = [row for row in rows if row["ID"].isdigit() and row["artist"] not in labelled]
    chosen = rng.sample(free, min(3 * some, len(free)))
    for row in chosen[:some]:
        row["title"] = f"{row['title']} in the night {night}"
    pictures = folder / "artwork"
    for row in chosen[some : 2 * some]:
        (pictures / f"{row['ID']}.jpg").write_bytes(_picture(rng))
    for row in chosen[2 * some :: 3]:
        (pictures / f"{row['ID']}.jpg").unlink(missing_ok=True)
    for number in range(some):
        like = rng.choice(free)
        new = {**like, "ID": str(900_000 + night * 1000 + number), "title": f"work {number}"}
        rows.append({**new, "jpg url": like["jpg url"].replace(".jpg", f"{night}-{number}.jpg")})
        (pictures / f"{new['ID']}.jpg").write_bytes(_picture(rng))
    _write(file, columns, rows)


def _picture(rng: random.Random) -> bytes:
    """Coarse noise: no two are alike, and none is like a painted one."""
    coarse = Image.frombytes("RGB", (8, 8), rng.randbytes(8 * 8 * 3))
    buffer = io.BytesIO()
    coarse.resize((64, 48), Image.Resampling.BICUBIC).save(buffer, "JPEG")
    return buffer.getvalue()


def _read(file: Path) -> tuple[list[str], list[dict[str, str]]]:
    with file.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        return list(reader.fieldnames or ()), list(reader)


def _write(file: Path, columns: list[str], rows: list[dict[str, str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns)
        writer.writeheader()
        writer.writerows(rows)
