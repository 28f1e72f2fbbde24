"""Timeline page: the picture, its table and the list are the same records, whatever is chosen and however many."""

import re
from collections.abc import Sequence
from html import unescape
from typing import Any

import httpx
import pytest

from app.web.pages import timeline
from app.web.questions import ListAnswer, Questions
from tests.support.world import World

CELL = re.compile(r'<td class="number"><a href="/en/timeline\?([^"]+)">([0-9,]+)</a></td>')
TABLE = re.compile(r"<table>.*</table>", re.DOTALL)
MARKS = re.compile(r'<svg class="marks".*?</svg>', re.DOTALL)
QUERIES = [
    "",
    "from=2000&to=2009",
    "from=2005&to=2005",
    "from=1991-01&to=1991-02",
    "from=2006",
    "to=1990-05-01",
    "collection=sanctions-measures",
    "collection=sanctions-measures&collection=initiatives",
    "collection=timeline-events&collection=initiatives",
    "kind=diplomacy,naval",
    "kind=import-ban&from=2005",
    "topic=peace",
    "actor=aland&collection=funding-records",
]


def table_of(page: httpx.Response) -> str:
    (table,) = TABLE.findall(page.text)
    return str(table)


@pytest.mark.parametrize("query", QUERIES)
def test_many_records_are_counted_as_few_are(still: httpx.Client, monkeypatch: pytest.MonkeyPatch, query: str) -> None:
    few = table_of(still.get(f"/en/timeline?{query}"))
    monkeypatch.setattr(timeline, "MOST_MARKS", 0)
    many = still.get(f"/en/timeline?revision=1&{query}")  # another address: the first answer is stored
    assert 'class="timeline counted' in many.text
    assert table_of(many).replace("revision=1&amp;", "").replace("?revision=1", "") == few


@pytest.mark.parametrize("query", QUERIES)
def test_the_link_of_a_count_leads_to_as_many_records(still: httpx.Client, query: str) -> None:
    cells = CELL.findall(table_of(still.get(f"/en/timeline?{query}")))
    assert cells
    for link, count in cells:
        assert still.get(f"/v1/timeline?{unescape(link)}").json()["page"]["total"] == int(count), link


@pytest.mark.parametrize("query", ["", "from=2000&to=2009&kind=import-ban&revision=1"])
def test_every_link_of_the_page_leads_somewhere(still: httpx.Client, query: str) -> None:
    links = {
        unescape(link)
        for link in re.findall(r'(?:href|src|action)="(/[^"#]*)', still.get(f"/fr/timeline?{query}").text)
    }
    broken = {link: still.get(link, follow_redirects=True).status_code for link in links}
    assert {link: status for link, status in broken.items() if status >= 400} == {}
    assert sum("format=csv" in link for link in links) == 1


def test_every_record_has_a_mark_that_leads_to_it(still: httpx.Client) -> None:
    page = still.get("/en/timeline").text
    linked = set(re.findall(r'href="/en/([a-z-]+/[a-z0-9-]+)"', "".join(MARKS.findall(page))))
    rows = still.get("/v1/timeline?limit=200").json()["data"]
    assert linked == {f"{row['collection']}/{row['id']}" for row in rows}


def test_lanes_and_marks_have_names_and_the_picture_a_description(still: httpx.Client) -> None:
    page = still.get("/en/timeline").text
    lanes = MARKS.findall(page)
    assert len(lanes) == 7
    assert 'aria-describedby="about-lanes"' in lanes[0]
    assert "<desc id=" in lanes[0]
    assert all(
        re.search(r'aria-labelledby="(lane-\d)".*?<title id="\1">[^<]+: \d+ record', lane, re.DOTALL) for lane in lanes
    )
    assert all("<title>" in link for lane in lanes for link in re.findall(r"<a .*?</a>", lane, re.DOTALL))
    assert "<title>The war (from 1950 to 1953)</title>" in page


def test_the_list_goes_on_by_cursor_with_the_filters(api: httpx.Client, world: World) -> None:
    for number in range(60):
        world.add("timeline-events", f"event-{number}", f"Event no {number}.", kind="policy", date="1995")
    world.publish()
    first = api.get("/en/timeline?kind=policy").text
    (link,) = re.findall(r'href="([^"]+)" rel="next"', first.partition('class="list"')[2])
    second = api.get(unescape(link)).text
    titles = [set(re.findall(r"Event no \d+\.", text.partition('class="list"')[2])) for text in (first, second)]
    assert [len(page) for page in titles] == [50, 10]
    assert titles[0].isdisjoint(titles[1])
    assert TABLE.findall(second.replace("revision=2&amp;", "")) == TABLE.findall(first)


