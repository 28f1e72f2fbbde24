"""Designations: the parties that the Security Council lists."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "20261130_designations"
down_revision = "20261130_fetched_files"
branch_labels = None
depends_on = None

CODE = sa.String(length=100).with_variant(sa.String(length=100, collation="C"), "postgresql")
KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
CURRENT: dict[str, Any] = {
    "sqlite_where": sa.text("superseded_in IS NULL"),
    "postgresql_where": sa.text("superseded_in IS NULL"),
}
EMPTY: dict[str, Any] = {"nullable": False, "server_default": sa.text("''")}
DATE = ["undated", "date_key", "id"]
INDEXES = {
    "positions": ["number", *DATE, "title_key_en", "title_key_fr"],
    "date": [*DATE, "number"],
    "title_en": ["title_key_en", "id", "number"],
    "title_fr": ["title_key_fr", "id", "number"],
    "id": ["id", "number"],
}


def upgrade() -> None:
    """Create the table, with an index for each order of its list."""
    op.create_table(
        "designations",
        sa.Column("id", CODE, nullable=False),
        sa.Column("published_in", sa.Integer(), nullable=False),
        sa.Column("superseded_in", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("title_key_en", KEY, nullable=False),
        sa.Column("title_key_fr", KEY, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("record", "body_en", "body_fr")),
        *(sa.Column(f"{name}_check", sa.String(), **EMPTY) for name in ("record", "body_en", "body_fr")),
        sa.Column("undated", sa.Integer(), nullable=False),
        sa.Column("date_key", CODE, **EMPTY),
        *(sa.Column(name, CODE, nullable=False) for name in ("earliest", "latest")),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("kind", "status")),
        sa.ForeignKeyConstraint(["published_in"], ["revisions.number"], name=op.f("fk_designations_published_in")),
        sa.ForeignKeyConstraint(["superseded_in"], ["revisions.number"], name=op.f("fk_designations_superseded_in")),
        sa.PrimaryKeyConstraint("id", "published_in", name=op.f("pk_designations")),
    )
    op.create_index("uq_designations_current", "designations", ["id"], unique=True, **CURRENT)
    for name, columns in INDEXES.items():
        op.create_index(f"ix_designations_{name}", "designations", columns)


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("designations")
