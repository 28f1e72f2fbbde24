"""Importer `csis`: an event for each incident, with an id that stays, in words of our own."""

import pytest

from app.publishing.importers.base import InputFile, Reading, SeedForm
from app.publishing.importers.csis import IMPORTER
from app.publishing.importers.csis_terms import TYPES, events
from app.resources.events import TimelineEvent

HEADER = "date,type,event,description,resources,year"
LAUNCH = "2001-02-03,Missile Provocation,Short-range Missile Launch,It flew.,https://example.org/a,2001"
SECOND = "2001-02-03,Missile Provocation,Short-range Missile Launch,It flew too.,https://example.org/b,2001"
TEST = "2006-10-09,Nuclear Provocation,Nuclear Test,It shook.,https://example.org/c,2006"
QUARREL = "1976-08-18,Other Provocation,Panmunjom Axe Murder Incident,A tree.,https://example.org/d,1976"


def read(*rows: str) -> Reading:
    return IMPORTER.read([InputFile("csis.csv", "\n".join([HEADER, *rows]).encode(), "2026-11-26")])


def found(*rows: str) -> dict[str, SeedForm]:
    return {record["id"]: record for record in read(*rows).records.get("timeline-events", [])}


def test_each_incident_is_an_event_of_a_kind_that_fits() -> None:
    kinds = {id: record["kind"] for id, record in found(LAUNCH, TEST, QUARREL).items()}
    assert kinds == {
        "csis-2001-02-03-short-range-missile-launch": "missile-launch",
        "csis-2006-10-09-nuclear-test": "nuclear-test",
        "csis-1976-08-18-panmunjom-axe-murder-incident": "armed-conflict",
    }


def test_ids_stay_when_rows_are_sorted_added_or_reworded() -> None:
    before = found(LAUNCH, SECOND, TEST, QUARREL)
    reworded = LAUNCH.replace("It flew.", "It flew far.")
    after = found(QUARREL, TEST, SECOND, reworded, LAUNCH.replace("2001-02-03", "2001-02-04"))
    assert before.keys() < after.keys()
    assert {id: after[id] for id in before} == before


def test_two_incidents_of_a_day_are_numbered_in_the_order_of_their_addresses() -> None:
    assert [*found(SECOND, LAUNCH)] == [*found(LAUNCH, SECOND)]
    assert len({record["title"]["en"] for record in found(LAUNCH, SECOND).values()}) == 2


def test_an_incident_that_is_added_between_two_of_a_day_changes_neither() -> None:
    before, after = found(LAUNCH, SECOND), found(LAUNCH, SECOND.replace("example.org/b", "example.org/ab"), SECOND)
    assert len(after) == 3
    assert {id: after[id] for id in before} == before


def test_long_names_of_events_make_valid_ids_that_differ() -> None:
    long = "a" * 79 + " and more"
    ids = found(*(LAUNCH.replace("Short-range Missile Launch", f"{long}{end}") for end in ("", " yet")))
    assert {TimelineEvent.model_validate(record).id for record in ids.values()} == {
        f"csis-2001-02-03-{'a' * 79}",
        f"csis-2001-02-03-{'a' * 79}-2",
    }


def test_no_sentence_of_the_file_is_taken() -> None:
    (record,) = found(LAUNCH).values()
    assert "It flew" not in str(record)
    assert record["title"] == {
        "en": "Short-range missile launch, 3 February 2001",
        "fr": "Tir de missile à courte portée, 3 février 2001",
    }


def test_an_event_that_is_new_has_the_words_of_its_type() -> None:
    (record,) = found(LAUNCH.replace("Short-range Missile Launch", "Space Elevator")).values()
    assert (record["kind"], record["title"]["fr"][:32]) == ("missile-launch", "Provocation liée à un missile, 3")


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (LAUNCH.replace("2001-02-03", "2001-02-30"), "row-without-day"),
        (LAUNCH.replace("2001-02-03", "03/02/2001"), "row-without-day"),
        (LAUNCH.replace("2001-02-03", "1901-02-03"), "row-without-day"),
        (LAUNCH.replace(",2001", ",2011"), "row-of-two-years"),
        (TEST, "row-repeated"),
        (LAUNCH.replace("Missile Provocation", "Rumour"), "row-of-unknown-type"),
        (LAUNCH.replace("Short-range Missile Launch", ""), "row-without-value"),
    ],
)
def test_a_row_that_cannot_be_read_is_left_out_with_its_line(row: str, code: str) -> None:
    reading = read(TEST, row)
    assert [(one.line, one.code, one.expected) for one in reading.left_out] == [(3, code, False)]
    assert len(reading.records["timeline-events"]) == 1


def test_the_totals_are_by_type_and_the_source_is_current_to_the_newest_day() -> None:
    reading = read(LAUNCH, SECOND, TEST, QUARREL)
    assert [*reading.totals.values()] == [2, 1, 1]
    assert reading.sources[0]["content_as_of"] == "2006-10-09"


def test_every_term_makes_an_event_that_can_be_published() -> None:
    for name, term in {**events(), **TYPES}.items():
        row = LAUNCH.replace("Short-range Missile Launch", f'"{name}"')
        (record,) = found(row).values()
        event = TimelineEvent.model_validate(record)
        assert all(term), name
        assert event.kind == (term.kind if name in events() else "missile-launch")
