"""Writing one revision: versions, mentions, search texts, changes and digest, from edits already checked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from app import __version__
from app.model import canonical, edtf
from app.model.fields import LANGUAGES, Bilingual, Citation, Record, references, searchable_texts
from app.model.passages import deep_link
from app.resources.base import Resource, localised_json, public_json, summarise, title_keys
from app.resources.dated import date_columns
from app.resources.sources import SOURCES, Source
from app.store.revision_log import RevisionHeader
from app.store.search import sqlite as fulltext
from app.store.tables import CHANGES, DERIVED_DATA, LINKS, REVISIONS, VERSION_INDEX, Action, Revision, batches


@dataclass(frozen=True)
class PendingChange:
    """One change to make: a record (canonical text and shape) or, where it is withdrawn, the reason."""

    action: Action
    collection: str
    id: str
    text: str | None = None
    record: Record | None = None
    reason: Bilingual | None = None

    def line(self) -> str:
        """The change in canonical form."""
        reason = self.reason.model_dump() if self.reason else None
        return canonical.change(self.action, self.collection, self.id, self.text, reason)


def write(
    connection: Connection, resources: Mapping[str, Resource], heading: RevisionHeader, edits: Iterable[PendingChange]
) -> Revision:
    """Write a revision with these edits into an open write transaction, and give it with its digest.

    Checks nothing: whoever calls has validated the records, and rolls back if references dangle. Raises DBAPIError.
    """
    ordered = sorted(edits, key=lambda edit: (edit.collection, edit.id))
    revision = revision_of(connection, heading, ordered)
    addresses = source_addresses(current_addresses(connection), ordered)
    connection.execute(insert(REVISIONS), [revision.model_dump()])
    if heading.number == 1:
        connection.execute(insert(DERIVED_DATA), [{"release": __version__}])
    for batch in batches(ordered):
        connection.execute(insert(CHANGES), [change_row(heading.number, edit) for edit in batch])
    numbers = count((connection.execute(select(func.max(VERSION_INDEX.c.number))).scalar() or 0) + 1)
    for name, resource in resources.items():
        mine = [edit for edit in ordered if edit.collection == name]
        _close(connection, resource, [edit.id for edit in mine if edit.action != "added"], heading.number)
        for batch in batches([edit for edit in mine if edit.record]):
            _add(
                connection,
                [rows_of(resource, edit, heading, next(numbers), addresses) for edit in batch],
                resource,
            )
    return revision


def revision_of(connection: Connection, heading: RevisionHeader, edits: Sequence[PendingChange]) -> Revision:
    """The row of `revisions` for these edits, which are in order; the revision before it is in the database."""
    counts = {action: sum(edit.action == action for edit in edits) for action in ("added", "changed", "withdrawn")}
    before = (
        connection.execute(select(REVISIONS.c.records).where(REVISIONS.c.number == heading.number - 1)).scalar() or 0
    )
    return Revision(
        number=heading.number,
        published_at=heading.published_at,
        author=heading.author,
        note_en=heading.note["en"],
        note_fr=heading.note["fr"],
        **counts,
        records=before + counts["added"] - counts["withdrawn"],
        digest=canonical.digest([heading.line(), *(edit.line() for edit in edits)]),
        previous_digest=heading.previous_digest,
    )


def change_row(number: int, edit: PendingChange) -> dict[str, Any]:
    """The row of `changes` that an edit makes."""
    reason = {f"reason_{lang}": getattr(edit.reason, lang, None) for lang in LANGUAGES}
    return {"revision": number, "collection": edit.collection, "id": edit.id, "action": edit.action, **reason}


def _close(connection: Connection, resource: Resource, ids: Sequence[str], number: int) -> None:
    """Mark the current versions of these records, their index entries and links as superseded by a revision."""
    for batch in batches(ids):
        for table, mine in (
            (resource.table, []),
            (VERSION_INDEX, [VERSION_INDEX.c.collection == resource.name]),
            (LINKS, [LINKS.c.collection == resource.name]),
        ):
            current = update(table).where(table.c.id.in_(batch), table.c.superseded_in.is_(None), *mine)
            connection.execute(current.values(superseded_in=number))


def current_addresses(connection: Connection) -> dict[str, str]:
    """Address of every current source: what deep links are built from."""
    sources = SOURCES.table
    current = select(sources.c.id, sources.c.address).where(sources.c.superseded_in.is_(None))
    return dict(connection.execute(current).all())


def source_addresses(before: Mapping[str, str], edits: Iterable[PendingChange]) -> dict[str, str]:
    """Address of each source once the changes are made."""
    changed = {edit.id: edit.record.address for edit in edits if isinstance(edit.record, Source)}
    return {**before, **changed}


@dataclass(frozen=True)
class VersionRows:
    """All that one version puts into the database, computed from its record alone and the sources' addresses."""

    version: dict[str, Any]
    entry: dict[str, Any]
    mentions: list[dict[str, Any]]
    document: fulltext.Document | None

    def ended(self, number: int | None) -> "VersionRows":
        """The same, closed by a later revision; None if it is still current."""
        end = {"superseded_in": number}
        mentions = [mention | end for mention in self.mentions]
        return VersionRows(self.version | end, self.entry | end, mentions, self.document)

    def in_order(self) -> "VersionRows":
        """The same with the mentions in the order in which `rows_of` gives them."""
        fields = itemgetter("field", "target_collection", "target_id")
        return VersionRows(self.version, self.entry, sorted(self.mentions, key=fields), self.document)


