"""Revision list: every publication of the dataset, with its time, author, note, counts and digests."""

import functools
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, Field
from sqlalchemy import Integer, bindparam, select
from typing_extensions import override

from app.errors import UnknownRevision
from app.model.fields import Language
from app.reading.keyset_rows import KeysetQuery, KeysetRows
from app.reading.list_request import ListRequest
from app.reading.list_view import ListView
from app.reading.rows import Rows
from app.resources.base import ListSpec, Order
from app.resources.params import PageParams, columns_among, format_among, sort_by
from app.store.checksums import checked_row
from app.store.snapshot import Snapshot
from app.store.statements import Statement
from app.store.tables import REVISIONS, Revision

Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class PublishedRevision(BaseModel):
    """A dataset revision: one publication."""

    number: int = Field(description="Number of the revision: 1, 2, 3, …", examples=[1])
    published_at: str = Field(
        description="When it was published: UTC, in whole seconds, later than the previous revision.",
        examples=["2026-11-23T12:00:00Z"],
        json_schema_extra={"format": "date-time"},
    )
    author: str = Field(description="Who published it.")
    note: str = Field(description="Note of the author on what it is about, in the language of the response.")
    added: int = Field(ge=0, description="How many records it added.")
    changed: int = Field(ge=0, description="How many records it changed.")
    withdrawn: int = Field(ge=0, description="How many records it withdrew.")
    records: int = Field(ge=0, description="How many records all collections had after it.")
    digest: Digest = Field(description="SHA-256 of its canonical form, in lower-case hexadecimal.")
    previous_digest: Digest | None = Field(description="Digest of the previous revision, null for the first.")
    url: str = Field(description="Path of this revision.", examples=["/v1/revisions/1"])


ORDERS: dict[str, Order] = {"number": Order(("number",))}


class RevisionListParams(PageParams):
    sort: str = sort_by(ORDERS, "-number")
    format: str | None = format_among("json", "csv", "jsonl", "xlsx")
    fields: list[str] = columns_among(PublishedRevision)


_COLUMNS = REVISIONS.c.keys()[:-1]  # without the checksum
_NUMBER = bindparam("number", type_=Integer)
_ONE = Statement(select(REVISIONS).where(REVISIONS.c.number == _NUMBER))


@functools.cache
def _query(*, descending: bool) -> KeysetQuery:
    until = select(REVISIONS).where(REVISIONS.c.number <= _NUMBER)
    return KeysetQuery(until, [REVISIONS.c.number], descending)


class RevisionRows(KeysetRows):
    """Revisions up to the snapshot's."""

    @property
    @override
    def total(self) -> int:
        return self.snapshot.revision.number  # revisions are numbered from 1 without gaps


class RevisionList(ListView):
    """Revisions as a list view."""

    @override
    def rows(self, snapshot: Snapshot, request: ListRequest) -> RevisionRows:
        """Revisions up to the snapshot's. Raises InvalidParameter (422) for a cursor that names none."""
        query = _query(descending=request.keyset.descending)
        rows = RevisionRows(snapshot, request, query, [{"number": snapshot.revision.number}])
        rows.require_row()
        return rows

    @override
    def render(self, snapshot: Snapshot, rows: Rows, request: ListRequest) -> Iterable[str]:
        """Bodies of revisions, with the note in one language and the path of the revision."""
        return (_published(_named(row), request.lang).model_dump_json() for row in rows)


REVISION_LIST = RevisionList(
    ListSpec(
        name="revisions",
        about="Every publication, newest first: when (UTC), by whom, why, how much it changed, and its digest.",
        model=PublishedRevision,
        table_model=Revision,
        params=RevisionListParams,
        orders=ORDERS,
        key=("number",),
    )
)


def read_revision(snapshot: Snapshot, number: int, lang: Language) -> PublishedRevision:
    """One revision in one language. Raises UnknownRevision (404) if it does not exist at the snapshot's revision."""
    return _published(_row(snapshot, number), lang)


def read_revision_row(snapshot: Snapshot, number: int) -> Revision:
    """Stored row of one revision, in both languages. Raises UnknownRevision (404) like `read_revision`."""
    return Revision(**_row(snapshot, number))


def _row(snapshot: Snapshot, number: int) -> Mapping[str, Any]:
    row = _ONE.first(snapshot.connection, {"number": number})
    if row is None or number > snapshot.revision.number:
        raise UnknownRevision("unknown-revision", number=number, newest=snapshot.revision.number)
    return _named(row)


def _named(row: tuple[Any, ...]) -> Mapping[str, Any]:
    return dict(zip(_COLUMNS, checked_row(row), strict=True))


def _published(row: Mapping[str, Any], lang: Language) -> PublishedRevision:
    own = {"note": row[f"note_{lang}"], "url": f"/v1/revisions/{row['number']}"}
    return PublishedRevision.model_validate({**row, **own})
