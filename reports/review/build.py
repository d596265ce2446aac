"""Building of the site: content-addressed pictures and data first, the page that names them last.

So readers see one complete site, and a killed build leaves the previous one;
the same command completes it. Files that the new page does not name are removed at the end.
"""

from __future__ import annotations

import json
import logging
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.resources import files

from jinja2 import Environment, StrictUndefined

from catalog.base.arrow import values
from catalog.base.errors import ArtcatError, StoreError
from catalog.base.hashing import key_of, sha256_of
from catalog.enrichment.audits import Audit, artworks_of, prepare_audits
from catalog.enrichment.enriched import EnrichmentScope
from catalog.images.shards import read_shard
from catalog.storage.store import Store
from models.versions import serving
from models.versions.registry import CLASSIFIER
from reports.review.content import Chosen, gather, listed

FOLDER = "reports/review"
PAGE = f"{FOLDER}/index.html"
SCRIPTS = ("data", "decisions", "decisions_file", "filters", "work", "list", "correction", "review")
"""Scripts, in the order in which the page runs them."""
CHUNK = 50
"""Artworks per data file, which is fetched when one of them is shown."""
_TOGETHER = 16
"""Objects written concurrently, since S3 is slow for each."""
_LOG = logging.getLogger(__name__)
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Built:
    """What was written."""

    page: str
    works: int
    left_out: int
    """Artworks beyond the requested number."""
    to_decide: int
    """Artworks that need a decision, including those left out."""
    pictures: int
    removed: int
    """Files of an earlier build."""


def build(
    home: Store,
    catalog: str | None = None,
    shown: int = 5000,
    progress: Callable[[int], object] = lambda _: None,
    chosen: Chosen | None = None,
) -> Built:
    """Write the site into the home's `reports/review/`.

    It shows at most `shown` artworks, those that need a decision first, or exactly the chosen
    ones. `progress` is called with the number of processed images.

    Raises:
        StoreError: if the home cannot be read or written.
    """
    content = gather(home, catalog, shown, chosen.artwork_ids if chosen else None)
    before = {info.key for info in home.list(FOLDER)}
    pictures = _write_pictures(home, content["pictures"], before, progress)
    works = content["works"]
    left_out = content["all_works"] - len(works)
    for each in [*works, *(neighbour for work in works for neighbour in work["near"])]:
        if each["picture"] not in pictures:  # it could not be written
            each["picture"] = None
    chunks = [
        _write(home, "works", _call("chunk", number, works[start : start + CHUNK]), "js")
        for number, start in enumerate(range(0, len(works), CHUNK))
    ]
    assets = [
        *(_write(home, name, _asset(f"{name}.js"), "js") for name in SCRIPTS),
        _write(home, "review", _asset("review.css"), "css"),
    ]
    listing = {
        # Decisions in a browser belong to a home, whichever build of its page they were made on
        "home": key_of("review", home.uri)[:16],
        "chunk": CHUNK,
        "chunks": chunks,
        "styles": content["styles"],
        "left_out": left_out,
        # Decisions that were imported need not stay in the browser
        "reviews": [
            [work["id"], each["reviewer"], each["decided_at"]]
            for work in works
            for each in work["reviews"]
        ],
        "works": [listed(work) for work in works],
    }
    index = _write(home, "index", _call("index", listing), "js")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    *scripts, style = assets
    page = environment.from_string(_asset("index.html.j2").decode()).render(
        home=home.uri,
        style=style,
        scripts=[scripts[0], index, *scripts[1:]],
        heading=chosen.heading if chosen else "Review styles",
        explained=chosen.explained if chosen else None,
    )
    home.write(PAGE, page.encode())
    keep = {PAGE, *(f"{FOLDER}/{name}" for name in (*assets, *chunks, index))}
    keep |= {_picture(digest) for digest in pictures}
    old = sorted(before - keep)
    _each(home.delete, old)
    return Built(
        home.uri_of(PAGE),
        len(works),
        left_out,
        content["to_decide"],
        len(pictures),
        len(old),
    )


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
    served = serving.read_champions(home).get(CLASSIFIER)
    if served is None:
        raise ArtcatError("no model has predicted styles here yet: run `artcat enrich` first")
    scope = EnrichmentScope(catalog, served.classifier_key)
    audits = prepare_audits(home, scope, served.model_version, artworks, new_sample=new_sample)
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


def _write_pictures(
    home: Store, shards: Mapping[str, str], before: set[str], progress: Callable[[int], object]
) -> set[str]:
    """Write missing pictures, from their shards by digest; return the digests of all that exist."""
    by_shard: dict[str, list[str]] = defaultdict(list)
    there: set[str] = set()
    for digest, shard in shards.items():
        if not _SHA256.fullmatch(digest):
            continue
        if _picture(digest) in before:
            there.add(digest)
        else:
            by_shard[shard].append(digest)
    progress(len(there))
    for shard, wanted in sorted(by_shard.items()):
        there |= _pictures_of(home, shard, set(wanted))
        progress(len(wanted))
    return there


def _pictures_of(home: Store, shard: str, wanted: Set[str]) -> set[str]:
    """Write pictures of a shard; a lost shard costs its pictures, not the page."""
    try:
        rows = read_shard(home, shard)
    except StoreError as error:
        if home.exists(shard):
            raise
        _LOG.warning("%s; until then its works are shown without pictures", error)
        return set()
    images = zip(values(rows, "sha256"), values(rows, "image"), strict=True)
    found = {digest: image for digest, image in images if digest in wanted}
    _each(lambda digest: home.write(_picture(digest), found[digest]), sorted(found))
    return set(found)


def _picture(digest: str) -> str:
    return f"{FOLDER}/pictures/{digest}.jpg"


def _each(do: Callable[[str], object], keys: Sequence[str]) -> None:
    with ThreadPoolExecutor(_TOGETHER) as pool:
        for _ in pool.map(do, keys):
            pass


def _write(home: Store, name: str, data: bytes, ending: str) -> str:
    """Write a file under a content-addressed name; return the name within the site."""
    folder = "data" if name in {"index", "works"} else "page"
    file = f"{folder}/{name}-{sha256_of(data)[:16]}.{ending}"
    home.write(f"{FOLDER}/{file}", data)
    return file


def _call(name: str, *given: object) -> bytes:
    """Return a script with data as ASCII JSON, in which nothing can end the script."""
    data = ", ".join(
        json.dumps(each, separators=(",", ":")).replace("<", "\\u003c") for each in given
    )
    return f"artcat.data.{name}({data});\n".encode()


def _asset(name: str) -> bytes:
    return (files("reports.review") / "page" / name).read_bytes()
