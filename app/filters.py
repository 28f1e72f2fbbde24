"""What a request may ask of a list or an item: the query models, and the marks that turn a parameter into SQL."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, field_validator
from sqlalchemy import ColumnElement, Table

from app import search
from app.fields import SLUG, SLUG_LENGTH, Language, Refers

# Beyond this a number cannot be a revision, and beyond 64 bits a driver fails instead of answering.
MAX_REVISION = 2**31 - 1
# One way to write an instant: the standard library would also read week dates, bare hours and commas.
INSTANT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?Z$"


@dataclass(frozen=True)
class Where:
    """Marks a parameter with the condition that it puts on a list, from the table and the whole query."""

    condition: Callable[[Table, Any], ColumnElement[bool]]


def one_of(column: str) -> Where:
    """The column's value is one of those given; the parameter may be repeated for "either"."""
    return Where(lambda table, query: table.c[column].in_(getattr(query, column)))


def equals(column: str) -> Where:
    """The column's value is the one given."""
    return Where(lambda table, query: table.c[column] == getattr(query, column))


def _digits(value: Any) -> Any:
    if isinstance(value, str) and not re.fullmatch("0|[1-9][0-9]{0,18}", value):
        raise ValueError("write a whole number in digits, without sign, point, exponent or leading zero")
    return value


def _true_or_false(value: Any) -> Any:
    if isinstance(value, str) and value not in ("true", "false"):
        raise ValueError("write true or false")
    return value


def _slug(value: str) -> str:
    if not re.fullmatch(SLUG, value):
        raise ValueError("write an id: lower-case words joined by hyphens")
    return value


Limit = Annotated[int, Field(ge=1, le=200), BeforeValidator(_digits)]
RevisionNumber = Annotated[int, Field(ge=1, le=MAX_REVISION), BeforeValidator(_digits)]
Flag = Annotated[bool, BeforeValidator(_true_or_false), WithJsonSchema({"type": "boolean"})]
Id = Annotated[str, Field(max_length=SLUG_LENGTH, pattern=SLUG)]
Ids = Annotated[list[Id], Field(max_length=50)]


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
        max_length=27,
        description="Answer as it was at this UTC instant (ISO 8601, ended by `Z`), not in the future, nor before the "
        "first revision, nor beside `revision`.",
        examples=["2026-11-24T00:00:00Z"],
        json_schema_extra={"type": "string", "format": "date-time", "pattern": INSTANT},
    )


CURSOR: Any = Field(
    None,
    max_length=2000,
    description="`page.next` of the page before: goes on where that ended, at the same revision. `limit` may differ, "
    "`lang` too unless sorted by title; all else stays as it was.",
    examples=["dGhlIG5leHQgcGFnZSBvZiBhIGxpc3Q"],
)


class ListQuery(ItemQuery):
    """The parameters that every list has; a collection adds its filters and says what it can sort by."""

    q: Annotated[str | None, Where(lambda table, query: search.matches(table, query.q))] = Field(
        None,
        min_length=1,
        max_length=200,
        description="Words to look for in the texts of both languages, accents and case ignored. All must occur; "
        "words in quotes as a phrase; the last word also as a beginning.",
        examples=["korea"],
    )
    sort: str = ordered_by("id")
    limit: Limit = Field(50, description="Most rows a page can have.", examples=[10])
    cursor: str | None = CURSOR

    @field_validator("q")
    @classmethod
    def _has_words(cls, text: str) -> str:
        if not search.tokens(text):
            raise ValueError("holds no letter or digit to look for: write a word")
        return text


SourceFilter = Annotated[Ids, Refers("sources")]
TopicFilter = Annotated[Ids, Refers("engagement-topics")]
ActorFilter = Annotated[Ids, Refers("actors")]
InstrumentFilter = Annotated[Ids, Refers("legal-instruments")]

BY_SOURCE: Any = Field(
    [], description="Only records that cite one of these sources (ids).", examples=[["gac-country-page"]]
)
BY_TOPIC: Any = Field([], description="Only records of one of these topics (ids).", examples=[["regional-security"]])
BY_ACTOR: Any = Field([], description="Only records that name one of these actors (ids).", examples=[["north-korea"]])
BY_INSTRUMENT: Any = Field(
    [], description="Only records that name one of these instruments (ids).", examples=[["unscr-1718"]]
)


class Sourced(BaseModel):
    """The filter `source`."""

    source: SourceFilter = BY_SOURCE


class TopicalQuery(Sourced):
    """The filters `source` and `topic`."""

    topic: TopicFilter = BY_TOPIC
