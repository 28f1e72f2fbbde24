"""The lists of all collections: their orders, windows, days in force and filters."""

import httpx
import pytest

from tests.support.world import World, ids, refused, text

ACTORS, EVENTS, INITIATIVES = "/v1/actors", "/v1/timeline-events", "/v1/initiatives"

# Orders


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("timeline-events", ["war", "truce", "signing", "tie", "quarrel", "feud"]),
        ("timeline-events?sort=date", ["war", "truce", "signing", "tie", "quarrel", "feud"]),
        ("timeline-events?sort=-date", ["quarrel", "tie", "signing", "truce", "war", "feud"]),
        ("timeline-events?sort=title", ["tie", "feud", "quarrel", "signing", "truce", "war"]),
        ("timeline-events?sort=-title", ["war", "truce", "signing", "quarrel", "feud", "tie"]),
        ("timeline-events?sort=id", ["feud", "quarrel", "signing", "tie", "truce", "war"]),
        ("timeline-events?sort=-id", ["war", "truce", "tie", "signing", "quarrel", "feud"]),
        ("funding-records", ["aid-so-far", "aid-2010"]),
        ("funding-records?sort=id", ["aid-2010", "aid-so-far"]),
        ("sources?sort=date", ["almanac", "gazette"]),  # the gazette has no date
        ("sources?sort=-date", ["almanac", "gazette"]),
        ("background-facts?sort=date", ["old-feud", "hunger"]),
        ("background-facts?sort=-date", ["old-feud", "hunger"]),
        ("legal-instruments?sort=date", ["the-treaty", "the-law", "the-rule"]),
        ("legal-instruments?sort=-date", ["the-treaty", "the-rule", "the-law"]),
        ("sanctions-measures?sort=date", ["no-apples", "no-loans", "no-boats"]),
        ("sanctions-measures?sort=-date", ["no-loans", "no-apples", "no-boats"]),
    ],
)
def test_every_order_is_total_and_what_has_no_date_comes_last_in_both_directions(
    still: httpx.Client, path: str, expected: list[str]
) -> None:
    assert ids(still, f"/v1/{path}") == expected


def test_an_unknown_start_sorts_before_all_days_and_an_unknown_end_after_all(world: World, api: httpx.Client) -> None:
    for id, date in {"a": "1990/", "b": "1990/..", "c": "1990-01-01/9998", "d": "/1950", "e": "1990"}.items():
        world.add("timeline-events", id, id, kind="summit", date=date)
    world.publish()
    assert ids(api, f"{EVENTS}?kind=summit") == ["d", "e", "c", "a", "b"]
    assert ids(api, f"{EVENTS}?kind=summit&sort=-date") == ["b", "a", "c", "e", "d"]


def test_titles_sort_without_regard_to_accents_and_case(world: World, api: httpx.Client) -> None:
    for id, title in {"e1": "elbe", "e2": "Elbow", "z1": "abc", "o1": "Œuvre", "o2": "Ode"}.items():
        world.add("actors", id, title, kind="group")
    world.publish()
    names = ["abc", "Åland", "Borea", "Élba", "elbe", "Elbow", "Ode", "Œuvre", "Zara"]
    assert [row["title"] for row in api.get(f"{ACTORS}?sort=title").json()["data"]] == names
    assert [row["title"] for row in api.get(f"{ACTORS}?sort=-title").json()["data"]] == names[::-1]


def test_titles_sort_by_their_first_letter_as_dictionaries_order_it(world: World, api: httpx.Client) -> None:
    titles = [
        "« Amok »",
        "Bane",
        "’Cause",
        "“Dawn”",
        "Đakovo",
        "(East)",
        "L’Élan",
        "La mer",
        "Łódź",
        "Lynx",
        "Øre",
        "Oslo",
    ]
    for number, title in enumerate(titles):
        world.add("background-facts", f"fact-{number:02}", title, kind="situation", about=["borea"])
    world.publish()
    found = api.get("/v1/background-facts?sort=title").json()["data"]
    assert [row["title"] for row in found if row["id"].startswith("fact-")] == [
        "« Amok »", "Bane", "’Cause", "Đakovo", "“Dawn”", "(East)", "L’Élan", "La mer", "Łódź", "Lynx", "Øre", "Oslo"
    ]  # fmt: skip


def test_titles_sort_in_the_language_of_the_answer(world: World, api: httpx.Client) -> None:
    world.change("actors", "aland", title=text("Åland", "Zéland"))
    world.publish_with_change("actors", "zara", title=text("Zara", "Aline"))
    assert ids(api, f"{ACTORS}?sort=title") == ["aland", "borea", "elba", "zara"]
    assert ids(api, f"{ACTORS}?sort=title&lang=fr") == ["zara", "borea", "elba", "aland"]


