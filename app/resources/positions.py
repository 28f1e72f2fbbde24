"""Policy positions: what Canada states, asks for, supports or makes a condition."""

from typing import Annotated, Any, Literal

from pydantic import Field

from app.model import edtf
from app.model.fields import Computed, Edtf, OpenEnum, References, Slug
from app.model.records import COLLECTION, Topical
from app.model.terms.records import POSITION_KINDS, POSITION_STATUSES
from app.resources.base import BY_ID, BY_TITLE, Order, Resource
from app.resources.dated import BY_DATE, DatedVersion, DateFilter, date_columns
from app.resources.filters import one_of
from app.resources.params import (
    ActorFilter,
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

PositionKind = Literal["policy", "call", "concern", "commitment", "condition", "principle", "support"]
PositionStatus = Literal["current", "ended"]


class PolicyPosition(Topical):
    """A position of Canada: what it states, asks for, supports or makes a condition."""

    collection: Annotated[Literal["policy-positions"], Computed] = Field("policy-positions", description=COLLECTION)
    kind: Annotated[PositionKind, OpenEnum(POSITION_KINDS)] = Field(description="Kind of position.", examples=["call"])
    stated_on: Edtf | None = Field(None, description="When it was stated (EDTF), null if not known.")
    status: Annotated[PositionStatus, OpenEnum(POSITION_STATUSES)] = Field(
        description="Whether Canada still has this position.", examples=["current"]
    )
    addressee: Annotated[Slug | None, References("actors")] = Field(
        None, description="Id of the actor that it is addressed to, null if to nobody in particular."
    )
    about: Annotated[list[Slug], References("actors")] = Field(
        [], description="Ids of the actors that it is about, whether or not it is addressed to them."
    )
    instruments: Annotated[list[Slug], References("legal-instruments")] = Field(
        [], description="Ids of the legal instruments that it is about."
    )

    def date_bounds(self) -> edtf.Bounds | None:
        """Bounds of `stated_on`, ISO days."""
        return edtf.bounds(self.stated_on) if self.stated_on else None

    def index_columns(self) -> dict[str, Any]:
        """Order columns, ISO days with sentinels."""
        return date_columns(self.date_bounds())


class PolicyPositionVersion(DatedVersion, table=True):
    __tablename__ = "policy_positions"

    kind: str
    status: str


ORDERS: dict[str, Order] = {"date": BY_DATE, "title": BY_TITLE, "id": BY_ID}
INCLUDES = ("engagement-topics", "legal-instruments", "actors", "sources")


class PolicyPositionParams(ListParams, TopicFilter, DateFilter, ActorFilter, InstrumentFilter):
    sort: str = sort_by(ORDERS, "id")
    fields: list[str] = columns_among(PolicyPosition)
    facets: list[str] = facets_among("kind", "status", "topic", "actor", "instrument", "source")
    include: list[str] = include_among(*INCLUDES)
    kind: Annotated[list[PositionKind], one_of("kind")] = values_field("Only positions of one of these kinds.")
    status: Annotated[list[PositionStatus], one_of("status")] = values_field(
        "Only positions with one of these statuses."
    )


class PolicyPositionItemParams(ItemParams):
    include: list[str] = include_among(*INCLUDES)


POSITIONS = Resource(
    name="policy-positions",
    singular="policy-position",
    about="Canada's positions: its policy, concerns, commitments and conditions, and each thing that it calls for.",
    model=PolicyPosition,
    table_model=PolicyPositionVersion,
    params=PolicyPositionParams,
    item_params=PolicyPositionItemParams,
    orders=ORDERS,
    example="controlled-engagement-policy",
)
