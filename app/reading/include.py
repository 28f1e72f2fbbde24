"""Included records: what the records of an answer name, at the revision of the answer."""

from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel
from sqlalchemy import select, tuple_

from app.model.fields import Language, Pointer, References
from app.reading.list_view import VersionKey
from app.resources.registry import COLLECTIONS
from app.store.snapshot import Snapshot
from app.store.tables import LINKS

Included = dict[str, dict[str, str]]  # public JSON by collection and id


def includable(model: type[BaseModel], collections: Sequence[str]) -> list[str]:
    """Collections whose records a model can name, in the order of `collections`."""
    named = set(_named(model, collections))
    return [name for name in collections if name in named]


def _named(model: type[BaseModel], collections: Sequence[str]) -> Iterator[str]:
    for info in model.model_fields.values():
        yield from (marker.collection for marker in info.metadata if isinstance(marker, References))
        for kind in _models(info.annotation):
            yield from collections if kind is Pointer else _named(kind, collections)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models that a type is made of, as `list[Role]` is of Role."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in getattr(annotation, "__args__", ()):
        yield from _models(part)


def included_records(
    snapshot: Snapshot, collections: Sequence[str], versions: Sequence[VersionKey], lang: Language
) -> Included:
    """The records of these collections that versions name. One statement a collection, however many versions."""
    return {name: _records(snapshot, name, versions, lang) for name in collections}


def _records(snapshot: Snapshot, collection: str, versions: Sequence[VersionKey], lang: Language) -> dict[str, str]:
    if not versions:
        return {}
    table = COLLECTIONS[collection].table
    named = select(LINKS.c.target_id).where(
        # The first two repeat part of the third, but by them SQLite finds at once what it would else search all for.
        LINKS.c.collection.in_({name for name, _, _ in versions}),
        LINKS.c.id.in_({id for _, id, _ in versions}),
        tuple_(LINKS.c.collection, LINKS.c.id, LINKS.c.published_in).in_(versions),
        # An expression, which no index covers: else SQLite reads all that names the collection, 200 ms instead of 2.
        LINKS.c.target_collection + "" == collection,
    )
    bodies = select(table.c.id, table.c[f"body_{lang}"]).where(snapshot.as_of(table), table.c.id.in_(named))
    return dict(snapshot.connection.execute(bodies.order_by(table.c.id)).all())
