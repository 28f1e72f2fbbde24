"""iCalendar: RFC 5545 to the octet, the days that an EDTF date can mean, a sentence on how exact it is."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from icalendar import Calendar, Event

from app.formats.icalendar import LINE, calendar, exactness
from app.model import edtf
from app.model.fields import LANGUAGES, Language

NBSP, NARROW = "\u00a0", "\u202f"


def entry(when: str = "2006-10-09", **fields: Any) -> dict[str, Any]:
    """An entry of the timeline, with the bounds that its date has."""
    days = edtf.bounds(when)
    return {
        "collection": "timeline-events",
        "id": "first-test",
        "title": "First test",
        "summary": "A test was announced.",
        "date": when,
        "earliest": days.earliest,
        "latest": days.latest,
        "url": "/v1/timeline-events/first-test",
        "published_at": "2026-11-23T10:28:30Z",
        "revision": 3,
        "topics": ["regional-security"],
    } | fields


def written(*entries: dict[str, Any], lang: Language = "en", name: str = "Timeline", public: bool = True) -> bytes:
    """The whole calendar. `public` is whether a public address is configured."""
    return b"".join(calendar(entries, lang, name, lambda path: f"https://dossier.example{path}" if public else None))


def read(*entries: dict[str, Any], lang: Language = "en", public: bool = True) -> list[Event]:
    """The events of the calendar as the icalendar library reads them."""
    return Calendar.from_ical(written(*entries, lang=lang, public=public)).events


def unfolded(data: bytes) -> list[str]:
    return data.decode().replace("\r\n ", "").removesuffix("\r\n").split("\r\n")


def test_an_exact_day_is_one_whole_day_without_a_sentence() -> None:
    assert unfolded(written(entry())) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "CALSCALE:GREGORIAN",
        "PRODID:-//dossier//Canada–North Korea dossier//EN",
        "NAME;LANGUAGE=en:Timeline",
        "X-WR-CALNAME:Timeline",
        "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
        "X-PUBLISHED-TTL:PT12H",
        "BEGIN:VEVENT",
        "UID:ef456176-532a-54e3-95e5-fdaf7b7809c8",
        "DTSTAMP:20261123T102830Z",
        "LAST-MODIFIED:20261123T102830Z",
        "SEQUENCE:3",
        "DTSTART;VALUE=DATE:20061009",
        "DTEND;VALUE=DATE:20061010",
        "TRANSP:TRANSPARENT",
        "CATEGORIES:timeline-events,regional-security",
        "SUMMARY;LANGUAGE=en:First test",
        "DESCRIPTION;LANGUAGE=en:A test was announced.",
        "URL:https://dossier.example/v1/timeline-events/first-test",
        "END:VEVENT",
        "END:VCALENDAR",
    ]


def test_another_program_reads_every_property() -> None:
    (event,) = read(entry(title="A, b; c\\d", summary="One.\nTwo."), lang="fr")
    assert str(event["SUMMARY"]) == "A, b; c\\d"
    assert event["SUMMARY"].params == {"LANGUAGE": "fr"}
    assert str(event["DESCRIPTION"]) == "One.\nTwo."
    assert (event.start, event.end) == (date(2006, 10, 9), date(2006, 10, 10))
    assert event.stamp == event.last_modified == datetime(2026, 11, 23, 10, 28, 30, tzinfo=UTC)
    assert event.sequence == 3
    assert event.categories == ["timeline-events", "regional-security"]
    assert event.url == "https://dossier.example/v1/timeline-events/first-test"
    assert event.errors == []


def test_the_calendar_has_its_name() -> None:
    data = written(name="Événements", lang="fr")
    assert Calendar.from_ical(data).calendar_name == "Événements"
    assert unfolded(data)[4:6] == ["NAME;LANGUAGE=fr:Événements", "X-WR-CALNAME:Événements"]


def test_the_product_is_named_in_the_language_of_the_calendar() -> None:
    assert str(Calendar.from_ical(written(lang="fr"))["PRODID"]) == "-//dossier//Dossier Canada–Corée du Nord//FR"


def test_subscribers_are_told_to_read_it_again_twice_a_day() -> None:
    found = Calendar.from_ical(written(entry()))
    assert found.refresh_interval == timedelta(hours=12)
    assert str(found["X-PUBLISHED-TTL"]) == "PT12H"
    assert found.errors == []


def test_what_delimits_values_is_escaped_in_the_name() -> None:
    assert "X-WR-CALNAME:One\\, two\\; three\\\\four" in unfolded(written(name="One, two; three\\four"))


def test_without_a_public_address_there_is_no_url() -> None:
    assert "URL" not in read(entry(), public=False)[0]


def test_an_id_survives_revision_language_list_and_date() -> None:
    (first,) = read(entry())
    later = read(entry("2007", id="other"), entry("2007", revision=9, title="Renamed", url="/else"), lang="fr")
    assert first.uid == later[1].uid == "ef456176-532a-54e3-95e5-fdaf7b7809c8"
    assert first.uid != later[0].uid


def test_ids_of_two_collections_do_not_collide() -> None:
    one, other = read(entry(), entry(collection="initiatives"))
    assert one.uid != other.uid


def test_the_same_entries_give_the_same_bytes() -> None:
    assert written(entry(), entry("2018~")) == written(entry(), entry("2018~"))


def test_entries_are_written_as_they_come() -> None:
    def endless() -> Iterator[dict[str, Any]]:
        while True:
            yield entry()

    parts = list(islice(calendar(endless(), "en", "Timeline", lambda _: None), 3))
    assert [part.count(b"BEGIN:VEVENT") for part in parts] == [0, 1, 1]


@pytest.mark.parametrize(
    ("when", "first", "after"),
    [
        ("2018-06", date(2018, 6, 1), date(2018, 7, 1)),
        ("2018", date(2018, 1, 1), date(2019, 1, 1)),
        ("201X", date(2010, 1, 1), date(2020, 1, 1)),
        ("2018-06-12?", date(2018, 6, 12), date(2018, 6, 13)),
        ("2018-04-27/2018-09", date(2018, 4, 27), date(2018, 10, 1)),
        ("2018-04-27/2018-09-19", date(2018, 4, 27), date(2018, 9, 20)),
        ("2016-02-28/2016-02-29", date(2016, 2, 28), date(2016, 3, 1)),
        ("2011/..", date(2011, 1, 1), date(2011, 1, 2)),
        ("2018-09-01/", date(2018, 9, 1), date(2018, 9, 2)),
        ("../1994-07", date(1994, 7, 31), date(1994, 8, 1)),
        ("0994-03-05", date(994, 3, 5), date(994, 3, 6)),
        ("0001", date(1, 1, 1), date(2, 1, 1)),
    ],
)
def test_an_entry_covers_every_day_its_date_can_mean(when: str, first: date, after: date) -> None:
    (event,) = read(entry(when))
    assert (event.start, event.end) == (first, after)


def test_years_have_four_digits() -> None:
    assert b"\r\nDTSTART;VALUE=DATE:00070305\r\nDTEND;VALUE=DATE:00070306\r\n" in written(entry("0007-03-05"))


def test_the_last_day_of_all_needs_no_day_after_it() -> None:
    assert b"DTSTART;VALUE=DATE:99991231\r\nTRANSP" in written(entry("9999-12-31"))
    assert b"DTSTART;VALUE=DATE:99990101\r\nDTEND;VALUE=DATE:99991231\r\n" in written(entry("9999"))


def test_an_entry_without_any_known_day_is_left_out() -> None:
    assert [str(event["SUMMARY"]) for event in read(entry("/.."), entry())] == ["First test"]


@pytest.mark.parametrize("entries", [[], [entry("/..")]])
def test_a_calendar_without_entries_still_has_the_component_it_needs(entries: list[dict[str, Any]]) -> None:
    found = Calendar.from_ical(written(*entries))
    assert [component.name for component in found.subcomponents] == ["VTIMEZONE"]
    assert found.errors == []


@pytest.mark.parametrize(
    ("when", "lang", "added"),
    [
        ("2018-06", "en", "Date given to the month. This entry covers all possible days."),
        ("2018-06", "fr", "Date donnée au mois près. Cette entrée couvre tous les jours possibles."),
        ("2018-06-12~", "en", "Date given to the day, approximate."),
        ("2018-06-12~/2018-06-13~", "fr", "Dates de début et de fin données au jour près, approximatives."),
    ],
)
def test_an_imprecise_date_is_in_title_and_description(when: str, lang: Language, added: str) -> None:
    (event,) = read(entry(when), lang=lang)
    assert str(event["SUMMARY"]) == f"First test [{when}]"
    assert str(event["DESCRIPTION"]) == f"A test was announced.\n\n{added}"


@pytest.mark.parametrize(
    ("when", "english", "french"),
    [
        (
            "2011/..",
            "Start date given to the year; still going on. This entry stands on the first possible day.",
            "Date de début donnée à l’année près; toujours en cours. Cette entrée figure au premier jour possible.",
        ),
        (
            "2018-09-01/",
            "Start date given to the day; end date not known. This entry stands on the first possible day.",
            "Date de début donnée au jour près; date de fin inconnue. Cette entrée figure au premier jour possible.",
        ),
        (
            "../1994-07",
            "Start date open; end date given to the month. This entry stands on the last possible day.",
            "Date de début ouverte; date de fin donnée au mois près. Cette entrée figure au dernier jour possible.",
        ),
        (
            "/1994",
            "Start date not known; end date given to the year. This entry stands on the last possible day.",
            "Date de début inconnue; date de fin donnée à l’année près. Cette entrée figure au dernier jour possible.",
        ),
    ],
)
def test_an_entry_on_the_only_day_known_says_so(when: str, english: str, french: str) -> None:
    found = [str(event["DESCRIPTION"]) for lang in LANGUAGES for event in read(entry(when), lang=lang)]
    assert found == [f"A test was announced.\n\n{added}" for added in (english, french)]


@pytest.mark.parametrize("when", ["2018-06-12", "2018-06-12/2018-06-13", "2018-06-12/2018-06-12"])
def test_exact_days_say_nothing_extra(when: str) -> None:
    (event,) = read(entry(when))
    assert (str(event["SUMMARY"]), str(event["DESCRIPTION"])) == ("First test", "A test was announced.")


@pytest.mark.parametrize(
    ("when", "english", "french"),
    [
        ("2018", "Date given to the year.", "Date donnée à l’année près."),
        ("2018-XX", "Date given to the year.", "Date donnée à l’année près."),
        ("1985-XX-XX", "Date given to the year.", "Date donnée à l’année près."),
        ("1985-04-XX", "Date given to the month.", "Date donnée au mois près."),
        ("201X", "Date given to the decade.", "Date donnée à la décennie près."),
        ("20XX", "Date given to the century.", "Date donnée au siècle près."),
        ("2018?", "Date given to the year, uncertain.", "Date donnée à l’année près, incertaine."),
        ("2018~", "Date given to the year, approximate.", "Date donnée à l’année près, approximative."),
        ("201X%", "Date given to the decade, uncertain and approximate.",
                  "Date donnée à la décennie près, incertaine et approximative."),
        ("2018/2019", "Start and end dates given to the year.", "Dates de début et de fin données à l’année près."),
        ("2019%/2021%", "Start and end dates given to the year, uncertain and approximate.",
                        "Dates de début et de fin données à l’année près, incertaines et approximatives."),
        ("1993?/1994", "Start date given to the year, uncertain; end date given to the year.",
                       "Date de début donnée à l’année près, incertaine; date de fin donnée à l’année près."),
        ("2010-10-28/..", "Start date given to the day; still going on.",
                          "Date de début donnée au jour près; toujours en cours."),
        ("/..", "Start date not known; still going on.", "Date de début inconnue; toujours en cours."),
    ],
)  # fmt: skip
def test_a_sentence_says_how_exact_a_date_is(when: str, english: str, french: str) -> None:
    assert (exactness(when, "en"), exactness(when, "fr")) == (english, french)


def test_french_sentences_use_typographic_apostrophes_and_no_blank_before_a_semicolon() -> None:
    sentence = exactness("2018/2018-06-12", "fr")
    assert "’" in sentence
    assert not set(sentence) & {"'", NBSP, NARROW}
    assert " ;" not in sentence


# Any text, and texts of what folding and escaping could break: long words, several octets a letter, escapes.
HARD = st.text(alphabet='ae\u0301é—€😀👩\u200d🚀\\;,:"\n nN\t', min_size=60, max_size=400)
TEXTS = st.one_of(st.text(), HARD)


@given(title=TEXTS, summary=TEXTS)
@example(title="\\n \\\\n \\, \\; \n\\", summary="é" * 300)
@example(title="x" * 74, summary="😀" * 100)
def test_any_text_comes_back_from_another_program(title: str, summary: str) -> None:
    (event,) = read(entry(title=title, summary=summary))
    assert str(event["SUMMARY"]) == expected(title)
    assert str(event["DESCRIPTION"]) == expected(summary)


CONTROLS = {chr(code) for code in (*range(9), *range(10, 32), 127)}


def expected(text: str) -> str:
    """A text as a calendar gives it back: control characters but tab and line feed are replaced."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join("\ufffd" if letter != "\n" and letter in CONTROLS else letter for letter in lines)