def test_equal_titles_are_ordered_by_id(world: World, api: httpx.Client) -> None:
    world.add("actors", "b-two", "Borea", kind="state")
    world.publish()
    assert ids(api, f"{ACTORS}?sort=title&lang=en") == ["aland", "b-two", "borea", "elba", "zara"]
    assert ids(api, f"{ACTORS}?sort=-title&lang=en") == ["zara", "elba", "borea", "b-two", "aland"]


def test_topics_come_in_the_order_of_the_policy_and_equal_numbers_by_id(world: World, api: httpx.Client) -> None:
    world.add("engagement-topics", "arts", "Arts", number=2, policy="be-kind")
    world.add("engagement-topics", "zeal", "Zeal", number=10, policy="be-kind")
    world.publish()
    assert ids(api, "/v1/engagement-topics") == ["peace", "arts", "trade", "zeal"]
    assert ids(api, "/v1/engagement-topics?sort=-number") == ["zeal", "trade", "arts", "peace"]
    assert ids(api, "/v1/engagement-topics?sort=id") == ["arts", "peace", "trade", "zeal"]


def test_initiatives_come_by_id_unless_another_order_is_asked_for(world: World, api: httpx.Client) -> None:
    world.add("initiatives", "aid-talks", "Talks on aid", kind="convening", period="2019")
    world.add("initiatives", "watch", "A watch", kind="monitoring", period="../2001")
    world.publish()
    assert ids(api, INITIATIVES) == ["aid-talks", "patrol", "watch"]
    assert ids(api, f"{INITIATIVES}?sort=date") == ["watch", "patrol", "aid-talks"]
    assert ids(api, f"{INITIATIVES}?sort=title") == ["watch", "aid-talks", "patrol"]


def test_undated_positions_come_last_and_are_in_no_window(world: World, api: httpx.Client) -> None:
    world.add("policy-positions", "ask-twice", "Ask twice", kind="call", status="current", stated_on="2010")
    world.add("policy-positions", "worry", "Worry", kind="concern", status="current", stated_on="2009-12-31")
    world.add("policy-positions", "hope", "Hope", kind="support", status="current")
    world.publish()
    path = "/v1/policy-positions"
    assert ids(api, f"{path}?sort=date") == ["worry", "ask-twice", "be-kind", "hope", "trade-more"]
    assert ids(api, f"{path}?sort=-date") == ["be-kind", "ask-twice", "worry", "trade-more", "hope"]
    for window in ("from=0001", "to=9999", "from=0001&to=9999&certain=true"):
        assert ids(api, f"{path}?{window}") == ["ask-twice", "be-kind", "worry"]


# Windows


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        ("from=1953", ["war", "truce", "signing", "tie", "quarrel", "feud"]),
        ("from=1954", ["signing", "tie", "quarrel", "feud"]),
        ("from=1990-05-01", ["signing", "tie", "quarrel", "feud"]),
        ("from=1990-05-02", ["quarrel", "feud"]),
        ("from=3000", ["quarrel", "feud"]),
        ("to=1949", ["feud"]),
        ("to=1950-01-01", ["war", "feud"]),
        ("to=1953-06", ["war", "feud"]),
        ("to=1953-07", ["war", "truce", "feud"]),
        ("from=1953-08&to=1953", ["war", "feud"]),
        ("from=1953-07-31&to=1953-07-31", ["war", "truce", "feud"]),
        ("from=1990-05&to=1990-05", ["signing", "tie", "feud"]),
    ],
)
def test_a_window_takes_what_may_lie_in_it_open_and_unknown_ends_without_bound(
    still: httpx.Client, window: str, expected: list[str]
) -> None:
    assert ids(still, f"{EVENTS}?{window}") == expected
    assert ids(still, f"{EVENTS}?{window}&certain=false") == expected


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
def test_with_certain_only_what_is_wholly_inside_and_never_an_open_or_unknown_end(
    still: httpx.Client, window: str, expected: list[str]
) -> None:
    assert ids(still, f"{EVENTS}?{window}&certain=true") == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("initiatives?from=2030", ["patrol"]),
        ("initiatives?to=2017", []),
        ("initiatives?to=2018-01-01", ["patrol"]),
        ("initiatives?from=2018&certain=true", []),
        ("background-facts?from=1999-12-31", ["old-feud"]),
        ("background-facts?from=2000", []),
        ("background-facts?from=1990&to=1999&certain=true", ["old-feud"]),
        ("background-facts?from=1991&to=1999&certain=true", []),
        ("funding-records?from=2005&to=2009", ["aid-so-far"]),
        ("funding-records?from=2011", ["aid-so-far"]),
        ("funding-records?from=2000&to=2030&certain=true", ["aid-2010"]),
        ("sources?from=2011-12-31", ["almanac"]),  # the state of their content
        ("sources?from=2012", []),
        ("sources?from=2011&to=2011&certain=true", ["almanac"]),
        ("legal-instruments?from=1990&to=1990", ["the-treaty"]),  # their own date, not when they came into force
        ("legal-instruments?from=1991", []),
        ("sanctions-measures?from=2006-07", ["no-boats", "no-loans"]),  # the time in force
        ("sanctions-measures?to=2005", ["no-apples", "no-boats"]),
        ("sanctions-measures?from=2005&to=2006-06&certain=true", ["no-apples"]),
        ("sanctions-measures?from=2005&to=2006-05&certain=true", []),
        ("sanctions-measures?from=2007&certain=true", []),
    ],
)
def test_a_window_is_compared_with_the_dates_of_its_collection(
    still: httpx.Client, path: str, expected: list[str]
) -> None:
    assert ids(still, f"/v1/{path}") == expected


