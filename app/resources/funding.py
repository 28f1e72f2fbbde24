"""Funding records: reported sums of aid, each with its currency, basis, sector and period."""

from typing import Annotated, Literal

from pydantic import Field, field_validator

from app.errors import InvalidValue
from app.model import edtf
from app.model.fields import Computed, DecimalText, Edtf, OpenEnum, References, Slug
from app.model.records import COLLECTION, Topical
from app.model.terms.records import FUNDING_BASES, FUNDING_SECTORS
from app.resources.base import BY_ID, BY_TITLE, Order, Resource
from app.resources.dated import BY_DATE, Dated, DatedVersion, DateFilter
from app.resources.filters import equals, one_of
from app.resources.params import (
    UPPER_CASE,
    ActorFilter,
    Flag,
    ItemParams,
    ListParams,
    SearchFilter,
    TopicFilter,
    columns_among,
    facets_among,
    include_among,
    sort_by,
    values_field,
)

Basis = Literal["commitment", "disbursement", "received", "requirement", "unspecified"]
Sector = Literal["humanitarian", "all"]
# Text from the seed file to the answer: SQLite corrupts a Decimal of 21 digits, and most clients such a JSON number.
Amount = Annotated[str, Field(pattern=r"^(0|[1-9][0-9]{0,17})(\.[0-9]{1,4})?$"), DecimalText]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$")]


class FundingRecord(Dated, Topical):
    """One reported amount of aid."""

    collection: Annotated[Literal["funding-records"], Computed] = Field("funding-records", description=COLLECTION)
    amount: Amount = Field(
        description="Amount in units of the currency, such as dollars: an exact decimal number as text.",
        examples=["38900000"],
    )
    currency: Currency = Field(description="ISO 4217 code of the currency.", examples=["CAD"])
    basis: Annotated[Basis, OpenEnum(FUNDING_BASES)] = Field(
        description="What was counted, such as money committed or paid.", examples=["disbursement"]
    )
    cumulative: bool = Field(
        description="Whether the amount is a sum over all years of its period. Totals never add it to others."
    )
    sector: Annotated[Sector, OpenEnum(FUNDING_SECTORS)] = Field(
        description="Sector of the aid.", examples=["humanitarian"]
    )
    period: Edtf = Field(description="Period that the amount covers (EDTF).", examples=["2005/"])
    reported_as_of: Edtf | None = Field(
        None, description="Date as of which the source reports the amount (EDTF), null if not known."
    )
    donor: Annotated[Slug, References("actors")] = Field(
        description="Id of the actor that gives the aid.", examples=["canada"]
    )
    delivery_channels: Annotated[list[Slug], References("actors")] = Field(
        [], description="Ids of the actors that deliver the aid."
    )
    recipient: Annotated[Slug | None, References("actors")] = Field(
        None, description="Id of the state that receives the aid, null if not stated."
    )
    in_kind: bool | None = Field(None, description="Whether it is goods or services, null if not stated.")
    price_base: Annotated[int, Field(ge=1900, le=2100)] | None = Field(
        None, description="Year of the constant prices that the amount is in, null for current prices.", examples=[2023]
    )

    @field_validator("id")
    @classmethod
    def _no_other_address(cls, id: str) -> str:
        if id == "totals":
            raise InvalidValue("reserved-id")
        return id

    def date_bounds(self) -> edtf.Bounds:
        """Bounds of `period`, ISO days."""
        return edtf.bounds(self.period)

    def timeline_date(self) -> str:
        """Date in the timeline (EDTF): the record's `period`."""
        return self.period


class FundingRecordVersion(DatedVersion, table=True):
    __tablename__ = "funding_records"

    amount: str
    currency: str
    basis: str
    cumulative: bool
    sector: str


ORDERS: dict[str, Order] = {"date": BY_DATE, "title": BY_TITLE, "id": BY_ID}
INCLUDES = ("engagement-topics", "actors", "sources")


class FundingFilters(SearchFilter, TopicFilter, DateFilter, ActorFilter):
    """Filters that the list and the totals of funding share."""

    currency: Annotated[list[Annotated[Currency, UPPER_CASE]], one_of("currency")] = values_field(
        "Only amounts in these currencies (ISO 4217).", "CAD"
    )
    basis: Annotated[list[Basis], one_of("basis")] = values_field("Only amounts with one of these bases.")
    sector: Annotated[list[Sector], one_of("sector")] = values_field("Only amounts for these sectors.")
    cumulative: Annotated[Flag | None, equals("cumulative")] = Field(
        None, description="With `true` only cumulative amounts, with `false` only the others.", examples=[True]
    )


class FundingRecordParams(ListParams, FundingFilters):
    sort: str = sort_by(ORDERS, "date")
    fields: list[str] = columns_among(FundingRecord)
    facets: list[str] = facets_among("currency", "basis", "sector", "cumulative", "topic", "actor", "source")
    include: list[str] = include_among(*INCLUDES)


class FundingRecordItemParams(ItemParams):
    include: list[str] = include_among(*INCLUDES)


FUNDING = Resource(
    name="funding-records",
    singular="funding-record",
    about="Reported amounts of aid. Totals never mix currencies, bases or sectors; cumulative amounts are separate.",
    model=FundingRecord,
    table_model=FundingRecordVersion,
    params=FundingRecordParams,
    item_params=FundingRecordItemParams,
    orders=ORDERS,
    example="canada-humanitarian-assistance-since-2005",
)
