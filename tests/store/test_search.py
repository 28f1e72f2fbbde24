"""Full-text search: inflections, accents, both languages, phrases, beginnings, exclusions, and snippets."""

import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select
from sqlalchemy import text as sql

from app.errors import InvalidValue
from app.model.fields import Language
from app.resources.registry import COLLECTIONS
from app.store.engines.sqlite import SqliteDatabase
from app.store.search import documents as fulltext
from app.store.search import ranking
from app.store.search.highlight import Texts
from app.store.search.matching import matching
from app.store.search.query import parse
from app.store.search.stems import stem
from app.store.tables import SEARCH_TEXTS
from tests.support.engines import SEARCH_INDEX, on_sqlite
from tests.support.servers import begun, migrated
from tests.support.words import bare
from tests.support.world import World, record, text

NOTHING = Texts("", "")


def found(db: SqliteDatabase, q: str, collection: str = "timeline-events") -> list[str]:
    """Ids of the current records of a collection that a search finds, by id."""
    table = COLLECTIONS[collection].table
    with db.reading() as connection:
        current = select(table.c.id, table.c.number).where(table.c.superseded_in.is_(None)).order_by(table.c.id)
        hits = matching(connection, q)
        return [id for id, number in connection.execute(current) if number in hits]


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
    begun_db: SqliteDatabase, q: str, expected: list[str]
) -> None:
    assert found(begun_db, q) == expected


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
    begun_db: SqliteDatabase, q: str, expected: list[str]
) -> None:
    assert found(begun_db, q) == expected


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
def test_words_in_quotes_are_found_as_they_stand_together(
    begun_db: SqliteDatabase, q: str, expected: list[str]
) -> None:
    assert found(begun_db, q) == expected


@pytest.mark.parametrize(
    "q",
    [
        "CASTLE AND",
        "OR",
        "NEAR(castle",
        "CASTLE' OR 1=1 --",
        "castle not nothing",
        'castle "OR"',
        "NEAR(castle elba)",
        "NEAR(castle elba, 5)",
        "title_en:castle",
        "{title_en}: castle",
    ],
)
def test_operators_of_the_engine_are_words_like_others(begun_db: SqliteDatabase, q: str) -> None:
    assert found(begun_db, q) == []


@pytest.mark.parametrize(
    "q",
    [
        "castle*",
        'castle"',
        "{castle}",
        "^castle",
        "- castle",
        "castle -",
        "castle - - --",
        "+castle",
        "(castle",
        "castle)",
        "castle:",
        "castle;--",
        "'castle'",
        "_castle_",
    ],
)
def test_signs_around_a_word_mean_nothing(begun_db: SqliteDatabase, q: str) -> None:
    assert found(begun_db, q) == ["signing"]


def test_every_text_of_a_record_is_looked_through_those_within_it_too(begun_db: SqliteDatabase) -> None:
    assert found(begun_db, "pommettes", "sanctions-measures") == ["no-apples"]
    assert found(begun_db, "apple permit", "sanctions-measures") == ["no-apples"]
    assert found(begun_db, "reine", "actors") == ["zara"]
    assert found(begun_db, "bureau", "sources") == ["almanac"]


