"""What a request may ask of a list or an item: the query models, and the marks that turn a parameter into SQL."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, field_validator
from sqlalchemy import ColumnElement, Table

from app.model.fields import SLUG, SLUG_LENGTH, Language, Refers
from app.store.search import sqlite as fulltext

# Beyond this a number cannot be a revision, and beyond 64 bits a driver fails instead of answering.
MAX_REVISION = 2**31 - 1
# One way to write an instant: the standard library would also read week dates, bare hours and commas.
INSTANT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|\+00:00)$"


@dataclass(frozen=True)
class Where:
    """Marks a parameter with the condition that it puts on a list, from the table and the whole query.

    A parameter that asks for values of one column names it: such can be counted as facets too.
    """

    condition: Callable[[Table, Any], ColumnElement[bool]]
    column: str | None = None


def one_of(column: str) -> Where:
    """The column's value is one of those given; the parameter may be repeated for "either"."""
    return Where(lambda table, query: table.c[column].in_(getattr(query, column)), column)


def equals(column: str) -> Where:
    """The column's value is the one given."""
    return Where(lambda table, query: table.c[column] == getattr(query, column), column)


def digits(value: Any) -> Any:
    """The value, if a text only of plain digits; ValueError otherwise, where int() would take `+1`, `1_0` and ` 1`."""
    if isinstance(value, str) and not re.fullmatch("0|[1-9][0-9]{0,18}", value):
        raise ValueError("write a whole number in digits, without sign, point, exponent or leading zero")
    return value


def _true_or_false(value: Any) -> Any:
    if isinstance(value, str) and value not in ("true", "false"):
        raise ValueError("write true or false")
    return value


def _apart(value: Any) -> Any:
    return [name for part in value for name in str(part).split(",")] if isinstance(value, list) else value


Limit = Annotated[int, Field(ge=1, le=200), BeforeValidator(digits)]
RevisionNumber = Annotated[int, Field(ge=1, le=MAX_REVISION), BeforeValidator(digits)]
Flag = Annotated[bool, BeforeValidator(_true_or_false), WithJsonSchema({"type": "boolean"})]
Id = Annotated[str, Field(max_length=SLUG_LENGTH, pattern=SLUG)]
Ids = Annotated[list[Id], Field(max_length=50)]


SEARCHED = Where(lambda table, query: fulltext.matches(table, query.q))


def words_to_find(default: Any) -> Any:
    """The field `q` of a query model; `...` where a request has to have it."""
    return Field(
        default,
        min_length=1,
        max_length=200,
        description="Words to look for in the texts of both languages, accents and case ignored. All must occur; "
        "words in quotes as a phrase; the last word also as a beginning.",
        examples=["korea"],
    )


def has_words(text: str) -> str:
    """The text, if there is something in it to look for; ValueError otherwise."""
    if not fulltext.tokens(text):
        raise ValueError("holds no letter or digit to look for: write a word")
    return text


def names_among(names: Sequence[str], description: str) -> Any:
    """Type and field of a parameter that takes some of these names, joined by commas or given more than once."""
    some = Annotated[list[Literal[*names]], BeforeValidator(_apart)]  # type: ignore[valid-type]  # known when it runs
    return some, Field([], max_length=50, description=description, examples=[[names[0]]])


def ordered_by(default: str) -> Any:
    """The field `sort` of a query model, with the order that a request gets which names none."""
    return Field(default, description="Order of the rows; a leading `-` turns it round.")


class NoQuery(BaseModel):
    """No parameter is taken."""

    model_config = ConfigDict(extra="forbid")


class ItemQuery(BaseModel):
    """The parameters of every answer that speaks for a revision."""

    model_config = ConfigDict(extra="forbid", populate_by_name=False)

    lang: Language | None = Field(
        None,
        description="Language of the texts; otherwise `Accept-Language` decides, then English.",
        examples=["fr"],
    )
    format: Literal["json"] | None = Field(
        None, description="Format of the answer; otherwise `Accept` decides.", examples=["json"]
    )
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


class PageQuery(ItemQuery):
    """The parameters of every answer that comes in pages."""

    limit: Limit = Field(50, description="Most rows a page can have.", examples=[10])
    cursor: str | None = Field(
        None,
        max_length=12_000,  # the position in a list by title holds the title
        description="`page.next` of the page before: goes on where that ended, at the same revision. `limit` may "
        "differ, `lang` too unless sorted by title; all else stays as it was.",
        examples=["dGhlIG5leHQgcGFnZSBvZiBhIGxpc3Q"],
    )


class FilterQuery(ItemQuery):
    """The filter that every collection has."""

    q: Annotated[str | None, SEARCHED] = words_to_find(None)

    _has_words = field_validator("q")(has_words)


class ListQuery(FilterQuery, PageQuery):
    """The parameters that every list has; a collection adds its filters and says what it can sort by."""

    sort: str = ordered_by("id")


class Sourced(BaseModel):
    """The filter `source`."""

    source: Annotated[Ids, Refers("sources")] = Field(
        [], description="Only records that cite one of these sources (ids).", examples=[["gac-country-page"]]
    )


class TopicalQuery(Sourced):
    """The filters `source` and `topic`."""

    topic: Annotated[Ids, Refers("engagement-topics")] = Field(
        [], description="Only records of one of these topics (ids).", examples=[["regional-security"]]
    )


class ByActor(BaseModel):
    """The filter `actor`."""

    actor: Annotated[Ids, Refers("actors")] = Field(
        [], description="Only records that name one of these actors (ids).", examples=[["north-korea"]]
    )


class ByInstrument(BaseModel):
    """The filter `instrument`."""

    instrument: Annotated[Ids, Refers("legal-instruments")] = Field(
        [], description="Only records that name one of these instruments (ids).", examples=[["unscr-1718"]]
    )
