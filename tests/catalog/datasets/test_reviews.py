"""Decisions of people: read from a file row by row; what counts afterwards."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.base.errors import SourceError
from catalog.base.hashing import sha256_of
from catalog.datasets.reviews import CLOCKS_DIFFER, import_reviews, read_reviews
from catalog.publishing.publish import PARQUET
from catalog.storage import tables
from models.enrichment.describing import describe_artworks
from models.enrichment.reviewing import review_from_file
from models.versions import registry
from models.versions.serving import Serving
from tests.building import put, rows_of

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

    def write(*rows, name="decisions.csv", columns=COLUMNS):
        text = io.StringIO()
        writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        (tmp_path / name).write_text(text.getvalue(), encoding="utf-8")
        return tmp_path / name

    return write


def test_decisions_are_read_as_they_are_meant(write):
    file = write(
        row(),
        row("2", "Correct", "jugendstil", decided_at="2024-05-01T10:00:00Z", note="a,\n b"),
        row("3", "reject", shown_confidence="", reviewer=" Bob "),
    )
    accepted, corrected, rejected = read_reviews(file, NOW).reviews.values()
    assert (accepted.style, accepted.shown_style, accepted.shown_confidence) == (
        *("Baroque", "Baroque"),
        0.75,
    )
    assert accepted.decided_at == corrected.decided_at == datetime(2024, 5, 1, 10, tzinfo=UTC)
    assert (corrected.decision, corrected.style, corrected.note) == (
        *("correct", "Art Nouveau"),
        "a,\n b",
    )
    assert (rejected.style, rejected.shown_confidence, rejected.reviewer) == (None, None, "Bob")


@pytest.mark.parametrize(
    ("mistake", "message"),
    [
        ({"reviewer": " "}, "reviewer is missing"),
        ({"artwork_id": ""}, "artwork_id is missing"),
        ({"decided_at": "yesterday"}, "'yesterday' is not a time with zone"),
        ({"decided_at": "2024-05-01T12:00:00"}, "not a time with zone"),
        ({"decided_at": "2024-05-01"}, "not a time with zone"),
        ({"decided_at": "0001-01-01T00:00:00+23:00"}, "not a time with zone"),
        ({"decided_at": "2024-05-10T01:00:01Z"}, "is in the future"),
        ({"decision": "maybe"}, "the decision 'maybe' is not one of accept, correct, reject"),
        ({"decision": "correct"}, "style is missing"),
        ({"decision": "correct", "style": "Cubizm"}, "the vocabulary has no style 'Cubizm'"),
        ({"shown_style": "Cubizm"}, "no shown_style 'Cubizm'"),
        ({"shown_style": ""}, "which style does this accept refer to?"),
        ({"style": "Rococo"}, "accepts Baroque but gives style Rococo"),
        ({"decision": "reject", "style": "Rococo"}, "rejects Baroque but gives style Rococo"),
        ({"shown_confidence": "high"}, "'high' is not between 0 and 1"),
        ({"shown_confidence": "nan"}, "'nan' is not between 0 and 1"),
        ({"shown_confidence": "75"}, "'75' is not between 0 and 1"),
        ({"note": "x" * 10_001}, "note has more than 10,000 characters"),
    ],
)
def test_a_mistake_costs_its_own_row_alone(write, mistake, message):
    found = read_reviews(write(row(), {**row(), **mistake}, row("2")), NOW)
    assert list(found.reviews) == [2, 4]
    (reason,) = found.rejected.values()
    assert message in reason
    assert list(found.rejected) == [3]
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


@pytest.mark.parametrize("content", ["", "\n", " \r\n\r\n"])
def test_an_empty_file_says_that_it_contains_nothing(tmp_path, content):
    file = tmp_path / "decisions.csv"
    file.write_bytes(content.encode())
    with pytest.raises(SourceError, match="is empty"):
        read_reviews(file, NOW)


@pytest.mark.parametrize("rows", ["", ",,,,,,,,\n", "\n\n"])
def test_a_file_without_decisions_says_so(write, rows):
    file = write()
    file.write_text(file.read_text() + rows)
    with pytest.raises(SourceError, match="contains no decisions"):
        read_reviews(file, NOW)


def test_many_mistakes_are_reported_in_one_line(write):
    with pytest.raises(SourceError, match=r"line 2: .*; 7 more in line 3, 4, 5, 6, 7, \.\.\.; "):
        read_reviews(write(*[row(reviewer="")] * 8), NOW)


def test_an_invalid_file_is_reported(write, tmp_path):
    with pytest.raises(SourceError, match="cannot read"):
        read_reviews(tmp_path / "none.csv", NOW)
    with pytest.raises(SourceError, match="lacks the column 'decision'"):
        read_reviews(write(columns=("artwork_id", "reviewer", "decided_at")), NOW)


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_file_is_read_or_refused(tmp_path_factory, content):
    file = tmp_path_factory.getbasetemp() / "any.csv"
    file.write_bytes(",".join(COLUMNS).encode() + b"\n" + content)
    try:
        found = read_reviews(file, NOW)
        assert all(one.decided_at <= NOW + CLOCKS_DIFFER for one in found.reviews.values())
        assert not found.reviews.keys() & found.rejected.keys()
    except SourceError as error:
        assert len(str(error).splitlines()) == 1


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
    assert told(works)["1"][0] is None


def test_a_rejected_style_is_described_again_once_the_rejection_is_withdrawn(works, write):
    review_from_file(works, write(row("1", "reject")))
    assert told(works)["1"] == (None, "unknown", NOTHING)
    review_from_file(works, write(row("1", day=2)))
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
