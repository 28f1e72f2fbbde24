"""Engagement topics: the subjects on which Canada's policy permits official contact."""

from typing import Annotated, Any, Literal

from pydantic import Field

from app.model.fields import Computed, References, Slug
from app.model.records import COLLECTION, Record
from app.resources.base import BY_ID, BY_TITLE, Order, Resource, Version
from app.resources.params import (
    ItemParams,
    ListParams,
    SourceFilter,
    columns_among,
    facets_among,
    include_among,
    sort_by,
)


class EngagementTopic(Record):
    """A subject on which official contact is permitted."""

    collection: Annotated[Literal["engagement-topics"], Computed] = Field("engagement-topics", description=COLLECTION)
    number: int = Field(ge=1, le=1000, description="Position in the policy's own list, from 1.", examples=[1])
    policy: Annotated[Slug, References("policy-positions")] = Field(
        description="Id of the policy position that permits it.", examples=["controlled-engagement-policy"]
    )

    def index_columns(self) -> dict[str, Any]:
        """Order column `position`: the topic's number, since `number` is that of a version."""
        return {"position": self.number}


class EngagementTopicVersion(Version, table=True):
    __tablename__ = "engagement_topics"

    position: int


BY_NUMBER = Order(("position", "id"))
ORDERS: dict[str, Order] = {"number": BY_NUMBER, "title": BY_TITLE, "id": BY_ID}
INCLUDES = ("policy-positions", "sources")


class EngagementTopicParams(ListParams, SourceFilter):
    sort: str = sort_by(ORDERS, "number")
    fields: list[str] = columns_among(EngagementTopic)
    facets: list[str] = facets_among("source")
    include: list[str] = include_among(*INCLUDES)


class EngagementTopicItemParams(ItemParams):
    include: list[str] = include_among(*INCLUDES)


TOPICS = Resource(
    name="engagement-topics",
    singular="engagement-topic",
    about="The subjects to which official contact is limited under the Controlled Engagement Policy.",
    model=EngagementTopic,
    table_model=EngagementTopicVersion,
    params=EngagementTopicParams,
    item_params=EngagementTopicItemParams,
    orders=ORDERS,
    example="regional-security",
)
