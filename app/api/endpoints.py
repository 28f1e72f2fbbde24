"""Endpoints: answer a list or an item in the negotiated format."""

import contextlib
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from fastapi import Request, Response

from app.api.dependencies import snapshot_for
from app.api.exports import EXPORTS, refuse_too_many_rows, stream_page
from app.api.feeds import atom_page
from app.errors import InvalidParameter
from app.formats import csl
from app.formats.bibtex import bibtex
from app.formats.plain_citation import plain_citation
from app.model.json_text import as_object, compact, with_prefix
from app.reading.include import Included
from app.reading.items import ItemOf, read_item
from app.reading.list_request import ListRequest
from app.reading.list_view import ListView
from app.reading.members import Dataset, PageInfo
from app.reading.pages import PageOf, read_page
from app.resources.base import Resource
from app.resources.params import ItemParams, PageParams, RevisionParams, names_taken
from app.serving.responses import Responder
from app.store.snapshot import Snapshot, open_snapshot

_FORMATS_OF = {  # formats that a parameter can be combined with; other parameters go with all formats
    "limit": ("json", "atom"),
    "cursor": ("json", "atom"),
    "fields": ("csv", "jsonl", "xlsx"),
    "facets": ("json",),
    "include": ("json",),
}
_CITATIONS: Mapping[str, Callable[[list[dict[str, Any]]], str]] = {
    "csl": compact,
    "bibtex": bibtex,
    "txt": plain_citation,
}
# Statement timeouts for a batch of an export: from a cold disk, 500 records of a large file took more than two seconds.
_OF_EXPORTS = 10
# Records of a revision of which any filtered list can be made on the event loop: of 120,000 most take 3 ms, the worst
# 10. In two threads, which contend for the interpreter's lock, each takes three times as long.
_FEW = 150_000


async def answer_list(request: Request, view: ListView, params: PageParams) -> Response:
    """Endpoint of a list: a page of it, or all its rows in a stream if the format is an export.

    Raises InvalidParameter (422), UnknownRevision (404), NotAcceptable (406). A 304 is decided after everything that
    can refuse the request, and before rows are read.
    """
    responder = Responder(request, params, view.spec.formats or ("json",))
    _refuse_unfitting(params, responder.format, view.spec.formats)
    list_request = ListRequest.read(view.spec, params, responder.lang, feed=responder.format == "atom")
    if responder.format in EXPORTS:
        return await responder.state.export_threads.run(_export, responder, view, list_request)
    is_slow = view.spec.slow or list_request.facets or "q" in params.model_fields_set
    if not (is_slow or responder.state.database.reading_threads):
        with _snapshot(responder, list_request) as snapshot:
            # A thread costs 100 µs, more than most lists do. Many filters of many records may take longer.
            if snapshot.revision.records <= _FEW or not list_request.filters_given():
                return _page(responder, read_page(snapshot, view, list_request))
    return await responder.state.threads.run(_page_of, responder, view, list_request)


def _snapshot(
    responder: Responder, list_request: ListRequest, *, timeouts: int = 1
) -> AbstractContextManager[Snapshot]:
    state, selector = responder.state, list_request.selector
    return open_snapshot(state.database, state.results, selector, prefix=responder.prefix, timeouts=timeouts)


def _page_of(responder: Responder, view: ListView, list_request: ListRequest) -> Response:
    with _snapshot(responder, list_request) as snapshot:
        return _page(responder, read_page(snapshot, view, list_request))


def _page(responder: Responder, page: PageOf) -> Response:
    body = atom_page if responder.format == "atom" else _json_body
    return responder.respond(
        page.snapshot.revision, lambda: body(responder, page), lambda: responder.page_links(page.next_cursor)
    )


def _export(responder: Responder, view: ListView, list_request: ListRequest) -> Response:
    with contextlib.ExitStack() as stack:
        snapshot = stack.enter_context(_snapshot(responder, list_request, timeouts=_OF_EXPORTS))
        page = read_page(snapshot, view, list_request)
        refuse_too_many_rows(page, responder.format)
        return responder.not_modified(snapshot.revision) or stream_page(responder, page, stack)


def _json_body(responder: Responder, page: PageOf) -> bytes:
    info = PageInfo(limit=page.request.params.limit, total=page.total, next=page.next_cursor)
    members = {
        "page": info.model_dump_json(),
        **{name: compact(value) for name, value in page.extra_members().items()},
    }
    if page.request.facets:
        members["facets"] = as_object({name: facet.values for name, facet in page.facets.items()})
        members["facets_truncated"] = compact([name for name, facet in page.facets.items() if facet.truncated])
    if page.request.include:
        members["included"] = _included(page.included())
    others = as_object(members | {"dataset": Dataset.of(page.snapshot.revision).model_dump_json()})
    return b'{"data":%b,%b' % (page.array(), with_prefix(others, responder.prefix)[1:].encode())


def _included(records: Included) -> str:
    return as_object({collection: as_object(by_id) for collection, by_id in records.items()})


def answer_item(request: Request, resource: Resource, id: str, params: ItemParams) -> Response:
    """Endpoint of an item: one record as JSON, or a citation of it as CSL-JSON, BibTeX or text.

    Raises UnknownRecord and UnknownRevision (404), WithdrawnRecord (410), NotAcceptable (406), InvalidParameter (422).
    """
    formats = names_taken(type(params), "format")
    responder = Responder(request, params, formats)
    _refuse_unfitting(params, responder.format, formats)
    with snapshot_for(request, params) as snapshot:
        item = read_item(snapshot, resource, id, responder.lang)
        body = _item_body if responder.format == "json" else _citation
        return responder.respond(snapshot.revision, lambda: body(responder, item, params))


def _item_body(_: Responder, item: ItemOf, params: ItemParams) -> str:
    members = {"data": item.body, "references": compact(item.references())}
    if params.include:
        members["included"] = _included(item.included(list(dict.fromkeys(params.include))))
    return as_object(members | {"dataset": Dataset.of(item.snapshot.revision).model_dump_json()})


def _citation(responder: Responder, item: ItemOf, _: ItemParams) -> str:
    record: Mapping[str, Any] = json.loads(item.body)
    path = f"{record['url']}?revision={record['revision']}&lang={item.lang}"
    address = responder.absolute(path) or path
    citation = csl.citation(record, collection=item.resource.name, lang=item.lang, address=address)
    return _CITATIONS[responder.format](citation)


def _refuse_unfitting(params: RevisionParams, format_name: str, offered: Sequence[str]) -> None:
    """Raise InvalidParameter (422) for a parameter that has no meaning in the format of the answer."""
    for name, formats in _FORMATS_OF.items():
        if name in params.model_fields_set and format_name not in formats:
            fitting = [one for one in formats if one in offered]
            raise InvalidParameter(name, "wrong-format", format=format_name, formats=fitting)
