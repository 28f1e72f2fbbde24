"""Words to look for: accents, case, both languages, phrases, beginnings, and signs that mean nothing."""

from urllib.parse import quote

import httpx
import pytest

from tests.support.world import World, ids, refused, text

EVENTS = "/v1/timeline-events"


def found(client: httpx.Client, q: str, path: str = EVENTS, more: str = "") -> list[str]:
    """Ids of the events that a search finds, by id."""
    return ids(client, f"{path}?sort=id&q={quote(q)}{more}")


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("castle", ["signing"]),
        ("CASTLE", ["signing"]),
        ("château", ["signing"]),
        ("chateau", ["signing"]),
        ("CHÂTEAU", ["signing"]),
        ("cha\u0302teau", ["signing"]),
        ("d'Elbe", ["signing"]),
        ("d’Elbe", ["signing"]),
        ("elba castle", ["signing"]),
        ("castle elba", ["signing"]),
        ("castle château", ["signing"]),
        ("castle war", []),
        ("the fr", ["feud", "quarrel", "signing", "truce", "war"]),
    ],
)
def test_words_are_found_in_both_languages_without_accents_and_case_all_of_them_in_any_order(
    still: httpx.Client, q: str, expected: list[str]
) -> None:
    assert found(still, q) == expected
    assert found(still, q, more="&lang=fr") == expected


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("cast", ["signing"]),
        ("elba cast", ["signing"]),
        ("cast elba", []),
        ("astle", []),
        ("tru", ["truce"]),
        ('"cast"', []),
        ('"elba cast', ["signing"]),
        ("cast ", ["signing"]),
    ],
)
def test_the_last_word_is_also_a_beginning_unless_it_is_quoted(
    still: httpx.Client, q: str, expected: list[str]
) -> None:
    assert found(still, q) == expected


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ('"elba castle"', ["signing"]),
        ('"castle elba"', []),
        ('"summary of the war"', ["war"]),
        ('"summary war"', []),
        ('"summary of" war', ["war"]),
        ('war "summary of"', ["war"]),
        ('"ELBA   castle!"', ["signing"]),
        ('"" castle', ["signing"]),
        ('"castle', ["signing"]),
    ],
)
def test_words_in_quotes_are_found_as_they_stand_together(still: httpx.Client, q: str, expected: list[str]) -> None:
    assert found(still, q) == expected


@pytest.mark.parametrize(
    "q",
    [
        "castle AND",
        "castle AND elba",
        "OR",
        "NEAR(castle",
        "castle OR war",
        "castle NOT nothing",
        "NEAR(castle elba)",
        "NEAR(castle elba, 5)",
        "title_en:castle",
        "{title_en}: castle",
    ],
)
def test_operators_are_words_like_others(still: httpx.Client, q: str) -> None:
    assert found(still, q) == []


@pytest.mark.parametrize(
    "q",
    [
        "castle*",
        "{castle}",
        "^castle",
        "-castle",
        "+castle",
        "(castle",
        "castle)",
        "castle:",
        "castle;--",
        "'castle'",
        "_castle_",
    ],
)
def test_signs_around_a_word_mean_nothing(still: httpx.Client, q: str) -> None:
    assert found(still, q) == ["signing"]


@pytest.mark.parametrize("q", ["*", '"', '""', "-- ;", "’", "_", "\u0301"])
def test_a_search_without_a_letter_or_digit_is_refused(still: httpx.Client, q: str) -> None:
    assert refused(still, f"{EVENTS}?q={quote(q)}") == [
        ("q", "has no letter or digit to search for: write a word. For example: korea")
    ]


def test_q_takes_200_characters_and_not_one_more(still: httpx.Client) -> None:
    assert found(still, "é" * 200) == []
    assert refused(still, f"{EVENTS}?q={quote('é' * 201)}")[0] == (
        "q",
        "must have at most 200 characters. For example: korea",
    )


def test_every_text_of_a_record_is_looked_through_those_within_it_too(still: httpx.Client) -> None:
    assert found(still, "pommettes", "/v1/sanctions-measures") == ["no-apples"]
    assert found(still, "apple permit", "/v1/sanctions-measures") == ["no-apples"]
    assert found(still, "reine", "/v1/actors") == ["zara"]
    assert found(still, "bureau", "/v1/sources") == ["almanac"]


def test_ids_addresses_and_values_are_not_texts(still: httpx.Client) -> None:
    assert found(still, "armed") == []
    assert found(still, "example", "/v1/sources") == []
    assert found(still, "aland", "/v1/timeline-events") == []


def test_a_list_finds_nothing_of_another_collection(still: httpx.Client) -> None:
    assert found(still, "patrol") == []
    assert found(still, "patrol", "/v1/initiatives") == ["patrol"]


def test_each_revision_is_searched_as_it_was(world: World, api: httpx.Client) -> None:
    world.publish_with_change("timeline-events", "tie", title=text("A draw"), summary=text("Equal"))
    world.withdraw("timeline-events", "feud")
    world.publish()
    assert found(api, "draw") == ["tie"]
    assert found(api, '"a tie"') == []
    assert found(api, '"a tie"', more="&revision=1") == ["tie"]
    assert found(api, "draw", more="&revision=1") == []
    assert found(api, "draw", more="&as_of=2020-01-02T00:00:00Z") == ["tie"]
    assert found(api, "feud") == []
    assert found(api, "feud", more="&revision=2") == ["feud"]


def test_a_word_of_two_scripts_or_with_a_mark_that_no_letter_has_finds_itself(world: World, api: httpx.Client) -> None:
    world.publish_with_change("timeline-events", "tie", title=text("x\u0302tie 김정은 2nd №5"))
    for q in ("x\u0302tie", "xtie", "김정은", "김정", "2nd", "№5"):
        assert found(api, q) == ["tie"], q
