"""Tokens: which words a text has, where they are, and the terms of an index."""

from collections.abc import Iterator
from re import _constants, _parser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.fields import Language
from app.store.search.tokens import GAP, SIGNS, _pattern, index_text, runs, tokens


def words(text: str) -> list[str]:
    """The tokens of a text; a word that is joined to the one before begins with a hyphen."""
    return [f"-{token.word}" if token.joined else token.word for token in tokens(text)]


def written(text: str) -> list[str]:
    """The places of the tokens, as they are written."""
    return [text[token.start : token.end] for token in tokens(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sanctions, économiques!", ["sanctions", "economiques"]),
        ("U.N. U.N UN", ["un", "un", "un"]),
        ("D.P.R.K.’s tests", ["dprk", "tests"]),
        ("e.g. É.-U., i.e.", ["eg", "e", "u", "ie"]),
        ("A.B.C", ["abc"]),
        ("end.Then 3.5 a.word", ["end", "then", "3", "5", "a", "word"]),
        ("non-proliferation", ["non", "-proliferation"]),
        ("non‑proliferation six–party", ["non", "-proliferation", "six", "-party"]),
        ("P’yŏngyang T'aep’o-dong", ["p", "-yongyang", "t", "-aep", "-o", "-dong"]),
        ("l’ONU, d'Ottawa, qu’il, lorsqu’elle, L’AGENCE", ["onu", "ottawa", "il", "elle", "agence"]),
        ("aujourd’hui", ["aujourd", "-hui"]),
        ("Korea’s peoples’ rights", ["korea", "peoples", "rights"]),
        ("nº 1718, n° 7, №5, No. 3, no 12, NO.4", ["1718", "7", "5", "3", "12", "4"]),
        ("no way, no. Then casino 5", ["no", "way", "no", "then", "casino", "5"]),
        ("S/RES/1718 (2006)", ["s", "res", "1718", "2006"]),
        ("SOR/2011-167", ["sor", "2011", "-167"]),
        ("38,9 km² ½", ["38", "9", "km2", "1", "2"]),
        ("x\u0302tie 김정은 _under_score_", ["xtie", "김정은", "under", "score"]),
        ("हिन्दी ไทย", ["हिनदी", "ไทย"]),
        ("so\u00adft ze\u200bro", ["soft", "zero"]),
        ("Workers’ Party, the Ministers’", ["workers", "party", "the", "ministers"]),
        ("self- rule, pre-’ war, U.N.. a.b..", ["self", "rule", "pre", "war", "un", "ab"]),
        ("— … ’ - \u0301", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“Œuvres” d’Élbe", ["Œuvres", "Élbe"]),
        ("the U.N., Korea’s №5", ["the", "U.N.", "Korea", "5"]),
        ("Non-Proliferation", ["Non", "Proliferation"]),
        ("so\u00adft ½ x\u0302y", ["so\u00adft", "½", "½", "x\u0302y"]),
    ],
)
def test_a_token_is_at_the_place_where_it_is_written(text: str, expected: list[str]) -> None:
    assert written(text) == expected


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_tokens_are_in_order_and_have_no_sign_of_the_index(text: str) -> None:
    found = tokens(text)
    for token in found:
        assert 0 <= token.start < token.end <= len(text)
        assert token.word
        assert not {*token.word} & {*SIGNS, " ", "-", "'", '"'}
    assert [token.start for token in found] == sorted(token.start for token in found)


def possessive_groups(parsed: Any) -> Iterator[Any]:
    """What repeats possessively and is no single character class, anywhere in a parsed regular expression."""
    for item in parsed:
        match item:
            case _constants.POSSESSIVE_REPEAT, (_, _, group) if group[0][0] is not _constants.IN:
                yield group
        if isinstance(item, tuple | list | _parser.SubPattern):
            yield from possessive_groups(item)


def test_every_python_finds_the_same_words() -> None:
    """Before 3.11.5 a possessive group keeps what it took when it failed: here none can fail once it has begun."""
    begin = [group[0][0] for group in possessive_groups(_parser.parse(_pattern().pattern))]
    assert len(begin) == 5
    # Each with a look ahead, or with a class of characters that repeats
    assert {*begin} == {_constants.ASSERT, _constants.POSSESSIVE_REPEAT}


@pytest.mark.parametrize("text", ["’" * 50_000, "a" + "\u0301" * 50_000, "a." * 25_000, "-a" * 25_000, "no " * 17_000])
def test_no_text_takes_long(text: str) -> None:
    assert len(tokens(text)) <= 25_000


def test_an_index_has_words_stems_and_where_words_are_joined_these_too() -> None:
    assert index_text("Nuclear tests", "en") == "nuclear tests | =nuclear =test"
    assert index_text("Essais\nLoi", "fr") == "essais | ~essai | loi | ~loi"
    assert index_text("Non-proliferation treaties", "en") == (
        "non proliferation treaties | =non =prolifer =treati | +nonproliferation +treaties | =nonprolifer"
    )
    assert index_text("Tests, TALKS; no.", "en") == "tests talks no | =test =talk =no"
    assert index_text("— …", "en") == ""


PARTS = [
    *"n N o ° º № . - – ' ’ l d qu é e\u0301 A B 1 5 \u00a0 … œ 핵 un’ ﬁ ① \u00ad ¨ \u2028 ² ｎ ٣ _".split(" "),
    " ",
    "\n",
]


@given(st.lists(st.sampled_from(PARTS)).map("".join))
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_an_index_has_the_terms_of_the_runs_of_each_line(lang: Language, text: str) -> None:
    terms = [" ".join(run.terms) for line in text.split("\n") for run in runs(line, lang) if run.terms]
    assert index_text(text, lang) == f" {GAP} ".join(terms)


@given(st.text(st.characters(codec="utf-8")))
def test_an_index_has_the_terms_of_the_runs_whatever_the_text(text: str) -> None:
    terms = [" ".join(run.terms) for line in text.split("\n") for run in runs(line, "fr") if run.terms]
    assert index_text(text, "fr") == f" {GAP} ".join(terms)
