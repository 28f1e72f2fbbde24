"""Checksums of rows that a test has written by hand, with SQL: computed again, so that only what is tested is wrong."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, Table, bindparam, select, update

from app.resources.registry import COLLECTIONS
from app.store.checksums import checksums, row_checksum
from app.store.search.base import COLUMNS
from app.store.tables import CHANGES, REVISIONS, SEARCH_TEXTS, VERSION_INDEX

BODIES = ("body_en", "body_fr")


def renew_checksums(connection: Connection) -> None:
    """Checksums of all versions, texts, revisions and changes, computed from what is stored."""
    for table in (resource.table for resource in COLLECTIONS.values()):
        _renew(connection, table, lambda row: _of_texts(row, "record", *BODIES))
    _renew(connection, VERSION_INDEX, lambda row: _of_texts(row, *BODIES))
    for table in (REVISIONS, CHANGES):
        _renew(connection, table, lambda row: {"row_check": row_checksum([*row.values()][:-1])})
    _renew(connection, SEARCH_TEXTS, _of_passages)


def _of_texts(row: Mapping[str, Any], *names: str) -> Mapping[str, str]:
    return checksums(row["number"], {name: row[name] for name in names})


def _of_passages(row: Mapping[str, Any]) -> Mapping[str, str]:
    return checksums(row["number"], {"texts": "\0".join(row[name] for name in COLUMNS)})


def _renew(connection: Connection, table: Table, renewed: Callable[[Mapping[str, Any]], Mapping[str, str]]) -> None:
    keys = {f"key_{column.name}": column for column in table.primary_key}
    rows = [
        {**renewed(row), **{name: row[column.name] for name, column in keys.items()}}
        for row in map(dict, connection.execute(select(table)).mappings())
    ]
    if rows:
        matches = (column == bindparam(name) for name, column in keys.items())
        connection.execute(update(table).where(*matches), rows)
