"""Database of the settings: the one place that chooses an engine."""

from app.settings import Settings
from app.store.engines.base import Database
from app.store.engines.sqlite import SqliteDatabase


def open_database(settings: Settings) -> Database:
    """The database that DOSSIER_DATABASE_URL names. Nothing is opened yet. Raises SettingsError for another engine."""
    return SqliteDatabase(settings)
