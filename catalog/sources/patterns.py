"""Regular expressions of mappings, judged by the engine that will apply them."""

from __future__ import annotations

import re

import duckdb

_LOOKS, _KEEPS = ("(?=", "(?!", "(?<=", "(?<!"), ("*+", "++", "?+", "}+", "(?>")
_NO_GROUPS = re.compile(r"\\.|\[\^?\]?[^\]]*\]", re.DOTALL)
_GROUP = re.compile(r"\((?!\?)|\(\?P?<")
_REFERENCE = re.compile(r"\\(.?)", re.DOTALL)


def check_pattern(pattern: str, replace: str) -> int:
    """Return how many groups a pattern has.

    Raises:
        ValueError: unless DuckDB's engine, RE2, can use it and its replacement.
    """
    try:
        duckdb.sql(
            "SELECT regexp_full_match(given, $pattern) FROM (VALUES (''), ('a')) AS rows(given)",
            params={"pattern": pattern},
        ).fetchall()
    except duckdb.Error as error:
        reason = " ".join(str(error).split())[:200].removeprefix("Invalid Input Error: ")
        raise ValueError(f"pattern: {reason}{_advice(pattern)}") from error
    # A reference to no group would write the replacement as it stands.
    groups = sum(1 for _ in _GROUP.finditer(_NO_GROUPS.sub("", pattern)))
    for sign in _REFERENCE.findall(replace):
        if sign != "\\" and not (sign in "0123456789" and sign and int(sign) <= groups):
            raise ValueError(f"replace: the pattern has {groups} groups, and none is \\{sign}")
    return groups


def _advice(pattern: str) -> str:
    if any(sign in pattern for sign in _LOOKS):
        return " (it looks ahead or behind, which RE2 does not do)"
    if any(sign in pattern for sign in _KEEPS):
        return " (it is possessive or atomic, which RE2 does not do)"
    if re.search(r"\\[1-9]", pattern):
        return " (it refers back to a group, which RE2 does not do)"
    return ""
