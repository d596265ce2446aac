"""The review site: data, escaping, and files left after another build."""

import json
import re

import pytest

from catalog.base.errors import StoreError
from reports.review import build as module
from reports.review.build import FOLDER, PAGE, build
from tests.building import put, rows_of
from tests.review_home import HOSTILE, NOW, enrich, fill, hostile_works, work

pytestmark = pytest.mark.full

LABELLED = work(3, style="Rococo", style_given="Rococo", date_earliest=1780, date_latest=1790)


@pytest.fixture
def works(home):
    fill(home, [*(work(number) for number in range(3)), LABELLED])
    return home


def keys(home):
    return {info.key.removeprefix(f"{FOLDER}/") for info in home.list(FOLDER)}


def called(home, name):
    """What the data files of a name hand over, in the order of the page."""
    found = []
    for key in sorted(keys(home)):
        if key.startswith(f"data/{name}-"):
            text = home.read(f"{FOLDER}/{key}").decode("ascii")
            given = re.fullmatch(r"artcat\.data\.\w+\((.*)\);\n", text)
            found.append(json.loads(f"[{given[1]}]"))
    return found


def shown(home):
    chunks = sorted(called(home, "works"))
    return {each["id"]: each for _, chunk in chunks for each in chunk}


def review(name, decision="accept", **given):
    row = {"artwork_id": name, "catalog": "x", "decision": decision, "decided_at": NOW}
    known = {"review_id": name + decision, "reviewer": "Ann", "shown_style": "Baroque"}
    return {**row, **known, "style": "Baroque" if decision == "accept" else None, **given}


def test_works_that_need_a_decision_stand_first(works):
    put(works, "reviews", review("x:0"))
    enrich(works)
    built = build(works)
    assert (built.works, built.to_decide, built.left_out) == (4, 3, 0)
    found = shown(works)
    assert {name: each["need"] for name, each in found.items()} == {
        "x:1": "waiting",
        "x:2": "waiting",
        "x:3": "flagged",
        "x:0": "decided",
    }
    assert list(found) == ["x:1", "x:2", "x:3", "x:0"]
    flagged = found["x:3"]
    assert "disagrees-with-catalog" in flagged["flags"]
    assert (flagged["proposal"], flagged["catalog_style"]) == ("Baroque", "Rococo")
    assert flagged["guesses"] == [["Baroque", 0.87], ["Rococo", 0.117]]
    assert ["Date", "1650"] in flagged["facts"]


def test_the_sentence_says_where_each_slot_is_from(works):
    put(works, "reviews", review("x:0"))
    enrich(works)
    build(works)
    source = {
        name: {slot: source for _, slot, source in each["sentence"] if slot}["period"]
        for name, each in shown(works).items()
    }
    predicted = "predicted from image"
    assert source == {"x:0": "reviewed", "x:1": predicted, "x:2": predicted, "x:3": "catalog"}


def test_the_evidence_of_a_prediction_is_shown_and_no_other_has_any(works):
    said = [
        {"evidence": "image", "style": "Rococo", "probability": 0.4, "weight": 0.2, "basis": None},
        {
            "evidence": "facts",
            "style": "Baroque",
            "probability": 0.9,
            "weight": 0.8,
            "basis": "1650, <b>oil</b>",
        },
    ]
    (row,) = [row for row in rows_of(works, "predictions") if row["artwork_id"] == "x:1"]
    put(works, "predictions", row | {"pattern": "image+facts", "evidence": said})
    enrich(works)
    build(works)
    found = shown(works)
    assert found["x:1"]["evidence"] == said
    assert found["x:0"]["evidence"] == []
    assert all(each["influence"] == [] for each in found.values())  # no model to ask


def test_the_nearest_reviewed_works_are_shown_first_and_never_the_work_itself(works):
    put(works, "reviews", review("x:0"))
    enrich(works)
    build(works)
    near = {
        name: [(each["artwork_id"], each["style_source"]) for each in found["near"]]
        for name, found in shown(works).items()
    }
    assert near["x:1"] == [("x:0", "reviewed"), ("x:3", "catalog")]
    assert near["x:0"] == [("x:3", "catalog")]
    assert shown(works)["x:1"]["near"][0]["similarity"] == pytest.approx(1.0, abs=0.01)


def test_the_first_works_are_shown_and_the_others_counted(works):
    built = build(works, shown=2)
    assert (built.works, built.left_out) == (2, 2)
    assert set(shown(works)) == {"x:0", "x:1"}
    assert build(works, "another catalog").works == 0


def test_no_word_of_the_catalog_is_markup(home):
    fill(home, hostile_works())
    build(home)
    page = home.read(PAGE).decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]
    assert "default-src 'none'; script-src 'self';" in policy
    assert "unsafe" not in policy
    # the only scripts are files of its own
    assert re.findall(r"<script[^>]*>(?!</script>)", page) == []
    for key in keys(home):
        if key.startswith("data/"):
            text = home.read(f"{FOLDER}/{key}").decode("ascii")
            assert "<" not in text
            assert len(text.splitlines()) == 1
    found = shown(home)
    assert {found[f"x:{name}"]["title"] for name in HOSTILE} == set(HOSTILE.values())
    assert {each["link"] for each in found.values()} == {None}
    # lists need no more of it
    ((index,),) = called(home, "index")
    assert max(len(row[1]) for row in index["works"]) <= 121


def test_a_build_is_repeated_without_a_trace_of_the_one_before(works):
    first = build(works)
    before = keys(works)
    again = build(works)
    assert (again.removed, keys(works)) == (0, before)
    put(works, "artworks", {**LABELLED, "title": "Another title"})
    enrich(works)
    changed = build(works)
    assert (changed.removed, changed.pictures) == (2, first.pictures)
    assert len(keys(works)) == len(before)
    assert "Another title" in str(shown(works))


def test_a_build_that_was_killed_leaves_the_page_of_before(works, monkeypatch):
    build(works)
    page = works.read(PAGE)
    put(works, "artworks", {**LABELLED, "title": "Another title"})
    enrich(works)

    def killed(**_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(module, "Environment", killed)
        with pytest.raises(KeyboardInterrupt):
            build(works)
    assert works.read(PAGE) == page
    named = re.findall(r'(?:src|href)="((?:page|data)/[^"]+)"', page.decode())
    assert set(named) <= keys(works)
    build(works)
    assert len(called(works, "index")) == 1


@pytest.mark.parametrize("damaged", [True, False])
def test_pictures_that_are_lost_are_reported_and_cost_no_page(works, caplog, damaged):
    for info in list(works.list("shards")):
        if damaged:
            works.write(info.key, b"no Parquet")
        else:
            works.delete(info.key)
    assert build(works).pictures == 0
    assert {each["picture"] for each in shown(works).values()} == {None}
    (record,) = caplog.records
    assert "which prepares its images again; until then" in record.getMessage()


def test_storage_that_fails_is_reported(works, monkeypatch):
    def fails(*_):
        raise StoreError("the storage has trouble")

    monkeypatch.setattr(module, "read_shard", fails)
    with pytest.raises(StoreError, match="trouble"):
        build(works)
