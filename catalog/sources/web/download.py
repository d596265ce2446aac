"""Download an image from the web: conditional, resumed, tried again, bounded."""

from __future__ import annotations

import asyncio
import random
from http import HTTPStatus

import httpx

from catalog.base.errors import ImageError
from catalog.base.wording import one_line
from catalog.sources.web import hosts, responses
from catalog.sources.web.hosts import Host
from catalog.sources.web.limits import FetchLimits
from catalog.sources.web.responses import Partial, TransientFetchError, read_body

_MAX_MESSAGE = 300
_MAX_HOSTS = 256
"""Whose connections are kept: each may be an open socket."""


Downloaded = tuple[bytes | None, str | None]
"""An image file and its validator; no data if it has not changed since last time."""


class Downloader:
    """Downloads images; belongs to one event loop."""

    def __init__(self, limits: FetchLimits, *, allow_private_hosts: bool = False) -> None:
        self.limits = limits
        self.allow_private_hosts = allow_private_hosts
        self._hosts: dict[tuple[str, int | None], Host] = {}
        self._context = httpx.create_ssl_context()

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
        if host.failed_in_a_row >= self.limits.host_failures:
            raise ImageError("unreachable", "skipped: its host failed too many times in a row")
        try:
            done = await self._in_time(address, validator)
        except Exception as error:
            is_answer = isinstance(error, ImageError) and error.status != "unreachable"
            host.failed_in_a_row = 0 if is_answer else host.failed_in_a_row + 1
            raise
        host.failed_in_a_row = 0
        # Of many hosts, those that were used longest ago are forgotten.
        if (excess := len(self._hosts) - _MAX_HOSTS) > 0:
            idle = [key for key, each in self._hosts.items() if each.is_idle][:excess]
            for old in [self._hosts.pop(key) for key in idle]:
                await old.close()
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

    async def _in_time(self, address: str, validator: str | None) -> Downloaded:
        limits, partial = self.limits, Partial()
        try:
            async with asyncio.timeout(limits.total_seconds):
                for number in range(limits.tries - 1):
                    try:
                        return await self._follow(address, validator, partial, number)
                    except TransientFetchError as error:
                        most = min(limits.first_wait * 2**number, limits.longest_wait)
                        wait = random.uniform(0, most) if error.wait is None else error.wait  # noqa: S311
                    await asyncio.sleep(wait)
                return await self._follow(address, validator, partial, limits.tries - 1)
        except TimeoutError as error:
            seconds = f"{limits.total_seconds:g} seconds"
            raise ImageError("unreachable", f"not downloaded within {seconds}") from error
        except TransientFetchError as error:
            raise ImageError("unreachable", str(error)) from error

    async def _follow(
        self, address: str, validator: str | None, partial: Partial, number: int
    ) -> Downloaded:
        """One try: request, follow redirects, read; each hop is checked like the first."""
        url = hosts.parse_address(address)
        headers = responses.headers_for(validator, partial)
        try:
            for _ in range(self.limits.redirects + 1):
                ips = await hosts.resolve(url, allow_private=self.allow_private_hosts)
                host, ip = self._host(url), ips[number % len(ips)]
                async with host.get(url, ip, headers) as response:
                    location = response.headers.get("Location")
                    if response.status_code not in responses.REDIRECTS or location is None:
                        return await self._read(response, host, partial)
                    url = hosts.parse_address(location, url)
        except (TransientFetchError, httpx.HTTPError, OSError) as error:
            if not partial.resumable:
                partial.reset()
            if isinstance(error, TransientFetchError):
                raise
            why = str(error) or type(error).__name__
            raise TransientFetchError(f"the connection failed: {why}") from error
        raise ImageError("unreachable", f"redirected more than {self.limits.redirects} times")

    async def _read(self, response: httpx.Response, host: Host, partial: Partial) -> Downloaded:
        asked = response.request.headers
        is_conditional = "If-None-Match" in asked or "If-Modified-Since" in asked
        if is_conditional and response.status_code == HTTPStatus.NOT_MODIFIED:
            return None, responses.validator_of(response)
        try:
            responses.check(response, partial, self.limits.longest_wait)
        except TransientFetchError as error:
            if error.wait is not None:
                host.pause(error.wait)
            raise
        await read_body(response, partial.body, self.limits.max_bytes)
        partial.check_complete(response)
        return bytes(partial.body), partial.validator
