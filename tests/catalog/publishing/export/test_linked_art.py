"""Works as Linked Art, read back by the published context in the package cromulent."""

import json
from datetime import UTC, datetime
from importlib.resources import files

import pytest
from cromulent import model, reader
from pyld import jsonld

from catalog.publishing.export import export
from catalog.publishing.export.linked_art import CONTEXT, production
from tests.building import put

CRM = "http://www.cidoc-crm.org/cidoc-crm/"
LA = "https://linked.art/ns/terms/"
AAT = "http://vocab.getty.edu/aat/"
WHEN = datetime(2026, 3, 1, 4, 5, 6, tzinfo=UTC)
MANIFEST, SERVICE = "https://museum.example/iiif/1/manifest", "https://museum.example/image/1"


def guess(predicted, confidence, decision, **more):
    guessed = {"predicted_style": predicted, "confidence": confidence, "decision": decision}
    return {"style_source": "unknown", **guessed, **more}


WORKS = {
    "labelled": {"style": "Impressionism", "style_source": "catalog"},
    "accepted": guess("Baroque", 0.97, "accepted", style="Baroque", style_source="predicted"),
    "joint": {"artist": "A, Ann; Carl Dahl", "artist_display": "Ann A; Carl Dahl"},
    "copied": {"artist": "after Ann A", "artist_display": "after Ann A"},
    "guessed": guess("Realism", 0.62, "review"),
    "unverified": guess("Rococo", 0.71, "review"),
    "abstained": guess("Realism", 0.2, "abstained"),
    "rejected": guess("Realism", 0.62, "review", review_decision="reject"),
}


@pytest.fixture
def documents(home, tmp_path):
    """Each work's document by its id in the catalog, as it was written."""
    facts = {
        **{"artist": "MONET, Claude", "artist_display": "Claude Monet"},
        **{"title": 'Nymphéas "<script>"', "technique": "oil on canvas"},
        **{"description": "A sentence.", "model_version": "m1"},
    }
    rows = [{"artwork_id": f"x:{name}/1", **facts, **row} for name, row in WORKS.items()]
    put(home, "enriched", *rows)
    for name in WORKS:
        put(home, "artworks", _fact(f"x:{name}/1", name), _fact("x:gone", "gone"))
        change = {"run_id": "r1", "changed_at": WHEN, "confidence_after": 0.62}
        put(home, "work_changes", {"artwork_id": f"x:{name}/1", **change})
    file = tmp_path / "works.jsonl"
    assert export(home, "linked-art", file, base="https://museum.example/object/") == len(WORKS)
    found = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return {each["identified_by"][1]["content"]: each for each in found}


def _fact(artwork_id, name):
    date = {"date_given": "c. 1906", "date_earliest": 1901, "date_latest": 1911}
    iiif = {"iiif_manifest": MANIFEST, "iiif_image": SERVICE} if name == "labelled" else {}
    size = {"height_cm": 88.0, "width_cm": 93.5}
    return {"artwork_id": artwork_id, "catalog": "x", "source_id": name, **date, **size, **iiif}


@pytest.fixture(scope="session")
def read_back():
    """Expands a document by the published context; fails if it needs anything else."""
    context = json.loads(files("cromulent").joinpath("data/linked-art.json").read_text())

    def load(address, _):
        assert address == CONTEXT
        return {"documentUrl": address, "document": context, "contextUrl": None}

    def expand(document):
        (work,) = jsonld.expand(document, {"documentLoader": load})
        return work

    return expand


FACTS = dict.fromkeys(("artist", "artist_display", "date_given", "date_earliest", "date_latest"))


@pytest.mark.parametrize(
    ("years", "begin", "end", "label"),
    [
        ((1887, 1890), "1887", "1890", None),
        ((-1390, -1295), "-1389", "-1294", "1390 BC to 1295 BC"),
        ((-1, -1), "0000", "0000", "1 BC"),
        ((-206, 220), "-0205", "0220", "206 BC to AD 220"),
        ((-10000, None), "-9999", None, "10000 BC"),
    ],
)
def test_years_before_christ_follow_iso_8601(years, begin, end, label):
    made = production(FACTS | {"date_earliest": years[0], "date_latest": years[1]})
    span = made["timespan"]
    assert span.get("_label") == label
    assert span["begin_of_the_begin"] == f"{begin}-01-01T00:00:00Z"
    assert span.get("end_of_the_end") == (f"{end}-12-31T23:59:59Z" if end else None)


