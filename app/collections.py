"""All collections, in the order in which the service presents them."""

from collections.abc import Iterable

from sqlalchemy import Connection, select, tuple_

from app.actors import ACTORS
from app.background import BACKGROUND
from app.channels import CHANNELS
from app.events import EVENTS
from app.fields import Language
from app.funding import FUNDING
from app.initiatives import INITIATIVES
from app.instruments import INSTRUMENTS
from app.listing import Key
from app.measures import MEASURES
from app.positions import POSITIONS
from app.resource import Resource
from app.sources import SOURCES
from app.topics import TOPICS

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
