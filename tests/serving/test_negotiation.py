"""Language and format of a request."""

import pytest

from app.errors import InvalidParameter, NotAcceptable
from app.messages import line, message
from app.serving.negotiation import language, negotiate

OFFERED = {"json": "application/json", "csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl"}


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, "en"),
        ("", "en"),
        ("fr", "fr"),
        ("FR", "fr"),
        ("fr-CA", "fr"),
        ("fr-CA, en;q=0.9", "fr"),
        ("en;q=0.5, fr;q=0.8", "fr"),
        ("fr;q=0.4, en-GB;q=0.5", "en"),
        ("fr, en", "fr"),
        ("en, fr", "en"),
        ("de, fr;q=0.1", "fr"),
        ("de", "en"),
        ("*", "en"),
        ("*, fr;q=0", "en"),
        ("*, en;q=0", "fr"),
        ("en;q=0", "en"),
        ("en;q=0, fr;q=0", "en"),
        ("*;q=0.5, fr;q=0.5", "fr"),
        ("*;q=0.8, fr;q=0.5", "en"),
        ("fr;q=high", "en"),
        ("fr;q=1.5", "en"),
        ("fr ; q = 0.9 , en;q=0.1", "fr"),
        ("fr ; q = 0.1 , en;q=0.9", "en"),
        (",,;;q=,fr;q=0.3", "fr"),
        ("french", "en"),
        ("fr-CA;q=0.2, fr;q=0.9, en;q=0.5", "fr"),
    ],
)
def test_accept_language_chooses_by_quality_and_falls_back_to_english(header: str | None, expected: str) -> None:
    assert language(None, header) == expected


def test_the_parameter_lang_wins_over_the_header() -> None:
    assert language("en", "fr") == "en"
    assert language("fr", "en") == "fr"


def test_a_lang_that_is_not_served_is_refused_with_those_that_are() -> None:
    with pytest.raises(InvalidParameter) as caught:
        language("de", None)
    assert line(caught.value.faults[0]) == 'lang: "de" is not known. Allowed: en, fr'


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, "json"),
        ("  ", "json"),
        ("*/*", "json"),
        ("*", "json"),
        ("application/*", "json"),
        ("text/*", "csv"),
        ("text/csv", "csv"),
        ("TEXT/CSV", "csv"),
        ("text/csv;header=present", "csv"),
        ("text/csv, */*", "csv"),
        ("text/csv;q=0.5, application/json;q=0.4", "csv"),
        ("text/csv;q=0.5, */*;q=0.4", "csv"),
        ("text/csv;q=0.3, */*;q=0.4", "json"),
        ("application/json;q=0, */*", "csv"),
        ("application/json;q=0, application/*", "jsonl"),
        ("application/*;q=0.1, text/csv;q=0, application/jsonl;q=0.2", "jsonl"),
        ("application/json, text/csv", "json"),
        ("text/csv, application/json", "json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "json"),
        ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", "json"),
        ("text/csv;q=x, application/jsonl", "jsonl"),
    ],
)
def test_accept_chooses_the_most_welcome_of_what_is_offered(accept: str | None, expected: str) -> None:
    assert negotiate(None, accept, OFFERED) == expected


@pytest.mark.parametrize("accept", ["text/html", "application/json;q=0", "*/*;q=0", "json", "text/csv;q=2", ";;,"])
def test_an_accept_that_nothing_meets_is_refused_with_what_is_offered(accept: str) -> None:
    with pytest.raises(NotAcceptable) as caught:
        negotiate(None, accept, OFFERED)
    assert message(caught.value) == (
        "None of the formats offered here matches the header Accept. Offered: application/json (format=json), "
        "text/csv; charset=utf-8 (format=csv), application/jsonl (format=jsonl)."
    )


def test_the_parameter_format_wins_over_accept() -> None:
    assert negotiate("csv", "application/json", OFFERED) == "csv"
    assert negotiate("csv", "text/html", OFFERED) == "csv"


def test_a_format_that_is_not_offered_is_refused_with_the_nearest() -> None:
    with pytest.raises(InvalidParameter) as caught:
        negotiate("cvs", None, OFFERED)
    assert [*map(line, caught.value.faults)] == [
        'format: "cvs" is not known. Did you mean csv? Allowed: json, csv, jsonl'
    ]
