"""Commands of `artcat mapping`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from catalog.base.errors import SourceError
from catalog.sources.parameters import Delimiter, IngestParameters
from flows.cli import output
from flows.cli.commands import Json

if TYPE_CHECKING:
    from catalog.ingestion.preview import FieldPreview, Preview

Encoding = Annotated[str | None, Parameter(help="Encoding of the file; default: detected.")]
Between = Annotated[Delimiter | None, Parameter(help="Delimiter of a CSV; default: detected.")]


def mapping_init(
    file: Annotated[str, Parameter(help="CSV, JSON, JSON lines or Excel workbook of the catalog.")],
    *,
    to: Annotated[
        Path | None, Parameter(help="The mapping; default: the catalog's name with .toml, here.")
    ] = None,
    encoding: Encoding = None,
    delimiter: Between = None,
    sheet: Annotated[str | None, Parameter(help="Sheet of a workbook.")] = None,
    records: Annotated[str | None, Parameter(help="Path of the list within a JSON file.")] = None,
    force: Annotated[bool, Parameter(help="Replace an existing mapping.")] = False,
    json: Json = False,
) -> None:
    """Write a mapping of a museum's file: guessed fields, sample values, columns left over."""
    from catalog.sources import open_table  # noqa: PLC0415
    from catalog.sources.draft import catalog_name, draft  # noqa: PLC0415
    from catalog.sources.mapping import parse_mapping  # noqa: PLC0415
    from catalog.sources.source import FileFormat  # noqa: PLC0415
    from catalog.storage.store import write_whole  # noqa: PLC0415

    name = catalog_name(file)
    target = to or Path(f"{name}.toml")
    if target.suffix != ".toml":
        raise SourceError(f"{target} is not the name of a mapping: it must end in .toml")
    if target.exists() and not force:
        raise SourceError(f"{target} already exists: choose another with --to, or add --force")
    rows = open_table(file, FileFormat(encoding, delimiter, sheet, records))
    text = draft(rows, file.rpartition("/")[2], name)
    write_whole(target, [text])
    fields = dict(parse_mapping(text, str(target)).fields) if "\nid = " in text else {}
    if json:
        output.say_json({"mapping": str(target), "read_as": rows.read_as, "fields": list(fields)})
        return
    output.say(rows.read_as)
    output.say(f"wrote {target}: check its fields, then run")
    output.say(f"  artcat mapping check {target} {file}")


def mapping_fields(*, json: Json = False) -> None:
    """List the fields of a mapping, and how a field's value is specified."""
    from catalog.sources.mapping import FieldValue, known_fields  # noqa: PLC0415

    fields = known_fields()
    options = {name: str(info.description) for name, info in FieldValue.model_fields.items()}
    if json:
        listed = {name: {"meaning": f.meaning, "example": f.example} for name, f in fields.items()}
        output.say_json({"fields": listed, "options": options})
        return
    output.say(
        '[fields]: a field is the name of a column, a list of names, or { option = "value" }'
    )
    for name, field in fields.items():
        output.say(f"  {name:14} {field.meaning}")
        output.say(f"  {'':14}   {field.example}")
    output.say("options of a field")
    for name, meaning in options.items():
        output.say(f"  {name:14} {meaning}")


def mapping_check(
    mapping: Annotated[Path, Parameter(help="The mapping, a TOML file.")],
    catalog: Annotated[str, Parameter(help="The museum's file, or its folder.")],
    *,
    encoding: Encoding = None,
    delimiter: Between = None,
    sample: Annotated[
        Path | None,
        Parameter(
            help="A CSV of artworks whose values you checked by hand: id, and columns named as in "
            "the table artworks; empty for nothing known, ? for not checked."
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Preview a mapping on a file: what it reads, what it cannot, and what it reads wrong."""
    from catalog.ingestion.preview import preview  # noqa: PLC0415
    from catalog.sources import open_mapped  # noqa: PLC0415

    if mapping.suffix != ".toml":
        raise SourceError(f"{mapping} is not a mapping: its name must end in .toml")
    source = open_mapped(
        IngestParameters(
            catalog=catalog, source=str(mapping), encoding=encoding, delimiter=delimiter
        )
    )
    found = preview(source, source.default_name, sample)
    if json:
        output.say_json(asdict(found))
        return
    for line in _lines(found):
        output.say(line)


def _lines(found: Preview) -> Iterator[str]:
    yield from found.read_as
    if found.accuracy:
        yield f"sample checked by hand: {found.accuracy.summary}"
        yield from (f"  {wrong}" for wrong in found.accuracy.wrong)
    quarantined = found.outcomes.get("quarantined", 0)
    yield (
        f"{found.rows_read:,} rows read: {found.outcomes.get('artwork', 0):,} artworks, "
        f"{found.outcomes.get('duplicate', 0):,} duplicates, {quarantined:,} quarantined "
        f"({quarantined / max(1, found.rows_read):.1%}); {found.left_out:,} left out by the filters"
    )
    for reason, count in found.reasons.items():
        yield f"  {count:6,} quarantined: {reason}"
    for fact, count in found.outside.items():
        yield f"  {count:6,} outside the vocabulary by {fact}, so not predicted"
    for field in found.fields:
        if problem := _problem(field):
            yield f"warning: {field.field}: {problem}"
    yield from (f"warning: {warning}" for warning in found.warnings)
    yield f"fields {'':20} {'filled':>9} {'mapped':>9} {'read':>9}  columns"
    for field in found.fields:
        read = "" if field.read is None else f"{field.read:,}"
        counts = f"{field.filled:>9,} {field.given:>9,} {read:>9}"
        yield f"  {field.field:25} {counts}  {', '.join(field.columns)}"
    if found.unused_columns:
        yield f"columns that no field uses: {', '.join(found.unused_columns)}"
    for (is_read, fact), rows in groupby(found.readings, lambda row: (row["is_read"], row["fact"])):
        yield f"{fact} as it will be read" if is_read else f"{fact} that cannot be read"
        for row in rows:
            meant = f" -> {row['meant']}" if is_read else ""
            reason = f" ({row['reason']})" if row["reason"] else ""
            yield f"  {row['artworks']:6,}  {_short(row['given'])}{meant}{reason}"
    yield "first artworks"
    for row in found.first_rows:
        yield "  " + ", ".join(f"{key} {value}" for key, value in row.items() if value is not None)


def _problem(field: FieldPreview) -> str | None:
    """Describe what seems to be wrong with a field."""
    if not field.filled:
        return f"no values in {', '.join(field.columns)}"
    example = f"such as {_short(field.example or '')!r}"
    if not field.given:
        return f"none of the {field.filled:,} values is mapped, {example}: see its options"
    if field.read is not None and field.read < field.given / 2:
        return f"only {field.read:,} of {field.given:,} values can be read, {example}"
    return None


def _short(text: str) -> str:
    line = " ".join(text.replace("\x1f", " | ").split())
    return line if len(line) <= 100 else f"{line[:97]}..."  # noqa: PLR2004 - a line of a terminal
