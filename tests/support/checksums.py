"""Checksums of rows that a test has written by hand, with SQL: made anew, so that only what is tested is wrong."""

from sqlalchemy import Connection, select, update

from app.resources.registry import COLLECTIONS
from app.store.checksums import checksums
from app.store.tables import SEARCH_TEXTS, VERSION_INDEX

BODIES = ("body_en", "body_fr")


def renew_checksums(connection: Connection) -> None:
    """Checksums of all versions and texts, computed from what is stored."""
    tables = {resource.table: ("record", *BODIES) for resource in COLLECTIONS.values()} | {VERSION_INDEX: BODIES}
    for table, names in tables.items():
        for row in connection.execute(select(table.c.number, *(table.c[name] for name in names))).mappings().all():
            checks = checksums(row["number"], {name: row[name] for name in names})
            connection.execute(update(table).where(table.c.number == row["number"]).values(checks))
    for number, *texts, _ in connection.execute(select(SEARCH_TEXTS)).all():
        check = checksums(number, {"texts": "\0".join(texts)})
        connection.execute(update(SEARCH_TEXTS).where(SEARCH_TEXTS.c.number == number).values(check))
