"""Inverted index on PostgreSQL: the terms of each version in two `tsvector`s with GIN indexes, one for texts that rank.

PostgreSQL's own parsers never see a text: `to_tsvector` cuts words its own way. A `tsvector` keeps 256 places of a term
at most, up to the 16,383rd: no places are stored, and a phrase is looked for in the texts of the versions that have all
of its terms. GIN has no places either, so PostgreSQL would read these rows all the same.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from pyroaring import BitMap
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Text,
    and_,
    cast,
    column,
    delete,
    false,
    func,
    literal,
    or_,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR
from sqlalchemy.exc import DBAPIError
from typing_extensions import override

from app.store.engines.constructs import position
from app.store.search.base import (
    AFTER_ALL,
    COLUMNS,
    CONTENT,
    CONTENT_COLUMNS,
    RANKED,
    IndexRow,
    InvertedIndex,
)
from app.store.search.tokens import Phrase

_LONGEST = 500  # letters of a term that are in a vector, which takes 2,046 bytes. Longer ones are compared in the texts
_UNRANKED = [name for name in COLUMNS if name not in RANKED]
_INDEX = table(
    CONTENT.name,
    *(column(one.name, one.type) for one in CONTENT.c),
    *(column(name, TSVECTOR) for name in ("ranked", "unranked")),
)
_TEXTS = {name: _INDEX.c[one.name] for name, one in CONTENT_COLUMNS.items()}
_TERMS = [_INDEX.c[one.name] for one in CONTENT.c]
_NAMES = ", ".join(one.name for one in _TERMS)
_INSERT = (
    f"INSERT INTO {CONTENT.name} ({_NAMES}, ranked, unranked) "  # noqa: S608 - constants
    f"VALUES ({', '.join(['%s'] * len(_TERMS))}, array_to_tsvector(%s), array_to_tsvector(%s))"
)


class TsvectorIndex(InvertedIndex):
    """Inverted index of `tsvector`s."""

    @override
    def prepare(self, connection: Connection) -> None:
        """Nothing: GIN gathers new entries in a list of its own (`fastupdate`), which searches read too."""

    @override
    def insert(self, connection: Connection, rows: Sequence[IndexRow]) -> None:
        values = [
            (
                row.number,
                *(row.terms[name] for name in COLUMNS),
                _lexemes(row.terms[name] for name in RANKED),
                _lexemes(row.terms[name] for name in _UNRANKED),
            )
            for row in rows
        ]
        try:
            connection.connection.cursor().executemany(_INSERT, values)
        except (driver := connection.dialect.loaded_dbapi).Error as error:
            raise DBAPIError.instance(_INSERT, None, error, driver.Error, dialect=connection.dialect) from error

    @override
    def delete(self, connection: Connection, number: int) -> None:
        connection.execute(delete(_INDEX).where(_INDEX.c.id == number))

    @override
    def row(self, connection: Connection, number: int) -> IndexRow | None:
        found = connection.execute(select(*_TERMS).where(_INDEX.c.id == number)).first()
        return IndexRow(found[0], dict(zip(COLUMNS, found[1:], strict=True))) if found else None

    @override
    def size(self, connection: Connection) -> int:
        return connection.execute(select(func.count()).select_from(_INDEX)).scalar_one()

    @override
    def search(
        self, connection: Connection, phrases: Sequence[Phrase], first: int = 0, last: int = AFTER_ALL, *, ranked: bool
    ) -> BitMap:
        found = or_(_has_one_of(phrases, _INDEX.c.ranked, RANKED))
        if not ranked:
            found = or_(found, _has_one_of(phrases, _INDEX.c.unranked, _UNRANKED))
        bounds = cast(literal(first), BigInteger), cast(literal(last), BigInteger)
        return _numbers(connection, _INDEX.c.id.between(*bounds), found)

    @override
    def beginning(self, connection: Connection, letters: str, first: int, *, ranked: bool) -> BitMap:
        return self.search(connection, [Phrase((letters,), prefix=True)], first, ranked=ranked)

    @override
    def words(self, connection: Connection, start: str, most: int) -> Sequence[str] | None:
        """None: GIN finds a beginning at once, but gives no list of its terms."""
        return None

    @override
    def occurrences(self, connection: Connection, first: str, last: str) -> None:
        """None: the index has no places."""

    @override
    def lookups_differ(self, connection: Connection) -> bool:
        """Whether a vector has other terms than its texts, or the index finds a term in another number of versions."""
        connection.execute(text("SET LOCAL enable_seqscan = off"))  # an index scan, whatever it costs
        differ = any(_differs(connection, vector, names) for vector, names in _VECTORS)
        connection.execute(text("SET LOCAL enable_seqscan = on"))
        return differ

    @override
    def has_foreign_settings(self, connection: Connection) -> bool:
        return False


_VECTORS = ((_INDEX.c.ranked, RANKED), (_INDEX.c.unranked, _UNRANKED))


def _differs(connection: Connection, vector: ColumnElement[Any], names: Sequence[str]) -> bool:
    index = f"ix_{CONTENT.name}_{vector.name}"
    if connection.execute(select(func.to_regclass(index))).scalar() is None:
        return False  # the schema check names it; without it, each term would read the whole table
    made = select(literal(1)).select_from(_INDEX).where(vector.is_distinct_from(_made_of(names)))
    if connection.execute(select(made.exists())).scalar():
        return True
    counts = func.ts_stat(f"SELECT {vector.name} FROM {CONTENT.name}").table_valued("word", "ndoc")  # noqa: S608 - constants
    found = connection.execute(select(counts.c.word, counts.c.ndoc))
    return any(len(_numbers(connection, _matches(vector, _quoted(term)))) != versions for term, versions in found)


def _lexemes(texts: Iterable[str]) -> list[str]:
    return sorted({term[:_LONGEST] for text in texts for term in text.split()})


def _made_of(names: Iterable[str]) -> ColumnElement[Any]:
    """Vector of the terms in some texts, as the server makes it."""
    joined = func.concat_ws(" ", *(_TEXTS[name] for name in names))
    terms = func.unnest(func.string_to_array(joined, " ")).table_valued("term").render_derived()
    return func.array_to_tsvector(
        func.array(select(func.left(terms.c.term, _LONGEST)).where(terms.c.term != "").scalar_subquery())
    )


def _has_one_of(phrases: Sequence[Phrase], vector: ColumnElement[Any], names: Sequence[str]) -> ColumnElement[bool]:
    """Condition: some texts have one of the phrases."""
    simple = [phrase for phrase in phrases if _is_simple(phrase)]
    conditions = [_matches(vector, " | ".join(map(_query, simple)))] if simple else []
    for phrase in phrases:
        if not _is_simple(phrase):
            written = f" {' '.join(phrase.terms)}{'' if phrase.prefix else ' '}"
            within = (position(" " + _TEXTS[name] + " ", literal(written)) > 0 for name in names)
            conditions.append(and_(_matches(vector, _query(phrase)), or_(*within)))
    return or_(false(), *conditions)


def _is_simple(phrase: Phrase) -> bool:
    """Whether a vector tells all about a phrase."""
    return len(phrase.terms) == 1 and len(phrase.terms[0]) < _LONGEST


def _query(phrase: Phrase) -> str:
    """Query that each version with the phrase matches."""
    *whole, last = (_quoted(term[:_LONGEST]) for term in phrase.terms)
    return " & ".join([*whole, f"{last}:*" if phrase.prefix else last])


def _quoted(term: str) -> str:
    doubled = term.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"


def _matches(vector: ColumnElement[Any], query: str) -> ColumnElement[bool]:
    return vector.bool_op("@@")(cast(literal(query), TSQUERY))


def _numbers(connection: Connection, *conditions: ColumnElement[bool]) -> BitMap:
    """Numbers of the versions that meet the conditions, as one JSON array: row by row takes three times as long."""
    numbers = cast(func.json_agg(_INDEX.c.id), Text)
    found = connection.execute(select(numbers).where(*conditions)).scalar()
    return BitMap(json.loads(found)) if found else BitMap()
