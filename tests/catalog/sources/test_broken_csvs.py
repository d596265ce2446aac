"""Broken catalogs: each is read, set aside row by row, or refused with a line that says what to do.

Whatever is in the file, rows read = artworks + quarantined + duplicates.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.base.errors import SourceError
from catalog.ingestion.ingest import ingest
from catalog.sources import open_source
from catalog.sources.parameters import IngestParameters
from catalog.storage import duck
from catalog.storage.store import FolderStore

ARTISTS = (
    "artist,born-died,period,school,url,base,nationality\n"
    '"MONET, Claude",(1840-1926),Impressionism,painter,https://x.example/html/m/monet/index.html,'
    "Paris,French\n"
)
HEADER = "ID,artist,title,picture data,file info,jpg url\n"
GOOD = '1,"MONET, Claude",water lilies,"1906, oil on canvas, 90 x 93 cm",,\n'
SECOND = '2,"MONET, Claude",the poppy field,"1873, oil on canvas, 50 x 65 cm",,\n'


@dataclass(frozen=True)
class Case:
    """A file, and what is to become of it: counts, or words of the refusal."""

    data: bytes
    artworks: int = 0
    quarantined: int = 0
    duplicates: int = 0
    refused: str = ""
    reason: str = ""
    titles: dict[str, str | None] = field(default_factory=dict)


def text(*rows: str) -> bytes:
    return (HEADER + "".join(rows)).encode()


CASES = {
    "two good rows": Case(text(GOOD, SECOND), 2),
    "byte order mark": Case(codecs.BOM_UTF8 + text(GOOD), 1),
    "UTF-16 with mark": Case(text(GOOD).decode().encode("utf-16"), 1),
    "UTF-16 without mark": Case(text(GOOD).decode().encode("utf-16-le"), 1),
    "UTF-16 big endian": Case(codecs.BOM_UTF16_BE + text(GOOD).decode().encode("utf-16-be"), 1),
    "UTF-32": Case(text(GOOD).decode().encode("utf-32"), 1),
    "cp1252": Case(text("1,X,café,,,\n").decode().encode("cp1252"), 1, titles={"1": "Café"}),
    "bad byte in UTF-8": Case(
        text(GOOD, "3,X,é,,,\n", "4,X,è,,,\n") + b"2,X,caf\xe9,,,\n", 3, 1, reason="encoding"
    ),
    "NUL byte": Case(text(GOOD, "2,X,a\0b,,,\n"), 1, 1, reason="NUL"),
    "empty file": Case(b"", refused="is empty"),
    "blank lines alone": Case(b"\n\n\n", refused="is empty"),
    "headers only": Case(text(), refused="no rows"),
    "no header": Case((GOOD + SECOND).encode(), refused="lacks the column 'ID'"),
    "a column is missing": Case(b"ID,artist\n1,X\n", refused="'title'"),
    "all columns in other case": Case(b"id,Artist,TITLE\n1,X,a\n", 1),
    "optional columns missing": Case(b"ID,artist,title\n1,X,a\n", 1),
    "columns in another order": Case(b"title,ID,artist\na,1,X\n", 1, titles={"1": "A"}),
    "duplicate header": Case(b"ID,artist,title,title\n1,X,a,b\n", refused="more than once"),
    "unknown columns": Case(b"ID,artist,title,colour\n1,X,a,red\n", 1),
    "header with blanks": Case(b" ID , artist , title \n1,X,a\n", 1),
    "semicolons": Case(text(GOOD).replace(b",", b";"), 1),
    "tabs": Case(b"ID\tartist\ttitle\n1\tX\ta\n", 1),
    "bars": Case(b"ID|artist|title\n1|X|a\n", 1),
    "CRLF": Case(text(GOOD, SECOND).replace(b"\n", b"\r\n"), 2),
    "CR alone": Case(text(GOOD, SECOND).replace(b"\n", b"\r"), 2),
    "no line end at the end": Case(text(GOOD).rstrip(), 1),
    "blank lines between": Case(text(GOOD, "\n", "\n", SECOND), 2),
    "row without its last fields": Case(text(GOOD, "2,X\n"), 2, titles={"2": None}),
    "row too long": Case(text(GOOD, "2,X,a,b,c,d,e,f\n"), 1, 1, reason="8 fields"),
    "empty fields at the end": Case(text(GOOD, "2,X,a,,,,,,\n"), 2),
    "quote never closed": Case(
        text(GOOD, '2,X,"the open,,,\n', SECOND.replace("2,", "3,", 1)), 2, 1
    ),
    "quote closed in a field": Case(
        text('1,X,"the "red" boat",,,\n', SECOND), 2, titles={"2": "The Poppy Field"}
    ),
    "quoted line break": Case(text('1,X,"two\nlines",,,\n', SECOND), 2),
    "quoted quotes": Case(text('1,X,"the ""red"" boat",,,\n'), 1, titles={"1": 'The "Red" Boat'}),
    "field of ten megabytes": Case(
        text(GOOD, f'2,X,"{"x" * 10_000_000}",,,\n'), 1, 1, reason="1,000,000"
    ),
    "formula cells": Case(
        text('1,X,"=HYPERLINK(""http://x.example"")",,,\n', "2,X,@SUM(A1),,,\n"), 2
    ),
    "no ID": Case(text(GOOD, ",X,a,,,\n"), 1, 1, reason="no ID"),
    "ID leaves the folder": Case(text(GOOD, "../../etc/passwd,X,a,,,\n"), 2),
    "ID with quotes": Case(text(GOOD, '"1\'; DROP TABLE x",X,a,,,\n'), 2),
    "ID with a blank": Case(text(GOOD, "a b,X,a,,,\n"), 2, titles={"a b": "A"}),
    "ID with a line break": Case(text(GOOD, '"a\n b",X,a,,,\n'), 2, titles={"a  b": "A"}),
    "ID with a control character": Case(text(GOOD, "a\x1bb,X,a,,,\n"), 1, 1, reason="control"),
    "ID very long": Case(text(GOOD, f"{'9' * 300},X,a,,,\n"), 1, 1, reason="id"),
    "leading zeros": Case(text("007,X,a,,,\n", "7,X,b,,,\n"), 2, titles={"007": "A", "7": "B"}),
    "same row twice": Case(text(GOOD, GOOD), 1, 0, 1),
    "same ID, other facts": Case(text(GOOD, SECOND.replace("2,", "1,", 1)), 1, 1, reason="line 2"),
    "same short row twice": Case(text(GOOD, "2,X\n", "2,X\n"), 2, 0, 1),
    "no artist": Case(text("1,,a,,,\n"), 1),
    "no title": Case(text("1,X,,,,\n"), 1, titles={"1": None}),
    "only delimiters": Case(text(GOOD, ",,,,,\n"), 1, 1, reason="no ID"),
    "blanks around values": Case(text("  1  ,  X ,  a  ,,,\n"), 1, titles={"1": "A"}),
    "right to left and emoji": Case(text("1,X,שלום 🎨,,,\n"), 1, titles={"1": "שלום 🎨"}),
    "markup": Case(text("1,X,<script>alert(1)</script>,,,\n"), 1),
    "a thousand columns": Case(
        f"{HEADER.strip()}{',c' * 1000}\n1,X,a,,,{',' * 1000}\n".encode(),
        1,
    ),
    "a picture instead": Case(
        b"\xff\xd8\xff\xe0" + bytes(range(256)) * 20, refused="not a text table but a JPEG"
    ),
}


def written(folder, data):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "artwork_dataset.csv").write_bytes(data)
    (folder / "info_dataset.csv").write_text(ARTISTS, encoding="utf-8")
    return open_source(IngestParameters(catalog=str(folder)))


@pytest.mark.parametrize("name", CASES)
def test_a_broken_catalog(name, tmp_path):
    case = CASES[name]
    home = FolderStore(tmp_path / "home")
    source = written(tmp_path / "catalog", case.data)
    if case.refused:
        with pytest.raises(SourceError) as refusal:
            ingest(home, source, "x")
        assert case.refused in str(refusal.value)
        assert "\n" not in str(refusal.value)
        return
    report = ingest(home, source, "x")
    counts = (report.artworks, report.quarantined, report.duplicates)
    assert counts == (case.artworks, case.quarantined, case.duplicates)
    assert report.rows_read == sum(counts)
    connection = duck.connect(home, ("artworks", "quarantine"))
    titles = dict(connection.execute("SELECT source_id, title FROM artworks").fetchall())
    assert len(titles) == case.artworks
    assert {key: titles[key] for key in case.titles} == case.titles
    reasons = [row[0] for row in connection.execute("SELECT reason FROM quarantine").fetchall()]
    assert len(reasons) == case.quarantined
    assert all(case.reason in reason for reason in reasons)


rows = st.lists(st.lists(st.text(max_size=12), max_size=8).map(",".join), max_size=8)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows, st.sampled_from(["utf-8", "cp1252", "utf-16"]))
def test_the_books_always_balance(tmp_path_factory, lines, encoding):
    data = (HEADER + GOOD + "\n".join(lines)).encode(encoding, errors="replace")
    folder = tmp_path_factory.mktemp("case")
    try:
        report = ingest(FolderStore(folder / "home"), written(folder / "catalog", data), "x")
    except SourceError as error:
        assert "its encoding is uncertain" in str(error)
        return
    assert report.rows_read == report.artworks + report.quarantined + report.duplicates
    assert report.artworks >= 1
