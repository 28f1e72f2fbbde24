"""Search: what is found, best first, marked where it matched, counted, walked, and the same for ever at a revision."""

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select
from sqlalchemy import text as sql

from app.main import create_app
from app.resources.registry import COLLECTIONS
from app.store import migrate
from app.store.engines.sqlite import SqliteDatabase
from app.store.search import sqlite as fulltext
from app.store.tables import VERSION_INDEX
from tests.support.servers import client_of, inhabited, settings_for
from tests.support.walks import rows
from tests.support.world import World, record, refused, text

SEARCH = "/v1/search"
EMPTY = "Nothing to be found in here"


def search(client: httpx.Client, q: str, **asked: Any) -> dict[str, Any]:
    """The answer to a search."""
    answer: dict[str, Any] = client.get(SEARCH, params={"q": q, **asked}).raise_for_status().json()
    return answer


def found(client: httpx.Client, q: str, **asked: Any) -> list[str]:
    """The ids that a search finds, in its order."""
    return [hit["id"] for hit in search(client, q, **asked)["data"]]


def note(world: World, id: str, title: str, summary: str, french: tuple[str, str] = (EMPTY, EMPTY)) -> None:
    """A background fact with these words and no others."""
    words = {"title": text(title, french[0]), "summary": text(summary, french[1])}
    world.records["background-facts"].append(record(id, title, kind="situation", about=["borea"]) | words)


def test_a_search_needs_words(still: httpx.Client) -> None:
    assert refused(still, SEARCH) == [("q", "is required. For example: korea")]
    assert refused(still, f"{SEARCH}?q=")[0][0] == "q"
    assert refused(still, f"{SEARCH}?q=%22*%22")[0][0] == "q"
    assert refused(still, f"{SEARCH}?q=war&sort=date")[0][0] == "sort"
    assert refused(still, f"{SEARCH}?q=war&collection=wars")[0][0] == "collection"


def test_a_hit_in_full(still: httpx.Client) -> None:
    assert search(still, "castle", lang="fr") == {
        "data": [
            {
                "collection": "timeline-events",
                "id": "signing",
                "title": "The signing (fr)",
                "date": "1990-05-01",
                "earliest": "1990-05-01",
                "latest": "1990-05-01",
                "topics": [],
                "url": "/v1/timeline-events/signing",
                "snippet": [
                    {"text": "Summary of The signing Elba ", "match": False},
                    {"text": "Castle", "match": True},
                ],
            }
        ],
        "page": {"limit": 50, "total": 1, "next": None},
        "counts": {"timeline-events": 1},
        "order": "relevance",
        "dataset": {"revision": 1, "published_at": "2020-01-01T00:00:00Z"},
    }


def test_records_of_every_collection_are_found_those_without_a_date_too(still: httpx.Client) -> None:
    everything = search(still, "summary", limit=200)
    assert everything["counts"] == {name: still.get(f"/v1/{name}").json()["page"]["total"] for name in COLLECTIONS}
    assert {
        hit["id"]: hit["date"] for hit in everything["data"] if hit["id"] in ("borea", "no-boats", "the-treaty")
    } == {
        "borea": None,
        "no-boats": None,
        "the-treaty": "1991",
    }


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("castle elba", ["signing"]),
        ("castle war", []),
        ("CHATEAU", ["signing"]),
        ("château castle", ["signing"]),
        ('"elba castle"', ["signing"]),
        ('"castle elba"', []),
        ("elba cas", ["signing"]),
        ("cas elba", []),
        ('elba "cas"', []),
        ("pommet", ["no-apples"]),
        ("almanach", ["almanac"]),
        ("castle AND elba", []),
        ("castle OR war", []),
        ("castle NOT war", []),
        ("NEAR(castle elba)", []),
        ("title_en:castle", []),
        ("castle*", ["signing"]),
        ("^castle", ["signing"]),
        ("-castle", ["signing"]),
        ('"castle', ["signing"]),
        ('castle"', ["signing"]),
        ("castle' OR 1=1 --", []),
    ],
)
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_all_words_of_either_language_are_looked_for_and_nothing_is_an_operator(
    still: httpx.Client, q: str, lang: str, expected: list[str]
) -> None:
    assert found(still, q, lang=lang) == expected


@given(q=st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=60))
@settings(max_examples=80)
def test_no_text_makes_a_search_fail(still: httpx.Client, q: str) -> None:
    assert still.get(SEARCH, params={"q": q}).status_code in (200, 422)


