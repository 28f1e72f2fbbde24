"""What a release has promised is kept by all later ones: its schema, and the answers of pinned addresses."""

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app import __version__
from tests.support.compatibility import breaks
from tests.support.paths import RELEASED, ROOT
from tests.support.schema import DOCUMENT

FIRST = "0.4.0"  # the first release of contract 1.0: what came before was corrected, not kept
RECORDED = sorted(path.parent for path in RELEASED.glob("*/openapi.json"))

releases = pytest.mark.parametrize("recording", RECORDED, ids=lambda folder: folder.name)


def lost(recorded: Any, present: Any, path: str = "") -> Iterator[str]:
    """Where present JSON data lack a recorded member, or differ: one line each. Members may have been added."""
    if isinstance(recorded, dict) and isinstance(present, dict):
        for name, value in recorded.items():
            if name in present:
                yield from lost(value, present[name], f"{path}.{name}")
            else:
                yield f"{path}.{name}: is gone"
    elif isinstance(recorded, list) and isinstance(present, list) and len(recorded) == len(present):
        for place, pair in enumerate(zip(recorded, present, strict=True)):
            yield from lost(*pair, f"{path}[{place}]")
    elif json.dumps(recorded) != json.dumps(present):  # as Python values, true and 1 would be equal
        yield f"{path}: was {json.dumps(recorded)[:200]}, is {json.dumps(present)[:200]}"


def _lines(text: str) -> list[Any]:
    return [json.loads(line) for line in text.split("\n") if line]  # splitlines() would split at U+2028 as well


def data(media_type: str, body: str) -> Any:
    """The data of a body: of JSON and CSV what clients read by name, so that more may come; else its text."""
    match media_type.partition(";")[0]:
        case "application/json" | "application/ld+json":
            return json.loads(body)
        case "application/jsonl":
            return _lines(body)
        case "text/csv":
            table = csv.DictReader(io.StringIO(body, newline=""))
            return {"columns": dict.fromkeys(table.fieldnames or (), "is there"), "rows": list(table)}
    return body


GROWING = ("/v1", "/v1/vocabularies")  # they list what the service has, of which a later release has more


def changed(release: str, recorded: str, present: httpx.Response) -> list[str]:
    """What is wrong with a present answer: within its release any byte that differs, later what is lost."""
    if present.status_code != 200:
        return [f"status {present.status_code}"]
    if release == __version__:
        return [] if present.content == recorded.encode() else ["not the same bytes, and the release is the same"]
    media_type = present.headers["Content-Type"]
    old, new = data(media_type, recorded), data(media_type, present.text)
    return list(lost(old, new))


def kept(release: str, recorded: dict[str, str], client: httpx.Client) -> list[str]:
    """What is wrong with the present answer for a recorded address."""
    present = client.get(recorded["address"])
    if present.url.path in GROWING and has_all(json.loads(recorded["body"]), present.json()):
        return []
    if present.url.path == "/v1/search":
        every = client.get(str(present.url.copy_set_param("limit", 200))).json()["data"]
        return other_matches(json.loads(recorded["body"]), present.json(), every)
    return changed(release, recorded["body"], present)


def other_matches(old: Any, new: Any, every: list[Any]) -> list[str]:
    """What is wrong with a page of a search: it is promised the same matches in all, not their order."""
    present = {(hit["collection"], hit["id"]): hit for hit in every}
    hits = [line for hit in old["data"] for line in lost(hit, present.get((hit["collection"], hit["id"])))]
    return [*hits, *lost(old | {"data": len(old["data"])}, new | {"data": len(new["data"])})]


def has_all(old: Any, new: Any) -> bool:
    """Whether all that an answer had is still in it; its lists may have more."""
    if isinstance(old, dict) and isinstance(new, dict):
        return all(name in new and has_all(part, new[name]) for name, part in old.items())
    if isinstance(old, list) and isinstance(new, list):
        return all(any(has_all(part, other) for other in new) for part in old)
    return bool(old == new)


