"""The search index: any text can be put in and looked for, and finds itself."""

import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sqlalchemy import Connection
from sqlalchemy import text as sql

from app.store import migrate
from app.store.engines.sqlite import SqliteDatabase
from app.store.search import sqlite as fulltext
from app.store.search.tokens import phrases
from tests.support.servers import settings_for

ALPHABET = st.characters(codec="latin-1", exclude_characters="\0") | st.sampled_from(
    "ŒœŸ’“”–…김정은\u0302\u0327\u0331\u0345"
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """A connection to a migrated database in whose search index nothing stands."""
    database = SqliteDatabase(settings_for(tmp_path_factory.mktemp("index") / "index.db"))
    migrate.upgrade(database)
    with database.writers.connect() as connection:
        yield connection
        connection.rollback()
    database.close()


def hits(index: Connection, q: str) -> list[int]:
    found = sql(f"SELECT rowid FROM {fulltext.INDEX} WHERE {fulltext.INDEX} MATCH :q")
    return list(index.execute(found, {"q": fulltext.expression(q)}).scalars())


@given(words=st.text(ALPHABET, min_size=1, max_size=200))
def test_whatever_is_written_can_be_looked_for_and_finds_itself(index: Connection, words: str) -> None:
    assume(phrases(words))
    fulltext.add(index, [fulltext.Document(7, "", "", unicodedata.normalize("NFC", words), "")])
    assert hits(index, words) == [7]
    index.execute(sql(f"DELETE FROM {fulltext.INDEX}"))
    assert hits(index, words) == []


@given(words=st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=200))
def test_no_text_makes_the_index_fail(index: Connection, words: str) -> None:
    assume(phrases(words))
    assert hits(index, words) == []
