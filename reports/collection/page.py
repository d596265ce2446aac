"""Writing of the pages, each a self-contained HTML file."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from catalog.storage.store import Store
from reports.collection.content import basis, gather
from reports.evaluation.page import environment

COLLECTION = "reports/collection.html"


def write_collection(home: Store, *, always: bool = True) -> str:
    """Write the page about all artworks of a home; return its key.

    Unless `always`, it is left as it is if nothing that it shows has changed.
    """
    follows_from = basis(home)
    try:
        written = home.read(COLLECTION).decode(errors="replace")
    except FileNotFoundError:
        written = ""
    if always or follows_from not in written:
        home.write(COLLECTION, render(gather(home), follows_from).encode())
    return home.uri_of(COLLECTION)


def write_run(home: Store, content: dict[str, Any]) -> str:
    """Write the page about a run, whose changes are recorded; return its key."""
    key = f"reports/runs/{content['run_id']}.html"
    home.write(key, render(content).encode())
    return home.uri_of(key)


def render(content: dict[str, Any], follows_from: str = "") -> str:
    """Render the page with inline styles, charts and pictures; catalog text is escaped."""
    styles = agreement = None
    # Drawing takes over a second, which is a third of a nightly run that changed nothing.
    change = content["change"]
    if not (content["run_id"] and change and not change["report"].counts):
        from reports.collection import charts  # noqa: PLC0415 - takes a moment to import

        if content["styles"]:
            styles = Markup(charts.styles(content["styles"]))  # noqa: S704
        if content["agreement"]:
            agreement = Markup(charts.agreement(content["agreement"]))  # noqa: S704
    template = environment("reports.collection", "reports.evaluation").get_template(
        "collection.html.j2"
    )
    return template.render(
        content=content, styles_chart=styles, agreement_chart=agreement, basis=follows_from
    )
