"""Refuse a catalog from which known artworks have vanished: a broken file looks like that."""

from __future__ import annotations

from itertools import islice

import sql
from catalog.base.errors import SourceError
from catalog.storage import duck

SHRINK = 0.1
"""Part of the works that may be missing, or be there under other ids, without a question."""
REPLACED = 0.5
"""Part of the works that may be gone where as many others have come."""
_SHOWN = 3
_ADVICE = "if that is right, run again with --allow-shrink; nothing was written"


def refuse(connection: duck.DuckDB, name: str) -> None:
    """Refuse rows that lack too many of the works that the catalog had.

    Args:
        connection: with `artworks`, and the rows that were read as `ingested_rows`.
        name: of the catalog.

    Raises:
        SourceError: if over a tenth fewer works are there, if most of the known ids are gone, or if
            over a tenth of the works seem to stand under other ids.
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
