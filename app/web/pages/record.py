"""Record page: one record of any collection in words, its evidence, what names it, its history, how to cite it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from app.errors import InvalidParameter, WithdrawnRecord, unknown_value
from app.formats import csl
from app.formats.bibtex import bibtex
from app.formats.plain_citation import plain_citation
from app.messages.columns import COLUMNS
from app.reading.cursor import broken
from app.resources.base import Resource
from app.resources.params import names_taken
from app.resources.registry import COLLECTIONS
from app.web.json_ld import page_node
from app.web.page import PageRequest, WebPage
from app.web.query import PageQuery
from app.web.questions import ItemAnswer, ListAnswer
from app.web.reasons import Piece, ids_in, pieces
from app.web.record_fields import RecordWords, ShownField, provision_anchor

_NAMING = 8  # records of each collection that are shown first among those that name the record
_NAMING_PAGE = 100
_VERSIONS = 20
_LEAD = ("kind", "date", "period", "stated_on", "amount", "status")  # what a reader looks for first, under the title
_FOR_PROGRAMS = re.compile(r" \((ids?|identifiants?|EDTF)\)")  # in the meaning of a column, where a page has words
_PROVISIONS = 300  # a long statute has more: the page would be heavier than 100 kB, and its JSON has them all


class RecordQuery(PageQuery):
    """Parameters of the page of a record: with `named_by`, it lists the records of that collection that name it."""

    named_by: str | None = None
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Naming:
    """Records of a collection that name the record: their count and a page of them."""

    collection: str
    count: int
    records: ListAnswer


def _read(ask: PageRequest) -> Any:
    resource = COLLECTIONS[ask.path_params["collection"]]
    id, params = ask.path_params["id"], ask.params
    item = _item(ask, resource, id)
    if params.named_by is not None:
        return _read_naming(ask, resource, item)
    if params.cursor is not None:
        raise broken()
    history = ask.history(resource.name, id, limit=_VERSIONS)
    naming = [_naming(ask, resource, id, name, count) for name, count in item.references.items()]

    def values() -> dict[str, Any]:
        provisions = ask.provisions(item) if resource.name == "legal-instruments" else []
        words = RecordWords(resource, item.data, item.included, ask.lang)
        fields = words.fields()
        return {
            "record": item.data,
            "address": item.address,
            "lead": [field for field in fields if field.key in _LEAD and item.data[field.key] != "unknown"],
            "fields": fields,
            "meanings": _meanings(resource, fields, ask),
            "citations": words.citations(),
            "other_values": words.other_values(),
            "naming": naming,
            "listing": None,
            "history": history,
            "reasons": _reasons(ask, resource.name, history.data),
            "provisions": provisions[:_PROVISIONS],
            "provisions_total": len(provisions),
            "provision_anchor": provision_anchor,
            "cited": partial(_cited, item, ask),
            "described": lambda address: page_node(item.data, ask.lang, address, partial(_title, item)),
        }

    return values


def _item(ask: PageRequest, resource: Resource, id: str) -> ItemAnswer:
    """The record. Raises UnknownRecord (404), WithdrawnRecord (410) with the records that its reason names."""
    try:
        return ask.item(resource.name, id, names_taken(resource.item_params, "include"))
    except WithdrawnRecord as error:
        reason = error.extra["reason"]
        error.pieces = [*pieces(reason, resource.name, ask.titles(resource.name, ids_in([reason])))]
        raise


def _read_naming(ask: PageRequest, resource: Resource, item: ItemAnswer) -> Any:
    """The whole list of the records of one collection that name the record."""
    name = ask.params.named_by
    if name not in COLLECTIONS:
        raise InvalidParameter("named_by", "unknown-value", **unknown_value(name, [*COLLECTIONS]))
    cursor, id = ask.params.cursor, item.data["id"]
    records = ask.naming(
        name, resource.name, id, shown=True, limit=_NAMING_PAGE, cursor=cursor, sort=_newest_first(name)
    )
    listing = Naming(name, item.references.get(name, 0), records)
    return lambda: {"record": item.data, "address": item.address, "listing": listing}


def _naming(ask: PageRequest, resource: Resource, id: str, collection: str, count: int) -> Naming:
    records = ask.naming(collection, resource.name, id, shown=False, limit=_NAMING, sort=_newest_first(collection))
    return Naming(collection, count, records)


def _newest_first(collection: str) -> str:
    return "-date" if "date" in COLLECTIONS[collection].orders else "title"


def _meanings(resource: Resource, fields: Sequence[ShownField], ask: PageRequest) -> list[tuple[str, str]]:
    """What each field that is shown means, by the descriptions of columns."""
    found = ((field, COLUMNS.get(f"{resource.name}.{field.key}") or COLUMNS.get(field.key)) for field in fields)
    return [(field.name, _FOR_PROGRAMS.sub("", meaning[ask.lang])) for field, meaning in found if meaning]


def _reasons(ask: PageRequest, collection: str, versions: Sequence[Mapping[str, Any]]) -> Mapping[int, list[Piece]]:
    """Reasons of withdrawals in the history, by revision."""
    found = {one["revision"]: one["reason"] for one in versions if one["reason"]}
    titles = ask.titles(collection, ids_in(found.values())) if found else {}
    return {revision: [*pieces(reason, collection, titles)] for revision, reason in found.items()}


def _cited(item: ItemAnswer, ask: PageRequest, address: str) -> Mapping[str, str]:
    """Citations of the record as text and as BibTeX, with the address of this page at the record's revision."""
    record = item.data
    cited = csl.citation(record, collection=record["collection"], lang=ask.lang, address=address)
    return {"plain": plain_citation(cited).strip(), "bibtex": bibtex(cited)}


def _title(item: ItemAnswer, collection: str, id: str) -> str:
    record = item.included.get(collection, {}).get(id)
    return str(record["title"]) if record else id


PAGE = WebPage(path="/{collection}/{id}", template="record.html", read=_read, params=RecordQuery)
