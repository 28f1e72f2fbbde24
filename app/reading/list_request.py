"""List request: the parameters of a request for a list, parsed and checked before the database is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.model.fields import Language
from app.reading.cursor import fingerprint
from app.reading.pagination import Keyset
from app.resources.base import ListSpec
from app.resources.params import PageParams, RevisionParams
from app.store.snapshot import RevisionSelector

_CHOICES = ("fields", "facets", "include")
_NOT_FILTERS = {"limit", "cursor", "sort", *_CHOICES, *RevisionParams.model_fields}


@dataclass(frozen=True, slots=True)
class ListRequest:
    """List request: parameters, and the language, revision, order and position that follow from them."""

    params: PageParams
    lang: Language
    selector: RevisionSelector
    keyset: Keyset
    fields: Sequence[str]  # columns of an export; empty for all
    facets: Sequence[str]  # filters whose values are counted
    include: Sequence[str]  # collections whose records are included in the answer

    @classmethod
    def read(cls, spec: ListSpec, params: PageParams, lang: Language, *, feed: bool = False) -> "ListRequest":
        """Parsed request for a list; with `feed`, in the order of its feed unless `sort` is given.

        Raises InvalidParameter (422) for a cursor of another list, order or filters.
        """
        sort = getattr(params, "sort", spec.default_sort)  # not every list has this parameter
        if feed and spec.feed_sort and "sort" not in params.model_fields_set:
            sort = spec.feed_sort
        keyset = Keyset.begin(spec.name, sort, _digest(spec, params, lang, sort), params.cursor, spec.cursor_types)
        # Nor has every list all of these.
        fields, facets, include = (list(dict.fromkeys(getattr(params, name, ()))) for name in _CHOICES)
        of_cursor = keyset.cursor.revision if keyset.cursor else None
        since = getattr(params, "since", None) or 0
        selector = RevisionSelector(params.revision, params.as_of, of_cursor, at_least=since)
        return cls(params, lang, selector, keyset, fields, facets, include)

    def filters_given(self) -> dict[str, Any]:
        """Filters in the request, by parameter, each with its values in one order.

        Defaults are left out: new filters of a later release change nothing.
        """
        return _filters(self.params)


def _filters(params: PageParams) -> dict[str, Any]:
    given = params.model_dump(exclude=_NOT_FILTERS, by_alias=True, exclude_defaults=True)
    return {name: sorted(value) if isinstance(value, list) else value for name, value in given.items()}


def _digest(spec: ListSpec, params: PageParams, lang: Language, sort: str) -> str:
    filters = _filters(params)
    if spec.orders[sort.removeprefix("-")].by_language:  # in other orders the language may change from page to page
        filters |= {"lang": lang}
    return fingerprint(filters)
