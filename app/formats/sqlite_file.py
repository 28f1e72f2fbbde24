"""SQLite file of the whole dataset: a table for each collection, and tables of citations, mentions and facts about it.

The same input gives the same bytes with the same SQLite library. Another one may lay out the same rows in other bytes.
"""

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel

from app.model.fields import LANGUAGES, Bilingual, BilingualAddress, Language
from app.model.json_text import compact
from app.model.records import served_fields

Value = str | int | None  # of a cell
Record = Mapping[str, Any]  # public members of a record; each text is an object with a member for each language

# Types and keys that every SQLite since version 3 knows: older tools cannot open STRICT or WITHOUT ROWID tables.
_CITATIONS = (
    "collection TEXT NOT NULL, id TEXT NOT NULL, position INTEGER NOT NULL, source TEXT NOT NULL, section_en TEXT, "
    "section_fr TEXT, fragment_start TEXT, fragment_end TEXT, url_en TEXT, url_fr TEXT, "
    "PRIMARY KEY (collection, id, position)"
)
MENTIONS = ("collection", "id", "field", "target_collection", "target_id")
_MENTIONS_KEY = ", ".join(MENTIONS)
_TABLES = (
    "CREATE TABLE dataset (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)",
    f"CREATE TABLE citations ({_CITATIONS})",
    f"CREATE TABLE mentions ({', '.join(f'{name} TEXT NOT NULL' for name in MENTIONS)}, PRIMARY KEY ({_MENTIONS_KEY}))",
)
_INDEXES = (
    "CREATE INDEX citations_source ON citations (source)",
    "CREATE INDEX mentions_target ON mentions (target_collection, target_id)",
)


@dataclass(frozen=True, slots=True)
class CollectionTable:
    """Collection table, with the columns that the content model of its records gives."""

    collection: str
    model: type[BaseModel]

    @property
    def name(self) -> str:
        """Table name: that of the collection, with `_` for `-`."""
        return self.collection.replace("-", "_")

    def create(self) -> str:
        """CREATE TABLE statement, without indexes."""
        columns = [f'"{name}" {declared}' for name, declared in _columns(self.model).items()]
        return f"CREATE TABLE {self.name} ({', '.join(columns)})"

    def row(self, record: Record) -> list[Value]:
        """Table row of a record: lists and objects as JSON, a text in one cell per language, each None if null."""
        cells: list[Value] = []
        for name, value in record.items():
            if name in _columns(self.model):
                cells.append(compact(value) if isinstance(value, list | dict) else value)
            else:
                cells += [_in_language(value, lang) for lang in LANGUAGES]
        return cells

    def citations(self, record: Record) -> Iterator[tuple[Value, ...]]:
        """Citation rows of a record, numbered from 1: source, section, passage and address of each."""
        for position, citation in enumerate(record["citations"], 1):
            passage = citation["fragment"] or {"start": None, "end": None}
            key = (self.collection, record["id"], position)
            section, url = ([_in_language(citation[name], lang) for lang in LANGUAGES] for name in ("section", "url"))
            yield *key, citation["source"], *section, passage["start"], passage["end"], *url


def _in_language(text: Any, lang: Language) -> Any:
    """A text in one language; None and a text that is the same in both stay as they are."""
    return text[lang] if isinstance(text, Mapping) else text


def write(
    driver: ModuleType,
    path: Path,
    about: Mapping[str, str],
    tables: Iterable[CollectionTable],
    records: Iterable[tuple[CollectionTable, Sequence[Record]]],
    mentions: Iterable[Sequence[Sequence[Value]]],
) -> None:
    """SQLite file: fills an empty file. Raises OSError where it cannot be written.

    `driver` is the DB-API module of a SQLite library, `about` the content of the table `dataset`. `records` and
    `mentions` (rows of the columns MENTIONS) come in batches, so that memory does not grow with the dataset.
    """
    try:
        with closing(driver.connect(str(path), isolation_level=None)) as file:
            _fill(file, about, tables, records, mentions)
    except driver.OperationalError as error:  # SQLite's exception for a full disk
        raise OSError(str(error)) from error


def _fill(
    file: Any,
    about: Mapping[str, str],
    tables: Iterable[CollectionTable],
    records: Iterable[tuple[CollectionTable, Sequence[Record]]],
    mentions: Iterable[Sequence[Sequence[Value]]],
) -> None:
    # Fixed, so that bytes do not depend on how the library was compiled. No journal and no flushes: a file whose
    # writing fails is thrown away.
    for pragma in ("page_size=4096", "auto_vacuum=NONE", "journal_mode=OFF", "synchronous=OFF"):
        file.execute(f"PRAGMA {pragma}")
    file.execute("BEGIN")
    for statement in (*_TABLES, *(table.create() for table in tables)):
        file.execute(statement)
    _insert(file, "dataset", [*about.items()])
    for table, batch in records:
        _insert(file, table.name, [table.row(record) for record in batch])
        _insert(file, "citations", [row for record in batch for row in table.citations(record)])
    for rows in mentions:
        _insert(file, "mentions", rows)
    for statement in _INDEXES:
        file.execute(statement)
    file.execute("COMMIT")


def _insert(file: Any, table: str, rows: Sequence[Sequence[Value]]) -> None:
    if rows:
        places = ", ".join("?" * len(rows[0]))
        file.executemany(f"INSERT INTO {table} VALUES ({places})", rows)  # noqa: S608 - a name of our own


@functools.cache
def _columns(model: type[BaseModel]) -> dict[str, str]:
    """Column declarations of a collection's table, by name."""
    columns: dict[str, str] = {}
    for name in served_fields(model):
        types = types_in(model.model_fields[name].annotation)
        if name == "id":
            columns[name] = "TEXT NOT NULL PRIMARY KEY"
        elif types & {Bilingual, BilingualAddress} and list not in types:
            columns |= {f"{name}_{lang}": "TEXT" for lang in LANGUAGES}
        else:
            columns[name] = "INTEGER" if types & {int, bool} and list not in types else "TEXT"
    return columns


def types_in(annotation: Any) -> set[Any]:
    """Type annotation: all types that it is made of. `list[Role] | None` gives the union, list, Role and None."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return types_in(parts[0])
    if origin is Literal:
        return {type(value) for value in parts}
    return {origin or annotation}.union(*map(types_in, parts))
