"""Tools for assistants: they give what the API gives, and refuse what it refuses, in the same words."""

import json
import re
from typing import Any
from unittest.mock import patch

import httpx
import jsonschema
import pytest

from app.errors import InvalidParameter
from app.mcp_server.tools import TOOLS
from app.messages import sentence
from app.reading.timeline import KINDS
from app.resources.registry import COLLECTIONS
from app.store.engines.sqlite import SqliteDatabase
from tests.support.assistants import Assistant, text_of
from tests.support.engines import IS_POSTGRESQL, engine, on_sqlite
from tests.support.paths import ROOT
from tests.support.problems import ENGLISH
from tests.support.world import World

LISTS: list[tuple[str, dict[str, Any]]] = [
    ("search", {"q": "the"}),
    ("search", {"q": "borea -war", "collection": ["actors", "sources"], "lang": "fr"}),
    ("timeline", {}),
    ("timeline", {"from": "1950", "to": 1990, "kind": "agreement", "lang": "fr"}),
    ("timeline", {"actor": "borea", "topic": ["peace"]}),
    ("measures_on_day", {"day": "2006-01-01"}),
    ("measures_on_day", {"day": "2008-01-01", "certain": False, "lang": "fr"}),
]


@pytest.fixture
def begun(begun_db: SqliteDatabase) -> Assistant:
    """An assistant that asks about the tiny world as it began."""
    return Assistant(begun_db)


@pytest.fixture
def assistant(world: World) -> Assistant:
    """An assistant that asks about the world of this test."""
    return Assistant(world.db)


# --- what a client sees first -----------------------------------------------------------------------------------------


def test_five_tools_are_listed_each_described_and_read_only(begun: Assistant) -> None:
    listed = begun.tools()
    assert list(listed) == ["search", "get_record", "timeline", "measures_on_day", "screen_name"]
    for tool in listed.values():
        assert tool.title
        assert tool.description
        assert tool.annotations is not None
        assert (tool.annotations.read_only_hint, tool.annotations.open_world_hint) == (True, False)
        assert tool.input_schema["additionalProperties"] is False
        jsonschema.Draft202012Validator.check_schema(tool.input_schema)
        assert "$ref" not in json.dumps(tool.input_schema)
        assert all(one["description"] and "type" in one for one in tool.input_schema["properties"].values())


def test_values_of_arguments_are_those_of_the_api(begun: Assistant) -> None:
    listed = {name: tool.input_schema["properties"] for name, tool in begun.tools().items()}
    assert listed["timeline"]["kind"]["items"]["enum"] == list(KINDS)
    assert listed["get_record"]["collection"]["enum"] == list(COLLECTIONS)
    assert {(one["limit"]["maximum"], one["limit"]["default"]) for one in listed.values() if "limit" in one} == {
        (50, 10)
    }
    assert all(one["lang"]["enum"] == ["en", "fr"] and "revision" in one for one in listed.values())


def test_only_what_a_question_needs_is_required(begun: Assistant) -> None:
    required = {name: tool.input_schema["required"] for name, tool in begun.tools().items()}
    assert required == {
        "search": ["q"],
        "get_record": ["collection", "id"],
        "timeline": [],
        "measures_on_day": [],
        "screen_name": ["name"],
    }


def test_the_documentation_lists_the_tools_with_their_own_arguments(begun: Assistant) -> None:
    page = (ROOT / "docs" / "integrate.md").read_text()
    for name, tool in begun.tools().items():
        own = [one for one in tool.input_schema["properties"] if one not in ("limit", "cursor", "lang", "revision")]
        assert re.search(rf"^\| `{name}` \| [^|]+ \| {', '.join(f'`{one}`' for one in own)} \|$", page, re.MULTILINE)


# --- answers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("tool", "arguments"), LISTS)
def test_the_address_in_a_list_gives_the_same_rows_in_the_api(
    begun: Assistant, still: httpx.Client, tool: str, arguments: dict[str, Any]
) -> None:
    answer = begun.ask(tool, **arguments, limit=3)
    same = still.get(answer["address"]).json()
    assert answer["data"]
    assert [(one["id"], one["title"]) for one in answer["data"]] == [(one["id"], one["title"]) for one in same["data"]]
    assert (answer["page"], answer["dataset"]) == (same["page"], same["dataset"])


@pytest.mark.parametrize(("tool", "arguments"), LISTS)
def test_pages_give_every_row_once_and_each_but_the_last_says_how_to_go_on(
    begun: Assistant, tool: str, arguments: dict[str, Any]
) -> None:
    whole, seen = begun.ask(tool, **arguments, limit=50), []
    cursor = None
    while True:
        answer = begun.ask(tool, **arguments, limit=1, cursor=cursor)
        seen += answer["data"]
        cursor = answer["page"]["next"]
        assert answer["page"]["total"] == len(whole["data"])
        if not cursor:
            break
        values = {"shown": 1, "total": len(whole["data"])}
        assert answer["more"] == sentence("more-rows", values, arguments.get("lang", "en"))
    assert answer["more"] is None
    assert seen == whole["data"]


