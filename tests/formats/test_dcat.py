"""DCAT catalogue from plain data: addresses, checksums and coverage, without a server or a database."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from app.formats.dcat import Catalogue, DatasetFile

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILE = DatasetFile("sqlite", 4096, "ab" * 32)
CATALOGUE = Catalogue(
    revision=7,
    published_at="2026-11-23T12:00:00Z",
    issued="2026-01-01T00:00:00Z",
    days=("1950-06-25", "2018-06-12"),
    files=[FILE, DatasetFile("jsonl", 99, "cd" * 32)],
    collections=["timeline-events", "actors"],
    media_types={
        "sqlite": "application/vnd.sqlite3",
        "jsonl": "application/jsonl",
        "csv": "text/csv; charset=utf-8; header=present",
        "xlsx": XLSX,
    },
    contact=None,
    base="https://dossier.example",
)


def dataset(catalogue: Catalogue) -> dict[str, Any]:
    found: dict[str, Any] = catalogue.document()["dcat:dataset"]
    return found


def test_downloads_are_the_files_and_then_each_collection_by_format_and_language() -> None:
    assert [node["dcat:downloadURL"]["@id"] for node in dataset(CATALOGUE)["dcat:distribution"]] == [
        "https://dossier.example/v1/dataset.sqlite?revision=7",
        "https://dossier.example/v1/dataset.jsonl?revision=7",
        "https://dossier.example/v1/timeline-events?format=csv&lang=en&revision=7",
        "https://dossier.example/v1/timeline-events?format=csv&lang=fr&revision=7",
        "https://dossier.example/v1/timeline-events?format=xlsx&lang=en&revision=7",
        "https://dossier.example/v1/timeline-events?format=xlsx&lang=fr&revision=7",
        "https://dossier.example/v1/actors?format=csv&lang=en&revision=7",
        "https://dossier.example/v1/actors?format=csv&lang=fr&revision=7",
        "https://dossier.example/v1/actors?format=xlsx&lang=en&revision=7",
        "https://dossier.example/v1/actors?format=xlsx&lang=fr&revision=7",
    ]


def test_a_file_has_its_size_and_checksum_and_a_collection_neither() -> None:
    whole, _, *exports = dataset(CATALOGUE)["dcat:distribution"]
    assert whole["dcat:byteSize"] == {"@value": "4096", "@type": "xsd:nonNegativeInteger"}
    assert whole["spdx:checksum"]["spdx:checksumValue"]["@value"] == whole["schema:sha256"] == "ab" * 32
    assert not [one for one in exports if {"dcat:byteSize", "spdx:checksum"} & one.keys()]


def test_an_export_is_in_one_language_and_titled_in_it() -> None:
    french = dataset(CATALOGUE)["dcat:distribution"][-1]
    assert french["@id"] == "https://dossier.example/v1/catalog?revision=7#actors.fr.xlsx"
    assert french["dcterms:title"] == [{"@value": "Acteurs (Excel)", "@language": "fr"}]
    assert french["dcterms:language"] == [{"@id": "http://publications.europa.eu/resource/authority/language/FRA"}]
    assert french["dcterms:format"] == {"@id": "http://publications.europa.eu/resource/authority/file-type/XLSX"}
    assert french["dcat:mediaType"] == {"@id": f"https://www.iana.org/assignments/media-types/{XLSX}"}


# By class, what DCAT-AP 3 makes mandatory or recommends; a catalogue of one dataset has no catalogue records.
PROFILE = {
    "dcat:Catalog": "dcterms:title dcterms:description dcterms:publisher dcterms:language dcterms:license "
    "dcterms:issued dcterms:modified dcterms:spatial dcat:dataset dcat:service dcat:themeTaxonomy foaf:homepage",
    "dcat:Dataset": "dcterms:title dcterms:description dcterms:publisher dcterms:spatial dcterms:temporal "
    "dcat:contactPoint dcat:distribution dcat:keyword dcat:theme",
    "dcat:DataService": "dcterms:title dcterms:publisher dcat:contactPoint dcat:endpointURL dcat:endpointDescription "
    "dcat:keyword dcat:servesDataset dcat:theme",
    "dcat:Distribution": "dcat:accessURL dcatap:availability dcterms:description dcterms:format dcterms:license",
}


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every node of the document with its members."""
    if isinstance(value, dict):
        yield value
        for member in value.values():
            yield from nodes(member)
    elif isinstance(value, list):
        for one in value:
            yield from nodes(one)


def test_it_has_all_that_the_european_profile_asks_for() -> None:
    document = replace(CATALOGUE, contact="desk@data.example").document()
    for name, wanted in PROFILE.items():
        found = [node for node in nodes(document) if name in node.get("@type", [])]
        assert found, name
        assert {word for node in found for word in set(wanted.split()) - node.keys()} == set(), name


def test_every_address_of_a_vocabulary_says_its_class() -> None:
    document = CATALOGUE.document()
    classes = {node["@id"]: node["@type"] for node in document["@included"]}
    expected = {
        "dcterms:language": "dcterms:LinguisticSystem",
        "dcterms:license": "dcterms:LicenseDocument",
        "dcterms:conformsTo": "dcterms:Standard",
        "dcterms:accrualPeriodicity": "dcterms:Frequency",
        "dcterms:accessRights": "dcterms:RightsStatement",
        "dcat:mediaType": "dcterms:MediaType",
        "dcat:theme": "skos:Concept",
        "dcat:themeTaxonomy": "skos:ConceptScheme",
        "dcatap:availability": "skos:Concept",
        "spdx:algorithm": "spdx:ChecksumAlgorithm",
    }
    for node in nodes(document):
        for name in expected.keys() & node.keys():
            for value in node[name] if isinstance(node[name], list) else [node[name]]:
                assert classes[value["@id"]] == expected[name]


def test_without_a_base_addresses_are_paths() -> None:
    document = replace(CATALOGUE, base="").document()
    assert document["@id"] == "/v1/catalog"
    assert document["dcat:dataset"]["dcat:landingPage"] == {"@id": "/v1"}


@pytest.mark.parametrize(
    ("contact", "expected"),
    [
        (None, None),
        ("desk@data.example", {"vcard:hasEmail": {"@id": "mailto:desk@data.example"}}),
        ("a desk@data.example", {"vcard:hasEmail": {"@id": "mailto:a%20desk@data.example"}}),
        ("https://data.example/help", {"vcard:hasURL": {"@id": "https://data.example/help"}}),
    ],
)
def test_a_contact_is_a_mail_or_a_web_address(contact: str | None, expected: dict[str, Any] | None) -> None:
    point = dataset(replace(CATALOGUE, contact=contact)).get("dcat:contactPoint")
    assert (point and {name: point[name] for name in point if name in ("vcard:hasEmail", "vcard:hasURL")}) == expected


@pytest.mark.parametrize("days", [(None, None), ("1950-06-25", None), (None, "2018-06-12")])
def test_without_both_days_there_is_no_period(days: tuple[str | None, str | None]) -> None:
    assert {"dcterms:temporal", "schema:temporalCoverage"} & dataset(replace(CATALOGUE, days=days)).keys() == set()
    assert dataset(CATALOGUE)["schema:temporalCoverage"] == "1950-06-25/2018-06-12"
