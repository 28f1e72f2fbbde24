"""The record of publications: revisions, what each changed, and what each version refers to."""

from collections.abc import Iterator, Sequence
from typing import ClassVar, Literal, TypeVar

from sqlalchemy import CheckConstraint, Index, String, Table, Text, text
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


class Row(SQLModel):
    """Base of tables: says to the type checker what SQLModel does not."""

    __table__: ClassVar[Table]


class Revision(Row, table=True):
    """One publication: the dataset's clock. `published_at` is a UTC instant in whole seconds, `…Z`."""

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


class Change(Row, table=True):
    """What one revision did to one record; the reason where it was withdrawn."""

    __tablename__ = "changes"
    __table_args__ = (
        CheckConstraint("action IN ('added', 'changed', 'withdrawn')", name="action"),
        CheckConstraint("(action = 'withdrawn') = (reason_en IS NOT NULL)", name="reason_en"),
        CheckConstraint("(reason_en IS NULL) = (reason_fr IS NULL)", name="reason_fr"),
        Index(None, "collection", "id", "revision"),
    )

    revision: int = Field(primary_key=True, foreign_key="revisions.number")
    collection: str = Field(primary_key=True, sa_type=Code)
    id: str = Field(primary_key=True, sa_type=Code)
    action: str
    reason_en: str | None = None
    reason_fr: str | None = None


_CURRENT_AND_DATED = text("superseded_in IS NULL AND undated = 0")


class VersionIndex(Row, table=True):
    """Index over the versions of all records: a summary of each, under the number that the search index knows it by.

    `date` (EDTF) is its place in the timeline, NULL if it has none, and `undated` is then 1, else 0. `earliest` and
    `latest` are the bounds of the date, ISO days with sentinels. `length` counts the words that a search looks through.
    """

    __tablename__ = "version_index"
    __table_args__ = (
        Index(None, "collection", "id", "published_in", unique=True),
        Index(
            "ix_version_index_timeline",
            *("earliest", "latest", "id", "collection"),
            sqlite_where=_CURRENT_AND_DATED,
            postgresql_where=_CURRENT_AND_DATED,
        ),
    )

    number: int | None = Field(default=None, primary_key=True)
    collection: str = Field(sa_type=Code)
    id: str = Field(sa_type=Code)
    published_in: int = Field(foreign_key="revisions.number")
    superseded_in: int | None = Field(default=None, foreign_key="revisions.number")
    date: str | None = Field(default=None, sa_type=Code)
    undated: int
    earliest: str = Field(sa_type=Code)
    latest: str = Field(sa_type=Code)
    length: int
    body_en: str = Field(sa_type=Text)
    body_fr: str = Field(sa_type=Text)


class Link(Row, table=True):
    """Link from one version to a record that it names, in one field."""

    __tablename__ = "links"
    __table_args__ = (Index(None, "target_collection", "target_id", "collection", "id"),)

    collection: str = Field(primary_key=True, sa_type=Code)
    id: str = Field(primary_key=True, sa_type=Code)
    published_in: int = Field(primary_key=True, foreign_key="revisions.number")
    field: str = Field(primary_key=True, sa_type=Code)
    target_collection: str = Field(primary_key=True, sa_type=Code)
    target_id: str = Field(primary_key=True, sa_type=Code)
    superseded_in: int | None = Field(default=None, foreign_key="revisions.number")


class DerivedData(Row, table=True):
    """The release that computed all data derived from the records: one row, none before the first revision."""

    __tablename__ = "derived_data"

    release: str = Field(primary_key=True, sa_type=Code)


REVISIONS, CHANGES, VERSION_INDEX, LINKS, DERIVED_DATA = (
    model.__table__ for model in (Revision, Change, VersionIndex, Link, DerivedData)
)


T = TypeVar("T")


def batches(items: Sequence[T], size: int = 500) -> Iterator[Sequence[T]]:
    """The items in runs that stay below the engines' limits on bound values."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
