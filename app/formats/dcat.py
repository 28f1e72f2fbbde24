"""DCAT 3 catalogue in JSON-LD, for data portals. The same facts are in it in schema.org's terms, for search engines.

It has the properties that the European profile DCAT-AP makes mandatory or recommends. The JSON-LD context is part of
the document and has only prefixes, so that a reader has nothing to fetch.

No library: rdflib 7.6.0, with which the tests read the catalogue, writes the nodes in another order and under other
blank-node names in every process, against the strong ETag; datacatalogtordf 4.0.1 rests on it and lacks checksums.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from app.about import DISCLAIMER, MAINTAINERS, NAME
from app.formats import dcat_terms as terms
from app.formats.dcat_terms import Node, iri, typed, words
from app.model.fields import LANGUAGES, Language
from app.model.labels import label

KEYWORDS = {
    "en": ["Canada", "North Korea", "DPRK", "foreign relations", "sanctions", "humanitarian aid"],
    "fr": ["Canada", "Corée du Nord", "RPDC", "relations extérieures", "sanctions", "aide humanitaire"],
}
SERVICE = {
    "en": "API of the dossier. The program is under the MIT License, the data under CC BY 4.0.",
    "fr": "API du dossier. Le programme est sous licence MIT, les données sont sous licence CC BY 4.0.",
}
FILES = {
    "sqlite": {"en": "Everything as one SQLite database", "fr": "Toutes les données en une base de données SQLite"},
    "jsonl": {"en": "Everything as JSON Lines", "fr": "Toutes les données en JSON Lines"},
}
WHOLE = {
    "sqlite": {
        "en": "A table for each collection, texts in English and French. Amounts are there twice: as numbers to "
        "compare (amount) and as exact decimal numbers in text (amount_exact).",
        "fr": "Une table par collection, textes en français et en anglais. Chaque montant y figure deux fois : comme "
        "nombre à comparer (amount) et comme nombre décimal exact sous forme de texte (amount_exact).",
    },
    "jsonl": {
        "en": "One line for each record, texts in English and French. Amounts are exact decimal numbers in text.",
        "fr": "Une ligne par fiche, textes en français et en anglais. Les montants sont des nombres décimaux exacts "
        "sous forme de texte.",
    },
}
# Formats of one collection in one language, each with its name and with what its files are.
EXPORTS = {
    "csv": ("CSV", {"en": "One collection in English.", "fr": "Une collection en français."}),
    "xlsx": (
        "Excel",
        {
            "en": "One collection in English, for a spreadsheet; a second sheet explains the columns.",
            "fr": "Une collection en français, pour un tableur; une seconde feuille explique les colonnes.",
        },
    ),
}


@dataclass(frozen=True, slots=True)
class DatasetFile:
    """Dataset download: `format` is `sqlite` or `jsonl`, `size` is in bytes, `sha256` in hexadecimal."""

    format: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """DCAT catalogue of the dataset at one revision.

    Instants are UTC, as 2026-11-23T12:00:00Z: `published_at` is that of this revision, `issued` that of the first one.
    `days` are the first and last day (ISO 8601) of the dated records, None where no record is dated. `collections` are
    the names of those that have exports, `media_types` those of all formats by name. `base` is put before every path;
    where it is empty, addresses are relative to the document.
    """

    revision: int
    published_at: str
    issued: str
    days: tuple[str | None, str | None]
    files: Sequence[DatasetFile]
    collections: Iterable[str]
    media_types: Mapping[str, str]
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
            "@context": terms.CONTEXT,
            "@id": self.here,
            "@type": ["dcat:Catalog", "schema:DataCatalog"],
            **self.common(),
            "dcterms:conformsTo": iri(terms.DCAT_AP),
            "dcterms:spatial": [iri(address) for address, _ in terms.COUNTRIES.values()],
            "foaf:homepage": {"@id": self.address("/"), "@type": "foaf:Document"},
            "dcat:themeTaxonomy": iri(terms.THEMES),
            "dcat:dataset": dataset,
            "dcat:service": self.service(),
            "schema:dataset": iri(dataset["@id"]),
            "@included": terms.classes(self.media_types),
        }

    def pinned(self, path: str, **parameters: str) -> str:
        """Pinned address of a path at this revision, so that a checksum stays true after later publications."""
        query = "&".join(f"{name}={value}" for name, value in {**parameters, "revision": self.revision}.items())
        return f"{self.address(path)}?{query}"

    def common(self) -> Node:
        """Common members of catalogue and dataset; times are in UTC. The description has the disclaimer."""
        made, changed = typed(self.issued, "dateTime"), typed(self.published_at, "dateTime")
        maintainers = iri(f"{self.here}#maintainers")
        return {
            **terms.named(NAME, DISCLAIMER),
            **terms.licensed(terms.CC_BY),
            "dcterms:publisher": self.maintainers(),
            "dcterms:creator": maintainers,
            "dcterms:issued": made,
            "dcterms:modified": changed,
            **terms.in_languages(LANGUAGES),
            "schema:publisher": maintainers,
            "schema:creator": maintainers,
            "schema:datePublished": made,
            "schema:dateModified": changed,
        }

    def maintainers(self) -> Node:
        """Publisher (foaf:Agent): the maintainers, not a government body."""
        names = {"foaf:name": words(MAINTAINERS), "schema:name": words(MAINTAINERS)}
        return {"@id": f"{self.here}#maintainers", "@type": ["foaf:Agent", "schema:Organization"], **names}

    def dataset(self) -> Node:
        """Dataset (dcat:Dataset). Its `@id` is the same at every revision; `version` is the revision."""
        distributions = [*map(self.file, self.files), *self.exports()]
        return {
            "@id": f"{self.here}#dataset",
            "@type": ["dcat:Dataset", "schema:Dataset"],
            **self.common(),
            **self.contact_point(),
            **terms.coverage(*self.days),
            **_about_relations(),
            "dcterms:identifier": f"{self.here}#dataset",
            "dcterms:conformsTo": iri(terms.EDTF),
            "dcterms:accrualPeriodicity": iri(terms.IRREGULAR),
            "dcat:version": str(self.revision),
            "dcat:landingPage": iri(self.address("/v1")),
            # Columns of the CSV files
            "foaf:page": {"@id": self.pinned("/v1/datapackage.json"), "@type": "foaf:Document"},
            "dcat:distribution": distributions,
            "schema:version": str(self.revision),
            "schema:url": iri(self.address("/v1")),
            "schema:isAccessibleForFree": True,
            "schema:distribution": [iri(node["@id"]) for node in distributions],
        }

    def contact_point(self) -> Node:
        """Contact point (dcat:contactPoint) of the operator; empty if the settings have no contact."""
        if self.contact is None:
            return {}
        mail = "@" in self.contact
        way = (
            {"vcard:hasEmail": iri(f"mailto:{quote(self.contact, safe='@')}")}
            if mail
            else {"vcard:hasURL": iri(self.contact)}
        )
        return {"dcat:contactPoint": {"@type": "vcard:Kind", "vcard:fn": words(MAINTAINERS), **way}}

    def service(self) -> Node:
        """Data service (dcat:DataService): the API."""
        return {
            "@id": f"{self.here}#api",
            "@type": ["dcat:DataService", "schema:WebAPI"],
            **terms.named(NAME, SERVICE),
            **terms.licensed(terms.MIT),
            **self.contact_point(),
            **_about_relations(),
            "dcterms:publisher": iri(f"{self.here}#maintainers"),
            "dcterms:conformsTo": iri(terms.OPENAPI),
            "dcat:endpointURL": iri(self.address("/v1")),
            "dcat:endpointDescription": iri(self.address("/openapi.json")),
            "dcat:landingPage": iri(self.address("/docs")),
            "dcat:servesDataset": iri(f"{self.here}#dataset"),
            "schema:documentation": iri(self.address("/docs")),
        }

    def file(self, file: DatasetFile) -> Node:
        """Distribution of the whole dataset, with its size in bytes and its SHA-256."""
        name = f"dataset.{file.format}"
        checksum = {
            "@type": "spdx:Checksum",
            "spdx:algorithm": iri(terms.SHA256),
            "spdx:checksumValue": typed(file.sha256, "hexBinary"),
        }
        return {
            **self.distribution(name, self.pinned(f"/v1/{name}"), file.format, LANGUAGES),
            **terms.named(FILES[file.format], WHOLE[file.format]),
            "dcat:byteSize": typed(str(file.size), "nonNegativeInteger"),
            "spdx:checksum": checksum,
            "schema:contentSize": f"{file.size} B",
            "schema:sha256": file.sha256,
        }

    def exports(self) -> Iterator[Node]:
        """Distributions of each collection: one in each format and language, without a checksum."""
        for collection in self.collections:
            for format_name, (name, about) in EXPORTS.items():
                for lang in LANGUAGES:
                    address = self.pinned(f"/v1/{collection}", format=format_name, lang=lang)
                    title = [{"@value": f"{label(collection, lang)} ({name})", "@language": lang}]
                    description = [{"@value": about[lang], "@language": lang}]
                    yield {
                        **self.distribution(f"{collection}.{lang}.{format_name}", address, format_name, [lang]),
                        "dcterms:title": title,
                        "dcterms:description": description,
                        "schema:name": title,
                        "schema:description": description,
                        "dcat:accessService": iri(f"{self.here}#api"),
                    }

    def distribution(self, name: str, address: str, format_name: str, languages: Sequence[Language]) -> Node:
        """Common members of all distributions."""
        return {
            "@id": f"{self.pinned('/v1/catalog')}#{name}",
            "@type": ["dcat:Distribution", "schema:DataDownload"],
            **terms.licensed(terms.CC_BY),
            **terms.media(format_name, self.media_types[format_name]),
            **terms.in_languages(languages),
            "dcterms:issued": typed(self.published_at, "dateTime"),
            "dcterms:modified": typed(self.published_at, "dateTime"),
            "dcatap:availability": iri(terms.AVAILABLE),
            "dcat:accessURL": iri(address),
            "dcat:downloadURL": iri(address),
            "schema:contentUrl": iri(address),
        }


def _about_relations() -> Node:
    """Members of dataset and service: keywords, theme, and that anybody may have it."""
    keywords = [{"@value": word, "@language": lang} for lang in LANGUAGES for word in KEYWORDS[lang]]
    return {
        "dcat:keyword": keywords,
        "dcat:theme": iri(terms.THEME),
        "dcterms:accessRights": iri(terms.PUBLIC),
        "schema:keywords": keywords,
    }
