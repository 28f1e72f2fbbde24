"""Bitmap index, computed again from the stored rows: for the backfill, and for verification."""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from pyroaring import BitMap
from sqlalchemy import Connection, RowMapping, Select, and_, case, delete, func, literal, or_, select, union_all

from app.publishing.bitmap_writer import RELATED, Pair, PendingPostings, VersionSetWriter, insert_postings, postings_of
from app.publishing.stored_changes import Mismatch
from app.resources.base import Resource
from app.resources.events import EVENTS
from app.store.postings import CHUNK_BITS
from app.store.tables import LINKS, POSTINGS, VERSION_INDEX, VERSION_SETS

_BATCH = 1000  # versions that are in memory at once
_ENTRIES = (
    select(
        *(VERSION_INDEX.c.number, VERSION_INDEX.c.collection, VERSION_INDEX.c.published_in, VERSION_INDEX.c.kind),
        *(VERSION_INDEX.c.undated, VERSION_INDEX.c.earliest, VERSION_INDEX.c.latest),
    )
    .order_by(VERSION_INDEX.c.number)
    .limit(_BATCH)
)
_LINKS = select(VERSION_INDEX.c.number, LINKS.c.target_collection, LINKS.c.target_id).join(
    LINKS,
    and_(
        LINKS.c.collection == VERSION_INDEX.c.collection,
        LINKS.c.id == VERSION_INDEX.c.id,
        LINKS.c.published_in == VERSION_INDEX.c.published_in,
    ),
)


class SetChange(NamedTuple):
    """Change of a version set at a revision: the versions that are no longer in it, and those that are from now on."""

    revision: int
    name: str
    gone: BitMap
    added: BitMap


def rebuild_bitmaps(connection: Connection, resources: Mapping[str, Resource]) -> None:
    """Backfill of the bitmap index: postings and version sets of all revisions. Raises DBAPIError."""
    connection.execute(delete(POSTINGS))
    connection.execute(delete(VERSION_SETS))
    for chunk, postings in posting_chunks(connection, resources):
        insert_postings(connection, chunk, postings)
    for revision, changes in groupby(set_changes(connection), key=attrgetter("revision")):
        sets = VersionSetWriter(connection, revision)
        for change in changes:
            sets.discard(change.name, change.gone)
            sets.add(change.name, change.added)
        sets.flush()


def posting_chunks(
    connection: Connection, resources: Mapping[str, Resource]
) -> Iterator[tuple[int, dict[Pair, BitMap]]]:
    """Postings of all versions, from their stored rows, by chunk of their numbers. Raises Mismatch for a lost row."""
    for chunk, versions in groupby(_stored_postings(connection, resources), key=lambda pair: pair[0] >> CHUNK_BITS):
        pending = PendingPostings()
        for number, postings in versions:
            pending.add(number, postings)
        yield chunk, pending.bitmaps()


def _stored_postings(connection: Connection, resources: Mapping[str, Resource]) -> Iterator[tuple[int, Iterator[Pair]]]:
    last = -1
    while entries := connection.execute(_ENTRIES.where(VERSION_INDEX.c.number > last)).mappings().all():
        first, last = entries[0]["number"], entries[-1]["number"]
        links: dict[int, list[dict[str, str]]] = {}
        for number, collection, id in connection.execute(_LINKS.where(VERSION_INDEX.c.number.between(first, last))):
            links.setdefault(number, []).append({"target_collection": collection, "target_id": id})
        versions = {name: _versions(connection, resource, first, last) for name, resource in resources.items()}
        for entry in entries:
            number, name = entry["number"], entry["collection"]
            version = versions.get(name, {}).get(number)
            if version is None:
                raise Mismatch("log-versions", entry["published_in"], collection=name)
            yield number, postings_of(resources[name], version, entry, links.get(number, ()))


def _versions(connection: Connection, resource: Resource, first: int, last: int) -> dict[int, RowMapping]:
    table = resource.table
    columns = [table.c.number, *(table.c[name] for name in resource.column_names)]
    rows = connection.execute(select(*columns).where(table.c.number.between(first, last))).mappings()
    return {row["number"]: row for row in rows}


def set_changes(connection: Connection) -> Iterator[SetChange]:
    """Changes of the version sets of all revisions, in order. Rows are fetched as they are needed."""
    naming: Counter[int] = Counter()  # of each version in `folded`: how many events name it
    rows = connection.execute(_set_changes().execution_options(yield_per=_BATCH))
    for (revision, name), group in groupby(rows, key=itemgetter(0, 1)):
        change = SetChange(revision, name, BitMap(), BitMap())
        for _, _, number, by in group:
            before = naming.pop(number, 0) if name == "folded" else int(by < 0)
            if name == "folded" and before + by:
                naming[number] = before + by
            if not before:
                change.added.add(number)
            elif not before + by:
                change.gone.add(number)
        yield change


def _set_changes() -> Select[Any]:
    """SELECT of revision, name, number, and by how much the number of reasons changes to be in the set."""
    current = select(
        literal("current").label("name"),
        VERSION_INDEX.c.number,
        VERSION_INDEX.c.published_in.label("start"),
        VERSION_INDEX.c.superseded_in.label("end"),
    )
    spans = union_all(current, _folded()).subquery()
    by = union_all(
        select(spans.c.start.label("revision"), spans.c.name, spans.c.number, literal(1).label("by")),
        select(spans.c.end, spans.c.name, spans.c.number, literal(-1)).where(spans.c.end.is_not(None)),
    ).subquery()
    total = func.sum(by.c.by)
    key = by.c.revision, by.c.name, by.c.number
    return select(*key, total).group_by(*key).having(total != 0).order_by(*key)


def _folded() -> Select[Any]:
    """SELECT of the versions whose record an event names, each with the time in which both versions are current."""
    version, link = VERSION_INDEX.c, LINKS.c
    overlap = (
        or_(version.superseded_in.is_(None), link.published_in < version.superseded_in),
        or_(link.superseded_in.is_(None), version.published_in < link.superseded_in),
    )
    start = case((link.published_in > version.published_in, link.published_in), else_=version.published_in)
    end = case(
        (version.superseded_in.is_(None), link.superseded_in),
        (link.superseded_in < version.superseded_in, link.superseded_in),
        else_=version.superseded_in,
    )
    joined = and_(version.collection == link.target_collection, version.id == link.target_id, *overlap)
    named = link.collection == EVENTS.name, link.field == RELATED, link.target_collection != EVENTS.name
    return (
        select(literal("folded"), version.number, start, end)
        .select_from(LINKS.join(VERSION_INDEX, joined))
        .where(*named)
    )
