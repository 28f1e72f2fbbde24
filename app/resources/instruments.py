"""Legal instruments: statutes, regulations, orders, resolutions, treaties, agreements and declarations."""

from typing import Annotated, Any, Literal

from pydantic import Field

from app.model import edtf
from app.model.fields import (
    Computed,
    Edtf,
    Imported,
    OpenEnum,
    PlainOrText,
    References,
    Searchable,
    SeedOnly,
    Slug,
    Text,
)
from app.model.provisions import Provision
from app.model.records import COLLECTION, Topical
from app.model.terms.law import INSTRUMENT_KINDS
from app.resources.base import BY_ID, BY_TITLE, Order, Resource
from app.resources.dated import BY_DATE, date_columns
from app.resources.filters import one_of
from app.resources.in_force import InForce, InForceFilter, InForceVersion
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

InstrumentKind = Literal["statute", "regulation", "order", "resolution", "treaty", "agreement", "declaration"]
Instruments = Annotated[list[Slug], References("legal-instruments")]


def _is_empty(value: list[Provision]) -> bool:
    return not value


class LegalInstrument(InForce, Topical):
    """A legal or political text."""

    collection: Annotated[Literal["legal-instruments"], Computed] = Field("legal-instruments", description=COLLECTION)
    kind: Annotated[InstrumentKind, OpenEnum(INSTRUMENT_KINDS)] = Field(
        description="Kind of legal instrument.", examples=["regulation"]
    )
    also_known_as: Annotated[list[PlainOrText], Searchable()] = Field(
        [], description="Other names and abbreviations, in the language of the response.", examples=[["UNSCR 1718"]]
    )
    legal_citation: Text | None = Field(
        None,
        description="Citation of the text, in the language of the response; null if it has none.",
        examples=["SOR/2011-167"],
    )
    issuer: Annotated[Slug | None, References("actors")] = Field(
        None, description="Id of the actor that issued it, null if parties agreed on it."
    )
    parties: Annotated[list[Slug], References("actors")] = Field([], description="Ids of the actors that agreed to it.")
    date: Edtf | None = Field(
        None,
        description="Date of assent, registration, adoption or signature (EDTF), null if not known.",
        examples=["2011-08-11"],
    )
    enabled_by: Instruments = Field([], description="Ids of the legal instruments under which it was made.")
    implements: Instruments = Field([], description="Ids of the legal instruments that it implements.")
    amends: Instruments = Field([], description="Ids of the legal instruments that it amends.")
    provisions: Annotated[list[Provision], SeedOnly(), Imported] = Field(
        [], exclude_if=_is_empty, description="Its provisions, where they were imported, at an address of their own."
    )

    def date_bounds(self) -> edtf.Bounds | None:
        """Bounds of `date`, ISO days."""
        return edtf.bounds(self.date) if self.date else None

    def index_columns(self) -> dict[str, Any]:
        """Columns of `date` and of the time in force, ISO days. An unknown start is not before `date`."""
        date = self.date_bounds()
        return date_columns(date) | self.force_columns(not_before=date.earliest if date else None)

    def timeline_date(self) -> str | None:
        """Date in the timeline (EDTF): when it came into force, else its own `date`, None if neither is known."""
        return self.in_force_from or self.date


class LegalInstrumentVersion(InForceVersion, table=True):
    __tablename__ = "legal_instruments"

    kind: str


ORDERS: dict[str, Order] = {"date": BY_DATE, "title": BY_TITLE, "id": BY_ID}
INCLUDES = ("engagement-topics", "legal-instruments", "actors", "sources")


class LegalInstrumentParams(ListParams, TopicFilter, InForceFilter, ActorFilter, InstrumentFilter):
    sort: str = sort_by(ORDERS, "id")
    fields: list[str] = columns_among(LegalInstrument)
    facets: list[str] = facets_among("kind", "status", "topic", "actor", "instrument", "source")
    include: list[str] = include_among(*INCLUDES)
    kind: Annotated[list[InstrumentKind], one_of("kind")] = values_field("Only instruments of one of these kinds.")


class LegalInstrumentItemParams(ItemParams):
    include: list[str] = include_among(*INCLUDES)


INSTRUMENTS = Resource(
    name="legal-instruments",
    singular="legal-instrument",
    about="The texts that measures and positions rest on: Canadian law, Security Council resolutions, treaties.",
    model=LegalInstrument,
    table_model=LegalInstrumentVersion,
    params=LegalInstrumentParams,
    item_params=LegalInstrumentItemParams,
    orders=ORDERS,
    example="sema-dprk-regulations",
)
