"""Background facts: lasting situations and conduct that a source states."""

from typing import Annotated, Literal

from pydantic import Field

from app.model import edtf
from app.model.fields import Edtf, Open, Refers, Slug, Topical
from app.resources.base import Resource, by_id, by_title
from app.resources.dated import Dated, DatedVersion, Window, by_date
from app.resources.params import ByActor, ListQuery, TopicalQuery, one_of, ordered_by

BackgroundKind = Literal["governance", "conduct", "situation"]


class BackgroundFact(Dated, Topical):
    """A lasting situation or conduct that a source states."""

    kind: Annotated[BackgroundKind, Open] = Field(description="What kind of fact.", examples=["situation"])
    about: Annotated[list[Slug], Refers("actors")] = Field([], description="Ids of the actors it is about.")
    period: Edtf | None = Field(None, description="When it holds (EDTF), null if the source does not say.")

    def when(self) -> edtf.Bounds | None:
        """Bounds of `period`, ISO days."""
        return edtf.bounds(self.period) if self.period else None


class BackgroundFactVersion(DatedVersion, table=True):
    __tablename__ = "background_facts"

    kind: str


class BackgroundFactQuery(ListQuery, TopicalQuery, Window, ByActor):
    sort: Literal["date", "-date", "title", "-title", "id", "-id"] = ordered_by("id")
    kind: Annotated[list[BackgroundKind], one_of("kind")] = Field(
        [], max_length=50, description="Only facts of one of these kinds."
    )


BACKGROUND = Resource(
    name="background-facts",
    singular="background-fact",
    about="Lasting situations and conduct that a source states: governance, evasion, food, human rights.",
    shape=BackgroundFact,
    version=BackgroundFactVersion,
    query=BackgroundFactQuery,
    orders={"date": by_date, "title": by_title, "id": by_id},
    example="food-shortages",
)
