"""Bootstrap: migrations, backfill and replay, so that a database can be served by this release."""

from collections.abc import Mapping

from sqlalchemy import Connection

from app.paths import packaged
from app.publishing import rebuild
from app.publishing.replay import replay
from app.resources.base import Resource
from app.store import migrate, readiness
from app.store.engines.base import Database


def bootstrap(db: Database, resources: Mapping[str, Resource], *, accept_clock: bool = False) -> list[int]:
    """Bootstrap: migrate the schema, compute derived data again if another release did, replay packaged revisions.

    Returns the numbers of the revisions written. Raises DBAPIError if the database cannot be written, Mismatch if it
    has a record that this release cannot read; then nothing has changed. Raises PublicationError for a damaged
    package, and for a clock far from the newest revision where one has to be dated by it, unless `accept_clock`.
    """
    upgrade(db, resources)
    return replay(db, resources, packaged("seed") / "revisions", accept_clock=accept_clock)


def upgrade(db: Database, resources: Mapping[str, Resource]) -> None:
    """Upgrade: the first two steps of a bootstrap, in one transaction. Raises DBAPIError, MigrationError, Mismatch."""

    def render(connection: Connection) -> None:
        if not readiness.is_current(connection):
            rebuild.render(connection, resources)

    migrate.upgrade(db, then=render)
