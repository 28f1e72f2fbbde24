"""Field types of records: bilingual text, ids (slugs), days, EDTF dates, web addresses; and markers of fields.

The same models read seed files and write answers. In seed form a `Text` is `{"en": …, "fr": …}`; serialised with
`context={"lang": "fr"}` it is one string. Fields marked `Computed` are computed when a version is published; in seed
form they are refused. Fields marked `SeedOnly` are part of the seed form and of the digest, and are not served.
"""

import datetime
import functools
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NamedTuple, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    PlainSerializer,
    PlainValidator,
    SerializationInfo,
    TypeAdapter,
    ValidationError,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import CoreSchema, PydanticOmit

from app.errors import CodedError, Fault, InvalidValue, pydantic_fault
from app.model import edtf
from app.model.terms import Terms

Language = Literal["en", "fr"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
_LANGUAGE_TAG = re.compile(r"([a-z]{2,3})([-_][a-z0-9]{1,8})*", re.ASCII | re.IGNORECASE)

SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
# The one form of an instant that is accepted: the standard library also reads week dates, bare hours and commas.
INSTANT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|\+00:00)$"
SLUG_LENGTH = 100  # the id columns have this length: raising it needs a migration


def language_of(tag: str) -> Language | None:
    """Language of a tag (BCP 47): `fr-CA` and `FR` are `fr`, and so is the `fr_CA` of locales; None for any other."""
    match = _LANGUAGE_TAG.fullmatch(tag)
    return next((language for language in LANGUAGES if match and match[1].lower() == language), None)


@dataclass(frozen=True)
class References:
    """Reference marker: the values of the field are ids in another collection."""

    collection: str


class Computed:
    """Derived field marker: computed at publication and served, but not part of the seed form or of the digest."""


class SeedOnly:
    """Seed-only field marker: part of the seed form and of the digest, but not served (see `served`)."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        if handler.mode == "serialization":
            raise PydanticOmit
        return handler(core)


class Imported:
    """Imported field marker: only an import writes it; a submission that leaves it out keeps the published value."""


@functools.cache
def imported_fields(model: type[BaseModel]) -> frozenset[str]:
    """Fields of a model that have the marker."""
    return frozenset(name for name, info in model.model_fields.items() if Imported in info.metadata)


class DateText:
    """Date marker: the text is an EDTF date or an ISO 8601 day, so that formats with typed cells can write a date."""


class DecimalText:
    """Decimal marker: the text is an exact decimal number, so that formats with typed cells can write a number."""


@dataclass(frozen=True)
class Searchable:
    """Full-text marker: the plain texts of the field are searched, in both languages. Bilingual ones always are.

    What is not `ranked` is found, but makes no record come before another.
    """

    ranked: bool = True


@dataclass(frozen=True, eq=False)  # hashed by identity, so that it can stand in a union: terms have no hash
class OpenEnum:
    """Extensible enum marker: strict on input; in responses a string with the known values, since more may come.

    `terms` are the labels and descriptions of the values in this field.
    """

    terms: Terms

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        schema = handler(core)
        if handler.mode == "validation":
            return schema
        return {"type": "string", "x-extensible-enum": schema.get("enum") or [schema["const"]]}


_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")  # categories Cc and Cs


def _tidy(text: str) -> str:
    if text != text.strip() or not unicodedata.is_normalized("NFC", text):
        raise InvalidValue("untidy-text")
    if not text.isprintable() and _CONTROLS.search(text):  # most texts are printable: that is known at once
        raise InvalidValue("control-character")
    return text


PlainText = Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(_tidy)]
Slug = Annotated[str, Field(pattern=SLUG, max_length=SLUG_LENGTH)]
WebAddress = Annotated[str, Field(pattern=r"^https?://[^\s]+$", max_length=1000)]


def _day(text: str) -> str:
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        raise InvalidValue("not-a-day") from None


Day = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$"), AfterValidator(_day), DateText]


def _edtf(text: str) -> str:
    edtf.bounds(text)
    return text


def _edtf_date(text: str) -> str:
    if edtf.is_interval(text):
        raise InvalidValue("not-one-date")
    return _edtf(text)


Edtf = Annotated[str, AfterValidator(_edtf), DateText]
EdtfDate = Annotated[str, AfterValidator(_edtf_date), DateText]


@functools.cache
def _computed_fields(model: type[BaseModel]) -> frozenset[str]:
    return frozenset(name for name, info in model.model_fields.items() if Computed in info.metadata)


class ContentModel(BaseModel):
    """Base model of published content: refuses unknown fields."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_serialization_defaults_required=True)


