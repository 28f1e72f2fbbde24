"""State token of a PostgreSQL database: a thread listens for publications, and looks for them four times a second."""

import contextlib
import logging
import threading
import time
from collections import deque
from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import psycopg
from psycopg import Connection
from sqlalchemy import URL
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from app.store.engines.base import RevisionToken, reason_of

_LOOK = 0.25  # seconds between two looks: a replica sends no notifications
_RENEWAL = 60  # seconds until the next connection: of several hosts, the first that is there again is taken
_RETRY = 0.5  # seconds until the next try to connect
_STATE_SQL = (
    "SELECT (SELECT max(number) FROM revisions), (SELECT digest FROM revisions ORDER BY number DESC LIMIT 1), "
    "(SELECT string_agg(release, ',' ORDER BY release) FROM derived_data)"
)
_DIGEST_SQL = "SELECT digest FROM revisions WHERE number = %s"

_log = logging.getLogger("dossier")


class StateListener:
    """State token of a database: its newest revision with the digest, and the release of its derived data.

    A revision never changes, so nothing else changes answers. The thread begins with the first question. That of a
    primary also looks whether its `replica` is one.
    """

    _is_lost = _contradicts_replica = False

    def __init__(
        self, url: URL, channel: str, arguments: Mapping[str, Any], *, replica: "StateListener | None" = None
    ) -> None:
        self._replica = replica
        _, keywords = PGDialect_psycopg().create_connect_args(url)  # type: ignore[no-untyped-call]
        self._keywords = {name: value for name, value in keywords.items() if name != "context"} | {**arguments}
        self._listen = f"LISTEN {channel}"
        self._token: Hashable = None
        self._closing: threading.Event | None = None

    def state(self) -> Hashable:
        """State token; None if the database cannot be read, or has not been read yet."""
        if self._closing is None:
            self._closing = threading.Event()
            threading.Thread(target=self._run, args=(self._closing,), name="dossier-listener", daemon=True).start()
        return self._token

    def is_lost(self) -> bool:
        """Whether the last try to read the database failed."""
        self.state()
        return self._is_lost

    def contradicts_replica(self) -> bool:
        """Whether at the last look the primary had another revision, or none, for the newest one of the replica."""
        self.state()
        return self._contradicts_replica

    def close(self) -> None:
        """Listener: ends the thread at its next look. The next question begins another."""
        if self._closing is not None:
            self._closing.set()
            self._closing, self._token = None, None

    def _run(self, closing: threading.Event) -> None:
        while not closing.is_set():
            try:
                with psycopg.connect(**self._keywords, autocommit=True) as connection:
                    for token in self._tokens(connection, closing):
                        self._set(token, closing)
            except Exception as error:  # noqa: BLE001 - whatever it is, stored answers must not outlive their revision
                was_lost = self._is_lost
                self._set(None, closing)
                if not was_lost:
                    _log.warning("the database cannot be read now: %s", reason_of(error))
                closing.wait(_RETRY)

    def _set(self, token: Hashable, closing: threading.Event) -> None:
        if not closing.is_set():
            self._token, self._is_lost = token, token is None

    def _tokens(self, connection: Connection[Any], closing: threading.Event) -> Iterator[Hashable]:
        with contextlib.suppress(psycopg.Error):  # a standby refuses to LISTEN
            connection.execute(self._listen)
        until = time.monotonic() + _RENEWAL
        while not closing.is_set() and time.monotonic() < until:
            if self._replica:
                self._contradicts_replica = _contradicts(connection, self._replica.state())
            newest, digest, release = connection.execute(_STATE_SQL).fetchone() or (None, None, None)
            yield RevisionToken(newest, digest, release)
            deque(connection.notifies(timeout=_LOOK, stop_after=1), maxlen=0)


def _contradicts(primary: Connection[Any], of_replica: Hashable) -> bool:
    """Whether a primary has another revision, or none, under the number of the replica's newest one."""
    if not isinstance(of_replica, RevisionToken) or of_replica.newest is None:
        return False
    return primary.execute(_DIGEST_SQL, (of_replica.newest,)).fetchone() != (of_replica.digest,)