def test_an_unknown_or_open_start_has_no_bound_and_is_never_certainly_inside(world: World, api: httpx.Client) -> None:
    for id, period in {"unknown": "/2000", "open": "../2000", "bounded": "2000"}.items():
        world.add("initiatives", id, id, kind="military", period=period)
    world.publish()
    for window, possibly, certainly in (
        ("to=2000", ["bounded", "open", "unknown"], ["bounded"]),
        ("to=1000", ["open", "unknown"], []),
        ("from=1000&to=2000", ["bounded", "open", "unknown"], ["bounded"]),
        ("from=2000", ["bounded", "open", "unknown"], ["bounded"]),
        ("from=2001", [], []),
    ):
        assert ids(api, f"{INITIATIVES}?kind=military&{window}") == possibly, window
        assert ids(api, f"{INITIATIVES}?kind=military&{window}&certain=true") == certainly, window


# Filters


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("actors?kind=state", ["aland", "borea"]),
        ("actors?kind=person&kind=organization", ["elba", "zara"]),
        ("actors?code=AX", ["aland"]),
        ("actors?code=CA&code=AX", ["aland"]),
        ("actors?code=CA", []),
        ("actors?code=ax", ["aland"]),
        ("actors?actor=borea", ["zara"]),  # by their roles
        ("actors?source=almanac", []),
        ("actors?kind=state&code=AX", ["aland"]),
        ("background-facts", ["hunger", "old-feud"]),
        ("background-facts?kind=conduct", ["old-feud"]),
        ("background-facts?kind=governance", []),
        ("background-facts?actor=borea", ["hunger", "old-feud"]),
        ("background-facts?actor=aland", []),
        ("diplomatic-channels?kind=embassy", ["embassy"]),
        ("diplomatic-channels?kind=protecting-power&kind=permanent-mission", []),
        ("diplomatic-channels?actor=aland", ["embassy"]),
        ("diplomatic-channels?actor=elba", ["embassy"]),
        ("diplomatic-channels?actor=borea", ["embassy"]),
        ("diplomatic-channels?actor=zara", []),
        ("diplomatic-channels?topic=peace", []),
        ("engagement-topics?source=gazette", ["peace", "trade"]),
        ("engagement-topics?source=almanac", []),
        ("engagement-topics?q=trade", ["trade"]),
        ("funding-records?currency=CAD", ["aid-2010"]),
        ("funding-records?currency=CAD&currency=USD", ["aid-so-far", "aid-2010"]),
        ("funding-records?currency=EUR", []),
        ("funding-records?basis=unspecified", ["aid-so-far"]),
        ("funding-records?sector=humanitarian", ["aid-2010"]),
        ("funding-records?cumulative=true", ["aid-so-far"]),
        ("funding-records?cumulative=false", ["aid-2010"]),
        ("funding-records?actor=aland", ["aid-so-far", "aid-2010"]),
        ("funding-records?actor=elba", ["aid-2010"]),
        ("funding-records?actor=borea", ["aid-2010"]),
        ("initiatives?kind=naval", ["patrol"]),
        ("initiatives?kind=military", []),
        ("initiatives?actor=aland", ["patrol"]),
        ("initiatives?actor=elba", ["patrol"]),
        ("initiatives?actor=borea", []),
        ("legal-instruments?kind=statute&kind=regulation", ["the-law", "the-rule"]),
        ("legal-instruments?kind=resolution", []),
        ("legal-instruments?actor=aland", ["the-law", "the-treaty"]),
        ("legal-instruments?actor=borea", ["the-treaty"]),
        ("legal-instruments?instrument=the-law", ["the-rule"]),
        ("legal-instruments?instrument=the-treaty", ["the-rule"]),
        ("legal-instruments?instrument=the-rule", []),
        ("policy-positions?kind=call", ["trade-more"]),
        ("policy-positions?kind=call&kind=policy", ["be-kind", "trade-more"]),
        ("policy-positions?status=ended", ["trade-more"]),
        ("policy-positions?status=current&kind=call", []),
        ("policy-positions?actor=borea", ["be-kind", "trade-more"]),
        ("policy-positions?actor=aland", []),
        ("policy-positions?instrument=the-treaty", ["trade-more"]),
        ("policy-positions?topic=peace", ["be-kind"]),
        ("sanctions-measures?regime=autonomous", ["no-apples", "no-loans"]),
        ("sanctions-measures?regime=export-control", []),
        ("sanctions-measures?kind=ship-ban&kind=import-ban", ["no-apples", "no-boats"]),
        ("sanctions-measures?scope=sector", ["no-loans"]),
        ("sanctions-measures?instrument=the-law", ["no-apples", "no-loans"]),
        ("sanctions-measures?instrument=the-rule", ["no-apples", "no-boats"]),
        ("sanctions-measures?instrument=the-treaty", ["no-loans"]),
        ("sanctions-measures?topic=trade", ["no-loans"]),
        ("sanctions-measures?regime=autonomous&instrument=the-rule", ["no-apples"]),
        ("sources", ["almanac", "gazette"]),
        ("sources?kind=dataset", ["almanac"]),
        ("sources?kind=legislation", []),
        ("sources?language=en&language=fr", ["almanac", "gazette"]),
        ("sources?language=fr", ["almanac"]),
        ("sources?source=gazette", ["almanac"]),
        ("timeline-events?kind=agreement", ["truce", "signing"]),
        ("timeline-events?kind=agreement&kind=armed-conflict", ["war", "truce", "signing"]),
        ("timeline-events?actor=aland", ["war"]),
        ("timeline-events?actor=aland&actor=borea", ["war", "truce"]),
        ("timeline-events?actor=zara", []),
        ("timeline-events?topic=trade", ["quarrel"]),
        ("timeline-events?topic=trade&topic=peace", ["war", "truce", "quarrel"]),
        ("timeline-events?instrument=the-treaty", ["signing"]),
        ("timeline-events?source=almanac", ["war"]),
        ("timeline-events?kind=agreement&topic=peace", ["truce"]),
        ("timeline-events?kind=agreement&topic=trade", []),
        ("timeline-events?actor=borea&from=1953-07&to=1953-07&certain=true", ["truce"]),
    ],
)
def test_values_of_one_filter_are_alternatives_and_filters_narrow_each_other(
    still: httpx.Client, path: str, expected: list[str]
) -> None:
    assert ids(still, f"/v1/{path}") == expected


