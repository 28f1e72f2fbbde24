"""Designations: the persons, entities and vessels that the Security Council lists, and Canadian law binds."""

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from app.errors import InvalidValue
from app.model import edtf
from app.model.fields import (
    Computed,
    ContentModel,
    Day,
    EdtfDate,
    OpenEnum,
    PlainText,
    References,
    Searchable,
    Slug,
)
from app.model.records import COLLECTION, Record
from app.model.terms.designations import DESIGNATION_KINDS, NAME_KINDS, NAME_QUALITIES
from app.model.terms.law import FORCE_STATUSES
from app.resources.base import BY_ID, BY_TITLE, Order, Resource
from app.resources.dated import BY_DATE, DatedVersion, DateFilter, date_columns
from app.resources.filters import one_of
from app.resources.in_force import ForceStatus
from app.resources.params import (
    Ids,
    InstrumentFilter,
    ItemParams,
    ListParams,
    SourceFilter,
    columns_among,
    facets_among,
    include_among,
    sort_by,
    values_field,
)

DesignationKind = Literal["person", "entity", "vessel"]
NameKind = Literal["primary", "alias", "original-script"]
NameQuality = Literal["good", "low"]
_IMO_WEIGHTS = range(7, 1, -1)  # of the first six digits; the last digit of the sum is the seventh


class PartyName(ContentModel):
    """A name of a listed party."""

    name: Annotated[PlainText, Searchable()] = Field(description="The name as listed.", examples=["YUN HO-JIN"])
    kind: Annotated[NameKind, OpenEnum(NAME_KINDS)] = Field(description="Kind of name.", examples=["primary"])
    quality: Annotated[NameQuality, OpenEnum(NAME_QUALITIES)] | None = Field(
        None, description="How good an alias is for telling who is meant, null if the list does not say."
    )
    script: Annotated[str, Field(pattern="^[A-Z][a-z]{3}$")] | None = Field(
        None, description="Script of the name (ISO 15924), null for Latin.", examples=["Kore"]
    )


class PartyDocument(ContentModel):
    """An identity document of a listed party."""

    kind: PlainText = Field(description="Kind of document, as listed.", examples=["Passport"])
    number: PlainText = Field(description="Its number.", examples=["645120196"])
    country: PlainText | None = Field(None, description="Country that issued it, as listed; null if not stated.")


def _imo(number: str) -> str:
    weighted = sum(weight * int(digit) for weight, digit in zip(_IMO_WEIGHTS, number, strict=False))
    if weighted % 10 != int(number[-1]):
        raise InvalidValue("not-an-imo-number")
    return number


class Designation(Record):
    """A party that the Security Council lists."""

    collection: Annotated[Literal["designations"], Computed] = Field("designations", description=COLLECTION)
    kind: Annotated[DesignationKind, OpenEnum(DESIGNATION_KINDS)] = Field(
        description="Kind of party.", examples=["person"]
    )
    reference_number: Annotated[PlainText, Searchable()] = Field(
        description="Reference number in the list.", examples=["KPi.001"]
    )
    names: list[PartyName] = Field(min_length=1, description="Names as listed, the primary one first.")
    birth_dates: list[EdtfDate] = Field([], description="Dates of birth (EDTF): one, several, or one between two.")
    birth_places: list[PlainText] = Field([], description="Places of birth, as listed.")
    nationalities: list[PlainText] = Field([], description="Nationalities, as listed.")
    positions: list[PlainText] = Field([], description="Functions, as listed; longer descriptions are left out.")
    documents: list[PartyDocument] = Field([], description="Identity documents.")
    addresses: list[PlainText] = Field([], description="Addresses, as listed.")
    imo_number: Annotated[str, Field(pattern="^[0-9]{7}$")] | None = Field(
        None, description="IMO number of a vessel, null for others.", examples=["9314650"]
    )
    listed_on: Day = Field(description="Day on which it was listed.", examples=["2009-07-16"])
    amended_on: Day | None = Field(None, description="Day of the last change to its entry, null if there was none.")
    delisted_on: EdtfDate | None = Field(
        None, description="Day on which it was taken off the list (EDTF), null while no such day is known."
    )
    status: Annotated[ForceStatus, OpenEnum(FORCE_STATUSES)] = Field(
        description="Whether the designation is in force, as known on `status_as_of`.", examples=["in-force"]
    )
    status_as_of: Day = Field(description="Day on which `status` was known (ISO 8601).", examples=["2024-09-26"])
    resolutions: Annotated[list[Slug], References("legal-instruments")] = Field(
        [], description="Ids of the resolutions under which it is listed."
    )
    measures: Annotated[list[Slug], References("sanctions-measures")] = Field(
        [], description="Ids of the Canadian measures that apply to it.", examples=[["un-asset-freeze"]]
    )

    @field_validator("id")
    @classmethod
    def _no_other_address(cls, id: str) -> str:
        if id == "screen":
            raise InvalidValue("reserved-id")
        return id

    @field_validator("imo_number")
    @classmethod
    def _is_imo_number(cls, number: str | None) -> str | None:
        return number and _imo(number)

    @field_validator("names")
    @classmethod
    def _primary_first(cls, names: list[PartyName]) -> list[PartyName]:
        if [one.kind for one in names].count("primary") != 1 or names[0].kind != "primary":
            raise InvalidValue("one-primary-name")
        return names

    def date_bounds(self) -> edtf.Bounds:
        """Bounds of the time on the list, ISO days."""
        ended = edtf.bounds(self.delisted_on).latest if self.delisted_on else None
        known = self.status_as_of if self.status == "ended" else None
        return edtf.Bounds(self.listed_on, ended or known)

    def index_columns(self) -> dict[str, Any]:
        """Order columns, ISO days with sentinels. The order is by the day of listing."""
        return date_columns(self.date_bounds())


class DesignationVersion(DatedVersion, table=True):
    __tablename__ = "designations"

    kind: str
    status: str


ORDERS: dict[str, Order] = {"date": BY_DATE, "title": BY_TITLE, "id": BY_ID}
INCLUDES = ("sanctions-measures", "legal-instruments", "sources")


class DesignationParams(ListParams, SourceFilter, DateFilter, InstrumentFilter):
    sort: str = sort_by(ORDERS, "id")
    fields: list[str] = columns_among(Designation)
    facets: list[str] = facets_among("kind", "status", "instrument", "measure", "source")
    include: list[str] = include_among(*INCLUDES)
    kind: Annotated[list[DesignationKind], one_of("kind")] = values_field("Only parties of one of these kinds.")
    status: Annotated[list[ForceStatus], one_of("status")] = values_field("Only parties with one of these statuses.")
    measure: Annotated[Ids, References("sanctions-measures")] = Field(
        [], description="Only parties to which one of these measures applies (ids).", examples=[["un-asset-freeze"]]
    )


class DesignationItemParams(ItemParams):
    include: list[str] = include_among(*INCLUDES)


DESIGNATIONS = Resource(
    name="designations",
    singular="designation",
    about="The persons and entities on the Security Council's list for North Korea, to whom Canadian measures apply.",
    model=Designation,
    table_model=DesignationVersion,
    params=DesignationParams,
    item_params=DesignationItemParams,
    orders=ORDERS,
    example="un-kpi-001",
)
