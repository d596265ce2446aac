"""How sentences are worded: a Jinja2 template and its words for each language.

artcat's own lie in `templates/`; a museum's folder, `ARTCAT_TEMPLATES`, comes before them. A
template only ever gets the slots of one work: it can call nothing and read no file.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, TemplateSyntaxError, meta, nodes
from jinja2 import Template as Compiled
from jinja2.exceptions import TemplateRuntimeError
from jinja2.filters import FILTERS
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from catalog.errors import ArtcatError
from catalog.hashing import key_of

SLOTS = frozenset(
    "artist several qualified profession maker form noun thing title style style_source "
    "style_evidence hedged closest words".split()
)
"""What a template may ask for."""
_FILTERS = "capitalize default first join last length lower round trim upper".split()
_REACHES_OUT = (nodes.Call, nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)
_MAX_BYTES = 100_000
_OTHER = "other"
_LINE_BREAKS = {ord(mark): " " for mark in "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"}


class TemplateError(ArtcatError):
    """A template or its words that cannot be used; says where."""


class FormWords(BaseModel):
    """How a work of a form is called, called again, and who makes it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    noun: str = Field(min_length=1, description="With its article.")
    thing: str = Field(min_length=1, description="As it is called again.")
    maker: str = Field(min_length=1, description="Who makes it, or the trade.")


class Words(BaseModel):
    """The contents of a file of words; what is not in it, the template has to do without."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    words: dict[str, str] = Field({}, description="What the template asks for as words.NAME.")
    forms: dict[str, FormWords] = Field({}, description="By form; `other` where it is not known.")
    makers: dict[str, str] = Field({}, description="Who makes it, by the artist's profession.")
    other_maker: str | None = Field(None, description="For a profession that is not in `makers`.")
    styles: dict[str, str] = Field({}, description="The styles in this language.")

    def of_form(self, form: str | None) -> FormWords | None:
        """The words for a form, those of `other` if it has none."""
        return self.forms.get(form or _OTHER) or self.forms.get(_OTHER)

    def maker(self, form: str | None, profession: str | None) -> str | None:
        """Who made it: by profession, otherwise by the kind of thing."""
        if profession:
            return self.makers.get(profession) or self.other_maker or profession
        of_form = self.of_form(form)
        return of_form.maker if of_form else None

    def style(self, style: str | None) -> str | None:
        """A style in this language."""
        return self.styles.get(style, style) if style else None


@dataclass(frozen=True)
class Template:
    """A template that compiles, with its words."""

    language: str
    file: str
    source: str
    words: Words
    compiled: Compiled
    digest: str
    """Says which wording this is: another one rewrites every sentence of the language."""
    tells_closest: bool
    """Whether it asks for the closest works of the catalog."""

    def render(self, slots: Mapping[str, object]) -> str:
        """The sentence.

        Args:
            slots: a value for each of `SLOTS`; None is unknown.

        Raises:
            TemplateError: naming the line that tells what is not known, or fails otherwise.
        """
        known = {name: _in_one_line(value) for name, value in slots.items()}
        try:
            return self.compiled.render(known).strip()
        except Exception as error:
            line = _line_in(error, self.file)
            raise TemplateError(f"{self.file}, line {line}: {_one_line(error)}") from error

    def line_of(self, text: str) -> int:
        """The first line that holds a text, 1 if none does."""
        lines = self.source.splitlines()
        return next((number for number, line in enumerate(lines, 1) if text in line), 1)


def read(file: Path | None, language: str) -> Template:
    """The template in a file, or artcat's own of a language.

    Its words lie beside it in a file that ends in .toml; otherwise they are artcat's own of the
    language, if it speaks that.

    Raises:
        TemplateError: if there is none, or naming the line that cannot be understood.
    """
    own = files("models.enrichment.templates")
    words = file.with_suffix(".toml") if file is not None else None
    if file is None and not (own / f"{language}.j2").is_file():
        raise TemplateError(
            f"there is no template for the language '{language}': write {language}.j2 in the "
            "folder that ARTCAT_TEMPLATES names"
        )
    source = _text(own / f"{language}.j2" if file is None else file)
    beside = words if words is not None and words.is_file() else own / f"{language}.toml"
    name = str(file) if file is not None else f"{language}.j2"
    return _compile(language, name, source, _words(beside))


def from_folder(folder: Path | None, language: str) -> Template:
    """The template of a language: the museum's own, if its folder has one.

    Raises:
        TemplateError: as `read`, or if the folder is none.
    """
    if folder is not None and not folder.is_dir():
        raise TemplateError(f"ARTCAT_TEMPLATES: there is no folder {folder}")
    file = folder / f"{language}.j2" if folder is not None else None
    return read(file if file is not None and file.exists() else None, language)


def _compile(language: str, file: str, source: str, words: Words) -> Template:
    environment = _environment()
    try:
        tree = environment.parse(source, filename=file)
        _refuse_unknown(tree, file)
        code = environment.compile(source, name=file, filename=file)
    except TemplateSyntaxError as error:
        message = _one_line(error.message or error)
        raise TemplateError(f"{file}, line {error.lineno}: {message}") from error
    return Template(
        language,
        file,
        source,
        words,
        Compiled.from_code(environment, code, {}),
        key_of("template", 2, source, words.model_dump()),
        "closest" in meta.find_undeclared_variables(tree),
    )


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=False, finalize=_told
    )
    # Nothing but the slots: no functions, and only filters that need no time or memory.
    environment.globals.clear()
    environment.filters = {name: FILTERS[name] for name in _FILTERS} | {"stop": _stop}
    environment.intercepted_binops = frozenset({"*", "**", "%"})
    for operator in environment.intercepted_binops:
        environment.binop_table[operator] = _no_arithmetic
    return environment


def _in_one_line(value: Any) -> Any:
    """A slot's value without line breaks in any of its texts."""
    if isinstance(value, str):
        return value.translate(_LINE_BREAKS)
    if isinstance(value, list):
        return [_in_one_line(each) for each in value]
    if isinstance(value, dict):
        return {name: _in_one_line(each) for name, each in value.items()}
    return value


