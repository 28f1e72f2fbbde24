"""Diplomatic channels: how Canada and North Korea reach each other."""

from typing import Annotated, Literal

from pydantic import Field

from app.model.fields import Open, Refers, Slug, Text, Topical
from app.resources.base import Resource, Version, by_id, by_title
from app.resources.params import ByActor, ListQuery, TopicalQuery, one_of, ordered_by

ChannelKind = Literal["embassy", "permanent-mission", "protecting-power"]
Actor = Annotated[Slug, Refers("actors")]


class DiplomaticChannel(Topical):
    """How one side reaches the other."""

    kind: Annotated[ChannelKind, Open] = Field(description="What kind of channel.", examples=["embassy"])
    sending_state: Actor = Field(description="Id of the state that it serves.", examples=["canada"])
    receiving_state: Actor = Field(description="Id of the state where it works.", examples=["south-korea"])
    operated_by: Annotated[Slug | None, Refers("actors")] = Field(
        None, description="Id of the actor that runs it, null if not stated."
    )
    accredited_to: Annotated[list[Slug], Refers("actors")] = Field(
        [], description="Ids of the actors that it is accredited to."
    )
    place: Text | None = Field(None, description="City and state where it is, null if not stated.")


class DiplomaticChannelVersion(Version, table=True):
    __tablename__ = "diplomatic_channels"

    kind: str


class DiplomaticChannelQuery(ListQuery, TopicalQuery, ByActor):
    sort: Literal["title", "-title", "id", "-id"] = ordered_by("id")
    kind: Annotated[list[ChannelKind], one_of("kind")] = Field(
        [], max_length=50, description="Only channels of one of these kinds."
    )


CHANNELS = Resource(
    name="diplomatic-channels",
    singular="diplomatic-channel",
    about="Embassy, permanent mission and protecting power: the ways in which the two sides reach each other.",
    shape=DiplomaticChannel,
    version=DiplomaticChannelVersion,
    query=DiplomaticChannelQuery,
    orders={"title": by_title, "id": by_id},
    example="canada-embassy-seoul",
)
