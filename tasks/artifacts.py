"""Artifacts of a run on the Prefect server: tables and a picture."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from tasks.prefect_run import in_prefect_run

if TYPE_CHECKING:
    from reports.collection.content import CollectionContent

SUMMARY, LEADERBOARD, CONTACT_SHEET = "summary", "leaderboard", "contact-sheet"
_MEASURES = ("accuracy", "macro_f1", "balanced_accuracy", "top3_accuracy")


def show(content: CollectionContent) -> None:
    """Create artifacts of a run's counts, the leaderboard, and pictures of changed artworks.

    Without models or such pictures there is no such artifact; where Prefect does not
    run this, there is none at all.
    """
    if not in_prefect_run():
        return
    from prefect.artifacts import create_image_artifact, create_table_artifact  # noqa: PLC0415

    about = f"run {content.run_id}"
    create_table_artifact(_counts(content), key=SUMMARY, description=about)
    if content.leaderboard:
        board = [_compared(row, content.champion) for row in content.leaderboard]
        create_table_artifact(board, key=LEADERBOARD, description=f"{about}, {content.part} parts")
    if content.sheets:
        from reports.collection.samples import contact_sheet  # noqa: PLC0415

        picture = b64encode(contact_sheet(content.sheets)).decode()
        create_image_artifact(
            f"data:image/jpeg;base64,{picture}", key=CONTACT_SHEET, description=about
        )


def _counts(content: CollectionContent) -> list[dict[str, Any]]:
    done = content.change.counts or {} if content.change else {}
    return [
        {"of": of, "what": what.replace("_", " "), "how many": count}
        for of, counted in (("the run", done), ("the collection", asdict(content.counts)))
        for what, count in counted.items()
    ]


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
