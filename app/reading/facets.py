"""Facets: exact counts of rows by the values of a filter, with a label for each value."""

from typing import NamedTuple

from app.model.fields import References
from app.model.json_text import compact
from app.model.labels import label
from app.model.vocabularies import vocabularies_of
from app.reading.bodies import titles_by_id
from app.reading.list_request import ListRequest
from app.reading.rows import RowSet
from app.resources.base import ListSpec
from app.resources.filters import written
from app.resources.params import PageParams
from app.store.snapshot import Snapshot

MOST_VALUES = 200  # of one facet in an answer. The number is promised to users


class Facet(NamedTuple):
    """Values of one facet as a JSON array of `value`, `label` and `count`; `truncated` if there are more than 200.

    It is cached as text: 200 values take 15 kB, and as objects ten times as much.
    """

    values: str
    truncated: bool


def count_facets(snapshot: Snapshot, spec: ListSpec, request: ListRequest, rows: RowSet) -> dict[str, Facet]:
    """Facets of a request by name: values by falling count, then by value. Rows with NULL are not counted.

    Each facet counts the rows that all filters but its own give, so that the other values remain to choose from. Values
    that the request chooses are always there, even with 0, and come first where there are more than 200 values. Each
    facet is counted once for a revision and then taken from the result cache. Raises KeyError for a name that is no
    filter of the list.
    """
    return {name: _facet(snapshot, spec, request, rows, name) for name in request.facets}


def _facet(snapshot: Snapshot, spec: ListSpec, request: ListRequest, rows: RowSet, name: str) -> Facet:
    question = ("facet", spec.name, request.keyset.filters, name, request.lang)
    return snapshot.cached(question, lambda: _count(snapshot, spec, request, rows, name))


def _count(snapshot: Snapshot, spec: ListSpec, request: ListRequest, rows: RowSet, name: str) -> Facet:
    target = _target(spec.params, name)
    chosen = dict.fromkeys(_chosen(request, name), 0)
    counts = {**chosen, **rows.counts(name)}
    ordered = sorted(counts, key=lambda value: (-counts[value], value))
    kept = set(sorted(ordered, key=lambda value: value not in chosen)[:MOST_VALUES])
    titles = titles_by_id(snapshot, target, kept, request.lang) if target else {}
    terms = vocabularies_of(spec.model).get(name, {})
    values = [
        {"value": value, "label": titles.get(value) or label(value, request.lang, terms), "count": counts[value]}
        for value in ordered
        if value in kept
    ]
    return Facet(compact(values), len(counts) > MOST_VALUES)


def _chosen(request: ListRequest, name: str) -> list[str]:
    """Values that the request gives for the filter of this name."""
    value = getattr(request.params, name)
    return [written(one) for one in (value if isinstance(value, list) else [value]) if one is not None]


def _target(params: type[PageParams], name: str) -> str | None:
    """Collection whose ids a filter takes; None if it takes values."""
    markers = params.model_fields[name].metadata
    return next((marker.collection for marker in markers if isinstance(marker, References)), None)
