"""An audit from a closed catalog via page and decisions to an open one, and back."""

import csv
from collections import Counter

import pytest

from catalog.base.errors import ArtcatError
from catalog.datasets.splits import dropped
from catalog.enrichment.acceptance import overview, update_acceptance
from catalog.enrichment.counts import count_artworks
from catalog.enrichment.enriched import EnrichmentScope
from catalog.storage import tables
from catalog.storage.store import FolderStore
from models.enrichment.reviewing import review_from_file
from reports.review.build import PAGE, build_audit
from tests.building import put, rows_of
from tests.reports.review.test_build import called, shown
from tests.review_home import KEY, MODEL, NOW, enrich, fill, work

pytestmark = pytest.mark.full

ALL, DRAWN = 70, 64


@pytest.fixture
def works(home):
    """Artworks without a label, of which the model is sure; two in three are Baroque for it."""
    fill(home, [work(number, profession="painter") for number in range(ALL)])
    put(
        home,
        "predictions",
        *(
            {**row, "decision": "accepted", "style": "Rococo" if at % 3 == 0 else "Baroque"}
            for at, row in enumerate(rows_of(home, "predictions"))
        ),
    )
    night(home)
    return home


def night(home):
    changed = update_acceptance(home, EnrichmentScope(None, KEY), MODEL)
    enrich(home)
    return [row["state"] for row in changed]


def decide(home, file, artwork_ids, decision="accept", style=""):
    predicted = {row["artwork_id"]: row["style"] for row in rows_of(home, "predictions")}
    columns = ("artwork_id", "reviewer", "decided_at", "decision", "style", "shown_style")
    with file.open("w", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(columns)
        for name in artwork_ids:
            when = NOW.isoformat() if decision == "accept" else "2024-06-01T00:00:00Z"
            writer.writerow((name, "Ann", when, decision, style, predicted[name]))
    return review_from_file(home, file).result


def sources(home):
    return Counter((row["decision"], row["style_source"]) for row in rows_of(home, "enriched"))


def test_an_audit_opens_a_catalog_and_later_decisions_close_it(works, tmp_path):
    assert sources(works) == {("review", "unknown"): ALL}
    assert count_artworks(works).waiting == ALL
    assert overview(works)[0]["next"] == (
        "`artcat review build --name x --audit 80` draws a sample to decide"
    )

    (audit,), built = build_audit(works, None, DRAWN)
    assert (audit.artworks, audit.undecided, audit.needed, audit.is_new) == (64, 64, 59, True)
    assert (built.works, built.to_decide) == (64, 64)
    drawn = [row["artwork_id"] for row in rows_of(works, "audits")]
    assert len(drawn) == len(set(drawn)) == DRAWN
    strata = Counter(row["stratum"] for row in rows_of(works, "audits"))
    assert strata == {"Baroque": 42, "Rococo": 22}, "24 of 70 are Rococo"
    assert decide(works, tmp_path / "decisions.csv", drawn).audited == DRAWN
    assert night(works) == ["open"]
    assert sources(works) == {("accepted", "reviewed"): 64, ("accepted", "predicted"): 6}
    assert count_artworks(works).waiting == 0
    assert overview(works)[0]["reason"].startswith("audit: 64 of 64 right")

    assert night(works) == []
    with pytest.raises(ArtcatError, match="an audit would change nothing: x is open"):
        build_audit(works, None, DRAWN)

    others = sorted({f"x:{at}" for at in range(ALL)} - set(drawn))[:3]
    done = decide(works, tmp_path / "decisions.csv", others, "correct", "Realism")
    assert done.audited == 0
    assert night(works) == ["closed"]
    assert sources(works)["review", "unknown"] == 3
    assert "64 of 67 right" in overview(works)[0]["reason"]


def test_the_page_shows_exactly_the_sample_in_random_order(works):
    build_audit(works, "x", 20)
    drawn = {row["artwork_id"] for row in rows_of(works, "audits")}
    ((index,),) = called(works, "index")
    order = [row[0] for row in index["works"]]
    assert set(order) == set(shown(works)) == drawn
    confidence = [row[4] for row in index["works"]]
    assert confidence != sorted(confidence, reverse=True)
    page = works.read(PAGE).decode()
    assert "<h1>Audit of x</h1>" in page
    assert "59 decisions without a mistake of the model open the catalog" in page


def test_an_audit_goes_on_until_it_is_decided(works, tmp_path):
    (first,), _ = build_audit(works, None, 20)
    before = tables.versions(works)
    (again,), _ = build_audit(works, None, 20)
    assert (again.audit_id, again.undecided, again.is_new) == (first.audit_id, 20, False)
    assert tables.versions(works) == before

    drawn = [row["artwork_id"] for row in rows_of(works, "audits")]
    decide(works, tmp_path / "decisions.csv", drawn[:5])
    (again,), built = build_audit(works, None, 20)
    assert (again.audit_id, again.undecided, built.works) == (first.audit_id, 15, 20)
    assert overview(works)[0]["next"].startswith("decide 15 of the 20 artworks in the audit")

    (other,), _ = build_audit(works, None, 10, new_sample=True)
    assert (other.artworks, other.is_new) == (10, True)
    assert other.audit_id != first.audit_id

    decide(works, tmp_path / "decisions.csv", sorted(f"x:{at}" for at in range(ALL)))
    night(works)
    put(works, "acceptance", {"catalog": "x", "state": "closed", "basis": "none", "target": 0.95})
    with pytest.raises(ArtcatError, match="no artworks to audit in x"):
        build_audit(works, None, 20)


def test_the_sample_is_drawn_alike_from_the_same_tables(works, tmp_path):
    build_audit(works, None, 20)
    again = FolderStore(tmp_path / "again")
    fill(again, [work(number) for number in range(ALL)])
    put(again, "predictions", *rows_of(works, "predictions"))
    night(again)
    build_audit(again, None, 20)
    names = ("audit_id", "artwork_id", "stratum", "shown_confidence")
    assert [[row[name] for name in names] for row in rows_of(again, "audits")] == [
        [row[name] for name in names] for row in rows_of(works, "audits")
    ]


def test_what_was_drawn_is_not_learned_from(works, tmp_path):
    build_audit(works, None, DRAWN)
    drawn = [row["artwork_id"] for row in rows_of(works, "audits")]
    decide(works, tmp_path / "decisions.csv", [f"x:{at}" for at in range(ALL)])
    counted = dropped(works)
    assert counted["drawn for an audit"] == len(drawn) == DRAWN


def test_output_says_what_is_missing_for_an_audit(home):
    put(home, "artworks", {"artwork_id": "x:1", "catalog": "x"})
    with pytest.raises(ArtcatError, match="run `artcat enrich` first"):
        build_audit(home, None, 20)
