"""Full-text search on SQLite: an FTS5 index of the terms that the tokenizer gives, its queries, and BM25 ranking.

The index has every version of every record in both languages, each under its number in the version index. FTS5 splits
its texts at blanks and knows nothing of letters: what a word is, `app.store.search.tokens` decides for every engine.
"""

import json
import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from pyroaring import BitMap
from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    RowMapping,
    Text,
    bindparam,
    case,
    column,
    delete,
    func,
    literal_column,
    select,
    table,
)

from app.model.fields import LANGUAGES, Language
from app.store.search.highlight import Highlighter, Piece, Texts, snippet
from app.store.search.query import RankTerm, SearchTerm, parse
from app.store.search.tokens import Phrase, index_text
from app.store.statements import Insertion, Statement
from app.store.tables import SEARCH_TEXTS, VERSION_INDEX

INDEX = "search_index"
COLUMNS = {f"{part}_{lang}": (part, lang) for part in Texts._fields for lang in LANGUAGES}
_RANKED = [name for name, (part, _) in COLUMNS.items() if part != "sections"]
_INDEX = table(INDEX, column("rowid", Integer), *(column(name, Text) for name in COLUMNS))
# Each occurrence of each term in the index: what ranking counts.
_TERMS = table(f"{INDEX}_terms", column("term", Text), column("doc", Integer), column("col", Text))
_ALL_COLUMNS: ColumnElement[str] = literal_column(INDEX, Text)  # FTS5: the name of the table means all of its columns

# BM25 (Robertson and Zaragoza 2009) with the values that FTS5 and Lucene use; a title counts as four times its words.
_K1, _B, _TITLE = 1.2, 0.75, 4
# A word in more versions than this hardly distinguishes one from another, and counting it takes long: it does not rank.
_COMMON = 100_000


# Statements of a ranking, made once: to make them for each word took longer than to run them on a small database.
_COUNT = (
    select(func.count())
    .select_from(_INDEX)
    .where(_ALL_COLUMNS.bool_op("MATCH")(bindparam("terms")), _INDEX.c.rowid <= bindparam("last"))
)
_FREQUENCIES = (
    select(_TERMS.c.doc, func.sum(case((_TERMS.c.col.like("title%"), _TITLE), else_=1)))
    .where(
        _TERMS.c.term.between(bindparam("first"), bindparam("final")),
        _TERMS.c.doc.in_(select(func.json_each(bindparam("among")).table_valued("value").c.value)),
        _TERMS.c.col.in_(_RANKED),
    )
    .group_by(_TERMS.c.doc)
)
_MATCHING = Statement(select(_INDEX.c.rowid).where(_ALL_COLUMNS.bool_op("MATCH")(bindparam("terms", type_=Text))))


class Extent(NamedTuple):
    """Corpus of a ranking: the versions up to number `last`, with their average length in words."""

    last: int
    length: float


class Document(NamedTuple):
    """Document of the full-text index: the searchable texts of one version, under its number in the version index."""

    number: int
    en: Texts
    fr: Texts

    def texts(self) -> dict[str, str]:
        """Texts by column of the index."""
        return {f"{part}_{lang}": getattr(getattr(self, lang), part) for part, lang in COLUMNS.values()}

    def length(self) -> int:
        """Length in words, as white space parts them, of the texts that rank."""
        return sum(len(text.split()) for name, text in self.texts().items() if name in _RANKED)

    def text_row(self) -> dict[str, str | int]:
        """Row of the table of texts."""
        return {"number": self.number, **self.texts()}

    def index_row(self) -> dict[str, str | int]:
        """Row of the index: the number, and the terms of each text."""
        terms = {name: index_text(text, COLUMNS[name][1]) for name, text in self.texts().items()}
        return {"rowid": self.number, **terms}


def _document(row: RowMapping) -> Document:
    """Document of a row of the table of texts."""
    en, fr = (Texts(*(row[f"{part}_{lang}"] for part in Texts._fields)) for lang in LANGUAGES)
    return Document(row["number"], en, fr)


def add(connection: Connection, documents: Iterable[Document]) -> None:
    """Full-text indexing: adds versions. Raises IntegrityError for one that the index has already."""
    if added := list(documents):
        Insertion.into(SEARCH_TEXTS).run(connection, [document.text_row() for document in added])
        Insertion.into(_INDEX).run(connection, [document.index_row() for document in added])


def replace(connection: Connection, document: Document) -> None:
    """Full-text indexing: replaces the texts of a version, or adds it, if the index has other ones."""
    if stored(connection, [document.number]).get(document.number) != document:
        connection.execute(delete(_INDEX).where(_INDEX.c.rowid == document.number))
        connection.execute(delete(SEARCH_TEXTS).where(SEARCH_TEXTS.c.number == document.number))
        add(connection, [document])


