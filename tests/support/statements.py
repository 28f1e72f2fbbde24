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
    with contextlib.ExitStack() as stack:
        for cursor_class in _cursor_classes():
            stack.enter_context(patch.object(cursor_class, "execute", _hearing(cursor_class.execute, sent)))
        yield sent


def _hearing(execute: Any, sent: list[Sent]) -> Any:
    def hear(cursor: Any, sql: str, parameters: Any = (), **options: Any) -> Any:
        if not sql.startswith(("BEGIN", "PRAGMA", "SET LOCAL", ";")):
            statement = Sent(sql)
            statement.values = parameters
            sent.append(statement)
        return execute(cursor, sql, parameters, **options)

    return hear


def _cursor_classes() -> tuple[Any, ...]:
    """Classes of the cursors of readers."""
    if IS_POSTGRESQL:
        from app.store.engines import postgresql_cursors as ours

        return ours.TimedCursor, ours.TimedServerCursor
    return (TimedCursor,)
