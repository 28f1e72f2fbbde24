"""Vocabularies: every list of values, with a label and a description of each value."""

from collections.abc import Iterator
from typing import NamedTuple

from app.model.terms import Terms
from app.model.terms.events import ACTIONS
from app.model.terms.events import COLLECTIONS as COLLECTION_NAMES
from app.model.vocabularies import vocabularies_of
from app.resources.registry import COLLECTIONS


class Vocabulary(NamedTuple):
    """Vocabulary: the values that a field takes. The path of a field inside of another has a point."""

    collection: str
    field: str
    terms: Terms


def vocabularies() -> Iterator[Vocabulary]:
    """Vocabularies of all collections in their order, then those of the change feed: actions, and collections."""
    for name, resource in COLLECTIONS.items():
        for field, terms in vocabularies_of(resource.model).items():
            yield Vocabulary(name, field, terms)
    yield Vocabulary("changes", "action", ACTIONS)
    yield Vocabulary("changes", "collection", COLLECTION_NAMES)
