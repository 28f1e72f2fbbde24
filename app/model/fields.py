"""The types that records are written in: bilingual text, ids, dates that say how much is known, citations.

One class serves both ways: in seed form a `Text` is `{"en": …, "fr": …}`; serialised with `context={"lang": "fr"}` it
is one string. Fields marked `Computed` are computed when a version is published and are refused in seed form.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NamedTuple, Self, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    PlainSerializer,
    SerializationInfo,
    ValidationError,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import CoreSchema

from app.errors import CodedError, Fault, InvalidValue, pydantic_fault
from app.model import edtf

Language = Literal["en", "fr"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
# One way to write an instant: the standard library would also read week dates, bare hours and commas.
INSTANT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|\+00:00)$"
MOST_WORDS = 8  # of the start or end of a passage: the contract says so
SLUG_LENGTH = 100  # the id columns have this length: raising it needs a migration


@dataclass(frozen=True)
class References:
    """Marks a field whose values are ids in another collection."""

    collection: str


class Computed:
    """Marks a field computed at publication: served, but no part of the seed form or of the digest."""


class OpenEnum:
    """Marks a value list that may grow: strict on input, a plain string with the known values in responses."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        schema = handler(core)
        if handler.mode == "validation":
            return schema
        return {"type": "string", "x-extensible-enum": schema.get("enum") or [schema["const"]]}


def _tidy(text: str) -> str:
    if text != unicodedata.normalize("NFC", text).strip():
        raise InvalidValue("untidy-text")
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
        raise InvalidValue("control-character")
    return text


PlainText = Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(_tidy)]
Slug = Annotated[str, Field(pattern=SLUG, max_length=SLUG_LENGTH)]


def _edtf(text: str) -> str:
    edtf.bounds(text)
    return text


def _edtf_date(text: str) -> str:
    if edtf.is_interval(text):
        raise InvalidValue("not-one-date")
    return _edtf(text)


Edtf = Annotated[str, AfterValidator(_edtf)]
EdtfDate = Annotated[str, AfterValidator(_edtf_date)]


