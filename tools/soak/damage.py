"""Damaged databases: copies of a database with a fault, each asked the same questions in a process of its own."""

import asyncio
import hashlib
import logging
import multiprocessing
import os
import shutil
import signal
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import islice
from multiprocessing import connection
from pathlib import Path
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from sqlalchemy.exc import DBAPIError
from starlette.types import ASGIApp, Message

from app.errors import CodedError
from app.publishing import verify as verifying
from app.resources.registry import COLLECTIONS
from app.settings import Settings
from app.store import readiness
from app.store.database import open_database

NAME = "dossier.db"  # relative, so that each process has its copy under the same address in a folder of its own
URL = f"sqlite:///{NAME}"
_OK = 200
_AT_ONCE = 2
SECONDS = 60  # that one copy may take
QUESTIONS = (
    "/v1",
    "/v1/timeline-events?limit=50",
    "/v1/timeline-events/first-nuclear-test",
    "/v1/timeline-events?kind=summit&sort=-date",
    "/v1/timeline-events?from=2006&to=2018&lang=fr&facets=kind,actor",
    "/v1/timeline?limit=100&include=actors",
    "/v1/timeline?actor=north-korea&format=csv",
    "/v1/search?q=sanctions",
    "/v1/search?q=nucl%C3%A9aire&lang=fr&facets=collection",
    "/v1/search?q=%22human%20rights%22&collection=policy-positions",
    "/v1/actors?sort=title&limit=100",
    "/v1/actors?lang=fr&sort=-title&format=csv",
    "/v1/sources?format=jsonl",
    "/v1/sanctions-measures?in_force_on=2018-01-01&limit=200",
    "/v1/legal-instruments/agreed-framework/history",
    "/v1/legal-instruments?sort=-date&include=sources",
    "/v1/funding-records/totals",
    "/v1/changes?limit=200",
    "/v1/changes?since=1&format=csv",
    "/v1/revisions",
    "/v1/revisions/1/canonical",
    "/v1/revisions/2/canonical",
    "/v1/background-facts?q=food&revision=1",
    "/v1/policy-positions?format=csv&revision=1",
)


@dataclass(frozen=True, slots=True)
class Answer:
    """Answer to a question: its status, the SHA-256 of its body, and whether it came to its end."""

    status: int
    digest: str
    is_complete: bool = True


Answers = Mapping[str, Answer]


def settings() -> Settings:
    """Settings of the service on the copy in the present folder."""
    return Settings(database_url=URL, log="off")


def ask(app: ASGIApp, questions: Iterable[str] = QUESTIONS) -> Answers:
    """Answers of an application to questions, one after the other, without a server."""

    async def answers() -> dict[str, Answer]:
        return {question: await _answer(app, question) for question in questions}

    return asyncio.run(answers())


async def _answer(app: ASGIApp, question: str) -> Answer:
    address, status, digest, is_complete = urlsplit(question), 0, hashlib.sha256(), False
    requests = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> Message:
        return requests.pop() if requests else await asyncio.get_running_loop().create_future()

    async def send(message: Message) -> None:
        nonlocal status, is_complete
        if message["type"] == "http.response.start":
            status = message["status"]
        else:
            digest.update(message.get("body", b""))
            is_complete = not message.get("more_body", False)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": address.path,
        "raw_path": address.path.encode(),
        "query_string": address.query.encode(),
        "headers": [(b"host", b"localhost")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "root_path": "",
        "state": {},
    }
    with suppress(Exception):  # an answer that broke off: the server would close the connection
        await app(scope, receive, send)
    return Answer(status, digest.hexdigest() if status == _OK else "", is_complete)


def finding() -> str:
    """What `dossier verify` says of the copy in the present folder; empty if it calls it good."""
    with closing(open_database(settings())) as database:
        try:
            if fault := readiness.schema_fault(database):
                return str(fault)
            verifying.verify_database(database, COLLECTIONS)
        except (CodedError, DBAPIError) as error:
            return str(error)
    return ""


@dataclass(frozen=True, slots=True)
class Files:
    """Database file and its log, as bytes."""

    database: bytes
    log: bytes = b""

    @classmethod
    def of(cls, path: Path) -> "Files":
        """Files of a database that nobody writes."""
        log = path.with_name(f"{path.name}-wal")
        return cls(path.read_bytes(), log.read_bytes() if log.exists() else b"")

    def flipped(self, bit: int) -> "Files":
        """Copy with one bit turned over: of the database file or, beyond its end, of the log."""
        place, size = bit // 8, len(self.database)
        if place < size:
            return Files(_flipped(self.database, place, bit % 8), self.log)
        return Files(self.database, _flipped(self.log, place - size, bit % 8))

    @property
    def bits(self) -> int:
        """Number of bits in both files."""
        return 8 * (len(self.database) + len(self.log))

    def write(self) -> None:
        """Write the files into the present folder."""
        Path(NAME).write_bytes(self.database)
        if self.log:
            Path(f"{NAME}-wal").write_bytes(self.log)


def _flipped(content: bytes, place: int, bit: int) -> bytes:
    changed = bytearray(content)
    changed[place] ^= 1 << bit
    return bytes(changed)


T = TypeVar("T")
_FORK = multiprocessing.get_context("fork")


def in_processes(tasks: Iterable[Callable[[], T]], folder: Path) -> Iterator[T | None]:
    """Results of tasks, each run in a process and a folder of its own, two at a time, in no order.

    None for a task whose process died, or took longer than a minute.
    """
    waiting, running = iter(enumerate(tasks)), dict[Any, Any]()
    while True:
        for number, task in islice(waiting, _AT_ONCE - len(running)):
            receiver, sender = _FORK.Pipe(duplex=False)
            process = _FORK.Process(target=_run, args=(task, folder / str(number), sender))
            process.start()
            sender.close()
            running[receiver] = process
        if not running:
            return
        for ready in connection.wait([*running]):
            process = running.pop(ready)
            try:
                yield cast("connection.Connection", ready).recv()
            except EOFError:
                yield None
            process.join()


def _run(task: Callable[[], Any], folder: Path, sender: Any) -> None:
    signal.alarm(SECONDS)
    logging.disable()
    folder.mkdir()
    os.chdir(folder)
    try:
        sender.send(task())
    finally:
        os.chdir("/")
        shutil.rmtree(folder)
