"""Folding: what searches and orders take for the same, and characters that nobody sees or types."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.folding import expand, fold, sort_key, unsuitable_characters


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Épidémie", "epidemie"),
        ("E\u0301pide\u0301mie", "epidemie"),
        ("ŒUVRE œuvre Æon", "oeuvre oeuvre aeon"),
        ("Øre Łódź Đorđe Straße STRASSE Þór Ħal Tŧ", "ore lodz dorde strasse strasse thor hal tt"),
        ("İstanbul ıslak", "istanbul islak"),
        ("ﬁre Ａ１ km² №5", "fire a1 km2 no5"),
        ("l’ONU l'ONU lʼONU l＇ONU", "l'onu l'onu l'onu l'onu"),
        ("six‑party six–party six−party", "six-party six-party six-party"),
        ("soft\u00adhyphen zero\u200bwidth \ufeffmark", "softhyphen zerowidth mark"),
        ("김정은", "김정은"),
        ("Й Ё", "и е"),
        ("が ぱ", "が ぱ"),
        ("10\u00a0000", "10 000"),
    ],
)
def test_accents_case_ligatures_forms_and_signs_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("« Étoile »", "etoile »"),
        ("’Tis", "tis"),
        ("“Quoted”", "quoted”"),
        ("(In brackets)", "in brackets)"),
        ("Øre", "ore"),
        ("Łódź", "lodz"),
        ("Đà Nẵng", "da nang"),
        ("…", "..."),
    ],
)
def test_titles_are_ordered_by_their_first_letter_whatever_comes_before_it(title: str, key: str) -> None:
    assert sort_key(title) == key


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_folding_again_changes_nothing_that_a_search_sees(text: str) -> None:
    assert fold(fold(text)).replace("·", "") == fold(fold(fold(text))).replace("·", "")


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_each_expanded_character_has_its_place(text: str) -> None:
    plain, places = expand(text)
    if places is None:
        assert len(plain) == len(text)
    else:
        assert len(places) == len(plain) + 1
        assert list(places) == sorted(places)
        assert places[-1] == len(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("soft\u00adhyphen", ["\u00ad"]),
        ("\ufeffmark and zero\u200bwidth\u200f", ["\ufeff", "\u200b", "\u200f"]),
        ("word\u2060joiner, \u034f, \u180e, \u3164, \ufe0f", ["\u2060", "\u034f", "\u180e", "\u3164", "\ufe0f"]),
        ("\U000e0041 \U000e0100", ["\U000e0041", "\U000e0100"]),
        ("ﬀ ﬁ ﬂ ﬃ ﬄ ﬅ ﬆ", ["ﬀ", "ﬁ", "ﬂ", "ﬃ", "ﬄ", "ﬅ", "ﬆ"]),
        ("« no-break\u00a0space » and\u202fnarrow one, l’œuvre ½ №", []),
    ],
)
def test_characters_that_nobody_sees_or_types_are_unsuitable(text: str, found: list[str]) -> None:
    assert list(unsuitable_characters(text)) == found


def test_every_format_character_that_cannot_be_seen_is_unsuitable() -> None:
    visible = {0x600, 0x601, 0x602, 0x603, 0x604, 0x605, 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}
    formats = {one for one in range(0x110000) if unicodedata.category(chr(one)) == "Cf"}
    seen = {one for one in formats if not list(unsuitable_characters(chr(one)))}
    assert {one for one in seen if not 0x13430 <= one < 0x13460} - visible == {0xFFF9, 0xFFFA, 0xFFFB}
