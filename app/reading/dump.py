"""Dump of the whole dataset to a file: every record of a revision in both languages, as JSON Lines or SQLite."""

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from msgspec.json import decode
from sqlalchemy import select

from app import __version__
from app.about import DISCLAIMER, LICENCES, NAME
from app.formats import sqlite_file
from app.formats.columns import ColumnType, column_types
from app.formats.json_lines import Block
from app.formats.sqlite_file import CollectionTable
from app.model.fields import LANGUAGES
from app.model.json_text import compact, with_prefix
from app.reading.bitmap_index import current_versions
from app.reading.bodies import lines_by_number
from app.reading.version_order import order_of
from app.reading.vocabularies import vocabularies
from app.resources.base import Resource
from app.resources.registry import COLLECTIONS
from app.store.engines.sqlite import driver  # type: ignore[attr-defined]  # whichever of two was imported there
from app.store.snapshot import RevisionRef, Snapshot
from app.store.tables import LINKS

SQLITE_VERSION: str = driver.sqlite_version  # another version may lay out the same rows in other bytes


_ENCODER = msgspec.json.Encoder()
_NULL = msgspec.Raw(b"null")
_TEXT = b'{"en":'  # beginning of a text in the seed form, which is canonical


@functools.cache
def _bilingual_members(resource: Resource) -> Mapping[str, ColumnType]:
    """Members of a collection's records that may differ between the languages, with their types."""
    types = column_types(resource.model)
    return {name: kind for name, kind in types.items() if kind in ("words", "list", "object")}


@functools.cache
def _decoders(resource: Resource) -> Sequence["msgspec.json.Decoder[Any]"]:
    """Decoders of the English body, of the French one, and of the seed form: of these two only what may differ."""
    some = _bilingual_members(resource)
    every = [(name, msgspec.Raw) for name in column_types(resource.model)]
    french = [(name, msgspec.Raw) for name in some]
    seed = [(name, msgspec.Raw, _NULL) for name in some]
    return [msgspec.json.Decoder(msgspec.defstruct("Members", fields)) for fields in (every, french, seed)]


def _lines(snapshot: Snapshot) -> Iterator[tuple[Resource, Block]]:
    """Records in both languages by collection and id, as JSON Lines: blocks of 500, so that memory does not grow."""
    connection, prefix = snapshot.connection, snapshot.prefix
    for resource in COLLECTIONS.values():
        current = current_versions(snapshot, resource)
        for numbers in order_of(resource, "id", "en").all(snapshot, current):
            forms = lines_by_number(connection, resource.table, numbers, "body_en", "body_fr", "record")
            bodies, *others = (one.decode_lines(lines) for one, lines in zip(_decoders(resource), forms, strict=True))
            for body, french, seed in zip(bodies, *others, strict=True):
                _make_bilingual(body, french, seed, _bilingual_members(resource))
            lines = _ENCODER.encode_lines(bodies)
            yield resource, with_prefix(lines.decode(), prefix).encode() if prefix else lines


def _make_bilingual(body: msgspec.Struct, french: Any, seed: Any, members: Mapping[str, ColumnType]) -> None:
    """Bilingual body: put into the English body each text as in the seed form, and what differs in both languages.

    Most members are the same in both and have no text: they stay as they are written, neither read nor written again.
    Validating the record again instead would take 20 times as long.
    """
    for name, kind in members.items():
        text, mine, other = bytes(getattr(seed, name)), getattr(body, name), getattr(french, name)
        if kind == "words" and text.startswith(_TEXT):
            setattr(body, name, getattr(seed, name))
        elif _TEXT in text or mine != other:
            setattr(body, name, _both(*map(decode, (mine, other, text))))


def _both(english: Any, french: Any, seed: Any) -> Any:
    """Bilingual value: a text is recognised by its two keys, which no other object has.

    A derived value, such as the address of a citation, is given in both languages where they differ.
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
    with path.open("wb") as file:
        for resource, lines in _lines(snapshot):
            head = f'{{"collection":{compact(resource.name)},"record":'.encode()
            file.writelines(b"%b%b}\n" % (head, line) for line in lines.splitlines())


def write_sqlite(snapshot: Snapshot, path: Path) -> None:
    """SQLite dump: fills an empty file with the records of a revision. Raises OSError if the file is not writable."""
    tables = {name: CollectionTable(name, resource.model) for name, resource in COLLECTIONS.items()}
    content = sqlite_file.Content(
        about=_about(snapshot.revision),
        vocabularies=[*_vocabularies()],
        tables=[*tables.values()],
        records=((tables[resource.name], lines) for resource, lines in _lines(snapshot)),
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
