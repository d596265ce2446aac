"""The cookbook's queries give the results on its page, on the facts of the sample."""

import pytest

from catalog.publishing import analysts
from catalog.publishing.publish import publish
from catalog.storage.store import FolderStore
from models.enrichment.describing import describe_artworks
from sample import make_sample
from tests import cookbook
from tests.building import ingest_catalog, prepare_catalog


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """The published file of the sample's 600 works without their pictures, which take long."""
    folder = tmp_path_factory.mktemp("cookbook")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sample.writer.write_images", lambda *_: 0)
        make_sample(folder / "catalog")
    home, source = FolderStore(folder / "home"), FolderStore(folder / "catalog")
    ingest_catalog(home, source, "sample")
    prepare_catalog(home, source, "sample")
    describe_artworks(home, None, None)
    publish(home)
    with analysts.opened(home) as connection:
        yield connection


@pytest.mark.full
@pytest.mark.parametrize("number", cookbook.questions())
def test_each_question_is_on_the_page_and_is_answered(opened, number):
    statement = cookbook.questions()[number]
    shown, answer = cookbook.on_page(number)
    assert shown == cookbook.body_of(statement)
    found = cookbook.as_markdown(opened, statement)
    assert found.splitlines()[:2] == answer.splitlines()[:2], "the same columns"
    assert len(answer.splitlines()) > 2, "an answer is shown"
    if number in cookbook.FROM_THE_CATALOG:
        assert found == answer


def test_there_are_sixteen():
    assert list(cookbook.questions()) == list(range(1, 17))
