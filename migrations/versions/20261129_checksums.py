"""Checksums of stored texts and bitmaps. The backfill fills them, those of bitmaps within their column."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "20261129_checksums"
down_revision = "20261128_search_segments"
branch_labels = None
depends_on = None

BODIES = ("body_en_check", "body_fr_check")
EMPTY: dict[str, Any] = {"nullable": False, "server_default": sa.text("''")}
TABLES = (
    *("actors", "background_facts", "diplomatic_channels", "engagement_topics", "funding_records", "initiatives"),
    *("legal_instruments", "policy_positions", "sanctions_measures", "sources", "timeline_events"),
)
COLUMNS = {
    "revisions": ("row_check",),
    "changes": ("row_check",),
    **dict.fromkeys(TABLES, ("record_check", *BODIES)),
    "version_index": BODIES,
    "search_texts": ("texts_check",),
}


def upgrade() -> None:
    """Add the columns, empty."""
    for table, names in COLUMNS.items():
        for name in names:
            op.add_column(table, sa.Column(name, sa.String(), **EMPTY))
    op.execute("UPDATE derived_data SET release = ''")  # so that whatever release comes next fills them


def downgrade() -> None:
    """Drop the columns. An earlier release computes its bitmaps, without checksums, anew."""
    for table, names in COLUMNS.items():
        for name in names:
            op.drop_column(table, name)
    op.execute("UPDATE derived_data SET release = ''")
