"""Windows of the timeline, compared with a reckoning over all its entries in plain Python."""

import calendar
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.dates import publish_many_dates
from tests.support.reading import Reader
from tests.support.servers import begun

LIST = "timeline"
WINDOWS = ["1900", "1998", "1999", "2000", "2001", "2025", "1999-12", "2000-01", "2000-02", "2000-06", "2000-12"]
WINDOWS += ["1999-12-31", "2000-01-01", "2000-02-28", "2000-02-29", "2000-06-15", "2000-12-31", "2001-01-01"]


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """Reads the world with more dates than a page can hold."""
    world = begun(tmp_path_factory.mktemp("crowded") / "world.db")
    publish_many_dates(world)
    return Reader(world.db)


def first_day(period: str) -> str:
    return period + "0000-01-01"[len(period) :]


def last_day(period: str) -> str:
    month = int(period[5:7] or 12)
    return period if len(period) == 10 else f"{period[:4]}-{month:02}-{calendar.monthrange(int(period[:4]), month)[1]}"


def reckoned(entry: dict[str, Any], start: str | None, end: str | None, certain: bool) -> bool:
    """Whether an entry is in a window: overlaps it, or lies wholly inside."""
    earliest, latest = entry["earliest"], entry["latest"]
    after, before = first_day(start) if start else "0000", last_day(end) if end else "9999-99"
    if certain:
        return bool(earliest and latest and earliest >= after and latest <= before)
    return (latest or "9999-98") >= after and (earliest or "0000-1") <= before


@given(start=st.none() | st.sampled_from(WINDOWS), end=st.none() | st.sampled_from(WINDOWS), certain=st.booleans())
@settings(max_examples=60)
def test_a_window_holds_what_reckoning_over_all_entries_gives(
    crowded: Reader, start: str | None, end: str | None, certain: bool
) -> None:
    asked = {"from": start, "to": end, "certain": "true" if certain else None}
    query = "&".join(f"{name}={value}" for name, value in asked.items() if value)
    if start and end and first_day(start) > last_day(end):
        assert crowded.refused(f"{LIST}?{query}")[0] == "to"
        return
    expected = [entry["id"] for entry in crowded.walk(f"{LIST}?limit=200") if reckoned(entry, start, end, certain)]
    assert [entry["id"] for entry in crowded.walk(f"{LIST}?limit=150&{query}")] == expected
    assert crowded.page(f"{LIST}?limit=1&{query}").total == len(expected)


def test_the_order_is_that_of_first_day_last_day_id_and_collection(crowded: Reader) -> None:
    def place(entry: dict[str, Any]) -> tuple[str, str, str, str]:
        return entry["earliest"] or "0000", entry["latest"] or "9999-99", entry["id"], entry["collection"]

    met = crowded.walk(f"{LIST}?limit=200")
    assert len(met) == 258
    assert met == sorted(met, key=place)
    assert crowded.walk(f"{LIST}?limit=200&sort=-date") == met[::-1]
