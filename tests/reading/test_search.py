"""Search: what is found, best first, marked where it matched, counted, walked, and the same for ever at a revision."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyroaring import BitMap
from sqlalchemy import Connection, select, update

from app.errors import InvalidValue
from app.resources.registry import COLLECTIONS
from app.store.checksums import read_bitmap, stored_bitmap
from app.store.engines.sqlite import SqliteDatabase
from app.store.search import documents as fulltext
from app.store.search.base import COLUMNS
from app.store.search.query import parse
from app.store.tables import POSTINGS, VERSION_INDEX, VERSION_SETS
from tests.support.checksums import renew_checksums
from tests.support.reading import Page, Reader, asking, reader_of
from tests.support.words import bare
from tests.support.world import World, record, text

EMPTY = "Nothing to be found in here"


def search(reader: Reader, q: str, **asked: object) -> Page:
    """A page of a search."""
    return reader.page(asking(f"search?q={quote(q)}", **asked))


def found(reader: Reader, q: str, **asked: object) -> list[str]:
    """The ids that a search finds, in its order."""
    return search(reader, q, **asked).ids


def note(world: World, id: str, title: str, summary: str, french: tuple[str, str] = (EMPTY, EMPTY)) -> None:
    """A background fact with these words and no others."""
    words = {"title": text(title, french[0]), "summary": text(summary, french[1])}
    world.records["background-facts"].append(record(id, title, kind="situation", about=["borea"]) | words)


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("", "q"),
        ("q=", "q"),
        ("q=%22*%22", "q"),
        ("q=war&sort=date", "sort"),
        ("q=war&collection=wars", "collection"),
    ],
)
def test_a_search_needs_words_and_takes_no_order(tiny: Reader, query: str, parameter: str) -> None:
    assert tiny.refused(f"search?{query}")[0] == parameter


@pytest.mark.parametrize("question", ["search", "timeline-events", "timeline"])
def test_q_takes_200_characters_with_a_letter_or_digit(tiny: Reader, question: str) -> None:
    assert tiny.ids(f"{question}?q={quote('é' * 200)}") == []
    assert tiny.refused(f"{question}?q={quote('é' * 201)}") == ("q", "too-long")
    for q in ("*", '"', '""', "-- ;", "’", "_", "\u0301"):
        assert tiny.refused(f"{question}?q={quote(q)}") == ("q", "no-words")


def test_a_hit_in_full(tiny: Reader) -> None:
    page = search(tiny, "castle", lang="fr")
    assert page.rows == [
        {
            "collection": "timeline-events",
            "id": "signing",
            "title": "The signing (fr)",
            "summary": "Summary of The signing (fr)",
            "kind": "agreement",
            "date": "1990-05-01",
            "earliest": "1990-05-01",
            "latest": "1990-05-01",
            "place": "Château d’Elbe",
            "actors": [],
            "topics": [],
            "url": "/v1/timeline-events/signing",
            "snippet": [
                {"text": "Summary of The signing · Elba ", "match": False},
                {"text": "Castle", "match": True},
            ],
        }
    ]
    assert (page.total, page.next) == (1, None)
    assert page.extra == {"counts": {"timeline-events": 1}, "ranking": "relevance"}


def test_records_of_every_collection_are_found_those_without_a_date_too(tiny: Reader) -> None:
    page = search(tiny, "summary", limit=200)
    assert page.extra["counts"] == {name: tiny.page(name).total for name in sorted(COLLECTIONS)}
    dates = {hit["id"]: hit["date"] for hit in page.rows}
    assert (dates["borea"], dates["no-boats"], dates["the-treaty"]) == (None, None, "1991")


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("castle elba", ["signing"]),
        ("castle war", []),
        ("château castle", ["signing"]),
        ('"castle elba"', []),
        ("pommet", ["no-apples"]),
        ("almanach", ["almanac"]),
    ],
)
def test_all_words_of_either_language_are_looked_for_whatever_the_language_asked_for(
    tiny: Reader, q: str, lang: str, expected: list[str]
) -> None:
    assert found(tiny, q, lang=lang) == expected


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_list_is_searched_in_its_own_order(tiny: Reader, lang: str) -> None:
    assert tiny.ids(f"timeline-events?sort=id&q=the+fr&lang={lang}") == ["feud", "quarrel", "signing", "truce", "war"]


def refusal(q: str) -> str | None:
    """The code for which a search text is refused; None if it can be searched."""
    try:
        parse(q)
    except InvalidValue as error:
        return error.code
    return None


@given(q=st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=60))
@settings(max_examples=80)
def test_no_text_makes_a_search_fail(tiny: Reader, q: str) -> None:
    if code := refusal(q):
        assert tiny.refused(f"search?q={quote(q)}") == ("q", code)
    else:
        found(tiny, q)


@given(q=st.text(st.sampled_from('ae*^":()-+{}, ORANDNOTEAœ'), min_size=1, max_size=40))
def test_no_signs_make_a_search_fail(tiny: Reader, q: str) -> None:
    if code := refusal(f"a{q}"):
        assert code == "search-operator"
    else:
        found(tiny, f"a{q}")


def rank(world: World) -> None:
    """Two revisions more, with notes to be ranked: of two that differ in one respect the better was published first."""
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


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """A reader of a world with notes to be ranked."""
    with reader_of(tmp_path_factory.mktemp("library"), rank) as reader:
        yield reader


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
    library: Reader, q: str, expected: list[str]
) -> None:
    assert found(library, q) == found(library, q, lang="fr") == expected


def test_of_equals_the_newest_comes_first(library: Reader) -> None:
    assert found(library, "spice") == [f"pepper-{number}" for number in (5, 4, 3, 2, 1, 0)]


def test_a_word_given_twice_counts_once(library: Reader) -> None:
    assert found(library, '"pepper" "pepper" "walnut"') == found(library, '"pepper" "walnut"')


def test_a_word_that_is_almost_everywhere_ranks_nothing(library: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.store.search.ranking._COMMON", 7)
    assert found(library, "pepper walnut") == ["rare-in-title", "common-in-title"]
    assert found(library, '"pepper"')[:3] == ["pepper-5", "pepper-4", "pepper-3"]


@pytest.mark.parametrize("q", ["walnut pepper", "pepper", "pepper one", "one two", '"one two"', "w"])
def test_the_order_of_a_revision_stays_when_later_words_weigh_otherwise(world: World, reader: Reader, q: str) -> None:
    note(world, "a", "Walnut", "pepper one two three four")
    note(world, "b", "Pepper", "walnut one two three four five")
    for number in range(6):
        note(world, f"pepper-{number}", "Spice", "pepper one two three four")
    world.publish()
    then = search(reader, q)
    for number in range(40):
        note(world, f"walnut-{number}", "Walnut", "walnut " + "two " * number + "one")
    world.publish()
    assert search(reader, q, revision=2) == then
    unaware = Reader(world.db)  # it has kept no result
    assert search(unaware, q, as_of="2020-01-02T00:00:00Z") == then
    if q == "walnut pepper":
        assert found(reader, q) == ["b", "a"]
        assert found(reader, q, revision=2) == ["a", "b"]


def test_what_was_withdrawn_or_reworded_is_found_at_its_revision_alone(world: World, reader: Reader) -> None:
    world.withdraw("timeline-events", "truce")
    world.change("initiatives", "patrol", title=text("Sailing"), summary=text("Ships sail"))
    world.publish()
    for question in ("search?", "timeline-events?", "initiatives?"):
        truce, patrol = (question.startswith(("search", name)) for name in ("timeline", "initiatives"))
        assert reader.ids(f"{question}q=truce") == reader.ids(f"{question}q=patrol") == []
        assert reader.ids(f"{question}q=truce&revision=1") == ["truce"] * truce
        assert reader.ids(f"{question}q=patrol&as_of=2020-01-01T12:00:00Z") == ["patrol"] * patrol
        assert reader.ids(f"{question}q=sail") == ["patrol"] * patrol
        assert reader.ids(f"{question}q=sail&revision=1") == []
    assert search(reader, "sail", revision=1).extra["counts"] == {}
    assert search(reader, "patrol", revision=1).rows[0]["title"] == "The patrol"


def pieces(reader: Reader, q: str, **asked: object) -> str:
    """The snippet of the only hit, what matched in brackets."""
    (hit,) = search(reader, q, **asked).rows
    return "".join(f"[{one['text']}]" if one["match"] else one["text"] for one in hit["snippet"])


@pytest.mark.parametrize(
    ("q", "lang", "expected"),
    [
        ("castle", "en", "Summary of The signing · Elba [Castle]"),
        ("castle", "fr", "Summary of The signing · Elba [Castle]"),
        ("CHATEAU", "fr", "Summary of The signing (fr) · [Château] d’Elbe"),
        ("chateau", "en", "Summary of The signing (fr) · [Château] d’Elbe"),
        ("chât", "en", "Summary of The signing (fr) · [Château] d’Elbe"),
        ("castle signing", "en", "Summary of The [signing] · Elba [Castle]"),
        ("castle signing", "fr", "Summary of The [signing] (fr) · Château d’Elbe"),
        ('"elba castle"', "en", "Summary of The signing · [Elba Castle]"),
        ("elbe signing", "en", "Summary of The [signing] · Elba Castle"),
        ("pommettes", "fr", "Summary of No apples (fr) · art. 2 · [Pommettes] · art. 3 · Apple permit (fr)"),
    ],
)
def test_a_snippet_marks_what_matched_in_the_language_of_the_answer_if_it_did_there(
    tiny: Reader, q: str, lang: str, expected: str
) -> None:
    assert pieces(tiny, q, lang=lang) == expected


def test_where_only_the_title_matches_it_is_the_snippet(library: Reader) -> None:
    hits = search(library, "lantern").rows
    assert [hit["snippet"] for hit in hits] == [
        [{"text": "Lantern", "match": True}],
        [{"text": "Lantern", "match": True}, {"text": " two three four five", "match": False}],
    ]


def test_a_long_text_is_cut_around_what_matched(world: World, reader: Reader) -> None:
    before, after = ("one two three four five six seven eight nine ten eleven. " * 9, " twelve thirteen" * 30)
    note(world, "long", "Long", f"{before}Needle,{after}")
    world.publish()
    shown = pieces(reader, "needle")
    assert re.fullmatch(r"…\[Needle\],[a-z ]+…", shown)
    assert shown.strip("…").replace("[", "").replace("]", "") in f"{before}Needle,{after}"
    assert len(shown.split()) <= 26


@pytest.mark.parametrize(("lang", "other"), [("en", "fr"), ("fr", "en")])
@pytest.mark.parametrize("q", ["korea", "nations unies", '"security council"', "sanct"])
def test_snippets_of_the_packaged_records_are_pieces_of_their_own_texts(
    packaged: Reader, dossier_db: SqliteDatabase, q: str, lang: str, other: str
) -> None:
    hits = packaged.everything(f"search?q={quote(q)}&lang={lang}")
    with dossier_db.reading() as connection:
        numbers = select(VERSION_INDEX.c.collection, VERSION_INDEX.c.id, VERSION_INDEX.c.number).where(
            VERSION_INDEX.c.superseded_in.is_(None)
        )
        number = {(collection, id): number for collection, id, number in connection.execute(numbers)}
        texts = fulltext.stored(connection, list(number.values()))
    for hit in hits:
        document = texts[number[hit["collection"], hit["id"]]].texts()
        shown = "".join(piece["text"] for piece in hit["snippet"]).strip("…")
        assert any(piece["match"] for piece in hit["snippet"])
        assert any(shown in text.replace("\n", " · ") for text in document.values())
        if found_in(document, lang, q):
            assert any(shown in document[f"{part}_{lang}"].replace("\n", " · ") for part in PARTS)
    assert len(hits) > 3


PARTS = ("title", "text")


def found_in(document: dict[str, Any], lang: str, q: str) -> bool:
    """Whether one of the words looked for, or for the last a beginning, is in the texts of a language."""
    words = bare(" ".join(document[f"{part}_{lang}"] for part in PARTS))
    if q.startswith('"'):
        return q.strip('"') in words
    *whole, beginning = q.split()
    return bool(re.search(rf"\b(({'|'.join(whole) or '$.'})\b|{beginning})", words))


@pytest.mark.parametrize("q", ["korea", "corée", "sanctions", "united nations", '"security council"', "n", "aide"])
def test_counts_are_those_of_each_list_and_sum_to_the_total(packaged: Reader, q: str) -> None:
    page = search(packaged, q, limit=1)
    totals = {name: packaged.page(f"{name}?q={quote(q)}&limit=1").total for name in COLLECTIONS}
    assert page.extra["counts"] == {name: total for name, total in totals.items() if total}
    assert page.total == sum(totals.values()) > 0


def test_a_search_of_some_collections_counts_these_alone(tiny: Reader) -> None:
    page = tiny.page("search?q=the&collection=actors&collection=timeline-events&collection=initiatives&limit=2")
    assert page.extra["counts"] == {"initiatives": 1, "timeline-events": 5}
    assert page.total == 6
    assert {hit["collection"] for hit in page.rows} <= {"initiatives", "timeline-events"}


def more(world: World) -> None:
    """Publish another record that contains `the`, change one, withdraw one."""
    note(world, f"note-{world.revisions}", "The the the", "the")
    world.change("timeline-events", "war", title=text(f"The war {world.revisions}"))
    if world.revisions == 2:
        world.withdraw("timeline-events", "truce")
    world.publish()


@pytest.mark.parametrize("limit", [1, 2, 3])
@pytest.mark.parametrize(("most", "order"), [(10_000, "relevance"), (3, "newest")])
def test_a_walk_meets_every_hit_of_its_revision_once_while_publications_go_on(
    world: World, reader: Reader, monkeypatch: pytest.MonkeyPatch, most: int, order: str, limit: int
) -> None:
    monkeypatch.setattr("app.reading.search.MOST_RANKED", most)

    def publish() -> None:
        if world.revisions < 3:
            more(world)

    first = search(reader, "the", limit=200)
    assert first.extra["ranking"] == order
    assert reader.walk(f"search?q=the&limit={limit}", publish) == first.rows
    assert len(first.rows) == first.total >= 12
    assert search(reader, "the", limit=200).rows != first.rows


def test_a_cursor_goes_on_in_its_own_search_alone(tiny: Reader) -> None:
    cursor = search(tiny, "the", limit=2).next
    assert found(tiny, "the", limit=3, lang="fr", cursor=cursor) == found(tiny, "the", limit=5)[2:]
    for other in ("q=war", "q=the&collection=actors", "q=The"):
        assert tiny.refused(f"search?{other}&cursor={cursor}") == ("cursor", "cursor-of-other-query")
    assert tiny.refused(f"timeline-events?q=the&cursor={cursor}") == ("cursor", "cursor-of-other-list")


@pytest.mark.parametrize("position", [0, -1])
def test_a_cursor_without_a_place_in_a_ranking_is_refused(tiny: Reader, position: int) -> None:
    with tiny.opened("search?q=the") as page:
        cursor = page.request.keyset.cursor_after([position], 1)
    assert tiny.refused(f"search?q=the&cursor={cursor}") == ("cursor", "invalid-cursor")


@pytest.mark.parametrize("most", [10_000, 3])
def test_an_export_has_all_hits_in_the_order_of_the_pages(
    library: Reader, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr("app.reading.search.MOST_RANKED", most)
    monkeypatch.setattr("app.reading.search.BATCH", 4)
    hits = Reader(library.db).walk("search?q=one&limit=3")
    assert len(hits) == 20
    assert Reader(library.db).everything("search?q=one") == hits


def crowd(db: SqliteDatabase, copies: int) -> None:
    """Insert so many copies of the tie, far faster than by `publish`: only what a search reads of them."""
    count = f"WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {copies})"
    own = {column.name: column.name for column in VERSION_INDEX.columns}
    own |= {"number": "1000 + n", "id": "printf('tie-%05d', n)"}
    own["body_en"] = """replace(body_en, '"id":"tie"', printf('"id":"tie-%05d"', n))"""
    named = ", ".join(COLUMNS)
    with db.writing() as connection:
        tie = connection.execute(select(VERSION_INDEX.c.number).where(VERSION_INDEX.c.id == "tie")).scalar_one()
        for statement in (
            (
                f"INSERT INTO version_index ({', '.join(own)}) {count} "
                f"SELECT {', '.join(own.values())} FROM version_index, n"
            ),
            f"INSERT INTO search_index (rowid, {named}) {count} SELECT 1000 + n, {named} FROM search_index, n",
            f"INSERT INTO search_texts (number, {named}) {count} SELECT 1000 + n, {named} FROM search_texts, n",
        ):
            one = "search_index.rowid" if "search_index" in statement else "number"
            connection.exec_driver_sql(f"{statement} WHERE {one} = {tie}")
        add_to_bitmaps(connection, range(1001, 1001 + copies))
        connection.exec_driver_sql(f"UPDATE revisions SET records = records + {copies} WHERE number = 2")
        renew_checksums(connection)


def add_to_bitmaps(connection: Connection, numbers: range) -> None:
    """Add versions of events to the bitmap index: as current ones at revision 2, and to their collection."""
    events = (POSTINGS.c.field == "collection", POSTINGS.c.value == "timeline-events")
    current = (VERSION_SETS.c.name == "current", VERSION_SETS.c.revision == 2)
    for table, conditions in ((POSTINGS, events), (VERSION_SETS, current)):
        bits = connection.execute(select(table.c.bits).where(*conditions)).scalar_one()
        more = read_bitmap(bits) | BitMap(numbers)
        connection.execute(update(table).where(*conditions).values(bits=stored_bitmap(more)))


@pytest.mark.slow
def test_more_than_ten_thousand_hits_come_newest_first_and_ten_thousand_ranked(world: World, reader: Reader) -> None:
    note(world, "ties", "Ties", "Neckties")
    world.publish()
    crowd(world.db, 9_999)
    ranked = search(reader, '"tie"', limit=1)
    assert (ranked.extra["ranking"], ranked.total) == ("relevance", 10_000)
    newest = search(reader, "tie", limit=2)
    assert (newest.extra["ranking"], newest.total) == ("newest", 10_001)
    assert newest.extra["counts"] == {"background-facts": 1, "timeline-events": 10_000}
    walked = [hit["id"] for hit in reader.walk("search?q=tie&limit=200")]
    assert walked == [*(f"tie-{number:05}" for number in range(9_999, 0, -1)), "ties", "tie"]
    assert [hit["id"] for hit in reader.everything("search?q=tie")] == walked
