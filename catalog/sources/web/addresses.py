"""Which web addresses may be asked for an image, and the IP addresses behind them.

A catalog is a file from elsewhere: an address in it, or one that a server redirects to, must not
make us ask services inside our own network.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket

import httpx

from catalog.base.errors import ImageError

_LAST_PORT = 65_535
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def parse_address(text: str) -> httpx.URL:
    """A web address that may be asked, as far as its text tells.

    Raises:
        ImageError: with status `refused`, for another scheme than http and https, for credentials,
            or if it is no address.
    """
    try:
        url = httpx.URL(text)
        host = url.host  # decodes IDNA, which an `xn--` label may not be
    except (httpx.InvalidURL, ValueError) as error:
        raise ImageError("refused", f"no web address: {error}") from error
    if url.scheme not in {"http", "https"} or not host:
        raise ImageError("refused", "only http:// and https:// addresses are asked")
    if url.port is not None and not 0 < url.port <= _LAST_PORT:
        raise ImageError("refused", f"there is no port {url.port}")
    if url.userinfo:
        raise ImageError("refused", "the address holds a user name or password")
    return url


def join_address(url: httpx.URL, location: str) -> httpx.URL:
    """Where a redirect leads; raises ImageError as `parse_address` does."""
    try:
        return parse_address(str(url.join(location)))
    except (httpx.InvalidURL, ValueError) as error:
        raise ImageError("refused", f"redirected to no web address: {error}") from error


async def resolve(url: httpx.URL, *, allow_private: bool) -> list[str]:
    """The IP addresses of an address's host; a request must go to one of these and no other.

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
        raise ImageError("refused", f"{url.host} is no name of a host") from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not addresses:
        raise OSError(f"{url.host} has no address")
    for address in addresses:
        if not (allow_private or is_public(address)):
            raise ImageError("refused", f"{url.host} is at {address}, which is not public")
    return addresses


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet.

    Not loopback, private, link-local, shared, multicast or reserved; an IPv4 address inside an
    IPv6 one is judged as itself.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved
