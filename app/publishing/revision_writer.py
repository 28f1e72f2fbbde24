"""Revision writer: writes versions, links, search documents, changes and the digest, from changes already checked."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from operator import itemgetter
from typing import Any, get_args

from sqlalchemy import Connection, func, insert, select, update

from app import __version__
from app.model import canonical, edtf
from app.model.fields import LANGUAGES, Bilingual, Language, SearchableText, in_language, searchable_texts
from app.model.records import Record, Reference, references, served
from app.publishing.bitmap_writer import PostingsWriter, VersionSetWriter, current_numbers, postings_of, write_folded
from app.publishing.citation_urls import SourceAddress, cited_addresses, source_addresses, with_urls
from app.resources.base import Resource, bodies, summarise, title_keys
from app.resources.dated import date_columns
from app.resources.events import EVENTS
from app.store.checksums import checksums, row_checksum
from app.store.revision_log import RevisionHeader
from app.store.search import documents as fulltext
from app.store.search.highlight import Texts
from app.store.statements import Insertion
from app.store.tables import CHANGES, DERIVED_DATA, LINKS, REVISIONS, VERSION_INDEX, Action, Revision, batches


@dataclass(frozen=True, slots=True)
class PendingChange:
    """Change to write: a record (canonical text and model) or, for a withdrawal, the reason.

    `before` is the canonical text of the version that it replaces; None if it is not known or there is none.
    """

    action: Action
    collection: str
    id: str
    text: str | None = None
    record: Record | None = None
    reason: Bilingual | None = None
    before: str | None = None

    def line(self) -> str:
        """Canonical form of the change (RFC 8785), without the line end."""
        reason = self.reason.model_dump() if self.reason else None
        return canonical.change(self.action, self.collection, self.id, self.text, reason)


def write(
    connection: Connection, resources: Mapping[str, Resource], header: RevisionHeader, changes: Iterable[PendingChange]
) -> Revision:
    """Write a revision with these changes into an open write transaction; returns its row, with the digest.

    It checks nothing: the caller has validated the records, and rolls back if references dangle. Raises DBAPIError.
    """
    ordered = sorted(changes, key=lambda change: (change.collection, change.id))
    revision = revision_of(connection, header, ordered)
    addresses = source_addresses(cited_addresses(connection, ordered), ordered)
    connection.execute(insert(REVISIONS), [revision.model_dump()])
    if header.number == 1:
        connection.execute(insert(DERIVED_DATA), [{"release": __version__}])
    for batch in batches(ordered):
        Insertion.into(CHANGES).run(connection, [change_row(header.number, change) for change in batch])
    _write_versions(connection, resources, header, ordered, addresses)
    return revision


def _write_versions(
    connection: Connection,
    resources: Mapping[str, Resource],
    header: RevisionHeader,
    changes: Sequence[PendingChange],
    addresses: Mapping[str, SourceAddress],
) -> None:
    last = connection.execute(select(func.max(VERSION_INDEX.c.number))).scalar() or 0
    numbers, postings = count(last + 1), PostingsWriter(connection, last)
    sets = VersionSetWriter(connection, header.number)
    fulltext.prepare(connection)
    for name, resource in resources.items():
        mine = [change for change in changes if change.collection == name]
        ended = _close(connection, resource, [change.id for change in mine if change.action != "added"], header.number)
        sets.discard("current", ended.values())
        for batch in batches([change for change in mine if change.record]):
            added = [rows_of(resource, change, header, next(numbers), addresses) for change in batch]
            _add(connection, added, resource)
            for rows in added:
                postings.add(rows.number, postings_of(resource, rows.version, rows.entry, rows.links))
            sets.add("current", [rows.number for rows in added])
            sets.replace("folded", {ended[rows.id]: rows.number for rows in added if rows.id in ended})
        sets.discard("folded", ended.values())
    postings.flush()
    write_folded(connection, sets, resources, [change.id for change in changes if change.collection == EVENTS.name])
    sets.flush()


def revision_of(connection: Connection, header: RevisionHeader, changes: Sequence[PendingChange]) -> Revision:
    """Row of `revisions` for changes sorted by collection and id; the previous revision has to be in the database.

    Its digest is the SHA-256 of the canonical bytes.
    """
    counts = Counter(change.action for change in changes)
    digest = canonical.digest([header.line(), *(change.line() for change in changes)])
    return revision_row(connection, header, counts, digest)


def revision_row(
    connection: Connection, header: RevisionHeader, actions: Mapping[Action, int], digest: str
) -> Revision:
    """Row of `revisions` from how often each action occurs; the previous revision has to be in the database."""
    counts: dict[str, Any] = {action: actions.get(action, 0) for action in get_args(Action)}
    before = (
        connection.execute(select(REVISIONS.c.records).where(REVISIONS.c.number == header.number - 1)).scalar() or 0
    )
    revision = Revision(
        number=header.number,
        published_at=header.published_at,
        author=header.author,
        note_en=header.note["en"],
        note_fr=header.note["fr"],
        **counts,
        records=before + counts["added"] - counts["withdrawn"],
        digest=digest,
        previous_digest=header.previous_digest,
    )
    *values, _ = revision.model_dump().values()
    revision.row_check = row_checksum(values)
    return revision


def change_row(number: int, change: PendingChange) -> dict[str, Any]:
    """Row of `changes` for a change; `reason_en` and `reason_fr` are None if it is not a withdrawal."""
    reason = {f"reason_{lang}": getattr(change.reason, lang, None) for lang in LANGUAGES}
    row = {"revision": number, "collection": change.collection, "id": change.id, "action": change.action, **reason}
    return row | {"row_check": row_checksum(row.values())}


def _close(connection: Connection, resource: Resource, ids: Sequence[str], number: int) -> dict[str, int]:
    """Mark the current versions of these records, their rows in the version index and their links as superseded.

    Returns the numbers of these versions, by id.
    """
    ended: dict[str, int] = {}
    for batch in batches(ids):
        ended |= current_numbers(connection, resource, batch)
        for table, mine in (
            (resource.table, []),
            (VERSION_INDEX, [VERSION_INDEX.c.collection == resource.name]),
            (LINKS, [LINKS.c.collection == resource.name]),
        ):
            current = update(table).where(table.c.id.in_(batch), table.c.superseded_in.is_(None), *mine)
            connection.execute(current.values(superseded_in=number))
    return ended


@dataclass(frozen=True)
class VersionRows:
    """Rows of one version in all tables, computed only from its record, its revision and the sources' addresses."""

    version: dict[str, Any]
    entry: dict[str, Any]
    links: list[dict[str, Any]]
    document: fulltext.Document | None

    @property
    def id(self) -> str:
        """Id of the record."""
        return str(self.version["id"])

    @property
    def number(self) -> int:
        """Number of the version in the version index."""
        return int(self.version["number"])

    def ended(self, number: int | None) -> "VersionRows":
        """The same rows, superseded by a later revision; `number` is None if the version is current."""
        end = {"superseded_in": number}
        links = [link | end for link in self.links]
        return VersionRows(self.version | end, self.entry | end, links, self.document)

    def in_order(self) -> "VersionRows":
        """The same rows with sorted links, for comparing stored rows to those of `rows_of`."""
        fields = itemgetter("field", "target_collection", "target_id")
        return VersionRows(self.version, self.entry, sorted(self.links, key=fields), self.document)


