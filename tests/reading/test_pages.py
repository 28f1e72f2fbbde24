"""Pages of lists: walks meet every row once, totals are exact, a cursor stays on its revision."""

import pytest

from app.errors import InvalidParameter
from app.store.engines.sqlite import SqliteDatabase
from tests.support.reader import Reader
from tests.support.world import World, change_every_position, text

EVENTS = "/v1/timeline-events"
SORTS = ["date", "-date", "title", "-title", "id", "-id"]


@pytest.fixture
def still(begun_db: SqliteDatabase) -> Reader:
    """Reads the tiny world as it began."""
    return Reader(begun_db)


@pytest.fixture
def reader(world: World) -> Reader:
    """Reads the world of this test."""
    return Reader(world.db)


@pytest.mark.parametrize("limit", [1, 2, 4, 5, 6, 7, 200])
def test_a_walk_meets_every_row_once_whatever_the_size_of_its_pages(still: Reader, limit: int) -> None:
    for sort in SORTS:
        path = f"{EVENTS}?sort={sort}"
        assert still.walk(f"{path}&limit={limit}") == still.ids(path)


@pytest.mark.parametrize("sort", SORTS)
def test_a_walk_meets_the_rows_of_its_revision_once_whatever_is_published_in_the_middle(
    world: World, reader: Reader, sort: str
) -> None:
    before = reader.ids(f"{EVENTS}?sort={sort}")
    assert len(before) == 6
    met = reader.walk(
        f"{EVENTS}?sort={sort}&limit=2", lambda number: change_every_position(world) if number == 1 else None
    )
    assert met == before
    assert reader.ids(f"{EVENTS}?sort={sort}") != before


def test_a_walk_stays_with_its_filters_and_words_whatever_is_published_in_the_middle(
    world: World, reader: Reader
) -> None:
    assert reader.walk(f"{EVENTS}?kind=agreement&limit=1", lambda _: change_every_position(world)) == [
        "truce",
        "signing",
    ]
    world.change("timeline-events", "signing", title=text("Ink"))
    assert reader.walk(f"{EVENTS}?q=the&from=1953&limit=1", lambda _: world.publish()) == [
        "feud",
        "signing",
        "quarrel",
        "war",
    ]


def test_every_page_of_a_walk_has_the_total_and_the_revision_it_began_with(world: World, reader: Reader) -> None:
    first = reader.page(f"{EVENTS}?limit=4")
    change_every_position(world)
    second = reader.page(f"{EVENTS}?limit=4", first.next)
    assert first.total == second.total == 6
    assert (second.revision, second.next) == (1, None)


def test_pages_never_overlap_when_dates_tie(world: World, reader: Reader) -> None:
    twins = [f"twin-{letter}" for letter in "abcdefg"]
    for id in reversed(twins):
        world.add("timeline-events", id, "Twin", kind="meeting", date="1990-05-01")
    world.publish()
    assert reader.walk(f"{EVENTS}?kind=meeting&limit=2") == twins
    assert reader.walk(f"{EVENTS}?kind=meeting&limit=2&sort=-date") == twins[::-1]
    assert reader.walk(f"{EVENTS}?kind=meeting&limit=2&sort=title") == twins


def test_a_walk_passes_from_dated_to_undated_rows(still: Reader) -> None:
    assert still.walk("/v1/policy-positions?sort=date&limit=1") == ["be-kind", "trade-more"]
    assert still.walk("/v1/policy-positions?sort=-date&limit=1") == ["be-kind", "trade-more"]


def test_the_last_page_has_no_next_even_where_it_is_full(still: Reader) -> None:
    page = still.page(f"{EVENTS}?limit=6")
    assert (len(page.rows), page.total, page.next) == (6, 6, None)


@pytest.mark.parametrize(
    ("path", "total"),
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
        ("/v1/sanctions-measures?in_force_on=2005-06-01", 1),
        ("/v1/funding-records?cumulative=false", 1),
        ("/v1/timeline?limit=3", 12),
        ("/v1/changes?limit=1&collection=actors", 4),
        ("/v1/search?q=summary&limit=2", 28),
        ("/v1/revisions", 1),
    ],
)
def test_a_total_counts_the_filtered_rows_and_each_of_them_once(still: Reader, path: str, total: int) -> None:
    assert still.page(path).total == total


def test_a_total_follows_a_publication_at_once_and_stays_with_a_pinned_revision(world: World, reader: Reader) -> None:
    assert reader.page(EVENTS).total == 6
    change_every_position(world)
    assert reader.page(EVENTS).total == 7
    assert reader.page(f"{EVENTS}?revision=1").total == 6
    assert reader.page(f"{EVENTS}?revision=2").total == 7


def test_a_cursor_is_refused_at_another_revision_before_any_row_is_read(world: World, reader: Reader) -> None:
    cursor = reader.page(f"{EVENTS}?limit=2").next
    change_every_position(world)
    with pytest.raises(InvalidParameter, match="cursor-of-other-revision"):
        reader.page(f"{EVENTS}?revision=2", cursor)
