"""SQLite file of the whole dataset: a table for each collection, and tables of what they share.

The shared tables have all records, their citations, which record names which, the vocabularies, and facts about the
dataset. The same input gives the same bytes with the same SQLite library. Another one may lay out the same rows in
other bytes.
"""

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
from msgspec.structs import astuple
from pydantic import BaseModel

from app.formats.columns import ColumnType, column_types
from app.formats.json_lines import Block
from app.model.fields import LANGUAGES, Language, References

Value = str | int | float | None  # of a cell
Values = Sequence[Any]  # of one member in some records

# Types and keys that every SQLite since version 3 knows: older tools cannot open STRICT or WITHOUT ROWID tables.
_RECORDS = (
    "collection TEXT NOT NULL, id TEXT NOT NULL, title_en TEXT NOT NULL, title_fr TEXT NOT NULL, "
    "PRIMARY KEY (collection, id)"
)
_OF_RECORD = "FOREIGN KEY (collection, id) REFERENCES records (collection, id)"
_CITATIONS = (
    "collection TEXT NOT NULL, id TEXT NOT NULL, position INTEGER NOT NULL, "
    "source TEXT NOT NULL REFERENCES sources (id), section_en TEXT, section_fr TEXT, fragment_start TEXT, "
    f"fragment_end TEXT, url_en TEXT, url_fr TEXT, field TEXT, PRIMARY KEY (collection, id, position), {_OF_RECORD}"
)
MENTIONS = ("collection", "id", "field", "target_collection", "target_id")
_MENTIONS = (
    f"{', '.join(f'{name} TEXT NOT NULL' for name in MENTIONS)}, PRIMARY KEY ({', '.join(MENTIONS)}), {_OF_RECORD}, "
    "FOREIGN KEY (target_collection, target_id) REFERENCES records (collection, id)"
)
_VOCABULARIES = (
    "collection TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL, label_en TEXT NOT NULL, "
    "label_fr TEXT NOT NULL, description_en TEXT NOT NULL, description_fr TEXT NOT NULL, "
    "PRIMARY KEY (collection, field, value)"
)
_TABLES = {
    "dataset": "key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL",
    "records": _RECORDS,
    "citations": _CITATIONS,
    "mentions": _MENTIONS,
    "vocabularies": _VOCABULARIES,
}
_INDEXES = (
    "CREATE INDEX citations_source ON citations (source)",
    "CREATE INDEX mentions_target ON mentions (target_collection, target_id)",
)
_INDEXED = ("kind", "earliest", "in_force_from")  # fields by which readers select and sort, where a collection has them
_DECLARED: Mapping[ColumnType, str] = {"integer": "INTEGER", "boolean": "BOOLEAN"}  # else TEXT


