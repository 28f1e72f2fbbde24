"""Terms of the CSIS file: its types and events, each with the kind of event here and its words in both languages."""

import csv
import functools
from pathlib import Path
from typing import NamedTuple


class EventTerm(NamedTuple):
    """Kind of an event, and words for it that can stand within a sentence."""

    kind: str
    en: str
    fr: str


TYPES: dict[str, EventTerm] = {
    "Missile Provocation": EventTerm("missile-launch", "missile provocation", "provocation liée à un missile"),
    "Nuclear Provocation": EventTerm("nuclear-programme", "nuclear provocation", "provocation nucléaire"),
    "Other Provocation": EventTerm("military", "other provocation", "autre provocation"),
}


@functools.cache
def events() -> dict[str, EventTerm]:
    """Terms by event, which is spelled as in CSIS's file."""
    with Path(__file__).with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        return {row["event"]: EventTerm(row["kind"], row["en"], row["fr"]) for row in csv.DictReader(file)}
