"""Base models of records, `Record` and `Topical`: the fields that every published record has; and citations."""

import functools
from collections.abc import Iterator
from typing import Annotated, Any, NamedTuple, Self, TypeVar

from pydantic import BaseModel, Field, WithJsonSchema, model_validator

from app.errors import InvalidValue
from app.model import edtf
from app.model.fields import (
    Address,
    Computed,
    ContentModel,
    DerivingModel,
    PlainOrText,
    PlainText,
    References,
    Searchable,
    SeedOnly,
    Slug,
    Text,
    models_in,
)

MOST_WORDS = 8  # of the start or end of a passage; users are promised this number
COLLECTION = "Its collection."  # description of the field, which each model declares with its own constant
M = TypeVar("M", bound=ContentModel)


class Fragment(ContentModel):
    """A passage of a source: where it starts and, for a longer one, where it ends (each at most 8 words)."""

    start: PlainText = Field(description="First words of the passage; they occur in the source exactly once.")
    end: PlainText | None = Field(None, description="Last words of the passage, null if `start` is the whole passage.")

    @model_validator(mode="after")
    def _short(self) -> Self:
        for words in (self.start, self.end or ""):
            if len(words.split()) > MOST_WORDS:
                raise InvalidValue("passage-too-long", most=MOST_WORDS, words=words)
        return self


def _is_empty(value: Any) -> bool:
    return not value


FieldName = Annotated[str, Field(pattern="^[a-z_]+$", max_length=50)]


class Citation(DerivingModel):
    """Evidence for a statement: a source, the section in it, and the passage."""

    source: Annotated[Slug, References("sources")] = Field(
        description="Id of the source.", examples=["gac-country-page"]
    )
    section: Annotated[PlainOrText | None, Searchable(ranked=False)] = Field(
        None,
        description="Heading or provision in the source, in the language of the response; null if it has no parts.",
        examples=["s. 5(1)"],
    )
    fragment: Fragment | None = Field(None, description="The passage, null if the text of the source is not kept.")
    page: Annotated[Address | None, SeedOnly()] = Field(
        None, exclude_if=_is_empty, description="Web address of the section itself, such as the page of a provision."
    )
    filled_fields: Annotated[list[FieldName], SeedOnly()] = Field(
        [], exclude_if=_is_empty, description="Fields that had no value until an import took one from here."
    )
    url: Annotated[Address | None, Computed] = Field(
        None,
        description="Most exact address known: of passage (a text fragment), section or source; null if there is none.",
    )


class Pointer(ContentModel):
    """A record of any collection."""

    collection: Slug = Field(description="Collection of the record.", examples=["legal-instruments"])
    id: Slug = Field(description="Id of the record.", examples=["unscr-1718"])


class OtherValue(ContentModel):
    """What another source says instead of the value of a field."""

    field: FieldName = Field(description="Field of the record.", examples=["date"])
    value: PlainOrText = Field(description="The other value, as text.", examples=["2018-01-15"])
    citations: list[Citation] = Field(min_length=1, description="Evidence for it.")


def _served(schema: dict[str, Any]) -> WithJsonSchema:
    """JSON schema of a derived field in answers, where it is never null."""
    return WithJsonSchema(schema, mode="serialization")


# The last fields of every record, in this order; the fields of its collection come before them.
_LAST = (
    *("earliest", "latest", "in_force_from", "in_force_to", "status", "status_as_of"),
    *("topics", "citations", "other_values", "revision", "published_at", "url"),
)


