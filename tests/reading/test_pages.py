"""Pages: walks, totals, cursors and the filters by id of a list at one revision; parts are read when they are used."""

import json
from collections.abc import Iterable

import pytest

from app.errors import InvalidParameter, UnknownRevision
from app.model.fields import LANGUAGES
from app.reading.cursor import Cursor
from app.resources.registry import COLLECTIONS
from tests.support.reading import ACROSS, Reader, asking, view_of
from tests.support.world import World, text

EVENTS = "timeline-events"
SORTS = ["date", "-date", "title", "-title", "id", "-id"]
ORDERS = [
    f"{name}?sort={sign}{sort}&lang={lang}"
    for name in COLLECTIONS
    for sort, order in view_of(name).spec.orders.items()
    for sign in ("", "-")
    for lang in (LANGUAGES if order.by_language else ("en",))
]


def ids(rows: Iterable[dict[str, str]]) -> list[str]:
    return [row["id"] for row in rows]


def shake(world: World) -> None:
    """Add, move, retitle, change and withdraw events, so that any position in the list means something else."""
    world.add("timeline-events", "dawn", "A dawn", kind="diplomacy", date="1951")
    world.add("timeline-events", "zenith", "Zenith", kind="diplomacy", date="3000")
    world.change("timeline-events", "tie", date="1940", title=text("Zz tie"))
    world.change("timeline-events", "war", date="2020")
    world.withdraw("timeline-events", "truce")
    world.publish()


# Walks


@pytest.mark.parametrize("limit", [1, 2, 4, 5, 6, 7, 200])
@pytest.mark.parametrize("sort", SORTS)
def test_a_walk_meets_every_row_once_whatever_the_size_of_its_pages(tiny: Reader, sort: str, limit: int) -> None:
    walked = ids(tiny.walk(f"{EVENTS}?sort={sort}&limit={limit}"))
    assert walked == tiny.ids(f"{EVENTS}?sort={sort}")
    assert len(set(walked)) == 6


@pytest.mark.parametrize("question", ORDERS)
def test_a_walk_in_any_order_meets_what_an_export_reads(packaged: Reader, question: str) -> None:
    rows = packaged.everything(question)
    assert packaged.walk(f"{question}&limit=7") == rows
    assert len({row["id"] for row in rows}) == len(rows) == packaged.page(f"{question}&limit=1").total


@pytest.mark.parametrize("name", COLLECTIONS)
def test_an_order_turned_round_has_its_dated_rows_turned_round_and_the_undated_last(
    packaged: Reader, name: str
) -> None:
    orders = view_of(name).spec.orders
    for sort in orders:
        forward, back = (packaged.everything(f"{name}?sort={sign}{sort}") for sign in ("", "-"))
        undated = [row["id"] for row in back if sort == "date" and is_undated(packaged, name, row["id"])]
        dated = [row["id"] for row in forward if row["id"] not in undated]
        assert ids(back) == dated[::-1] + undated
        assert ids(forward) == dated + undated[::-1]


def is_undated(reader: Reader, name: str, id: str) -> bool:
    table = COLLECTIONS[name].table
    with reader.opened(name) as page:
        found = page.snapshot.connection.execute(
            table.select().where(table.c.id == id, table.c.superseded_in.is_(None))
        )
        return bool(found.one().undated)


@pytest.mark.parametrize("sort", SORTS)
def test_a_walk_meets_the_rows_of_its_revision_once_whatever_is_published_in_the_middle(
    world: World, reader: Reader, sort: str
) -> None:
    before = reader.ids(f"{EVENTS}?sort={sort}")
    walked = reader.walk(f"{EVENTS}?sort={sort}&limit=3", lambda: shake(world))
    assert ids(walked) == before
    assert reader.ids(f"{EVENTS}?sort={sort}") != before


def test_a_walk_stays_with_its_filters_and_words_whatever_is_published_in_the_middle(
    world: World, reader: Reader
) -> None:
    assert ids(reader.walk(f"{EVENTS}?kind=agreement&limit=1", lambda: shake(world))) == ["truce", "signing"]
    world.change("timeline-events", "signing", title=text("Ink"))
    walked = reader.walk(f"{EVENTS}?q=the&from=1953&limit=1", world.publish)
    assert ids(walked) == ["signing", "quarrel", "war", "feud"]


def test_every_page_of_a_walk_has_the_total_and_revision_it_began_with(world: World, reader: Reader) -> None:
    first = reader.page(f"{EVENTS}?limit=4")
    shake(world)
    second = reader.page(f"{EVENTS}?limit=4&cursor={first.next}")
    assert (first.total, first.revision) == (second.total, second.revision) == (6, 1)
    assert second.next is None


