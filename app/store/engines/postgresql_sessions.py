"""Sessions of PostgreSQL's connections: read-only, with time limits, and without a transaction between two answers."""

import contextlib
from collections.abc import Iterator
from typing import Any

import psycopg
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from app.errors import Unavailable
from app.store.engines.postgresql_cursors import TimedServerCursor

TIMEOUT, IDLE = "statement_timeout", "idle_in_transaction_session_timeout"  # of a session, in milliseconds


def prepare_reader(connection: Any, _record: Any) -> None:
    """Make a new connection of a pool a read-only one, whose rows can be fetched in batches."""
    connection.read_only = True
    connection.server_cursor_factory = TimedServerCursor


@contextlib.contextmanager
def limited(connection: Connection, timeout: int) -> Iterator[None]:
    """Another statement timeout while a connection is in use, and no limit for an idle transaction. 0 is no limit.

    It is set for the session: to set it for a transaction would begin one at each pause, which then waits for the
    client of an export.
    """
    for setting in (f"{TIMEOUT} = {timeout}", f"{IDLE} = 0"):
        connection.exec_driver_sql(f"SET SESSION {setting}")
    connection.commit()
    try:
        yield
    finally:
        if not (connection.closed or connection.invalidated):
            try:
                _reset(connection)
            except (DBAPIError, Unavailable) as error:
                connection.invalidate(error)  # it is lost, or has the other limits still: the pool opens another


def roll_back(connection: Connection) -> None:
    """End of a transaction, also of one that a `Statement` began, which SQLAlchemy does not see. Raises DBAPIError."""
    connection.rollback()
    driver_connection = connection.connection.driver_connection
    assert driver_connection is not None
    try:
        driver_connection.rollback()
    except psycopg.Error as error:
        raise DBAPIError.instance("ROLLBACK", None, error, psycopg.Error, dialect=connection.dialect) from error


def _reset(connection: Connection) -> None:
    roll_back(connection)
    for name in (TIMEOUT, IDLE):
        connection.exec_driver_sql(f"RESET {name}")
    connection.commit()