def _told(value: object) -> object:
    """What is about to be written: a text or a number.

    Raises:
        TemplateRuntimeError: for what is not known, and for a list.
    """
    if value is None:
        raise TemplateRuntimeError(
            "tells a slot whose value may be unknown: put it in {% if ... %}"
        )
    if isinstance(value, StrictUndefined):
        return value  # it says itself which name is not known
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise TemplateRuntimeError("tells what is no text: name a part of it")
    return value


def _stop(text: str) -> str:
    """The full stop that a text still needs."""
    return "" if text.endswith((".", "!", "?")) else "."


def _no_arithmetic(*_: object) -> object:
    raise TemplateRuntimeError("a template cannot multiply or format")


def _refuse_unknown(tree: nodes.Template, file: str) -> None:
    for outside in tree.find_all(_REACHES_OUT):
        raise TemplateError(
            f"{file}, line {outside.lineno}: a template can call nothing and include nothing"
        )
    unknown = meta.find_undeclared_variables(tree) - SLOTS
    for name in tree.find_all(nodes.Name):
        if name.name in unknown:
            raise TemplateError(
                f"{file}, line {name.lineno}: there is no slot '{name.name}'; "
                f"there are {', '.join(sorted(SLOTS))}"
            )


def _words(file: Any) -> Words:
    if not file.is_file():
        return Words()
    try:
        return Words.model_validate(tomllib.loads(_text(file)))
    except tomllib.TOMLDecodeError as error:
        raise TemplateError(f"{file}: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise TemplateError(f"{file}: {where}: {first['msg']}") from error


def _text(file: Any) -> str:
    try:
        data: bytes = file.read_bytes()
        if len(data) > _MAX_BYTES:
            raise TemplateError(f"{file} has more than {_MAX_BYTES:,} bytes: it is no template")
        return data.decode("utf-8")
    except OSError as error:
        raise TemplateError(f"cannot read {file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise TemplateError(f"{file} is not in UTF-8") from error


def _line_in(error: Exception, file: str) -> int:
    """The line of the template where an error was raised."""
    line, trace = 1, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _one_line(error: object) -> str:
    return " ".join(str(error).split()) or type(error).__name__
