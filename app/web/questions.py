"""Questions of a page: lists, items and sums, asked as a client of the API would ask them, and recorded.

A page shows each of its questions as a request that a reader can send.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, get_origin

from pydantic import BaseModel

from app.model.fields import Language
from app.model.json_text import with_prefix
from app.reading.bodies import titles_by_id
from app.reading.changes import CHANGE_FEED
from app.reading.history import HistoryList
from app.reading.items import read_item
from app.reading.list_request import ListRequest
from app.reading.list_view import ListView, ResourceList
from app.reading.naming import NamingList, naming_filter
from app.reading.pages import PageOf, read_page
from app.reading.provisions import read_provisions
from app.reading.revisions import REVISION_LIST
from app.reading.screening import ScreeningParams, screen
from app.reading.search import SEARCH
from app.reading.timeline import TIMELINE
from app.reading.totals import DonorTotals, FundingTotalsParams, TotalsOf, read_totals, totals_by_donor
from app.resources.params import PageParams, RevisionParams
from app.resources.registry import COLLECTIONS
from app.serving.addresses import CanonicalAddress
from app.store.snapshot import Snapshot
from app.web.query import P, checked

VIEWS: Mapping[str, ListView] = {
    **{name: ResourceList(resource) for name, resource in COLLECTIONS.items()},
    **{view.spec.name: view for view in (TIMELINE, SEARCH, CHANGE_FEED, REVISION_LIST)},
}
_TOTALS, _SCREENING = "/v1/funding-records/totals", "/v1/designations/screen"


@dataclass(frozen=True)
class ListAnswer:
    """Page of a list, and the `address` that gives it in the API. Its rows are read when they are first used."""

    page: PageOf
    address: str

    @cached_property
    def data(self) -> list[dict[str, Any]]:
        """Rows as the API gives them."""
        rows: list[dict[str, Any]] = json.loads(self.page.array())
        return rows

    @property
    def total(self) -> int:
        """Exact count of the matching rows on all pages."""
        return self.page.total

    @property
    def next(self) -> str | None:
        """Cursor of the next page, None if this is the last."""
        return self.page.next_cursor

    @cached_property
    def facets(self) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Facets by filter, for the filters that `facets` names: `value`, `label` and `count`, most frequent first."""
        return {name: json.loads(facet.values) for name, facet in self.page.facets.items()}

    @cached_property
    def included(self) -> Mapping[str, Mapping[str, dict[str, Any]]]:
        """Included records by collection and id, for the collections that `include` names."""
        return _records(self.page.included())

    @cached_property
    def extra(self) -> Mapping[str, Any]:
        """Further members of this list, such as `counts` and `ranking` of a search."""
        return self.page.extra_members()


@dataclass(frozen=True, slots=True)
class ItemAnswer:
    """Item: a record as the API gives it, how many records name it by collection, and its address there.

    `number` is that of its version.
    """

    number: int
    data: dict[str, Any]
    references: Mapping[str, int]
    included: Mapping[str, Mapping[str, dict[str, Any]]]
    address: str


