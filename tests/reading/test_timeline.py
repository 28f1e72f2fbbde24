"""The timeline: what is in it and when, its order, periods, and walks."""

import calendar
import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.reading.timeline import TIMED
from tests.support import lived as pasts
from tests.support.reading import Reader, reader_of
from tests.support.world import World

IN_ORDER = [
    ("timeline-events", "war", "1950/1953"),
    ("timeline-events", "truce", "1953-07"),
    ("timeline-events", "signing", "1990-05-01"),
    ("timeline-events", "tie", "1990-05-01"),
    ("legal-instruments", "the-treaty", "1991"),
    ("legal-instruments", "the-law", "2000-01-01"),
    ("timeline-events", "quarrel", "2004?/"),
    ("sanctions-measures", "no-apples", "2005"),
    ("funding-records", "aid-so-far", "2005/"),
    ("sanctions-measures", "no-loans", "2007-03-01"),
    ("funding-records", "aid-2010", "2010"),
    ("initiatives", "patrol", "2018/.."),
]
TIE = ("timeline-events", "tie", "1990-05-01")
TWIN = ("initiatives", "tie", "1990-05-01")
TREATY = ("legal-instruments", "the-treaty", "1991")
LAW = ("legal-instruments", "the-law", "2000-01-01")


def entries(reader: Reader, query: str = "") -> list[tuple[str, str, str]]:
    """Collection, id and date of each entry of a page."""
    return [(one["collection"], one["id"], one["date"]) for one in reader.rows(f"timeline?{query}")]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """A reader of the tiny world with five revisions, in which the signing names the treaty and lets it go."""
    with reader_of(tmp_path_factory.mktemp("lived"), pasts.entries) as reader:
        yield reader


def test_dated_records_of_all_kinds_are_in_one_order_and_no_others(tiny: Reader) -> None:
    assert entries(tiny) == entries(tiny, "sort=date") == entries(tiny, "lang=fr") == IN_ORDER
    assert entries(tiny, "sort=-date") == IN_ORDER[::-1]
    assert [row["id"] for row in tiny.page("timeline", feed=True).rows] == [id for _, id, _ in IN_ORDER[::-1]]


def test_an_entry_in_full(tiny: Reader) -> None:
    (entry,) = tiny.rows("timeline?topic=trade&collection=sanctions-measures&lang=fr")
    assert list(entry.items()) == [
        ("collection", "sanctions-measures"),
        ("id", "no-loans"),
        ("title", "No loans (fr)"),
        ("summary", "Summary of No loans (fr)"),
        ("kind", "financial-services-ban"),
        ("date", "2007-03-01"),
        ("earliest", "2007-03-01"),
        ("latest", "2007-03-01"),
        ("place", None),
        ("actors", []),
        ("topics", ["trade"]),
        ("url", "/v1/sanctions-measures/no-loans"),
        ("part_of", []),
    ]


def test_an_entry_has_the_kind_place_and_actors_of_its_record(tiny: Reader) -> None:
    found = {row["id"]: (row["kind"], row["place"], row["actors"]) for row in tiny.rows("timeline?lang=fr")}
    assert found["signing"] == ("agreement", "Château d’Elbe", [])
    assert found["war"] == ("armed-conflict", None, ["aland", "borea"])
    assert found["the-treaty"] == ("treaty", None, ["aland", "borea"])
    assert found["aid-2010"] == (None, None, ["aland", "elba", "borea"])
    assert found["patrol"] == ("naval", None, ["aland", "elba"])


def test_a_record_with_neither_bound_is_absent_and_its_hit_has_no_date(tiny: Reader) -> None:
    assert tiny.rows("timeline-events/feud/history")[0]["record"]["date"] == "/.."
    assert "feud" not in tiny.ids("timeline")
    assert [(hit["id"], hit["date"]) for hit in tiny.rows("search?q=feud&collection=timeline-events")] == [
        ("feud", None)
    ]


SIGNING = [{"collection": "timeline-events", "id": "signing"}]


@pytest.mark.parametrize(("revision", "parts"), [(1, {"the-treaty"}), (2, set()), (3, {"the-treaty", "tie"})])
def test_an_entry_names_the_events_that_brought_it_about_at_the_revision(
    lived: Reader, revision: int, parts: set[str]
) -> None:
    rows = lived.rows(f"timeline?revision={revision}")
    assert {row["id"] for row in rows if row["part_of"]} == parts
    assert all(row["part_of"] in ([], SIGNING) for row in rows)
    # An event that another one names in `related` is part of nothing
    assert all(row["part_of"] == [] for row in rows if row["collection"] == "timeline-events")
    exported = lived.everything(f"timeline?revision={revision}")
    assert exported == rows


