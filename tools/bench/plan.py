"""Plan of a run: how long and how often is measured, and on how many records."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
BUILD = ROOT / "build" / "bench"
PAGE = ROOT / "docs" / "performance.md"


@dataclass(frozen=True)
class Plan:
    """How much a run measures. Seconds are those of one turn of one server; each has so many `rounds`.

    With 0 seconds the first paths are asked once each, without wrk, which runs for at least a second.
    """

    seconds: float = 2
    rounds: int = 3
    small: int = 1_000  # events of the small database
    large: int = 100_000  # and of the large one
    published: int = 20_000  # events that are published to measure publication
    starts: int = 5
    passes: int = 5  # over the cases of growth, each with new servers, which have nothing kept
    every_case: bool = True  # of growth; otherwise the first of each list and kind
    questions: int = 500_000  # that never repeat, for each server
    asking: float = 40  # seconds of questions that never repeat, after which memory is measured


QUICK = Plan(
    seconds=0,
    rounds=1,
    small=100,
    large=100,
    published=50,
    starts=1,
    passes=1,
    every_case=False,
    questions=100,
    asking=0,
)
