"""Bar chart: one bar for each year with a figure. A year without one is a gap, which is not a bar of zero.

Across, all numbers are percent of the width; down, pixels. The same picture then fits any screen, and its text stays
as large as the page's.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from itertools import groupby

LEFT = 12.0  # percent, for the labels of the amounts
TOP, BASE, HEIGHT = 12, 132, 162  # pixels: the highest line, the line of zero, the whole
_MOST_YEARS = 100  # narrower bars cannot be seen on a phone
_MOST_LINES = 4
_APART = 12.0  # percent between the labels of two years, so that they do not touch on a phone
_UNITS = (1_000_000_000, 1_000_000, 1_000, 1)
_STEPS = (1, 2, 5, 10, 20, 25, 50)  # years from one label to the next


@dataclass(frozen=True, slots=True)
class Bar:
    """Bar of a year."""

    year: int
    x: float
    width: float
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Gap:
    """Gap: years from `first` to `last`, none of which has a figure."""

    first: int
    last: int
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Tick:
    """Tick of an axis: a number, which is to be written at this place."""

    number: Decimal | int
    at: float


@dataclass(frozen=True, slots=True)
class BarChart:
    """Bar chart: what is to be drawn. The numbers of `lines` are in units of `unit`: such as a million."""

    bars: Sequence[Bar]
    gaps: Sequence[Gap]
    years: Sequence[Tick]
    lines: Sequence[Tick]
    unit: int
    base: int = BASE
    height: int = HEIGHT


def bar_chart(amounts: Mapping[int, Decimal], first: int, last: int) -> BarChart:
    """Bar chart of amounts by year, from one year to another; of more than 100 years it shows the last."""
    first = max(first, last - _MOST_YEARS + 1)
    years = range(first, last + 1)
    slot = (100 - LEFT) / len(years)
    most = max(amounts.values(), default=Decimal(0))
    step = _step(most)
    top = step * max(Decimal(1), (most / step).to_integral_value(ROUND_CEILING))

    def left(year: int) -> float:
        return LEFT + (year - first) * slot

    def height(amount: Decimal) -> float:
        return round(float(amount / top) * (BASE - TOP), 2)

    bars = [
        Bar(year, round(left(year) + slot * 0.1, 3), round(slot * 0.8, 3), round(BASE - high, 2), high)
        for year, high in ((year, height(amounts[year])) for year in years if year in amounts)
    ]
    gaps = [
        Gap(start, end, round(left(start) + slot * 0.1, 3), round(slot * (end - start + 0.8), 3))
        for start, end in ranges(year for year in years if year not in amounts)
    ]
    unit = next(unit for unit in _UNITS if unit <= step or unit == 1)
    lines = [Tick(_plain(step * n / unit), BASE - height(step * n)) for n in range(int(top / step) + 1)]
    between = next((years for years in _STEPS if years * slot >= _APART), _STEPS[-1])
    ticks = [Tick(year, round(left(year) + slot / 2, 3)) for year in years if year % between == 0]
    return BarChart(bars, gaps, ticks, lines, unit)


def ranges(years: Iterable[int]) -> list[tuple[int, int]]:
    """Ranges: years in order, each run without a break as its first and last."""
    runs = groupby(enumerate(years), key=lambda pair: pair[1] - pair[0])
    found = [[year for _, year in run] for _, run in runs]
    return [(run[0], run[-1]) for run in found]


def _step(most: Decimal) -> Decimal:
    """Distance of two lines: 1, 2 or 5 times a power of ten, so that at most four lines lie above zero."""
    if not most:
        return Decimal(1)
    power = Decimal(10) ** (most.adjusted() - 1)
    return next(power * n for n in (1, 2, 5, 10, 20, 50, 100) if power * n * _MOST_LINES >= most)


def _plain(value: Decimal) -> Decimal:
    """The same number without zeros at its end, and without an exponent."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()