@pytest.mark.parametrize(
    ("path", "parameter", "words"),
    [
        ("timeline-events?from=2017-13", "from", "'2017-13' is not a date of the calendar"),
        ("timeline-events?to=2017-02-30", "to", "'2017-02-30' is not a date of the calendar"),
        ("timeline-events?from=2019&to=2018", "to", "ends before from=2019 begins: exchange the two"),
        ("timeline-events?from=2018-06-02&to=2018-06-01", "to", "ends before from=2018-06-02 begins: exchange the two"),
        ("timeline-events?from=201X", "from", "write a year, month or day such as 2017, 2017-03 or 2017-03-05"),
        ("timeline-events?certain=yes", "certain", "write true or false"),
        ("timeline-events?kind=agrement", "kind", "Did you mean agreement?"),
        ("timeline-events?actor=alend", "actor", "there is no alend in actors: did you mean aland?"),
        ("timeline-events?topic=qqqqq", "topic", "no qqqqq in engagement-topics: see /v1/engagement-topics"),
        *((f"actors?code={code}", "code", "") for code in ("AXE", "A", "A1", "é1")),
        *((f"funding-records?currency={currency}", "currency", "") for currency in ("CA", "C$D", "dollars")),
        ("engagement-topics?topic=peace", "topic", ""),  # a topic has no topics
        (
            "engagement-topics?sort=date",
            "sort",
            '"date" is not known. Allowed: number, -number, title, -title, id, -id',
        ),
        ("diplomatic-channels?from=2001", "from", ""),  # a channel has no date
        ("diplomatic-channels?sort=date", "sort", ""),
        *(
            (f"sanctions-measures?in_force_on={day}", "in_force_on", "")  # one day of the calendar
            for day in ("2018", "2018-06", "2018-02-29", "2018-06-12T00:00:00Z", "today")
        ),
    ],
)
def test_what_a_filter_cannot_mean_is_refused_with_what_to_write(
    still: httpx.Client, path: str, parameter: str, words: str
) -> None:
    [(name, detail)] = refused(still, f"/v1/{path}")
    assert name == parameter
    assert words in detail
