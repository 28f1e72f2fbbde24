"""The SQL statements that readers send, in any thread of this process."""

import contextlib
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

from app.store.engines.statement_timeout import TimedCursor


class Sent(str):
    """A statement, and the values bound to it."""

    __slots__ = ("values",)
    values: Any


@contextlib.contextmanager
def heard() -> Iterator[list[Sent]]:
    """The statements that are sent until the context ends, as they come; BEGIN and PRAGMA are none."""
    sent: list[Sent] = []
    execute = TimedCursor.execute

    def hear(cursor: Any, sql: str, parameters: Any = ()) -> Any:
        if not sql.startswith(("BEGIN", "PRAGMA")):
            statement = Sent(sql)
            statement.values = parameters
            sent.append(statement)
        return execute(cursor, sql, parameters)

    with patch.object(TimedCursor, "execute", hear):
        yield sent