@pytest.mark.parametrize(("tool", "arguments"), LISTS)
def test_each_row_has_the_citations_of_its_record_with_the_titles_of_the_sources(
    begun: Assistant, still: httpx.Client, tool: str, arguments: dict[str, Any]
) -> None:
    lang = arguments.get("lang", "en")
    for row in begun.ask(tool, **arguments)["data"]:
        record = still.get(row["url"], params={"lang": lang}).json()["data"]
        for mine, other in zip(row["citations"], record["citations"], strict=True):
            source = still.get(f"/v1/sources/{other['source']}", params={"lang": lang}).json()["data"]
            assert mine == {name: other[name] for name in ("source", "section", "url")} | {"title": source["title"]}


def test_a_search_marks_the_match_and_counts_each_collection(begun: Assistant) -> None:
    answer = begun.ask("search", q="treaty")
    assert answer["data"][0]["id"] == "the-treaty"
    assert "**treaty**" in answer["data"][0]["snippet"]
    assert answer["counts"] == {"legal-instruments": 1}


def test_a_record_has_all_its_fields_and_what_names_it(begun: Assistant, still: httpx.Client) -> None:
    answer = begun.ask("get_record", collection="timeline-events", id="war", lang="fr")
    same = still.get(answer["address"]).json()
    titles = [one.pop("title") for one in answer["data"]["citations"]]
    assert titles == ["The gazette (fr)", "The almanac (fr)"]
    for one in same["data"]["citations"]:
        del one["fragment"]
    assert answer["data"] == same["data"]
    assert begun.ask("get_record", collection="actors", id="borea")["references"]["timeline-events"] == 2


def test_a_measure_comes_with_its_law_its_exceptions_and_its_permits(begun: Assistant) -> None:
    (row,) = [one for one in begun.ask("measures_on_day", day="2006-01-01")["data"] if one["id"] == "no-apples"]
    assert (row["instrument"], row["provision"], row["status"]) == ("the-law", "s. 2", "unknown")
    assert [one["title"] for one in row["exceptions"]] == ["Crab apples"]
    assert [one["title"] for one in row["authorizations"]] == ["Apple permit"]


def test_the_day_is_today_unless_one_is_given(begun: Assistant) -> None:
    with patch("app.mcp_server.arguments.clock.now") as now:
        now.return_value.date.return_value.isoformat.return_value = "2006-01-01"
        assert begun.ask("measures_on_day") == begun.ask("measures_on_day", day="2006-01-01")


def test_a_screened_name_gets_candidates_and_the_notice(begun: Assistant, still: httpx.Client) -> None:
    answer = begun.ask("screen_name", name="Uno Skipper", lang="fr")
    same = still.get("/v1/designations/screen?name=Uno+Skipper&lang=fr").json()
    assert answer["notice"] == same["notice"]
    assert [(one["score"], one["why"], one["designation"]["id"]) for one in answer["data"]] == [
        (one["score"], one["why"], one["designation"]["id"]) for one in same["data"]
    ]
    assert answer["data"][0]["designation"]["id"] == "party-one"
    assert "Skipper" not in json.dumps({name: value for name, value in answer.items() if name != "data"})


@pytest.mark.parametrize("case", [*LISTS, ("get_record", {"collection": "actors", "id": "elba"})])
def test_text_and_structure_of_an_answer_are_equal_and_fit_the_schema(
    begun: Assistant, case: tuple[str, dict[str, Any]]
) -> None:
    result = begun.call(case[0], **case[1])
    assert json.loads(text_of(result)) == result.structured_content
    schema = begun.tools()[case[0]].output_schema
    assert schema is not None
    jsonschema.validate(result.structured_content, schema)


def test_addresses_are_complete_where_the_service_has_a_public_one(begun_db: SqliteDatabase) -> None:
    public = Assistant(begun_db, "https://example.org/dossier")
    (row, *_), address = (answer := public.ask("search", q="war"))["data"], answer["address"]
    assert row["url"] == "https://example.org/dossier/v1/timeline-events/war"
    assert address.startswith("https://example.org/dossier/v1/search?q=war&")
    assert public.ask("get_record", collection="actors", id="elba")["data"]["url"].startswith("https://example.org/")


def test_calls_at_the_same_time_get_their_own_answers(begun: Assistant) -> None:
    calls = [(tool, arguments) for tool, arguments in LISTS for _ in range(3)]
    results = begun.all_at_once(calls)
    assert [one.structured_content for one in results] == [begun.ask(tool, **given) for tool, given in calls]


