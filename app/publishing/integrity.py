"""Referential integrity: a current record may only name current records."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, select

from app.publishing.current import current_ids
from app.publishing.faults import PublicationError, RecordFault
from app.resources.base import Resource
from app.store.statements import Statement
from app.store.tables import CHANGES, LINKS

_COLUMNS = (LINKS.c.collection, LINKS.c.id, LINKS.c.field, LINKS.c.target_collection, LINKS.c.target_id)


def _links(*columns: Any, on: Any) -> Select[Any]:
    """Links of the records that a revision changed, or to them."""
    return select(*columns).select_from(CHANGES.join(LINKS, on)).where(CHANGES.c.revision == bindparam("number"))


_OWN = and_(
    LINKS.c.collection == CHANGES.c.collection, LINKS.c.id == CHANGES.c.id, LINKS.c.published_in == CHANGES.c.revision
)
_TO = and_(LINKS.c.target_collection == CHANGES.c.collection, LINKS.c.target_id == CHANGES.c.id)
_WRITTEN = Statement(_links(*_COLUMNS, on=_OWN))
_TARGETS = Statement(
    _links(LINKS.c.target_collection, LINKS.c.target_id, on=_OWN)
    .distinct()
    .order_by(LINKS.c.target_collection, LINKS.c.target_id)
)
_TO_WITHDRAWN = Statement(
    _links(*_COLUMNS, on=_TO).where(
        CHANGES.c.action == "withdrawn", LINKS.c.superseded_in.is_(None), LINKS.c.published_in < CHANGES.c.revision
    )
)


def check_references(connection: Connection, resources: Mapping[str, Resource], number: int) -> None:
    """Referential integrity check: raises PublicationError if a revision leaves a link to what is not current.

    Only links that the revision wrote and links to what it withdrew can be such: no others are read, all by an index.
    """
    bound = {"number": number}
    dangling = _TO_WITHDRAWN.rows(connection, bound)
    missing = {*_missing(connection, resources, _TARGETS.rows(connection, bound))}
    if missing:
        dangling += [row for row in _WRITTEN.rows(connection, bound) if (row[3], row[4]) in missing]
    if dangling:
        raise PublicationError(*map(_fault, dangling))


def _missing(
    connection: Connection, resources: Mapping[str, Resource], targets: Iterable[tuple[str, str]]
) -> Iterator[tuple[str, str]]:
    """Those of these pairs of collection and id, in their order, that are no current record."""
    for collection, group in groupby(targets, itemgetter(0)):
        ids = [id for _, id in group]
        current = current_ids(connection, resources[collection].table, ids) if collection in resources else set()
        yield from ((collection, id) for id in ids if id not in current)


def _fault(link: Any) -> RecordFault:
    collection, id, field, target_collection, target_id = link
    values = {"id": target_id, "collection": target_collection}
    return RecordFault("dangling-reference", values, collection=collection, id=id, field=field)
