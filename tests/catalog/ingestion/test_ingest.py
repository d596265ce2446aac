from types import SimpleNamespace

import pytest

from catalog.base.errors import SourceError
from catalog.ingestion.ingest import quarantine_warnings
from catalog.storage import tables
from catalog.storage.store import FolderStore
from tests.building import (
    BERNINI,
    DAVID,
    MONET,
    PONT,
    WATER_LILIES,
    WORKS,
    ingest_catalog,
    make_catalog,
    rows_of,
)

# Two painters of one name: real, and five such pairs have two periods.
WGA = "https://www.wga.hu"
STEVENS = tuple(
    {
        **MONET,
        "artist": "STEVENS, Alfred",
        "born-died": life,
        "period": style,
        "url": f"{WGA}/html/s/stevens/{folder}/index.html",
        "nationality": nation,
    }
    for life, style, folder, nation in (
        ("(1823-1906)", "Realism", "alfred", "Belgian"),
        ("(1817-1875)", "Romanticism", "alfred2", "English"),
    )
)


def works_of(home):
    return {row["artwork_id"]: row for row in rows_of(home, "artworks")}


def quarantined(home):
    rows = rows_of(home, "quarantine", "line", "reason", "raw", "resolved_at", "file")
    return {row["line"]: row for row in rows}


def check_balance(report):
    assert report.rows_read == report.artworks + report.quarantined + report.duplicates


def test_facts_as_given_and_as_normalised(any_home, tmp_path):
    report = ingest_catalog(any_home, make_catalog(tmp_path / "art"))
    check_balance(report)
    assert (report.rows_read, report.artworks, report.new, report.unlabelled) == (3, 3, 3, 0)
    work = works_of(any_home)["wga:1"]
    expected = {
        "catalog": "wga",
        "source_id": "1",
        "artist_given": "MONET, Claude",
        "artist": "MONET, Claude",
        "artist_display": "Claude Monet",
        "artist_key": MONET["url"],
        "profession": "painter",
        "born_died_given": "(1840-1926)",
        "nationality": "French",
        "title_given": "water-lilies",
        "title": "Water-Lilies",
        "picture_data_given": WATER_LILIES["picture data"],
        "technique": "oil on canvas",
        "form": "painting",
        "style_given": "Impressionism",
        "style": "Impressionism",
        "image_key": "artwork/1.jpg",
        "source_url": WATER_LILIES["jpg url"],
        "removed_at": None,
    }
    assert {name: work[name] for name in expected} == expected
    assert works_of(any_home)["wga:3"]["form"] == "sculpture"


def test_every_row_ends_somewhere(home, tmp_path):
    odd = [{**DAVID, "ID": id} for id in ("", "../../etc/passwd", "a;b", "x" * 201)]
    twice = [WATER_LILIES, {**PONT, "title": "another title"}]  # the second with other facts
    source = make_catalog(tmp_path / "art", [WATER_LILIES, PONT, *twice, *odd, DAVID])
    with (source.folder / "artwork_dataset.csv").open("a") as file:
        file.write('9,"MONET, Claude",too short\n' * 2)
        file.write('10,"MONET, Claude",too long,,,,,,more\n,,,,,\n')
    report = ingest_catalog(home, source)
    check_balance(report)
    assert (report.rows_read, report.artworks) == (13, 6)
    assert (report.duplicates, report.quarantined) == (2, 5)
    found = works_of(home)
    assert set(found) == {f"wga:{id}" for id in ("1", "2", "3", "../../etc/passwd", "a;b", "9")}
    assert found["wga:../../etc/passwd"]["image_key"] is None
    assert found["wga:a;b"]["image_key"] == "artwork/a;b.jpg"
    assert found["wga:9"]["title_given"] == "too short"
    assert found["wga:2"]["title_given"] == PONT["title"]

    aside = quarantined(home)
    assert {line: row["reason"].lower() for line, row in aside.items()} == {
        5: "the id 2 already occurs in line 3 with different facts",
        6: "the row has no id",
        9: "the id is longer than 200 characters",
        13: "the row has 9 fields, the header 6",
        14: "the row has no id",
    }
    assert aside[13]["raw"] == '10,"MONET, Claude",too long,,,,,,more'
    assert {row["file"] for row in aside.values()} == {"artwork_dataset.csv"}
    assert {row["resolved_at"] for row in aside.values()} == {None}


def test_equal_rows_that_are_unfit_are_distinguished(home, tmp_path):
    nameless = {**DAVID, "ID": ""}
    report = ingest_catalog(
        home, make_catalog(tmp_path / "art", [WATER_LILIES, nameless, nameless])
    )
    assert report.quarantined == 2
    rows = rows_of(home, "quarantine", "occurrence", "line")
    assert rows == [{"occurrence": 1, "line": 3}, {"occurrence": 2, "line": 4}]


