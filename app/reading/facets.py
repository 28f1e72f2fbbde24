"""Facets: exact counts of rows by the values of a filter, with a label for each value."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import BaseModel, Field
from sqlalchemy import Select, func, select

from app.model.fields import Language, References
from app.model.labels import label
from app.model.vocabularies import vocabularies_of
from app.reading.filters import FilterConditions, links_of
from app.reading.list_request import ListRequest
from app.reading.list_view import Conditions
from app.resources.base import ListSpec
from app.resources.params import PageParams, Where
from app.resources.registry import COLLECTIONS
from app.store.snapshot import Snapshot
from app.store.tables import LINKS, batches

MOST_VALUES = 200  # of one facet in an answer. The number is promised to users


class FacetValue(BaseModel):
    """One value of a facet, with its count."""

    value: str = Field(description="The value, as the filter of the same name accepts it.", examples=["nuclear-test"])
    label: str = Field(
        description="Name of the value in the language of the response; if it is the id of a record, the title.",
        examples=["Nuclear test"],
    )
    count: int = Field(description="Exact number of rows that have the value.", examples=[6])


class Facet(NamedTuple):
    """Values of one facet; `truncated` if there are more than 200."""

    values: list[FacetValue]
    truncated: bool


def count_facets(
    snapshot: Snapshot, spec: ListSpec, request: ListRequest, base: Conditions, filters: FilterConditions
) -> dict[str, Facet]:
    """Facets of a request by name: values by falling count, then by value. Rows with NULL are not counted.

    Each facet counts the rows that all filters but its own give, so that the other values remain to choose from. Values
    that the request chooses are always there, even with 0, and come first where there are more than 200 values. Each
    facet is counted once for a revision and then taken from the result cache. Raises KeyError for a name that is no
    filter of the list.
    """
    return {name: _count(snapshot, spec, request, name, base, filters) for name in request.facets}


def _count(
    snapshot: Snapshot, spec: ListSpec, request: ListRequest, name: str, base: Conditions, filters: FilterConditions
) -> Facet:
    others = [*base, *(condition for parameter, condition in filters.items() if parameter != name)]
    question = ("facet", spec.name, request.keyset.filters, name, request.lang)
    return snapshot.cached(question, lambda: _facet(snapshot, spec, request, name, others))


def _facet(snapshot: Snapshot, spec: ListSpec, request: ListRequest, name: str, conditions: Conditions) -> Facet:
    target = _target(spec.params, name)
    statement = _by_link(spec, target, conditions) if target else _by_column(spec, name, conditions)
    chosen = dict.fromkeys(_chosen(request, name), 0)
    counts = chosen | {_written(value): count for value, count in snapshot.connection.execute(statement)}
    ordered = sorted(counts, key=lambda value: (-counts[value], value))
    kept = set(sorted(ordered, key=lambda value: value not in chosen)[:MOST_VALUES])
    titles = _titles(snapshot, target, [*kept], request.lang) if target else {}
    terms = vocabularies_of(spec.model).get(name, {})
    values = [
        FacetValue(value=value, label=titles.get(value) or label(value, request.lang, terms), count=counts[value])
        for value in ordered
        if value in kept
    ]
    return Facet(values, len(counts) > MOST_VALUES)


def _chosen(request: ListRequest, name: str) -> list[str]:
    """Values that the request gives for the filter of this name."""
    value = getattr(request.params, name)
    return [_written(one) for one in (value if isinstance(value, list) else [value]) if one is not None]


def _target(params: type[PageParams], name: str) -> str | None:
    """Collection whose ids a filter takes; None if it takes values."""
    markers = params.model_fields[name].metadata
    return next((marker.collection for marker in markers if isinstance(marker, References)), None)


def _by_column(spec: ListSpec, name: str, conditions: Conditions) -> Select[tuple[Any, int]]:
    markers = spec.params.model_fields[name].metadata
    column = spec.table.c[next(marker.field for marker in markers if isinstance(marker, Where) and marker.field)]
    return select(column, func.count()).where(*conditions, column.is_not(None)).group_by(column)


def _by_link(spec: ListSpec, target: str, conditions: Conditions) -> Select[tuple[Any, int]]:
    # An alias, because the conditions of filters may use the table of links too: without it they would apply to the
    # links counted here. Distinct, because a record may name another one in two of its fields.
    links = LINKS.alias("named")
    pairs = (
        select(*spec.table.primary_key.columns, links.c.target_id)
        .select_from(spec.table.join(links, links_of(spec, links)))
        .where(*conditions, links.c.target_collection == target)
        .distinct()
        .subquery()
    )
    return select(pairs.c.target_id, func.count()).group_by(pairs.c.target_id)


def _titles(snapshot: Snapshot, target: str, ids: Sequence[str], lang: Language) -> Mapping[str, str]:
    table = COLLECTIONS[target].table
    bodies = select(table.c.id, table.c[f"body_{lang}"]).where(snapshot.as_of(table))
    some = (snapshot.connection.execute(bodies.where(table.c.id.in_(part))) for part in batches(ids))
    return {id: json.loads(body)["title"] for rows in some for id, body in rows}


def _written(value: Any) -> str:
    """A value in the form that the filter accepts."""
    return str(value).lower() if isinstance(value, bool) else str(value)
