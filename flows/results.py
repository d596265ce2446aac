"""What each flow did: the columns `result` of `runs`, and the output of the commands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from catalog.base.results import RunResult
from catalog.enrichment.champions import ChampionState
from catalog.enrichment.work_changes import ReportedChanges
from catalog.ingestion.ingest import IngestReport

if TYPE_CHECKING:
    from models.promotion.promote import Decision


@dataclass
class IngestResult(IngestReport):
    """What was ingested: rows, images and splits."""

    images_read: int = 0
    """Images that were read, whether they can be used or not."""
    orphans: int = 0
    """Images without a row."""
    images: dict[str, int] = field(default_factory=dict)
    """Artworks of the catalog by the status of their image."""
    placeholders: dict[str, int] = field(default_factory=dict)
    """Images that no model uses, by reason."""
    splits_basis: str | None = None
    """Fingerprint of what the splits were made from."""


@dataclass
class EvaluateResult(ChampionState, RunResult):
    """Which models were evaluated, and which were promoted."""

    evaluated: int | None = None
    """Models that had not been evaluated before; None if none was to be."""
    embedder: str | None = None
    """The champion for search."""
    gate: list[Decision] = field(default_factory=list)
    report: str | None = None
    """Where the report is."""
    leaderboard: list[dict[str, Any]] | None = None
    """Set after the end of the run, as the following ones."""
    comparisons: list[dict[str, Any]] | None = None
    """Of each model with the champion, by `evaluate` alone."""


@dataclass
class TrainResult(EvaluateResult):
    """Which models were trained."""

    trained: dict[str, str] = field(default_factory=dict)
    """Versions by method, architecture and split."""
    dropped: dict[str, int] = field(default_factory=dict)
    """Artworks excluded from training, by reason."""
    fallbacks: list[str] = field(default_factory=list)
    """What could not be split or trained as usual."""


@dataclass
class TuneResult(EvaluateResult):
    """What a search tried and found."""

    study: str = ""
    trials: dict[str, int] = field(default_factory=dict)
    """Trials of the study by state."""
    best_trial: int | None = None
    best_macro_f1: float | None = None
    """On the validation part."""
    best_params: dict[str, Any] = field(default_factory=dict)
    trained: dict[str, str] = field(default_factory=dict)
    """Versions with the best parameters, by architecture and split."""
    tuning: list[str] | None = None
    """The lines of the report; set after the end of the run, as `pictures`."""
    pictures: list[str] | None = None


@dataclass
class CompareResult(RunResult):
    """Means and differences of variants over seeds."""

    scheme: str | None = None
    compared: list[dict[str, Any]] = field(default_factory=list)
    """A row per variant and measure."""


@dataclass
class EnrichResult(ReportedChanges, ChampionState, RunResult):
    """What was embedded, predicted, described and published."""

    forward_passes: int = 0
    """Images that an encoder embedded."""
    predictions: int = 0
    """Predictions that were made."""
    newly_outside: int = 0
    """Artworks to which, as is now known, no style of the vocabulary can apply."""
    acceptance_changed: int = 0
    """Catalogs in which confident predictions count now, or no longer."""
    closest_changed: int = 0
    """Artworks whose neighbours differ."""
    described: int = 0
    """Descriptions that were written."""
    page: str | None = None
    """The page about the run."""
    collection: str | None = None
    """The page about the collection."""
    published: bool = False
    """Whether the published files were replaced."""


@dataclass
class NightlyResult(IngestResult, TrainResult, EnrichResult):
    """What a night did."""

    missing: str | None = None
    """What a training lacks; None if nothing, or none was due."""


@dataclass
class DemoResult(NightlyResult):
    """What a night on the sample did, and next steps; these are set after the end of the run."""

    preset: str | None = None
    rows: list[str] | None = None
    """Some artworks and their predictions."""
    try_: list[str] | None = None
    """Commands with queries."""


@dataclass
class ReproduceResult(IngestResult, TrainResult):
    """The table of the student project, with every method."""

    student_project: list[str] | None = None
    """Its own results; set after the end of the run."""


@dataclass
class MaintainResult(RunResult):
    """What was done or, in a dry run, would be done."""

    dry_run: bool = False
    compacted: dict[str, dict[str, int]] = field(default_factory=dict)
    """Tables with many small files."""
    vacuumed: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Files of tables that no version to keep needs."""
    leftovers: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Unreferenced files, by kind."""


@dataclass
class RestoreResult(ReportedChanges, RunResult):
    """What was restored, or would be by a run that is not dry."""

    dry_run: bool = False
    restored: dict[str, Any] = field(default_factory=dict)
    """The run, and what is done to each table."""
    published: bool = False
