"""`include=`: the records that those of an answer name, beside them, at the revision of the answer."""

from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Connection, select, tuple_

from app.model.fields import Language, Pointer, Refers
from app.model.json_text import as_object
from app.reading.list_view import Key, Listing, valid
from app.serving.responses import Moment
from app.store.tables import MENTIONS


def includable(shape: type[BaseModel], collections: Sequence[str]) -> list[str]:
    """Collections whose records a shape can name, in the order of `collections`."""
    named = set(_named(shape, collections))
    return [name for name in collections if name in named]


def _named(shape: type[BaseModel], collections: Sequence[str]) -> Iterator[str]:
    for info in shape.model_fields.values():
        yield from (mark.collection for mark in info.metadata if isinstance(mark, Refers))
        for kind in _models(info.annotation):
            yield from collections if kind is Pointer else _named(kind, collections)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models that a type is made of, as `list[Role]` is of Role."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in getattr(annotation, "__args__", ()):
        yield from _models(part)


def included(
    connection: Connection, targets: Sequence[Listing], keys: Sequence[Key], at: Moment, lang: Language
) -> str:
    """The member `included` as JSON: by collection and id, what these versions (collection, id, revision) name.

    One statement a collection, however many versions there are.
    """
    return as_object({one.name: _records(connection, one, keys, at, lang) for one in targets})


def _records(connection: Connection, target: Listing, keys: Sequence[Key], at: Moment, lang: Language) -> str:
    table = target.table
    named = select(MENTIONS.c.target_id).where(
        # The first two say no more than the third, but SQLite finds by them at once what it would else search all for.
        MENTIONS.c.collection.in_({collection for collection, _, _ in keys}),
        MENTIONS.c.id.in_({id for _, id, _ in keys}),
        tuple_(MENTIONS.c.collection, MENTIONS.c.id, MENTIONS.c.published_in).in_(keys),
        # An expression, which no index knows: else SQLite reads all that names the collection, 200 ms instead of 2.
        MENTIONS.c.target_collection + "" == target.name,
    )
    bodies = select(table.c.id, table.c[f"body_{lang}"]).where(valid(table, at), table.c.id.in_(named))
    rows = connection.execute(bodies.order_by(table.c.id)).all() if keys else ()
    return as_object(dict(rows))
