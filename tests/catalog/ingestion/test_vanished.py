"""Known artworks that are gone from a catalog: refused before anything is written, or warned of."""

from __future__ import annotations

import pytest

from catalog.base.errors import SourceError
from catalog.ingestion.ingest import ingest
from catalog.sources import open_source
from catalog.sources.parameters import IngestParameters
from catalog.storage import tables
from catalog.storage.store import FolderStore

MAPPING = 'name = "x"\nfile = "works.csv"\n[fields]\nid = "id"\ntitle = "title"\n'
KNOWN = {str(n): f"Title {n}" for n in range(10, 50)}


@pytest.fixture
def read(tmp_path):
    """Ingests titles by id; the report."""
    home = FolderStore(tmp_path / "home")
    (tmp_path / "x.toml").write_text(MAPPING)

    def read(works, **options):
        lines = "".join(f"{id},{title}\n" for id, title in works.items())
        (tmp_path / "works.csv").write_text(f"id,title\n{lines}")
        parameters = IngestParameters(catalog=str(tmp_path), source=str(tmp_path / "x.toml"))
        return ingest(home, open_source(parameters), "x", **options)

    read.home = home
    read(KNOWN)
    return read


def renamed(how, part=1.0):
    return {
        how(id) if at < part * len(KNOWN) else id: title
        for at, (id, title) in enumerate(KNOWN.items())
    }


@pytest.mark.parametrize(
    ("how", "looks", "part"),
    [
        (lambda id: f"{id}.0", "'10.0', '11.0', '12.0'", 1.0),
        (lambda id: f"{id}.0", "'10.0', '11.0', '12.0'", 0.2),
        (lambda id: f"wga-{id}", "'wga-10', 'wga-11', 'wga-12'", 0.6),
        (lambda id: id.zfill(6), "'000010', '000011', '000012'", 1.0),
        (lambda id: f"{int(id):.1e}", "'1.0e+01', '1.1e+01', '1.2e+01'", 1.0),
        (lambda id: str(int(id) + 1000), "'1010', '1011', '1012'", 1.0),
        (lambda id: str(int(id) + 1000), "'1010', '1011', '1012'", 0.2),
        (lambda id: f"https://museum.example/{id}", "'https://museum.example/10'", 0.6),
    ],
)
def test_other_ids_for_the_same_works_are_refused(read, how, looks, part):
    before = tables.versions(read.home)
    with pytest.raises(SourceError) as refusal:
        read(renamed(how, part))
    told = str(refusal.value)
    count = int(part * len(KNOWN))
    assert f"{count} of the 40 artworks of the catalog x are missing" in told
    assert f"of which {count} seem to be there under another id" in told
    assert "ids looked like '10', '11', '12' and look like" in told
    assert looks in told
    assert "--allow-shrink" in told
    assert tables.versions(read.home) == before
    report = read(renamed(how, part), allow_shrink=True)
    assert (report.new, report.removed) == (count, count)


def test_other_works_under_other_ids_are_refused(read):
    with pytest.raises(
        SourceError, match=r"40 of the 40 artworks .* are missing: ids looked like '10'"
    ):
        read({f"n{n}": f"Another {n}" for n in range(40)})


def test_some_works_may_be_replaced_by_others_and_are_named(read):
    kept = dict(list(KNOWN.items())[12:])
    report = read(kept | {f"n{n}": f"Another {n}" for n in range(12)})
    assert (report.new, report.removed) == (12, 12)
    (gone,) = (check for check in report.checks if check["check"] == "artworks/removed_artworks")
    assert (gone["outcome"], gone["rows"]) == ("warned", 12)
    assert gone["examples"] == ["10", "11", "12"]


def test_works_that_are_there_are_not_gone(read):
    report = read(KNOWN | {"new": "A title"})
    (gone,) = (check for check in report.checks if check["check"] == "artworks/removed_artworks")
    assert (gone["outcome"], report.new, report.removed) == ("passed", 1, 0)


def test_changed_facts_are_no_other_ids(read):
    report = read({id: f"{title} corrected" for id, title in KNOWN.items()})
    assert (report.changed, report.removed) == (40, 0)


def test_over_a_tenth_fewer_works_are_refused(read):
    with pytest.raises(SourceError, match="has 35 artworks, down from 40"):
        read(dict(list(KNOWN.items())[5:]))
    assert read(dict(list(KNOWN.items())[4:])).removed == 4
