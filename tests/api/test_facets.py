"""Facets: exact counts of the rows that match, each value under the words for it."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from app.model.labels import label
from app.resources.registry import COLLECTIONS
from tests.support.schema import asking, choices_of
from tests.support.servers import inhabited
from tests.support.walks import records_of, walked
from tests.support.world import World, refused, text

EVENTS = "/v1/timeline-events"
TARGETS = {
    "source": "sources",
    "topic": "engagement-topics",
    "actor": "actors",
    "instrument": "legal-instruments",
}
# By collection, the fields that name such records: those the contract gives, however deep.
FIELDS = {
    "source": ["source"],
    "topic": ["topics"],
    "actor": [
        *("actors", "addressee", "issuer", "parties", "donor", "delivery_channels", "recipient", "lead", "partners"),
        *("sending_state", "receiving_state", "operated_by", "accredited_to", "about", "of"),
    ],
    "instrument": ["instruments", "instrument", "implements", "enabled_by", "amends"],
}
LISTS = [*(f"/v1/{name}" for name in COLLECTIONS), "/v1/timeline", "/v1/changes", "/v1/search?q=the"]


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of the tiny world after three revisions. It stays as it is."""
    with inhabited(tmp_path_factory.mktemp("moved")) as (world, client):
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
        yield client


def facets_of(path: str) -> list[str]:
    """The facets that a list offers."""
    return choices_of(path, "facets")


def named(value: Any, fields: list[str]) -> set[str]:
    """The ids that stand in these fields of a record, however deep."""
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


def expected(client: httpx.Client, facet: str, records: list[dict[str, Any]], lang: str, pin: str) -> list[Any]:
    """A facet as plain Python counts it in these records."""
    counts = Counter(value for record in records for value in values(facet, record))
    return [
        {"value": value, "label": worded(client, facet, value, lang, pin), "count": count}
        for value, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    ]


def worded(client: httpx.Client, facet: str, value: str, lang: str, pin: str) -> str:
    """What a value is called: the title of the record at the revision, else its label."""
    if facet not in TARGETS:
        return label(value, "fr" if lang == "fr" else "en")
    title: str = records_of(client, TARGETS[facet], f"lang={lang}&{pin}")[value]["title"]
    return title


def compare(client: httpx.Client, path: str, lang: str = "en", pin: str = "revision=1") -> None:
    """All facets of a list, with its filters, against counts over its rows."""
    asked = asking(path, f"lang={lang}&{pin}")
    names, rows = facets_of(path), walked(client, asked)
    if path.partition("?")[0] == "/v1/timeline":  # its rows are in short, and do not name all that their records name
        rows = [row | records_of(client, row["collection"], f"lang={lang}&{pin}")[row["id"]] for row in rows]
    answer = client.get(asking(asked, f"limit=1&facets={','.join(names)}")).raise_for_status().json()
    assert list(answer["facets"]) == names
    for name in names:
        assert answer["facets"][name] == expected(client, name, rows, lang, pin), name


def test_every_list_but_that_of_revisions_offers_facets() -> None:
    assert {path: sorted(facets_of(path)) for path in LISTS} == {
        EVENTS: ["actor", "instrument", "kind", "source", "topic"],
        "/v1/engagement-topics": ["source"],
        "/v1/policy-positions": ["actor", "instrument", "kind", "source", "status", "topic"],
        "/v1/sanctions-measures": ["instrument", "kind", "regime", "scope", "source", "topic"],
        "/v1/legal-instruments": ["actor", "instrument", "kind", "source", "topic"],
        "/v1/funding-records": ["actor", "basis", "cumulative", "currency", "sector", "source", "topic"],
        "/v1/initiatives": ["actor", "kind", "source", "topic"],
        "/v1/diplomatic-channels": ["actor", "kind", "source", "topic"],
        "/v1/background-facts": ["actor", "kind", "source", "topic"],
        "/v1/actors": ["actor", "code", "kind", "source"],
        "/v1/sources": ["kind", "language", "source"],
        "/v1/timeline": ["actor", "collection", "instrument", "source", "topic"],
        "/v1/changes": ["collection"],
        "/v1/search?q=the": ["collection"],
    }
    assert facets_of("/v1/revisions") == []


