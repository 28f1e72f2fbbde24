"""Provisions of a law: served where they were imported, at every revision in the words of that time."""

import httpx

from app.publishing.import_decisions import Decisions
from app.publishing.importers.justice_laws import IMPORTER
from app.publishing.importing import Import, run
from app.resources.registry import COLLECTIONS
from tests.publishing.importers.test_justice_laws import BOTH, ENGLISH, file
from tests.support.world import World, text

PATH = "/v1/legal-instruments/sor-2006-999/provisions"


def imported(world: World, *files: object) -> None:
    """Import law files into the world's database."""
    world.publish()
    what = Import(IMPORTER, IMPORTER.read(files), Decisions())  # type: ignore[arg-type]  # test files
    assert run(world.db, COLLECTIONS, what, "The test", text("An import")).revision


def test_provisions_come_in_the_language_of_the_response(world: World, api: httpx.Client) -> None:
    imported(world, *BOTH)
    english, french = (api.get(f"{PATH}?lang={lang}").json()["data"] for lang in ("en", "fr"))
    assert english[2] == {
        "label": "5.1(1)(a)",
        "heading": "Bans",
        "marginal_note": None,
        "text": "apples; or",
        "in_force_from": None,
    }
    assert french[2]["text"] == "des pommes;"
    assert "provisions" not in api.get("/v1/legal-instruments/sor-2006-999").json()["data"]


def test_words_that_were_not_imported_are_null(world: World, api: httpx.Client) -> None:
    imported(world, BOTH[0])
    assert {one["text"] for one in api.get(f"{PATH}?lang=fr").json()["data"]} == {None}


def test_an_earlier_revision_has_the_words_of_its_time(world: World, api: httpx.Client) -> None:
    imported(world, *BOTH)
    first = api.get(PATH).json()["dataset"]["revision"]
    imported(world, file("en", ENGLISH.replace("apples; or", "fruit; or")), BOTH[1])
    words = [api.get(f"{PATH}?revision={number}").json()["data"][2]["text"] for number in (first, first + 1)]
    assert words == ["apples; or", "fruit; or"]


def test_a_law_without_imported_words_has_none_and_an_unknown_one_is_404(still: httpx.Client) -> None:
    assert still.get("/v1/legal-instruments/the-treaty/provisions").json()["data"] == []
    assert still.get("/v1/legal-instruments/the-treatyy/provisions").status_code == 404


def test_the_answer_is_conditional(world: World, api: httpx.Client) -> None:
    imported(world, *BOTH)
    first = api.get(PATH)
    assert api.get(PATH, headers={"If-None-Match": first.headers["etag"]}).status_code == 304
