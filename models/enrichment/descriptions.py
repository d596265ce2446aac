"""The sentence about a work: slots filled from the catalog or from a prediction, or left out.

The words are the source project's: "This is an artwork from painter MONET, Claude during the
period of Impressionism. The title of this painting is ...".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from catalog.hashing import key_of

Source = Literal["catalog", "predicted", "reviewed", "unknown"]
LANGUAGE = "en"

_NOUNS = {
    "painting": ("an artwork", "painting", "painter"),
    "sculpture": ("a sculpture", "sculpture", "sculptor"),
    "architecture": ("a building", "building", "architect"),
    "graphics": ("a work on paper", "work on paper", "artist"),
    "illumination": ("an illumination", "illumination", "illuminator"),
    "mosaic": ("a mosaic", "mosaic", "artist"),
    "tapestry": ("a tapestry", "tapestry", "artist"),
    "stained-glass": ("a stained-glass work", "stained-glass work", "artist"),
    "ceramics": ("a ceramic work", "ceramic work", "potter"),
    "metalwork": ("a metalwork", "metalwork", "artist"),
    "furniture": ("a piece of furniture", "piece of furniture", "cabinet-maker"),
}
_UNKNOWN_FORM = ("an artwork", "artwork", "artist")
_MAKERS = {"graphic": "graphic artist", "glass": "glass artist", "tapestry": "tapestry artist"}

TEMPLATE_KEY = key_of("house sentence", 1, _NOUNS, _UNKNOWN_FORM, _MAKERS)[:16]
"""Says which wording this is: another one rewrites every sentence."""


@dataclass(frozen=True)
class DescriptionFacts:
    """What is known of a work; None is unknown. `hedged`: the style is a guess to be reviewed."""

    artist: str | None
    profession: str | None
    form: str | None
    title: str | None
    style: str | None
    style_source: Source
    hedged: bool = False


@dataclass(frozen=True)
class Slot:
    """A filled slot of the sentence and where its value came from."""

    slot: str
    value: str | None
    source: Source


@dataclass(frozen=True)
class Description:
    """The sentence, and each of its slots."""

    text: str
    slots: tuple[Slot, ...]


def describe(facts: DescriptionFacts) -> Description:
    """Write the sentence; a slot that nobody knows is left out, never invented."""
    noun, thing, maker = _NOUNS.get(facts.form or "", _UNKNOWN_FORM)
    if facts.profession:
        maker = _MAKERS.get(facts.profession, facts.profession)
    text = f"This is {noun}"
    if facts.artist:
        text += f" from {maker} {facts.artist}"
    if facts.style:
        perhaps = "perhaps " if facts.hedged else ""
        preposition = "during" if facts.artist else "from"
        text += f"{',' if perhaps else ''} {perhaps}{preposition} the period of {facts.style}"
    text += "."
    if facts.title:
        text += f" The title of this {thing} is {facts.title}"
        text += "" if facts.title.endswith((".", "!", "?")) else "."
    return Description(
        text,
        (
            _from_catalog("artist", facts.artist),
            Slot("period", facts.style, facts.style_source if facts.style else "unknown"),
            _from_catalog("title", facts.title),
            _from_catalog("form", facts.form),
        ),
    )


def _from_catalog(slot: str, value: str | None) -> Slot:
    return Slot(slot, value, "catalog" if value else "unknown")
