"""Whatever is sent, the answer is a 4xx problem that says what to do: never a 500, never a silent default."""

import json
import socket
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import pytest

from app.resources.registry import COLLECTIONS
from app.serving.protocol import PROTOCOL
from tests.support.schema import SCHEMA, asking, filled
from tests.support.waiting import TIMEOUT

LISTS = [f"/v1/{name}" for name in COLLECTIONS]
DATED = [f"/v1/{name}" for name, resource in COLLECTIONS.items() if "from_" in resource.params.model_fields]
IN_FORCE = [f"/v1/{name}" for name, resource in COLLECTIONS.items() if "in_force_on" in resource.params.model_fields]
NOT_DAYS = ["2017-13", "2017-02-30", "2017-00", "17", "2017-1", "2017-01-01T00:00:00Z", "0000", "12017", "2017~", "x"]


def refused(client: httpx.Client, address: str, parameter: str, status: int = 422) -> str:
    """What the refusal of a parameter says."""
    answer = client.get(address)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    fault: dict[str, Any] = answer.json()["errors"][0]
    assert fault["parameter"] == parameter
    return str(fault["detail"])


def raw(address: str, target: bytes) -> bytes:
    """Status line, headers and body for a request target sent just as it is."""
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=TIMEOUT) as connection:
        connection.sendall(b"GET " + target + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.mark.skipif(PROTOCOL == "auto", reason="httptools is not installed: h11 answers in plain text")
@pytest.mark.parametrize("target", ["/v1/search?q=nucléaire".encode(), b"/v1/search?q=\xe9", "/v1/é".encode(), b"/ /"])
def test_what_no_parser_takes_is_a_problem_too(dossier_address: str, target: bytes) -> None:
    head, _, body = raw(dossier_address, target).partition(b"\r\n\r\n")
    status, *headers = head.decode().split("\r\n")
    answer = json.loads(body)
    assert status == "HTTP/1.1 400 Bad Request"
    assert {"content-type: application/problem+json", "access-control-allow-origin: *", "cache-control: no-store"} <= {
        *headers
    }
    assert f"x-request-id: {answer['instance'].removeprefix('urn:uuid:')}" in headers
    assert answer["type"] == "urn:dossier:problem:bad-request"
    assert answer["detail"].endswith("write letters outside ASCII in percent-encoding, as in %C3%A9.")


@pytest.mark.parametrize("path", LISTS)
def test_a_repeated_scalar_is_refused(dossier: httpx.Client, path: str) -> None:
    assert "more than once" in refused(dossier, f"{path}?limit=1&limit=2", "limit")


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("name", ["limit", "q", "cursor", "sort", "lang", "revision", "as_of", "source"])
@pytest.mark.parametrize("form", ["{}=", "{}", "{}=%20"])
def test_an_empty_value_is_refused(dossier: httpx.Client, path: str, name: str, form: str) -> None:
    assert "has no value" in refused(dossier, f"{path}?{form.format(name)}", name)


@pytest.mark.parametrize("path", DATED)
@pytest.mark.parametrize("name", ["from", "to"])
@pytest.mark.parametrize("value", NOT_DAYS)
def test_what_no_calendar_has_is_refused(dossier: httpx.Client, path: str, name: str, value: str) -> None:
    assert "2017" in refused(dossier, f"{path}?{name}={quote(value)}", name)


@pytest.mark.parametrize("path", IN_FORCE)
@pytest.mark.parametrize("value", [*NOT_DAYS, "2017", "2017-03"])
def test_in_force_on_takes_a_day_alone(dossier: httpx.Client, path: str, value: str) -> None:
    refused(dossier, f"{path}?in_force_on={quote(value)}", "in_force_on")


@pytest.mark.parametrize("path", DATED)
def test_a_window_turned_round_is_refused(dossier: httpx.Client, path: str) -> None:
    assert "exchange" in refused(dossier, f"{path}?from=2018&to=2017", "to")


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("value", ["abc", "%2B%2F", "A" * 2000, "A" * 2001, "bnVsbA", "é", "=", "W10"])
def test_a_broken_cursor_is_refused(dossier: httpx.Client, path: str, value: str) -> None:
    refused(dossier, f"{path}?cursor={quote(value, safe='%')}", "cursor")


def test_a_cursor_of_another_list_or_of_other_filters_is_refused(dossier: httpx.Client) -> None:
    cursor = dossier.get("/v1/actors?limit=1").json()["page"]["next"]
    assert "another list" in refused(dossier, f"/v1/sources?limit=1&cursor={cursor}", "cursor")
    assert "other filters" in refused(dossier, f"/v1/actors?kind=state&cursor={cursor}", "cursor")
    assert "other filters" in refused(dossier, f"/v1/actors?sort=title&cursor={cursor}", "cursor")


@pytest.mark.parametrize("path", LISTS)
def test_an_unknown_or_future_revision_is_not_found(dossier: httpx.Client, path: str) -> None:
    answer = dossier.get(f"{path}?revision=2")
    assert answer.status_code == 404
    assert answer.json()["type"] == "urn:dossier:problem:unknown-revision"


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("value", ["0", "-1", "1.0", "one", "2147483648", "9223372036854775808", "1" * 40])
def test_what_is_no_revision_number_is_refused(dossier: httpx.Client, path: str, value: str) -> None:
    refused(dossier, f"{path}?revision={value}", "revision")


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    "value",
    [
        "2999-01-01T00:00:00Z",
        "2026-11-24",
        "1999-01-01T00:00:00Z",
        "2027-01-01T00:00:00+01:00",
        "now",
        "T",
        "0000-01-01T00:00:00Z",
    ],
)
def test_an_instant_that_cannot_be_answered_for_is_refused(dossier: httpx.Client, path: str, value: str) -> None:
    refused(dossier, f"{path}?as_of={quote(value)}", "as_of")