def stored(connection: Connection, numbers: Sequence[int]) -> dict[int, Document]:
    """Indexed documents of these versions, by number, without those that the index lacks or has with other terms."""
    found = {}
    for number in numbers:
        # One by one: FTS5 finds a row by its number at once, but reads the whole index for a list of them.
        row = connection.execute(select(_INDEX).where(_INDEX.c.rowid == number)).mappings().first()
        texts = connection.execute(select(SEARCH_TEXTS).where(SEARCH_TEXTS.c.number == number)).mappings().first()
        if row and texts and _document(texts).index_row() == dict(row):
            found[number] = _document(texts)
    return found


def size(connection: Connection) -> int:
    """Index size: how many versions it has. Raises OperationalError before the migration that creates it.

    If texts and terms are of different numbers of versions, it is the larger number.
    """
    counts = (select(func.count()).select_from(table) for table in (_INDEX, SEARCH_TEXTS))
    return max(int(connection.execute(count).scalar_one()) for count in counts)


def expression(query: str) -> str:
    """FTS5 expression of a search text: every phrase in quotes. Raises InvalidValue for one that cannot be searched."""
    wanted, unwanted = parse(query)
    found = " AND ".join(map(_any_phrase, wanted))
    return f"({found}) NOT ({' OR '.join(map(_any_phrase, unwanted))})" if unwanted else found


def _any_phrase(term: SearchTerm) -> str:
    return "(" + " OR ".join(map(_quoted, term.phrases())) + ")"


def _quoted(phrase: Phrase) -> str:
    return f'"{" ".join(phrase.terms)}"{"*" if phrase.prefix else ""}'


def matching(connection: Connection, query: str) -> BitMap:
    """Full-text matches: the versions of all time whose texts match, in either language, by their numbers.

    Raises InvalidValue for a text that cannot be searched, DBAPIError.
    """
    return BitMap([number for (number,) in _MATCHING.rows(connection, {"terms": expression(query)})])


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
    for word in parse(query).rank_terms():
        without = set(hits)
        for phrase, among in _rank_phrases(word, hits, without):
            versions = _document_frequency(connection, phrase, within.last)
            if not 0 < versions <= _COMMON:
                continue
            weight = math.log(1 + (within.last - versions + 0.5) / (versions + 0.5))
            frequencies = _term_frequencies(connection, phrase, among)
            for number, found in frequencies.items():
                scores[number] += weight * found * (_K1 + 1) / (found + sizes[number])
            without.difference_update(frequencies)
    return sorted(hits, key=lambda number: (-scores[number], -number))


def _rank_phrases(
    word: RankTerm, hits: Iterable[int], without: Collection[int]
) -> Iterator[tuple[Phrase, Collection[int]]]:
    """Index terms of a word, each with the versions in which to count it.

    Longer words that begin with the last word of a query count only where it occurs in no inflection: `without`.
    """
    for term in word.terms:
        yield Phrase((term,)), [*hits]
    if word.prefix and without:
        yield Phrase((word.prefix,), prefix=True), without


def _document_frequency(connection: Connection, phrase: Phrase, last: int) -> int:
    """Document frequency: how many versions up to number `last` have an index term in a text that ranks."""
    terms = f"{{{' '.join(_RANKED)}}} : {_quoted(phrase)}"
    return int(connection.execute(_COUNT, {"terms": terms, "last": last}).scalar_one())


def _term_frequencies(connection: Connection, phrase: Phrase, among: Collection[int]) -> dict[int, int]:
    """Term frequency: how often each of these versions has an index term, weighted by column, without zeros."""
    (term,) = phrase.terms
    ends = {"first": term, "final": term + "\U0010ffff" if phrase.prefix else term}
    return dict(connection.execute(_FREQUENCIES, {**ends, "among": json.dumps([*among])}).all())


def snippets(connection: Connection, query: str, numbers: Sequence[int], lang: Language) -> dict[int, list[Piece]]:
    """Snippets of versions by number, in `lang` if it matches there. A version without any match is missing."""
    order = sorted(LANGUAGES, key=lambda one: one != lang)
    highlighters = {one: Highlighter(parse(query), one) for one in order}
    found = {}
    for row in connection.execute(select(SEARCH_TEXTS).where(SEARCH_TEXTS.c.number.in_(numbers))).mappings():
        document = _document(row)
        texts = {one: document.en if one == "en" else document.fr for one in order}
        if pieces := snippet(texts, highlighters):
            found[document.number] = pieces
    return found
