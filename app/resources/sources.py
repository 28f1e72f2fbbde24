"""Sources: where statements come from, with publisher, address and licence."""

from typing import Annotated, Any, Literal

from pydantic import Field
from sqlmodel import Field as Column

from app.model import edtf
from app.model.fields import Address, Computed, Day, Edtf, OpenEnum, Text, in_language
from app.model.records import COLLECTION, Citation, Record
from app.model.terms.records import LANGUAGE_CODES, SOURCE_KINDS
from app.resources.base import BY_ID, BY_TITLE, Order, Resource
from app.resources.dated import BY_DATE, DatedVersion, DateFilter, date_columns
from app.resources.filters import one_of
from app.resources.params import (
    ItemParams,
    ListParams,
    SourceFilter,
    columns_among,
    facets_among,
    include_among,
    sort_by,
    values_field,
)
from app.store.tables import ADDED_LATER

SourceKind = Literal["web-page", "legislation", "resolution", "news-release", "dataset"]
SourceLanguage = Literal["en", "fr", "ko"]


class Source(Record):
    """A source that records cite."""

    collection: Annotated[Literal["sources"], Computed] = Field("sources", description=COLLECTION)
    citations: list[Citation] = Field(
        [], description="Citations for this record itself; often empty, since its evidence is the source."
    )
    kind: Annotated[SourceKind, OpenEnum(SOURCE_KINDS)] = Field(description="Kind of source.", examples=["web-page"])
    publisher: Text = Field(description="Who publishes it.", examples=["Global Affairs Canada"])
    address: Address = Field(description="Web address, in the language of the response where there are two.")
    language: Annotated[SourceLanguage, OpenEnum(LANGUAGE_CODES)] = Field(
        description="Language of the text that records cite.", examples=["en"]
    )
    licence: Text = Field(description="Terms under which the publisher offers it.")
    content_as_of: Edtf | None = Field(
        None, description="Date up to which its content is current (EDTF), null if not known."
    )
    retrieved_on: Day | None = Field(
        None, description="Day on which its text was fetched, null if not known.", examples=["2026-11-23"]
    )
    text_sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None = Field(
        None, description="SHA-256 of the text that the cited passages were checked against, null if none was kept."
    )
    file_sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None = Field(
        None, description="SHA-256 of the file that was imported, null if its records were not imported."
    )
    undivided: bool = Field(
        False, description="Whether it has no parts, such as headings, that citations could name as `section`."
    )

    def date_bounds(self) -> edtf.Bounds | None:
        """Bounds of `content_as_of`, ISO days."""
        return edtf.bounds(self.content_as_of) if self.content_as_of else None

    def index_columns(self) -> dict[str, Any]:
        """Order columns, ISO days with sentinels; the addresses in both languages, equal if there is one."""
        addresses = {"address": in_language(self.address, "en"), "address_fr": in_language(self.address, "fr")}
        return date_columns(self.date_bounds()) | addresses


class SourceVersion(DatedVersion, table=True):
    __tablename__ = "sources"

    kind: str
    language: str
    address: str
    address_fr: str = Column(sa_column_kwargs=ADDED_LATER)


ORDERS: dict[str, Order] = {"date": BY_DATE, "title": BY_TITLE, "id": BY_ID}
INCLUDES = ("sources",)


class SourceParams(ListParams, SourceFilter, DateFilter):
    sort: str = sort_by(ORDERS, "id")
    fields: list[str] = columns_among(Source)
    facets: list[str] = facets_among("kind", "language", "source")
    include: list[str] = include_among(*INCLUDES)
    kind: Annotated[list[SourceKind], one_of("kind")] = values_field("Only sources of one of these kinds.")
    language: Annotated[list[SourceLanguage], one_of("language")] = values_field("Only sources in this language.")


class SourceItemParams(ItemParams):
    include: list[str] = include_among(*INCLUDES)


SOURCES = Resource(
    name="sources",
    singular="source",
    about="The sources that records cite, with publisher, address, language and licence.",
    model=Source,
    table_model=SourceVersion,
    params=SourceParams,
    item_params=SourceItemParams,
    orders=ORDERS,
    example="gac-country-page",
)
