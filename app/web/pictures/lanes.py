"""Timeline of lanes: records as marks along a period, stacked where they collide, and as bars where they are too many.

Pure geometry: places and widths are percentages of the picture's width, so that one picture serves every screen;
heights are pixels. Its template draws it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from app.model import edtf
from app.web.pictures.periods import Period

# Smallest width that a mark takes for itself: 5 px on a telephone, 14 px on a wide screen. Marks that are nearer than
# that to each other are stacked.
LEAST_WIDTH = 1.4
# Width from which a mark has room for the number of records that share it: 10 px on a telephone.
WIDE = 3.0
# Rows of marks in a lane. The price of more is height: a picture of 20 lanes is looked at before reading.
MOST_ROWS, MOST_IMPORTED_ROWS = 8, 4
ROW, BARS, EDGE = 13, 36, 4  # heights: a row of marks, a row of bars, the edge above and below


class Shape(StrEnum):
    """What a date says: a day, about a day, a time that something lasted, or a time within which it was."""

    DAY = "day"
    ABOUT = "about"
    LASTING = "lasting"
    UNCERTAIN = "uncertain"


class End(StrEnum):
    """End of a mark: at a known day, going on, not known, or beyond the picture."""

    KNOWN = "known"
    OPEN = "open"
    UNKNOWN = "unknown"
    BEYOND = "beyond"


@dataclass(frozen=True, slots=True)
class Item:
    """Record with what its date says. `first` and `last` are its bounds; None if there is none."""

    record: Mapping[str, Any]
    first: date | None
    last: date | None
    shape: Shape
    start: End = End.KNOWN
    end: End = End.KNOWN
    imported: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """Mark of a record, or of several that look alike: from `x`, `width` wide, in a row from 0 at the bottom."""

    items: Sequence[Item]
    x: float
    width: float
    row: int
    start: End
    end: End

    @property
    def date(self) -> str | None:
        """Date that all its records have (EDTF); None if they have several."""
        dates = {one.record["date"] for one in self.items}
        return dates.pop() if len(dates) == 1 else None

    @property
    def middle(self) -> float:
        """Middle of the mark along the picture."""
        return round(self.x + self.width / 2, 2)


@dataclass(frozen=True, slots=True)
class Bar:
    """Bar of a slot: how many records can be in it. `height` is in pixels; the largest is `BARS` less its number's."""

    slot: Period
    count: int
    x: float
    width: float
    height: int
    largest: bool = False


@dataclass(slots=True)
class Lane:
    """Lane: marks in rows and, below them, bars that count records without a mark of their own.

    `imported` if the bars count imported records alone.
    """

    rows: int = 0
    marks: list[Mark] = field(default_factory=list)
    bars: Sequence[Bar] = ()
    imported: bool = False

    @property
    def height(self) -> int:
        """Height in pixels."""
        return 2 * EDGE + max(self.rows * ROW + (BARS if self.bars else 0), ROW)

    def y_of(self, mark: Mark) -> int:
        """Middle of a mark, in pixels from above."""
        return EDGE + (self.rows - 1 - mark.row) * ROW + ROW // 2


def item_of(record: Mapping[str, Any], *, imported: bool = False) -> Item:
    """What the date of a row of the timeline says: `date` (EDTF) with the bounds `earliest` and `latest`."""
    text, first, last = record["date"], _day(record["earliest"]), _day(record["latest"])
    if edtf.is_interval(text):
        start, _, end = text.partition("/")
        return Item(record, first, last, Shape.LASTING, _end(start), _end(end), imported)
    ends = End.KNOWN if first else End.UNKNOWN, End.KNOWN if last else End.UNKNOWN
    if first != last:
        return Item(record, first, last, Shape.UNCERTAIN, *ends, imported)
    return Item(record, first, last, Shape.ABOUT if text[-1] in "?~%" else Shape.DAY, *ends, imported)


def lane_of_marks(items: Sequence[Item], whole: Period, steps: Sequence[Period]) -> Lane:
    """Lane with a mark for each record, as far as they have room; bars count the rest in these slots.

    The record's own come first. If one of them has no room, those of a long time that look alike share a mark, and if
    that does not suffice, those of a short time are all counted. If an imported one has no room, all of them are. So
    a bar counts all records of its sort.
    """
    own, imported = [one for one in items if not one.imported], [one for one in items if one.imported]
    lane, left = _stacked(([one] for one in own), whole, MOST_ROWS)
    if left:
        short = [one for one in own if _is_short(one, whole)]
        long = [one for one in own if not _is_short(one, whole)]
        lane, left = _stacked(_alike(long, whole), whole, MOST_ROWS)
        with_short, none = _stacked(([one] for one in short), whole, MOST_ROWS, lane)
        lane, left = (lane, [*left, short]) if none else (with_short, left)
    drawn, without = _stacked(([one] for one in imported), whole, MOST_IMPORTED_ROWS, lane)
    counted = [one for group in left for one in group]
    if not without:
        lane = drawn
    else:
        lane.imported = not counted
        counted += imported
    lane.bars = bars_of([count_in(slot, counted) for slot in steps], steps, whole) if counted else ()
    return lane