@pytest.mark.parametrize("query", ["", "collection=legal-instruments", "q=treaty", "from=1991&to=1991", "kind=treaty"])
def test_folding_leaves_out_what_an_event_brought_about_whatever_else_is_asked(tiny: Reader, query: str) -> None:
    assert [row for row in tiny.rows(f"timeline?{query}") if not row["part_of"]] == tiny.rows(
        f"timeline?fold=true&{query}"
    )
    assert "the-treaty" in tiny.ids(f"timeline?fold=false&{query}")
    assert "the-treaty" not in tiny.ids(f"timeline?fold=true&{query}")


def test_events_that_entries_are_part_of_can_be_included(tiny: Reader) -> None:
    page = tiny.page("timeline?kind=treaty&include=timeline-events,actors")
    assert {name: list(found) for name, found in page.included.items()} == {
        "timeline-events": ["signing"],
        "actors": ["aland", "borea"],
    }


def test_every_collection_and_kind_that_is_offered_can_give_rows(tiny: Reader) -> None:
    for collection in ("timeline-events", "sanctions-measures", "legal-instruments", "funding-records", "initiatives"):
        assert tiny.ids(f"timeline?collection={collection}")
    assert sorted(TIMED) == sorted({collection for collection, _, _ in IN_ORDER})
    assert tiny.ids("timeline?kind=agreement") == ["truce", "signing"]
    assert tiny.ids("timeline?kind=treaty,naval") == ["the-treaty", "patrol"]
    assert tiny.page("timeline?kind=treaty&facets=kind&lang=fr&to=1991").facets["kind"] == [
        ("agreement", "Accord", 2),
        ("armed-conflict", "Conflit armé", 1),
        ("diplomacy", "Diplomatie", 1),
        ("treaty", "Traité", 1),
    ]


def test_open_and_unknown_ends_have_no_bound(tiny: Reader) -> None:
    bounds = {row["id"]: (row["earliest"], row["latest"]) for row in tiny.rows("timeline")}
    assert {id: pair for id, pair in bounds.items() if None in pair} == {
        "quarrel": ("2004-01-01", None),
        "aid-so-far": ("2005-01-01", None),
        "patrol": ("2018-01-01", None),
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        # An instrument comes at its own date until that of its coming into force is known
        ("collection=legal-instruments", [TREATY, ("legal-instruments", "the-rule", "1999~"), LAW]),
        # A record that loses its date leaves the timeline and stays in its past
        ("collection=sanctions-measures", [IN_ORDER[9]]),
        ("collection=sanctions-measures&revision=4", [IN_ORDER[7], IN_ORDER[9]]),
        # With `fold`, what an event names in `related` has no entry of its own as long as it does
        ("fold=true&collection=legal-instruments&revision=1", [LAW]),
        ("fold=true&collection=legal-instruments&revision=2", [TREATY, LAW]),
        ("fold=true&collection=legal-instruments&revision=3", [LAW]),
        ("fold=true&collection=legal-instruments&revision=4", [TREATY, LAW]),
        ("fold=true&collection=initiatives&revision=1", [IN_ORDER[11]]),
        ("fold=true&collection=initiatives&revision=2", [TWIN, IN_ORDER[11]]),
        ("fold=true&collection=initiatives&revision=3", [IN_ORDER[11]]),
        ("fold=true&collection=initiatives&revision=4", [TWIN, IN_ORDER[11]]),
        # Without, it has one always
        ("collection=initiatives&revision=3", [TWIN, IN_ORDER[11]]),
        # A record of the same id in another collection keeps its entry
        ("fold=true&from=1990&to=1990&certain=true&revision=2", [IN_ORDER[2], TWIN, TIE]),
        ("fold=true&from=1990&to=1990&certain=true&revision=3", [IN_ORDER[2], TIE]),
        ("actor=elba&to=1990", [TWIN]),
        ("q=neckties", [TWIN]),
        # A pinned timeline is the one of then
        ("revision=1", IN_ORDER),
        ("as_of=2020-01-01T12:00:00Z", IN_ORDER),
    ],
)
def test_each_record_has_one_entry_at_the_date_it_has_at_the_revision(
    lived: Reader, query: str, expected: list[tuple[str, str, str]]
) -> None:
    assert entries(lived, query) == expected


