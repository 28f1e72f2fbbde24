"""The routes that every collection has: its list, its items and their history."""

import functools
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field, create_model
from pydantic.json_schema import SkipJsonSchema
from starlette.concurrency import run_in_threadpool

from app.errors import InvalidParameter, UnknownRecord, UnknownRevision
from app.model.fields import SLUG, SLUG_LENGTH
from app.reading.facets import countable
from app.reading.history import HistoryEntry, HistoryQuery, get_history
from app.reading.include import includable
from app.reading.list_request import takes_long
from app.reading.list_view import Listing
from app.reading.pages import FacetedPage, Item, Page, get_record, list_page
from app.resources.base import Resource
from app.resources.params import ItemQuery, names_among
from app.resources.registry import COLLECTIONS
from app.serving.problems import problem_responses
from app.serving.responses import offered

EVERYWHERE = (406, 414, 422, 500, 503)
_ABSENT: Any = SkipJsonSchema[None]  # type: ignore[misc]  # a member that is left out, never null; an alias to mypy
_OF_ITEMS = (UnknownRecord, UnknownRevision)
ItemId = Annotated[
    str, Path(pattern=SLUG, max_length=SLUG_LENGTH, description="Id of the record, as `id` in the list.")
]


def routes_of(resource: Resource) -> APIRouter:
    """The list, the items and the histories of a collection."""
    router = APIRouter()
    add_list(router, resource, FacetedPage, includable(resource.shape, list(COLLECTIONS)))
    _add_item(router, resource)
    _add_history(router, resource)
    return router


def add_list(router: APIRouter, listing: Listing, page: Any, includes: Sequence[str] = ()) -> None:
    """Add a list in all its formats, with facets and columns to choose, and what it can include.

    `page` is the shape of a page, still without that of its rows.
    """
    model = asked(_list_query(listing, includes))
    plural, extra = listing.name.replace("-", " "), _included(listing.shape, tuple(includes))

    async def list_records(request: Request, query: Annotated[Any, Depends(model)]) -> Response:
        if takes_long(listing, query):
            return await run_in_threadpool(list_page, request, listing, query)
        return list_page(request, listing, query)

    router.add_api_route(
        listing.path,
        list_records,
        operation_id=listing.list_operation,
        summary=f"List {plural}",
        description=f"{listing.about} Filters narrow the list, all of them at once; `total` is exact.",
        tags=[listing.name],
        response_model=named(listing.page_name, page[listing.shape], f"A page of {plural}.", extra),
        response_description=f"A page of {plural}; in the other formats, all of the list.",
        responses={200: contents(listing.formats), **problem_responses(UnknownRevision, *EVERYWHERE)},
    )


def _add_item(router: APIRouter, resource: Resource) -> None:
    singular, shape = resource.singular.replace("-", " "), resource.shape
    one = f"an {singular}" if singular[0] in "aeiou" else f"a {singular}"
    includes = includable(shape, list(COLLECTIONS))
    model = asked(_item_query(resource, includes))

    async def get_item(request: Request, id: ItemId, query: Annotated[Any, Depends(model)]) -> Response:
        return get_record(request, resource, id, query)

    item: Any = Item
    extra = _included(shape, tuple(includes))
    router.add_api_route(
        f"{resource.path}/{{id}}",
        get_item,
        operation_id=resource.item_operation,
        summary=f"Get {one}",
        description=f"One {singular} by its id, beside it how many records of each collection name it.",
        tags=[resource.name],
        response_model=named(f"{shape.__name__}Item", item[shape], f"One {singular}.", extra),
        response_description="The record.",
        responses={200: contents(("json", "csl")), **problem_responses(*_OF_ITEMS, 410, *EVERYWHERE)},
    )


