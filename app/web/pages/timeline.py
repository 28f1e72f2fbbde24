"""Timeline page: a picture of the dated records in lanes, and the same records as a list.

Its parameters are those of `/v1/timeline`, so that the address of a picture is that of its data.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from app.messages.pages.timeline import SHORT_MONTHS
from app.resources.params import digits
from app.web.page import PageRequest, WebPage
from app.web.pictures.lanes import Item, LaneKey, item_of
from app.web.pictures.periods import Period, neighbours, period, slots, table_step, wider
from app.web.pictures.timeline import Picture, picture_of_counts, picture_of_records
from app.web.query import PageQuery

# Records that are read and drawn one by one. Beyond it they are counted: reading a thousand takes five questions.
MOST_MARKS = 1000
_PAGE = 200  # rows of one question, the most that a list gives
# Ids of events that an importer took from a publisher's list begin so: 486 launches and incidents. They are drawn after
# the record's own. Summaries have no sources, and seven own events cite that list too: only the id shows it.
_IMPORTED = ("csis-",)
_ROWS = 50  # of the list without imported events on a page
_FACETS = ("collection", "kind", "topic", "actor")
_EVENTS = "timeline-events"


class TimelineQuery(PageQuery):
    """Parameters of the timeline page: those of the list, and `own` to leave out the imported events.

    The list cannot leave them out, so that its rows are then paged here, by `page`.
    """

    from_: str | None = Field(None, alias="from")
    to: str | None = None
    collection: list[str] = Field([])
    kind: list[str] = Field([])
    topic: list[str] = Field([])
    actor: list[str] = Field([])
    own: Literal["true"] | None = None
    cursor: str | None = None
    page: Annotated[int, Field(ge=1, le=MOST_MARKS // _ROWS), BeforeValidator(digits)] = 1

    def filters(self) -> dict[str, Any]:
        """Filters of the list besides the period."""
        return {name: getattr(self, name) for name in _FACETS}


def _read(ask: PageRequest) -> Any:
    params: TimelineQuery = ask.params
    filters, limits = params.filters(), {"from": params.from_, "to": params.to}
    download = ask.address("timeline", **filters, **limits)  # exports take no facets and no cursor
    answer = ask.list("timeline", **filters, **limits, cursor=params.cursor, facets=_FACETS)

    def values() -> Mapping[str, Any]:
        whole = _whole(ask, params)
        few = answer.total <= MOST_MARKS
        own = bool(params.own) and few
        picture, items = None, []
        if whole and answer.total and few:
            items = [one for one in _items(ask, filters | limits) if not (own and one.imported)]
            picture = picture_of_records(items, whole, lambda one: _lane_of(one.record, params.collection))
        elif whole and answer.total:
            picture = _counted(ask, params, whole)
        return {
            "params": params,
            "answer": answer,
            "download": download,
            "own": own,
            "rows": [one.record for one in items][_ROWS * (params.page - 1) :][:_ROWS] if own else answer.data,
            "pages": -(-len(items) // _ROWS),
            "total": len(items) if own else answer.total,
            "picture": picture,
            "imported": sum(one.imported for one in items),
            "few": few,
            "most": MOST_MARKS,
            "months": SHORT_MONTHS[ask.lang],
            "zoom": _zoom(whole if params.from_ or params.to else None),
        }

    return values


def _whole(ask: PageRequest, params: TimelineQuery) -> Period | None:
    """Period of the picture: as far as the request has no limits, the years of all records; None if there is none."""
    if params.from_ and params.to:
        return period(params.from_, params.to)
    ends = [ask.list("timeline", sort=sort, limit=1).data for sort in ("date", "-date")]
    if not all(ends):
        return None
    first, last = (rows[0] for rows in ends)
    start = params.from_ or (first["earliest"] or first["latest"])[:4]
    end = params.to or max(start, (last["latest"] or last["earliest"])[:4])
    if params.to:
        start = min(start, end[:4])
    return period(start, end)


def _items(ask: PageRequest, query: Mapping[str, Any]) -> Iterator[Item]:
    """All records that match, by pages. Only the first question is shown to readers: the others follow its cursor."""
    cursor, asked = None, len(ask.asked) + 1
    while True:
        page = ask.list("timeline", **query, limit=_PAGE, cursor=cursor)
        yield from (item_of(row, imported=_is_imported(row)) for row in page.data)
        cursor = page.next
        del ask.asked[asked:]
        if not cursor:
            return


def _is_imported(row: Mapping[str, Any]) -> bool:
    return str(row["id"]).startswith(_IMPORTED)


def _counted(ask: PageRequest, params: TimelineQuery, whole: Period) -> Picture:
    """Picture of counts: one question for each column, and one for the whole. The first is shown to the reader."""
    counts, asked = _counter(ask, params), len(ask.asked) + 1
    columns = [(column, *counts(column.within(whole))) for column in slots(whole, table_step(whole))]
    totals, _ = counts(whole)
    del ask.asked[asked:]
    return picture_of_counts(whole, columns, totals)


def _counter(ask: PageRequest, params: TimelineQuery) -> Callable[[Period], tuple[Mapping[LaneKey, int], int]]:
    """Function that counts the records of a period by lane, and in all, by one question with facets."""
    detailed = _detailed(params.collection)
    filters = params.filters() | ({"collection": [detailed]} if detailed else {})

    def counts(of: Period) -> tuple[Mapping[LaneKey, int], int]:
        answer = ask.list("timeline", **filters, **of.query, facets=["collection", "kind"], limit=1)
        collections = {
            value["value"]: value["count"]
            for value in answer.facets["collection"]
            if not params.collection or value["value"] in params.collection
        }
        found = {LaneKey(name): count for name, count in collections.items() if name != detailed}
        kinds = 0
        for value in answer.facets["kind"] if detailed else ():
            if not params.kind or value["value"] in params.kind:
                found[LaneKey(detailed, value["value"])] = value["count"]
                kinds += value["count"]
        if detailed and (without := collections.get(detailed, 0) - kinds):
            found[LaneKey(detailed)] = without
        return found, sum(collections.values())

    return counts


def _detailed(collections: Sequence[str]) -> str:
    """Collection with a lane for each kind: that of events or the one that is chosen, none if several others are."""
    if not collections or _EVENTS in collections:
        return _EVENTS
    return collections[0] if len(collections) == 1 else ""


def _lane_of(row: Mapping[str, Any], collections: Sequence[str]) -> LaneKey:
    detailed = row["collection"] == _detailed(collections)
    return LaneKey(row["collection"], row["kind"] if detailed else None)


def _zoom(shown: Period | None) -> Mapping[str, Any]:
    """Where a reader goes from a period: to wider ones, and to those before and after it."""
    wide, outer = list[Period](), shown
    while outer and (outer := wider(outer)):
        wide.insert(0, outer)
    before, after = neighbours(shown) if shown else (None, None)
    return {"shown": shown, "wide": wide, "before": before, "after": after}


PAGE = WebPage(path="/timeline", template="timeline.html", read=_read, params=TimelineQuery)