def rows_of(
    resource: Resource,
    change: PendingChange,
    header: RevisionHeader,
    number: int,
    addresses: Mapping[str, SourceAddress],
) -> VersionRows:
    """Rows of a version in all tables; `number` is that in the version index. Publishing, backfill and `verify` use it.

    A source's address must be that at the version's revision: deep links are made from it.
    """
    assert change.record is not None
    of = {"id": change.id, "published_in": header.number, "superseded_in": None}
    key = of | {"number": number}
    named = [*references(change.record)]
    document = _document(number, change.record)
    entry = {"collection": resource.name, "length": document.length()}
    return VersionRows(
        version=_checked(key | version_values(resource, change, header, addresses), "record"),
        entry=_checked(key | entry | _entry_values(resource, change.record, named)),
        links=[
            of | {"collection": resource.name, "field": field, "target_collection": collection, "target_id": id}
            for field, collection, id in sorted({*named})
        ],
        document=document,
    )


def _checked(row: dict[str, Any], *texts: str) -> dict[str, Any]:
    """The row with the checksums of its bodies, and of other texts."""
    return row | checksums(row["number"], {name: row[name] for name in ("body_en", "body_fr", *texts)})


def version_values(
    resource: Resource, change: PendingChange, header: RevisionHeader, addresses: Mapping[str, SourceAddress]
) -> dict[str, Any]:
    """Columns of a version other than its key: record, columns for orders and filters, bodies in both languages."""
    record = change.record
    assert record is not None
    derived = {
        "revision": header.number,
        "published_at": header.published_at,
        "url": resource.address(record.id),
    }
    computed = record.index_columns()
    own = {name: computed[name] if name in computed else getattr(record, name) for name in resource.column_names}
    body = served(record, **record.derived(), **derived, **with_urls(record, addresses))
    return own | title_keys(record) | bodies(body) | {"record": change.text}


def _entry_values(resource: Resource, record: Record, named: Sequence[Reference]) -> dict[str, Any]:
    """Columns of a row in the version index other than key and length: date, and summary of the record."""
    summary = summarise(resource, record, named)
    return {
        "kind": summary.kind,
        "date": summary.date,
        **date_columns(edtf.bounds(summary.date) if summary.date else None),
        **bodies(summary),
    }


def _document(number: int, record: Record) -> fulltext.Document:
    found = [*searchable_texts(record)]
    en, fr = (_texts(in_language(record.title, lang), found, lang) for lang in LANGUAGES)
    return fulltext.Document(number, en, fr)


def _texts(title: str, found: Sequence[SearchableText], lang: Language) -> Texts:
    """Searchable texts, each once, since many citations are to the same section."""
    others = dict.fromkeys(in_language(text, lang) for text, ranked in found if ranked)
    others.pop(title, None)
    sections = dict.fromkeys(in_language(text, lang) for text, ranked in found if not ranked)
    return Texts(title, "\n".join(others), "\n".join(sections))


def _add(connection: Connection, versions: Sequence[VersionRows], resource: Resource) -> None:
    Insertion.into(resource.table).run(connection, [rows.version for rows in versions])
    Insertion.into(VERSION_INDEX).run(connection, [rows.entry for rows in versions])
    Insertion.into(LINKS).run(connection, [link for rows in versions for link in rows.links])
    fulltext.add(connection, [rows.document for rows in versions if rows.document])
