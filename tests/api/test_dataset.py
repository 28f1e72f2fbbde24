"""Downloads of the whole dataset: their content, one build for many requests, and how they are sent."""

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import BaseModel

from app import __version__
from app.formats.columns import types_in
from app.main import create_app
from app.model.fields import Bilingual, BilingualAddress
from app.model.provisions import Wording
from app.reading.dump import SQLITE_VERSION
from app.resources.registry import COLLECTIONS
from app.store import file_cache
from tests.support.servers import client_of, settings_for
from tests.support.waiting import TIMEOUT, eventually
from tests.support.world import World, refused, tag

SQLITE, JSONL = "/v1/dataset.sqlite", "/v1/dataset.jsonl"
VARIANTS = {SQLITE: f"sqlite-sqlite{SQLITE_VERSION}", JSONL: "jsonl"}  # what the bytes depend on
BOTH = pytest.mark.parametrize("path", [SQLITE, JSONL])
# The standard library's own SQLite is older than ours, and both may not open one file in one process.
READ = """
import json, sqlite3, sys
file = sqlite3.connect(sys.argv[1])
file.row_factory = sqlite3.Row
print(json.dumps([[dict(row) for row in file.execute(query)] for query in sys.argv[2:]]))
"""
ASK = """
import asyncio, hashlib, os, sys
from pathlib import Path
import httpx
from app.store import file_cache
from app.main import create_app
{before}
async def ask():
    transport = httpx.ASGITransport(create_app())
    headers = {{"Accept-Encoding": "identity"}}
    async with httpx.AsyncClient(transport=transport, base_url="http://dossier", headers=headers) as client:
        for path in sys.argv[1:]:
            answer = await client.get(path)
            print(answer.status_code, hashlib.sha256(answer.content).hexdigest(), flush=True)
asyncio.run(ask())
"""


@pytest.fixture
def api(world: World) -> Iterator[httpx.Client]:
    """A client of a server of its own, whose downloads are kept next to the database of this test."""
    with client_of(create_app(settings_for(world.db.path))) as client:
        yield client


def folder(world: World) -> Path:
    return world.db.path.with_name("world.db-downloads")


def files(world: World) -> list[str]:
    return sorted(path.name for path in folder(world).iterdir() if path.name != "dossier-lock")


def lines(client: httpx.Client, path: str = JSONL) -> list[Any]:
    return [json.loads(line) for line in client.get(path).raise_for_status().text.splitlines()]


def spoken(value: Any, lang: str) -> Any:
    """A value with every text in one language."""
    if isinstance(value, dict):
        return value[lang] if value.keys() == {"en", "fr"} else {key: spoken(one, lang) for key, one in value.items()}
    return [spoken(one, lang) for one in value] if isinstance(value, list) else value


def pages(client: httpx.Client, collection: str, lang: str) -> list[Any]:
    """All records of a list as JSON pages give them."""
    cursor: str | None = ""
    rows: list[Any] = []
    while cursor is not None:
        answer = client.get(f"/v1/{collection}?sort=id&limit=200&lang={lang}{cursor and f'&cursor={cursor}'}").json()
        rows += answer["data"]
        cursor = answer["page"]["next"]
    return rows


def opened(client: httpx.Client, target: Path, *queries: str, path: str = SQLITE) -> list[list[dict[str, Any]]]:
    """Rows that queries give on the downloaded database, read by the standard library in a process of its own."""
    target.write_bytes(client.get(path).raise_for_status().content)
    command = [sys.executable, "-c", READ, str(target), *queries]
    read = subprocess.run(command, capture_output=True, text=True, check=True, timeout=2 * TIMEOUT).stdout
    rows: list[list[dict[str, Any]]] = json.loads(read)
    return rows