def test_two_artists_of_one_name_are_distinguished_by_their_directory(home, tmp_path):
    stevens = f"{WGA}/art/s/stevens"
    below = f"{stevens}/alfred/1/salon.jpg"
    urls = (f"{stevens}/alfred/lady.jpg", f"{stevens}/alfred2/judith.jpg", below)
    rows = [
        {"ID": str(n), "artist": "STEVENS, Alfred", "title": f"work {n}", "jpg url": url}
        for n, url in enumerate((*urls, f"{WGA}/art/x/elsewhere/one.jpg", ""), start=1)
    ]
    report = ingest_catalog(home, make_catalog(tmp_path / "art", rows, STEVENS))
    check_balance(report)
    assert (report.rows_read, report.artworks, report.unlabelled) == (5, 5, 2)
    works = works_of(home)
    facts = {name: (w["style"], w["nationality"], w["artist_url"]) for name, w in works.items()}
    belgian = ("Realism", "Belgian", STEVENS[0]["url"])
    english = ("Romanticism", "English", STEVENS[1]["url"])
    assert facts["wga:1"] == facts["wga:3"] == belgian
    assert facts["wga:2"] == english
    # Nothing tells which is meant: what both share is known, the rest is not.
    for name in ("wga:4", "wga:5"):
        assert facts[name] == (None, None, None)
        assert works[name]["profession"] == "painter"
        assert works[name]["artist"] == "STEVENS, Alfred"


def test_works_without_a_label_are_ingested(home, tmp_path):
    source = make_catalog(
        tmp_path / "art",
        [
            {"ID": "1", "artist": "NOBODY, Knows", "title": "a work"},
            {"ID": "2", "artist": "", "title": "another"},
            {"ID": "3", "artist": "CUBIST, Juan", "title": "a guitar"},
            {"ID": "4", "artist": "MONET, Claude"},
        ],
        [MONET, {**MONET, "artist": "CUBIST, Juan", "period": "Cubism"}],
    )
    report = ingest_catalog(home, source)
    assert (report.artworks, report.unlabelled) == (4, 3)
    works = works_of(home)
    assert works["wga:1"]["artist_display"] == "Knows Nobody"
    assert works["wga:1"]["style"] is None
    assert works["wga:2"]["artist"] is None
    assert (works["wga:3"]["style_given"], works["wga:3"]["style"]) == ("Cubism", None)
    assert works["wga:4"]["title"] is None


@pytest.mark.parametrize("artists", [[MONET, MONET], [{**MONET, "period": "IMPRESSIONISM "}]])
def test_an_artist_may_stand_twice_and_a_term_in_any_case(home, tmp_path, artists):
    ingest_catalog(home, make_catalog(tmp_path / "art", [WATER_LILIES], artists))
    assert works_of(home)["wga:1"]["style"] == "Impressionism"


def test_an_anonymous_author_is_no_artist_but_has_a_group(home, tmp_path):
    master = {**MONET, "artist": "UNKNOWN MASTER, French", "period": "Medieval", "url": ""}
    works = [{"ID": f"{n}", "artist": "UNKNOWN MASTER, French", "title": "virgin"} for n in (1, 2)]
    ingest_catalog(home, make_catalog(tmp_path / "art", works, [master]))
    one, two = works_of(home).values()
    assert (one["artist"], one["artist_display"], one["style"]) == (None, None, "Medieval")
    assert one["artist_given"] == "UNKNOWN MASTER, French"
    assert one["artist_key"].startswith("anonymous")
    assert one["artist_key"] == two["artist_key"]


def test_nothing_is_committed_where_nothing_changed(home, tmp_path):
    source = make_catalog(tmp_path / "art", [*WORKS, {**DAVID, "ID": ""}])
    ingest_catalog(home, source)
    before = tables.versions(home)
    report = ingest_catalog(home, source)
    assert tables.versions(home) == before
    check_balance(report)
    assert (report.rows_read, report.artworks, report.quarantined) == (4, 3, 1)
    assert (report.new, report.changed, report.removed, report.returned) == (0, 0, 0, 0)


def test_changed_removed_and_returned_works(home, tmp_path):
    folder = tmp_path / "art"
    ingest_catalog(home, make_catalog(folder))
    first = works_of(home)

    changed = [WATER_LILIES, {**PONT, "title": "the bridge"}]
    report = ingest_catalog(home, make_catalog(folder, changed))
    assert (report.new, report.changed, report.removed, report.returned) == (0, 1, 1, 0)
    second = works_of(home)
    assert second["wga:1"] == first["wga:1"]
    assert second["wga:2"]["title"] == "The Bridge"
    assert second["wga:2"]["first_seen_at"] == first["wga:2"]["first_seen_at"]
    assert second["wga:2"]["last_changed_at"] > first["wga:2"]["last_changed_at"]
    assert second["wga:3"]["removed_at"] is not None
    assert second["wga:3"]["title"] == first["wga:3"]["title"], "its facts are kept"

    report = ingest_catalog(home, make_catalog(folder))
    assert (report.new, report.changed, report.removed, report.returned) == (0, 1, 0, 1)
    third = works_of(home)
    assert third["wga:3"]["removed_at"] is None
    assert third["wga:3"]["first_seen_at"] == first["wga:3"]["first_seen_at"]


