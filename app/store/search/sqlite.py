"""Full-text search on SQLite: the FTS5 index, its queries, BM25 ranking and snippets.

The index has every version of every record in both languages, each under its number in the version index.
"""

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from pydantic import BaseModel, Field
from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Table,
    Text,
    case,
    column,
    delete,
    func,
    insert,
    literal_column,
    select,
    table,
    tuple_,
    union_all,
)

from app.model.fields import Language
from app.store.search.tokens import Phrase, index_term, phrases, spellings
from app.store.tables import VERSION_INDEX

INDEX = "search_index"
COLUMNS = ("title_en", "title_fr", "text_en", "text_fr")
_INDEX = table(INDEX, column("rowid", Integer), *(column(name, Text) for name in COLUMNS))
# Each occurrence of each word in the index: what ranking counts.
_TERMS = table(f"{INDEX}_terms", column("term", Text), column("doc", Integer), column("col", Text))
_ALL_COLUMNS: ColumnElement[str] = literal_column(INDEX, Text)  # FTS5: the name of the table means all of its columns

# BM25 (Robertson and Zaragoza 2009) with the values that FTS5 and Lucene use; a title counts as four times its words.
_K1, _B, _TITLE = 1.2, 0.75, 4
# A word in more versions than this hardly distinguishes one from another, and counting it takes long: it does not rank.
_COMMON = 100_000
_OPEN, _CLOSE = "\x02", "\x03"  # around what matched: no text can have them, since control characters are refused
_SNIPPET_WORDS = 24


class Extent(NamedTuple):
    """Corpus of a ranking: the versions up to number `last`, with their average length in words."""

    last: int
    length: float


class Document(NamedTuple):
    """Document of the full-text index: the searchable texts of one version, under its number in the version index."""

    number: int
    title_en: str
    title_fr: str
    text_en: str
    text_fr: str


def add(connection: Connection, documents: Iterable[Document]) -> None:
    """Full-text indexing: adds versions. Raises IntegrityError for one that the index has already."""
    rows = [{"rowid": document.number, **_texts(document)} for document in documents]
    if rows:
        connection.execute(insert(_INDEX), rows)


def _texts(document: Document) -> dict[str, str]:
    return {name: getattr(document, name) for name in COLUMNS}


def replace(connection: Connection, document: Document) -> None:
    """Full-text indexing: replaces the texts of a version, or adds it, if the index has other ones."""
    if stored(connection, [document.number]).get(document.number) != document:
        connection.execute(delete(_INDEX).where(_INDEX.c.rowid == document.number))
        add(connection, [document])


def stored(connection: Connection, numbers: Sequence[int]) -> dict[int, Document]:
    """Indexed documents of these versions, by number, without those that the index lacks."""
    # One by one: FTS5 finds a row by its number at once, but reads the whole index for a list of them.
    rows = [connection.execute(select(_INDEX).where(_INDEX.c.rowid == number)).first() for number in numbers]
    return {row.rowid: Document(*row) for row in rows if row}


def size(connection: Connection) -> int:
    """Index size: how many versions it has. Raises OperationalError before the migration that creates it."""
    return int(connection.execute(select(func.count()).select_from(_INDEX)).scalar_one())


def expression(query: str) -> str:
    """FTS5 expression of a search text: every phrase in quotes, so that operators in it are plain text.

    It is empty for a text without a letter or digit, which FTS5 refuses with OperationalError.
    """
    return " AND ".join(_any_spelling(phrase) for phrase in dict.fromkeys(phrases(query)))


def _any_spelling(phrase: Phrase) -> str:
    end = "*" if phrase.prefix else ""
    return "(" + " OR ".join(f'"{spelling}"{end}' for spelling in spellings(phrase)) + ")"


def _match(fts5_expression: str) -> ColumnElement[bool]:
    return _ALL_COLUMNS.bool_op("MATCH")(fts5_expression)


def matches(table: Table, query: str) -> ColumnElement[bool]:
    """Full-text condition: the texts of a version, in either language, match the search text.

    `table` is the version index or that of a collection. With a text that has no letter or digit the statement raises
    DBAPIError.
    """
    hit = VERSION_INDEX.c.number.in_(select(_INDEX.c.rowid).where(_match(expression(query))))
    if table is VERSION_INDEX:
        return hit
    mine = VERSION_INDEX.c.collection == table.info["collection"]
    found = select(VERSION_INDEX.c.id, VERSION_INDEX.c.published_in).where(hit, mine)
    return tuple_(table.c.id, table.c.published_in).in_(found)


