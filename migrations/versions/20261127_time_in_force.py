"""Columns for the order of dates, for the time in force, and for its status.

The order of dates becomes one column, `date_key`. Four columns say from when to when a record is possibly and certainly
in force, in place of the bounds of its first and last day. The backfill in `app.publishing.rebuild`, which runs after
the migrations of a new release, fills them.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "20261127_time_in_force"
down_revision = "20261127_search_terms"
branch_labels = None
depends_on = None

CODE = sa.String(length=100).with_variant(sa.String(length=100, collation="C"), "postgresql")
DATED = (
    *("background_facts", "funding_records", "initiatives", "legal_instruments", "policy_positions"),
    *("sanctions_measures", "sources", "timeline_events"),
)
IN_FORCE = ("legal_instruments", "sanctions_measures")
SORTED = ("funding_records", "timeline_events")  # lists that are sorted by date unless another order is asked for
NEW = ("possible_from", "possible_to", "certain_from", "certain_to")
OLD = ("starts_earliest", "starts_latest", "ends_earliest", "ends_latest")
EMPTY: dict[str, Any] = {"nullable": False, "server_default": sa.text("''")}


def _partial(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _replace_indexes(timeline: list[str], date: list[str]) -> None:
    op.drop_index("ix_version_index_timeline", table_name="version_index")
    op.create_index(
        "ix_version_index_timeline", "version_index", timeline, **_partial("superseded_in IS NULL AND undated = 0")
    )
    for table in SORTED:
        op.drop_index(f"ix_{table}_order", table_name=table)
        op.create_index(f"ix_{table}_order", table, date, **_partial("superseded_in IS NULL"))


def upgrade() -> None:
    """Add the new columns, index them, drop the old ones."""
    for table in (*DATED, "version_index"):
        op.add_column(table, sa.Column("date_key", CODE, **EMPTY))
    for table in IN_FORCE:
        op.add_column(table, sa.Column("status", sa.String(), **EMPTY))
        for name in NEW:
            op.add_column(table, sa.Column(name, CODE, **EMPTY))
        for name in OLD:
            op.drop_column(table, name)
    _replace_indexes(["date_key", "id", "collection"], ["undated", "date_key", "id"])


def downgrade() -> None:
    """Add the old columns, empty, and drop the new ones: all of them are computed from the records."""
    _replace_indexes(["earliest", "latest", "id", "collection"], ["undated", "earliest", "latest", "id"])
    for table in IN_FORCE:
        for name in OLD:
            op.add_column(table, sa.Column(name, CODE, nullable=True))
        for name in (*NEW, "status"):
            op.drop_column(table, name)
    for table in (*DATED, "version_index"):
        op.drop_column(table, "date_key")
