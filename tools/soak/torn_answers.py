"""Figure 6: answers given while revisions are published, byte by byte those of the one revision that they name."""

import asyncio
from collections import Counter
from itertools import cycle, islice
from pathlib import Path

from tools.processes import service
from tools.soak.figure import Counts, Figure, Outcome
from tools.soak.raw_client import Client
from tools.soak.servers import generated_database, publishing

_CLIENTS = 8
_EVENTS = 400  # beside the packaged record: enough for exports beyond 1 MiB, which are streamed
_PATHS = (
    "/v1/timeline-events?limit=20&sort=-title",
    "/v1/timeline-events?facets=kind,topic&include=actors,sources&limit=50",
    "/v1/timeline-events?format=jsonl",
    "/v1/timeline-events?format=csv&sort=title&lang=fr",
    "/v1/timeline-events?format=ics",
    "/v1/timeline-events?q=nuclear&limit=10",
    "/v1/timeline-events/first-nuclear-test",
    "/v1/timeline-events/first-nuclear-test/history?limit=20",
    "/v1/timeline?limit=30&sort=-date",
    "/v1/timeline?format=csv",
    "/v1/search?q=nuclear+test&facets=collection",
    "/v1/search?q=canada&format=jsonl",
    "/v1/changes?format=jsonl",
    "/v1/changes?format=csv&collection=timeline-events&collection=sources",
    "/v1/revisions?format=jsonl",
    "/v1/funding-records/totals?group_by=year",
    "/v1",
)


def measure(count: int, folder: Path) -> Outcome:
    """So many answers, each compared with the same request at the revision that the answer names.

    A long measurement publishes once a second: exports of all changes grow with each revision.
    """
    database = generated_database(folder, _EVENTS)
    with service(database) as server, publishing(database, milliseconds=max(150, count // 10), records=5) as publisher:
        compared, torn, streamed, revisions, faults = asyncio.run(_compare(server.port, count))
    faults += publisher.failures
    holds = not torn and not faults and compared.total() == count and len(revisions) > 1 and streamed > 0
    text = (
        f"{compared.total():,} answers ({streamed:,} of them streamed) of {len(revisions):,} revisions compared with "
        f"their pinned twins while {publisher.published:,} revisions were published: {len(torn)} torn"
    )
    if torn:
        text = f"{text} ({', '.join(sorted(set(torn))[:3])})"
    return Outcome(holds, f"{text}; {len(faults)} faults ({faults[0]})" if faults else text)


async def _compare(port: int, count: int) -> tuple[Counter[str], list[str], int, set[str], list[str]]:
    """Answers compared by path, paths of torn ones, how many were streamed, the revisions met, and what failed."""
    compared, torn, revisions, faults = Counter[str](), list[str](), set[str](), list[str]()
    streamed = 0
    paths = islice(cycle(_PATHS), count)

    async def ask() -> None:
        nonlocal streamed
        client = Client(port)
        for path in paths:
            try:
                live = await client.get(path)
                number = live.headers.get("dataset-revision", "0")
                twin = await client.get(f"{path}{'&' if '?' in path else '?'}revision={number}")
            except (OSError, EOFError) as error:
                faults.append(f"{path}: {type(error).__name__}")
                continue
            if (live.status, twin.status) != (200, 200):
                faults.append(f"{path}: {live.status}, {twin.status}")
                continue
            compared[path] += 1
            revisions.add(number)
            streamed += "content-length" not in live.headers
            if live.body != twin.body or live.headers["etag"] != twin.headers["etag"]:
                torn.append(path)
        client.close()

    await asyncio.gather(*(ask() for _ in range(_CLIENTS)))
    return compared, torn, streamed, revisions, faults


FIGURES = (
    Figure(
        6,
        "Torn answers",
        "0 answers that differ from the same request at the revision that they name",
        Counts(short=300, reduced=2_500, full=10_000),
        measure,
    ),
)