def test_pages_never_overlap_when_dates_tie(world: World, reader: Reader) -> None:
    twins = [f"twin-{letter}" for letter in "abcdefg"]
    for id in reversed(twins):
        world.add("timeline-events", id, "Twin", kind="meeting", date="1990-05-01")
    world.publish()
    for sort, expected in (("date", twins), ("-date", twins[::-1]), ("title", twins)):
        assert ids(reader.walk(f"{EVENTS}?kind=meeting&limit=2&sort={sort}")) == expected


@pytest.mark.parametrize("sort", ["date", "-date"])
def test_a_walk_passes_from_dated_to_undated_rows(tiny: Reader, sort: str) -> None:
    assert ids(tiny.walk(f"policy-positions?sort={sort}&limit=1")) == ["be-kind", "trade-more"]


def test_a_full_last_page_has_no_next_and_50_rows_fit_where_no_limit_is_given(tiny: Reader) -> None:
    assert tiny.page(f"{EVENTS}?limit=6").next is None
    with tiny.opened(EVENTS) as page:
        assert (page.request.params.limit, page.total, page.next_cursor) == (50, 6, None)


# Totals


@pytest.mark.parametrize(
    ("question", "total"),
    [
        (EVENTS, 6),
        (f"{EVENTS}?limit=1", 6),
        (f"{EVENTS}?kind=agreement&limit=1", 2),
        (f"{EVENTS}?kind=summit", 0),
        (f"{EVENTS}?actor=aland&actor=borea&limit=1", 2),
        (f"{EVENTS}?topic=peace&topic=trade&limit=1", 3),
        (f"{EVENTS}?source=gazette&source=almanac&limit=1", 6),
        (f"{EVENTS}?instrument=the-treaty", 1),
        (f"{EVENTS}?q=summary&limit=1", 6),
        (f"{EVENTS}?q=castle&kind=agreement", 1),
        (f"{EVENTS}?from=1953&to=1990&certain=true&limit=1", 3),
        ("sanctions-measures?in_force_on=2005-06-01", 2),
        ("funding-records?cumulative=false", 1),
    ],
)
def test_total_counts_the_filtered_rows_and_each_of_them_once(tiny: Reader, question: str, total: int) -> None:
    assert tiny.page(question).total == total


def test_total_follows_a_publication_at_once_and_stays_with_a_pinned_revision(world: World, reader: Reader) -> None:
    assert reader.page(EVENTS).total == 6
    shake(world)
    assert [reader.page(asking(EVENTS, revision=pin)).total for pin in (None, 1, 2)] == [7, 6, 7]


# Cursors


@pytest.mark.parametrize(
    ("question", "code"),
    [
        (f"{EVENTS}?sort=-date", "cursor-of-other-query"),
        (f"{EVENTS}?kind=agreement", "cursor-of-other-query"),
        (f"{EVENTS}?q=war", "cursor-of-other-query"),
        (f"{EVENTS}?from=1950&certain=true", "cursor-of-other-query"),
        (f"{EVENTS}?actor=borea", "cursor-of-other-query"),
        ("actors?sort=id", "cursor-of-other-list"),
        ("revisions?sort=number", "cursor-of-other-list"),
        (f"{EVENTS}?revision=2", "cursor-of-other-revision"),
        (f"{EVENTS}?as_of=2020-01-02T00:00:00Z", "cursor-of-other-revision"),
    ],
)
def test_a_cursor_is_refused_with_another_list_order_filter_or_revision(
    world: World, reader: Reader, question: str, code: str
) -> None:
    cursor = reader.page(f"{EVENTS}?limit=2").next
    shake(world)
    assert reader.refused(asking(question, cursor=cursor)) == ("cursor", code)


@pytest.mark.parametrize("other", ["limit=200", "lang=fr", "revision=1", "as_of=2020-01-01T12:00:00Z"])
def test_a_cursor_goes_on_with_another_limit_or_language_and_with_the_name_of_its_own_revision(
    world: World, reader: Reader, other: str
) -> None:
    cursor = reader.page(f"{EVENTS}?limit=2").next
    shake(world)
    assert reader.ids(f"{EVENTS}?{other}&cursor={cursor}") == ["signing", "tie", "quarrel", "feud"]


def test_a_cursor_of_a_list_by_title_keeps_its_language(tiny: Reader) -> None:
    cursor = tiny.page(f"{EVENTS}?sort=title&limit=2").next
    assert tiny.ids(f"{EVENTS}?sort=title&lang=en&cursor={cursor}") == ["quarrel", "signing", "truce", "war"]
    assert tiny.refused(f"{EVENTS}?sort=title&lang=fr&cursor={cursor}") == ("cursor", "cursor-of-other-query")


