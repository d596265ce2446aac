"""The review page of an audit: exactly the artworks that were drawn, in random order."""

from __future__ import annotations

from collections.abc import Callable

from catalog.base.errors import ArtcatError
from catalog.enrichment.audits import Audit, artworks_of, prepare_audits
from catalog.enrichment.enriched import EnrichmentScope
from catalog.storage.store import Store
from models.versions import registry, serving
from reports.review.build import Built, build
from reports.review.content import Chosen


def build_audit(
    home: Store,
    catalog: str | None,
    artworks: int,
    progress: Callable[[int], object] = lambda _: None,
    *,
    new_sample: bool = False,
) -> tuple[list[Audit], Built]:
    """Draw audits, or continue unfinished ones, and write their page: see `prepare_audits`.

    Raises:
        ArtcatError: if there is no model, or no catalog needs an audit.
        StoreError: if the home cannot be read or written.
    """
    champion = registry.champion(home)
    served = serving.read(home, champion) if champion else None
    if champion is None or served is None:
        raise ArtcatError("no model has predicted styles here yet: run `artcat enrich` first")
    scope = EnrichmentScope(catalog, served.classifier_key)
    audits = prepare_audits(home, scope, champion, artworks, new_sample=new_sample)
    drawn = artworks_of(home, audits)
    needed = "; ".join(
        f"{audit.catalog}: {audit.artworks:,} artworks; {audit.needed:,} decisions "
        "without a mistake of the model open the catalog"
        for audit in audits
    )
    chosen = Chosen(
        tuple(drawn),
        f"Audit of {', '.join(audit.catalog for audit in audits)}",
        f"A random sample of confident predictions. {needed}. Decide all of them, also where the "
        "model is wrong: only then does the sample show how often it is right.",
    )
    return audits, build(home, catalog, len(drawn), progress, chosen)
