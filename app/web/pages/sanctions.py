"""Sanctions page: the measures in force on a day, what they let pass, and what began and ended around it.

The answer is that of a day, so its address always names one: without `day` the page leads on to today's address, by a
redirect that no cache keeps. What is kept under an address is then true for as long as the data are, pinned or not; an
answer of "today" would be wrong at midnight, and under a pinned revision caches would keep it for a year.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator, Field

from app import clock
from app.model.fields import Language
from app.model.terms.law import REGIMES
from app.resources.in_force import require_day
from app.web.around import YearAround
from app.web.force import days_of, exception_force, force_on
from app.web.page import PageRequest, Redirect, Values, WebPage
from app.web.pictures.spans import year_axis
from app.web.provisions import provision_address
from app.web.query import PageQuery
from app.web.questions import ListAnswer
from app.web.templating import value_label

_MEASURES = "sanctions-measures"
_MOST = 200  # rows of one question
_MOST_SPANS = 40  # rows of the picture
STATES = {
    "certain": ("page-sanctions-state-certain", "page-sanctions-means-certain"),
    "checked": ("page-sanctions-state-checked", "page-sanctions-means-checked"),
    "possible": ("page-sanctions-state-possible", "page-sanctions-means-possible"),
    "outside": ("page-sanctions-state-outside", ""),
}
_COUNTS = ("page-sanctions-count-none", "page-sanctions-count-one", "page-sanctions-count")


class SanctionsQuery(PageQuery):
    """Parameters of the sanctions page."""

    day: Annotated[str, AfterValidator(require_day)] | None = Field(None, examples=["2017-10-01"])
    regime: str | None = None
    kind: str | None = None
    cursor: str | None = None


def _read(ask: PageRequest) -> Values | Callable[[], Values] | Redirect:
    params: SanctionsQuery = ask.params
    chosen = {"regime": params.regime, "kind": params.kind}
    if params.day is None:
        today = clock.now().date().isoformat()
        return Redirect(ask.path, {"day": today, **{name: value for name, value in chosen.items() if value}})
    return partial(_values, ask, params.day, _ask_measures(ask, params.day, chosen), _ask_changes(ask, params.day))


class _Measures(NamedTuple):
    """Answers about measures: those certainly in force on the day, a page of all that may be, and those of all days.

    `on_day` and `of_all_days` are the addresses of the lists without the form that the page needs.
    """

    on_day: str
    certain: ListAnswer
    shown: ListAnswer
    of_all_days: str
    drawn: ListAnswer


def _ask_measures(ask: PageRequest, day: str, chosen: Mapping[str, str | None]) -> _Measures:
    on_day = {"in_force_on": day, **chosen}
    page = {"limit": _MOST, "cursor": ask.params.cursor, "facets": ["regime", "kind"], "include": ["legal-instruments"]}
    return _Measures(
        ask.address(_MEASURES, **on_day),
        ask.list(_MEASURES, **on_day, certain=True, limit=1),
        ask.list(_MEASURES, **on_day, **page),
        ask.address(_MEASURES),
        ask.list(_MEASURES, sort="date", limit=_MOST),
    )


class _Changes(NamedTuple):
    """Answers about what began and what ended around a day."""

    window: YearAround
    began: ListAnswer
    ended: ListAnswer


def _ask_changes(ask: PageRequest, day: str) -> _Changes:
    window = YearAround.of(day)
    asked = {"from_": window.first, "to": window.last, "limit": _MOST}
    began = ask.list("timeline", collection=[_MEASURES], **asked)
    return _Changes(window, began, ask.list(_MEASURES, status=["ended"], **asked))


def _values(ask: PageRequest, day: str, measures: _Measures, changes: _Changes) -> dict[str, Any]:
    on_day, certain, shown, of_all_days, drawn = measures
    window, began, ended = changes
    published = int(ask.snapshot.revision.published_at[:4])
    return {
        "day": day,
        "params": ask.params,
        "window": window,
        "total": shown.total,
        "counted": _counted(shown.total, ask.params),
        "tally": _tally(day, certain.total, shown),
        "checks": _checks(day, shown),
        "shown": shown,
        "regimes": _grouped(day, shown, ask.lang),
        "download": on_day,
        "began": window.beginnings(began.data),
        "ended": window.ends([*ended.data, *shown.data, *drawn.data]),
        "is_cut": began.next is not None or ended.next is not None,
        "most": _MOST,
        "overall": drawn.total,
        "download_overall": of_all_days,
        "picture": _picture(drawn, day, published),
        "states": STATES,
    }


def _counted(total: int, params: Any) -> str:
    """Code of the sentence that says how many measures there are; where there are none, it names the filters chosen."""
    chosen = "-chosen" if not total and (params.regime or params.kind) else ""
    return f"{_COUNTS[min(total, 2)]}{chosen}"


def _tally(day: str, certain: int, shown: ListAnswer) -> list[tuple[str, int]]:
    """Counts by state. Where not all measures are on this page, the two states short of certain are counted as one."""
    if len(shown.data) != shown.total:
        return [("certain", certain), ("others", shown.total - certain)]
    states = [force_on(day, one).state for one in shown.data]
    return [(state, states.count(state)) for state in ("certain", "checked", "possible") if state in states]


def _checks(day: str, shown: ListAnswer) -> tuple[str, str] | None:
    """First and last check of the measures that were in force when last checked, None if there is none of these."""
    checks = [one["status_as_of"] for one in shown.data if force_on(day, one).state == "checked"]
    return (min(checks), max(checks)) if checks else None


def _grouped(day: str, shown: ListAnswer, lang: Language) -> list[dict[str, Any]]:
    """Measures by regime, and then by kind in the order of its label."""
    order = [*REGIMES]

    def place(measure: Mapping[str, Any]) -> tuple[int, str, str]:
        regime = measure["regime"]
        position = order.index(regime) if regime in order else len(order)
        return position, regime, value_label(_MEASURES, "kind", measure["kind"], lang)

    rows = sorted(shown.data, key=place)
    instruments = shown.included["legal-instruments"]
    return [
        {
            "regime": regime,
            "count": len(group),
            "kinds": [
                {"kind": kind, "measures": [_measure(day, one, instruments) for one in measures]}
                for kind, measures in groupby(group, key=lambda one: one["kind"])
            ],
        }
        for regime, group in ((regime, [*group]) for regime, group in groupby(rows, key=lambda one: one["regime"]))
    ]


def _measure(day: str, measure: Mapping[str, Any], instruments: Mapping[str, Any]) -> dict[str, Any]:
    """A measure with its force on the day, and its exceptions and permits with theirs: what applied comes first."""
    instrument = instruments.get(measure["instrument"])
    exceptions = [
        {
            **one,
            "instrument": instrument,
            "force": exception_force(day, one, measure),
            "address": provision_address(measure, one["provision"]),
        }
        for one in measure["exceptions"]
    ]
    permits = [_permit(day, one, measure, instruments) for one in measure["authorizations"]]
    return {
        "record": measure,
        "force": force_on(day, measure),
        "instrument": instrument,
        "address": provision_address(measure, measure["provision"]),
        "exceptions": sorted(exceptions, key=_by_state),
        "permits": sorted(permits, key=_by_state),
    }


def _permit(
    day: str, permit: Mapping[str, Any], measure: Mapping[str, Any], instruments: Mapping[str, Any]
) -> dict[str, Any]:
    """A permit has no days of its own: those of the instrument that it is issued under are meant."""
    instrument = instruments.get(permit["instrument"])
    is_same = permit["instrument"] == measure["instrument"]
    return {
        **permit,
        "covers": None,
        "instrument": instrument,
        "in_force_from": instrument["in_force_from"] if instrument else None,
        "in_force_to": instrument["in_force_to"] if instrument else None,
        "force": force_on(day, instrument) if instrument else None,
        "address": provision_address(measure, permit["provision"]) if is_same else None,
    }


def _by_state(one: Mapping[str, Any]) -> int:
    return [*STATES].index(one["force"].state) if one["force"] else len(STATES)


def _picture(drawn: ListAnswer, day: str, until: int) -> dict[str, Any] | None:
    """Rows of the picture: measures of one regime with the same days in force, by their first day."""
    measures: Sequence[Mapping[str, Any]] = drawn.data
    if not measures:
        return None
    axis = year_axis(map(days_of, measures), until)
    groups: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for one in measures:
        groups.setdefault((days_of(one), one["regime"], one["in_force_from"], one["in_force_to"]), []).append(one)
    rows = [
        {"count": len(ones), "regime": regime, "start": start, "end": end, "span": axis.span(days)}
        for (days, regime, start, end), ones in sorted(groups.items(), key=lambda group: (group[0][0], group[0][1]))
    ]
    return {
        "rows": rows[:_MOST_SPANS],
        "years": axis.labels(),
        "day": axis.at(day) if axis.has(day) else None,
        "is_cut": len(rows) > _MOST_SPANS or drawn.next is not None,
    }


PAGE = WebPage(path="/sanctions", template="sanctions.html", read=_read, params=SanctionsQuery)
