"""Client address: who counts as one client, and which header is believed."""

import pytest

from app.serving.client_address import ClientAddresses
from app.settings import Settings

PROXIES = "127.0.0.1,10.0.0.0/8,fd00::/8"


def group(peer: str, *lines: str, name: str = "x-forwarded-for", proxies: str | None = PROXIES) -> bytes:
    settings = Settings(trusted_proxies=proxies, proxy_header=name)
    return ClientAddresses(settings).group(peer, [(name.encode(), line.encode()) for line in lines])


CLIENT = group("203.0.113.7")


def test_an_address_is_its_own_client() -> None:
    assert group("203.0.113.8") != CLIENT == bytes([203, 0, 113, 7])


def test_one_network_of_64_bits_is_one_client_in_ipv6() -> None:
    assert group("2001:db8:0:1::1") == group("2001:db8:0:1:ffff::2")
    assert group("2001:db8:0:1::1") != group("2001:db8:0:2::1")


def test_ipv4_in_ipv6_is_the_same_client() -> None:
    assert group("::ffff:203.0.113.7") == CLIENT


@pytest.mark.parametrize("peer", ["", "/run/socket", "testclient"])
def test_a_peer_without_an_ip_address_is_one_client(peer: str) -> None:
    assert group(peer) == b""


def test_the_header_of_a_stranger_is_not_believed() -> None:
    assert group("203.0.113.7", "198.51.100.1") == CLIENT
    assert group("203.0.113.7", "198.51.100.1", proxies=None) == CLIENT
    assert group("127.0.0.1", "198.51.100.1", proxies=None) == bytes([127, 0, 0, 1])


@pytest.mark.parametrize(
    "lines",
    [
        ["203.0.113.7"],
        ["203.0.113.7:4711"],
        ["::ffff:203.0.113.7"],
        ["[::ffff:203.0.113.7]:4711"],
        ["198.51.100.1, 203.0.113.7"],
        ["198.51.100.1", "203.0.113.7"],
        ["unknown, 203.0.113.7"],
        [" 203.0.113.7 ,10.1.2.3"],
        ["203.0.113.7, 10.1.2.3, fd00::1"],
        ["198.51.100.1," * 20_000 + "203.0.113.7"],
    ],
)
def test_the_client_is_the_last_address_that_is_no_trusted_proxy(lines: list[str]) -> None:
    assert group("127.0.0.1", *lines) == CLIENT


def test_the_first_address_is_the_client_where_all_are_trusted() -> None:
    assert group("127.0.0.1", "10.1.2.3, 10.9.9.9") == bytes([10, 1, 2, 3])


@pytest.mark.parametrize("line", ["", "unknown", "_hidden", "x" * 5_000, "203.0.113.7, unknown", "1.2.3", "-1", "\0"])
def test_what_names_no_address_leaves_the_proxy_as_the_client(line: str) -> None:
    assert group("127.0.0.1", line) == bytes([127, 0, 0, 1])


def test_an_address_that_the_limit_of_reading_cuts_does_not_count() -> None:
    line = "203.0.113.77," + "10.1.2.3," * 55 + "10.9.9.9"
    assert 512 < len(line) < 512 + len("203.0.113.77")
    assert group("127.0.0.1", line) == bytes([10, 1, 2, 3])


@pytest.mark.parametrize(
    "lines",
    [
        ["for=203.0.113.7"],
        ['For="203.0.113.7:4711";proto=https'],
        ['by=10.0.0.1; for="203.0.113.7"'],
        ["for=198.51.100.1, for=203.0.113.7, for=10.0.0.9"],
        ['for="a,b, for=203.0.113.7'],
    ],
)
def test_forwarded_is_read_where_the_settings_name_it(lines: list[str]) -> None:
    assert group("127.0.0.1", *lines, name="forwarded") == CLIENT


def test_ipv6_in_forwarded_is_in_brackets() -> None:
    assert group("127.0.0.1", 'for="[2001:db8::1]:4711"', name="forwarded") == group("2001:db8::1")


def test_the_header_that_the_proxy_does_not_set_is_not_believed() -> None:
    addresses = ClientAddresses(Settings(trusted_proxies=PROXIES))
    lines = [(b"forwarded", b"for=198.51.100.1"), (b"x-forwarded-for", b"203.0.113.7")]
    assert addresses.group("127.0.0.1", lines) == CLIENT
