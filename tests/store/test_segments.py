"""Segments of the full-text index: with them a search finds, counts and ranks what it does without them."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyroaring import BitMap
from sqlalchemy import Connection, insert, select
from sqlalchemy import text as sql

from app.store.search import documents as fulltext
from app.store.search import ranking, segments
from app.store.search.base import INDEX
from app.store.search.highlight import Texts
from app.store.search.matching import TermIndex, matching
from app.store.search.query import parse
from app.store.search.segments import SEGMENTS, TERM_POSTINGS, gaps
from app.store.search.tokens import Phrase
from app.store.tables import SEARCH_TEXTS, VERSION_INDEX
from tests.support.engines import IS_POSTGRESQL, SEARCH_INDEX, check_no_references, own_sql
from tests.support.servers import migrated

VOCABULARY = "sea seal seals seat sanction sanctions sanctioned tin tiny north-south korea korean".split()
QUERIES = (
    *("sea", "seal", "s", "se", "sa", "t", "tin", "korea", "kore", "sanctions", "sanct", "zeppelin", "z", '"seals"'),
    *("north-south", "north", "sea tin", "tin sea -korea", "korea -s", '"sea tin"', "-sanctions t", "news", "section"),
)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """A connection to a migrated database without any record, with segments of 16 versions."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(segments, "SIZE", 16)
        patch.setattr(segments, "FREQUENT", 3)
        found = migrated(tmp_path_factory.mktemp("segments") / "index.db")
        with found.writers.connect() as connection:
            check_no_references(connection)
            yield connection
            connection.rollback()
        found.close()


def fill(connection: Connection, texts: list[list[str]], numbers: range) -> None:
    """Add versions with these words, in two revisions; their first word is the title."""
    added = [
        fulltext.Document(
            number,
            Texts(words[0], " ".join(words[1:]), "News" if number % 3 else "Section"),
            Texts("", " ".join(words[:-1])),
        )
        for number, words in zip(numbers, texts, strict=True)
    ]
    for document in added:
        row: dict[str, Any] = dict.fromkeys(("date_key", "earliest", "latest", "body_en", "body_fr"), "")
        row |= {"collection": "actors", "id": str(document.number), "undated": 1, "length": document.length()}
        row |= {"number": document.number, "published_in": 1 + (document.number > 20)}
        connection.execute(insert(VERSION_INDEX), [row])
    for document in added:
        fulltext.add(connection, [document])


def empty(connection: Connection) -> None:
    """Take all versions out again."""
    connection.execute(sql(f"DELETE FROM {SEARCH_INDEX}"))
    for table in (TERM_POSTINGS, SEGMENTS, SEARCH_TEXTS, VERSION_INDEX):
        connection.execute(table.delete())


def by_fts5(connection: Connection, q: str) -> list[int]:
    """Versions that FTS5 finds for the whole query at once."""

    def any_of(phrases: list[Phrase]) -> str:
        return "(" + " OR ".join(f'"{" ".join(one.terms)}"{"*" if one.prefix else ""}' for one in phrases) + ")"

    wanted, unwanted = parse(q)
    expression = " AND ".join(any_of(term.phrases()) for term in wanted)
    for term in unwanted:
        expression = f"({expression}) NOT {any_of(term.phrases())}"
    found = sql(f"SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH :q")
    return sorted(connection.execute(found, {"q": expression}).scalars())


