"""Which addresses a source may have: public ones, looked at when the connection is made."""

import socket
import time
from typing import Any

import pytest

from app.messages import message
from app.publishing import public_addresses
from app.publishing.fetch import Limits, SourceUnavailable, fetch
from app.publishing.public_addresses import is_public
from tests.support.source_server import Handler, SourceServer
from tests.support.waiting import TIMEOUT


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "192.0.1.1", "198.20.0.1", "2606:4700::1111", "2a00::1", "64:ff9b::808:808"]
)
def test_a_public_address_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0", "0.1.2.3", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.9.9.9", "169.254.169.254", "172.16.0.1",
        "172.31.255.255", "192.0.0.1", "192.0.0.9", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1",
        "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1", "100::1", "2001::1", "2001:20::1", "2001:db8::1", "2002:7f00:1::1", "3fff::1", "5f00::1",
        "fc00::1", "fd12::1", "fe80::1", "fe80::1%1", "fec0::1", "ff02::1", "ff0e::1",
    ],
)  # fmt: skip
def test_an_address_for_a_purpose_of_its_own_is_not_public(address: str) -> None:
    assert not is_public(address)


def refusal(address: str, *, timeout: float = TIMEOUT) -> str:
    with pytest.raises(SourceUnavailable) as caught:
        fetch(address, Limits(timeout, 1000))
    return message(caught.value)


class Names:
    """Replaces the resolver: what each host name leads to, each time that it is asked for."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.addresses: dict[str, list[list[str]]] = {}
        self.asked: list[str] = []
        self.connected: list[str] = []
        self._real = socket.getaddrinfo
        monkeypatch.setattr("socket.getaddrinfo", self.look_up)

    def look_up(self, host: Any, port: Any, *args: Any, **options: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name not in self.addresses:
            return self._real(host, port, *args, **options)
        self.asked.append(name)
        answers = self.addresses[name]
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        return [one for text in found for one in self._real(text, port, *args, **options)]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    return Names(monkeypatch)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.1", "0", "[::1]", "[::ffff:127.0.0.1]",
     "[::ffff:7f00:1]", "169.254.169.254", "10.0.0.1"],
)  # fmt: skip
def test_no_spelling_of_an_address_that_is_not_public_is_reached(host: str) -> None:
    assert "which is not a public address; --allow-private-addresses allows it" in refusal(f"http://{host}:9/")


@pytest.mark.parametrize("host", ["0177.0.0.1", "①②⑦.0.0.1"])
def test_a_spelling_that_the_web_does_not_know_is_refused(host: str) -> None:
    assert refusal(f"http://{host}:9/").endswith("is not a web address")


def test_a_name_that_leads_to_one_private_address_among_others_is_refused(names: Names) -> None:
    names.addresses["rebind.example"] = [["93.184.215.14", "10.0.0.7"]]
    assert refusal("http://rebind.example/") == (
        "http://rebind.example/ is at 10.0.0.7, which is not a public address; --allow-private-addresses allows it"
    )


def test_a_redirect_to_a_private_address_is_not_followed(
    server: SourceServer, names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public_addresses, "is_public", lambda address: address == "127.0.0.1")
    address = server.put(b"", 302, Location="http://169.254.169.254/latest/meta-data/")
    assert refusal(address).startswith("http://169.254.169.254/latest/meta-data/ is at 169.254.169.254, which is not")


def test_a_name_is_resolved_once_for_check_and_connection(
    server: SourceServer, names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.put(b"A war.", Content_Type="text/plain")
    port = server.address.rpartition(":")[2]
    names.addresses["rebind.example"] = [["127.0.0.1"], ["10.0.0.7"]]
    monkeypatch.setattr(public_addresses, "is_public", lambda address: address == "127.0.0.1")
    assert fetch(f"http://rebind.example:{port}/", Limits(TIMEOUT, 1000)).blocks[0].text == "A war."
    assert names.asked == ["rebind.example"]


def test_the_host_that_was_asked_for_is_named_to_the_server(server: SourceServer, names: Names) -> None:
    hosts: list[str | None] = []

    def answer(handler: Handler) -> None:
        hosts.append(handler.headers["Host"])
        handler.answer(b"A war.", Content_Type="text/plain")

    server.answers["/"] = answer
    port = server.address.rpartition(":")[2]
    names.addresses["page.example"] = [["127.0.0.1"]]
    fetch(f"http://page.example:{port}/", Limits(TIMEOUT, 1000, allow_private=True))
    assert hosts == [f"page.example:{port}"]


def test_the_next_address_of_a_host_is_tried(server: SourceServer, names: Names) -> None:
    server.put(b"A war.", Content_Type="text/plain")
    port = server.address.rpartition(":")[2]
    names.addresses["page.example"] = [["127.0.0.2", "127.0.0.1"]]
    limits = Limits(TIMEOUT, 1000, allow_private=True)
    assert fetch(f"http://page.example:{port}/", limits).blocks[0].text == "A war."


def test_the_time_limit_holds_for_a_name_server_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*_: object, **__: object) -> list[object]:
        time.sleep(2)
        return []

    monkeypatch.setattr("socket.getaddrinfo", slow)
    begun = time.monotonic()
    assert "gave no complete answer within 0.2 s" in refusal("http://slow.example/", timeout=0.2)
    assert time.monotonic() - begun < 1.5


def test_no_proxy_of_the_environment_is_asked(server: SourceServer, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    server.answers["/"] = lambda handler: asked.append(handler.path)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, server.address)
    assert "is not a public address" in refusal("http://10.0.0.7/")
    assert asked == []
