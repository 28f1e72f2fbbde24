"""Simulated CDN (`python -m tools.scale`): what 10,000 requests a second of readers leave for the origin.

Asks the service for every address of the packaged record, simulates readers by Zipf's law, and writes the tables of
docs/scale.md. It takes some six minutes of CPU time, and the same seed gives the same tables.
"""

import argparse
import sys
from pathlib import Path

from tools.bench.table import put
from tools.scale import page
from tools.scale.measure import measurement


def main() -> None:
    """Measure, simulate, print the tables and write them to the page."""
    parser = argparse.ArgumentParser(prog="python -m tools.scale", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of the random numbers; default: 1")
    parser.add_argument("--page", type=Path, default=page.PAGE, help="page to write; default: docs/scale.md")
    parser.add_argument("--dry-run", action="store_true", help="print the tables only")
    options = parser.parse_args()
    measured = measurement()
    for name, text in page.sections(measured, options.seed):
        print(f"{text}\n")
        sys.stdout.flush()
        if not options.dry_run:
            put(options.page, name, text)


if __name__ == "__main__":
    main()
