"""A full-text index of folded words and stems, and a table with the texts that they were made from.

The texts of the old index are the same, but not its terms: the backfill, which runs after the migrations, fills both.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261127_search_terms"
down_revision = "20261126_kinds"
branch_labels = None
depends_on = None

BEFORE = "title_en, title_fr, text_en, text_fr"
COLUMNS = f"{BEFORE}, sections_en, sections_fr"


def _create_index(columns: str, tokenizer: str) -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    op.execute("DROP TABLE search_index_terms")
    op.execute("DROP TABLE search_index")
    op.execute(f'CREATE VIRTUAL TABLE search_index USING fts5({columns}, tokenize = "{tokenizer}")')
    op.execute("CREATE VIRTUAL TABLE search_index_terms USING fts5vocab(search_index, instance)")
    op.execute("UPDATE derived_data SET release = ''")  # so that whatever release comes next fills the index


def _create_vectors() -> None:
    """Index of PostgreSQL: the terms of each text, as FTS5 keeps them too, and two vectors made of them."""
    op.create_table(
        "search_index_content",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        *(sa.Column(f"c{number}", sa.Text(), nullable=False) for number in range(6)),
        sa.Column("ranked", postgresql.TSVECTOR(), nullable=False),
        sa.Column("unranked", postgresql.TSVECTOR(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_index_content")),
    )
    for name in ("ranked", "unranked"):
        op.create_index(f"ix_search_index_content_{name}", "search_index_content", [name], postgresql_using="gin")


def upgrade() -> None:
    """Create the index again, empty, and the table of texts."""
    op.create_table(
        "search_texts",
        sa.Column("number", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in COLUMNS.split(", ")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_search_texts")),
    )
    # For `ascii` every character beyond ASCII belongs to a word: only blanks part the terms, which are folded already.
    _create_index(COLUMNS, "ascii tokenchars '=~+|'")
    if op.get_bind().dialect.name == "postgresql":
        _create_vectors()


def downgrade() -> None:
    """Create the old index again, empty: it is computed from the records."""
    op.drop_table("search_texts")
    if op.get_bind().dialect.name == "postgresql":
        op.drop_table("search_index_content")
    _create_index(BEFORE, "unicode61 remove_diacritics 2")