def test_a_facet_in_full(still: httpx.Client) -> None:
    assert still.get(f"{EVENTS}?facets=kind,actor&limit=1").json()["facets"] == {
        "kind": [
            {"value": "diplomacy", "label": "Diplomacy", "count": 3},
            {"value": "agreement", "label": "Agreement", "count": 2},
            {"value": "armed-conflict", "label": "Armed conflict", "count": 1},
        ],
        "actor": [{"value": "borea", "label": "Borea", "count": 2}, {"value": "aland", "label": "Åland", "count": 1}],
    }
    assert still.get("/v1/funding-records?facets=cumulative,currency&lang=fr").json()["facets"] == {
        "cumulative": [
            {"value": "false", "label": "Montant non cumulatif", "count": 1},
            {"value": "true", "label": "Montant cumulatif", "count": 1},
        ],
        "currency": [{"value": "CAD", "label": "CAD", "count": 1}, {"value": "USD", "label": "USD", "count": 1}],
    }


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(("lang", "pin"), [("en", "revision=1"), ("fr", "revision=2"), ("en", "revision=3")])
def test_facets_are_what_counting_the_rows_gives(moved: httpx.Client, path: str, lang: str, pin: str) -> None:
    compare(moved, path, lang, pin)


@pytest.mark.parametrize("path", LISTS)
def test_facets_of_the_packaged_records_are_what_counting_gives(dossier: httpx.Client, path: str) -> None:
    compare(dossier, path, "fr")


@pytest.mark.parametrize(
    "path",
    [
        f"{EVENTS}?q=the",
        f"{EVENTS}?topic=peace",
        f"{EVENTS}?actor=borea",
        f"{EVENTS}?actor=aland&actor=borea&kind=armed-conflict",
        f"{EVENTS}?from=1953&to=1990",
        f"{EVENTS}?from=1950&to=1990&certain=true",
        f"{EVENTS}?source=almanac&source=gazette&topic=peace&topic=trade",
        f"{EVENTS}?instrument=the-treaty",
        "/v1/sanctions-measures?in_force_on=2006-01-01",
        "/v1/sanctions-measures?in_force_on=2008-01-01&certain=true&instrument=the-law",
        "/v1/legal-instruments?in_force_on=2001-01-01&actor=aland",
        "/v1/funding-records?actor=aland&cumulative=false",
        "/v1/policy-positions?status=current&actor=borea",
        "/v1/actors?kind=state&kind=person",
        "/v1/actors?code=AX",
        "/v1/timeline?actor=borea&from=1952",
        "/v1/timeline?topic=peace&collection=timeline-events",
        "/v1/timeline?q=summary&actor=aland&instrument=the-treaty&instrument=the-law",
        "/v1/changes?since=0&collection=timeline-events",
        "/v1/changes?collection=actors&collection=initiatives",
        "/v1/search?q=elba",
        "/v1/search?q=the&collection=timeline-events&collection=actors",
    ],
)
def test_facets_count_the_rows_that_match_and_no_others(moved: httpx.Client, path: str) -> None:
    compare(moved, path, "en", "revision=3")


def test_what_is_counted_with_a_filter_is_more_than_what_it_asks_for(moved: httpx.Client) -> None:
    actors = moved.get(f"{EVENTS}?actor=borea&facets=actor").json()["facets"]["actor"]
    assert [(one["value"], one["count"]) for one in actors] == [("aland", 1), ("borea", 1)]


def test_a_record_that_names_an_actor_in_several_fields_counts_once(moved: httpx.Client) -> None:
    actors = moved.get("/v1/funding-records?facets=actor&q=2010").json()["facets"]["actor"]
    assert [(one["value"], one["count"]) for one in actors] == [("aland", 1), ("elba", 1)]
    instruments = moved.get("/v1/sanctions-measures?facets=instrument").json()["facets"]["instrument"]
    assert [(one["value"], one["count"]) for one in instruments] == [("the-law", 2), ("the-rule", 2), ("the-treaty", 1)]
    assert [one["count"] for one in moved.get("/v1/actors?facets=actor").json()["facets"]["actor"]] == [1]


def test_ids_are_labelled_with_their_title_of_that_revision_in_the_language_of_the_answer(moved: httpx.Client) -> None:
    def borea(query: str) -> str:
        answer = moved.get(f"{EVENTS}?facets=actor&{query}").json()
        return next(str(one["label"]) for one in answer["facets"]["actor"] if one["value"] == "borea")

    assert borea("revision=1") == "Borea"
    assert borea("revision=1&lang=fr") == "Borea (fr)"
    assert borea("lang=en") == "New Borea"
    assert borea("lang=fr") == "Nouvelle-Borée"
    assert borea("revision=1") == "Borea"


