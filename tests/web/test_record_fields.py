"""Fields of records in words: every field has a name, and is shown by its type."""

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from app.messages.field_names import FIELD_NAMES
from app.model.fields import LANGUAGES, Bilingual, BilingualAddress, models_in
from app.model.records import Citation, Pointer, served_fields
from app.resources.registry import COLLECTIONS
from app.web.record_fields import RecordWords, Shown, ShownField, field_name, provision_anchor

# What no page shows as a field
HIDDEN = {"collection", "id", "revision", "published_at", "url"}


def paths(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """The paths of the fields that are served, with those of fields within others."""
    for name in served_fields(model):
        yield prefix + name
        for inner in models_in(model.model_fields[name].annotation):
            if inner not in (Citation, Pointer, Bilingual, BilingualAddress):
                yield from paths(inner, f"{prefix}{name}.")


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_every_field_has_a_name_in_both_languages(collection: str) -> None:
    found = [path for path in paths(COLLECTIONS[collection].model) if path not in HIDDEN]
    assert found
    for lang in LANGUAGES:
        assert [path for path in found if field_name(collection, path, lang) == path] == []


def test_every_name_is_that_of_a_field() -> None:
    known = {path for resource in COLLECTIONS.values() for path in paths(resource.model)}
    known |= {path.rpartition(".")[2] for path in known}
    known |= {f"{name}.{path}" for name, resource in COLLECTIONS.items() for path in paths(resource.model)}
    assert set(FIELD_NAMES) - known == set()


def test_a_field_of_a_later_release_is_named_by_its_path() -> None:
    assert field_name("actors", "new_field", "fr") == "new_field"


def shown(collection: str, record: dict[str, Any], lang: Any = "en", **included: Any) -> dict[str, ShownField]:
    """The fields of a record in words, by their keys."""
    words = RecordWords(COLLECTIONS[collection], record, included, lang)
    return {field.key: field for field in words.fields()}


def test_a_date_is_in_words_and_its_bounds_only_where_they_say_more() -> None:
    exact = shown("timeline-events", {"date": "2006-10-09", "earliest": "2006-10-09", "latest": "2006-10-09"})
    assert exact["date"].values == [Shown("9 October 2006", day="2006-10-09")]
    assert "earliest" not in exact
    rough = shown("timeline-events", {"date": "[2003..2009]", "earliest": "2003-01-01", "latest": "2009-12-31"}, "fr")
    assert rough["date"].values == [Shown("entre 2003 et 2009")]
    assert rough["latest"].values == [Shown("31 décembre 2009", day="2009-12-31")]


def test_dates_in_a_list_are_in_words_too() -> None:
    fields = shown("designations", {"birth_dates": ["1950", "[1951..1953]"]})
    assert [one.words for one in fields["birth_dates"].values] == ["1950", "between 1951 and 1953"]


def test_values_have_the_labels_of_their_field() -> None:
    assert shown("sanctions-measures", {"kind": "export-ban"}, "fr")["kind"].values == [
        Shown("Interdiction d’exportation")
    ]
    names = shown("designations", {"names": [{"name": "A", "kind": "alias", "quality": "low", "script": None}]})
    assert [[field.key for field in part] for part in names["names"].parts] == [["name", "kind", "quality"]]
    assert names["names"].parts[0][2].values != [Shown("low")]


def test_money_has_its_currency_and_yes_and_no_are_words() -> None:
    record = {"amount": "1000.50", "currency": "CAD", "cumulative": False, "in_kind": None}
    fields = shown("funding-records", record, "fr")
    assert fields["amount"].values == [Shown("1\u00a0000,50\u00a0CAD")]
    assert fields["cumulative"].values == [Shown("Non")]
    assert fields.keys() == {"amount", "cumulative"}


def test_a_link_has_the_title_of_the_record_or_its_id() -> None:
    canada = {"canada": {"title": "Canada"}}
    fields = shown("timeline-events", {"actors": ["canada", "elba"]}, actors=canada)
    assert fields["actors"].values == [Shown("Canada", path="/actors/canada"), Shown("elba", path="/actors/elba")]
    related = [{"collection": "actors", "id": "canada"}]
    assert shown("timeline-events", {"related": related}, actors=canada)["related"].values == [
        Shown("Canada", path="/actors/canada")
    ]


def test_an_address_elsewhere_is_a_link() -> None:
    address = "https://gazette.example/page"
    assert shown("sources", {"address": address})["address"].values == [Shown(address, address=address)]


def test_a_provision_leads_to_its_place_in_the_law() -> None:
    record = {
        "instrument": "the-law",
        "provision": "s. 2(1)(a)",
        "exceptions": [{"title": "Apples", "provision": "al. 3(1)a)", "covers": None}],
        "authorizations": [{"kind": "permit", "title": "Permit", "instrument": "the-rule", "provision": "schedule"}],
    }
    fields = shown("sanctions-measures", record)
    assert fields["provision"].values == [
        Shown("s. 2(1)(a)", path="/legal-instruments/the-law", anchor=provision_anchor("2(1)(a)"))
    ]
    excepted, permit = fields["exceptions"].parts[0], fields["authorizations"].parts[0]
    assert excepted[1].values == [Shown("al. 3(1)a)", path="/legal-instruments/the-law", anchor="s-3-1-a")]
    assert [field.key for field in permit] == ["title", "kind", "instrument", "provision"]
    assert permit[3].values == [Shown("schedule", path="/legal-instruments/the-rule")]


@pytest.mark.parametrize(("label", "anchor"), [("5(1)(a)", "s-5-1-a"), ("5.1", "s-5.1"), ("5 (2)", "s-5-2")])
def test_the_anchor_of_a_provision_has_its_number(label: str, anchor: str) -> None:
    assert provision_anchor(label) == anchor


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("date", "2018-01-15", "15 January 2018"),
        ("date", "in spring", "in spring"),
        ("kind", "nuclear-test", "Nuclear test"),
        ("title", "Another title", "Another title"),
    ],
)
def test_what_another_source_says_is_in_words_if_it_has_the_form_of_the_field(
    field: str, value: str, words: str
) -> None:
    citation = {"source": "gazette", "section": None, "fragment": None, "url": None}
    record = {"other_values": [{"field": field, "value": value, "citations": [citation]}]}
    (other,) = RecordWords(COLLECTIONS["timeline-events"], record, {}, "en").other_values()
    assert other.value.words == words
    assert other.citations[0].source == Shown("gazette", path="/sources/gazette")


def test_a_citation_has_the_passage_in_the_language_of_the_source() -> None:
    citation = {
        "source": "gazette",
        "section": "News",
        "fragment": {"start": "War began", "end": "at last"},
        "url": "https://gazette.example/page#:~:text=War",
    }
    sources = {"sources": {"gazette": {"title": "The gazette", "language": "fr"}}}
    record = {"citations": [citation]}
    (cited,) = RecordWords(COLLECTIONS["timeline-events"], record, sources, "en").citations()
    assert (cited.passage, cited.lang, cited.section) == ("War began … at last", "fr", "News")
    assert cited.address == citation["url"]
