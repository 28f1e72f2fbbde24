"""Load of the trial: clients of the proxy and of each node, and what each request got."""

import asyncio
import hashlib
import itertools
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

from tools.soak.raw_client import Client

PATIENCE = 30  # seconds until a request without an answer counts as an error
_PINNED_SHARE = 4  # one request in so many is for a pinned revision
_PATHS = (
    "/v1/timeline-events?limit=20&sort=-title",
    "/v1/timeline-events?facets=kind,topic&include=actors,sources&limit=50",
    "/v1/timeline-events?format=csv&sort=title&lang=fr",
    "/v1/timeline-events?q=nuclear&limit=10",
    "/v1/timeline-events?format=ics",
    "/v1/timeline-events/first-nuclear-test",
    "/v1/timeline-events/first-nuclear-test/history?limit=20",
    "/v1/timeline?limit=30&sort=-date",
    "/v1/search?q=nuclear+test&facets=collection",
    "/v1/search?q=essai+nucl%C3%A9aire&lang=fr",
    "/v1/changes?format=jsonl",
    "/v1/revisions?limit=5&sort=-number",
    "/v1/funding-records/totals?group_by=year",
    "/v1/actors?format=csv",
    "/v1",
)


@dataclass(frozen=True, slots=True)
class Observation:
    """What one request got. `fault` is empty for a whole answer with status 200; `pinned` is the revision asked for.

    `at` is the second of the monotonic clock at which the request began.
    """

    at: float
    seconds: float
    target: str
    path: str
    fault: str
    pinned: int | None = None
    revision: str = ""
    tag: str = ""
    digest: bytes = b""


class Load:
    """Load while the block runs: for each target some clients, each with one request after the other and a pause.

    `newest` gives the newest revision whose publication has been acknowledged: pinned requests ask for it, at once.
    """

    def __init__(
        self, targets: Sequence[tuple[str, int]], newest: Callable[[], int], *, clients: int = 2, pause: float = 0.1
    ) -> None:
        self.seen: list[Observation] = []
        self._newest = newest
        self._pause = pause
        self._clients = [target for target in targets for _ in range(clients)]
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="load")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._thread.join()

    def _run(self) -> None:
        asyncio.run(self._load())

    async def _load(self) -> None:
        await asyncio.gather(*(self._ask(*client, number) for number, client in enumerate(self._clients)))

    async def _ask(self, target: str, port: int, start: int) -> None:
        """One client. It begins at an address of its own, so that clients do not all ask for the same."""
        client = Client(port)
        for number in itertools.count(start * 5):
            if self._ending.is_set():
                break
            path, pinned = _PATHS[number % len(_PATHS)], None
            if number % _PINNED_SHARE == 0:
                pinned = self._newest()
                path = f"{path}{'&' if '?' in path else '?'}revision={pinned}"
            self.seen.append(await self._observe(client, target, path, pinned))
            await asyncio.sleep(self._pause)
        client.close()

    async def _observe(self, client: Client, target: str, path: str, pinned: int | None) -> Observation:
        began = time.monotonic()
        try:
            answer = await asyncio.wait_for(client.get(path), PATIENCE)
        except (OSError, EOFError, TimeoutError, ValueError) as error:  # ValueError: it ends where a chunk begins
            client.close()
            name = "cut short" if isinstance(error, (ValueError, EOFError)) else type(error).__name__
            return Observation(began, time.monotonic() - began, target, path, name, pinned)
        fault = "" if answer.status == 200 else str(answer.status)  # noqa: PLR2004 - OK
        revision, tag = answer.headers.get("dataset-revision", ""), answer.headers.get("etag", "")
        digest = hashlib.sha256(answer.body).digest()
        return Observation(began, time.monotonic() - began, target, path, fault, pinned, revision, tag, digest)
