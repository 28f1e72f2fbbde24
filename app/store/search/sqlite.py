"""Full-text index of SQLite (FTS5): indexing, matching, BM25 ranking and snippets.

No other module has SQL for searches. The index has every version of every record in both languages, under its number
in the version index.
"""

import json
import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from pydantic import BaseModel, Field
from sqlalchemy import ColumnElement, Connection, Table, bindparam, func, select, text, tuple_

from app.model.fields import Language
from app.store.tables import VERSION_INDEX

INDEX = "search_index"
TERMS = "search_index_terms"  # a view (fts5vocab) of each occurrence of each word in the index, which ranking counts
COLUMNS = ("title_en", "title_fr", "text_en", "text_fr")

# BM25 (Robertson and Zaragoza 2009) with the parameters of FTS5 and Lucene; a word in the title counts four times.
_K1, _B, _TITLE = 1.2, 0.75, 4
# A word in more versions than this hardly distinguishes them and takes long to count, so it does not rank.
_COMMON = 100_000
_OPEN, _CLOSE = "\x02", "\x03"  # marks around a match: no text has them, since control characters are refused
_SNIPPET_WORDS = 24

_LIGATURES = {"oe": "œ", "ae": "æ"}
_APART = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"})
_JOINED = re.compile("|".join(_LIGATURES), re.IGNORECASE)


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
    """Index documents; they are never removed. Raises IntegrityError for a number that the index already has."""
    rows = [document._asdict() for document in documents]
    if rows:
        names = ", ".join(COLUMNS)
        values = ", ".join(f":{name}" for name in COLUMNS)
        connection.execute(text(f"INSERT INTO {INDEX} (rowid, {names}) VALUES (:number, {values})"), rows)  # noqa: S608 - constants of this module


def replace(connection: Connection, document: Document) -> None:
    """Reindex the document of a version if its texts differ from those in the index."""
    if stored(connection, [document.number]).get(document.number) != document:
        connection.execute(text(f"DELETE FROM {INDEX} WHERE rowid = :number"), {"number": document.number})  # noqa: S608 - a constant
        add(connection, [document])


def stored(connection: Connection, numbers: Sequence[int]) -> dict[int, Document]:
    """Documents of the index, by number; those that the index lacks are missing from the result."""
    one = text(f"SELECT rowid, {', '.join(COLUMNS)} FROM {INDEX} WHERE rowid = :number")  # noqa: S608 - constants of this module
    rows = [connection.execute(one, {"number": number}).first() for number in numbers]
    return {row[0]: Document(*row) for row in rows if row}


def size(connection: Connection) -> int:
    """Number of documents in the index, which is that of all versions."""
    return int(connection.execute(text(f"SELECT count(*) FROM {INDEX}")).scalar_one())  # noqa: S608 - a constant


def tokens(query: str) -> list[str]:
    """Tokenizer of a search text: gives phrases, namely what is in double quotes, and each word outside of them.

    The parts of a word with a sign in it, as `Canada's` or `six-party`, make one phrase: otherwise the `s` would be a
    word to search for. All other signs are ignored; a text without letters and digits gives an empty list.
    """
    parts = re.findall(r'"([^"]*)"|([^"\s]+)', unicodedata.normalize("NFC", query))
    phrases = (" ".join(_words(quoted or plain)) for quoted, plain in parts)
    return [phrase for phrase in phrases if phrase]


