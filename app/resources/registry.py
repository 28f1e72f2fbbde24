"""All collections, in the order in which the service presents them."""

from collections.abc import Iterable

from sqlalchemy import Connection, select, tuple_

from app.model.fields import Language
from app.reading.list_view import Key
from app.resources.actors import ACTORS
from app.resources.background import BACKGROUND
from app.resources.base import Resource
from app.resources.channels import CHANNELS
from app.resources.events import EVENTS
from app.resources.funding import FUNDING
from app.resources.initiatives import INITIATIVES
from app.resources.instruments import INSTRUMENTS
from app.resources.measures import MEASURES
from app.resources.positions import POSITIONS
from app.resources.sources import SOURCES
from app.resources.topics import TOPICS

COLLECTIONS: dict[str, Resource] = {
    resource.name: resource
    for resource in (
        EVENTS,
        TOPICS,
        POSITIONS,
        MEASURES,
        INSTRUMENTS,
        FUNDING,
        INITIATIVES,
        CHANNELS,
        BACKGROUND,
        ACTORS,
        SOURCES,
    )
}


def bodies(connection: Connection, versions: Iterable[Key], lang: Language) -> dict[Key, str]:
    """The public JSON of versions of any collection; one statement a collection, however many versions."""
    wanted: dict[str, list[tuple[str, int]]] = {}
    for collection, id, revision in versions:
        wanted.setdefault(collection, []).append((id, revision))
    found = {}
    for name, keys in wanted.items():
        table = COLLECTIONS[name].table
        rows = select(table.c.id, table.c.published_in, table.c[f"body_{lang}"])
        these = tuple_(table.c.id, table.c.published_in).in_(keys)
        found.update({(name, id, revision): body for id, revision, body in connection.execute(rows.where(these))})
    return found
