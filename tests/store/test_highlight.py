"""Highlighting: the words that matched are marked as they are written, and nothing else."""

import pytest

from app.model.fields import Language
from app.store.search.highlight import Highlighter, Texts, snippet
from app.store.search.query import parse


def marked(q: str, text: str, lang: Language = "en") -> str:
    """A text with what matched in brackets."""
    shown, place = "", 0
    for mark in Highlighter(parse(q), lang).marks(text):
        shown += f"{text[place : mark.start]}[{text[mark.start : mark.end]}]"
        place = mark.end
    return shown + text[place:]


@pytest.mark.parametrize(
    ("q", "text", "expected"),
    [
        ("sanction", "Sanctions, sanctioned; the sanction’s end", "[Sanctions], [sanctioned]; the [sanction]’s end"),
        ("sanct", "Sanctions and the sanctuary", "[Sanctions] and the [sanctuary]"),
        ('"sanction"', "Sanctions and one sanction", "Sanctions and one [sanction]"),
        ("cafe", "A CAFÉ, a café", "A [CAFÉ], a [café]"),
        ("oeuvre", "L’Œuvre, d’œuvres", "L’[Œuvre], d’[œuvres]"),
        (
            '"nuclear test"',
            "Nuclear-test; nuclear  test. Nuclear tests",
            "[Nuclear-test]; [nuclear  test]. Nuclear tests",
        ),
        ("nuclear tests", "A nuclear-test ban, a test", "A [nuclear]-[test] ban, a [test]"),
        ("un", "the U.N. and UN", "the [U.N.] and [UN]"),
        ("nonproliferation", "Non-Proliferation, non proliferation", "[Non-Proliferation], non proliferation"),
        ("non-proliferation", "Nonproliferation, non proliferation", "[Nonproliferation], [non proliferation]"),
        ("S/RES/1718 (2006)", "S/RES/1718 (2006), 1718", "[S/RES/1718] ([2006]), 1718"),
        ("5", "No. 5 and №5, casino 5", "No. [5] and №[5], casino [5]"),
        ("no", "№ or (no", "[№] or ([no]"),
        ("no", "no answer to No. 5", "[no] answer to No. 5"),
        ("nuclear -test", "nuclear test", "[nuclear] test"),
        ('nuclear -"nuclear test"', "nuclear test", "[nuclear] test"),
        ("two", "one\ntwo\nthree two", "one\n[two]\nthree [two]"),
        ("½ 김정", "½ or 김정은 1", "[½] or [김정은] 1"),
        ("a", "", ""),
    ],
)
def test_words_are_marked_as_they_are_written(q: str, text: str, expected: str) -> None:
    assert marked(q, text) == expected


@pytest.mark.parametrize(
    ("q", "text", "expected"),
    [
        ("économique", "Mesure economique, mesures économiques", "Mesure [economique], mesures [économiques]"),
        ("interdites", "Il est interdit, c’est interdite", "Il est [interdit], c’est [interdite]"),
        ("onu", "Les sanctions de l’ONU", "Les sanctions de l’[ONU]"),
        (
            "« essai nucléaire »",
            "un essai nucléaire, des essais nucléaires",
            "un [essai nucléaire], des essais nucléaires",
        ),
    ],
)
def test_a_french_text_is_marked_by_french_inflections(q: str, text: str, expected: str) -> None:
    assert marked(q, text, "fr") == expected


def shown(q: str, en: Texts, fr: Texts, first: Language = "en") -> str | None:
    """The snippet of texts in two languages, what matched in brackets."""
    texts: dict[Language, Texts] = {"en": en, "fr": fr} if first == "en" else {"fr": fr, "en": en}
    pieces = snippet(texts, {lang: Highlighter(parse(q), lang) for lang in texts})
    return "".join(f"[{one.text}]" if one.match else one.text for one in pieces) if pieces else None


def test_a_snippet_is_of_the_text_with_most_of_the_words_in_the_language_asked_for_if_any() -> None:
    english, french = Texts("Red apples", "Apples\nin the tree", "Trees"), Texts("Pommes", "Un arbre", "Trees")
    assert shown("apple", english, french) == "[Apples] · in the tree"
    assert shown("red apple", english, french) == "[Red] [apples]"
    assert shown("red apple", english, french, "fr") == "[Red] [apples]"
    assert shown("arbre apples", english, french, "fr") == "Un [arbre]"
    assert shown("trees", english, french) == "Apples · in the [tree]"
    assert shown('"trees"', english, french, "fr") == "[Trees]"
    assert shown("pear", english, french) is None


def test_a_snippet_has_at_most_24_words_and_begins_with_a_sentence_where_one_is_near() -> None:
    far = "one two three four five six seven eight nine ten eleven twelve " * 3
    text = f"{far}thirteen. Begin of a sentence with a needle, (and) more words after it {far}"
    assert shown("needle", Texts("-", text), Texts("-", "-")) == (
        "…Begin of a sentence with a [needle], (and) more words after it one two three four five six seven eight nine "
        "ten eleven twelve…"
    )
    assert shown("needle", Texts("-", f"{far}needle"), Texts("-", "-")) == (
        "…two three four five six seven eight nine ten eleven twelve one two three four five six seven eight nine ten "
        "eleven twelve [needle]"
    )
    both = shown("needle thread", Texts("-", f"A needle. {far}end. A needle and thread. {far}"), Texts("-", "-"))
    assert both
    assert both.startswith("…A [needle] and [thread]. one")
