"""The pages about a collection and a run: content and escaping."""

import io
import re

import pytest
from PIL import Image

from catalog.enrichment.work_changes import record_changes
from reports.collection.content import gather
from reports.collection.page import COLLECTION, write_collection, write_run
from reports.collection.samples import PER_STYLE, SMALL, contact_sheet
from tests.building import put, rows_of
from tests.models.building import add_model
from tests.review_home import HOSTILE, NOW, enrich, fill, hostile_works, work

RUN = "run-1"
MEASURES = {"accuracy": 0.5, "macro_f1": 0.25, "balanced_accuracy": 0.3, "top3_accuracy": 0.7}
MEASURES |= {"accepted_share": 0.2, "accepted_precision": 0.9}


@pytest.fixture
def works(home):
    """Works whose every word attacks the page, and others; one run has changed all."""
    styles = ("Rococo", "Rococo", "Realism", None, None)
    fill(home, [*(work(at, style=style) for at, style in enumerate(styles)), *hostile_works()])
    record_changes(home, RUN, None)
    put(home, "runs", {"run_id": RUN, "flow": "nightly", "status": "completed", "started_at": NOW})
    return home


def text_of(home, key=COLLECTION):
    page = home.read(key).decode()
    words = re.sub(r"<[^>]*>", " ", re.sub(r"<(style|svg).*?</\1>", " ", page, flags=re.S))
    return page, " ".join(words.split())


def measure(home):
    version = add_model(home, 1)
    put(home, "promotions", {"promoted_at": NOW, "role": "classifier", "model_version": version})
    for metric, value in MEASURES.items():
        row = {"model_version": version, "scheme": "artist", "part": "test", "style": "all"}
        row |= {
            "evidence": "all",
            "metric": metric,
            "value": value,
            "lower": value - 0.1,
            "upper": value + 0.1,
        }
        put(home, "evaluations", {**row, "prior_correction": False, "support": 40})


@pytest.mark.full
def test_the_collection_is_reported(works):
    assert write_collection(works).endswith("reports/collection.html")
    page, text = text_of(works)
    assert "artworks 10" in text
    assert "labelled by the catalog 3" in text
    assert "No model has been evaluated yet." in text
    counts = gather(works)["counts"]
    assert (counts.artworks, counts.waiting) == (10, 7)
    assert counts.decisions_in_words() in text
    assert "artist 10 100.0 % 10 100.0 %" in text.replace("\xa0", " ")
    assert "The first 10 artworks" in text
    assert page.count("data:image/jpeg") == 10
    assert page.count("<svg") == 1
    assert [style for style in ("Realism", "Rococo", "Style unknown") if f"<h3>{style}" in page]


@pytest.mark.full
def test_predictions_are_counted_by_what_they_rest_on(works):
    changed = {
        "x:0": {"pattern": "image+facts", "because": "facts: Baroque .8 (<b>1650</b>)"},
        "x:1": {"pattern": "image+facts", "decision": "accepted"},
        "x:2": {"pattern": "facts", "style": "Realism", "decision": "abstained"},
    }
    rows = {row["artwork_id"]: row for row in rows_of(works, "predictions")}
    known = {"in_training": False}
    put(works, "predictions", *(rows[name] | given | known for name, given in changed.items()))
    enrich(works)
    content = gather(works)
    counted = {row.pop("pattern"): list(row.values()) for row in content["evidence"]}
    # artworks, accepted, for review, abstained, flagged, labelled and not trained on, agreeing
    assert counted["image+facts"] == [2, 0, 2, 0, 2, 2, 0]  # two are Rococo; the catalog is closed
    assert counted["facts"] == [1, 0, 0, 1, 0, 1, 1]
    assert {row["flag"]: row["works"] for row in content["flags"]}["disagrees-with-catalog"] == 2
    write_collection(works)
    page, text = text_of(works)
    assert "image + facts 2 0 2 0 2 2 0.0 %" in text.replace("\xa0", " ")
    assert "facts: Baroque .8 (&lt;b&gt;1650&lt;/b&gt;)" in page


