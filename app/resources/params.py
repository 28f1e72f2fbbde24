"""Query parameters of lists and items: the models, and the markers that turn a parameter into SQL."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    WithJsonSchema,
    field_validator,
)
from pydantic_core import CoreSchema, core_schema
from sqlalchemy import ColumnElement, Table

from app.errors import InvalidValue
from app.model.fields import INSTANT, SLUG, SLUG_LENGTH, Language, References
from app.store.search import sqlite as fulltext

# Beyond this a number cannot be a revision, and beyond 64 bits a driver fails instead of answering.
MAX_REVISION = 2**31 - 1
MAX_VALUES = 50  # of one parameter in one request


@dataclass(frozen=True)
class Where:
    """Filter marker: the condition that a parameter puts on a list, from the table and all parameters.

    A parameter that asks for values of one column names that column: such a parameter can be a facet too.
    """

    condition: Callable[[Table, Any], ColumnElement[bool]]
    column: str | None = None


def one_of(column: str) -> Where:
    """Filter: the column has one of the values given; the parameter may be repeated for "either"."""
    return Where(lambda table, params: table.c[column].in_(getattr(params, column)), column)


def equals(column: str) -> Where:
    """Filter: the column has the value given."""
    return Where(lambda table, params: table.c[column] == getattr(params, column), column)


@dataclass(frozen=True)
class OneOf:
    """Enum marker: one of these names, known only when the program runs, where `Literal` needs them written out."""

    names: tuple[str, ...]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.literal_schema([*self.names])


@dataclass(frozen=True)
class SomeOf:
    """Enum marker: up to 50 of these names, joined by commas or in a parameter that is repeated."""

    names: tuple[str, ...]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        names = core_schema.list_schema(core_schema.literal_schema([*self.names]), max_length=MAX_VALUES)
        return core_schema.no_info_before_validator_function(_split, names)


def _split(values: list[str]) -> list[str]:
    return [name for value in values for name in value.split(",")]


def _marked(field: Any, marker: OneOf | SomeOf) -> Any:
    """A field that takes only the names of a marker."""
    field.metadata.append(marker)
    return field


def names_taken(model: type[BaseModel], parameter: str) -> tuple[str, ...]:
    """The names that a parameter of a model takes; none if the model lacks the parameter."""
    field = model.model_fields.get(parameter)
    markers = field.metadata if field else []
    return next((marker.names for marker in markers if isinstance(marker, OneOf | SomeOf)), ())


def digits(value: Any) -> Any:
    """The value, if a text only of plain digits; ValueError otherwise, where int() would take `+1`, `1_0` and ` 1`."""
    if isinstance(value, str) and not re.fullmatch("0|[1-9][0-9]{0,18}", value):
        raise InvalidValue("not-plain-digits")
    return value


def _true_or_false(value: Any) -> Any:
    if isinstance(value, str) and value not in ("true", "false"):
        raise InvalidValue("not-a-boolean")
    return value


Limit = Annotated[int, Field(ge=1, le=200), BeforeValidator(digits)]
RevisionNumber = Annotated[int, Field(ge=1, le=MAX_REVISION), BeforeValidator(digits)]
Flag = Annotated[bool, BeforeValidator(_true_or_false), WithJsonSchema({"type": "boolean"})]
Id = Annotated[str, Field(max_length=SLUG_LENGTH, pattern=SLUG)]
Ids = Annotated[list[Id], Field(max_length=MAX_VALUES)]

SEARCHED = Where(lambda table, params: fulltext.matches(table, params.q))


def search_field(default: Any) -> Any:
    """The field `q` of a parameter model; `...` where a request has to have it."""
    return Field(
        default,
        min_length=1,
        max_length=200,
        description="Words to look for in the texts of both languages, accents and case ignored. All must occur; "
        "words in quotes as a phrase; the last word also as a beginning.",
        examples=["korea"],
    )


def require_words(text: str) -> str:
    """The text, if it has something to look for; ValueError otherwise."""
    if not fulltext.tokens(text):
        raise InvalidValue("no-words")
    return text


def sort_by(orders: Mapping[str, Any], default: str) -> Any:
    """The field `sort`: each order by its name and, reversed, with a leading `-`."""
    names = tuple(sign + name for name in orders for sign in ("", "-"))
    return _marked(Field(default, description="Order of the rows; a leading `-` turns it round."), OneOf(names))


def format_among(*formats: str, description: str = "Format of the answer; otherwise `Accept` decides.") -> Any:
    """The field `format`; the first format is the default of negotiation."""
    return _marked(Field(None, description=description, examples=[formats[0]]), OneOf(formats))


def columns_among(model: type[BaseModel]) -> Any:
    """The field `fields`: the columns of an export are fields of the model."""
    text = "With `csv` and `jsonl`: the fields to give, joined by commas; the key always comes."
    return _some_of(model.model_fields, text)


def facets_among(*filters: str) -> Any:
    """The field `facets`: the filters whose values can be counted."""
    text = "With `json`: what to count in all rows that match, value by value; joined by commas."
    return _some_of(filters, text)


def include_among(*collections: str) -> Any:
    """The field `include`: the collections whose records an answer can take along."""
    text = "With `json`: collections whose records to put beside those that name them, joined by commas."
    return _some_of(collections, text)


def _some_of(names: Iterable[str], description: str) -> Any:
    taken = tuple(names)
    return _marked(Field([], description=description, examples=[[taken[0]]]), SomeOf(taken))


def values_field(description: str, *example: str) -> Any:
    """The field of a filter that takes up to 50 values of a list; without an example its first value is one."""
    examples = [[*example]] if example else None
    return Field([], max_length=MAX_VALUES, description=description, examples=examples)


class NoParams(BaseModel):
    """No parameter is taken."""

    model_config = ConfigDict(extra="forbid")


class RevisionParams(BaseModel):
    """Parameters of every answer that speaks for a revision."""

    model_config = ConfigDict(extra="forbid", populate_by_name=False)

    lang: Language | None = Field(
        None,
        description="Language of the texts; otherwise `Accept-Language` decides, then English.",
        examples=["fr"],
    )
    format: str | None = format_among("json")
    revision: RevisionNumber | None = Field(
        None,
        description="Answer as it was at this dataset revision; otherwise the newest counts.",
        examples=[1],
    )
    as_of: str | None = Field(
        None,
        max_length=32,
        description="Answer as it was at this UTC instant (ISO 8601, ended by `Z` or `+00:00`), not in the future, nor "
        "before the first revision, nor beside `revision`.",
        examples=["2026-11-24T00:00:00Z"],
        json_schema_extra={"type": "string", "format": "date-time", "pattern": INSTANT},
    )


class ItemParams(RevisionParams):
    """Parameters of an item; a collection says which names `include` takes."""

    format: str | None = format_among("json", "csl")
    include: list[str] = []


class PageParams(RevisionParams):
    """Parameters of every answer that comes in pages."""

    limit: Limit = Field(50, description="Most rows a page can have.", examples=[10])
    cursor: str | None = Field(
        None,
        max_length=12_000,  # the position in a list by title holds the title
        description="`page.next` of the page before: goes on where that ended, at the same revision. `limit` may "
        "differ, `lang` too unless sorted by title; all else stays as it was.",
        examples=["dGhlIG5leHQgcGFnZSBvZiBhIGxpc3Q"],
    )


class SearchFilter(RevisionParams):
    """The filter `q`, which every collection has."""

    q: Annotated[str | None, SEARCHED] = search_field(None)

    _has_words = field_validator("q")(require_words)


class ListParams(SearchFilter, PageParams):
    """Parameters that the list of every collection has.

    It adds its filters, and says which names `sort`, `fields`, `facets` and `include` take.
    """

    sort: str = "id"
    format: str | None = format_among("json", "csv", "jsonl")


class SourceFilter(BaseModel):
    """The filter `source`."""

    source: Annotated[Ids, References("sources")] = Field(
        [], description="Only records that cite one of these sources (ids).", examples=[["gac-country-page"]]
    )


class TopicFilter(SourceFilter):
    """The filters `source` and `topic`."""

    topic: Annotated[Ids, References("engagement-topics")] = Field(
        [], description="Only records of one of these topics (ids).", examples=[["regional-security"]]
    )


class ActorFilter(BaseModel):
    """The filter `actor`."""

    actor: Annotated[Ids, References("actors")] = Field(
        [], description="Only records that name one of these actors (ids).", examples=[["north-korea"]]
    )


class InstrumentFilter(BaseModel):
    """The filter `instrument`."""

    instrument: Annotated[Ids, References("legal-instruments")] = Field(
        [], description="Only records that name one of these instruments (ids).", examples=[["unscr-1718"]]
    )
