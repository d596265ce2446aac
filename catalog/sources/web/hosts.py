"""Web servers: allowed addresses, and request rates.

A catalog is an untrusted file: an address in it, or one that a server redirects to, must not lead
to requests to services inside our own network.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from catalog.base.errors import ImageError
from catalog.sources.web.limits import FetchLimits

_LAST_PORT = 65_535
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def parse_address(text: str) -> httpx.URL:
    """Return a web address if its text allows a request to it.

    Raises:
        ImageError: with status `refused`, for another scheme than http and https, for credentials,
            or if it is not an address.
    """
    try:
        url = httpx.URL(text)
        host = url.host  # decodes IDNA, which an `xn--` label may not be
    except (httpx.InvalidURL, ValueError) as error:
        raise ImageError("refused", f"not a web address: {error}") from error
    if url.scheme not in {"http", "https"} or not host:
        raise ImageError("refused", "only http:// and https:// addresses are supported")
    if url.port is not None and not 0 < url.port <= _LAST_PORT:
        raise ImageError("refused", f"invalid port {url.port}")
    if url.userinfo:
        raise ImageError("refused", "the address contains a user name or password")
    return url


def join_address(url: httpx.URL, location: str) -> httpx.URL:
    """Return where a redirect leads; raises ImageError as `parse_address` does."""
    try:
        return parse_address(str(url.join(location)))
    except (httpx.InvalidURL, ValueError) as error:
        raise ImageError("refused", f"redirected to an invalid address: {error}") from error


async def resolve(url: httpx.URL, *, allow_private: bool) -> list[str]:
    """Return the IP addresses of an address's host; a request must go to one of these and no other.

    Raises:
        ImageError: with status `refused`, if one of them is not public.
        OSError: if the name is not known.
    """
    port = url.port or (443 if url.scheme == "https" else 80)
    try:
        found = await asyncio.get_running_loop().getaddrinfo(
            url.raw_host.decode("ascii"), port, type=socket.SOCK_STREAM
        )
    except UnicodeError as error:
        raise ImageError("refused", f"{url.host} is not a valid host name") from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not addresses:
        raise OSError(f"{url.host} has no address")
    for address in addresses:
        if not (allow_private or is_public(address)):
            raise ImageError("refused", f"{url.host} is at {address}, which is not public")
    return addresses


def is_public(address: str) -> bool:
    """Return whether an IP address is one of the public internet.

    Not loopback, private, link-local, shared, multicast or reserved; an IPv4 address inside an
    IPv6 one is checked itself.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


class Host:
    """One web server: its connections, and the turns of requests to it."""

    def __init__(self, limits: FetchLimits, context: ssl.SSLContext) -> None:
        self._limits = limits
        self._slots = asyncio.Semaphore(limits.host_requests)
        self._next = 0.0
        self._failed_in_a_row = 0
        self._requests = 0
        # Connections of each host apart: they are kept by IP address, which hosts may share.
        # A transport, not a client: no proxy, no .netrc, no cookies, and no opinion on redirects,
        # so that the address requested is the one checked.
        self._transport = httpx.AsyncHTTPTransport(verify=context, trust_env=False)

    @property
    def is_blocked(self) -> bool:
        """Whether too many images in a row have failed, so that no more are requested."""
        return self._failed_in_a_row >= self._limits.host_failures

    @property
    def is_idle(self) -> bool:
        """Whether it has no open requests and no recent failures."""
        return not self._requests and not self._failed_in_a_row

    def record_result(self, reached: bool) -> None:
        """Note whether an image, or a clear answer, could be had."""
        self._failed_in_a_row = 0 if reached else self._failed_in_a_row + 1

    def pause(self, seconds: float) -> None:
        """Send no requests for some seconds, as the server asked."""
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
            extensions={"sni_hostname": url.raw_host.decode("ascii"), "timeout": timeout.as_dict()},
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
