"""Captions of artworks for training, and prompts of styles for prediction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from catalog.normalise.titles import restore_capitals
from catalog.vocabulary.forms import label_of, maker_of


@dataclass(frozen=True)
class Facts:
    """The facts of an artwork that captions use."""

    style: str
    artist: str | None = None
    """In natural order: Claude Monet."""
    artist_catalogued: str | None = None
    """As catalogued: MONET, Claude."""
    title: str | None = None
    technique: str | None = None
    nationality: str | None = None
    form: str | None = None


@dataclass(frozen=True)
class Piece:
    """A part of a caption that is used or left out as a whole; always used if it needs no facts."""

    text: str
    needs: tuple[str, ...] = ()


Template = tuple[Piece, ...]

HOUSE: Template = (
    Piece("This is an artwork"),
    Piece(" from {role} {catalogued}", ("catalogued",)),
    Piece(" during the period of {style}."),
    Piece(" The title of this {form} is {title}.", ("title",)),
)
TEMPLATES: tuple[Template, ...] = (
    HOUSE,
    (
        Piece("{a_form} in the style of {style}"),
        Piece(" by {artist}", ("artist",)),
        Piece(", titled {title}", ("title",)),
    ),
    (
        Piece("{a_style} {form}"),
        Piece(" by the {nationality} {role} {artist}", ("nationality", "artist")),
        Piece(", {technique}", ("technique",)),
    ),
    (
        Piece("an artwork of the {style} period"),
        Piece(" by {artist}", ("artist",)),
        Piece(", {technique}", ("technique",)),
        Piece(": {title}", ("title",)),
    ),
)
"""The least important piece is last: what does not fit is cut from the end."""

CACHED_CAPTIONS = 50_000
"""Size of the caption cache: training repeats captions."""


class CaptionWriter:
    """Writes captions that fit a tokenizer's context, each time by another template."""

    def __init__(
        self, count_tokens: Callable[[str], int], context_length: int, *, dropout: float = 0.5
    ) -> None:
        """Set the length limit: tokens that the text tower takes, with the start and the end.

        `dropout` is how often a caption contains only the style (and form), so that the prompts
        for prediction are something that the network has seen.
        """
        self._count_tokens, self._dropout = count_tokens, dropout
        self._room = context_length - 2
        self._known = lru_cache(CACHED_CAPTIONS)(self.fitted)

    def write(self, facts: Facts, rng: np.random.Generator) -> str:
        """Write a caption by a template, with or without painter and title, drawn from `rng`."""
        template = TEMPLATES[rng.integers(len(TEMPLATES))]
        return (bare if rng.random() < self._dropout else self._known)(template, facts)

    def fitted(self, template: Template, facts: Facts) -> str:
        """Write the caption with every known piece that fits."""
        slots = _slots(facts)
        chosen = [piece for piece in template if all(need in slots for need in piece.needs)]
        while self._count_tokens(text := _joined(chosen, slots)) > self._room:
            optional = [number for number, piece in enumerate(chosen) if piece.needs]
            if not optional:
                break
            del chosen[optional[-1]]
        return text


def bare(template: Template, facts: Facts) -> str:
    """Write the caption that names only the style and the form."""
    return _joined([piece for piece in template if not piece.needs], _slots(facts))


def style_prompts(style: str) -> list[str]:
    """Return the prompts whose mean embedding represents a style; each is a bare caption."""
    facts = [Facts(style, form=form) for form in ("painting", None)]
    return list(dict.fromkeys(bare(template, each) for template in TEMPLATES for each in facts))


def _joined(pieces: list[Piece], slots: dict[str, str]) -> str:
    return "".join(piece.text for piece in pieces).format_map(slots)


def _slots(facts: Facts) -> dict[str, str]:
    """Return the words for every known fact."""
    given = (facts.form or "").strip().lower()
    form = label_of(given) or "artwork"
    slots = {
        "style": facts.style,
        "a_style": _with_article(facts.style),
        "form": form,
        "a_form": _with_article(form),
        "role": maker_of(given),
        "artist": facts.artist or facts.artist_catalogued,
        "catalogued": facts.artist_catalogued or facts.artist,
        "title": restore_capitals(facts.title).rstrip(" .") if facts.title else None,
        "technique": facts.technique,
        "nationality": facts.nationality,
    }
    return {name: words for name, words in slots.items() if words}


def _with_article(noun: str) -> str:
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"
