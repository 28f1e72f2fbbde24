"""Facets: how often each value stands in the rows that match, exact, with words to show for it."""

import json
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import Connection, Select, func, select

from app.model.fields import Language, Refers
from app.model.labels import label
from app.reading.filters import mentions_of
from app.reading.list_request import Inquiry, kept
from app.reading.list_view import Wanted, valid
from app.resources.params import PageQuery, Where
from app.resources.registry import COLLECTIONS
from app.serving.responses import Moment
from app.store.tables import MENTIONS, batches


class FacetValue(BaseModel):
    """One value of a facet."""

    value: str = Field(description="The value, as the filter of the same name takes it.", examples=["nuclear-test"])
    label: str = Field(
        description="What it is called, in the language of the response; the title where it is the id of a record.",
        examples=["Nuclear test"],
    )
    count: int = Field(description="How many of the rows that match have it; exact.", examples=[6])


def countable(query: type[PageQuery]) -> list[str]:
    """The filters of a list whose values can be counted, by name: those of one column, and those by id."""
    return [
        info.alias or name
        for name, info in query.model_fields.items()
        if any(isinstance(mark, Refers) or (isinstance(mark, Where) and mark.column) for mark in info.metadata)
    ]


def counted(connection: Connection, inquiry: Inquiry, wanted: Wanted, at: Moment) -> dict[str, str]:
    """The facets that a request asks for as JSON, by name: values most frequent first, then by value.

    Null is no value.
    """
    lang = inquiry.asked.lang
    return {
        name: kept(
            inquiry.request,
            at,
            ("facet", inquiry.listing.name, inquiry.key, name, lang),
            lambda name=name: _values(connection, inquiry, name, wanted, at),  # type: ignore[misc]  # bound at once
        )
        for name in inquiry.chosen("facets")
    }


def _values(connection: Connection, inquiry: Inquiry, name: str, wanted: Wanted, at: Moment) -> str:
    lang = inquiry.asked.lang
    target = _target(inquiry.query, name)
    rows = connection.execute(_by_id(inquiry, target, wanted) if target else _by_column(inquiry, name, wanted)).all()
    counts = sorted(((_spelt(value), count) for value, count in rows), key=lambda pair: (-pair[1], pair[0]))
    titles = _titles(connection, target, [value for value, _ in counts], at, lang) if target else {}
    values = (
        FacetValue(value=value, label=titles.get(value) or label(value, lang), count=count) for value, count in counts
    )
    return f"[{','.join(value.model_dump_json() for value in values)}]"


def _target(query: PageQuery, name: str) -> str | None:
    """The collection whose ids a filter takes; None if it takes values."""
    marks = type(query).model_fields[name].metadata
    return next((mark.collection for mark in marks if isinstance(mark, Refers)), None)


def _by_column(inquiry: Inquiry, name: str, wanted: Wanted) -> Select[Any]:
    marks = type(inquiry.query).model_fields[name].metadata
    column = inquiry.listing.table.c[next(mark.column for mark in marks if isinstance(mark, Where) and mark.column)]
    return select(column, func.count()).where(*wanted, column.is_not(None)).group_by(column)


def _by_id(inquiry: Inquiry, target: str, wanted: Wanted) -> Select[Any]:
    table = inquiry.listing.table
    # Another name for `mentions`: filters look there too, and would be tied to the rows that are counted. Distinct,
    # since one record may name another in two of its fields.
    named = MENTIONS.alias("named")
    pairs = (
        select(*table.primary_key.columns, named.c.target_id)
        .select_from(table.join(named, mentions_of(table, named)))
        .where(*wanted, named.c.target_collection == target)
        .distinct()
        .subquery()
    )
    return select(pairs.c.target_id, func.count()).group_by(pairs.c.target_id)


def _titles(connection: Connection, target: str, ids: list[str], at: Moment, lang: Language) -> dict[str, str]:
    table = COLLECTIONS[target].table
    bodies = select(table.c.id, table.c[f"body_{lang}"]).where(valid(table, at))
    some = (connection.execute(bodies.where(table.c.id.in_(part))) for part in batches(ids))
    return {id: json.loads(body)["title"] for rows in some for id, body in rows}


def _spelt(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
