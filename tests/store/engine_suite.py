"""Conformance suite: what every database engine has to do. Each engine's test module has a subclass with its databases.

pytest collects the subclasses only, since this module is no test module.
"""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, insert, literal, select
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlmodel import SQLModel

from app.errors import Unavailable
from app.publishing.copy_database import copy_database
from app.publishing.verify import verify_database
from app.resources.registry import COLLECTIONS
from app.store import migrate, readiness, schema_version
from app.store.engines.base import Database
from app.store.engines.constructs import in_list, integers, joined, pairs, position, utf8
from app.store.schema_check import schema_faults
from app.store.search import documents, ranking
from app.store.search.base import INDEX
from app.store.search.engines import index_of
from app.store.search.highlight import Texts
from app.store.search.matching import matching
from app.store.search.tokens import Phrase
from app.store.statements import Statement
from app.store.tables import FETCHED_FILES, REVISIONS, VERSION_INDEX
from tests.support.waiting import eventually
from tests.support.world import World, text

_NUMBERS = select(REVISIONS.c.number)
_SLOW = 50  # milliseconds that a statement may take in the test of the time-out
# Ids in the order of their code points, which is no language's.
_IN_ORDER = ["-", "0", "A", "B", "Z", "_", "a", "a-b", "a_b", "aa", "b", "z", "É", "é", "ﬁ", "𝔸"]
_ODD = 'it\'s 100 % \\ "odd" %s {} é 𝔸 \t\n’'


