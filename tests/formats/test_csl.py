"""Citations: CSL-JSON that version 1.0.2 of its schema admits, one item that names the statement's revision."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.formats.csl import citation, event_date
from app.main import create_app
from app.model.fields import Language
from app.resources.registry import COLLECTIONS
from tests.support.servers import client_of, settings_for
from tests.support.world import World, refused, tag, text

ADDRESS = "https://dossier.example/v1/timeline-events/first-test?revision=3"
RECORD = {
    "id": "first-test",
    "kind": "nuclear-test",
    "title": "First test",
    "summary": "A test was announced.",
    "date": "2006-10-09",
    "earliest": "2006-10-09",
    "latest": "2006-10-09",
    "topics": [],
    "citations": [{"source": "gazette"}],
    "revision": 3,
    "published_at": "2026-01-02T23:59:30Z",
    "url": "/v1/timeline-events/first-test",
}

# What csl-data.json of CSL 1.0.2 allows in an item: its types, and its variables by the kind of their values.
TYPES = """
    article article-journal article-magazine article-newspaper bill book broadcast chapter classic collection dataset
    document entry entry-dictionary entry-encyclopedia event figure graphic hearing interview legal_case legislation
    manuscript map motion_picture musical_score pamphlet paper-conference patent performance periodical
    personal_communication post post-weblog regulation report review review-book software song speech standard thesis
    treaty webpage
""".split()
NAMES = """
    author chair collection-editor compiler composer container-author contributor curator director editor
    editorial-director executive-producer guest host interviewer illustrator narrator organizer original-author
    performer producer recipient reviewed-author script-writer series-creator translator
""".split()
DATES = "accessed available-date event-date issued original-date submitted".split()
NUMBERS = """
    chapter-number citation-number collection-number edition first-reference-note-number issue locator number
    number-of-pages number-of-volumes page page-first part printing supplement volume
""".split()
STRINGS = """
    citation-key language journalAbbreviation shortTitle abstract annote archive archive_collection archive_location
    archive-place authority call-number citation-label collection-title container-title container-title-short
    dimensions division DOI event event-title event-place genre ISBN ISSN jurisdiction keyword medium note
    original-publisher original-publisher-place original-title part-title PMCID PMID publisher publisher-place
    references reviewed-genre reviewed-title scale section source status title title-short URL version volume-title
    volume-title-short year-suffix
