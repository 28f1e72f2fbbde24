"""Full-text search: the one module that knows the search dialect of an engine (SQLite's FTS5 so far).

The index holds every version of every record in both languages, each under its number in `entries`.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Table, select, text, tuple_

from app.ledger import ENTRIES

INDEX = "search_index"
COLUMNS = ("title_en", "title_fr", "text_en", "text_fr")

CREATE = f"CREATE VIRTUAL TABLE {INDEX} USING fts5({', '.join(COLUMNS)}, tokenize = 'unicode61 remove_diacritics 2')"
DROP = f"DROP TABLE {INDEX}"

_LIGATURES = {"oe": "œ", "ae": "æ"}
_APART = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"})
_JOINED = re.compile("|".join(_LIGATURES), re.IGNORECASE)


class Document(NamedTuple):
    """The searchable texts of one version, under its number in `entries`."""

    number: int
    title_en: str
    title_fr: str
    text_en: str
    text_fr: str


def add(connection: Connection, documents: Iterable[Document]) -> None:
    """Put versions into the index; they stay in it for ever. Raises IntegrityError for one that it has."""
    rows = [document._asdict() for document in documents]
    if rows:
        names = ", ".join(COLUMNS)
        values = ", ".join(f":{name}" for name in COLUMNS)
        connection.execute(text(f"INSERT INTO {INDEX} (rowid, {names}) VALUES (:number, {values})"), rows)  # noqa: S608 - constants of this module


def stored(connection: Connection, numbers: Sequence[int]) -> dict[int, Document]:
    """What the index holds of these versions, by number; those it lacks are left out."""
    one = text(f"SELECT rowid, {', '.join(COLUMNS)} FROM {INDEX} WHERE rowid = :number")  # noqa: S608 - constants of this module
    rows = [connection.execute(one, {"number": number}).first() for number in numbers]
    return {row[0]: Document(*row) for row in rows if row}


def size(connection: Connection) -> int:
    """How many versions the index holds."""
    return int(connection.execute(text(f"SELECT count(*) FROM {INDEX}")).scalar_one())  # noqa: S608 - a constant


def tokens(query: str) -> list[str]:
    """The phrases of a search as typed: words, and words in quotes together; signs mean nothing."""
    phrases = []
    for quoted, plain in re.findall(r'"([^"]*)"|([^"]+)', unicodedata.normalize("NFC", query)):
        if quoted:
            phrases.append(" ".join(_words(quoted)))
        else:
            phrases.extend(_words(plain))
    return [phrase for phrase in phrases if phrase]


def _words(part: str) -> list[str]:
    # What unicode61 takes for a token character: letters, digits, and the marks that belong to them.
    return re.findall(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*", part)


def expression(query: str) -> str:
    """The FTS5 expression of a search: every phrase quoted, so that operators are plain text."""
    *phrases, last = tokens(query)
    open_ended = not query.rstrip().endswith('"')
    return " AND ".join([*(_spellings(phrase) for phrase in phrases), _spellings(last, "*" if open_ended else "")])


def _spellings(phrase: str, end: str = "") -> str:
    # unicode61 keeps œ apart from oe, and whoever has no œ on the keyboard writes oe: both are looked for. Folding the
    # index instead would put the wrong spelling into what is shown of it.
    apart = phrase.translate(_APART)
    joined = _JOINED.sub(lambda pair: _LIGATURES[pair[0].lower()], apart)
    spelt = " OR ".join(f'"{one}"{end}' for one in dict.fromkeys([phrase, apart, joined]))
    return f"({spelt})"


def matches(table: Table, query: str) -> ColumnElement[bool]:
    """The condition that a version's texts match the search."""
    hits = text(f"entries.number IN (SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH :search)")  # noqa: S608 - constants of this module
    found = (
        select(ENTRIES.c.id, ENTRIES.c.published_in)
        .where(hits.bindparams(search=expression(query)))
        .where(ENTRIES.c.collection == table.info["collection"])
    )
    return tuple_(table.c.id, table.c.published_in).in_(found)
