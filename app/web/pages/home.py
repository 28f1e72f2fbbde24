"""Home page: five questions that visitors have, each answered from the data, and the newest changes."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from app import clock
from app.serving.visitor_questions import VISITOR_QUESTIONS
from app.web.page import PageRequest, WebPage

_SUMS = 5  # of aid that are shown: those with the largest numbers, in whatever currency
_SCREENING = next(f"/{one.example}" for one in VISITOR_QUESTIONS if one.name == "name")
_YEAR = "2017"  # of the question what happened: the year of the last nuclear test


def _read(ask: PageRequest) -> Any:
    today = clock.now().date().isoformat()
    measures = ask.list("sanctions-measures", in_force_on=today, facets=["regime"], limit=1)
    events = ask.list("timeline-events", from_=_YEAR, to=_YEAR, facets=["kind"], limit=1)
    topics = ask.list("engagement-topics")
    funding = ask.list("funding-records", facets=["actor"], limit=1)
    # An actor that was never published would be refused: a database of one's own may not have this one.
    giver = next((actor["value"] for actor in funding.facets["actor"] if actor["value"] == "canada"), None)
    channels = ask.totals(group_by="delivery_channel", actor=giver)
    totals_address = ask.asked[-1]
    parties = ask.list("designations", limit=1)
    revisions = ask.list("revisions", limit=3)

    def values() -> Mapping[str, Any]:
        every = sorted(channels.sums(), key=lambda one: -Decimal(one.amount))
        sums = every[:_SUMS]
        ids = {id for one in sums for id in (one.key or "").split(",") if id}
        named = {actor["id"]: actor["title"] for actor in ask.list("actors", id=sorted(ids)).data} if ids else {}
        return {
            "totals_address": totals_address,
            "today": today,
            "year": _YEAR,
            "measures": measures,
            "events": events,
            "topics": topics,
            "cumulative": channels.cumulative(),
            "sums": sums,
            "left": len(every) - len(sums),
            "channels": {one.key: " – ".join(named[id] for id in one.key.split(",")) for one in sums if one.key},
            "parties": parties,
            "screening": _SCREENING,
            "revisions": revisions.data,
        }

    return values


PAGE = WebPage(path="/", template="home.html", read=_read, daily=True)
