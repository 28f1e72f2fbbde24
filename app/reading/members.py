"""Members of answers, of the API and to assistants: the revision that an answer was made from, the place of a page."""

from pydantic import BaseModel, Field

from app.store.snapshot import RevisionRef


class Dataset(BaseModel):
    """The dataset revision that the answer was made from."""

    revision: int = Field(description="Number of the revision: 1, 2, 3, …", examples=[1])
    published_at: str = Field(
        description="When the revision was published: UTC, in whole seconds.",
        examples=["2026-11-23T12:00:00Z"],
        json_schema_extra={"format": "date-time"},
    )

    @classmethod
    def of(cls, revision: RevisionRef) -> "Dataset":
        """Member `dataset` of an answer from a revision; its time is UTC in whole seconds."""
        return cls(revision=revision.number, published_at=revision.published_at)


class PageInfo(BaseModel):
    """Position of a page in its list."""

    limit: int = Field(description="Maximum number of rows on this page.", examples=[50])
    total: int = Field(description="Exact number of matching rows on all pages.", examples=[123])
    next: str | None = Field(description="`cursor` of the next page, null on the last page.")
