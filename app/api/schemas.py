"""Schemas of answers: the members that pages and items have in addition to their records."""

import functools
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, Field, RootModel, create_model
from pydantic.json_schema import SkipJsonSchema

from app.reading.facets import MOST_VALUES
from app.reading.members import Dataset, PageInfo
from app.reading.search import MOST_RANKED
from app.resources.registry import COLLECTIONS

T = TypeVar("T")
_ABSENT: Any = SkipJsonSchema[None]  # type: ignore[misc]  # a member that is left out, never null; an alias to mypy


class Page(BaseModel, Generic[T]):
    """A page of a list."""

    data: list[T] = Field(description="Rows of this page, in order.")
    page: PageInfo = Field(description="Position of this page in its list.")
    dataset: Dataset = Field(description="Dataset revision that the answer was made from.")


class FacetValue(BaseModel):
    """One value of a facet, with its count."""

    value: str = Field(description="The value, as the filter of the same name accepts it.", examples=["nuclear-test"])
    label: str = Field(
        description="Name of the value in the language of the response; if it is the id of a record, the title.",
        examples=["Nuclear test"],
    )
    count: int = Field(description="Exact number of rows that have the value.", examples=[6])


class FacetedPage(Page[T], Generic[T]):
    """A page of a list that has facets."""

    facets: dict[str, list[FacetValue]] | SkipJsonSchema[None] = Field(
        None,
        description="Counts of values by facet, highest first, over the rows that all other filters give. A value "
        f"that is filtered by is always there; at most {MOST_VALUES} values are. Only if `facets` is sent.",
    )
    facets_truncated: list[str] | SkipJsonSchema[None] = Field(
        None, description=f"Facets that have more than {MOST_VALUES} values. Only if `facets` is sent."
    )


class SearchPage(FacetedPage[T], Generic[T]):
    """A page of search results."""

    counts: dict[str, int] = Field(
        description="Exact number of matching records, by collection.",
        examples=[{"timeline-events": 12, "actors": 3}],
    )
    ranking: str = Field(
        description="Order of the rows: `relevance` (best match first) or, for more than "
        f"{MOST_RANKED:,} matches, `newest` (last published first).",
        json_schema_extra={"x-extensible-enum": ["relevance", "newest"]},
    )


class Item(BaseModel, Generic[T]):
    """One record, and how many records of each collection refer to it."""

    data: T = Field(description="The record.")
    references: dict[str, int] = Field(
        description="How many records name this one, by collection; empty if none does.",
        examples=[{"timeline-events": 3}],
    )
    dataset: Dataset = Field(description="Dataset revision that the answer was made from.")


def named_schema(
    name: str, schema: type[BaseModel], description: str, included: type[BaseModel] | None = None
) -> type[BaseModel]:
    """Schema of an answer under its own name and description; with `included`, the member of that name is added."""
    text = "Records that the answer names, by collection and id, if `include` is sent."
    member: dict[str, Any] = {"included": (included | _ABSENT, Field(None, description=text))} if included else {}
    return create_model(name, __base__=schema, __doc__=description, **member)


@functools.cache
def included_schema(model: type[BaseModel], collections: tuple[str, ...]) -> type[BaseModel] | None:
    """Schema of the member `included` for lists and items of a model; None if there is nothing to include."""
    fields: dict[str, Any] = {name: _by_id(COLLECTIONS[name].model) for name in collections}
    about = "Records that the answer names, by collection and id, if `include` is sent."
    return create_model(f"{model.__name__}Included", __doc__=about, **fields) if fields else None


@functools.cache
def _by_id(model: Any) -> tuple[Any, Any]:
    records: Any = create_model(f"{model.__name__}ById", __base__=RootModel[dict[str, model]], __doc__="Records by id.")
    return records | _ABSENT, Field(None)
