"""Commands of `artcat review`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from catalog.base.wording import counted
from catalog.enrichment.audits import Audit
from catalog.sources.parameters import HomeParameters, NamedCatalogParameters
from catalog.storage.homes import open_existing_home
from flows import preflight
from flows.cli import output
from flows.cli.commands import Json

if TYPE_CHECKING:
    from models.enrichment.reviewing import ReviewResult

_Home = Annotated[HomeParameters | None, Parameter(name="*")]


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

    from catalog.enrichment.counts import count_artworks  # noqa: PLC0415
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
    if json:
        output.say_json({**asdict(built), "audits": [asdict(each) for each in audits]})
        return
    for each in audits:
        output.say(_audit_line(each))
    left_out = f" ({built.left_out:,} more not shown: raise --works)" if built.left_out else ""
    needed = f"{built.to_decide:,} of them need a decision"
    if not audit:
        needed = count_artworks(home, asked.name).decisions_in_words()
    shown = f"{counted(built.works, 'artwork')}{left_out}"
    output.say(f"{shown}, {needed}; {counted(built.pictures, 'picture')}")
    output.say(f"open {built.page}")


def review_agreement(*, parameters: _Home = None, json: Json = False) -> None:
    """Report how often curators confirmed predictions, by confidence and by month."""
    from models.evaluation.agreement import agreement  # noqa: PLC0415

    found = agreement(open_existing_home((parameters or HomeParameters()).home))
    if json:
        output.say_json(
            {"agreement": [{**asdict(each), "verdict": each.verdict} for each in found]}
        )
        return
    if not found:
        output.say(
            "there are no decisions on predictions yet: run `artcat review build` to create the "
            "review page"
        )
        return
    output.say(f"{'':16} {'decisions':>9} {'right [95 %]':>19} {'confidence':>10}")
    for each in found:
        right = f"{each.agreement:.3f} [{each.lower:.3f}-{each.upper:.3f}]"
        named = each.name or "all"
        output.say(
            f"{named:16} {each.decisions:9,} {right:>19} {each.confidence:10.3f} {each.verdict}"
        )


def review_import(
    file: Annotated[Path, Parameter(help="CSV: artwork_id, reviewer, decided_at, decision, ...")],
    *,
    parameters: _Home = None,
    json: Json = False,
) -> None:
    """Import people's decisions about styles and update their artworks at once."""
    from models.enrichment.reviewing import review_from_file  # noqa: PLC0415

    home = preflight.check_changeable((parameters or HomeParameters()).home)
    done = review_from_file(home, file)
    if json:
        output.say_json(done.summary())
        return
    for line in _lines(done.result):
        output.say(line)


def _audit_line(audit: Audit) -> str:
    """Describe the state of an audit."""
    how = "drawn" if audit.is_new else "continued"
    too_few = ", more than are left here" if audit.undecided < audit.needed else ""
    return (
        f"audit of {audit.catalog}: {audit.artworks:,} artworks {how}, {audit.undecided:,} "
        f"undecided; {audit.needed:,} more confirmations, without a correction, would open the "
        f"catalog{too_few}"
    )


def _lines(done: ReviewResult) -> list[str]:
    """Return lines about the import and about conflicts between reviewers."""
    decisions = ", ".join(f"{count} {name}" for name, count in done.decisions.items())
    known = done.rows - done.new
    lines = [
        f"{counted(done.rows, 'decision')} on {counted(done.works, 'artwork')} "
        f"({decisions or 'none'}): {done.new:,} new, {known:,} already imported; "
        f"{counted(done.enriched_changed, 'artwork')} changed"
    ]
    if done.audited:
        lines.append(
            f"{done.audited:,} of these artworks belong to an audit: run `artcat enrich` to "
            "evaluate it"
        )
    lines += [f"not imported: line {each['line']}: {each['reason']}" for each in done.rejected]
    for conflict in done.conflicts:
        counts, *others = (
            f"{each['reviewer']} {each['verdict']}" for each in conflict["decisions"]
        )
        lines.append(
            f"reviewers disagree on {conflict['artwork_id']}: {counts} (latest, takes effect); "
            f"{'; '.join(others)}"
        )
    return lines
