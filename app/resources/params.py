"""Query parameters of lists and items: the models, and what their parameters accept."""

import re
from collections.abc import Iterable, Mapping
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
    model_validator,
)
from pydantic_core import CoreSchema, core_schema

from app.errors import InvalidValue
from app.model.fields import INSTANT, SLUG, SLUG_LENGTH, Language, References, language_of
from app.model.records import served_fields
from app.resources.filters import OwnIds, Where
from app.store.search.matching import matching
from app.store.search.query import parse

# The largest number that is accepted as a revision. Numbers beyond 64 bits would make the database driver fail.
MAX_REVISION = 2**31 - 1
MAX_VALUES = 50  # of one parameter in one request
_ZERO = " 00:00"  # the offset of UTC, where its `+` has become a blank
MAX_IDS = 200  # of the parameter `id` in one request: as many as a page has rows


@dataclass(frozen=True)
class OneOf:
    """Enum marker: one of these names, which are known only at run time; `Literal` needs them written out."""

    names: tuple[str, ...]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.literal_schema([*self.names])


@dataclass(frozen=True)
class SomeOf:
    """Enum marker: up to 50 of these names."""

    names: tuple[str, ...]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.list_schema(core_schema.literal_schema([*self.names]), max_length=MAX_VALUES)


def _marked(field: Any, marker: OneOf | SomeOf) -> Any:
    """A field that takes only the names of a marker."""
    field.metadata.append(marker)
    return field


def names_taken(model: type[BaseModel], parameter: str) -> tuple[str, ...]:
    """Enum values: the names that a parameter of a model accepts; empty if the model lacks the parameter."""
    field = model.model_fields.get(parameter)
    markers = field.metadata if field else []
    return next((marker.names for marker in markers if isinstance(marker, OneOf | SomeOf)), ())


def digits(value: Any) -> Any:
    """Integer check: raises InvalidValue, a ValueError, unless a text has only digits (int() also takes `1_0`)."""
    if isinstance(value, str) and not re.fullmatch("0|[1-9][0-9]*", value):
        raise InvalidValue("not-plain-digits")
    return value[:19] if isinstance(value, str) else value  # a number with so many is beyond all bounds


UPPER_CASE = BeforeValidator(lambda value: value.upper() if isinstance(value, str) else value)  # codes: `cad` is CAD


def _true_or_false(value: Any) -> Any:
    if isinstance(value, str) and value not in ("true", "false"):
        raise InvalidValue("not-a-boolean")
    return value


Limit = Annotated[int, Field(ge=1, le=200), BeforeValidator(digits)]
RevisionNumber = Annotated[int, Field(ge=1, le=MAX_REVISION), BeforeValidator(digits)]
Flag = Annotated[bool, BeforeValidator(_true_or_false), WithJsonSchema({"type": "boolean"})]
# The form is in the schema only: an id in another form was never published, and the nearest one is suggested.
Id = Annotated[str, Field(min_length=1), WithJsonSchema({"type": "string", "maxLength": SLUG_LENGTH, "pattern": SLUG})]
Ids = Annotated[list[Id], Field(max_length=MAX_VALUES)]
OwnIdList = Annotated[list[Id], Field(max_length=MAX_IDS), OwnIds()]

SEARCHED = Where(lambda index, params: matching(index.connection, params.q), is_cached=True)


def search_field(default: Any) -> Any:
    """Parameter `q` of full-text search: 1 to 200 characters, otherwise 422. The default `...` makes it required."""
    return Field(
        default,
        min_length=1,
        max_length=200,
        description="Words to find in texts of either language, in any inflection, whatever accents and case. All must "
        "occur, those in quotation marks as a phrase, but none after `-`. The last may be a beginning.",
        examples=["korea"],
    )


def require_words(text: str) -> str:
    """Check of a search text: raises InvalidValue, a ValueError, if it has nothing to find, or AND, OR or NOT."""
    parse(text)
    return text


def sort_by(orders: Mapping[str, Any], default: str) -> Any:
    """Parameter `sort`: the orders, each also with a leading `-` for descending; others are refused with 422."""
    names = tuple(sign + name for name in orders for sign in ("", "-"))
    return _marked(Field(default, description="Order of the rows; a leading `-` reverses it."), OneOf(names))


def format_among(*formats: str, description: str = "Format of the answer; without it `Accept` decides.") -> Any:
    """Parameter `format`: the first one is the default of content negotiation; others are refused with 422."""
    return _marked(Field(None, description=description, examples=[formats[0]]), OneOf(formats))


def columns_among(model: type[BaseModel]) -> Any:
    """Parameter `fields`: columns of an export, out of the fields of the model; others are refused with 422."""
    text = "For exports: their columns besides the key, joined by commas."
    return _some_of(served_fields(model), text, shown=False)  # an example would be refused with JSON


def facets_among(*filters: str) -> Any:
    """Parameter `facets`: the filters whose values can be counted; others are refused with 422."""
    text = "With `json`: filters whose values to count, joined by commas."
    return _some_of(filters, text)


