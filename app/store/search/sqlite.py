"""Full-text index on SQLite: an FTS5 index of the terms that the tokenizer gives, and the texts for snippets.

The index has every version of every record in both languages, each under its number in the version index. FTS5 splits
its texts at blanks and knows nothing of letters: what a word is, `app.store.search.tokens` decides for every engine.
"""

import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, Integer, RowMapping, Text, column, delete, func, insert, select, table

from app.model.fields import LANGUAGES, Language
from app.store.checksums import checked, checksums
from app.store.search.highlight import Piece, Texts, highlighter, snippet
from app.store.search.query import parse
from app.store.search.segments import complete
from app.store.search.tokens import index_text
from app.store.statements import Insertion, Statement, in_list
from app.store.tables import SEARCH_TEXTS

INDEX = "search_index"
_PENDING = 1 << 24  # bytes of terms that FTS5 keeps in memory before it writes them. Its own 1 MiB takes twice the time
COLUMNS = {f"{part}_{lang}": (part, lang) for part in Texts._fields for lang in LANGUAGES}
RANKED = [name for name, (part, _) in COLUMNS.items() if part != "sections"]
_INDEX = table(INDEX, column("rowid", Integer), *(column(name, Text) for name in COLUMNS))
_SETTINGS = table(INDEX, column(INDEX, Text), column("rank", Integer))  # how FTS5 takes a setting: as a row

_SHOWN = Statement(
    select(SEARCH_TEXTS.c.number, SEARCH_TEXTS.c.texts_check, *(SEARCH_TEXTS.c[name] for name in COLUMNS)).where(
        in_list(SEARCH_TEXTS.c.number, "numbers")
    )
)


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
        return sum(len(text.split()) for name, text in self.texts().items() if name in RANKED)

    def text_row(self) -> dict[str, str | int]:
        """Row of the table of texts."""
        texts = self.texts()
        return {"number": self.number, **texts, **checksums(self.number, {"texts": "\0".join(texts.values())})}

    def index_row(self) -> dict[str, str | int]:
        """Row of the index: the number, and the terms of each text."""
        terms = {name: index_text(text, COLUMNS[name][1]) for name, text in self.texts().items()}
        return {"rowid": self.number, **terms}


def _document(row: RowMapping) -> Document:
    """Document of a row of the table of texts."""
    en, fr = (Texts(*(row[f"{part}_{lang}"] for part in Texts._fields)) for lang in LANGUAGES)
    return Document(row["number"], en, fr)


def prepare(connection: Connection) -> None:
    """FTS5 `hashsize`: allow a publication to keep more terms in memory. It is a setting that the index stores.

    It is made once a publication, since FTS5 writes out its pending terms whenever a setting is made.
    """
    connection.execute(insert(_SETTINGS), [{INDEX: "hashsize", "rank": _PENDING}])


def add(connection: Connection, documents: Iterable[Document]) -> None:
    """Full-text indexing: adds versions, in the order of their numbers. Raises IntegrityError for one that is there."""
    if added := list(documents):
        _insert(connection, added)
        complete(connection, added[-1].number)


def _insert(connection: Connection, added: Sequence[Document]) -> None:
    Insertion.into(SEARCH_TEXTS).run(connection, [document.text_row() for document in added])
    Insertion.into(_INDEX).run(connection, [document.index_row() for document in added])


def replace(connection: Connection, document: Document) -> None:
    """Full-text indexing: replaces the texts of a version, or adds it, if the index has other ones.

    Afterwards the segments have to be made again: `app.store.search.segments.rebuild`.
    """
    if stored(connection, [document.number]).get(document.number) != document:
        connection.execute(delete(_INDEX).where(_INDEX.c.rowid == document.number))
        connection.execute(delete(SEARCH_TEXTS).where(SEARCH_TEXTS.c.number == document.number))
        _insert(connection, [document])


def stored(connection: Connection, numbers: Sequence[int]) -> dict[int, Document]:
    """Indexed documents of these versions, by number, without those that the index lacks or has with other terms.

    Those whose texts do not have their checksum are left out too.
    """
    found = {}
    for number in numbers:
        # One by one: FTS5 finds a row by its number at once, but reads the whole index for a list of them.
        row = connection.execute(select(_INDEX).where(_INDEX.c.rowid == number)).mappings().first()
        texts = connection.execute(select(SEARCH_TEXTS).where(SEARCH_TEXTS.c.number == number)).mappings().first()
        document = _document(texts) if texts else None
        if row and texts and document and (document.index_row(), document.text_row()) == (dict(row), dict(texts)):
            found[number] = document
    return found


def size(connection: Connection) -> int:
    """Index size: how many versions it has. Raises OperationalError before the migration that creates it.

    If texts and terms are of different numbers of versions, it is the larger number.
    """
    counts = (select(func.count()).select_from(table) for table in (_INDEX, SEARCH_TEXTS))
    return max(int(connection.execute(count).scalar_one()) for count in counts)


def snippets(connection: Connection, query: str, numbers: Sequence[int], lang: Language) -> dict[int, list[Piece]]:
    """Snippets of versions by number, in `lang` if it matches there. A version without any match is missing.

    Raises Unavailable (503) for damaged texts.
    """
    order = sorted(LANGUAGES, key=lambda one: one != lang)
    highlighters = {one: highlighter(parse(query), one) for one in order}
    found = {}
    for number, check, *texts in _SHOWN.rows(connection, {"numbers": json.dumps([*numbers])}):
        checked("\0".join(map(str, texts)).encode(), check, number)
        by_language = {"en": Texts(*texts[::2]), "fr": Texts(*texts[1::2])}
        if pieces := snippet({one: by_language[one] for one in order}, highlighters):
            found[number] = pieces
    return found
