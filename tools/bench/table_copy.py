"""Table copy from SQLite to PostgreSQL: rows as they are. `dossier copy` derives them again, which takes much longer.

Both engines have the same tables but for the inverted index, which is made from its texts. `dossier verify` finds
nothing wrong with what comes of it: tests/bench/test_engines.py.
"""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
from sqlmodel import SQLModel

from app.settings import Settings
from app.store import migrate
from app.store.database import open_database
from app.store.engines.sqlite import driver  # type: ignore[attr-defined]  # whichever of two was imported there
from app.store.search.base import COLUMNS, CONTENT, IndexRow
from app.store.search.engines import index_of

_BATCH = 1_000
_INDEXES = """
SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
AND indexname NOT IN (SELECT conname FROM pg_constraint)
"""


def copy_tables(file: Path, url: str) -> None:
    """Copy the tables of a SQLite database into an empty PostgreSQL database, as its superuser."""
    with closing(open_database(Settings(database_url=url))) as target:
        migrate.upgrade(target)
    source = driver.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)
    address = url.replace("+psycopg", "", 1)
    with closing(source), psycopg.connect(address) as connection:
        connection.execute("SET session_replication_role = replica")  # foreign keys are not looked up for each row
        indexes = connection.execute(_INDEXES).fetchall()
        for name, _ in indexes:
            connection.execute(f'DROP INDEX "{name}"'.encode())
        for table in SQLModel.metadata.sorted_tables:
            _copy_rows(source, connection, table.name, [column.name for column in table.c])
        connection.commit()
        _index_texts(source, url)
        for _, definition in indexes:
            connection.execute(definition.encode())


def _copy_rows(source: Any, target: psycopg.Connection[Any], table: str, columns: list[str]) -> None:
    names = ", ".join(f'"{name}"' for name in columns)
    with target.cursor().copy(f"COPY {table} ({names}) FROM STDIN".encode()) as copy:
        for row in source.execute(f"SELECT {names} FROM {table}"):
            copy.write_row(row)


def _index_texts(source: Any, url: str) -> None:
    names = ", ".join(column.name for column in CONTENT.c)
    rows = source.execute(f"SELECT {names} FROM {CONTENT.name}")
    with closing(open_database(Settings(database_url=url))) as target, target.writing() as connection:
        for batch in _batches(rows):
            index_of(connection).insert(
                connection, [IndexRow(row[0], dict(zip(COLUMNS, row[1:], strict=True))) for row in batch]
            )


def _batches(rows: Any) -> Iterator[list[Any]]:
    while batch := rows.fetchmany(_BATCH):
        yield batch