@given(q=st.text(st.sampled_from('ae*^":()-+{}, ORANDNOTEAœ'), min_size=1, max_size=40))
def test_no_signs_make_a_search_fail(still: httpx.Client, q: str) -> None:
    assert still.get(SEARCH, params={"q": f"a{q}"}).status_code == 200


# The order


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A world with notes to be ranked: of two that differ in one respect the better was published first."""
    with inhabited(tmp_path_factory.mktemp("library")) as (world, client):
        for id, title, summary in (
            ("in-title", "Lantern", "One two three four five"),
            ("rare-in-title", "Walnut", "pepper one two three four"),
            ("short", "One", "Maple"),
            ("twice", "Two", "Cedar cedar one two"),
            ("oeuvres", "Three", "Œuvre œuvre oeuvre one two"),
            ("hangul-title", "김정은", "one two three"),
            ("cyrillic-title", "Й", "one two three"),
        ):
            note(world, id, title, summary)
        world.publish()
        for id, title, summary in (
            ("in-text", "One", "Lantern two three four five"),
            ("common-in-title", "Pepper", "walnut one two three four"),
            ("long", "One", "Maple two three four five six seven eight nine ten"),
            ("once", "Two", "Cedar fir one two"),
            ("oeuvre", "Three", "Oeuvre fir fir one two"),
            ("hangul-text", "one", "김정은 two three"),
            ("cyrillic-text", "one", "Й two three"),
            *((f"pepper-{number}", "Spice", "pepper one two three four") for number in range(6)),
        ):
            note(world, id, title, summary)
        world.publish()
        yield client


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("lantern", ["in-title", "in-text"]),
        ("lanter", ["in-title", "in-text"]),
        ("walnut pepper", ["rare-in-title", "common-in-title"]),
        ('"walnut" "pepper"', ["rare-in-title", "common-in-title"]),
        ("maple", ["short", "long"]),
        ("cedar", ["twice", "once"]),
        ("ceda", ["twice", "once"]),
        ("oeuvre", ["oeuvres", "oeuvre"]),
        ("ŒUVRE", ["oeuvres", "oeuvre"]),
        ("김정은", ["hangul-title", "hangul-text"]),
        ("김정", ["hangul-title", "hangul-text"]),
        ("й", ["cyrillic-title", "cyrillic-text"]),
    ],
)
def test_the_best_comes_first_by_title_rarity_shortness_and_frequency(
    library: httpx.Client, q: str, expected: list[str]
) -> None:
    assert found(library, q) == found(library, q, lang="fr") == expected


def test_of_equals_the_newest_comes_first(library: httpx.Client) -> None:
    assert found(library, "spice") == [f"pepper-{number}" for number in (5, 4, 3, 2, 1, 0)]


def test_a_word_given_twice_counts_once(library: httpx.Client) -> None:
    assert found(library, '"pepper" "pepper" "walnut"') == found(library, '"pepper" "walnut"')


def test_a_word_that_is_almost_everywhere_ranks_nothing(library: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.store.search.sqlite._COMMON", 7)
    assert found(library, "pepper walnut") == ["rare-in-title", "common-in-title"]
    assert found(library, '"pepper"')[:3] == ["pepper-5", "pepper-4", "pepper-3"]


@pytest.mark.parametrize("q", ["walnut pepper", "pepper", "one two", '"one two"', "w"])
def test_the_order_of_a_revision_stays_when_later_words_weigh_otherwise(
    world: World, api: httpx.Client, q: str
) -> None:
    note(world, "a", "Walnut", "pepper one two three four")
    note(world, "b", "Pepper", "walnut one two three four five")
    for number in range(6):
        note(world, f"pepper-{number}", "Spice", "pepper one two three four")
    world.publish()
    then = api.get(SEARCH, params={"q": q})
    for number in range(40):
        note(world, f"walnut-{number}", "Walnut", "walnut " + "two " * number + "one")
    world.publish()
    assert api.get(SEARCH, params={"q": q, "revision": 2}).content == then.content
    with client_of(create_app(settings_for(world.db.path))) as unaware:  # its server has seen nothing of it
        by_time = unaware.get(SEARCH, params={"q": q, "as_of": "2020-01-02T00:00:00Z"})
    assert by_time.content == then.content
    if q == "walnut pepper":
        assert found(api, q) == ["b", "a"]
        assert found(api, q, revision=2) == ["a", "b"]


# Revisions


def test_what_was_withdrawn_or_reworded_is_found_at_its_revision_alone(world: World, api: httpx.Client) -> None:
    world.withdraw("timeline-events", "truce")
    world.change("initiatives", "patrol", title=text("Sailing"), summary=text("Ships sail"))
    world.publish()
    assert found(api, "truce") == []
    assert found(api, "truce", revision=1) == ["truce"]
    assert found(api, "patrol") == []
    assert found(api, "patrol", revision=1) == ["patrol"]
    assert found(api, "sail") == ["patrol"]
    assert search(api, "sail", revision=1)["counts"] == {}
    assert search(api, "patrol", as_of="2020-01-01T12:00:00Z")["data"][0]["title"] == "The patrol"


# What matched


def pieces(client: httpx.Client, q: str, **asked: Any) -> str:
    """The snippet of the only hit, what matched in brackets."""
    (hit,) = search(client, q, **asked)["data"]
    return "".join(f"[{one['text']}]" if one["match"] else one["text"] for one in hit["snippet"])


@pytest.mark.parametrize(
    ("q", "lang", "expected"),
    [
        ("castle", "en", "Summary of The signing Elba [Castle]"),
        ("castle", "fr", "Summary of The signing Elba [Castle]"),
        ("CHATEAU", "fr", "Summary of The signing (fr) [Château] d’Elbe"),
        ("chateau", "en", "Summary of The signing (fr) [Château] d’Elbe"),
        ("chât", "en", "Summary of The signing (fr) [Château] d’Elbe"),
        ("castle signing", "en", "Summary of The [signing] Elba [Castle]"),
        ("castle signing", "fr", "Summary of The [signing] (fr) Château d’Elbe"),
        ('"elba castle"', "en", "Summary of The signing [Elba Castle]"),
        ("elbe signing", "en", "Summary of The [signing] Elba Castle"),
        ("pommettes", "fr", "Summary of No apples (fr) art. 2 [Pommettes] art. 3 Apple permit (fr)"),
    ],
)
def test_a_snippet_marks_what_matched_in_the_language_of_the_answer_if_it_did_there(
    still: httpx.Client, q: str, lang: str, expected: str
) -> None:
    assert pieces(still, q, lang=lang) == expected


def test_where_only_the_title_matches_it_is_the_snippet(library: httpx.Client) -> None:
    hits = search(library, "lantern")["data"]
    assert [hit["snippet"] for hit in hits] == [
        [{"text": "Lantern", "match": True}],
        [{"text": "Lantern", "match": True}, {"text": " two three four five", "match": False}],
    ]


def test_a_long_text_is_cut_around_what_matched(world: World, api: httpx.Client) -> None:
    before, after = ("one two three four five six seven eight nine ten eleven. " * 9, " twelve thirteen" * 30)
    note(world, "long", "Long", f"{before}Needle,{after}")
    world.publish()
    shown = pieces(api, "needle")
    assert re.fullmatch(r"…[a-z .]+\[Needle\],[a-z ]+…", shown)
    assert shown.strip("…").replace("[", "").replace("]", "") in f"{before}Needle,{after}"
    assert len(shown.split()) <= 26


@pytest.mark.parametrize(("lang", "other"), [("en", "fr"), ("fr", "en")])
@pytest.mark.parametrize("q", ["korea", "nations unies", '"security council"', "sanct"])
def test_snippets_of_the_packaged_records_are_pieces_of_their_own_texts(
    dossier: httpx.Client, dossier_db: SqliteDatabase, q: str, lang: str, other: str
) -> None:
    hits = rows(dossier, str(httpx.URL(SEARCH, params={"q": q, "lang": lang, "limit": 200})))
    with dossier_db.reading() as connection:
        numbers = select(VERSION_INDEX.c.collection, VERSION_INDEX.c.id, VERSION_INDEX.c.number).where(
            VERSION_INDEX.c.superseded_in.is_(None)
        )
        number = {(collection, id): number for collection, id, number in connection.execute(numbers)}
        texts = fulltext.stored(connection, list(number.values()))
    for hit in hits:
        document = texts[number[hit["collection"], hit["id"]]]._asdict()
        shown = "".join(piece["text"] for piece in hit["snippet"]).strip("…")
        assert any(piece["match"] for piece in hit["snippet"])
        assert any(shown in document[f"{part}_{one}"].replace("\n", " ") for part in PARTS for one in (lang, other))
        if found_in(document, lang, q):
            assert any(shown in document[f"{part}_{lang}"].replace("\n", " ") for part in PARTS)
    assert len(hits) > 3


PARTS = ("title", "text")


def found_in(document: dict[str, Any], lang: str, q: str) -> bool:
    """Whether one of the words looked for, or for the last a beginning, is in the texts of a language."""
    words = bare(" ".join(document[f"{part}_{lang}"] for part in PARTS))
    if q.startswith('"'):
        return q.strip('"') in words
    *whole, beginning = q.split()
    return bool(re.search(rf"\b(({'|'.join(whole) or '$.'})\b|{beginning})", words))


def bare(word: str) -> str:
    """A word without accents and case, ligatures apart."""
    letters = unicodedata.normalize("NFD", word.lower())
    return "".join(one for one in letters if not unicodedata.combining(one)).replace("œ", "oe").replace("æ", "ae")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """A connection to a migrated database in whose search index nothing stands."""
    database = SqliteDatabase(settings_for(tmp_path_factory.mktemp("index") / "index.db"))
    migrate.upgrade(database)
    with database.writers.connect() as connection:
        yield connection
        connection.rollback()
    database.close()


WORDS = st.lists(
    st.sampled_from("cœur Coeur CŒUR coé éco Ça ca œ à A eau Eaux æon aeon œuvre Oeuvres côte cote".split()),
    min_size=1,
    max_size=12,
)
ASKED = st.lists(
    st.sampled_from("co coe coeur cœur ca e ea eau a ae o oe oeuvre cote é".split()), min_size=1, max_size=2
)


@given(english=WORDS, french=WORDS, q=ASKED)
@settings(max_examples=60)
def test_marks_are_the_words_looked_for_and_pieces_are_the_text(
    index: Connection, english: list[str], french: list[str], q: list[str]
) -> None:
    fulltext.add(index, [fulltext.Document(7, "-", "-", ", ".join(english), ", ".join(french))])
    try:
        shown = fulltext.snippets(index, " ".join(q), [7], "fr")
    finally:
        index.execute(sql(f"DELETE FROM {fulltext.INDEX}"))
    spoken = [bare(word) for word in q]

    def meant(words: list[str]) -> list[str]:
        return [word for word in words if bare(word) in spoken or bare(word).startswith(spoken[-1])]

    everywhere = {bare(word) for word in (*english, *french)}
    *whole, beginning = spoken
    if not (everywhere.issuperset(whole) and any(word.startswith(beginning) for word in everywhere)):
        assert shown == {}
        return
    expected = french if meant(french) else english
    assert "".join(piece.text for piece in shown[7]) == ", ".join(expected)
    assert [piece.text for piece in shown[7] if piece.match] == meant(expected)


# Counts, walks, formats


@pytest.mark.parametrize("q", ["korea", "corée", "sanctions", "united nations", '"security council"', "n", "aide"])
def test_counts_are_those_of_each_list_and_sum_to_the_total(dossier: httpx.Client, q: str) -> None:
    page = search(dossier, q, limit=1)
    lists = {name: dossier.get(f"/v1/{name}", params={"q": q, "limit": 1}).json() for name in COLLECTIONS}
    totals = {name: one["page"]["total"] for name, one in lists.items()}
    assert page["counts"] == {name: total for name, total in totals.items() if total}
    assert page["page"]["total"] == sum(totals.values()) > 0


def test_a_search_of_some_collections_counts_these_alone(still: httpx.Client) -> None:
    page = search(still, "the", collection=["actors", "timeline-events", "initiatives"], limit=2)
    assert page["counts"] == {"initiatives": 1, "timeline-events": 5}
    assert page["page"]["total"] == 6
    assert {hit["collection"] for hit in page["data"]} <= {"initiatives", "timeline-events"}


def more(world: World) -> None:
    """Publish another record that holds `the`, change one, withdraw one."""
    note(world, f"note-{world.revisions}", "The the the", "the")
    world.change("timeline-events", "war", title=text(f"The war {world.revisions}"))
    if world.revisions == 2:
        world.withdraw("timeline-events", "truce")
    world.publish()


@pytest.mark.parametrize(("most", "order"), [(10_000, "relevance"), (3, "newest")])
def test_a_walk_meets_every_hit_of_its_revision_once_while_publications_go_on(
    world: World, api: httpx.Client, monkeypatch: pytest.MonkeyPatch, most: int, order: str
) -> None:
    monkeypatch.setattr("app.reading.search.MOST_RANKED", most)

    def publish() -> None:
        if world.revisions < last:
            more(world)

    for limit in (1, 2, 3):
        first, last = search(api, "the", limit=200), world.revisions + 2
        assert first["order"] == order
        assert rows(api, f"{SEARCH}?q=the&limit={limit}", publish) == first["data"]
        assert len(first["data"]) == first["page"]["total"] >= 12
        assert search(api, "the", limit=200)["data"] != first["data"]


def test_a_cursor_goes_on_in_its_own_search_alone(still: httpx.Client) -> None:
    cursor = search(still, "the", limit=2)["page"]["next"]
    assert found(still, "the", limit=3, lang="fr", cursor=cursor) == found(still, "the", limit=5)[2:]
    for other in ("q=war", "q=the&collection=actors", "q=The"):
        assert refused(still, f"{SEARCH}?{other}&cursor={cursor}")[0][0] == "cursor"
    assert refused(still, f"/v1/timeline-events?q=the&cursor={cursor}")[0][0] == "cursor"


@pytest.mark.parametrize("most", [10_000, 3])
def test_csv_and_json_lines_hold_all_hits_in_the_order_of_the_pages(
    library: httpx.Client, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr("app.reading.search.MOST_RANKED", most)
    monkeypatch.setattr("app.reading.search.BATCH", 4)
    hits = rows(library, f"{SEARCH}?q=one&limit=3")
    assert len(hits) == 20
    lines = library.get(f"{SEARCH}?q=one&format=jsonl").text.splitlines()
    assert [json.loads(line) for line in lines] == hits
    table = list(csv.DictReader(io.StringIO(library.get(f"{SEARCH}?q=one&format=csv").text)))
    assert [(row["collection"], row["id"], json.loads(row["snippet"])) for row in table] == [
        (hit["collection"], hit["id"], hit["snippet"]) for hit in hits
    ]


def crowd(db: SqliteDatabase, copies: int) -> None:
    """Put so many copies of the tie beside it, far faster than by `publish`: what a search reads of them."""
    count = f"WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {copies})"
    own = {column.name: column.name for column in VERSION_INDEX.columns}
    own |= {"number": "1000 + n", "id": "printf('tie-%05d', n)"}
    own["body_en"] = """replace(body_en, '"id":"tie"', printf('"id":"tie-%05d"', n))"""
    named = ", ".join(fulltext.COLUMNS)
    with db.writing() as connection:
        tie = connection.execute(select(VERSION_INDEX.c.number).where(VERSION_INDEX.c.id == "tie")).scalar_one()
        for statement in (
            (
                f"INSERT INTO version_index ({', '.join(own)}) {count} "
                f"SELECT {', '.join(own.values())} FROM version_index, n"
            ),
            f"INSERT INTO search_index (rowid, {named}) {count} SELECT 1000 + n, {named} FROM search_index, n",
        ):
            one = "number" if "version_index" in statement else "search_index.rowid"
            connection.exec_driver_sql(f"{statement} WHERE {one} = {tie}")


@pytest.mark.slow
def test_more_than_ten_thousand_hits_come_newest_first_and_ten_thousand_ranked(world: World, api: httpx.Client) -> None:
    note(world, "ties", "Ties", "Neckties")
    world.publish()
    crowd(world.db, 9_999)
    ranked = search(api, '"tie"', limit=1)
    assert (ranked["order"], ranked["page"]["total"]) == ("relevance", 10_000)
    newest = search(api, "tie", limit=2)
    assert (newest["order"], newest["page"]["total"]) == ("newest", 10_001)
    assert newest["counts"] == {"background-facts": 1, "timeline-events": 10_000}
    walked = [hit["id"] for hit in rows(api, f"{SEARCH}?q=tie&limit=200")]
    assert walked == [*(f"tie-{number:05}" for number in range(9_999, 0, -1)), "ties", "tie"]
    lines = api.get(f"{SEARCH}?q=tie&format=jsonl").text.splitlines()
    assert [json.loads(line)["id"] for line in lines] == walked
