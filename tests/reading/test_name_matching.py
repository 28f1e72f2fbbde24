"""Names that are alike are found, whatever their order, spelling and romanisation; others are not."""

import pytest

from app.reading.name_matching import NameIndex, sound_of, words_of
from app.reading.screening import DEFAULT_THRESHOLD

NAMES = (
    "YUN HO-JIN",
    "Ra Kyong-Su",
    "TANCHON COMMERCIAL BANK",
    "KOREA RYONBONG GENERAL CORPORATION",
    "KOMID",
    "Ri Won Ho",
    "FIRST NORTHERN SHIP AND BOAT REPAIR WORKS",
    "SEVEN SEAS MANAGEMENT COMPANY, LIMITED (SSM)",
    "Leader (Macao) International Trading Limited",
)
INDEX = NameIndex(NAMES)


def found(name: str, threshold: float = DEFAULT_THRESHOLD) -> list[tuple[str, str]]:
    """Names that match, best first, each with the reason."""
    matches = sorted(INDEX.matches(name, threshold), key=lambda match: -match.score)
    return [(NAMES[match.position], match.reason) for match in matches]


@pytest.mark.parametrize(
    ("name", "listed", "reason"),
    [
        ("Yun Ho-jin", "YUN HO-JIN", "same-name"),
        ("yun hojin", "YUN HO-JIN", "same-name"),
        ("Yún Hô Jin", "YUN HO-JIN", "same-name"),
        ("YUN HO‐JIN", "YUN HO-JIN", "same-name"),
        ("Ho-jin Yun", "YUN HO-JIN", "other-order"),
        ("Ra Ky’ong-su", "Ra Kyong-Su", "same-name"),
        ("Yoon Ho-jin", "YUN HO-JIN", "other-romanisation"),
        ("Ra Gyeong-su", "Ra Kyong-Su", "other-romanisation"),
        ("Lee Won-ho", "Ri Won Ho", "other-romanisation"),
        ("Won Ho Rhee", "Ri Won Ho", "other-romanisation"),
        ("Yun Ho-jim", "YUN HO-JIN", "similar-spelling"),
        ("Yun Hoj-in", "YUN HO-JIN", "same-name"),
        ("Yun Oh-jin", "YUN HO-JIN", "similar-spelling"),
        ("Tanchon Comercial Bnak", "TANCHON COMMERCIAL BANK", "similar-spelling"),
        ("Korea Ryonbong General Corp.", "KOREA RYONBONG GENERAL CORPORATION", "same-name"),
        ("Korea Ryonbong General Corporatoin", "KOREA RYONBONG GENERAL CORPORATION", "same-name"),
        ("Korea Ryonbong General Compnay", "KOREA RYONBONG GENERAL CORPORATION", "same-name"),
        ("Works, Repair Boat and Ship Northern First", "FIRST NORTHERN SHIP AND BOAT REPAIR WORKS", "other-order"),
        ("“Komid”", "KOMID", "same-name"),
        ("KOREARYONBONGGENERALCORPORATION", "KOREA RYONBONG GENERAL CORPORATION", "same-name"),
        ("Korea RyonbongGeneralCorporation", "KOREA RYONBONG GENERAL CORPORATION", "same-name"),
        ("SSM", "SEVEN SEAS MANAGEMENT COMPANY, LIMITED (SSM)", "same-name"),
        ("Seven Seas Management", "SEVEN SEAS MANAGEMENT COMPANY, LIMITED (SSM)", "same-name"),
        ("윤호진", "YUN HO-JIN", "same-name"),
        ("라경수", "Ra Kyong-Su", "other-romanisation"),
        ("나경수", "Ra Kyong-Su", "other-romanisation"),
        ("이원호", "Ri Won Ho", "same-name"),
    ],
)
def test_a_name_is_found_with_the_reason(name: str, listed: str, reason: str) -> None:
    assert found(name)[0] == (listed, reason)


@pytest.mark.parametrize(
    "name", ["John Smith", "Marie Tremblay", "Bank of Montreal", "Kim Min-jun", "Zhang Wei", "Macao", "김민준", "x"]
)
def test_a_name_that_is_not_listed_is_not_found(name: str) -> None:
    assert found(name) == []


def test_a_name_without_letters_matches_nothing() -> None:
    assert found("…!") == [] == words_of("…!")


def test_a_company_called_only_by_its_legal_form_keeps_its_words() -> None:
    assert words_of("The Company Ltd") == ["the", "company", "ltd"]


def test_the_same_letters_score_one_and_a_romanisation_less() -> None:
    scores = [INDEX.matches(name, 0.5)[0].score for name in ("Yun Ho-jin", "Yoon Ho-jin")]
    assert scores[0] == 1 > scores[1] > DEFAULT_THRESHOLD


def test_a_threshold_of_one_finds_only_the_same_letters() -> None:
    assert found("Yun Ho Jin", 1) == [("YUN HO-JIN", "same-name")]
    assert found("Yoon Ho Jin", 1) == []


@pytest.mark.parametrize(
    "words",
    [
        *("ri lee yi rhee li", "pak park bak bahk", "choe choi ch'oe", "jong jeong chong jung chung", "u woo wu"),
        *("kim gim ghim", "ro no roh noh", "rim im lim yim", "ra na", "ryu yu yoo", "ryang yang", "ryong yong yeong"),
        *("yun yoon youn", "so seo suh", "son seon sun", "ho heo hur huh", "paek baek baik", "pae bae bai"),
        *("kwon gwon", "hyon hyeon hyun", "myong myeong myung", "chol ch'o'l cheol chul", "hui hee hi", "un eun"),
        *("kun geun keun", "kum geum keum", "tok deok duk", "sik shik", "hun hoon", "o oh", "kyong gyeong kyung"),
    ],
)
def test_romanisations_of_one_syllable_sound_alike(words: str) -> None:
    assert len({sound_of(word) for name in words.split() for word in words_of(name)}) == 1


@pytest.mark.parametrize("words", ["kim kang", "pak paek", "ri ra", "han hong", "chol su", "nam min"])
def test_other_syllables_do_not(words: str) -> None:
    assert len({sound_of(word) for word in words.split()}) == 2
