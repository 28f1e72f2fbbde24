"""What visitors read: answers that comfort nobody falsely, counts in the right number, words that name the filter."""

import re

import httpx
import pytest

NBSP = "\u00a0"


def main(page: httpx.Response) -> str:
    """Text of a page's content without tags, with single blanks."""
    assert page.status_code == 200
    content = page.text.partition('<main id="main"')[2].partition('<details class="requests">')[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", content))


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", "Revision 1 has no listed names"), ("fr", "La révision 1 ne contient aucun nom inscrit")],
)
def test_a_revision_without_listed_names_does_not_say_that_a_name_is_not_listed(
    dossier: httpx.Client, lang: str, words: str
) -> None:
    told = main(dossier.get(f"/{lang}/names?name=Ri+Je-son&revision=1"))
    assert words in told
    assert "No listed name is like" not in told
    assert "Aucun nom inscrit ne ressemble" not in told


def test_a_name_that_is_like_none_can_be_looked_for_as_a_word(still: httpx.Client) -> None:
    answer = still.get("/en/names?name=Kim%20%3Cb%3E")
    assert "Only whole names are compared." in main(answer)
    assert '<a href="/en/designations?q=Kim+b">' in answer.text


@pytest.mark.parametrize(
    ("lang", "q", "words"),
    [
        ("en", "zzzz", "No record for “zzzz”"),
        ("fr", "zzzz", "Aucune fiche pour « zzzz »"),
    ],
)
def test_a_search_without_hits_counts_nothing(still: httpx.Client, lang: str, q: str, words: str) -> None:
    assert words in main(still.get(f"/{lang}/search?q={q}"))


@pytest.mark.parametrize(("lang", "words"), [("en", "1 record for"), ("fr", "1 fiche pour")])
def test_one_hit_is_told_in_the_singular(still: httpx.Client, lang: str, words: str) -> None:
    assert words in main(still.get(f"/{lang}/search?q=almanac&collection=sources"))


def test_a_french_title_has_the_space_of_canadian_french_before_a_colon(still: httpx.Client) -> None:
    assert f"<title>Recherche{NBSP}: pommes" in still.get("/fr/search?q=pommes").text
    assert f"</strong>{NBSP}: " in still.get("/fr/timeline?from=x").text


def test_the_largest_sums_of_aid_are_on_the_home_page_with_the_count_of_those_left_out(dossier: httpx.Client) -> None:
    told = main(dossier.get("/en/"))
    aid = told.partition("How much aid")[2].partition("Is this name listed?")[0]
    assert "USD 16,013,190.80 channel not named" in aid
    assert "USD 2,071,648 Canadian Food Grains Bank" in aid
    assert re.search(r"The page on aid has \d+ smaller sums\.", aid)
