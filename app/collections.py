"""All collections, in the order in which the service presents them."""

from app.actors import ACTORS
from app.background import BACKGROUND
from app.channels import CHANNELS
from app.events import EVENTS
from app.funding import FUNDING
from app.initiatives import INITIATIVES
from app.instruments import INSTRUMENTS
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
