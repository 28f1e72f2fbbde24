"""Screening: what the answer has, and that the name is kept nowhere."""

import json
from collections.abc import Iterator
from urllib.parse import quote

import httpx
import pytest

from app.main import create_app
from app.paths import packaged
from app.reading.screening import DEFAULT_THRESHOLD
from tests.support.command import free_port
from tests.support.servers import client_of, settings_for
from tests.support.waiting import TIMEOUT
from tests.support.world import World
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


@pytest.mark.parametrize("name", ["…", "\N{PILE OF POO}", "-", "'", "\u202e", "\u200f"])
def test_what_has_no_letters_is_like_no_name(dossier: httpx.Client, name: str) -> None:
    answer = screened(dossier, name, "&threshold=0")
    assert (answer.status_code, answer.json()["data"]) == (200, [])


@pytest.mark.parametrize(
    "name", ["\u202eYun Ho-jin", "Yun \N{PILE OF POO} Ho-jin", "YUN\u00a0HO\u2011JIN", "Ｙｕｎ Ｈｏ"]
)
def test_signs_around_a_name_do_not_hide_it(dossier: httpx.Client, name: str) -> None:
    assert screened(dossier, name, "&threshold=0.6").json()["data"][0]["designation"]["id"] == "un-kpi-001"


@pytest.mark.parametrize("name", ["محمد", "יוסף", "Ольга", "王小明", "a" * 200, "a b c d e f g h i j " * 10])
def test_names_of_all_kinds_are_answered(dossier: httpx.Client, name: str) -> None:
    assert screened(dossier, name).json()["data"] == []


@pytest.mark.parametrize("name", ["", "a" * 201, "Zacharias\0"])
def test_what_is_no_name_is_refused_and_not_repeated(dossier: httpx.Client, name: str) -> None:
    answer = screened(dossier, name)
    assert (answer.status_code, answer.headers["cache-control"]) == (422, "no-store")
    assert answer.json()["errors"][0]["parameter"] == "name"
    assert not name or name.strip("\0") not in answer.text


@pytest.mark.parametrize(("threshold", "status"), [("0", 200), ("1", 200), ("-0.1", 422), ("1.1", 422), ("nan", 422)])
def test_a_threshold_is_from_0_to_1(dossier: httpx.Client, threshold: str, status: int) -> None:
    assert screened(dossier, "Yun Ho-jin", f"&threshold={threshold}").status_code == status


def test_at_most_20_candidates_are_given(dossier: httpx.Client) -> None:
    assert len(screened(dossier, "Yun Ho-jin", "&threshold=0").json()["data"]) == 20


def test_head_has_the_headers_alone(dossier: httpx.Client) -> None:
    answer = dossier.head(f"{SCREEN}?name=Yun")
    assert (answer.status_code, answer.headers["cache-control"], answer.content) == (200, "no-store", b"")


def test_a_condition_is_not_answered_by_304(dossier: httpx.Client) -> None:
    assert dossier.get(f"{SCREEN}?name=Yun", headers={"If-None-Match": "*"}).status_code == 200


def test_parties_of_low_aliases_and_those_no_longer_listed_are_marked(world: World, api: httpx.Client) -> None:
    world.change("designations", "party-one", status="ended", status_as_of="2005-06-07", delisted_on="2004-05-06")
    world.publish()
    low, ended = (
        "The list says that this alias alone does not tell who is meant.",
        "The party is no longer on the list.",
    )
    details = {
        (name, more): screened(api, name, more).json()["data"][0]["why"]["detail"]
        for name in ("Skipper Unno", "Skipper Uno")
        for more in ("", "&revision=1")
    }
    assert details == {
        ("Skipper Unno", ""): f"The names have the same letters. {low} {ended}",
        ("Skipper Unno", "&revision=1"): f"The names have the same letters. {low}",
        ("Skipper Uno", ""): f"The names have the same letters. {ended}",
        ("Skipper Uno", "&revision=1"): "The names have the same letters.",
    }


# --- the name is kept nowhere ----------------------------------------------------------------------------------------

SECRET = "Zacharias"
REQUESTS = [
    f"{SCREEN}?name={SECRET}",
    f"{SCREEN}?name={SECRET}&revision=99",
    f"{SCREEN}?name={SECRET}&threshold=2",
    f"{SCREEN}?name={SECRET}&name={SECRET}",
    f"{SCREEN}?name={SECRET}%00",
    f"{SCREEN}?name={SECRET}%FF",
    f"{SCREEN}?name={SECRET * 30}",
    f"{SCREEN}?name={SECRET}&page=1",
    f"{SCREEN}/?name={SECRET}",
]


@pytest.fixture
def logged(world: World) -> Iterator[tuple[httpx.Client, str]]:
    """A client of a server with a log and metrics, and the address of the metrics."""
    port = free_port()
    with client_of(create_app(settings_for(world.db.path, log="json", metrics=f"127.0.0.1:{port}"))) as client:
        yield client, f"http://127.0.0.1:{port}/metrics"


def test_no_log_metric_or_header_has_the_name(
    logged: tuple[httpx.Client, str], capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    client, metrics = logged
    for address in REQUESTS * 2:
        answer = client.get(address)
        assert SECRET not in str(answer.headers)
        assert SECRET not in answer.text
        client.post(address)
    written = capfd.readouterr()
    assert written.out.count('"path": "/v1/designations/screen') > 3 * len(REQUESTS)  # the last lines may be later
    assert SECRET not in written.out + written.err + caplog.text
    assert SECRET not in httpx.get(metrics, timeout=TIMEOUT).text


def test_an_error_that_has_the_name_in_its_message_is_logged_without_it(
    logged: tuple[httpx.Client, str],
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def matches(_: object, name: str, threshold: float) -> None:
        raise ValueError(f"{name} is at fault, at {threshold}")

    monkeypatch.setattr("app.reading.name_matching.NameIndex.matches", matches)
    answer = logged[0].get(REQUESTS[0])
    assert (answer.status_code, answer.headers["cache-control"]) == (500, "no-store")
    assert "RuntimeError: ValueError" in caplog.text
    written = capfd.readouterr()
    assert SECRET not in answer.text + written.out + written.err + caplog.text


def test_no_answer_is_stored(world: World) -> None:
    app = create_app(settings_for(world.db.path))
    with client_of(app) as client:
        bodies = {client.get(f"{SCREEN}?name=Skipper").headers["x-request-id"] for _ in range(4)}
        assert len(bodies) == 4
        assert not any(header in client.get(REQUESTS[0]).headers for header in ("etag", "age", "expires"))


def test_listed_names_are_found_however_they_are_written_and_common_names_are_not() -> None:
    files = (packaged("seed") / "revisions").glob("*.jsonl")
    names = [name for file in files for name in listed_names(file)]
    measured = measure(names[::4], DEFAULT_THRESHOLD)
    assert len(names) >= 155
    assert measured.found >= 0.95
    assert measured.false_alarms <= 0.02
