"""The image files of the sample, sound and broken."""

from __future__ import annotations

import io
from pathlib import Path

from tqdm import tqdm

from catalog.sample.dirt import Victims
from catalog.sample.painting import paint
from catalog.sample.works import Plan, Work

QUALITY = 88


def write_pictures(plan: Plan, victims: Victims, folder: Path, seed: int) -> int:
    """Paint all works that have an image into `folder`.

    Returns:
        How many files were written.
    """
    wanted = [work for work in plan.works if work.id not in victims.missing] + plan.orphans
    for work in tqdm(wanted, desc="Painting", unit=" pictures", disable=None):
        data = jpeg(work, seed)
        kind = victims.broken.get(work.id)
        (folder / f"{work.id}.jpg").write_bytes(damaged(data, kind) if kind else data)
    return len(wanted)


def jpeg(work: Work, seed: int) -> bytes:
    """Paint one work and encode it."""
    image = paint(
        work.hand,
        work.scene,
        (work.width, work.height),
        [seed, 7, work.id],
        mood=work.mood,
        motif=work.motif,
    )
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=QUALITY)
    return buffer.getvalue()


def damaged(data: bytes, kind: str) -> bytes:
    """Break an image file: `truncated`, `empty`, or `text` in its place."""
    if kind == "truncated":
        return data[: len(data) * 2 // 5]
    if kind == "empty":
        return b""
    return b"<html><body>404 Not Found</body></html>\n"
