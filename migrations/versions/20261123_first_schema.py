"""First schema: revisions and changes, eleven collections, the full-text index."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "20261123_first_schema"
down_revision = None
branch_labels = None
depends_on = None


CODE = sa.String(length=100).with_variant(sa.String(length=100, collation="C"), "postgresql")
KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
CURRENT: dict[str, Any] = {
    "sqlite_where": sa.text("superseded_in IS NULL"),
    "postgresql_where": sa.text("superseded_in IS NULL"),
}


def upgrade() -> None:
    """Create everything."""
    op.create_table(
        "revisions",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("published_at", CODE, nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("note_en", sa.String(), nullable=False),
        sa.Column("note_fr", sa.String(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.Integer(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("digest", CODE, nullable=False),
        sa.Column("previous_digest", CODE, nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_revisions")),
        sa.UniqueConstraint("published_at", name=op.f("uq_revisions_published_at")),
    )
    op.create_table(
        "actors",
        sa.Column("id", CODE, nullable=False),
        sa.Column("published_in", sa.Integer(), nullable=False),
        sa.Column("superseded_in", sa.Integer(), nullable=True),
        sa.Column("title_key_en", KEY, nullable=False),
        sa.Column("title_key_fr", KEY, nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("body_en", sa.Text(), nullable=False),
        sa.Column("body_fr", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["published_in"], ["revisions.number"], name=op.f("fk_actors_published_in")),
        sa.ForeignKeyConstraint(["superseded_in"], ["revisions.number"], name=op.f("fk_actors_superseded_in")),
        sa.PrimaryKeyConstraint("id", "published_in", name=op.f("pk_actors")),
    )
    op.create_index("uq_actors_current", "actors", ["id"], unique=True, **CURRENT)
    op.create_table(
        "background_facts",
        sa.Column("id", CODE, nullable=False),
        sa.Column("published_in", sa.Integer(), nullable=False),
        sa.Column("superseded_in", sa.Integer(), nullable=True),
        sa.Column("title_key_en", KEY, nullable=False),
        sa.Column("title_key_fr", KEY, nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("body_en", sa.Text(), nullable=False),
        sa.Column("body_fr", sa.Text(), nullable=False),
        sa.Column("undated", sa.Integer(), nullable=False),
        sa.Column("earliest", CODE, nullable=False),
        sa.Column("latest", CODE, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["published_in"], ["revisions.number"], name=op.f("fk_background_facts_published_in")),
        sa.ForeignKeyConstraint(
            ["superseded_in"], ["revisions.number"], name=op.f("fk_background_facts_superseded_in")
        ),
        sa.PrimaryKeyConstraint("id", "published_in", name=op.f("pk_background_facts")),
    )
    op.create_index("uq_background_facts_current", "background_facts", ["id"], unique=True, **CURRENT)
    op.create_table(
        "changes",
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("collection", CODE, nullable=False),
        sa.Column("id", CODE, nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("reason_en", sa.String(), nullable=True),
        sa.Column("reason_fr", sa.String(), nullable=True),
        sa.CheckConstraint("(action = 'withdrawn') = (reason_en IS NOT NULL)", name=op.f("ck_changes_reason_en")),
        sa.CheckConstraint("action IN ('added', 'changed', 'withdrawn')", name=op.f("ck_changes_action")),
        sa.CheckConstraint("(reason_en IS NULL) = (reason_fr IS NULL)", name=op.f("ck_changes_reason_fr")),
        sa.ForeignKeyConstraint(["revision"], ["revisions.number"], name=op.f("fk_changes_revision")),
        sa.PrimaryKeyConstraint("revision", "collection", "id", name=op.f("pk_changes")),
    )
    op.create_index(
        op.f("ix_changes_collection_id_revision"), "changes", ["collection", "id", "revision"], unique=False
    )
    op.create_table(
        "diplomatic_channels",
        sa.Column("id", CODE, nullable=False),
        sa.Column("published_in", sa.Integer(), nullable=False),
        sa.Column("superseded_in", sa.Integer(), nullable=True),
        sa.Column("title_key_en", KEY, nullable=False),
        sa.Column("title_key_fr", KEY, nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("body_en", sa.Text(), nullable=False),
        sa.Column("body_fr", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["published_in"], ["revisions.number"], name=op.f("fk_diplomatic_channels_published_in")
        ),
        sa.ForeignKeyConstraint(
            ["superseded_in"], ["revisions.number"], name=op.f("fk_diplomatic_channels_superseded_in")
        ),
        sa.PrimaryKeyConstraint("id", "published_in", name=op.f("pk_diplomatic_channels")),
    )
    op.create_index("uq_diplomatic_channels_current", "diplomatic_channels", ["id"], unique=True, **CURRENT)
    op.create_table(
        "engagement_topics",
        sa.Column("id", CODE, nullable=False),
        sa.Column("published_in", sa.Integer(), nullable=False),
        sa.Column("superseded_in", sa.Integer(), nullable=True),
        sa.Column("title_key_en", KEY, nullable=False),
        sa.Column("title_key_fr", KEY, nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("body_en", sa.Text(), nullable=False),
        sa.Column("body_fr", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["published_in"], ["revisions.number"], name=op.f("fk_engagement_topics_published_in")),
        sa.ForeignKeyConstraint(
            ["superseded_in"], ["revisions.number"], name=op.f("fk_engagement_topics_superseded_in")
        ),
        sa.PrimaryKeyConstraint("id", "published_in", name=op.f("pk_engagement_topics")),
    )
    op.create_index("ix_engagement_topics_order", "engagement_topics", ["number", "id"], unique=False, **CURRENT)
    op.create_index("uq_engagement_topics_current", "engagement_topics", ["id"], unique=True, **CURRENT)
    op.create_table(
        "entries",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("collection", CODE, nullable=False),
        sa.Column("id", CODE, nullable=False),
        sa.Column("published_in", sa.Integer(), nullable=False),
        sa.Column("superseded_in", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["published_in"], ["revisions.number"], name=op.f("fk_entries_published_in")),
        sa.ForeignKeyConstraint(["superseded_in"], ["revisions.number"], name=op.f("fk_entries_superseded_in")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_entries")),
    )
    op.create_index(
        op.f("ix_entries_collection_id_published_in"),
        "entries",
        ["collection", "id", "published_in"],
        unique=True,
    )
    op.create_table(
        "funding_records",
        sa.Column("id", CODE, nullable=False),
        sa.Column("published_in", sa.Integer(), nullable=False),
        sa.Column("superseded_in", sa.Integer(), nullable=True),
        sa.Column("title_key_en", KEY, nullable=False),
        sa.Column("title_key_fr", KEY, nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("body_en", sa.Text(), nullable=False),
        sa.Column("body_fr", sa.Text(), nullable=False),
        sa.Column("undated", sa.Integer(), nullable=False),
        sa.Column("earliest", CODE, nullable=False),
        sa.Column("latest", CODE, nullable=False),
        sa.Column("amount", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("cumulative", sa.Boolean(), nullable=False),
        sa.Column("sector", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["published_in"], ["revisions.number"], name=op.f("fk_funding_records_published_in")),
        sa.ForeignKeyConstraint(["superseded_in"], ["revisions.number"], name=op.f("fk_funding_records_superseded_in")),
        sa.PrimaryKeyConstraint("id", "published_in", name=op.f("pk_funding_records")),
    )
    op.create_index(
        "ix_funding_records_order",
        "funding_records",
        ["undated", "earliest", "latest", "id"],
        unique=False,
        **CURRENT,
    )
    op.create_index("uq_funding_records_current", "funding_records", ["id"], unique=True, **CURRENT)
    op.create_table(
        "initiatives",
        sa.Column("id", CODE, nullable=False),
        sa.Column("published_in", sa.Integer(), nullable=False),
        sa.Column("superseded_in", sa.Integer(), nullable=True),
        sa.Column("title_key_en", KEY, nullable=False),
        sa.Column("title_key_fr", KEY, nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("body_en", sa.Text(), nullable=False),
        sa.Column("body_fr", sa.Text(), nullable=False),
        sa.Column("undated", sa.Integer(), nullable=False),
        sa.Column("earliest", CODE, nullable=False),
        sa.Column("latest", CODE, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["published_in"], ["revisions.number"], name=op.f("fk_initiatives_published_in")),
        sa.ForeignKeyConstraint(["superseded_in"], ["revisions.number"], name=op.f("fk_initiatives_superseded_in")),
        sa.PrimaryKeyConstraint("id", "published_in", name=op.f("pk_initiatives")),
    )
    op.create_index("uq_initiatives_current", "initiatives", ["id"], unique=True, **CURRENT)
    op.create_table(
        "legal_instruments",
        sa.Column("id", CODE, nullable=False),
        sa.Column("published_in", sa.Integer(), nullable=False),
        sa.Column("superseded_in", sa.Integer(), nullable=True),
        sa.Column("title_key_en", KEY, nullable=False),
        sa.Column("title_key_fr", KEY, nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("body_en", sa.Text(), nullable=False),
        sa.Column("body_fr", sa.Text(), nullable=False),
        sa.Column("undated", sa.Integer(), nullable=False),
        sa.Column("earliest", CODE, nullable=False),
        sa.Column("latest", CODE, nullable=False),
        sa.Column("starts_earliest", CODE, nullable=True),
        sa.Column("starts_latest", CODE, nullable=True),
        sa.Column("ends_earliest", CODE, nullable=True),
        sa.Column("ends_latest", CODE, nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["published_in"], ["revisions.number"], name=op.f("fk_legal_instruments_published_in")),
        sa.ForeignKeyConstraint(
            ["superseded_in"], ["revisions.number"], name=op.f("fk_legal_instruments_superseded_in")
        ),
        sa.PrimaryKeyConstraint("id", "published_in", name=op.f("pk_legal_instruments")),
    )
    op.create_index("uq_legal_instruments_current", "legal_instruments", ["id"], unique=True, **CURRENT)
    op.create_table(
        "mentions",
        sa.Column("collection", CODE, nullable=False),
        sa.Column("id", CODE, nullable=False),
        sa.Column("published_in", sa.Integer(), nullable=False),
        sa.Column("field", CODE, nullable=False),
        sa.Column("target_collection", CODE, nullable=False),
        sa.Column("target_id", CODE, nullable=False),
        sa.Column("superseded_in", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["published_in"], ["revisions.number"], name=op.f("fk_mentions_published_in")),
        sa.ForeignKeyConstraint(["superseded_in"], ["revisions.number"], name=op.f("fk_mentions_superseded_in")),
        sa.PrimaryKeyConstraint(
            "collection",
            "id",
            "published_in",
            "field",
            "target_collection",
            "target_id",
            name=op.f("pk_mentions"),
        ),
    )
    op.create_index(
        op.f("ix_mentions_target_collection_target_id_collection_id"),
        "mentions",
        ["target_collection", "target_id", "collection", "id"],
        unique=False,
    )
    op.create_table(
        "policy_positions",
        sa.Column("id", CODE, nullable=False),
        sa.Column("published_in", sa.Integer(), nullable=False),
        sa.Column("superseded_in", sa.Integer(), nullable=True),
        sa.Column("title_key_en", KEY, nullable=False),
        sa.Column("title_key_fr", KEY, nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("body_en", sa.Text(), nullable=False),
        sa.Column("body_fr", sa.Text(), nullable=False),
        sa.Column("undated", sa.Integer(), nullable=False),
        sa.Column("earliest", CODE, nullable=False),
        sa.Column("latest", CODE, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["published_in"], ["revisions.number"], name=op.f("fk_policy_positions_published_in")),
        sa.ForeignKeyConstraint(
            ["superseded_in"], ["revisions.number"], name=op.f("fk_policy_positions_superseded_in")
        ),
        sa.PrimaryKeyConstraint("id", "published_in", name=op.f("pk_policy_positions")),
    )
    op.create_index("uq_policy_positions_current", "policy_positions", ["id"], unique=True, **CURRENT)
    op.create_table(
        "sanctions_measures",
        sa.Column("id", CODE, nullable=False),
        sa.Column("published_in", sa.Integer(), nullable=False),
        sa.Column("superseded_in", sa.Integer(), nullable=True),
        sa.Column("title_key_en", KEY, nullable=False),
        sa.Column("title_key_fr", KEY, nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("body_en", sa.Text(), nullable=False),
        sa.Column("body_fr", sa.Text(), nullable=False),
        sa.Column("undated", sa.Integer(), nullable=False),
        sa.Column("earliest", CODE, nullable=False),
        sa.Column("latest", CODE, nullable=False),
        sa.Column("starts_earliest", CODE, nullable=True),
        sa.Column("starts_latest", CODE, nullable=True),
        sa.Column("ends_earliest", CODE, nullable=True),
        sa.Column("ends_latest", CODE, nullable=True),
        sa.Column("regime", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["published_in"], ["revisions.number"], name=op.f("fk_sanctions_measures_published_in")
        ),
        sa.ForeignKeyConstraint(
            ["superseded_in"], ["revisions.number"], name=op.f("fk_sanctions_measures_superseded_in")
        ),
        sa.PrimaryKeyConstraint("id", "published_in", name=op.f("pk_sanctions_measures")),
    )
    op.create_index("uq_sanctions_measures_current", "sanctions_measures", ["id"], unique=True, **CURRENT)
    op.create_table(
        "sources",
        sa.Column("id", CODE, nullable=False),
        sa.Column("published_in", sa.Integer(), nullable=False),
        sa.Column("superseded_in", sa.Integer(), nullable=True),
        sa.Column("title_key_en", KEY, nullable=False),
        sa.Column("title_key_fr", KEY, nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("body_en", sa.Text(), nullable=False),
        sa.Column("body_fr", sa.Text(), nullable=False),
        sa.Column("undated", sa.Integer(), nullable=False),
        sa.Column("earliest", CODE, nullable=False),
        sa.Column("latest", CODE, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["published_in"], ["revisions.number"], name=op.f("fk_sources_published_in")),
        sa.ForeignKeyConstraint(["superseded_in"], ["revisions.number"], name=op.f("fk_sources_superseded_in")),
        sa.PrimaryKeyConstraint("id", "published_in", name=op.f("pk_sources")),
    )
    op.create_index("uq_sources_current", "sources", ["id"], unique=True, **CURRENT)
    op.create_table(
        "timeline_events",
        sa.Column("id", CODE, nullable=False),
        sa.Column("published_in", sa.Integer(), nullable=False),
        sa.Column("superseded_in", sa.Integer(), nullable=True),
        sa.Column("title_key_en", KEY, nullable=False),
        sa.Column("title_key_fr", KEY, nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("body_en", sa.Text(), nullable=False),
        sa.Column("body_fr", sa.Text(), nullable=False),
        sa.Column("undated", sa.Integer(), nullable=False),
        sa.Column("earliest", CODE, nullable=False),
        sa.Column("latest", CODE, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["published_in"], ["revisions.number"], name=op.f("fk_timeline_events_published_in")),
        sa.ForeignKeyConstraint(["superseded_in"], ["revisions.number"], name=op.f("fk_timeline_events_superseded_in")),
        sa.PrimaryKeyConstraint("id", "published_in", name=op.f("pk_timeline_events")),
    )
    op.create_index(
        "ix_timeline_events_order",
        "timeline_events",
        ["undated", "earliest", "latest", "id"],
        unique=False,
        **CURRENT,
    )
    op.create_index("uq_timeline_events_current", "timeline_events", ["id"], unique=True, **CURRENT)
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE search_index USING fts5(title_en, title_fr, text_en, text_fr, "
            "tokenize = 'unicode61 remove_diacritics 2')"
        )


def downgrade() -> None:
    """Drop everything."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_index")
    op.drop_index("uq_timeline_events_current", table_name="timeline_events", **CURRENT)
    op.drop_index("ix_timeline_events_order", table_name="timeline_events", **CURRENT)
    op.drop_table("timeline_events")
    op.drop_index("uq_sources_current", table_name="sources", **CURRENT)
    op.drop_table("sources")
    op.drop_index("uq_sanctions_measures_current", table_name="sanctions_measures", **CURRENT)
    op.drop_table("sanctions_measures")
    op.drop_index("uq_policy_positions_current", table_name="policy_positions", **CURRENT)
    op.drop_table("policy_positions")
    op.drop_index(op.f("ix_mentions_target_collection_target_id_collection_id"), table_name="mentions")
    op.drop_table("mentions")
    op.drop_index("uq_legal_instruments_current", table_name="legal_instruments", **CURRENT)
    op.drop_table("legal_instruments")
    op.drop_index("uq_initiatives_current", table_name="initiatives", **CURRENT)
    op.drop_table("initiatives")
    op.drop_index("uq_funding_records_current", table_name="funding_records", **CURRENT)
    op.drop_index("ix_funding_records_order", table_name="funding_records", **CURRENT)
    op.drop_table("funding_records")
    op.drop_index(op.f("ix_entries_collection_id_published_in"), table_name="entries")
    op.drop_table("entries")
    op.drop_index("uq_engagement_topics_current", table_name="engagement_topics", **CURRENT)
    op.drop_index("ix_engagement_topics_order", table_name="engagement_topics", **CURRENT)
    op.drop_table("engagement_topics")
    op.drop_index("uq_diplomatic_channels_current", table_name="diplomatic_channels", **CURRENT)
    op.drop_table("diplomatic_channels")
    op.drop_index(op.f("ix_changes_collection_id_revision"), table_name="changes")
    op.drop_table("changes")
    op.drop_index("uq_background_facts_current", table_name="background_facts", **CURRENT)
    op.drop_table("background_facts")
    op.drop_index("uq_actors_current", table_name="actors", **CURRENT)
    op.drop_table("actors")
    op.drop_table("revisions")
