import csv
import json
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from catalog.errors import ImageError, SourceError
from catalog.images import decode
from catalog.normalise.dates import parse_date
from catalog.normalise.picture_data import parse_picture_data
from catalog.sample import SampleReport, make_sample
from catalog.sample.dirt import LIFESPANS, REPEATED, choose
from catalog.sample.painting import paint
from catalog.sample.painting.hand import hand_of
from catalog.sample.painting.scenes import REPERTOIRE, SCENES
from catalog.sample.provenance import TECHNIQUES
from catalog.sample.works import make_plan, share_out
from catalog.vocabulary import style_names

SMALL = {"images": 48, "artists": 30, "size": 64}


@pytest.fixture(scope="module")
def sample(tmp_path_factory) -> tuple[Path, SampleReport]:
    folder = tmp_path_factory.mktemp("sample") / "art"
    return folder, make_sample(folder, **SMALL)


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def contents(folder: Path) -> dict[str, bytes]:
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def directory(url: str, kind: str) -> str:
    return url.split(f"/{kind}/")[1].rsplit("/", 1)[0]


def test_same_arguments_same_bytes(sample, tmp_path):
    folder, report = sample
    assert make_sample(tmp_path / "again", **SMALL) == report
    assert contents(tmp_path / "again") == contents(folder)


def test_second_call_changes_nothing(sample):
    folder, report = sample
    times = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    assert make_sample(folder, **SMALL) == report
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == times
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_another_seed_is_another_catalog(sample):
    works = make_plan(48, 30, 7, 64).works
    others = make_plan(48, 30, 8, 64).works
    assert [work.title for work in works] != [work.title for work in others]


def test_an_empty_folder_is_filled(tmp_path, monkeypatch):
    monkeypatch.setattr("catalog.sample.pictures.jpeg", lambda work, seed: b"picture")
    report = make_sample(tmp_path, images=46, size=32)
    assert len(list((tmp_path / "artwork").iterdir())) == report.images
    assert report.artists == 24  # the fewest


def test_a_folder_with_something_else_is_refused(tmp_path):
    (tmp_path / "thesis.txt").write_text("two years of work")
    with pytest.raises(SourceError, match="something else"):
        make_sample(tmp_path, **SMALL)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_other_arguments_are_refused(sample):
    with pytest.raises(SourceError, match="other arguments"):
        make_sample(sample[0], **{**SMALL, "seed": 8})


def test_a_file_in_the_way_is_refused(tmp_path):
    (tmp_path / "art").write_text("")
    with pytest.raises(SourceError, match="is a file"):
        make_sample(tmp_path / "art", **SMALL)


@pytest.mark.parametrize("wrong", [{"images": 45}, {"artists": 5}, {"artists": 500}, {"size": 8}])
def test_impossible_numbers_are_refused(tmp_path, wrong):
    with pytest.raises(SourceError):
        make_sample(tmp_path / "art", **wrong)
    assert not (tmp_path / "art").exists()


