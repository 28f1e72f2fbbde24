"""What a publication refuses of each collection, by file, id, field and reason."""

from typing import Any

import pytest

from tests.support.world import World, text

CHANGED = {  # the record of each collection that is changed
    "actors": "zara",
    "background-facts": "hunger",
    "diplomatic-channels": "embassy",
    "engagement-topics": "trade",
    "funding-records": "aid-2010",
    "initiatives": "patrol",
    "legal-instruments": "the-rule",
    "policy-positions": "be-kind",
    "sanctions-measures": "no-loans",
    "sources": "gazette",
    "timeline-events": "tie",
}
WINK = {"kind": "wink", "title": text("Wink"), "instrument": "the-law"}
LEAVE = {"kind": "permit", "title": text("Leave"), "instrument": "no-law"}

# The beginning of the fault, behind the file's name and the id
UNFIT: list[tuple[str, dict[str, Any], str]] = [
    ("actors", {"kind": "ghost"}, 'kind: "ghost" is not known. Allowed: state, person, '),
    ("actors", {"code": "ax"}, 'code: "ax" does not match the pattern '),
    ("actors", {"topics": ["peace"]}, "topics: is not a field here"),
    ("actors", {"roles": [{"title": {"en": "Queen"}}]}, "roles.0.title.fr: is required"),
    ("actors", {"roles": [{"title": text("Queen"), "period": "?"}]}, "roles.0.period: '?' is not"),
    ("background-facts", {"kind": "rumour"}, 'kind: "rumour" is not known. Allowed: governance, '),
    ("background-facts", {"period": "always"}, "period: 'always' is not a date of the EDTF"),
    ("diplomatic-channels", {"kind": "pigeon"}, 'kind: "pigeon" is not known. Allowed: embassy, '),
    ("diplomatic-channels", {"sending_state": None}, "sending_state: null is not a text"),
    ("engagement-topics", {"number": 0}, "number: must be at least 1"),
    ("engagement-topics", {"number": 1.5}, "number: 1.5 is not a whole number"),
    ("engagement-topics", {"policy": None}, "policy: null is not a text"),
    ("engagement-topics", {"topics": ["peace"]}, "topics: is not a field here"),
    *(
        ("funding-records", {"amount": amount}, "amount: ")
        for amount in ("1,000", "-5", "05", "1e6", "1.23456", ".5", "1234567890123456789", 1000, "1000\n")
    ),
    ("funding-records", {"currency": "cad"}, "currency: "),
    ("funding-records", {"currency": "CAD\n"}, "currency: "),
    ("funding-records", {"basis": "promise"}, "basis: "),
    ("funding-records", {"sector": "military"}, "sector: "),
    ("funding-records", {"cumulative": None}, "cumulative: "),
    ("funding-records", {"period": "2010/2009"}, "period: "),
    ("funding-records", {"reported_as_of": "lately"}, "reported_as_of: "),
    ("funding-records", {"donor": None}, "donor: "),
    ("initiatives", {"kind": "party"}, 'kind: "party" is not known. Allowed: military, naval, '),
    ("initiatives", {"period": None}, "period: null is not a text"),
    ("legal-instruments", {"kind": "poem"}, 'kind: "poem" is not known. Allowed: statute, regulation, '),
    ("legal-instruments", {"legal_citation": "R 1"}, "legal_citation: "),
    ("legal-instruments", {"in_force_from": "../2000"}, "in_force_from: is an interval: write a single date"),
    (
        "legal-instruments",
        {"in_force_from": "2001-02", "in_force_to": "2001-01"},
        "in_force_to: ends before in_force_from=",
    ),
    ("policy-positions", {"status": "void"}, 'status: "void" is not known. Allowed: current, ended'),
    ("policy-positions", {"kind": "wish"}, 'kind: "wish" is not known. Allowed: policy, call, '),
    ("policy-positions", {"stated_on": "spring"}, "stated_on: 'spring' is not a date of the"),
    (
        "sanctions-measures",
        {"regime": "private"},
        'regime: "private" is not known. Allowed: autonomous, united-nations, ',
    ),
    (
        "sanctions-measures",
        {"scope": "all"},
        'scope: "all" is not known. Allowed: country, sector, goods, listed-parties',
    ),
    ("sanctions-measures", {"in_force_from": "2007/2008"}, "in_force_from: is an interval: write a single date"),
    ("sanctions-measures", {"in_force_to": "2006"}, "in_force_to: ends before in_force_from="),
    (
        "sanctions-measures",
        {"exceptions": [{"title": text("Old"), "in_force_from": "2002", "in_force_to": "2001"}]},
        "exceptions.0.in_force_to: ends before in_force_from=",
    ),
    ("sanctions-measures", {"instrument": None}, "instrument: null is not a text"),
    ("sanctions-measures", {"provision": "s. 2"}, "provision: "),
    (
        "sanctions-measures",
        {"authorizations": [WINK]},
        'authorizations.0.kind: "wink" is not known. Allowed: permit, certificate',
    ),
    ("sources", {"kind": "rumour"}, "kind: "),
    *(
        ("sources", {"address": address}, "address: ")
        for address in ("gazette.example", "ftp://gazette.example/page", "https://gazette.example/a b")
    ),
    ("sources", {"address": "https://gazette.example/page\n"}, "address: "),
    ("sources", {"language": "de"}, "language: "),
    ("sources", {"licence": "CC0"}, "licence: "),
    ("sources", {"content_as_of": "2011-31"}, "content_as_of: "),
    ("sources", {"retrieved_on": "2026-02-30"}, "retrieved_on: "),
    ("sources", {"retrieved_on": "2026-02"}, "retrieved_on: "),
    ("sources", {"text_sha256": "ABCD"}, "text_sha256: "),
    ("sources", {"publisher": None}, "publisher: "),
    ("timeline-events", {"kind": "party"}, 'kind: "party" is not known. Allowed: nuclear-test, '),
    ("timeline-events", {"date": "2017-02-30"}, "date: '2017-02-30' is not a date of the EDTF"),
    ("timeline-events", {"date": "1953/1950"}, "date: '1953/1950' is not a date of the EDTF"),
    ("timeline-events", {"date": None}, "date: null is not a text"),
    ("timeline-events", {"earliest": "1990-05-01"}, "earliest is computed when a record is"),
    ("timeline-events", {"place": {"en": "Here"}}, "place.fr: is required"),
    ("timeline-events", {"participants": []}, "participants: is not a field here"),
    ("timeline-events", {"citations": []}, "citations: must have 1 or more values"),
]


