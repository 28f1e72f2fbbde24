"""Files that imports fetched, with what a conditional request for them needs."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_fetched_files"
down_revision = "20261129_checksums"
branch_labels = None
depends_on = None

CODE = sa.String(length=100).with_variant(sa.String(length=100, collation="C"), "postgresql")
KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "fetched_files",
        sa.Column("importer", CODE, nullable=False),
        sa.Column("address", KEY, nullable=False),
        sa.Column("etag", sa.String(), nullable=False),
        sa.Column("last_modified", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("importer", "address", name=op.f("pk_fetched_files")),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("fetched_files")
