"""Full-text search: the one module that knows the search dialect of an engine (SQLite's FTS5 so far).

The index holds every version of every record in both languages, each under its number in `entries`.
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
TERMS = "search_index_terms"  # each occurrence of each word in the index: what ranking counts
COLUMNS = ("title_en", "title_fr", "text_en", "text_fr")

# BM25 (Robertson and Zaragoza 2009) with the values that FTS5 and Lucene take; a title counts as four times its words.
_K1, _B, _TITLE = 1.2, 0.75, 4
# A word in more versions than this tells hardly one from another, and counting it takes long: it does not rank.
_COMMON = 100_000
_OPEN, _CLOSE = "\x02", "\x03"  # around what matched: no text can hold them, since control characters are refused
_SNIPPET_WORDS = 24

_LIGATURES = {"oe": "œ", "ae": "æ"}
_APART = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"})
_JOINED = re.compile("|".join(_LIGATURES), re.IGNORECASE)


class Extent(NamedTuple):
    """What a ranking counts over: the versions up to one number, which hold so many words each on average."""

    last: int
    length: float


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


def replace(connection: Connection, document: Document) -> None:
    """Put the texts of a version into the index instead of those that it has there, if they differ."""
    if stored(connection, [document.number]).get(document.number) != document:
        connection.execute(text(f"DELETE FROM {INDEX} WHERE rowid = :number"), {"number": document.number})  # noqa: S608 - a constant
        add(connection, [document])


def stored(connection: Connection, numbers: Sequence[int]) -> dict[int, Document]:
    """What the index holds of these versions, by number; those it lacks are left out."""
    one = text(f"SELECT rowid, {', '.join(COLUMNS)} FROM {INDEX} WHERE rowid = :number")  # noqa: S608 - constants of this module
    rows = [connection.execute(one, {"number": number}).first() for number in numbers]
    return {row[0]: Document(*row) for row in rows if row}


def size(connection: Connection) -> int:
    """How many versions the index holds."""
    return int(connection.execute(text(f"SELECT count(*) FROM {INDEX}")).scalar_one())  # noqa: S608 - a constant


def tokens(query: str) -> list[str]:
    """The phrases of a search as typed: words in quotes, and each word outside of them; signs mean nothing.

    What a sign parts, as in `Canada's` or `six-party`, stays together: else its last letter would be looked for alone.
    """
    parts = re.findall(r'"([^"]*)"|([^"\s]+)', unicodedata.normalize("NFC", query))
    phrases = (" ".join(_words(quoted or plain)) for quoted, plain in parts)
    return [phrase for phrase in phrases if phrase]


def _words(part: str) -> list[str]:
    # What unicode61 takes for a token character: letters, digits, and the marks that belong to them.
    return re.findall(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*", part)


def expression(query: str) -> str:
    """The FTS5 expression of a search: every phrase quoted, so that operators are plain text."""
    *phrases, last = tokens(query)
    open_ended = not query.rstrip().endswith('"')
    others = (_spellings(phrase) for phrase in dict.fromkeys(phrases))
    return " AND ".join([*others, _spellings(last, "*" if open_ended else "")])


def _spellings(phrase: str, end: str = "") -> str:
    spelt = " OR ".join(f'"{one}"{end}' for one in _variants(phrase, end))
    return f"({spelt})"


def _variants(phrase: str, end: str) -> list[str]:
    # unicode61 keeps œ apart from oe, and whoever has no œ on the keyboard writes oe: both are looked for. Folding the
    # index instead would put the wrong spelling into what is shown of it.
    apart = phrase.translate(_APART)
    joined = _JOINED.sub(lambda pair: _LIGATURES[pair[0].lower()], apart)
    halved = _LIGATURES.get(f"{joined[-1].lower()}e") if end else None  # `co` is also a beginning of `cœur`
    return list(dict.fromkeys([phrase, apart, joined, *([joined[:-1] + halved] if halved else [])]))


def matches(table: Table, query: str) -> ColumnElement[bool]:
    """The condition that a version's texts match the search."""
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
    """What rankings at a revision count over: nothing later, or they would change when something is published."""
    last = select(func.max(VERSION_INDEX.c.number)).where(VERSION_INDEX.c.published_in <= revision).scalar_subquery()
    row = connection.execute(select(last, func.avg(VERSION_INDEX.c.length)).where(VERSION_INDEX.c.number <= last)).one()
    return Extent(row[0] or 0, float(row[1] or 1))