@pytest.mark.parametrize(
    ("artist", "persons", "groups", "texts"),
    [
        ("MONET, Claude; Auguste Renoir", ["Claude Monet", "Auguste Renoir"], [], []),
        ("Ames & Co., New York", [], ["Ames & Co., New York"], []),
        ("after Claude Monet", [], [], ["after Claude Monet"]),
        ("Ann Berg and workshop", [], [], ["Ann Berg and workshop"]),
    ],
)
def test_each_artist_is_a_person_or_a_firm_unless_qualified(artist, persons, groups, texts):
    made = production(FACTS | {"artist": artist})
    found = [(each["type"], each["_label"]) for each in made.get("carried_out_by", ())]
    assert found == [*(("Person", name) for name in persons), *(("Group", name) for name in groups)]
    assert [each["content"] for each in made.get("referred_to_by", ())] == texts


def ids(nodes):
    return [node.get("@id") for node in nodes]


def test_every_term_is_one_of_the_context(documents, read_back):
    """An expansion drops what the context does not know: nothing may be dropped."""
    for document in documents.values():
        assert _properties(document) == _properties(read_back(document))


def _properties(node):
    """How many properties a document has, expanded or not, without the context, ids and types."""
    if isinstance(node, list):
        return sum(map(_properties, node))
    if not isinstance(node, dict):
        return 0
    own = [v for name, v in node.items() if name not in {"id", "type"} and name[0] != "@"]
    return len(own) + sum(map(_properties, own))


def test_a_style_that_counts_is_plain(documents, read_back):
    for name, number in (("labelled", 300021503), ("accepted", 300021147)):
        work = read_back(documents[name])
        assert work["@type"] == [f"{CRM}E22_Human-Made_Object"]
        assert work["@id"] == f"https://museum.example/object/x%3A{name}%2F1"
        assert f"{AAT}{number}" in ids(work[f"{CRM}P2_has_type"])
        assert f"{CRM}P140i_was_attributed_by" not in work


def test_a_guess_says_who_when_how_sure_and_possibly(documents, read_back):
    work = read_back(documents["guessed"])
    assert ids(work[f"{CRM}P2_has_type"]) == [f"{AAT}300133025"]
    (guess,) = work[f"{CRM}P140i_was_attributed_by"]
    assert guess["@type"] == [f"{CRM}E13_Attribute_Assignment"]
    assert ids(guess[f"{CRM}P2_has_type"]) == [f"{AAT}300435722"]
    assert ids(guess[f"{CRM}P177_assigned_property_of_type"]) == [f"{CRM}P2_has_type"]
    assert ids(guess[f"{CRM}P141_assigned"]) == [f"{AAT}300172861"]
    (who,) = guess[f"{CRM}P14_carried_out_by"]
    assert "model m1" in json.dumps(who)
    (span,) = guess[f"{CRM}P4_has_time-span"]
    (when,) = span[f"{CRM}P82a_begin_of_the_begin"]
    assert when["@value"] == "2026-03-01T04:05:06Z"
    assert "0.6200" in json.dumps(guess[f"{CRM}P67i_is_referred_to_by"])


def test_a_style_that_was_not_verified_has_no_number_and_what_was_given_up_is_not_told(documents):
    (guess,) = documents["unverified"]["attributed_by"]
    (assigned,) = guess["assigned"]
    assert assigned["_label"] == "Rococo"
    assert "id" not in assigned
    assert "attributed_by" not in documents["abstained"]
    assert "attributed_by" not in documents["rejected"]


def test_manifest_and_image_service_are_linked(documents, read_back):
    work = read_back(documents["labelled"])
    assert MANIFEST in json.dumps(work[f"{CRM}P129i_is_subject_of"])
    (picture,) = work[f"{CRM}P138i_has_representation"]
    (file,) = picture[f"{LA}digitally_shown_by"]
    (service,) = file[f"{LA}digitally_available_via"]
    assert ids(service[f"{LA}access_point"]) == [SERVICE]
    assert "subject_of" not in documents["guessed"]


def test_the_library_of_linked_art_reads_every_document(documents):
    for document in documents.values():
        for guess in document.get("attributed_by", ()):
            del guess["assigned_property"]  # a word in the published model, a Type in the library
        read = reader.Reader().read(document)
        assert isinstance(read, model.HumanMadeObject)