def rows_of(
    resource: Resource, edit: PendingChange, heading: RevisionHeader, number: int, addresses: Mapping[str, str]
) -> VersionRows:
    """The rows of a new version, `number` being its place in `entries`; `verify` compares the stored ones to these."""
    assert edit.record is not None
    key = {"id": edit.id, "published_in": heading.number, "superseded_in": None}
    named = {(ref.field, ref.collection, ref.id) for ref in references(edit.record)}
    return VersionRows(
        version=key | version_values(resource, edit, heading, addresses),
        entry=key | {"number": number, "collection": resource.name} | _entry_values(resource, edit.record),
        mentions=[
            key | {"collection": resource.name, "field": field, "target_collection": collection, "target_id": id}
            for field, collection, id in sorted(named)
        ],
        document=_document(number, edit.record),
    )


def version_values(
    resource: Resource, edit: PendingChange, heading: RevisionHeader, addresses: Mapping[str, str]
) -> dict[str, Any]:
    """Columns of a version beside its key: record, order and filter columns, the public JSON in both languages."""
    record = edit.record
    assert record is not None
    derived = {
        "revision": heading.number,
        "published_at": heading.published_at,
        "url": resource.address(record.id),
        "citations": [_linked(citation, addresses) for citation in record.citations],
    }
    computed = record.index_columns()
    own = {name: computed[name] if name in computed else getattr(record, name) for name in resource.column_names}
    bodies = {f"body_{lang}": public_json(record, lang, derived) for lang in LANGUAGES}
    return own | title_keys(record) | bodies | {"record": edit.text}


def _entry_values(resource: Resource, record: Record) -> dict[str, Any]:
    """Columns of an entry beside its key: its place in the timeline, its length in words, the record in short."""
    brief = summarise(resource, record)
    return {
        "date": brief.date,
        **date_columns(edtf.bounds(brief.date) if brief.date else None),
        "length": sum(len(text.split()) for lang in LANGUAGES for text in searchable_texts(record, lang)),
        **{f"body_{lang}": localised_json(brief, lang) for lang in LANGUAGES},
    }


def _linked(citation: Citation, addresses: Mapping[str, str]) -> Citation:
    address = addresses.get(citation.source)
    if citation.fragment is None or address is None:
        return citation
    return citation.model_copy(update={"url": deep_link(address, citation.fragment.start, citation.fragment.end)})


def _document(number: int, record: Record) -> fulltext.Document:
    texts = {lang: list(searchable_texts(record, lang)) for lang in LANGUAGES}
    return fulltext.Document(
        number, texts["en"][0], texts["fr"][0], "\n".join(texts["en"][1:]), "\n".join(texts["fr"][1:])
    )


def _add(connection: Connection, versions: Sequence[VersionRows], resource: Resource) -> None:
    connection.execute(insert(resource.table), [rows.version for rows in versions])
    connection.execute(insert(VERSION_INDEX), [rows.entry for rows in versions])
    mentions = [mention for rows in versions for mention in rows.mentions]
    for batch in batches(mentions):
        connection.execute(insert(LINKS), batch)
    fulltext.add(connection, [rows.document for rows in versions if rows.document])