def test_an_interrupted_run_leaves_no_sample(tmp_path, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("catalog.sample.pictures.jpeg", stop)
    with pytest.raises(KeyboardInterrupt):
        make_sample(tmp_path / "art", **SMALL)
    assert list(tmp_path.iterdir()) == []


def test_layout(sample):
    folder, report = sample
    works = (folder / "artwork_dataset.csv").read_bytes()
    people = (folder / "info_dataset.csv").read_bytes()
    assert works.startswith(b"ID,artist,title,picture data,file info,jpg url\n")
    assert people.startswith(b"artist,born-died,period,school,url,base,nationality\r\n")
    assert b"\r" not in works
    assert people.count(b"\r\n") == people.count(b"\n")
    assert len(table(folder / "artwork_dataset.csv")) == report.rows == 48 + 3
    assert len(table(folder / "info_dataset.csv")) == report.info_rows == 30 + 1
    assert json.loads((folder / "sample.json").read_text())["report"]["rows"] == report.rows


def test_all_styles_and_no_other(sample):
    folder, report = sample
    names = set(style_names())
    assert set(report.styles) == names == set(REPERTOIRE)
    assert {row["period"] for row in table(folder / "info_dataset.csv")} == names
    assert sum(report.styles.values()) == report.works - report.unlisted


def test_full_size_is_unbalanced_but_no_style_is_tiny():
    plan = make_plan(600, 120, 7, 320)
    styles = Counter(work.artist.style for work in plan.works)
    artists = Counter(artist.style for artist in plan.artists)
    assert min(styles.values()) >= 20
    assert max(styles.values()) > 3 * min(styles.values())
    assert min(artists.values()) >= 8
    assert {work.artist.directory for work in plan.works} >= {a.directory for a in plan.artists}
    carved = sum(work.artist.school != "painter" for work in plan.works)
    assert 0.02 < carved / 600 < 0.1


def test_no_style_is_told_by_a_country_and_a_life_alone():
    artists = make_plan(600, 120, 7, 320).artists
    for style in style_names():
        own = [artist for artist in artists if artist.style == style]
        shared = [
            artist.name
            for artist in own
            if any(
                other.style != style
                and other.nationality == artist.nationality
                and abs(other.born - artist.born) <= 12
                for other in artists
            )
        ]
        assert 1 <= len(shared) < len(own), style


def test_neighbouring_styles_share_techniques():
    for earlier, later in pairwise(style_names()):
        assert set(TECHNIQUES[earlier]) & set(TECHNIQUES[later])
        assert TECHNIQUES[earlier] != TECHNIQUES[later]


def test_dates_are_missing_and_vague_as_in_real_catalogs():
    plan = make_plan(600, 120, 7, 320)
    dates = [parse_date(parse_picture_data(work.data).date or "") for work in plan.works]
    missing = sum(date.earliest is None and date.latest is None for date in dates)
    known = [d for d in dates if d.earliest is not None and d.latest is not None]
    vague = sum(date.latest - date.earliest >= 4 for date in known)
    exact = sum(date.latest == date.earliest for date in known)
    assert 0.06 < missing / 600 < 0.2
    assert 0.15 < vague / 600 < 0.4
    assert exact > 250


def test_images_are_as_reported(sample):
    folder, report = sample
    ids = {row["ID"] for row in table(folder / "artwork_dataset.csv")} - {""}
    files = {path.stem: path.read_bytes() for path in (folder / "artwork").iterdir()}
    status: Counter[str] = Counter()
    for name, data in files.items():
        try:
            image = decode(data)
        except ImageError:
            status["broken"] += 1
            continue
        status["intact" if name in ids else "orphans"] += 1
        assert max(image.size) == SMALL["size"]
        assert np.asarray(image).std() > 5
    assert len(files) == report.images
    assert len(ids) == report.works == 48
    assert len(ids - set(files)) == report.missing == 5
    assert status["broken"] == report.broken == 3
    assert status["orphans"] == report.orphans == 4
    assert status["intact"] == report.intact == 40


def test_dirt_of_the_works_is_as_reported(sample):
    folder, report = sample
    rows = table(folder / "artwork_dataset.csv")
    listed = {row["artist"] for row in table(folder / "info_dataset.csv")}
    copies = Counter(tuple(row.values()) for row in rows)
    titles = {(row["ID"], row["title"]) for row in rows if row["ID"]}
    data = [row["picture data"] for row in rows if row["ID"]]
    assert sum(row["title"] == "" for row in rows) == report.untitled == 3
    assert sum(count - 1 for count in copies.values()) == report.duplicate_rows == 1
    assert len(titles) - report.works == report.conflicting_rows == 1
    assert sum(row["ID"] == "" for row in rows) == report.rows_without_id == 1
    assert sum(row["artist"] not in listed for row in rows) == report.unlisted == 10
    quoted = sum('"' in row["title"] for row in rows)
    enumerated = sum("the town, the river" in row["title"] for row in rows)
    assert (quoted, enumerated, report.hard_titles) == (2, 1, 3)
    assert sum(text.startswith(("11757", "c. 178c", "(?)")) for text in data) >= report.odd_dates
    assert sum(",5 x " in text for text in data) >= report.decimal_commas == 4


def test_dirt_of_the_artists_is_as_reported(sample):
    folder, report = sample
    rows = table(folder / "info_dataset.csv")
    periods = {row["artist"]: set() for row in rows}
    for row in rows:
        periods[row["artist"]].add(row["period"])
    twice = [name for name, count in Counter(r["artist"] for r in rows).items() if count > 1]
    assert sum(len(periods[name]) > 1 for name in twice) == report.homonyms == 1
    assert sum(len(periods[name]) == 1 for name in twice) == report.repeated_artists == 1
    lives = {row["born-died"] for row in rows}
    assert {"(c. 14021466)", "(1539-1482)", "(19-20th cent.)"} <= lives
    assert report.odd_lifespans == 7


def test_only_the_directory_tells_the_namesakes_apart(sample):
    folder, _ = sample
    people = [r for r in table(folder / "info_dataset.csv") if r["artist"] == "VALMONT, Étienne"]
    works = [r for r in table(folder / "artwork_dataset.csv") if r["artist"] == "VALMONT, Étienne"]
    pages = {directory(row["url"], "html"): row["period"] for row in people}
    assert sorted(pages.values()) == ["Baroque", "Rococo"]
    assert {directory(row["jpg url"], "art") for row in works} == set(pages)


def test_names_are_of_all_kinds(sample):
    names = {row["artist"] for row in table(sample[0] / "info_dataset.csv")}
    assert any("," not in name for name in names)
    assert any(ord(letter) > 255 for name in names for letter in name)
    assert any(name.endswith((" van", " de")) for name in names)
    assert "UNKNOWN MASTER, French" in names


@pytest.mark.parametrize("scene", sorted(SCENES))
def test_every_scene_can_be_painted_in_any_weather(scene):
    hand = hand_of("Romanticism", [1])
    for mood in ("day", "storm"):
        picture = paint(hand, scene, (48, 36), [2, 3], mood=mood, motif="flowers")
        assert picture.size == (48, 36)
        assert np.asarray(picture).std() > 5


@pytest.mark.parametrize(("artists", "images"), [(24, 46), (30, 48), (120, 60), (60, 1500)])
def test_namesakes_and_styles_in_samples_of_any_size(artists, images):
    plan = make_plan(images, artists, 3, 64)
    victims = choose(plan, 3)
    works = Counter(work.artist.directory for work in plan.works)
    assert works["v/valmont"] and works["v/valmont2"]
    assert len(plan.artists) == artists
    assert len({work.id for work in plan.works + plan.orphans}) == images + 4
    assert len(victims.missing) == 5
    assert {artist.name for artist in plan.artists} >= {REPEATED, *LIFESPANS}
    assert {work.artist.style for work in plan.works} == set(style_names())


def test_each_artist_has_a_hand():
    hands = [hand_of("Impressionism", [1, n]) for n in range(2)]
    assert hands[0] == hand_of("Impressionism", [1, 0])
    assert hands[0] != hands[1]
    mirrored = replace(hands[0], light=-hands[0].light)
    pictures = [
        paint(hand, "landscape", (64, 48), [5], mood="day", motif="").tobytes()
        for hand in (*hands, mirrored)
    ]
    assert len(set(pictures)) == 3


def test_shares_add_up():
    assert share_out(10, [1.3, 1, 1]) == [4, 3, 3]
    assert share_out(0, [1, 2]) == [0, 0]
    assert sum(share_out(597, [6, 8.5, 7.5, 0.1])) == 597
