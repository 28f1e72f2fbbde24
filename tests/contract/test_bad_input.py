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
from tests.support.problems import in_both
from tests.support.schema import SCHEMA, asking, choices, example_of, parameters_of
from tests.support.waiting import TIMEOUT

LISTS = [f"/v1/{name}" for name in COLLECTIONS]
# A value that each scalar takes, for asking with it twice
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
    "fold": "true",
    "name": "Komid",
    "threshold": "0.8",
}
QUERIES: dict[str, dict[str, Any]] = {  # by address of every operation, the schemas of the parameters of its query
    example_of(path): {one["name"]: one["schema"] for one in parameters_of(path) if one["in"] == "query"}
    for path in SCHEMA["paths"]
}
PATHS = sorted(path for path in QUERIES if QUERIES[path])  # one test each, since there are thousands of requests


def taking(*names: str) -> list[str]:
    """The addresses that take all these parameters."""
    return [path for path in PATHS if QUERIES[path].keys() >= {*names}]


def refused(client: httpx.Client, address: str, parameter: str, status: int = 422) -> str:
    """What the refusal of a parameter says in English. The one in French has the same codes and other words."""
    english, _ = in_both(client, address)
    assert english["status"] == status, english
    fault: dict[str, Any] = english["errors"][0]
    assert fault["parameter"] == parameter
    return str(fault["detail"])


