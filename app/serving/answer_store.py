"""Answer store: finished answers in memory. A question seen before is answered without routing, SQL or rendering."""

import asyncio
import re
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from starlette.datastructures import Headers

from app.serving.compression import codings
from app.serving.conditional import not_modified
from app.store.engines.base import RevisionToken

ROOM = 16 * 1024 * 1024  # bytes of a worker's memory; with all else a worker stays below 150 MiB
_LARGEST = 16  # no key and no answer takes more than one part in so many of the room
_SIGHTINGS = 4096  # keys remembered as seen once: two sets of so many hashes take 0.6 MiB
_OVERHEAD = 512  # bytes that Python's objects need for a key or an answer, without the texts in them; rounded up
_ID = b"x-request-id"
_REVISION = b"dataset-revision"
_PINNED = b"max-age=31536000"
# Requests with one of these header fields are answered by the application.
_UNUSUAL = frozenset(
    (b"content-length", b"expect", b"if-match", b"if-range", b"range", b"transfer-encoding", b"upgrade")
)
_HOST = re.compile(rb"[\w.~%!$&'()*+,;=:\[\]-]*", re.ASCII)  # what RFC 3986 allows in a host with a port

Key = tuple[bytes, bytes | None, bytes | None, bytes | None]  # target, Accept, Accept-Language, Accept-Encoding
RawHeaders = Sequence[tuple[bytes, bytes]]


def key_of(target: bytes, headers: RawHeaders) -> tuple[Key, bytes | None] | None:
    """Key of a request and its condition (If-None-Match); None if the application has to look at the request.

    `target` is the path with the query, as sent; the names of the headers are in lower case.
    """
    fields = dict(headers)
    if len(fields) != len(headers) or not _UNUSUAL.isdisjoint(fields):
        return None
    get = fields.get
    host = get(b"host")
    if host is None or not _HOST.fullmatch(host):
        return None
    return (target, get(b"accept"), get(b"accept-language"), get(b"accept-encoding")), get(b"if-none-match")


@dataclass(frozen=True, slots=True)
class FinishedResponse:
    """Finished response: status, the header lines before and after the value of X-Request-ID, and the body.

    The status line and `Date` come before, when it is sent.
    """

    status: int
    before: bytes
    after: bytes
    body: bytes

    @classmethod
    def of(cls, status: int, headers: RawHeaders, body: bytes) -> "FinishedResponse":
        """Finished response of the headers that were sent, in their order, with X-Request-ID among them."""
        place = [name for name, _ in headers].index(_ID)
        before, after = _lines(headers[:place]), _lines(headers[place + 1 :])
        return cls(status, before + _ID + b": ", b"\r\n" + after + b"\r\n", body)

    def headers(self, request_id: str) -> list[tuple[bytes, bytes]]:
        """Header list for ASGI, with the id of the request."""
        lines = (self.before + request_id.encode() + self.after).split(b"\r\n")
        return [(name, value) for name, _, value in (line.partition(b": ") for line in lines) if name]

    @property
    def size(self) -> int:
        """Bytes in memory, without those that Python needs for the objects."""
        return len(self.before) + len(self.after) + len(self.body)


@dataclass(slots=True)
class StoredAnswer:
    """Stored answer: one representation with its entity tag, as 200, as 304 or both; `keys` of the store lead to it."""

    question: str
    tag: bytes
    whole: FinishedResponse | None = None
    unmodified: FinishedResponse | None = None
    keys: int = 0

    def select(self, condition: bytes | None, accept_encoding: bytes | None) -> FinishedResponse | None:
        """Conditional response: 200, or 304 if `condition` (If-None-Match) has the tag; None if it is not stored."""
        if condition is None:
            return self.whole
        if condition == self.tag:
            return self.unmodified
        # The client may have the answer in another coding that it takes: its tag ends in another coding's name.
        accepted = None if accept_encoding is None else accept_encoding.decode("latin-1")
        version = self.tag.decode("latin-1").rpartition("-")[0]
        tags = [f'{version}-{coding}"' for coding in codings(accepted)]
        held = not_modified(Headers(raw=[(b"if-none-match", condition)]), tags)
        if held is None:
            return self.whole
        return self.unmodified if held.encode("latin-1") == self.tag else None

    @property
    def size(self) -> int:
        """Bytes in memory, counted generously."""
        parts = [part.size for part in (self.whole, self.unmodified) if part]
        return _OVERHEAD + len(self.question) + sum(parts)

    def add(self, response: FinishedResponse) -> None:
        """Add the response as the 200 or the 304 of this answer."""
        if response.status == HTTPStatus.OK:
            self.whole = response
        else:
            self.unmodified = response


