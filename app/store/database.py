"""Database of the settings: the one place that chooses an engine."""

from sqlalchemy import make_url

from app.errors import Fault
from app.settings import Settings, SettingsError
from app.store.engines.base import Database
from app.store.engines.sqlite import SqliteDatabase


def open_database(settings: Settings) -> Database:
    """The database that DOSSIER_DATABASE_URL names. Nothing is opened yet. Raises SettingsError for another engine."""
    if make_url(settings.database_url).get_backend_name() == "postgresql":
        # Imported only here: with the driver it makes the start 0.1 seconds longer.
        from app.store.engines.postgresql import PostgresqlDatabase

        return PostgresqlDatabase(settings)
    if settings.read_database_url:
        raise SettingsError(Fault("DOSSIER_READ_DATABASE_URL", "replica-of-sqlite"))
    return SqliteDatabase(settings)
