"""`python -m tools.cluster` runs a cluster until Ctrl-C; with `--trial` it tries faults on one and prints a table."""

import argparse
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from app.clock import now
from tools.bench.table import put
from tools.cluster.cluster import Cluster
from tools.cluster.faults import PHASES, SHORT, Phase
from tools.cluster.trial import learning_seconds, run, summary
from tools.postgres.server import PostgresError


def main() -> int:
    """Exit code: 0, or 1 for a wrong answer in the trial, and where a part of the cluster does not start."""
    parser = argparse.ArgumentParser(prog="python -m tools.cluster", description=__doc__)
    parser.add_argument("--trial", action="store_true", help="try faults, and print what the readers got")
    parser.add_argument("--short", action="store_true", help="with three faults only")
    parser.add_argument("--only", default="", help="with the faults whose name has this text")
    parser.add_argument("--seconds", type=float, default=12, help="of each fault, and as many without it after it")
    parser.add_argument("--page", type=Path, help="write the table into this page: docs/scale.md")
    options = parser.parse_args()
    try:
        phases = [phase for phase in (SHORT if options.short else PHASES) if options.only in phase.name]
        return _trial(phases, options.seconds, options.page) if options.trial else _serve()
    except (PostgresError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return 1


def _serve() -> int:
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    with Cluster() as cluster:
        print(cluster.addresses(), flush=True)
        ended.wait()
    return 0


def _trial(phases: Sequence[Phase], seconds: float, page: Path | None) -> int:
    results = run(phases, seconds=seconds)
    found = summary(results, f"{now():%Y-%m-%d}")
    print(found)
    if page:
        put(page, "scale-nodes", found)
    for result in results:
        delays = learning_seconds(result)
        slowest = f"{len(delays)} publications known after {max(delays):.2f} s at most" if delays else ""
        faults = sorted({one.fault for one in result.publications if one.fault})
        print(f"\n{result.phase.name}: {slowest}", *result.ready, *faults, *result.wrong[:5], sep="\n  ")
    return int(any(result.wrong for result in results))


if __name__ == "__main__":
    sys.exit(main())
