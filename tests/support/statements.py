"""The SQL statements that readers send, in any thread of this process."""

import contextlib
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

from app.store.engines.statement_timeout import TimedCursor
from tests.support.engines import IS_POSTGRESQL


class Sent(str):
    """A statement, and the values bound to it."""

    __slots__ = ("values",)
    values: Any


@contextlib.contextmanager
def heard() -> Iterator[list[Sent]]:
    """The statements that are sent until the context ends, as they come; BEGIN and PRAGMA are none."""
    sent: list[Sent] = []
    cursor_class = _cursor_class()
    execute = cursor_class.execute

    def hear(cursor: Any, sql: str, parameters: Any = (), **options: Any) -> Any:
        if not sql.startswith(("BEGIN", "PRAGMA", "SET LOCAL", ";")):
            statement = Sent(sql)
            statement.values = parameters
            sent.append(statement)
        return execute(cursor, sql, parameters, **options)

    with patch.object(cursor_class, "execute", hear):
        yield sent


def _cursor_class() -> Any:
    """Class of the cursors of readers."""
    if IS_POSTGRESQL:
        from app.store.engines.postgresql_cursors import TimedCursor as PostgresqlCursor

        return PostgresqlCursor
    return TimedCursor
