"""Resource declarations: what a list and a collection declare, and the columns that every table of versions has."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_json
from sqlalchemy import ColumnElement, Index, Table, literal
from sqlalchemy import Text as LongText
from sqlmodel import Field as Column

from app.model import edtf
from app.model.fields import LANGUAGES, Language, Record, Slug, Text
from app.resources.params import ItemParams, PageParams, names_taken
from app.store.tables import Code, Key, Row


class Version(Row):
    """One version of one record. The current one has `superseded_in` NULL; the others stay for ever.

    `record` is the canonical seed form, the truth that the digest covers. All else is computed from it when it is
    published: the public JSON in both languages is stored, since a version never changes (9.5 times as fast to serve).
    """

    id: str = Column(primary_key=True, sa_type=Code)
    published_in: int = Column(primary_key=True, foreign_key="revisions.number")
    superseded_in: int | None = Column(default=None, foreign_key="revisions.number")
    title_key_en: str = Column(sa_type=Key)
    title_key_fr: str = Column(sa_type=Key)
    record: str = Column(sa_type=LongText)
    body_en: str = Column(sa_type=LongText)
    body_fr: str = Column(sa_type=LongText)


Order = Callable[[Table, Language, bool], list[ColumnElement[Any]]]


@dataclass(frozen=True, eq=False, kw_only=True)
class ListSpec:
    """Declaration of a list: name, description, model of a row, table, parameters, orders, formats, key of a row.

    `sort` is the order of a request that names none, for lists without that parameter. `feed_sort` is the order of a
    feed then: feed readers look at the first page alone. `slow` says that other answers should not wait for this one.
    `collection_column` names the collection of a row in lists over several collections.
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
    slow: bool = False

    @cached_property
    def table(self) -> Table:
        """The table, as SQLAlchemy Core sees it."""
        return self.table_model.__table__

    @cached_property
    def collection(self) -> ColumnElement[str]:
        """The collection that a row belongs to."""
        return self.table.c[self.collection_column] if self.collection_column else literal(self.name)

    @property
    def path(self) -> str:
        """Address of the list."""
        return f"/v1/{self.name}"

    @cached_property
    def formats(self) -> Sequence[str]:
        """Names of the formats of the list, the default of negotiation first."""
        return names_taken(self.params, "format")

    @cached_property
    def default_sort(self) -> str:
        """The order of a request that names none."""
        declared = self.params.model_fields.get("sort")
        return declared.default if declared else self.sort

    @cached_property
    def fields(self) -> list[str]:
        """Fields of a row, in the order in which they are served."""
        return list(self.model.model_fields)

    @cached_property
    def order_columns(self) -> Mapping[tuple[str, Language], Sequence[ColumnElement[Any]]]:
        """The columns of each order by its name, with a leading `-` where it is reversed, and by language."""
        return {
            (sign + name, lang): order(self.table, lang, sign == "-")
            for name, order in self.orders.items()
            for sign in ("", "-")
            for lang in LANGUAGES
        }

    @cached_property
    def orders_by_language(self) -> frozenset[str]:
        """The orders that differ from language to language."""
        columns = {key: tuple(map(str, value)) for key, value in self.order_columns.items()}
        return frozenset(name for name, lang in columns if columns[name, lang] != columns[name, LANGUAGES[0]])


@dataclass(frozen=True, eq=False, kw_only=True)
class Resource(ListSpec):
    """Declaration of a collection. Its table gets the indexes that its default order needs."""

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
        order = self.orders[self.default_sort.lstrip("-")](self.table, "en", False)
        if len(order) > 1:
            Index(f"ix_{self.table.name}_order", *order, **partial)

    def address(self, id: str) -> str:
        """Path of an item."""
        return f"{self.path}/{id}"

    @property
    def column_names(self) -> list[str]:
        """Columns of a version that filters and orders read, without those that every version has."""
        return [name for name in self.table_model.model_fields if name not in Version.model_fields]


def tables_of(resources: Mapping[str, Resource]) -> dict[str, Table]:
    """The table of versions of each collection, by name."""
    return {name: resource.table for name, resource in resources.items()}


class RecordSummary(BaseModel):
    """A record in short."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    collection: Slug = Field(description="Collection of the record.", examples=["timeline-events"])
    id: Slug = Field(description="Id of the record.", examples=["first-nuclear-test"])
    title: Text = Field(description="What it is, in the language of the response.")
    date: str | None = Field(
        description="When it happened, came into force or ran (EDTF), null where it has no place in the timeline.",
        examples=["2006-10-09"],
    )
    earliest: str | None = Field(
        description="First day that `date` can be (ISO 8601 day), null if open or unknown.", examples=["2006-10-09"]
    )
    latest: str | None = Field(
        description="Last day that `date` can be (ISO 8601 day), null if open or unknown.", examples=["2006-10-09"]
    )
    topics: list[Slug] = Field(description="Ids of the engagement topics that it belongs to.")
    url: str = Field(description="Path of the item.", examples=["/v1/timeline-events/first-nuclear-test"])


def summarise(resource: Resource, record: Record) -> RecordSummary:
    """A record as the timeline and searches show it, in both languages; bounds are ISO days."""
    date = record.timeline_date()
    when = edtf.bounds(date) if date else edtf.Bounds(None, None)
    return RecordSummary(
        collection=resource.name,
        id=record.id,
        title=record.title,
        date=date,
        earliest=when.earliest,
        latest=when.latest,
        topics=getattr(record, "topics", []),
        url=resource.address(record.id),
    )


def by_id(table: Table, _lang: Language, _descending: bool) -> list[ColumnElement[Any]]:
    """Order by id."""
    return [table.c.id]


def by_title(table: Table, lang: Language, _descending: bool) -> list[ColumnElement[Any]]:
    """Order by title in the language of the response, accents and case folded when it was published."""
    return [table.c[f"title_key_{lang}"], table.c.id]


def title_keys(record: Record) -> dict[str, str]:
    """What titles sort by: folded in Python, since `lower('É')` stays `É` on SQLite."""
    return {f"title_key_{lang}": folded(getattr(record.title, lang)) for lang in LANGUAGES}


# Letters that Unicode does not take apart, though every dictionary does: without them Œuvre comes after Zone.
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})


def folded(text: str) -> str:
    """Text without accents and case, for comparing."""
    parts = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    return "".join(part for part in parts if not unicodedata.combining(part))


def public_json(record: Record, lang: Language, derived: Mapping[str, Any]) -> str:
    """A record as it is served in one language: compact JSON, UTF-8 when encoded to bytes."""
    return localised_json(record.model_copy(update={**record.derived(), **derived}), lang)


def localised_json(body: BaseModel, lang: Language) -> str:
    """What is served in one language of something bilingual: compact JSON."""
    return to_json(body, context={"lang": lang}).decode()
