"""Segments of the full-text index: the versions of frequent terms as bitmaps. The backfill fills them."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_search_segments"
down_revision = "20261128_bitmap_index"
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Create the tables, empty."""
    op.create_table(
        "search_segments",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("versions", sa.Integer(), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_search_segments")),
    )
    op.create_table(
        "term_postings",
        sa.Column("term", KEY, nullable=False),
        sa.Column("segment", sa.Integer(), nullable=False),
        sa.Column("bits", sa.LargeBinary(), nullable=False),
        sa.Column("unranked", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["segment"], ["search_segments.number"], name=op.f("fk_term_postings_segment")),
        sa.PrimaryKeyConstraint("term", "segment", name=op.f("pk_term_postings")),
        sqlite_with_rowid=False,
    )
    op.execute("UPDATE derived_data SET release = ''")  # so that whatever release comes next fills the index


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("term_postings")
    op.drop_table("search_segments")