def test_a_cursor_of_a_revision_that_does_not_exist_is_unknown(tiny: Reader) -> None:
    with tiny.opened(EVENTS) as page:
        filters = page.request.keyset.filters
    cursor = Cursor(EVENTS, 99, "date", filters, ["tie"]).encode()
    with pytest.raises(UnknownRevision, match="unknown-revision"):
        tiny.page(f"{EVENTS}?cursor={cursor}")


# Filters by id


def test_a_filter_by_an_id_of_a_later_revision_finds_nothing_at_an_earlier_one(world: World, reader: Reader) -> None:
    world.add("actors", "cora", "Cora", kind="person")
    world.publish_with_change("timeline-events", "tie", actors=["cora"])
    assert reader.ids(f"{EVENTS}?actor=cora") == ["tie"]
    assert reader.ids(f"{EVENTS}?actor=cora&revision=1") == []


def test_a_filter_by_an_id_that_was_withdrawn_still_finds_what_named_it_then(world: World, reader: Reader) -> None:
    world.publish_with_change("actors", "zara", roles=[])
    world.publish_with_change("timeline-events", "tie", actors=["zara"])
    world.change("timeline-events", "tie", actors=[])
    world.withdraw("actors", "zara")
    world.publish()
    assert reader.ids(f"{EVENTS}?actor=zara") == []
    assert reader.ids(f"{EVENTS}?actor=zara&revision=3") == ["tie"]


# What is read, and when


@pytest.mark.parametrize("question", [EVENTS, *ACROSS, f"{EVENTS}/tie/history"])
def test_a_page_reads_no_row_until_it_is_used(tiny: Reader, question: str) -> None:
    needed = {"search": "search?q=war", f"{EVENTS}/tie/history": f"{EVENTS}/tie/history"}
    with tiny.statements() as sent, tiny.opened(needed.get(question, question)):
        # The revision; the hits, with the bitmaps of frequent words; whether the record ever existed
        assert len(sent) <= {"search": 3, f"{EVENTS}/tie/history": 2}.get(question, 1)
    assert not any("body_en" in statement or "count(*)" in statement for statement in sent)


def test_each_part_of_a_page_is_read_once(tiny: Reader) -> None:
    reader = Reader(tiny.db)
    reader.page(f"{EVENTS}?limit=1&facets=kind")  # what is kept for the revision
    with reader.statements() as sent, reader.opened(f"{EVENTS}?limit=2&facets=kind&from=1900") as page:
        sent.clear()
        assert len(json.loads(page.array())) == 2
        assert page.next_cursor == page.next_cursor
        assert len(sent) == 2  # the bodies, and the id for the cursor
        assert page.total == page.total == 6
        assert page.facets == page.facets
        assert len(sent) == 2  # they are counted in bitmaps


@pytest.mark.parametrize(
    ("question", "parameter", "code"),
    [
        (f"{EVENTS}?actor=atlantis", "actor", "unknown-id"),
        (f"{EVENTS}?kind=agreement&topic=peace&topic=war&q=the", "topic", "unknown-id"),
        ("timeline?instrument=law", "instrument", "unknown-id"),
        ("search?q=the&cursor=old", "cursor", "cursor-of-other-revision"),
        (f"{EVENTS}?cursor=old", "cursor", "cursor-of-other-revision"),
    ],
)
def test_a_request_is_refused_before_any_row_is_read(
    world: World, reader: Reader, question: str, parameter: str, code: str
) -> None:
    if "cursor=old" in question:
        first = reader.page(f"{question.partition('cursor')[0]}limit=1")
        world.publish_with_change("timeline-events", "tie", kind="meeting")
        question = f"{question.replace('old', str(first.next))}&revision=2"
    with reader.statements() as sent:
        assert reader.refused(question) == (parameter, code)
    assert not any("body_en" in statement or "count(*)" in statement for statement in sent)


@pytest.mark.parametrize(
    ("question", "suggestion"),
    [("actor=alend", "aland"), ("topic=peece", "peace"), ("source=qqqq", None)],
)
def test_an_unknown_id_is_refused_with_the_nearest_published_one(
    tiny: Reader, question: str, suggestion: str | None
) -> None:
    with pytest.raises(InvalidParameter) as caught, tiny.opened(f"{EVENTS}?{question}"):
        pass
    assert caught.value.values["suggestion"] == suggestion