@pytest.mark.parametrize(("collection", "fields", "fault"), UNFIT)
def test_a_record_that_does_not_fit_is_refused_by_file_id_field_and_reason(
    draft: World, collection: str, fields: dict[str, Any], fault: str
) -> None:
    draft.change(collection, CHANGED[collection], **fields)
    (found,) = draft.faults()
    assert found.startswith(f"{collection}.toml: {CHANGED[collection]}: {fault}")


# The field that names a record that does not exist, and the collection that this would have to be in
DANGLING: list[tuple[str, dict[str, Any], str, str]] = [
    ("actors", {"roles": [{"title": text("Queen"), "of": "nowhere"}]}, "of: names nowhere", "actors"),
    ("background-facts", {"about": ["who"]}, "about: names who", "actors"),
    ("diplomatic-channels", {"operated_by": "who"}, "operated_by: names who", "actors"),
    ("diplomatic-channels", {"accredited_to": ["who"]}, "accredited_to: names who", "actors"),
    ("engagement-topics", {"policy": "war"}, "policy: names war", "policy-positions"),
    ("funding-records", {"recipient": "who"}, "recipient: names who", "actors"),
    ("funding-records", {"delivery_channels": ["who"]}, "delivery_channels: names who", "actors"),
    ("initiatives", {"lead": "who"}, "lead: names who", "actors"),
    ("initiatives", {"partners": ["who"]}, "partners: names who", "actors"),
    ("legal-instruments", {"amends": ["the-song"]}, "amends: names the-song", "legal-instruments"),
    ("legal-instruments", {"parties": ["who"]}, "parties: names who", "actors"),
    ("policy-positions", {"addressee": "who"}, "addressee: names who", "actors"),
    ("sanctions-measures", {"authorizations": [LEAVE]}, "instrument: names no-law", "legal-instruments"),
    ("sanctions-measures", {"replaces": ["no-pears"]}, "replaces: names no-pears", "sanctions-measures"),
    ("timeline-events", {"actors": ["nobody"]}, "actors: names nobody", "actors"),
    ("timeline-events", {"topics": ["nothing"]}, "topics: names nothing", "engagement-topics"),
    ("timeline-events", {"instruments": ["no-law"]}, "instruments: names no-law", "legal-instruments"),
    (
        "timeline-events",
        {"related": [{"collection": "initiatives", "id": "nought"}]},
        "related: names nought",
        "initiatives",
    ),
    ("timeline-events", {"related": [{"collection": "dreams", "id": "nought"}]}, "related: names nought", "dreams"),
]


@pytest.mark.parametrize(("collection", "fields", "fault", "target"), DANGLING)
def test_a_record_cannot_name_what_is_not_there(
    draft: World, collection: str, fields: dict[str, Any], fault: str, target: str
) -> None:
    draft.change(collection, CHANGED[collection], **fields)
    assert draft.faults() == [f"{collection}: {CHANGED[collection]}: {fault}, which is not in {target}"]


def test_a_measure_may_end_in_the_year_it_begins_in(world: World) -> None:
    world.change("sanctions-measures", "no-loans", in_force_from="2007-03", in_force_to="2007")
    assert world.publish() is not None