def test_as_of_beside_revision_is_refused(dossier: httpx.Client) -> None:
    refused(dossier, "/v1/actors?revision=1&as_of=2026-11-30T00:00:00Z", "as_of")


@pytest.mark.parametrize("path", LISTS)
def test_an_unknown_language_names_those_there_are(dossier: httpx.Client, path: str) -> None:
    assert "fr" in refused(dossier, f"{path}?lang=de", "lang")


@pytest.mark.parametrize("path", LISTS)
def test_an_unknown_format_names_those_there_are(dossier: httpx.Client, path: str) -> None:
    assert "json" in refused(dossier, f"{path}?format=xml", "format")


def test_the_nearest_name_is_suggested(dossier: httpx.Client) -> None:
    assert "kind" in refused(dossier, "/v1/actors?kinds=state", "kinds")
    assert "state" in refused(dossier, "/v1/actors?kind=states", "kind")
    assert "north-korea" in refused(dossier, "/v1/timeline-events?actor=north-corea", "actor")


@pytest.mark.parametrize("path", LISTS)
def test_ten_kilobytes_of_words_are_too_many(dossier: httpx.Client, path: str) -> None:
    assert "200" in refused(dossier, f"{path}?q={'a' * 10_000}", "q")


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("q", ['"', "*", "-", "()", "^", "…", '""', "' --"])
def test_words_without_a_letter_are_refused(dossier: httpx.Client, path: str, q: str) -> None:
    refused(dossier, f"{path}?q={quote(q)}", "q")


@pytest.mark.parametrize(
    "q", ['korea"', "a AND", "NEAR(korea", "title_en:korea", "^korea", "-korea", "korea*", "OR", "{x}"]
)
def test_operators_are_plain_text(dossier: httpx.Client, q: str) -> None:
    assert dossier.get("/v1/actors", params={"q": q}).status_code == 200


@pytest.mark.parametrize("value", [b"%ED%A0%80", b"%FF", b"%00", b"%", b"%4", b"a%00b", b"%C0%80"])
def test_what_is_not_text_is_refused(dossier_address: str, value: bytes) -> None:
    answer = raw(dossier_address, b"/v1/actors?q=" + value)
    assert answer.startswith(b"HTTP/1.1 422 ")
    assert b'"parameter": "q"' in answer


@pytest.mark.parametrize(
    "target",
    [b"/v1/actors/..", b"/v1/actors/../../etc/passwd", b"/v1/actors/%00", b"/v1/actors/%2e%2e%2fx", b"/v1/actors/%FF",
     b"/v1/actors/CANADA", b"/v1/actors/" + b"a" * 500, b"/static/..%2f..%2fpyproject.toml", b"/static/../main.py"],
)  # fmt: skip
def test_a_path_that_leads_astray_is_a_problem(dossier_address: str, target: bytes) -> None:
    answer = raw(dossier_address, target)
    assert answer[9:12] in (b"404", b"422")
    assert b"application/problem+json" in answer


