"""The published tables as DataFrames, and the example notebook."""

from datetime import UTC, datetime
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from nbclient import NotebookClient

import catalog
from catalog.base.errors import ArtcatError, QueryError, StoreError
from catalog.images import prepare
from catalog.publishing import publish
from catalog.sources.image_sources import StoredImages
from catalog.storage import duck
from catalog.storage.store import FolderStore
from tests.building import WORKS, ingest_catalog, make_catalog, put
from tests.catalog.images.pictures import jpeg, painting

pytestmark = pytest.mark.full

NOTEBOOK = Path(__file__).parents[3] / "docs" / "analysis.ipynb"
PROMOTED = datetime(2026, 3, 1, tzinfo=UTC)
VECTORS = ([1.0, 0.0], [0.6, 0.8], [0.0, 1.0])


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """Three artworks with images, vectors and styles, and one whose image is damaged."""
    folder = tmp_path_factory.mktemp("published")
    home = FolderStore(folder / "home")
    works = [{**WORKS[0], "ID": str(number)} for number in range(4)]
    images = {str(number): jpeg(painting(number)) for number in range(3)} | {"3": b"damaged"}
    source = make_catalog(folder / "catalog", works, images=images)
    ingest_catalog(home, source)
    plan = prepare.plan_images(home, StoredImages(source), "wga")
    prepare.prepare_shard(home, StoredImages(source), "wga", plan.to_read, threads=1)
    with duck.connect(home, ("images",)) as connection:
        query = "FROM images SELECT artwork_id, sha256"
        digests = dict(connection.execute(query).fetchall())
    for number, vector in enumerate(VECTORS):
        key = {"embedding_key": str(number), "encoder": "e", "preprocessing": "p"}
        image = {"image_sha256": digests[f"wga:{number}"], "vector": vector}
        put(home, "embeddings", key | image)
    put(home, "promotions", {"promoted_at": PROMOTED, "role": "embedder", "model_version": "m"})
    put(home, "serving", {"model_version": "m", "encoders": ["e"], "preprocessing": "p"})
    facts = {"catalog": "wga", "removed": False, "artist": "MONET, Claude", "title": "water-lilies"}
    known = {"style": "Impressionism", "confidence": 0.875, "decision": "accepted"}
    for number in range(4):
        shown = {"artwork_id": f"wga:{number}", **facts, **(known if number < 3 else {})}
        put(home, "enriched", shown | {"date_earliest": 1906 + number})
    publish.publish(home)
    return home


def test_tables_are_dataframes_of_arrow_types(published):
    opened = catalog.open_home(published.uri)
    enriched = opened.enriched().sort_values("artwork_id")
    assert enriched["artwork_id"].tolist() == [f"wga:{number}" for number in range(4)]
    assert enriched["confidence"].isna().tolist() == [False, False, False, True]
    assert enriched["date_earliest"].dtype == pd.ArrowDtype(pa.int64())
    assert opened.table("artworks")["title"].unique().tolist() == ["Water-Lilies"]
    assert repr(opened) == f"open_home({published.uri!r})"


def test_a_query_takes_parameters(published):
    opened = catalog.open_home(published.uri)
    sql = "SELECT 1; SELECT count(*) AS works FROM enriched WHERE confidence > ?"
    assert opened.query(sql, [0.5]).to_dict("records") == [{"works": 3}]
    by_name = opened.query("FROM enriched SELECT title WHERE artwork_id = $id", {"id": "wga:2"})
    assert by_name["title"].tolist() == ["water-lilies"]


def test_similar_artworks_come_the_nearest_first(published):
    near = catalog.open_home(published.uri).similar("wga:0", 5)
    assert near["artwork_id"].tolist() == ["wga:1", "wga:2"]
    assert near["similarity"].tolist() == pytest.approx([0.6, 0.0])


def test_a_contact_sheet_shows_each_artwork(published):
    opened = catalog.open_home(published.uri)
    sheet = opened.contact_sheet(opened.enriched().sort_values("artwork_id"))
    pixels = np.asarray(sheet).astype(int)
    shown = [pixels[50:290, 16 + 256 * column :][:, :240].std() > 20 for column in range(4)]
    assert (shown, sheet.format) == ([True, True, True, False], "PNG")


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda home: home.table("embeddings"), "embeddings"),
        (lambda home: home.table('x" UNION SELECT 1 --'), "does not exist"),
        (lambda home: home.query("DROP TABLE vectors"), "read-only"),
        (lambda home: home.query("FROM '/etc/hosts'"), "hosts"),
        (lambda home: home.similar("wga:3"), "no image of an artwork 'wga:3'"),
        (lambda home: home.contact_sheet(pd.DataFrame({"id": [1]})), "artwork_id"),
    ],
)
def test_what_cannot_be_answered_is_a_query_error(published, ask, said):
    with pytest.raises(QueryError, match=said):
        ask(catalog.open_home(published.uri))


def test_a_home_must_hold_published_tables(home):
    with pytest.raises(ArtcatError, match="contains no tables yet"):
        catalog.open_home(home.uri)
    put(home, "runs", {"run_id": "r"})
    with pytest.raises(StoreError, match="no published tables yet"):
        catalog.open_home(home.uri).enriched()


def test_the_example_notebook_runs(published, monkeypatch):
    monkeypatch.setenv("ARTCAT_HOME", published.uri)
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    assert [cell.outputs for cell in notebook.cells if cell.cell_type == "code"] == [[]] * 5
    NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    shown = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    kinds = [kind for output in shown for kind in output.get("data", {})]
    assert (kinds.count("text/html"), kinds.count("image/png")) == (4, 1)