def ranked(connection: Connection, query: str, hits: Mapping[int, int], within: Extent) -> list[int]:
    """The numbers of these hits (number and length in words), best first by BM25; of equals the newest first.

    Not by FTS5's own bm25(): that counts over all versions, and so would turn round an earlier revision's answer.
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
    """Each word of a search, phrases word by word, with `*` behind one that may go on."""
    found = [word for phrase in tokens(query) for word in phrase.split()]
    open_ended = not query.rstrip().endswith('"')
    for place, word in enumerate(found, 1):
        yield word, "*" if open_ended and place == len(found) else ""


def _holding(connection: Connection, word: str, end: str, last: int) -> int:
    """How many versions up to a number hold a word, in any of its spellings."""
    count = text(f"SELECT count(*) FROM {INDEX} WHERE {INDEX} MATCH :search AND rowid <= :last")  # noqa: S608 - constants
    return int(connection.execute(count, {"search": _spellings(word, end), "last": last}).scalar_one())


def _frequencies(connection: Connection, word: str, end: str, among: str) -> dict[int, int]:
    """How often each of these versions (a JSON list) holds a word, in any of its spellings; none for those without."""
    terms = dict.fromkeys(_term(spelling) for spelling in _variants(word, end))
    bounds = {f"from{place}": term for place, term in enumerate(terms)}
    bounds |= {f"to{place}": term + "\U0010ffff" if end else term for place, term in enumerate(terms)}
    # Not joined by OR: SQLite takes rows of two terms for one there, since FTS5 numbers those of each from 1.
    each = " UNION ALL ".join(
        f"SELECT doc, col FROM {TERMS} "  # noqa: S608 - constants of this module
        f"WHERE term BETWEEN :from{place} AND :to{place} AND doc IN (SELECT value FROM json_each(:among))"
        for place in range(len(terms))
    )
    counted = f"SELECT doc, sum(CASE WHEN col LIKE 'title%' THEN {_TITLE} ELSE 1 END) FROM ({each}) GROUP BY doc"  # noqa: S608 - as above
    return dict(connection.execute(text(counted), {**bounds, "among": among}).all())


def _term(word: str) -> str:
    """A word as unicode61 keeps it: lower case, Latin letters without their marks; all others keep theirs."""
    return "".join(_bare(letter) for letter in word.lower() if not unicodedata.combining(letter))


def _bare(letter: str) -> str:
    base = unicodedata.normalize("NFD", letter)[0]
    return base if base.isascii() else letter


class Piece(BaseModel):
    """A piece of a text that was found."""

    text: str = Field(description="Words as they stand in the text; `…` where it was cut.")
    match: bool = Field(description="Whether it is what was looked for.")


def snippets(connection: Connection, query: str, numbers: Sequence[int], lang: Language) -> dict[int, list[Piece]]:
    """Where the search matched each of these versions, in one language where it did so there, else in the other."""
    preferred = sorted(range(len(COLUMNS)), key=lambda place: (not COLUMNS[place].endswith(lang), -place))
    cut = (f"snippet({INDEX}, {place}, :open, :close, '…', {_SNIPPET_WORDS})" for place in preferred)
    # The sign keeps FTS5 from looking up each number by itself, and a beginning's many words with it: 170 ms became 12.
    statement = text(
        f"SELECT rowid, {', '.join(cut)} FROM {INDEX} WHERE {INDEX} MATCH :search AND +rowid IN :numbers"  # noqa: S608 - constants
    ).bindparams(bindparam("numbers", expanding=True))
    marks = {"search": expression(query), "open": _OPEN, "close": _CLOSE, "numbers": list(numbers)}
    rows = connection.execute(statement, marks)
    return {number: _pieces(_best(texts)) for number, *texts in rows}


def _best(texts: Sequence[str]) -> str:
    # Text and title in the language preferred, then in the other
    own, other = texts[:2], texts[2:]
    marked = [max(pair, key=lambda one: one.count(_OPEN)) for pair in (own, other)]
    return marked[0] if _OPEN in marked[0] else marked[1]


def _pieces(marked: str) -> list[Piece]:
    parts = re.split(f"{_OPEN}([^{_CLOSE}]*){_CLOSE}", marked.replace("\n", " "))
    return [Piece(text=part, match=place % 2 == 1) for place, part in enumerate(parts) if part]