def test_a_change_of_the_artist_reaches_the_works(home, tmp_path):
    folder = tmp_path / "art"
    ingest_catalog(home, make_catalog(folder))
    report = ingest_catalog(
        home, make_catalog(folder, artists=[{**MONET, "nationality": "french"}, BERNINI])
    )
    assert report.changed == 2
    assert works_of(home)["wga:1"]["nationality_given"] == "french"


@pytest.mark.parametrize(
    ("quarantined", "rows", "before", "told"),
    [
        (0, 100, None, None),
        (0, 100, 5, None),
        (1, 100, None, None),
        (1, 100, 1, None),
        (2, 100, None, "2 of 100 rows are in quarantine (2.0%)"),
        (2, 100, 5, "2 of 100 rows are in quarantine (2.0%)"),
        (1, 1000, 0, "1 of 1,000 rows are in quarantine (0.1%, 1 more than last time)"),
        (9, 9, 2, "9 of 9 rows are in quarantine (100.0%, 7 more than last time)"),
    ],
)
def test_a_quarantine_that_is_large_or_grew_is_a_warning(quarantined, rows, before, told):
    report = SimpleNamespace(quarantined=quarantined, rows_read=rows)
    warnings = quarantine_warnings(report, before)
    assert [warning.partition(": `artcat query")[0] for warning in warnings] == (
        [told] if told else []
    )


def test_a_quarantine_is_compared_with_that_of_the_last_ingestion(home, tmp_path):
    first = ingest_catalog(home, make_catalog(tmp_path / "art"))
    assert first.warnings == []
    bad = make_catalog(tmp_path / "art", [*WORKS, {**DAVID, "ID": ""}])
    assert "1 more than last time" in ingest_catalog(home, bad).warnings[0]
    (again,) = ingest_catalog(home, bad).warnings
    assert again.startswith("1 of 4 rows are in quarantine (25.0%): ")


def test_a_row_that_was_mended_leaves_the_quarantine(home, tmp_path):
    folder = tmp_path / "art"
    unfit = {**PONT, "ID": "9" * 201}
    ingest_catalog(home, make_catalog(folder, [WATER_LILIES, unfit]))
    report = ingest_catalog(home, make_catalog(folder, [WATER_LILIES, PONT]))
    assert (report.quarantined, report.new) == (0, 1)
    mended = quarantined(home)[3]
    assert mended["resolved_at"] is not None

    ingest_catalog(home, make_catalog(folder, [WATER_LILIES, unfit]))
    assert quarantined(home)[3]["resolved_at"] is None


def test_catalogs_in_one_home_do_not_touch_each_other(home, tmp_path):
    ingest_catalog(home, make_catalog(tmp_path / "one", [*WORKS, {**DAVID, "ID": ""}]), "one")
    report = ingest_catalog(
        home, make_catalog(tmp_path / "two", [WATER_LILIES, {**DAVID, "ID": ""}]), "two"
    )
    assert (report.new, report.removed) == (1, 0)
    assert set(works_of(home)) == {"one:1", "one:2", "one:3", "two:1"}
    assert all(work["removed_at"] is None for work in works_of(home).values())
    assert len(rows_of(home, "quarantine")) == 2


@pytest.mark.parametrize("name", ["", "Wga", "a b", "a/b", "-a", "ä", "a" * 51])
def test_a_name_that_is_no_name_is_refused(home, tmp_path, name):
    source = make_catalog(tmp_path / "art")
    with pytest.raises(SourceError, match="is not a valid catalog name"):
        ingest_catalog(home, source, name)
    assert tables.versions(home) == {}


@pytest.mark.parametrize(
    ("file", "column"), [("artwork_dataset.csv", "title"), ("info_dataset.csv", "period")]
)
def test_what_is_wrong_with_a_source_is_reported_in_one_line(home, tmp_path, file, column):
    source, none = make_catalog(tmp_path / "art"), FolderStore(tmp_path / "none")
    text = source.read(file)
    lacks = f"{file} lacks the column '{column}'; it has .*'something'"
    for where, contents, message in (
        (source, b"", f"{file} is empty"),
        (source, text.splitlines()[0] + b"\n", f"{file} in .*/art has column names but no rows"),
        (source, text.replace(column.encode(), b"something", 1), lacks),
        (source, None, f".*/art has no {file}"),
        (none, None, f"there is no folder {none.uri}"),
    ):
        if contents is not None:
            source.write(file, contents)
        else:
            source.delete(file)
        with pytest.raises(SourceError, match=f"^{message}") as caught:
            ingest_catalog(home, where)
        assert "\n" not in str(caught.value)
    assert tables.versions(home) == {}


def test_optional_columns_may_be_missing(home, tmp_path):
    source = make_catalog(tmp_path / "art")
    source.write("artwork_dataset.csv", b'ID,artist,title\n1,"MONET, Claude",lilies\n')
    source.write("info_dataset.csv", b'artist,period\n"MONET, Claude",Impressionism\n')
    assert ingest_catalog(home, source).artworks == 1
    work = works_of(home)["wga:1"]
    assert (work["style"], work["technique"], work["nationality"]) == ("Impressionism", None, None)
