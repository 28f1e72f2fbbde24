"""Facets: exact counts of the rows that match, each value with its label."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest

from app.model.fields import References
from app.model.labels import label
from app.resources.filters import Where
from app.resources.params import PageParams
from app.resources.registry import COLLECTIONS
from tests.support.reading import Reader, asking, offered, reader_of, view_of
from tests.support.world import World, text

EVENTS = "timeline-events"
TARGETS = {
    "source": "sources",
    "topic": "engagement-topics",
    "actor": "actors",
    "instrument": "legal-instruments",
    "measure": "sanctions-measures",
}
# By collection, the fields that name such records: those the contract gives, however deep.
FIELDS = {
    "source": ["source"],
    "topic": ["topics"],
    "actor": [
        *("actors", "addressee", "issuer", "parties", "donor", "delivery_channels", "recipient", "lead", "partners"),
        *("sending_state", "receiving_state", "operated_by", "accredited_to", "about", "of"),
    ],
    "instrument": ["instruments", "instrument", "implements", "enabled_by", "amends", "resolutions"],
    "measure": ["measures"],
}
LISTS = [*COLLECTIONS, "timeline", "changes", "search?q=the"]


def countable(params: type[PageParams]) -> list[str]:
    """Filters that can be facets: those that compare one column, and those by id."""
    return [
        info.alias or name
        for name, info in params.model_fields.items()
        if any(
            isinstance(marker, References) or (isinstance(marker, Where) and marker.field) for marker in info.metadata
        )
    ]


def move(world: World) -> None:
    """Two revisions more."""
    world.change("timeline-events", "tie", kind="agreement", actors=["aland"])
    world.change("actors", "borea", title=text("New Borea", "Nouvelle-Borée"))
    # One actor in three fields of one record, one in a list twice over: each such record counts once.
    world.change("funding-records", "aid-2010", delivery_channels=["aland", "elba"], recipient="aland")
    world.change("actors", "zara", roles=[{"title": text(name), "of": "borea"} for name in ("Queen", "Judge")])
    world.change("sanctions-measures", "no-loans", implements=["the-law", "the-treaty"])
    world.publish()
    world.withdraw("timeline-events", "truce")
    world.change("timeline-events", "quarrel", topics=["trade"])
    world.publish()


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """A reader of the tiny world after three revisions. It stays as it is."""
    with reader_of(tmp_path_factory.mktemp("moved"), move) as reader:
        yield reader


def facets_of(question: str) -> list[str]:
    """The facets that a list offers."""
    return offered(question.partition("?")[0], "facets")


def counted(reader: Reader, question: str, facet: str) -> dict[str, int]:
    """The values of one facet with their counts, in order."""
    return {value: count for value, _, count in reader.page(asking(question, facets=facet)).facets[facet]}


def named(value: Any, fields: list[str]) -> set[str]:
    """The ids in these fields of a record, however deep."""
    found: set[str] = set()
    for one in value if isinstance(value, list) else [value]:
        for name, inner in one.items() if isinstance(one, dict) else ():
            if name in fields:
                found |= {inner} if isinstance(inner, str) else set(inner or ())
            else:
                found |= named(inner, fields)
    return found


def values(facet: str, record: dict[str, Any]) -> set[str]:
    """What a record counts under in a facet, by its public fields."""
    if facet in TARGETS:
        return named(record, FIELDS[facet])
    return {json.dumps(record[facet]).strip('"')} if record[facet] is not None else set()


def expected(
    reader: Reader, facet: str, rows: list[dict[str, Any]], lang: str, pin: int, chosen: list[str]
) -> list[Any]:
    """A facet as plain Python counts it in these rows: ids with the title at the revision, else the label."""
    records = reader.records(TARGETS[facet], f"lang={lang}&revision={pin}") if facet in TARGETS else {}
    titles = {id: record["title"] for id, record in records.items()}
    counts = Counter(dict.fromkeys(chosen, 0))
    counts.update(value for row in rows for value in values(facet, row))
    return [
        (value, titles.get(value) or label(value, "fr" if lang == "fr" else "en"), count)
        for value, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    ]


def compare(reader: Reader, question: str, lang: str = "en", pin: int = 1) -> None:
    """All facets of a list, each against counts over the rows that its other filters give."""
    asked = asking(question, lang=lang, revision=pin)
    names = facets_of(question)
    found = reader.page(asking(asked, limit=1, facets=",".join(names))).facets
    assert list(found) == names
    for name in names:
        others, chosen = without(asked, name)
        rows = reader.everything(others)
        if question.startswith("timeline") and not question.startswith(EVENTS):  # its rows lack what their records name
            records = {one: reader.records(one, f"lang={lang}&revision={pin}") for one in COLLECTIONS}
            rows = [row | records[row["collection"]][row["id"]] for row in rows]
        assert found[name] == expected(reader, name, rows, lang, pin, chosen), name


def without(question: str, parameter: str) -> tuple[str, list[str]]:
    """A question without one of its parameters, and the values that it had."""
    name, _, query = question.partition("?")
    pairs = parse_qsl(query)
    rest = urlencode([pair for pair in pairs if pair[0] != parameter])
    return f"{name}?{rest}", [value for one, value in pairs if one == parameter]


def test_every_list_but_that_of_revisions_offers_the_facets_that_can_be_counted() -> None:
    assert {name: sorted(facets_of(name)) for name in LISTS} == {
        EVENTS: ["actor", "instrument", "kind", "source", "topic"],
        "engagement-topics": ["source"],
        "policy-positions": ["actor", "instrument", "kind", "source", "status", "topic"],
        "sanctions-measures": ["instrument", "kind", "regime", "scope", "source", "status", "topic"],
        "legal-instruments": ["actor", "instrument", "kind", "source", "status", "topic"],
        "funding-records": ["actor", "basis", "cumulative", "currency", "sector", "source", "topic"],
        "initiatives": ["actor", "kind", "source", "topic"],
        "diplomatic-channels": ["actor", "kind", "source", "topic"],
        "background-facts": ["actor", "kind", "source", "topic"],
        "actors": ["actor", "code", "kind", "source"],
        "designations": ["instrument", "kind", "measure", "source", "status"],
        "sources": ["kind", "language", "source"],
        "timeline": ["actor", "collection", "instrument", "kind", "source", "topic"],
        "changes": ["collection"],
        "search?q=the": ["collection"],
    }
    assert facets_of("revisions") == []
    for name in set(LISTS) - {"changes"}:  # its filter is in SQL
        assert sorted(facets_of(name)) == sorted(countable(view_of(name.partition("?")[0]).spec.params))


@pytest.mark.parametrize("question", LISTS)
@pytest.mark.parametrize(("lang", "pin"), [("en", 1), ("fr", 2), ("en", 3)])
def test_facets_are_what_counting_the_rows_gives(moved: Reader, question: str, lang: str, pin: int) -> None:
    compare(moved, question, lang, pin)


@pytest.mark.parametrize("question", LISTS)
def test_facets_of_the_packaged_records_are_what_counting_gives(packaged: Reader, question: str) -> None:
    compare(packaged, question, "fr")


@pytest.mark.parametrize(
    "question",
    [
        f"{EVENTS}?q=the",
        f"{EVENTS}?topic=peace",
        f"{EVENTS}?actor=borea",
        f"{EVENTS}?actor=aland&actor=borea&kind=armed-conflict",
        f"{EVENTS}?from=1953&to=1990",
        f"{EVENTS}?from=1950&to=1990&certain=true",
        f"{EVENTS}?source=almanac&source=gazette&topic=peace&topic=trade",
        f"{EVENTS}?instrument=the-treaty",
        "sanctions-measures?in_force_on=2006-01-01",
        "sanctions-measures?in_force_on=2008-01-01&certain=true&instrument=the-law",
        "legal-instruments?in_force_on=2001-01-01&actor=aland",
        "funding-records?actor=aland&cumulative=false",
        "policy-positions?status=current&actor=borea",
        "actors?kind=state&kind=person",
        "actors?code=AX",
        "timeline?actor=borea&from=1952",
        "timeline?topic=peace&collection=timeline-events",
        "timeline?q=summary&actor=aland&instrument=the-treaty&instrument=the-law",
        "changes?since=0&collection=timeline-events",
        "changes?collection=actors&collection=initiatives",
        f"{EVENTS}?q=of&source=gazette",
        "search?q=elba",
        "search?q=the&collection=timeline-events&collection=actors",
    ],
)
def test_facets_count_the_rows_that_match_and_no_others(moved: Reader, question: str) -> None:
    for pin in (3, 2):  # the newest revision and another: their conditions differ
        compare(moved, question, "en", pin)


@pytest.mark.parametrize(
    ("question", "facet", "counts"),
    [
        # A choice of one value leaves the others to choose from
        (f"{EVENTS}?actor=borea", "actor", {"aland": 2, "borea": 1}),
        (f"{EVENTS}?kind=agreement", "kind", {"agreement": 2, "diplomacy": 2, "armed-conflict": 1}),
        ("funding-records?q=2010", "actor", {"aland": 1, "elba": 1}),  # in several fields, counted once
        ("sanctions-measures", "instrument", {"the-law": 2, "the-rule": 2, "the-treaty": 1}),
        ("actors", "actor", {"borea": 1}),
        ("actors?kind=person", "code", {}),  # null is no value
        # A value that is chosen is there also with 0
        (f"{EVENTS}?kind=summit", "kind", {"agreement": 2, "diplomacy": 2, "armed-conflict": 1, "summit": 0}),
        (f"{EVENTS}?kind=summit,meeting&q=war", "kind", {"armed-conflict": 1, "meeting": 0, "summit": 0}),
        (f"{EVENTS}?actor=zara", "actor", {"aland": 2, "borea": 1, "zara": 0}),
        ("funding-records?cumulative=true&q=2010", "cumulative", {"false": 1, "true": 0}),
        (f"{EVENTS}?kind=summit", "actor", {}),
        ("search?q=nowhere", "collection", {}),
    ],
)
def test_a_value_is_counted_once_for_each_record_that_has_it(
    moved: Reader, question: str, facet: str, counts: dict[str, int]
) -> None:
    assert list(counted(moved, question, facet).items()) == list(counts.items())


def test_null_is_no_value(tiny: Reader) -> None:
    page = tiny.page("actors?facets=code")
    assert (page.total, page.facets) == (4, {"code": [("AX", "AX", 1)]})


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("revision=1", "Borea"),
        ("revision=1&lang=fr", "Borea (fr)"),
        ("lang=en", "New Borea"),
        ("lang=fr", "Nouvelle-Borée"),
    ],
)
def test_ids_are_labelled_with_their_title_of_that_revision_in_the_language_asked_for(
    moved: Reader, query: str, title: str
) -> None:
    for _ in range(2):  # the second time from memory
        facets = moved.page(f"{EVENTS}?facets=actor&{query}").facets
        assert {value: label for value, label, _ in facets["actor"]}["borea"] == title


@pytest.mark.parametrize("question", LISTS)
def test_facets_change_nothing_else_in_a_page_and_are_the_same_on_each(moved: Reader, question: str) -> None:
    plain = moved.page(asking(question, limit=2))
    counting = moved.page(asking(question, limit=2, facets=",".join(facets_of(question))))
    assert (counting.bodies, counting.total, counting.next) == (plain.bodies, plain.total, plain.next)
    if plain.next:
        facet = facets_of(question)[0]
        going_on = moved.page(asking(question, cursor=plain.next, facets=facet))
        assert going_on.bodies == moved.page(asking(question, cursor=plain.next)).bodies
        assert going_on.facets == {facet: counting.facets[facet]}


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("facets=topic,kind", ["topic", "kind"]),
        ("facets=topic&facets=kind", ["topic", "kind"]),
        ("facets=topic,kind,topic&facets=kind", ["topic", "kind"]),
        ("facets=kind,topic", ["kind", "topic"]),
    ],
)
def test_facets_come_once_in_the_order_asked(tiny: Reader, asked: str, names: list[str]) -> None:
    assert list(tiny.page(f"{EVENTS}?{asked}").facets) == names


@pytest.mark.parametrize(
    "question",
    [f"{EVENTS}?facets={wrong}" for wrong in ("title", "limit", "kind,", "kind;actor", "kind,actors")]
    + [asking(question, facets=f"{facets_of(question)[-1]}x") for question in LISTS],
)
def test_what_is_no_facet_is_refused(tiny: Reader, question: str) -> None:
    assert tiny.refused(question) == ("facets", "unknown-value")


def test_facets_follow_a_publication_at_once_and_stay_with_a_pinned_revision(world: World, reader: Reader) -> None:
    before = {"diplomacy": 3, "agreement": 2, "armed-conflict": 1}
    assert counted(reader, EVENTS, "kind") == before
    world.publish_with_change("timeline-events", "tie", kind="summit")
    assert counted(reader, EVENTS, "kind") == {"agreement": 2, "diplomacy": 2, "armed-conflict": 1, "summit": 1}
    assert counted(reader, f"{EVENTS}?revision=1", "kind") == before
    assert counted(reader, f"{EVENTS}?as_of=2020-01-01T12:00:00Z", "kind") == before


def test_a_facet_has_at_most_200_values_and_says_where_there_are_more(world: World, reader: Reader) -> None:
    crowd = [f"actor-{number:04}" for number in range(1, 1202)]
    for id in crowd:
        world.add("actors", id, f"The {id}", kind="person")
    world.publish_with_change("timeline-events", "tie", actors=crowd)
    for query, values in (
        ("q=tie", [(id, f"The {id}", 1) for id in crowd[:200]]),
        # Values that are chosen are there whatever comes before them
        (
            f"q=tie&actor={crowd[-1]},zara",
            [*((id, f"The {id}", 1) for id in [*crowd[:198], crowd[-1]]), ("zara", "Zara", 0)],
        ),
    ):
        question = f"{EVENTS}?facets=actor,kind&{query}"
        assert reader.page(question).facets["actor"] == values
        with reader.opened(question) as page:
            assert [name for name, facet in page.facets.items() if facet.truncated] == ["actor"]


def test_a_value_has_the_label_of_its_field(packaged: Reader) -> None:
    facets = packaged.page("policy-positions?facets=status&lang=fr").facets["status"]
    assert {value: label for value, label, _ in facets}["current"] == "Position actuelle"
