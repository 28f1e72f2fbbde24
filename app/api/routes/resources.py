"""Routes of lists, items and histories: one for each list, and three for each collection."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from app.api.dependencies import ItemId, query_params
from app.api.endpoints import answer_item, answer_list
from app.api.openapi_groups import plain
from app.api.problem_schemas import problem_responses
from app.api.schemas import FacetedPage, Item, Page, SearchPage, included_schema, named_schema
from app.errors import UnknownRecord, UnknownRevision
from app.reading.changes import CHANGE_FEED
from app.reading.history import HistoryEntry, HistoryList, HistoryParams
from app.reading.list_view import ListView, ResourceList
from app.reading.revisions import REVISION_LIST
from app.reading.search import SEARCH
from app.reading.timeline import TIMELINE
from app.resources.base import Resource
from app.resources.params import ItemParams, PageParams, names_taken
from app.resources.registry import COLLECTIONS
from app.serving.responses import MEDIA_TYPES
from app.serving.state import state_of

# Lists across collections, each with the schema of its pages and the name of that schema in generated clients.
_LISTS: Sequence[tuple[ListView, Any, str]] = (
    (TIMELINE, FacetedPage, "TimelineEntryList"),
    (SEARCH, SearchPage, "SearchHitList"),
    (CHANGE_FEED, FacetedPage, "RecordChangeList"),
    (REVISION_LIST, Page, "RevisionList"),
)


def mount_lists(router: APIRouter, *, described: bool) -> None:
    """Mount the routes of the lists across collections: timeline, search, changes, revisions.

    With `described`, they have the schemas of their answers. Only the OpenAPI document needs those, and is packaged:
    making them takes 0.1 seconds and 5 MiB.
    """
    for view, page, name in _LISTS:
        _mount_list(router, view, page if described else None, name)


def mount_collections(router: APIRouter, *, described: bool) -> None:
    """Mount the routes of every collection: its list, its items, their histories; `described` as for `mount_lists`."""
    for resource in COLLECTIONS.values():
        page = FacetedPage if described else None
        _mount_list(router, ResourceList(resource), page, f"{resource.model.__name__}List")
        _mount_item(router, resource, described=described)
        _mount_history(router, resource, described=described)


def _mount_list(router: APIRouter, view: ListView, page: Any, page_name: str) -> None:
    spec, words = view.spec, view.spec.name.replace("-", " ")
    answer = None
    if page:
        includes = included_schema(spec.model, names_taken(spec.params, "include"))
        answer = named_schema(page_name, page[spec.model], f"A page of {words}.", includes)

    async def list_records(
        request: Request, params: Annotated[PageParams, Depends(query_params(spec.params))]
    ) -> Response:
        return await answer_list(request, view, params)

    router.add_api_route(
        spec.path,
        list_records,
        operation_id=f"list_{spec.name.replace('-', '_')}",
        summary=plain(spec.name).capitalize(),
        description=f"{spec.about} Rows match all filters.",
        tags=[spec.name],
        response_model=answer,
        response_description=f"A page of {words}; exports have all rows.",
        responses={200: _other_formats(spec.formats), **problem_responses(UnknownRevision)},
    )


def _mount_item(router: APIRouter, resource: Resource, *, described: bool) -> None:
    words, model, answer = resource.singular.replace("-", " "), resource.model, None
    if described:
        includes = included_schema(model, names_taken(resource.item_params, "include"))
        answer = named_schema(f"{model.__name__}Item", Item[model], f"One {words}.", includes)  # type: ignore[valid-type]  # known when it runs

    async def get_item(
        request: Request, id: ItemId, params: Annotated[ItemParams, Depends(query_params(resource.item_params))]
    ) -> Response:
        return await state_of(request).read(answer_item, request, resource, id, params)

    router.add_api_route(
        f"{resource.path}/{{id}}",
        get_item,
        operation_id=_item_operation(resource),
        summary=f"One {plain(resource.singular)}",
        description=f"One {words} by its id, with the number of records in each collection that name it.",
        tags=[resource.name],
        response_model=answer,
        response_description="The record.",
        responses={
            200: _other_formats(names_taken(resource.item_params, "format")),
            **problem_responses(UnknownRecord, UnknownRevision, 410),
        },
    )


def _mount_history(router: APIRouter, resource: Resource, *, described: bool) -> None:
    words, model, answer = resource.singular.replace("-", " "), resource.model, None
    if described:
        entry = HistoryEntry[model]  # type: ignore[valid-type]  # known when it runs
        version = named_schema(f"{model.__name__}Version", entry, f"What one revision did to one {words}.")
        answer = named_schema(f"{model.__name__}History", Page[version], f"Versions of one {words}.")  # type: ignore[valid-type]  # known when it runs

    async def get_history(
        request: Request, id: ItemId, params: Annotated[PageParams, Depends(query_params(HistoryParams))]
    ) -> Response:
        return await answer_list(request, HistoryList.of(resource, id), params)

    router.add_api_route(
        f"{resource.path}/{{id}}/history",
        get_history,
        operation_id=f"{_item_operation(resource)}_history",
        summary=f"History of {_with_article(plain(resource.singular))}",
        description=f"Every version of one {words}, newest first. A withdrawn record still has its history.",
        tags=[resource.name],
        response_model=answer,
        response_description="A page of versions.",
        responses=problem_responses(UnknownRecord, UnknownRevision),
    )


def _with_article(words: str) -> str:
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def _item_operation(resource: Resource) -> str:
    return f"get_{resource.singular.replace('-', '_')}"


def _other_formats(formats: Sequence[str]) -> dict[str, Any]:
    """OpenAPI content of the formats other than JSON, which has a model."""
    citations = {"type": "array", "items": {"type": "object"}}
    schemas = {name: citations if name == "csl" else {"type": "string"} for name in formats if name != "json"}
    return {"content": {_essence(name): {"schema": schema} for name, schema in schemas.items()}}


def _essence(format_name: str) -> str:
    return MEDIA_TYPES[format_name].partition(";")[0]
