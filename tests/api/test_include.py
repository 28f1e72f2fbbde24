"""Include: beside the records of an answer those that they name, all of them, no others, as they stood then."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from app.resources.registry import COLLECTIONS
from tests.support.schema import asking, choices_of
from tests.support.servers import inhabited
from tests.support.walks import records_of
from tests.support.world import refused, text

EVENTS = "/v1/timeline-events"
INCLUDABLE = {
    EVENTS: list(COLLECTIONS),
    "/v1/engagement-topics": ["policy-positions", "sources"],
    "/v1/policy-positions": ["engagement-topics", "legal-instruments", "actors", "sources"],
    "/v1/sanctions-measures": ["engagement-topics", "sanctions-measures", "legal-instruments", "sources"],
    "/v1/legal-instruments": ["engagement-topics", "legal-instruments", "actors", "sources"],
    "/v1/funding-records": ["engagement-topics", "actors", "sources"],
    "/v1/initiatives": ["engagement-topics", "actors", "sources"],
    "/v1/diplomatic-channels": ["engagement-topics", "actors", "sources"],
    "/v1/background-facts": ["engagement-topics", "actors", "sources"],
    "/v1/actors": ["actors", "sources"],
    "/v1/sources": ["sources"],
    "/v1/timeline": list(COLLECTIONS),
}
# The fields whose values are ids, and the collection that they lead to, as the contract has them.
LEADS_TO = {
    **dict.fromkeys(["source"], "sources"),
    **dict.fromkeys(["topics"], "engagement-topics"),
    **dict.fromkeys(["policy"], "policy-positions"),
    **dict.fromkeys(["replaces"], "sanctions-measures"),
    **dict.fromkeys(["instruments", "instrument", "implements", "enabled_by", "amends"], "legal-instruments"),
    **dict.fromkeys(["actors", "addressee", "issuer", "parties", "donor", "delivery_channels", "recipient"], "actors"),
    **dict.fromkeys(["lead", "partners", "sending_state", "receiving_state", "operated_by"], "actors"),
    **dict.fromkeys(["accredited_to", "about", "of"], "actors"),
}


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of the tiny world after three revisions. It stays as it is."""
    with inhabited(tmp_path_factory.mktemp("moved")) as (world, client):
        related = [{"collection": "legal-instruments", "id": "the-treaty"}, {"collection": "actors", "id": "elba"}]
        world.change("timeline-events", "signing", related=related)
        world.change("actors", "borea", title=text("New Borea", "Nouvelle-Borée"))
        world.change("sources", "gazette", publisher=text("Gazette House", "Maison de la Gazette"))
        world.publish()
        world.withdraw("timeline-events", "truce")
        world.change("timeline-events", "war", actors=["aland"], topics=[])
        world.withdraw("background-facts", "hunger")
        world.publish()
        yield client


def named(value: Any) -> set[tuple[str, str]]:
    """Collection and id of every record that stands in a record, however deep."""
    if isinstance(value, list):
        return {pair for one in value for pair in named(one)}
    if not isinstance(value, dict):
        return set()
    if value.keys() == {"collection", "id"}:
        return {(value["collection"], value["id"])}
    found = set()
    for name, inner in value.items():
        ids = inner if isinstance(inner, list) else [inner]
        if name in LEADS_TO:
            found |= {(LEADS_TO[name], id) for id in ids if id is not None}
        else:
            found |= named(inner)
    return found


def expected(client: httpx.Client, records: list[Any], collections: list[str], query: str) -> dict[str, Any]:
    """What is to be included, each record as its list shows it."""
    pairs = named(records)
    return {
        collection: {id: records_of(client, collection, query)[id] for name, id in pairs if name == collection}
        for collection in collections
    }


def offered(path: str) -> list[str]:
    """The collections that a list or an item can include."""
    return choices_of(path, "include")


@pytest.mark.parametrize("path", INCLUDABLE)
def test_what_can_be_included_is_what_such_records_can_name(path: str) -> None:
    assert offered(path) == INCLUDABLE[path]
    assert path == "/v1/timeline" or offered(f"{path}/{{id}}") == INCLUDABLE[path]


@pytest.mark.parametrize("path", INCLUDABLE)
@pytest.mark.parametrize("query", ["lang=en&revision=1", "lang=fr&revision=2", "lang=en"])
def test_a_page_includes_all_that_its_records_name_and_nothing_else(moved: httpx.Client, path: str, query: str) -> None:
    collections = INCLUDABLE[path]
    answer = moved.get(f"{path}?{query}&limit=3&include={','.join(collections)}").raise_for_status().json()
    records = [records_of(moved, row["url"].split("/")[2], query)[row["id"]] for row in answer["data"]]
    assert len(records) > 0
    assert answer["included"] == expected(moved, records, collections, query)


@pytest.mark.parametrize("path", [path for path in INCLUDABLE if path != "/v1/timeline"])
def test_an_item_includes_all_that_it_names(moved: httpx.Client, path: str) -> None:
    collections = INCLUDABLE[path]
    for row in moved.get(f"{path}?lang=fr").json()["data"]:
        answer = moved.get(f"{row['url']}?lang=fr&include={','.join(collections)}").raise_for_status().json()
        assert answer["included"] == expected(moved, [row], collections, "lang=fr")
        assert list(answer) == ["data", "references", "included", "dataset"]


