"""The timeline over HTTP: JSON, calendars and feeds."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from xml.etree import ElementTree as ET

import httpx
import pytest
from icalendar import Calendar, Event

from app.main import create_app
from tests.support import lived as pasts
from tests.support.atom import A, entries, faults, links, pages
from tests.support.servers import client_of, inhabited, settings_for
from tests.support.world import World, refused

LIST, EVENTS = "/v1/timeline", "/v1/timeline-events"


@dataclass
class Lived:
    """A timeline with a past: a client of its server, and of another that knows its public address."""

    client: httpx.Client
    named: httpx.Client


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    """The tiny world with five revisions. It changes no more."""
    folder = tmp_path_factory.mktemp("lived")
    with inhabited(folder) as (world, client):
        pasts.entries(world)
        public = settings_for(folder / "world.db", public_url="https://dossier.example")
        with client_of(create_app(public)) as named:
            yield Lived(client, named)


def test_a_page_in_json(still: httpx.Client) -> None:
    answer = still.get(f"{LIST}?topic=trade&collection=sanctions-measures&lang=fr").json()
    assert answer == {
        "data": [
            {
                "collection": "sanctions-measures",
                "id": "no-loans",
                "title": "No loans (fr)",
                "summary": "Summary of No loans (fr)",
                "kind": "financial-services-ban",
                "date": "2007-03-01",
                "earliest": "2007-03-01",
                "latest": "2007-03-01",
                "place": None,
                "actors": [],
                "topics": ["trade"],
                "url": "/v1/sanctions-measures/no-loans",
                "part_of": [],
            }
        ],
        "page": {"limit": 50, "total": 1, "next": None},
        "dataset": {"revision": 1, "published_at": "2020-01-01T00:00:00Z"},
    }


@pytest.mark.parametrize("query", ["kind=embassy", "collection=actors", "topic=war", "from=2001&to=2000"])
def test_what_the_timeline_lacks_is_refused(still: httpx.Client, query: str) -> None:
    assert refused(still, f"{LIST}?{query}")[0][0] == ("to" if "to=" in query else query.partition("=")[0])


# Calendars


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
        ("The treaty [1991]", date(1991, 1, 1), date(1992, 1, 1)),
        ("The law", date(2000, 1, 1), date(2000, 1, 2)),
        ("The quarrel [2004?/]", date(2004, 1, 1), date(2004, 1, 2)),
        ("No apples [2005]", date(2005, 1, 1), date(2006, 1, 1)),
        ("Aid so far [2005/]", date(2005, 1, 1), date(2005, 1, 2)),
        ("No loans", date(2007, 3, 1), date(2007, 3, 2)),
        ("Aid in 2010 [2010]", date(2010, 1, 1), date(2011, 1, 1)),
        ("The patrol [2018/..]", date(2018, 1, 1), date(2018, 1, 2)),
    ]
    assert [one.errors for one in found] == [[]] * 12


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


def test_a_calendar_has_all_that_matches_however_much(world: World, api: httpx.Client) -> None:
    for number in range(201):  # more than a page can have
        world.add("initiatives", f"i-{number:03}", f"Number {number}", kind="military", period="2000")
    world.publish()
    assert len(events(api, f"{LIST}?format=ics")) == 201 + 12  # not the feud, which has no day
    assert len(events(api, f"{LIST}?format=ics&from=2000&to=2000&certain=true")) == 201 + 1


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
    assert first == "1950/1953 · The war"
    assert rest[:2] == ["1953-07 · The truce", "1990-05-01 · The signing"]
    assert len({first, *rest}) == 12
    assert titles(still, f"sort=-date&limit={limit}") == titles(still, f"limit={limit}") == [*rest[::-1], first]


DATES = "1950/1953 1953-07 1990-05-01 1990-05-01 1991 2000-01-01 2004?/ 2005 2005/ 2007-03-01 2010 2018/..".split()


def test_a_feed_stays_on_its_revision_while_publications_go_on(world: World, api: httpx.Client) -> None:
    met: list[str | None] = []
    for page in pages(api, f"{LIST}?format=atom&sort=date&limit=5"):
        met += [entry.findtext(f"{A}title") for entry in page.iter(f"{A}entry")]
        pasts.disturb(world)
    assert [(title or "").partition(" · ")[0] for title in met] == DATES


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
