"""Overview of the dataset at one revision: records by collection, first publication, days covered."""

from sqlalchemy import func, literal, select, union_all

from app.resources.dated import FIRST_DAY, LAST_DAY
from app.resources.registry import COLLECTIONS
from app.store.snapshot import Snapshot
from app.store.tables import REVISIONS, VERSION_INDEX


def count_records(snapshot: Snapshot) -> dict[str, int]:
    """Record counts: how many records each collection has at the revision, by its name; 0 for an empty one."""
    counts = [
        select(literal(name), func.count()).select_from(resource.table).where(snapshot.as_of(resource.table))
        for name, resource in COLLECTIONS.items()
    ]
    return dict(snapshot.connection.execute(union_all(*counts)).all())


def first_published_at(snapshot: Snapshot) -> str:
    """Time of the first revision: UTC, whole seconds."""
    return str(snapshot.connection.execute(select(func.min(REVISIONS.c.published_at))).scalar_one())


def covered_days(snapshot: Snapshot) -> tuple[str | None, str | None]:
    """Temporal coverage: first and last day (ISO 8601) of the dated records, None where no record has a bound."""
    index = VERSION_INDEX
    days = [
        select(index.c[bound].label("day")).where(
            snapshot.as_of(index), index.c.undated == 0, index.c[bound].not_in((FIRST_DAY, LAST_DAY))
        )
        for bound in ("earliest", "latest")
    ]
    bounds = union_all(*days).subquery()
    first, last = snapshot.connection.execute(select(func.min(bounds.c.day), func.max(bounds.c.day))).one()
    return first, last
