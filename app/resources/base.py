"""Resource declarations: what a list and a collection declare, and the columns that every table of versions has."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_json
from sqlalchemy import Index, Table
from sqlalchemy import Text as LongText
from sqlmodel import Field as Column

from app.model import edtf
from app.model.fields import LANGUAGES, DateText, Language, Slug, Text
from app.model.folding import sort_key
from app.model.records import Record, Reference, Topical, served_fields
from app.resources.filters import Where
from app.resources.params import ItemParams, PageParams, names_taken
from app.store.tables import ADDED_LATER, Code, Key, Row


class Version(Row):
    """Version of a record: a row that never changes, apart from `superseded_in`, which is NULL while it is current.

    `record` is the canonical seed form, the only part that the digest covers. The rest is computed from it at
    publication. `number` is that in the version index. Its JSON bodies are stored in both languages: serving them is
    9.5 times as fast as making them. Each text has its checksum, which serving it compares.
    """

    id: str = Column(primary_key=True, sa_type=Code)
    published_in: int = Column(primary_key=True, foreign_key="revisions.number")
    superseded_in: int | None = Column(default=None, foreign_key="revisions.number")
    number: int | None = Column(default=None)  # the column is nullable only until the backfill after its migration
    title_key_en: str = Column(sa_type=Key)
    title_key_fr: str = Column(sa_type=Key)
    record: str = Column(sa_type=LongText)
    body_en: str = Column(sa_type=LongText)
    body_fr: str = Column(sa_type=LongText)
    record_check: str = Column(sa_column_kwargs=ADDED_LATER)
    body_en_check: str = Column(sa_column_kwargs=ADDED_LATER)
    body_fr_check: str = Column(sa_column_kwargs=ADDED_LATER)


@dataclass(frozen=True, slots=True)
class Order:
    """Sort order: columns of a list's table, the last of which make it total. `{lang}` in a name is the language.

    `parted_by` is a column with 0 for what comes first, and 1 for what comes last whatever the direction. `parts` are
    the values of it that the list has. `day` is the field of the bitmap index with the day that the first column begins
    with, where the first day is known.
    """

    columns: tuple[str, ...]
    parted_by: str | None = None
    parts: tuple[int, ...] = (0, 1)
    day: str | None = None

    def names(self, lang: Language) -> tuple[str, ...]:
        """Names of the columns in a language."""
        return tuple(name.format(lang=lang) for name in self.columns)

    def index_columns(self, lang: Language) -> tuple[str, ...]:
        """Columns of the index that has the order: with them a walk along it needs no row of the table."""
        return (*([self.parted_by] if self.parted_by else []), *self.names(lang), "number")

    @property
    def by_language(self) -> bool:
        """Order that differs by language: a cursor of it is for one language only."""
        return self.names("en") != self.names("fr")


@dataclass(frozen=True, eq=False, kw_only=True)
class ListSpec:
    """Declaration of a list: name, description, model of a row, table, parameters, orders, and key of a row.

    `sort` is the order of lists without that parameter. `feed_sort` is the default order of the list's feed, because
    feed readers read only the first page. A `slow` list is answered in a worker thread, so that other answers do not
    wait for it. `collection_column` is the column with the collection of a row, in lists over several collections.
    `cursor_key` are the columns whose values a cursor has, where that is not `key`.
    """

    name: str
    about: str
    model: type[BaseModel]
    table_model: type[Row]
    params: type[PageParams]
    orders: Mapping[str, Order]
    sort: str = ""
    feed_sort: str | None = None
    collection_column: str | None = None
    key: Sequence[str] = ("id",)
    cursor_key: Sequence[str] = ()
    slow: bool = False

    @cached_property
    def table(self) -> Table:
        """Table in SQLAlchemy Core, for statements."""
        return self.table_model.__table__

    @property
    def path(self) -> str:
        """Path of the list."""
        return f"/v1/{self.name}"

    @cached_property
    def formats(self) -> Sequence[str]:
        """Names of the list's formats; the first is the default of content negotiation."""
        return names_taken(self.params, "format")

    @cached_property
    def default_sort(self) -> str:
        """Order of a request without `sort`; a leading `-` means descending."""
        declared = self.params.model_fields.get("sort")
        return declared.default if declared else self.sort

    @cached_property
    def fields(self) -> list[str]:
        """Names of the fields of a row, in the order in which they are served."""
        return served_fields(self.model)

    @cached_property
    def cursor_types(self) -> Sequence[type]:
        """Python types of the values in a cursor."""
        return [self.table.c[name].type.python_type for name in self.cursor_key or self.key]


