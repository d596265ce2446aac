"""Writing of the evaluation report, a self-contained HTML page."""

from __future__ import annotations

from catalog.storage.store import Store
from models.evaluation.leaderboard import REPORT
from reports.evaluation import words
from reports.evaluation.content import EvaluationContent, gather
from reports.evaluation.environment import environment

_TEMPLATE = "evaluation.html.j2"


def write_report(home: Store) -> str | None:
    """Write the page into the home; return its key, None if nothing was evaluated yet."""
    content = gather(home)
    if not content.leaderboard:
        return None
    home.write(REPORT, render(content).encode())
    return home.uri_of(REPORT)


def render(content: EvaluationContent) -> str:
    """Render the page with inline styles and pictures; catalog text is escaped."""
    champion = content.champion
    summary = (
        words.summary(champion.row, champion.tested, content.leaderboard, champion.acceptance)
        if champion
        else []
    )
    template = environment(__package__).get_template(_TEMPLATE)
    return template.render(content=content, summary=summary)
