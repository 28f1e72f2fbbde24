"""Tools for assistants: five questions to the reading kernel, answered in this process at one revision."""

import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from app.mcp_server import answers
from app.mcp_server.arguments import (
    Arguments,
    MeasuresArguments,
    RecordArguments,
    ScreeningArguments,
    SearchArguments,
    TimelineArguments,
)
from app.messages import sentence
from app.model.fields import LANGUAGES, Language
from app.reading.include import included_records
from app.reading.items import read_item
from app.reading.list_request import ListRequest
from app.reading.list_view import ListView, ResourceList
from app.reading.members import Dataset, PageInfo
from app.reading.pages import PageOf, read_page
from app.reading.screening import screen
from app.reading.search import SEARCH
from app.reading.timeline import TIMELINE
from app.resources.measures import MEASURES, SanctionsMeasureParams
from app.resources.params import PageParams
from app.resources.registry import COLLECTIONS
from app.serving.addresses import CanonicalAddress
from app.store.engines.base import Database
from app.store.result_cache import ResultCache
from app.store.snapshot import RevisionSelector, Snapshot, open_snapshot

Body = dict[str, Any]


@dataclass(frozen=True)
class Reader:
    """Reader: what every tool needs. `base` is in front of paths of the API: its public address, empty if not set."""

    database: Database
    results: ResultCache
    base: str = ""

    def snapshot(self, selector: RevisionSelector) -> AbstractContextManager[Snapshot]:
        """Snapshot that an answer is read from. Raises what `open_snapshot` does."""
        return open_snapshot(self.database, self.results, selector)

    def cited(self, snapshot: Snapshot, bodies: Iterable[Body], lang: Language) -> list[Body]:
        """Records with the titles of their sources in their citations, read in one statement for all of them."""
        records = list(bodies)
        named = {one["source"] for record in records for one in record.get("citations", ())}
        sources = included_records(snapshot, ["sources"], [], lang, {"sources": named})["sources"]
        return answers.cited(records, {id: json.loads(body)["title"] for id, body in sources.items()}, self.base)


@dataclass(frozen=True)
class Tool:
    """Tool: its name and description, what it takes, and the function that answers."""

    name: str
    title: str
    description: str
    arguments: Arguments[Any]
    answer: Callable[[Reader, Any], answers.Answer]
    output: type[answers.Answer]

    def __call__(self, reader: Reader, given: Mapping[str, Any]) -> answers.Answer:
        """Answer to a call. Raises DossierError for what the API refuses too, DBAPIError."""
        return self.answer(reader, self.arguments.read(given))


def _search(reader: Reader, params: SearchArguments) -> answers.SearchAnswer:
    lang, request = _request(SEARCH, params)
    with reader.snapshot(request.selector) as snapshot:
        page = read_page(snapshot, SEARCH, request)
        rows = _whole(snapshot, page.details(), lang)
        hits = [row | {"snippet": answers.marked(row["snippet"])} for row in reader.cited(snapshot, rows, lang)]
        return answers.SearchAnswer(
            data=[answers.Hit.of(hit) for hit in hits],
            counts=page.extra_members()["counts"],
            **_about(reader, page, len(hits)),
        )


def _timeline(reader: Reader, params: TimelineArguments) -> answers.TimelineAnswer:
    lang, request = _request(TIMELINE, params)
    with reader.snapshot(request.selector) as snapshot:
        page = read_page(snapshot, TIMELINE, request)
        rows = reader.cited(snapshot, _whole(snapshot, page.details(), lang), lang)
        return answers.TimelineAnswer(data=[answers.Entry.of(row) for row in rows], **_about(reader, page, len(rows)))


def _measures_on_day(reader: Reader, params: MeasuresArguments) -> answers.MeasuresAnswer:
    view = ResourceList(MEASURES)
    names = ("lang", "revision", "limit", "cursor", "certain")
    given = {name: getattr(params, name) for name in names if getattr(params, name) is not None}
    lang, request = _request(view, SanctionsMeasureParams.model_validate({**given, "in_force_on": params.day}))
    with reader.snapshot(request.selector) as snapshot:
        page = read_page(snapshot, view, request)
        rows = reader.cited(snapshot, map(dict, page.details()), lang)
        return answers.MeasuresAnswer(
            day=params.day, data=[answers.Measure.of(row) for row in rows], **_about(reader, page, len(rows))
        )


