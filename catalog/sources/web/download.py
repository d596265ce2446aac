"""Download an image from the web: conditional, resumed, tried again, bounded."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import httpx
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception_type,
    stop_after_attempt,
    wait_random_exponential,
)

from catalog.base.errors import ImageError
from catalog.base.wording import one_line
from catalog.sources.web import hosts, responses
from catalog.sources.web.hosts import Host
from catalog.sources.web.limits import FetchLimits
from catalog.sources.web.responses import Partial, TransientFetchError, read_body

_MAX_MESSAGE = 300
_MAX_HOSTS = 256
"""Whose connections are kept: each may be an open socket."""


@dataclass(frozen=True)
class Downloaded:
    """An image file and its validator; no data if it has not changed since last time."""

    data: bytes | None
    validator: str | None


class Downloader:
    """Downloads images; belongs to one event loop."""

    def __init__(self, limits: FetchLimits, *, allow_private_hosts: bool = False) -> None:
        self.limits = limits
        self.allow_private_hosts = allow_private_hosts
        self._hosts: dict[tuple[str, int | None], Host] = {}
        self._context = httpx.create_ssl_context()
        self._backoff = wait_random_exponential(limits.first_wait, limits.longest_wait)

    async def download(self, address: str, validator: str | None = None) -> Downloaded:
        """Download an image unless it is as it was.

        Args:
            address: http or https.
            validator: what came with it the last time (ETag or Last-Modified), if it is held.

        Raises:
            ImageError: with status `missing`, `unreachable`, `too_large`, `unsupported` or
                `refused`, and a message of one line; nothing else, whatever a server answers.
        """
        try:
            return await self._download(address, validator)
        except ImageError as error:
            raise ImageError(error.status, one_line(error, _MAX_MESSAGE)) from error
        except Exception as error:  # one server must not end the run for all others
            message = one_line(error, _MAX_MESSAGE)
            why = f"the answer cannot be used: {type(error).__name__}: {message}"
            raise ImageError("unreachable", why) from error

    async def _download(self, address: str, validator: str | None) -> Downloaded:
        host = self._host(hosts.parse_address(address))
        if host.is_blocked:
            raise ImageError("unreachable", "skipped: its host failed too many times in a row")
        try:
            done = await self._in_time(address, validator)
        except Exception as error:
            host.record_result(isinstance(error, ImageError) and error.status != "unreachable")
            raise
        host.record_result(True)
        await self._forget_hosts()
        return done

    async def close(self) -> None:
        """Close all connections."""
        for host in self._hosts.values():
            await host.close()

    def _host(self, url: httpx.URL) -> Host:
        key = (url.host.lower(), url.port)
        host = self._hosts.pop(key, None) or Host(self.limits, self._context)
        self._hosts[key] = host  # the last one is the one that was used last
        return host

    async def _forget_hosts(self) -> None:
        """Close the connections to the hosts that were used longest ago, if there are many."""
        if len(self._hosts) <= _MAX_HOSTS:
            return
        idle = [key for key, host in self._hosts.items() if host.is_idle]
        for key in idle[: len(self._hosts) - _MAX_HOSTS]:
            await self._hosts.pop(key).close()

    async def _in_time(self, address: str, validator: str | None) -> Downloaded:
        seconds = self.limits.total_seconds
        try:
            async with asyncio.timeout(seconds):
                return await self._with_tries(address, validator)
        except TimeoutError as error:
            raise ImageError("unreachable", f"not downloaded within {seconds:g} seconds") from error
        except TransientFetchError as error:
            raise ImageError("unreachable", str(error)) from error

    async def _with_tries(self, address: str, validator: str | None) -> Downloaded:
        partial = Partial()
        tries = AsyncRetrying(
            retry=retry_if_exception_type(TransientFetchError),
            stop=stop_after_attempt(self.limits.tries),
            wait=self._wait,
            reraise=True,
        )
        number = 0

        async def again() -> Downloaded:
            nonlocal number
            number += 1
            return await self._follow(address, validator, partial, number)

        return await tries(again)

    def _wait(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, TransientFetchError) and error.wait is not None:
            return error.wait
        return self._backoff(state)

    async def _follow(
        self, address: str, validator: str | None, partial: Partial, number: int
    ) -> Downloaded:
        """One try: request, follow redirects, read; each hop is checked like the first."""
        url = hosts.parse_address(address)
        headers = responses.headers_for(validator, partial)
        try:
            for _ in range(self.limits.redirects + 1):
                ips = await hosts.resolve(url, allow_private=self.allow_private_hosts)
                host = self._host(url)
                async with host.get(url, ips[(number - 1) % len(ips)], headers) as response:
                    location = response.headers.get("Location")
                    if response.status_code not in responses.REDIRECTS or location is None:
                        return await self._read(response, host, partial)
                    url = hosts.join_address(url, location)
        except TransientFetchError:
            partial.reset_unless_resumable()
            raise
        except (httpx.HTTPError, OSError) as error:
            partial.reset_unless_resumable()
            why = str(error) or type(error).__name__
            raise TransientFetchError(f"the connection failed: {why}") from error
        raise ImageError("unreachable", f"redirected more than {self.limits.redirects} times")

    async def _read(self, response: httpx.Response, host: Host, partial: Partial) -> Downloaded:
        if responses.is_unchanged(response):
            return Downloaded(None, responses.validator_of(response))
        try:
            responses.check(response, partial, self.limits.longest_wait)
        except TransientFetchError as error:
            if error.wait is not None:
                host.pause(error.wait)
            raise
        await read_body(response, partial.body, self.limits.max_bytes)
        partial.check_complete(response)
        return Downloaded(bytes(partial.body), partial.validator)
