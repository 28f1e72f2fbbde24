"""Stems: forms of a word that a search takes for one another, and words that it tells apart."""

import re

import pytest
import snowballstemmer
from snowballstemmer.english_stemmer import EnglishStemmer
from snowballstemmer.french_stemmer import FrenchStemmer

from app.model.fields import Language
from app.model.folding import fold
from app.paths import packaged
from app.store.search.stems import stem


def stems(words: str, lang: Language) -> set[str]:
    """The stems of words that are parted by blanks."""
    return {stem(fold(word), lang) for word in words.split()}


@pytest.mark.parametrize(
    "words",
    [
        "sanction sanctions sanctioned",
        "test tests testing tested",
        "resolution resolutions",
        "embassy embassies",
        "apply applies applied applying",
        "Korea Korean Koreans",
        "Canada Canadian Canadians",
    ],
)
def test_english_inflections_have_one_stem(words: str) -> None:
    assert len(stems(words, "en")) == 1


@pytest.mark.parametrize(
    "words",
    [
        "économique économiques economique ECONOMIQUES",
        "essai essais",
        "loi lois",
        "national nationale nationaux nationales",
        "interdit interdite interdits interdites interdisant interdisent",
        "imposer impose imposé imposée imposés imposées imposent imposees",
        "adopter adopté adoptée adoptées adoptees adopte",
        "premier première premiers premières premiere",
        "étranger étrangère étrangers étrangères",
        "financier financière financières",
        "actif active actifs actives",
        "public publique publics publiques",
        "sécurité sécurités securites",
        "permis permise permises",
        "uni unie unis unies",
        "Corée coréen coréenne coréens coréennes coree coreennes",
        "Canada canadien canadienne canadiens canadiennes",
    ],
)
def test_french_inflections_have_one_stem_with_accents_and_without(words: str) -> None:
    assert len(stems(words, "fr")) == 1


@pytest.mark.parametrize(
    ("one", "other", "lang"),
    [("test", "treaty", "en"), ("nuclear", "nucleus", "en"), ("traité", "traite", "en"), ("essai", "essence", "fr")],
)
def test_other_words_have_other_stems(one: str, other: str, lang: Language) -> None:
    assert (stem(fold(one), lang) == stem(fold(other), lang)) == (fold(one) == fold(other))


@pytest.mark.parametrize("word", ["1718", "2nd", "김정은", "й", ""])
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_numbers_and_other_scripts_are_their_own_stems(word: str, lang: Language) -> None:
    assert stem(word, lang) == word


def test_the_stemmers_are_those_of_the_index() -> None:
    """Other stems would not be found in an index made before: a new version needs a new index."""
    english = [stem(word, "en") for word in "sanctions nuclear generously proliferation security dying".split()]
    assert english == ["sanction", "nuclear", "generous", "prolifer", "secur", "die"]
    french = [stem(word, "fr") for word in "sanctions nucleaires coree proliferation securite yeux".split()]
    assert french == ["sanction", "nucleair", "cor", "prolif", "secur", "yeux"]


def test_the_stemmers_in_c_give_the_stems_of_those_in_python() -> None:
    revisions = sorted((packaged("seed") / "revisions").glob("*.jsonl"))
    words = {word for file in revisions for word in re.findall("[a-z]+", fold(file.read_text(encoding="utf-8")))}
    assert len(words) > 2_000
    for name, pure in (("english", EnglishStemmer()), ("french", FrenchStemmer())):
        fast = snowballstemmer.stemmer(name)
        assert [word for word in sorted(words) if fast.stemWord(word) != pure.stemWord(word)] == []
