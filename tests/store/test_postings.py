"""The bitmap index: what it says of versions is what a look at each of them says, over the borders of chunks too."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap
from sqlalchemy import Connection, create_engine, func, select
from sqlalchemy.pool import StaticPool

from app.publishing.bitmap_writer import PostingsWriter, VersionSetWriter
from app.resources.dated import FIRST_DAY, LAST_DAY
from app.store.bit_slices import AFTER_ALL, BEFORE_ALL
from app.store.postings import CHUNK_BITS, Postings, by_chunk
from app.store.tables import POSTINGS, VERSION_SETS

CHUNK = 1 << CHUNK_BITS
# Numbers at the borders of four chunks, and a gap of one whole chunk.
NUMBERS = sorted({at * CHUNK + offset for at in (0, 1, 2, 4) for offset in range(-3, 4)} - {-3, -2, -1, 0})
DAYS = (BEFORE_ALL, FIRST_DAY, "1950-06-25", "1999-12-31", "2000-01-01", "2000-02-29", LAST_DAY, AFTER_ALL)

numbers = st.sets(st.sampled_from(NUMBERS))
days = st.sampled_from(DAYS) | st.dates().map(date.isoformat)
versions = st.dictionaries(st.sampled_from(NUMBERS), st.tuples(st.sampled_from(["a", "b", None]), days | st.none()))


@contextmanager
def empty() -> Iterator[Connection]:
    """A database in memory with the tables of the bitmap index alone."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    with engine.begin() as connection:
        for table in (POSTINGS, VERSION_SETS):
            table.create(connection)
        yield connection
    engine.dispose()


def filled(connection: Connection, made: dict[int, tuple[str | None, str | None]], cut: int) -> Postings:
    """Write the postings as two revisions do: the second begins at the number at a place in their order."""
    ordered = sorted(made)
    for part, last in ((ordered[:cut], 0), (ordered[cut:], max(ordered[:cut], default=0))):
        writer = PostingsWriter(connection, last)
        for number in part:
            kind, day = made[number]
            values = [("kind", kind)] if kind else []
            writer.add(number, values + ([("earliest", day)] if day else []))
        writer.flush()
    return Postings(connection)


@given(versions, st.integers(0, 20), st.sets(st.sampled_from(["a", "b", "c"])))
def test_any_of_finds_the_versions_with_one_of_the_values(
    made: dict[int, tuple[str | None, str | None]], cut: int, values: set[str]
) -> None:
    with empty() as connection:
        found = filled(connection, made, cut).any_of("kind", values)
    assert set(found) == {number for number, (kind, _) in made.items() if kind in values}


@given(versions, st.integers(0, 20), days)
def test_days_compare_as_their_texts_do(made: dict[int, tuple[str | None, str | None]], cut: int, day: str) -> None:
    dated = {number: own for number, (_, own) in made.items() if own}
    with empty() as connection:
        index = filled(connection, made, cut)
        assert set(index.at_least("earliest", day)) == {number for number, own in dated.items() if own >= day}
        assert set(index.at_most("earliest", day)) == {number for number, own in dated.items() if own <= day}


@given(versions, st.integers(0, 20), numbers)
def test_counts_are_those_of_the_versions_given_without_zeros(
    made: dict[int, tuple[str | None, str | None]], cut: int, among: set[int]
) -> None:
    with empty() as connection:
        found = filled(connection, made, cut).counts("kind", BitMap(among))
    assert found == Counter(kind for number, (kind, _) in made.items() if kind and number in among)


@given(st.lists(st.tuples(numbers, numbers), max_size=5))
def test_a_set_is_as_it_was_at_each_revision(changes: list[tuple[set[int], set[int]]]) -> None:
    expected: list[set[int]] = [set()]
    with empty() as connection:
        for revision, (gone, added) in enumerate(changes, 1):
            sets = VersionSetWriter(connection, revision)
            sets.discard("current", gone)
            sets.add("current", added)
            sets.flush()
            expected.append((expected[-1] - gone) | added)
        index = Postings(connection)
        assert [set(index.version_set("current", at)) for at in range(len(expected))] == expected
        assert not index.version_set("folded", len(changes))


def test_a_revision_writes_only_the_chunks_of_a_set_that_it_changes() -> None:
    with empty() as connection:
        for revision, gone, added in (
            (1, [], [1, 2, CHUNK]),
            (2, [2], [CHUNK + 1]),
            (3, [CHUNK], [CHUNK]),
            (4, [], [3]),
        ):
            sets = VersionSetWriter(connection, revision)
            sets.discard("current", gone)
            sets.add("current", added)
            sets.flush()
        rows = connection.execute(select(VERSION_SETS.c.revision, VERSION_SETS.c.chunk)).all()
    assert sorted(map(tuple, rows)) == [(1, 0), (1, 1), (2, 0), (2, 1), (4, 0)]


def test_a_new_version_takes_the_place_of_the_old_one_only_where_that_was() -> None:
    with empty() as connection:
        sets = VersionSetWriter(connection, 1)
        sets.add("folded", [1, 2])
        sets.replace("folded", {1: CHUNK + 1, 5: CHUNK + 5})
        sets.flush()
        assert list(Postings(connection).version_set("folded", 1)) == [2, CHUNK + 1]


def test_a_posting_takes_at_most_32_kb_and_one_chunk_of_a_common_value_little() -> None:
    with empty() as connection:
        writer = PostingsWriter(connection, last=0)
        for number in range(CHUNK + CHUNK // 2):
            writer.add(number, [("common", "x"), *([("half", "x")] if number * 2_654_435_761 >> 7 & 1 else [])])
        writer.flush()
        size = func.max(func.length(POSTINGS.c.bits))
        sizes = dict(connection.execute(select(POSTINGS.c.field, size).group_by(POSTINGS.c.field)).all())
    assert sizes["half"] <= 32_768 + 72
    assert sizes["common"] <= 72


def test_by_chunk_gives_each_chunk_once_in_order() -> None:
    parts = by_chunk([CHUNK, 1, 4 * CHUNK, 2, CHUNK + 1])
    assert [(chunk, list(part)) for chunk, part in parts] == [(0, [1, 2]), (1, [CHUNK, CHUNK + 1]), (4, [4 * CHUNK])]
