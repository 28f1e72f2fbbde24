"""Reliability figures (`make soak`): each is measured in a process of its own, on this machine only.

Prints a line for each figure; exit code 1 if one does not hold. A full run also writes docs/reliability.md.
"""

import argparse
import signal
import sys
from pathlib import Path

from tools.soak.figures import all_entries, chosen
from tools.soak.page import PAGE, write
from tools.soak.run import Extent, run


def main() -> None:
    """Measure the figures that the command line names, one after the other."""
    parser = argparse.ArgumentParser(prog="python -m tools.soak", description=__doc__)
    extent = parser.add_mutually_exclusive_group()
    for name, words in (("short", "seconds for each figure"), ("full", "with the counts of docs/reliability.md")):
        extent.add_argument(f"--{name}", dest="extent", action="store_const", const=Extent(name), help=words)
    parser.add_argument("--page", type=Path, default=PAGE, help="page that a full run writes")
    parser.add_argument("figures", nargs="*", help="numbers, or names of modules in tools/soak; default: all")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, _end)
    if not Path("/proc/self/stat").exists():
        parser.error("this needs Linux: processes are watched through /proc")
    known, results = all_entries(), []
    for entry in chosen(known, options.figures):
        results.append(run(entry, options.extent or Extent.REDUCED))
        print(results[-1], flush=True)
        if options.extent is Extent.FULL:
            write(options.page, results, known)
    held = sum(result.outcome.holds for result in results)
    print(f"Figures that hold: {held} of {len(results)}, in {sum(result.seconds for result in results):.0f} s.")
    sys.exit(held < len(results))


def _end(*_: object) -> None:
    """End the figure that runs too: a second signal must not break this off."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(143)


if __name__ == "__main__":
    main()
