"""Commands for curators: the review page and its decisions, mappings, description templates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from catalog.base.errors import SourceError
from catalog.base.wording import counted
from catalog.enrichment.audits import Audit
from catalog.enrichment.counts import count_artworks
from catalog.ingestion.preview import preview
from catalog.sources import open_mapped, open_table
from catalog.sources.draft import catalog_name, draft
from catalog.sources.mapping import FieldValue, known_fields, parse_mapping
from catalog.sources.parameters import Delimiter, IngestParameters, NamedCatalogParameters
from catalog.sources.source import FileFormat
from catalog.storage.homes import open_existing_home
from catalog.storage.store import write_whole
from flows import preflight
from flows.cli.output import Home, Json, show

if TYPE_CHECKING:
    from catalog.ingestion.preview import FieldPreview, Preview
    from models.enrichment.reviewing import ReviewResult

_Encoding = Annotated[str | None, Parameter(help="Encoding of the file; default: detected.")]
_Between = Annotated[Delimiter | None, Parameter(help="Delimiter of a CSV; default: detected.")]
_SAMPLES = 6
"""Rendered descriptions that are printed; the JSON has all."""


def review_build(
    *,
    works: Annotated[
        int, Parameter(help="Maximum number of artworks on the page.", validator=Number(gte=1))
    ] = 5000,
    audit: Annotated[
        int | None,
        Parameter(
            help="Size of a random audit sample per closed catalog, or continue the "
            "unfinished audit: the page shows only these artworks.",
            validator=Number(gte=1),
        ),
    ] = None,
    new_sample: Annotated[
        bool,
        Parameter(help="Draw a new sample even if the last audit is unfinished.", negative=""),
    ] = False,
    parameters: Annotated[NamedCatalogParameters | None, Parameter(name="*")] = None,
    json: Json = False,
) -> None:
    """Write the review page for curators, artworks that need a decision first."""
    from tqdm import tqdm  # noqa: PLC0415

    from reports.review.build import build, build_audit  # noqa: PLC0415

    asked = parameters or NamedCatalogParameters()
    check = preflight.check_changeable if audit else open_existing_home
    home = check(asked.home)
    audits: list[Audit] = []
    with tqdm(desc="pictures", unit="picture", disable=None) as bar:
        if audit:
            audits, built = build_audit(home, asked.name, audit, bar.update, new_sample=new_sample)
        else:
            built = build(home, asked.name, works, bar.update)

    def lines() -> Iterator[str]:
        yield from map(_audit_line, audits)
        more = f" ({built.left_out:,} more not shown: raise --works)" if built.left_out else ""
        needed = f"{built.to_decide:,} of them need a decision"
        if not audit:
            needed = count_artworks(home, asked.name).decisions_in_words()
        shown = f"{counted(built.works, 'artwork')}{more}"
        yield f"{shown}, {needed}; {counted(built.pictures, 'picture')}"
        yield f"open {built.page}"

    found = {**asdict(built), "audits": [asdict(each) for each in audits]}
    show(found, lines(), as_json=json)


def _audit_line(audit: Audit) -> str:
    """Describe the state of an audit."""
    how = "drawn" if audit.is_new else "continued"
    too_few = ", more than are left here" if audit.undecided < audit.needed else ""
    return (
        f"audit of {audit.catalog}: {audit.artworks:,} artworks {how}, {audit.undecided:,} "
        f"undecided; {audit.needed:,} more confirmations, without a correction, would open the "
        f"catalog{too_few}"
    )


def review_agreement(*, home: Home = None, json: Json = False) -> None:
    """Report how often curators confirmed predictions, by confidence and by month."""
    from models.evaluation.agreement import agreement  # noqa: PLC0415

    found = agreement(open_existing_home(home))
    lines = [f"{'':16} {'decisions':>9} {'right [95 %]':>19} {'confidence':>10}"]
    for each in found:
        right = f"{each.agreement:.3f} [{each.lower:.3f}-{each.upper:.3f}]"
        lines.append(
            f"{each.name or 'all':16} {each.decisions:9,} {right:>19} {each.confidence:10.3f} "
            f"{each.verdict}"
        )
    if not found:
        lines = [
            "there are no decisions on predictions yet: run `artcat review build` to create the "
            "review page"
        ]
    rows = [{**asdict(each), "verdict": each.verdict} for each in found]
    show({"agreement": rows}, lines, as_json=json)


def review_import(
    file: Annotated[Path, Parameter(help="CSV: artwork_id, reviewer, decided_at, decision, ...")],
    *,
    home: Home = None,
    json: Json = False,
) -> None:
    """Import people's decisions about styles and update their artworks at once."""
    from models.enrichment.reviewing import review_from_file  # noqa: PLC0415

    done = review_from_file(preflight.check_changeable(home), file)
    show(done.summary(), _import_lines(done.result), as_json=json)