def extent(connection: Connection, revision: int) -> Extent:
    """Corpus for rankings at a revision: later versions do not count, so a publication changes no earlier ranking."""
    last = select(func.max(VERSION_INDEX.c.number)).where(VERSION_INDEX.c.published_in <= revision).scalar_subquery()
    row = connection.execute(select(last, func.avg(VERSION_INDEX.c.length)).where(VERSION_INDEX.c.number <= last)).one()
    return Extent(row[0] or 0, float(row[1] or 1))


def ranked(connection: Connection, query: str, hits: Mapping[int, int], within: Extent) -> list[int]:
    """BM25 ranking: the numbers of the hits, best first; of equal ones the newest first. `hits` has lengths in words.

    FTS5's own bm25() counts over all versions: it would change the answers of earlier revisions.
    """
    scores = dict.fromkeys(hits, 0.0)
    sizes = {number: _K1 * (1 - _B + _B * length / within.length) for number, length in hits.items()}
    among = json.dumps(list(hits))
    for word in dict.fromkeys(word for phrase in phrases(query) for word in phrase.words()):
        versions = _document_frequency(connection, word, within.last)
        if versions > _COMMON:
            continue
        weight = math.log(1 + (within.last - versions + 0.5) / (versions + 0.5))
        for number, found in _term_frequencies(connection, word, among).items():
            scores[number] += weight * found * (_K1 + 1) / (found + sizes[number])
    return sorted(hits, key=lambda number: (-scores[number], -number))


def _document_frequency(connection: Connection, word: Phrase, last: int) -> int:
    """Document frequency: how many versions up to number `last` have a word, in any of its spellings."""
    found = _match(_any_spelling(word)), _INDEX.c.rowid <= last
    return int(connection.execute(select(func.count()).select_from(_INDEX).where(*found)).scalar_one())


def _term_frequencies(connection: Connection, word: Phrase, among: str) -> dict[int, int]:
    """Term frequency: how often each of these versions (a JSON list) has a word, weighted by column, without zeros."""
    numbers = func.json_each(among).table_valued("value")
    terms = dict.fromkeys(index_term(spelling) for spelling in spellings(word))
    # UNION ALL, because with OR SQLite mistakes rows of two terms for one: FTS5 numbers the rows of each term from 1.
    rows = union_all(
        *(
            select(_TERMS.c.doc, _TERMS.c.col).where(
                _TERMS.c.term.between(term, term + "\U0010ffff" if word.prefix else term),
                _TERMS.c.doc.in_(select(numbers.c.value)),
            )
            for term in terms
        )
    ).subquery()
    weight = case((rows.c.col.like("title%"), _TITLE), else_=1)
    return dict(connection.execute(select(rows.c.doc, func.sum(weight)).group_by(rows.c.doc)).all())


class Piece(BaseModel):
    """A piece of a snippet."""

    text: str = Field(description="Part of the record's text, with `…` where the snippet begins or ends within it.")
    match: bool = Field(description="Whether this piece matches the search.")


def snippets(connection: Connection, query: str, numbers: Sequence[int], lang: Language) -> dict[int, list[Piece]]:
    """Snippets: the text around the match in each of these versions, in `lang` if it matched there, else in the other.

    Each has at most 24 words, in pieces that alternate between matching and other text. A version that does not match
    is missing. Raises DBAPIError for a search text without a letter or digit.
    """
    preferred = sorted(range(len(COLUMNS)), key=lambda place: (not COLUMNS[place].endswith(lang), -place))
    cut = (func.snippet(_ALL_COLUMNS, place, _OPEN, _CLOSE, "…", _SNIPPET_WORDS) for place in preferred)
    # The sign before rowid stops SQLite from running the query for each number separately: 12 ms instead of 170.
    among: ColumnElement[int] = literal_column("+rowid", Integer)
    statement = select(_INDEX.c.rowid, *cut).where(_match(expression(query)), among.in_(numbers))
    return {number: _pieces(_best(texts)) for number, *texts in connection.execute(statement)}


def _best(texts: Sequence[str]) -> str:
    # Text and title in the preferred language, then in the other one
    own, other = texts[:2], texts[2:]
    marked = [max(pair, key=lambda one: one.count(_OPEN)) for pair in (own, other)]
    return marked[0] if _OPEN in marked[0] else marked[1]


def _pieces(marked: str) -> list[Piece]:
    parts = re.split(f"{_OPEN}([^{_CLOSE}]*){_CLOSE}", marked.replace("\n", " "))
    return [Piece(text=part, match=place % 2 == 1) for place, part in enumerate(parts) if part]
