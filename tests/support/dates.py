"""Dates of every kind, and a world with more of them than a page can hold."""

import random

from tests.support.world import World

DATES = [
    *("1999", "2000", "2001", "1999-12", "2000-01", "2000-02", "2000-06", "2000-12", "2001-01", "200X", "20XX"),
    *("1999-12-31", "2000-01-01", "2000-02-29", "2000-06-15", "2000-12-31", "2001-01-01", "2000-06-XX", "2000-XX-XX"),
    *("1999/2000", "2000/2001", "1999/2001", "2000-01/2000-06", "2000-02-29/2000-03", "2000-06-15~/2000-12-31?"),
    *("1999/..", "2000/..", "2001/..", "2000-06/", "2001-01-01/", "../1999", "../2000", "/2000-06", "/2001", "/.."),
    *("1948/2030", "2000?", "2000-06~", "2000-06-15%", "2024", "1950-01-01"),
]


def publish_many_dates(world: World) -> None:
    """Publish 246 initiatives, six of each date, in no order."""
    for number, period in enumerate(DATES * 6):
        world.add("initiatives", f"i-{number:03}", f"Number {number}", kind="military", period=period)
    random.Random(1).shuffle(world.records["initiatives"])
    world.publish()
