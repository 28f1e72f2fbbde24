"""The French address of a source; it is the English one where a source has only one.

The backfill in `app.publishing.rebuild`, which runs after the migrations of a new release, fills the column.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261126_source_addresses"
down_revision = "20261126_table_names"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("sources", sa.Column("address_fr", sa.String(), nullable=False, server_default=sa.text("''")))


def downgrade() -> None:
    """Drop it: it is computed from the records."""
    op.drop_column("sources", "address_fr")
