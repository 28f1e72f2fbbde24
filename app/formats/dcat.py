"""DCAT 3 catalogue in JSON-LD, for data portals. The same facts are in it in schema.org's terms, for search engines.

The JSON-LD context is part of the document and has only prefixes, so that a reader has nothing to fetch.

No library: rdflib 7.6.0, with which the tests read the catalogue, writes the nodes in another order and under other
blank-node names in every process, against the strong ETag; datacatalogtordf 4.0.1 rests on it and lacks checksums.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from app.about import DISCLAIMER, MAINTAINERS, NAME
from app.model.fields import LANGUAGES
from app.model.labels import label

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


@dataclass(frozen=True, slots=True)
class DatasetFile:
    """Dataset download: `format` is `sqlite` or `jsonl`, `size` is in bytes, `sha256` in hexadecimal."""

    format: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """DCAT catalogue of the dataset at one revision.

    Instants are UTC, as 2026-11-23T12:00:00Z: `published_at` is that of this revision, `issued` that of the first one.
    `days` are the first and last day (ISO 8601) of the dated records, None where no record is dated. `collections` are
    the names of those that are available as CSV. `base` is put before every path; where it is empty, addresses are
    relative to the document.
    """

    revision: int
    published_at: str
    issued: str
    days: tuple[str | None, str | None]
    files: Sequence[DatasetFile]
    collections: Iterable[str]
    contact: str | None
    base: str

    def address(self, path: str) -> str:
        """Address of a path: absolute, or relative to the document if `base` is empty."""
        return f"{self.base}{path}"

    @property
    def here(self) -> str:
        """Catalogue address. Nodes that do not change with a revision are fragments of it."""
        return self.address("/v1/catalog")

    def document(self) -> Node:
        """JSON-LD document of the whole catalogue."""
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
        """Pinned address of a path at this revision, so that a checksum stays true after later publications."""
        query = "&".join(f"{name}={value}" for name, value in {**parameters, "revision": self.revision}.items())
        return f"{self.address(path)}?{query}"

    def common(self) -> Node:
        """Common members of catalogue and dataset; times are in UTC. The description has the disclaimer."""
        made, changed = _typed(self.issued, "dateTime"), _typed(self.published_at, "dateTime")
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
        """Publisher (foaf:Agent): the maintainers, not a government body."""
        names = {"foaf:name": _words(MAINTAINERS), "schema:name": _words(MAINTAINERS)}
        return {"@id": f"{self.here}#maintainers", "@type": ["foaf:Agent", "schema:Organization"], **names}

    def dataset(self) -> Node:
        """Dataset (dcat:Dataset). Its `@id` is the same at every revision; `version` is the revision."""
        keywords = [{"@value": word, "@language": lang} for lang in LANGUAGES for word in KEYWORDS[lang]]
        distributions = [*map(self.file, self.files), *map(self.csv, self.collections)]
        return {
            "@id": f"{self.here}#dataset",
            "@type": ["dcat:Dataset", "schema:Dataset"],
            **self.common(),
            **self.contact_point(),
            **_coverage(*self.days),
            "dcat:version": str(self.revision),
            "dcat:keyword": keywords,
            "dcat:landingPage": _is(self.address("/v1")),
            "dcat:distribution": distributions,
            "schema:version": str(self.revision),
            "schema:keywords": keywords,
            "schema:url": _is(self.address("/v1")),
            "schema:isAccessibleForFree": True,
            "schema:distribution": [_is(node["@id"]) for node in distributions],
        }

    def contact_point(self) -> Node:
        """Contact point (dcat:contactPoint) of the operator; empty if the settings have no contact."""
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
        """Data service (dcat:DataService): the API."""
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

    def file(self, file: DatasetFile) -> Node:
        """Distribution of the whole dataset, with its size in bytes and its SHA-256."""
        name = f"dataset.{file.format}"
        checksum = {
            "@type": "spdx:Checksum",
            "spdx:algorithm": _is("spdx:checksumAlgorithm_sha256"),
            "spdx:checksumValue": _typed(file.sha256, "hexBinary"),
        }
        return {
            **self.distribution(name, self.pinned(f"/v1/{name}"), file.media_type),
            **_named(FILES[file.format]),
            "dcat:byteSize": _typed(str(file.size), "nonNegativeInteger"),
            "spdx:checksum": checksum,
            "schema:contentSize": f"{file.size} B",
            "schema:sha256": file.sha256,
        }

    def csv(self, collection: str) -> Node:
        """Distribution of a collection as CSV. It has no checksum: the bytes depend on the language of the request."""
        titles: dict[str, str] = {lang: f"{label(collection, lang)} (CSV)" for lang in LANGUAGES}
        address = self.pinned(f"/v1/{collection}", format="csv")
        own = {**_named(titles, IN_ONE_LANGUAGE), "dcat:accessService": _is(f"{self.here}#api")}
        return {**self.distribution(f"{collection}.csv", address, "text/csv"), **own}

    def distribution(self, name: str, address: str, media_type: str) -> Node:
        """Common members of all distributions."""
        return {
            "@id": f"{self.pinned('/v1/catalog')}#{name}",
            "@type": ["dcat:Distribution", "schema:DataDownload"],
            **_licensed(CC_BY),
            **_media(media_type),
            "dcterms:language": _languages(),
            "dcterms:modified": _typed(self.published_at, "dateTime"),
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
    """Media type, as IANA's address where it is registered, as DCAT asks. That of JSON Lines is not."""
    if media_type in _UNREGISTERED:
        named = {"dcterms:format": {"@type": "dcterms:MediaTypeOrExtent", "rdfs:label": media_type}}
    else:
        named = {"dcat:mediaType": _is(f"https://www.iana.org/assignments/media-types/{media_type}")}
    return {**named, "schema:encodingFormat": media_type}


def _coverage(first: str | None, last: str | None) -> Node:
    """Spatial and temporal coverage: both countries, and the period between two days (ISO 8601) where there are any."""
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
