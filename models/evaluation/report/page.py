"""Writes the report of an evaluation: one HTML page that needs nothing else."""

from __future__ import annotations

import base64
from functools import partial
from importlib.resources import files

from jinja2 import ChoiceLoader, Environment, FunctionLoader, StrictUndefined

from catalog.store import Store
from models.evaluation.leaderboard import REPORT
from models.evaluation.report import words
from models.evaluation.report.content import Content, gather

_TEMPLATE = "evaluation.html.j2"


def write_report(home: Store) -> str | None:
    """Write the page into the home; where it lies, None if nothing was evaluated yet."""
    content = gather(home)
    if not content.leaderboard:
        return None
    home.write(REPORT, render(content).encode())
    return home.uri_of(REPORT)


def render(content: Content) -> str:
    """The page: styles and pictures within it, words of the catalog escaped, no script."""
    champion = content.champion
    summary = words.summary(champion.row, content.leaderboard) if champion else []
    template = environment(__package__).get_template(_TEMPLATE)
    return template.render(content=content, summary=summary)


def environment(*packages: str) -> Environment:
    """What writes pages like this one: the templates of packages, and how figures are told."""
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
        png=lambda picture: _data_uri(picture, "image/png"),
        jpeg=lambda picture: _data_uri(picture, "image/jpeg"),
    )
    return made


def _source(package: str, name: str) -> str | None:
    file = files(package) / name
    return file.read_text(encoding="utf-8") if file.is_file() else None


def _data_uri(picture: bytes, kind: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(picture).decode()}"
