"""A mapping file: maps columns of a museum's export to fields. TOML, validated when read."""

from __future__ import annotations

import re
import tomllib
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import duckdb
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from catalog.base.errors import SourceError
from catalog.base.files import packaged_toml, read_source
from catalog.base.wording import one_line
from catalog.sources.encodings import detect_encoding, named_encoding
from catalog.sources.parameters import Delimiter

MAX_BYTES = 1_000_000
_SIZES = ("size", "height", "width", "depth", "diameter")
_ORIGINS = ("column", "columns", "first_of", "template", "constant")
_IN_BRACES = re.compile(r"\{([^{}]*)\}")
_NO_GROUPS = re.compile(r"\\.|\[\^?\]?[^\]]*\]", re.DOTALL)
_GROUP = re.compile(r"\((?!\?)|\(\?P?<")
_REFERENCE = re.compile(r"\\(.?)", re.DOTALL)
_NOT_IN_RE2 = {
    r"\(\?<?[=!]": "looks ahead or behind",
    r"[*+?}]\+|\(\?>": "is possessive or atomic",
    r"\\[1-9]": "refers back to a group",
}
Names = tuple[str, ...]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class KnownField(_Model):
    """A field as `fields.toml` describes it: meaning, example, usual names of columns."""

    meaning: str
    example: str
    names: Names
    several: str | None = None
    fits: str = "(?s).*"


@cache
def known_fields() -> dict[str, KnownField]:
    """Return each field of an artwork that a mapping can fill, by its name."""
    fields = packaged_toml("catalog.sources", "fields.toml")
    return {name: KnownField(**field) for name, field in fields.items()}


class FieldValue(_Model):
    """Source and transformation of a field's value."""

    column: str | None = Field(None, description="Name of the column.")
    columns: Names = Field(
        (), description="Names of columns: each has values of the field, or parts, with `join`."
    )
    join: str | None = Field(
        None, description="Between the parts from several columns, which then are one value."
    )
    first_of: Names = Field((), description="Names of columns: the first that is not empty.")
    template: str | None = Field(
        None, description="Text with {names of columns} in braces; nothing if one is empty."
    )
    constant: str | None = Field(None, description="The same value for every artwork.")
    separator: str | None = Field(
        None, min_length=1, max_length=20, description="Between several values in a column."
    )
    where: dict[str, Names] = Field(
        {},
        description="Keep only values whose counterpart in another column has one of these values.",
    )
    missing: Names = Field((), description='Further values that mean "missing" in this field.')
    pattern: str | None = Field(
        None, description="Regular expression (RE2) that the whole value must match, else nothing."
    )
    replace: str | None = Field(
        None,
        description=r"What is written instead: text with \1, \2 for the pattern's groups; "
        "default: the first group.",
    )
    unit: Literal["cm", "mm", "m", "in", "ft"] | None = Field(
        None, description="Of sizes without a unit."
    )
    order: Literal["last, first", "last first"] | None = Field(
        None, description="Of the parts of artists' names, where it is not evident."
    )

    @property
    def names(self) -> Names:
        """The columns that the value is made of."""
        named = (self.column,) if self.column is not None else self.columns or self.first_of
        return named or tuple(_IN_BRACES.findall(self.template or ""))

    @property
    def template_texts(self) -> list[str]:
        """The text before, between and after the columns of a template."""
        return _IN_BRACES.split(self.template or "")[::2]

    @model_validator(mode="after")
    def _one_origin(self) -> FieldValue:
        given = [name for name in _ORIGINS if getattr(self, name) not in (None, ())]
        if len(given) != 1:
            raise ValueError(f"give one of {', '.join(_ORIGINS)}")
        if self.join is not None and not self.columns:
            raise ValueError("join requires columns")
        if self.template is not None and not self.names:
            raise ValueError("template: name at least one column in braces, such as {Title}")
        if self.replace is not None and self.pattern is None:
            raise ValueError("replace requires pattern")
        if self.pattern is not None:
            _check_pattern(self.pattern, self.replace)
        return self