class Record(DerivingModel):
    """Base model of records: the fields that every published record has."""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Field order: put the fields of all records after those of the collection, in answers and in the schema."""
        super().__pydantic_init_subclass__(**kwargs)
        fields = cls.__pydantic_fields__
        last = {name: fields[name] for name in _LAST if name in fields}
        cls.__pydantic_fields__ = {name: info for name, info in fields.items() if name not in last} | last
        cls.model_rebuild(force=True)

    collection: Annotated[str, Computed] = Field("", description=COLLECTION)  # each model has its own constant
    id: Slug = Field(description="Stable id: a slug that never changes and is never used for another record.")
    title: Text = Field(description="Title of the record, in the language of the response.")
    summary: Text = Field(description="The statement in this project's own words, in the language of the response.")
    citations: list[Citation] = Field(min_length=1, description="Evidence for the statement.")
    other_values: list[OtherValue] = Field([], description="What other sources say instead.")
    revision: Annotated[int | None, Computed, _served({"type": "integer", "minimum": 1})] = Field(
        None, description="Dataset revision that published this version.", examples=[1]
    )
    published_at: Annotated[str | None, Computed, _served({"type": "string", "format": "date-time"})] = Field(
        None, description="When that revision was published, in UTC.", examples=["2026-11-23T12:00:00Z"]
    )
    url: Annotated[str | None, Computed, _served({"type": "string"})] = Field(
        None, description="Path of the record.", examples=["/v1/actors/canada"]
    )

    @model_validator(mode="after")
    def _other_values_of_fields(self) -> Self:
        fields = type(self).model_fields
        for other in self.other_values:
            if other.field not in fields or Computed in fields[other.field].metadata:
                raise InvalidValue("other-value-of-no-field", field=other.field)
        return self

    def date_bounds(self) -> edtf.Bounds | None:
        """Bounds of the record's own date in ISO days; None if it has no date."""
        return None

    def timeline_date(self) -> str | None:
        """Date in the timeline (EDTF); None if the record is not in the timeline."""
        return None

    def index_columns(self) -> dict[str, Any]:
        """Index columns: values for filters and orders that no field has, such as the ISO days of an EDTF date."""
        return {}

    def derived(self) -> dict[str, Any]:
        """Derived fields that follow from the record alone; the others need its revision or the sources' addresses."""
        return {}


class Topical(Record):
    """Record that belongs to engagement topics."""

    topics: Annotated[list[Slug], References("engagement-topics")] = Field(
        [], description="Ids of the engagement topics that the record belongs to.", examples=[["regional-security"]]
    )


def citations_of(record: Record) -> Iterator[tuple[str, Citation]]:
    """Citations of a record, also of its other values, each with its path, such as `citations.0`."""
    for position, citation in enumerate(record.citations):
        yield f"citations.{position}", citation
    for number, other in enumerate(record.other_values):
        for position, citation in enumerate(other.citations):
            yield f"other_values.{number}.citations.{position}", citation


class Reference(NamedTuple):
    """Reference: a field of a record, and the record whose id it has."""

    field: str
    collection: str
    id: str


def references(shape: BaseModel) -> Iterator[Reference]:
    """References of a record to others, in the order of its fields. A nested field has its own name, not its path."""
    for name, target in _reference_fields(type(shape)):
        value = getattr(shape, name)
        for item in value if isinstance(value, list) else (value,):
            if item is None:
                continue
            if isinstance(item, str):
                yield Reference(name, target, item)
            elif isinstance(item, Pointer):
                yield Reference(name, item.collection, item.id)
            else:
                yield from references(item)


def reference_target(model: type[BaseModel], field: str) -> str:
    """Reference target: the collection whose ids a field has. Raises KeyError for a field without such."""
    targets = {name: target for name, target in _reference_fields(model) if target}
    return targets[field]


@functools.cache
def _reference_fields(model: type[BaseModel]) -> list[tuple[str, str]]:
    """Fields that name records, or have models that do, each with the collection that its ids are of, if any."""
    fields = model.model_fields.items()
    targets = {
        name: next((mark.collection for mark in info.metadata if isinstance(mark, References)), "")
        for name, info in fields
    }
    return [
        (name, targets[name])
        for name, info in fields
        if targets[name] or any(one is Pointer or _reference_fields(one) for one in models_in(info.annotation))
    ]


def served_fields(model: type[BaseModel]) -> list[str]:
    """Served fields: the names of those that answers have, in their order. The others are only in the seed form."""
    return [name for name in model.model_fields if name not in _seed_only(model)]


def served(shape: M, **derived: Any) -> M:
    """Served form of a record or a part of it: with derived fields, without those that are only in the seed form."""
    return shape.model_copy(update=_seed_only(type(shape)) | derived)


@functools.cache
def _seed_only(model: type[BaseModel]) -> dict[str, Any]:
    """Fields that are only in the seed form, each with its default."""
    fields = model.model_fields.items()
    return {name: info.default for name, info in fields if any(isinstance(mark, SeedOnly) for mark in info.metadata)}
