"""Inverted index on SQLite: FTS5, which splits its texts at blanks and knows nothing of letters."""

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import Any

from pyroaring import BitMap
from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    Text,
    bindparam,
    column,
    delete,
    func,
    insert,
    literal_column,
    or_,
    select,
    table,
    text,
)
from typing_extensions import override

from app.store.engines.constructs import position
from app.store.search.base import (
    AFTER_ALL,
    COLUMNS,
    CONTENT,
    CONTENT_COLUMNS,
    INDEX,
    RANKED,
    IndexRow,
    InvertedIndex,
)
from app.store.search.tokens import Phrase
from app.store.statements import Insertion, Statement

_PENDING = 1 << 24  # bytes of terms that FTS5 keeps in memory before it writes them. Its own 1 MiB takes twice the time
_OWN_SETTINGS = {"version", "hashsize"}  # one that FTS5 makes, one that a publication makes

_INDEX = table(INDEX, column("rowid", Integer), *(column(name, Text) for name in COLUMNS))
_SETTINGS = table(INDEX, column(INDEX, Text), column("rank", Integer))  # how FTS5 takes a setting: as a row
# Each occurrence of each term in the index: the number of the version and the name of the text.
_TERMS = table(f"{INDEX}_terms", column("term", Text), column("doc", Integer), column("col", Text))
_ALL_COLUMNS: ColumnElement[str] = literal_column(INDEX, Text)  # FTS5: the name of the table means all of its columns
_NEXT_TERM = Statement(select(_TERMS.c.term).where(_TERMS.c.term >= bindparam("start")).limit(1))
_OCCURRENCES = Statement(
    select(_TERMS.c.doc, _TERMS.c.col).where(_TERMS.c.term.between(bindparam("first"), bindparam("last")))
)


def _numbers(number: ColumnElement[int], *conditions: ColumnElement[bool]) -> Statement:
    """Statement for all numbers as one JSON array: to fetch them row by row takes twice as long."""
    between = number.between(bindparam("first"), bindparam("last"))
    found: Select[tuple[int]] = select(func.json_group_array(number)).where(*conditions, between)
    return Statement(found)


def _beginning_in(texts: Iterable[ColumnElement[str]]) -> Statement:
    word = bindparam("word", type_=Text)
    return _numbers(CONTENT.c.id, or_(*(position(" " + text, word) > 0 for text in texts)))


_MATCHES = _numbers(_INDEX.c.rowid, _ALL_COLUMNS.bool_op("MATCH")(bindparam("expression")))
_BEGINNINGS = {
    False: _beginning_in(CONTENT_COLUMNS.values()),
    True: _beginning_in(CONTENT_COLUMNS[name] for name in RANKED),
}

_CHECKED = "verified_terms"
_BATCH = 500  # terms in memory at once
_CHECKED_TERMS = table(_CHECKED, column("term", Text), column("doc"), schema="temp")
_ALL = Statement(select(_CHECKED_TERMS.c.term, _CHECKED_TERMS.c.doc))
_FOUND = Statement(
    select(func.count()).select_from(table(INDEX)).where(_ALL_COLUMNS.bool_op("MATCH")(bindparam("phrase", type_=Text)))
)


class Fts5Index(InvertedIndex):
    """Inverted index of FTS5."""

    @override
    def prepare(self, connection: Connection) -> None:
        """FTS5 `hashsize`: allow a publication to keep more terms in memory. It is a setting that the index stores.

        It is made once a publication, since FTS5 writes out its pending terms whenever a setting is made.
        """
        connection.execute(insert(_SETTINGS), [{INDEX: "hashsize", "rank": _PENDING}])

    @override
    def insert(self, connection: Connection, rows: Sequence[IndexRow]) -> None:
        Insertion.into(_INDEX).run(connection, [{"rowid": row.number, **row.terms} for row in rows])

    @override
    def delete(self, connection: Connection, number: int) -> None:
        connection.execute(delete(_INDEX).where(_INDEX.c.rowid == number))

    @override
    def row(self, connection: Connection, number: int) -> IndexRow | None:
        # One by one: FTS5 finds a row by its number at once, but reads the whole index for a list of them.
        found = connection.execute(select(_INDEX).where(_INDEX.c.rowid == number)).mappings().first()
        return IndexRow(found["rowid"], {name: found[name] for name in COLUMNS}) if found else None

    @override
    def size(self, connection: Connection) -> int:
        return connection.execute(select(func.count()).select_from(_INDEX)).scalar_one()

    @override
    def search(
        self, connection: Connection, phrases: Sequence[Phrase], first: int = 0, last: int = AFTER_ALL, *, ranked: bool
    ) -> BitMap:
        expression = " OR ".join(map(_quoted, phrases))
        if ranked:
            expression = f"{{{' '.join(RANKED)}}} : ({expression})"
        values = {"expression": expression, "first": first, "last": last}
        return BitMap(json.loads(_MATCHES.first(connection, values)[0]))

    @override
    def beginning(self, connection: Connection, letters: str, first: int, *, ranked: bool) -> BitMap:
        values = {"word": f" {letters}", "first": first, "last": AFTER_ALL}
        return BitMap(json.loads(_BEGINNINGS[ranked].first(connection, values)[0]))

    @override
    def words(self, connection: Connection, start: str, most: int) -> Sequence[str] | None:
        found: list[str] = []
        after = start
        while (row := _NEXT_TERM.first(connection, {"start": after})) and row[0].startswith(start):
            if len(found) == most:
                return None
            found.append(row[0])
            after = f"{row[0]}\0"
        return found

    @override
    def occurrences(self, connection: Connection, first: str, last: str) -> Iterable[tuple[int, str]]:
        return _OCCURRENCES.rows(connection, {"first": first, "last": last})

    @override
    def lookups_differ(self, connection: Connection) -> bool:
        """Whether some term is found in another number of versions than have it: 10 µs a term.

        FTS5's own check compares the lists of versions with the texts, but not the table in which it looks up these
        lists. If that table lacks rows, a search finds nothing, or a part of what there is.
        """
        connection.execute(text(f"CREATE VIRTUAL TABLE temp.{_CHECKED} USING fts5vocab(main, {INDEX}, row)"))
        rows = _ALL.run(connection)
        try:
            return any(
                _FOUND.first(connection, {"phrase": _quoted(Phrase((term,)))})[0] != versions
                for term, versions in _batched(rows)
            )
        finally:
            rows.close()
            connection.execute(text(f"DROP TABLE temp.{_CHECKED}"))  # the connection goes back to a pool

    @override
    def has_foreign_settings(self, connection: Connection) -> bool:
        settings = connection.execute(text(f"SELECT k FROM {INDEX}_config")).scalars()  # noqa: S608 - a constant
        return not {*settings} <= _OWN_SETTINGS


def _batched(rows: Any) -> Iterator[tuple[str, int]]:
    return chain.from_iterable(iter(partial(rows.fetchmany, _BATCH), []))


def _quoted(phrase: Phrase) -> str:
    words = " ".join(phrase.terms).replace('"', '""')
    return f'"{words}"{"*" if phrase.prefix else ""}'
