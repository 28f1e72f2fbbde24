"""Actors: the states, persons, bodies and groups that records name."""

from typing import Annotated, Literal

from pydantic import Field

from app.model.fields import Computed, ContentModel, Edtf, OpenEnum, PlainOrText, References, Searchable, Slug, Text
from app.model.records import COLLECTION, Record
from app.model.terms.records import ACTOR_KINDS
from app.resources.base import BY_ID, BY_TITLE, Order, Resource, Version
from app.resources.filters import one_of
from app.resources.params import (
    UPPER_CASE,
    ActorFilter,
    ItemParams,
    ListParams,
    SourceFilter,
    columns_among,
    facets_among,
    include_among,
    sort_by,
    values_field,
)

ActorKind = Literal["state", "person", "organization", "government-body", "party", "group"]


class Role(ContentModel):
    """An office or function that an actor holds or held."""

    title: Text = Field(description="What the role is called.")
    of: Annotated[Slug | None, References("actors")] = Field(
        None, description="Id of the actor in which the role is held, null if it has no record."
    )
    period: Edtf | None = Field(
        None, description="When the role was held (EDTF), null if not known.", examples=["2011/.."]
    )


class Actor(Record):
    """A state, person, body or group."""

    collection: Annotated[Literal["actors"], Computed] = Field("actors", description=COLLECTION)
    kind: Annotated[ActorKind, OpenEnum(ACTOR_KINDS)] = Field(description="Kind of actor.", examples=["state"])
    code: Annotated[str, Field(pattern="^[A-Z]{2}$")] | None = Field(
        None, description="ISO 3166-1 code of a state, null otherwise.", examples=["CA"]
    )
    also_known_as: Annotated[list[PlainOrText], Searchable()] = Field(
        [], description="Other names and abbreviations, in the language of the response.", examples=[["IAEA"]]
    )
    roles: list[Role] = Field([], description="Offices and functions that the actor holds or held.")


class ActorVersion(Version, table=True):
    __tablename__ = "actors"

    kind: str
    code: str | None = None


ORDERS: dict[str, Order] = {"title": BY_TITLE, "id": BY_ID}
INCLUDES = ("actors", "sources")


class ActorParams(ListParams, SourceFilter, ActorFilter):
    sort: str = sort_by(ORDERS, "id")
    fields: list[str] = columns_among(Actor)
    facets: list[str] = facets_among("kind", "code", "actor", "source")
    include: list[str] = include_among(*INCLUDES)
    kind: Annotated[list[ActorKind], one_of("kind")] = values_field("Only actors of one of these kinds.")
    code: Annotated[list[Annotated[str, Field(pattern="^[A-Z]{2}$"), UPPER_CASE]], one_of("code")] = values_field(
        "Only states with one of these ISO 3166-1 codes.", "CA"
    )


class ActorItemParams(ItemParams):
    include: list[str] = include_among(*INCLUDES)


ACTORS = Resource(
    name="actors",
    singular="actor",
    about="The states, persons, organizations and groups that records name, with the offices that they hold or held.",
    model=Actor,
    table_model=ActorVersion,
    params=ActorParams,
    item_params=ActorItemParams,
    orders=ORDERS,
    example="canada",
)
