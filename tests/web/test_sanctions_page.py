"""Page of the sanctions on a day: the day in its address, the states of measures, and what is not known in words."""

import re

import httpx
import pytest

from app.model.fields import LANGUAGES
from app.reading.list_request import ListRequest
from app.reading.list_view import ListView
from app.reading.pages import PageOf, read_page
from app.store.snapshot import Snapshot
from app.web import questions
from tests.support.world import World, text

PAGE = "/en/sanctions?day=2005-12-31"


def main(page: httpx.Response) -> str:
    """Text of a page's content without tags, with single blanks."""
    assert page.status_code == 200
    content = page.text.partition('<main id="main"')[2].partition('<details class="requests">')[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", content))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_a_day_the_page_leads_to_the_address_of_today_which_no_cache_keeps(
    still: httpx.Client, lang: str
) -> None:
    answer = still.get(f"/{lang}/sanctions?regime=autonomous&revision=1")
    assert answer.status_code == 302
    pattern = rf"/{lang}/sanctions\?revision=1&day=\d{{4}}-\d\d-\d\d&regime=autonomous"
    assert re.fullmatch(pattern, answer.headers["location"])
    assert answer.headers["cache-control"] == "no-store"


def test_an_answer_names_its_day_and_may_be_kept_like_any_other(still: httpx.Client) -> None:
    answer = still.get(f"{PAGE}&revision=1")
    assert answer.headers["cache-control"] == "public, max-age=31536000"
    assert 'rel="canonical" href="/en/sanctions?revision=1&amp;day=2005-12-31"' in answer.text


@pytest.mark.parametrize("day", ["2017-02-30", "2017", "2017-1-1", "yesterday", "2017-10-01T00:00", "٢٠١٧-١٠-٠١"])
def test_a_bad_day_gives_a_page_that_shows_how_a_day_is_written(still: httpx.Client, day: str) -> None:
    answer = still.get("/fr/sanctions", params={"day": day})
    assert answer.status_code == 422
    assert "écrit AAAA-MM-JJ" in answer.text
    assert "2017-10-01" in answer.text


@pytest.mark.parametrize("query", ["regime=autonomus", "kind=shipban", "cursor=x"])
def test_a_filter_that_the_api_refuses_is_refused(still: httpx.Client, query: str) -> None:
    assert still.get(f"{PAGE}&{query}").status_code == 422


def test_measures_are_told_apart_by_what_is_surely_and_possibly_in_force(still: httpx.Client) -> None:
    told = main(still.get(PAGE))
    assert "2 measures in force, certainly or possibly, on 31 December 2005." in told
    assert re.search(r"No apples ● In force Start: 2005 End: June 2006", told)
    assert re.search(r"No boats ◌ Possibly in force .*Its start is not known. Whether it has ended is not known.", told)
    assert "No loans ●" not in told


def test_a_day_after_the_last_check_says_when_that_was(api: httpx.Client, world: World) -> None:
    world.publish_with_change("sanctions-measures", "no-loans", status="in-force", status_as_of="2019-05-01")
    told = main(api.get("/en/sanctions?day=2019-12-31&regime=autonomous"))
    assert "◐ In force when last checked" in told
    assert "Last check: 1 May 2019." in told


def test_exceptions_and_permits_have_their_own_days_and_provisions(api: httpx.Client, world: World) -> None:
    later = {"title": text("Cider", "Cidre"), "provision": text("s. 4", "art. 4"), "in_force_from": "2006-02-01"}
    then = {"title": text("Apple pies", "Tartes"), "in_force_from": "2005-02-01", "in_force_to": "2006-01-31"}
    world.publish_with_change("sanctions-measures", "no-apples", exceptions=[later, then])
    told = main(api.get(PAGE))
    assert "Exceptions on this day: 1 of 2." in told
    assert re.search(r"Apple pies ● In force Start: 1 February 2005 End: 31 January 2006", told)
    assert re.search(r"Cider ○ Not on this day Start: 1 February 2006 s. 4, The law", told)
    assert re.search(r"Apple permit ◌ Possibly in force", told)


def test_what_surely_and_possibly_began_and_ended_within_a_year_is_listed(still: httpx.Client) -> None:
    told = main(still.get("/en/sanctions?day=2006-12-01"))
    around = "From 1 December 2005 to 1 December 2007. Began 1 March 2007 No loans Possibly began 2005 No apples"
    assert f"{around} Ended June 2006 No apples" in told


@pytest.mark.parametrize("day", ["2006-01-15", "2007-01-15"])
def test_an_end_within_a_year_is_listed_though_no_status_is_known(still: httpx.Client, day: str) -> None:
    told = main(still.get(f"/en/sanctions?day={day}"))
    assert re.search(r"Ended June 2006 No apples", told)


def test_a_day_on_which_nothing_of_a_regime_was_in_force_names_the_choice(still: httpx.Client) -> None:
    told = main(still.get("/en/sanctions?day=1900-01-01&regime=autonomous"))
    assert "No measure of the chosen regime and kind was in force on 1 January 1900." in told


def test_the_downloads_are_those_of_the_same_list(still: httpx.Client) -> None:
    page = still.get(f"{PAGE}&regime=autonomous").text
    address = "/v1/sanctions-measures?in_force_on=2005-12-31&amp;regime=autonomous&amp;format=csv"
    assert address in page
    lines = still.get(address.replace("&amp;", "&")).text.splitlines()
    assert len(lines) == 2
    assert '"/v1/sanctions-measures?format=csv"' in page


def test_no_list_of_measures_is_asked_for_twice(still: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def asking(snapshot: Snapshot, view: ListView, request: ListRequest) -> PageOf:
        form = {"facets", "include", "cursor", "limit", "sort"}
        asked.append(f"{view.spec.path} {request.params.model_dump(exclude=form, exclude_defaults=True)}")
        return read_page(snapshot, view, request)

    monkeypatch.setattr(questions, "read_page", asking)
    still.get("/en/sanctions?day=2005-12-30")
    assert len(asked) == 5
    assert len({*asked}) == len(asked)


def test_the_page_of_every_day_of_the_calendar_answers(still: httpx.Client) -> None:
    for day in ("0001-01-01", "2016-02-29", "9999-12-31"):
        assert still.get(f"/en/sanctions?day={day}").status_code == 200


def test_a_revision_without_measures_has_a_page(api: httpx.Client, world: World) -> None:
    world.withdraw("designations", "party-one")
    for measure in ("no-apples", "no-boats", "no-loans"):
        world.withdraw("sanctions-measures", measure)
    world.publish()
    told = main(api.get("/en/sanctions?day=2005-12-31"))
    assert "No measure of this record was in force" in told
    assert "The measures over the years" not in told
