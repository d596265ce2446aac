"""Titles that fit what is painted, and the thing or the weather that they name."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from catalog.sample.wording import TITLES, WORDS


@dataclass(frozen=True)
class Title:
    """A title with what the painter has to know about it."""

    text: str
    mood: str
    motif: str


WEATHER: dict[str, tuple[float, float, float, float, float]] = {
    "Northern Renaissance": (5, 0.5, 0.3, 3, 0.3),
    "Baroque": (5, 1.5, 1, 0.6, 1),
    "Romanticism": (2, 3, 2, 0.6, 2.5),
    "Realism": (5, 2, 0.5, 1.2, 0.6),
    "Impressionism": (6, 1.6, 0.6, 1.4, 0.2),
    "Art Nouveau": (5, 2, 1, 0.5, 0),
}
"""Weights of day, dusk, night, winter and storm; elsewhere it is nearly always day."""

MOODS = ("day", "dusk", "night", "winter", "storm")

OUTDOORS = ("landscape", "sublime", "sea", "street", "canal", "labour", "garden", "temple")

ENDINGS: dict[str, tuple[str, ...]] = {
    "day": ("", "", "", " in the morning"),
    "dusk": (" at dusk", " at sunset", " in the evening"),
    "night": (" by moonlight", " at night"),
    "winter": (" in winter", " under snow"),
    "storm": (" in a storm", " before the storm"),
}

MOTIFS = (*WORDS["fruit"], "flowers", "water lilies", "pond", "ruin", "church")


def entitle(scene: str, style: str, rng: np.random.Generator) -> Title:
    """Make up a title for a scene, and with it the weather and the motif."""
    text = _fill(_pick(TITLES[scene], rng), rng)
    mood = "day"
    if scene in OUTDOORS:
        weights = np.array(WEATHER.get(style, (9, 0.7, 0.1, 0.1, 0.1)))
        mood = MOODS[int(rng.choice(len(MOODS), p=weights / weights.sum()))]
        if scene in ("garden", "temple") and mood in ("winter", "storm"):
            mood = "dusk"
        text += _pick(ENDINGS[mood], rng)
    motif = next((word for word in MOTIFS if word in text), "")
    return Title(text, mood, motif)


def _fill(template: str, rng: np.random.Generator) -> str:
    """Put a word for each slot, no word twice."""
    used: set[str] = set()
    text = template
    while "{" in text:
        slot = text[text.index("{") + 1 : text.index("}")]
        word = _pick(tuple(w for w in WORDS[slot] if w not in used), rng)
        used.add(word)
        text = text.replace("{" + slot + "}", word, 1)
    return text


def _pick(items: tuple[str, ...], rng: np.random.Generator) -> str:
    return items[int(rng.integers(len(items)))]
