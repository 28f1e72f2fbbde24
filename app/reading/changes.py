"""Change feed: what each revision added, changed or withdrew, in order, for clients that keep a copy of the data."""

import json
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, BeforeValidator, Field
from sqlalchemy import ColumnElement, Row, Select, Table, select
from typing_extensions import override

from app.errors import UnknownRevision
from app.model.differences import changed_fields
from app.model.fields import Language, OpenEnum
from app.model.json_text import compact, extended
from app.model.terms.events import ACTIONS
from app.reading.bodies import StoredVersion, versions_of
from app.reading.list_request import ListRequest
from app.reading.list_view import Conditions, ListView, Rows, VersionKey
from app.resources.base import ListSpec
from app.resources.params import (
    MAX_REVISION,
    OneOf,
    PageParams,
    Where,
    columns_among,
    digits,
    facets_among,
    format_among,
    one_of,
    values_field,
)
from app.resources.registry import COLLECTIONS
from app.store.snapshot import Snapshot
from app.store.tables import CHANGES, REVISIONS, Action, Change

Since = Annotated[int, Field(ge=0, le=MAX_REVISION), BeforeValidator(digits)]


class RecordChange(BaseModel):
    """One change: what one revision did to one record."""

    revision: int = Field(description="Dataset revision that made this change.", examples=[1])
    published_at: str = Field(
        description="When that revision was published, in UTC.",
        examples=["2026-11-23T12:00:00Z"],
        json_schema_extra={"format": "date-time"},
    )
    action: Annotated[Action, OpenEnum(ACTIONS)] = Field(description="What the revision did to the record.")
    collection: str = Field(description="Collection of the record.", examples=["actors"])
    id: str = Field(description="Id of the record.", examples=["canada"])
    title: str = Field(description="Title of the record after the change; of its last version if it was withdrawn.")
    changed_fields: list[str] = Field(
        description="Fields that differ from the previous version in either language, without those computed from "
        "them, such as `earliest`. Empty unless `action` is `changed`.",
        examples=[["summary"]],
    )
    reason: str | None = Field(
        description="Why the record was withdrawn, in the language of the response; null unless it was."
    )
    # An object without fields: of a union, generated clients refuse a record of a collection that is newer than they
    # are, and openapi-generator's TypeScript takes one collection for another and drops fields. Its price: clients name
    # the type themselves, by `collection`.
    record: dict[str, Any] | None = Field(
        description="The record after the change, in the schema of its `collection`; null if it was withdrawn."
    )


class ChangesParams(PageParams):
    format: str | None = format_among("json", "csv", "jsonl", "xlsx", "atom")
    fields: list[str] = columns_among(RecordChange)
    facets: list[str] = facets_among("collection")
    since: Annotated[Since, Where(lambda table, params: table.c.revision > params.since)] = Field(
        0, description="Only changes after this revision: the newest one that your copy has, 0 for all.", examples=[0]
    )
    collection: Annotated[list[Annotated[str, OneOf(tuple(COLLECTIONS))]], one_of("collection")] = values_field(
        "Only changes to records of these collections."
    )


class ChangeList(ListView):
    """Change feed as a list view: the changes of all revisions, in the order in which they were made."""

    @override
    def base_conditions(self, snapshot: Snapshot, request: ListRequest) -> Conditions:
        """Condition for changes up to the snapshot's revision.

        Raises UnknownRevision (404) if `since` is a later one: the client has the data of another database.
        """
        params, number = request.params, snapshot.revision.number
        assert isinstance(params, ChangesParams)
        if params.since > number:
            raise UnknownRevision("unknown-since", number=params.since, revision=number)
        return [CHANGES.c.revision <= number]

    @override
    def select(self, lang: Language) -> Select[Any]:
        """Columns of a change, with `published_at` (UTC) of its revision and the reason in one language."""
        reason = CHANGES.c[f"reason_{lang}"].label("reason")
        columns = (CHANGES.c.revision, REVISIONS.c.published_at, CHANGES.c.action, CHANGES.c.collection, CHANGES.c.id)
        return select(*columns, reason).select_from(CHANGES.join(REVISIONS))

    @override
    def render(self, snapshot: Snapshot, rows: Rows, request: ListRequest) -> Iterable[str]:
        """Bodies of changes. `record` is the body of the item at that revision, or `null` for a withdrawal."""
        versions = _Versions.read(snapshot, rows, request.lang)
        return (extended(compact(versions.change(row)), "record", versions.body(row)) for row in rows)

    @override
    def members(self, snapshot: Snapshot, rows: Rows, request: ListRequest) -> Iterable[dict[str, Any]]:
        """Changes as dicts. `record` is a dict, or None if the change is a withdrawal."""
        versions = _Versions.read(snapshot, rows, request.lang)
        return (versions.change(row) | {"record": json.loads(versions.body(row))} for row in rows)


class _Versions(NamedTuple):
    """Versions that changes made, and those that they ended."""

    made: Mapping[VersionKey, StoredVersion]
    ended: Mapping[VersionKey, StoredVersion]

    @classmethod
    def read(cls, snapshot: Snapshot, rows: Rows, lang: Language) -> "_Versions":
        made = [_key(row) for row in rows if row.action != "withdrawn"]
        ended = [_key(row) for row in rows if row.action != "added"]
        return cls(
            versions_of(snapshot.connection, made, lang),
            versions_of(snapshot.connection, ended, lang, "superseded_in"),
        )

    def body(self, row: Row[Any]) -> str:
        version = self.made.get(_key(row))
        return version.body if version else "null"

    def change(self, row: Row[Any]) -> dict[str, Any]:
        key, changed = _key(row), row.action == "changed"
        version = self.ended[key] if row.action == "withdrawn" else self.made[key]
        fields = COLLECTIONS[row.collection].fields if changed else ()
        return {
            **{name: getattr(row, name) for name in ("revision", "published_at", "action", "collection", "id")},
            "title": version.title,
            "changed_fields": changed_fields(fields, self.ended[key].record, version.record) if changed else [],
            "reason": row.reason,
        }


def _key(row: Row[Any]) -> VersionKey:
    return row.collection, row.id, row.revision


def by_revision(table: Table, _lang: Language, _descending: bool) -> list[ColumnElement[Any]]:
    """Sort order: by revision, then collection and id."""
    return [table.c.revision, table.c.collection, table.c.id]


CHANGE_FEED = ChangeList(
    ListSpec(
        name="changes",
        about="Every change since a revision, complete and in order: which record was added, changed or withdrawn, and "
        "the record after the change. To keep a copy of the dataset, start empty and apply the changes in order.",
        model=RecordChange,
        table_model=Change,
        params=ChangesParams,
        orders={"revision": by_revision},
        sort="revision",
        feed_sort="-revision",
        collection_column="collection",
        key=("revision", "collection", "id"),
    )
)
