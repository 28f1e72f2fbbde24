"""Answers that take too long: they end with 503, and hold up no other answer."""

import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import text as sql

from app.main import create_app
from tests.support.servers import client_of, settings_for
from tests.support.world import World

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"


@pytest.fixture
def slow(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx.Client]:
    """A client of a server whose lists take for ever, with a statement timeout of 300 ms."""

    def read_page(snapshot: Any, *_: Any) -> Any:
        snapshot.connection.execute(sql(ENDLESS))

    monkeypatch.setattr("app.api.endpoints.read_page", read_page)
    with client_of(create_app(settings_for(world.db.path, statement_timeout_ms=300))) as client:
        yield client


@pytest.mark.parametrize("query", ["", "q=war", "format=csv"])
def test_a_statement_that_takes_too_long_gives_503_in_either_language(slow: httpx.Client, query: str) -> None:
    answer = slow.get(f"/v1/actors?{query}")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    problem = answer.json()
    assert problem["type"] == "urn:dossier:problem:unavailable"
    assert problem["detail"] == "The answer took too long and was stopped. Try again in a few seconds, or ask for less."
    french = slow.get(f"/v1/actors?{query}", headers={"Accept-Language": "fr-CA"}).json()
    assert french["detail"] == (
        "La réponse prenait trop de temps et a été interrompue. Réessayez dans quelques secondes ou demandez-en moins."
    )
    assert slow.get("/v1/actors/borea").status_code == 200


def test_a_slow_search_holds_up_no_other_answer(slow: httpx.Client) -> None:
    searches: list[int] = []
    checks: list[int] = []
    search = threading.Thread(target=lambda: searches.append(slow.get("/v1/search?q=war").status_code))
    search.start()
    while search.is_alive():
        checks.append(slow.get("/health/live").status_code)
    assert searches == [503]
    assert len(checks) >= 5  # in 300 ms; one, if they had waited for it
    assert set(checks) == {200}