@pytest.mark.parametrize(
    "query", ["", "sort=-date&limit=3", "lang=fr&facets=collection,topic", "q=war&include=sources"]
)
def test_a_pinned_page_is_the_one_of_then(lived: Reader, tiny: Reader, query: str) -> None:
    assert lived.page(f"timeline?revision=1&{query}") == tiny.page(f"timeline?revision=1&{query}")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("collection=initiatives", ["patrol"]),
        ("collection=initiatives&collection=sanctions-measures", ["no-apples", "no-loans", "patrol"]),
        ("topic=peace", ["war", "truce", "quarrel"]),
        ("topic=trade&topic=peace", ["war", "truce", "quarrel", "no-loans"]),
        ("actor=elba", ["aid-2010", "patrol"]),
        ("actor=borea", ["war", "truce", "the-treaty", "aid-2010"]),
        ("instrument=the-law", ["no-apples", "no-loans"]),
        ("instrument=the-treaty", ["signing", "no-loans"]),
        ("source=almanac", ["war"]),
        ("source=gazette&topic=trade", ["quarrel", "no-loans"]),
        ("q=pommettes", ["no-apples"]),
        ("q=elbe", ["signing"]),
        ("q=the+war", ["war"]),
        ("q=aid&actor=borea", ["aid-2010"]),
        ("q=aid&collection=timeline-events", []),
    ],
)
def test_filters_narrow_the_timeline(tiny: Reader, query: str, expected: list[str]) -> None:
    page = tiny.page(f"timeline?{query}")
    assert (page.ids, page.total) == (expected, len(expected))


@pytest.mark.parametrize("query", ["in_force_on=2005-01-01", "kind=embassy", "collection=actors", "topic=war"])
def test_filters_that_the_timeline_lacks_are_refused(tiny: Reader, query: str) -> None:
    assert tiny.refused(f"timeline?{query}")[0] == query.partition("=")[0]


@pytest.mark.parametrize(("lang", "measures"), [("en", "Sanctions measures"), ("fr", "Mesures de sanction")])
def test_collections_are_counted_in_all_that_matches(tiny: Reader, lang: str, measures: str) -> None:
    facets = tiny.page(f"timeline?from=2005&to=2009&facets=collection&limit=1&lang={lang}").facets["collection"]
    assert [(value, count) for value, _, count in facets] == [
        ("sanctions-measures", 2),
        ("funding-records", 1),
        ("timeline-events", 1),
    ]
    assert facets[0][1] == measures


def test_an_entry_includes_what_its_whole_record_names(tiny: Reader) -> None:
    page = tiny.page("timeline?topic=trade&include=engagement-topics,legal-instruments&lang=fr")
    assert {name: {id: one["title"] for id, one in found.items()} for name, found in page.included.items()} == {
        "engagement-topics": {"peace": "Peace (fr)", "trade": "Trade (fr)"},
        "legal-instruments": {"the-law": "The law (fr)", "the-treaty": "The treaty (fr)"},
    }


def test_calendars_and_feeds_get_the_members_of_the_whole_record(tiny: Reader) -> None:
    with tiny.opened("timeline?q=loans&lang=fr") as page:
        for entry in (*page.details(), *page.all_details()):
            assert (entry["collection"], entry["date"], entry["summary"], entry["scope"]) == (
                *("sanctions-measures", "2007-03-01", "Summary of No loans (fr)", "sector"),
            )


@pytest.mark.parametrize(("limit", "sort"), [(1, "-date"), (2, "date"), (3, "-date"), (7, "date")])
def test_a_walk_meets_every_entry_of_its_revision_once_while_publications_go_on(
    world: World, reader: Reader, limit: int, sort: str
) -> None:
    expected = entries(reader, f"sort={sort}")

    def publish() -> None:
        if world.revisions < 4:
            pasts.disturb(world)

    walked = reader.walk(f"timeline?sort={sort}&limit={limit}", publish)
    assert [(one["collection"], one["id"], one["date"]) for one in walked] == expected
    assert entries(reader, f"sort={sort}") != expected


