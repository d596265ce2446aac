"""The cookbook: its queries, and the page of results.

`python -m tests.cookbook HOME` regenerates the page from a home that `artcat demo` made.
"""

import re
import sys
from pathlib import Path

import sql
from catalog.publishing import analysts
from catalog.storage import duck
from catalog.storage.store import Store, open_store

PAGE = Path(sql.__file__).parent / "COOKBOOK.md"
FROM_THE_CATALOG = frozenset(range(1, 9))
"""Questions whose answers follow from the sample's facts alone: the same on every machine."""

_HEAD = """# Cookbook

Sixteen queries of the published tables with their results on the sample catalog. To try them, run
`artcat demo --home my-home`, then `artcat sql --home my-home` or `duckdb
my-home/published/artcat.duckdb`, and paste. The first eight results depend only on the catalog; the
others also on models, which differ slightly between kinds of machines.

The queries are in `sql/cookbook/*.sql`. `python -m tests.cookbook my-home` generates this page.
"""


def questions() -> dict[int, str]:
    """The statements by number, each with its question as a comment at the head."""
    names = sql.names("cookbook")
    return {int(name.rpartition("/")[2].partition("_")[0]): sql.text(name) for name in names}


def answer(home: Store, statement: str) -> str:
    with analysts.opened(home) as connection:
        return as_markdown(connection, statement)


def as_markdown(connection: duck.DuckDB, statement: str) -> str:
    found = connection.execute(statement)
    names = [column[0] for column in found.description]
    lines = [names, ["---"] * len(names), *([_cell(v) for v in row] for row in found.fetchall())]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(value: object) -> str:
    if value is None:
        return ""
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return text.replace("|", "\\|").replace("\n", " ")


def on_page(number: int) -> tuple[str, str]:
    found = re.search(
        rf"^## {number}\. .*?\n\n```sql\n(.*?)```\n\n(\|.*?)\n(?:\n|\Z)",
        PAGE.read_text(encoding="utf-8"),
        re.MULTILINE | re.DOTALL,
    )
    assert found, f"{PAGE.name} has no question {number}"
    return found[1], found[2]


def page(home: Store) -> str:
    parts = [_HEAD]
    for number, statement in questions().items():
        comment, body = _divided(statement)
        parts.append(f"## {number}. {comment}\n\n```sql\n{body}```\n\n{answer(home, statement)}\n")
    return "\n".join(parts)


def _divided(statement: str) -> tuple[str, str]:
    lines = statement.splitlines(keepends=True)
    count = sum(line.startswith("--") for line in lines)
    question = " ".join(line.removeprefix("--").strip() for line in lines[:count])
    return question, "".join(lines[count:])


def body_of(statement: str) -> str:
    return _divided(statement)[1]


if __name__ == "__main__":
    PAGE.write_text(page(open_store(sys.argv[1])), encoding="utf-8")
