"""Background facts: lasting situations and conduct that a source states."""

from typing import Annotated, Literal

from pydantic import Field

from app.model import edtf
from app.model.fields import Computed, Edtf, OpenEnum, References, Slug
from app.model.records import COLLECTION, Topical
from app.model.terms.records import BACKGROUND_KINDS
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

BackgroundKind = Literal["governance", "conduct", "situation"]


class BackgroundFact(Dated, Topical):
    """A lasting situation or conduct that a source states."""

    collection: Annotated[Literal["background-facts"], Computed] = Field("background-facts", description=COLLECTION)
    kind: Annotated[BackgroundKind, OpenEnum(BACKGROUND_KINDS)] = Field(
        description="Kind of fact.", examples=["situation"]
    )
    about: Annotated[list[Slug], References("actors")] = Field(
        [], description="Ids of the actors that the fact is about."
    )
    period: Edtf | None = Field(None, description="When it is or was so (EDTF), null if the source does not say.")

    def date_bounds(self) -> edtf.Bounds | None:
        """Bounds of `period`, ISO days."""
        return edtf.bounds(self.period) if self.period else None


class BackgroundFactVersion(DatedVersion, table=True):
    __tablename__ = "background_facts"

    kind: str


ORDERS: dict[str, Order] = {"date": BY_DATE, "title": BY_TITLE, "id": BY_ID}
INCLUDES = ("engagement-topics", "actors", "sources")


class BackgroundFactParams(ListParams, TopicFilter, DateFilter, ActorFilter):
    sort: str = sort_by(ORDERS, "id")
    fields: list[str] = columns_among(BackgroundFact)
    facets: list[str] = facets_among("kind", "topic", "actor", "source")
    include: list[str] = include_among(*INCLUDES)
    kind: Annotated[list[BackgroundKind], one_of("kind")] = values_field("Only facts of one of these kinds.")


class BackgroundFactItemParams(ItemParams):
    include: list[str] = include_among(*INCLUDES)


BACKGROUND = Resource(
    name="background-facts",
    singular="background-fact",
    about="Lasting situations and conduct that a source states: governance, evasion, food, human rights.",
    model=BackgroundFact,
    table_model=BackgroundFactVersion,
    params=BackgroundFactParams,
    item_params=BackgroundFactItemParams,
    orders=ORDERS,
    example="food-shortages",
)