def test_no_row_or_no_value_makes_an_empty_facet(still: httpx.Client) -> None:
    answer = still.get(f"{EVENTS}?kind=summit&facets=kind,actor,topic").json()
    assert answer["facets"] == {"kind": [], "actor": [], "topic": []}
    assert still.get("/v1/actors?kind=person&facets=code").json()["facets"] == {"code": []}
    assert still.get("/v1/search?q=nowhere&facets=collection").json()["facets"] == {"collection": []}


def test_null_is_no_value(still: httpx.Client) -> None:
    codes = still.get("/v1/actors?facets=code").json()
    assert codes["page"]["total"] == 4
    assert codes["facets"] == {"code": [{"value": "AX", "label": "AX", "count": 1}]}


@pytest.mark.parametrize("path", LISTS)
def test_facets_change_nothing_else_in_a_page(moved: httpx.Client, path: str) -> None:
    plain = moved.get(asking(path, "limit=2"))
    counted = moved.get(asking(path, f"limit=2&facets={','.join(facets_of(path))}"))
    assert {name: member for name, member in counted.json().items() if name != "facets"} == plain.json()
    assert "facets" not in plain.json()
    cursor = plain.json()["page"]["next"]
    if cursor:
        going_on = moved.get(asking(path, f"cursor={cursor}&facets={facets_of(path)[0]}"))
        assert going_on.json()["data"] == moved.get(asking(path, f"cursor={cursor}")).json()["data"]
        assert going_on.json()["facets"][facets_of(path)[0]] == counted.json()["facets"][facets_of(path)[0]]


def test_facets_are_asked_for_by_comma_or_again_and_come_once_in_the_order_asked(still: httpx.Client) -> None:
    by_comma = still.get(f"{EVENTS}?facets=topic,kind").json()
    assert list(by_comma["facets"]) == ["topic", "kind"]
    assert still.get(f"{EVENTS}?facets=topic&facets=kind").json() == by_comma
    assert still.get(f"{EVENTS}?facets=topic,kind,topic&facets=kind").json() == by_comma
    assert list(still.get(f"{EVENTS}?facets=kind,topic").json()["facets"]) == ["kind", "topic"]


@pytest.mark.parametrize("path", LISTS)
def test_an_unknown_facet_is_refused_with_the_nearest(still: httpx.Client, path: str) -> None:
    names = facets_of(path)
    assert refused(still, asking(path, f"facets={names[-1]}x")) == [
        ("facets", f'"{names[-1]}x" is not known. Did you mean {names[-1]}? Allowed: {", ".join(names)}')
    ]
    assert refused(still, asking(path, f"facets={names[0]},{names[-1]}x"))[0][0] == "facets"


@pytest.mark.parametrize("asked", ["facets=title", "facets=limit", "facets=kind,", "facets=kind;actor"])
def test_what_is_no_facet_is_refused(still: httpx.Client, asked: str) -> None:
    assert [name for name, _ in refused(still, f"{EVENTS}?{asked}")] == ["facets"]


def test_facets_follow_a_publication_at_once_and_stay_with_a_pinned_revision(world: World, api: httpx.Client) -> None:
    def kinds(query: str = "") -> dict[str, int]:
        answer = api.get(f"{EVENTS}?facets=kind{query}").json()
        return {one["value"]: one["count"] for one in answer["facets"]["kind"]}

    assert kinds() == {"diplomacy": 3, "agreement": 2, "armed-conflict": 1}
    world.publish_with_change("timeline-events", "tie", kind="summit")
    assert kinds() == {"agreement": 2, "diplomacy": 2, "armed-conflict": 1, "summit": 1}
    assert kinds("&revision=1") == {"diplomacy": 3, "agreement": 2, "armed-conflict": 1}
    assert kinds("&as_of=2020-01-01T12:00:00Z") == {"diplomacy": 3, "agreement": 2, "armed-conflict": 1}


def test_a_facet_of_very_many_ids_labels_them_all(world: World, api: httpx.Client) -> None:
    crowd = [f"actor-{number:04}" for number in range(1, 1202)]
    for id in crowd:
        world.add("actors", id, f"The {id}", kind="person")
    world.change("timeline-events", "tie", actors=crowd)
    world.publish()
    actors = api.get(f"{EVENTS}?facets=actor&q=tie").json()["facets"]["actor"]
    assert [(one["value"], one["label"], one["count"]) for one in actors] == [(id, f"The {id}", 1) for id in crowd]