def test_a_cursor_goes_on_in_the_other_language_and_no_other_timeline(tiny: Reader) -> None:
    cursor = tiny.page("timeline?limit=2").next
    assert tiny.ids(f"timeline?lang=fr&limit=2&cursor={cursor}") == ["signing", "tie"]
    for other in ("sort=-date", "topic=peace", "from=1950", "collection=initiatives", "q=war"):
        assert tiny.refused(f"timeline?{other}&cursor={cursor}") == ("cursor", "cursor-of-other-query")
    assert tiny.refused(f"timeline-events?cursor={cursor}") == ("cursor", "cursor-of-other-list")


# Periods, compared with what plain Python finds in all entries

DATES = [
    *("1999", "2000", "2001", "1999-12", "2000-01", "2000-02", "2000-06", "2000-12", "2001-01", "200X", "20XX"),
    *("1999-12-31", "2000-01-01", "2000-02-29", "2000-06-15", "2000-12-31", "2001-01-01", "2000-06-XX", "2000-XX-XX"),
    *("1999/2000", "2000/2001", "1999/2001", "2000-01/2000-06", "2000-02-29/2000-03", "2000-06-15~/2000-12-31?"),
    *("1999/..", "2000/..", "2001/..", "2000-06/", "2001-01-01/", "../1999", "../2000", "/2000-06", "/2001", "/.."),
    *("[1999..2001]", "[..2000-06]", "[2000..]", "[1999,2001]"),
    *("1948/2030", "2000?", "2000-06~", "2000-06-15%", "2024", "1950-01-01"),
]
PERIODS = ["1900", "1998", "1999", "2000", "2001", "2025", "1999-12", "2000-01", "2000-02", "2000-06", "2000-12"]
PERIODS += ["1999-12-31", "2000-01-01", "2000-02-28", "2000-02-29", "2000-06-15", "2000-12-31", "2001-01-01"]


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """A world with 270 dated initiatives more: more than a page can have."""

    def crowd(world: World) -> None:
        for number, period in enumerate(DATES * 6):
            world.add("initiatives", f"i-{number:03}", f"Number {number}", kind="military", period=period)
        random.Random(1).shuffle(world.records["initiatives"])
        world.publish()

    with reader_of(tmp_path_factory.mktemp("crowded"), crowd) as reader:
        yield reader


def first_day(period: str) -> str:
    return period + "0000-01-01"[len(period) :]


def last_day(period: str) -> str:
    month = int(period[5:7] or 12)
    return period if len(period) == 10 else f"{period[:4]}-{month:02}-{calendar.monthrange(int(period[:4]), month)[1]}"


def is_within(entry: dict[str, Any], start: str | None, end: str | None, certain: bool) -> bool:
    """Whether an entry overlaps a period, or is certain to lie wholly inside."""
    earliest, latest = entry["earliest"], entry["latest"]
    after, before = first_day(start) if start else "0000", last_day(end) if end else "9999-99"
    if certain:
        return bool(earliest and latest and earliest >= after and latest <= before)
    return (latest or "9999-98") >= after and (earliest or "0000-1") <= before


@given(start=st.none() | st.sampled_from(PERIODS), end=st.none() | st.sampled_from(PERIODS), certain=st.booleans())
@settings(max_examples=60)
def test_a_period_has_the_entries_that_plain_python_finds(
    crowded: Reader, start: str | None, end: str | None, certain: bool
) -> None:
    asked = {"from": start, "to": end, "certain": "true" if certain else None}
    question = "timeline?" + "&".join(f"{name}={value}" for name, value in asked.items() if value)
    if certain and not (start or end):
        assert crowded.refused(question) == ("certain", "certain-without-period")
        return
    if start and end and first_day(start) > last_day(end):
        assert crowded.refused(question)[0] == "to"
        return
    expected = [entry for entry in crowded.everything("timeline") if is_within(entry, start, end, certain)]
    assert crowded.walk(f"{question}&limit=150") == crowded.everything(question) == expected
    assert crowded.page(f"{question}&limit=1").total == len(expected)


def test_the_order_is_that_of_first_day_last_day_id_and_collection(
    crowded: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    def place(entry: dict[str, Any]) -> tuple[str, str, str, str]:
        first = entry["earliest"] or entry["latest"]
        return first, entry["latest"] or "9999-99", entry["id"], entry["collection"]

    walked = crowded.walk("timeline?limit=200")
    assert len(walked) == 276  # six have neither bound
    assert walked == sorted(walked, key=place)
    assert crowded.walk("timeline?limit=200&sort=-date") == walked[::-1]
    monkeypatch.setattr("app.reading.version_order.BATCH", 7)  # exports read so many rows at a time
    assert crowded.everything("timeline") == walked
