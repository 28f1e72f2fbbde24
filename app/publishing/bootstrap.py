"""Bootstrap: bringing a database up to this release, so that it can be served."""

from collections.abc import Mapping

from sqlalchemy import Connection

from app.paths import packaged
from app.publishing import rebuild
from app.publishing.replay import replay
from app.resources.base import Resource
from app.store import migrate, readiness
from app.store.engines.base import Database


def bootstrap(db: Database, resources: Mapping[str, Resource]) -> list[int]:
    """Migrate a database and render it as this release does, then replay what it lacks of the packaged revisions.

    Gives the numbers written. Raises DBAPIError for a database that cannot be written, Mismatch for one with a
    record that this release cannot read: then nothing has changed. Raises PublicationError for a damaged package.
    """

    def render(connection: Connection) -> None:
        if not readiness.is_current(connection):
            rebuild.render(connection, resources)

    migrate.upgrade(db, then=render)
    return replay(db, resources, packaged("seed") / "revisions")
