"""The whole dataset written to a file: every record of a revision in both languages, as JSON Lines or SQLite."""

import functools
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel
from sqlalchemy import select

from app import __version__
from app.about import DISCLAIMER, LICENCES, NAME
from app.model.fields import LANGUAGES, Bilingual
from app.model.json_text import compact
from app.resources.base import Resource
from app.resources.registry import COLLECTIONS
from app.store.engines.sqlite import driver  # type: ignore[attr-defined]  # whichever of two was imported there
from app.store.snapshot import RevisionRef, Snapshot
from app.store.tables import LINKS

SQLITE_VERSION: str = driver.sqlite_version  # another library may lay out the same rows in other bytes

Value = str | int | None  # of a cell


def _records(snapshot: Snapshot) -> Iterator[tuple[Resource, list[dict[str, Any]]]]:
    """Every record by collection and id, some hundreds at a time, so that memory stays flat."""
    for resource in COLLECTIONS.values():
        table = resource.table
        rows = select(table.c.record, table.c.body_en).where(snapshot.as_of(table)).order_by(table.c.id)
        for batch in snapshot.connection.execute(rows.execution_options(yield_per=500)).partitions():
            yield resource, [_both(json.loads(row.body_en), json.loads(row.record)) for row in batch]


def _both(served: Any, seed: Any) -> Any:
    """What is served in English, with every text in both languages as the seed form of the same record has them.

    A text is known by its two keys, which no other object has: to validate the record again would take 5 times as long.
    """
    if isinstance(seed, dict) and seed.keys() == {*LANGUAGES}:
        return seed
    if isinstance(served, dict) and isinstance(seed, dict):
        return {name: _both(value, seed.get(name)) for name, value in served.items()}
    if isinstance(served, list) and isinstance(seed, list):
        return [_both(value, other) for value, other in zip(served, seed, strict=True)]
    return served


def _types(annotation: Any) -> set[Any]:
    """What an annotation is made of: `list[Role] | None` gives the union, list, Role and None."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _types(parts[0])
    if origin is Literal:
        return {type(value) for value in parts}
    return {origin or annotation}.union(*map(_types, parts))


def write_jsonl(snapshot: Snapshot, path: Path) -> None:
    """Fill a file with a line for each record of a revision. Raises OSError where it cannot be written."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for resource, records in _records(snapshot):
            file.writelines(f"{compact({'collection': resource.name, 'record': record})}\n" for record in records)


# Types and keys as every SQLite since version 3 knows them: STRICT and WITHOUT ROWID keep older tools out.
_CITATIONS = (
    "collection TEXT NOT NULL, id TEXT NOT NULL, position INTEGER NOT NULL, source TEXT NOT NULL, section TEXT, "
    "fragment_start TEXT, fragment_end TEXT, url TEXT, PRIMARY KEY (collection, id, position)"
)
_MENTIONS = ("collection", "id", "field", "target_collection", "target_id")
_NAMED = ", ".join(_MENTIONS)
_TABLES = (
    "CREATE TABLE dataset (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)",
    f"CREATE TABLE citations ({_CITATIONS})",
    f"CREATE TABLE mentions ({_NAMED.replace(',', ' TEXT NOT NULL,')} TEXT NOT NULL, PRIMARY KEY ({_NAMED}))",
)
_INDEXES = (
    "CREATE INDEX citations_source ON citations (source)",
    "CREATE INDEX mentions_target ON mentions (target_collection, target_id)",
)


def write_sqlite(snapshot: Snapshot, path: Path) -> None:
    """Fill an empty file with the database of a revision. Raises OSError where it cannot be written."""
    try:
        _fill(snapshot, path)
    except driver.OperationalError as error:  # what SQLite says of a full disk
        raise OSError(str(error)) from error


def _fill(snapshot: Snapshot, path: Path) -> None:
    with closing(driver.connect(str(path), isolation_level=None)) as file:
        # The same bytes whatever a library was compiled with. Without journal or flushes: what fails is thrown away.
        for pragma in ("page_size=4096", "auto_vacuum=NONE", "journal_mode=OFF", "synchronous=OFF"):
            file.execute(f"PRAGMA {pragma}")
        file.execute("BEGIN")
        for statement in (*_TABLES, *map(_table, COLLECTIONS.values())):
            file.execute(statement)
        _insert(file, "dataset", _about(snapshot.revision).items())
        for resource, records in _records(snapshot):
            _insert(file, _name(resource), [_cells(resource.model, record) for record in records])
            _insert(file, "citations", [row for record in records for row in _citations(resource, record)])
        columns = [LINKS.c[name] for name in _MENTIONS]
        mentions = select(*columns).where(snapshot.as_of(LINKS)).order_by(*columns)
        for batch in snapshot.connection.execute(mentions.execution_options(yield_per=500)).partitions():
            _insert(file, "mentions", [tuple(row) for row in batch])
        for statement in _INDEXES:
            file.execute(statement)
        file.execute("COMMIT")


def _name(resource: Resource) -> str:
    return resource.name.replace("-", "_")


def _table(resource: Resource) -> str:
    columns = [f'"{name}" {kind}' for name, kind in _columns(resource.model).items()]
    return f"CREATE TABLE {_name(resource)} ({', '.join(columns)})"


@functools.cache
def _columns(shape: type[BaseModel]) -> dict[str, str]:
    """Each column of a collection's table and what it is declared as."""
    columns: dict[str, str] = {}
    for name, info in shape.model_fields.items():
        kinds = _types(info.annotation)
        if name == "id":
            columns[name] = "TEXT NOT NULL PRIMARY KEY"
        elif Bilingual in kinds and list not in kinds:
            columns |= {f"{name}_{lang}": "TEXT" for lang in LANGUAGES}
        else:
            columns[name] = "INTEGER" if kinds & {int, bool} and list not in kinds else "TEXT"
    return columns


def _cells(shape: type[BaseModel], record: Mapping[str, Any]) -> list[Value]:
    """A record as the row of its table."""
    cells: list[Value] = []
    for name, value in record.items():
        if name in _columns(shape):
            cells.append(compact(value) if isinstance(value, list | dict) else value)
        else:
            cells += [value and value[lang] for lang in LANGUAGES]
    return cells


def _citations(resource: Resource, record: Mapping[str, Any]) -> Iterator[tuple[Value, ...]]:
    for position, one in enumerate(record["citations"], 1):
        passage = one["fragment"] or {"start": None, "end": None}
        key = (resource.name, record["id"], position)
        yield *key, one["source"], one["section"], passage["start"], passage["end"], one["url"]


def _about(revision: RevisionRef) -> dict[str, str]:
    """What a file says of itself."""
    about = {"revision": str(revision.number), "published_at": revision.published_at, "digest": revision.digest}
    about |= {"release": __version__, "licence": LICENCES["data"]}
    return about | {f"{key}_{lang}": text[lang] for key, text in _WORDS.items() for lang in LANGUAGES}


_WORDS = {"name": NAME, "disclaimer": DISCLAIMER}


def _insert(file: Any, table: str, rows: Any) -> None:
    rows = list(rows)
    if rows:
        places = ", ".join("?" * len(rows[0]))
        file.executemany(f"INSERT INTO {table} VALUES ({places})", rows)  # noqa: S608 - a name of our own


@dataclass(frozen=True)
class Download:
    """One format of the whole dataset: how a file is written, and the library that its bytes depend on."""

    format: str
    write: Callable[[Snapshot, Path], None]
    library: str = ""


SQLITE = Download("sqlite", write_sqlite, f"sqlite{SQLITE_VERSION}")
JSONL = Download("jsonl", write_jsonl)
