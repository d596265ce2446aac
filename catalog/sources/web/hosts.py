"""Manners towards a web server: how many requests at once, how many a second, when to let it be."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from catalog.sources.web.limits import FetchLimits


class Host:
    """One web server: its connections, and the turns in which it is asked."""

    def __init__(self, limits: FetchLimits, context: ssl.SSLContext) -> None:
        self._limits = limits
        self._slots = asyncio.Semaphore(limits.host_requests)
        self._next = 0.0
        self._failed_in_a_row = 0
        self._requests = 0
        # Connections of each host apart: they are kept by IP address, which hosts may share.
        # A transport, not a client: no proxy, no .netrc, no cookies, and no opinion on redirects,
        # so that what is asked is what was checked.
        self._transport = httpx.AsyncHTTPTransport(verify=context, trust_env=False)

    @property
    def given_up(self) -> bool:
        """Whether so many images in a row could not be had that no more are asked for."""
        return self._failed_in_a_row >= self._limits.host_failures

    @property
    def can_be_forgotten(self) -> bool:
        """Whether nothing is asked of it now, and nothing is held against it."""
        return not self._requests and not self._failed_in_a_row

    def reached(self, reached: bool) -> None:
        """Note whether an image, or a clear answer, could be had."""
        self._failed_in_a_row = 0 if reached else self._failed_in_a_row + 1

    def rest(self, seconds: float) -> None:
        """Ask nothing for a while: the server wants it so."""
        self._next = max(self._next, asyncio.get_running_loop().time() + seconds)

    @asynccontextmanager
    async def get(
        self, url: httpx.URL, ip: str, headers: dict[str, str]
    ) -> AsyncIterator[httpx.Response]:
        """Ask for an address at one of its IP addresses, when it is our turn; not yet read."""
        self._requests += 1
        try:
            async with self._slots, self._answer(url, ip, headers) as response:
                yield response
        finally:
            self._requests -= 1

    @asynccontextmanager
    async def _answer(
        self, url: httpx.URL, ip: str, headers: dict[str, str]
    ) -> AsyncIterator[httpx.Response]:
        await self._turn()
        timeout = httpx.Timeout(self._limits.idle_seconds, pool=None)
        request = httpx.Request(
            "GET",
            url.copy_with(host=ip, fragment=None),
            headers={"Host": url.netloc.decode("ascii"), **headers},
            extensions={
                "sni_hostname": url.raw_host.decode("ascii"),
                "timeout": timeout.as_dict(),
            },
        )
        response = await self._transport.handle_async_request(request)
        response.request = request
        try:
            yield response
        finally:
            await response.aclose()

    async def _turn(self) -> None:
        now = asyncio.get_running_loop().time()
        turn = max(now, self._next)
        self._next = turn + 1 / self._limits.host_requests_per_second
        await asyncio.sleep(turn - now)

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.aclose()