def test_ids_addresses_and_values_are_not_texts(begun_db: SqliteDatabase) -> None:
    assert found(begun_db, "armed") == []
    assert found(begun_db, "example", "sources") == []
    assert found(begun_db, "aland", "timeline-events") == []


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteDatabase]:
    """The tiny world with instruments whose texts are those that readers look for in many spellings."""
    world = begun(tmp_path_factory.mktemp("shelf") / "world.db")
    for id, citation, english, french in (
        ("npt", None, "Treaty on the Non-Proliferation of Weapons (NPT)", "Traité sur la non-prolifération (TNP)"),
        ("resolution", "S/RES/1718 (2006)", "Sanctions of the U.N. on the D.P.R.K.", "Les sanctions de l’ONU"),
        ("rules", "SOR/2011-167", "Economic measures on Korea, No. 5", "Mesures économiques et interdites, nº 5"),
        ("joined", None, "A nonproliferation office of the UN; casino 5", "Le bureau à P’yŏngyang, essais nucléaires"),
        ("hyphen", None, "Six–party talks, non proliferation", "Pourparlers d’Ottawa, œuvre de Øre et Łódź"),
    ):
        words = {
            "title": text(english, french),
            "summary": text("-", "—"),
            "legal_citation": text(citation, citation.replace("SOR", "DORS")) if citation else None,
            "also_known_as": ["UNSCR 1718", text("CTBT", "TICE")] if id == "resolution" else [],
            "citations": [{"source": "gazette", "section": "Part 7", "fragment": {"start": id}}],
        }
        world.records["legal-instruments"].append(record(id, english, kind="resolution") | words)
    world.publish()
    yield world.db
    world.db.close()


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("sanction", ["resolution"]),
        ("sanctions", ["resolution"]),
        ("sanctioned", ["resolution"]),
        ("mesure economique", ["rules"]),
        ("mesures économiques", ["rules"]),
        ("interdit", ["rules"]),
        ("essai nucléaire", ["joined"]),
        ("korean measure", ["rules"]),
        ("coréen", []),
        ("U.N.", ["joined", "resolution"]),
        ("UN office", ["joined"]),
        ("DPRK", ["resolution"]),
        ("D.P.R.K.", ["resolution"]),
        ("ONU", ["resolution"]),
        ("l'ONU", ["resolution"]),
        ("l’onu", ["resolution"]),
        ("d’Ottawa", ["hyphen"]),
        ("Ottawa", ["hyphen"]),
        ("nonproliferation", ["joined", "npt"]),
        ("non-proliferation", ["hyphen", "joined", "npt"]),
        ("non‑proliferation", ["hyphen", "joined", "npt"]),
        ("non proliferation", ["hyphen", "npt"]),
        ('"non proliferation"', ["hyphen", "npt"]),
        ('"nonproliferation"', ["joined", "npt"]),
        ('"non-proliferation of weapons"', ["npt"]),
        ('"nonproliferation of weapons"', ["npt"]),
        ('"nonproliferation of weapon"', []),
        ("nonprolif", ["joined", "npt"]),
        ("six-party", ["hyphen"]),
        ("sixparty", ["hyphen"]),
        ('"six party talks"', ["hyphen"]),
        ('"six party talk"', []),
        ("six party talk", ["hyphen"]),
        ("pyongyang", ["joined"]),
        ("P'yongyang", ["joined"]),
        ("oeuvre Ore Lodz", ["hyphen"]),
        ("1718", ["resolution"]),
        ("nº 1718", ["resolution"]),
        ("No. 1718", ["resolution"]),
        ("№1718", ["resolution"]),
        ("S/RES/1718 (2006)", ["resolution"]),
        ("S/RES/1718", ["resolution"]),
        ("S/RES/17", ["resolution"]),
        ('"RES 1718 2006"', ["resolution"]),
        ("SOR/2011-167", ["rules"]),
        ("DORS/2011-167", ["rules"]),
        ("SOR 2011-167", ["rules"]),
        ("sor/2011‑167", ["rules"]),
        ("no 5", ["joined", "rules"]),
        ("Nº5 korea", ["rules"]),
        ("UNSCR 1718", ["resolution"]),
        ("CTBT", ["resolution"]),
        ("TICE", ["resolution"]),
        ("NPT", ["npt"]),
        ("TNP", ["npt"]),
        ("NPT TNP", ["npt"]),
        ("part 7 NPT", ["npt"]),
        ('"Part 7" -sanctions -non-proliferation', ["rules"]),
        ("sanctions -korea", ["resolution"]),
        ("UN -sanction", ["joined"]),
        ('un -"nonproliferation office"', ["resolution"]),
        ('un -"nonproliferation offices"', ["joined", "resolution"]),
        ("proliferation -treaties", ["hyphen"]),
        ('"traité"', ["npt"]),
        ("« traite »", ["npt"]),
        ('"traités"', []),
    ],
)
def test_each_spelling_finds_the_records_that_a_reader_means(
    shelf: SqliteDatabase, q: str, expected: list[str]
) -> None:
    mine = {"npt", "resolution", "rules", "joined", "hyphen"}
    assert [id for id in found(shelf, q, "legal-instruments") if id in mine] == expected


def test_a_phrase_does_not_cross_from_one_field_to_the_next(world: World) -> None:
    world.publish_with_change("timeline-events", "tie", title=text("One two"), summary=text("three four"))
    assert found(world.db, "two three") == ["tie"]
    assert found(world.db, '"two three"') == []
    assert found(world.db, '"three four"') == ["tie"]


def test_sections_are_searched_each_once_and_do_not_rank(begun_db: SqliteDatabase) -> None:
    assert found(begun_db, '"News"') == ["war"]
    with begun_db.reading() as connection:
        (number,) = matching(connection, '"News"')
        document = fulltext.stored(connection, [number])[number]
        pieces = fulltext.snippets(connection, "news", [number], "fr")[number]
    assert document.en == Texts("The war", "Summary of The war", "News\n1950")
    assert document.length() == 14
    assert [(piece.text, piece.match) for piece in pieces] == [("News", True), (" · 1950", False)]


def test_a_list_finds_nothing_of_another_collection(begun_db: SqliteDatabase) -> None:
    assert found(begun_db, "patrol") == []
    assert found(begun_db, "patrol", "initiatives") == ["patrol"]


