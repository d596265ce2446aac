"""Guard against catalogs from which known artworks have vanished, as in a broken file."""

from __future__ import annotations

from itertools import islice

import sql
from catalog.base.errors import SourceError
from catalog.storage import duck

SHRINK = 0.1
"""Share of artworks that may be missing, or have other ids, without being refused."""
REPLACED = 0.5
"""Share of artworks that may be gone if as many others have come."""
_SHOWN = 3
_ADVICE = "if that is right, run again with --allow-shrink; nothing was written"


def refuse(connection: duck.DuckDB, name: str) -> None:
    """Refuse rows that lack too many of the catalog's known artworks.

    Args:
        connection: with `artworks`, and the rows that were read as `ingested_rows`.
        name: of the catalog.

    Raises:
        SourceError: if over a tenth fewer works are there, if most of the known ids are gone, or if
            over a tenth of the artworks seem to have other ids.
    """
    before, after, gone = connection.execute(
        "WITH now_there AS (SELECT artwork_id FROM ingested_rows WHERE outcome = 'artwork'), "
        "known AS (SELECT artwork_id FROM artworks WHERE catalog = $catalog AND removed_at IS NULL)"
        " SELECT (SELECT count(*) FROM known), (SELECT count(*) FROM now_there), "
        "(SELECT count(*) FROM known ANTI JOIN now_there USING (artwork_id))",
        {"catalog": name},
    ).fetchall()[0]
    if after < (1 - SHRINK) * before:
        raise SourceError(
            f"the catalog {name} has {after:,} works now and had {before:,}: {_ADVICE}"
        )
    if gone > SHRINK * before:
        _refuse_other_ids(connection, name, before, gone)


def _refuse_other_ids(connection: duck.DuckDB, name: str, before: int, gone: int) -> None:
    pairs = connection.execute(sql.text("artworks/vanished"), {"catalog": name}).fetchall()
    renamed = sum(was is not None and now is not None for was, now in pairs)
    if gone <= REPLACED * before and renamed <= SHRINK * before:
        return
    was = ", ".join(repr(id) for id in islice((w for w, _ in pairs if w is not None), _SHOWN))
    now = ", ".join(repr(id) for id in islice((n for _, n in pairs if n is not None), _SHOWN))
    same = f", of which {renamed:,} seem to be there under another id" if renamed else ""
    raise SourceError(
        f"{gone:,} of the {before:,} works of the catalog {name} are gone{same}: ids looked like "
        f"{was} and look like {now} now; {_ADVICE}"
    )
