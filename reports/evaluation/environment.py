"""The Jinja2 environment of reports, with filters for numbers."""

from __future__ import annotations

import base64
from functools import partial
from importlib.resources import files

from jinja2 import ChoiceLoader, Environment, FunctionLoader, StrictUndefined

from models.evidence import patterns
from reports.evaluation import words


def environment(*packages: str) -> Environment:
    """Create an environment with the templates of packages and with filters for numbers."""
    made = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=ChoiceLoader([FunctionLoader(partial(_source, package)) for package in packages]),
    )
    made.filters.update(
        percent=words.percent,
        decimal=words.decimal,
        interval=words.percent_interval,
        evidence=patterns.in_words,
        split=words.split_in_words,
        png=lambda picture: _data_uri(picture, "image/png"),
        jpeg=lambda picture: _data_uri(picture, "image/jpeg"),
    )
    return made


def _source(package: str, name: str) -> str | None:
    file = files(package) / name
    return file.read_text(encoding="utf-8") if file.is_file() else None


def _data_uri(picture: bytes, kind: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(picture).decode()}"
