"""Timeline events: fields, order, windows, filters, and what a publication of them is refused for."""

import httpx
import pytest

from tests.support.world import World, ids, refused

LIST = "/v1/timeline-events"


def test_an_event_has_all_its_fields_in_english(still: httpx.Client) -> None:
    assert still.get(f"{LIST}/signing").json()["data"] == {
        "id": "signing",
        "title": "The signing",
        "summary": "Summary of The signing",
        "citations": [{"source": "gazette", "section": None, "fragment": None, "url": None}],
        "revision": 1,
        "published_at": "2020-01-01T00:00:00Z",
        "url": "/v1/timeline-events/signing",
        "topics": [],
        "earliest": "1990-05-01",
        "latest": "1990-05-01",
        "kind": "agreement",
        "date": "1990-05-01",
        "actors": [],
        "instruments": ["the-treaty"],
        "place": "Elba Castle",
        "related": [{"collection": "legal-instruments", "id": "the-treaty"}],
    }


def test_french_replaces_the_words_and_nothing_else(still: httpx.Client) -> None:
    english = still.get(f"{LIST}/signing").json()["data"]
    french = still.get(f"{LIST}/signing?lang=fr").json()["data"]
    assert french == english | {
        "title": "The signing (fr)",
        "summary": "Summary of The signing (fr)",
        "place": "Château d’Elbe",
    }


def test_a_citation_links_to_its_passage_by_the_address_of_its_source(still: httpx.Client) -> None:
    assert still.get(f"{LIST}/war").json()["data"]["citations"] == [
        {
            "source": "gazette",
            "section": "News",
            "fragment": {"start": "War began", "end": "at last, it ended"},
            "url": "https://gazette.example/page#:~:text=War%20began,at%20last%2C%20it%20ended",
        },
        {
            "source": "almanac",
            "section": "1950",
            "fragment": {"start": "a war", "end": None},
            "url": "https://almanac.example/#years:~:text=a%20war",
        },
    ]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("date", ["feud", "war", "truce", "signing", "tie", "quarrel"]),
        ("-date", ["quarrel", "tie", "signing", "truce", "war", "feud"]),
        ("title", ["tie", "feud", "quarrel", "signing", "truce", "war"]),
        ("-title", ["war", "truce", "signing", "quarrel", "feud", "tie"]),
        ("id", ["feud", "quarrel", "signing", "tie", "truce", "war"]),
        ("-id", ["war", "truce", "tie", "signing", "quarrel", "feud"]),
    ],
)
def test_each_order_is_total_and_its_reverse_mirrors_it(still: httpx.Client, sort: str, expected: list[str]) -> None:
    assert ids(still, f"{LIST}?sort={sort}") == expected


def test_events_come_by_date_where_no_order_is_asked_for(still: httpx.Client) -> None:
    assert ids(still, LIST) == ["feud", "war", "truce", "signing", "tie", "quarrel"]


def test_an_unknown_start_sorts_before_all_days_and_an_unknown_end_after_all(world: World, api: httpx.Client) -> None:
    world.records["timeline-events"] = []
    for id, date in {"a": "1990/", "b": "1990/..", "c": "1990-01-01/9998", "d": "/1950", "e": "1990"}.items():
        world.add("timeline-events", id, id, kind="diplomacy", date=date)
    for gone in ("feud", "war", "truce", "signing", "tie", "quarrel"):
        world.withdrawn.setdefault("timeline-events", []).append({"id": gone, "reason": {"en": "Gone", "fr": "Parti"}})
    world.publish()
    assert ids(api, LIST) == ["d", "e", "c", "a", "b"]
    assert ids(api, f"{LIST}?sort=-date") == ["b", "a", "c", "e", "d"]


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        ("from=1953", ["feud", "war", "truce", "signing", "tie", "quarrel"]),
        ("from=1954", ["feud", "signing", "tie", "quarrel"]),
        ("from=1990-05-01", ["feud", "signing", "tie", "quarrel"]),
        ("from=1990-05-02", ["feud", "quarrel"]),
        ("from=3000", ["feud", "quarrel"]),
        ("to=1949", ["feud"]),
        ("to=1950-01-01", ["feud", "war"]),
        ("to=1953-06", ["feud", "war"]),
        ("to=1953-07", ["feud", "war", "truce"]),
        ("from=1953-08&to=1953", ["feud", "war"]),
        ("from=1953-07-31&to=1953-07-31", ["feud", "war", "truce"]),
        ("from=1990-05&to=1990-05", ["feud", "signing", "tie"]),
    ],
)
def test_a_window_takes_what_may_lie_in_it_open_and_unknown_ends_without_bound(
    still: httpx.Client, window: str, expected: list[str]
) -> None:
    assert ids(still, f"{LIST}?{window}") == expected
    assert ids(still, f"{LIST}?{window}&certain=false") == expected


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        ("from=1950&to=1953", ["war", "truce"]),
        ("from=1950-01-01&to=1953-12-31", ["war", "truce"]),
        ("from=1950-01-02&to=1953", ["truce"]),
        ("from=1950&to=1953-12-30", ["truce"]),
        ("from=1953", ["truce", "signing", "tie"]),
        ("to=1990-05-01", ["war", "truce", "signing", "tie"]),
        ("to=1990-04", ["war", "truce"]),
        ("from=0001&to=9999", ["war", "truce", "signing", "tie"]),
    ],
)
def test_with_certain_only_what_surely_lies_inside_and_never_an_open_or_unknown_end(
    still: httpx.Client, window: str, expected: list[str]
) -> None:
    assert ids(still, f"{LIST}?{window}&certain=true") == expected


