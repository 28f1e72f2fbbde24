"""Citations: CSL-JSON that version 1.0.2 of its schema admits, one item that names the statement's revision."""

from typing import Any

import pytest

from app.formats.csl import citation, event_date
from app.model.fields import Language
from tests.support.csl import fits

ADDRESS = "https://dossier.example/v1/timeline-events/first-test?revision=3"
RECORD = {
    "id": "first-test",
    "kind": "nuclear-test",
    "title": "First test",
    "summary": "A test was announced.",
    "date": "2006-10-09",
    "earliest": "2006-10-09",
    "latest": "2006-10-09",
    "topics": [],
    "citations": [{"source": "gazette"}],
    "revision": 3,
    "published_at": "2026-01-02T23:59:30Z",
    "url": "/v1/timeline-events/first-test",
}


def cited(lang: Language = "en", collection: str = "timeline-events", **changes: Any) -> dict[str, Any]:
    """The one item for the record with changes."""
    (item,) = citation(RECORD | changes, collection=collection, lang=lang, address=ADDRESS)
    return item


def test_an_event_in_full() -> None:
    assert citation(RECORD, collection="timeline-events", lang="en", address=ADDRESS) == [
        {
            "id": "timeline-events/first-test@3",
            "type": "webpage",
            "title": "First test",
            "container-title": "Canada–North Korea dossier",
            "author": [{"literal": "Maintainers of the dossier"}],
            "issued": {"date-parts": [[2026, 1, 2]]},
            "version": "revision 3",
            "URL": ADDRESS,
            "language": "en",
            "abstract": "A test was announced.",
            "event-date": {"date-parts": [[2006, 10, 9]]},
        }
    ]


def test_in_french_the_dossier_its_maintainers_and_the_revision_are_named_in_french() -> None:
    item = cited("fr")
    assert item["container-title"] == "Dossier Canada–Corée du Nord"
    assert item["author"] == [{"literal": "Équipe du dossier"}]
    assert item["version"] == "révision 3"
    assert item["language"] == "fr"


def test_another_version_is_another_item() -> None:
    assert cited(revision=4)["id"] == "timeline-events/first-test@4"
    assert cited("fr")["id"] == cited("en")["id"]


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("when", ["2006", "2018-04-27/2018-09", "2019~/2021~", "201X", "2011/.."])
def test_items_fit_the_schema(lang: Language, when: str) -> None:
    item = cited(lang, date=when)
    assert [name for name, value in item.items() if not fits(name, value)] == []
    assert {"type", "id"} <= set(item)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("type", "statement"),
        ("revision", "3"),
        ("version", 3),
        ("author", [{"name": "Someone"}]),
        ("issued", {"date-parts": []}),
        ("issued", {"date-parts": [["2026"]]}),
        ("issued", {"date-parts": [[2026]], "edtf": "2026"}),
    ],
)
def test_the_check_sees_what_does_not_fit(name: str, value: Any) -> None:
    assert not fits(name, value)


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2006-10-09", {"date-parts": [[2006, 10, 9]]}),
        ("2006-10", {"date-parts": [[2006, 10]]}),
        ("2006", {"date-parts": [[2006]]}),
        ("0994", {"date-parts": [[994]]}),
        ("2006-XX", {"date-parts": [[2006]]}),
        ("2006-10-XX", {"date-parts": [[2006, 10]]}),
        ("2006-XX-XX", {"date-parts": [[2006]]}),
        ("2018-04-27/2018-09", {"date-parts": [[2018, 4, 27], [2018, 9]]}),
        ("2018-06-12/2018-06-12", {"date-parts": [[2018, 6, 12]]}),
        ("2006-10-09?", {"date-parts": [[2006, 10, 9]], "circa": True}),
        ("2006~", {"date-parts": [[2006]], "circa": True}),
        ("2006-XX%", {"date-parts": [[2006]], "circa": True}),
        ("1993?/1994", {"date-parts": [[1993], [1994]], "circa": True}),
    ],
)
def test_a_date_keeps_the_parts_that_are_known(when: str, expected: dict[str, Any]) -> None:
    assert event_date(when) == expected


@pytest.mark.parametrize(
    "when",
    [
        "201X",
        "20XX~",
        "2011/..",
        "2018/",
        "../1994-07",
        "/1994",
        "/..",
        "[2006..2020]",
        "[..2020-06-01]",
        "[2006,2008]",
    ],
)
def test_what_csl_cannot_say_of_a_date_is_left_out(when: str) -> None:
    assert event_date(when) is None
    assert "event-date" not in cited(date=when)


@pytest.mark.parametrize("field", ["period", "stated_on"])
def test_a_period_or_a_day_of_statement_is_a_date_too(field: str) -> None:
    record = {name: value for name, value in RECORD.items() if name != "date"} | {field: "2017/2018"}
    (item,) = citation(record, collection="initiatives", lang="en", address=ADDRESS)
    assert item["event-date"] == {"date-parts": [[2017], [2018]]}


def test_a_record_without_a_date_has_none() -> None:
    assert "event-date" not in cited(date=None)
    assert "event-date" not in cited(date=None, in_force_from="2011-08-11")
