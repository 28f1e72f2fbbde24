"""DCAT catalogue from plain data: addresses, checksums and coverage, without a server or a database."""

from dataclasses import replace
from typing import Any

import pytest

from app.formats.dcat import Catalogue, DatasetFile

FILE = DatasetFile("sqlite", "application/vnd.sqlite3", 4096, "ab" * 32)
CATALOGUE = Catalogue(
    revision=7,
    published_at="2026-11-23T12:00:00Z",
    issued="2026-01-01T00:00:00Z",
    days=("1950-06-25", "2018-06-12"),
    files=[FILE, DatasetFile("jsonl", "application/jsonl", 99, "cd" * 32)],
    collections=["timeline-events", "actors"],
    contact=None,
    base="https://dossier.example",
)


def dataset(catalogue: Catalogue) -> dict[str, Any]:
    found: dict[str, Any] = catalogue.document()["dcat:dataset"]
    return found


def test_downloads_are_the_files_and_then_the_collections() -> None:
    assert [node["dcat:downloadURL"]["@id"] for node in dataset(CATALOGUE)["dcat:distribution"]] == [
        "https://dossier.example/v1/dataset.sqlite?revision=7",
        "https://dossier.example/v1/dataset.jsonl?revision=7",
        "https://dossier.example/v1/timeline-events?format=csv&revision=7",
        "https://dossier.example/v1/actors?format=csv&revision=7",
    ]


def test_a_file_has_its_size_and_checksum_and_a_collection_neither() -> None:
    whole, _, csv, _ = dataset(CATALOGUE)["dcat:distribution"]
    assert whole["dcat:byteSize"] == {"@value": "4096", "@type": "xsd:nonNegativeInteger"}
    assert whole["spdx:checksum"]["spdx:checksumValue"]["@value"] == whole["schema:sha256"] == "ab" * 32
    assert {"dcat:byteSize", "spdx:checksum"} & csv.keys() == set()


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
