"""The routes that every collection has: its list and its items."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, create_model

from app.errors import InvalidParameter, UnknownRecord, UnknownRevision, problem_responses
from app.fields import SLUG, SLUG_LENGTH
from app.filters import ItemQuery
from app.query import Item, Page, get_record, list_page
from app.resource import Resource

EVERYWHERE = (406, 414, 422, 500, 503)


def mount(router: APIRouter, resource: Resource) -> None:
    """Add the list and the item of a collection."""
    list_query, item_query = asked(resource.query), asked(ItemQuery)
    shape = resource.shape.__name__
    plural, singular = resource.name.replace("-", " "), resource.singular.replace("-", " ")
    one = f"an {singular}" if singular[0] in "aeiou" else f"a {singular}"

    async def list_records(request: Request, query: Annotated[Any, Depends(list_query)]) -> Response:
        return list_page(request, resource, query)

    async def get_item(request: Request, id: ItemId, query: Annotated[Any, Depends(item_query)]) -> Response:
        return get_record(request, resource, id, query)

    router.add_api_route(
        f"/v1/{resource.name}",
        list_records,
        operation_id=resource.list_operation,
        summary=f"List {plural}",
        description=f"{resource.about} Filters narrow the list, all of them at once; `total` is exact.",
        tags=[resource.name],
        response_model=named(f"{shape}List", Page[resource.shape], f"A page of {plural}."),  # type: ignore[name-defined]
        response_description=f"A page of {plural}.",
        responses=problem_responses(UnknownRevision, *EVERYWHERE),
    )
    router.add_api_route(
        f"/v1/{resource.name}/{{id}}",
        get_item,
        operation_id=resource.item_operation,
        summary=f"Get {one}",
        description=f"One {singular} by its id, beside it how many records of each collection name it.",
        tags=[resource.name],
        response_model=named(f"{shape}Item", Item[resource.shape], f"One {singular}."),  # type: ignore[name-defined]
        response_description="The record.",
        responses=problem_responses(UnknownRecord, UnknownRevision, 410, *EVERYWHERE),
    )


ItemId = Annotated[
    str, Path(pattern=SLUG, max_length=SLUG_LENGTH, description="Id of the record, as `id` in the list.")
]


def named(name: str, shape: type[BaseModel], about: str) -> type[BaseModel]:
    """An answer's shape under the name and description that it has in the schema."""
    return create_model(name, __base__=shape, __doc__=about)


def asked(model: type[BaseModel]) -> Any:
    """A dependency that reads a query model and refuses a parameter given twice that takes one value (422)."""
    single = {info.alias or name for name, info in model.model_fields.items() if "list" not in str(info.annotation)}

    def read(request: Request, query: Annotated[model, Query()]) -> BaseModel:  # type: ignore[valid-type]
        names = [name for name, _ in request.query_params.multi_items()]
        for name in single:
            if names.count(name) > 1:
                raise InvalidParameter(name, "is given more than once, and takes one value")
        return query

    async def read_async(request: Request, query: Annotated[model, Query()]) -> BaseModel:  # type: ignore[valid-type]
        return read(request, query)

    return read_async
