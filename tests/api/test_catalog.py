"""The catalogue as an RDF library reads it: the dataset, and downloads with the sizes and checksums that are listed."""

import hashlib
import socket
from pathlib import Path
from typing import Any

import httpx
import pytest
from rdflib import DCAT, DCTERMS, RDF, RDFS, SDO, SKOS, XSD, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from app.main import create_app
from app.reading.dump import SQLITE_VERSION
from app.resources.registry import COLLECTIONS
from tests.support.servers import client_of, settings_for
from tests.support.world import World, refused, tag

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EU = "http://publications.europa.eu/resource/authority"
CATALOG = "/v1/catalog"
# rdflib warns of a class that its own JSON-LD parser uses.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
HERE = "https://portal.example/v1/catalog"  # the document's own address, from which relative ones are resolved
SPDX = Namespace("http://spdx.org/rdf/terms#")
VERSION = URIRef("http://www.w3.org/ns/dcat#version")  # new in DCAT 3, which rdflib's own list does not know yet
DATASET, API = URIRef(f"{HERE}#dataset"), URIRef(f"{HERE}#api")


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing but this machine can be reached."""
    connect = socket.socket.connect

    def local(self: socket.socket, address: Any) -> None:
        assert address[0] == "127.0.0.1", f"{address} was asked for"
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", local)


def read(client: httpx.Client, path: str = CATALOG) -> Graph:
    answer = client.get(path).raise_for_status()
    return Graph().parse(data=answer.text, format="json-ld", publicID=HERE)


def values(graph: Graph, subject: Node, predicate: URIRef) -> set[str]:
    return {str(value) for value in graph.objects(subject, predicate)}


def literals(graph: Graph, subject: Node, predicate: URIRef) -> dict[str | None, str]:
    """The literals of a property by language."""
    return {value.language: str(value) for value in graph.objects(subject, predicate) if isinstance(value, Literal)}


def distribution(name: str) -> URIRef:
    return URIRef(f"{HERE}?revision=1#{name}")


def test_a_catalogue_has_one_dataset_and_the_api_that_serves_it(still: httpx.Client) -> None:
    graph = read(still)
    assert set(graph.subjects(RDF.type, DCAT.Catalog)) == {URIRef(HERE)}
    assert set(graph.objects(URIRef(HERE), DCAT.dataset)) == {DATASET}
    assert set(graph.objects(DATASET, RDF.type)) == {DCAT.Dataset, SDO.Dataset}
    assert set(graph.objects(URIRef(HERE), DCAT.service)) == {API}
    assert set(graph.objects(API, DCAT.servesDataset)) == {DATASET}
    assert values(graph, API, DCAT.endpointURL) == {"https://portal.example/v1"}
    assert values(graph, API, DCAT.endpointDescription) == {"https://portal.example/openapi.json"}


def test_titles_and_keywords_are_in_both_languages(still: httpx.Client) -> None:
    graph = read(still)
    for node in (URIRef(HERE), DATASET):
        assert literals(graph, node, DCTERMS.title) == {
            "en": "Canada–North Korea dossier",
            "fr": "Dossier Canada–Corée du Nord",
        }
    keywords = {(value.language, str(value)) for value in graph.objects(DATASET, DCAT.keyword)}  # type: ignore[attr-defined]  # literals
    assert {("en", "North Korea"), ("fr", "Corée du Nord")} <= keywords
    assert {language for language, _ in keywords} == {"en", "fr"}
    assert literals(graph, distribution("actors.en.csv"), DCTERMS.title) == {"en": "Actors (CSV)"}
    assert literals(graph, distribution("actors.fr.csv"), DCTERMS.title) == {"fr": "Acteurs (CSV)"}


def test_it_says_that_it_is_no_official_service(still: httpx.Client) -> None:
    graph = read(still)
    for node in (URIRef(HERE), DATASET):
        assert "not a service of the Government of Canada" in literals(graph, node, DCTERMS.description)["en"]
        assert "n’est pas un service du gouvernement du Canada" in literals(graph, node, DCTERMS.description)["fr"]
    (publisher,) = graph.objects(DATASET, DCTERMS.publisher)
    assert literals(graph, publisher, SDO.name) == {"en": "Maintainers of the dossier", "fr": "Équipe du dossier"}


def test_licences_are_cc_by_for_data_and_mit_for_the_program(still: httpx.Client) -> None:
    graph = read(still)
    data = {"https://creativecommons.org/licenses/by/4.0/"}
    for node in (URIRef(HERE), DATASET, *graph.objects(DATASET, DCAT.distribution)):
        assert values(graph, node, DCTERMS.license) == values(graph, node, SDO.license) == data
    assert values(graph, API, DCTERMS.license) == {"https://spdx.org/licenses/MIT"}


def test_coverage_is_both_countries_from_the_first_to_the_last_known_day(still: httpx.Client) -> None:
    graph = read(still)
    (period,) = graph.objects(DATASET, DCTERMS.temporal)
    assert set(graph.objects(period, DCAT.startDate)) == {Literal("1950-01-01", datatype=XSD.date)}
    assert set(graph.objects(period, DCAT.endDate)) == {Literal("2018-01-01", datatype=XSD.date)}
    assert values(graph, DATASET, SDO.temporalCoverage) == {"1950-01-01/2018-01-01"}
    places = set(graph.objects(DATASET, DCTERMS.spatial))
    assert {code for place in places for code in values(graph, place, SDO.identifier)} == {"CA", "KP"}
    assert places == set(graph.objects(DATASET, SDO.spatialCoverage))


def test_a_catalogue_describes_its_revision(world: World, api: httpx.Client) -> None:
    world.publish_with_change("timeline-events", "war", date="1940/1953")
    now, then = read(api), read(api, f"{CATALOG}?revision=1")
    for graph, version, day, first in ((now, "2", "2020-01-02", "1940"), (then, "1", "2020-01-01", "1950")):
        assert values(graph, DATASET, VERSION) == values(graph, DATASET, SDO.version) == {version}
        assert set(graph.objects(DATASET, DCTERMS.modified)) == {Literal(f"{day}T00:00:00Z", datatype=XSD.dateTime)}
        assert set(graph.objects(DATASET, DCTERMS.issued)) == {Literal("2020-01-01T00:00:00Z", datatype=XSD.dateTime)}
        assert values(graph, DATASET, SDO.temporalCoverage) == {f"{first}-01-01/2018-01-01"}
        for node in graph.objects(DATASET, DCAT.distribution):
            assert all(f"revision={version}" in url for url in values(graph, node, DCAT.downloadURL))


def test_checksums_and_sizes_stay_true_after_later_publications(world: World, api: httpx.Client) -> None:
    graph = read(api)
    world.publish_with_change("timeline-events", "tie", kind="meeting")
    for name, kind in (("dataset.sqlite", "application/vnd.sqlite3"), ("dataset.jsonl", "application/jsonl")):
        node = distribution(name)
        (url,) = graph.objects(node, DCAT.downloadURL)
        assert str(url) == f"https://portal.example/v1/{name}?revision=1"
        answer = api.get(str(url).removeprefix("https://portal.example"))
        sha256 = hashlib.sha256(answer.content).hexdigest()
        assert answer.headers["content-type"] == kind
        assert values(graph, node, SDO.encodingFormat) == {kind}
        assert set(graph.objects(node, DCAT.byteSize)) == {
            Literal(str(len(answer.content)), datatype=XSD.nonNegativeInteger)
        }
        (checksum,) = graph.objects(node, SPDX.checksum)
        assert set(graph.objects(checksum, SPDX.algorithm)) == {SPDX.checksumAlgorithm_sha256}
        # rdflib takes hexBinary for bytes and shows them in capitals
        assert {value.lower() for value in values(graph, checksum, SPDX.checksumValue)} == {sha256}
        assert values(graph, node, SDO.sha256) == {sha256}


def test_media_types_are_those_of_iana_where_it_has_them(still: httpx.Client) -> None:
    graph, iana = read(still), "https://www.iana.org/assignments/media-types"
    assert values(graph, distribution("dataset.sqlite"), DCAT.mediaType) == {f"{iana}/application/vnd.sqlite3"}
    assert values(graph, distribution("sources.en.csv"), DCAT.mediaType) == {f"{iana}/text/csv"}
    assert values(graph, distribution("sources.en.xlsx"), DCAT.mediaType) == {f"{iana}/{XLSX}"}
    assert values(graph, distribution("dataset.jsonl"), DCAT.mediaType) == set()
    (unnamed,) = graph.objects(distribution("dataset.jsonl"), DCTERMS["format"])
    assert values(graph, unnamed, RDFS.label) == {"application/jsonl"}


def test_every_collection_is_a_download_that_answers_in_each_format_and_language(still: httpx.Client) -> None:
    graph = read(still)
    assert len(set(graph.objects(DATASET, DCAT.distribution))) == 4 * len(COLLECTIONS) + 2
    for name in COLLECTIONS:
        for lang, language in (("en", "ENG"), ("fr", "FRA")):
            for form, media_type in (("csv", "text/csv"), ("xlsx", XLSX)):
                node = distribution(f"{name}.{lang}.{form}")
                (url,) = values(graph, node, DCAT.downloadURL)
                assert url == f"https://portal.example/v1/{name}?format={form}&lang={lang}&revision=1"
                other = {"Accept-Language": "fr" if lang == "en" else "en"}
                answer = still.get(url.removeprefix("https://portal.example"), headers=other)
                assert answer.headers["content-type"].partition(";")[0] == media_type
                assert answer.headers["content-language"] == lang
                assert values(graph, node, DCTERMS.language) == {f"{EU}/language/{language}"}
                assert set(graph.objects(node, DCAT.accessService)) == {API}


def test_how_often_for_whom_and_about_what_are_values_of_eu_vocabularies(still: httpx.Client) -> None:
    graph = read(still)
    assert values(graph, DATASET, DCTERMS.accrualPeriodicity) == {f"{EU}/frequency/IRREG"}
    for node in (DATASET, API):
        assert values(graph, node, DCTERMS.accessRights) == {f"{EU}/access-right/PUBLIC"}
        assert values(graph, node, DCAT.theme) == {f"{EU}/data-theme/INTR"}
    assert set(graph.objects(URIRef(f"{EU}/data-theme/INTR"), RDF.type)) == {SKOS.Concept}
    assert values(graph, URIRef(HERE), DCTERMS.conformsTo) == {"http://data.europa.eu/r5r/"}


def test_every_term_is_of_a_known_vocabulary_and_the_context_is_nothing_but_prefixes(still: httpx.Client) -> None:
    document = still.get(CATALOG).json()
    assert all(isinstance(value, str) and value[-1] in "#/" for value in document["@context"].values())
    known = (*document["@context"].values(), str(RDF))
    terms = {*read(still).predicates(), *read(still).objects(None, RDF.type)}
    assert [term for term in terms if not str(term).startswith(known)] == []
    listed: Any = (DCAT, DCTERMS)  # rdflib has lists of their words
    strange = [t for t in terms for words in listed if str(t).startswith(str(words)) and t not in words]
    assert set(strange) == {VERSION}


def test_addresses_are_absolute_where_the_service_knows_its_own(world: World) -> None:
    settings = settings_for(world.db.path, public_url="https://data.example/dossier", contact="desk@data.example")
    with client_of(create_app(settings)) as client:
        graph = read(client)
    here = "https://data.example/dossier/v1/catalog"
    assert set(graph.subjects(RDF.type, DCAT.Catalog)) == {URIRef(here)}
    dataset = URIRef(f"{here}#dataset")
    urls = {url for node in graph.objects(dataset, DCAT.distribution) for url in values(graph, node, DCAT.accessURL)}
    assert all(url.startswith("https://data.example/dossier/v1/") for url in urls)
    assert not [term for term in graph.all_nodes() if "portal.example" in str(term)]
    (contact,) = graph.objects(dataset, DCAT.contactPoint)
    assert values(graph, contact, URIRef("http://www.w3.org/2006/vcard/ns#hasEmail")) == {"mailto:desk@data.example"}


def test_a_web_address_as_contact_is_one(world: World) -> None:
    with client_of(create_app(settings_for(world.db.path, contact="https://data.example/help"))) as client:
        document = client.get(CATALOG).json()
    assert document["dcat:dataset"]["dcat:contactPoint"]["vcard:hasURL"] == {"@id": "https://data.example/help"}


@pytest.mark.parametrize(
    ("query", "accept", "expected"),
    [
        ("", None, "application/ld+json"),
        ("", "*/*", "application/ld+json"),
        ("", "application/json", "application/json"),
        ("?format=json", "application/ld+json", "application/json"),
        ("?format=jsonld", "application/json", "application/ld+json"),
        ("?lang=fr", "text/html, application/ld+json;q=0.1", "application/ld+json"),
    ],
)
def test_it_comes_as_json_ld_or_as_json(still: httpx.Client, query: str, accept: str | None, expected: str) -> None:
    answer = still.get(f"{CATALOG}{query}", headers={"Accept": accept} if accept else None)
    assert answer.headers["content-type"] == expected
    assert answer.json() == still.get(CATALOG).json()


def test_headers_are_those_of_all_answers(still: httpx.Client) -> None:
    live = still.get(CATALOG)
    assert live.headers["content-language"] == "en, fr"
    assert live.headers["cache-control"] == "public, max-age=60"
    assert live.headers["dataset-revision"] == "1"
    assert live.headers["etag"] == tag(still, 1, "en+fr", f"jsonld-sqlite{SQLITE_VERSION}")
    pinned = still.get(live.links["memento"]["url"])
    assert pinned.content == live.content
    assert pinned.headers["memento-datetime"] == "Wed, 01 Jan 2020 00:00:00 GMT"
    assert pinned.links["original"]["url"] == f"{CATALOG}?lang=en&format=jsonld"


def test_304_builds_nothing(world: World) -> None:
    with client_of(create_app(settings_for(world.db.path))) as client:
        known = tag(client, 1, "en+fr", f"jsonld-sqlite{SQLITE_VERSION}")
        assert client.get(CATALOG, headers={"If-None-Match": known}).status_code == 304
    assert not world.db.path.with_name("world.db-downloads").exists()


def test_without_a_dated_record_there_is_no_period(world: World, api: httpx.Client) -> None:
    for name in ("timeline-events", "funding-records", "initiatives", "background-facts"):
        for record in [record["id"] for record in world.records[name]]:
            world.withdraw(name, record)
    for record in world.records["sanctions-measures"] + world.records["legal-instruments"]:
        for field in ("date", "in_force_from", "in_force_to"):
            record.pop(field, None)
    world.publish()
    graph = read(api)
    assert values(graph, DATASET, DCTERMS.temporal) == values(graph, DATASET, SDO.temporalCoverage) == set()


def test_what_it_does_not_understand_is_refused(still: httpx.Client) -> None:
    for query, parameter in (("nope=1", "nope"), ("lang=de", "lang"), ("format=ttl", "format"), ("as_of=x", "as_of")):
        assert [name for name, _ in refused(still, f"{CATALOG}?{query}")] == [parameter]
    assert still.get(f"{CATALOG}?revision=9").status_code == 404
    assert still.get(CATALOG, headers={"Accept": "text/turtle"}).status_code == 406


def test_where_the_files_cannot_be_built_it_is_503(world: World, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with client_of(create_app(settings_for(world.db.path, cache_dir=tmp_path / "file"))) as client:
        assert client.get(CATALOG).status_code == 503


def test_the_service_document_leads_to_the_catalogue_and_the_downloads(still: httpx.Client) -> None:
    links = still.get("/v1").json()["links"]
    assert {name: links[name] for name in ("catalog", "dataset_sqlite", "dataset_jsonl")} == {
        "catalog": "/v1/catalog",
        "dataset_sqlite": "/v1/dataset.sqlite",
        "dataset_jsonl": "/v1/dataset.jsonl",
    }
