"""Tables that all collections share: revisions, changes, version index, bitmap index, links, texts, derived data."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, Literal, TypeVar

from sqlalchemy import CheckConstraint, Index, LargeBinary, String, Table, Text, text
from sqlmodel import Field, SQLModel

from app.model.fields import SLUG_LENGTH

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Action = Literal["added", "changed", "withdrawn"]

# Ids, dates and keys compare by code point on every engine; PostgreSQL's default collation does not.
Code = String(SLUG_LENGTH).with_variant(String(SLUG_LENGTH, collation="C"), "postgresql")
Key = Text().with_variant(Text(collation="C"), "postgresql")


# Of a column that a migration added to rows of earlier releases: the backfill fills it.
ADDED_LATER: dict[str, Any] = {"server_default": text("''")}


class Row(SQLModel):
    """Base of tables: declares `__table__` for the type checker, which SQLModel does not."""

    __table__: ClassVar[Table]


class Revision(Row, table=True):
    """Revision: one publication, with its counts and digest. `published_at` is UTC in whole seconds, ending in `Z`.

    `row_check` is the checksum of all columns before it.
    """

    __tablename__ = "revisions"

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    published_at: str = Field(sa_type=Code, unique=True)
    author: str
    note_en: str
    note_fr: str
    added: int
    changed: int
    withdrawn: int
    records: int
    digest: str = Field(sa_type=Code)
    previous_digest: str | None = Field(default=None, sa_type=Code)
    row_check: str = Field(default="", sa_column_kwargs=ADDED_LATER)


class Change(Row, table=True):
    """Change: what one revision did to one record. A withdrawal has a reason: the row is the record's tombstone.

    `row_check` is the checksum of all columns before it.
    """

    __tablename__ = "changes"
    __table_args__ = (
        CheckConstraint("action IN ('added', 'changed', 'withdrawn')", name="action"),
        CheckConstraint("(action = 'withdrawn') = (reason_en IS NOT NULL)", name="reason_en"),
        CheckConstraint("(reason_en IS NULL) = (reason_fr IS NULL)", name="reason_fr"),
        Index(None, "collection", "id", "revision"),
        Index(None, "collection", "revision", "id"),
    )

    revision: int = Field(primary_key=True, foreign_key="revisions.number")
    collection: str = Field(primary_key=True, sa_type=Code)
    id: str = Field(primary_key=True, sa_type=Code)
    action: str
    reason_en: str | None = None
    reason_fr: str | None = None
    row_check: str = Field(default="", sa_column_kwargs=ADDED_LATER)


class VersionIndex(Row, table=True):
    """Version index over all collections: a summary of each version, under its number in the full-text index.

    `kind` is that of the record, NULL if its collection has none. `date` (EDTF) is the date in the timeline; `undated`
    is 1 if it has no bound, else 0. It is sorted by `date_key`. `earliest` and `latest` are its bounds, ISO days with
    sentinels. `length` is the number of searchable words. The bodies are those of the summary, with their checksums.
    """

    __tablename__ = "version_index"
    __table_args__ = (
        Index(None, "collection", "id", "published_in", unique=True),
        Index("ix_version_index_date", "undated", "date_key", "id", "collection", "number"),
    )

    number: int | None = Field(default=None, primary_key=True)
    collection: str = Field(sa_type=Code)
    id: str = Field(sa_type=Code)
    published_in: int = Field(foreign_key="revisions.number")
    superseded_in: int | None = Field(default=None, foreign_key="revisions.number")
    kind: str | None = Field(default=None, sa_type=Code)
    date: str | None = Field(default=None, sa_type=Code)
    undated: int
    date_key: str = Field(sa_type=Code, sa_column_kwargs=ADDED_LATER)
    earliest: str = Field(sa_type=Code)
    latest: str = Field(sa_type=Code)
    length: int
    body_en: str = Field(sa_type=Text)
    body_fr: str = Field(sa_type=Text)
    body_en_check: str = Field(sa_column_kwargs=ADDED_LATER)
    body_fr_check: str = Field(sa_column_kwargs=ADDED_LATER)


class Posting(Row, table=True):
    """Posting of the bitmap index: which versions have a value of a field, for one chunk of their numbers.

    `bits` is a Roaring bitmap of numbers in the version index, with its checksum. All versions ever published are in
    it: a version never changes, so superseding one removes nothing.
    """

    __tablename__ = "postings"

    field: str = Field(primary_key=True, sa_type=Code)
    value: str = Field(primary_key=True, sa_type=Code)
    chunk: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    bits: bytes = Field(sa_type=LargeBinary)


class VersionSet(Row, table=True):
    """Set of versions that changes with the revision, copied on write: the part in one chunk, from `revision` on.

    The part at a revision is the row with the largest `revision` up to it. `bits` are as in a posting.
    """

    __tablename__ = "version_sets"

    name: str = Field(primary_key=True, sa_type=Code)
    chunk: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    revision: int = Field(primary_key=True, foreign_key="revisions.number")
    bits: bytes = Field(sa_type=LargeBinary)


_RELATED = text("field = 'related'")


class Link(Row, table=True):
    """Link: a version names a record in one of its fields."""

    __tablename__ = "links"
    __table_args__ = (
        Index(None, "target_collection", "target_id", "collection", "id"),
        # What events brought about, without the many records that are named in other fields.
        Index(
            "ix_links_related",
            *("target_collection", "target_id", "id", "published_in"),
            sqlite_where=_RELATED,
            postgresql_where=_RELATED,
        ),
    )

    collection: str = Field(primary_key=True, sa_type=Code)
    id: str = Field(primary_key=True, sa_type=Code)
    published_in: int = Field(primary_key=True, foreign_key="revisions.number")
    field: str = Field(primary_key=True, sa_type=Code)
    target_collection: str = Field(primary_key=True, sa_type=Code)
    target_id: str = Field(primary_key=True, sa_type=Code)
    superseded_in: int | None = Field(default=None, foreign_key="revisions.number")


class SearchText(Row, table=True):
    """Searchable texts of a version, as they were published, under its number in the version index: for snippets.

    Each line of a text or of sections is one field. The full-text index has only the terms made from them.
    """

    __tablename__ = "search_texts"

    number: int | None = Field(default=None, primary_key=True)
    title_en: str = Field(sa_type=Text)
    title_fr: str = Field(sa_type=Text)
    text_en: str = Field(sa_type=Text)
    text_fr: str = Field(sa_type=Text)
    sections_en: str = Field(sa_type=Text)
    sections_fr: str = Field(sa_type=Text)
    texts_check: str = Field(sa_column_kwargs=ADDED_LATER)


class DerivedData(Row, table=True):
    """Release that computed the data derived from records. One row; none before the first revision."""

    __tablename__ = "derived_data"

    release: str = Field(primary_key=True, sa_type=Code)


class FetchedFile(Row, table=True):
    """File that an import fetched: what a later request can ask with whether it has changed. Not part of the record."""

    __tablename__ = "fetched_files"

    importer: str = Field(primary_key=True, sa_type=Code)
    address: str = Field(primary_key=True, sa_type=Key)
    etag: str
    last_modified: str
    sha256: str


REVISIONS, CHANGES, VERSION_INDEX, POSTINGS, VERSION_SETS, LINKS, SEARCH_TEXTS, DERIVED_DATA, FETCHED_FILES = (
    model.__table__
    for model in (
        *(Revision, Change, VersionIndex, Posting, VersionSet, Link, SearchText),
        *(DerivedData, FetchedFile),
    )
)


T = TypeVar("T")


def batches(items: Sequence[T], size: int = 500) -> Iterator[Sequence[T]]:
    """Batches of items, because engines limit the number of values that one statement can bind."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
