"""New names for the tables of derived data; a column of the version index that marks versions without a date.

`entries` becomes `version_index`, `mentions` becomes `links`, `renderings` becomes `derived_data`. Rows are copied into
new tables, so that constraints and indexes get their new names too.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "20261126_table_names"
down_revision = "20261125_timeline_and_releases"
branch_labels = None
depends_on = None

CODE = sa.String(length=100).with_variant(sa.String(length=100, collation="C"), "postgresql")


def _partial(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _revision(table: str, column: str, *, nullable: bool) -> tuple[sa.Column[int], sa.ForeignKeyConstraint]:
    name = op.f(f"fk_{table}_{column}")
    return (
        sa.Column(column, sa.Integer(), nullable=nullable),
        sa.ForeignKeyConstraint([column], ["revisions.number"], name=name),
    )


def _create_index_table(name: str, *extra: sa.Column[Any], defaults: bool) -> None:
    text: dict[str, Any] = {"server_default": sa.text("''")} if defaults else {}
    length: dict[str, Any] = {"server_default": "0"} if defaults else {}
    published, published_fk = _revision(name, "published_in", nullable=False)
    superseded, superseded_fk = _revision(name, "superseded_in", nullable=True)
    op.create_table(
        name,
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("collection", CODE, nullable=False),
        sa.Column("id", CODE, nullable=False),
        published,
        superseded,
        sa.Column("date", CODE, nullable=True),
        *extra,
        sa.Column("earliest", CODE, nullable=False, **text),
        sa.Column("latest", CODE, nullable=False, **text),
        sa.Column("length", sa.Integer(), nullable=False, **length),
        sa.Column("body_en", sa.Text(), nullable=False, **text),
        sa.Column("body_fr", sa.Text(), nullable=False, **text),
        published_fk,
        superseded_fk,
        sa.PrimaryKeyConstraint("number", name=op.f(f"pk_{name}")),
    )


def _create_links_table(name: str) -> None:
    published, published_fk = _revision(name, "published_in", nullable=False)
    superseded, superseded_fk = _revision(name, "superseded_in", nullable=True)
    key = ("collection", "id", "published_in", "field", "target_collection", "target_id")
    op.create_table(
        name,
        sa.Column("collection", CODE, nullable=False),
        sa.Column("id", CODE, nullable=False),
        published,
        sa.Column("field", CODE, nullable=False),
        sa.Column("target_collection", CODE, nullable=False),
        sa.Column("target_id", CODE, nullable=False),
        superseded,
        published_fk,
        superseded_fk,
        sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{name}")),
    )


def _create_release_table(name: str) -> None:
    key = sa.PrimaryKeyConstraint("release", name=op.f(f"pk_{name}"))
    op.create_table(name, sa.Column("release", CODE, nullable=False), key)


INDEX_COLUMNS = "number, collection, id, published_in, superseded_in, date, earliest, latest, length, body_en, body_fr"
LINK_COLUMNS = "collection, id, published_in, field, target_collection, target_id, superseded_in"


def upgrade() -> None:
    """Copy the rows into tables with the new names."""
    _create_index_table("version_index", sa.Column("undated", sa.Integer(), nullable=False), defaults=False)
    op.execute(
        f"INSERT INTO version_index ({INDEX_COLUMNS}, undated) "  # noqa: S608 - constants of this module
        f"SELECT {INDEX_COLUMNS}, CASE WHEN date IS NULL THEN 1 ELSE 0 END FROM entries"
    )
    op.drop_table("entries")
    key = ["collection", "id", "published_in"]
    op.create_index("ix_version_index_collection_id_published_in", "version_index", key, unique=True)
    timeline = _partial("superseded_in IS NULL AND undated = 0")
    order = ["earliest", "latest", "id", "collection"]
    op.create_index("ix_version_index_timeline", "version_index", order, **timeline)
    _create_links_table("links")
    op.execute(f"INSERT INTO links ({LINK_COLUMNS}) SELECT {LINK_COLUMNS} FROM mentions")  # noqa: S608 - as above
    op.drop_table("mentions")
    target = ["target_collection", "target_id", "collection", "id"]
    op.create_index("ix_links_target_collection_target_id_collection_id", "links", target)
    _create_release_table("derived_data")
    op.execute("INSERT INTO derived_data SELECT release FROM renderings")
    op.drop_table("renderings")


def downgrade() -> None:
    """Copy the rows back into tables with the old names."""
    _create_release_table("renderings")
    op.execute("INSERT INTO renderings SELECT release FROM derived_data")
    op.drop_table("derived_data")
    _create_links_table("mentions")
    op.execute(f"INSERT INTO mentions ({LINK_COLUMNS}) SELECT {LINK_COLUMNS} FROM links")  # noqa: S608 - as above
    op.drop_table("links")
    target = ["target_collection", "target_id", "collection", "id"]
    op.create_index("ix_mentions_target_collection_target_id_collection_id", "mentions", target)
    _create_index_table("entries", defaults=True)
    op.execute(f"INSERT INTO entries ({INDEX_COLUMNS}) SELECT {INDEX_COLUMNS} FROM version_index")  # noqa: S608 - as above
    op.drop_table("version_index")
    key = ["collection", "id", "published_in"]
    op.create_index("ix_entries_collection_id_published_in", "entries", key, unique=True)
    timeline = _partial("superseded_in IS NULL AND date IS NOT NULL")
    order = ["earliest", "latest", "id", "collection"]
    op.create_index("ix_entries_timeline", "entries", order, **timeline)
