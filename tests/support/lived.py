"""Pasts of the tiny world: publications after which its histories, changes and timeline have something to show."""

from tests.support.world import World, text

TREATY = {"collection": "legal-instruments", "id": "the-treaty"}


def versions(world: World) -> None:
    """Five revisions more: some of all that can be changed, records that come, go, and come back."""
    world.change("timeline-events", "tie", title={"en": "A tie", "fr": "Match nul"})
    world.change("timeline-events", "truce", kind="meeting")
    world.publish("Other words")
    world.change("timeline-events", "tie", date="1990-05", actors=["aland"])
    world.change("timeline-events", "war", citations=[{"source": "almanac"}])
    world.change("actors", "zara", roles=[{"title": text("Queen", "Reine"), "of": "borea", "period": "2001/2009"}])
    world.add("timeline-events", "dawn", "A dawn", kind="diplomacy", date="1951")
    world.add("actors", "peace", "Peace Party", kind="party")
    world.publish("Other facts")
    world.withdraw("timeline-events", "truce", "Counted twice")
    world.publish("A withdrawal")
    world.restore("timeline-events", "truce")
    world.publish("A return")
    world.change("timeline-events", "tie", place=text("Home"), kind="meeting", summary=text("Nobody won"))
    world.withdraw("timeline-events", "quarrel", "Never happened")
    world.publish("A tie in full")


def changes(world: World) -> None:
    """Three revisions more: two changes and an addition, two withdrawals, a return."""
    world.change("timeline-events", "tie", title={"en": "A tie", "fr": "Match nul"})
    world.change("actors", "borea", title=text("Boreas"))
    world.add("actors", "newland", "Newland", kind="state")
    world.publish("Two changes")
    world.withdraw("timeline-events", "truce", "Counted twice")
    world.withdraw("background-facts", "hunger", "Ended")
    world.publish("Withdrawals")
    world.restore("timeline-events", "truce")
    world.publish("A return")


def entries(world: World) -> None:
    """Four revisions more, in which the signing names the treaty and lets it go."""
    world.change("timeline-events", "signing", related=[])
    world.add("initiatives", "tie", "Neckties", kind="military", period="1990-05-01", lead="elba")
    world.publish()
    world.change("timeline-events", "signing", related=[TREATY, {"collection": "initiatives", "id": "tie"}])
    world.publish()
    world.withdraw("timeline-events", "signing")
    world.change("timeline-events", "war", title=text("Great war", "Grande guerre"), date="1950/1954")
    world.publish()
    world.change("legal-instruments", "the-rule", date="1999~")
    world.change("sanctions-measures", "no-apples", in_force_from=None, in_force_to=None)
    world.publish()
