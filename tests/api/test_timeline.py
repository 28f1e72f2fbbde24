"""The timeline: what stands in it and when, its order, windows, walks, calendars and feeds."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest
from icalendar import Calendar, Event
from sqlalchemy import event

from app.main import api as application
from app.main import create_app
from app.store.engines.sqlite import SqliteDatabase
from tests.support.atom import A, entries, faults, links, pages
from tests.support.dates import publish_many_dates
from tests.support.servers import client_of, inhabited, settings_for
from tests.support.walks import rows
from tests.support.world import World, ids, refused, text

LIST, EVENTS = "/v1/timeline", "/v1/timeline-events"
TREATY = {"collection": "legal-instruments", "id": "the-treaty"}

IN_ORDER = [
    ("timeline-events", "feud", "/.."),
    ("timeline-events", "war", "1950/1953"),
    ("timeline-events", "truce", "1953-07"),
    ("timeline-events", "signing", "1990-05-01"),
    ("timeline-events", "tie", "1990-05-01"),
    ("legal-instruments", "the-law", "2000-01-01"),
    ("timeline-events", "quarrel", "2004?/"),
    ("sanctions-measures", "no-apples", "2005"),
    ("funding-records", "aid-so-far", "2005/"),
    ("sanctions-measures", "no-loans", "2007-03-01"),
    ("funding-records", "aid-2010", "2010"),
    ("initiatives", "patrol", "2018/.."),
]


def told(client: httpx.Client, query: str = "") -> list[tuple[str, str, str]]:
    """Collection, id and date of each entry of a page."""
    data = client.get(f"{LIST}{query}").raise_for_status().json()["data"]
    return [(one["collection"], one["id"], one["date"]) for one in data]


@dataclass
class Lived:
    """A timeline with a past: a client of its server, of another that knows its public address, and its database."""

    client: httpx.Client
    named: httpx.Client
    path: Path


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    """The tiny world with five revisions, in which the signing names the treaty and lets it go. It changes no more."""
    folder = tmp_path_factory.mktemp("lived")
    with inhabited(folder) as (world, client):
        world.change("timeline-events", "signing", related=[])
        world.add("initiatives", "tie", "Neckties", kind="military", period="1990-05-01", lead="elba")
        world.publish()
        twin = {"collection": "initiatives", "id": "tie"}
        world.change("timeline-events", "signing", related=[TREATY, twin])
        world.publish()
        world.withdraw("timeline-events", "signing")
        world.change("timeline-events", "war", title=text("Great war", "Grande guerre"), date="1950/1954")
        world.publish()
        world.change("legal-instruments", "the-rule", date="1999~")
        world.change("sanctions-measures", "no-apples", in_force_from=None, in_force_to=None)
        world.publish()
        public = settings_for(folder / "world.db", public_url="https://dossier.example")
        with client_of(create_app(public)) as named:
            yield Lived(client, named, folder / "world.db")


def test_dated_records_of_all_kinds_stand_in_one_order(still: httpx.Client) -> None:
    assert told(still) == IN_ORDER
    assert told(still, "?sort=date") == IN_ORDER
    assert told(still, "?sort=-date") == IN_ORDER[::-1]


def test_what_has_no_date_or_no_place_in_time_is_absent(still: httpx.Client) -> None:
    known = {(collection, id) for collection, id, _ in told(still)}
    assert not known & {("sanctions-measures", "no-boats"), ("legal-instruments", "the-rule")}
    assert {collection for collection, _ in known}.isdisjoint(
        {"policy-positions", "background-facts", "actors", "sources", "engagement-topics", "diplomatic-channels"}
    )


def test_an_entry_in_full(still: httpx.Client) -> None:
    entry = still.get(f"{LIST}?topic=trade&collection=sanctions-measures&lang=fr").json()["data"]
    assert [list(one.items()) for one in entry] == [
        [
            ("collection", "sanctions-measures"),
            ("id", "no-loans"),
            ("title", "No loans (fr)"),
            ("date", "2007-03-01"),
            ("earliest", "2007-03-01"),
            ("latest", "2007-03-01"),
            ("topics", ["trade"]),
            ("url", "/v1/sanctions-measures/no-loans"),
        ]
    ]


def test_open_and_unknown_ends_have_no_bound(still: httpx.Client) -> None:
    data = still.get(LIST).json()["data"]
    assert {
        one["id"]: (one["earliest"], one["latest"]) for one in data if None in (one["earliest"], one["latest"])
    } == {
        "feud": (None, None),
        "quarrel": ("2004-01-01", None),
        "aid-so-far": ("2005-01-01", None),
        "patrol": ("2018-01-01", None),
    }


def test_entries_are_told_in_the_language_of_the_answer(still: httpx.Client) -> None:
    assert still.get(f"{LIST}?q=elbe").json()["data"][0]["title"] == "The signing"
    assert still.get(f"{LIST}?q=elbe&lang=fr").json()["data"][0]["title"] == "The signing (fr)"
    assert told(still, "?lang=fr") == IN_ORDER


def test_an_instrument_stands_under_its_own_date_until_that_of_its_coming_into_force_is_known(lived: Lived) -> None:
    assert told(lived.client, "?collection=legal-instruments") == [
        ("legal-instruments", "the-treaty", "1991"),
        ("legal-instruments", "the-rule", "1999~"),
        ("legal-instruments", "the-law", "2000-01-01"),
    ]


def test_a_record_that_loses_its_date_leaves_the_timeline_and_stays_in_its_past(lived: Lived) -> None:
    measures = "?collection=sanctions-measures"
    assert told(lived.client, measures) == [("sanctions-measures", "no-loans", "2007-03-01")]
    assert ("sanctions-measures", "no-apples", "2005") in told(lived.client, f"{measures}&revision=4")


@pytest.mark.parametrize(
    ("revision", "instruments", "initiatives"),
    [
        (1, ["the-law"], ["patrol"]),
        (2, ["the-treaty", "the-law"], ["tie", "patrol"]),
        (3, ["the-law"], ["patrol"]),
        (4, ["the-treaty", "the-law"], ["tie", "patrol"]),
    ],
)
def test_what_an_event_names_as_its_work_has_no_second_entry_as_long_as_it_does(
    lived: Lived, revision: int, instruments: list[str], initiatives: list[str]
) -> None:
    assert ids(lived.client, f"{LIST}?collection=legal-instruments&revision={revision}") == instruments
    assert ids(lived.client, f"{LIST}?collection=initiatives&revision={revision}") == initiatives


def test_a_record_of_the_same_id_in_another_collection_keeps_its_entry(lived: Lived) -> None:
    at = "?from=1990&to=1990&certain=true&revision="
    tie = ("timeline-events", "tie", "1990-05-01")
    assert told(lived.client, f"{at}2")[1:] == [("initiatives", "tie", "1990-05-01"), tie]
    assert told(lived.client, f"{at}3")[1:] == [tie]
    assert told(lived.client, "?actor=elba&to=1990") == [("initiatives", "tie", "1990-05-01")]
    assert told(lived.client, "?q=neckties") == [("initiatives", "tie", "1990-05-01")]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("collection=initiatives", ["patrol"]),
        ("collection=initiatives&collection=sanctions-measures", ["no-apples", "no-loans", "patrol"]),
        ("topic=peace", ["war", "truce", "quarrel"]),
        ("topic=trade&topic=peace", ["war", "truce", "quarrel", "no-loans"]),
        ("actor=elba", ["aid-2010", "patrol"]),
        ("actor=borea", ["war", "truce", "aid-2010"]),
        ("instrument=the-law", ["no-apples", "no-loans"]),
        ("instrument=the-treaty", ["signing", "no-loans"]),
        ("source=almanac", ["war"]),
        ("source=gazette&topic=trade", ["quarrel", "no-loans"]),
        ("q=pommettes", ["no-apples"]),
        ("q=the+war", ["war"]),
        ("q=aid&actor=borea", ["aid-2010"]),
        ("q=aid&collection=timeline-events", []),
        ("in_force_on=2005-01-01", None),
        ("kind=agreement", None),
        ("collection=actors", None),
        ("topic=war", None),
    ],
)
def test_filters_narrow_the_timeline_and_what_it_lacks_is_refused(
    still: httpx.Client, query: str, expected: list[str] | None
) -> None:
    if expected is None:
        assert refused(still, f"{LIST}?{query}")[0][0] == query.partition("=")[0]
    else:
        assert ids(still, f"{LIST}?{query}") == expected
        assert still.get(f"{LIST}?{query}").json()["page"]["total"] == len(expected)


@pytest.mark.parametrize(("lang", "measures"), [("en", "Sanctions measures"), ("fr", "Mesures de sanction")])
def test_collections_are_counted_in_all_that_matches(still: httpx.Client, lang: str, measures: str) -> None:
    page = still.get(f"{LIST}?from=2005&to=2009&facets=collection&limit=1&lang={lang}").json()
    assert [(one["value"], one["count"]) for one in page["facets"]["collection"]] == [
        ("sanctions-measures", 2),
        ("timeline-events", 2),
        ("funding-records", 1),
    ]
    assert page["facets"]["collection"][0]["label"] == measures


def test_what_entries_name_comes_with_them(still: httpx.Client) -> None:
    page = still.get(f"{LIST}?topic=trade&include=engagement-topics,legal-instruments&lang=fr").json()
    included = {name: {id: one["title"] for id, one in found.items()} for name, found in page["included"].items()}
    assert included == {
        "engagement-topics": {"peace": "Peace (fr)", "trade": "Trade (fr)"},
        "legal-instruments": {"the-law": "The law (fr)", "the-treaty": "The treaty (fr)"},
    }


def test_a_pinned_timeline_is_the_one_of_then(lived: Lived, still: httpx.Client) -> None:
    for query in ("", "&sort=-date&limit=3", "&lang=fr&facets=collection,topic", "&q=war&include=sources"):
        assert lived.client.get(f"{LIST}?revision=1{query}").json() == still.get(f"{LIST}?revision=1{query}").json()
    assert lived.client.get(f"{LIST}?as_of=2020-01-03T12:00:00Z").json()["dataset"]["revision"] == 3
    assert told(lived.client, "?as_of=2020-01-01T12:00:00Z") == IN_ORDER


def disturb(world: World) -> None:
    """Add an early and a late entry, move one, and let the signing name the treaty or not, by turns."""
    turn = world.revisions
    world.add("initiatives", f"early-{turn}", "Early", kind="military", period="1951")
    world.add("funding-records", f"late-{turn}", "Late", **LATE)
    world.change("timeline-events", "tie", date=f"19{turn:02}")
    world.change("timeline-events", "signing", related=[] if turn % 2 else [TREATY])
    world.publish()


LATE: dict[str, Any] = {
    "amount": "1",
    "currency": "CAD",
    "basis": "received",
    "cumulative": False,
    "sector": "all",
    "period": "3000",
    "donor": "aland",
}


def test_a_walk_meets_every_entry_of_its_revision_once_while_publications_go_on(
    world: World, api: httpx.Client
) -> None:
    def publish() -> None:
        if world.revisions < last:
            disturb(world)

    for limit, sort in ((1, "-date"), (2, "date"), (3, "-date"), (7, "date")):
        expected, last = told(api, f"?sort={sort}"), world.revisions + 3
        met = rows(api, f"{LIST}?sort={sort}&limit={limit}", publish)
        assert [(one["collection"], one["id"], one["date"]) for one in met] == expected
        assert told(api, f"?sort={sort}") != expected


def test_a_cursor_of_another_timeline_is_refused(still: httpx.Client) -> None:
    cursor = still.get(f"{LIST}?limit=2").json()["page"]["next"]
    assert [id for _, id, _ in told(still, f"?lang=fr&limit=2&cursor={cursor}")] == ["truce", "signing"]
    for other in ("sort=-date", "topic=peace", "from=1950", "collection=initiatives", "q=war"):
        assert refused(still, f"{LIST}?{other}&cursor={cursor}")[0][0] == "cursor"
    assert refused(still, f"{EVENTS}?cursor={cursor}")[0][0] == "cursor"


def test_the_newest_revision_is_read_from_its_index_also_behind_a_cursor(lived: Lived) -> None:
    app = application(settings_for(lived.path))
    sent: list[tuple[str, Any]] = []
    event.listen(
        app.state.service.database.readers, "before_cursor_execute", lambda *found: sent.append((found[2], found[3]))
    )
    with client_of(app) as client:
        cursor = client.get(f"{LIST}?limit=2").json()["page"]["next"]
        sent.clear()
        assert client.get(f"{LIST}?limit=2&cursor={cursor}").status_code == 200
    with SqliteDatabase(settings_for(lived.path)).reading() as connection:
        for statement, values in sent:
            if "body_en" in statement:
                plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
                assert "USING INDEX ix_version_index_timeline" in plan[0].detail
                assert not any("TEMP B-TREE" in step.detail for step in plan)


# Calendars


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of the world with more dates than a page can hold."""
    with inhabited(tmp_path_factory.mktemp("crowded")) as (world, client):
        publish_many_dates(world)
        yield client


