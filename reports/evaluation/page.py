"""Writing of the evaluation report, and the environment that renders reports: HTML files."""

from __future__ import annotations

import base64
from functools import partial
from importlib.resources import files
from typing import Any

from jinja2 import ChoiceLoader, Environment, FunctionLoader, StrictUndefined

from catalog.storage.store import Store
from models.evaluation.leaderboard import REPORT
from models.evidence import patterns
from reports.evaluation import words


def environment(*packages: str) -> Environment:
    """Create an environment with the templates of packages and with filters for numbers."""

    def source(package: str, name: str) -> str | None:
        file = files(package) / name
        return file.read_text(encoding="utf-8") if file.is_file() else None

    def data_uri(picture: bytes, kind: str) -> str:
        return f"data:{kind};base64,{base64.b64encode(picture).decode()}"

    made = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=ChoiceLoader([FunctionLoader(partial(source, package)) for package in packages]),
    )
    made.filters.update(
        percent=words.percent,
        decimal=words.decimal,
        interval=words.percent_interval,
        evidence=patterns.in_words,
        split=words.split_in_words,
        png=partial(data_uri, kind="image/png"),
        jpeg=partial(data_uri, kind="image/jpeg"),
    )
    return made


def write_report(home: Store) -> str | None:
    """Write the page into the home; return its key, None if nothing was evaluated yet."""
    from reports.evaluation.content import gather  # noqa: PLC0415 - takes torch and matplotlib

    content = gather(home)
    if not content["leaderboard"]:
        return None
    home.write(REPORT, render(content).encode())
    return home.uri_of(REPORT)


def render(content: dict[str, Any]) -> str:
    """Render the page with inline styles and pictures; catalog text is escaped."""
    summary: list[str] = []
    if champion := content["champion"]:
        about = (champion["row"], champion["tested"], content["leaderboard"])
        summary = words.summary(*about, champion["acceptance"])
    template = environment(__package__).get_template("evaluation.html.j2")
    return template.render(content=content, summary=summary)