class AnswerStore:
    """Answer store: bounded in bytes, least recently used first out; it has only answers asked for at least twice.

    `state` gives a token that changes whenever the database does: another token empties the store. The store belongs to
    the thread of the event loop.
    """

    def __init__(self, state: Callable[[], Hashable], room: int = ROOM) -> None:
        self._state = state
        self._room = self._free = room
        self._token: Hashable = None
        self._is_fresh = False
        self._by_key: OrderedDict[Key, StoredAnswer] = OrderedDict()
        # Keys that got only a 304: without a condition they may get another coding, so they share no body.
        self._only_unmodified: set[Key] = set()
        self._answers: dict[tuple[str, bytes], StoredAnswer] = {}  # by question and entity tag
        self._seen: set[int] = set()
        self._seen_before: set[int] = set()

    @property
    def size(self) -> int:
        """Bytes that the store takes."""
        return self._room - self._free

    def token(self) -> Hashable:
        """Token of the database now, or as it was when `remember_token` was called; None if it cannot be read."""
        if not self._is_fresh:
            token = self._state()
            if token != self._token:
                self._token = token
                self._clear()
        return self._token

    def remember_token(self) -> None:
        """Look at the database, and not again until the event loop runs its ready callbacks.

        Only for a protocol that has just received data: whatever arrives in the same poll was sent before, so no later
        publication was acknowledged to its sender. A task must not call it: the next poll comes before the callbacks.
        """
        if not self._is_fresh:
            self.token()
            self._is_fresh = True
            asyncio.get_running_loop().call_soon(self.expire)

    def expire(self) -> None:
        """Forget that the database was looked at."""
        self._is_fresh = False

    def __contains__(self, key: Key) -> bool:
        """Whether a key has an answer, which may be one from before a publication: `find` looks at the database."""
        return key in self._by_key

    def find(self, key: Key, condition: bytes | None) -> FinishedResponse | None:
        """Finished response to a GET or HEAD request; None if the application has to answer."""
        if key not in self or self.token() is None or (answer := self._by_key.get(key)) is None:
            return None
        self._by_key.move_to_end(key)
        response = answer.select(condition, key[3])
        return None if response is answer.whole and key in self._only_unmodified else response

    def admit(self, key: Key, token: Hashable, question: str, status: int, headers: RawHeaders, body: bytes) -> None:
        """Admission of an answer to a GET request, if its key was seen before and caches may keep the answer.

        `token` was read before the answer was made: it is not admitted if the database has changed since. Equal
        questions share one answer, whatever their keys.
        """
        if not self._is_repeated(key) or token is None or token != self.token():
            return
        fields = dict(headers)
        tag = _tag_of_storable(status, fields, len(body))
        if tag is None or not _is_of(token, fields):
            return
        known = self._by_key.get(key)
        if known and known.tag != tag and status == HTTPStatus.NOT_MODIFIED:
            return  # of another coding than the answer that this key gets without a condition
        response = FinishedResponse.of(status, headers, body)
        if max(response.size, _key_size(key)) > self._room // _LARGEST:
            return
        answer = self._answers.get((question, tag)) or StoredAnswer(question, tag)
        self._put(key, answer, response)

    def _put(self, key: Key, answer: StoredAnswer, response: FinishedResponse) -> None:
        only_unmodified = response.status != HTTPStatus.OK and (key in self._only_unmodified or key not in self._by_key)
        self._remove(key)
        if only_unmodified:
            self._only_unmodified.add(key)
        if answer.keys:
            self._free += answer.size
        answer.add(response)
        answer.keys += 1
        self._by_key[key] = self._answers[answer.question, answer.tag] = answer
        self._free -= answer.size + _key_size(key)
        while self._free < 0:
            self._remove(next(iter(self._by_key)))

    def _remove(self, key: Key) -> None:
        answer = self._by_key.pop(key, None)
        if answer is None:
            return
        self._only_unmodified.discard(key)
        self._free += _key_size(key)
        answer.keys -= 1
        if not answer.keys:
            self._free += answer.size
            del self._answers[answer.question, answer.tag]

    def _clear(self) -> None:
        self._by_key.clear()
        self._only_unmodified.clear()
        self._answers.clear()
        self._free = self._room

    def has_seen(self, key: Key) -> bool:
        """Whether an answer to a key was offered before."""
        seen = hash(key)
        return key in self._by_key or seen in self._seen or seen in self._seen_before

    def _is_repeated(self, key: Key) -> bool:
        if self.has_seen(key):
            return True
        if len(self._seen) >= _SIGHTINGS:
            self._seen, self._seen_before = set(), self._seen
        self._seen.add(hash(key))
        return False


class Offer:
    """Offer of an answer to the store while it is on its way: `begin` has its headers, `finish` its body."""

    def __init__(self, store: AnswerStore, key: Key) -> None:
        self._store = store
        self._key = key
        # Before the application reads the database. A first answer is not stored: to look for it would cost 20 µs.
        self._token = store.token() if store.has_seen(key) else None
        self._begun: tuple[str, int, RawHeaders] | None = None

    def begin(self, status: int, headers: RawHeaders, question: str | None) -> None:
        """Start of the answer. `question` is the canonical address, None where only the request's own is known."""
        self._begun = (question or self._key[0].decode("latin-1"), status, headers)

    def finish(self, body: bytes) -> None:
        """End of an answer with its whole body in one message. A stream is not offered to the store."""
        if self._begun:
            self._store.admit(self._key, self._token, *self._begun, bytes(body))


def _is_of(token: Hashable, fields: dict[bytes, bytes]) -> bool:
    """Whether an answer is one of the state that a token stands for.

    A replica may have been asked that is behind the one which gave the token. Pinned answers are the same in any state.
    """
    of_database = token[0] if isinstance(token, tuple) else token
    if not isinstance(of_database, RevisionToken) or _PINNED in fields[b"cache-control"]:
        return True
    return fields.get(_REVISION) in (None, str(of_database.newest).encode())


def _tag_of_storable(status: int, fields: dict[bytes, bytes], size: int) -> bytes | None:
    """Entity tag of an answer that may be stored; None for one that may not."""
    if status not in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED) or not fields.get(b"cache-control", b"").startswith(
        b"public"
    ):
        return None
    if status == HTTPStatus.OK and fields.get(b"content-length") != str(size).encode():
        return None
    return fields.get(b"etag")


def _key_size(key: Key) -> int:
    return _OVERHEAD + sum(len(part) for part in key if part)


def _lines(headers: RawHeaders) -> bytes:
    return b"".join(b"%b: %b\r\n" % header for header in headers)
