"""Limits of what an image from the web may cost us and its server."""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class FetchLimits:
    """Limits of downloading; seconds and bytes."""

    max_bytes: int = 64 * MEBIBYTE
    total_seconds: float = 300.0
    """For one image: all tries, redirects and waits together."""
    idle_seconds: float = 20.0
    """Without a byte, or to connect."""
    redirects: int = 5
    tries: int = 5
    first_wait: float = 0.5
    """Before the second try; then twice as long each time, at random below that, and at most..."""
    longest_wait: float = 60.0
    """... this long. A server that asks for more (Retry-After) is not asked again in this run."""
    requests: int = 8
    """At once, to all hosts together."""
    host_requests: int = 4
    """At once, to one host."""
    host_requests_per_second: float = 10.0
    host_failures: int = 16
    """Images in a row that a host did not give: it is then given up for this run."""