def _import_lines(done: ReviewResult) -> Iterator[str]:
    """Yield lines about the import and about conflicts between reviewers."""
    decisions = ", ".join(f"{count} {name}" for name, count in done.decisions.items())
    yield (
        f"{counted(done.rows, 'decision')} on {counted(done.works, 'artwork')} "
        f"({decisions or 'none'}): {done.new:,} new, {done.rows - done.new:,} already imported; "
        f"{counted(done.enriched_changed, 'artwork')} changed"
    )
    if done.audited:
        yield (
            f"{done.audited:,} of these artworks belong to an audit: run `artcat enrich` to "
            "evaluate it"
        )
    yield from (f"not imported: line {each['line']}: {each['reason']}" for each in done.rejected)
    for conflict in done.conflicts:
        counts, *others = (
            f"{each['reviewer']} {each['verdict']}" for each in conflict["decisions"]
        )
        yield (
            f"reviewers disagree on {conflict['artwork_id']}: {counts} (latest, takes effect); "
            f"{'; '.join(others)}"
        )


def mapping_init(
    file: Annotated[str, Parameter(help="CSV, JSON, JSON lines or Excel workbook of the catalog.")],
    *,
    to: Annotated[
        Path | None, Parameter(help="The mapping; default: the catalog's name with .toml, here.")
    ] = None,
    encoding: _Encoding = None,
    delimiter: _Between = None,
    sheet: Annotated[str | None, Parameter(help="Sheet of a workbook.")] = None,
    records: Annotated[str | None, Parameter(help="Path of the list within a JSON file.")] = None,
    force: Annotated[bool, Parameter(help="Replace an existing mapping.")] = False,
    json: Json = False,
) -> None:
    """Write a mapping of a museum's file: guessed fields, sample values, columns left over."""
    name = catalog_name(file)
    target = to or Path(f"{name}.toml")
    if target.suffix != ".toml":
        raise SourceError(f"{target} is not the name of a mapping: it must end in .toml")
    if target.exists() and not force:
        raise SourceError(f"{target} already exists: choose another with --to, or add --force")
    rows = open_table(file, FileFormat(encoding, delimiter, sheet, records))
    text = draft(rows, file.rpartition("/")[2], name)
    write_whole(target, [text])
    fields = list(parse_mapping(text, str(target)).fields) if "\nid = " in text else []
    lines = [
        rows.read_as,
        f"wrote {target}: check its fields, then run",
        f"  artcat mapping check {target} {file}",
    ]
    found = {"mapping": str(target), "read_as": rows.read_as, "fields": fields}
    show(found, lines, as_json=json)


def mapping_fields(*, json: Json = False) -> None:
    """List the fields of a mapping, and how a field's value is specified."""
    fields = known_fields()
    options = {name: str(info.description) for name, info in FieldValue.model_fields.items()}
    lines = ['[fields]: a field is the name of a column, a list of names, or { option = "value" }']
    for name, field in fields.items():
        lines += [f"  {name:14} {field.meaning}", f"  {'':14}   {field.example}"]
    lines.append("options of a field")
    lines += [f"  {name:14} {meaning}" for name, meaning in options.items()]
    listed = {name: {"meaning": f.meaning, "example": f.example} for name, f in fields.items()}
    show({"fields": listed, "options": options}, lines, as_json=json)


def mapping_check(
    mapping: Annotated[Path, Parameter(help="The mapping, a TOML file.")],
    catalog: Annotated[str, Parameter(help="The museum's file, or its folder.")],
    *,
    encoding: _Encoding = None,
    delimiter: _Between = None,
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
    if mapping.suffix != ".toml":
        raise SourceError(f"{mapping} is not a mapping: its name must end in .toml")
    source = open_mapped(
        IngestParameters(
            catalog=catalog, source=str(mapping), encoding=encoding, delimiter=delimiter
        )
    )
    found = preview(source, source.default_name, sample)
    show(asdict(found), _preview_lines(found), as_json=json)


def _preview_lines(found: Preview) -> Iterator[str]:
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


def template_check(
    file: Annotated[
        Path | None, Parameter(help="LANGUAGE.j2; default: those of ARTCAT_LANGUAGES.")
    ] = None,
    *,
    json: Json = False,
) -> None:
    """Render sample artworks with description templates, or report errors in them."""
    from models.enrichment.describing import templates  # noqa: PLC0415
    from models.enrichment.template_check import check  # noqa: PLC0415
    from models.enrichment.wording import read  # noqa: PLC0415

    rows, lines = [], []
    for template in templates() if file is None else (read(file, file.stem),):
        samples = check(template)
        row = {name: getattr(template, name) for name in ("language", "file", "digest")}
        rows.append({**row, "samples": samples})
        lines.append(f"{template.file} is valid ({template.language}); {len(samples)} samples, as")
        lines += [f"  {each}" for each in samples[:: max(1, len(samples) // _SAMPLES)]]
    show({"templates": rows}, lines, as_json=json)
