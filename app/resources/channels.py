"""Diplomatic channels: how Canada and North Korea reach each other."""

from typing import Annotated, Literal

from pydantic import Field

from app.model.fields import Computed, OpenEnum, References, Slug, Text
from app.model.records import COLLECTION, Topical
from app.model.terms.records import CHANNEL_KINDS
from app.resources.base import BY_ID, BY_TITLE, Order, Resource, Version
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

ChannelKind = Literal["embassy", "permanent-mission", "protecting-power"]
Actor = Annotated[Slug, References("actors")]


class DiplomaticChannel(Topical):
    """How one side reaches the other."""

    collection: Annotated[Literal["diplomatic-channels"], Computed] = Field(
        "diplomatic-channels", description=COLLECTION
    )
    kind: Annotated[ChannelKind, OpenEnum(CHANNEL_KINDS)] = Field(description="Kind of channel.", examples=["embassy"])
    sending_state: Actor = Field(description="Id of the state that the channel represents.", examples=["canada"])
    receiving_state: Actor = Field(description="Id of the state in which it works.", examples=["south-korea"])
    operated_by: Annotated[Slug | None, References("actors")] = Field(
        None, description="Id of the actor that runs it, null if not stated."
    )
    accredited_to: Annotated[list[Slug], References("actors")] = Field(
        [], description="Ids of the actors that it is accredited to."
    )
    place: Text | None = Field(None, description="City and state where it is, null if not stated.")


class DiplomaticChannelVersion(Version, table=True):
    __tablename__ = "diplomatic_channels"

    kind: str


ORDERS: dict[str, Order] = {"title": BY_TITLE, "id": BY_ID}
INCLUDES = ("engagement-topics", "actors", "sources")


class DiplomaticChannelParams(ListParams, TopicFilter, ActorFilter):
    sort: str = sort_by(ORDERS, "id")
    fields: list[str] = columns_among(DiplomaticChannel)
    facets: list[str] = facets_among("kind", "topic", "actor", "source")
    include: list[str] = include_among(*INCLUDES)
    kind: Annotated[list[ChannelKind], one_of("kind")] = values_field("Only channels of one of these kinds.")


class DiplomaticChannelItemParams(ItemParams):
    include: list[str] = include_among(*INCLUDES)


CHANNELS = Resource(
    name="diplomatic-channels",
    singular="diplomatic-channel",
    about="Embassy, permanent mission and protecting power: the ways in which the two sides reach each other.",
    model=DiplomaticChannel,
    table_model=DiplomaticChannelVersion,
    params=DiplomaticChannelParams,
    item_params=DiplomaticChannelItemParams,
    orders=ORDERS,
    example="canada-embassy-seoul",
)
