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


def test_a_page_takes_the_revision_the_rows_and_the_key_of_the_last_one_whatever_its_size(statements: Count) -> None:
    kept = "/v1/timeline-events?limit=1&sort=title&lang=fr&kind=meeting", "/v1/timeline-events?revision=1"
    for path in (*kept, "/v1/timeline-events?limit=1"):
        statements(path)
    assert statements("/v1/timeline-events?limit=1") == 3
    assert statements("/v1/timeline-events?limit=1&kind=meeting") == 3
    assert statements("/v1/timeline-events?limit=200&kind=meeting&lang=fr&sort=title") == 2  # no cursor
    assert statements("/v1/timeline-events?limit=200&revision=1") == 2


def test_a_filter_or_total_that_was_never_asked_for_takes_no_statement_of_its_own(statements: Count) -> None:
    # Small fields of the bitmap index are kept, and the order of few versions
    statements("/v1/timeline-events?kind=meeting&from=1900")
    assert statements("/v1/timeline-events?kind=meeting&from=2000-01-01") == 3
    assert statements("/v1/timeline-events?kind=summit,meeting&from=1999&facets=kind") == 3


def test_a_search_takes_two_statements_for_its_hits(statements: Count) -> None:
    statements("/v1/timeline-events?limit=200")
    assert statements("/v1/timeline-events?q=day&limit=200") == 4


def test_a_filter_by_ids_takes_one_statement_more_however_many_ids(statements: Count) -> None:
    statements("/v1/timeline-events?actor=borea&topic=peace&limit=200")
    assert statements("/v1/timeline-events?actor=borea&limit=200") == 3
    assert statements("/v1/timeline-events?actor=borea&actor=aland&actor=zara&limit=200") == 3
    assert statements("/v1/timeline-events?actor=borea&topic=peace&limit=200") == 4


def test_an_item_takes_the_revision_and_the_record_however_many_name_it(statements: Count) -> None:
    for path in ("/v1/actors/borea", "/v1/timeline-events/war", "/v1/actors/borea?revision=1&lang=fr"):
        statements(path)
        assert statements(path) == 2


def test_the_service_document_takes_no_statement_for_its_counts_when_they_are_known(statements: Count) -> None:
    statements("/v1")
    assert statements("/v1") == 1


def test_revisions_take_one_statement_more_than_the_newest(statements: Count) -> None:
    assert statements("/v1/revisions") == 2
    assert statements("/v1/revisions/1") == 2


def test_liveness_asks_the_database_nothing(statements: Count) -> None:
    assert statements("/health/live") == 0


def test_an_include_takes_three_statements_a_collection_however_many_rows(statements: Count) -> None:
    for path in ("/v1/timeline-events?kind=meeting", "/v1/timeline?from=2001&to=2001"):
        statements(f"{path}&limit=1")  # what is kept
        plain = statements(f"{path}&limit=1")
        assert statements(f"{path}&limit=1&include=actors") == plain + 3
        assert statements(f"{path}&limit=50&include=actors") == plain + 3
        assert statements(f"{path}&limit=50&include=actors,sources,engagement-topics,legal-instruments") == plain + 12
    statements("/v1/timeline-events/day-1")
    plain = statements("/v1/timeline-events/day-1")
    assert statements("/v1/timeline-events/day-1?include=actors,sources") == plain + 6


def test_a_facet_takes_no_statement_and_its_titles_two_however_many_rows(statements: Count) -> None:
    statements("/v1/timeline-events?limit=1&from=1900&facets=kind,actor,topic")
    plain = statements("/v1/timeline-events?limit=1&from=2000")
    assert statements("/v1/timeline-events?limit=1&from=2000&facets=kind") == plain
    assert statements("/v1/timeline-events?limit=1&from=2000&facets=actor,topic") == plain + 4
    assert statements("/v1/timeline-events?limit=50&from=2000&facets=kind,actor,topic") == plain