# --- revisions --------------------------------------------------------------------------------------------------------


def test_the_next_call_sees_a_publication_and_an_earlier_revision_stays(assistant: Assistant, world: World) -> None:
    before = assistant.ask("search", q="truce")
    world.withdraw("timeline-events", "truce", "Twice in the list")
    world.publish()
    after = assistant.ask("search", q="truce")
    assert (before["dataset"]["revision"], before["page"]["total"]) == (1, 1)
    assert (after["dataset"]["revision"], after["page"]["total"]) == (2, 0)
    assert assistant.ask("search", q="truce", revision=1) == before


def test_a_cursor_stays_at_its_revision(assistant: Assistant, world: World) -> None:
    first = assistant.ask("timeline", limit=2)
    world.withdraw("timeline-events", "truce")
    world.publish()
    second = assistant.ask("timeline", limit=2, cursor=first["page"]["next"])
    assert (second["dataset"]["revision"], second["page"]["total"]) == (1, first["page"]["total"])


def test_a_withdrawn_record_says_why_and_where_its_last_version_is(assistant: Assistant, world: World) -> None:
    world.withdraw("timeline-events", "truce", "Twice in the list")
    world.publish()
    text = assistant.refusal("get_record", collection="timeline-events", id="truce")
    assert "Withdrawn in revision 2" in text
    assert "reason: Twice in the list" in text
    assert "last_version: /v1/timeline-events/truce?revision=1" in text
    old = assistant.ask("get_record", collection="timeline-events", id="truce", revision=1)
    assert old["data"]["title"] == "The truce"


# --- refusals ---------------------------------------------------------------------------------------------------------

# The same mistake in a tool and in the API
MISTAKES: list[tuple[str, dict[str, Any], str]] = [
    ("search", {}, "/v1/search"),
    ("search", {"q": "-war"}, "/v1/search?q=-war"),
    ("search", {"q": "war OR truce"}, "/v1/search?q=war+OR+truce"),
    ("search", {"q": "w" * 201}, "/v1/search?q=" + "w" * 201),
    ("search", {"q": "war", "collection": "timeline-event"}, "/v1/search?q=war&collection=timeline-event"),
    ("search", {"q": "war", "cursor": "abc"}, "/v1/search?q=war&cursor=abc"),
    ("search", {"q": "war", "revision": 0}, "/v1/search?q=war&revision=0"),
    ("search", {"q": "war", "limit": 0}, "/v1/search?q=war&limit=0"),
    ("search", {"q": " "}, "/v1/search?q=%20"),
    ("timeline", {"kind": ["summit", "sumit"]}, "/v1/timeline?kind=summit&kind=sumit"),
    ("timeline", {"from": "1990", "to": "1989"}, "/v1/timeline?from=1990&to=1989"),
    ("timeline", {"from": 2017.5, "topic": "pease"}, "/v1/timeline?from=2017.5&topic=pease"),
    ("timeline", {"topic": "pease"}, "/v1/timeline?topic=pease"),
    ("timeline", {"actor": ["a"] * 51}, "/v1/timeline?" + "&".join(f"actor=a{number}" for number in range(51))),
    ("screen_name", {"name": "Uno", "threshold": 1.5}, "/v1/designations/screen?name=Uno&threshold=1.5"),
    ("screen_name", {"name": "Uno", "threshold": "high"}, "/v1/designations/screen?name=Uno&threshold=high"),
    ("screen_name", {"name": ["Uno", "Due"]}, "/v1/designations/screen?name=Uno&name=Due"),
]


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize(("tool", "arguments", "path"), MISTAKES)
def test_a_mistake_is_answered_in_the_words_of_the_api(
    begun: Assistant, still: httpx.Client, tool: str, arguments: dict[str, Any], path: str, lang: str
) -> None:
    if arguments.get("actor"):
        arguments = {"actor": [f"a{number}" for number in range(51)]}
    problem = still.get(path, headers={"Accept-Language": lang}).json()
    assert problem["status"] == 422
    text = begun.refusal(tool, **{"lang": lang, **arguments})
    assert text == f"{problem['title']}. {problem['detail']}"


@pytest.mark.parametrize(
    ("tool", "arguments", "path"),
    [
        ("get_record", {"collection": "actors", "id": "aland!"}, "/v1/actors/aland!"),
        ("get_record", {"collection": "actors", "id": "nobody-at-all"}, "/v1/actors/nobody-at-all"),
        ("get_record", {"collection": "actors", "id": "elba", "revision": 9}, "/v1/actors/elba?revision=9"),
        ("timeline", {"revision": 9}, "/v1/timeline?revision=9"),
        ("screen_name", {"name": "Uno", "revision": 9}, "/v1/designations/screen?name=Uno&revision=9"),
    ],
)
def test_what_does_not_exist_is_answered_in_the_words_of_the_api(
    begun: Assistant, still: httpx.Client, tool: str, arguments: dict[str, Any], path: str
) -> None:
    problem = still.get(path).json()
    assert problem["status"] == 404
    assert begun.refusal(tool, **arguments) == f"{problem['title']}. {problem['detail']}"


