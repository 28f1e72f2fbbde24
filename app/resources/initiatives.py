"""Initiatives: what Canada does or did about North Korea."""

from typing import Annotated, Literal

from pydantic import Field

from app.model import edtf
from app.model.fields import Edtf, Open, Refers, Slug, Topical
from app.resources.base import Resource, by_id, by_title
from app.resources.dated import Dated, DatedVersion, Window, by_date
from app.resources.params import ByActor, ListQuery, TopicalQuery, one_of, ordered_by

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

    kind: Annotated[InitiativeKind, Open] = Field(description="What kind of work.", examples=["naval"])
    period: Edtf = Field(description="When it ran or runs (EDTF).", examples=["2018/2019"])
    lead: Annotated[Slug | None, Refers("actors")] = Field(
        None, description="Id of the actor that leads it, null if not stated."
    )
    partners: Annotated[list[Slug], Refers("actors")] = Field([], description="Ids of the actors it is done with.")

    def when(self) -> edtf.Bounds:
        """Bounds of `period`, ISO days."""
        return edtf.bounds(self.period)

    def happened(self) -> str:
        """Its own date (EDTF)."""
        return self.period


class InitiativeVersion(DatedVersion, table=True):
    __tablename__ = "initiatives"

    kind: str


class InitiativeQuery(ListQuery, TopicalQuery, Window, ByActor):
    sort: Literal["date", "-date", "title", "-title", "id", "-id"] = ordered_by("id")
    kind: Annotated[list[InitiativeKind], one_of("kind")] = Field(
        [], max_length=50, description="Only work of one of these kinds."
    )


INITIATIVES = Resource(
    name="initiatives",
    singular="initiative",
    about="What Canada does: operations, capacity building, verification, advocacy, monitoring.",
    shape=Initiative,
    version=InitiativeVersion,
    query=InitiativeQuery,
    orders={"date": by_date, "title": by_title, "id": by_id},
    example="operation-neon",
)
