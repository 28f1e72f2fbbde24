"""Sanctions measures: prohibitions, duties and controls, with their provisions, exceptions and authorizations."""

from typing import Annotated, Any, Literal

from pydantic import Field

from app.model import edtf
from app.model.fields import Computed, ContentModel, EdtfDate, OpenEnum, References, Slug, Text
from app.model.records import COLLECTION, Topical
from app.model.terms.law import AUTHORIZATION_KINDS, REGIMES, SCOPES
from app.model.terms.measure_kinds import MEASURE_KINDS
from app.resources.base import BY_ID, BY_TITLE, Order, Resource
from app.resources.dated import BY_DATE, date_columns
from app.resources.filters import one_of
from app.resources.in_force import InForce, InForceFilter, InForceVersion, LastDay
from app.resources.params import (
    InstrumentFilter,
    ItemParams,
    ListParams,
    TopicFilter,
    columns_among,
    facets_among,
    include_among,
    sort_by,
    values_field,
)

Regime = Literal["autonomous", "united-nations", "export-control"]
MeasureKind = Literal[
    "import-ban", "export-ban", "investment-ban", "financial-services-ban", "technical-data-ban", "ship-ban",
    "aircraft-ban", "assistance-ban", "arms-embargo", "asset-freeze", "luxury-goods-ban", "permit-requirement",
    "real-property-ban", "joint-venture-ban", "office-opening-ban", "carriage-ban", "vessel-services-ban",
    "training-ban", "dealing-ban", "cash-transfer-ban", "technical-assistance-ban", "crew-services-ban",
    "vessel-ownership-ban", "transshipment-ban", "deregistration-duty", "screening-duty", "disclosure-duty",
    "travel-ban",
]  # fmt: skip
Scope = Literal["country", "sector", "goods", "listed-parties"]
Instrument = Annotated[Slug, References("legal-instruments")]
Instruments = Annotated[list[Slug], References("legal-instruments")]


class ImplementedProvision(ContentModel):
    """A provision of a legal instrument that a measure implements."""

    instrument: Instrument = Field(description="Id of the legal instrument.", examples=["unscr-1718"])
    provision: Text = Field(description="Provision of it.", examples=["para. 8(d)"])


class MeasureException(ContentModel):
    """A case that the law itself excepts from a measure."""

    title: Text = Field(description="What is excepted.")
    provision: Text | None = Field(
        None, description="Provision of the law that says so, null if not known.", examples=["s. 10(1)(c)"]
    )
    covers: Text | None = Field(
        None, description="Provisions of the measure that it applies to, null for all.", examples=["para. 18(1)(a)"]
    )
    in_force_from: EdtfDate | None = Field(None, description="First day (EDTF), null if not known.")
    in_force_to: LastDay | None = Field(
        None, description="Last day (EDTF), null while the exception still applies or if not known."
    )


class Authorization(ContentModel):
    """A permit or certificate that can be applied for, to do what a measure prohibits."""

    kind: Annotated[Literal["permit", "certificate"], OpenEnum(AUTHORIZATION_KINDS)] = Field(
        description="What is issued.", examples=["permit"]
    )
    title: Text = Field(description="What can be applied for.")
    instrument: Instrument = Field(description="Id of the legal instrument under which it is issued.")
    provision: Text | None = Field(
        None, description="Provision of that instrument, null if not known.", examples=["s. 21"]
    )


class SanctionsMeasure(InForce, Topical):
    """One prohibition, duty or control."""

    collection: Annotated[Literal["sanctions-measures"], Computed] = Field("sanctions-measures", description=COLLECTION)
    regime: Annotated[Regime, OpenEnum(REGIMES)] = Field(
        description="Sanctions regime that the measure belongs to.", examples=["autonomous"]
    )
    kind: Annotated[MeasureKind, OpenEnum(MEASURE_KINDS)] = Field(
        description="What the measure prohibits or requires.", examples=["export-ban"]
    )
    scope: Annotated[Scope, OpenEnum(SCOPES)] = Field(description="What the measure applies to.", examples=["country"])
    instrument: Instrument = Field(
        description="Id of the legal instrument that contains the measure.", examples=["sema-dprk-regulations"]
    )
    provision: Text | None = Field(
        None, description="Provision of that instrument, null if not known.", examples=["s. 2"]
    )
    implements: Instruments = Field([], description="Ids of the legal instruments that it implements.")
    implements_provisions: list[ImplementedProvision] = Field([], description="The provisions that it implements.")
    exceptions: list[MeasureException] = Field(
        [], description="Cases that the law excepts; nobody has to apply for them."
    )
    authorizations: list[Authorization] = Field([], description="Permits and certificates that can be applied for.")
    replaces: Annotated[list[Slug], References("sanctions-measures")] = Field(
        [], description="Ids of the measures that it replaced."
    )

    def date_bounds(self) -> edtf.Bounds:
        """Bounds of the time in force, ISO days."""
        return self.time_in_force()

    def index_columns(self) -> dict[str, Any]:
        """Columns of the time in force, ISO days with sentinels. The order is by when it came into force."""
        return date_columns(self.date_bounds(), start=self.first_day().latest) | self.force_columns()

    def timeline_date(self) -> str | None:
        """Date in the timeline (EDTF): when it came into force, None if not known."""
        return self.in_force_from


class SanctionsMeasureVersion(InForceVersion, table=True):
    __tablename__ = "sanctions_measures"

    regime: str
    kind: str
    scope: str


ORDERS: dict[str, Order] = {"date": BY_DATE, "title": BY_TITLE, "id": BY_ID}
INCLUDES = ("engagement-topics", "sanctions-measures", "legal-instruments", "sources")


class SanctionsMeasureParams(ListParams, TopicFilter, InForceFilter, InstrumentFilter):
    sort: str = sort_by(ORDERS, "id")
    fields: list[str] = columns_among(SanctionsMeasure)
    facets: list[str] = facets_among("kind", "regime", "scope", "status", "topic", "instrument", "source")
    include: list[str] = include_among(*INCLUDES)
    regime: Annotated[list[Regime], one_of("regime")] = values_field("Only measures of one of these regimes.")
    kind: Annotated[list[MeasureKind], one_of("kind")] = values_field("Only measures of one of these kinds.")
    scope: Annotated[list[Scope], one_of("scope")] = values_field("Only measures of one of these scopes.")


class SanctionsMeasureItemParams(ItemParams):
    include: list[str] = include_among(*INCLUDES)


MEASURES = Resource(
    name="sanctions-measures",
    singular="sanctions-measure",
    about="Canada's sanctions, one record for each prohibition, duty or control, with exceptions and authorizations.",
    model=SanctionsMeasure,
    table_model=SanctionsMeasureVersion,
    params=SanctionsMeasureParams,
    item_params=SanctionsMeasureItemParams,
    orders=ORDERS,
    example="sema-export-ban",
)
