"""Policy positions: what Canada holds, asks for, supports or makes a condition."""

from typing import Annotated, Any, Literal

from pydantic import Field

from app.model import edtf
from app.model.fields import Edtf, Open, Refers, Slug, Topical
from app.resources.base import Resource, by_id, by_title
from app.resources.dated import DatedVersion, Window, by_date, date_columns
from app.resources.params import ByActor, ByInstrument, ListQuery, TopicalQuery, one_of, ordered_by

PositionKind = Literal["policy", "call", "concern", "commitment", "condition", "principle", "support"]
PositionStatus = Literal["current", "ended"]


class PolicyPosition(Topical):
    """What Canada holds, asks or makes a condition."""

    kind: Annotated[PositionKind, Open] = Field(description="What kind of position.", examples=["call"])
    stated_on: Edtf | None = Field(None, description="When it was stated (EDTF), null if not known.")
    status: Annotated[PositionStatus, Open] = Field(description="Whether it still stands.", examples=["current"])
    addressee: Annotated[Slug | None, Refers("actors")] = Field(
        None, description="Id of the actor that it is addressed to, null if to none in particular."
    )
    instruments: Annotated[list[Slug], Refers("legal-instruments")] = Field(
        [], description="Ids of the texts that it is about."
    )

    def when(self) -> edtf.Bounds | None:
        """Bounds of `stated_on`, ISO days."""
        return edtf.bounds(self.stated_on) if self.stated_on else None

    def columns(self) -> dict[str, Any]:
        """Order columns, ISO days with sentinels."""
        return date_columns(self.when())


class PolicyPositionVersion(DatedVersion, table=True):
    __tablename__ = "policy_positions"

    kind: str
    status: str


class PolicyPositionQuery(ListQuery, TopicalQuery, Window, ByActor, ByInstrument):
    sort: Literal["date", "-date", "title", "-title", "id", "-id"] = ordered_by("id")
    kind: Annotated[list[PositionKind], one_of("kind")] = Field(
        [], max_length=50, description="Only positions of one of these kinds."
    )
    status: Annotated[list[PositionStatus], one_of("status")] = Field(
        [], max_length=50, description="Only positions with one of these standings."
    )


POSITIONS = Resource(
    name="policy-positions",
    singular="policy-position",
    about="Canada's positions: its policy, concerns, commitments, conditions, and each single thing it calls for.",
    shape=PolicyPosition,
    version=PolicyPositionVersion,
    query=PolicyPositionQuery,
    orders={"date": by_date, "title": by_title, "id": by_id},
    example="controlled-engagement-policy",
)
