"""Speed of ingestion: compared with pandas, unchanged, and with a million rows.

`ARTCAT_BENCH_HISTORIC_ART` and `ARTCAT_BENCH_WGA` may name folders to measure on instead of a
collection that is made up.
"""

import json
import os
from pathlib import Path

import pandas as pd
import pytest

from catalog.ingestion import lookups
from catalog.ingestion.ingest import IngestReport, ingest
from catalog.normalise.forms import form_of
from catalog.normalise.markup import repair
from catalog.normalise.picture_data import parse_picture_data, split_technique
from catalog.runs.record import recorded
from catalog.sources import open_source
from catalog.sources.parameters import IngestParameters
from catalog.storage import duck
from catalog.storage.store import FolderStore
from catalog.vocabulary import style_lookup
from tests.benchmarks.collection import write_historic_art, write_wga
from tests.benchmarks.measuring import say, timed
from tests.python_process import python

ROOT = Path(__file__).parents[2]
LAYOUTS = {
    "historic-art": (write_historic_art, "ARTCAT_BENCH_HISTORIC_ART"),
    "wga-catalog": (write_wga, "ARTCAT_BENCH_WGA"),
}
STYLES = style_lookup()
MANY = 23


@pytest.fixture(scope="module", params=LAYOUTS)
def catalog(request, tmp_path_factory):
    write, variable = LAYOUTS[request.param]
    given = os.environ.get(variable)
    folder = Path(given) if given else write(tmp_path_factory.mktemp("catalog"))
    return request.param, folder


@pytest.fixture(scope="module", autouse=True)
def extensions(tmp_path_factory):
    """What only the first connection of a process costs is no part of any measurement here."""
    duck.connect(FolderStore(tmp_path_factory.mktemp("empty")))


def night(home, source, folder):
    """The step of the nightly run that reads rows; what it counted."""
    with recorded(home, "ingest", IngestReport(), "bench") as run:
        parameters = IngestParameters(catalog=str(folder), source=source)
        run.result.update_from(ingest(home, open_source(parameters), "bench"))
    return run.result


def read_by_pandas(source, folder):
    """The texts of each work by the names of the relation `staged`."""
    options = {"dtype": str, "keep_default_na": False, "engine": "c"}
    if source == "wga-catalog":
        frame = pd.read_csv(folder / "catalog.csv", sep=";", encoding="cp1252", **options)
        names = {"AUTHOR": "artist", "BORN-DIED": "born_died", "SCHOOL": "nationality"}
        return frame.replace("-", "").rename(columns=names).rename(columns=str.lower)
    works = pd.read_csv(folder / "artwork_dataset.csv", **options)
    info = pd.read_csv(folder / "info_dataset.csv", **options).drop_duplicates("artist")
    names = {"born-died": "born_died", "school": "profession", "period": "style"}
    return works.merge(info.rename(columns=names), on="artist", how="left").fillna("")


def facts_of(row):
    given = {name: value for name, value in row.items() if value}
    if "picture data" in given:
        names = ("date", "technique", "size", "location")
        given |= dict(zip(names, parse_picture_data(repair(given["picture data"])), strict=True))
    elif "technique" in given:
        names = ("technique", "size")
        given |= dict(zip(names, split_technique(repair(given["technique"])), strict=True))
    given = {name: value for name, value in given.items() if value}
    texts = {f"{name}_{end}": given.get(name) for name in given for end in ("given", "text")}
    facts = {}
    for column, parse, columns in lookups._OF_TEXTS.values():
        text = texts.get(column)
        found = parse(text) if text else [None] * len(columns)
        facts |= dict(zip(columns, found, strict=True))
    facts["form"] = form_of(given.get("technique"), given.get("profession"), given.get("form"))
    facts["style"] = STYLES.get(given.get("style", "").casefold())
    return facts


def row_by_row(source, folder, file):
    frame = read_by_pandas(source, folder)
    frame.apply(lambda row: pd.Series(facts_of(row), dtype=object), axis=1).to_parquet(file)


def tuple_by_tuple(source, folder, file):
    frame = read_by_pandas(source, folder)
    rows = (dict(zip(frame, row, strict=True)) for row in frame.itertuples(index=False))
    pd.DataFrame([facts_of(row) for row in rows]).to_parquet(file)


def test_rows_become_tables_faster_than_by_a_script_in_pandas(catalog, tmp_path):
    source, folder = catalog
    homes = [FolderStore(tmp_path / f"home-{number}") for number in range(3)]
    ours = min(timed(night, home, source, folder) for home in homes)
    again = min(timed(night, home, source, folder) for home in homes)
    by_row = timed(row_by_row, source, folder, tmp_path / "facts.parquet")
    by_tuple = timed(tuple_by_tuple, source, folder, tmp_path / "facts.parquet")
    rows = pd.read_parquet(tmp_path / "facts.parquet")
    stored = duck.run_query(homes[0], "SELECT date_earliest, title, form FROM artworks").to_pandas()
    assert len(rows) == len(stored)
    assert rows["earliest"].count() == stored["date_earliest"].count(), "the same is done"
    assert rows["title"].nunique() == stored["title"].nunique()
    assert rows["form"].count() == stored["form"].count()
    say(
        f"{source}, {len(rows):,} rows: {ours:.2f} s, unchanged {again:.2f} s; "
        f"pandas apply {by_row:.1f} s ({by_row / ours:.1f} x), itertuples {by_tuple:.1f} s "
        f"({by_tuple / ours:.1f} x)"
    )
    assert by_row / ours > 5
    assert again / ours < 0.5


_MANY = """
import json, resource, sys, time
from pathlib import Path
from catalog.storage.store import FolderStore
from tests.benchmarks.test_ingest import night
home, source, folder = sys.argv[1:]
begun = time.perf_counter()
result = night(FolderStore(home), source, Path(folder))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(json.dumps([result.artworks, time.perf_counter() - begun, peak]))
"""


def measured(home, source, folder):
    """Works, seconds and peak memory in MiB of a process that ingests a catalog."""
    done = python("-c", _MANY, str(home), source, str(folder), check=True)
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("source", LAYOUTS)
def test_a_million_rows(source, tmp_path):
    write, _ = LAYOUTS[source]
    once = [
        measured(tmp_path / f"home-{number}", source, write(tmp_path / "one"))[1]
        for number in range(3)
    ]
    works, spent, peak = measured(tmp_path / "home", source, write(tmp_path / "many", MANY))
    say(
        f"{source}, {works:,} rows: {spent:.0f} s, {spent / min(once):.1f} times that of one "
        f"{MANY}rd of them, peak {peak} MiB"
    )
    assert works > 1_000_000
    assert spent / min(once) < 25
    assert peak < 3000