def test_a_word_of_two_scripts_or_with_a_mark_that_no_letter_has_finds_itself(world: World) -> None:
    world.publish_with_change("timeline-events", "tie", title=text("x\u0302tie 김정은 2nd №5"))
    for q in ("x\u0302tie", "xtie", "김정은", "김정", "2nd", "№5"):
        assert found(world.db, q) == ["tie"], q


ALPHABET = st.characters(codec="latin-1", exclude_categories=["Cc"], exclude_characters='"«»') | st.sampled_from(
    "ŒœŸ’–…№ﬁøŁđß김정은\u0302\u0327\u0331\u0345"
)


def searchable(q: str) -> bool:
    """Whether a search text has something to find."""
    try:
        return bool(parse(q))
    except InvalidValue:
        return False


def emptied(index: Connection) -> None:
    """Take all documents out of the index."""
    index.execute(sql(f"DELETE FROM {SEARCH_INDEX}"))
    index.execute(SEARCH_TEXTS.delete())


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """A connection to a migrated database with an empty search index."""
    database = migrated(tmp_path_factory.mktemp("index") / "index.db")
    with database.writers.connect() as connection:
        yield connection
        connection.rollback()
    database.close()


def hits(index: Connection, q: str) -> list[int]:
    return list(matching(index, q))


@given(words=st.text(ALPHABET, min_size=1, max_size=200))
def test_whatever_is_written_can_be_looked_for_and_finds_itself(index: Connection, words: str) -> None:
    phrase = f'"{words}"'
    assume(searchable(phrase))
    fulltext.add(index, [fulltext.Document(7, Texts("", unicodedata.normalize("NFC", words)), NOTHING)])
    try:
        assert hits(index, phrase) == [7]
        (pieces,) = fulltext.snippets(index, phrase, [7], "en").values()
        assert any(piece.match for piece in pieces)
    finally:
        emptied(index)
    assert hits(index, phrase) == []


@given(words=st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=200))
def test_no_text_makes_the_index_fail(index: Connection, words: str) -> None:
    assume(searchable(words))
    assert hits(index, words) == []


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
    fulltext.add(index, [fulltext.Document(7, Texts("-", ", ".join(english)), Texts("-", ", ".join(french)))])
    try:
        shown = fulltext.snippets(index, " ".join(q), [7], "fr")
    finally:
        emptied(index)
    spoken = [bare(word) for word in q]

    def meant(words: list[str], lang: Language, asked: list[str]) -> list[str]:
        stems = {stem(word, lang) for word in asked}
        beginning = asked[-1] if asked[-1:] == spoken[-1:] else "\0"
        return [one for one in words if stem(bare(one), lang) in stems or bare(one).startswith(beginning)]

    expected = french if meant(french, "fr", spoken) else english
    if not all(meant(english, "en", [one]) or meant(french, "fr", [one]) for one in spoken):
        expected = []
    if not expected:
        return  # a version that does not match: nobody asks for its snippet
    assert "".join(piece.text for piece in shown[7]) == ", ".join(expected)
    lang: Language = "fr" if expected is french else "en"
    assert [piece.text for piece in shown[7] if piece.match] == meant(expected, lang, spoken)


def test_an_index_has_each_document_once_under_its_number(index: Connection) -> None:
    one, other = (
        fulltext.Document(7, Texts("Title", words, "s. 1"), Texts("Titre", "texte")) for words in ("text", "other")
    )
    fulltext.add(index, [one])
    try:
        assert (fulltext.size(index), fulltext.stored(index, [7, 8])) == (1, {7: one})
        fulltext.replace(index, other)
        assert (fulltext.size(index), fulltext.stored(index, [7])) == (1, {7: other})
        assert (hits(index, '"text"'), hits(index, "other")) == ([], [7])
    finally:
        emptied(index)


def test_a_ranking_counts_over_no_version_after_its_revision(world: World) -> None:
    with world.db.reading() as connection:
        before = ranking.extent(connection, 1)
        assert before.last == fulltext.size(connection)
    world.publish_with_change("timeline-events", "tie", title=text("A very long title of one more version"))
    with world.db.reading() as connection:
        assert ranking.extent(connection, 1) == before
        assert ranking.extent(connection, 2).last == before.last + 1
        assert ranking.extent(connection, 2).length > before.length


@on_sqlite
def test_a_publication_lets_the_engine_keep_more_terms_in_memory(begun_db: SqliteDatabase) -> None:
    with begun_db.reading() as connection:
        setting = sql("SELECT v FROM search_index_config WHERE k = 'hashsize'")
        assert connection.execute(setting).scalar_one() == 16_777_216