@given(texts=st.lists(st.lists(st.sampled_from(VOCABULARY), min_size=2, max_size=8), min_size=1, max_size=80))
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
def test_a_search_with_segments_finds_and_ranks_the_same_as_without(
    database: Connection, texts: list[list[str]]
) -> None:
    fill(database, texts, range(1, len(texts) + 1))
    try:
        complete = database.execute(select(SEGMENTS.c.number).order_by(SEGMENTS.c.number)).scalars().all()
        assert complete == list(range((len(texts) + 1) // 16))
        found = {q: matching(database, q) for q in QUERIES}
        if not IS_POSTGRESQL:
            assert {q: list(hits) for q, hits in found.items()} == {q: by_fts5(database, q) for q in QUERIES}
        within = {revision: ranking.extent(database, revision) for revision in (1, 2)}
        order = {q: ranking.ranked(database, q, hits, within[2]) for q, hits in found.items()}
        database.execute(TERM_POSTINGS.delete())
        database.execute(SEGMENTS.delete())
        assert {revision: ranking.extent(database, revision) for revision in (1, 2)} == within
        assert {q: matching(database, q) for q in QUERIES} == found
        assert {q: ranking.ranked(database, q, hits, within[2]) for q, hits in found.items()} == order
    finally:
        empty(database)


def test_a_beginning_of_more_words_than_are_looked_up_one_by_one_finds_all_of_them(database: Connection) -> None:
    fill(database, [[f"sanct{number}", "sea"] for number in range(1, 251)], range(1, 251))
    try:
        assert list(matching(database, "sanct")) == list(range(1, 251))
        assert list(matching(database, "sanct1")) == [1, *range(10, 20), *range(100, 200)]
    finally:
        empty(database)


def test_a_term_ranks_only_by_the_texts_that_rank(database: Connection) -> None:
    fill(database, [["news", "sea"], *[["sea", "tin"]] * 40], range(1, 42))
    try:
        index = TermIndex(database)
        assert len(index.any_of([Phrase(("news",))])) == 28
        assert index.any_of([Phrase(("news",))], ranked=True) == BitMap([1])
        assert index.any_of([Phrase(("n",), prefix=True)], ranked=True) == BitMap([1])
    finally:
        empty(database)


@pytest.mark.parametrize("q", ["sea", "seal tin", '"sanctions"', "sanct"])
def test_few_hits_come_in_the_order_that_they_have_among_all(database: Connection, q: str) -> None:
    # The occurrences of a term are read from the index for all hits, and counted in their texts for few of them.
    numbers = range(1, 41)
    texts = [["sanctions", "tin", *["seal"] * (number % 3 + 1), *["sea"] * (number % 5)] for number in numbers]
    fill(database, texts, numbers)
    try:
        found, within = matching(database, q), ranking.extent(database, 2)
        assert len(found) == 40
        every = ranking.ranked(database, q, found, within)
        for number in range(1, 40, 2):
            few = BitMap([number, number + 1])
            assert ranking.ranked(database, q, few, within) == [one for one in every if one in few]
    finally:
        empty(database)


def test_segments_made_again_are_the_same(database: Connection) -> None:
    fill(database, [["sea", VOCABULARY[number % 5], "tin"] for number in range(60)], range(1, 61))
    tables = [select(table).order_by(*table.primary_key) for table in (SEGMENTS, TERM_POSTINGS)]
    try:
        rows = [database.execute(table).all() for table in tables]
        assert not segments.differ(database)
        segments.rebuild(database)
        assert [database.execute(table).all() for table in tables] == rows
        assert [len(one) > 2 for one in rows] == [True, True]
    finally:
        empty(database)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE term_postings SET bits = x'00' WHERE term = 'tin' AND segment = 1",
        "UPDATE term_postings SET unranked = bits WHERE term = 's*' AND segment = 0",
        "DELETE FROM term_postings WHERE term = 'sea' AND segment = 2",
        "INSERT INTO term_postings (term, segment, bits) VALUES ('sea', 3, x'00')",
        "UPDATE search_segments SET words = words + 1 WHERE number = 1",
        "DELETE FROM search_segments WHERE number = 2",
    ],
)
def test_a_segment_that_was_changed_is_noticed(database: Connection, change: str) -> None:
    fill(database, [["sea", VOCABULARY[number % 5], "tin"] for number in range(60)], range(1, 61))
    try:
        assert database.exec_driver_sql(own_sql(change)).rowcount == 1
        assert segments.differ(database)
    finally:
        empty(database)


def test_gaps_are_the_numbers_outside_of_the_segments_with_a_bitmap(database: Connection) -> None:
    assert database is not None
    assert list(gaps([])) == [(0, 2**62)]
    assert list(gaps([0, 1])) == [(32, 2**62)]
    assert list(gaps([3, 1])) == [(0, 15), (32, 47), (64, 2**62)]
