"""Read the tables beside this file: artists, styles, scenes, words, dirt."""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / name).read_text(encoding="utf-8"))


STYLES = _toml("styles.toml")
SCENES = _toml("scenes.toml")
WORDS = _toml("words.toml")
MANNERS = STYLES.pop("manner")
NUMBERS = MANNERS.pop("columns")
PARTS = SCENES.pop("parts")
SCENES = SCENES["scene"]
MOODS = WORDS["moods"]
with (_FOLDER / "artists.csv").open(encoding="utf-8", newline="") as _file:
    ARTISTS = list(csv.DictReader(_file))