class ContentModel(BaseModel):
    """Base of all that is published: nothing unknown gets in, nothing derived is set from outside."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_serialization_defaults_required=True)

    @model_validator(mode="before")
    @classmethod
    def _no_derived_input(cls, data: Any) -> Any:
        for name, info in cls.model_fields.items():
            if Computed in info.metadata and isinstance(data, dict) and name in data:
                raise InvalidValue("computed-field", field=name)
        return data


class Bilingual(ContentModel):
    """The same words in English and in French; both are required."""

    en: PlainText
    fr: PlainText


def _speak(text: Bilingual, info: SerializationInfo) -> str | dict[str, str]:
    lang = (info.context or {}).get("lang")
    return getattr(text, lang) if lang else {"en": text.en, "fr": text.fr}


Text = Annotated[Bilingual, PlainSerializer(_speak), WithJsonSchema({"type": "string"}, mode="serialization")]


class Fragment(ContentModel):
    """A passage of a source: where it starts and, for a longer one, where it ends (each at most 8 words)."""

    start: PlainText = Field(description="First words of the passage; they occur in the source exactly once.")
    end: PlainText | None = Field(None, description="Last words of the passage, or null where `start` is all of it.")

    @model_validator(mode="after")
    def _short(self) -> Self:
        for words in (self.start, self.end or ""):
            if len(words.split()) > MOST_WORDS:
                raise InvalidValue("passage-too-long", most=MOST_WORDS, words=words)
        return self


class Citation(ContentModel):
    """What a statement rests on: a source, the section in it, and the passage."""

    source: Annotated[Slug, References("sources")] = Field(
        description="Id of the source.", examples=["gac-country-page"]
    )
    section: PlainText | None = Field(
        None,
        description="Heading of the passage's section; null where the text of the source is not kept.",
    )
    fragment: Fragment | None = Field(None, description="The passage; null where the text of the source is not kept.")
    url: Annotated[str | None, Computed] = Field(
        None, description="Deep link to the passage (a text fragment), or null where there is no fragment."
    )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.section is None) != (self.fragment is None):
            raise InvalidValue("incomplete-passage")
        return self


class Pointer(ContentModel):
    """A record of any collection."""

    collection: Slug = Field(description="Collection of the record.", examples=["legal-instruments"])
    id: Slug = Field(description="Id of the record.", examples=["unscr-1718"])


def _served(schema: dict[str, Any]) -> WithJsonSchema:
    """The schema of a derived field as it is served, where it is never null."""
    return WithJsonSchema(schema, mode="serialization")


# The last fields of every record, in this order; its own fields come before them.
_LAST = (
    *("earliest", "latest", "in_force_from", "in_force_to", "topics", "citations"),
    *("revision", "published_at", "url"),
)


class Record(ContentModel):
    """What every published record has."""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Put what all records have after a record's own fields, in answers and in their schema."""
        super().__pydantic_init_subclass__(**kwargs)
        fields = cls.__pydantic_fields__
        last = {name: fields[name] for name in _LAST if name in fields}
        cls.__pydantic_fields__ = {name: info for name, info in fields.items() if name not in last} | last
        cls.model_rebuild(force=True)

    id: Slug = Field(description="Stable id: a slug that never changes and is never used for anything else.")
    title: Text = Field(description="What it is, in the language of the response.")
    summary: Text = Field(description="The statement in this project's own words, in the language of the response.")
    citations: list[Citation] = Field(min_length=1, description="What the statement rests on.")
    revision: Annotated[int | None, Computed, _served({"type": "integer", "minimum": 1})] = Field(
        None, description="Dataset revision that published this version.", examples=[1]
    )
    published_at: Annotated[str | None, Computed, _served({"type": "string", "format": "date-time"})] = Field(
        None, description="When that revision was published, UTC.", examples=["2026-11-23T12:00:00Z"]
    )
    url: Annotated[str | None, Computed, _served({"type": "string"})] = Field(
        None, description="Path of the item.", examples=["/v1/actors/canada"]
    )

    def date_bounds(self) -> edtf.Bounds | None:
        """Strict ISO bounds of the record's own date; None if it has no date."""
        return None

    def timeline_date(self) -> str | None:
        """The date (EDTF) of the record in the timeline; None if it is not in the timeline."""
        return None

    def index_columns(self) -> dict[str, Any]:
        """Values of filter and order columns that are not a field's own value, such as the ISO days of an EDTF date."""
        return {}

    def derived(self) -> dict[str, Any]:
        """Values of the derived fields that depend on nothing but the record; the rest need its revision and source."""
        return {}


class Topical(Record):
    """A record that belongs to topics of engagement."""

    topics: Annotated[list[Slug], References("engagement-topics")] = Field(
        [], description="Ids of the engagement topics it belongs to.", examples=[["regional-security"]]
    )


class Reference(NamedTuple):
    """One id that a record names: the field, and the record meant."""

    field: str
    collection: str
    id: str


def references(shape: BaseModel) -> Iterator[Reference]:
    """Every record that this one names, in the order of its fields; a nested field under its own name."""
    for name, info in type(shape).model_fields.items():
        target = next((mark.collection for mark in info.metadata if isinstance(mark, References)), None)
        value = getattr(shape, name)
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, Pointer):
                yield Reference(name, item.collection, item.id)
            elif isinstance(item, BaseModel):
                yield from references(item)
            elif target and item is not None:
                yield Reference(name, target, item)


def searchable_texts(shape: BaseModel, lang: Language) -> Iterator[str]:
    """Every bilingual text of a record in one language, in the order of its fields: what a search looks through."""
    for name in type(shape).model_fields:
        value = getattr(shape, name)
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, Bilingual):
                yield getattr(item, lang)
            elif isinstance(item, BaseModel):
                yield from searchable_texts(item, lang)


def fault_of(error: Exception) -> Fault:
    """What is wrong; of a record that does not fit its model, the first field and its fault."""
    if isinstance(error, ValidationError):
        return field_fault(error.errors(include_url=False)[0])
    if isinstance(error, CodedError):
        return Fault("", error.code, error.values)
    return Fault("", "unreadable-value", {"reason": " ".join(str(error).split())})


def field_fault(error: Mapping[str, Any]) -> Fault:
    """One of pydantic's errors as a fault of the field, named by its path, as in `citations.0.section`."""
    return pydantic_fault(error, ".".join(str(part) for part in error["loc"]))