def events(client: httpx.Client, path: str) -> list[Event]:
    """The events of a calendar as another program reads them."""
    return Calendar.from_ical(client.get(path).raise_for_status().content).events


def test_a_calendar_has_one_event_for_each_entry_that_has_a_day(still: httpx.Client) -> None:
    found = events(still, f"{LIST}?format=ics")
    assert [(str(one["SUMMARY"]), one.start, one.end) for one in found] == [
        ("The war [1950/1953]", date(1950, 1, 1), date(1954, 1, 1)),
        ("The truce [1953-07]", date(1953, 7, 1), date(1953, 8, 1)),
        ("The signing", date(1990, 5, 1), date(1990, 5, 2)),
        ("A tie", date(1990, 5, 1), date(1990, 5, 2)),
        ("The law", date(2000, 1, 1), date(2000, 1, 2)),
        ("The quarrel [2004?/]", date(2004, 1, 1), date(2004, 1, 2)),
        ("No apples [2005]", date(2005, 1, 1), date(2006, 1, 1)),
        ("Aid so far [2005/]", date(2005, 1, 1), date(2005, 1, 2)),
        ("No loans", date(2007, 3, 1), date(2007, 3, 2)),
        ("Aid in 2010 [2010]", date(2010, 1, 1), date(2011, 1, 1)),
        ("The patrol [2018/..]", date(2018, 1, 1), date(2018, 1, 2)),
    ]
    assert [one.errors for one in found] == [[]] * 11


