"""The dataset in the words of DCAT 3 and schema.org: data portals read the one, search engines the other.

The context stands in the document and holds prefixes only, so that nobody has to fetch anything to read it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from app.about import DISCLAIMER, MAINTAINERS, NAME
from app.model.fields import LANGUAGES
from app.model.labels import label
from app.reading.dump import Download
from app.resources.registry import COLLECTIONS
from app.store.file_cache import Kept
from app.store.snapshot import RevisionRef

Node = dict[str, Any]

CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
CC_BY, MIT = "https://creativecommons.org/licenses/by/4.0/", "https://spdx.org/licenses/MIT"
KEYWORDS = {
    "en": ["Canada", "North Korea", "DPRK", "foreign relations", "sanctions", "humanitarian aid"],
    "fr": ["Canada", "Corée du Nord", "RPDC", "relations extérieures", "sanctions", "aide humanitaire"],
}
# By ISO 3166-1 code; the addresses are those that DCAT's European profile asks for.
COUNTRIES = {
    "CA": ("http://publications.europa.eu/resource/authority/country/CAN", {"en": "Canada", "fr": "Canada"}),
    "KP": (
        "http://publications.europa.eu/resource/authority/country/PRK",
        {"en": "North Korea", "fr": "Corée du Nord"},
    ),
}
SERVICE = {
    "en": "API of the dossier. The program is under the MIT License, the data under CC BY 4.0.",
    "fr": "API du dossier. Le programme est sous licence MIT, les données sont sous licence CC BY 4.0.",
}
FILES = {
    "sqlite": {"en": "Everything as one SQLite database", "fr": "Toutes les données en une base de données SQLite"},
    "jsonl": {"en": "Everything as JSON Lines", "fr": "Toutes les données en JSON Lines"},
}
IN_ONE_LANGUAGE = {
    "en": "In English or French: the parameter lang decides, else the header Accept-Language.",
    "fr": "En français ou en anglais, selon le paramètre lang, sinon selon l’en-tête Accept-Language.",
}
_UNREGISTERED = {"application/jsonl"}


def _is(iri: str) -> Node:
    return {"@id": iri}


def _typed(value: str, kind: str) -> Node:
    return {"@value": value, "@type": f"xsd:{kind}"}


def _words(texts: Mapping[str, str]) -> list[Node]:
    return [{"@value": texts[lang], "@language": lang} for lang in LANGUAGES]


@dataclass(frozen=True)
class Catalogue:
    """What is said of the dataset at one revision.

    `issued` is the instant of the first revision; `days` are the first and last day (ISO 8601) that records touch, None
    where none is dated; `base` goes before every path; without one addresses are relative to the document.
    """

    at: RevisionRef
    issued: str
    days: tuple[str | None, str | None]
    files: Sequence[tuple[Download, Kept]]
    contact: str | None
    base: str

    def address(self, path: str) -> str:
        """The address by which readers know a path."""
        return f"{self.base}{path}"

    @property
    def here(self) -> str:
        """Address of the catalogue; all that does not change with a revision stands under it."""
        return self.address("/v1/catalog")

    def document(self) -> Node:
        """The whole of it, as JSON-LD."""
        dataset = self.dataset()
        return {
            "@context": CONTEXT,
            "@id": self.here,
            "@type": ["dcat:Catalog", "schema:DataCatalog"],
            **self.common(),
            "dcat:dataset": dataset,
            "dcat:service": self.service(),
            "schema:dataset": _is(dataset["@id"]),
        }

    def pinned(self, path: str, **parameters: str) -> str:
        """An address at this revision, so that a checksum holds whatever is published later."""
        query = "&".join(f"{name}={value}" for name, value in {**parameters, "revision": self.at.number}.items())
        return f"{self.address(path)}?{query}"

    def common(self) -> Node:
        """What holds for the catalogue and for the dataset. That it is no official service stands in `description`."""
        made, changed = _typed(self.issued, "dateTime"), _typed(self.at.published_at, "dateTime")
        maintainers = _is(f"{self.here}#maintainers")
        return {
            **_named(NAME, DISCLAIMER),
            **_licensed(CC_BY),
            "dcterms:publisher": self.maintainers(),
            "dcterms:creator": maintainers,
            "dcterms:issued": made,
            "dcterms:modified": changed,
            "dcterms:language": _languages(),
            "schema:publisher": maintainers,
            "schema:creator": maintainers,
            "schema:datePublished": made,
            "schema:dateModified": changed,
            "schema:inLanguage": list(LANGUAGES),
        }

    def maintainers(self) -> Node:
        """Who publishes: no body of a government."""
        names = {"foaf:name": _words(MAINTAINERS), "schema:name": _words(MAINTAINERS)}
        return {"@id": f"{self.here}#maintainers", "@type": ["foaf:Agent", "schema:Organization"], **names}

    def dataset(self) -> Node:
        """The dataset, stable under its address: `version` is the revision."""
        keywords = [{"@value": word, "@language": lang} for lang in LANGUAGES for word in KEYWORDS[lang]]
        distributions = [self.file(download, kept) for download, kept in self.files]
        distributions += [self.csv(name) for name in COLLECTIONS]
        return {
            "@id": f"{self.here}#dataset",
            "@type": ["dcat:Dataset", "schema:Dataset"],
            **self.common(),
            **self.contact_point(),
            **_coverage(*self.days),
            "dcat:version": str(self.at.number),
            "dcat:keyword": keywords,
            "dcat:landingPage": _is(self.address("/v1")),
            "dcat:distribution": distributions,
            "schema:version": str(self.at.number),
            "schema:keywords": keywords,
            "schema:url": _is(self.address("/v1")),
            "schema:isAccessibleForFree": True,
            "schema:distribution": [_is(node["@id"]) for node in distributions],
        }

    def contact_point(self) -> Node:
        """Whom users can reach, where the operator has said so."""
        if self.contact is None:
            return {}
        mail = "@" in self.contact
        way = (
            {"vcard:hasEmail": _is(f"mailto:{quote(self.contact, safe='@')}")}
            if mail
            else {"vcard:hasURL": _is(self.contact)}
        )
        return {"dcat:contactPoint": {"@type": "vcard:Kind", "vcard:fn": _words(MAINTAINERS), **way}}

    def service(self) -> Node:
        """The API."""
        return {
            "@id": f"{self.here}#api",
            "@type": ["dcat:DataService", "schema:WebAPI"],
            **_named(NAME, SERVICE),
            **_licensed(MIT),
            "dcat:endpointURL": _is(self.address("/v1")),
            "dcat:endpointDescription": _is(self.address("/openapi.json")),
            "dcat:landingPage": _is(self.address("/docs")),
            "dcat:servesDataset": _is(f"{self.here}#dataset"),
            "schema:documentation": _is(self.address("/docs")),
        }

    def file(self, download: Download, kept: Kept) -> Node:
        """A file that holds the whole dataset, with its size in bytes and its SHA-256."""
        name = f"dataset.{download.format}"
        checksum = {
            "@type": "spdx:Checksum",
            "spdx:algorithm": _is("spdx:checksumAlgorithm_sha256"),
            "spdx:checksumValue": _typed(kept.sha256, "hexBinary"),
        }
        return {
            **self.distribution(
                name,
                self.pinned(f"/v1/{name}"),
                {"sqlite": "application/vnd.sqlite3", "jsonl": "application/jsonl"}[download.format],
            ),
            **_named(FILES[download.format]),
            "dcat:byteSize": _typed(str(kept.size), "nonNegativeInteger"),
            "spdx:checksum": checksum,
            "schema:contentSize": f"{kept.size} B",
            "schema:sha256": kept.sha256,
        }

    def csv(self, collection: str) -> Node:
        """One collection; without checksum, as its bytes depend on the language that a reader asks for."""
        titles: dict[str, str] = {lang: f"{label(collection, lang)} (CSV)" for lang in LANGUAGES}
        address = self.pinned(f"/v1/{collection}", format="csv")
        own = {**_named(titles, IN_ONE_LANGUAGE), "dcat:accessService": _is(f"{self.here}#api")}
        return {**self.distribution(f"{collection}.csv", address, "text/csv"), **own}

    def distribution(self, name: str, address: str, media_type: str) -> Node:
        """What all downloads have."""
        return {
            "@id": f"{self.pinned('/v1/catalog')}#{name}",
            "@type": ["dcat:Distribution", "schema:DataDownload"],
            **_licensed(CC_BY),
            **_media(media_type),
            "dcterms:language": _languages(),
            "dcterms:modified": _typed(self.at.published_at, "dateTime"),
            "dcat:accessURL": _is(address),
            "dcat:downloadURL": _is(address),
            "schema:contentUrl": _is(address),
        }


def _named(title: Mapping[str, str], description: Mapping[str, str] | None = None) -> Node:
    node: Node = {"dcterms:title": _words(title), "schema:name": _words(title)}
    if description:
        node |= {"dcterms:description": _words(description), "schema:description": _words(description)}
    return node


def _licensed(iri: str) -> Node:
    return {"dcterms:license": _is(iri), "schema:license": _is(iri)}


def _languages() -> list[Node]:
    return [_is(f"http://id.loc.gov/vocabulary/iso639-1/{lang}") for lang in LANGUAGES]


def _media(media_type: str) -> Node:
    """The media type: IANA's address where it is registered, as DCAT asks; JSON Lines is not."""
    if media_type in _UNREGISTERED:
        named = {"dcterms:format": {"@type": "dcterms:MediaTypeOrExtent", "rdfs:label": media_type}}
    else:
        named = {"dcat:mediaType": _is(f"https://www.iana.org/assignments/media-types/{media_type}")}
    return {**named, "schema:encodingFormat": media_type}


def _coverage(first: str | None, last: str | None) -> Node:
    """Where and when: both countries, and from the first to the last day (ISO 8601) where there is one."""
    places: list[Node] = [
        {
            "@id": iri,
            "@type": ["dcterms:Location", "schema:Country"],
            "rdfs:label": _words(names),
            "schema:name": _words(names),
            "schema:identifier": code,
        }
        for code, (iri, names) in COUNTRIES.items()
    ]
    node: Node = {"dcterms:spatial": places, "schema:spatialCoverage": [_is(place["@id"]) for place in places]}
    if first and last:
        period = {"dcat:startDate": _typed(first, "date"), "dcat:endDate": _typed(last, "date")}
        node["dcterms:temporal"] = {"@type": "dcterms:PeriodOfTime", **period}
        node["schema:temporalCoverage"] = f"{first}/{last}"
    return node
