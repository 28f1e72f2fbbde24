"""Schemas of answers: what pages and items have around their records."""

import functools
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, Field, create_model
from pydantic.json_schema import SkipJsonSchema

from app.reading.facets import FacetValue
from app.reading.search import MOST_RANKED
from app.resources.registry import COLLECTIONS
from app.store.snapshot import RevisionRef

T = TypeVar("T")
_ABSENT: Any = SkipJsonSchema[None]  # type: ignore[misc]  # a member that is left out, never null; an alias to mypy


class Dataset(BaseModel):
    """The revision that an answer speaks for."""

    revision: int = Field(description="Number of the revision: 1, 2, 3, …", examples=[1])
    published_at: str = Field(
        description="When it was published: UTC, whole seconds.",
        examples=["2026-11-23T12:00:00Z"],
        json_schema_extra={"format": "date-time"},
    )

    @classmethod
    def of(cls, revision: RevisionRef) -> "Dataset":
        """The `dataset` member of an answer at a revision."""
        return cls(revision=revision.number, published_at=revision.published_at)


class PageInfo(BaseModel):
    """Where a page stands in its list."""

    limit: int = Field(description="Most rows that this page can have.", examples=[50])
    total: int = Field(description="Rows that match, on all pages together; exact.", examples=[123])
    next: str | None = Field(description="`cursor` of the next page, null on the last.")


class Page(BaseModel, Generic[T]):
    """A page of a list."""

    data: list[T] = Field(description="The rows of this page, in the order asked for.")
    page: PageInfo = Field(description="Where the page stands in its list.")
    dataset: Dataset = Field(description="What the answer speaks for.")


class FacetedPage(Page[T], Generic[T]):
    """A page of a list whose rows can be counted by their values."""

    facets: dict[str, list[FacetValue]] | SkipJsonSchema[None] = Field(
        None, description="By facet, its values in all rows that match, most frequent first; only where asked for."
    )


class SearchPage(FacetedPage[T], Generic[T]):
    """A page of hits."""

    counts: dict[str, int] = Field(
        description="How many records match, by collection; exact.", examples=[{"timeline-events": 12, "actors": 3}]
    )
    order: str = Field(
        description=f"`relevance`: best first; `newest`: last published first, where more than {MOST_RANKED:,} match.",
        json_schema_extra={"x-extensible-enum": ["relevance", "newest"]},
    )


class Item(BaseModel, Generic[T]):
    """One record, and how many records of each collection name it."""

    data: T = Field(description="The record.")
    references: dict[str, int] = Field(
        description="How many records name this one, by collection; empty where none does.",
        examples=[{"timeline-events": 3}],
    )
    dataset: Dataset = Field(description="What the answer speaks for.")


def named_schema(
    name: str, schema: type[BaseModel], description: str, included: type[BaseModel] | None = None
) -> type[BaseModel]:
    """The schema of an answer under a name and description of its own, with what it can include."""
    text = "By collection and id, records that those of the answer name; only where asked for."
    member: dict[str, Any] = {"included": (included | _ABSENT, Field(None, description=text))} if included else {}
    return create_model(name, __base__=schema, __doc__=description, **member)


@functools.cache
def included_schema(model: type[BaseModel], collections: tuple[str, ...]) -> type[BaseModel] | None:
    """The schema of what a list of these rows, and an item too, can include; None for nothing."""
    fields: dict[str, Any] = {name: _by_id(COLLECTIONS[name].model) for name in collections}
    about = "Records that those of the answer name."
    return create_model(f"{model.__name__}Included", __doc__=about, **fields) if fields else None


def _by_id(model: Any) -> tuple[Any, Any]:
    return dict[str, model] | _ABSENT, Field(None, description="Records by id.")
