"""Commands for analysts: DuckDB file, SQL prompt, search, export."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter
from cyclopts.validators import Number

from catalog.base.errors import ArtcatError
from catalog.sources.parameters import HomeParameters
from catalog.storage.homes import open_existing_home, open_home_store
from catalog.storage.store import Store
from flows.cli.commands import AllowFiles, Json
from flows.cli.output import say, say_json

_Home = Annotated[HomeParameters | None, Parameter(name="*")]
_Count = Annotated[int, Parameter(help="Number of artworks.", validator=Number(gte=1, lte=10_000))]


def _home(parameters: HomeParameters | None) -> Store:
    """Open the home, of which an analyst may be allowed to read only `published/`."""
    return open_home_store((parameters or HomeParameters()).home)


def duckdb(
    file: Annotated[Path, Parameter(help="The .duckdb file to create or replace.")],
    *,
    parameters: _Home = None,
    json: Json = False,
) -> None:
    """Make a DuckDB file with documented views, macros and vectors, for any DuckDB to open."""
    from catalog.publishing.analysts import write_to  # noqa: PLC0415

    home = _home(parameters)
    made = write_to(home, file)
    if json:
        say_json({"file": str(file), **made})
        return
    say(f"{file}: views of {made['home']}, vectors by {made['embedder'] or 'no embedder'}")
    say(f"macros: {', '.join(made['macros'])}")
    if made["s3_secret"]:
        say("run first, in each session:")
        say(f"  {made['s3_secret']};")


def sql(
    statement: Annotated[str | None, Parameter(help="SQL to answer; default: a prompt.")] = None,
    *,
    parameters: _Home = None,
    allow_files: AllowFiles = False,
    json: Json = False,
) -> None:
    """Open a prompt for SQL on what is published, with views and macros loaded."""
    from catalog.publishing.prompt import ask_at_prompt  # noqa: PLC0415

    home = _home(parameters)
    ask_at_prompt(home, statement, as_json=json, allow_files=allow_files)


def similar(
    work: Annotated[str, Parameter(help="artwork_id, or the path of an image.")],
    *,
    count: _Count = 10,
    parameters: _Home = None,
    json: Json = False,
) -> None:
    """Find the works whose pictures are nearest to that of a work, or to an image file."""
    from models.enrichment.search import similar_to  # noqa: PLC0415 - needs torch

    home = _home(parameters)
    _show_found(similar_to(home, work, count), as_json=json)


def search(
    text: Annotated[str, Parameter(help="What the image shows.")],
    *,
    count: _Count = 10,
    parameters: _Home = None,
    json: Json = False,
) -> None:
    """Find the works whose pictures are nearest to a text."""
    from models.enrichment.search import found_by  # noqa: PLC0415 - needs torch

    home = _home(parameters)
    _show_found(found_by(home, text, count), as_json=json)


def export(
    *,
    format: Annotated[
        Literal["parquet", "csv", "jsonl", "linked-art"],
        Parameter(help="csv is safe in spreadsheets; linked-art: a JSON-LD document per line."),
    ],
    output: Annotated[Path, Parameter(help="The file; an existing one is replaced.")],
    table: Annotated[str, Parameter(help="Which table.")] = "enriched",
    base: Annotated[str | None, Parameter(help="Prefix of identifiers in Linked Art.")] = None,
    parameters: _Home = None,
    json: Json = False,
) -> None:
    """Write a table, or all works as Linked Art, to a file."""
    from catalog.publishing.export import export as write  # noqa: PLC0415
    from catalog.publishing.export.linked_art import BASE  # noqa: PLC0415

    home = open_existing_home((parameters or HomeParameters()).home)
    if base is not None and format != "linked-art":
        raise ArtcatError("--base goes with --format linked-art only")
    rows = write(home, format, output, table=table, base=base or BASE)
    if json:
        say_json({"file": str(output), "rows": rows})
        return
    say(f"{output}: {rows:,} rows")


def _show_found(found: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        say_json({"works": found})
        return
    for work in found:
        style = f", {work['style']} ({work['style_source']})" if work["style"] else ""
        name = f"{work['artist'] or 'unknown artist'}, {work['title'] or 'no title'}"
        say(f"{work['similarity']:6.3f} {work['artwork_id']}: {name}{style}")
    if not found:
        say("no other artwork has an embedded image")
