"""Commands for analysts: SQL, DuckDB file, search, classification of files, export."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter
from cyclopts.validators import Number

from catalog.base.errors import ArtcatError, SourceError
from catalog.ingestion.given_facts import normalise_facts, read_facts
from catalog.publishing.analysts import write_to
from catalog.publishing.export import export as write
from catalog.publishing.export.linked_art import BASE
from catalog.publishing.prompt import ask_at_prompt
from catalog.publishing.query_results import format_of, written
from catalog.sources.parameters import GivenFacts
from catalog.storage import duck, sql_sandbox
from catalog.storage.homes import open_existing_home, open_home_store
from catalog.storage.store import check_outside, write_whole
from flows.cli.output import AllowFiles, Home, Json, show

if TYPE_CHECKING:
    from pyarrow import Table

    from models.enrichment.classify import Classified

_Count = Annotated[int, Parameter(help="Number of artworks.", validator=Number(gte=1, lte=10_000))]


def query(
    sql: Annotated[str, Parameter(help="A query in DuckDB's SQL.")],
    *,
    home: Home = None,
    format: Annotated[
        Literal["table", "csv", "json"] | None,
        Parameter(help="Output format; default: by the suffix of --output, or a table."),
    ] = None,
    output: Annotated[
        Path | None,
        Parameter(help="Write rows to this file, outside the home; an existing one is replaced."),
    ] = None,
    allow_files: AllowFiles = False,
    json: Json = False,
) -> None:
    """Query the tables in SQL."""
    store = open_existing_home(home)
    with duck.locked(store, allow_files=allow_files) as connection:
        answer = sql_sandbox.last_answer(connection, sql)
        if output is None:
            form = "object" if json else format_of(format)
            sys.stdout.writelines(written(answer, form))
            return
        check_outside(store, output)
        write_whole(output, written(answer, format_of(format, output)))
    show({"file": str(output)}, (), as_json=json)


def duckdb(
    file: Annotated[Path, Parameter(help="The .duckdb file to create or replace.")],
    *,
    home: Home = None,
    json: Json = False,
) -> None:
    """Make a DuckDB file with documented views, macros and vectors, for any DuckDB to open."""
    # An analyst may be allowed to read only `published/`; so also below
    made = write_to(open_home_store(home), file)
    lines = [
        f"{file}: views of {made['home']}, vectors by {made['embedder'] or 'no embedder'}",
        f"macros: {', '.join(made['macros'])}",
    ]
    if made["s3_secret"]:
        lines += ["run first, in each session:", f"  {made['s3_secret']};"]
    show({"file": str(file), **made}, lines, as_json=json)


def sql(
    statement: Annotated[str | None, Parameter(help="SQL to answer; default: a prompt.")] = None,
    *,
    home: Home = None,
    allow_files: AllowFiles = False,
    json: Json = False,
) -> None:
    """Open a prompt for SQL on what is published, with views and macros loaded."""
    ask_at_prompt(open_home_store(home), statement, as_json=json, allow_files=allow_files)


def similar(
    work: Annotated[str, Parameter(help="artwork_id, or the path of an image.")],
    *,
    count: _Count = 10,
    home: Home = None,
    json: Json = False,
) -> None:
    """Find the works whose pictures are nearest to that of a work, or to an image file."""
    from models.enrichment.search import similar_to  # noqa: PLC0415 - needs torch

    _show_found(similar_to(open_home_store(home), work, count), as_json=json)


def search(
    text: Annotated[str, Parameter(help="What the image shows.")],
    *,
    count: _Count = 10,
    home: Home = None,
    json: Json = False,
) -> None:
    """Find the works whose pictures are nearest to a text."""
    from models.enrichment.search import found_by  # noqa: PLC0415 - needs torch

    _show_found(found_by(open_home_store(home), text, count), as_json=json)


def _show_found(found: list[dict[str, Any]], *, as_json: bool) -> None:
    lines = []
    for work in found:
        style = f", {work['style']} ({work['style_source']})" if work["style"] else ""
        name = f"{work['artist'] or 'unknown artist'}, {work['title'] or 'no title'}"
        lines.append(f"{work['similarity']:6.3f} {work['artwork_id']}: {name}{style}")
    none = ["no other artwork has an embedded image"]
    show({"works": found}, lines or none, as_json=as_json)


def export(
    *,
    format: Annotated[
        Literal["parquet", "csv", "jsonl", "linked-art"],
        Parameter(help="csv is safe in spreadsheets; linked-art: a JSON-LD document per line."),
    ],
    output: Annotated[Path, Parameter(help="The file; an existing one is replaced.")],
    table: Annotated[str, Parameter(help="Which table.")] = "enriched",
    base: Annotated[str | None, Parameter(help="Prefix of identifiers in Linked Art.")] = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Write a table, or all works as Linked Art, to a file."""
    store = open_existing_home(home)
    if base is not None and format != "linked-art":
        raise ArtcatError("--base goes with --format linked-art only")
    rows = write(store, format, output, table=table, base=base or BASE)
    show({"file": str(output), "rows": rows}, [f"{output}: {rows:,} rows"], as_json=json)


def classify(
    images: Annotated[
        list[Path], Parameter(help="Image files, or folders of them.", consume_multiple=True)
    ],
    *,
    given: Annotated[GivenFacts | None, Parameter(name="*")] = None,
    facts: Annotated[
        str | None, Parameter(help="CSV with facts about the images, matched by file name.")
    ] = None,
    source: Annotated[
        str, Parameter(help="Layout of that CSV: historic-art, wga-catalog or a mapping (.toml).")
    ] = "historic-art",
    home: Home = None,
    json: Json = False,
) -> None:
    """Predict the style of image files from the image and from facts given with it."""
    from tqdm import tqdm  # noqa: PLC0415

    from models.enrichment.classify import classify_files, image_files  # noqa: PLC0415

    store = open_existing_home(home)
    files = image_files(images)
    known = _facts(given, facts, source)
    with tqdm(total=len(files), desc="classify", unit="image", disable=None) as bar:
        found = classify_files(store, files, known, bar.update)
        rows = [asdict(image) for image in found] if json else []
        show({"images": rows}, _classified_lines(found), as_json=json)  # printed one by one


def _classified_lines(found: Iterable[Classified]) -> Iterator[str]:
    """Yield the style of each image, or why it cannot be predicted."""
    for image in found:
        if image.error is not None:
            yield f"{image.file}: {image.error}"
            continue
        known = f", {image.artwork_id}" if image.artwork_id else ""
        if image.confidence is None:
            yield f"{image.file}: outside the vocabulary{known}: {image.because}"
            yield f"  {image.description}"
            continue
        yield f"{image.file}: {image.style} ({image.confidence:.2f}, {image.decision}{known})"
        yield f"  {image.description}"
        alone = " (from the image only)" if image.pattern == "image" else ""
        yield f"  evidence{alone}: {image.because}"


def _facts(
    given: GivenFacts | None, file: str | None, source: str
) -> Mapping[str, Table] | Table | None:
    """Normalise the facts that came with a command.

    Raises:
        SourceError: for facts given in two ways, or a fact that cannot be read.
    """
    options = given is not None and any(given.model_dump().values())
    if options and file is not None:
        raise SourceError("give facts as options for all images, or --facts FILE, not both")
    if file is not None:
        return read_facts(source, file)
    if given is None or not options:
        return None
    rows, problems = normalise_facts(given)
    if problems:
        name, reason = next(iter(problems.items()))
        raise SourceError(f"--{name}: {reason}")
    return rows
