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
from contextlib import aclosing, asynccontextmanager

import httpx

from catalog.base.errors import ImageError
from catalog.sources.web.limits import FetchLimits

_LAST_PORT = 65_535
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def parse_address(text: str, redirecting: httpx.URL | None = None) -> httpx.URL:
    """Return a web address, or where another one redirects to, if a request may be sent to it.

    Raises:
        ImageError: with status `refused`, for another scheme than http and https, for credentials,
            or if it is not an address.
    """
    what = "redirected to an invalid"
    try:
        target = str(redirecting.join(text)) if redirecting else text
        what = "not a web"
        url = httpx.URL(target)
        host = url.host  # decodes IDNA, which an `xn--` label may not be
    except (httpx.InvalidURL, ValueError) as error:
        raise ImageError("refused", f"{what} address: {error}") from error
    if url.scheme not in {"http", "https"} or not host:
        raise ImageError("refused", "only http:// and https:// addresses are supported")
    if url.port is not None and not 0 < url.port <= _LAST_PORT:
        raise ImageError("refused", f"invalid port {url.port}")
    if url.userinfo:
        raise ImageError("refused", "the address contains a user name or password")
    return url


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
        self.failed_in_a_row = 0
        """Images that could not be had, without a clear answer."""
        self._limits = limits
        self._slots = asyncio.Semaphore(limits.host_requests)
        self._next = 0.0
        self._requests = 0
        # Connections of each host apart: they are kept by IP address, which hosts may share.
        # A transport, not a client: no proxy, no .netrc, no cookies, and no opinion on redirects,
        # so that the address requested is the one checked.
        self._transport = httpx.AsyncHTTPTransport(verify=context, trust_env=False)

    @property
    def is_idle(self) -> bool:
        """Whether it has no open requests and no recent failures."""
        return not self._requests and not self.failed_in_a_row

    def pause(self, seconds: float) -> None:
        """Send no requests for some seconds, as the server asked."""
        self._next = max(self._next, asyncio.get_running_loop().time() + seconds)

    @asynccontextmanager
    async def get(
        self, url: httpx.URL, ip: str, headers: dict[str, str]
    ) -> AsyncIterator[httpx.Response]:
        """Ask for an address at one of its IP addresses, when it is our turn; not yet read."""
        timeout = httpx.Timeout(self._limits.idle_seconds, pool=None).as_dict()
        request = httpx.Request(
            "GET",
            url.copy_with(host=ip, fragment=None),
            headers={"Host": url.netloc.decode("ascii"), **headers},
            extensions={"sni_hostname": url.raw_host.decode("ascii"), "timeout": timeout},
        )
        self._requests += 1
        try:
            async with self._slots:
                now = asyncio.get_running_loop().time()
                turn = max(now, self._next)
                self._next = turn + 1 / self._limits.host_requests_per_second
                await asyncio.sleep(turn - now)
                async with aclosing(await self._transport.handle_async_request(request)) as answer:
                    answer.request = request
                    yield answer
        finally:
            self._requests -= 1

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.aclose()