@dataclass(frozen=True, eq=False, kw_only=True)
class Resource(ListSpec):
    """Declaration of a collection. It adds indexes to the table: for the current id, the number, and every order.

    The index of an order has all versions, with their numbers, so that a walk along it needs no row of the table.
    """

    singular: str
    example: str
    model: type[Record]
    table_model: type[Version]
    item_params: type[ItemParams]

    def __post_init__(self) -> None:
        self.table.info["collection"] = self.name
        current = self.table.c.superseded_in.is_(None)
        partial: dict[str, Any] = {"sqlite_where": current, "postgresql_where": current}
        Index(f"uq_{self.table.name}_current", self.table.c.id, unique=True, **partial)
        indexed = {
            f"{name}_{lang}" if order.by_language else name: order.index_columns(lang)
            for name, order in self.orders.items()
            for lang in (LANGUAGES if order.by_language else LANGUAGES[:1])
        }
        # What versions are sorted by, by their numbers: read from the rows it would take three times as long.
        indexed["positions"] = tuple(dict.fromkeys(["number", *(one for names in indexed.values() for one in names)]))
        for name, columns in indexed.items():
            Index(f"ix_{self.table.name}_{name}", *(self.table.c[one] for one in columns))

    def address(self, id: str) -> str:
        """Path of the item with an id."""
        return f"{self.path}/{id}"

    @cached_property
    def column_names(self) -> list[str]:
        """Columns for filters and orders that this collection has in addition to those of every version."""
        return [name for name in self.table_model.model_fields if name not in Version.model_fields]

    @cached_property
    def filter_columns(self) -> Sequence[str]:
        """Columns of this collection that a filter compares, other than `kind`, which the version index has too."""
        markers = (mark for field in self.params.model_fields.values() for mark in field.metadata)
        names = [mark.field for mark in markers if isinstance(mark, Where) and mark.field]
        return [name for name in self.column_names if name in names and name != "kind"]


def tables_of(resources: Mapping[str, Resource]) -> dict[str, Table]:
    """Tables of versions, by collection."""
    return {name: resource.table for name, resource in resources.items()}


class RecordSummary(BaseModel):
    """Summary of a record."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    collection: Slug = Field(description="Collection of the record.", examples=["timeline-events"])
    id: Slug = Field(description="Id of the record.", examples=["first-nuclear-test"])
    title: Text = Field(description="Title of the record, in the language of the response.")
    summary: Text = Field(description="The statement in this project's own words, in the language of the response.")
    kind: str | None = Field(description="Kind of record in its collection; null if it has none.", examples=["summit"])
    date: Annotated[str | None, DateText] = Field(
        description="When it happened, came into force or ran (EDTF); null if the record is not in the timeline.",
        examples=["2006-10-09"],
    )
    earliest: Annotated[str | None, DateText] = Field(
        description="First possible day (ISO 8601), null if open or unknown.", examples=["2006-10-09"]
    )
    latest: Annotated[str | None, DateText] = Field(
        description="Last possible day (ISO 8601), null if open or unknown.", examples=["2006-10-09"]
    )
    place: Text | None = Field(description="Where it happened or is, null if not known.")
    actors: list[Slug] = Field(description="Ids of the actors that the record names.", examples=[["north-korea"]])
    topics: list[Slug] = Field(description="Ids of the engagement topics that the record belongs to.")
    url: str = Field(description="Path of the record.", examples=["/v1/timeline-events/first-nuclear-test"])


def summarise(resource: Resource, record: Record, named: Iterable[Reference]) -> RecordSummary:
    """Summary of a record for the timeline and for searches, in both languages; its bounds are ISO days.

    `named` are the references of the record.
    A date with neither bound gives no place in a chronological order: the summary then has none.
    """
    date = record.timeline_date()
    when = edtf.bounds(date) if date else edtf.Bounds(None, None)
    actors = (reference.id for reference in named if reference.collection == "actors")
    return RecordSummary(
        collection=resource.name,
        id=record.id,
        title=record.title,
        summary=record.summary,
        kind=getattr(record, "kind", None),
        date=date if when.earliest or when.latest else None,
        earliest=when.earliest,
        latest=when.latest,
        place=getattr(record, "place", None),
        actors=list(dict.fromkeys(actors)),
        topics=record.topics if isinstance(record, Topical) else [],
        url=resource.address(record.id),
    )


BY_ID = Order(("id",))
BY_TITLE = Order(("title_key_{lang}", "id"))  # in the language of the response, folded (see `title_keys`)


def title_keys(record: Record) -> dict[str, str]:
    """Sort keys of the title, by column: folded here, because `lower('É')` is `É` in SQLite."""
    return {f"title_key_{lang}": sort_key(getattr(record.title, lang)) for lang in LANGUAGES}


def bodies(shape: BaseModel) -> dict[str, str]:
    """JSON bodies of a bilingual model by column, as they are stored and served: compact, to be encoded in UTF-8."""
    return {f"body_{lang}": to_json(shape, context={"lang": lang}).decode() for lang in LANGUAGES}
