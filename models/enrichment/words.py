"""The words file of a language: names of forms, makers and styles."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from catalog.base.errors import ArtcatError
from catalog.base.files import read_text
from catalog.base.wording import one_line
from catalog.vocabulary.forms import kinds_of

MAX_MESSAGE = 300
"""Characters of a message of Jinja or TOML."""
_OTHER = "other"
_SEVERAL = re.compile(r"\s*[,;|/]\s*")
_MAX_BYTES = 100_000
_Word = Annotated[str, StringConstraints(max_length=500)]
_GivenWord = Annotated[str, StringConstraints(min_length=1, max_length=500)]


class TemplateError(ArtcatError):
    """A template or words file is invalid; the message says where."""


class FormWords(BaseModel):
    """The noun for an artwork of a form, its later mention, and its maker."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    noun: _GivenWord = Field(description="With its article.")
    thing: _GivenWord = Field(description="For later mentions.")
    maker: _Word | None = Field(None, description="Who makes it, or the trade.")


class Words(BaseModel):
    """The contents of a words file; missing words are unavailable to the template."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    words: dict[str, _Word] = Field({}, description="Available to the template as words.NAME.")
    forms: dict[str, FormWords] = Field(
        {}, max_length=200, description="By form; `other` where it is not known."
    )
    makers: dict[str, _Word] = Field({}, description="Who makes it, by the artist's profession.")
    other_maker: _Word | None = Field(None, description="For a profession that is not in `makers`.")
    styles: dict[str, _Word] = Field({}, description="The styles in this language.")
    attributions: dict[str, Annotated[_Word, StringConstraints(pattern=r"\{artist\}")]] = Field(
        {}, description="By qualifier, and `by` for makers: a phrase with `{artist}` in it."
    )

    def knows(self, form: str) -> bool:
        """Return whether there are words for a form or for one that it is a kind of."""
        return any(kind in self.forms for kind in kinds_of(form))

    def of_form(self, form: str | None) -> FormWords | None:
        """Return the words for a form or a broader one, those of `other` if there are none."""
        kinds = (*kinds_of(form), _OTHER) if form else (_OTHER,)
        return next((self.forms[kind] for kind in kinds if kind in self.forms), None)

    def maker(self, form: str | None, profession: str | None) -> str | None:
        """Return the maker by profession, otherwise by form; None if that adds nothing."""
        of_form = self.of_form(form)
        maker = of_form.maker if of_form else None
        if profession:
            makers = map(self._of_profession, _SEVERAL.split(profession))
            maker = f" {self.words.get('and', '&')} ".join(dict.fromkeys(filter(None, makers)))
        return None if of_form and (maker or "") in of_form.noun.split() else maker

    def _of_profession(self, profession: str) -> str:
        name = profession if profession[1:2].isupper() else profession.lower()
        return self.makers.get(name, name if self.other_maker is None else self.other_maker)

    def attribution(self, qualifier: str, artist: str) -> str:
        """Return a phrase for an artist: `by a follower of X`, `possibly by a pupil of X`."""
        phrase = self.attributions.get(qualifier)
        possibly = self.words.get("possibly")
        if phrase is None and possibly and not qualifier.startswith("formerly"):
            hands = (each for each in self.attributions if qualifier.endswith(f" {each}"))
            if hand := next(hands, None):
                phrase = f"{possibly} {self.attributions[hand]}"
        return (phrase or f"({qualifier} {{artist}})").replace("{artist}", artist)

    def style(self, style: str | None) -> str | None:
        """Return a style in this language."""
        return self.styles.get(style, style) if style else None


def read_text_of(file: Path, most_bytes: int) -> str:
    """Read a template or words file. Raises TemplateError, naming the file."""
    try:
        return read_text(file, most_bytes)
    except OSError as error:
        raise TemplateError(f"cannot read {file}: {error.strerror}") from error


def read_words(file: Path) -> Words:
    """Read a words file; an empty one if it does not exist.

    Raises:
        TemplateError: naming the file and, where known, the line.
    """
    if not os.path.lexists(file):
        return Words()
    try:
        return Words.model_validate(tomllib.loads(read_text_of(file, _MAX_BYTES)))
    except ValidationError as error:
        first = error.errors()[0]
        where = one_line(".".join(map(str, first["loc"])), MAX_MESSAGE)
        raise TemplateError(f"{file}: {where}: {one_line(first['msg'], MAX_MESSAGE)}") from error
    except RecursionError as error:
        raise TemplateError(f"{file}: it is nested too deeply") from error
    except ValueError as error:  # also raised by tomllib for numbers with thousands of digits
        raise TemplateError(f"{file}: {one_line(error, MAX_MESSAGE)}") from error