def test_an_address_that_is_too_long_is_refused(dossier_address: str) -> None:
    assert raw(dossier_address, b"/v1/actors?q=" + b"a" * 20_000).startswith(b"HTTP/1.1 414 ")


@pytest.mark.parametrize("value", ["yes", "on", "1", "True", "TRUE"])
def test_a_boolean_is_true_or_false(dossier: httpx.Client, value: str) -> None:
    assert "true or false" in refused(dossier, f"/v1/timeline-events?from=2017&certain={value}", "certain")


# What follows asks every operation of the schema, each by the parameters that it takes.
# A value that each scalar takes, for asking with it twice.
GOOD = {
    "q": "korea",
    "from": "2017",
    "to": "2018",
    "in_force_on": "2018-06-12",
    "certain": "true",
    "cumulative": "true",
    "limit": "10",
    "cursor": "abc",
    "revision": "1",
    "as_of": "2026-11-24T00:00:00Z",
    "since": "0",
}
CALLS = [
    (filled(path), parameter)
    for path, methods in SCHEMA["paths"].items()
    for parameter in methods["get"].get("parameters", [])
    if parameter["in"] == "query"
]
PATHS = sorted({path for path, _ in CALLS})  # one test each, since there are thousands of calls
PINNABLE = sorted({path for path, parameter in CALLS if parameter["name"] == "revision"})


def test_the_calls_reach_lists_items_revisions_and_the_service_document() -> None:
    assert {"/v1", "/v1/actors", "/v1/actors/canada", "/v1/revisions", "/v1/revisions/1/canonical"} <= set(PINNABLE)
    assert len(PINNABLE) == 44


def parameters(path: str) -> dict[str, dict[str, Any]]:
    """What an address takes: schema by name."""
    return {one["name"]: one["schema"] for called, one in CALLS if called == path}


def listed(path: str) -> dict[str, dict[str, Any]]:
    """The parameters of an address that take several values: schema of one of them by name."""
    return {name: kind["items"] for name, kind in parameters(path).items() if kind["type"] == "array"}


@pytest.mark.parametrize("path", PATHS)
def test_every_scalar_is_refused_when_given_twice(dossier: httpx.Client, path: str) -> None:
    for name, kind in parameters(path).items():
        if kind["type"] != "array":
            value = kind["enum"][0] if "enum" in kind else GOOD[name]
            detail = refused(dossier, asking(path, f"{name}={value}", f"{name}={value}"), name)
            assert detail == "is given more than once but takes one value"


@pytest.mark.parametrize("path", PATHS)
def test_every_unknown_value_is_refused_with_those_there_are(dossier: httpx.Client, path: str) -> None:
    for name, kind in parameters(path).items():
        if choices := kind.get("items", kind).get("enum"):
            assert refused(dossier, asking(path, f"{name}={choices[0]}x"), name) == (
                f'"{choices[0]}x" is not known. Did you mean {choices[0]}? Allowed: {", ".join(choices)}'
            )


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("form", ["{}=", "{}"])
def test_every_parameter_is_refused_without_a_value(dossier: httpx.Client, path: str, form: str) -> None:
    for name in parameters(path):
        assert refused(dossier, asking(path, form.format(name)), name) == "has no value: give it one, or leave it out"


@pytest.mark.parametrize("path", [path for path in PATHS if listed(path)])
def test_more_values_than_fifty_are_refused(dossier: httpx.Client, path: str) -> None:
    for name, kind in listed(path).items():
        value = kind.get("enum", [{"code": "CA", "currency": "CAD"}.get(name, "canada")])[0]
        detail = refused(dossier, asking(path, *[f"{name}={value}"] * 51), name)
        assert detail.startswith("must have at most 50 values")


def ids_of(path: str) -> list[str]:
    """The parameters of an address that take ids."""
    return [name for name, kind in listed(path).items() if kind.get("maxLength") == 100 and name != "currency"]


@pytest.mark.parametrize("path", [path for path in PATHS if ids_of(path)])
@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("no-such-record", "there is no no-such-record in "),
        ("..", '".." does not have the form that is needed here. For example: '),
        ("Canada", '"Canada" does not have the form that is needed here. For example: '),
        ("a" * 101, "must have at most 100 characters. For example: "),
    ],
)
def test_every_id_that_was_never_published_is_refused(
    dossier: httpx.Client, path: str, value: str, expected: str
) -> None:
    for name in ids_of(path):
        assert refused(dossier, asking(path, f"{name}={value}"), name).startswith(expected)


