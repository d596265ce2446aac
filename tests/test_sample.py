import csv
import io
import json
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from catalog.base.errors import ImageError, SourceError
from catalog.images.decoding import decode
from catalog.normalise.dates import parse_date
from catalog.normalise.picture_data import parse_picture_data
from catalog.vocabulary import style_names
from sample import SampleReport, make_sample
from sample.corruptions import CORRUPTIONS, choose_corrupted
from sample.painter import make_artist_style, paint
from sample.plan import Artist, Plan, make_plan, share_out
from sample.tables import MOODS, SCENES, STYLES

SMALL = {"images": 48, "artists": 30, "size": 64}


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> tuple[Path, SampleReport]:
    folder = tmp_path_factory.mktemp("sample") / "art"
    return folder, make_sample(folder, **SMALL)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return make_plan(600, 120, 7, 320)


def tables(folder: Path) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The rows of the artworks and of the artists."""
    texts = ((folder / f"{name}_dataset.csv").read_text("utf-8") for name in ("artwork", "info"))
    works, people = (list(csv.DictReader(io.StringIO(text))) for text in texts)
    return works, people


def contents(folder: Path) -> dict[str, bytes]:
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def directory(url: str, kind: str) -> str:
    return url.split(f"/{kind}/")[1].rsplit("/", 1)[0]


@pytest.mark.full
def test_same_arguments_same_bytes_and_a_second_call_changes_nothing(made, tmp_path):
    folder, report = made
    assert make_sample(tmp_path / "again", **SMALL) == report
    assert contents(tmp_path / "again") == contents(folder)
    times = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    assert make_sample(folder, **SMALL) == report
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == times
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_an_empty_folder_is_filled(tmp_path, monkeypatch):
    monkeypatch.setattr("sample.writer.encode", lambda work, seed: b"picture")
    report = make_sample(tmp_path, images=46, size=32)
    assert len(list((tmp_path / "artwork").iterdir())) == report.images
    assert report.artists == 24  # the fewest


def test_a_folder_with_something_else_is_refused(made, tmp_path):
    (tmp_path / "thesis.txt").write_text("two years of work")
    with pytest.raises(SourceError, match="something else"):
        make_sample(tmp_path, **SMALL)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
    with pytest.raises(SourceError, match="is a file"):
        make_sample(tmp_path / "thesis.txt", **SMALL)
    with pytest.raises(SourceError, match="other arguments"):
        make_sample(made[0], **{**SMALL, "seed": 8})


@pytest.mark.parametrize(
    "wrong", [{"images": 45}, {"artists": 5}, {"artists": 500}, {"size": 8}, {"seed": -1}]
)
def test_impossible_numbers_are_refused(tmp_path, wrong):
    with pytest.raises(SourceError, match=next(iter(wrong))):
        make_sample(tmp_path / "art", **wrong)
    assert not (tmp_path / "art").exists()


def test_an_interrupted_run_leaves_no_sample(tmp_path, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("sample.writer.encode", stop)
    with pytest.raises(KeyboardInterrupt):
        make_sample(tmp_path / "art", **SMALL)
    assert list(tmp_path.iterdir()) == []


def test_layout_and_all_styles(made):
    folder, report = made
    works = (folder / "artwork_dataset.csv").read_bytes()
    people = (folder / "info_dataset.csv").read_bytes()
    assert works.startswith(b"ID,artist,title,picture data,file info,jpg url\n")
    assert people.startswith(b"artist,born-died,period,school,url,base,nationality\r\n")
    assert b"\r" not in works
    assert people.count(b"\r\n") == people.count(b"\n")
    rows, artists = tables(folder)
    assert (len(rows), len(artists)) == (report.rows, report.info_rows) == (48 + 3, 30 + 1)
    assert json.loads((folder / "sample.json").read_text())["report"]["rows"] == report.rows
    assert {row["period"] for row in artists} == set(report.styles) == set(style_names())
    assert set(STYLES) == set(style_names())
    assert sum(report.styles.values()) == report.works - report.unlisted


def test_shares_add_up_and_another_seed_is_another_catalog():
    assert share_out(10, [1.3, 1, 1]) == [4, 3, 3]
    assert share_out(0, [1, 2]) == [0, 0]
    assert sum(share_out(597, [6, 8.5, 7.5, 0.1])) == 597
    titles = [[w.row["title"] for w in make_plan(48, 30, seed, 64).works] for seed in (7, 8)]
    assert titles[0] != titles[1]


def test_full_size_is_unbalanced_but_no_style_is_tiny(plan):
    styles = Counter(work.artist.style for work in plan.works)
    artists = Counter(artist.style for artist in plan.artists)
    assert min(styles.values()) >= 20
    assert max(styles.values()) > 3 * min(styles.values())
    assert min(artists.values()) >= 8
    assert {work.artist.directory for work in plan.works} >= {a.directory for a in plan.artists}
    carved = sum(work.artist.school in ("sculptor", "architect") for work in plan.works)
    assert 0.02 < carved / 600 < 0.1


@pytest.mark.full
def test_no_style_is_told_by_a_country_and_a_life_alone(plan):
    def alike(one: Artist, other: Artist) -> bool:
        same = one.nationality == other.nationality and abs(one.born - other.born) <= 12
        return same and one.style != other.style

    for style in style_names():
        own = [artist for artist in plan.artists if artist.style == style]
        shared = sum(any(alike(artist, other) for other in plan.artists) for artist in own)
        assert 1 <= shared < len(own), style


def test_neighbouring_styles_share_techniques():
    for earlier, later in pairwise(style_names()):
        one, other = STYLES[earlier]["techniques"], STYLES[later]["techniques"]
        assert set(one) & set(other)
        assert one != other


def test_dates_are_missing_and_vague_as_in_real_catalogs(plan):
    dates = [
        parse_date(parse_picture_data(work.row["picture data"]).date or "") for work in plan.works
    ]
    missing = sum(date.earliest is None and date.latest is None for date in dates)
    known = [d for d in dates if d.earliest is not None and d.latest is not None]
    vague = sum(date.latest - date.earliest >= 4 for date in known)
    exact = sum(date.latest == date.earliest for date in known)
    assert 0.06 < missing / 600 < 0.2
    assert 0.15 < vague / 600 < 0.4
    assert exact > 250


def test_images_are_as_reported(made):
    folder, report = made
    ids = {row["ID"] for row in tables(folder)[0]} - {""}
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
    assert status == {"broken": 3, "orphans": 4, "intact": 40}
    assert {name: getattr(report, name) for name in status} == status
    assert len(files) == report.images
    assert len(ids) == report.works == 48
    assert len(ids - set(files)) == report.missing == 5


def test_corruptions_of_the_works_are_as_reported(made):
    rows, people = tables(made[0])
    report, listed = made[1], {row["artist"] for row in people}
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


def test_corruptions_of_the_artists_are_as_reported(made):
    report, people = made[1], tables(made[0])[1]
    names = Counter(row["artist"] for row in people)
    periods = Counter(name for name, _ in {(row["artist"], row["period"]) for row in people})
    twice = [name for name, count in names.items() if count > 1]
    assert sum(periods[name] > 1 for name in twice) == report.homonyms == 1
    assert sum(periods[name] == 1 for name in twice) == report.repeated_artists == 1
    lives = {row["born-died"] for row in people}
    assert {"(c. 14021466)", "(1539-1482)", "(19-20th cent.)"} <= lives
    assert report.odd_lifespans == 7
    assert any("," not in name for name in names)
    assert any(ord(letter) > 255 for name in names for letter in name)
    assert any(name.endswith((" van", " de")) for name in names)
    assert "UNKNOWN MASTER, French" in names


def test_only_the_directory_distinguishes_namesakes(made):
    works, people = (
        [row for row in rows if row["artist"] == "VALMONT, Étienne"] for rows in tables(made[0])
    )
    pages = {directory(row["url"], "html"): row["period"] for row in people}
    assert sorted(pages.values()) == ["Baroque", "Rococo"]
    assert {directory(row["jpg url"], "art") for row in works} == set(pages)


@pytest.mark.full
@pytest.mark.parametrize(("artists", "images"), [(24, 46), (30, 48), (120, 60), (60, 1500)])
def test_namesakes_and_styles_in_samples_of_any_size(artists, images):
    plan = make_plan(images, artists, 3, 64)
    works = Counter(work.artist.directory for work in plan.works)
    assert works["v/valmont"] and works["v/valmont2"]
    assert len(plan.artists) == artists
    assert len({work.id for work in plan.works + plan.orphans}) == images + 4
    assert len(choose_corrupted(plan, 3)["missing"]) == 5
    assert {artist.name for artist in plan.artists} >= {CORRUPTIONS["repeated"]["artist"]}
    assert {work.artist.style for work in plan.works} == set(style_names())


def test_every_scene_of_the_styles_can_be_painted_in_any_weather():
    liked = {scene for style in STYLES.values() for scene in style["scenes"]}
    assert liked | {"statue", "facade"} == set(SCENES)
    artist_style = make_artist_style("Romanticism", [1])
    for scene in SCENES:
        pictures = [paint(artist_style, scene, (48, 36), [2, 3], mood) for mood in MOODS]
        assert {picture.size for picture in pictures} == {(48, 36)}
        assert all(np.asarray(picture).std() > 5 for picture in pictures), scene
        assert len({picture.tobytes() for picture in pictures}) == len(MOODS)


def test_pictures_of_an_artist_are_closer_than_those_of_two():
    """By mean colour and contrast, on average over the pairs of six artists of one style."""
    hands = [make_artist_style("Impressionism", [1, n]) for n in range(6)]
    marks = np.array([[_mark(artist_style, seed) for seed in range(4)] for artist_style in hands])
    within = np.linalg.norm(marks - marks.mean(axis=1, keepdims=True), axis=2).mean()
    between = np.linalg.norm(marks.mean(axis=1) - marks.mean(axis=(0, 1)), axis=1).mean()
    assert between > 1.2 * within


def _mark(artist_style, seed: int) -> list[float]:
    pixels = np.asarray(paint(artist_style, "landscape", (64, 48), [5, seed], "day"), float)
    return [*pixels.mean(axis=(0, 1)), *pixels.std(axis=(0, 1))]
