"""Full-text index: the searchable texts of every version, the terms made from them, and snippets.

The index has every version of every record in both languages, each under its number in the version index. The engine
keeps the terms; the texts are in a table of their own.
"""

import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, RowMapping, delete, func, select

from app.model.fields import LANGUAGES, Language
from app.store.checksums import checked, checksums
from app.store.engines.constructs import in_list
from app.store.search.base import COLUMNS, RANKED, IndexRow
from app.store.search.engines import index_of
from app.store.search.highlight import Piece, Texts, highlighter, snippet
from app.store.search.query import parse
from app.store.search.segments import complete
from app.store.search.tokens import index_text
from app.store.statements import Insertion, Statement
from app.store.tables import SEARCH_TEXTS

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

    def index_row(self) -> IndexRow:
        """Row of the index: the number, and the terms of each text."""
        return IndexRow(self.number, {name: index_text(text, COLUMNS[name][1]) for name, text in self.texts().items()})


def _document(row: RowMapping) -> Document:
    """Document of a row of the table of texts."""
    en, fr = (Texts(*(row[f"{part}_{lang}"] for part in Texts._fields)) for lang in LANGUAGES)
    return Document(row["number"], en, fr)


def prepare(connection: Connection) -> None:
    """Set-up of the full-text index for many documents, once a publication. Raises DBAPIError."""
    index_of(connection).prepare(connection)


def add(connection: Connection, documents: Iterable[Document]) -> None:
    """Full-text indexing: adds versions, in the order of their numbers. Raises IntegrityError for one that is there."""
    if added := list(documents):
        _insert(connection, added)
        complete(connection, added[-1].number)


def _insert(connection: Connection, added: Sequence[Document]) -> None:
    Insertion.into(SEARCH_TEXTS).run(connection, [document.text_row() for document in added])
    index_of(connection).insert(connection, [document.index_row() for document in added])


def replace(connection: Connection, document: Document) -> None:
    """Full-text indexing: replaces the texts of a version, or adds it, if the index has other ones.

    Afterwards the segments have to be made again: `app.store.search.segments.rebuild`.
    """
    if stored(connection, [document.number]).get(document.number) != document:
        index_of(connection).delete(connection, document.number)
        connection.execute(delete(SEARCH_TEXTS).where(SEARCH_TEXTS.c.number == document.number))
        _insert(connection, [document])


def stored(connection: Connection, numbers: Sequence[int]) -> dict[int, Document]:
    """Indexed documents of these versions, by number, without those that the index lacks or has with other terms.

    Those whose texts do not have their checksum are left out too.
    """
    found = {}
    for number in numbers:
        row = index_of(connection).row(connection, number)
        texts = connection.execute(select(SEARCH_TEXTS).where(SEARCH_TEXTS.c.number == number)).mappings().first()
        document = _document(texts) if texts else None
        if row and texts and document and (document.index_row(), document.text_row()) == (row, dict(texts)):
            found[number] = document
    return found


def size(connection: Connection) -> int:
    """Index size: how many versions it has. Raises OperationalError before the migration that creates it.

    If texts and terms are of different numbers of versions, it is the larger number.
    """
    texts = connection.execute(select(func.count()).select_from(SEARCH_TEXTS)).scalar_one()
    return max(index_of(connection).size(connection), texts)


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
