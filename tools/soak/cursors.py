"""Figure 9: altered cursors are refused, or answered with a part of the list that they are used for, in its order."""

import base64
import itertools
import json
import random
import re
import string
from collections import Counter
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from app.api.openapi import packaged_document
from app.api.openapi_components import resolved_operations
from app.reading import cursor as cursors
from app.settings import Settings
from tools.processes import get, service
from tools.soak.figure import Counts, Figure, Outcome
from tools.soak.pipeline import Answer, BrokenAnswer, answers
from tools.soak.servers import packaged_database

_SEED = 9
_SHOWN = 3  # failures that the outcome names
_PAGE = 3  # records of a page
_SHORT = ("/history", "/revisions")  # lists of which the packaged record has no more than a page
_OK = 200
_REFUSED = frozenset({400, 404, 410, 414, 422})
_ALPHABET = string.ascii_letters + string.digits + "-_"

# What a member of a cursor is replaced by.
_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, 1, 2, 3, -1, 1.0, 1e308, -0.0, [-1], [0], [2**70], [], [[]], {}, [1], ["a"], [None]),
    *(2**31, 2**53, 2**63 - 1, 2**63, -(2**63), -(2**63) - 1, 10**40, [1, 2, 3], ["a"] * 500, {"a": 1}, [["a"]]),
    *("", "a", "\0", "a\0b", "\ud800", "é" * 50, "z" * 4_000, "'", "' OR 1=1 --", "%", "1", "-1", "\U0010ffff"),
    *("9999-12-31", ["timeline-events", "x"]),
)
# Payloads that are not JSON as a cursor has it.
_PAYLOADS = (
    *(b"", b"null", b"[]", b"{}", b"1", b'"a"', b"[" * 9_000, b"[" * 3_000 + b"]" * 3_000, b'{"a":' * 2_000, b"NaN"),
    *(
        b'["a",NaN,"b","c",[]]',
        b'["a",1e999,"b","c",[]]',
        b"\xff\xfe",
        b"\0",
        b'["\\ud800",1,"a","b",["\\udfff"]]',
        b" ",
    ),
    *(
        b'["actors",1,"id","x",["a"]]]',
        b"[1]" * 100,
        b'["actors",' + b"9" * 5_000 + b',"id","x",["a"]]',
        b"\xef\xbb\xbf[]",
    ),
)


@dataclass(frozen=True)
class Question:
    """A list in one order: its address with the query, and the cursors of all its pages."""

    address: str
    cursors: tuple[str, ...]


def questions(port: int) -> list[Question]:
    """All lists that have cursors, in each of their orders, at each of the revisions."""
    found = []
    for path, operation in resolved_operations(packaged_document(Settings())):
        parameters = {one["name"]: one for one in operation.get("parameters", [])}
        if "cursor" not in parameters:
            continue
        filled = path
        for name, one in parameters.items():
            if one["in"] == "path":
                filled = filled.replace(f"{{{name}}}", str(one["example"]))
        orders = parameters.get("sort", {}).get("schema", {}).get("enum", [None])
        for order in orders:
            limit = 1 if path.endswith(_SHORT) else _PAGE
            query = [f"limit={limit}", *([f"sort={order}"] if order else [])]
            query += [f"{name}={one['example']}" for name, one in parameters.items() if _is_needed(one)]
            address = f"{filled}?{'&'.join(query)}"
            if walked := tuple(_walked(port, address)):
                found.append(Question(address, walked))
    return found


def _is_needed(parameter: dict[str, Any]) -> bool:
    return bool(parameter.get("required")) and parameter["in"] == "query"


def _page(port: int, address: str) -> dict[str, Any]:
    status, _, body = get(port, address)
    if status != _OK:
        raise RuntimeError(f"{status} for {address}")
    page: dict[str, Any] = json.loads(body)
    return page


