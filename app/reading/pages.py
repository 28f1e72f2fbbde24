"""The kernel of reading: a list, one record. It never names a resource."""

import json
from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, Field
from pydantic.json_schema import SkipJsonSchema
from sqlalchemy import Connection, Row, func, select
from starlette.requests import Request
from starlette.responses import Response

from app.api import exports as export
from app.api import feeds as feed
from app.errors import UnknownRecord, WithdrawnRecord
from app.formats import csl
from app.model.fields import Language
from app.model.json_text import as_object, compact
from app.reading.facets import FacetValue, counted
from app.reading.include import included
from app.reading.list_request import Inquiry, database, kept, refuse_unfitting
from app.reading.list_view import Listing, Wanted, key_of, valid
from app.resources.base import Resource
from app.resources.params import PageQuery
from app.resources.registry import COLLECTIONS
from app.serving.responses import Asked, Dataset, Moment, moment, offered
from app.store.tables import CHANGES, MENTIONS


class PageInfo(BaseModel):
    """Where a page stands in its list."""

    limit: int = Field(description="Most rows that this page can have.", examples=[50])
    total: int = Field(description="Rows that match, on all pages together; exact.", examples=[123])
    next: str | None = Field(description="`cursor` of the next page, null on the last.")


T = TypeVar("T")
_ITEM_FORMATS = ("json", "csl")


class Page(BaseModel, Generic[T]):
    """A page of a list."""

    data: list[T] = Field(description="The rows of this page, in the order asked for.")
    page: PageInfo = Field(description="Where the page stands in its list.")
    dataset: Dataset = Field(description="What the answer speaks for.")


class FacetedPage(Page[T], Generic[T]):
    """A page of a list whose rows can be counted by their values."""

    facets: dict[str, list[FacetValue]] | SkipJsonSchema[None] = Field(
        None, description="By facet, its values in all rows that match, most frequent first; only where asked for."
    )


class Item(BaseModel, Generic[T]):
    """One record, and how many records of each collection name it."""

    data: T = Field(description="The record.")
    references: dict[str, int] = Field(
        description="How many records name this one, by collection; empty where none does.",
        examples=[{"timeline-events": 3}],
    )
    dataset: Dataset = Field(description="What the answer speaks for.")


def list_page(request: Request, listing: Listing, query: PageQuery) -> Response:
    """Answer a list in the format asked for: a page of it, or all of it in a stream.

    Raises InvalidParameter (422), UnknownRevision (404), NotAcceptable (406).
    """
    inquiry = Inquiry(request, listing, query)
    with inquiry.connect() as connection:
        at = inquiry.walk.moment(connection, query)
        wanted = inquiry.wanted(connection, at)
        if inquiry.asked.format in export.STREAMED:
            return export.whole(inquiry, at)
        return _page(connection, inquiry, at, wanted)


def _page(connection: Connection, inquiry: Inquiry, at: Moment, wanted: Wanted) -> Response:
    listing, asked = inquiry.listing, inquiry.asked
    rows, following = listing.page(connection, inquiry, wanted, at)
    links = asked.page_links(following)

    def body() -> str | bytes:
        texts = listing.texts(connection, rows, inquiry)
        if asked.format == "atom":
            return feed.page(inquiry, texts, at, links)
        total = _total(connection, inquiry, wanted, at)
        members = {
            "data": f"[{','.join(texts)}]",
            "page": PageInfo(limit=inquiry.query.limit, total=total, next=following).model_dump_json(),
            **listing.beside(connection, inquiry, wanted, at),
            **_asked_for(connection, inquiry, rows, wanted, at),
            "dataset": at.json(),
        }
        return as_object(members)

    return asked.reply(at, body, links)


def _total(connection: Connection, inquiry: Inquiry, wanted: Wanted, at: Moment) -> int:
    # Counting is the dearest part of most lists
    question = ("total", inquiry.listing.name, inquiry.key)
    return kept(inquiry.request, at, question, lambda: inquiry.listing.total(connection, inquiry, wanted, at))


def _asked_for(
    connection: Connection, inquiry: Inquiry, rows: Sequence[Row[Any]], wanted: Wanted, at: Moment
) -> dict[str, str]:
    """The members of a page that only some requests ask for, as JSON."""
    members: dict[str, str] = {}
    if inquiry.chosen("facets"):
        members["facets"] = as_object(counted(connection, inquiry, wanted, at))
    if names := inquiry.chosen("include"):
        keys = [key_of(row) for row in rows]
        members["included"] = included(connection, [COLLECTIONS[name] for name in names], keys, at, inquiry.asked.lang)
    return members


def get_record(request: Request, resource: Resource, id: str, query: Any) -> Response:
    """Answer one record, as JSON or to be cited. Raises UnknownRecord (404), WithdrawnRecord (410)."""
    asked = Asked(request, query, offered(_ITEM_FORMATS))
    refuse_unfitting(query, asked.format, _ITEM_FORMATS)
    with database(request).reading() as connection:
        at = moment(connection, query)
        table = resource.table
        found = resource.select(asked.lang).where(table.c.id == id, valid(table, at))
        row = connection.execute(found).first()
        if row is None:
            raise _absent(connection, resource, id, at, asked.lang)

        def body() -> str:
            if asked.format == "csl":
                return _cited(asked, resource, row[0])
            members = {"data": row[0], "references": _references(connection, resource.name, id, at)}
            if query.include:
                targets = [COLLECTIONS[name] for name in dict.fromkeys(query.include)]
                members["included"] = included(connection, targets, [key_of(row)], at, asked.lang)
            return as_object({**members, "dataset": at.json()})

        return asked.reply(at, body)


def _cited(asked: Asked, resource: Resource, text: str) -> str:
    record = json.loads(text)
    path = f"{record['url']}?revision={record['revision']}&lang={asked.lang}"
    address = asked.absolute(path) or path
    cited = csl.citation(record, collection=resource.name, lang=asked.lang, address=address)
    return compact(cited)


def _references(connection: Connection, collection: str, id: str, at: Moment) -> str:
    records = select(MENTIONS.c.collection, func.count(MENTIONS.c.id.distinct())).where(
        MENTIONS.c.target_collection == collection, MENTIONS.c.target_id == id, valid(MENTIONS, at)
    )
    rows = connection.execute(records.group_by(MENTIONS.c.collection).order_by(MENTIONS.c.collection))
    return as_object({name: str(count) for name, count in rows})


def unknown(resource: Resource, id: str, at: Moment) -> UnknownRecord:
    """The 404 of a record that a collection did not hold up to a revision."""
    return UnknownRecord(f"There is no {id} among the {resource.name} at revision {at.revision}.")


def _absent(connection: Connection, resource: Resource, id: str, at: Moment, lang: Language) -> Exception:
    latest = (
        select(CHANGES.c.revision, CHANGES.c.action, CHANGES.c[f"reason_{lang}"].label("reason"))
        .where(CHANGES.c.collection == resource.name, CHANGES.c.id == id, CHANGES.c.revision <= at.revision)
        .order_by(CHANGES.c.revision.desc())
    )
    row = connection.execute(latest.limit(1)).first()
    if row is None:
        return unknown(resource, id, at)
    last_version = f"{resource.address(id)}?revision={row.revision - 1}"
    error = WithdrawnRecord(f"Withdrawn in revision {row.revision}: see reason.", row.reason, last_version)
    if lang != "en":
        error.headers["Content-Language"] = f"en, {lang}"  # the problem's words, and those of the reason
    return error