def include_among(*collections: str) -> Any:
    """Parameter `include`: collections whose records the answer can include; others are refused with 422."""
    text = "With `json`: collections whose named records to include, joined by commas."
    return _some_of(collections, text)


def _some_of(names: Iterable[str], description: str, *, shown: bool = True) -> Any:
    taken = tuple(names)
    return _marked(Field([], description=description, examples=[[taken[0]]] if shown else None), SomeOf(taken))


def values_field(description: str, *example: str) -> Any:
    """Parameter of a filter with up to 50 values; more are refused with 422. OpenAPI shows `example` if given."""
    examples = [[*example]] if example else None
    return Field([], max_length=MAX_VALUES, description=description, examples=examples)


class NoParams(BaseModel):
    """Parameters of a route that takes none: any parameter is refused with 422."""

    model_config = ConfigDict(extra="forbid")


def _parts(values: Iterable[str]) -> list[str]:
    return [part.strip() for value in values for part in value.split(",")]


class RevisionParams(BaseModel):
    """Parameters of every answer from a dataset revision.

    A parameter with several values takes them repeated (`kind=a&kind=b`) or joined by commas (`kind=a,b`); one that is
    sent twice counts once.
    """

    model_config = ConfigDict(extra="forbid", populate_by_name=False)

    @model_validator(mode="before")
    @classmethod
    def _split_at_commas(cls, sent: Any) -> Any:
        return {name: _parts(value) if isinstance(value, list) else value for name, value in sent.items()}

    @field_validator("*")
    @classmethod
    def _each_value_once(cls, value: Any) -> Any:
        return list(dict.fromkeys(value)) if isinstance(value, list) else value

    lang: Annotated[Language | None, BeforeValidator(lambda tag: language_of(tag) or tag)] = Field(
        None,
        description="Language of the texts (BCP 47); without it `Accept-Language` decides, else English.",
        examples=["fr"],
    )
    format: str | None = format_among("json")
    revision: RevisionNumber | None = Field(
        None,
        description="Number of the dataset revision to answer from; without it the newest.",
        examples=[1],
    )
    as_of: str | None = Field(
        None,
        max_length=32,
        description="UTC instant (ISO 8601, ending in `Z` or `+00:00`): answer from the revision that was the newest "
        "then. Not in the future, not before the first revision, and not together with `revision`.",
        json_schema_extra={"type": "string", "format": "date-time", "pattern": INSTANT},
    )

    @field_validator("as_of")
    @classmethod
    def _plus_sent_as_it_is(cls, instant: str) -> str:
        """`+` in a query means a blank: `…T00:00:00+00:00` sent without percent-encoding arrives with one."""
        return f"{instant[: -len(_ZERO)]}+00:00" if instant.endswith(_ZERO) else instant


class ItemParams(RevisionParams):
    """Parameters of an item. Each collection declares the names that `include` accepts."""

    format: str | None = format_among("json", "csl", "bibtex", "txt")
    include: list[str] = []


class PageParams(RevisionParams):
    """Parameters of every answer that has pages."""

    limit: Limit = Field(50, description="Maximum number of rows on a page.", examples=[10])
    cursor: str | None = Field(
        None,
        max_length=512,  # the longest is shorter: addresses with a cursor fit into the headers that proxies take
        description="`page.next` of the previous page: the next page begins after it, at the same revision. Only "
        "`limit` may change and, unless sorted by title, `lang`; send the other parameters unchanged.",
    )


class SearchFilter(RevisionParams):
    """Filter `q`, which every collection has."""

    q: Annotated[str | None, SEARCHED] = search_field(None)

    _has_words = field_validator("q")(require_words)


class ListParams(SearchFilter, PageParams):
    """Parameters that the list of every collection has.

    A collection adds its filters, and declares the names that `sort`, `fields`, `facets` and `include` accept.
    """

    sort: str = "id"
    format: str | None = format_among("json", "csv", "jsonl", "xlsx")
    id: OwnIdList = Field([], description="Only the records with these ids; those withdrawn are left out.")


class SourceFilter(BaseModel):
    """Filter `source`."""

    source: Annotated[Ids, References("sources")] = Field(
        [], description="Only records that cite one of these sources (ids).", examples=[["gac-country-page"]]
    )


class TopicFilter(SourceFilter):
    """Filters `source` and `topic`."""

    topic: Annotated[Ids, References("engagement-topics")] = Field(
        [], description="Only records that belong to one of these topics (ids).", examples=[["regional-security"]]
    )


class ActorFilter(BaseModel):
    """Filter `actor`."""

    actor: Annotated[Ids, References("actors")] = Field(
        [], description="Only records that name one of these actors (ids).", examples=[["north-korea"]]
    )


class InstrumentFilter(BaseModel):
    """Filter `instrument`."""

    instrument: Annotated[Ids, References("legal-instruments")] = Field(
        [], description="Only records that name one of these legal instruments (ids).", examples=[["unscr-1718"]]
    )