@given(title=TEXTS, name=TEXTS)
def test_lines_are_75_octets_at_most_whole_in_utf_8_and_end_in_crlf(title: str, name: str) -> None:
    data = written(entry(title=title), name=name)
    assert data.endswith(b"\r\n")
    lines = data.removesuffix(b"\r\n").split(b"\r\n")
    assert max(map(len, lines)) <= LINE == 75
    for line in lines:
        assert not set(line.decode()) & {"\r", "\n"}


@pytest.mark.parametrize(
    ("letter", "octets"),
    [
        ("x", [75, 39]),
        ("é", [75, 75, 65]),
        ("€", [73, 73, 73, 73, 25]),
        ("😀", [73, 73, 73, 73, 73, 53]),
    ],
)
def test_a_line_is_folded_as_late_as_its_characters_allow(letter: str, octets: list[int]) -> None:
    lines = written(name=letter * 100).partition(b"\r\nX-WR")[2].partition(b"\r\nREFRESH")[0].split(b"\r\n")
    assert [len(lines[0]) + len("X-WR"), *map(len, lines[1:])] == octets


def test_lone_surrogates_are_replaced() -> None:
    assert str(read(entry(title="a\ud800b"))[0]["SUMMARY"]) == "a\ufffdb"


@pytest.mark.parametrize(
    ("when", "earliest", "latest", "added"),
    [
        ("[2006-11-09..2020-06-01]", "2006-11-09", "2020-06-01", "This entry covers all possible days."),
        ("[2006,2008]", "2006-01-01", "2008-12-31", "This entry covers all possible days."),
        ("[..2020-06-01]", None, "2020-06-01", "This entry stands on the last possible day."),
        ("[2006..]", "2006-01-01", None, "This entry stands on the first possible day."),
    ],
)
def test_a_date_that_is_one_of_several_says_so(when: str, earliest: str | None, latest: str | None, added: str) -> None:
    (event,) = read(entry() | {"date": when, "earliest": earliest, "latest": latest})
    assert str(event["DESCRIPTION"]) == f"A test was announced.\n\nOne of several possible dates. {added}"
    assert event.start.isoformat() == (earliest or latest)
