"""Stored versions: the JSON bodies of record versions as answers contain them, from the tables of any collections."""

import functools
import json
from collections.abc import Iterable, Sequence
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, Connection, FromClause, Table, and_, func, literal, select

from app.model.fields import Language
from app.model.json_text import compact
from app.reading.bitmap_index import version_set
from app.resources.registry import COLLECTIONS
from app.store.checksums import check_column, checked, checked_lines
from app.store.engines.constructs import in_list, integers, joined, pairs, utf8
from app.store.snapshot import Snapshot
from app.store.statements import Statement
from app.store.tables import VERSION_INDEX

VersionKey = tuple[str, str, int]  # collection, id, revision: one version of one record
_DECODER = json.JSONDecoder()


class StoredVersion(NamedTuple):
    """Stored version: its JSON body in one language, and its record in seed form (canonical JSON)."""

    body: str
    record: str

    @property
    def title(self) -> str:
        """Title in the language of the body."""
        return title_of(self.body)


def title_of(body: str) -> str:
    """Title in a JSON body, whose other members are not parsed: its first `title` is the record's."""
    start = body.index('"title":') + len('"title":')
    return str(_DECODER.raw_decode(body, start)[0])


def bodies_by_number(connection: Connection, table: Table, lang: Language, numbers: Sequence[int]) -> list[str]:
    """Bodies of versions in one language, in the order of their numbers.

    Raises Unavailable (503) if one is not stored, or is damaged.
    """
    (lines,) = _read_lines(connection, table, numbers, (f"body_{lang}",))
    return lines.decode().split("\n") if numbers else []


def array_by_number(connection: Connection, table: Table, lang: Language, numbers: Sequence[int]) -> bytes:
    """JSON array of the bodies of versions in one language, in UTF-8, in the order of their numbers.

    SQLite joins them: 30 µs for 50 bodies. To read them as texts, join and encode these takes 380 µs: most of it is for
    letters beyond ASCII. To compare the checksums takes 10 µs. Raises Unavailable (503) like `bodies_by_number`.
    """
    (lines,) = _read_lines(connection, table, numbers, (f"body_{lang}",))
    return b"[%b]" % lines.replace(b"\n", b",")


def lines_by_number(connection: Connection, table: Table, numbers: Sequence[int], *columns: str) -> Sequence[bytes]:
    """JSON Lines of versions, in the order of their numbers: for each column with JSON, its values as lines in UTF-8.

    SQLite joins them: 2.5 µs a body instead of 4.2, and the interpreter's lock is released and taken once a batch, not
    once a row: other threads may keep it for 5 ms each time. Raises Unavailable (503) like `bodies_by_number`.
    """
    return [lines + b"\n" if lines else lines for lines in _read_lines(connection, table, numbers, columns)]


def _read_lines(
    connection: Connection, table: Table, numbers: Sequence[int], columns: Sequence[str]
) -> Sequence[bytes]:
    """Values of columns with JSON, for each column joined by line feeds, which compact JSON has not."""
    if not numbers:
        return [b""] * len(columns)
    row = _lines(table, columns).first(connection, {"numbers": compact(list(numbers))})
    return [checked_lines(lines, checks, numbers) for lines, checks in zip(row[::2], row[1::2], strict=True)]


@functools.cache
def _lines(table: Table, columns: Sequence[str]) -> Statement:
    """Statement of the values of columns of the versions with some numbers, joined, each with its joined checksums."""
    # An outer join keeps the order of the numbers: SQLite reads the table on its left first.
    numbers = integers("numbers")
    versions = numbers.outerjoin(table, table.c.number == numbers.c.value)
    columns_of: list[Any] = []
    for name in columns:
        lines = utf8(joined(table.c[name], literal("\n"), numbers.c.key))
        columns_of += [lines, joined(table.c[check_column(name)], literal(","), numbers.c.key)]
    return Statement(select(*columns_of).select_from(versions))


def numbers_by_id(snapshot: Snapshot, collection: str, ids: Iterable[str]) -> dict[str, int]:
    """Numbers of the versions of records that are current at the revision, by id in order; others are left out."""
    current = version_set(snapshot, "current")
    rows = _numbers(COLLECTIONS[collection].table).rows(snapshot.connection, {"ids": compact(sorted(ids))})
    return {id: number for id, number in rows if number in current}


def titles_by_id(snapshot: Snapshot, collection: str, ids: Iterable[str], lang: Language) -> dict[str, str]:
    """Titles of the records with these ids that are current at the revision; other ids are left out.

    They are read from the summaries, which are much shorter than the bodies.
    """
    numbers = numbers_by_id(snapshot, collection, ids)
    bodies = bodies_by_number(snapshot.connection, VERSION_INDEX, lang, [*numbers.values()])
    return dict(zip(numbers, map(title_of, bodies), strict=True))


@functools.cache
def _numbers(table: Table) -> Statement:
    return Statement(select(table.c.id, table.c.number).where(in_list(table.c.id, "ids")).order_by(table.c.id))


def versions_of(
    connection: Connection,
    versions: Iterable[VersionKey],
    lang: Language,
    at: Literal["made", "ended"] = "made",
) -> dict[VersionKey, StoredVersion]:
    """Versions in one language by version key: one SELECT per collection, however many versions.

    The revision in a key is the one that published the version or, with `ended`, that ended it. A version that is not
    stored is missing from the result. Raises KeyError for an unknown collection, Unavailable (503) for a damaged one.
    """
    wanted: dict[str, list[tuple[str, int]]] = {}
    for collection, id, revision in versions:
        wanted.setdefault(collection, []).append((id, revision))
    return {
        (name, id, revision): StoredVersion(checked(body, body_check, number), checked(record, record_check, number))
        for name, keys in wanted.items()
        for id, revision, number, body, body_check, record, record_check in _versions(
            COLLECTIONS[name].table, lang, at
        ).rows(connection, {"keys": compact(keys)})
    }


@functools.cache
def _versions(table: Table, lang: Language, at: Literal["made", "ended"]) -> Statement:
    keys = pairs("keys")
    id, revision = keys.c.first, keys.c.second
    before = table.alias("before")
    made = (
        select(func.max(before.c.published_in))
        .where(before.c.id == id, before.c.published_in < revision)
        .scalar_subquery()
        if at == "ended"
        else revision
    )
    stored = keys.join(table, and_(table.c.id == id, table.c.published_in == made))
    texts = (*with_check(table, f"body_{lang}"), *with_check(table, "record"))
    return Statement(select(id, revision, table.c.number, *texts).select_from(stored))


def with_check(table: FromClause, name: str) -> tuple[ColumnElement[bytes], ColumnElement[str]]:
    """Column with a text as bytes, and the one with its checksum: what `checked` takes."""
    return utf8(table.c[name]), table.c[check_column(name)]