class DerivingModel(ContentModel):
    """Base model of content with derived fields: refuses values for them, which are computed at publication."""

    @model_validator(mode="before")
    @classmethod
    def _no_derived_input(cls, data: Any) -> Any:
        if isinstance(data, dict) and not (computed := _computed_fields(cls)).isdisjoint(data):
            raise InvalidValue(
                "computed-field", field=next(name for name in cls.model_fields if name in computed & data.keys())
            )
        return data


class Bilingual(ContentModel):
    """A text in English and in French; both are required."""

    en: PlainText
    fr: PlainText


class BilingualAddress(ContentModel):
    """A web address in English and in French; both are required."""

    en: WebAddress
    fr: WebAddress


def in_language(text: Bilingual | BilingualAddress | str, lang: Language) -> str:
    """Localisation: a text or web address in one language; a plain one is the same in both."""
    return text if isinstance(text, str) else str(getattr(text, lang))


def _speak(text: Bilingual | BilingualAddress | str, info: SerializationInfo) -> str | dict[str, str]:
    if isinstance(text, str):
        return text
    context = info.context
    if context and (lang := context.get("lang")):
        return text.fr if lang == "fr" else text.en
    return {"en": text.en, "fr": text.fr}


def _one_or_both(plain: Any, bilingual: type[ContentModel]) -> Callable[[Any], Any]:
    """Validator of a plain text or a bilingual one. Unlike a union it reports only faults of the form given."""
    adapter = TypeAdapter[Any](plain)

    def validate(value: Any) -> Any:
        both = isinstance(value, Mapping | bilingual)
        return bilingual.model_validate(value) if both else adapter.validate_python(value)

    return validate


_SPOKEN = PlainSerializer(_speak)
_STRING = WithJsonSchema({"type": "string"}, mode="serialization")
Text = Annotated[Bilingual, _SPOKEN, _STRING]
PlainOrText = Annotated[str | Bilingual, PlainValidator(_one_or_both(PlainText, Bilingual)), _SPOKEN, _STRING]
Address = Annotated[
    str | BilingualAddress, PlainValidator(_one_or_both(WebAddress, BilingualAddress)), _SPOKEN, _STRING
]


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """Models that a value of a type can be or contain, such as `Citation` in `list[Citation] | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from models_in(part)


class SearchableText(NamedTuple):
    """Searchable text of a record in both languages, or the same in both; whether it ranks."""

    text: Bilingual | str
    ranked: bool


def searchable_texts(shape: BaseModel) -> Iterator[SearchableText]:
    """Searchable texts of a record, in the order of its fields."""
    for name, marker in _searchable_fields(type(shape)):
        value = getattr(shape, name)
        for item in value if isinstance(value, list) else (value,):
            if isinstance(item, Bilingual) or (marker and isinstance(item, str)):
                yield SearchableText(item, marker is None or marker.ranked)
            elif isinstance(item, BaseModel):
                yield from searchable_texts(item)


@functools.cache
def _searchable_fields(model: type[BaseModel]) -> list[tuple[str, Searchable | None]]:
    """Fields with texts that are searched, or with models that have such, each with its marker, if any."""
    found = []
    for name, info in model.model_fields.items():
        marker = next((mark for mark in info.metadata if isinstance(mark, Searchable)), None)
        if marker or any(one is Bilingual or _searchable_fields(one) for one in models_in(info.annotation)):
            found.append((name, marker))
    return found


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