def _words(part: str) -> list[str]:
    # The token characters of FTS5's unicode61: letters, digits, and the combining marks on them.
    return re.findall(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*", part)


def expression(query: str) -> str:
    """FTS5 query of a search text: every phrase is quoted, so that FTS5's operators in it are plain words.

    The last word is a prefix query unless it is in quotes. Raises ValueError for a text without a letter or digit.
    """
    *phrases, last = tokens(query)
    open_ended = not query.rstrip().endswith('"')
    others = (_spellings(phrase) for phrase in dict.fromkeys(phrases))
    return " AND ".join([*others, _spellings(last, "*" if open_ended else "")])


def _spellings(phrase: str, end: str = "") -> str:
    spelt = " OR ".join(f'"{one}"{end}' for one in _variants(phrase, end))
    return f"({spelt})"


def _variants(phrase: str, end: str) -> list[str]:
    # For unicode61 œ and oe differ, but people without œ on their keyboard write oe: the query has both. Folding the
    # texts in the index instead would show the wrong spelling in snippets.
    apart = phrase.translate(_APART)
    joined = _JOINED.sub(lambda pair: _LIGATURES[pair[0].lower()], apart)
    halved = _LIGATURES.get(f"{joined[-1].lower()}e") if end else None  # `co` is also a beginning of `cœur`
    return list(dict.fromkeys([phrase, apart, joined, *([joined[:-1] + halved] if halved else [])]))


def matches(table: Table, query: str) -> ColumnElement[bool]:
    """Full-text condition: the version's texts, in either language, match the search text."""
    hits = text(f"version_index.number IN (SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH :search)")  # noqa: S608 - constants of this module
    hit = hits.bindparams(search=expression(query))
    if table is VERSION_INDEX:
        return hit  # type: ignore[return-value]  # a clause like any other
    found = (
        select(VERSION_INDEX.c.id, VERSION_INDEX.c.published_in)
        .where(hit)
        .where(VERSION_INDEX.c.collection == table.info["collection"])
    )
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
    for word, end in dict.fromkeys(_ranking_words(query)):
        versions = _holding(connection, word, end, within.last)
        if versions > _COMMON:
            continue
        weight = math.log(1 + (within.last - versions + 0.5) / (versions + 0.5))
        for number, found in _frequencies(connection, word, end, among).items():
            scores[number] += weight * found * (_K1 + 1) / (found + sizes[number])
    return sorted(hits, key=lambda number: (-scores[number], -number))


def _ranking_words(query: str) -> Iterator[tuple[str, str]]:
    """Words of a search text, phrases word by word; with `*` if it may be the beginning of a longer word."""
    found = [word for phrase in tokens(query) for word in phrase.split()]
    open_ended = not query.rstrip().endswith('"')
    for place, word in enumerate(found, 1):
        yield word, "*" if open_ended and place == len(found) else ""


def _holding(connection: Connection, word: str, end: str, last: int) -> int:
    """Document frequency: how many versions up to a number have a word, in any of its spellings."""
    count = text(f"SELECT count(*) FROM {INDEX} WHERE {INDEX} MATCH :search AND rowid <= :last")  # noqa: S608 - constants
    return int(connection.execute(count, {"search": _spellings(word, end), "last": last}).scalar_one())


def _frequencies(connection: Connection, word: str, end: str, among: str) -> dict[int, int]:
    """Term frequency: how often each of these versions (a JSON list) has a word, in any spelling, without zeros."""
    terms = dict.fromkeys(_term(spelling) for spelling in _variants(word, end))
    bounds = {f"from{place}": term for place, term in enumerate(terms)}
    bounds |= {f"to{place}": term + "\U0010ffff" if end else term for place, term in enumerate(terms)}
    # UNION ALL, because with OR SQLite mistakes rows of two terms for one: FTS5 numbers the rows of each term from 1.
    each = " UNION ALL ".join(
        f"SELECT doc, col FROM {TERMS} "  # noqa: S608 - constants of this module
        f"WHERE term BETWEEN :from{place} AND :to{place} AND doc IN (SELECT value FROM json_each(:among))"
        for place in range(len(terms))
    )
    counted = f"SELECT doc, sum(CASE WHEN col LIKE 'title%' THEN {_TITLE} ELSE 1 END) FROM ({each}) GROUP BY doc"  # noqa: S608 - as above
    return dict(connection.execute(text(counted), {**bounds, "among": among}).all())


def _term(word: str) -> str:
    """Word as unicode61 stores it: in lower case, with Latin letters without their marks; other letters keep them."""
    return "".join(_bare(letter) for letter in word.lower() if not unicodedata.combining(letter))


def _bare(letter: str) -> str:
    base = unicodedata.normalize("NFD", letter)[0]
    return base if base.isascii() else letter


class Piece(BaseModel):
    """A piece of a snippet."""

    text: str = Field(description="Part of the record's text, with `…` where the snippet begins or ends within it.")
    match: bool = Field(description="Whether this piece matches the search.")


def snippets(connection: Connection, query: str, numbers: Sequence[int], lang: Language) -> dict[int, list[Piece]]:
    """Snippets: the text around the match in each of these versions, in `lang` if it matched there, else in the other.

    At most 24 words, in pieces that alternate between matching and other text.
    """
    preferred = sorted(range(len(COLUMNS)), key=lambda place: (not COLUMNS[place].endswith(lang), -place))
    cut = (f"snippet({INDEX}, {place}, :open, :close, '…', {_SNIPPET_WORDS})" for place in preferred)
    # The sign before rowid stops SQLite from running the query for each number separately: 12 ms instead of 170.
    statement = text(
        f"SELECT rowid, {', '.join(cut)} FROM {INDEX} WHERE {INDEX} MATCH :search AND +rowid IN :numbers"  # noqa: S608 - constants
    ).bindparams(bindparam("numbers", expanding=True))
    marks = {"search": expression(query), "open": _OPEN, "close": _CLOSE, "numbers": list(numbers)}
    rows = connection.execute(statement, marks)
    return {number: _pieces(_best(texts)) for number, *texts in rows}


def _best(texts: Sequence[str]) -> str:
    # Text and title in the preferred language, then in the other one
    own, other = texts[:2], texts[2:]
    marked = [max(pair, key=lambda one: one.count(_OPEN)) for pair in (own, other)]
    return marked[0] if _OPEN in marked[0] else marked[1]


def _pieces(marked: str) -> list[Piece]:
    parts = re.split(f"{_OPEN}([^{_CLOSE}]*){_CLOSE}", marked.replace("\n", " "))
    return [Piece(text=part, match=place % 2 == 1) for place, part in enumerate(parts) if part]
