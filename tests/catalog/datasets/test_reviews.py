"""Decisions of people: read from a file row by row; what counts afterwards."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from catalog.base.errors import SourceError
from catalog.base.hashing import sha256_of
from catalog.datasets.reviews import import_reviews, read_reviews
from catalog.publishing.publish import PARQUET
from catalog.storage import tables
from models.enrichment.describing import describe_artworks
from models.enrichment.reviewing import review_from_file
from models.versions import registry
from models.versions.serving import Serving
from tests.building import put, rows_of, write_csv

pytestmark = pytest.mark.full

NOW = datetime(2024, 5, 10, tzinfo=UTC)
COLUMNS = (
    *("artwork_id", "reviewer", "decided_at", "decision", "style"),
    *("shown_style", "shown_confidence", "shown_prediction_key", "note"),
)


def row(work="1", decision="accept", style="", *, day=1, **given):
    known = {"artwork_id": f"x:{work}", "reviewer": "Ann"}
    known |= {"decided_at": f"2024-05-{day:02}T12:00:00+02:00", "decision": decision}
    known |= {"style": style, "shown_style": "Baroque", "shown_confidence": "0.75"}
    return {**known, **given}


@pytest.fixture
def write(tmp_path):
    """Writes decisions to a file; the file."""

    def write(*rows):
        file = tmp_path / "decisions.csv"
        write_csv(file, COLUMNS, rows)
        return file

    return write


def test_decisions_are_read_as_they_are_meant(write):
    file = write(
        row(),
        row("2", "Correct", "jugendstil", decided_at="2024-05-01T10:00:00Z", note="a,\n b"),
        row("3", "reject", shown_confidence="", reviewer=" Bob "),
    )
    accepted, corrected, rejected = read_reviews(file, NOW).reviews.values()
    shown = (accepted.style, accepted.shown_style, accepted.shown_confidence)
    assert shown == ("Baroque", "Baroque", 0.75)
    assert accepted.decided_at == corrected.decided_at == datetime(2024, 5, 1, 10, tzinfo=UTC)
    given = (corrected.decision, corrected.style, corrected.note)
    assert given == ("correct", "Art Nouveau", "a,\n b")
    assert (rejected.style, rejected.shown_confidence, rejected.reviewer) == (None, None, "Bob")


MISTAKES = yaml.safe_load(Path(__file__).with_name("mistakes.yaml").read_text("utf-8"))["mistakes"]
MISTAKES.append(({"note": "x" * 10_001}, "note has more than 10,000 characters"))


@pytest.mark.parametrize(("mistake", "message"), MISTAKES)
def test_a_mistake_costs_its_own_row_alone(write, mistake, message):
    found = read_reviews(write(row(), {**row(), **mistake}, row("2")), NOW)
    assert list(found.reviews) == [2, 4]
    assert list(found.rejected) == [3]
    assert message in found.rejected[3]
    file = write({**row(), **mistake})
    with pytest.raises(SourceError) as error:
        read_reviews(file, NOW)
    told = str(error.value)
    assert told.startswith(f"{file}, line 2: ")
    assert message in told
    assert told.endswith("; nothing was imported")
    assert len(told.splitlines()) == 1


@pytest.mark.parametrize("blank", ["", ",,,,,,,,", " , ,,,,,,,", ",", '"",,,,,,,,', "\t"])
def test_a_blank_row_is_skipped(write, blank):
    file = write(row())
    file.write_text(f"{file.read_text()}{blank}\n{','.join(row('2').values())}\n")
    found = read_reviews(file, NOW)
    assert (list(found.reviews), found.rejected) == ([2, 4], {})


@pytest.mark.parametrize(
    ("ahead", "imported"), [(1, True), (300, True), (3600, True), (3601, False), (86_400, False)]
)
def test_a_clock_may_be_an_hour_ahead(write, ahead, imported):
    decided = (NOW + timedelta(seconds=ahead)).isoformat()
    found = read_reviews(write(row(), row("2", decided_at=decided)), NOW)
    assert list(found.reviews) == ([2, 3] if imported else [2])
    assert list(found.rejected) == ([] if imported else [3])
    if imported:
        assert found.reviews[3].decided_at == NOW + timedelta(seconds=ahead)


NAMES = f"{','.join(COLUMNS)}\n"
NO_FILES = [
    *((text, "is empty") for text in ("", "\n", " \r\n\r\n")),
    *((NAMES + rows, "contains no decisions") for rows in ("", ",,,,,,,,\n", "\n\n")),
    ("artwork_id,reviewer,decided_at\n", "lacks the column 'decision'"),
]


@pytest.mark.parametrize(("content", "said"), NO_FILES)
def test_a_file_without_decisions_says_so(tmp_path, content, said):
    file = tmp_path / "decisions.csv"
    with pytest.raises(SourceError, match="cannot read"):
        read_reviews(file, NOW)
    file.write_bytes(content.encode())
    with pytest.raises(SourceError, match=said):
        read_reviews(file, NOW)


def test_many_mistakes_are_reported_in_one_line(write):
    with pytest.raises(SourceError, match=r"line 2: .*; 7 more in line 3, 4, 5, 6, 7, \.\.\.; "):
        read_reviews(write(*[row(reviewer="")] * 8), NOW)


MODEL = "0" * 16
KEY = Serving(MODEL, "fp32", (), "").classifier_key


@pytest.fixture
def works(home):
    """Three works, of which two are predicted; enriched."""
    put(
        home,
        "artworks",
        *({"artwork_id": f"x:{n}", "catalog": "x"} for n in "12"),
        {"artwork_id": "x:3", "catalog": "x", "style": "Realism"},
    )
    put(home, "images", *({"artwork_id": f"x:{n}", "status": "ok", "sha256": n} for n in "123"))
    for work, decision in (("1", "review"), ("2", "accepted")):
        key = sha256_of(f"{work}|||{KEY.key}".encode())
        row = {"artwork_id": f"x:{work}", "prediction_key": key, "decision": decision}
        put(home, "predictions", {**row, "style": "Baroque", "confidence": 0.75})
    promotion = {"promoted_at": NOW, "role": registry.CLASSIFIER, "model_version": MODEL}
    put(home, "promotions", promotion)
    served = {"precision": "fp32", "encoders": [], "preprocessing": ""}
    put(home, "serving", {"model_version": MODEL, **served})
    put(home, "acceptance", {"catalog": "x", "state": "open"})
    enrich(home)
    return home


def enrich(home):
    describe_artworks(home, None, KEY)


def told(home):
    """What is said of each work: its style, where that is from, and the period in the sentence."""
    return {
        row["artwork_id"][2:]: (
            row["style"],
            row["style_source"],
            row["description"].removeprefix("This is an artwork").rstrip("."),
        )
        for row in rows_of(home, "enriched")
    }


NOTHING = ". Its artist, title and period are not known"
BEFORE = {
    "1": (None, "unknown", ", perhaps from the period of the Baroque"),
    "2": ("Baroque", "predicted", " from the period of the Baroque"),
    "3": ("Realism", "catalog", " from the period of Realism"),
}


def test_a_decision_counts_at_once_and_for_good(works, write):
    assert told(works) == BEFORE
    file = write(row("1"), row("2", "reject"), row("3", "correct", "Rococo"))
    done = review_from_file(works, file).result
    assert (done.rows, done.new, done.works) == (3, 3, 3)
    assert done.decisions == {"accept": 1, "correct": 1, "reject": 1}
    assert (done.conflicts, done.enriched_changed, done.published) == ([], 3, True)
    after = {
        "1": ("Baroque", "reviewed", " from the period of the Baroque"),
        "2": (None, "unknown", NOTHING),
        "3": ("Rococo", "reviewed", " from the period of the Rococo"),
    }
    assert told(works) == after
    decisions = [row["review_decision"] for row in rows_of(works, "enriched")]
    assert decisions == ["accept", "reject", "correct"]
    assert b"reviewed" in works.read(PARQUET)
    enrich(works)
    assert told(works) == after
    (run,) = rows_of(works, "runs")
    assert (run["flow"], run["status"]) == ("review", "completed")


def test_importing_twice_changes_nothing_but_runs(works, write):
    file = write(row("1"), row("1"), row("2", "reject"))
    assert review_from_file(works, file).result.new == 2
    before = tables.versions(works)
    assert review_from_file(works, file).result.new == 0
    after = tables.versions(works)
    assert {name for name in after if after[name] != before[name]} == {"runs"}


def test_rows_that_cannot_be_used_are_listed_and_the_others_imported(works, write):
    file = write(row("9"), row("1"), row("2", "maybe"), row("8"))
    done = review_from_file(works, file).result
    assert (done.rows, done.new) == (1, 1)
    assert done.rejected == [
        {"line": 2, "reason": "the home has no artwork x:9"},
        {"line": 4, "reason": "the decision 'maybe' is not one of accept, correct, reject"},
        {"line": 5, "reason": "the home has no artwork x:8"},
    ]
    assert told(works)["1"] == ("Baroque", "reviewed", " from the period of the Baroque")


def test_where_no_row_can_be_used_nothing_is_written(works, write):
    before = tables.versions(works)
    file = write(row("9"), row("8"))
    with pytest.raises(SourceError, match=r"line 2: the home has no artwork x:9; 1 more in line 3"):
        import_reviews(works, file, read_reviews(file))
    assert tables.versions(works) == before


def test_the_latest_decision_wins_and_the_conflict_is_reported(works, write):
    review_from_file(works, write(row("1", "correct", "Rococo", day=3, reviewer="Ann")))
    done = review_from_file(works, write(row("1", day=2, reviewer="Bob"))).result
    assert told(works)["1"][:2] == ("Rococo", "reviewed")
    (conflict,) = done.conflicts
    assert conflict["artwork_id"] == "x:1"
    assert [
        (decision["reviewer"], decision["verdict"], decision["counts"])
        for decision in conflict["decisions"]
    ] == [("Ann", "Rococo", True), ("Bob", "Baroque", False)]
    flags = {row["artwork_id"]: row["flags"] for row in rows_of(works, "enriched")}
    assert flags == {"x:1": ["reviewers-disagree"], "x:2": [], "x:3": []}
    review_from_file(works, write(row("1", "reject", day=4, reviewer="Bob")))
    assert told(works)["1"] == (None, "unknown", NOTHING)
    review_from_file(works, write(row("1", day=5)))
    assert told(works)["1"] == ("Baroque", "reviewed", " from the period of the Baroque")


def test_a_decision_outlives_removal_and_return(works, write):
    review_from_file(works, write(row("1")))
    artwork = {"artwork_id": "x:1", "catalog": "x"}
    put(works, "artworks", {**artwork, "removed_at": NOW})
    enrich(works)
    assert "1" not in told(works)
    put(works, "artworks", artwork)
    enrich(works)
    assert told(works)["1"][:2] == ("Baroque", "reviewed")


def test_other_works_are_left_as_they_are(works, write):
    put(works, "artworks", {"artwork_id": "x:2", "catalog": "x", "title": "A new title"})
    review_from_file(works, write(row("1")))
    assert told(works)["2"] == BEFORE["2"]


def test_a_time_is_kept_to_the_microsecond(works, write):
    at = datetime(2024, 5, 1, 12, 0, 0, 123456, UTC)
    review_from_file(works, write(row("1", decided_at=at.isoformat())))
    (review,) = rows_of(works, "reviews")
    assert review["decided_at"] - at == timedelta(0)
