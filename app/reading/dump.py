"""Dump of the whole dataset to a file: every record of a revision in both languages, as JSON Lines or SQLite."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Row, select

from app import __version__
from app.about import DISCLAIMER, LICENCES, NAME
from app.formats import sqlite_file
from app.formats.sqlite_file import CollectionTable
from app.model.fields import LANGUAGES
from app.model.json_text import compact, with_prefix
from app.reading.vocabularies import vocabularies
from app.resources.base import Resource
from app.resources.registry import COLLECTIONS
from app.store.engines.sqlite import driver  # type: ignore[attr-defined]  # whichever of two was imported there
from app.store.snapshot import RevisionRef, Snapshot
from app.store.tables import LINKS

SQLITE_VERSION: str = driver.sqlite_version  # another version may lay out the same rows in other bytes


def _records(snapshot: Snapshot) -> Iterator[tuple[Resource, list[dict[str, Any]]]]:
    """Records by collection and id, in batches of 500, so that memory does not grow with the dataset."""
    for resource in COLLECTIONS.values():
        table = resource.table
        rows = (
            select(table.c.record, table.c.body_en, table.c.body_fr).where(snapshot.as_of(table)).order_by(table.c.id)
        )
        for batch in snapshot.connection.execute(rows.execution_options(yield_per=500)).partitions():
            yield resource, [_bilingual(row, snapshot.prefix) for row in batch]


def _bilingual(row: Row[Any, Any, Any], prefix: str) -> Any:
    english, french = (json.loads(with_prefix(body, prefix)) for body in (row.body_en, row.body_fr))
    return _both(english, french, json.loads(row.record))


def _both(english: Any, french: Any, seed: Any) -> Any:
    """Bilingual body: the bodies of a record in both languages as one, with each text as in the seed form.

    A text is recognised by its two keys, which no other object has; a derived value, such as the address of a citation,
    is given in both languages where they differ. Validating the record again instead would take 5 times as long.
    """
    if isinstance(seed, dict) and seed.keys() == {*LANGUAGES}:
        return seed
    if isinstance(english, dict):
        part = seed if isinstance(seed, dict) else {}
        return {name: _both(value, french[name], part.get(name)) for name, value in english.items()}
    if isinstance(english, list) and isinstance(seed, list):
        return [_both(*values) for values in zip(english, french, seed, strict=True)]
    return english if english == french else {"en": english, "fr": french}


def write_jsonl(snapshot: Snapshot, path: Path) -> None:
    """JSON Lines dump: one line in UTF-8 for each record of a revision. Raises OSError if the file is not writable."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for resource, records in _records(snapshot):
            file.writelines(f"{compact({'collection': resource.name, 'record': record})}\n" for record in records)


def write_sqlite(snapshot: Snapshot, path: Path) -> None:
    """SQLite dump: fills an empty file with the records of a revision. Raises OSError if the file is not writable."""
    tables = {name: CollectionTable(name, resource.model) for name, resource in COLLECTIONS.items()}
    content = sqlite_file.Content(
        about=_about(snapshot.revision),
        vocabularies=[*_vocabularies()],
        tables=[*tables.values()],
        records=((tables[resource.name], batch) for resource, batch in _records(snapshot)),
        mentions=_mentions(snapshot),
    )
    sqlite_file.write(driver, path, content)


def _vocabularies() -> Iterator[tuple[str | None, ...]]:
    return ((one.collection, one.field, value, *term) for one in vocabularies() for value, term in one.terms.items())


def _mentions(snapshot: Snapshot) -> Iterator[list[tuple[Any, ...]]]:
    columns = [LINKS.c[name] for name in sqlite_file.MENTIONS]
    mentions = select(*columns).where(snapshot.as_of(LINKS)).order_by(*columns)
    for batch in snapshot.connection.execute(mentions.execution_options(yield_per=500)).partitions():
        yield [tuple(row) for row in batch]


def _about(revision: RevisionRef) -> dict[str, str]:
    """Rows of the table `dataset` in the file: revision, digest, release, licence, names and disclaimers."""
    about = {"revision": str(revision.number), "published_at": revision.published_at, "digest": revision.digest}
    about |= {"release": __version__, "licence": LICENCES["data"]}
    return about | {f"{key}_{lang}": text[lang] for key, text in _WORDS.items() for lang in LANGUAGES}


_WORDS = {"name": NAME, "disclaimer": DISCLAIMER}


@dataclass(frozen=True)
class Download:
    """Download format of the whole dataset: how a file is written, and the library that its bytes depend on."""

    format: str
    write: Callable[[Snapshot, Path], None]
    library: str = ""


SQLITE = Download("sqlite", write_sqlite, f"sqlite{SQLITE_VERSION}")
JSONL = Download("jsonl", write_jsonl)