""".split()
NAME_PARTS = {"family", "given", "dropping-particle", "non-dropping-particle", "suffix", "comma-suffix"} | {
    "static-ordering", "literal", "parse-names",
}  # fmt: skip
DATE_PARTS = {"date-parts", "season", "circa", "literal", "raw"}


def fits(name: str, value: Any) -> bool:
    """Whether the schema admits a variable with this value."""
    if name == "type":
        return value in TYPES
    if name in NAMES:
        return bool(value) and all(set(person) <= NAME_PARTS and all(person.values()) for person in value)
    if name in DATES:
        return set(value) <= DATE_PARTS and fits_date_parts(value["date-parts"])
    if name == "id" or name in NUMBERS:
        return isinstance(value, (str, int))
    return name in STRINGS and isinstance(value, str)


def fits_date_parts(dates: Any) -> bool:
    """One date or two, each of one to three numbers."""
    return 1 <= len(dates) <= 2 and all(
        1 <= len(parts) <= 3 and all(type(part) is int for part in parts) for parts in dates
    )


def cited(lang: Language = "en", collection: str = "timeline-events", **changes: Any) -> dict[str, Any]:
    """The one item for the record with changes."""
    (item,) = citation(RECORD | changes, collection=collection, lang=lang, address=ADDRESS)
    return item


def test_an_event_in_full() -> None:
    assert citation(RECORD, collection="timeline-events", lang="en", address=ADDRESS) == [
        {
            "id": "timeline-events/first-test@3",
            "type": "webpage",
            "title": "First test",
            "container-title": "Canada–North Korea dossier",
            "author": [{"literal": "Maintainers of the dossier"}],
            "issued": {"date-parts": [[2026, 1, 2]]},
            "version": "revision 3",
            "URL": ADDRESS,
            "language": "en",
            "abstract": "A test was announced.",
            "event-date": {"date-parts": [[2006, 10, 9]]},
        }
    ]


def test_in_french_the_dossier_its_maintainers_and_the_revision_are_named_in_french() -> None:
    item = cited("fr")
    assert item["container-title"] == "Dossier Canada–Corée du Nord"
    assert item["author"] == [{"literal": "Équipe du dossier"}]
    assert item["version"] == "révision 3"
    assert item["language"] == "fr"


def test_another_version_is_another_item() -> None:
    assert cited(revision=4)["id"] == "timeline-events/first-test@4"
    assert cited("fr")["id"] == cited("en")["id"]


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("when", ["2006", "2018-04-27/2018-09", "2019~/2021~", "201X", "2011/.."])
def test_items_fit_the_schema(lang: Language, when: str) -> None:
    item = cited(lang, date=when)
    assert [name for name, value in item.items() if not fits(name, value)] == []
    assert {"type", "id"} <= set(item)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("type", "statement"),
        ("revision", "3"),
        ("version", 3),
        ("author", [{"name": "Someone"}]),
        ("issued", {"date-parts": []}),
        ("issued", {"date-parts": [["2026"]]}),
        ("issued", {"date-parts": [[2026]], "edtf": "2026"}),
    ],
)
def test_the_check_sees_what_does_not_fit(name: str, value: Any) -> None:
    assert not fits(name, value)


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2006-10-09", {"date-parts": [[2006, 10, 9]]}),
        ("2006-10", {"date-parts": [[2006, 10]]}),
        ("2006", {"date-parts": [[2006]]}),
        ("0994", {"date-parts": [[994]]}),
        ("2006-XX", {"date-parts": [[2006]]}),
        ("2006-10-XX", {"date-parts": [[2006, 10]]}),
        ("2006-XX-XX", {"date-parts": [[2006]]}),
        ("2018-04-27/2018-09", {"date-parts": [[2018, 4, 27], [2018, 9]]}),
        ("2018-06-12/2018-06-12", {"date-parts": [[2018, 6, 12]]}),
        ("2006-10-09?", {"date-parts": [[2006, 10, 9]], "circa": True}),
        ("2006~", {"date-parts": [[2006]], "circa": True}),
        ("2006-XX%", {"date-parts": [[2006]], "circa": True}),
        ("1993?/1994", {"date-parts": [[1993], [1994]], "circa": True}),
    ],
)
def test_a_date_keeps_the_parts_that_are_known(when: str, expected: dict[str, Any]) -> None:
    assert event_date(when) == expected


@pytest.mark.parametrize("when", ["201X", "20XX~", "2011/..", "2018/", "../1994-07", "/1994", "/.."])
def test_what_csl_cannot_say_of_a_date_is_left_out(when: str) -> None:
    assert event_date(when) is None
    assert "event-date" not in cited(date=when)


@pytest.mark.parametrize("field", ["period", "stated_on"])
def test_a_period_or_a_day_of_statement_is_a_date_too(field: str) -> None:
    record = {name: value for name, value in RECORD.items() if name != "date"} | {field: "2017/2018"}
    (item,) = citation(record, collection="initiatives", lang="en", address=ADDRESS)
    assert item["event-date"] == {"date-parts": [[2017], [2018]]}


def test_a_record_without_a_date_has_none() -> None:
    assert "event-date" not in cited(date=None)
    assert "event-date" not in cited(date=None, in_force_from="2011-08-11")


# Over HTTP
WAR = "/v1/timeline-events/war"
CSL = "application/vnd.citationstyles.csl+json"


@pytest.fixture
def published(world: World) -> Iterator[httpx.Client]:
    """A client of a server that knows its public address."""
    app = create_app(settings_for(Path(world.db.path), public_url="https://dossier.example/api"))
    with client_of(app) as client:
        yield client


def item_at(client: httpx.Client, path: str, **headers: str) -> dict[str, Any]:
    """The one item of an answer that must be CSL-JSON."""
    answer = client.get(path, headers=headers).raise_for_status()
    assert answer.headers["content-type"] == CSL
    (item,) = answer.json()
    assert isinstance(item, dict)
    return item


def test_an_item_is_cited_by_format_or_by_accept(still: httpx.Client) -> None:
    item = item_at(still, f"{WAR}?format=csl")
    assert item == {
        "id": "timeline-events/war@1",
        "type": "webpage",
        "title": "The war",
        "container-title": "Canada–North Korea dossier",
        "author": [{"literal": "Maintainers of the dossier"}],
        "issued": {"date-parts": [[2020, 1, 1]]},
        "version": "revision 1",
        "URL": "/v1/timeline-events/war?revision=1&lang=en",
        "language": "en",
        "abstract": "Summary of The war",
        "event-date": {"date-parts": [[1950], [1953]]},
    }
    assert item_at(still, WAR, accept=CSL) == item
    assert item_at(still, WAR, accept=f"{CSL};q=0.9, application/json;q=0.1") == item
    assert still.get(WAR, headers={"Accept": f"{CSL};q=0.1, application/json"}).json()["data"]["id"] == "war"
    assert item_at(still, f"{WAR}?format=csl", accept="application/json") == item


def test_an_item_is_cited_in_the_language_of_the_answer(still: httpx.Client) -> None:
    item = item_at(still, f"{WAR}?format=csl&lang=fr")
    assert (item["title"], item["language"], item["version"]) == ("The war (fr)", "fr", "révision 1")
    assert item["URL"].endswith("&lang=fr")
    assert item_at(still, f"{WAR}?format=csl", **{"accept-language": "fr-CA"}) == item


@pytest.mark.parametrize("name", COLLECTIONS)
def test_every_record_of_every_collection_fits_the_schema(dossier: httpx.Client, name: str) -> None:
    for row in dossier.get(f"/v1/{name}?limit=3&sort=-id&lang=fr").json()["data"]:
        item = item_at(dossier, f"{row['url']}?format=csl&lang=fr")
        assert [field for field, value in item.items() if not fits(field, value)] == []
        assert (item["id"], item["title"]) == (f"{name}/{row['id']}@{row['revision']}", row["title"])


def test_the_address_is_that_of_the_version_whatever_revision_was_asked_for(world: World, api: httpx.Client) -> None:
    world.publish_with_change("actors", "elba", title=text("Elba"))
    first = item_at(api, f"{WAR}?format=csl")
    assert first["URL"] == "/v1/timeline-events/war?revision=1&lang=en"
    world.publish_with_change("timeline-events", "war", title=text("The long war"))
    item = item_at(api, f"{WAR}?format=csl")
    assert (item["id"], item["version"]) == ("timeline-events/war@3", "revision 3")
    assert item["issued"] == {"date-parts": [[2020, 1, 3]]}
    assert api.get(item["URL"]).json()["data"]["title"] == "The long war"
    for pin in ("revision=1", "revision=2", "as_of=2020-01-02T12:00:00Z"):
        assert item_at(api, f"{WAR}?format=csl&{pin}") == first
    assert api.get(first["URL"]).json()["data"]["title"] == "The war"


def test_the_address_is_absolute_by_the_public_one_and_never_by_the_host_of_the_request(
    published: httpx.Client, still: httpx.Client
) -> None:
    forged = {"host": "evil.example", "x-forwarded-host": "evil.example", "forwarded": "host=evil.example"}
    address = "/v1/timeline-events/war?revision=1&lang=en"
    assert item_at(published, f"{WAR}?format=csl", **forged)["URL"] == f"https://dossier.example/api{address}"
    assert item_at(still, f"{WAR}?format=csl", **forged)["URL"] == address


def test_what_was_withdrawn_or_never_was_is_not_cited_but_its_last_version_is(world: World, api: httpx.Client) -> None:
    world.withdraw("timeline-events", "truce", "Counted twice")
    world.publish()
    gone = api.get("/v1/timeline-events/truce?format=csl")
    assert (gone.status_code, gone.headers["content-type"]) == (410, "application/problem+json")
    assert gone.json()["reason"] == "Counted twice"
    assert item_at(api, f"{gone.json()['last_version']}&format=csl")["title"] == "The truce"
    assert api.get("/v1/timeline-events/truce", headers={"Accept": CSL}).status_code == 410
    assert api.get("/v1/timeline-events/nothing?format=csl").status_code == 404


def test_a_citation_has_its_own_tag_and_links_to_its_pinned_self(still: httpx.Client) -> None:
    answer = still.get(WAR, headers={"Accept": CSL})
    assert answer.headers["etag"] == tag(still, 1, "en", "csl")
    memento = answer.links["memento"]["url"]
    assert memento == f"{WAR}?revision=1&lang=en&format=csl"
    assert still.get(memento).content == answer.content
    again = still.get(f"{WAR}?format=csl", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_citation_includes_nothing(still: httpx.Client) -> None:
    words = "cannot be used with format=csl: leave it out, or choose another format (json)"
    assert refused(still, f"{WAR}?format=csl&include=actors") == [("include", words)]
    assert still.get(f"{WAR}?include=actors", headers={"Accept": CSL}).json()["errors"] == [
        {"parameter": "include", "detail": words}
    ]


def test_only_items_are_cited(still: httpx.Client) -> None:
    for path in ("/v1/timeline-events", "/v1/timeline", f"{WAR}/history", "/v1/funding-records/totals"):
        [(parameter, detail)] = refused(still, f"{path}?format=csl")
        assert parameter == "format"
        assert detail.startswith('"csl" is not known.')
        assert still.get(path, headers={"Accept": CSL}).status_code == 406
