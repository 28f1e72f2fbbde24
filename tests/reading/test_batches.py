"""Batches of all rows: the same rows whatever their size, and between two of them nothing is kept open."""

import contextlib
import json
from collections.abc import Iterator
from typing import Any

import pytest

from app.publishing.publish import publish
from app.publishing.submission import Submission
from app.resources.base import tables_of
from app.resources.registry import COLLECTIONS
from app.store.revision_log import canonical_lines
from app.store.snapshot import require_unchanged
from app.store.tables import REVISIONS, Revision
from tests.support import lived
from tests.support.engines import on_sqlite
from tests.support.reading import Reader, reader_of
from tests.support.world import record, text

QUESTIONS = [
    "timeline-events",
    "timeline-events?sort=-title&lang=fr",
    "actors?sort=-id",
    "timeline?sort=-date",
    "timeline?fold=true",
    "search?q=summary",
    "changes",
    "changes?since=1&collection=actors&collection=background-facts&collection=timeline-events",
    "revisions?sort=number",
    "revisions",
    "timeline-events/tie/history",
]


@pytest.fixture
def changed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """A reader of the tiny world with four revisions, in which a test may publish."""
    with reader_of(tmp_path_factory.mktemp("changed"), lived.changes) as reader:
        yield reader


def is_log_free(reader: Reader) -> bool:
    """Whether no reader keeps the write-ahead log from being emptied."""
    with contextlib.closing(reader.db.writers.raw_connection()) as connection:
        busy: int = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    return not busy


def publish_in_the_middle(reader: Reader) -> None:
    changed = [record(id, "A title of the middle", kind="summit", date="1950") for id in ("tie", "truce", "new")]
    part = Submission("events.toml", "timeline-events", changed, complete=False)
    assert publish(reader.db, COLLECTIONS, [part], "The test", text("In the middle")) is not None


@on_sqlite
@pytest.mark.parametrize("question", QUESTIONS)
def test_rows_are_those_of_the_revision_though_the_snapshot_is_let_go_after_each_batch(
    changed: Reader, monkeypatch: pytest.MonkeyPatch, question: str
) -> None:
    expected = changed.everything(question)
    monkeypatch.setattr("app.reading.keyset_rows.BATCH", 2)
    monkeypatch.setattr("app.reading.version_order.BATCH", 2)
    monkeypatch.setattr("app.reading.version_order._STEP", 0)  # so that few rows are walked to like many
    rows: list[Any] = []
    with changed.opened(question) as page:
        for lines in page.all_lines():
            changed.db.pause(page.snapshot.connection)
            if not rows:
                publish_in_the_middle(changed)
            assert is_log_free(changed)
            require_unchanged(page.snapshot)
            rows += map(json.loads, lines.splitlines())
    assert rows == expected != []


@on_sqlite
def test_a_revision_is_read_in_batches_too(changed: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    with changed.db.reading() as connection:
        row = Revision(**connection.execute(REVISIONS.select().where(REVISIONS.c.number == 1)).mappings().one())
        whole = list(canonical_lines(connection, tables_of(COLLECTIONS), row))
        monkeypatch.setattr("app.store.revision_log._BATCH", 2)
        lines = []
        for line in canonical_lines(connection, tables_of(COLLECTIONS), row):
            changed.db.pause(connection)
            assert is_log_free(changed)
            lines.append(line)
    assert lines == whole