def test_an_event_tells_what_its_record_tells_in_the_language_of_the_answer(still: httpx.Client) -> None:
    (loans,) = events(still, f"{LIST}?format=ics&q=loans&lang=fr")
    assert (str(loans["SUMMARY"]), str(loans["DESCRIPTION"])) == ("No loans (fr)", "Summary of No loans (fr)")
    assert loans.categories == ["sanctions-measures", "trade"]
    assert loans.sequence == 1
    (truce,) = events(still, f"{LIST}?format=ics&q=truce&lang=fr")
    assert str(truce["SUMMARY"]) == "The truce (fr) [1953-07]"
    assert str(truce["DESCRIPTION"]) == (
        "Summary of The truce (fr)\n\nDate donnée au mois près. Cette entrée couvre tous les jours possibles."
    )


def test_an_instrument_stands_in_the_calendar_on_the_day_it_stands_on_in_the_timeline(lived: Lived) -> None:
    treaty = events(lived.client, f"{LIST}?format=ics&collection=legal-instruments")[0]
    assert (str(treaty["SUMMARY"]), treaty.start, treaty.end) == (
        "The treaty [1991]",
        date(1991, 1, 1),
        date(1992, 1, 1),
    )


def test_an_event_has_one_uid_in_every_list_language_and_revision(lived: Lived) -> None:
    def uids(path: str) -> dict[str, str]:
        return {str(one["SUMMARY"]).partition(" [")[0]: str(one.uid) for one in events(lived.client, path)}

    now, then = uids(f"{LIST}?format=ics"), uids(f"{LIST}?format=ics&revision=1")
    own, french = uids(f"{EVENTS}?format=ics"), uids(f"{LIST}?format=ics&lang=fr")
    assert now["Great war"] == then["The war"] == own["Great war"] == french["Grande guerre"]
    assert now["A tie"] == own["A tie"] != now["Neckties"]
    assert len(set(now.values())) == len(now)