@pytest.mark.parametrize(
    "query", ["from=9000&to=9999", "from=2030", "to=1949", "from=0001&to=9999", "from=9999-12-31&to=9999-12-31"]
)
def test_any_period_of_the_calendar_can_be_looked_at(still: httpx.Client, query: str) -> None:
    assert still.get(f"/fr/timeline?{query}").status_code == 200


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("from=2017-13", "from"),
        ("from=2018&to=2017", "to"),
        ("kind=nothing", "kind"),
        ("actor=nobody", "actor"),
        ("cursor=abc", "cursor"),
        ("own=yes", "own"),
        ("page=0", "page"),
        ("page=1_0", "page"),
        ("format=csv", "format"),
    ],
)
def test_bad_input_gives_a_page_that_names_the_parameter(still: httpx.Client, query: str, named: str) -> None:
    answer = still.get(f"/en/timeline?{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (422, "text/html; charset=utf-8")
    assert f"<strong>{named}</strong>" in answer.text


def test_a_page_without_records_says_how_to_find_some(still: httpx.Client) -> None:
    assert "Remove a filter or choose a longer period." in still.get("/en/timeline?kind=nuclear-test").text


def incident(world: World, number: int) -> None:
    world.add(
        "timeline-events", f"csis-1990-05-{number:02}-launch", f"Launch {number}", kind="missile-launch",
        date=f"1990-05-{number:02}",
    )  # fmt: skip


def test_imported_incidents_do_not_hide_the_rest_and_can_be_left_out(api: httpx.Client, world: World) -> None:
    world.add("timeline-events", "first-launch", "The first launch", kind="missile-launch", date="1990-05-03")
    for number in range(1, 10):
        incident(world, number)
    world.publish()
    page = api.get("/en/timeline").text
    lane = next(lane for lane in MARKS.findall(page) if "Missile launch" in lane)
    assert re.findall(r'href="/en/timeline-events/([a-z0-9-]+)"', lane) == ["first-launch"]
    assert "<title>9 records: 1990</title>" in lane
    assert "9 of the 22 records" in page
    own = api.get("/en/timeline?own=true").text
    assert "csis-1990" not in own
    assert "first-launch" in own.partition('class="list"')[2]
    assert "13 records" in own


def test_records_without_imported_ones_are_paged(api: httpx.Client, world: World) -> None:
    incident(world, 1)
    for number in range(1, 60):
        world.add("timeline-events", f"event-{number}", f"Event no {number}.", kind="policy", date="1995")
    world.publish()
    first, second = (api.get(f"/en/timeline?own=true&topic=&page={page}").text for page in (1, 2))
    titles = [set(re.findall(r"Event no \d+\.", text.partition('class="list"')[2])) for text in (first, second)]
    assert titles[0].isdisjoint(titles[1])
    assert len(titles[0] | titles[1]) == 59
    assert "page=2" in first
    assert 'rel="next"' not in second.partition('class="list"')[2]


def test_titles_cannot_become_markup_in_the_picture(api: httpx.Client, world: World) -> None:
    world.change("timeline-events", "tie", title={"en": "Tie <script>&\"'", "fr": "Lien"})
    world.publish()
    page = api.get("/en/timeline").text
    assert "<script>&" not in page
    assert "Tie &lt;script&gt;&amp;&#34;&#39; (1 May 1990)" in page


@pytest.mark.parametrize("query", ["", "from=2000&to=2009&own=true"])
def test_the_page_has_no_inline_style_or_script(still: httpx.Client, query: str) -> None:
    page = still.get(f"/en/timeline?{query}").text
    assert not re.search(r"style=|<style|<script(?![^>]*(\bsrc=|/ld\+json))|\son[a-z]+=", page)


@pytest.mark.parametrize(("query", "most"), [("", 14), ("from=0001&to=9999", 104), ("from=2005&to=2005", 16)])
def test_a_picture_of_counts_takes_few_questions_and_reads_few_rows(
    still: httpx.Client, monkeypatch: pytest.MonkeyPatch, query: str, most: int
) -> None:
    asked: list[dict[str, Any]] = []
    read: list[int] = []
    ask, rows = Questions.list, vars(ListAnswer)["data"].func

    def count(self: Questions, name: str, **given: Any) -> ListAnswer:
        asked.append(given)
        return ask(self, name, **given)

    def note(self: ListAnswer) -> Sequence[Any]:
        found: Sequence[Any] = rows(self)
        read.append(len(found))
        return found

    monkeypatch.setattr(timeline, "MOST_MARKS", 0)
    monkeypatch.setattr(Questions, "list", count)
    monkeypatch.setattr(ListAnswer, "data", property(note))
    page = still.get(f"/en/timeline?{query}&revision=1&topic=peace,trade").text
    assert 3 < len(asked) <= most
    assert sum(read) <= 60
    assert page.count("<h4>curl</h4>") <= 5
