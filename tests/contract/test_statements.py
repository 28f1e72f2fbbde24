"""How many SQL statements an answer takes: always as many, however long the list and however much is cited."""

from collections.abc import Callable, Iterator

import pytest

from app.main import api as application
from tests.support.servers import begun, client_of, settings_for
from tests.support.statements import heard
from tests.support.world import World

Count = Callable[[str], int]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The tiny world with sixty meetings more, which name one of each."""
    world = begun(tmp_path_factory.mktemp("meetings") / "world.db")
    names = {"actors": ["borea"], "topics": ["peace"], "instruments": ["the-law"]}
    for number in range(60):
        world.add("timeline-events", f"day-{number}", f"Day {number}", kind="meeting", date="2001", **names)
    world.publish()
    return world


@pytest.fixture
def statements(world: World) -> Iterator[Count]:
    """Asks for a path and gives the number of statements that the answer took; BEGIN is none."""
    app = application(settings_for(world.db.path))
    with heard() as sent, client_of(app) as client:

        def count(path: str) -> int:
            sent.clear()
            assert client.get(path).raise_for_status().status_code == 200
            return len(sent)

        # A first connection of each kind asks the engine for its version and the like
        count("/v1/actors?limit=1&facets=kind")
        count("/v1/actors?limit=1")
        count("/v1/actors?limit=1&q=borea")
        yield count


def test_a_page_takes_revision_total_and_rows_whatever_its_size(statements: Count) -> None:
    assert statements("/v1/timeline-events?limit=1") == 3
    assert statements("/v1/timeline-events?limit=1&kind=meeting") == 3
    assert statements("/v1/timeline-events?limit=200&kind=meeting&lang=fr&sort=title") == 3
    assert statements("/v1/timeline-events?limit=200&revision=1") == 3


def test_a_total_that_was_counted_is_not_counted_again(statements: Count) -> None:
    assert statements("/v1/timeline-events?limit=200") == 3
    assert statements("/v1/timeline-events?limit=200") == 2
    assert statements("/v1/timeline-events?limit=5&sort=-date&lang=fr") == 2


def test_a_search_takes_no_statement_of_its_own(statements: Count) -> None:
    assert statements("/v1/timeline-events?q=day&limit=200") == 3


def test_a_filter_by_ids_takes_one_statement_more_however_many_ids(statements: Count) -> None:
    assert statements("/v1/timeline-events?actor=borea&limit=200") == 4
    assert statements("/v1/timeline-events?actor=borea&actor=aland&actor=zara&limit=200") == 4
    assert statements("/v1/timeline-events?actor=borea&topic=peace&limit=200") == 5


def test_an_item_takes_revision_record_and_references_however_many_name_it(statements: Count) -> None:
    assert statements("/v1/actors/borea") == 3
    assert statements("/v1/timeline-events/war") == 3
    assert statements("/v1/actors/borea?revision=1&lang=fr") == 3


def test_the_service_document_takes_one_statement_for_all_counts(statements: Count) -> None:
    assert statements("/v1") == 2


def test_revisions_take_one_statement_more_than_the_newest_and_a_list_of_them_a_count(statements: Count) -> None:
    assert statements("/v1/revisions") == 3
    assert statements("/v1/revisions") == 2
    assert statements("/v1/revisions/1") == 2


def test_liveness_asks_the_database_nothing(statements: Count) -> None:
    assert statements("/health/live") == 0


def test_an_include_takes_one_statement_a_collection_however_many_rows(statements: Count) -> None:
    for path in ("/v1/timeline-events?kind=meeting", "/v1/timeline?from=2001&to=2001"):
        statements(f"{path}&limit=1")  # the total is counted once
        plain = statements(f"{path}&limit=1")
        assert statements(f"{path}&limit=1&include=actors") == plain + 1
        assert statements(f"{path}&limit=50&include=actors") == plain + 1
        assert statements(f"{path}&limit=50&include=actors,sources,engagement-topics,legal-instruments") == plain + 4
    assert statements("/v1/timeline-events/day-1?include=actors,sources") == statements("/v1/timeline-events/day-1") + 2


def test_a_facet_takes_one_statement_and_its_titles_another_however_many_rows(
    statements: Count,
) -> None:
    statements("/v1/timeline-events?limit=1")
    plain = statements("/v1/timeline-events?limit=1")
    assert statements("/v1/timeline-events?limit=1&facets=kind") == plain + 1
    assert statements("/v1/timeline-events?limit=1&facets=actor,topic") == plain + 4
    assert statements("/v1/timeline-events?limit=50&facets=kind,actor,topic") == plain
