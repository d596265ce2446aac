"""Redirects, and addresses that must not be requested."""

import pytest

from catalog.sources.web import hosts
from tests.catalog.images.web_server import Answer, picture


def moved(location, status=302):
    return Answer(status, headers={"Location": location})


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed(web, open_web, status):
    web.answers["/old.jpg"] = [moved("/new/1.jpg?size=full#top", status)]
    web.answers["/new/1.jpg?size=full"] = [picture(b"image")]
    assert open_web().fetch(web.address("/old.jpg"), None, None).data == b"image"


def test_redirects_are_followed_five_times_and_no_more(web, open_web, failure):
    for number in range(6):
        web.answers[f"/{number}"] = [moved(f"/{number + 1}")]
    web.answers["/6"] = [picture(b"image")]
    assert open_web().fetch(web.address("/1"), None, None).data == b"image"
    many = ("unreachable", "redirected more than 5 times")
    assert failure(open_web(), web.address("/0")) == many


@pytest.mark.parametrize(
    "location",
    [
        *("http://127.0.0.2:{port}/1.jpg", "http://[::1]:{port}/1.jpg", "http://10.0.0.1/1.jpg"),
        *("http://[::ffff:127.0.0.2]:{port}/1.jpg", "http://2130706434:{port}/1.jpg"),
        *("http://0x7f.2:{port}/1.jpg", "http://169.254.169.254/latest/meta-data/"),
    ],
)
def test_a_redirect_into_the_private_network_is_refused(
    web, open_web, failure, location, monkeypatch
):
    """The test's own server stands for a public one."""
    is_public = hosts.is_public
    monkeypatch.setattr(hosts, "is_public", lambda ip: ip == "127.0.0.1" or is_public(ip))
    web.answers["/1.jpg"] = [moved(location.format(port=web.port))]
    status, message = failure(open_web(allow_private_hosts=False), web.address("/1.jpg"))
    assert (status, len(web.requests)) == ("refused", 1)
    assert message.endswith("which is not public")


def test_private_hosts_are_refused_unless_allowed(web, open_web, failure):
    web.answers["/1.jpg"] = [picture(b"image")]
    for address in (web.address("/1.jpg"), f"http://localhost:{web.port}/1.jpg"):
        assert failure(open_web(allow_private_hosts=False), address)[0] == "refused"
        assert open_web().fetch(address, None, None).data == b"image"
    assert len(web.requests) == 2


@pytest.fixture
def lookup(monkeypatch):
    """Lets every name be at these addresses, or unknown; the names that are looked up."""
    names = []

    def at(*ips):
        async def getaddrinfo(_, host, port, **__):
            names.append(host)
            if not ips:
                raise OSError("Name or service not known")
            return [(0, 0, 0, "", (ip, port)) for ip in ips]

        monkeypatch.setattr("asyncio.base_events.BaseEventLoop.getaddrinfo", getaddrinfo)
        return names

    return at


def test_a_name_that_has_a_private_address_among_others_is_refused(open_web, failure, lookup):
    lookup("93.184.216.34", "192.168.0.7")
    told = "museum.example is at 192.168.0.7, which is not public"
    images = open_web(allow_private_hosts=False)
    assert failure(images, "http://museum.example/1.jpg") == ("refused", told)


def test_the_name_is_looked_up_once_so_that_it_cannot_change(web, open_web, lookup):
    """What is asked is the address that was checked, by the host's own name."""
    names = lookup("127.0.0.1")
    web.answers["/1.jpg"] = [picture(b"image")]
    address = f"http://museum.example:{web.port}/1.jpg"
    assert open_web().fetch(address, None, None).data == b"image"
    assert names.count("museum.example") == 1
    assert web.requests[0][1]["Host"] == f"museum.example:{web.port}"


def test_an_unknown_host(open_web, failure, lookup):
    lookup()
    told = "the connection failed: Name or service not known"
    assert failure(open_web(tries=2), "http://museum.example/1.jpg") == ("unreachable", told)


PUBLIC = ["93.184.216.34", "2606:2800:220:1::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]


@pytest.mark.parametrize("ip", PUBLIC)
def test_public_addresses(ip):
    assert hosts.is_public(ip)


@pytest.mark.parametrize(
    "ip",
    """0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 127.255.0.9 169.254.169.254 172.16.0.1 172.31.255.255
    192.0.0.1 192.0.2.1 192.168.1.1 198.18.0.1 198.51.100.7 203.0.113.9 224.0.0.1 239.1.1.1
    240.0.0.1 255.255.255.255 :: ::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 64:ff9b::7f00:1 64:ff9b::a00:1
    2002:7f00:1:: 2001:db8::1 2001::1 fc00::1 fd12::1 fe80::1 fe80::1%eth0 ff02::1""".split(),
)
def test_addresses_that_are_not_public(ip):
    assert not hosts.is_public(ip)