def bars_of(counts: Sequence[int], steps: Sequence[Period], whole: Period) -> Sequence[Bar]:
    """Bars for counts of slots; none where the count is 0. The first of the largest is marked as such."""
    most = max(counts, default=0)
    if not most:
        return ()
    room, found = BARS - 12, list[Bar]()
    for slot, count in zip(steps, counts, strict=True):
        if count:
            x, width = _extent(slot.first, slot.last, whole)
            height = max(2, round(room * count / most))
            largest = count == most and not any(bar.largest for bar in found)
            found.append(Bar(slot, count, x, width, height, largest))
    return found


def count_in(slot: Period, items: Iterable[Item]) -> int:
    """Number of records whose date can be in a slot, as `from` and `to` of the API count them."""
    return sum(slot.overlaps(one.first, one.last) for one in items)


def _stacked(
    groups: Iterable[Sequence[Item]], whole: Period, most: int, present: Lane | None = None
) -> tuple[Lane, Sequence[Sequence[Item]]]:
    """First-fit stacking: each group takes the first row with room for it, besides the marks of another lane.

    Also those that find none in `most` rows.
    """
    lane, left = Lane(present.rows, [*present.marks]) if present else Lane(), []
    taken: defaultdict[int, list[tuple[float, float]]] = defaultdict(list)
    for mark in lane.marks:
        taken[mark.row].append(_room(mark.x, mark.width))
    for group, x, width in sorted(((group, *_shown(group[0], whole)) for group in groups), key=_by_place):
        start, end = _room(x, width)
        free = (row for row in range(most) if all(end <= a or b <= start for a, b in taken[row]))
        row = next(free, None)
        if row is None:
            left.append(group)
            continue
        taken[row].append((start, end))
        lane.rows = max(lane.rows, row + 1)
        lane.marks.append(Mark(group, x, width, row, *_ends(group[0], whole)))
    lane.marks.sort(key=lambda mark: (mark.x, mark.row))
    return lane, left


def _by_place(placed: tuple[Sequence[Item], float, float]) -> tuple[float, float]:
    """Order of stacking: from the left, wide ones first."""
    _, x, width = placed
    return x, -width


def _room(x: float, width: float) -> tuple[float, float]:
    """What a mark takes of its row: at least the least width, around its middle, with a small gap."""
    half = max(width + 0.2, LEAST_WIDTH) / 2
    middle = x + width / 2
    return middle - half, middle + half


def _is_short(one: Item, whole: Period) -> bool:
    """Whether the mark of a record has no room for a number: a day has none even where it is wide."""
    return one.shape in (Shape.DAY, Shape.ABOUT) or _shown(one, whole)[1] < WIDE


def _alike(items: Iterable[Item], whole: Period) -> Sequence[Sequence[Item]]:
    """Groups of records whose marks look alike: those of the same dates, and those that fill the whole picture."""
    groups: dict[Any, list[Item]] = {}
    for one in items:
        groups.setdefault((_shown(one, whole), one.shape, _ends(one, whole)), []).append(one)
    return [*groups.values()]


def _shown(one: Item, whole: Period) -> tuple[float, float]:
    return _extent(one.first or whole.first, one.last or whole.last, whole)


def _extent(first: date, last: date, whole: Period) -> tuple[float, float]:
    """Place and width of some days in the picture; what is beyond it is cut off."""
    x = whole.place(max(first, whole.first))
    end = whole.place(min(last, whole.last)) + 100 / whole.days
    return round(x, 2), round(max(end - x, 0), 2)


def _ends(one: Item, whole: Period) -> tuple[End, End]:
    start = End.BEYOND if one.first and one.first < whole.first else one.start
    return start, End.BEYOND if one.last and one.last > whole.last else one.end


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _end(part: str) -> End:
    return End.OPEN if part == ".." else End.KNOWN if part else End.UNKNOWN


@dataclass(frozen=True, slots=True)
class LaneKey:
    """Which records a lane has: those of a collection and, if it is told, of a kind."""

    collection: str
    kind: str | None = None

    @property
    def query(self) -> dict[str, str]:
        """Filter of the lane, as the API names it."""
        return {"collection": self.collection} | ({"kind": self.kind} if self.kind else {})


def by_lane(items: Iterable[Item], key: Callable[[Item], LaneKey]) -> dict[LaneKey, list[Item]]:
    """Records by the lane that they are in."""
    found: dict[LaneKey, list[Item]] = {}
    for one in items:
        found.setdefault(key(one), []).append(one)
    return found
