"""Addresses of citations: the most exact one known, made of the source's address as it was at the revision."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Connection, select

from app.model.fields import LANGUAGES, BilingualAddress, in_language
from app.model.passages import deep_link
from app.model.records import Citation, Record, citations_of, served
from app.resources.sources import SOURCES, Source
from app.store.engines.constructs import in_list
from app.store.statements import Statement


@dataclass(frozen=True, slots=True)
class SourceAddress:
    """Web address of a source in both languages, equal if it has one; `language` is that of the text cited."""

    en: str
    fr: str
    language: str


class _Change(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def record(self) -> Record | None: ...


_CURRENT = Statement(
    select(SOURCES.table.c.id, SOURCES.table.c.address, SOURCES.table.c.address_fr, SOURCES.table.c.language).where(
        in_list(SOURCES.table.c.id, "ids"), SOURCES.table.c.superseded_in.is_(None)
    )
)


def cited_addresses(connection: Connection, changes: Iterable[_Change]) -> dict[str, SourceAddress]:
    """Addresses by id of the current sources that changed records cite."""
    cited = {one.source for change in changes if change.record for _, one in citations_of(change.record)}
    rows = _CURRENT.rows(connection, {"ids": json.dumps([*cited])})
    return {id: SourceAddress(*address) for id, *address in rows}


def source_addresses(before: Mapping[str, SourceAddress], changes: Iterable[_Change]) -> dict[str, SourceAddress]:
    """Addresses of the sources by id after these changes. A withdrawn source keeps its last address."""
    changed = {change.id: _address_of(change.record) for change in changes if isinstance(change.record, Source)}
    return {**before, **changed}


def _address_of(source: Source) -> SourceAddress:
    return SourceAddress(in_language(source.address, "en"), in_language(source.address, "fr"), source.language)


def with_urls(record: Record, addresses: Mapping[str, SourceAddress]) -> dict[str, Any]:
    """Derived values `citations` and `other_values` of a record: served forms, with addresses in both languages."""
    others = (
        served(other, citations=[_with_url(citation, addresses) for citation in other.citations])
        for other in record.other_values
    )
    return {
        "citations": [_with_url(citation, addresses) for citation in record.citations],
        "other_values": list(others),
    }


def _with_url(citation: Citation, addresses: Mapping[str, SourceAddress]) -> Citation:
    """Served form with the most exact address, one for each language if they differ.

    The words of a passage are in the language of the text, so other pages have no deep link.
    """
    address, page = addresses.get(citation.source), citation.page
    if address is None:
        return served(citation, url=page)
    own, text = {"en": address.en, "fr": address.fr}, address.fr if address.language == "fr" else address.en
    link = deep_link(text, citation.fragment.start, citation.fragment.end) if citation.fragment else None
    en, fr = (
        link if link and own[lang] == text else in_language(page, lang) if page else own[lang] for lang in LANGUAGES
    )
    return served(citation, url=en if en == fr else BilingualAddress.model_construct(en=en, fr=fr))
