"""The kernel of reading: one page of a list, one record. It never names a resource."""

import difflib
from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, Field
from sqlalchemy import ColumnElement, Connection, Row, Table, and_, exists, func, or_, select
from starlette.requests import Request
from starlette.responses import Response

from app.answer import Asked, Dataset, Moment, moment
from app.cursor import fingerprint
from app.db import Database
from app.errors import InvalidParameter, UnknownRecord, WithdrawnRecord
from app.fields import Language, references
from app.filters import ItemQuery, ListQuery, Where
from app.ledger import CHANGES, ENTRIES, MENTIONS
from app.resource import Resource
from app.walk import Walk

_NOT_FILTERS = {"limit", "cursor", "sort", *ItemQuery.model_fields}
_KEPT_TOTALS = 4096


class PageInfo(BaseModel):
    """Where a page stands in its list."""

    limit: int = Field(description="Most rows that this page can have.", examples=[50])
    total: int = Field(description="Rows that match, on all pages together; exact.", examples=[123])
    next: str | None = Field(description="`cursor` of the next page, null on the last.")


T = TypeVar("T")


class Page(BaseModel, Generic[T]):
    """A page of a list."""

    data: list[T] = Field(description="The rows of this page, in the order asked for.")
    page: PageInfo = Field(description="Where the page stands in its list.")
    dataset: Dataset = Field(description="What the answer speaks for.")


class Item(BaseModel, Generic[T]):
    """One record, and how many records of each collection name it."""

    data: T = Field(description="The record.")
    references: dict[str, int] = Field(
        description="How many records name this one, by collection; empty where none does.",
        examples=[{"timeline-events": 3}],
    )
    dataset: Dataset = Field(description="What the answer speaks for.")


def list_page(request: Request, resource: Resource, query: ListQuery) -> Response:
    """Answer a list: the rows after the cursor, their exact total, the cursor of the next page.

    Raises InvalidParameter (422), UnknownRevision (404), NotAcceptable (406).
    """
    asked = Asked(request, query)
    table = resource.table
    walk = walk_of(resource, query, asked.lang)
    with database(request).reading() as connection:
        at = walk.moment(connection, query)
        wanted = [valid(table, at), *conditions(connection, table, query)]
        total = _total(request, connection, table, at, walk.filters, wanted)
        bodies = select(table.c[f"body_{asked.lang}"]).where(*wanted)
        rows, following = walk.page(connection, bodies, query.limit, at)
    page = PageInfo(limit=query.limit, total=total, next=following)
    return asked.reply(at, lambda: _page_json(rows, page, at), asked.page_links(following))


def walk_of(resource: Resource, query: ListQuery, lang: Language) -> Walk:
    """The order that a request asks for. Raises InvalidParameter (422) for a cursor of another list or request."""
    filters = query.model_dump(exclude=_NOT_FILTERS, by_alias=True)
    # Only an order by title depends on the language: elsewhere it may change on the way.
    key = fingerprint(filters | ({"lang": lang} if "title" in query.sort else {}))
    order = resource.orders[query.sort.lstrip("-")](resource.table, lang, query.sort.startswith("-"))
    return Walk.begin(resource.name, query.sort, key, order, query.cursor)


def get_record(request: Request, resource: Resource, id: str, query: ItemQuery) -> Response:
    """Answer one record. Raises UnknownRecord (404), WithdrawnRecord (410)."""
    asked = Asked(request, query)
    with database(request).reading() as connection:
        at = moment(connection, query)
        table = resource.table
        found = select(table.c[f"body_{asked.lang}"]).where(table.c.id == id, valid(table, at))
        body = connection.execute(found).scalar()
        if body is None:
            raise _absent(connection, resource, id, at, asked.lang)
        counts = _references(connection, resource.name, id, at)
    pointing = ",".join(f'"{row.collection}":{row.records}' for row in counts)
    return asked.reply(at, lambda: f'{{"data":{body},"references":{{{pointing}}},"dataset":{at.json()}}}')


def database(request: Request) -> Database:
    """The database that this application serves."""
    return request.app.state.database  # type: ignore[no-any-return]  # Starlette's state is untyped


