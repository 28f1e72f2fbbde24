"""JSON-LD of a record in the terms of schema.org, for search engines: what kind of thing it is, and what is sure of it.

Only what a term means exactly is said: a date is left out unless its day, month or year is known.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from app.about import LICENCE_PAGE, MAINTAINERS, NAME
from app.model.fields import Language

Node = dict[str, Any]
Titles = Callable[[str, str], str]  # title of a record by collection and id

_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")
_ACTORS = {
    "state": "Country",
    "person": "Person",
    "government-body": "GovernmentOrganization",
    "organization": "Organization",
    "party": "Organization",
    "group": "Organization",
}
_PARTIES = {"person": "Person", "entity": "Organization", "vessel": "Vehicle"}
_SOURCES = {"web-page": "WebPage", "dataset": "Dataset"}
_FORCE = {"in-force": "InForce", "ended": "NotInForce", "not-yet": "NotInForce"}


def page_node(record: Mapping[str, Any], lang: Language, address: str, title: Titles) -> Node:
    """JSON-LD of the page of a record at an address, with the record itself as `mainEntity`."""
    cited = dict.fromkeys(citation["url"] for citation in record["citations"] if citation["url"])
    page = {
        "@context": "https://schema.org",
        "@type": "WebPage",
        "url": address,
        "name": record["title"],
        "inLanguage": lang,
        "isPartOf": {"@type": "WebSite", "name": NAME[lang]},
        "publisher": {"@type": "Organization", "name": MAINTAINERS[lang]},
        "license": LICENCE_PAGE,
        "datePublished": record["published_at"],
        "version": str(record["revision"]),
        "citation": [*cited],
        "mainEntity": _entity(record, title),
    }
    return _given(page)


def _entity(record: Mapping[str, Any], title: Titles) -> Node:
    make = _ENTITIES[record["collection"]]
    general = {"@type": "Thing", "name": record["title"], "description": record["summary"]}
    return _given(general | make(record, title))


def _given(node: Mapping[str, Any]) -> Node:
    return {name: value for name, value in node.items() if value not in (None, [], "")}


def _event(record: Mapping[str, Any], title: Titles) -> Node:
    start, end = _span(record)
    place = {"@type": "Place", "name": record["place"]} if record["place"] else None
    about = [{"@type": "Thing", "name": title("actors", id)} for id in record["actors"]]
    return {"@type": "Event", "startDate": start, "endDate": end, "location": place, "about": about}


def _instrument(record: Mapping[str, Any], title: Titles) -> Node:
    issuer = record["issuer"]
    return {
        "@type": "Legislation",
        "legislationIdentifier": record["legal_citation"],
        "legislationType": record["kind"],
        "legislationDate": _date(record["date"]),
        "legislationPassedBy": {"@type": "Organization", "name": title("actors", issuer)} if issuer else None,
        "legislationLegalForce": _force(record),
        "alternateName": record["also_known_as"],
    }


def _measure(record: Mapping[str, Any], title: Titles) -> Node:
    instrument = {"@type": "Legislation", "name": title("legal-instruments", record["instrument"])}
    return {
        "@type": "Legislation",
        "legislationIdentifier": record["provision"],
        "legislationLegalForce": _force(record),
        "isPartOf": instrument,
    }


def _grant(record: Mapping[str, Any], title: Titles) -> Node:
    return {
        "@type": "MonetaryGrant",
        "amount": {"@type": "MonetaryAmount", "value": record["amount"], "currency": record["currency"]},
        "funder": {"@type": "Organization", "name": title("actors", record["donor"])},
    }


def _actor(record: Mapping[str, Any], _: Titles) -> Node:
    return {"@type": _ACTORS.get(record["kind"], "Thing"), "alternateName": record["also_known_as"]}


def _party(record: Mapping[str, Any], _: Titles) -> Node:
    names = [one["name"] for one in record["names"]]
    party = {
        "@type": _PARTIES.get(record["kind"], "Thing"),
        "identifier": record["reference_number"],
        "alternateName": [name for name in names if name != record["title"]],
    }
    born = record["birth_dates"]
    return party | ({"birthDate": _date(born[0])} if record["kind"] == "person" and len(born) == 1 else {})


def _source(record: Mapping[str, Any], _: Titles) -> Node:
    return {
        "@type": _SOURCES.get(record["kind"], "CreativeWork"),
        "url": record["address"],
        "inLanguage": record["language"],
        "publisher": {"@type": "Organization", "name": record["publisher"]},
    }


def _channel(record: Mapping[str, Any], _: Titles) -> Node:
    return {"@type": "Embassy"} if record["kind"] == "embassy" else {}


def _of_type(name: str) -> Callable[[Mapping[str, Any], Titles], Node]:
    return lambda _record, _title: {"@type": name}


_ENTITIES: Mapping[str, Callable[[Mapping[str, Any], Titles], Node]] = {
    "timeline-events": _event,
    "engagement-topics": _of_type("DefinedTerm"),
    "policy-positions": _of_type("CreativeWork"),
    "sanctions-measures": _measure,
    "legal-instruments": _instrument,
    "funding-records": _grant,
    "initiatives": _of_type("Project"),
    "diplomatic-channels": _channel,
    "background-facts": _of_type("Claim"),
    "actors": _actor,
    "designations": _party,
    "sources": _source,
}


def _date(edtf: str | None) -> str | None:
    return edtf if edtf and _DATE.fullmatch(edtf) else None


def _span(record: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Start and end of an event, each if it is a day, month or year."""
    start, slash, end = record["date"].partition("/")
    return _date(start), _date(end) if slash else None


def _force(record: Mapping[str, Any]) -> str | None:
    force = _FORCE.get(record["status"])
    return f"https://schema.org/{force}" if force else None
