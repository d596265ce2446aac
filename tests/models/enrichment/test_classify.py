"""Classification of images outside any catalog, with given facts."""

from dataclasses import replace

import pytest

from catalog.ingestion.given_facts import normalise_facts, read_facts
from catalog.sources.parameters import GivenFacts
from models.enrichment.classify import NO_EVIDENCE, classify_files, image_files
from models.versions import registry, storage
from models.versions.serving import configure_champions
from tests.building import WATER_LILIES, make_catalog
from tests.building import paint as paint_gradient
from tests.models.enrichment.catalogued import artworks_and_artists, night
from tests.models.enrichment.test_engine import crown

SUNRISE = {
    "artist": "MONET, Claude",
    "title": "Sunrise, Impressionism",
    "date": "1872",
    "technique": "oil on canvas",
}


def given(**facts):
    rows, problems = normalise_facts(GivenFacts(**facts))
    assert problems == {}
    return rows


@pytest.fixture
def image(tmp_path):
    file = tmp_path / "sunrise.jpg"
    file.write_bytes(paint_gradient("sunrise"))
    return file


def classified(home, file, facts=None):
    (found,) = classify_files(home, image_files([file]), facts)
    return found


def crown_with(home, pools, **parts):
    """Make a champion of the same parts, but for those given, with pools made of its own."""
    model = storage.load(home, registry.champion(home))
    crown(home, replace(model, pools=pools(model.pools), **parts))


def accept_all(home, threshold=0.0):
    """Make a champion of the same parts that accepts from a confidence on."""
    bounds = {"accept_threshold": threshold, "review_threshold": 0.0}
    crown_with(home, lambda own: {n: p.model_copy(update=bounds) for n, p in own.items()})


@pytest.mark.full
def test_facts_of_the_artist_come_from_the_home_and_the_sentence_is_the_source_projects(
    catalogued, image
):
    accept_all(catalogued)
    found = classified(catalogued, image, given(**SUNRISE))
    assert found.description == (
        "This is an artwork from painter MONET, Claude during the period of Impressionism. "
        "The title of this painting is Sunrise, Impressionism."
    )
    assert (found.style, found.decision, found.artwork_id) == ("Impressionism", "accepted", None)
    assert found.pattern == "image+facts+other works"
    assert "(1872, artist 1850-1910, French, oil on canvas)" in found.because
    assert found.because.endswith("; other works: 5 of 5 Impressionism")


ALL, PARTLY = "image+facts+other works", "image+facts"
MONET = "MONET, Claude"
KNOWN = {
    "as people write": ({"artist": "Claude Monet"}, ALL, "other works: 5 of 5 Impressionism"),
    "in small letters": ({"artist": "monet, claude"}, ALL, "other works: 5 of 5 Impressionism"),
    # what a person gives is not overwritten by the home
    "given": ({"artist": MONET, "nationality": "Dutch"}, ALL, "(artist 1850-1910, Dutch"),
    # of another life is another artist
    "a namesake": ({"artist": MONET, "life": "1640-1700"}, PARTLY, "(artist 1640-1700)"),
    "unknown": ({"artist": "WHO, Ever", "date": "1652"}, PARTLY, "(1652"),
}


@pytest.mark.parametrize(("facts", "pattern", "told"), KNOWN.values(), ids=KNOWN)
def test_the_artist_is_looked_up_in_the_home(catalogued, image, facts, pattern, told):
    found = classified(catalogued, image, given(**facts))
    assert found.pattern == pattern
    assert told in found.because


def test_an_image_without_facts_is_a_guess_from_the_image_that_says_so(catalogued, image):
    accept_all(catalogued, threshold=2.0)
    found = classified(catalogued, image)
    assert found.pattern == "image"
    assert found.because.startswith(f"image: {found.style} ")
    assert found.decision == "review"
    assert found.description == f"This is an artwork, possibly from the period of {found.style}."


def test_an_image_of_the_home_has_the_facts_and_the_sentence_of_its_artwork(folder, catalogued):
    file = folder / "catalog" / "artwork" / "1.jpg"
    found = classified(catalogued, file)
    assert found.artwork_id == "wga:1"
    assert found.description == (
        "This is an artwork from painter BAROQUE, Ann 0 during the period of the Baroque. "
        "The title of this painting is View 1."
    )
    assert found.pattern == "image+facts+other works"
    # facts that are given with it come first
    other = classified(catalogued, file, given(date="1885", nationality="French"))
    assert (other.artwork_id, other.pattern) == ("wga:1", "image+facts")
    assert "BAROQUE" not in other.description


def test_facts_in_a_file_belong_to_the_image_of_that_name(catalogued, image, tmp_path):
    row = WATER_LILIES | {"jpg url": "/art/m/monet/sunrise.jpg", "ID": "sunrise"}
    _, artists = artworks_and_artists()
    source = make_catalog(tmp_path / "facts", [row], artists, images={"sunrise": None})
    facts = read_facts("historic-art", source.uri)
    bare = image.with_name("bare.jpg")
    bare.write_bytes(image.read_bytes() + b"!")
    found = list(classify_files(catalogued, image_files([image, bare]), facts))
    assert [each.pattern for each in found] == ["image+facts+other works", "image"]
    assert "(1906, " in found[0].because


def test_nothing_that_is_given_is_written_to_the_home(catalogued, image):
    configure_champions(catalogued)
    classified(catalogued, image, given(**SUNRISE))
    assert night(catalogued) == (0, 0)


def test_facts_alone_need_facts(catalogued, image):
    crown_with(catalogued, lambda own: {"facts": own["facts"]}, image=None)
    assert classified(catalogued, image).error == NO_EVIDENCE
    assert classified(catalogued, image, given(date="1880", nationality="French")).error is None