class EngineSuite:
    """Conformance suite. A subclass gives `make`: a function that makes an empty database with some settings."""

    slow_statement = ""  # SQL that takes seconds

    @pytest.fixture
    def make(self, tmp_path: Path) -> Any:
        """Maker of databases, each with a name and settings; the schema is not there yet."""
        raise NotImplementedError

    @pytest.fixture
    def db(self, make: Callable[..., Database]) -> Iterator[Database]:
        """Database with the newest schema."""
        with closing(make("one", busy_timeout_ms=0)) as database:
            migrate.upgrade(database)
            yield database

    @pytest.fixture
    def world(self, db: Database) -> World:
        """Tiny world, published once."""
        world = World(db)  # type: ignore[arg-type]  # it is used as any database
        world.publish("The world begins")
        return world

    def test_a_reader_is_refused_every_write(self, world: World) -> None:
        for statement in ("DELETE FROM changes", "CREATE TABLE t (a integer)"):
            with pytest.raises(DBAPIError), world.db.reading() as connection:
                connection.execute(sql(statement))

    def test_a_reader_sees_from_first_to_last_statement_what_it_saw_first(self, world: World) -> None:
        with world.db.reading() as early:
            assert early.execute(_NUMBERS).scalars().all() == [1]
            world.publish_with_change("timeline-events", "tie", kind="meeting")
            assert early.execute(_NUMBERS).scalars().all() == [1]
            with world.db.reading() as late:
                assert late.execute(_NUMBERS).scalars().all() == [1, 2]

    def test_prepared_statements_see_the_same_snapshot(self, world: World) -> None:
        numbers = Statement(_NUMBERS)
        with world.db.reading() as early:
            assert numbers.rows(early) == [(1,)]
            world.publish_with_change("timeline-events", "tie", kind="meeting")
            assert numbers.rows(early) == [(1,)]

    def test_a_reader_that_pauses_sees_what_was_published_meanwhile(self, world: World) -> None:
        numbers = Statement(_NUMBERS)
        with world.db.reading() as reader:
            assert numbers.rows(reader) == [(1,)]
            world.db.pause(reader)
            world.publish_with_change("timeline-events", "tie", kind="meeting")
            assert numbers.rows(reader) == [(1,), (2,)]

    def test_what_a_writer_did_is_undone_by_any_exception(self, world: World) -> None:
        def fail(writer: Connection) -> None:
            writer.execute(sql("UPDATE revisions SET author = 'Someone'"))
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt), world.db.writing() as writer:
            fail(writer)
        with world.db.reading() as reader:
            assert reader.execute(select(REVISIONS.c.author)).scalar() == "The test"

    def test_what_a_writer_rolls_back_itself_is_undone_as_in_a_dry_run(self, world: World) -> None:
        with world.db.writing() as connection:
            connection.execute(sql("UPDATE revisions SET author = 'Nobody'"))
            connection.rollback()
        with world.db.reading() as connection:
            assert connection.execute(select(REVISIONS.c.author)).scalar_one() == "The test"

    def test_a_second_writer_waits_for_the_first(self, make: Callable[..., Database], world: World) -> None:
        order: list[str] = []
        with closing(make("one", busy_timeout_ms=5000)) as patient:

            def write() -> None:
                with patient.writing():
                    order.append("second")

            with world.db.writing():
                second = threading.Thread(target=write)
                second.start()
                second.join(0.3)
                order.append("first")
            second.join()
        assert order == ["first", "second"]

    def test_a_second_writer_is_refused_when_the_time_out_is_over(
        self, make: Callable[..., Database], world: World
    ) -> None:
        with (
            closing(make("one", busy_timeout_ms=1)) as hasty,
            world.db.writing(),
            pytest.raises(OperationalError),
            hasty.writing(),
        ):
            raise AssertionError

    def test_references_between_tables_are_enforced_for_writers(self, world: World) -> None:
        with pytest.raises(DBAPIError), world.db.writing() as writer:
            writer.execute(sql("INSERT INTO changes (revision, collection, id, action) VALUES (9, 'x', 'y', 'added')"))

    def test_the_state_changes_with_each_publication_and_not_otherwise(self, world: World) -> None:
        assert eventually(world.db.state)
        begun = world.db.state()
        with world.db.reading() as reader:
            reader.execute(_NUMBERS).all()
        assert world.db.state() == begun
        world.publish_with_change("timeline-events", "tie", kind="meeting")
        assert eventually(lambda: world.db.state() not in (None, begun))

    @pytest.mark.usefixtures("world")
    def test_a_statement_that_takes_too_long_is_ended_and_the_next_one_is_answered(
        self, make: Callable[..., Database]
    ) -> None:
        with closing(make("one", statement_timeout_ms=_SLOW)) as hasty:
            with pytest.raises(Unavailable) as caught, hasty.reading(timeouts=1) as reader:
                reader.execute(sql(self.slow_statement)).all()
            assert caught.value.code == "statement-timeout"
            with hasty.reading(timeouts=1) as reader:
                assert reader.execute(_NUMBERS).scalars().all() == [1]

    def test_ids_are_ordered_by_code_point(self, db: Database) -> None:
        rows = [{"importer": id, "address": id, "etag": "", "last_modified": "", "sha256": ""} for id in _IN_ORDER]
        with db.writing() as writer:
            writer.execute(insert(FETCHED_FILES), rows[::-1])
        for column in (FETCHED_FILES.c.importer, FETCHED_FILES.c.address):
            with db.reading() as reader:
                assert reader.execute(select(column).order_by(column)).scalars().all() == _IN_ORDER
                assert (
                    reader.execute(select(column).where(column > "a_b").order_by(column)).scalars().all()
                    == (_IN_ORDER[_IN_ORDER.index("a_b") + 1 :])
                )

    def test_any_text_is_stored_as_it_is(self, db: Database) -> None:
        row = {"importer": "odd", "address": _ODD, "etag": _ODD * 1_000, "last_modified": "", "sha256": ""}
        with db.writing() as writer:
            writer.execute(insert(FETCHED_FILES), [row])
        with db.reading() as reader:
            assert dict(reader.execute(select(FETCHED_FILES)).mappings().one()) == row
            address: Any = FETCHED_FILES.c.address
            as_bytes: Any = select(utf8(address), position(address, literal("%")))
            assert Statement(as_bytes).first(reader) == (_ODD.encode(), _ODD.index("%") + 1)

    def test_lists_of_any_length_are_bound_as_one_value(self, world: World) -> None:
        ids, numbers = [*map(str, range(50_000)), "tie", _ODD], [*range(100_000)]
        table = COLLECTIONS["timeline-events"].table
        with world.db.reading() as reader:
            by_id = Statement(select(table.c.id).where(in_list(table.c.id, "ids")))
            assert by_id.rows(reader, {"ids": json.dumps(ids)}) == [("tie",)]
            by_number = Statement(select(table.c.id).where(in_list(table.c.number, "numbers")))
            assert len(by_number.rows(reader, {"numbers": json.dumps(numbers)})) > 1

    def test_rows_of_bound_lists_keep_their_order(self, db: Database) -> None:
        numbers, both = integers("numbers"), pairs("pairs")
        with db.reading() as reader:
            order: Any = select(joined(literal("-"), literal(","), numbers.c.key), utf8(literal("é")))
            assert Statement(order.select_from(numbers)).first(reader, {"numbers": "[3, 1, 2]"}) == (
                "-,-,-",
                "é".encode(),
            )
            values = Statement(select(numbers.c.key, numbers.c.value).order_by(numbers.c.value))
            assert [place for place, _ in values.rows(reader, {"numbers": "[30, 10, 20]"})] in ([1, 2, 0], [2, 3, 1])
            among = Statement(select(literal(1)).where(in_list(literal(_ODD), "words")))
            assert among.rows(reader, {"words": json.dumps(["b", _ODD])}) == [(1,)]
            assert among.rows(reader, {"words": json.dumps(["b"])}) == []
            found = Statement(select(both.c.first, both.c.second)).rows(reader, {"pairs": json.dumps([[_ODD, 7]])})
            assert found == [(_ODD, 7)]

    def test_the_schema_is_that_of_the_migrations_and_what_is_foreign_is_found(self, db: Database) -> None:
        with db.reading() as reader:
            assert [*schema_faults(db, reader)] == []
            assert db.damage(reader) == []
        with db.writing() as writer:
            writer.execute(sql("CREATE TABLE foreign_table (a integer)"))
            writer.execute(sql("DROP INDEX ix_version_index_date"))
        with db.reading() as reader:
            assert {(fault.code, fault.values["name"]) for fault in schema_faults(db, reader)} == {
                ("schema-foreign", "foreign_table"),
                ("schema-lacks", "ix_version_index_date"),
            }

    def test_autogenerate_finds_no_difference(self, db: Database) -> None:
        def ours(_object: object, name: str | None, kind: str, *_: object) -> bool:
            return not (kind == "table" and name is not None and name.startswith(INDEX))

        options = {"include_object": ours, "compare_type": True, "compare_server_default": True}
        with db.reading() as connection:
            context = MigrationContext.configure(connection, opts=options)
            assert compare_metadata(context, SQLModel.metadata) == []

    def test_up_down_and_up_again_gives_the_same_schema(self, db: Database) -> None:
        with db.reading() as reader:
            before = db.schema(reader)
        migrate.downgrade(db, "base")
        with db.reading() as reader:
            assert {name for kind, name in db.schema(reader) if kind == "table"} == {"alembic_version"}
        migrate.upgrade(db)
        with db.reading() as reader:
            assert db.schema(reader) == before

    def test_a_database_of_another_program_is_left_alone(self, make: Callable[..., Database]) -> None:
        with closing(make("other")) as other:
            with other.writing() as writer:
                writer.execute(sql("CREATE TABLE theirs (a integer)"))
            with pytest.raises(schema_version.MigrationError) as caught:
                migrate.upgrade(other)
            assert caught.value.code == "foreign-database"
            with other.reading() as reader:
                assert {name for kind, name in other.schema(reader) if kind == "table"} == {"theirs"}

    def test_a_database_that_another_program_made_with_alembic_is_left_alone(
        self, make: Callable[..., Database]
    ) -> None:
        with closing(make("other")) as other:
            with other.writing() as writer:
                writer.execute(sql("CREATE TABLE alembic_version (version_num varchar(32))"))
                writer.execute(sql("INSERT INTO alembic_version VALUES ('1975ea83b712')"))
            with pytest.raises(schema_version.MigrationError) as caught:
                migrate.upgrade(other)
            assert caught.value.code == "foreign-database"
            fault = readiness.schema_fault(other)
            assert fault
            assert fault.code == "foreign-database"
            with other.reading() as reader:
                assert {name for kind, name in other.schema(reader) if kind == "table"} == {"alembic_version"}

    def test_a_database_of_a_newer_release_is_named_so(self, world: World) -> None:
        with world.db.writing() as writer:
            writer.execute(sql("UPDATE alembic_version SET version_num = '20990101_newer'"))
        with pytest.raises(schema_version.MigrationError) as caught:
            migrate.upgrade(world.db)
        fault = readiness.schema_fault(world.db)
        assert fault
        assert (caught.value.code, caught.value.values) == (fault.code, fault.values)
        assert (fault.code, fault.values) == ("unknown-schema", {"schema": "20990101_newer"})

    def test_what_was_published_verifies_and_its_copy_too(self, make: Callable[..., Database], world: World) -> None:
        world.publish_with_change("timeline-events", "tie", kind="meeting")
        revisions = verify_database(world.db, COLLECTIONS)
        with closing(make("two")) as copy:
            assert [one.number for one in copy_database(world.db, copy, COLLECTIONS)] == [1, 2]
            assert verify_database(copy, COLLECTIONS) == revisions
            assert copy_database(world.db, copy, COLLECTIONS) == []

    def test_a_copy_gives_way_to_another_writer(self, make: Callable[..., Database], world: World) -> None:
        with closing(make("two")) as copy, closing(make("two")) as other:

            def write(*_: int) -> None:
                copy_database(world.db, other, COLLECTIONS)

            with pytest.raises(Unavailable) as caught:
                copy_database(world.db, copy, COLLECTIONS, write)
            assert caught.value.code == "another-writer"
            assert copy_database(world.db, copy, COLLECTIONS) == []

    def test_a_changed_term_of_the_index_is_found_by_verification(self, world: World) -> None:
        with world.db.writing() as writer:
            row = index_of(writer).row(writer, 1)
            assert row
            index_of(writer).delete(writer, 1)
            index_of(writer).insert(writer, [row._replace(terms=row.terms | {"title_en": "another"})])
        with pytest.raises(Exception, match="log-"):
            verify_database(world.db, COLLECTIONS)

    def test_hits_are_ranked_by_what_their_texts_have(self, world: World) -> None:
        """In the title twice, once, in the summary: each engine counts terms its own way, with the same result."""
        for id, title, summary in (
            ("c", "A fair", "Near a market place"),
            ("b", "A market", "Near a fair place"),
            ("a", "Market by market", "Near a fair place"),
        ):
            world.add("timeline-events", id, title, date="1999", kind="meeting", summary=text(summary))
        world.publish()
        with world.db.reading() as reader:
            hits, within = matching(reader, "market"), ranking.extent(reader, 2)
            order = ranking.ranked(reader, "market", hits, within)
            by_number = dict(reader.execute(select(VERSION_INDEX.c.number, VERSION_INDEX.c.id)).all())
        assert [by_number[number] for number in order] == ["a", "b", "c"]