def test_the_packaged_records_include_what_they_name(dossier: httpx.Client) -> None:
    for path, collections in INCLUDABLE.items():
        if path == "/v1/timeline":
            continue
        answer = dossier.get(f"{path}?limit=200&lang=fr&include={','.join(collections)}").json()
        found = {(name, id) for name, records in answer["included"].items() for id in records}
        assert found == named(answer["data"])


def test_includes_in_full(still: httpx.Client) -> None:
    answer = still.get("/v1/initiatives?include=actors,engagement-topics&lang=fr").json()
    assert list(answer) == ["data", "page", "included", "dataset"]
    assert list(answer["included"]) == ["actors", "engagement-topics"]
    assert answer["included"]["engagement-topics"] == {}
    assert {id: record["title"] for id, record in answer["included"]["actors"].items()} == {
        "aland": "Åland (fr)",
        "elba": "Élba (fr)",
    }


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_an_included_record_has_the_bytes_that_its_item_has(moved: httpx.Client, lang: str) -> None:
    for query in (f"lang={lang}&revision=1", f"lang={lang}"):
        page = moved.get(f"{EVENTS}?include=actors,sources,legal-instruments&{query}").content
        for collection, id in [("actors", "aland"), ("sources", "gazette"), ("legal-instruments", "the-treaty")]:
            item = moved.get(f"/v1/{collection}/{id}?{query}").content
            data = item.removeprefix(b'{"data":').partition(b',"references":')[0]
            assert f'"{id}":'.encode() + data in page


def test_what_is_included_is_the_version_of_the_answers_revision(moved: httpx.Client) -> None:
    def borea(query: str) -> Any:
        return moved.get(f"/v1/background-facts/old-feud?include=actors&{query}").json()["included"]["actors"]["borea"]

    assert (borea("revision=1")["title"], borea("revision=1")["revision"]) == ("Borea", 1)
    assert (borea("as_of=2020-01-01T06:00:00Z")["title"], borea("lang=fr&revision=1")["title"]) == (
        "Borea",
        "Borea (fr)",
    )
    assert (borea("lang=fr")["title"], borea("lang=fr")["revision"]) == ("Nouvelle-Borée", 2)
    assert borea("revision=2") == borea("revision=3") == borea("lang=en")


def test_what_a_record_named_before_it_changed_is_included_only_then(moved: httpx.Client) -> None:
    def actors(query: str) -> list[str]:
        answer = moved.get(f"{EVENTS}?kind=armed-conflict&include=actors,engagement-topics&{query}").json()
        return [id for records in answer["included"].values() for id in records]

    assert actors("revision=2") == ["aland", "borea", "peace"]
    assert actors("revision=3") == actors("lang=en") == ["aland"]


def test_a_page_without_rows_includes_nothing_in_each_collection_asked_for(still: httpx.Client) -> None:
    for path in (f"{EVENTS}?kind=summit", "/v1/timeline?from=3000&to=3001&certain=true"):
        answer = still.get(f"{path}&include=actors,sources").json()
        assert answer["data"] == []
        assert answer["included"] == {"actors": {}, "sources": {}}


def test_only_the_rows_of_the_page_count_and_not_all_that_match(still: httpx.Client) -> None:
    first = still.get(f"{EVENTS}?sort=id&limit=1&include=actors").json()
    assert [row["id"] for row in first["data"]] == ["feud"]
    assert first["included"] == {"actors": {}}
    last = still.get(f"{EVENTS}?sort=-id&limit=1&include=actors").json()
    assert [row["id"] for row in last["data"]] == ["war"]
    assert list(last["included"]["actors"]) == ["aland", "borea"]


def test_a_record_named_by_many_is_included_once_and_itself_where_the_page_has_it(still: httpx.Client) -> None:
    answer = still.get("/v1/legal-instruments?include=legal-instruments").json()
    assert list(answer["included"]["legal-instruments"]) == ["the-law", "the-treaty"]
    assert len(answer["data"]) == 3


@pytest.mark.parametrize("path", INCLUDABLE)
def test_includes_change_nothing_else_in_a_page(still: httpx.Client, path: str) -> None:
    plain = still.get(f"{path}?limit=2").json()
    richer = still.get(f"{path}?limit=2&include={INCLUDABLE[path][-1]}").json()
    assert "included" not in plain
    assert {name: member for name, member in richer.items() if name != "included"} == plain


def test_collections_are_asked_for_by_comma_or_again_and_come_once(still: httpx.Client) -> None:
    for path in (EVENTS, f"{EVENTS}/war"):
        by_comma = still.get(f"{path}?include=sources,actors").json()
        assert list(by_comma["included"]) == ["sources", "actors"]
        assert still.get(f"{path}?include=sources&include=actors,sources").json() == by_comma


@pytest.mark.parametrize("path", INCLUDABLE)
def test_a_collection_that_cannot_be_named_is_refused_with_the_nearest(still: httpx.Client, path: str) -> None:
    known = INCLUDABLE[path]
    addresses = [path] if path == "/v1/timeline" else [path, f"{path}/any"]
    for address in addresses:
        assert refused(still, f"{address}?include={known[-1]}x") == [
            ("include", f'"{known[-1]}x" is not known. Did you mean {known[-1]}? Allowed: {", ".join(known)}')
        ]


def test_what_has_no_references_to_follow_takes_no_include(still: httpx.Client) -> None:
    for path in ("/v1/revisions", "/v1/changes", "/v1/search?q=war", f"{EVENTS}/war/history"):
        assert [name for name, _ in refused(still, asking(path, "include=actors"))] == ["include"]