def test_a_contact_sheet_has_a_row_of_pictures_for_each_style(works):
    content = gather(works, None, RUN)
    assert [sheet["style"] for sheet in content["sheets"]] == ["Realism", "Rococo", None]
    with Image.open(io.BytesIO(contact_sheet(content["sheets"]))) as sheet:
        assert sheet.format == "JPEG"
        assert sheet.height > 3 * SMALL
        assert sheet.width > PER_STYLE * SMALL


@pytest.mark.full
def test_no_word_of_the_catalog_is_markup(works):
    write_collection(works)
    write_run(works, gather(works, None, RUN))
    for key in (COLLECTION, f"reports/runs/{RUN}.html"):
        page, _ = text_of(works, key)
        assert "<script" not in page
        assert "onerror=&#34;" in page
        assert not re.search(r"<img(?! class=| src=)", page)
        assert "default-src 'none'; img-src data:" in page
        outside = r'(?:src|href)="(?!data:image|#|evaluation\.html|\.\./evaluation\.html)'
        assert re.findall(outside, page) == []
    assert len(page) < 3_000_000
    assert HOSTILE["right"] in page


@pytest.mark.full
def test_acceptance_is_reported(works):
    write_collection(works)
    assert "Where confident predictions count" not in text_of(works)[1]
    row = {"catalog": "x", "state": "closed", "basis": "audit", "target": 0.95, "artworks": 62}
    row |= {"right_artworks": 61, "precision": 61 / 62, "lower": 0.9258, "reason": "<b>61 of 62"}
    put(works, "acceptance", row)
    write_collection(works, always=False)
    page, text = text_of(works)
    told = text.replace("\xa0", " ")
    assert "x closed audit 62 98.4 % 92.6 % 95.0 % &lt;b&gt;61 of 62" in told
    assert "`artcat review build --name x --audit 50` draws a sample" in text
    assert "<b>" not in page


@pytest.mark.full
def test_a_run_is_reported(works):
    counts = {"rows_read": 12, "forward_passes": 3}
    assert write_run(works, gather(works, "x", RUN, counts)).endswith(f"reports/runs/{RUN}.html")
    _, text = text_of(works, f"reports/runs/{RUN}.html")
    assert text.startswith("Nightly run: x")
    assert "new 10" in text
    assert "rows read 12 forward passes 3" in text
    write_run(works, gather(works, "x", "another"))
    page, text = text_of(works, "reports/runs/another.html")
    assert "No artwork has changed." in text
    assert "data:image/jpeg" not in page


@pytest.mark.full
def test_models_and_curators_are_reported_with_intervals(works):
    measure(works)
    for number, decision in enumerate(("accept", "reject")):
        row = {"review_id": decision, "artwork_id": f"x:{number + 3}", "reviewer": "Ann"}
        row |= {"decided_at": NOW, "decision": decision, "catalog": "x", "shown_style": "Baroque"}
        style = "Baroque" if decision == "accept" else None
        put(works, "reviews", {**row, "style": style, "shown_confidence": 0.75})
    enrich(works)
    write_collection(works)
    page, text = text_of(works)
    assert "0.500 0.400–0.600" in text
    assert "champion" in text
    assert "Agreement of curators with the model" in text
    assert "calibrated, within chance" in text
    assert page.count("<svg") == 2


@pytest.mark.full
def test_the_page_is_written_again_only_if_something_changed(works):
    write_collection(works)
    works.write(COLLECTION, works.read(COLLECTION) + b"<!-- kept -->")
    write_collection(works, always=False)
    assert works.read(COLLECTION).endswith(b"<!-- kept -->")
    put(works, "artworks", work(0, title="Another title"))
    enrich(works)
    write_collection(works, always=False)
    assert "Another title" in works.read(COLLECTION).decode()


@pytest.mark.full
def test_an_empty_home_and_lost_pictures_have_a_page(home, works, caplog):
    for info in list(works.list("shards")):
        works.delete(info.key)
    write_collection(works)
    _, text = text_of(works)
    assert "No artwork has a picture." in text
    assert "until then the report has no contact sheets" in caplog.text


def test_a_home_without_works_has_a_page(home):
    write_collection(home)
    _, text = text_of(home)
    assert "works 0" in text
    assert "No artwork needs a decision." in text
