"""A list as one request asks for it."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, TypeVar

from sqlalchemy import Connection, Select
from starlette.requests import Request

from app.errors import InvalidParameter
from app.reading.cursor import fingerprint
from app.reading.filters import conditions
from app.reading.list_view import Listing, Wanted
from app.reading.pagination import Walk
from app.resources.params import ItemQuery, PageQuery
from app.serving.responses import Asked, Moment, offered
from app.store.engines.sqlite import Database

_NOT_FILTERS = {"limit", "cursor", "sort", "fields", "facets", "include", *ItemQuery.model_fields}
_FITTING = {  # formats that a parameter makes sense with; all others go with every format
    "limit": ("json", "atom"),
    "cursor": ("json", "atom"),
    "fields": ("csv", "jsonl"),
    "facets": ("json",),
    "include": ("json",),
}
_KEPT = 16_000_000  # characters of questions and answers kept: whoever varies the question fills no more memory

T = TypeVar("T")


class Inquiry:
    """What one request asks of a list: which rows, in which order, language and format.

    Raises InvalidParameter (422), NotAcceptable (406).
    """

    def __init__(self, request: Request, listing: Listing, query: PageQuery) -> None:
        self.request = request
        self.listing = listing
        self.query: Any = query
        self.asked = Asked(request, query, offered(listing.formats))
        refuse_unfitting(query, self.asked.format, listing.formats)
        sort = listing.sort(query, self.asked.format)
        filters = query.model_dump(exclude=_NOT_FILTERS, by_alias=True)
        # Only an order by title depends on the language: elsewhere it may change on the way.
        self.key = fingerprint(filters | ({"lang": self.asked.lang} if "title" in sort else {}))
        order = listing.orders[sort.lstrip("-")](listing.table, self.asked.lang, sort.startswith("-"))
        self.walk = Walk.begin(listing.name, sort, self.key, order, query.cursor)

    def given(self) -> dict[str, Any]:
        """The filters that the request gives, by the names of parameters: none that a later release may add."""
        return self.query.model_dump(exclude=_NOT_FILTERS, by_alias=True, exclude_defaults=True)  # type: ignore[no-any-return]  # as below

    def chosen(self, parameter: str) -> list[str]:
        """The names that the request gives for `fields`, `facets` or `include`, each once."""
        return list(dict.fromkeys(getattr(self.query, parameter, [])))

    def connect(self) -> AbstractContextManager[Connection]:
        """A connection to answer from; for what may take long, one that nobody else waits for."""
        db = database(self.request)
        return db.streaming() if takes_long(self.listing, self.query) else db.reading()

    def wanted(self, connection: Connection, at: Moment) -> Wanted:
        """The conditions on the rows. Raises InvalidParameter (422) for an id that was never published."""
        filters = conditions(connection, self.listing.table, self.query)
        return [*self.listing.standing(connection, at, self.query), *filters]

    def rows(self, wanted: Wanted) -> Select[Any]:
        """The statement for the rows, not yet in order."""
        return self.listing.select(self.asked.lang).where(*wanted)


def takes_long(listing: Listing, query: Any) -> bool:
    """Whether to answer in a worker thread: the event loop has others to answer."""
    return listing.slow or bool(getattr(query, "facets", None) or getattr(query, "q", None))


def refuse_unfitting(query: ItemQuery, format_name: str, offered: Sequence[str]) -> None:
    """Raise InvalidParameter (422) for a parameter that means nothing in the format of the answer."""
    for name, formats in _FITTING.items():
        if name in query.model_fields_set and format_name not in formats:
            among = " or ".join(f"format={one}" for one in formats if one in offered)
            raise InvalidParameter(name, f"goes with {among}, not with {format_name}: leave it out, or ask for that")


def database(request: Request) -> Database:
    """The database that this application serves."""
    return request.app.state.database  # type: ignore[no-any-return]  # Starlette's state is untyped


def kept(request: Request, at: Moment, question: tuple[str, ...], count: Callable[[], T]) -> T:
    """What `count` gives for a question about a revision, counted once: a revision never changes.

    Kept by the digest, not by the number, since another database under the same name has the same numbers.
    """
    return request.app.state.kept.answer((at.digest, *question), count)  # type: ignore[no-any-return]  # as above


class Memory:
    """Answers to questions, in so much room. None of them is ever None. Of threads that ask at once, each counts."""

    def __init__(self, room: int = _KEPT) -> None:
        self._answers: dict[tuple[str, ...], Any] = {}
        self._room = self._free = room

    def answer(self, question: tuple[str, ...], count: Callable[[], T]) -> T:
        """What is kept, else what `count` gives, kept then; where there is no room for it, all else is forgotten."""
        known: T | None = self._answers.get(question)
        if known is not None:
            return known
        answer = count()
        length = len(repr((question, answer)))
        if length <= self._room:
            if length > self._free:
                self._answers, self._free = {}, self._room
            self._answers[question] = answer
            self._free -= length
        return answer