def test_every_release_is_recorded() -> None:
    released = re.findall(r"^## \[(\d+\.\d+\.\d+)\] - ", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    promised = released[: released.index(FIRST) + 1]  # the newest comes first
    assert set(promised) <= {folder.name for folder in RECORDED}, "make record"


@releases
def test_the_schema_breaks_no_client_of_a_release(recording: Path) -> None:
    assert breaks(json.loads((recording / "openapi.json").read_text()), DOCUMENT) == []


@releases
def test_pinned_answers_stay(recording: Path, dossier: httpx.Client) -> None:
    answers = _lines((recording / "answers.jsonl").read_text())
    faults = {one["address"]: kept(recording.name, one, dossier) for one in answers}
    assert len(faults) == len(answers) > 0
    assert {address: found for address, found in faults.items() if found} == {}


@pytest.mark.parametrize(
    ("recorded", "present", "lines"),
    [
        ({"a": 1}, {"a": 2}, [".a: was 1, is 2"]),
        ({"a": 1}, {"a": "1"}, ['.a: was 1, is "1"']),
        ({"a": 1}, {"a": True}, [".a: was 1, is true"]),
        ({"a": 0}, {"a": None}, [".a: was 0, is null"]),
        ({"a": None}, {}, [".a: is gone"]),
        ({"a": {"b": 1, "c": 2}}, {"a": {"c": 3}}, [".a.b: is gone", ".a.c: was 2, is 3"]),
        ({"a": [1, 2]}, {"a": [1, 3]}, [".a[1]: was 2, is 3"]),
        ({"a": [1, 2]}, {"a": [2, 1]}, [".a[0]: was 1, is 2", ".a[1]: was 2, is 1"]),
        ({"a": [1, 2]}, {"a": [1]}, [".a: was [1, 2], is [1]"]),
        ({"a": []}, {"a": [1]}, [".a: was [], is [1]"]),
        ({"a": {}}, {"a": []}, [".a: was {}, is []"]),
        ([{"a": 1}], [{"b": 1}], ["[0].a: is gone"]),
        ("text", "texts", [': was "text", is "texts"']),
    ],
)
def test_what_is_lost_or_different_is_found(recorded: Any, present: Any, lines: list[str]) -> None:
    assert list(lost(recorded, present)) == lines


def test_a_search_may_have_another_order_and_no_other_matches() -> None:
    one, two, three = ({"collection": "actors", "id": id, "title": id} for id in ("one", "two", "three"))
    page = {"data": [one, two], "page": {"total": 3}}
    assert other_matches(page, page | {"data": [three, one]}, [three, one, two]) == []
    assert other_matches(page, page, [three, one]) == [f": was {json.dumps(two)}, is null"]
    assert other_matches(page, page, [one, two | {"title": "2"}]) == ['.title: was "two", is "2"']
    assert other_matches(page, {"data": [one, two], "page": {"total": 2}}, [one, two]) == [".page.total: was 3, is 2"]
    assert other_matches(page, page | {"data": [one]}, [one, two]) == [".data: was 2, is 1"]


@pytest.mark.parametrize(
    ("recorded", "present"),
    [
        ({}, {"a": 1}),
        ({"a": {"b": [{"c": None}]}}, {"z": 0, "a": {"b": [{"d": 1, "c": None}], "e": 1}}),
        ([1, "a", None, True, 1.5], [1, "a", None, True, 1.5]),
    ],
)
def test_what_was_added_is_not_lost(recorded: Any, present: Any) -> None:
    assert list(lost(recorded, present)) == []


@pytest.mark.parametrize(
    ("media_type", "recorded", "present", "lines"),
    [
        ("application/json", '{"a":1}', '{ "b": 2, "a": 1 }', []),
        ("application/json; charset=utf-8", '{"a":1}', "{}", [".a: is gone"]),
        ("application/jsonl", '{"a":1}\n{"a":2}\n', '{"a":1,"b":1}\n{"a":2}\n', []),
        ("application/jsonl", '{"a":1}\n{"a":2}\n', '{"a":1}\n', [': was [{"a": 1}, {"a": 2}], is [{"a": 1}]']),
        ("application/jsonl", '{"a":1}\n{"a":2}\n', '{"a":1}\n{"b":2}\n', ["[1].a: is gone"]),
        ("text/csv; charset=utf-8", 'a,b\r\n1,"2\n,"\r\n', 'c,b,a\r\n3,"2\n,",1\r\n', []),
        ("text/csv; charset=utf-8", "a,b\r\n1,2\r\n", "a,b\r\n1,3\r\n", ['.rows[0].b: was "2", is "3"']),
        ("text/csv; charset=utf-8", "a,b\r\n", "a\r\n", [".columns.b: is gone"]),
        ("text/calendar", "BEGIN\r\n", "BEGIN\r\nEND\r\n", [': was "BEGIN\\r\\n", is "BEGIN\\r\\nEND\\r\\n"']),
    ],
)
def test_each_format_is_compared_by_what_clients_read(
    media_type: str, recorded: str, present: str, lines: list[str]
) -> None:
    answer = httpx.Response(200, content=present.encode(), headers={"Content-Type": media_type})
    assert changed("0.0.1", recorded, answer) == lines


def test_within_a_release_every_byte_counts() -> None:
    answer = httpx.Response(200, content=b'{"a":1,"b":2}', headers={"Content-Type": "application/json"})
    assert changed(__version__, '{"a":1,"b":2}', answer) == []
    assert changed(__version__, '{"a":1}', answer) == ["not the same bytes, and the release is the same"]


def test_a_refusal_is_not_the_answer() -> None:
    assert changed("0.0.1", "{}", httpx.Response(410, content=b"{}")) == ["status 410"]