def _get_record(reader: Reader, params: RecordArguments) -> answers.RecordAnswer:
    lang = params.lang or LANGUAGES[0]
    with reader.snapshot(RevisionSelector(params.revision)) as snapshot:
        item = read_item(snapshot, COLLECTIONS[params.collection], params.id, lang)
        (record,) = reader.cited(snapshot, [json.loads(item.body)], lang)
        return answers.RecordAnswer(
            data=record,
            references=item.references(),
            address=f"{record['url']}?lang={lang}&revision={snapshot.revision.number}",
            dataset=Dataset.of(snapshot.revision),
        )


def _screen_name(reader: Reader, params: ScreeningArguments) -> answers.ScreeningAnswer:
    lang = params.lang or LANGUAGES[0]
    with reader.snapshot(RevisionSelector(params.revision)) as snapshot:
        found = screen(snapshot, params, lang)
        parties = reader.cited(snapshot, [one["designation"] for one in found], lang)
        return answers.ScreeningAnswer(
            data=[answers.Candidate(**one | {"designation": party}) for one, party in zip(found, parties, strict=True)],
            notice=sentence("screening-notice", lang=lang),
            dataset=Dataset.of(snapshot.revision),
        )


def _request(view: ListView, params: PageParams) -> tuple[Language, ListRequest]:
    lang = params.lang or LANGUAGES[0]
    return lang, ListRequest.read(view.spec, params, lang)


def _about(reader: Reader, page: PageOf, shown: int) -> dict[str, Any]:
    """Members that every list has besides its rows."""
    request, revision = page.request, page.snapshot.revision
    params, following = request.params, page.next_cursor
    address = CanonicalAddress(page.view.spec.path, params).replaced(
        limit=str(params.limit), lang=request.lang, revision=str(revision.number)
    )
    more = sentence("more-rows", {"shown": shown, "total": page.total}, request.lang) if following else None
    return {
        "page": PageInfo(limit=params.limit, total=page.total, next=following),
        "more": more,
        "address": f"{reader.base}{address}",
        "dataset": Dataset.of(revision),
    }


def _whole(snapshot: Snapshot, rows: Iterable[Mapping[str, Any]], lang: Language) -> list[Body]:
    """Summaries with all members of their records, such as citations: one statement for each collection."""
    entries = list(rows)
    ids: dict[str, list[str]] = {}
    for entry in entries:
        ids.setdefault(entry["collection"], []).append(entry["id"])
    records = included_records(snapshot, list(ids), [], lang, ids)
    return [json.loads(records[entry["collection"]][entry["id"]]) | entry for entry in entries]


_EVERY = ("lang", "revision")
_LIST = ("limit", "cursor", *_EVERY)

TOOLS = {
    tool.name: tool
    for tool in (
        Tool(
            "search",
            "Search",
            "Find records of any collection by words in English or French, in any inflection, best match first. All "
            "words must occur; words in quotation marks are a phrase; a hyphen before a word leaves it out.",
            Arguments(SearchArguments, ("q", "collection", *_LIST)),
            _search,
            answers.SearchAnswer,
        ),
        Tool(
            "get_record",
            "Get a record",
            "Give one record with all its fields and citations. `collection` and `id` are in every row that the other "
            "tools give. With `revision`, as it was at an earlier revision of the dataset.",
            Arguments(RecordArguments, ("collection", "id", *_EVERY)),
            _get_record,
            answers.RecordAnswer,
        ),
        Tool(
            "timeline",
            "Timeline",
            "List what happened, in chronological order: events, measures and laws coming into force, funding, "
            "initiatives. Filter by period, kind, actor and topic; dates may be uncertain, and a period also finds "
            "what may lie in it.",
            Arguments(TimelineArguments, ("from", "to", "kind", "actor", "topic", *_LIST)),
            _timeline,
            answers.TimelineAnswer,
        ),
        Tool(
            "measures_on_day",
            "Sanctions measures on a day",
            "List Canada's sanctions measures against North Korea that were or may have been in force on a day, today "
            "without one, each with its law, exceptions and permits. It says which measures applied, not their "
            "wording on that day, and is no legal advice.",
            Arguments(MeasuresArguments, ("day", "certain", *_LIST)),
            _measures_on_day,
            answers.MeasuresAnswer,
        ),
        Tool(
            "screen_name",
            "Screen a name",
            "Compare a name with those of the parties that the UN lists and Canadian law binds, in any order, "
            "romanisation or spelling; at most 20 candidates, best first. Show the notice with every result: it is "
            "no legal advice, and a like name is not the same person. The name is stored nowhere.",
            Arguments(ScreeningArguments, ("name", "threshold", *_EVERY)),
            _screen_name,
            answers.ScreeningAnswer,
        ),
    )
}