class SearchSuite:
    """Conformance suite of an inverted index, on documents of its own."""

    @pytest.fixture
    def connection(self, db: Database) -> Iterator[Connection]:
        """Connection of a writer, with an index of four documents."""
        long = "x" * 700
        with db.writing() as writer:
            index_of(writer).prepare(writer)
            written = {
                1: Texts("nuclear test", "north korea fired a missile", "article one"),
                2: Texts("test nuclear", "korea north", "nuclear test"),
                3: Texts("visit", f"o'neil 100% {long} back\\slash été", ""),
                4: Texts("korea", "the north korean nuclear-test site", "visits"),
            }
            documents.add(writer, [documents.Document(key, text, Texts("", "")) for key, text in written.items()])
            yield writer

    @pytest.mark.parametrize(
        ("phrase", "found", "ranked"),
        [
            (Phrase(("nuclear",)), [1, 2, 4], [1, 2, 4]),
            (Phrase(("nuclear", "test")), [1, 2, 4], [1, 4]),
            (Phrase(("test", "nuclear")), [2], [2]),
            (Phrase(("test", "north")), [], []),  # they are in two texts
            (Phrase(("kor",), prefix=True), [1, 2, 4], [1, 2, 4]),
            (Phrase(("north", "kor"), prefix=True), [1, 4], [1, 4]),
            (Phrase(("north", "kor")), [], []),
            (Phrase(("article",)), [1], []),
            (Phrase(("visits",)), [4], []),
            (Phrase(("visit",), prefix=True), [3, 4], [3]),
            (Phrase(("x" * 700,)), [3], [3]),
            (Phrase(("x" * 699,)), [], []),
            (Phrase(("x" * 699,), prefix=True), [3], [3]),
            (Phrase(("ete",)), [3], [3]),
            (Phrase(("nothing",)), [], []),
        ],
    )
    def test_phrases_are_found_where_a_text_has_them(
        self, connection: Connection, phrase: Phrase, found: list[int], ranked: list[int]
    ) -> None:
        index = index_of(connection)
        assert [*index.search(connection, [phrase], ranked=False)] == found
        assert [*index.search(connection, [phrase], ranked=True)] == ranked

    def test_one_of_several_phrases_is_enough_and_numbers_are_bounded(self, connection: Connection) -> None:
        phrases = [Phrase(("visit",)), Phrase(("nuclear", "test")), Phrase(("artic",), prefix=True)]
        index = index_of(connection)
        assert [*index.search(connection, phrases, ranked=False)] == [1, 2, 3, 4]
        assert [*index.search(connection, phrases, 2, 3, ranked=False)] == [2, 3]
        assert [*index.beginning(connection, "nu", 2, ranked=True)] == [2, 4]

    @pytest.mark.parametrize(
        ("q", "found"),
        [("tests", [1, 2, 4]), ('"north korea"', [1]), ("nuclear -visits", [1, 2]), ("o'neil", [3]), ("vis", [3, 4])],
    )
    def test_queries_are_answered(self, connection: Connection, q: str, found: list[int]) -> None:
        assert [*matching(connection, q)] == found

    def test_rows_come_back_and_can_be_replaced(self, connection: Connection) -> None:
        index = index_of(connection)
        assert index.size(connection) == 4
        row = index.row(connection, 3)
        assert row
        assert "visit" in row.terms["title_en"].split()
        index.delete(connection, 3)
        assert index.row(connection, 3) is None
        assert not index.search(connection, [Phrase(("visit",))], ranked=True)
        index.insert(connection, [row])
        assert index.row(connection, 3) == row
        assert [*index.search(connection, [Phrase(("visit",))], ranked=True)] == [3]

    def test_the_check_of_lookups_passes(self, connection: Connection) -> None:
        assert not index_of(connection).lookups_differ(connection)
        assert not index_of(connection).has_foreign_settings(connection)