def valid(table: Table, at: Moment) -> ColumnElement[bool]:
    """The condition for versions that stood at a revision. The newest is asked by `IS NULL`: indexes hold that."""
    if at.newest:
        return table.c.superseded_in.is_(None)
    later = or_(table.c.superseded_in.is_(None), table.c.superseded_in > at.revision)
    return and_(table.c.published_in <= at.revision, later)


def conditions(connection: Connection, table: Table, query: ListQuery) -> list[ColumnElement[bool]]:
    """The filters of a request as SQL. Raises InvalidParameter (422) for an id that was never published."""
    found = [
        mark.condition(table, query)
        for name, info in type(query).model_fields.items()
        for mark in info.metadata
        if isinstance(mark, Where) and getattr(query, name) not in (None, [])
    ]
    named: dict[tuple[str, str], list[str]] = {}
    for reference in references(query):
        named.setdefault((reference.field, reference.collection), []).append(reference.id)
    for (parameter, collection), ids in named.items():
        _require_known(connection, parameter, collection, ids)
        found.append(_mentions(table, collection, ids))
    return found


def _require_known(connection: Connection, parameter: str, collection: str, ids: list[str]) -> None:
    entry = select(ENTRIES.c.id).where(ENTRIES.c.collection == collection).distinct()
    known = set(connection.execute(entry.where(ENTRIES.c.id.in_(ids))).scalars())
    for id in ids:
        if id not in known:
            near = difflib.get_close_matches(id, connection.execute(entry).scalars(), n=1)
            hint = f"did you mean {near[0]}?" if near else f"see /v1/{collection}"
            raise InvalidParameter(parameter, f"there is no {id} among the {collection}: {hint}")


def _mentions(table: Table, collection: str, ids: list[str]) -> ColumnElement[bool]:
    return exists().where(
        MENTIONS.c.collection == table.info["collection"],
        MENTIONS.c.id == table.c.id,
        MENTIONS.c.published_in == table.c.published_in,
        MENTIONS.c.target_collection == collection,
        MENTIONS.c.target_id.in_(ids),
    )


def _total(request: Request, connection: Connection, table: Table, at: Moment, key: str, wanted: Sequence[Any]) -> int:
    # Counting is the dearest part of a list, and a revision never changes: kept by its digest, not by its number,
    # since another database under the same name has the same numbers.
    kept: dict[tuple[str, str, str], int] = request.app.state.totals
    name = (at.digest, table.name, key)
    if name not in kept:
        if len(kept) >= _KEPT_TOTALS:
            kept.clear()
        kept[name] = connection.execute(select(func.count()).select_from(table).where(*wanted)).scalar_one()
    return kept[name]


def _page_json(rows: Sequence[Row[Any]], page: PageInfo, at: Moment) -> str:
    bodies = ",".join(row[0] for row in rows)
    return f'{{"data":[{bodies}],"page":{page.model_dump_json()},"dataset":{at.json()}}}'


def _references(connection: Connection, collection: str, id: str, at: Moment) -> Sequence[Row[Any]]:
    records = select(MENTIONS.c.collection, func.count(MENTIONS.c.id.distinct()).label("records")).where(
        MENTIONS.c.target_collection == collection, MENTIONS.c.target_id == id, valid(MENTIONS, at)
    )
    return connection.execute(records.group_by(MENTIONS.c.collection).order_by(MENTIONS.c.collection)).all()


def _absent(connection: Connection, resource: Resource, id: str, at: Moment, lang: Language) -> Exception:
    latest = (
        select(CHANGES.c.revision, CHANGES.c.action, CHANGES.c[f"reason_{lang}"].label("reason"))
        .where(CHANGES.c.collection == resource.name, CHANGES.c.id == id, CHANGES.c.revision <= at.revision)
        .order_by(CHANGES.c.revision.desc())
    )
    row = connection.execute(latest.limit(1)).first()
    if row is None:
        return UnknownRecord(f"There is no {id} among the {resource.name} at revision {at.revision}.")
    last_version = f"{resource.path(id)}?revision={row.revision - 1}"
    error = WithdrawnRecord(f"Withdrawn in revision {row.revision}: see reason.", row.reason, last_version)
    if lang != "en":
        error.headers["Content-Language"] = f"en, {lang}"  # the problem's words, and those of the reason
    return error