def test_a_calendar_of_events_holds_the_events_that_have_a_day(still: httpx.Client) -> None:
    found = events(still, f"{EVENTS}?format=ics&sort=-date")
    assert [str(one["SUMMARY"]).partition(" [")[0] for one in found] == [
        *("The quarrel", "A tie", "The signing", "The truce", "The war"),
    ]
    assert found[-1].categories == ["timeline-events", "peace"]


def test_a_calendar_has_all_that_matches_however_much(crowded: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = crowded.get(f"{LIST}?format=ics").content
    assert whole.count(b"BEGIN:VEVENT") == 258 - 7  # none of `/..`
    assert len(events(crowded, f"{LIST}?format=ics&from=2000&to=2000&certain=true")) == 6 * 17 + 1
    monkeypatch.setattr("app.reading.list_view.BATCH", 7)
    assert crowded.get(f"{LIST}?format=ics").content == whole


@pytest.mark.parametrize(
    ("path", "lang", "name", "title"),
    [
        (LIST, "en", "dossier-timeline-r1-en.ics", "Canada–North Korea dossier · Timeline"),
        (LIST, "fr", "dossier-timeline-r1-fr.ics", "Dossier Canada–Corée du Nord · Chronologie"),
        (EVENTS, "en", "dossier-timeline-events-r1-en.ics", "Canada–North Korea dossier · Timeline events"),
    ],
)
def test_a_calendar_says_what_it_is(still: httpx.Client, path: str, lang: str, name: str, title: str) -> None:
    answer = still.get(f"{path}?format=ics&lang={lang}")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert Calendar.from_ical(answer.content).calendar_name == title
    by_header = still.get(path, headers={"Accept": "text/calendar", "Accept-Language": lang})
    assert by_header.content == answer.content


def test_a_calendar_without_entries_is_one_all_the_same(still: httpx.Client) -> None:
    found = Calendar.from_ical(still.get(f"{LIST}?format=ics&from=2500&certain=true").content)
    assert (found.events, found.errors) == ([], [])


def test_a_calendar_is_not_cut_into_pages(still: httpx.Client) -> None:
    for asked in ("limit=5", "cursor=abc"):
        [(parameter, _)] = refused(still, f"{LIST}?format=ics&{asked}")
        assert parameter == asked.partition("=")[0]


def test_the_calendar_of_a_revision_keeps_its_bytes(lived: Lived, still: httpx.Client) -> None:
    for path in (LIST, EVENTS):
        for query in ("", "&lang=fr&topic=peace&sort=-date"):
            pinned = f"{path}?format=ics&revision=1{query}"
            assert lived.client.get(pinned).content == still.get(f"{path}?format=ics{query}").content


def test_events_have_addresses_only_where_there_is_a_public_one(lived: Lived) -> None:
    path = f"{LIST}?format=ics&q=truce"
    assert "URL" not in events(lived.client, path)[0]
    assert [one.url for one in events(lived.named, path)] == ["https://dossier.example/v1/timeline-events/truce"]


# Feeds


def titles(client: httpx.Client, query: str) -> list[str | None]:
    return [entry.findtext(f"{A}title") for entry in entries(client, f"{LIST}?format=atom&{query}")]


@pytest.mark.parametrize(
    "query", ["", "&sort=date", "&lang=fr&limit=3", "&topic=peace&limit=1", "&from=2500&certain=true"]
)
@pytest.mark.parametrize("server", ["client", "named"])
def test_feeds_are_valid(lived: Lived, server: str, query: str) -> None:
    answer = getattr(lived, server).get(f"{LIST}?format=atom{query}")
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    assert faults(answer.content) == []


@pytest.mark.parametrize("limit", [1, 5, 200])
def test_a_feed_meets_every_entry_once_in_the_order_asked_for_the_latest_first_by_itself(
    still: httpx.Client, limit: int
) -> None:
    first, *rest = titles(still, f"sort=date&limit={limit}")
    assert first == "/.. · The feud"
    assert rest[:2] == ["1950/1953 · The war", "1953-07 · The truce"]
    assert len({first, *rest}) == 12
    assert titles(still, f"sort=-date&limit={limit}") == titles(still, f"limit={limit}") == [*rest[::-1], first]


def test_a_feed_stays_on_its_revision_while_publications_go_on(world: World, api: httpx.Client) -> None:
    met: list[str | None] = []
    for page in pages(api, f"{LIST}?format=atom&sort=date&limit=5"):
        met += [entry.findtext(f"{A}title") for entry in page.iter(f"{A}entry")]
        disturb(world)
    assert [(title or "").partition(" · ")[0] for title in met] == [when for _, _, when in IN_ORDER]


def test_an_entry_of_a_feed_in_full(lived: Lived) -> None:
    (entry,) = entries(lived.named, f"{LIST}?format=atom&q=guerre&lang=fr")
    assert entry.findtext(f"{A}title") == "1950/1954 · Grande guerre"
    assert entry.findtext(f"{A}summary") == "Summary of The war (fr)"
    assert entry.findtext(f"{A}updated") == "2020-01-04T00:00:00Z"
    address = "https://dossier.example/v1/timeline-events/war?lang=fr"
    assert links(entry) == {"alternate": address}
    assert [(part.get("term"), part.get("scheme")) for part in entry.iter(f"{A}category")] == [
        ("timeline-events", "https://dossier.example/v1"),
        ("peace", "https://dossier.example/v1/engagement-topics"),
    ]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_feed_asked_for_by_headers_names_an_address_of_the_same_bytes(still: httpx.Client, lang: str) -> None:
    headers = {"Accept": "application/atom+xml", "Accept-Language": lang}
    answer = still.get(f"{LIST}?limit=4&topic=peace", headers=headers)
    found = links(ET.fromstring(answer.content))
    assert found["self"] == f"{LIST}?limit=4&topic=peace&format=atom&lang={lang}"
    assert still.get(found["self"] or "").content == answer.content
    assert still.get(found["alternate"] or "").headers["content-type"] == "application/json"


def test_a_feed_has_an_id_of_its_own_order_filters_and_language(still: httpx.Client) -> None:
    def name(query: str) -> str | None:
        return ET.fromstring(still.get(f"{LIST}?format=atom&{query}").content).findtext(f"{A}id")

    asked = ["sort=date", "sort=-date", "lang=fr", "topic=peace"]
    assert len({name(query) for query in asked}) == 4
    assert name("limit=2") == name("sort=-date") == name("revision=1")
