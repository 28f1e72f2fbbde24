"""The bitmap index, version numbers in the tables of versions, and an index for every order of every list.

The indexes have all versions, because lists find those of a revision by bitmap. The backfill in
`app.publishing.rebuild`, which runs after the migrations of a new release, fills the tables and the numbers.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "20261128_bitmap_index"
down_revision = "20261127_time_in_force"
branch_labels = None
depends_on = None

CODE = sa.String(length=100).with_variant(sa.String(length=100, collation="C"), "postgresql")
DATE = ["undated", "date_key", "id"]
DATED = (
    *("background_facts", "funding_records", "initiatives", "legal_instruments", "policy_positions"),
    *("sanctions_measures", "sources", "timeline_events"),
)
TABLES = (*DATED, "actors", "diplomatic_channels", "engagement_topics")
ORDERS = {"title_en": ["title_key_en", "id"], "title_fr": ["title_key_fr", "id"], "id": ["id"]}
SORTED = {  # the old index of a list's default order, where that is not by id
    "funding_records": DATE,
    "timeline_events": DATE,
    "engagement_topics": ["number", "id"],
}


def _partial(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _orders(table: str) -> dict[str, list[str]]:
    dates = {"date": DATE} if table in DATED else {}
    topics = {"number": ["position", "id"]} if table == "engagement_topics" else {}
    return dates | topics | ORDERS


def _create_bitmap_tables() -> None:
    op.create_table(
        "postings",
        sa.Column("field", CODE, nullable=False),
        sa.Column("value", CODE, nullable=False),
        sa.Column("chunk", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("bits", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("field", "value", "chunk", name=op.f("pk_postings")),
    )
    op.create_table(
        "version_sets",
        sa.Column("name", CODE, nullable=False),
        sa.Column("chunk", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("bits", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["revision"], ["revisions.number"], name=op.f("fk_version_sets_revision")),
        sa.PrimaryKeyConstraint("name", "chunk", "revision", name=op.f("pk_version_sets")),
    )


def upgrade() -> None:
    """Create the tables, add the numbers, replace the indexes of orders."""
    _create_bitmap_tables()
    for table in SORTED:
        op.drop_index(f"ix_{table}_order", table_name=table)
    # `number` is from now on that of a version in every table.
    op.alter_column("engagement_topics", "number", new_column_name="position")
    for table in TABLES:
        op.add_column(table, sa.Column("number", sa.Integer(), nullable=True))
        for order, columns in _orders(table).items():
            op.create_index(f"ix_{table}_{order}", table, [*columns, "number"])
        sorted_by = dict.fromkeys(column for columns in _orders(table).values() for column in columns)
        op.create_index(f"ix_{table}_positions", table, ["number", *sorted_by])
    op.drop_index("ix_version_index_timeline", table_name="version_index")
    op.create_index("ix_version_index_date", "version_index", ["undated", "date_key", "id", "collection", "number"])
    related = ["target_collection", "target_id", "id", "published_in"]
    op.create_index("ix_links_related", "links", related, **_partial("field = 'related'"))
    op.create_index("ix_changes_collection_revision_id", "changes", ["collection", "revision", "id"])
    op.execute("UPDATE derived_data SET release = ''")  # so that whatever release comes next fills the index


def downgrade() -> None:
    """Drop what is computed from the records, and create the old indexes again."""
    op.drop_index("ix_changes_collection_revision_id", table_name="changes")
    op.drop_index("ix_links_related", table_name="links")
    op.drop_index("ix_version_index_date", table_name="version_index")
    op.create_index(
        "ix_version_index_timeline",
        "version_index",
        ["date_key", "id", "collection"],
        **_partial("superseded_in IS NULL AND undated = 0"),
    )
    for table in TABLES:
        for order in _orders(table):
            op.drop_index(f"ix_{table}_{order}", table_name=table)
        op.drop_index(f"ix_{table}_positions", table_name=table)
        op.drop_column(table, "number")
    op.alter_column("engagement_topics", "position", new_column_name="number")
    for table, columns in SORTED.items():
        op.create_index(f"ix_{table}_order", table, columns, **_partial("superseded_in IS NULL"))
    op.drop_table("version_sets")
    op.drop_table("postings")
