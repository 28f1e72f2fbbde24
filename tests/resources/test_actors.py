"""Actors: fields, order by title in each language, filters, refusals."""

import httpx
import pytest

from tests.support.world import World, ids, refused, text

LIST = "/v1/actors"


def test_an_actor_has_all_its_fields_and_those_of_its_roles(still: httpx.Client) -> None:
    assert still.get(f"{LIST}/zara?lang=fr").json()["data"] == {
        "id": "zara",
        "title": "Zara (fr)",
        "summary": "Summary of Zara (fr)",
        "citations": [{"source": "gazette", "section": None, "fragment": None, "url": None}],
        "revision": 1,
        "published_at": "2020-01-01T00:00:00Z",
        "url": "/v1/actors/zara",
        "kind": "person",
        "code": None,
        "roles": [{"title": "Reine", "of": "borea", "period": "2001/.."}],
    }


def test_titles_sort_without_regard_to_accents_and_case(world: World, api: httpx.Client) -> None:
    for id, title in {"e1": "elbe", "e2": "Elbow", "z1": "abc", "o1": "Œuvre", "o2": "Ode"}.items():
        world.add("actors", id, title, kind="group")
    world.publish()
    names = ["abc", "Åland", "Borea", "Élba", "elbe", "Elbow", "Ode", "Œuvre", "Zara"]
    listed = [row["title"] for row in api.get(f"{LIST}?sort=title").json()["data"]]
    assert listed == names
    turned = [row["title"] for row in api.get(f"{LIST}?sort=-title").json()["data"]]
    assert turned == names[::-1]


def test_titles_sort_in_the_language_of_the_answer(world: World, api: httpx.Client) -> None:
    world.change("actors", "aland", title=text("Åland", "Zéland"))
    world.change("actors", "zara", title=text("Zara", "Aline"))
    world.publish()
    assert ids(api, f"{LIST}?sort=title") == ["aland", "borea", "elba", "zara"]
    assert ids(api, f"{LIST}?sort=title&lang=fr") == ["zara", "borea", "elba", "aland"]


def test_equal_titles_are_ordered_by_id(world: World, api: httpx.Client) -> None:
    world.add("actors", "b-two", "Borea", kind="state")
    world.publish()
    assert ids(api, f"{LIST}?sort=title&lang=en") == ["aland", "b-two", "borea", "elba", "zara"]
    assert ids(api, f"{LIST}?sort=-title&lang=en") == ["zara", "elba", "borea", "b-two", "aland"]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ("kind=state", ["aland", "borea"]),
        ("kind=person&kind=organization", ["elba", "zara"]),
        ("code=AX", ["aland"]),
        ("code=CA&code=AX", ["aland"]),
        ("code=CA", []),
        ("actor=borea", ["zara"]),
        ("source=almanac", []),
        ("kind=state&code=AX", ["aland"]),
    ],
)
def test_actors_are_filtered_by_kind_code_and_whom_their_roles_name(
    still: httpx.Client, filters: str, expected: list[str]
) -> None:
    assert ids(still, f"{LIST}?{filters}") == expected


@pytest.mark.parametrize("code", ["ax", "AXE", "A", "A1"])
def test_a_code_that_is_not_two_capitals_is_refused(still: httpx.Client, code: str) -> None:
    assert [name for name, _ in refused(still, f"{LIST}?code={code}")] == ["code"]


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"kind": "ghost"}, 'actors.toml: zara: kind: "ghost" is not known. Allowed: state, person, '),
        ({"code": "ax"}, 'actors.toml: zara: code: "ax" does not match the pattern '),
        ({"topics": ["peace"]}, "actors.toml: zara: topics: is not a field here"),
        ({"roles": [{"title": {"en": "Queen"}}]}, "actors.toml: zara: roles.0.title.fr: is required"),
        ({"roles": [{"title": text("Queen"), "period": "?"}]}, "actors.toml: zara: roles.0.period: '?' is not"),
        (
            {"roles": [{"title": text("Queen"), "of": "nowhere"}]},
            "actors: zara: of: names nowhere, which is not in actors",
        ),
    ],
)
def test_an_actor_that_does_not_fit_is_refused(world: World, fields: dict[str, object], fault: str) -> None:
    world.change("actors", "zara", **fields)
    [line] = world.faults()
    assert fault in line
