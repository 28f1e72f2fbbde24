"""Rescoring of the best hits: words side by side, fields that are the query itself, and hits with the same sources."""

from collections.abc import Iterator

import pytest

from tests.reading.test_search import EMPTY, found, note
from tests.support.reading import Reader, reader_of
from tests.support.world import World

FERRIES = 30


def archive(world: World) -> None:
    """Two revisions more: of two notes that differ in one respect, the better was published first."""
    for id, title, summary in (
        ("pair", "The amber lantern is lit", "One two"),
        ("pair-in-title", "Silver bell of old", "A bell here, silver there, old"),
        ("pair-in-text", "Tin and a drum", "The tin drum of three"),
        ("hyphen", "The inter-harbour post goes", "One two"),
        ("apart-in-two-fields", "One cobalt", "Ink two"),
        ("whole", "Zinc", "One two three four five six seven eight nine ten"),
        ("whole-of-two", "Blue basalt", "One two three four five six seven eight nine ten eleven twelve"),
    ):
        note(world, id, title, summary)
    note(world, "paire", EMPTY, EMPTY, ("Un essai nucléaire a lieu", "Un deux"))
    world.publish()
    for id, title, summary in (
        ("no-pair", "The lantern is lit amber", "One two"),
        ("no-pair-in-title", "Silver, or old bell", "A silver bell here there, old"),
        ("no-pair-in-text", "Tin and a drum", "The drum of tin three"),
        ("no-hyphen", "The post goes inter-harbour", "One two"),
        ("together-in-no-field", "Cobalt one", "Ink two"),
        ("not-whole", "Zinc mine", "One two three four five six seven"),
        ("not-whole-of-two", "Blue basalt isle", "One two three four five six seven"),
    ):
        note(world, id, title, summary)
    note(world, "sans-paire", EMPTY, EMPTY, ("Un engin nucléaire à l’essai", "Un deux"))
    world.publish()


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """A reader of a world with pairs of notes."""
    with reader_of(tmp_path_factory.mktemp("archive"), archive) as reader:
        yield reader


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("amber lantern", ["pair", "no-pair"]),
        ("AMBER LANTERNS", ["pair", "no-pair"]),
        ("amber lante", ["pair", "no-pair"]),
        ('"amber" "lantern"', ["pair", "no-pair"]),
        ('"amber" lantern', ["pair", "no-pair"]),
        ("amber lantern -zinc", ["pair", "no-pair"]),
        ("lit amber", ["no-pair", "pair"]),
        ("silver bell", ["pair-in-title", "no-pair-in-title"]),
        ("tin drum", ["pair-in-text", "no-pair-in-text"]),
        ("essai nucléaire", ["paire", "sans-paire"]),
        ("essais nucleaires", ["paire", "sans-paire"]),
        ("inter-harbour post", ["hyphen", "no-hyphen"]),
        ("interharbour post", ["hyphen", "no-hyphen"]),
        ("inter harbour post", ["hyphen", "no-hyphen"]),
        ("interharbour pos", ["hyphen", "no-hyphen"]),
    ],
)
def test_words_side_by_side_as_in_the_query_come_first(reader: Reader, q: str, expected: list[str]) -> None:
    assert found(reader, q) == found(reader, q, lang="fr") == expected


def test_the_end_of_a_field_and_the_beginning_of_the_next_are_not_side_by_side(reader: Reader) -> None:
    assert found(reader, "cobalt ink") == ["together-in-no-field", "apart-in-two-fields"]


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("zinc", ["whole", "not-whole"]),
        ('"ZINC"', ["whole", "not-whole"]),
        ("blue basalt", ["whole-of-two", "not-whole-of-two"]),
        ("zinc one", ["not-whole", "whole"]),
    ],
)
def test_a_title_that_is_the_query_itself_comes_first(reader: Reader, q: str, expected: list[str]) -> None:
    assert found(reader, q) == expected


def test_only_the_best_hits_are_rescored_and_the_others_stay_behind(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.store.search.ranking._WINDOW", 1)
    assert found(Reader(reader.db), "amber lantern") == ["no-pair", "pair"]
    assert found(Reader(reader.db), "amber lantern", revision=2) == ["pair"]


def ferries(world: World) -> None:
    """Notes of one source, and two of another: one with a summary that is a little longer, one with a mere mention."""
    long = " ".join(["one two three four five six seven eight nine ten"] * 12)
    note(world, "other", "Ferry of stone", "The harbour has one more")
    note(world, "mention", "Harbour", f"{long} ferry {long}")
    for one in world.records["background-facts"][-2:]:
        one["citations"] = [{"source": "almanac"}]
    for number in range(FERRIES):
        note(world, f"ferry-{number:02}", "Ferry of wood", "The harbour")
    world.publish()


def test_hits_of_one_source_do_not_keep_all_others_from_the_first_page(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ferries(world)
    order = found(Reader(world.db), "ferry", limit=50)
    assert order.index("other") < 10
    assert order[-1] == "mention"
    assert [id for id in order if id.startswith("ferry")] == [
        f"ferry-{number:02}" for number in reversed(range(FERRIES))
    ]
    monkeypatch.setattr("app.store.search.crowding._DECAY", 1)
    assert found(Reader(world.db), "ferry", limit=50).index("other") == FERRIES


def test_hits_are_spread_by_the_sources_of_their_own_versions(world: World) -> None:
    ferries(world)
    then = found(Reader(world.db), "ferry", limit=50)
    for number in range(FERRIES):
        world.change("background-facts", f"ferry-{number:02}", citations=[{"source": "almanac"}])
    world.publish()
    assert found(Reader(world.db), "ferry", limit=50, revision=2) == then
    assert found(Reader(world.db), "ferry", limit=50) != then


def test_pages_of_hits_that_are_spread_have_each_hit_once(world: World) -> None:
    ferries(world)
    hits = [hit["id"] for hit in Reader(world.db).walk("search?q=ferry&limit=7")]
    assert hits == found(Reader(world.db), "ferry", limit=50)
    assert len(set(hits)) == FERRIES + 2


@pytest.mark.parametrize(
    "q", ["nuclear test", "nuclear tests", '"nuclear test"', "essai nucléaire", "essais nucleaires"]
)
def test_the_six_nuclear_tests_come_before_imported_events(packaged: Reader, q: str) -> None:
    order = found(packaged, q, limit=50)
    tests = [order.index(f"{which}-nuclear-test") for which in ("first", "second", "third", "fourth", "fifth", "sixth")]
    assert max(tests) < min([place for place, id in enumerate(order) if id.startswith("csis-20")] or [12])


@pytest.mark.parametrize("q", ["missile launch", "ballistic missile", "missile"])
def test_imported_launches_do_not_fill_the_first_page(packaged: Reader, q: str) -> None:
    assert any(not id.startswith("csis-") for id in found(packaged, q, limit=10))


@pytest.mark.parametrize(
    ("q", "id"),
    [
        ("Canada", "canada"),
        ("North Korea", "north-korea"),
        ("Corée du Nord", "north-korea"),
        ("Kim Jong-un", "kim-jong-un"),
        ("SEMA", "special-economic-measures-act"),
        ("resolution 1718", "unscr-1718"),
        ("résolution 1718", "unscr-1718"),
    ],
)
def test_what_has_the_name_that_is_searched_for_comes_first(packaged: Reader, q: str, id: str) -> None:
    assert found(packaged, q)[0] == id