@pytest.mark.parametrize("path", PINNABLE)
def test_no_answer_speaks_for_tomorrow(dossier: httpx.Client, path: str) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    assert refused(dossier, asking(path, f"as_of={tomorrow:%Y-%m-%dT%H:%M:%SZ}"), "as_of") == (
        "is in the future: give a time up to now"
    )


@pytest.mark.parametrize("path", PINNABLE)
@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0", "must be at least 1. For example: 1"),
        ("99999999999", "must be at most 2147483647. For example: 1"),
        (
            "1" + "0" * 20,
            "must be a whole number in digits, without sign, point, exponent or leading zero. For example: 1",
        ),
        ("%2B1", "must be a whole number in digits, without sign, point, exponent or leading zero. For example: 1"),
        ("1.0", "must be a whole number in digits, without sign, point, exponent or leading zero. For example: 1"),
        ("1e0", "must be a whole number in digits, without sign, point, exponent or leading zero. For example: 1"),
    ],
)
def test_no_answer_speaks_for_what_is_no_revision(dossier: httpx.Client, path: str, value: str, expected: str) -> None:
    assert refused(dossier, asking(path, f"revision={value}"), "revision") == expected


@pytest.mark.parametrize("path", PINNABLE)
def test_no_answer_speaks_for_a_time_before_the_first_revision_or_for_two_times(
    dossier: httpx.Client, path: str
) -> None:
    assert refused(dossier, asking(path, "as_of=2001-01-01T00:00:00Z"), "as_of") == (
        "is before the first revision: see /v1/revisions"
    )
    assert refused(dossier, asking(path, "as_of=2026-11-24T00:00:00Z", "revision=1"), "as_of") == (
        "cannot be combined with revision: give one of the two"
    )


@pytest.mark.parametrize("number", ["0", "-1", "1.0", "+1", "one", "9223372036854775808", "1" + "0" * 30])
@pytest.mark.parametrize("end", ["", "/canonical"])
def test_what_is_no_number_names_no_revision(dossier: httpx.Client, number: str, end: str) -> None:
    refused(dossier, f"/v1/revisions/{quote(number, safe='+')}{end}", "number")


def test_a_cursor_walks_only_the_list_that_gave_it(dossier: httpx.Client) -> None:
    cursors = {path: dossier.get(f"{path}?limit=1").json()["page"]["next"] for path in LISTS}
    for path in [*LISTS, "/v1/revisions"]:
        for origin, cursor in cursors.items():
            if origin != path:
                assert refused(dossier, f"{path}?cursor={cursor}", "cursor") == (
                    f"belongs to another list, {origin.removeprefix('/v1/')}: leave it out"
                )


def test_a_cursor_that_lost_a_character_is_refused(dossier: httpx.Client) -> None:
    cursor = dossier.get("/v1/actors?limit=1").json()["page"]["next"]
    for damaged in (cursor[:-1], cursor[1:], cursor[:9] + cursor[10:], cursor.swapcase(), cursor + cursor):
        assert refused(dossier, f"/v1/actors?cursor={damaged}", "cursor") == (
            "is not a cursor of this service: use page.next unchanged, or leave it out"
        )


@pytest.mark.parametrize("value", [b"%ED%A0%80", b"%FF", b"%00", b"%C3"])
@pytest.mark.parametrize("name", [b"actor", b"cursor", b"lang", b"from", b"as_of", b"limit", b"kind", b"nonsense"])
def test_what_is_not_text_is_refused_in_every_parameter(dossier_address: str, name: bytes, value: bytes) -> None:
    answer = raw(dossier_address, b"/v1/timeline-events?" + name + b"=" + value)
    assert answer.startswith(b"HTTP/1.1 422 ")
    assert b"cannot be read: write it as UTF-8 in percent-encoding (% is %25), without NUL" in answer


def test_bytes_that_no_address_may_have_never_reach_the_service(dossier_address: str) -> None:
    answer = raw(dossier_address, b"/v1/actors?q=\xff")
    assert answer.startswith(b"HTTP/1.1 400 ")  # by the HTTP parser, in its own words
