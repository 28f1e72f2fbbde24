"""Syllables of Hangul are written in Latin letters, each as a word; other letters stay."""

import pytest

from app.model.hangul import romanised


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("김정은", "gim jeong eun"),
        ("리제선", "ri je seon"),
        ("이제선", "ri je seon"),
        ("임 나", "im na"),  # one syllable alone is no family name
        ("값힣", "gap hit"),
        ("Kim 정식 (金)", "Kim jeong sik (金)"),
        ("ㄱ", "ㄱ"),
        ("", ""),
    ],
)
def test_each_syllable_is_a_word(text: str, words: str) -> None:
    assert romanised(text).split() == words.split()
