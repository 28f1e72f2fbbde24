"""A tiny named world: two countries, a gazette, a treaty, and what happened between them."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from app.collections import COLLECTIONS
from app.db import Database
from app.ledger import Revision
from app.publish import Submission, publish

Record = dict[str, Any]


def text(en: str, fr: str | None = None) -> dict[str, str]:
    """Words in both languages; the French ones may be left to be recognized by their ending."""
    return {"en": en, "fr": fr or f"{en} (fr)"}


def record(id: str, title: str, **fields: Any) -> Record:
    """A record that cites the gazette."""
    own = {"id": id, "title": text(title), "summary": text(f"Summary of {title}"), "citations": [{"source": "gazette"}]}
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
        )
    ],
    "actors": [
        record("aland", "Åland", kind="state", code="AX"),
        record("borea", "Borea", kind="state"),
        record("elba", "Élba", kind="organization"),
        record("zara", "Zara", kind="person", roles=[{"title": text("Queen", "Reine"), "of": "borea", "period": "2001/.."}]),
    ],
    "policy-positions": [
        record("be-kind", "Be kind", kind="policy", status="current", stated_on="2010", addressee="borea", topics=["peace"]),
        record("trade-more", "Trade more", kind="call", status="ended", addressee="borea", instruments=["the-treaty"]),
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
        record("the-law", "The law", kind="statute", issuer="aland", in_force_from="2000-01-01", in_force_to="2009-12-31"),
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
    ],
    "timeline-events": [
        record("war", "The war", kind="armed-conflict", date="1950/1953", actors=["aland", "borea"], topics=["peace"]),
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


class World:
    """The tiny world in a database: change `records`, then publish."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.records = deepcopy(RECORDS)
        self.withdrawn: dict[str, list[Mapping[str, Any]]] = {}

    def publish(self, note: str = "A change") -> Revision | None:
        """Publish what the world is now; the revision, or None if nothing differs."""
        submissions = [
            Submission(f"{name}.toml", name, records, self.withdrawn.get(name, ()))
            for name, records in self.records.items()
        ]
        return publish(self.db, COLLECTIONS, submissions, "The test", text(note))

    def of(self, collection: str, id: str) -> Record:
        """A record to change."""
        return next(record for record in self.records[collection] if record["id"] == id)

    def withdraw(self, collection: str, id: str, reason: str = "Gone") -> None:
        """Take a record out, with the reason."""
        self.records[collection].remove(self.of(collection, id))
        self.withdrawn.setdefault(collection, []).append({"id": id, "reason": text(reason)})