def process(world: World, *paths: str, before: str = "", **environment: str) -> "subprocess.Popen[str]":
    """Another process that serves the same database and asks itself; it prints status and SHA-256 of each answer."""
    url = world.db.url.render_as_string(hide_password=False)
    variables = {**os.environ, "DOSSIER_DATABASE_URL": url, "DOSSIER_LOG": "off", **environment}
    command = [sys.executable, "-c", ASK.format(before=before), *paths]
    return subprocess.Popen(command, env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys of all that is built, each of it a little slowly."""
    built, keys = file_cache._build, []

    def slowly(*arguments: Any) -> file_cache.CachedFile:
        keys.append(arguments[1])
        time.sleep(0.2)
        return built(*arguments)

    monkeypatch.setattr(file_cache, "_build", slowly)
    return keys


# Content


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_json_lines_have_the_records_of_the_json_pages_in_their_order(dossier: httpx.Client, lang: str) -> None:
    rows = lines(dossier)
    assert list(dict.fromkeys(row["collection"] for row in rows)) == list(COLLECTIONS)
    for name in COLLECTIONS:
        records = [spoken(row["record"], lang) for row in rows if row["collection"] == name]
        assert records == pages(dossier, name, lang)
        assert [list(record) for record in records] == [COLLECTIONS[name].fields] * len(records)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_tables_have_the_records_of_the_json_pages(dossier: httpx.Client, tmp_path: Path, lang: str) -> None:
    tables = [name.replace("-", "_") for name in COLLECTIONS]
    found = opened(dossier, tmp_path / "x.sqlite", *(f"SELECT * FROM {table} ORDER BY id" for table in tables))
    for name, rows in zip(COLLECTIONS, found, strict=True):
        expected = pages(dossier, name, lang)
        assert len(rows) == len(expected) > 0
        for row, record in zip(rows, expected, strict=True):
            for field, value in record.items():
                assert same(row.pop(field) if field in row else row.pop(f"{field}_{lang}"), value, lang)
                assert row.pop(f"{field}_exact", value) == value
            assert all(column.endswith("_fr" if lang == "en" else "_en") for column in row)


def same(cell: Any, value: Any, lang: str) -> bool:
    """Whether a cell of a table has the value that the JSON pages give; amounts are numbers there."""
    if isinstance(value, list | dict):
        return bool(spoken(json.loads(cell), lang) == value)
    return bool(cell == (float(value) if isinstance(cell, int | float) and isinstance(value, str) else value))


def shapes(shape: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """A shape and all that its fields are made of."""
    yield shape
    for info in shape.model_fields.values():
        for part in types_in(info.annotation):
            if isinstance(part, type) and issubclass(part, BaseModel):
                yield from shapes(part)


def test_nothing_but_a_text_or_address_has_english_and_french_as_its_fields() -> None:
    found = {shape for resource in COLLECTIONS.values() for shape in shapes(resource.model)}
    both: set[type[BaseModel]] = {Bilingual, BilingualAddress, Wording}
    assert {shape for shape in found if {"en", "fr"} & shape.model_fields.keys()} == both


def test_a_line_has_texts_in_both_languages_and_what_is_derived(still: httpx.Client) -> None:
    truce = next(row["record"] for row in lines(still) if row["record"]["id"] == "truce")
    assert truce == {
        "collection": "timeline-events",
        "id": "truce",
        "title": {"en": "The truce", "fr": "The truce (fr)"},
        "summary": {"en": "Summary of The truce", "fr": "Summary of The truce (fr)"},
        "kind": "agreement",
        "date": "1953-07",
        "actors": ["borea"],
        "instruments": [],
        "place": None,
        "related": [],
        "earliest": "1953-07-01",
        "latest": "1953-07-31",
        "topics": ["peace"],
        "citations": [{"source": "gazette", "section": None, "fragment": None, "url": "https://gazette.example/page"}],
        "other_values": [],
        "revision": 1,
        "published_at": "2020-01-01T00:00:00Z",
        "url": "/v1/timeline-events/truce",
    }


def test_amounts_are_numbers_with_their_exact_text_and_booleans_are_0_or_1(still: httpx.Client, tmp_path: Path) -> None:
    query = "SELECT id, amount, amount_exact, cumulative, title_fr FROM funding_records ORDER BY amount"
    first, second = (
        {"id": "aid-2010", "amount": 1000.5, "amount_exact": "1000.50", "cumulative": 0},
        {"id": "aid-so-far", "amount": 38900000, "amount_exact": "38900000", "cumulative": 1},
    )
    assert opened(still, tmp_path / "x.sqlite", query, "SELECT id FROM funding_records WHERE amount > 5000000") == [
        [first | {"title_fr": "Aid in 2010 (fr)"}, second | {"title_fr": "Aid so far (fr)"}],
        [{"id": "aid-so-far"}],
    ]


def test_the_largest_amount_is_found_by_comparing(dossier: httpx.Client, tmp_path: Path) -> None:
    queries = (
        "SELECT id FROM funding_records WHERE amount > 5000000 ORDER BY amount DESC",
        "SELECT max(amount) AS most FROM funding_records",
    )
    amounts = {one["id"]: float(one["amount"]) for one in dossier.get("/v1/funding-records?limit=200").json()["data"]}
    expected = sorted((id for id in amounts if amounts[id] > 5_000_000), key=lambda id: -amounts[id])
    found, most = opened(dossier, tmp_path / "x.sqlite", *queries)
    assert [row["id"] for row in found] == expected
    assert len(expected) > 1
    assert most == [{"most": max(amounts.values())}]


def test_every_reference_leads_to_a_row(dossier: httpx.Client, tmp_path: Path) -> None:
    queries = (
        "PRAGMA foreign_key_check",
        "SELECT count(*) AS n FROM pragma_foreign_key_list('mentions')",
        'SELECT "from", "table" FROM pragma_foreign_key_list(\'sanctions_measures\') WHERE "table" <> \'records\'',
        "SELECT count(*) AS n FROM records",
        " UNION ALL ".join(f"SELECT count(*) AS n FROM {name.replace('-', '_')}" for name in COLLECTIONS),
    )
    dangling, mentions, measures, records, counts = opened(dossier, tmp_path / "x.sqlite", *queries)
    assert dangling == []
    assert mentions == [{"n": 4}]
    assert measures == [{"from": "instrument", "table": "legal_instruments"}]
    assert records == [{"n": sum(row["n"] for row in counts)}]


def test_values_have_labels_and_descriptions_in_both_languages(dossier: httpx.Client, tmp_path: Path) -> None:
    query = (
        "SELECT field, label_en, label_fr FROM vocabularies WHERE collection = 'timeline-events' "
        "AND value = 'nuclear-test' UNION ALL SELECT field, label_en, label_fr FROM vocabularies "
        "WHERE collection = 'sanctions-measures' AND value = 'permit'"
    )
    unknown = (
        "SELECT DISTINCT kind FROM timeline_events WHERE kind NOT IN "
        "(SELECT value FROM vocabularies WHERE collection = 'timeline-events' AND field = 'kind')"
    )
    nameless = "SELECT * FROM vocabularies WHERE '' IN (label_en, label_fr, description_en, description_fr)"
    labels, missing, empty = opened(dossier, tmp_path / "x.sqlite", query, unknown, nameless)
    assert labels == [
        {"field": "kind", "label_en": "Nuclear test", "label_fr": "Essai nucléaire"},
        {"field": "authorizations.kind", "label_en": "Permit", "label_fr": "Permis"},
    ]
    assert (missing, empty) == ([], [])


def test_lists_and_objects_are_json_with_both_languages(still: httpx.Client, tmp_path: Path) -> None:
    query = "SELECT accredited_to, place_en FROM diplomatic_channels UNION ALL SELECT roles, code FROM actors"
    ((channel, *actors),) = opened(still, tmp_path / "x.sqlite", query)
    assert channel == {"accredited_to": '["borea"]', "place_en": "Elba Town"}
    assert actors[0] == {"accredited_to": "[]", "place_en": "AX"}
    assert actors[3]["accredited_to"] == '[{"title":{"en":"Queen","fr":"Reine"},"of":"borea","period":"2001/.."}]'


def test_citations_have_a_table_with_their_deep_links(still: httpx.Client, tmp_path: Path) -> None:
    query = "SELECT * FROM citations WHERE id = 'war' ORDER BY position"
    assert opened(still, tmp_path / "x.sqlite", query) == [
        [
            {
                "collection": "timeline-events",
                "id": "war",
                "position": 1,
                "source": "gazette",
                "section_en": "News",
                "section_fr": "News",
                "fragment_start": "War began",
                "fragment_end": "at last, it ended",
                "url_en": "https://gazette.example/page#:~:text=War%20began,at%20last%2C%20it%20ended",
                "url_fr": "https://gazette.example/page#:~:text=War%20began,at%20last%2C%20it%20ended",
                "field": None,
            },
            {
                "collection": "timeline-events",
                "id": "war",
                "position": 2,
                "source": "almanac",
                "section_en": "1950",
                "section_fr": "1950",
                "fragment_start": "a war",
                "fragment_end": None,
                "url_en": "https://almanac.example/#years:~:text=a%20war",
                "url_fr": "https://almanac.example/#years:~:text=a%20war",
                "field": None,
            },
        ]
    ]


def test_mentions_list_which_record_names_which(still: httpx.Client, tmp_path: Path) -> None:
    query = (
        "SELECT collection, id, field FROM mentions WHERE target_collection='actors' AND target_id='elba' ORDER BY 1"
    )
    assert opened(still, tmp_path / "x.sqlite", query) == [
        [
            {"collection": "diplomatic-channels", "id": "embassy", "field": "receiving_state"},
            {"collection": "funding-records", "id": "aid-2010", "field": "delivery_channels"},
            {"collection": "initiatives", "id": "patrol", "field": "partners"},
        ]
    ]


def test_a_database_says_what_it_is(still: httpx.Client, tmp_path: Path) -> None:
    ((*rows,),) = opened(still, tmp_path / "x.sqlite", "SELECT key, value FROM dataset")
    about = {row["key"]: row["value"] for row in rows}
    assert about["digest"] == still.get("/v1/revisions/1").json()["data"]["digest"]
    assert {key: about[key] for key in ("revision", "published_at", "release", "licence", "name_fr")} == {
        "revision": "1",
        "published_at": "2020-01-01T00:00:00Z",
        "release": __version__,
        "licence": "CC-BY-4.0",
        "name_fr": "Dossier Canada–Corée du Nord",
    }
    assert "not a service of the Government of Canada" in about["disclaimer_en"]
    assert "n’est pas un service du gouvernement du Canada" in about["disclaimer_fr"]


def test_it_needs_no_new_sqlite_and_no_second_file(world: World, api: httpx.Client, tmp_path: Path) -> None:
    body = api.get(SQLITE).content
    assert body[:16] == b"SQLite format 3\0"
    assert body[18:20] == b"\1\1"  # written and read with a rollback journal: no WAL
    queries = ("PRAGMA integrity_check", "PRAGMA journal_mode", "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")
    whole, journal, made = opened(api, tmp_path / "x.sqlite", *queries)
    assert whole == [{"integrity_check": "ok"}]
    assert journal == [{"journal_mode": "delete"}]
    assert not [row for row in made if "STRICT" in row["sql"] or "WITHOUT" in row["sql"] or "GENERATED" in row["sql"]]
    assert len(files(world)) == 1


@pytest.mark.skipif(not shutil.which("sqlite3"), reason="there is no sqlite3 command line")
def test_the_sqlite_command_line_opens_it(dossier: httpx.Client, tmp_path: Path) -> None:
    (tmp_path / "x.sqlite").write_bytes(dossier.get(SQLITE).content)
    query = "SELECT title_fr FROM actors WHERE id = 'north-korea'"
    command = ["sqlite3", "-readonly", str(tmp_path / "x.sqlite"), query]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "Corée du Nord\n"


# Revisions


@pytest.fixture
def moved(world: World, api: httpx.Client) -> httpx.Client:
    """Two revisions: in the second a record is changed, one more, and one gone."""
    world.change("timeline-events", "tie", kind="meeting")
    world.add("actors", "cora", "Cora", kind="person")
    world.withdraw("timeline-events", "feud")
    world.publish()
    return api


def kinds(rows: list[Any]) -> dict[str, str]:
    return {row["record"]["id"]: row["record"].get("kind", "") for row in rows}


def test_any_revision_can_be_had(moved: httpx.Client) -> None:
    now, then = kinds(lines(moved)), kinds(lines(moved, f"{JSONL}?revision=1"))
    assert (then["tie"], now["tie"]) == ("diplomacy", "meeting")
    assert now.keys() - then.keys() == {"cora"}
    assert then.keys() - now.keys() == {"feud"}
    assert kinds(lines(moved, f"{JSONL}?as_of=2020-01-01T12:00:00Z")) == then


def test_a_database_of_any_revision_can_be_had(moved: httpx.Client, tmp_path: Path) -> None:
    queries = (
        "SELECT id FROM timeline_events WHERE id = 'feud'",
        "SELECT id FROM citations WHERE id IN ('cora', 'feud')",
        "SELECT id FROM mentions WHERE id IN ('cora', 'feud')",
        "SELECT revision FROM timeline_events WHERE id = 'tie'",
    )
    feud, cora = [{"id": "feud"}], [{"id": "cora"}]
    assert opened(moved, tmp_path / "now", *queries) == [[], cora, cora, [{"revision": 2}]]
    pinned = f"{SQLITE}?revision=1"
    assert opened(moved, tmp_path / "then", *queries, path=pinned) == [feud, feud, feud, [{"revision": 1}]]


@BOTH
def test_a_revision_has_the_same_bytes_after_later_ones(world: World, api: httpx.Client, path: str) -> None:
    before = api.get(path).content
    world.publish_with_change("timeline-events", "tie", kind="meeting")
    shutil.rmtree(folder(world))
    assert api.get(f"{path}?revision=1").content == before
    assert api.get(path).content != before


def test_what_is_published_while_a_file_is_built_is_not_in_it(
    world: World, api: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = file_cache._build

    def after_a_publication(*arguments: Any) -> file_cache.CachedFile:
        monkeypatch.setattr(file_cache, "_build", built)
        world.publish_with_change("timeline-events", "tie", kind="meeting")
        return built(*arguments)

    monkeypatch.setattr(file_cache, "_build", after_a_publication)
    answer = api.get(JSONL)
    assert answer.headers["dataset-revision"] == "1"
    assert kinds([json.loads(line) for line in answer.text.splitlines()])["tie"] == "diplomacy"
    assert kinds(lines(api))["tie"] == "meeting"


# Built once, and whole


def test_a_second_download_builds_nothing(api: httpx.Client, builds: list[str]) -> None:
    first = [api.get(path).content for path in (SQLITE, JSONL)]
    assert [api.get(f"{path}?revision=1").content for path in (SQLITE, JSONL)] == first
    assert len(builds) == 2


@BOTH
def test_many_at_once_make_one_build(api: httpx.Client, builds: list[str], path: str) -> None:
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: api.get(path), range(8)))
    assert [answer.status_code for answer in answers] == [200] * 8
    assert len({answer.content for answer in answers}) == 1
    assert len(builds) == 1


def test_other_answers_come_while_one_is_built(api: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    built, begun, answered = file_cache._build, threading.Event(), threading.Event()

    def waiting(*arguments: Any) -> file_cache.CachedFile:
        begun.set()
        answered.wait(TIMEOUT)
        return built(*arguments)

    monkeypatch.setattr(file_cache, "_build", waiting)
    with ThreadPoolExecutor(1) as thread:
        download = thread.submit(api.get, SQLITE)
        assert begun.wait(TIMEOUT)
        api.get("/v1/actors").raise_for_status()
        assert not download.done()
        answered.set()
        assert download.result().status_code == 200


@pytest.mark.slow
def test_processes_at_once_make_one_build_with_the_bytes_of_any_other(world: World, api: httpx.Client) -> None:
    slowly = (
        "import time\nbuilt = file_cache._build\n"
        "def slowly(*arguments):\n    time.sleep(0.5)\n    print('built', flush=True)\n    return built(*arguments)\n"
        "file_cache._build = slowly"
    )
    others = [process(world, SQLITE, before=slowly) for _ in range(3)]
    printed = [line for other in others for line in other.communicate(timeout=2 * TIMEOUT)[0].splitlines()]
    assert printed.count("built") == 1
    theirs = {line for line in printed if line != "built"}
    shutil.rmtree(folder(world))
    assert theirs == {f"200 {hashlib.sha256(api.get(SQLITE).content).hexdigest()}"}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="a process has no limits there")
def test_a_full_disk_is_503_and_leaves_nothing(world: World) -> None:
    full = (
        "import resource\nbuilt = file_cache._build\n"
        "def on_full_disk(*arguments):\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))\n    return built(*arguments)\n"
        "file_cache._build = on_full_disk"
    )
    printed, log = process(world, SQLITE, JSONL, before=full).communicate(timeout=2 * TIMEOUT)
    assert [line.split()[0] for line in printed.splitlines()] == ["503", "503"]
    # With such a limit SQLite cannot open the next connection either: it needs a file of 32 kB for what readers share.
    assert log.count("cannot be built") + log.count("the database does not answer") == 2
    assert files(world) == []


@BOTH
def test_a_named_folder_that_cannot_be_written_is_503(
    world: World, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    (world.db.path.parent / "file").write_text("no folder")
    settings = settings_for(world.db.path, cache_dir=world.db.path.parent / "file" / "within")
    with client_of(create_app(settings)) as client:
        answer = client.get(path)
    assert answer.status_code == 503
    assert answer.json()["type"] == "urn:dossier:problem:unavailable"
    assert answer.json()["detail"] == "The download cannot be built now. Try again in a few seconds."
    assert answer.headers["retry-after"] == "5"
    assert answer.headers["cache-control"] == "no-store"
    assert "content-disposition" not in answer.headers
    assert "cannot be built" in caplog.text


# How they are sent


@BOTH
def test_a_live_download_says_what_it_is(still: httpx.Client, path: str) -> None:
    answer, kind = still.get(path, headers={"Accept-Language": "fr"}), path.rpartition(".")[2]
    assert answer.headers["content-type"] == {"sqlite": "application/vnd.sqlite3", "jsonl": "application/jsonl"}[kind]
    assert answer.headers["content-disposition"] == f'attachment; filename="dossier-r1.{kind}"'
    assert answer.headers["content-language"] == "en, fr"
    assert answer.headers["content-length"] == str(len(answer.content))
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["dataset-revision"] == "1"
    assert answer.headers["cache-control"] == "public, max-age=60"
    assert answer.headers["etag"] == tag(still, 1, "en+fr", VARIANTS[path])
    assert answer.links["memento"]["url"] == f"{path}?revision=1&lang=en&format={kind}"
    assert "last-modified" not in answer.headers
    pinned = still.get(answer.links["memento"]["url"])
    assert pinned.content == answer.content
    assert pinned.headers["cache-control"] == "public, max-age=31536000"
    assert pinned.headers["memento-datetime"] == "Wed, 01 Jan 2020 00:00:00 GMT"
    assert pinned.links["original"]["url"] == f"{path}?lang=en&format={kind}"
    assert pinned.headers["etag"] == answer.headers["etag"]


@BOTH
def test_head_gives_the_size_and_sends_nothing(still: httpx.Client, path: str) -> None:
    answer = still.head(path)
    assert answer.content == b""
    assert answer.headers["content-length"] == str(len(still.get(path).content))


@BOTH
def test_304_builds_nothing(world: World, api: httpx.Client, path: str) -> None:
    known = tag(api, 1, "en+fr", VARIANTS[path])
    for sent in (known, f'W/{known}, "x"', "*"):
        answer = api.get(path, headers={"If-None-Match": sent})
        assert answer.status_code == 304
        assert answer.content == b""
        assert answer.headers["etag"] == known
    assert not folder(world).exists()
    world.publish_with_change("timeline-events", "tie", kind="meeting")
    assert api.get(path, headers={"If-None-Match": known}).status_code == 200


@BOTH
def test_parts_make_the_whole(still: httpx.Client, path: str) -> None:
    whole = still.get(path)
    size, tag = len(whole.content), whole.headers["etag"]
    first = still.get(path, headers={"Range": "bytes=0-999"})
    rest = still.get(path, headers={"Range": "bytes=1000-", "If-Range": tag})
    assert [first.status_code, rest.status_code] == [206, 206]
    assert first.headers["content-range"] == f"bytes 0-999/{size}"
    assert first.headers["etag"] == tag
    assert first.headers["dataset-revision"] == "1"
    assert first.content + rest.content == whole.content
    assert still.get(path, headers={"Range": "bytes=-10"}).content == whole.content[-10:]


@BOTH
@pytest.mark.parametrize(
    "accept", ["application/octet-stream", "application/json", "application/problem+json", "text/html", "nonsense"]
)
def test_a_download_does_not_look_at_accept(still: httpx.Client, path: str, accept: str) -> None:
    answer = still.get(path, headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.headers["vary"] == "Accept-Encoding"


@BOTH
def test_a_download_in_gzip_has_a_tag_and_length_of_its_own_and_its_parts_are_of_the_file(
    still: httpx.Client, path: str
) -> None:
    whole, taken = still.get(path), {"Accept-Encoding": "gzip"}
    packed = still.get(path, headers=taken)
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == whole.content
    assert int(packed.headers["content-length"]) < len(whole.content) / 2
    assert packed.headers["etag"] == whole.headers["etag"].replace("-identity", "-gzip")
    assert still.head(path, headers=taken).headers["content-length"] == packed.headers["content-length"]
    assert still.get(path, headers=taken | {"If-None-Match": packed.headers["etag"]}).status_code == 304
    part = still.get(path, headers=taken | {"Range": "bytes=0-99"})
    assert (part.status_code, part.content) == (206, whole.content[:100])
    assert "content-encoding" not in part.headers
    assert part.headers["etag"] == whole.headers["etag"]


@BOTH
def test_a_range_that_does_not_fit_gives_the_whole_or_416(still: httpx.Client, path: str) -> None:
    whole = still.get(path).content
    for ignored in (
        {"Range": "bytes=0-9", "If-Range": '"1-of-before"'},
        {"Range": "lines=0-9"},
        {"Range": "bytes"},
        {"Range": "bytes=5-3"},
        {"Range": "bytes=0-9,5-3"},
        {"Range": "bytes=a-b"},
        {"Range": "bytes=+1-5"},
        {"Range": "bytes=-"},
        {"Range": "bytes="},
    ):
        answer = still.get(path, headers=ignored)
        assert answer.status_code == 200
        assert answer.content == whole
    beyond = still.get(path, headers={"Range": f"bytes={len(whole)}-"})
    assert beyond.status_code == 416
    assert beyond.headers["content-range"] == f"bytes */{len(whole)}"
    assert beyond.headers["content-type"] == "application/problem+json"
    assert beyond.json()["type"] == "urn:dossier:problem:range-not-satisfiable"
    assert still.get(path, headers={"Range": "bytes=-0"}).status_code == 416
    assert still.get(path, headers={"Range": f"bytes={len(whole)}-,0-9"}).content == whole[:10]


@contextlib.contextmanager
def begun(world: World, api: httpx.Client) -> Iterator[tuple[Path, Iterator[bytes]]]:
    """A download of which the client has taken the first bytes; it is longer than what buffers on the way can take."""
    api.get(JSONL).raise_for_status()
    (path,) = folder(world).glob("*.jsonl")
    os.truncate(path, 100_000_000)
    with api.stream("GET", JSONL) as answer:
        parts = answer.iter_bytes()
        next(parts)
        yield path, parts


def open_files(path: Path) -> int:
    return sum(os.path.realpath(one).startswith(str(path)) for one in Path("/proc/self/fd").iterdir())


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files cannot be listed")
def test_an_aborted_download_leaves_nothing_open(world: World, api: httpx.Client) -> None:
    with begun(world, api) as (path, _):
        assert open_files(path) == 1
    assert eventually(lambda: open_files(path) == 0)
    assert len(files(world)) == 1
    assert api.get("/v1").status_code == 200


@pytest.mark.skipif(sys.platform == "win32", reason="an open file cannot be removed there")
def test_a_download_goes_on_when_its_file_is_removed(world: World, api: httpx.Client) -> None:
    with begun(world, api) as (path, parts):
        path.unlink()
        assert sum(map(len, parts)) > 90_000_000


@BOTH
def test_what_it_does_not_understand_is_refused(still: httpx.Client, path: str) -> None:
    for query, parameter in (
        ("nope=1", "nope"),
        ("limit=1", "limit"),
        ("lang=de", "lang"),
        ("format=csv", "format"),
        ("format=json", "format"),
        ("revision=0", "revision"),
        ("revision=1&revision=1", "revision"),
        ("as_of=2020", "as_of"),
        ("revision=1&as_of=2020-02-01T00:00:00Z", "as_of"),
    ):
        assert [name for name, _ in refused(still, f"{path}?{query}")] == [parameter]
    assert still.get(f"{path}?revision=9").status_code == 404
    assert still.post(path).status_code == 405


def test_a_database_without_a_revision_is_503(tmp_path: Path, db: Any) -> None:
    with client_of(create_app(settings_for(db.path))) as client:
        assert [client.get(path).status_code for path in (SQLITE, JSONL)] == [503, 503]