def _add_history(router: APIRouter, resource: Resource) -> None:
    singular, shape = resource.singular.replace("-", " "), resource.shape
    model = asked(HistoryQuery)

    async def get_versions(request: Request, id: ItemId, query: Annotated[Any, Depends(model)]) -> Response:
        return get_history(request, resource, id, query)

    entry: Any = HistoryEntry
    version = named(f"{shape.__name__}Version", entry[shape], f"What one revision did to one {singular}.")
    page: Any = Page
    router.add_api_route(
        f"{resource.path}/{{id}}/history",
        get_versions,
        operation_id=f"{resource.item_operation}_history",
        summary=f"Get the history of {singular}",
        description=f"Every version of one {singular}, newest first, also of one that was withdrawn.",
        tags=[resource.name],
        response_model=named(f"{shape.__name__}History", page[version], f"Versions of one {singular}."),
        response_description="A page of versions.",
        responses=problem_responses(*_OF_ITEMS, *EVERYWHERE),
    )


def contents(formats: Sequence[str]) -> dict[str, Any]:
    """What the schema says of the formats beside JSON, which has a model."""
    others = [media_type.partition(";")[0] for name, media_type in offered(formats).items() if name != "json"]
    citations = {"type": "array", "items": {"type": "object"}}
    schemas = {one: citations if one.endswith("json") else {"type": "string"} for one in others}
    return {"content": {media_type: {"schema": schema} for media_type, schema in schemas.items()}}


def _list_query(listing: Listing, includes: Sequence[str]) -> type[BaseModel]:
    """The query model of a list with what follows from its shape and formats."""
    own: dict[str, Any] = {
        "format": (Literal[*listing.formats] | None, ItemQuery.model_fields["format"]),
        "fields": names_among(
            listing.fields, "With `csv` and `jsonl`: the fields to give, joined by commas; the key always comes."
        ),
    }
    if countable(listing.query):
        own["facets"] = names_among(
            countable(listing.query),
            "With `json`: what to count in all rows that match, value by value; joined by commas.",
        )
    return create_model(listing.query.__name__, __base__=listing.query, **own, **_including(includes))


def _item_query(resource: Resource, includes: Sequence[str]) -> type[BaseModel]:
    formats: Any = (Literal["json", "csl"] | None, ItemQuery.model_fields["format"])
    name = f"{resource.shape.__name__}ItemQuery"
    return create_model(name, __base__=ItemQuery, format=formats, **_including(includes))


def _including(includes: Sequence[str]) -> dict[str, Any]:
    about = "With `json`: collections whose records to put beside those that name them, joined by commas."
    return {"include": names_among(includes, about)} if includes else {}


def named(name: str, shape: type[BaseModel], about: str, included: Any = None) -> type[BaseModel]:
    """An answer's shape under the name and description that it has in the schema, with what it can include."""
    words = "By collection and id, records that those of the answer name; only where asked for."
    member: dict[str, Any] = {"included": (included | _ABSENT, Field(None, description=words))} if included else {}
    return create_model(name, __base__=shape, __doc__=about, **member)


@functools.cache
def _included(shape: type[BaseModel], includes: tuple[str, ...]) -> Any:
    """The shape of what a list of these shapes, and an item too, can include; None for nothing."""
    fields: dict[str, Any] = {one: _by_id(COLLECTIONS[one].shape) for one in includes}
    about = "Records that those of the answer name."
    return create_model(f"{shape.__name__}Included", __doc__=about, **fields) if fields else None


def _by_id(shape: Any) -> tuple[Any, Any]:
    return dict[str, shape] | _ABSENT, Field(None, description="Records by id.")


def asked(model: type[BaseModel]) -> Any:
    """A dependency that reads a query model and refuses a parameter given twice that takes one value (422)."""
    single = {info.alias or name for name, info in model.model_fields.items() if "list" not in str(info.annotation)}

    async def read(request: Request, query: Annotated[model, Query()]) -> BaseModel:  # type: ignore[valid-type]  # known when it runs
        names = [name for name, _ in request.query_params.multi_items()]
        for name in single:
            if names.count(name) > 1:
                raise InvalidParameter(name, "is given more than once, and takes one value")
        return query

    return read
