"""Figure 5: reads of every kind while another process publishes; none finds the database locked."""

import asyncio
from collections import Counter
from itertools import cycle, islice
from pathlib import Path

from tools.processes import service
from tools.soak.figure import Counts, Figure, Outcome
from tools.soak.load import mixed
from tools.soak.raw_client import Client
from tools.soak.servers import packaged_database, publishing

_CLIENTS = 16
_EXPORTS = ("/v1/timeline-events?format=jsonl", "/v1/changes?format=csv&since=1", "/v1/revisions?format=jsonl")


def measure(count: int, folder: Path) -> Outcome:
    """So many reads by 16 clients while a revision of 20 records is published five times a second."""
    database = packaged_database(folder)
    output = folder / "server.txt"
    with service(database, output=output) as server, publishing(database, milliseconds=200, records=20) as publisher:
        statuses, revisions, faults = asyncio.run(_read(server.port, count))
    logged = output.read_text(encoding="utf-8")
    locked = logged.count("locked") + logged.count("SQLITE_BUSY")
    faults += publisher.failures
    holds = not faults and not locked and statuses == {200: count} and len(revisions) > 1
    text = (
        f"{count:,} reads while {publisher.published:,} revisions were published: {statuses[200]:,} answered with 200, "
        f"from {len(revisions):,} revisions; {locked} times locked; {len(faults)} faults"
    )
    return Outcome(holds, f"{text} ({faults[0]})" if faults else text)


async def _read(port: int, count: int) -> tuple[Counter[int], set[str], list[str]]:
    """Statuses of the answers, the revisions that they are of, and what failed."""
    statuses, revisions, faults = Counter[int](), set[str](), list[str]()
    paths = islice(cycle([*islice(mixed(new_share=0.2), 200), *_EXPORTS]), count)

    async def ask() -> None:
        client = Client(port)
        for path in paths:
            try:
                answer = await client.get(path)
            except (OSError, EOFError) as error:
                faults.append(f"{path}: {type(error).__name__}")
                continue
            statuses[answer.status] += 1
            revisions.add(answer.headers.get("dataset-revision", ""))
            if answer.status != 200:
                faults.append(f"{path}: {answer.status}")
        client.close()

    await asyncio.gather(*(ask() for _ in range(_CLIENTS)))
    return statuses, revisions, faults


FIGURES = (
    Figure(
        5,
        "Reads during imports",
        "0 locked, 0 errors",
        Counts(short=1_000, reduced=15_000, full=100_000),
        measure,
    ),
)
