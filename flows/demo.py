"""The flow `demo`: a nightly run on a painted sample catalog.

Run: artcat demo --home artcat-home
"""

from __future__ import annotations

from catalog.runs.record import Run, recorded
from catalog.storage import duck
from catalog.storage.homes import open_home_store, settings
from flows.nightly import nightly_steps
from flows.results import DemoResult
from models.evaluation.leaderboard import REPORT, leaderboard
from models.parameters import DemoParameters, NightlyParameters
from sample import EDITION, make_sample
from tasks.prefect_run import run_id

CATALOG_NAME = "sample"

# Artworks of different styles, the most confident prediction of each; unlabelled ones first.
_SHOWN = """
SELECT artwork_id, predicted_style, confidence, decision, description
FROM enriched
WHERE catalog = $catalog AND predicted_style IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY style ORDER BY confidence DESC, artwork_id) = 1
ORDER BY style NULLS FIRST
LIMIT 4
"""
_QUESTIONS = (
    "SELECT style, style_source, count(*) AS works FROM enriched GROUP BY ALL ORDER BY works DESC",
    "SELECT artwork_id, catalog_style, predicted_style, confidence FROM enriched "
    "WHERE disagrees ORDER BY confidence DESC LIMIT 10",
    "SELECT reason, raw FROM quarantine",
)


def demo(parameters: DemoParameters) -> Run[DemoResult]:
    """Make the sample and run the nightly steps on it; returns what `nightly` returns."""
    home = open_home_store(parameters.home)
    with recorded(home, "demo", DemoResult(), CATALOG_NAME, run_id()) as run:
        with run.step("sample"):
            folder = settings().cache.expanduser() / f"sample-{EDITION}-{parameters.images}"
            make_sample(folder, images=parameters.images)
        given = parameters.model_dump(exclude={"images"})
        nightly_steps(run, home, CATALOG_NAME, NightlyParameters(catalog=str(folder), **given))
    result = run.result
    result.leaderboard = leaderboard(home)
    # Next steps for a newcomer: some rows, queries to try, the report
    result.preset = parameters.preset
    if parameters.preset == "quick":
        result.preset += " (small images, few epochs: not a measure of quality)"
    rows = duck.connect(home, ("enriched",)).execute(_SHOWN, {"catalog": CATALOG_NAME}).fetchall()
    result.rows = [
        f"{artwork_id}: {predicted} ({confidence:.2f}, {decision}). {description}"
        for artwork_id, predicted, confidence, decision, description in rows
    ]
    command = f'artcat query --home "{parameters.home or settings().home}"'
    result.try_ = [f'{command} "{question}"' for question in _QUESTIONS]
    result.report = home.uri_of(REPORT) if home.exists(REPORT) else None
    return run
