"""Field types of records: bilingual text, ids (slugs), EDTF dates, references, citations; and the base model `Record`.

The same models read seed files and write answers. In seed form a `Text` is `{"en": …, "fr": …}`; serialised with
`context={"lang": "fr"}` it is one string. Fields marked `Computed` are computed when a version is published; in seed
form they are refused.
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
# The one form of an instant that is accepted: the standard library also reads week dates, bare hours and commas.
INSTANT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|\+00:00)$"
MOST_WORDS = 8  # of the start or end of a passage; users are promised this number
SLUG_LENGTH = 100  # the id columns have this length: raising it needs a migration


@dataclass(frozen=True)
class References:
    """Reference marker: the values of the field are ids in another collection."""

    collection: str


class Computed:
    """Derived field marker: computed at publication and served, but not part of the seed form or of the digest."""


class DateText:
    """Date marker: the text is an EDTF date or an ISO 8601 day, so that formats with typed cells can write a date."""


class DecimalText:
    """Decimal marker: the text is an exact decimal number, so that formats with typed cells can write a number."""


class OpenEnum:
    """Extensible enum marker: strict on input; in responses a string with the known values, since more may come."""

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


Edtf = Annotated[str, AfterValidator(_edtf), DateText]
EdtfDate = Annotated[str, AfterValidator(_edtf_date), DateText]


class ContentModel(BaseModel):
    """Base model of published content: refuses unknown fields, and values for derived fields."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_serialization_defaults_required=True)

    @model_validator(mode="before")
    @classmethod
    def _no_derived_input(cls, data: Any) -> Any:
        for name, info in cls.model_fields.items():
            if Computed in info.metadata and isinstance(data, dict) and name in data:
                raise InvalidValue("computed-field", field=name)
        return data


class Bilingual(ContentModel):
    """A text in English and in French; both are required."""

    en: PlainText
    fr: PlainText


def _speak(text: Bilingual, info: SerializationInfo) -> str | dict[str, str]:
    lang = (info.context or {}).get("lang")
    return getattr(text, lang) if lang else {"en": text.en, "fr": text.fr}


Text = Annotated[Bilingual, PlainSerializer(_speak), WithJsonSchema({"type": "string"}, mode="serialization")]


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


class Citation(ContentModel):
    """Evidence for a statement: a source, the section in it, and the passage."""

    source: Annotated[Slug, References("sources")] = Field(
        description="Id of the source.", examples=["gac-country-page"]
    )
    section: PlainText | None = Field(
        None, description="Heading of the section with the passage, null if the text of the source is not kept."
    )
    fragment: Fragment | None = Field(None, description="The passage, null if the text of the source is not kept.")
    url: Annotated[str | None, Computed] = Field(
        None, description="Deep link to the passage (a text fragment), null if there is no `fragment`."
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
    """JSON schema of a derived field in answers, where it is never null."""
    return WithJsonSchema(schema, mode="serialization")


# The last fields of every record, in this order; the fields of its collection come before them.
_LAST = (
    *("earliest", "latest", "in_force_from", "in_force_to", "topics", "citations"),
    *("revision", "published_at", "url"),
)


class Record(ContentModel):
    """Base model of records: the fields that every published record has."""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Field order: put the fields of all records after those of the collection, in answers and in the schema."""
        super().__pydantic_init_subclass__(**kwargs)
        fields = cls.__pydantic_fields__
        last = {name: fields[name] for name in _LAST if name in fields}
        cls.__pydantic_fields__ = {name: info for name, info in fields.items() if name not in last} | last
        cls.model_rebuild(force=True)

    id: Slug = Field(description="Stable id: a slug that never changes and is never used for another record.")
    title: Text = Field(description="Title of the record, in the language of the response.")
    summary: Text = Field(description="The statement in this project's own words, in the language of the response.")
    citations: list[Citation] = Field(min_length=1, description="Evidence for the statement.")
    revision: Annotated[int | None, Computed, _served({"type": "integer", "minimum": 1})] = Field(
        None, description="Dataset revision that published this version.", examples=[1]
    )
    published_at: Annotated[str | None, Computed, _served({"type": "string", "format": "date-time"})] = Field(
        None, description="When that revision was published, in UTC.", examples=["2026-11-23T12:00:00Z"]
    )
    url: Annotated[str | None, Computed, _served({"type": "string"})] = Field(
        None, description="Path of the record.", examples=["/v1/actors/canada"]
    )

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


class Reference(NamedTuple):
    """Reference: a field of a record, and the record whose id it has."""

    field: str
    collection: str
    id: str


def references(shape: BaseModel) -> Iterator[Reference]:
    """References of a record to others, in the order of its fields. A nested field has its own name, not its path."""
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
    """Searchable texts of a record: every bilingual text in one language, in the order of its fields."""
    for name in type(shape).model_fields:
        value = getattr(shape, name)
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, Bilingual):
                yield getattr(item, lang)
            elif isinstance(item, BaseModel):
                yield from searchable_texts(item, lang)


def fault_of(error: Exception) -> Fault:
    """Fault of an exception, for an error that names it; for a ValidationError that of the first field."""
    if isinstance(error, ValidationError):
        return field_fault(error.errors(include_url=False)[0])
    if isinstance(error, CodedError):
        return Fault("", error.code, error.values)
    return Fault("", "unreadable-value", {"reason": " ".join(str(error).split())})


def field_fault(error: Mapping[str, Any]) -> Fault:
    """Fault of a field from one error of a ValidationError; the field has its path, such as `citations.0.section`."""
    return pydantic_fault(error, ".".join(str(part) for part in error["loc"]))
