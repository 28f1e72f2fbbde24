"""Sources: where statements come from, with publisher, address and licence."""

import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from app.model import edtf
from app.model.fields import Citation, Edtf, Open, Record, Text
from app.resources.base import Resource, by_id, by_title
from app.resources.dated import DatedVersion, Window, by_date, date_columns
from app.resources.params import ListQuery, Sourced, one_of, ordered_by

SourceKind = Literal["web-page", "legislation", "resolution", "news-release", "dataset"]
SourceLanguage = Literal["en", "fr"]


def _day(text: str) -> str:
    return datetime.date.fromisoformat(text).isoformat()


class Source(Record):
    """Where statements come from."""

    citations: list[Citation] = Field([], description="What the record itself rests on; often nothing but the source.")
    kind: Annotated[SourceKind, Open] = Field(description="What kind of source.", examples=["web-page"])
    publisher: Text = Field(description="Who publishes it.", examples=["Global Affairs Canada"])
    address: Annotated[str, Field(pattern=r"^https?://[^\s]+$", max_length=1000)] = Field(
        description="Where it stands."
    )
    language: Annotated[SourceLanguage, Open] = Field(description="Language of its text.", examples=["en"])
    licence: Text = Field(description="Terms under which its publisher offers it.")
    content_as_of: Edtf | None = Field(None, description="State of knowledge of its content (EDTF), null if not known.")
    retrieved_on: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$"), AfterValidator(_day)] | None = Field(
        None, description="Day its text was fetched, null if not known.", examples=["2026-11-23"]
    )
    text_sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None = Field(
        None, description="SHA-256 of the text that fragments were checked against, null where none is held."
    )

    def when(self) -> edtf.Bounds | None:
        """Bounds of `content_as_of`, ISO days."""
        return edtf.bounds(self.content_as_of) if self.content_as_of else None

    def columns(self) -> dict[str, Any]:
        """Order columns, ISO days with sentinels."""
        return date_columns(self.when())


class SourceVersion(DatedVersion, table=True):
    __tablename__ = "sources"

    kind: str
    language: str
    address: str


class SourceQuery(ListQuery, Sourced, Window):
    sort: Literal["date", "-date", "title", "-title", "id", "-id"] = ordered_by("id")
    kind: Annotated[list[SourceKind], one_of("kind")] = Field(
        [], max_length=50, description="Only sources of one of these kinds."
    )
    language: Annotated[list[SourceLanguage], one_of("language")] = Field(
        [], max_length=50, description="Only sources in this language."
    )


SOURCES = Resource(
    name="sources",
    singular="source",
    about="What statements rest on: publisher, address, language, licence.",
    shape=Source,
    version=SourceVersion,
    query=SourceQuery,
    orders={"date": by_date, "title": by_title, "id": by_id},
    example="gac-country-page",
)
