"""Writing of the pages, each a self-contained HTML file."""

from __future__ import annotations

from markupsafe import Markup

from catalog.storage.store import Store
from reports.collection.content import CollectionContent, basis, gather
from reports.evaluation.environment import environment

COLLECTION = "reports/collection.html"
_TEMPLATE = "collection.html.j2"
_PACKAGES = ("reports.collection", "reports.evaluation")


def write_collection(home: Store, *, always: bool = True) -> str:
    """Write the page about all artworks of a home; return its key.

    Args:
        home: to read and to write into.
        always: also if nothing that it shows has changed.
    """
    follows_from = basis(home)
    if always or follows_from not in _written(home):
        home.write(COLLECTION, render(gather(home), follows_from).encode())
    return home.uri_of(COLLECTION)


def write_run(home: Store, content: CollectionContent) -> str:
    """Write the page about a run on a catalog; return its key.

    Args:
        home: to write into.
        content: of a run whose changes are recorded.
    """
    key = f"reports/runs/{content.run_id}.html"
    home.write(key, render(content).encode())
    return home.uri_of(key)


def render(content: CollectionContent, follows_from: str = "") -> str:
    """Render the page with inline styles, charts and pictures; catalog text is escaped."""
    styles, agreed = _charts(content)
    template = environment(*_PACKAGES).get_template(_TEMPLATE)
    return template.render(
        content=content, styles_chart=styles, agreement_chart=agreed, basis=follows_from
    )


def _charts(content: CollectionContent) -> tuple[Markup | None, Markup | None]:
    """Draw styles and agreement; omitted on the page of a run that changed nothing.

    Drawing takes over a second, which is a third of an unchanged night.
    """
    if content.change and not content.change.report.counts and content.run_id:
        return None, None
    from reports.collection import charts  # noqa: PLC0415 - takes a moment to import

    return (
        Markup(charts.styles(content.styles)) if content.styles else None,  # noqa: S704
        Markup(charts.agreement(content.agreement)) if content.agreement else None,  # noqa: S704
    )


def _written(home: Store) -> str:
    """Read the existing page, empty if there is none."""
    try:
        return home.read(COLLECTION).decode(errors="replace")
    except FileNotFoundError:
        return ""
