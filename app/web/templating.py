"""Templates of pages: the environment of Jinja2, and the functions that every template has."""

import functools
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app import __version__
from app.about import DISCLAIMER, LICENCE_PAGE, NAME
from app.messages import sentence
from app.model.date_words import in_words
from app.model.fields import LANGUAGES, Language
from app.model.labels import LABELS, label
from app.model.terms import Terms
from app.model.vocabularies import vocabularies_of
from app.resources.registry import COLLECTIONS
from app.settings import Settings
from app.web.assets import Assets
from app.web.numbers import money, number
from app.web.record_fields import field_name
from app.web.requests import request_examples

_FOLDER = Path(__file__).parent / "templates"
NAVIGATION = (
    ("/timeline", "page-timeline"),
    ("/sanctions", "page-sanctions"),
    ("/funding", "page-funding"),
    ("/names", "page-names"),
    ("/search", "page-search"),
    ("/data", "page-data"),
    ("/changes", "page-changes"),
    ("/about", "page-about"),
)
_WORD = re.compile(r"[^\W_]+")
_LOCAL = "http://127.0.0.1:8000"  # in shown requests, where the settings have no public address


class Templates:
    """Templates: render a page in one language, with links that keep language, path prefix and pinned revision."""

    def __init__(self, settings: Settings, assets: Assets) -> None:
        self._settings = settings
        self._environment = Environment(
            loader=FileSystemLoader(_FOLDER),
            autoescape=True,
            undefined=StrictUndefined,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.update(
            asset=lambda name: f"{settings.path_prefix}{assets.address(name)}",
            api=lambda path: f"{settings.path_prefix}{path}",
            licence_page=LICENCE_PAGE,
            release=__version__,
            languages=LANGUAGES,
            navigation=NAVIGATION,
            json_script=_json_script,
            words=lambda id: " ".join(_WORD.findall(id)),
        )

    def render(self, template: str, place: "Place", values: Mapping[str, Any]) -> bytes:
        """Page in UTF-8. `values` are those of the template in addition to what all have."""
        lang, settings = place.lang, self._settings
        public = settings.public_url or settings.path_prefix
        base = settings.public_url or f"{_LOCAL}{settings.path_prefix}"
        link = place.linker(settings.path_prefix)
        everywhere = {
            "lang": lang,
            "place": place,
            "t": lambda code, **given: sentence(code, given, lang),
            "plural": lambda code, count, **given: sentence(_counted(code, count), {"count": count, **given}, lang),
            "name": NAME[lang],
            "disclaimer": DISCLAIMER[lang],
            "link": link,
            "newest_link": lambda path, **query: link(path, **{**query, "revision": None}),
            "public_link": lambda path, **query: f"{public}{place.linker('')(path, **query)}",
            "record_link": lambda record: link(f"/{record['collection']}/{record['id']}"),
            "page_of": lambda path: path.replace("/v1/", f"/{lang}/", 1),
            "absolute": lambda path: f"{base}{path}",
            "date": lambda text: in_words(text, lang),
            "number": lambda value: number(value, lang),
            "money": lambda amount, currency: money(amount, currency, lang),
            "label": lambda collection, field, value: value_label(collection, field, value, lang),
            "field_names": lambda collection, fields: ", ".join(field_name(collection, one, lang) for one in fields),
            "collection_name": lambda collection: label(collection, lang, LABELS),
            "examples": lambda address: request_examples(f"{base}{address}"),
            "contact": settings.contact,
            "local": None if settings.public_url else _LOCAL,
        }
        return self._environment.get_template(template).render({**everywhere, **values}).encode()


@dataclass(frozen=True, slots=True)
class Place:
    """Place of a page: its path without language, its query without revision, and the revision that it names."""

    lang: Language
    path: str
    query: Mapping[str, Any]
    revision: int | None = None

    def linker(self, prefix: str) -> Callable[..., str]:
        """Function that gives the address of a page: its path and query, in this language or another one.

        Parameters that are None are left out. The pinned revision stays, unless another one is given.
        """

        def link(path: str, lang: str | None = None, **query: Any) -> str:
            given: dict[str, Any] = {"revision": self.revision, **query}
            pairs = [(name.rstrip("_"), value) for name, value in given.items() if value not in (None, "", [])]
            text = urlencode(pairs, doseq=True, safe=",:/")
            return f"{prefix}/{lang or self.lang}{path}{'?' if text else ''}{text}"

        return link


def _counted(code: str, count: int) -> str:
    """Plural form: the code of the sentence for this count, `-one` for 1, `-none` for 0."""
    return f"{code}-one" if count == 1 else code if count else f"{code}-none"


@functools.cache
def _vocabularies(collection: str) -> Mapping[str, Terms]:
    """Vocabularies of a collection by field: a page asks for hundreds of labels."""
    resource = COLLECTIONS.get(collection)
    return vocabularies_of(resource.model) if resource else {}


def value_label(collection: str, field: str, value: str | bool, lang: Language) -> str:
    """Label of a value of a field in a collection."""
    terms = _vocabularies(collection).get(field)
    text = str(value).lower() if isinstance(value, bool) else value
    return label(text, lang, terms or LABELS)


def _json_script(value: Any) -> Markup:
    """JSON in a script element: nothing in it can end the element."""
    text = json.dumps(value, ensure_ascii=False).replace("<", "\\u003c").replace("&", "\\u0026")
    return Markup(text)  # noqa: S704 - no character of it means anything in HTML