def test_a_wrong_language_is_refused_in_english(begun: Assistant, still: httpx.Client) -> None:
    problem = still.get("/v1/search?q=war&lang=de").json()
    assert begun.refusal("search", q="war", lang="de") == f"{problem['title']}. {problem['detail']}"
    assert begun.ask("search", q="guerre", lang="fr-CA") == begun.ask("search", q="guerre", lang="FR")


def test_more_than_fifty_rows_are_refused_and_the_most_is_named(begun: Assistant) -> None:
    assert begun.refusal("timeline", limit=51) == "Invalid parameter. limit: must be at most 50. For example: 10"
    assert len(begun.ask("timeline", limit=50)["data"]) > 5


def test_all_that_is_wrong_is_said_at_once_and_names_are_suggested(begun: Assistant) -> None:
    text = begun.refusal("measures_on_day", certian=True, day="soon", lang="fr").replace("\N{NO-BREAK SPACE}", " ")
    assert "certian : est inconnu. Vouliez-vous dire certain?" in text
    assert "day : « soon » n’est pas un jour du calendrier" in text
    assert ENGLISH.findall(text.lower()) == []


def test_a_day_that_is_none_is_refused_under_its_own_name(begun: Assistant) -> None:
    for day in ("2006", "2006-02-30", "yesterday", "2006-01-01/2007-01-01"):
        assert begun.refusal("measures_on_day", day=day).startswith("Invalid parameter. day: ")


def test_an_unknown_tool_is_refused_and_the_tools_are_named(begun: Assistant) -> None:
    text = begun.refusal("delete_record", id="war")
    assert text == "There is no tool delete_record. Tools: " + ", ".join(begun.tools()) + "."


@pytest.mark.parametrize("value", ["a\0b", "a\ud800b"])
@pytest.mark.parametrize(("tool", "name"), [("search", "q"), ("timeline", "actor"), ("screen_name", "name")])
def test_text_that_no_database_takes_is_refused(begun: Assistant, value: str, tool: str, name: str) -> None:
    with pytest.raises(InvalidParameter, match=f"{name}: unreadable-parameter"):  # no client can send the second one
        TOOLS[tool](begun.reader, {name: value})


@pytest.mark.parametrize("value", [{"a": 1}, [["a"]], [None], [{}]])
def test_values_of_the_wrong_shape_are_refused_not_answered_with_a_crash(begun: Assistant, value: Any) -> None:
    for tool, name in (("search", "q"), ("search", "collection"), ("timeline", "kind"), ("timeline", "limit")):
        assert begun.refusal(tool, **{"q": "war", name: value} if tool == "search" else {name: value})


def test_null_is_not_given_numbers_are_texts_and_one_value_is_a_list(begun: Assistant) -> None:
    loose = begun.ask("timeline", **{"from": 1990, "to": None, "kind": "agreement", "actor": [], "limit": "5"})
    strict = begun.ask("timeline", **{"from": "1990", "kind": ["agreement"], "limit": 5})
    assert loose == strict
    assert loose["page"]["total"] == 1


# --- failures ---------------------------------------------------------------------------------------------------------


def test_a_fault_of_the_code_shows_nothing_and_is_logged_without_the_name(
    begun: Assistant, caplog: pytest.LogCaptureFixture
) -> None:
    secret = "Zaphod Beeblebrox"
    with patch("app.reading.screening.NameIndex.matches", side_effect=ValueError(secret)):
        text = begun.refusal("screen_name", name=secret)
    assert text == f"Internal error. {sentence('internal-error')}"
    assert "The tool screen_name failed" in caplog.text
    assert secret not in caplog.text
    assert caplog.records[-1].exc_info


def test_a_database_that_is_gone_is_said_with_what_to_do(assistant: Assistant, world: World) -> None:
    assert assistant.ask("search", q="war")
    world.db.close()
    engine().lose(world.db.path)
    text = assistant.refusal("search", q="war", lang="fr")
    code = "no-such-database" if IS_POSTGRESQL else "database-missing"
    assert text == f"Temporairement indisponible. {sentence(code, lang='fr')}"


@on_sqlite
def test_a_database_that_is_broken_is_said_with_the_reason(assistant: Assistant, world: World) -> None:
    world.db.close()
    world.db.path.write_bytes(b"no database" * 1000)
    assert assistant.refusal("timeline").startswith("Temporarily unavailable. The database cannot be read: ")
