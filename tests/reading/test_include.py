"""Include: the records that an answer names, all of them and no others, at the revision of the answer."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from pydantic import BaseModel

from app.model.fields import References
from app.model.records import Pointer
from app.resources.params import names_taken
from app.resources.registry import COLLECTIONS
from tests.support.reading import Reader, asking, offered, reader_of, view_of
from tests.support.world import World, text

EVENTS = "timeline-events"
INCLUDABLE = {
    EVENTS: list(COLLECTIONS),
    "engagement-topics": ["policy-positions", "sources"],
    "policy-positions": ["engagement-topics", "legal-instruments", "actors", "sources"],
    "sanctions-measures": ["engagement-topics", "sanctions-measures", "legal-instruments", "sources"],
    "legal-instruments": ["engagement-topics", "legal-instruments", "actors", "sources"],
    "funding-records": ["engagement-topics", "actors", "sources"],
    "initiatives": ["engagement-topics", "actors", "sources"],
    "diplomatic-channels": ["engagement-topics", "actors", "sources"],
    "background-facts": ["engagement-topics", "actors", "sources"],
    "actors": ["actors", "sources"],
    "designations": ["sanctions-measures", "legal-instruments", "sources"],
    "sources": ["sources"],
    "timeline": list(COLLECTIONS),
}
# The fields whose values are ids, and the collection that they lead to, as the contract has them.
LEADS_TO = {
    **dict.fromkeys(["source"], "sources"),
    **dict.fromkeys(["topics"], "engagement-topics"),
    **dict.fromkeys(["policy"], "policy-positions"),
    **dict.fromkeys(["replaces", "measures"], "sanctions-measures"),
    **dict.fromkeys(
        ["instruments", "instrument", "implements", "enabled_by", "amends", "resolutions"], "legal-instruments"
    ),
    **dict.fromkeys(["actors", "addressee", "issuer", "parties", "donor", "delivery_channels", "recipient"], "actors"),
    **dict.fromkeys(["lead", "partners", "sending_state", "receiving_state", "operated_by"], "actors"),
    **dict.fromkeys(["accredited_to", "about", "of"], "actors"),
}


def includable(model: type[BaseModel], collections: Sequence[str]) -> list[str]:
    """Collections that `include` can offer for a model: those that its fields name, in the order of `collections`."""
    named = set(_named(model, collections))
    return [name for name in collections if name in named]


def _named(model: type[BaseModel], collections: Sequence[str]) -> Iterator[str]:
    for info in model.model_fields.values():
        yield from (marker.collection for marker in info.metadata if isinstance(marker, References))
        for kind in _models(info.annotation):
            yield from collections if kind is Pointer else _named(kind, collections)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """Models that a type consists of, such as Role in `list[Role]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in getattr(annotation, "__args__", ()):
        yield from _models(part)


def move(world: World) -> None:
    """Two revisions more."""
    related = [{"collection": "legal-instruments", "id": "the-treaty"}, {"collection": "actors", "id": "elba"}]
    world.change("timeline-events", "signing", related=related)
    world.change("actors", "borea", title=text("New Borea", "Nouvelle-Borée"))
    world.change("sources", "gazette", publisher=text("Gazette House", "Maison de la Gazette"))
    world.publish()
    world.withdraw("timeline-events", "truce")
    world.change("timeline-events", "war", actors=["aland"], topics=[])
    world.withdraw("background-facts", "hunger")
    world.publish()


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """A reader of the tiny world after three revisions. It stays as it is."""
    with reader_of(tmp_path_factory.mktemp("moved"), move) as reader:
        yield reader


def named(value: Any) -> set[tuple[str, str]]:
    """Collection and id of every record that a record names, however deep."""
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


def expected(reader: Reader, records: list[Any], collections: list[str], query: str) -> dict[str, Any]:
    """What is to be included, each record as its list has it."""
    pairs = named(records)
    return {
        collection: {
            id: record for id, record in reader.records(collection, query).items() if (collection, id) in pairs
        }
        for collection in collections
    }


@pytest.mark.parametrize("name", INCLUDABLE)
def test_what_can_be_included_is_what_such_records_can_name(name: str) -> None:
    assert offered(name, "include") == INCLUDABLE[name]
    if name in COLLECTIONS:
        assert list(names_taken(COLLECTIONS[name].item_params, "include")) == INCLUDABLE[name]
        assert includable(view_of(name).spec.model, list(COLLECTIONS)) == INCLUDABLE[name]


@pytest.mark.parametrize("name", INCLUDABLE)
@pytest.mark.parametrize("query", ["lang=en&revision=1", "lang=fr&revision=2", "lang=en"])
def test_a_page_includes_all_that_its_records_name_and_nothing_else(moved: Reader, name: str, query: str) -> None:
    collections = INCLUDABLE[name]
    page = moved.page(f"{name}?{query}&limit=3&include={','.join(collections)}")
    records = [moved.records(row["url"].split("/")[2], query)[row["id"]] for row in page.rows]
    assert len(records) > 0
    assert page.included == expected(moved, records, collections, query)


@pytest.mark.parametrize("name", COLLECTIONS)
def test_an_item_includes_all_that_it_names(moved: Reader, name: str) -> None:
    for id, record in moved.records(name, "lang=fr").items():
        included = moved.included(f"{name}/{id}?lang=fr", *INCLUDABLE[name])
        assert included == expected(moved, [record], INCLUDABLE[name], "lang=fr")


@pytest.mark.parametrize("name", COLLECTIONS)
def test_the_packaged_records_include_what_they_name(packaged: Reader, name: str) -> None:
    page = packaged.page(f"{name}?limit=200&lang=fr&include={','.join(INCLUDABLE[name])}")
    assert {(collection, id) for collection, records in page.included.items() for id in records} == named(page.rows)


@pytest.mark.parametrize("query", ["lang=en", "lang=fr", "lang=en&revision=1", "lang=fr&revision=1"])
def test_an_included_record_has_the_bytes_that_its_item_has(moved: Reader, query: str) -> None:
    with moved.opened(f"{EVENTS}?include=actors,sources,legal-instruments&{query}") as page:
        included = page.included()
    for collection, id in [("actors", "aland"), ("sources", "gazette"), ("legal-instruments", "the-treaty")]:
        assert included[collection][id] == moved.body(f"{collection}/{id}?{query}")


@pytest.mark.parametrize(
    ("query", "title", "revision"),
    [
        ("revision=1", "Borea", 1),
        ("as_of=2020-01-01T06:00:00Z", "Borea", 1),
        ("lang=fr&revision=1", "Borea (fr)", 1),
        ("revision=2", "New Borea", 2),
        ("revision=3", "New Borea", 2),
        ("lang=en", "New Borea", 2),
        ("lang=fr", "Nouvelle-Borée", 2),
    ],
)
def test_an_included_record_is_the_version_of_the_answers_revision(
    moved: Reader, query: str, title: str, revision: int
) -> None:
    borea = moved.included(f"background-facts/old-feud?{query}", "actors")["actors"]["borea"]
    assert (borea["title"], borea["revision"]) == (title, revision)


@pytest.mark.parametrize(
    ("question", "included"),
    [
        # What a record named before it changed
        (f"{EVENTS}?kind=armed-conflict&include=actors&revision=2", ["aland", "borea"]),
        (f"{EVENTS}?kind=armed-conflict&include=engagement-topics&revision=2", ["peace"]),
        (f"{EVENTS}?kind=armed-conflict&include=actors,engagement-topics&revision=3", ["aland"]),
        (f"{EVENTS}?kind=armed-conflict&include=actors,engagement-topics", ["aland"]),
        # Only the rows of the page count, and not all that match
        (f"{EVENTS}?sort=id&limit=1&include=actors&revision=1", []),
        (f"{EVENTS}?sort=-id&limit=1&include=actors&revision=1", ["aland", "borea"]),
        # A record that many name comes once, and a record of the page itself too
        ("legal-instruments?include=legal-instruments", ["the-law", "the-treaty"]),
    ],
)
def test_a_page_includes_what_its_own_rows_name_at_its_revision(
    moved: Reader, question: str, included: list[str]
) -> None:
    assert [id for records in moved.page(question).included.values() for id in records] == included


@pytest.mark.parametrize("question", [f"{EVENTS}?kind=summit", "timeline?from=3000&to=3001&certain=true"])
def test_a_page_without_rows_includes_nothing_of_each_collection_asked_for(tiny: Reader, question: str) -> None:
    page = tiny.page(asking(question, include="actors,sources"))
    assert (page.bodies, page.included) == ([], {"actors": {}, "sources": {}})


@pytest.mark.parametrize("name", INCLUDABLE)
def test_includes_change_nothing_else_in_a_page(tiny: Reader, name: str) -> None:
    plain, richer = tiny.page(f"{name}?limit=2"), tiny.page(f"{name}?limit=2&include={INCLUDABLE[name][-1]}")
    assert (richer.bodies, richer.total, richer.next) == (plain.bodies, plain.total, plain.next)


@pytest.mark.parametrize("asked", ["include=sources,actors", "include=sources&include=actors,sources"])
def test_collections_come_once_in_the_order_asked(tiny: Reader, asked: str) -> None:
    assert list(tiny.page(f"{EVENTS}?{asked}").included) == ["sources", "actors"]


@pytest.mark.parametrize("name", ["revisions", "changes", "search", f"{EVENTS}/war/history"])
def test_what_has_no_references_to_follow_takes_no_include(tiny: Reader, name: str) -> None:
    question = "search?q=war" if name == "search" else name
    assert offered(name, "include") == []
    assert tiny.refused(asking(question, include="actors")) == ("include", "unknown-field")
