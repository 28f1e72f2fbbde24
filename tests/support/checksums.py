"""Checksums of rows that a test has written by hand, with SQL: made anew, so that only what is tested is wrong."""

from sqlalchemy import Connection

from app.resources.registry import COLLECTIONS
from app.store.checksums import checksums, row_checksum
from app.store.search.base import COLUMNS
from app.store.tables import CHANGES, REVISIONS

BODIES = ("body_en", "body_fr")


def renew_checksums(connection: Connection) -> None:
    """Checksums of all versions and texts, computed from what is stored."""
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.create_function("checksum", 2, _checksum)
    driver.create_function("row_checksum", -1, lambda *values: row_checksum(values))
    tables = {resource.table.name: ("record", *BODIES) for resource in COLLECTIONS.values()}
    for table, names in (tables | {"version_index": BODIES}).items():
        values = ", ".join(f"{name}_check = checksum({name}, number)" for name in names)
        connection.exec_driver_sql(f"UPDATE {table} SET {values}")
    for whole in (REVISIONS, CHANGES):
        values = ", ".join(whole.c.keys()[:-1])
        connection.exec_driver_sql(f"UPDATE {whole.name} SET row_check = row_checksum({values})")
    texts = " || char(0) || ".join(COLUMNS)
    connection.exec_driver_sql(f"UPDATE search_texts SET texts_check = checksum(CAST({texts} AS BLOB), number)")


def _checksum(text: str | bytes, number: int) -> str:
    decoded = text.decode() if isinstance(text, bytes) else text
    return checksums(number, {"text": decoded})["text_check"]
