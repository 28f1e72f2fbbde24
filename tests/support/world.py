"""A tiny named world: two countries, a gazette, a treaty, and what happened between them."""

from collections.abc import Mapping
from copy import deepcopy
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from unittest.mock import patch

import httpx
import pytest

from app import __version__
from app.messages import line
from app.publishing.faults import PublicationError
from app.publishing.publish import Lenient, publish
from app.publishing.submission import Submission
from app.resources.registry import COLLECTIONS
from app.store.engines.sqlite import SqliteDatabase
from app.store.tables import Revision

Record = dict[str, Any]


def text(en: str, fr: str | None = None) -> dict[str, str]:
    """Words in both languages; the French ones may be left to be recognized by their ending."""
    return {"en": en, "fr": fr or f"{en} (fr)"}


def record(id: str, title: str, **fields: Any) -> Record:
    """A record that cites the gazette."""
    own = {
        "id": id,
        "title": text(title),
        "summary": text(f"Summary of {title}"),
        "citations": [{"source": "gazette"}],
    }
    return own | fields


RECORDS: dict[str, list[Record]] = {
    "sources": [
        record(
            "gazette",
            "The gazette",
            kind="web-page",
            publisher=text("Gazette Press", "Presse de la Gazette"),
            address="https://gazette.example/page",
            language="en",
            licence=text("Public domain", "Domaine public"),
            citations=[],
            undivided=True,
        ),
        record(
            "almanac",
            "The almanac",
            kind="dataset",
            publisher=text("Almanac Office", "Bureau de l’Almanach"),
            address="https://almanac.example/#years",
            language="fr",
            licence=text("By request", "Sur demande"),
            content_as_of="2011",
            undivided=True,
        ),
    ],
    "actors": [
        record("aland", "Åland", kind="state", code="AX"),
        record("borea", "Borea", kind="state"),
        record("elba", "Élba", kind="organization"),
        record(
            "zara",
            "Zara",
            kind="person",
            roles=[{"title": text("Queen", "Reine"), "of": "borea", "period": "2001/.."}],
        ),
    ],
    "policy-positions": [
        record(
            "be-kind",
            "Be kind",
            kind="policy",
            status="current",
            stated_on="2010",
            addressee="borea",
            topics=["peace"],
        ),
        record(
            "trade-more",
            "Trade more",
            kind="call",
            status="ended",
            addressee="borea",
            instruments=["the-treaty"],
        ),
    ],
    "engagement-topics": [
        record("peace", "Peace", number=1, policy="be-kind"),
        record("trade", "Trade", number=2, policy="be-kind"),
    ],
    "legal-instruments": [
        record(
            "the-treaty",
            "The treaty",
            kind="treaty",
            legal_citation=text("T 1"),
            parties=["aland", "borea"],
            date="1990-05-01",
            in_force_from="1991",
        ),
        record(
            "the-law",
            "The law",
            kind="statute",
            issuer="aland",
            in_force_from="2000-01-01",
            in_force_to="2009-12-31",
        ),
        record("the-rule", "The rule", kind="regulation", enabled_by=["the-law"], implements=["the-treaty"]),
    ],
    "sanctions-measures": [
        record(
            "no-apples",
            "No apples",
            regime="autonomous",
            kind="import-ban",
            scope="goods",
            instrument="the-law",
            provision=text("s. 2", "art. 2"),
            in_force_from="2005",
            in_force_to="2006-06",
            exceptions=[{"title": text("Crab apples", "Pommettes"), "provision": text("s. 3", "art. 3")}],
            authorizations=[{"kind": "permit", "title": text("Apple permit"), "instrument": "the-rule"}],
        ),
        record(
            "no-boats",
            "No boats",
            regime="united-nations",
            kind="ship-ban",
            scope="country",
            instrument="the-rule",
            replaces=["no-apples"],
        ),
        record(
            "no-loans",
            "No loans",
            regime="autonomous",
            kind="financial-services-ban",
            scope="sector",
            instrument="the-law",
            implements=["the-treaty"],
            in_force_from="2007-03-01",
            topics=["trade"],
        ),
    ],
    "timeline-events": [
        record(
            "war",
            "The war",
            kind="armed-conflict",
            date="1950/1953",
            actors=["aland", "borea"],
            topics=["peace"],
            citations=[
                {
                    "source": "gazette",
                    "section": "News",
                    "fragment": {"start": "War began", "end": "at last, it ended"},
                },
                {"source": "almanac", "section": "1950", "fragment": {"start": "a war"}},
            ],
        ),
        record("truce", "The truce", kind="agreement", date="1953-07", actors=["borea"], topics=["peace"]),
        record(
            "signing",
            "The signing",
            kind="agreement",
            date="1990-05-01",
            instruments=["the-treaty"],
            place=text("Elba Castle", "Château d’Elbe"),
            related=[{"collection": "legal-instruments", "id": "the-treaty"}],
        ),
        record("quarrel", "The quarrel", kind="diplomacy", date="2004?/", topics=["trade", "peace"]),
        record("feud", "The feud", kind="diplomacy", date="/.."),
        record("tie", "A tie", kind="diplomacy", date="1990-05-01"),
    ],
    "funding-records": [
        record(
            "aid-2010",
            "Aid in 2010",
            amount="1000.50",
            currency="CAD",
            basis="disbursement",
            cumulative=False,
            sector="humanitarian",
            period="2010",
            donor="aland",
            delivery_channels=["elba"],
            recipient="borea",
        ),
        record(
            "aid-so-far",
            "Aid so far",
            amount="38900000",
            currency="USD",
            basis="unspecified",
            cumulative=True,
            sector="all",
            period="2005/",
            donor="aland",
        ),
    ],
    "initiatives": [record("patrol", "The patrol", kind="naval", period="2018/..", lead="aland", partners=["elba"])],
    "designations": [
        record(
            "party-one",
            "The skipper",
            kind="person",
            reference_number="BOi.001",
            names=[
                {"name": "SKIPPER UNO", "kind": "primary"},
                {"name": "Skipper Unno", "kind": "alias", "quality": "low"},
            ],
            birth_dates=["1950", "[1951..1953]"],
            birth_places=["Borea City"],
            nationalities=["Borea"],
            positions=["Skipper"],
            documents=[{"kind": "Passport", "number": "B1", "country": "Borea"}],
            addresses=["Harbour Street, Borea City"],
            listed_on="1991-05-02",
            amended_on="1992-01-01",
            status="in-force",
            status_as_of="2001-01-01",
            resolutions=["the-law"],
            measures=["no-boats"],
        ),
    ],
    "diplomatic-channels": [
        record(
            "embassy",
            "The embassy",
            kind="embassy",
            sending_state="aland",
            receiving_state="elba",
            accredited_to=["borea"],
            place=text("Elba Town"),
        )
    ],
    "background-facts": [
        record("hunger", "Hunger", kind="situation", about=["borea"]),
        record("old-feud", "An old feud", kind="conduct", about=["borea"], period="199X"),
    ],
}