def _walked(port: int, address: str) -> Iterator[str]:
    """Cursors of some pages of a list, from its beginning on."""
    page = _page(port, address)
    for _ in range(4):
        if not (following := page["page"]["next"]):
            return
        yield following
        page = _page(port, f"{address}&cursor={following}")


class Lists:
    """Whole lists by question and revision: what a page has to be a part of."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._known: dict[tuple[str, int], str] = {}

    def has(self, address: str, page: dict[str, Any]) -> bool:
        """Whether the records of a page follow one another like this in the list that was asked for."""
        at = address, int(page["dataset"]["revision"])
        if at not in self._known:
            self._known[at] = self._whole(*at)
        return not page["data"] or _joined(page["data"]) in self._known[at]

    def _whole(self, address: str, revision: int) -> str:
        wide = f"{re.sub('limit=[0-9]+', 'limit=200', address)}&revision={revision}"
        records: list[Any] = []
        page = _page(self._port, wide)
        while True:
            records += page["data"]
            if not (following := page["page"]["next"]):
                return _joined(records)
            page = _page(self._port, f"{wide}&cursor={following}")


def _joined(records: Sequence[Any]) -> str:
    """Names of records, one a line, in their order."""
    names = ("collection", "id", "revision", "number", "kind", "change")
    return "\n" + "\n".join(json.dumps([_named(record, name) for name in names]) for record in records) + "\n"


def _named(record: Any, name: str) -> Any:
    value = record.get(name, record.get("record", {}).get(name) if isinstance(record.get("record"), dict) else None)
    return value if isinstance(value, str | int | None) else None


class Mutants:
    """Altered cursors without end, the same in each run, each for a question."""

    def __init__(self, asked: Sequence[Question]) -> None:
        self._random = random.Random(_SEED)
        self._asked = asked
        self._kinds = (
            self._flipped,
            self._cut,
            self._swapped,
            self._replaced,
            self._moved,
            self._recoded,
            self._forged,
        )

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        while True:
            for kind in self._kinds:
                question = self._random.choice(self._asked)
                text = quote(kind(self._random.choice(question.cursors)), safe="")
                yield question.address, f"GET {question.address}&cursor={text} HTTP/1.1\r\nHost: x\r\n\r\n".encode()

    def _flipped(self, text: str) -> bytes:
        """One to three bits flipped, of the text or of what it encodes."""
        is_inside = self._random.random() < 0.7
        data = bytearray(base64.urlsafe_b64decode(text + "==") if is_inside else text.encode())
        for _ in range(self._random.randint(1, 3)):
            data[self._random.randrange(len(data))] ^= 1 << self._random.randrange(8)
        return base64.urlsafe_b64encode(data).rstrip(b"=") if is_inside else bytes(data)

    def _cut(self, text: str) -> bytes:
        place, other = self._random.randrange(len(text)), self._random.choice(_ALPHABET)
        forms = (
            text[:place],
            text[place:],
            text[:place] + other + text[place:],
            text * 2,
            text[:place] + text[place + 1 :],
        )
        return self._random.choice(forms).encode()

    def _swapped(self, text: str) -> bytes:
        """A cursor of another list or order, or the halves of two."""
        other = self._random.choice(self._random.choice(self._asked).cursors)
        return (other if self._random.random() < 0.7 else text[: len(text) // 2] + other[len(other) // 2 :]).encode()

    def _replaced(self, text: str) -> bytes:
        """A right checksum around members of which one or two are others."""
        members = json.loads(base64.urlsafe_b64decode(text + "==")[cursors._CHECK :])  # noqa: SLF001 - its own form
        for _ in range(self._random.randint(1, 2)):
            place = self._random.randrange(len(members))
            position = members[-1]
            if place == len(members) - 1 and isinstance(position, list) and position and self._random.random() < 0.8:
                position[self._random.randrange(len(position))] = self._value([*_VALUES, *self._positions()])
            else:
                members[place] = self._value(_VALUES)
        if self._random.random() < 0.1:
            members.append(self._value(_VALUES))
        return _signed(json.dumps(members, separators=(",", ":"), ensure_ascii=self._random.random() < 0.5))

    def _value(self, values: Sequence[Any]) -> Any:
        """One of some values, as a copy: a list that is put into itself has no end."""
        return deepcopy(self._random.choice(values))

    def _moved(self, text: str) -> bytes:
        """Another position of the right form: one that this list may have, or has not."""
        members = json.loads(base64.urlsafe_b64decode(text + "==")[cursors._CHECK :])  # noqa: SLF001
        others = (self._random.choice(self._positions()) for _ in members[-1])
        members[-1] = [
            other if type(other) is type(value) else value for value, other in zip(members[-1], others, strict=True)
        ]
        return _signed(json.dumps(members, separators=(",", ":"), ensure_ascii=False))

    def _positions(self) -> list[Any]:
        """What stands in the position of another cursor."""
        other = self._random.choice(self._random.choice(self._asked).cursors)
        return list(cursors.decode(other).position)

    def _recoded(self, text: str) -> bytes:
        """The same bytes in another Base64, with padding or with white space."""
        padded = text + "=" * (-len(text) % 4)
        forms = (
            padded,
            text + "=",
            text + "====",
            text.replace("-", "+").replace("_", "/"),
            f" {text}",
            f"{text}\n",
            "",
        )
        return self._random.choice((*forms, text.swapcase(), text.encode().hex(), f"{text}\0")).encode()

    def _forged(self, text: str) -> bytes:
        """A right checksum around what is no cursor."""
        payload = self._random.choice([*_PAYLOADS, self._random.randbytes(self._random.randrange(200)), text.encode()])
        return _signed(payload)


def _signed(payload: bytes | str) -> bytes:
    data = payload if isinstance(payload, bytes) else payload.encode("utf-8", "surrogatepass")
    return base64.urlsafe_b64encode(cursors._checksum(data) + data).rstrip(b"=")  # noqa: SLF001 - as a forger would


def fault_of(address: str, answer: Answer, lists: Lists) -> str | None:
    """What is wrong with the answer to an altered cursor; None if nothing is."""
    if answer.status in _REFUSED:
        is_problem = answer.headers.get("content-type") == "application/problem+json"
        return None if is_problem else f"{answer.status} that is no problem"
    if answer.status != _OK:
        return f"status {answer.status}"
    return None if lists.has(address, json.loads(answer.body)) else "records that do not follow one another in the list"


def measure(count: int, folder: Path) -> Outcome:
    """Use so many altered cursors on the lists of one server."""
    told, faults, log = Counter[int](), list[str](), folder / "log"
    with service(packaged_database(folder), output=log) as server:
        asked = questions(server.port)
        lists = Lists(server.port)
        mutants = ((mutant, mutant[1]) for mutant in itertools.islice(Mutants(asked), count))
        try:
            for (address, request), answer in answers(server.port, mutants):
                told[answer.status] += 1
                if fault := fault_of(address, answer, lists):
                    faults.append(f"{request.split()[1][:200]!r}: {fault}")
        except BrokenAnswer as error:
            faults.append(str(error))
    traces = log.read_text().count("Traceback")
    counted = ", ".join(f"{number:,} x {status}" for status, number in sorted(told.items()))
    text = f"{told.total():,} altered cursors on {len(asked)} lists ({counted})"
    text += f"; {len(faults)} wrong, {traces} tracebacks in the log"
    return Outcome(not faults and not traces, "; ".join([text, *faults[:_SHOWN]]))


FIGURES = (
    Figure(
        number=9,
        name="Altered cursors",
        goal="100,000 altered cursors: each refused, or answered with a part of its list; 0 5xx",
        counts=Counts(short=2_000, reduced=20_000, full=100_000),
        measure=measure,
    ),
)
