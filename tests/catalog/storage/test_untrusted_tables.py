"""Any bytes given as a table, a mapping or decisions are read, or refused in one line."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from catalog.base.errors import ArtcatError
from catalog.datasets.reviews import CLOCKS_DIFFER, read_reviews
from catalog.ingestion.ingest import ingest
from catalog.ingestion.preview import preview
from catalog.sources import open_source
from catalog.sources.csv_rows import read_csv
from catalog.sources.mapping import parse_mapping, read_mapping
from catalog.sources.parameters import IngestParameters
from catalog.sources.source import FileFormat
from catalog.storage.store import FolderStore
from tests.building import make_catalog

NOW = datetime(2026, 5, 1, tzinfo=UTC)
HEADER = "id,title,artist,date\n"
ROW = "ID,artist,title,picture data,file info,jpg url\n1,,,,,\n"
DECISIONS = "artwork_id,reviewer,decided_at,decision,style,shown_style\n"
MAPPING = (
    'name = "x"\nfile = "works.csv"\n[fields]\nid = "id"\ntitle = "title"\nartist = "artist"\n'
)

ROWS = st.text("a1é\0\ufffd\"',;\t|\\\n\r\x1b \u2028🎨", max_size=60)
LINES = st.lists(st.lists(st.text(max_size=8), max_size=6).map(",".join), max_size=6).map("\n".join)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16", "cp932", "utf-32"])
TABLES = st.one_of(
    st.binary(max_size=200),
    st.binary(max_size=100).map(lambda data: HEADER.encode() + data),
    st.tuples(ROWS | LINES, ENCODINGS).map(
        lambda made: (HEADER + made[0]).encode(made[1], errors="replace")
    ),
)
TEXTS = st.text(max_size=30)
TOML = st.one_of(
    st.binary(max_size=200),
    TEXTS.map(lambda text: (MAPPING + text).encode()),
    st.builds(
        "{}size = {{column = {!r}, pattern = {!r}, replace = ''}}".format,
        st.just(MAPPING),
        TEXTS,
        TEXTS,
    ).map(str.encode),
)
_FEW = settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow])


def read_or_refused(read, *given, names="", **options):
    """What a reader returns, None if it refuses the given in one line, which names the file."""
    try:
        return read(*given, **options)
    except ArtcatError as error:
        assert len(str(error).splitlines()) == 1
        assert len(str(error)) < 3000
        assert names in str(error)
        return None


@_FEW
@given(TABLES, st.sampled_from([None, "utf-8", "cp1252", "utf-16", "shift_jis", "utf-7"]))
@example(b'id,title\n1,"' + b"\n" * 200, None)
@example(b"\xff\xfe", None)
@example(b"\x1b$B", None)
@example(b"~{", None)
def test_any_bytes_are_a_table_or_refused(data, encoding):
    columns = (("id",), ("title", "artist"))
    if rows := read_or_refused(read_csv, "works.csv", data, *columns, encoding=encoding):
        rows.table.validate(full=True)  # every text is UTF-8
        assert rows.read_as
        lines = rows.table["line"].to_pylist()
        assert lines == sorted(set(lines))


@_FEW
@given(st.binary(max_size=200))
def test_any_bytes_among_objects_are_rows_or_refused(data):
    read = FileFormat().read
    rows = read_or_refused(read, "works.json", b'[{"id": 1}, ' + data, ("id",))
    assert rows is None or rows.table.num_rows >= 1


@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(TABLES)
def test_rows_read_are_works_quarantined_or_duplicates(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("any")
    (folder / "x.toml").write_text(MAPPING)
    (folder / "works.csv").write_bytes(data)
    source = open_source(IngestParameters(catalog=str(folder), source=str(folder / "x.toml")))
    if found := read_or_refused(preview, source, "x"):
        assert found.outcomes.keys() <= {"artwork", "quarantined", "duplicate"}
        assert found.rows_read == sum(found.outcomes.values())
        assert sum(found.reasons.values()) == found.outcomes.get("quarantined", 0)
    make_catalog(folder)
    (folder / "artwork_dataset.csv").write_bytes(ROW.encode() + data)
    source = open_source(IngestParameters(catalog=str(folder)))
    if report := read_or_refused(ingest, FolderStore(folder / "home"), source, "x"):
        assert report.rows_read == report.artworks + report.quarantined + report.duplicates > 0


@_FEW
@given(TOML)
@example(b"a = " + b"[" * 20_000)
@example(b"\xef\xbb\xbf")
@example(b'name = "x"\nencoding = "a\\u0000b"\n[fields]\nid = "a"\n')
def test_any_bytes_are_a_mapping_or_refused(tmp_path_factory, data):
    file = tmp_path_factory.getbasetemp() / "any.toml"
    file.write_bytes(data)
    if mapping := read_or_refused(read_mapping, file, names="any.toml"):
        assert "id" in mapping.fields


@_FEW
@given(st.text(r"a1()[]{}*+?|\.^$-:=!<>P", max_size=20), st.text(r"\0129ag", max_size=4))
def test_any_pattern_is_used_or_refused(pattern, replace):
    quoted = [f"'{text}'" for text in (pattern, replace)]
    text = "name = 'x'\n[fields]\nid = {{column = 'id', pattern = {}, replace = {}}}\n"
    if mapping := read_or_refused(parse_mapping, text.format(*quoted), "x.toml"):
        assert mapping.fields["id"].pattern == pattern


@_FEW
@given(
    st.binary(max_size=120)
    | st.text(max_size=60).map(lambda text: (DECISIONS + text).encode())
    | ROWS.map(lambda text: (DECISIONS + text).encode())
)
def test_any_bytes_are_decisions_or_refused(tmp_path_factory, data):
    file = tmp_path_factory.getbasetemp() / "any.csv"
    file.write_bytes(data)
    if found := read_or_refused(read_reviews, file, NOW):
        assert found.reviews
        assert all(one.decided_at <= NOW + CLOCKS_DIFFER for one in found.reviews.values())
        assert not found.reviews.keys() & found.rejected.keys()
        assert all(len(reason.splitlines()) == 1 for reason in found.rejected.values())
