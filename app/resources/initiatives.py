"""Initiatives: what Canada does or did about North Korea."""

from typing import Annotated, Literal

from pydantic import Field

from app.model import edtf
from app.model.fields import Computed, Edtf, OpenEnum, References, Slug
from app.model.records import COLLECTION, Topical
from app.model.terms.records import INITIATIVE_KINDS
from app.resources.base import BY_ID, BY_TITLE, Order, Resource
from app.resources.dated import BY_DATE, Dated, DatedVersion, DateFilter
from app.resources.filters import one_of
from app.resources.params import (
    ActorFilter,
    ItemParams,
    ListParams,
    TopicFilter,
    columns_among,
    facets_among,
    include_among,
    sort_by,
    values_field,
)

InitiativeKind = Literal[
    "military",
    "naval",
    "capacity-building",
    "verification",
    "investigation",
    "convening",
    "human-rights",
    "monitoring",
]


class Initiative(Dated, Topical):
    """Something Canada does or did."""

    collection: Annotated[Literal["initiatives"], Computed] = Field("initiatives", description=COLLECTION)
    kind: Annotated[InitiativeKind, OpenEnum(INITIATIVE_KINDS)] = Field(
        description="Kind of initiative.", examples=["naval"]
    )
    period: Edtf = Field(description="When it ran or runs (EDTF).", examples=["2018/2019"])
    lead: Annotated[Slug | None, References("actors")] = Field(
        None, description="Id of the actor that leads it, null if not stated."
    )
    partners: Annotated[list[Slug], References("actors")] = Field(
        [], description="Ids of the actors that take part in it."
    )

    def date_bounds(self) -> edtf.Bounds:
        """Bounds of `period`, ISO days."""
        return edtf.bounds(self.period)

    def timeline_date(self) -> str:
        """Date in the timeline (EDTF): the initiative's `period`."""
        return self.period


class InitiativeVersion(DatedVersion, table=True):
    __tablename__ = "initiatives"

    kind: str


ORDERS: dict[str, Order] = {"date": BY_DATE, "title": BY_TITLE, "id": BY_ID}
INCLUDES = ("engagement-topics", "actors", "sources")


class InitiativeParams(ListParams, TopicFilter, DateFilter, ActorFilter):
    sort: str = sort_by(ORDERS, "id")
    fields: list[str] = columns_among(Initiative)
    facets: list[str] = facets_among("kind", "topic", "actor", "source")
    include: list[str] = include_among(*INCLUDES)
    kind: Annotated[list[InitiativeKind], one_of("kind")] = values_field("Only initiatives of one of these kinds.")


class InitiativeItemParams(ItemParams):
    include: list[str] = include_among(*INCLUDES)


INITIATIVES = Resource(
    name="initiatives",
    singular="initiative",
    about="What Canada does: operations, capacity building, verification, advocacy, monitoring.",
    model=Initiative,
    table_model=InitiativeVersion,
    params=InitiativeParams,
    item_params=InitiativeItemParams,
    orders=ORDERS,
    example="operation-neon",
)
