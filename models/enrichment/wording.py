"""Description templates: a Jinja2 template and its words file for each language.

Built-in ones are in `templates/`; a museum's folder, `ARTCAT_TEMPLATES`, comes before them. A
template only gets the slots of one artwork: it can call nothing and read no file, and
`template_language` bounds what it can use.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, TemplateSyntaxError, meta, nodes
from jinja2 import Template as Compiled
from jinja2.exceptions import TemplateRuntimeError
from jinja2.filters import FILTERS as JINJA_FILTERS
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.tests import TESTS as JINJA_TESTS

from catalog.base.hashing import key_of
from catalog.base.wording import one_line
from catalog.vocabulary import style_names_in
from models.enrichment.template_language import FILTERS, TESTS, refuse_unbounded
from models.enrichment.words import MAX_MESSAGE, TemplateError, Words, read_text_of, read_words

SLOTS = frozenset(
    "artist several qualified profession maker form classification noun thing title untitled "
    "style style_source style_evidence hedged closest words".split()
)
"""Variables of a template."""
MAX_DESCRIPTION = 100_000
"""Maximum characters of a description."""
_MAX_VALUE = 1_000
"""Maximum characters of a slot; a longer one, such as a very long title, is shortened."""
_MAX_BYTES = 20_000
_OWN = Path(str(files("models.enrichment.templates")))
_COMPILED_AS = "<template>"
_CONTROLS = dict.fromkeys((*range(32), *range(127, 160), 0x2028, 0x2029), " ")


@dataclass(frozen=True)
class Template:
    """A template that compiles, with its words."""

    language: str
    file: str
    source: str
    words: Words
    compiled: Compiled
    digest: str
    """Digest of the template: a change rewrites every description of the language."""
    mentions_closest: bool
    """Whether it uses the neighbours of the artwork."""

    def render(self, slots: Mapping[str, object]) -> str:
        """Return the sentence, of a value for each of `SLOTS`; None is unknown.

        Raises:
            TemplateError: naming the line that uses an unknown value, or fails otherwise; if it
                gives nothing, more than one line, or more than `MAX_DESCRIPTION` characters.
        """
        known = {name: _in_one_line(value) for name, value in slots.items()}
        try:
            text = self._bounded(known).strip()
        except Exception as error:
            where = f"{self.file}, line {_line_in(error)}"
            raise TemplateError(f"{where}: {one_line(error, MAX_MESSAGE)}") from error
        if len(text.splitlines()) > 1:
            line = self.source[: self.source.find("\n") + 1].count("\n") or 1
            raise TemplateError(
                f"{self.file}, line {line}: the description has more than one line; "
                "begin the next line with {%- or end this one with -%}"
            )
        if not text:
            raise TemplateError(f"{self.file}, line 1: writes 0 characters")
        return text

    def _bounded(self, slots: Mapping[str, object]) -> str:
        """Join the rendered pieces up to the maximum length."""
        parts: list[str] = []
        length = 0
        for part in self.compiled.generate(slots):
            # An abbreviation at the end of a sentence already has a full stop: `Frances B.`
            abbreviated = part.startswith(".") and bool(parts) and parts[-1].endswith(".")
            if written := part[1:] if abbreviated else part:
                parts.append(written)
            length += len(part)
            if length > MAX_DESCRIPTION:
                raise TemplateRuntimeError(f"writes more than {MAX_DESCRIPTION:,} characters")
        return "".join(parts)

    def line_of(self, text: str) -> int:
        """Return the first line that contains a text, 1 if none does."""
        lines = self.source.splitlines()
        return next((number for number, line in enumerate(lines, 1) if text in line), 1)


def read(file: Path | None, language: str) -> Template:
    """Read the template in a file, or the built-in one of a language.

    Its words are in a .toml file beside it; otherwise they are the built-in ones of the
    language, if there are any.

    Raises:
        TemplateError: if there is none, or naming the invalid line.
    """
    if file is None and not is_own(language):
        raise TemplateError(
            f"there is no template for the language '{language}': write {language}.j2 in the "
            "folder that ARTCAT_TEMPLATES names"
        )
    beside = file.with_suffix(".toml") if file is not None else None
    if beside is None or not os.path.lexists(beside):
        beside = _OWN / f"{language}.toml"
    source = read_text_of(_OWN / f"{language}.j2" if file is None else file, _MAX_BYTES)
    words = read_words(beside)
    name = f"{language}.j2" if file is None else str(file)
    compiled, mentions_closest = _compile(name, source)
    named = {**words.styles, **style_names_in(language)}
    words = words.model_copy(update={"styles": named})
    digest = key_of("template", 3, source, words.model_dump())
    return Template(language, name, source, words, compiled, digest, mentions_closest)


def is_own(language: str) -> bool:
    """Return whether there is a built-in template for a language."""
    return (_OWN / f"{language}.j2").is_file()


def from_folder(folder: Path | None, language: str) -> Template:
    """Read the template of a language: the museum's own, if its folder has one.

    Raises:
        TemplateError: as `read`, or if the folder does not exist.
    """
    if folder is not None and not folder.is_dir():
        raise TemplateError(f"ARTCAT_TEMPLATES: there is no folder {folder}")
    file = folder / f"{language}.j2" if folder is not None else None
    # an existing but unreadable file, such as a broken link, is refused, not skipped
    return read(file if file is not None and os.path.lexists(file) else None, language)


@lru_cache(16)
def _compile(file: str, source: str) -> tuple[Compiled, bool]:
    """Compile a template's source, once per process; return whether it mentions neighbours too."""
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=False, finalize=_rendered_value
    )
    # Only the slots: no functions, and only filters that need no time or memory.
    environment.globals.clear()
    environment.filters = {name: {"stop": _stop, **JINJA_FILTERS}[name] for name in FILTERS}
    environment.tests = {name: JINJA_TESTS[name] for name in TESTS}
    try:
        tree = environment.parse(source)
        refuse_unbounded(tree, file)
        variables = meta.find_undeclared_variables(tree)
        for name in tree.find_all(nodes.Name):
            if name.name in variables - SLOTS:
                raise TemplateError(  # noqa: TRY301
                    f"{file}, line {name.lineno}: there is no slot '{name.name}'; "
                    f"there are {', '.join(sorted(SLOTS))}"
                )
        code = environment.compile(source, name=_COMPILED_AS, filename=_COMPILED_AS)
    except TemplateSyntaxError as error:
        message = one_line(error.message or error, MAX_MESSAGE)
        raise TemplateError(f"{file}, line {error.lineno}: {message}") from error
    except TemplateError:
        raise
    except RecursionError as error:
        raise TemplateError(f"{file}: it is nested too deeply") from error
    except Exception as error:  # of Jinja's lexer for numbers, of Python's compiler for names
        message = one_line(error, MAX_MESSAGE)
        raise TemplateError(f"{file}: it is not a valid template: {message}") from error
    return Compiled.from_code(environment, code, {}), "closest" in variables


def _in_one_line(value: Any) -> Any:
    """Clean a slot's texts of line breaks and control characters, and bound their length."""
    if isinstance(value, str):
        if len(value) > _MAX_VALUE:
            value = f"{value[: _MAX_VALUE - 1]}…"
        return value if value.isprintable() else value.translate(_CONTROLS)
    if isinstance(value, list):
        return [_in_one_line(each) for each in value]
    if isinstance(value, dict):
        return {name: _in_one_line(each) for name, each in value.items()}
    return value


def _rendered_value(value: object) -> object:
    """Return a value to be written: a text or a number.

    Raises:
        TemplateRuntimeError: for an unknown value, and for a list.
    """
    if value is None:
        raise TemplateRuntimeError("uses a slot whose value may be unknown: put it in {% if ... %}")
    if isinstance(value, StrictUndefined):
        return value  # its message names the unknown variable
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise TemplateRuntimeError("outputs a list: name a part of it")
    return value


def _stop(text: str) -> str:
    """Return the full stop that a text still needs."""
    return "" if text.rstrip("\"'”’»").endswith((".", "!", "?")) else "."


def _line_in(error: Exception) -> int:
    """Return the line of the template where an error was raised."""
    line, trace = 1, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == _COMPILED_AS:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
