"""The data package describes the CSV files as they are."""

import csv
import io

import httpx
import pytest

from app.resources.registry import COLLECTIONS

PATH = "/v1/datapackage.json"


def test_it_names_every_collection_revision_and_licence(dossier: httpx.Client) -> None:
    package = dossier.get(PATH).json()
    assert [one["name"] for one in package["resources"]] == list(COLLECTIONS)
    assert package["version"] == dossier.get(PATH).headers["dataset-revision"]
    assert package["licenses"][0]["name"] == "CC-BY-4.0"


@pytest.mark.parametrize("name", COLLECTIONS)
def test_each_file_has_the_columns_described_and_ids_as_key(dossier: httpx.Client, name: str) -> None:
    (table,) = [one for one in dossier.get(f"{PATH}?lang=fr").json()["resources"] if one["name"] == name]
    header, *rows = csv.reader(io.StringIO(dossier.get(table["path"]).text))
    assert header == [field["name"] for field in table["schema"]["fields"]]
    assert all(field["description"] for field in table["schema"]["fields"])
    keys = [row[header.index("id")] for row in rows]
    assert len(keys) == len(set(keys)) > 0


def test_an_earlier_revision_leads_to_files_of_it(dossier: httpx.Client) -> None:
    tables = dossier.get(f"{PATH}?revision=1").json()["resources"]
    assert all(one["path"].endswith("revision=1") for one in tables)
