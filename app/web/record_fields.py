"""Fields of a record in words: each is shown by the type and the markers that its model declares for it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel

from app.messages import sentence
from app.messages.field_names import FIELD_NAMES
from app.model.date_words import in_words
from app.model.edtf import EdtfError
from app.model.fields import (
    Bilingual,
    BilingualAddress,
    DateText,
    DecimalText,
    Language,
    OpenEnum,
    References,
    models_in,
)
from app.model.labels import label
from app.model.records import Pointer, served_fields
from app.resources.base import Resource
from app.web.numbers import money

Included = Mapping[str, Mapping[str, Mapping[str, Any]]]  # records by collection and id

# What a page shows in a place of its own, and the currency, which is shown with the amount.
_ELSEWHERE = {"collection", "id", "title", "summary", "citations", "other_values", "revision", "published_at", "url"}
_ELSEWHERE |= {"currency"}
_BOUNDS = ("earliest", "latest")
_DAY = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")
_SECTION = re.compile(r"(?:ss?\.|subs\.|para\.|subpara\.|art\.|par\.|al\.|sous-al\.)\s*([0-9].*)")
_NO_LETTERS = re.compile(r"[^a-z0-9.]+")


@dataclass(frozen=True, slots=True)
class Shown:
    """A value in words. `path` is the page of the record that it names, `anchor` a place on that page.

    `address` is an address elsewhere. `day` is the value where HTML can say it (`time`): a year, month or day.
    """

    words: str
    path: str = ""
    anchor: str = ""
    address: str = ""
    day: str = ""


@dataclass(frozen=True, slots=True)
class ShownField:
    """A field with its name and values. Each value of a field that has fields itself is in `parts`."""

    key: str
    name: str
    values: Sequence[Shown] = ()
    parts: Sequence[Sequence["ShownField"]] = ()


@dataclass(frozen=True, slots=True)
class ShownCitation:
    """A citation: the source, the section, the passage in the language of the source, and the most exact address."""

    source: Shown
    section: str | None
    passage: str | None
    lang: str | None
    address: str | None


@dataclass(frozen=True, slots=True)
class OtherValue:
    """What another source says instead of the value of a field."""

    name: str
    value: Shown
    citations: Sequence[ShownCitation]


def field_name(collection: str, path: str, lang: Language) -> str:
    """Name of a field, or of one within another by its path (`exceptions.title`); the path itself if it has none."""
    field = path.rpartition(".")[2]
    found = (FIELD_NAMES[key] for key in (f"{collection}.{path}", path, field) if key in FIELD_NAMES)
    return next(found, {lang: path})[lang]


def provision_anchor(label: str) -> str:
    """Anchor of a provision on the page of its legal instrument: `s-5-1-a` for `5(1)(a)`."""
    return f"s-{_NO_LETTERS.sub('-', label.lower()).strip('-')}"


@dataclass(frozen=True, slots=True)
class RecordWords:
    """A record in words; `included` has the records that it names."""

    resource: Resource
    record: Mapping[str, Any]
    included: Included
    lang: Language

    def fields(self) -> list[ShownField]:
        """Fields that have a value, in their order, without those that a page shows elsewhere."""
        shown = self._fields(self.resource.model, self.record, "", None)
        # A day says no more by its bounds; nor does what begins or ends at an unknown time.
        bounds = [self.record.get(name) for name in _BOUNDS]
        exact = bounds[0] == bounds[1]
        return [one for one in shown if not (exact and one.key in _BOUNDS)]

    def citations(self, cited: Sequence[Mapping[str, Any]] | None = None) -> list[ShownCitation]:
        """Citations of the record, or these of a part of it."""
        return [self._citation(one) for one in (self.record["citations"] if cited is None else cited)]

    def other_values(self) -> list[OtherValue]:
        """What other sources say."""
        return [
            OtherValue(self.name(one["field"]), self._other(one), self.citations(one["citations"]))
            for one in self.record["other_values"]
        ]

    def name(self, path: str) -> str:
        """Name of a field."""
        return field_name(self.resource.name, path, self.lang)

    def _fields(
        self, model: type[BaseModel], record: Mapping[str, Any], prefix: str, instrument: str | None
    ) -> list[ShownField]:
        found = []
        instrument = record.get("instrument") or instrument
        for key in served_fields(model):
            value = record.get(key)
            if value in (None, [], "") or (not prefix and key in _ELSEWHERE):
                continue
            values: Sequence[Any] = value if isinstance(value, list) else [value]
            field = ShownField(key, self.name(prefix + key))
            inner = _inner_model(model.model_fields[key].annotation)
            if inner:
                parts = [_named_first(self._fields(inner, one, f"{prefix}{key}.", instrument)) for one in values]
                found.append(replace(field, parts=parts))
                continue
            shown = [self._shown(model, key, one) for one in values]
            if key == "provision" and instrument:
                shown = [_in_instrument(one, instrument) for one in shown]
            found.append(replace(field, values=shown))
        return found

    def _shown(self, model: type[BaseModel], key: str, value: Any) -> Shown:
        if isinstance(value, Mapping):
            return self._link(value["collection"], value["id"])
        marked = (self._marked(mark, value) for mark in _markers(model, key))
        if found := next((one for one in marked if one), None):
            return found
        if isinstance(value, bool):
            return Shown(sentence("page-record-yes" if value else "page-record-no", lang=self.lang))
        text = str(value)
        return Shown(text, address=text if text.startswith(("http://", "https://")) else "")

    def _marked(self, mark: Any, value: Any) -> Shown | None:
        """Value by a marker of its field; None if the marker says nothing about words."""
        if isinstance(mark, References):
            return self._link(mark.collection, value)
        if isinstance(mark, OpenEnum):
            return Shown(label(value, self.lang, mark.terms))
        if mark is DateText:
            return _date(value, self.lang)
        return Shown(money(value, self.record["currency"], self.lang)) if mark is DecimalText else None

    def _link(self, collection: str, id: str) -> Shown:
        record = self.included.get(collection, {}).get(id)
        return Shown(record["title"] if record else id, path=f"/{collection}/{id}")

    def _citation(self, citation: Mapping[str, Any]) -> ShownCitation:
        fragment, source = citation["fragment"], self._link("sources", citation["source"])
        words = [one for one in (fragment["start"], fragment["end"]) if one] if fragment else []
        lang = self.included.get("sources", {}).get(citation["source"], {}).get("language")
        return ShownCitation(source, citation["section"], " … ".join(words) or None, lang, citation["url"])

    def _other(self, other: Mapping[str, Any]) -> Shown:
        """Value of another source, which is text whatever the field is: in words if it has the form of the field."""
        markers = _markers(self.resource.model, other["field"])
        try:
            words = (
                self._marked(mark, other["value"]) for mark in markers if mark is DateText or isinstance(mark, OpenEnum)
            )
            return next((one for one in words if one), Shown(other["value"]))
        except EdtfError:
            return Shown(other["value"])


def _date(text: str, lang: Language) -> Shown:
    return Shown(in_words(text, lang), day=text if _DAY.fullmatch(text) else "")


def _in_instrument(provision: Shown, instrument: str) -> Shown:
    """A provision as a link to the place on the page of its instrument where its words are, if they were imported."""
    section = _SECTION.fullmatch(provision.words)
    anchor = provision_anchor(section[1]) if section else ""
    return replace(provision, path=f"/legal-instruments/{instrument}", anchor=anchor)


def _named_first(fields: list[ShownField]) -> list[ShownField]:
    """Fields within another, its title or name first: the page shows that without the name of its field."""
    return sorted(fields, key=lambda field: field.key not in ("title", "name"))


def _inner_model(annotation: Any) -> type[BaseModel] | None:
    """Model of a field that has fields itself; None for texts and for links."""
    inner = (one for one in models_in(annotation) if one not in (Bilingual, BilingualAddress, Pointer))
    return next(inner, None)


def _markers(model: type[BaseModel], key: str) -> list[Any]:
    """Markers of a field: its own, and those of the values in its type, as in `list[EdtfDate]`."""
    info = model.model_fields[key]
    return [*info.metadata, *_nested(info.annotation)]


def _nested(annotation: Any) -> Iterator[Any]:
    if get_origin(annotation) is Annotated:
        yield from annotation.__metadata__
    for part in get_args(annotation):
        yield from _nested(part)