@dataclass(slots=True)
class Questions:
    """Questions that a page asks at one revision in one language; `asked` are their addresses in the API.

    Each raises InvalidParameter (422) for a value that the API refuses.
    """

    snapshot: Snapshot
    lang: Language
    asked: list[str] = field(default_factory=list)

    def list(self, name: str, **query: Any) -> ListAnswer:
        """Page of a list: a collection, or `timeline`, `search`, `changes` or `revisions`."""
        return self._list(VIEWS[name], query)

    def address(self, name: str, **query: Any) -> str:
        """Address of a list, which is not asked for: where another question has the same rows, in a form for a page."""
        spec = VIEWS[name].spec
        return self._record(spec.path, self._params(spec.params, query))

    def history(self, collection: str, id: str, **query: Any) -> ListAnswer:
        """Page of the versions of a record. Raises UnknownRecord (404)."""
        return self._list(HistoryList.of(COLLECTIONS[collection], id), query)

    def item(self, collection: str, id: str, include: Sequence[str] = ()) -> ItemAnswer:
        """Record by its id, with those that it names. Raises UnknownRecord (404), WithdrawnRecord (410).

        What it names none of is left out of `include`, so that the question shown is as short as it can be.
        """
        resource = COLLECTIONS[collection]
        item = read_item(self.snapshot, resource, id, self.lang)
        included = {name: named for name, named in _records(item.included(include)).items() if named}
        params = self._params(resource.item_params, {"include": [*included]})
        address = self._record(resource.address(id), params)
        return ItemAnswer(item.number, self._parsed(item.body), item.references(), included, address)

    def naming(self, collection: str, target: str, id: str, *, shown: bool, **query: Any) -> ListAnswer:
        """Page of the records of a collection that name the record `id` of the collection `target`.

        The API gives them by a filter, if the list has one; otherwise the answer has no address. The page shows the
        question if it is to be `shown`.
        """
        resource = COLLECTIONS[collection]
        view, name = NamingList(resource, target=target, id=id), naming_filter(resource, target)
        params: PageParams = self._params(resource.params, query | ({name: id} if name else {}))
        page = read_page(self.snapshot, view, ListRequest.read(resource, params, self.lang))
        address = self._address(resource.path, params) if name else ""
        self.asked.extend([address] if address and shown else [])
        return ListAnswer(page, address)

    def provisions(self, item: ItemAnswer) -> Sequence[dict[str, Any]]:
        """Provisions of a legal instrument."""
        path = COLLECTIONS["legal-instruments"].address(item.data["id"])
        self._record(f"{path}/provisions", RevisionParams())
        return read_provisions(self.snapshot, item.number, self.lang)

    def titles(self, collection: str, ids: Iterable[str]) -> Mapping[str, str]:
        """Titles by id of the records of a collection that there are at the revision. The page does not show it."""
        return titles_by_id(self.snapshot, collection, ids, self.lang)

    def totals(self, **query: Any) -> TotalsOf:
        """Sums of funding by group."""
        params = self._params(FundingTotalsParams, query)
        self._record(_TOTALS, params)
        return read_totals(self.snapshot, params)

    def totals_by_donor(self) -> Mapping[str, DonorTotals]:
        """Sums of what each donor gave, those with the most records first."""
        self._record(_TOTALS, self._params(FundingTotalsParams, {"group_by": "donor"}))
        return totals_by_donor(self.snapshot)

    def show_totals(self, donor: str) -> None:
        """Show the questions that give the sums of a donor; the API has the filter `actor`, which takes more."""
        for group_by in ("year", "delivery_channel"):
            self._record(_TOTALS, self._params(FundingTotalsParams, {"actor": donor, "group_by": group_by}))

    def screen(self, name: str, threshold: float | None = None) -> Sequence[dict[str, Any]]:
        """Listed parties whose names are like a name."""
        query = {"name": name} | ({"threshold": threshold} if threshold is not None else {})
        params = self._params(ScreeningParams, query)
        self._record(_SCREENING, params)
        return [self._parsed(json.dumps(candidate)) for candidate in screen(self.snapshot, params, self.lang)]

    def _list(self, view: ListView, query: Mapping[str, Any]) -> ListAnswer:
        params: PageParams = self._params(view.spec.params, query)
        page = read_page(self.snapshot, view, ListRequest.read(view.spec, params, self.lang))
        return ListAnswer(page, self._record(view.spec.path, params))

    def _params(self, model: type[P], query: Mapping[str, Any]) -> P:
        """Parameters of a question. A field with several values may be given one; None is no value."""
        given = {name.rstrip("_"): value for name, value in query.items() if value not in (None, [], ())}
        lists = {name for name, info in _fields(model).items() if get_origin(info.annotation) is list}
        return checked(model, {name: _as_list(value) if name in lists else value for name, value in given.items()})

    def _record(self, path: str, params: RevisionParams) -> str:
        """Address of a question, which the page then shows."""
        self.asked.append(self._address(path, params))
        return self.asked[-1]

    def _address(self, path: str, params: RevisionParams) -> str:
        """Address of a question; at the page's revision if the page names one."""
        shown = CanonicalAddress(path, params)
        changes = {"revision": str(self.snapshot.revision.number)} if self.snapshot.revision.pinned else {}
        return shown.replaced(**changes, **({"lang": self.lang} if self.lang != "en" else {}))

    def _parsed(self, text: str) -> dict[str, Any]:
        parsed: dict[str, Any] = json.loads(with_prefix(text, self.snapshot.prefix))
        return parsed


def _fields(model: type[BaseModel]) -> dict[str, Any]:
    return {info.alias or name: info for name, info in model.model_fields.items()}


def _as_list(value: Any) -> Sequence[Any]:
    return [value] if isinstance(value, str) else [*value]


def _records(included: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, dict[str, Any]]]:
    return {name: {id: json.loads(text) for id, text in by_id.items()} for name, by_id in included.items()}
