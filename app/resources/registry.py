"""Registry of collections, in the order in which the service presents them."""

from app.resources.actors import ACTORS
from app.resources.background import BACKGROUND
from app.resources.base import Resource
from app.resources.channels import CHANNELS
from app.resources.designations import DESIGNATIONS
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
        DESIGNATIONS,
        SOURCES,
    )
}
