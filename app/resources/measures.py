"""Sanctions measures: each prohibition, duty or control, where the law says so, and what is excepted."""

from typing import Annotated, Literal

from pydantic import Field

from app.model.fields import ContentModel, EdtfDate, OpenEnum, References, Slug, Text, Topical
from app.resources.base import Order, Resource, by_id, by_title
from app.resources.dated import InForce, InForceFilter, InForceVersion, LastDay, by_date
from app.resources.params import (
    InstrumentFilter,
    ItemParams,
    ListParams,
    TopicFilter,
    columns_among,
    facets_among,
    include_among,
    one_of,
    sort_by,
    values_field,
)

Regime = Literal["autonomous", "united-nations", "export-control"]
MeasureKind = Literal[
    "import-ban", "export-ban", "investment-ban", "financial-services-ban", "technical-data-ban", "ship-ban",
    "aircraft-ban", "assistance-ban", "arms-embargo", "asset-freeze", "luxury-goods-ban", "permit-requirement",
    "real-property-ban", "joint-venture-ban", "office-opening-ban", "carriage-ban", "vessel-services-ban",
    "training-ban",
]  # fmt: skip
Scope = Literal["country", "sector", "goods", "listed-parties"]
Instrument = Annotated[Slug, References("legal-instruments")]
Instruments = Annotated[list[Slug], References("legal-instruments")]


class MeasureException(ContentModel):
    """A case that the law itself leaves out of a measure."""

    title: Text = Field(description="What is excepted.")
    provision: Text | None = Field(
        None, description="Where the law says so, null if not known.", examples=["s. 10(1)(c)"]
    )
    in_force_from: EdtfDate | None = Field(None, description="First day (EDTF), null if not known.")
    in_force_to: LastDay | None = Field(None, description="Last day (EDTF), null while it applies or if not known.")


class Authorization(ContentModel):
    """A way to be allowed, on application, what a measure prohibits."""

    kind: Annotated[Literal["permit", "certificate"], OpenEnum()] = Field(
        description="What is issued.", examples=["permit"]
    )
    title: Text = Field(description="What may be applied for.")
    instrument: Instrument = Field(description="Id of the text under which it is issued.")
    provision: Text | None = Field(None, description="Where that text says so, null if not known.", examples=["s. 21"])


class SanctionsMeasure(InForce, Topical):
    """One prohibition, duty or control."""

    regime: Annotated[Regime, OpenEnum()] = Field(description="Whose measure it is.", examples=["autonomous"])
    kind: Annotated[MeasureKind, OpenEnum()] = Field(description="What it does.", examples=["export-ban"])
    scope: Annotated[Scope, OpenEnum()] = Field(description="What it reaches.", examples=["country"])
    instrument: Instrument = Field(description="Id of the text that lays it down.", examples=["sema-dprk-regulations"])
    provision: Text | None = Field(None, description="Where that text says so, null if not known.", examples=["s. 2"])
    implements: Instruments = Field([], description="Ids of the texts that it carries out.")
    exceptions: list[MeasureException] = Field([], description="What is excepted by law, without application.")
    authorizations: list[Authorization] = Field([], description="What may be authorized on application.")
    replaces: Annotated[list[Slug], References("sanctions-measures")] = Field(
        [], description="Ids of the measures that it took the place of."
    )

    def timeline_date(self) -> str | None:
        """When it came into force (EDTF)."""
        return self.in_force_from


class SanctionsMeasureVersion(InForceVersion, table=True):
    __tablename__ = "sanctions_measures"

    regime: str
    kind: str
    scope: str


ORDERS: dict[str, Order] = {"date": by_date, "title": by_title, "id": by_id}
INCLUDES = ("engagement-topics", "sanctions-measures", "legal-instruments", "sources")


class SanctionsMeasureParams(ListParams, TopicFilter, InForceFilter, InstrumentFilter):
    sort: str = sort_by(ORDERS, "id")
    fields: list[str] = columns_among(SanctionsMeasure)
    facets: list[str] = facets_among("kind", "regime", "scope", "topic", "instrument", "source")
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
