"""Reliability figure: what is measured, how often, and what has to come out."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Outcome:
    """Outcome of a measurement: whether the figure holds, and what was counted, in one sentence for the page."""

    holds: bool
    text: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How much is measured, in the figure's unit: in `make test-all` (seconds), `make soak` (a minute), in full."""

    short: int
    reduced: int
    full: int


@dataclass(frozen=True, slots=True)
class Figure:
    """Reliability figure of docs/reliability.md.

    `measure` takes how much to measure, of the three `counts`, and an empty folder for its files. It leaves no process
    and sends nothing beyond this machine. A figure of several parts is several of these with the same number.
    """

    number: int
    name: str
    goal: str
    counts: Counts
    measure: Callable[[int, Path], Outcome]
    has_delays: bool = False  # whether its goal is a delay, which depends on the machine's other work
