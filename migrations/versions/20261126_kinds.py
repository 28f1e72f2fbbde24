"""Kind of each version in the version index, for the timeline. The backfill of the release fills it."""

import sqlalchemy as sa
from alembic import op

revision = "20261126_kinds"
down_revision = "20261126_source_addresses"
branch_labels = None
depends_on = None

CODE = sa.String(length=100).with_variant(sa.String(length=100, collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("version_index", sa.Column("kind", CODE, nullable=True))


def downgrade() -> None:
    op.drop_column("version_index", "kind")
