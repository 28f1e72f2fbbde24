"""Summaries of versions for timeline and search; a view of the full-text index's words; the release of derived data.

The backfill in `app.publishing.rebuild`, which runs after the migrations of a new release, fills the new columns.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "20261125_timeline_and_releases"
down_revision = "20261123_first_schema"
branch_labels = None
depends_on = None


CODE = sa.String(length=100).with_variant(sa.String(length=100, collation="C"), "postgresql")
IN_TIMELINE: dict[str, Any] = {
    "sqlite_where": sa.text("superseded_in IS NULL AND date IS NOT NULL"),
    "postgresql_where": sa.text("superseded_in IS NULL AND date IS NOT NULL"),
}


def upgrade() -> None:
    """Add columns, an index, a table and the view of the index."""
    op.add_column("entries", sa.Column("date", CODE, nullable=True))
    op.add_column("entries", sa.Column("earliest", CODE, nullable=False, server_default=sa.text("''")))
    op.add_column("entries", sa.Column("latest", CODE, nullable=False, server_default=sa.text("''")))
    op.add_column("entries", sa.Column("length", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("entries", sa.Column("body_en", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.add_column("entries", sa.Column("body_fr", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.create_index("ix_entries_timeline", "entries", ["earliest", "latest", "id", "collection"], **IN_TIMELINE)
    op.create_table(
        "renderings",
        sa.Column("release", CODE, nullable=False),
        sa.PrimaryKeyConstraint("release", name=op.f("pk_renderings")),
    )
    # A database that has revisions was filled by the release before this table: its rows lack the new columns
    op.execute("INSERT INTO renderings SELECT '0.1.0' WHERE EXISTS (SELECT 1 FROM revisions)")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE search_index_terms USING fts5vocab(search_index, instance)")


def downgrade() -> None:
    """Drop them: all of it is computed from the records."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_index_terms")
    op.drop_table("renderings")
    op.drop_index("ix_entries_timeline", table_name="entries", **IN_TIMELINE)
    for column in ("body_fr", "body_en", "length", "latest", "earliest", "date"):
        op.drop_column("entries", column)