def raw(address: str, target: bytes) -> bytes:
    """Status line, headers and body for a request target sent just as it is."""
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=TIMEOUT) as connection:
        connection.sendall(b"GET " + target + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.mark.skipif(PROTOCOL == "auto", reason="httptools is not installed: h11 answers in plain text")
@pytest.mark.parametrize("target", ["/v1/search?q=nucléaire".encode(), b"/v1/search?q=\xe9", "/v1/é".encode()])
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


def test_every_kind_of_address_is_asked() -> None:
    addresses = {"/v1", "/v1/actors", "/v1/actors/canada", "/v1/revisions", "/v1/revisions/1/canonical"}
    assert addresses <= set(taking("revision"))
    assert len(taking("revision")) == 51


@pytest.mark.parametrize("path", PATHS)
def test_every_scalar_is_refused_when_given_twice(dossier: httpx.Client, path: str) -> None:
    for name, schema in QUERIES[path].items():
        if schema["type"] != "array":
            value = choices(schema)[0] if choices(schema) else GOOD[name]
            detail = refused(dossier, asking(path, f"{name}={value}", f"{name}={value}"), name)
            assert detail == "is given more than once but takes one value"


@pytest.mark.parametrize("path", PATHS)
def test_every_unknown_value_is_refused_with_those_there_are(dossier: httpx.Client, path: str) -> None:
    for name, schema in QUERIES[path].items():
        if known := choices(schema):
            assert refused(dossier, asking(path, f"{name}={known[0]}x"), name) == (
                f'"{known[0]}x" is not known. Did you mean {known[0]}? Allowed: {", ".join(known)}'
            )


@pytest.mark.parametrize("path", PATHS)
def test_every_parameter_is_refused_without_a_value(dossier: httpx.Client, path: str) -> None:
    for name in QUERIES[path]:
        for form in (f"{name}=", name, f"{name}=%20"):
            assert refused(dossier, asking(path, form), name) == "has no value: give it one, or leave it out"


@pytest.mark.parametrize("path", PATHS)
def test_more_values_than_the_bound_are_refused_and_a_repeated_one_is_taken(dossier: httpx.Client, path: str) -> None:
    for name, schema in QUERIES[path].items():
        if schema["type"] != "array" or name == "fields":
            continue
        most = 200 if name == "id" else 50
        if choices(schema) or name in ("code", "currency"):
            value = (choices(schema) or [{"code": "CA", "currency": "CAD"}[name]])[0]
            many = [f"{name}={value}"] * (most + 1)
            assert refused(dossier, asking(path, *many), name).startswith(f"must have at most {most} values")
            assert dossier.get(asking(path, *many[:most])).status_code == 200
            assert dossier.get(asking(path, f"{name}={value},{value}")).status_code == 200
        else:
            several = [f"{name}=x-{number}" for number in range(most + 1)]
            assert refused(dossier, asking(path, *several), name).startswith(f"must have at most {most} values")
            assert refused(dossier, asking(path, *several[:most]), name).startswith("there is no x-0 in ")


def ids_of(path: str) -> list[str]:
    """The parameters of an address that take ids."""
    arrays = ((name, schema["items"]) for name, schema in QUERIES[path].items() if schema["type"] == "array")
    return [name for name, item in arrays if item.get("maxLength") == 100]


@pytest.mark.parametrize("path", [path for path in PATHS if ids_of(path)])
def test_every_id_that_was_never_published_is_refused(dossier: httpx.Client, path: str) -> None:
    for name in ids_of(path):
        for value, words in (
            ("no-such-record", "there is no no-such-record in "),
            ("..", "there is no .. in "),
            ("No-Such-Record.", "there is no No-Such-Record. in "),
            ("a" * 101, f"there is no {'a' * 100} in "),
        ):
            assert refused(dossier, asking(path, f"{name}={value}"), name).startswith(words)


def test_the_nearest_name_is_suggested(dossier: httpx.Client) -> None:
    assert "kind" in refused(dossier, "/v1/actors?kinds=state", "kinds")
    assert "state" in refused(dossier, "/v1/actors?kind=states", "kind")
    assert "north-korea" in refused(dossier, "/v1/timeline-events?actor=north-corea", "actor")
    assert refused(dossier, "/v1/timeline-events?kind=nuclear-test,sumit", "kind").startswith(
        '"sumit" is not known. Did you mean summit? '
    )


@pytest.mark.parametrize("wrong", ["North-Korea", "north_korea", "north%20korea", "north-korea.", "NORTH-KOREA"])
def test_an_id_written_otherwise_gets_the_right_one_as_a_hint(dossier: httpx.Client, wrong: str) -> None:
    assert refused(dossier, f"/v1/timeline-events?actor={wrong}", "actor").endswith(": did you mean north-korea?")
    assert refused(dossier, f"/v1/actors?id=canada,{wrong}", "id").endswith(": did you mean north-korea?")
    for path in (f"/v1/actors/{wrong}", f"/v1/actors/{wrong}/history"):
        answer = dossier.get(path)
        assert answer.status_code == 404
        assert answer.json()["type"] == "urn:dossier:problem:unknown-record"
        assert answer.json()["detail"].endswith(" Did you mean /v1/actors/north-korea?")


@pytest.mark.parametrize(
    ("path", "right"),
    [
        ("/v1/actors/", "/v1/actors"),
        ("/v1/actors/canada/", "/v1/actors/canada"),
        ("/v1/actors/canada/history/", "/v1/actors/canada/history"),
        ("/v1/Actors", "/v1/actors"),
        ("/V1/actors/Canada", "/v1/actors/canada"),
        ("/v1/", "/v1"),
        ("/openapi.json/", "/openapi.json"),
        ("/v1/vocabulary", "/v1/vocabularies"),
        ("/v1/revisions/1/", "/v1/revisions/1"),
        ("/health/ready/", "/health/ready"),
    ],
)
def test_a_path_written_otherwise_gets_the_right_one_as_a_hint(dossier: httpx.Client, path: str, right: str) -> None:
    answer = dossier.get(path)
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:dossier:problem:unknown-path")
    assert answer.json()["detail"] == f"Nothing is at {path}. Did you mean {right}?"
    assert dossier.get(right).status_code == 200


@pytest.mark.parametrize("path", PATHS)
def test_several_values_are_joined_by_commas_or_repeated(dossier: httpx.Client, path: str) -> None:
    for name, schema in QUERIES[path].items():
        if schema["type"] == "array" and len(values := choices(schema)[:2]) == 2:
            more = ["format=csv"] if name == "fields" else []
            joined = dossier.get(asking(path, f"{name}={','.join(values)}", *more))
            repeated = dossier.get(asking(path, *[f"{name}={value}" for value in values], *more))
            assert joined.status_code == repeated.status_code == 200
            if name != "limit" and "next" not in joined.links:
                assert joined.content == repeated.content


# The example of designations was not there at the revision of the other examples.
EARLY = [path for path in PATHS if not path.startswith("/v1/designations/un-")]


@pytest.mark.parametrize("path", [path for path in taking("as_of") if path in EARLY])
def test_an_instant_may_have_its_plus_sent_as_it_is(dossier: httpx.Client, path: str) -> None:
    for plus in ("+", "%2B"):
        answer = dossier.get(asking(path, f"as_of=2026-11-24T00:00:00{plus}00:00"))
        assert (answer.status_code, answer.headers["dataset-revision"]) == (200, "1")


@pytest.mark.parametrize("path", EARLY)
def test_all_examples_of_an_operation_together_have_an_answer(dossier: httpx.Client, path: str) -> None:
    """Importers such as those of Postman and Bruno send all of them at once."""
    operation = next(found for found in SCHEMA["paths"] if example_of(found) == path)
    sent = []
    for parameter in parameters_of(operation):
        schema = parameter["schema"]
        examples = [parameter["example"]] if "example" in parameter else schema.get("examples", [])
        if parameter["in"] == "query" and examples:
            assert parameter["name"] not in ("cursor", "as_of", "fields")
            values = examples[0] if isinstance(examples[0], list) else [examples[0]]
            texts = [value if isinstance(value, str) else json.dumps(value) for value in values]
            sent.append(f"{parameter['name']}={','.join(texts)}")
    answer = dossier.get(f"{path.partition('?')[0]}?{'&'.join(sent)}")
    assert answer.status_code == 200, answer.text


NOT_DAYS = ["2017-13", "2017-02-30", "2017-00", "17", "2017-1", "2017-01-01T00:00:00Z", "0000", "12017", "2017~", "x"]


@pytest.mark.parametrize("path", taking("from", "to"))
def test_a_window_takes_days_of_the_calendar_in_their_order(dossier: httpx.Client, path: str) -> None:
    for name in ("from", "to"):
        for value in NOT_DAYS:
            assert "2017" in refused(dossier, asking(path, f"{name}={value}"), name)
    assert "exchange" in refused(dossier, asking(path, "from=2018", "to=2017"), "to")


@pytest.mark.parametrize("path", taking("in_force_on"))
def test_in_force_on_takes_a_day_alone(dossier: httpx.Client, path: str) -> None:
    for value in (*NOT_DAYS, "2017", "2017-03"):
        refused(dossier, f"{path}?in_force_on={value}", "in_force_on")


@pytest.mark.parametrize("name", ["certain", "cumulative"])
def test_a_boolean_is_true_or_false(dossier: httpx.Client, name: str) -> None:
    for value in ("yes", "on", "1", "True", "TRUE"):
        assert "true or false" in refused(dossier, f"/v1/funding-records?from=2017&{name}={value}", name)


@pytest.mark.parametrize("path", taking("q"))
def test_words_are_at_most_200_characters_with_a_letter_among_them(dossier: httpx.Client, path: str) -> None:
    address = path.partition("?")[0]
    assert (
        refused(dossier, f"{address}?q={'a' * 10_000}", "q") == "must have at most 200 characters. For example: korea"
    )
    for q in ('"', "*", "-", "()", "^", "…", '""', "' --"):
        assert refused(dossier, f"{address}?q={quote(q)}", "q").startswith("has no letter or digit to search for: ")


NO_CURSOR = "is not a cursor of this service: use page.next unchanged, or leave it out"


@pytest.mark.parametrize("path", taking("cursor"))
def test_a_broken_cursor_is_refused(dossier: httpx.Client, path: str) -> None:
    for value in ("abc", "%2B%2F", "A" * 500, "A" * 501, "bnVsbA", "%C3%A9", "=", "W10"):
        assert refused(dossier, asking(path, f"cursor={value}"), "cursor") == NO_CURSOR
    assert refused(dossier, asking(path, f"cursor={'A' * 513}"), "cursor").startswith("must have at most 512 ")


def test_a_cursor_that_lost_a_character_is_refused(dossier: httpx.Client) -> None:
    cursor = dossier.get("/v1/actors?limit=1").json()["page"]["next"]
    for damaged in (cursor[:-1], cursor[1:], cursor[:9] + cursor[10:], cursor.swapcase(), cursor + cursor):
        assert refused(dossier, f"/v1/actors?cursor={damaged}", "cursor") == NO_CURSOR


def test_a_cursor_walks_only_the_list_that_gave_it(dossier: httpx.Client) -> None:
    cursors = {path: dossier.get(f"{path}?limit=1").json()["page"]["next"] for path in LISTS}
    for path in [*LISTS, "/v1/revisions"]:
        for origin, cursor in cursors.items():
            if origin != path:
                assert refused(dossier, f"{path}?cursor={cursor}", "cursor") == (
                    f"belongs to another list, {origin.removeprefix('/v1/')}: leave it out"
                )


DIGITS = "must be a whole number in digits, without sign, point, exponent or leading zero. For example: 1"
INSTANT = "is not a time in UTC: write it like 2026-11-23T12:00:00Z"


@pytest.mark.parametrize("path", taking("revision"))
def test_no_answer_is_given_for_what_is_no_revision(dossier: httpx.Client, path: str) -> None:
    for value, words in {
        "0": "must be at least 1. For example: 1",
        "99999999999": "must be at most 2147483647. For example: 1",
        "2147483648": "must be at most 2147483647. For example: 1",
        "9223372036854775808": "must be at most 2147483647. For example: 1",
        **dict.fromkeys(["1" + "0" * 20, "1" * 40], "must be at most 2147483647. For example: 1"),
        **dict.fromkeys(["%2B1", "-1", "1.0", "1e0", "one", "01"], DIGITS),
    }.items():
        assert refused(dossier, asking(path, f"revision={value}"), "revision") == words


@pytest.mark.parametrize("path", taking("as_of"))
def test_no_answer_is_given_for_an_instant_that_is_none_or_not_known(dossier: httpx.Client, path: str) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    for value, words in {
        **dict.fromkeys(["2026-11-24", "2027-01-01T00:00:00%2B01:00", "now", "T", "0000-01-01T00:00:00Z"], INSTANT),
        "1999-01-01T00:00:00Z": "is before the first revision: see /v1/revisions",
        "2999-01-01T00:00:00Z": "is in the future: give a time up to now",
        f"{tomorrow:%Y-%m-%dT%H:%M:%SZ}": "is in the future: give a time up to now",
        "2026-11-24T00:00:00Z&revision=1": "cannot be combined with revision: give one of the two",
    }.items():
        assert refused(dossier, asking(path, f"as_of={value}"), "as_of") == words


@pytest.mark.parametrize(
    "target",
    [b"/v1/actors/..", b"/v1/actors/../../etc/passwd", b"/v1/actors/%00", b"/v1/actors/%2e%2e%2fx", b"/v1/actors/%FF",
     b"/v1/actors/CANADA", b"/v1/actors/" + b"a" * 500, b"/static/..%2f..%2fpyproject.toml", b"/static/../main.py"],
)  # fmt: skip
def test_a_path_that_leads_astray_is_a_problem(dossier_address: str, target: bytes) -> None:
    answer = raw(dossier_address, target)
    assert answer[9:12] in (b"404", b"422")
    assert b"application/problem+json" in answer


@pytest.mark.parametrize(
    "name", [b"q", b"actor", b"cursor", b"lang", b"from", b"as_of", b"limit", b"kind", b"nonsense"]
)
def test_what_is_not_text_is_refused_in_every_parameter(dossier_address: str, name: bytes) -> None:
    for value in (b"%ED%A0%80", b"%FF", b"%00", b"%C3", b"%", b"%4", b"a%00b", b"%C0%80"):
        answer = raw(dossier_address, b"/v1/timeline-events?" + name + b"=" + value)
        assert answer.startswith(b"HTTP/1.1 422 ")
        assert b'"parameter": "' + name in answer
        assert b"cannot be read: write it as UTF-8 in percent-encoding (% is %25), without NUL" in answer
