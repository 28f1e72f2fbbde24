"""DCAT vocabulary: prefixes, the addresses of EU and IANA vocabularies that DCAT-AP asks for, and small nodes of them.

DCAT-AP 3 says which properties are mandatory and recommended, and which vocabularies their values come from:
https://semiceu.github.io/DCAT-AP/releases/3.0.0/.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from app.model.fields import LANGUAGES, Language

Node = dict[str, Any]

CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_EU = "http://publications.europa.eu/resource/authority"
_IANA = "https://www.iana.org/assignments/media-types"

CC_BY, MIT = "https://creativecommons.org/licenses/by/4.0/", "https://spdx.org/licenses/MIT"
DCAT_AP = "http://data.europa.eu/r5r/"  # the profile that the catalogue keeps
EDTF = "https://www.loc.gov/standards/datetime/"  # how the dataset writes dates
OPENAPI = "https://spec.openapis.org/oas/v3.1.0"
THEMES, THEME = f"{_EU}/data-theme", f"{_EU}/data-theme/INTR"  # international issues
IRREGULAR = f"{_EU}/frequency/IRREG"  # how often something is published
PUBLIC = f"{_EU}/access-right/PUBLIC"
AVAILABLE = f"{_EU}/planned-availability/AVAILABLE"
SHA256 = "spdx:checksumAlgorithm_sha256"
LANGUAGE_IRIS: Mapping[Language, str] = {"en": f"{_EU}/language/ENG", "fr": f"{_EU}/language/FRA"}

# By name of a format: its address in the EU's list of file types (where it is there), in IANA's list (where it is
# registered), and the standard that it keeps.
_FILE_TYPES = {"csv": f"{_EU}/file-type/CSV", "xlsx": f"{_EU}/file-type/XLSX"}
_UNREGISTERED = {"application/jsonl"}
STANDARDS = {
    "csv": "https://www.rfc-editor.org/info/rfc4180",
    "jsonl": "https://jsonlines.org/",
    "sqlite": "https://www.sqlite.org/fileformat2.html",
    "xlsx": "https://www.iso.org/standard/71691.html",
}
# By ISO 3166-1 code
COUNTRIES = {
    "CA": (f"{_EU}/country/CAN", {"en": "Canada", "fr": "Canada"}),
    "KP": (f"{_EU}/country/PRK", {"en": "North Korea", "fr": "Corée du Nord"}),
}


def iri(address: str) -> Node:
    """Node of which only the address is given."""
    return {"@id": address}


def typed(value: str, kind: str) -> Node:
    """Typed literal, of a type of XML Schema."""
    return {"@value": value, "@type": f"xsd:{kind}"}


def words(texts: Mapping[str, str]) -> list[Node]:
    """Text in each language."""
    return [{"@value": texts[lang], "@language": lang} for lang in LANGUAGES]


def named(title: Mapping[str, str], description: Mapping[str, str] | None = None) -> Node:
    """Title and description, in the terms of both vocabularies."""
    node: Node = {"dcterms:title": words(title), "schema:name": words(title)}
    if description:
        node |= {"dcterms:description": words(description), "schema:description": words(description)}
    return node


def licensed(address: str) -> Node:
    """Licence, in the terms of both vocabularies."""
    return {"dcterms:license": iri(address), "schema:license": iri(address)}


def in_languages(languages: Iterable[Language]) -> Node:
    """Languages: the EU's addresses, and the tags that schema.org takes."""
    tags = [*languages]
    return {"dcterms:language": [iri(LANGUAGE_IRIS[tag]) for tag in tags], "schema:inLanguage": tags}


def media(format_name: str, media_type: str) -> Node:
    """Format and media type. A format without an address has a node with its media type as label."""
    essence = media_type.partition(";")[0]
    registered = f"{_IANA}/{essence}" if essence not in _UNREGISTERED else None
    address = _FILE_TYPES.get(format_name, registered)
    unnamed = {"@type": "dcterms:MediaTypeOrExtent", "rdfs:label": essence}
    node: Node = {"dcterms:format": iri(address) if address else unnamed}
    if registered:
        node["dcat:mediaType"] = iri(registered)
    return node | {"dcterms:conformsTo": iri(STANDARDS[format_name]), "schema:encodingFormat": essence}


def classes(media_types: Mapping[str, str]) -> list[Node]:
    """Classes of the nodes that have only an address elsewhere: DCAT-AP says of which class each value is."""
    described = [media(*one) for one in media_types.items()]
    found: Mapping[str, Iterable[str]] = {
        "dcterms:LinguisticSystem": LANGUAGE_IRIS.values(),
        "dcterms:LicenseDocument": (CC_BY, MIT),
        "dcterms:Standard": (DCAT_AP, EDTF, OPENAPI, *STANDARDS.values()),
        "dcterms:Frequency": (IRREGULAR,),
        "dcterms:RightsStatement": (PUBLIC,),
        "dcterms:MediaType": [node["dcat:mediaType"]["@id"] for node in described if "dcat:mediaType" in node],
        "dcterms:MediaTypeOrExtent": _FILE_TYPES.values(),
        "skos:Concept": (THEME, AVAILABLE),
        "skos:ConceptScheme": (THEMES,),
        "spdx:ChecksumAlgorithm": (SHA256,),
    }
    return [{"@id": address, "@type": name} for name, addresses in found.items() for address in addresses]


def coverage(first: str | None, last: str | None) -> Node:
    """Spatial and temporal coverage: both countries, and the period between two days (ISO 8601) where there are any."""
    places: list[Node] = [
        {
            "@id": address,
            "@type": ["dcterms:Location", "schema:Country"],
            "rdfs:label": words(names),
            "schema:name": words(names),
            "schema:identifier": code,
        }
        for code, (address, names) in COUNTRIES.items()
    ]
    node: Node = {"dcterms:spatial": places, "schema:spatialCoverage": [iri(place["@id"]) for place in places]}
    if first and last:
        period = {"dcat:startDate": typed(first, "date"), "dcat:endDate": typed(last, "date")}
        node["dcterms:temporal"] = {"@type": "dcterms:PeriodOfTime", **period}
        node["schema:temporalCoverage"] = f"{first}/{last}"
    return node