def test_certain_alone_takes_what_is_bounded_on_both_sides(still: httpx.Client) -> None:
    assert ids(still, f"{LIST}?certain=true") == ["war", "truce", "signing", "tie"]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ("kind=agreement", ["truce", "signing"]),
        ("kind=agreement&kind=armed-conflict", ["war", "truce", "signing"]),
        ("actor=aland", ["war"]),
        ("actor=aland&actor=borea", ["war", "truce"]),
        ("actor=zara", []),
        ("topic=trade", ["quarrel"]),
        ("topic=trade&topic=peace", ["war", "truce", "quarrel"]),
        ("instrument=the-treaty", ["signing"]),
        ("source=almanac", ["war"]),
        ("kind=agreement&topic=peace", ["truce"]),
        ("kind=agreement&topic=trade", []),
        ("actor=borea&from=1953-07&to=1953-07&certain=true", ["truce"]),
    ],
)
def test_values_of_one_filter_are_alternatives_and_filters_narrow_each_other(
    still: httpx.Client, filters: str, expected: list[str]
) -> None:
    assert ids(still, f"{LIST}?{filters}") == expected


@pytest.mark.parametrize(
    ("window", "parameter", "words"),
    [
        ("from=2017-13", "from", "'2017-13' is not a date of the calendar"),
        ("to=2017-02-30", "to", "'2017-02-30' is not a date of the calendar"),
        ("from=2019&to=2018", "to", "ends before from=2019 begins: exchange the two"),
        ("from=2018-06-02&to=2018-06-01", "to", "ends before from=2018-06-02 begins: exchange the two"),
        ("from=201X", "from", "write a year, month or day such as 2017, 2017-03 or 2017-03-05"),
        ("certain=yes", "certain", "write true or false"),
        ("kind=agrement", "kind", "Did you mean agreement?"),
        ("actor=alend", "actor", "there is no alend in actors: did you mean aland?"),
        ("topic=qqqqq", "topic", "there is no qqqqq in engagement-topics: see /v1/engagement-topics"),
    ],
)
def test_what_a_filter_cannot_mean_is_refused_with_what_to_write(
    still: httpx.Client, window: str, parameter: str, words: str
) -> None:
    [(name, detail)] = refused(still, f"{LIST}?{window}")
    assert name == parameter
    assert words in detail


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"kind": "party"}, 'timeline-events.toml: tie: kind: "party" is not known. Allowed: nuclear-test, '),
        ({"date": "2017-02-30"}, "timeline-events.toml: tie: date: '2017-02-30' is not a date of the EDTF"),
        ({"date": "1953/1950"}, "timeline-events.toml: tie: date: '1953/1950' is not a date of the EDTF"),
        ({"date": None}, "timeline-events.toml: tie: date: null is not a text"),
        ({"earliest": "1990-05-01"}, "timeline-events.toml: tie: earliest is computed when a record is"),
        ({"place": {"en": "Here"}}, "timeline-events.toml: tie: place.fr: is required"),
        ({"participants": []}, "timeline-events.toml: tie: participants: is not a field here"),
        ({"citations": []}, "timeline-events.toml: tie: citations: must have 1 or more values"),
    ],
)
def test_an_event_that_does_not_fit_is_refused_by_file_id_field_and_reason(
    world: World, fields: dict[str, object], fault: str
) -> None:
    world.change("timeline-events", "tie", **fields)
    [line] = world.faults()
    assert fault in line


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"actors": ["nobody"]}, "actors: names nobody, which is not in actors"),
        ({"topics": ["nothing"]}, "topics: names nothing, which is not in engagement-topics"),
        ({"instruments": ["no-law"]}, "instruments: names no-law, which is not in legal-instruments"),
        (
            {"related": [{"collection": "initiatives", "id": "nought"}]},
            "related: names nought, which is not in initiatives",
        ),
        (
            {"related": [{"collection": "dreams", "id": "nought"}]},
            "related: names nought, which is not in dreams",
        ),
    ],
)
def test_an_event_cannot_name_what_is_not_there(world: World, fields: dict[str, object], fault: str) -> None:
    world.change("timeline-events", "tie", **fields)
    assert world.faults() == [f"timeline-events: tie: {fault}"]
