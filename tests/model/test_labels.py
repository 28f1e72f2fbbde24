"""Every value that a record can have is called something, in both languages."""

from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel, TypeAdapter

from app.model.fields import LANGUAGES, Language, PlainText
from app.model.labels import LABELS, label
from app.model.terms import Terms
from app.model.terms.events import ACTIONS
from app.model.terms.events import COLLECTIONS as COLLECTION_TERMS
from app.model.vocabularies import vocabularies_of
from app.resources.registry import COLLECTIONS
from app.store.tables import Action

BOTH = pytest.mark.parametrize("lang", LANGUAGES)


def value_lists(shape: type[BaseModel]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The fields of a shape, and of the shapes in it, whose values are known, with these values."""
    for name, info in shape.model_fields.items():
        yield from _values(f"{shape.__name__}.{name}", info.annotation)


def _values(field: str, annotation: Any) -> Iterator[tuple[str, tuple[str, ...]]]:
    if get_origin(annotation) is Literal:
        yield field, get_args(annotation)
    elif annotation is bool:
        yield field, ("true", "false")
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from value_lists(annotation)
    for part in get_args(annotation):
        yield from _values(field, part)


LISTS = {field: values for resource in COLLECTIONS.values() for field, values in value_lists(resource.model)}
LISTS["collection"] = tuple(COLLECTIONS)


def test_the_walk_reaches_plain_nested_and_yes_or_no_fields() -> None:
    assert LISTS["PolicyPosition.status"] == ("current", "ended")
    assert LISTS["Authorization.kind"] == ("permit", "certificate")
    assert LISTS["FundingRecord.cumulative"] == ("true", "false")


@pytest.mark.parametrize("field", LISTS)
def test_every_value_has_a_label(field: str) -> None:
    assert [value for value in LISTS[field] if value not in LABELS] == []


def test_no_label_is_left_of_a_value_that_is_gone() -> None:
    known = {value for values in LISTS.values() for value in values}
    assert LABELS.keys() - known == {"timeline", "search", "changes", "revisions", *get_args(Action)}


def test_true_and_false_are_values_of_one_field_only_that_is_a_facet() -> None:
    """Their labels speak of sums; `in_kind` is no facet, and `undivided` is not served."""
    yes_or_no = [field for field, values in LISTS.items() if "true" in values]
    assert yes_or_no == ["FundingRecord.cumulative", "FundingRecord.in_kind", "Source.undivided"]


@BOTH
@pytest.mark.parametrize("field", LISTS)
def test_no_two_values_of_a_list_read_alike(field: str, lang: Language) -> None:
    labels = [label(value, lang) for value in LISTS[field]]
    assert sorted(set(labels)) == sorted(labels)


@BOTH
@pytest.mark.parametrize("value", LABELS)
def test_a_label_is_tidy(value: str, lang: Language) -> None:
    text = TypeAdapter(PlainText).validate_python(label(value, lang))
    assert text[0].isupper() or text[0].isdigit()
    assert text == " ".join(text.split())
    assert "'" not in text


def test_a_label_is_in_the_language_asked_for() -> None:
    assert label("nuclear-test", "en") == "Nuclear test"
    assert label("nuclear-test", "fr") == "Essai nucléaire"
    assert label("timeline-events", "fr") == "Événements de la chronologie"
    assert label("false", "fr") == "Montant non cumulatif"


@BOTH
@pytest.mark.parametrize("value", ["CAD", "KP", "a-kind-of-later", ""])
def test_a_value_without_a_label_is_its_own(value: str, lang: Language) -> None:
    assert label(value, lang) == value


VOCABULARIES = {
    (name, field): terms
    for name, resource in COLLECTIONS.items()
    for field, terms in vocabularies_of(resource.model).items()
}


@pytest.mark.parametrize(("name", "field"), VOCABULARIES)
def test_a_field_has_terms_for_its_values_and_no_others(name: str, field: str) -> None:
    within = {"authorizations": "Authorization", "names": "PartyName"}
    shape = within.get(field.partition(".")[0], COLLECTIONS[name].model.__name__)
    assert tuple(VOCABULARIES[name, field]) == LISTS[f"{shape}.{field.rpartition('.')[2]}"]


def test_every_list_of_values_has_terms() -> None:
    assert [(name, field) for name, field in VOCABULARIES if name in ("policy-positions", "sanctions-measures")] == [
        ("policy-positions", "kind"),
        ("policy-positions", "status"),
        ("sanctions-measures", "regime"),
        ("sanctions-measures", "kind"),
        ("sanctions-measures", "scope"),
        ("sanctions-measures", "authorizations.kind"),
        ("sanctions-measures", "status"),
    ]
    assert {name for name, field in VOCABULARIES if field == "kind"} == COLLECTIONS.keys() - {
        *("engagement-topics", "funding-records"),
    }


ALL_TERMS: list[Terms] = [*VOCABULARIES.values(), ACTIONS, COLLECTION_TERMS]


@BOTH
@pytest.mark.parametrize("terms", ALL_TERMS, ids=lambda terms: next(iter(terms)))
def test_a_description_is_a_tidy_sentence(terms: Terms, lang: Language) -> None:
    for term in terms.values():
        text = TypeAdapter(PlainText).validate_python(term.description(lang))
        assert text[0].isupper()
        assert text.endswith(".")
        assert text == " ".join(text.split())
        assert "'" not in text
        assert not set(text) & set(";:?!") or lang == "en"
    assert len({term.description(lang) for term in terms.values()}) == len(terms)
