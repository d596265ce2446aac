"""Steps that report a run's changes."""

from __future__ import annotations

from catalog.enrichment import acceptance, work_changes
from catalog.enrichment.change_page import page
from catalog.enrichment.counts import count_artworks
from catalog.enrichment.work_changes import ReportedChanges
from catalog.storage.store import open_store
from tasks.artifacts import show, show_markdown
from tasks.task import task

ARTIFACT = "what-changed"


@task
def report_changes(
    home: str, run_id: str, name: str | None, reason: str | None = None
) -> ReportedChanges:
    """Record and report which artworks changed.

    The page is in the home and, as an artifact, on the Prefect server.
    """
    store = open_store(home)
    reported = work_changes.record_changes(store, run_id, name, reason)
    report = work_changes.report_of(store, run_id)
    counts = count_artworks(store, name)
    champion = work_changes.champion_since(store, name)
    text = page(run_id, name, report, champion, counts, acceptance.overview(store, name))
    key = f"reports/runs/{run_id}.md"
    store.write(key, text.encode())
    show_markdown(text, ARTIFACT, f"run {run_id}")
    return ReportedChanges(
        champion.model_version, reported, report.counts, counts, store.uri_of(key)
    )


@task
def write_pages(
    home: str, run_id: str, name: str | None, counts: dict[str, int]
) -> tuple[str, str]:
    """Write the page about the run, and the one about the collection if that has changed.

    Returns where they are. The first one's content is on the Prefect server too.
    """
    from reports.collection.content import gather  # noqa: PLC0415
    from reports.collection.page import write_collection, write_run  # noqa: PLC0415

    store = open_store(home)
    content = gather(store, name, run_id, counts)
    show(content)
    return write_run(store, content), write_collection(store, always=False)
