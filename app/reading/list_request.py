"""List request: what one request asks of a list, read and checked before the database is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table

from app.model.fields import LANGUAGES, Language
from app.reading.cursor import fingerprint
from app.reading.pagination import Keyset
from app.resources.base import ListSpec, Order
from app.resources.params import PageParams, RevisionParams
from app.store.snapshot import RevisionSelector

_CHOICES = ("fields", "facets", "include")
_NOT_FILTERS = {"limit", "cursor", "sort", *_CHOICES, *RevisionParams.model_fields}


@dataclass(frozen=True, slots=True)
class ListRequest:
    """The parameters of a request, with its language, order and cursor."""

    params: PageParams
    lang: Language
    keyset: Keyset
    fields: Sequence[str]  # columns that an export is cut down to; none for all
    facets: Sequence[str]  # filters whose values are counted
    include: Sequence[str]  # collections whose records are taken along

    @classmethod
    def read(cls, spec: ListSpec, params: PageParams, lang: Language, *, feed: bool = False) -> "ListRequest":
        """Raises InvalidParameter (422) for a cursor of another list, order or filters."""
        # Not every list offers each of these.
        offered = params.model_dump(include={"sort", *_CHOICES})
        sort = offered.get("sort", spec.default_sort)
        if feed and spec.feed_sort and "sort" not in params.model_fields_set:
            sort = spec.feed_sort
        keyset = _keyset(spec, params, lang, sort)
        fields, facets, include = (list(dict.fromkeys(offered.get(name, ()))) for name in _CHOICES)
        return cls(params, lang, keyset, fields, facets, include)

    @property
    def limit(self) -> int:
        """Most rows of a page."""
        return self.params.limit

    @property
    def selector(self) -> RevisionSelector:
        """Which revision the request asks for."""
        return RevisionSelector(self.params.revision, self.params.as_of, self.keyset.revision)

    def filters_given(self) -> dict[str, Any]:
        """The filters that the request gives, by parameter: none that a later release may add."""
        return self.params.model_dump(exclude=_NOT_FILTERS, by_alias=True, exclude_defaults=True)


def _keyset(spec: ListSpec, params: PageParams, lang: Language, sort: str) -> Keyset:
    order = spec.orders[sort.removeprefix("-")]
    filters = params.model_dump(exclude=_NOT_FILTERS, by_alias=True)
    if _differs_by_language(order, spec.table):  # elsewhere the language may change from page to page
        filters |= {"lang": lang}
    columns = order(spec.table, lang, sort.startswith("-"))
    return Keyset.begin(spec.name, sort, fingerprint(filters), columns, params.cursor)


def _differs_by_language(order: Order, table: Table) -> bool:
    return len({tuple(map(str, order(table, lang, False))) for lang in LANGUAGES}) > 1
