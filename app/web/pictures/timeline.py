"""Picture of the timeline: its lanes, its columns, and the same data as counts, from rows or from counts alone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.web.pictures.lanes import Item, Lane, LaneKey, bars_of, by_lane, count_in, lane_of_marks
from app.web.pictures.periods import Period, bar_step, slots, table_step

LEAST_TICK = 7  # percent of the width that a name needs
MOST_TICKS = 12  # names of columns that have room side by side on a telephone

# Order of the lanes: what Canada and others agreed and did, then what North Korea did, of which the most are imported.
_ORDER = (
    *("diplomacy", "state-formation", "meeting", "summit", "negotiation", "agreement", "policy"),
    *("human-rights", "humanitarian", "sanctions", "sanctions-measures", "legal-instruments"),
    *("funding-records", "initiatives", "inter-korean"),
    *("nuclear-programme", "nuclear-test", "treaty-withdrawal", "military", "armed-conflict", "missile-launch"),
)


@dataclass(frozen=True, slots=True)
class LaneRow:
    """Lane with the number of its records, and how many of them can be in each column."""

    key: LaneKey
    total: int
    lane: Lane
    counts: Sequence[int]


@dataclass(frozen=True, slots=True)
class Picture:
    """Picture: lanes over a period. `totals` are the records in each column; `counted` if there are no marks."""

    whole: Period
    columns: Sequence[Period]
    lanes: Sequence[LaneRow]
    totals: Sequence[int]
    counted: bool

    @property
    def ticks(self) -> Sequence[tuple[float, Period, bool]]:
        """Lines between columns: place, column, and whether its name is shown."""
        days, each = self.columns[0].days == 1, -(-len(self.columns) // MOST_TICKS)
        shown = [
            column.first.day == 1 or not column.first.day % 5 if days else not number % each
            for number, column in enumerate(self.columns)
        ]
        places = [self._place(column) for column in self.columns]
        # The first column can be narrow, because the picture begins within it
        if len(places) > 1 and places[1] < LEAST_TICK and shown[1]:
            shown[0] = False
        return [*zip(places, self.columns, shown, strict=True)]

    def _place(self, column: Period) -> float:
        return max(round(self.whole.place(column.first), 2), 0)


def picture_of_records(items: Sequence[Item], whole: Period, key: Callable[[Item], LaneKey]) -> Picture:
    """Picture with a mark for each record, as far as a lane has room."""
    columns, steps = slots(whole, table_step(whole)), slots(whole, bar_step(whole))
    parts = [column.within(whole) for column in columns]
    rows = [
        LaneRow(name, len(of_lane), lane_of_marks(of_lane, whole, steps), _counts(of_lane, parts))
        for name, of_lane in by_lane(items, key).items()
    ]
    return Picture(whole, columns, sorted(rows, key=_place_of), _counts(items, parts), counted=False)


def picture_of_counts(
    whole: Period,
    columns: Sequence[tuple[Period, Mapping[LaneKey, int], int]],
    totals: Mapping[LaneKey, int],
) -> Picture:
    """Picture with a bar for each column: its counts by lane and in all; `totals` are those of the period by lane."""
    steps = [column for column, _, _ in columns]
    rows = []
    for key, total in totals.items():
        if total:
            counts = [of_column.get(key, 0) for _, of_column, _ in columns]
            rows.append(LaneRow(key, total, Lane(bars=bars_of(counts, steps, whole)), counts))
    return Picture(whole, steps, sorted(rows, key=_place_of), [total for _, _, total in columns], counted=True)


def _counts(items: Sequence[Item], columns: Sequence[Period]) -> Sequence[int]:
    return [count_in(column, items) for column in columns]


def _place_of(row: LaneRow) -> tuple[int, int, str, str]:
    """Order of lanes: known ones as they are listed, the others by falling number of records."""
    name = row.key.kind if row.key.collection == "timeline-events" and row.key.kind else row.key.collection
    place = _ORDER.index(name) if name in _ORDER else len(_ORDER)
    return place, -row.total, row.key.collection, row.key.kind or ""
