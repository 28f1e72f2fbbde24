"""Pasts of the tiny world: publications after which its histories, changes and timeline have something to show."""

from tests.support.world import RECORDS, World, text

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


def disturb(world: World) -> None:
    """One revision more: an early and a late entry, one that moves, and one that comes or goes, by turns."""
    turn = world.revisions
    world.add("initiatives", f"early-{turn}", "Early", kind="military", period="1951")
    world.add("initiatives", f"late-{turn}", "Late", kind="military", period="3000")
    world.change("timeline-events", "tie", date=f"19{turn:02}")
    world.change("timeline-events", "signing", related=[] if turn % 2 else [TREATY])
    world.publish()


def second(world: World) -> None:
    """One revision more: other words of a record that many name, a withdrawal, an addition."""
    world.change("actors", "borea", title=text("Boreas", "Borée"))
    world.withdraw("timeline-events", "feud", "Never was")
    world.add("timeline-events", "dawn", "A dawn of war", kind="diplomacy", date="1951", actors=["borea"])
    for id, heard in (("morning", "Lark, lark, owl"), ("evening", "Lark, owl, owl"), ("night", "Owl")):
        world.add("background-facts", id, "What is heard", kind="situation", about=[], summary=text(heard, heard))
    world.publish("Second")


def later(world: World) -> None:
    """Three revisions more, which touch all that answers for the first two are made of."""
    world.change("actors", "borea", title=text("Zorea", "Zorée"), kind="organization")
    world.change("engagement-topics", "peace", title=text("War and peace", "Guerre et paix"))
    world.change("sources", "gazette", title=text("War gazette"), address="https://elsewhere.example/")
    world.change("timeline-events", "war", title=text("Another war"), date="2020", actors=["zara"], topics=["trade"])
    world.change("timeline-events", "signing", related=[])
    world.publish("Third")
    world.withdraw("timeline-events", "truce", "Counted twice")
    world.withdraw("funding-records", "aid-2010", "Never paid")
    world.restore("timeline-events", "feud")
    almanac = world.of("sources", "almanac")
    world.records["sources"].append(almanac | {"id": "chronicle", "title": text("The war chronicle")})
    for number in range(9):
        words = {"summary": text(f"War, war, lark and borea {number}"), "citations": [{"source": "chronicle"}]}
        world.add("timeline-events", f"war-{number}", "A war", kind="agreement", date="1952", **words)
    world.publish("Fourth")
    world.restore("timeline-events", "truce")
    world.change("sanctions-measures", "no-apples", in_force_from="2010", in_force_to=None, instrument="the-rule")
    same = ("basis", "cumulative", "currency", "donor", "period", "recipient", "sector")
    paid = {name: RECORDS["funding-records"][0][name] for name in same}
    world.add("funding-records", "aid-2011", "More aid", amount="0.01", **paid)
    for name, records in world.records.items():
        records[0]["summary"] = text(f"Other words of {name}")
    world.publish("Fifth")