class Clock(datetime):
    """A clock that stays where `World` sets it."""

    set_to = datetime(2020, 1, 1, tzinfo=UTC)

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "Clock":
        """One second before `published_at` of the next revision."""
        return cls.fromtimestamp(cls.set_to.timestamp() - 1, tz)


class World:
    """The tiny world in a database: change `records`, then publish. Revision 1 is of 1 January 2020."""

    def __init__(self, db: SqliteDatabase, revisions: int = 0) -> None:
        self.db = db
        self.records = deepcopy(RECORDS)
        self.withdrawn: dict[str, list[Mapping[str, Any]]] = {}
        self.revisions = revisions

    def publish(self, note: str = "A change") -> Revision | None:
        """Publish what the world is now; the revision, or None if nothing differs."""
        with patch("app.clock.datetime", Clock):
            Clock.set_to = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=self.revisions)
            revision = publish(self.db, COLLECTIONS, self.submissions(), "The test", text(note), lenient=Lenient.CLOCK)
        self.revisions += revision is not None
        return revision

    def submissions(self) -> list[Submission]:
        """What the world is now, one submission a collection."""
        return [
            Submission(f"{name}.toml", name, records, self.withdrawn.get(name, ()))
            for name, records in self.records.items()
        ]

    def faults(self) -> list[str]:
        """What a publication of the world as it is now is refused for, line by line."""
        with pytest.raises(PublicationError) as caught:
            self.publish()
        return [line(fault) for fault in caught.value.faults]

    def of(self, collection: str, id: str) -> Record:
        """A record to change."""
        return next(record for record in self.records[collection] if record["id"] == id)

    def change(self, collection: str, id: str, **fields: Any) -> None:
        """Set fields of a record."""
        self.of(collection, id).update(fields)

    def publish_with_change(self, collection: str, id: str, **fields: Any) -> None:
        """Set fields of a record and publish."""
        self.change(collection, id, **fields)
        assert self.publish() is not None

    def add(self, collection: str, id: str, title: str, **fields: Any) -> None:
        """Put in a record that cites the gazette."""
        self.records[collection].append(record(id, title, **fields))

    def withdraw(self, collection: str, id: str, reason: str = "Gone") -> None:
        """Take a record out, with the reason."""
        self.records[collection].remove(self.of(collection, id))
        self.withdrawn.setdefault(collection, []).append({"id": id, "reason": text(reason)})

    def restore(self, collection: str, id: str) -> None:
        """Put a record that was withdrawn back in, as it was in the beginning."""
        self.withdrawn[collection] = [gone for gone in self.withdrawn[collection] if gone["id"] != id]
        self.records[collection].append(deepcopy(next(one for one in RECORDS[collection] if one["id"] == id)))


def tag(client: httpx.Client, revision: int, lang: str, form: str) -> str:
    """The entity tag of an answer for a revision, its language and format (with what else its bytes depend on)."""
    digest = client.get(f"/v1/revisions/{revision}").json()["data"]["digest"]
    return f'"{revision}.{digest[:8]}-{__version__}-{lang}-{form}-identity"'


def ids(client: httpx.Client, path: str) -> list[str]:
    """The ids of a list, as they come; the answer must be 200."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return [row["id"] for row in answer.json()["data"]]


def refused(client: httpx.Client, path: str) -> list[tuple[str, str]]:
    """Parameter and detail of each error of an answer that must be 422."""
    answer = client.get(path)
    assert answer.status_code == 422, answer.text
    return [(error["parameter"], error["detail"]) for error in answer.json()["errors"]]


def change_every_position(world: World) -> None:
    """Publish a revision in which events come, go and move: no position in their list means what it did."""
    world.add("timeline-events", "dawn", "A dawn", kind="diplomacy", date="1951")
    world.add("timeline-events", "zenith", "Zenith", kind="diplomacy", date="3000")
    world.change("timeline-events", "tie", date="1940", title=text("Zz tie"))
    world.change("timeline-events", "war", date="2020")
    world.withdraw("timeline-events", "truce")
    world.publish()