@dataclass(frozen=True, slots=True)
class CollectionTable:
    """Collection table, with the columns that the content model of its records gives."""

    collection: str
    model: type[BaseModel]

    @property
    def name(self) -> str:
        """Table name: that of the collection, with `_` for `-`."""
        return table_name(self.collection)

    def create(self) -> str:
        """CREATE TABLE statement, without indexes."""
        columns = [f'"{name}" {declared}' for name, declared in _columns(self.model).items()]
        belongs = [_OF_RECORD] if "collection" in column_types(self.model) else []
        return f"CREATE TABLE {self.name} ({', '.join([*columns, *belongs])})"

    def indexes(self) -> Iterator[str]:
        """CREATE INDEX statements: for what readers select and sort by, and for references to other records."""
        for name in column_types(self.model):
            if name in _INDEXED or _referenced(self.model, name):
                yield f'CREATE INDEX {self.name}_{name} ON {self.name} ("{name}")'

    def read(self, lines: Block) -> Mapping[str, Values]:
        """Records in JSON Lines, read by member. Each text is an object with a member for each language.

        Raises msgspec.ValidationError for a record that does not have the members of the model.
        """
        names = column_types(self.model)
        columns = zip(*map(astuple, _decoder(self.model).decode_lines(lines)), strict=True)
        return dict(zip(names, columns, strict=True))

    def rows(self, records: Mapping[str, Values]) -> Iterator[tuple[Value, ...]]:
        """Table rows of records.

        Lists and objects are JSON, a text has one cell per language, a decimal number one to compare and one that is
        exact. Null is None.
        """
        types = column_types(self.model)
        return zip(*(cells for name, values in records.items() for cells in _cells(values, types[name])), strict=True)

    def summaries(self, records: Mapping[str, Values]) -> Iterator[tuple[Value, ...]]:
        """Rows of records in the table of all records."""
        return zip(repeat(self.collection), records["id"], *_in_languages(records["title"]))

    def citations(self, records: Mapping[str, Values]) -> Iterator[tuple[Value, ...]]:
        """Citation rows of records, numbered from 1 in each: source, section, passage, address, field.

        The field is None in evidence for the record. Evidence for another value of a field comes after it.
        """
        for id, own, others in zip(records["id"], records["citations"], records["other_values"], strict=True):
            cited: list[tuple[str | None, _Citation]] = [(None, one) for one in _CITATIONS_OF.decode(own)]
            cited += [(other.field, one) for other in _OTHER_VALUES_OF.decode(others) for one in other.citations]
            for position, (field, citation) in enumerate(cited, 1):
                yield (self.collection, id, position, *citation.cells(), field)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Content of a file. Records, as JSON Lines, and mentions come in batches, so that memory does not grow.

    No batch is empty. `about` has the facts about the dataset. `vocabularies` are rows of collection, field, value, and
    label and description in each language. `mentions` are rows of the columns MENTIONS.
    """

    about: Mapping[str, str]
    vocabularies: Sequence[Sequence[Value]]
    tables: Sequence[CollectionTable]
    records: Iterable[tuple[CollectionTable, Block]]
    mentions: Iterable[Sequence[Sequence[Value]]]


def write(driver: ModuleType, path: Path, content: Content) -> None:
    """SQLite file: fills an empty file. Raises OSError where it cannot be written.

    `driver` is the DB-API module of a SQLite library.
    """
    try:
        with closing(driver.connect(str(path), isolation_level=None)) as file:
            _fill(file, content)
    except driver.OperationalError as error:  # SQLite's exception for a full disk
        raise OSError(str(error)) from error


def _fill(file: Any, content: Content) -> None:
    # Fixed, so that bytes do not depend on how the library was compiled. No journal and no flushes: a file whose
    # writing fails is thrown away. Rows may come before those that they refer to.
    for pragma in ("page_size=4096", "auto_vacuum=NONE", "journal_mode=OFF", "synchronous=OFF", "foreign_keys=OFF"):
        file.execute(f"PRAGMA {pragma}")
    file.execute("BEGIN")
    for name, columns in _TABLES.items():
        file.execute(f"CREATE TABLE {name} ({columns})")
    for table in content.tables:
        file.execute(table.create())
    _insert(file, "dataset", [*content.about.items()])
    _insert(file, "vocabularies", content.vocabularies)
    for table, lines in content.records:
        records = table.read(lines)
        _insert(file, "records", [*table.summaries(records)])
        _insert(file, table.name, [*table.rows(records)])
        _insert(file, "citations", [*table.citations(records)])
    for rows in content.mentions:
        _insert(file, "mentions", rows)
    for statement in (*_INDEXES, *(index for table in content.tables for index in table.indexes())):
        file.execute(statement)
    file.execute("COMMIT")


def _insert(file: Any, table: str, rows: Sequence[Sequence[Value]]) -> None:
    if rows:
        places = ", ".join("?" * len(rows[0]))
        file.executemany(f"INSERT INTO {table} VALUES ({places})", rows)  # noqa: S608 - a name of our own


def table_name(collection: str) -> str:
    """Table name of a collection: `_` for `-`."""
    return collection.replace("-", "_")


@functools.cache
def _columns(model: type[BaseModel]) -> dict[str, str]:
    """Column declarations of a collection's table, by name."""
    columns: dict[str, str] = {}
    for name, kind in column_types(model).items():
        if name == "id":
            columns[name] = "TEXT NOT NULL PRIMARY KEY"
        elif kind == "words":
            columns |= {f"{name}_{lang}": "TEXT" for lang in LANGUAGES}
        elif kind == "decimal":
            # Numbers of up to 18 digits without a fraction are exact there, all others to 15 digits
            columns |= {name: "NUMERIC", f"{name}_exact": "TEXT"}
        else:
            target = _referenced(model, name)
            key = f" REFERENCES {table_name(target)} (id)" if target else ""
            columns[name] = _DECLARED.get(kind, "TEXT") + key
    return columns


def _referenced(model: type[BaseModel], name: str) -> str | None:
    """Collection whose ids a field has; None if it has no ids, or a list of them, which is in `mentions`."""
    marks = model.model_fields[name].metadata
    single = column_types(model)[name] == "text"
    return next((mark.collection for mark in marks if single and isinstance(mark, References)), None)


def _cells(values: Values, kind: ColumnType) -> Sequence[Sequence[Value]]:
    if kind == "words":
        return _in_languages(values)
    if kind == "decimal":
        return [[number and (float(number) if "." in number else int(number)) for number in values], values]
    if kind in _AS_JSON:
        return [[None if text == "null" else text for text in (str(value, "utf-8") for value in values)]]
    return [values]


class _Words(msgspec.Struct):
    """Text in each language."""

    en: str | None
    fr: str | None


def _in_languages(texts: Values) -> list[list[Value]]:
    """Texts in each language; None, and a text that is the same in all, come as often."""
    return [[_in_language(text, lang) for text in texts] for lang in LANGUAGES]


def _in_language(text: _Words | str | None, lang: Language) -> Value:
    found: Value = getattr(text, lang) if isinstance(text, _Words) else text
    return found


class _Fragment(msgspec.Struct):
    start: str | None = None
    end: str | None = None


class _Citation(msgspec.Struct):
    source: str
    section: _Words | str | None
    fragment: _Fragment | None
    url: _Words | str | None

    def cells(self) -> Iterator[Value]:
        """Cells of the columns from `source` to `url_fr`."""
        passage = self.fragment or _Fragment()
        section, url = ([_in_language(text, lang) for lang in LANGUAGES] for text in (self.section, self.url))
        yield from (self.source, *section, passage.start, passage.end, *url)


class _OtherValue(msgspec.Struct):
    field: str
    citations: list[_Citation]


_CITATIONS_OF, _OTHER_VALUES_OF = msgspec.json.Decoder(list[_Citation]), msgspec.json.Decoder(list[_OtherValue])

_AS_JSON = ("list", "object")  # types of columns whose values stay as they are written in JSON
_READ: Mapping[ColumnType, Any] = {"words": _Words | str | None, "integer": int | None, "boolean": bool | None}


@functools.cache
def _decoder(model: type[BaseModel]) -> "msgspec.json.Decoder[Any]":
    fields = {
        name: msgspec.Raw if kind in _AS_JSON else _READ.get(kind, str | None)
        for name, kind in column_types(model).items()
    }
    return msgspec.json.Decoder(msgspec.defstruct("Record", fields.items()))
