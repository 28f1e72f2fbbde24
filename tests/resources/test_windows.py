"""Windows over records whose start is not known: possibly inside as far back as one asks, never surely."""

import httpx
import pytest

from tests.support.world import World, ids

LIST = "/v1/initiatives"


@pytest.fixture
def startless(world: World, api: httpx.Client) -> httpx.Client:
    """Initiatives that ended in a known year: one begun nobody knows when, one of open start, one of that year."""
    world.add("initiatives", "unknown", "Of unknown start", kind="military", period="/2000")
    world.add("initiatives", "open", "Of open start", kind="military", period="../2000")
    world.add("initiatives", "bounded", "Of one year", kind="military", period="2000")
    world.publish()
    return api


@pytest.mark.parametrize(
    ("window", "possibly", "surely"),
    [
        ("to=2000", ["bounded", "open", "unknown"], ["bounded"]),
        ("to=1000", ["open", "unknown"], []),
        ("from=1000&to=2000", ["bounded", "open", "unknown"], ["bounded"]),
        ("from=2000", ["bounded", "open", "unknown"], ["bounded"]),
        ("from=2001", [], []),
    ],
)
def test_an_unknown_or_open_start_has_no_bound_and_is_never_surely_inside(
    startless: httpx.Client, window: str, possibly: list[str], surely: list[str]
) -> None:
    assert ids(startless, f"{LIST}?kind=military&{window}") == possibly
    assert ids(startless, f"{LIST}?kind=military&{window}&certain=true") == surely