def _check_pattern(pattern: str, replace: str | None) -> None:
    """Raise ValueError unless DuckDB's engine, RE2, can use a pattern and its replacement."""
    try:
        duckdb.sql(
            "SELECT regexp_full_match(given, $pattern) FROM (VALUES (''), ('a')) AS rows(given)",
            params={"pattern": pattern},
        ).fetchall()
    except duckdb.Error as error:
        reason = one_line(error, 200).removeprefix("Invalid Input Error: ")
        causes = (cause for form, cause in _NOT_IN_RE2.items() if re.search(form, pattern))
        advice = next((f" (it {cause}, which RE2 does not do)" for cause in causes), "")
        raise ValueError(f"pattern: {reason}{advice}") from error
    groups = len(_GROUP.findall(_NO_GROUPS.sub("", pattern)))
    if replace is None and not groups:
        raise ValueError("pattern: put the part that is wanted in (...), or give replace")
    # A reference to no group would write the replacement unchanged.
    known = {"\\", *map(str, range(min(groups, 9) + 1))}
    for sign in _REFERENCE.findall(replace or ""):
        if sign not in known:
            raise ValueError(f"replace: the pattern has {groups} groups, and none is \\{sign}")


def _as_value(value: Any) -> Any:
    if isinstance(value, str):
        return {"column": value}
    return {"columns": value} if isinstance(value, list) else value


class Mapping(_Model):
    """The contents of a mapping file."""

    name: str
    """Name of the catalog in the home, unless --name sets another."""
    file: str | None = None
    """Name of the file, if --catalog names its folder."""
    encoding: str | None = None
    """Encoding of the file; default: detected."""
    delimiter: Delimiter | None = None
    """Between the fields of a CSV; default: detected."""
    sheet: str | None = None
    """Name of the sheet of a workbook; default: the first with rows."""
    records: str | None = None
    """Path of the list of artworks within a JSON file, such as `response.docs`."""
    missing: Names = ()
    """Values that mean missing, such as '-'."""
    fields: dict[str, Annotated[FieldValue, BeforeValidator(_as_value)]]
    filters: dict[str, Names] = {}
    """Only rows whose column has one of the values are read."""
    styles: dict[str, str] = {}
    """The source's style term -> a style of the vocabulary, or '' for none."""

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, name: str | None) -> str | None:
        return name if name is None else named_encoding(name).name

    @field_validator("fields")
    @classmethod
    def _known_fields(cls, fields: dict[str, FieldValue]) -> dict[str, FieldValue]:
        unknown = sorted(set(fields) - set(known_fields()))
        if unknown:
            alike = get_close_matches(unknown[0], known_fields(), 1)
            advice = f"did you mean {alike[0]!r}? " if alike else ""
            raise ValueError(
                f"unknown field {unknown[0][:60]!r}: {advice}choose one of "
                f"{', '.join(known_fields())}"
            )
        for name, value in fields.items():
            if value.unit and name not in _SIZES:
                raise ValueError(f"{name}: only {', '.join(_SIZES)} have a unit")
            if value.order and name != "artist":
                raise ValueError(f"{name}: only artist has an order of names")
        if "id" not in fields:
            raise ValueError("the field 'id' is needed: which column identifies an artwork?")
        return fields

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is read, in the order of their first use."""
        used = [name for value in self.fields.values() for name in (*value.names, *value.where)]
        return tuple(dict.fromkeys([*used, *self.filters]))


def read_mapping(path: Path) -> Mapping:
    """Read a mapping file; raises SourceError if it is not there or something does not fit."""
    missing = f"cannot read the mapping {path}: there is no such file"
    data = read_source(path, MAX_BYTES, missing)
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
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part)[:60] for part in first["loc"])
        problem = first["msg"].removeprefix("Value error, ")
        raise SourceError(f"the mapping {name}: {one_line(f'{where}: {problem}')}") from error
    except (ValueError, RecursionError) as error:  # also of a number of thousands of digits
        is_deep = isinstance(error, RecursionError)
        reason = "it is nested too deeply" if is_deep else one_line(error, 200)
        raise SourceError(f"the mapping {name} is not valid TOML: {reason}") from error
