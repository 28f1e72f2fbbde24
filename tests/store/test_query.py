"""Search queries: words and phrases to find or to leave out, and what is refused."""

import pytest

from app.errors import InvalidValue
from app.store.search.query import SearchTerm, parse


def shown(term: SearchTerm) -> str:
    """A term as text: quoted, joined words with a hyphen sign, a beginning with a star."""
    words = " ".join(term.words) + (f" [{' '.join(term.joined)}]" if term.joined != term.words else "")
    return f'"{words}"' if term.quoted else words + "*" * term.prefix


def read(q: str) -> tuple[list[str], list[str]]:
    """What a query wants and does not want."""
    query = parse(q)
    return [shown(term) for term in query.wanted], [shown(term) for term in query.unwanted]


@pytest.mark.parametrize(
    "q",
    [
        '"nuclear test"',
        "“nuclear test”",
        "„nuclear test“",
        "‟nuclear test”",
        "«nuclear test»",
        "« nuclear test »",
        "«\u00a0nuclear test\u00a0»",
        "»nuclear test«",
        "‹nuclear test›",
        "‘nuclear test’",
        "'nuclear test'",
        "‚nuclear test‘",
        "＂nuclear test＂",
        "「nuclear test」",
        "『nuclear test』",
        "〝nuclear test〞",
        "《nuclear test》",
        "❝nuclear test❞",
        "“nuclear test",
    ],
)
def test_every_kind_of_quotation_mark_makes_a_phrase_if_it_is_closed(q: str) -> None:
    expected = ['"nuclear test"'] if q != "“nuclear test" else ["nuclear", "test*"]
    assert read(q) == (expected, [])


@pytest.mark.parametrize(
    ("q", "wanted", "unwanted"),
    [
        ("nuclear -korea", ["nuclear"], ["korea"]),
        ("-korea nuclear", ["nuclear*"], ["korea"]),
        ("nuclear –korea −japan", ["nuclear"], ["korea", "japan"]),
        ('nuclear -"north korea"', ["nuclear"], ['"north korea"']),
        ("nuclear -«north korea» test", ["nuclear", "test*"], ['"north korea"']),
        ("nuclear -“north korea”", ["nuclear"], ['"north korea"']),
        ("nuclear -‘north korea’", ["nuclear"], ['"north korea"']),
        ("nuclear - korea", ["nuclear", "korea*"], []),
        ("nuclear -", ["nuclear*"], []),
        ("- nuclear -- -", ["nuclear*"], []),
        ("nuclear --korea", ["nuclear"], ["korea"]),
        ("nuclear -six-party", ["nuclear"], ["six party [sixparty]"]),
        ("nuclear -nº 1718", ["nuclear"], ["1718"]),
        ("nuclear -(korea)", ["nuclear"], ["korea"]),
        ("north-korea", ["north korea [northkorea]*"], []),
        ("north—korea", ["north korea*"], []),
    ],
)
def test_a_hyphen_before_a_word_or_phrase_leaves_it_out(q: str, wanted: list[str], unwanted: list[str]) -> None:
    assert read(q) == (wanted, unwanted)


@pytest.mark.parametrize(
    ("q", "wanted"),
    [
        ("Nuclear TEST", ["nuclear", "test*"]),
        ("nuclear test nuclear", ["nuclear", "test", "nuclear*"]),
        ('test "a b"', ["test", '"a b"']),
        ('"a b" test ', ['"a b"', "test*"]),
        ("S/RES/1718 (2006)", ["s res 1718", "2006*"]),
        ("SOR/2011-167", ["sor 2011 167 [sor 2011167]*"]),
        ("l’ONU d'Ottawa", ["onu", "ottawa*"]),
        ("U.N. D.P.R.K.", ["un", "dprk*"]),
        ("nº 1718", ["1718*"]),
        ("no", ["no*"]),
        ('"non-proliferation treaty"', ['"non proliferation treaty [nonproliferation treaty]"']),
        ("peoples' rights", ["peoples", "rights*"]),
        ("KOREA AND JAPAN", ["korea", "and", "japan*"]),
        ("NOT", ["not*"]),
        ('"Korea OR Japan"', ['"korea or japan"']),
        ("korea or japan", ["korea", "or", "japan*"]),
        ("korea ANDES", ["korea", "andes*"]),
        ("not-for-profit -OR", ["not for profit [notforprofit]"]),
    ],
)
def test_words_and_phrases_are_wanted_and_the_last_word_is_also_a_beginning(q: str, wanted: list[str]) -> None:
    assert read(q)[0] == wanted


@pytest.mark.parametrize(
    ("q", "code"),
    [
        ("*", "no-words"),
        ('"', "no-words"),
        ("« »", "no-words"),
        ("-- ;", "no-words"),
        ("-", "no-words"),
        ("’", "no-words"),
        ("_", "no-words"),
        ("\u0301", "no-words"),
        ("\u200b\u00ad", "no-words"),
        ("-korea", "only-excluded-words"),
        ('-"north korea" -japan', "only-excluded-words"),
        ("–korea", "only-excluded-words"),
        ("Korea OR Japan", "search-operator"),
        ("korea AND japan", "search-operator"),
        ("Korea NOT japan", "search-operator"),
        ("(Korea OR japan)", "search-operator"),
        ('"north korea" AND JAPAN', "search-operator"),
    ],
)
def test_a_query_without_words_to_find_or_with_an_operator_is_refused(q: str, code: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        parse(q)
    assert caught.value.code == code
