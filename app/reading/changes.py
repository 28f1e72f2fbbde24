"""Feed of changes: what every revision did, in order. A client that applies it has what the lists serve."""

import functools
import json
import operator
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field
from sqlalchemy import ColumnElement, Row, Select, Table, select
from typing_extensions import override

from app.errors import UnknownRevision
from app.model.fields import Language
from app.model.json_text import compact, extended
from app.reading.bodies import bodies_of
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

# The model of one of the collections: `collection` says which.
AnyRecord: Any = functools.reduce(operator.or_, (resource.model for resource in COLLECTIONS.values()))
Since = Annotated[int, Field(ge=0, le=MAX_REVISION), BeforeValidator(digits)]


class RecordChange(BaseModel):
    """What one revision did to one record."""

    revision: int = Field(description="Dataset revision that did it.", examples=[1])
    published_at: str = Field(
        description="When that revision was published, UTC.",
        examples=["2026-11-23T12:00:00Z"],
        json_schema_extra={"format": "date-time"},
    )
    action: Action = Field(description="What was done.")
    collection: str = Field(description="Collection of the record.", examples=["actors"])
    id: str = Field(description="Id of the record.", examples=["canada"])
    reason: str | None = Field(
        description="Why it was withdrawn, in the language of the response; null where it was not."
    )
    record: AnyRecord | None = Field(
        description="The record as it stood after the change, shaped as its collection's; null where it was withdrawn."
    )


class ChangesParams(PageParams):
    format: str | None = format_among("json", "csv", "jsonl", "atom")
    fields: list[str] = columns_among(RecordChange)
    facets: list[str] = facets_among("collection")
    since: Annotated[Since, Where(lambda table, params: table.c.revision > params.since)] = Field(
        0, description="Only changes after this revision, 0 for all: send the `dataset.revision` held.", examples=[0]
    )
    collection: Annotated[list[Annotated[str, OneOf(tuple(COLLECTIONS))]], one_of("collection")] = values_field(
        "Only changes in one of these collections."
    )


class ChangeList(ListView):
    """The list of changes in the order in which they were made."""

    @override
    def base_conditions(self, snapshot: Snapshot, request: ListRequest) -> Conditions:
        """Changes up to the revision. UnknownRevision (404) for a `since` after it: the client has other data."""
        params, number = request.params, snapshot.revision.number
        assert isinstance(params, ChangesParams)
        if params.since > number:
            raise UnknownRevision("unknown-since", number=params.since, revision=number)
        return [CHANGES.c.revision <= number]

    @override
    def select(self, lang: Language) -> Select[Any]:
        """Each change with the time of its revision, and the reason in one language."""
        reason = CHANGES.c[f"reason_{lang}"].label("reason")
        columns = (CHANGES.c.revision, REVISIONS.c.published_at, CHANGES.c.action, CHANGES.c.collection, CHANGES.c.id)
        return select(*columns, reason).select_from(CHANGES.join(REVISIONS))

    @override
    def render(self, snapshot: Snapshot, rows: Rows, request: ListRequest) -> Iterable[str]:
        """Each change, with the record as the item has it at that revision."""
        bodies = _bodies(snapshot, rows, request.lang)
        return (extended(compact(_change(row)), "record", bodies.get(_key(row), "null")) for row in rows)

    @override
    def members(self, snapshot: Snapshot, rows: Rows, request: ListRequest) -> Iterable[dict[str, Any]]:
        """The same as objects; the record as an object or None."""
        bodies = _bodies(snapshot, rows, request.lang)
        return (_change(row) | {"record": json.loads(bodies.get(_key(row), "null"))} for row in rows)


def _key(row: Row[Any]) -> VersionKey:
    return row.collection, row.id, row.revision


def _bodies(snapshot: Snapshot, rows: Rows, lang: Language) -> Mapping[VersionKey, str]:
    return bodies_of(snapshot.connection, (_key(row) for row in rows if row.action != "withdrawn"), lang)


def _change(row: Row[Any]) -> dict[str, Any]:
    names = ("revision", "published_at", "action", "collection", "id", "reason")
    return dict(zip(names, (getattr(row, name) for name in names), strict=True))


def by_revision(table: Table, _lang: Language, _descending: bool) -> list[ColumnElement[Any]]:
    """Order by revision, collection and id."""
    return [table.c.revision, table.c.collection, table.c.id]


CHANGE_FEED = ChangeList(
    ListSpec(
        name="changes",
        about="Every change since a revision, in order and complete: added, changed or withdrawn, with the record as "
        "it stood then. Whoever starts empty and applies them holds what the lists serve.",
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
