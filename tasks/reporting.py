"""Steps that report a run's changes: in the home, and as artifacts on the Prefect server."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from catalog.enrichment import acceptance, work_changes
from catalog.enrichment.change_page import page
from catalog.enrichment.counts import count_artworks
from catalog.enrichment.work_changes import ReportedChanges
from catalog.storage.store import open_store
from tasks.prefect_run import in_prefect_run
from tasks.task import task

ARTIFACT = "what-changed"
SUMMARY, LEADERBOARD, CONTACT_SHEET = "summary", "leaderboard", "contact-sheet"
_MEASURES = ("accuracy", "macro_f1", "balanced_accuracy", "top3_accuracy")


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
    if in_prefect_run():
        _show(content)
    return write_run(store, content), write_collection(store, always=False)


def _show(content: dict[str, Any]) -> None:
    """Create artifacts of a run's counts, the leaderboard, and pictures of changed artworks.

    Without models or such pictures there is no such artifact.
    """
    from prefect.artifacts import create_image_artifact, create_table_artifact  # noqa: PLC0415

    about = f"run {content['run_id']}"
    done = (content["change"] or {}).get("counts") or {}
    counts = [
        {"of": of, "what": what.replace("_", " "), "how many": count}
        for of, counted in (("the run", done), ("the collection", asdict(content["counts"])))
        for what, count in counted.items()
    ]
    create_table_artifact(counts, key=SUMMARY, description=about)
    if content["leaderboard"]:
        board = [_compared(row, content["champion"]) for row in content["leaderboard"]]
        where = f"{about}, {content['part']} parts"
        create_table_artifact(board, key=LEADERBOARD, description=where)
    if content["sheets"]:
        from reports.collection.samples import contact_sheet  # noqa: PLC0415

        picture = b64encode(contact_sheet(content["sheets"])).decode()
        create_image_artifact(
            f"data:image/jpeg;base64,{picture}", key=CONTACT_SHEET, description=about
        )


def _compared(row: Mapping[str, Any], champion: str | None) -> dict[str, Any]:
    measures = {name: _with_interval(row, name) for name in _MEASURES}
    return {
        "split": row["scheme"],
        "model": f"{row['method']} {row['architecture']}",
        "version": row["model_version"],
        "champion": row["model_version"] == champion,
        "works": row["works"],
        **{name.replace("_", " "): text for name, text in measures.items()},
    }


def _with_interval(row: Mapping[str, Any], name: str) -> str | None:
    value, lower, upper = (row[f"{name}{bound}"] for bound in ("", "_lower", "_upper"))
    if value is None:
        return None
    return f"{value:.3f}" if lower is None else f"{value:.3f} [{lower:.3f}, {upper:.3f}]"


def show_markdown(text: str, key: str, description: str) -> None:
    """Create a Markdown artifact, where Prefect runs this."""
    if in_prefect_run():
        from prefect.artifacts import create_markdown_artifact  # noqa: PLC0415

        create_markdown_artifact(text, key=key, description=description)
