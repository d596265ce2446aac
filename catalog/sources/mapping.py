"""A mapping file: says which column of a museum's CSV holds what. TOML, checked when read."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from catalog.csv_dialect import Delimiter
from catalog.encodings import detect_encoding, named_encoding
from catalog.errors import SourceError
from catalog.files import read_source
from catalog.sources.patterns import check_pattern

MAX_BYTES = 1_000_000

FIELDS = {
    "id": "identifies the work in the catalog; needed",
    "title": "title",
    "artist": "name of the artist, as catalogued",
    "artist_url": "address of the artist's page; tells artists of the same name apart",
    "born_died": "years, or years and places, of the artist's life",
    "profession": "painter, sculptor, ...",
    "nationality": "nationality or school",
    "base": "where the artist worked",
    "date": "when the work was made, as catalogued",
    "technique": "materials and technique; a size behind it is split off",
    "size": "measures with their unit, height first",
    "location": "where the work is",
    "form": "painting, sculpture, graphics, ...",
    "type": "subject: portrait, landscape, ...",
    "timeframe": "period of years, such as 1601-1650",
    "style": "the label to learn from",
    "image": "path of the image file below the images folder, or its http(s) address",
    "url": "address of the work's page",
    "iiif_manifest": "address of the work's IIIF manifest",
    "iiif_image": "address of the IIIF image service of its picture, without /info.json",
}
"""What a mapping can say of a work, and what it means."""


class ColumnValue(BaseModel):
    """Where a field's value comes from: a column as it is, part of it, or always the same."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    column: str | None = Field(None, description="Name of the column.")
    constant: str | None = Field(None, description="The same value for every work.")
    pattern: str | None = Field(
        None, description="Regular expression (RE2) that the whole value must match, else nothing."
    )
    replace: str | None = Field(
        None, description=r"What is written instead: text with \1, \2 for the pattern's groups."
    )

    @model_validator(mode="after")
    def _one_origin(self) -> ColumnValue:
        if (self.column is None) == (self.constant is None):
            raise ValueError("give either column or constant")
        if (self.pattern is None) != (self.replace is None):
            raise ValueError("give pattern and replace together")
        if self.pattern is not None:
            check_pattern(self.pattern, self.replace or "")
        return self


def _as_column(value: Any) -> Any:
    return {"column": value} if isinstance(value, str) else value


class Mapping(BaseModel):
    """The contents of a mapping file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(description="Name of the catalog in the home, unless --name says another.")
    file: str | None = Field(
        None, description="Name of the CSV, if --catalog names a folder that holds it."
    )
    encoding: str | None = Field(None, description="Encoding of the CSV; detected by default.")
    delimiter: Delimiter | None = Field(None, description="Between fields; detected by default.")
    missing: tuple[str, ...] = Field((), description="Values that stand for nothing, such as '-'.")
    fields: dict[str, Annotated[ColumnValue, BeforeValidator(_as_column)]] = Field(
        description="For each field of a work: a column, part of one, or a constant."
    )
    filters: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="Only rows whose column has one of the values are read."
    )
    styles: dict[str, str] = Field(
        default_factory=dict,
        description="The source's style term -> a style of the vocabulary, or '' for none.",
    )
    style_separator: str | None = Field(
        None, description="Between several style terms in one value: the first known one counts."
    )

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, name: str | None) -> str | None:
        return name if name is None else named_encoding(name).name

    @field_validator("fields")
    @classmethod
    def _known_fields(cls, fields: dict[str, ColumnValue]) -> dict[str, ColumnValue]:
        unknown = sorted(set(fields) - set(FIELDS))
        if unknown:
            raise ValueError(f"no field {unknown[0]!r}: there are {', '.join(FIELDS)}")
        if "id" not in fields:
            raise ValueError("the field 'id' is needed: which column identifies a work?")
        return fields

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is read, in the order of their first use."""
        used = [value.column for value in self.fields.values() if value.column is not None]
        return tuple(dict.fromkeys([*used, *self.filters]))


def read_mapping(path: Path) -> Mapping:
    """Read a mapping file.

    Raises:
        SourceError: if it is not there, is no TOML, or says something that does not fit.
    """
    try:
        data = read_source(path, MAX_BYTES)
    except FileNotFoundError as error:
        raise SourceError(f"cannot read the mapping {path}: there is no such file") from error
    encoding = detect_encoding(data).name
    try:
        # A text editor may have put a mark at the beginning; only then it is not UTF-8.
        text = data.decode(encoding if encoding.startswith("utf") else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SourceError(f"the mapping {path} is not UTF-8 in line {line}: save it so") from error
    return parse_mapping(text, str(path))


def parse_mapping(text: str, name: str) -> Mapping:
    """Read a mapping from TOML; raises SourceError naming what does not fit."""
    try:
        return Mapping.model_validate(tomllib.loads(text))
    except RecursionError as error:
        raise SourceError(f"the mapping {name} is no TOML: it is nested too deeply") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part)[:60] for part in first["loc"])
        problem = first["msg"].removeprefix("Value error, ")
        reason = " ".join(f"{where}: {problem}".split())
        raise SourceError(f"the mapping {name}: {reason}") from error
    except ValueError as error:  # of TOML, or a number of thousands of digits
        reason = " ".join(str(error).split())[:200]
        raise SourceError(f"the mapping {name} is no TOML: {reason}") from error
