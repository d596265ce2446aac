"""Read the tables beside this file: artists, styles, scenes, words, corruptions."""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / name).read_text(encoding="utf-8"))


STYLES, _SCENES, WORDS = _read("styles.toml"), _read("scenes.toml"), _read("words.toml")
PARTS, SCENES, MOODS = _SCENES["parts"], _SCENES["scene"], WORDS["moods"]
MANNERS = STYLES.pop("manner")
NUMBERS = MANNERS.pop("columns")
with (_FOLDER / "artists.csv").open(encoding="utf-8", newline="") as _file:
    ARTISTS: list[dict[str, Any]] = list(csv.DictReader(_file))
