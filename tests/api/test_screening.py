"""Screening: what the answer has, and that the name is kept nowhere."""

import json
from urllib.parse import quote

import httpx
import pytest

from app.paths import packaged
from app.reading.screening import DEFAULT_THRESHOLD
from tools.measure_screening import listed_names, measure

SCREEN = "/v1/designations/screen"


def screened(client: httpx.Client, name: str, more: str = "") -> httpx.Response:
    """Answer for a name."""
    return client.get(f"{SCREEN}?name={quote(name)}{more}")


def test_a_listed_party_comes_first_with_score_name_and_reason(dossier: httpx.Client) -> None:
    answer = screened(dossier, "Ho-jin Yun").json()
    first = answer["data"][0]
    assert (first["score"], first["matched_name"], first["why"]["reason"]) == (1.0, "YUN HO-JIN", "other-order")
    assert first["designation"] == dossier.get("/v1/designations/un-kpi-001").json()["data"]
    assert "no legal advice" in answer["notice"]


def test_candidates_come_best_first_and_each_party_once(dossier: httpx.Client) -> None:
    found = screened(dossier, "Kim Chol", "&threshold=0.5").json()["data"]
    scores = [one["score"] for one in found]
    assert scores == sorted(scores, reverse=True)
    assert len({one["designation"]["id"] for one in found}) == len(found) > 1


def test_sentences_are_in_the_language_of_the_answer(dossier: httpx.Client) -> None:
    answer = screened(dossier, "Yoon Ho-jin", "&lang=fr")
    assert answer.headers["content-language"] == "fr"
    assert "avis juridique" in answer.json()["notice"]
    assert "coréen" in answer.json()["data"][0]["why"]["detail"]


def test_an_earlier_revision_has_the_parties_of_its_time(dossier: httpx.Client) -> None:
    assert screened(dossier, "Yun Ho-jin", "&revision=1").json()["data"] == []


@pytest.mark.parametrize("name", ["Yun Ho-jin", "Nobody At All"])
def test_nothing_may_be_kept_and_nothing_repeats_the_name(dossier: httpx.Client, name: str) -> None:
    answer = screened(dossier, name)
    assert answer.headers["cache-control"] == "no-store"
    assert not {"etag", "link", "memento-datetime", "last-modified"} & answer.headers.keys()
    assert name not in str(answer.headers)
    assert quote(name) not in str(answer.headers)
    assert "name" not in json.dumps(answer.json()["dataset"])


@pytest.mark.parametrize("name", ["…", "\N{PILE OF POO}", "-", "'"])
def test_what_has_no_letters_is_like_no_name(dossier: httpx.Client, name: str) -> None:
    assert screened(dossier, name).json()["data"] == []


@pytest.mark.parametrize("name", ["", "a" * 201])
def test_what_is_no_name_is_refused_and_not_repeated(dossier: httpx.Client, name: str) -> None:
    answer = screened(dossier, name)
    assert (answer.status_code, answer.headers["cache-control"]) == (422, "no-store")
    assert answer.json()["errors"][0]["parameter"] == "name"
    assert not name.strip("-'") or name not in answer.text


def test_names_in_other_scripts_are_compared_too(dossier: httpx.Client) -> None:
    assert screened(dossier, "윤호진").json()["data"] == []


def test_head_has_the_headers_alone(dossier: httpx.Client) -> None:
    answer = dossier.head(f"{SCREEN}?name=Yun")
    assert (answer.status_code, answer.headers["cache-control"], answer.content) == (200, "no-store", b"")


def test_listed_names_are_found_however_they_are_written_and_common_names_are_not() -> None:
    files = (packaged("seed") / "revisions").glob("*.jsonl")
    names = [name for file in files for name in listed_names(file)]
    measured = measure(names[::4], DEFAULT_THRESHOLD)
    assert len(names) >= 155
    assert measured.found >= 0.95
    assert measured.false_alarms <= 0.02
