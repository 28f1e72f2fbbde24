"""Provisions of a law: served where they were imported, at every revision in the words of that time."""

import json
from pathlib import Path

import httpx
import pytest

from app.messages import line
from app.publishing.faults import PublicationError
from app.publishing.import_decisions import Decisions
from app.publishing.importers.justice_laws import IMPORTER
from app.publishing.importing import Import, run
from app.publishing.replay import release
from app.resources.registry import COLLECTIONS
from tests.publishing.importers.test_justice_laws import AMENDED, BOTH, ENGLISH, FRENCH, file
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
    changed = api.get(f"{PATH}?lang=fr", headers={"If-None-Match": first.headers["etag"]})
    assert (changed.status_code, changed.headers["content-language"]) == (200, "fr")


def test_a_pinned_answer_never_changes(world: World, api: httpx.Client) -> None:
    imported(world, *BOTH)
    number = api.get(PATH).json()["dataset"]["revision"]
    first = api.get(f"{PATH}?revision={number}")
    imported(world, file("en", ENGLISH.replace("apples; or", "fruit; or")), BOTH[1])
    again = api.get(f"{PATH}?revision={number}")
    assert (again.content, again.headers["etag"]) == (first.content, first.headers["etag"])
    assert api.get(f"{PATH}?revision={number - 1}").status_code == 404


def test_a_withdrawn_law_is_410_and_its_earlier_words_stay(world: World, api: httpx.Client) -> None:
    imported(world, *BOTH)
    number = api.get(PATH).json()["dataset"]["revision"]
    gone = {"id": "sor-2006-999", "reason": text("Read twice")}
    world.withdrawn.setdefault("legal-instruments", []).append(gone)
    world.publish()
    assert (api.get(PATH).status_code, api.get(PATH).headers["content-type"]) == (410, "application/problem+json")
    assert len(api.get(f"{PATH}?revision={number}").json()["data"]) == 8


@pytest.mark.parametrize("query", ["lang=de", "limit=1", "revision=0", "format=csv"])
def test_a_parameter_that_is_unknown_or_wrong_is_refused(still: httpx.Client, query: str) -> None:
    assert still.get(f"/v1/legal-instruments/the-treaty/provisions?{query}").status_code == 422


def test_two_consolidations_are_two_revisions_that_differ_only_where_the_law_does(
    world: World, api: httpx.Client
) -> None:
    imported(world, file("en", ENGLISH, "2021-02-01"), file("fr", FRENCH, "2021-02-01"))
    first = api.get("/v1/revisions").json()["data"][0]["number"]
    imported(world, file("en", ENGLISH.replace("apples; or", "fruit; or")), BOTH[1])
    before, after = (api.get(f"{PATH}?revision={number}").json()["data"] for number in (first, first + 1))
    assert [one["label"] for one, other in zip(before, after, strict=True) if one != other] == ["5.1(1)(a)"]
    changes = api.get(f"/v1/changes?since={first}").json()["data"]
    assert {(one["id"], one["action"]) for one in changes} == {
        ("sor-2006-999", "changed"),
        ("justice-laws-xml-sor-2006-999-en", "changed"),
        ("justice-laws-xml-sor-2006-999-fr", "changed"),
    }


def test_a_law_that_the_record_has_already_gets_the_words_and_keeps_its_own(world: World, api: httpx.Client) -> None:
    world.add("legal-instruments", "our-rule", "Our rule", kind="regulation", legal_citation=text("SOR/2006-999"))
    imported(world, file("en", ENGLISH + AMENDED))
    assert api.get("/v1/legal-instruments/our-rule").json()["data"]["title"] == "Our rule"
    assert len(api.get("/v1/legal-instruments/our-rule/provisions").json()["data"]) == 8
    assert api.get(PATH).status_code == 404
    assert api.get("/v1/legal-instruments/sor-2023-801").json()["data"]["amends"] == ["our-rule"]


def test_seed_files_that_say_nothing_of_the_words_leave_them(world: World, api: httpx.Client) -> None:
    world.add("legal-instruments", "our-rule", "Our rule", kind="regulation", legal_citation=text("SOR/2006-999"))
    imported(world, *BOTH)
    world.publish_with_change("legal-instruments", "our-rule", title=text("Our rule, renamed"))
    assert api.get("/v1/legal-instruments/our-rule").json()["data"]["title"] == "Our rule, renamed"
    assert len(api.get("/v1/legal-instruments/our-rule/provisions").json()["data"]) == 8


def test_a_revision_with_the_words_of_a_law_cannot_be_packaged(world: World, tmp_path: Path) -> None:
    imported(world, *BOTH)
    with pytest.raises(PublicationError) as caught:
        release(world.db, COLLECTIONS, tmp_path)
    (fault,) = map(line, caught.value.faults)
    assert fault.startswith("legal-instruments: sor-2006-999: revision 2 cannot be packaged: provisions has the words")
    assert not (tmp_path / "0002.jsonl").exists()


def test_no_packaged_record_has_the_words_of_a_law() -> None:
    for packaged in Path("seed/revisions").glob("*.jsonl"):
        with packaged.open() as lines:
            assert not any("provisions" in json.loads(one).get("record", {}) for one in lines), packaged
